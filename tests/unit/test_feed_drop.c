/* Spamhaus DROP as text and as JSON lines. */
#include "tests/unit/feed_text.h"

Test(feed_drop, is_a_list_with_its_own_comments)
{
    expect_feed(STR("; Spamhaus DROP List 2026/01/02 - (c) 2026\n; Last-Modified: x\n"
                    "198.51.100.0/24 ; SBL1\r\n2001:db8::/32 ; SBL2\n"),
        "spamhaus-drop", "198.51.100.0/24 blocklist (SBL1)\n2001:db8::/32 blocklist (SBL2)\n");
    expect_feed(
        STR("198.51.100.0/24 ; SBL1\n"), "spamhaus-drop", "198.51.100.0/24 blocklist (SBL1)\n");
    expect_feed(STR("198.51.100.0/24 \n"), "plain", "198.51.100.0/24 blocklist\n");
}

Test(feed_drop, reads_json_lines_with_their_trailer)
{
    expect_feed(STR("{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"SBL1\",\"rir\":\"apnic\"}\n"
                    "{\"sblid\":\"SBL2\",\"cidr\":\"10.0.0.0/9\"}\n"
                    "{\"cidr\":\"none\"}\n"
                    "{\"cidr\":\"203.0.113.0/24\"}\n"
                    "{\"type\":\"metadata\",\"timestamp\":1,\"size\":2,\"records\":3}\n"),
        "spamhaus-drop-json",
        "198.51.100.0/24 blocklist (SBL1)\n203.0.113.0/24 blocklist\nleft out 1 private\n"
        "rejected 1 at line 3: no network under \"cidr\"\n");
}

Test(feed_drop, names_no_networks_by_their_operator)
{
    expect_no_feed(STR("{\"asn\":64500,\"cc\":\"ZZ\"}\n{\"asn\":64501}\n{\"type\":\"metadata\"}\n"),
        "x: nothing in it is matched; it holds 2 AS number");
}

Test(feed_drop, is_refused_when_a_line_is_cut)
{
    expect_no_feed(STR("{\"cidr\":\"198.51.100.0/24\"}\n{\"cidr\":\"203.0"),
        "x: its JSON ends too early; fetch it again");
}
