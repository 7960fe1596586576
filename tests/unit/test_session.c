/* What Suricata's sessions tell of Zeek's. */
#include "correlate/facts/session.h"

#include <criterion/criterion.h>

static void expect_told(const struct session *zeek, int success, int64_t tries, int exchanged)
{
    cr_expect_eq(zeek->told_success, success);
    cr_expect_eq(zeek->told_tries, tries);
    cr_expect_eq(zeek->told_exchanged, exchanged);
}

Test(session, is_told_the_most_that_any_says)
{
    const struct session told[] = {{.success = 0, .tries = 3, .exchanged = EXCHANGED_TRIES},
        {.success = 1, .tries = 2, .exchanged = EXCHANGED_KEYS}, {.success = -1, .tries = 0}};
    struct session zeek = {.success = -1, .tries = 9, .told_success = 1, .told_tries = 70};

    session_forget_told(&zeek);
    expect_told(&zeek, -1, 0, EXCHANGED_NO);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        session_tell(&zeek, &told[i]);
    expect_told(&zeek, 1, 3, EXCHANGED_TRIES);
    cr_expect_eq(zeek.success, -1);
    cr_expect_eq(zeek.tries, 9);
}

Test(session, is_told_nothing_by_a_try_that_counts_by_itself)
{
    const struct session failed = {.success = 0, .tries = 5, .exchanged = EXCHANGED_TRY};
    struct session zeek = {.success = -1};

    session_forget_told(&zeek);
    session_tell(&zeek, &failed);
    expect_told(&zeek, -1, 0, EXCHANGED_NO);
}

Test(session, is_not_told_that_keys_were_agreed)
{
    const struct session keys = {.success = -1, .exchanged = EXCHANGED_KEYS};
    struct session zeek = {.success = -1};

    session_forget_told(&zeek);
    session_tell(&zeek, &keys);
    expect_told(&zeek, -1, 0, EXCHANGED_NO);
    cr_expect_not(session_has_told(&zeek));
}
