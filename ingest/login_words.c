/* What the words of login protocols mean, the same in every sensor's log. */
#include "ingest/login_words.h"

#include <stdbool.h>
#include <stddef.h>

static bool is_any(struct str word, const struct str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(word, words[i]))
            return true;
    return false;
}
#define IS_ANY(word, words) is_any(word, words, sizeof(words) / sizeof((words)[0]))

/* A server lets only somebody who is logged in do these. */
static const struct str inside[] = {STR("RETR"), STR("STOR"), STR("STOU"), STR("APPE"), STR("DELE"),
    STR("LIST"), STR("NLST"), STR("PORT"), STR("PASV"), STR("EPRT"), STR("EPSV")};
static const struct str passwords[] = {STR("PASS"), STR("USER"), STR("ACCT")};
/* Not logged in; user name or password invalid. Others tell of the protocol: bad sequence, no TLS. */
static const struct str refusals[] = {STR("530"), STR("430")};

int8_t login_of_ftp(struct str command, struct str code)
{
    bool worked = code.len == 3 && (code.p[0] == '1' || code.p[0] == '2');

    if (IS_ANY(command, passwords)) {
        if (str_eq(code, STR("230")))
            return 1;
        return IS_ANY(code, refusals) ? 0 : -1;
    }
    return worked && IS_ANY(command, inside) ? 1 : -1;
}
