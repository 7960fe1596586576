/* MISP events as JSON and CSV. */
#include "tests/unit/feed_text.h"

#define ATTRIBUTE(type, value, more)                                                               \
    "{\"type\":\"" type "\",\"category\":\"Network activity\",\"to_ids\":true,\"value\":\"" value  \
    "\"" more "}"

static const char attributes[] = ATTRIBUTE("ip-dst", "192.0.2.1",
    ",\"comment\":\"beacon\",\"deleted\":false") "," ATTRIBUTE("ip-src", "192.0.2.2",
    ",\"ShadowAttribute\":[" ATTRIBUTE("ip-dst", "192.0.2.99", "") "]") "," ATTRIBUTE("ip-dst|port",
    "192.0.2.3|443", ",\"first_seen\":\"2026-01-02T03:04:05+00:00\"") "," ATTRIBUTE("domain|ip",
    "A.example.com|192.0.2.4",
    "") "," ATTRIBUTE("hostname", "b.example.com", "") "," ATTRIBUTE("domain", "gone.example.com",
    ",\"deleted\":true") "," ATTRIBUTE("filename|sha1", "a|00", "") "," ATTRIBUTE("ip-dst", "none",
    "") ","
        "{\"type\":\"domain\",\"category\":\"External analysis\",\"to_ids\":\"1\",\"value\":\"c.example.com\"},"
        "{\"type\":\"ip-dst\",\"to_ids\":false,\"value\":\"192.0.2.9\"}";

static const char want[] =
    "192.0.2.1 malware (Trouble: beacon)\n192.0.2.2 blocklist (Trouble)\n"
    "192.0.2.3 malware from 2026-01-02T03:04:05Z (Trouble, port 443)\n"
    "a.example.com malware (Trouble)\n192.0.2.4 malware (Trouble)\n"
    "b.example.com malware (Trouble)\nc.example.com blocklist (Trouble)\n"
    "skipped 1 deleted\nskipped 1 filename|sha1\nskipped 1 not for detection\n"
    "rejected 1 at line 2: no address, network or domain name\n";

static void expect_wrapped(const char *before, const char *after)
{
    struct buf text = {0};
    buf_printf(&text, "%s\"info\":\"Trouble\",\n\"Attribute\":[%s]%s", before, attributes, after);
    expect_feed(buf_str(&text), "misp", want);
    buf_done(&text);
}

Test(feed_misp, reads_an_event_in_each_of_its_wrappings)
{
    expect_wrapped("{", "}");
    expect_wrapped("{\"Event\":{", "}}");
    expect_wrapped("{\"response\":{\"Event\":{", "}}}");
    expect_wrapped("{\"response\":[{\"Event\":{", "}}]}");
    expect_wrapped("[{\"Event\":{", "}}]");
    expect_wrapped(
        "{\"Event\":{\"Object\":[],", ",\"RelatedEvent\":[{\"Event\":{\"info\":\"x\"}}]}}");
}

Test(feed_misp, reads_the_attributes_of_objects)
{
    expect_feed(
        STR("{\"Event\":{\"info\":\"x\",\"Object\":[{\"name\":\"ip-port\",\"Attribute\":[" ATTRIBUTE(
            "ip-dst", "192.0.2.1", "") "," ATTRIBUTE("port", "443", "") "]}]}}"),
        "misp", "192.0.2.1 malware (x)\nskipped 1 port\n");
}

Test(feed_misp, is_refused_when_nothing_in_it_is_for_detection)
{
    expect_no_feed(
        STR("{\"Event\":{\"Attribute\":[{\"type\":\"domain\",\"value\":\"example.com\","
            "\"to_ids\":false},{\"type\":\"sha1\",\"value\":\"00\",\"to_ids\":false}," ATTRIBUTE(
                "sha1", "00", "") "]}}"),
        "x: nothing in it is matched; it holds 2 not for detection, 1 sha1");
}

Test(feed_misp, is_refused_when_it_is_cut_or_too_deep)
{
    expect_no_feed(STR("{\"Event\":{\"Attribute\":[" ATTRIBUTE("ip-dst", "192.0.2.1", "") ","),
        "x: its JSON ends too early; fetch it again");
    expect_no_feed(STR("{\"Event\":{\"info\":\"x\",\n\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
        "x: it is nested too deep (line 2)");
}

Test(feed_misp, reads_csv)
{
    expect_feed(STR("uuid,event_id,category,type,value,comment,to_ids,date\r\n"
                    "\"u\",1,\"Network activity\",\"ip-dst\",\"192.0.2.1\",\"two\nlines\",1,1\r\n"
                    "\"u\",1,\"Network activity\",\"domain\",\"example.com\",\"\",1,1\r\n"
                    "\"u\",1,\"Network activity\",\"domain\",\"example.org\",\"\",0,1\r\n"
                    "\"u\",1,\"Network activity\",\"ip-dst\" x\r\n"),
        "misp-csv",
        "192.0.2.1 malware (two\nlines)\nexample.com malware\nskipped 1 not for detection\n"
        "rejected 1 at line 6: its quotes do not fit\n");
}
