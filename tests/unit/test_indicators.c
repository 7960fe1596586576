/* What the feeds say of an address or name at a moment. */
#include "correlate/facts/indicators.h"
#include "tests/unit/feed_list.h"
#include "tests/unit/scratch.h"

#define EVERY (~0u)
#define NOON  1000

static struct scratch db;
static struct indicators *all;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    indicators_free(all);
    all = NULL;
    scratch_close(&db);
}

TestSuite(indicators, .init = setup, .fini = teardown);

static struct indicator dated(
    const char *what, enum indicator_category category, int64_t from_us, int64_t until_us)
{
    struct indicator i = {.category = category, .from_us = from_us, .until_us = until_us};
    if (!cidr_parse(str_of(what), &i.net)) {
        i.kind = strchr(what, ':') ? INDICATOR_FINGERPRINT : INDICATOR_DOMAIN;
        i.domain = str_of(what);
    }
    return i;
}

static struct indicator always(const char *what, enum indicator_category category)
{
    return dated(what, category, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL);
}

static void import(const char *name, const struct indicator *list, size_t count)
{
    struct err err = {0};
    cr_assert(import_list(db.s, name, list, count, NOON, NULL, &err), "%s", err.text);
    indicators_free(all);
    all = indicators_new(db.s, &err);
    cr_assert(all, "%s", err.text);
}

#define IMPORT(name, ...)                                                                          \
    do {                                                                                           \
        struct indicator list[] = {__VA_ARGS__};                                                   \
        import(name, list, sizeof list / sizeof *list);                                            \
    } while (0)

/* "subject categories", the latter as bits; "" when nothing is found. */
static void expect_match(const struct indicator_match *m, const char *asked, const char *want)
{
    char text[300] = "";
    if (m->found)
        snprintf(text, sizeof text, "%s %u", m->subject, m->categories);
    cr_expect_str_eq(text, want, "%s: want \"%s\", got \"%s\"", asked, want, text);
}

static void expect_address_at(
    const char *address, bool home, unsigned wanted, int64_t t_us, const char *want)
{
    struct end end = {.home = home, .peer = true};
    struct indicator_match m;
    bool may;
    struct err err = {0};
    cr_assert(ip_parse(str_of(address), &end.ip));
    end.global = ip_classify(&end.ip) == IP_GLOBAL;
    for (int round = 0; round < 2; round++) { /* once asked, once remembered */
        cr_assert(indicators_match_address(all, &end, wanted, t_us, &m, &err), "%s", err.text);
        expect_match(&m, address, want);
        cr_assert(indicators_may_name(all, &end, &may, &err), "%s", err.text);
        cr_expect(may || !m.found, "%s may be named", address);
    }
}

static void expect_address(const char *address, const char *want)
{
    expect_address_at(address, false, EVERY, NOON, want);
}

static void expect_name(const char *name, const char *want)
{
    struct indicator_match m;
    struct err err = {0};
    cr_assert(indicators_match_name(all, str_of(name), EVERY, NOON, &m, &err), "%s", err.text);
    expect_match(&m, name, want);
}

#define C2      INDICATOR_C2
#define SCANNER INDICATOR_SCANNER

static bool may_name(const char *address)
{
    struct end end = {.peer = true};
    bool may = false;
    cr_assert(ip_parse(str_of(address), &end.ip));
    end.global = ip_classify(&end.ip) == IP_GLOBAL;
    cr_assert(indicators_may_name(all, &end, &may, NULL));
    return may;
}

Test(indicators, tell_whom_they_may_name_at_some_time)
{
    IMPORT("a", always("198.51.100.0/24", SCANNER), dated("203.0.113.9", C2, 5, 6),
        always("10.0.0.0/8", C2));
    cr_expect(may_name("198.51.100.255") && may_name("203.0.113.9"));
    cr_expect_not(may_name("198.51.101.0") || may_name("203.0.113.10"));
    cr_expect_not(may_name("10.0.0.1"), "a private address");
}

