/* Suricata datasets with text in base64. */
#include "tests/unit/feed_text.h"

Test(feed_dataset, reads_names_and_addresses_in_base64)
{
    expect_feed(
        STR("ZXhhbXBsZS5jb20=\nd3d3LkV4YW1wbGUub3Jn\n\nMTkyLjAuMi4x,10\r\nL2luZGV4Lmh0bWw=\n"
            "not base64\n"),
        "suricata-dataset",
        "example.com blocklist\nwww.example.org blocklist\n192.0.2.1 blocklist\n"
        "skipped 1 neither address nor domain\n"
        "rejected 1 at line 6: no text in base64\n");
}

Test(feed_dataset, is_a_plain_list_where_it_is_of_addresses)
{
    expect_feed(STR("192.0.2.1\n2001:db8::1\n::ffff:192.0.2.2\n"), "plain",
        "192.0.2.1 blocklist\n2001:db8::1 blocklist\n192.0.2.2 blocklist\n");
    expect_feed(STR("192.0.2.1,5\n2001:db8::1,6\n"), "csv",
        "192.0.2.1 blocklist (5)\n2001:db8::1 blocklist (6)\n");
}

Test(feed_dataset, takes_no_hash_for_base64)
{
    expect_no_feed(STR("0123456789abcdef0123456789abcdef\n"),
        "x: nothing in it is matched; it holds 1 file hash");
    expect_no_feed(STR("word\nline\n"),
        "x: no list of addresses or domains, nor any other feed that is read (line 1: no address, "
        "network or domain name)");
}
