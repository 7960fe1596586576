#include "util/suffix.h"

#include <criterion/criterion.h>

#include <stdio.h>

struct seen {
    char text[256];
};

static bool note(void *arg, struct str suffix, uint32_t value)
{
    struct seen *seen = arg;
    size_t used = strlen(seen->text);
    snprintf(
        seen->text + used, sizeof seen->text - used, "%.*s=%u ", (int)suffix.len, suffix.p, value);
    return true;
}

static bool note_one(void *arg, struct str suffix, uint32_t value)
{
    note(arg, suffix, value);
    return false;
}

static struct suffix_set *known(void)
{
    struct suffix_set *set = suffix_set_new();
    cr_assert(suffix_set_add(set, STR("bad.example"), 7));
    cr_assert(suffix_set_add(set, STR("very.bad.example"), 3));
    cr_assert(suffix_set_add(set, STR("bad.example"), 2));
    cr_assert(suffix_set_add(set, STR("example.org"), 1));
    cr_assert(suffix_set_freeze(set));
    return set;
}

static struct seen ask(const char *name)
{
    struct suffix_set *set = known();
    struct seen seen = {""};
    suffix_set_find(set, str_of(name), note, &seen);
    suffix_set_free(set);
    return seen;
}

Test(suffix, finds_the_longest_name_first_and_values_in_order)
{
    cr_expect_str_eq(
        ask("www.very.bad.example").text, "very.bad.example=3 bad.example=2 bad.example=7 ");
}

Test(suffix, a_name_is_below_itself)
{
    cr_expect_str_eq(ask("example.org").text, "example.org=1 ");
}

Test(suffix, matches_whole_labels_only)
{
    cr_expect_str_eq(ask("notbad.example").text, "");
    cr_expect_str_eq(ask("example").text, "");
    cr_expect_str_eq(ask("bad.example.net").text, "");
}

Test(suffix, survives_odd_names)
{
    cr_expect_str_eq(ask("").text, "");
    cr_expect_str_eq(ask(".").text, "");
    cr_expect_str_eq(ask("..bad.example").text, "bad.example=2 bad.example=7 ");
    cr_expect_str_eq(ask("bad.example.").text, "");
}

Test(suffix, stops_when_told)
{
    struct suffix_set *set = known();
    struct seen seen = {""};
    suffix_set_find(set, STR("very.bad.example"), note_one, &seen);
    cr_expect_str_eq(seen.text, "very.bad.example=3 ");
    suffix_set_free(set);
}

Test(suffix, an_empty_set_holds_nothing)
{
    struct suffix_set *set = suffix_set_new();
    struct seen seen = {""};
    cr_assert(suffix_set_freeze(set));
    suffix_set_find(set, STR("bad.example"), note, &seen);
    cr_expect_str_eq(seen.text, "");
    cr_expect_eq(suffix_set_count(set), 0);
    suffix_set_free(set);
    suffix_set_free(NULL);
}

Test(suffix, holds_many_names)
{
    struct suffix_set *set = suffix_set_new();
    char name[64];
    for (uint32_t i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "h%u.example", i);
        cr_assert(suffix_set_add(set, str_of(name), i));
    }
    cr_assert(suffix_set_freeze(set));
    for (uint32_t i = 0; i < 20000; i += 37) {
        struct seen seen = {""};
        char want[80];
        snprintf(name, sizeof name, "a.b.h%u.example", i);
        snprintf(want, sizeof want, "h%u.example=%u ", i, i);
        suffix_set_find(set, str_of(name), note, &seen);
        cr_expect_str_eq(seen.text, want);
    }
    suffix_set_free(set);
}