Test(indicators, finds_the_narrowest_network)
{
    IMPORT("a", always("198.51.100.0/24", SCANNER), always("198.51.0.0/16", C2),
        always("198.51.100.7", C2), always("2001:db8::/32", C2), always("2001:db8::7", SCANNER));
    expect_address("198.51.100.7", "198.51.100.7 2");
    expect_address("198.51.100.8", "198.51.100.0/24 16");
    expect_address("198.51.7.8", "198.51.0.0/16 2");
    expect_address("198.50.7.8", "");
    expect_address("2001:db8::7", "2001:db8::7 16");
    expect_address("2001:db8::8", "2001:db8::/32 2");
    expect_address("2001:db9::8", "");
}

Test(indicators, finds_the_narrowest_of_a_wanted_category)
{
    IMPORT("a", always("198.51.100.7", SCANNER), always("198.51.100.0/24", C2));
    expect_address_at("198.51.100.7", false, INDICATOR_BIT(C2), NOON, "198.51.100.0/24 2");
    expect_address_at("198.51.100.7", false, INDICATOR_BIT(INDICATOR_MALWARE), NOON, "");
    expect_address_at("198.51.100.7", false, 0, NOON, "");
}

Test(indicators, tells_all_that_feeds_say_of_it)
{
    IMPORT("a", always("198.51.100.7", C2));
    IMPORT("b", always("198.51.100.7", SCANNER));
    expect_address("198.51.100.7", "198.51.100.7 18");
}

Test(indicators, counts_from_its_beginning_until_its_end)
{
    IMPORT("a", dated("198.51.100.7", C2, 10, 20), always("198.51.100.0/24", SCANNER));
    expect_address_at("198.51.100.7", false, EVERY, 9, "198.51.100.0/24 16");
    expect_address_at("198.51.100.7", false, EVERY, 10, "198.51.100.7 2");
    expect_address_at("198.51.100.7", false, EVERY, 19, "198.51.100.7 2");
    expect_address_at("198.51.100.7", false, EVERY, 20, "198.51.100.0/24 16");
}

Test(indicators, still_counts_before_a_feed_dropped_it)
{
    IMPORT("a", always("198.51.100.7", C2));
    import("a", NULL, 0);
    expect_address_at("198.51.100.7", false, EVERY, NOON - 1, "198.51.100.7 2");
    expect_address_at("198.51.100.7", false, EVERY, NOON, "");
}

Test(indicators, an_allow_list_stands_over_the_rest_however_wide)
{
    bool yes;
    struct ipaddr ip;
    IMPORT("a", always("198.51.100.7", C2), always("bad.example", C2));
    IMPORT("b", always("198.51.0.0/16", INDICATOR_ALLOW), always("example", INDICATOR_ALLOW));
    expect_address("198.51.100.7", "");
    expect_name("www.bad.example", "");
    cr_assert(ip_parse(STR("198.51.3.4"), &ip) && indicators_allow(all, &ip, NOON, &yes, NULL));
    cr_expect(yes);
    cr_assert(ip_parse(STR("198.52.3.4"), &ip) && indicators_allow(all, &ip, NOON, &yes, NULL));
    cr_expect_not(yes);
}

Test(indicators, an_allow_list_counts_while_it_is_in_force)
{
    bool yes;
    struct ipaddr ip;
    IMPORT("a", always("198.51.100.7", C2), dated("198.51.100.7", INDICATOR_ALLOW, 10, 20));
    expect_address_at("198.51.100.7", false, EVERY, 10, "");
    expect_address_at("198.51.100.7", false, EVERY, 20, "198.51.100.7 2");
    cr_assert(ip_parse(STR("198.51.100.7"), &ip) && indicators_allow(all, &ip, 20, &yes, NULL));
    cr_expect_not(yes);
}

Test(indicators, never_match_addresses_that_are_no_ones)
{
    IMPORT("a", always("8.0.0.0/5", C2), always("fe00::/8", C2));
    expect_address("10.0.0.1", "");
    expect_address("fe80::1", "");
    expect_address("11.0.0.1", "8.0.0.0/5 2");
}

