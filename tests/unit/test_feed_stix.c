/* STIX bundles, their dates and categories, and patterns. */
#include "tests/unit/feed_text.h"

static void expect_objects(const char *objects, const char *want)
{
    struct buf text = {0};
    buf_printf(&text, "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[\n%s]}", objects);
    expect_feed(buf_str(&text), "stix", want);
    buf_done(&text);
}

#define INDICATOR "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"id\":\"indicator--1\""
#define ADDRESS   "\"pattern\":\"[ipv4-addr:value = '192.0.2.1']\""

Test(feed_stix, reads_indicators_with_their_dates)
{
    expect_objects("{\"type\":\"malware\",\"name\":\"x\"},\n" INDICATOR "," ADDRESS
                   ",\"name\":\"C2\",\"valid_from\":\"2026-01-02T03:04:05.000000Z\","
                   "\"valid_until\":\"2026-02-02T03:04:05Z\"}",
        "192.0.2.1 blocklist from 2026-01-02T03:04:05Z until 2026-02-02T03:04:05Z (C2)\n");
    expect_objects(INDICATOR "," ADDRESS ",\"valid_from\":\"2026-01-02T03:04:05Z\","
                             "\"valid_until\":\"2026-01-02T03:04:05Z\"}",
        "left out 1 that end before they begin\n");
    expect_objects(INDICATOR "," ADDRESS "}," INDICATOR "," ADDRESS ",\"valid_from\":\"now\"}",
        "192.0.2.1 blocklist\nrejected 1 at line 2: its dates cannot be read\n");
}

Test(feed_stix, knows_the_words_for_categories)
{
    expect_objects(INDICATOR "," ADDRESS ",\"indicator_types\":[\"x\",\"malicious-activity\"]}",
        "192.0.2.1 malware\n");
    expect_objects(INDICATOR
        "," ADDRESS ",\"labels\":[\"malicious-activity\"],"
        "\"kill_chain_phases\":[{\"kill_chain_name\":\"x\",\"phase_name\":\"y\"},"
        "{\"phase_name\":\"command-and-control\"}]}",
        "192.0.2.1 c2\n");
    expect_objects(INDICATOR "," ADDRESS ",\"indicator_types\":[\"benign\"]}", "192.0.2.1 allow\n");
}

Test(feed_stix, passes_over_what_is_revoked_or_in_another_language)
{
    expect_objects(INDICATOR "," ADDRESS "}," INDICATOR "," ADDRESS ",\"revoked\":true},"
                             "{\"type\":\"indicator\",\"pattern_type\":\"yara\",\"pattern\":\"x\"}",
        "192.0.2.1 blocklist\nskipped 1 revoked\nskipped 1 yara\n");
}

Test(feed_stix, is_refused_without_indicators)
{
    expect_no_feed(STR("{\"objects\":[{\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"}]}"),
        "x: STIX without indicator objects; what was only observed is not said to be bad");
}

/* A pattern beside one that names 192.0.2.1, so that a text with nothing else is a feed as well. */
static void expect_pattern(const char *pattern, const char *want)
{
    struct buf text = {0}, all = {0};
    buf_puts(&text, INDICATOR ",\"pattern\":");
    buf_add_json(&text, str_of(pattern));
    buf_puts(&text, "}," INDICATOR "," ADDRESS "}");
    buf_printf(&all, "%s", want);
    expect_objects(text.text, all.text);
    buf_done(&text);
    buf_done(&all);
}

#define FIRST "192.0.2.1 blocklist\n"

Test(feed_stix, takes_each_of_several_that_would_do_alone)
{
    expect_pattern("[ ipv4-addr:value='192.0.2.9' ]", "192.0.2.9 blocklist\n" FIRST);
    expect_pattern("[domain-name:value = 'Example.com' OR ipv6-addr:value = '2001:db8::/32']",
        "example.com blocklist\n2001:db8::/32 blocklist\n" FIRST);
    expect_pattern("[ipv4-addr:value IN ('192.0.2.7','192.0.2.8')]",
        "192.0.2.7 blocklist\n192.0.2.8 blocklist\n" FIRST);
    expect_pattern(
        "([ipv4-addr:value ISSUBSET '198.51.100.0/24'] OR [(ipv4-addr:value='192.0.2.9')])",
        "198.51.100.0/24 blocklist\n192.0.2.9 blocklist\n" FIRST);
    expect_pattern("[file:hashes.'SHA-256' = 'x' OR ipv4-addr:value = '192.0.2.9']",
        "192.0.2.9 blocklist\n" FIRST);
    expect_pattern(
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = "
        "'192.0.2.9' AND network-traffic:dst_port = 443]",
        "192.0.2.9 blocklist\n" FIRST);
}

