/* Names in the one form that is kept. */
#include "ingest/name_text.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct arena text;

static void tear_down(void)
{
    arena_done(&text);
}

TestSuite(name_text, .fini = tear_down);

static void expect_plain(const char *from, const char *want)
{
    struct str name = {0};

    cr_assert(name_plain(str_of(from), &text, &name));
    cr_expect(str_eq(name, str_of(want)), "%s: %.*s", from, (int)name.len, name.p);
}

static void expect_host(const char *from, const char *want)
{
    struct str name = {0};

    cr_assert(name_host(str_of(from), &text, &name));
    cr_expect(str_eq(name, str_of(want)), "%s: %.*s", from, (int)name.len, name.p);
}

Test(name_text, names_are_lower_case_without_a_last_dot)
{
    expect_plain("WWW.Example.COM.", "www.example.com");
    expect_plain("a.example", "a.example");
    expect_plain("a.example..", "a.example");
    expect_plain("localhost", "localhost");
    expect_plain("_ldap._tcp.EXAMPLE", "_ldap._tcp.example");
    expect_plain("\xC3\x84.example", "\xC3\x84.example");
}

Test(name_text, a_name_may_be_none)
{
    expect_plain("", "");
    expect_plain(".", "");
    expect_plain("...", "");
}

Test(name_text, names_have_a_longest_length)
{
    char longest[NAME_SEEN_MAX + 2];
    struct str name;

    memset(longest, 'a', sizeof(longest));
    cr_assert(name_plain((struct str){longest, NAME_SEEN_MAX}, &text, &name));
    cr_expect_eq(name.len, NAME_SEEN_MAX);
    cr_assert(name_plain((struct str){longest, NAME_SEEN_MAX + 1}, &text, &name));
    cr_expect_eq(name.len, 0);
}

Test(name_text, a_name_does_not_need_its_line_any_more)
{
    struct str from = STR("www.example.com"), name;

    cr_assert(name_plain(from, &text, &name));
    cr_expect_neq(name.p, from.p);
}

Test(name_text, hosts_have_no_port_and_are_no_addresses)
{
    expect_host("Example.com:8080", "example.com");
    expect_host("example.com", "example.com");
    expect_host("192.0.2.1", "");
    expect_host("192.0.2.1:80", "");
    expect_host("[2001:db8::1]:80", "");
    expect_host("2001:db8::1", "");
    expect_host("", "");
    expect_host(":80", "");
}

Test(name_text, answers_are_distinct_addresses_up_to_a_number)
{
    struct answers answers = {.count = 0};
    struct name_seen n = {0};

    cr_assert(answers_keep(&answers, &text, &n));
    cr_expect_null(n.answers);
    answers_add(&answers, STR("alias.example"));
    answers_add(&answers, STR(""));
    for (int i = 0; i < NAME_ANSWERS_MAX + 3; i++) {
        char address[32];
        snprintf(address, sizeof(address), "192.0.2.%d", i);
        answers_add(&answers, str_of(address));
        answers_add(&answers, str_of(address));
    }
    cr_assert(answers_keep(&answers, &text, &n));
    cr_expect_eq(n.answer_count, NAME_ANSWERS_MAX);
    cr_expect_eq(ip_v4(&n.answers[NAME_ANSWERS_MAX - 1]), 0xC0000200 + NAME_ANSWERS_MAX - 1);
}
