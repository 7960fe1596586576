/* Domain names: one form for each, and what is none. */
#include "util/domain.h"

#include <criterion/criterion.h>

static void expect_domain(const char *text, const char *want)
{
    char got[DOMAIN_TEXT_SIZE] = "";
    cr_expect(domain_normalise(str_of(text), got), "%s", text);
    cr_expect_str_eq(got, want, "%s: %s", text, got);
}

static void expect_none(const char *text)
{
    char got[DOMAIN_TEXT_SIZE];
    cr_expect_not(domain_normalise(str_of(text), got), "%s", text);
}

Test(domain, has_one_form)
{
    expect_domain("example.com", "example.com");
    expect_domain("WWW.Example.COM.", "www.example.com");
    expect_domain("*.example.com", "example.com");
    expect_domain(".example.com.", "example.com");
    expect_domain("_dmarc.a-b.example.xn--p1ai", "_dmarc.a-b.example.xn--p1ai");
    expect_domain("7.example", "7.example");
}

Test(domain, is_more_than_a_label_and_no_address)
{
    static const char *const none[] = {"", ".", "*.", "com", "com.", "*.com", "localhost",
        "192.0.2.1", "192.0.2.1.", "1.2", "a..b", "..a.b", "a.b..", "a b.com", "a/b.com", "a.b/",
        "b\xC3\xBC"
        "cher.example",
        "example.c", "*.*.example.com", "a@b.com", "example.com:80"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        expect_none(none[i]);
}

Test(domain, has_limits)
{
    char name[300];
    memset(name, 'a', sizeof name);
    memcpy(name + 63, ".com", 5);
    expect_domain(name, name);
    name[63] = 'a';
    memcpy(name + 64, ".com", 5);
    expect_none(name);
    for (int i = 0; i < 253; i++)
        name[i] = i % 50 == 49 ? '.' : 'b';
    name[253] = '\0';
    expect_domain(name, name);
    name[253] = 'b';
    name[254] = '\0';
    expect_none(name);
}