Test(feed_stix, passes_over_what_is_asked_together)
{
    static const char *const together[] = {
        "[ipv4-addr:value = '192.0.2.9' AND file:name = 'x']",
        "[file:name = 'x' AND ipv4-addr:value = '192.0.2.9']",
        "[ipv4-addr:value = '192.0.2.9' AND domain-name:value = 'example.com']",
        "[ipv4-addr:value = '192.0.2.9' AND network-traffic:dst_port = 1 AND file:name = 'x']",
        "[ipv4-addr:value = '192.0.2.9' AND network-traffic:dst_port = 1 AND ipv4-addr:value = '192.0.2.8']",
        "[(file:name = 'x' OR network-traffic:dst_port = 1) AND ipv4-addr:value = '192.0.2.9']",
        "[ipv4-addr:value = '192.0.2.9'] AND [ipv4-addr:value = '192.0.2.8']",
        "[ipv4-addr:value = '192.0.2.9'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.8']",
        "[ipv4-addr:value = '192.0.2.9'] REPEATS 5 TIMES WITHIN 60 SECONDS",
    };
    for (size_t i = 0; i < sizeof together / sizeof *together; i++)
        expect_pattern(together[i], FIRST "skipped 1 combined pattern\n");
}

Test(feed_stix, passes_over_patterns_of_other_things)
{
    expect_pattern("[url:value = 'http://example.com/']", FIRST "skipped 1 url\n");
    expect_pattern(
        "[file:extensions.'x'.sections[0].name = 'y' AND file:size > 5]", FIRST "skipped 1 file\n");
    expect_pattern(
        "[ipv4-addr:value NOT = '192.0.2.9' AND file:name = 'x']", FIRST "skipped 1 ipv4-addr\n");
    expect_pattern("[ipv4-addr:value != '192.0.2.9']", FIRST "skipped 1 ipv4-addr\n");
    expect_pattern("[domain-name:value LIKE '%.example.com']", FIRST "skipped 1 domain-name\n");
}

Test(feed_stix, reads_patterns_of_so_many_targets)
{
    struct buf pattern = {0}, want = {0};
    buf_puts(&pattern, "[ipv4-addr:value IN (");
    for (int i = 0; i < 1000; i++) {
        buf_printf(&pattern, "%s'198.51.%d.%d'", i > 0 ? "," : "", 100 + i / 250, i % 250);
        buf_printf(&want, "198.51.%d.%d blocklist\n", 100 + i / 250, i % 250);
    }
    buf_puts(&want, FIRST);
    buf_puts(&pattern, ")]");
    expect_pattern(pattern.text, want.text);
    pattern.len -= 2;
    buf_puts(&pattern, ",'192.0.2.7')]");
    expect_pattern(pattern.text,
        FIRST "rejected 1 at line 2: its pattern cannot be read, or names more than 1000\n");
    buf_done(&pattern);
    buf_done(&want);
}

Test(feed_stix, rejects_patterns_that_cannot_be_read)
{
    static const char *const broken[] = {"", "[", "[]", "192.0.2.9", "[ipv4-addr:value]",
        "[ipv4-addr:value = ", "[ipv4-addr:value = '192.0.2.9'", "[ipv4-addr:value = '192.0.2.9]",
        "[ipv4-addr:value = '192.0.2.9' OR]", "[(ipv4-addr:value = '192.0.2.9']",
        "([ipv4-addr:value = '192.0.2.9']", "[ipv4-addr:value IN '192.0.2.9']",
        "[ipv4-addr:value IN ('192.0.2.9'", "[ipv4-addr:value = '192.0.2.9'] ]", "[value = 'x']"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        expect_pattern(broken[i],
            FIRST "rejected 1 at line 2: its pattern cannot be read, or names more than 1000\n");
    expect_pattern("[domain-name:value = 'domain example.com']",
        FIRST "rejected 1 at line 2: its pattern names no address, network or domain\n");
}
