/* MISP warning lists become entries that allow. */
#include "tests/unit/feed_text.h"

Test(feed_warning_list, allows_its_addresses_and_domains)
{
    expect_feed(STR("{\"description\":\"x\",\"list\":[\"192.0.2.1\",\n\"198.51.100.0/24\","
                    "\".example.com\",\"10.0.0.0/8\",\"0.0.0.0/0\",\"word\"],"
                    "\"matching_attributes\":[\"ip-src\"],\"name\":\"Known resolvers\","
                    "\"type\":\"cidr\",\"version\":4}\n"),
        "misp-warninglist",
        "192.0.2.1 allow (Known resolvers)\n198.51.100.0/24 allow (Known resolvers)\n"
        "example.com allow (Known resolvers)\n"
        "left out 1 wider than /8 (IPv4) or /16 (IPv6)\nleft out 1 private\n"
        "skipped 1 neither address nor domain\n");
}

Test(feed_warning_list, is_what_the_option_says)
{
    struct feed_options options = FEED_OPTIONS;
    struct feed_result r = {0};
    struct err err = {0};
    options.category = INDICATOR_SINKHOLE;
    cr_assert(
        feed_parse("x", STR("{\"list\":[\"192.0.2.1\"],\"type\":\"cidr\"}"), &options, &r, &err),
        "%s", err.text);
    cr_expect_eq(entry_of(&r.feed, 0).category, INDICATOR_SINKHOLE);
    feed_result_done(&r);
}

Test(feed_warning_list, is_refused_where_it_would_have_to_be_searched_for)
{
    expect_no_feed(STR("{\"list\":[\"/x/\"],\"type\":\"regex\",\"name\":\"x\"}"),
        "x: a warning list of another type; of MISP warning lists those of the types cidr, string "
        "and hostname are read");
    expect_no_feed(STR("{\"list\":[\"192.0.2.1\"]}"),
        "x: JSON with a list, but without its type; of MISP warning lists those of the types cidr, "
        "string and hostname are read");
}
