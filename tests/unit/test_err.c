/* util/err.c: one error, kept from the first failure on, always one terminated text. */
#include "util/err.h"

#include <criterion/criterion.h>

#include <string.h>

Test(err, set_records_code_and_text_and_returns_false)
{
    struct err err = {0};
    cr_assert_not(err_set(&err, ERR_DATA, "line %d: %s", 7, "no such field"));
    cr_assert_eq(err.code, ERR_DATA);
    cr_assert_str_eq(err.text, "line 7: no such field");
}

Test(err, keeps_the_first_failure)
{
    struct err err = {0};
    err_set(&err, ERR_IO, "first");
    cr_assert_not(err_set(&err, ERR_LOCKED, "second"));
    cr_assert_eq(err.code, ERR_IO);
    cr_assert_str_eq(err.text, "first");
}

Test(err, may_be_absent)
{
    cr_assert_not(err_set(NULL, ERR_DATA, "nobody listens"));
    cr_assert_not(err_prefix(NULL, "nowhere"));
    cr_assert_not(err_nomem(NULL));
}

Test(err, prefix_names_the_place_and_nests)
{
    struct err err = {0};
    err_set(&err, ERR_CONFIG, "unknown key");
    cr_assert_not(err_prefix(&err, "%s:%d", "tocsin.conf", 3));
    err_prefix(&err, "start");
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert_str_eq(err.text, "start: tocsin.conf:3: unknown key");
}

Test(err, prefix_of_no_error_makes_none)
{
    struct err err = {0};
    cr_assert_not(err_prefix(&err, "place"));
    cr_assert_eq(err.code, ERR_NONE);
    cr_assert_str_eq(err.text, "");
}

Test(err, text_that_is_too_long_is_cut_and_terminated)
{
    char big[2000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    struct err err = {0};
    err_set(&err, ERR_DATA, "%s", big);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    err_prefix(&err, "%s", "place");
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    cr_assert_eq(strncmp(err.text, "place: xxx", 10), 0);
    err_prefix(&err, "%s", big);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
}

/* Fills a text so that `character` begins `room` bytes before the last place, and cuts it there. */
static size_t cut_len(const char *character, size_t room)
{
    struct err err = {0};
    int fill = (int)(sizeof err.text - 1 - room);
    err_set(&err, ERR_DATA, "%*s%s", fill, "", character);
    return strlen(err.text);
}

Test(err, is_never_cut_inside_a_character)
{
    const size_t full = sizeof((struct err){0}).text - 1;
    static const char *const characters[] = {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x94\x94"};
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(characters[i]);
        for (size_t room = 1; room < len; room++)
            cr_assert_eq(cut_len(characters[i], room), full - room, "%zu of %zu", room, len);
        cr_assert_eq(cut_len(characters[i], len), full);
    }
}

Test(err, prefix_is_never_cut_inside_a_character)
{
    struct err err = {0};
    int fill = (int)(sizeof err.text - 1 - 2);
    err_set(&err, ERR_DATA, "%*s\xC3\xA9", fill, "");
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    err_prefix(&err, "%s", "");
    cr_assert_eq(err.text[sizeof err.text - 2], ' ');
    err = (struct err){0};
    err_set(&err, ERR_DATA, "%*s\xC3\xA9", fill - 1, "");
    err_prefix(&err, "%s", "");
    cr_assert_eq(strlen(err.text), sizeof err.text - 2);
}

Test(err, out_of_memory_is_internal)
{
    struct err err = {0};
    cr_assert_not(err_nomem(&err));
    cr_assert_eq(err.code, ERR_INTERNAL);
    cr_assert_str_eq(err.text, "out of memory");
}