Test(indicators, match_addresses_of_ours_as_visitors_of_a_sinkhole_only)
{
    IMPORT("a", always("203.0.113.5", C2), always("203.0.113.6", INDICATOR_SINKHOLE));
    expect_address_at("203.0.113.5", true, EVERY, NOON, "");
    expect_address_at("203.0.113.6", true, EVERY, NOON, "203.0.113.6 8");
}

Test(indicators, find_the_longest_domain)
{
    IMPORT("a", always("example.com", SCANNER), always("bad.example.com", C2));
    expect_name("bad.example.com", "bad.example.com 2");
    expect_name("www.bad.example.com", "bad.example.com 2");
    expect_name("good.example.com", "example.com 16");
    expect_name("notexample.com", "");
    expect_name("com", "");
    expect_name("example.com.net", "");
    expect_name("", "");
    expect_name("..bad.example.com", "bad.example.com 2");
    expect_name("bad.example.com.", "");
}

Test(indicators, are_none_without_feeds)
{
    all = indicators_new(db.s, NULL);
    cr_assert(all);
    cr_expect_not(indicators_any_network(all) || indicators_any_domain(all));
    expect_address("198.51.100.7", "");
    expect_name("bad.example", "");
}

Test(indicators, know_which_kinds_there_are)
{
    IMPORT("a", always("bad.example", C2));
    cr_expect(indicators_any_domain(all) && !indicators_any_network(all));
    IMPORT("b", always("2001:db8::/32", C2));
    cr_expect(indicators_any_domain(all) && indicators_any_network(all));
}

/* More addresses than are remembered, each with more than one thing to say. */
Test(indicators, answer_the_same_however_many_are_asked_for)
{
    IMPORT("a", always("198.51.0.0/16", C2));
    IMPORT("b", always("198.51.0.0/16", SCANNER), always("198.51.128.0/17", INDICATOR_MALWARE));
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 65536; i += 3) {
            struct end end = {.ip = ip_from_v4(0xC6330000u + i), .peer = true, .global = true};
            struct indicator_match m;
            cr_assert(indicators_match_address(all, &end, EVERY, NOON, &m, NULL));
            cr_assert(m.found);
            cr_assert_eq(m.categories, i < 32768 ? 18u : 4u, "%u", i);
        }
}

Test(indicators, tell_the_named_from_strangers_however_many_are_asked_for)
{
    struct indicator named[256];
    for (uint32_t i = 0; i < 256; i++) {
        named[i] = always("0.0.0.0", C2);
        named[i].net.ip = ip_from_v4(0xC6330007u + 256 * i);
    }
    import("a", named, 256);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 65536; i++) {
            struct end end = {.ip = ip_from_v4(0xC6330000u + i), .peer = true, .global = true};
            bool may;
            cr_assert(indicators_may_name(all, &end, &may, NULL));
            cr_assert_eq(may, i % 256 == 7, "%u", i);
        }
}

static void expect_print(const char *print, int64_t t_us, const char *want)
{
    struct indicator_match m;
    struct err err = {0};
    cr_assert(indicators_match_print(all, str_of(print), EVERY, t_us, &m, &err), "%s", err.text);
    expect_match(&m, print, want);
}

Test(indicators, find_a_fingerprint_as_a_whole)
{
    IMPORT("a", dated("ja3:abc", C2, 10, 20), always("sha1:abc", INDICATOR_MALWARE));
    cr_expect(indicators_any_print(all) && !indicators_any_domain(all));
    expect_print("ja3:abc", 10, "ja3:abc 2");
    expect_print("ja3:abc", 20, "");
    expect_print("sha1:abc", 20, "sha1:abc 4");
    expect_print("ja3s:abc", 10, "");
    expect_print("ja3:abcd", 10, "");
    expect_name("ja3:abc", "");
}

Test(indicators, an_allow_list_may_name_a_fingerprint)
{
    IMPORT("a", always("ja3:abc", C2));
    IMPORT("b", always("ja3:abc", INDICATOR_ALLOW));
    expect_print("ja3:abc", NOON, "");
}
