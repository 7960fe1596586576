/* Small tables with what is looked for in the first column. */
#include "tests/unit/feed_text.h"

Test(feed_columns, reads_the_first_column_and_notes_the_others)
{
    expect_feed(STR("#ip,ioc\n192.0.2.1,Possible C2\nexample.com, high, Simda\n"
                    "198.51.100.0/24,\"a, b\"\r\nAS64500, high, x\n"),
        "csv",
        "192.0.2.1 blocklist (Possible C2)\nexample.com blocklist (high, Simda)\n"
        "198.51.100.0/24 blocklist (a, b)\nskipped 1 AS number\n");
    expect_feed(
        STR("Address,url\n192.0.2.1,IOC FOUND\n"), "csv", "192.0.2.1 blocklist (IOC FOUND)\n");
}

Test(feed_columns, rejects_rows_without_an_entry)
{
    expect_feed(STR("ip,x\n192.0.2.1,a\n192.0.2.2,a\n192.0.2.3,a\n192.0.2.4,a\n192.0.2.5,a\n"
                    "192.0.2.6,a\n192.0.2.7,a\n192.0.2.8,a\n192.0.2.9,a\n56565,a\n"),
        "csv",
        "192.0.2.1 blocklist (a)\n192.0.2.2 blocklist (a)\n192.0.2.3 blocklist (a)\n"
        "192.0.2.4 blocklist (a)\n192.0.2.5 blocklist (a)\n192.0.2.6 blocklist (a)\n"
        "192.0.2.7 blocklist (a)\n192.0.2.8 blocklist (a)\n192.0.2.9 blocklist (a)\n"
        "rejected 1 at line 11: no address, network or domain name in its first column\n");
}

Test(feed_columns, leaves_other_tables_alone)
{
    static const char want[] = "x: comma-separated values of a kind that is not read; column 1 "
                               "holds addresses: give that column alone, one a line";
    expect_no_feed(STR("192.0.2.1,a,b,c,d\n192.0.2.2,a,b,c,d\n"), want);
    expect_no_feed(STR("192.0.2.1,a\nhost,b\nother,c\nmore,d\n"), want);
}
