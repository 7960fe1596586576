/* The CSV files of abuse.ch, in the forms they had over the years. */
#include "tests/unit/feed_text.h"

Test(feed_abusech, reads_feodo_tracker)
{
    expect_feed(
        STR("################\n# Feodo Tracker #\n################\n#\n"
            "\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n"
            "\"2026-01-02 03:04:05\",\"192.0.2.1\",\"1194\",\"online\",\"2026-02-01\",\"Pikabot\"\n"
            "\"\",\"192.0.2.2\",\"\",\"offline\",\"\",\"\"\r\n"
            "\"yesterday\",\"192.0.2.3\",\"443\",\"offline\",\"\",\"Dridex\"\n"
            "\"2026-01-02 03:04:05\",\"host\",\"443\",\"offline\",\"\",\"Dridex\"\n"
            "# END 4 entries\n"),
        "feodo-tracker",
        "192.0.2.1 c2 from 2026-01-02T03:04:05Z (Pikabot, port 1194)\n192.0.2.2 c2\n"
        "rejected 2 at line 8: its date cannot be read\n");
    expect_feed(STR("# Firstseen,DstIP,DstPort,LastOnline,Malware\n"
                    "2020-01-02 03:04:05,192.0.2.1,443,2020-02-01,Dridex\n"),
        "feodo-tracker", "192.0.2.1 c2 from 2020-01-02T03:04:05Z (Dridex, port 443)\n");
}

Test(feed_abusech, reads_sslbl)
{
    expect_feed(STR("Firstseen,DstIP,DstPort\r\n2026-01-02 03:04:05,192.0.2.1,5200\r\n"
                    "2026-01-02 03:04:05,192.0.2.1,5201\r\n"),
        "sslbl", "192.0.2.1 c2 from 2026-01-02T03:04:05Z (port 5200)\nrepeated 1\n");
    expect_feed(STR("# SSLBL\n#\n# DstIP,DstPort\n192.0.2.1,443,Gozi C&C\n"), "sslbl",
        "192.0.2.1 c2 (Gozi C&C, port 443)\n");
}

#define FOX                                                                                        \
    "# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\","   \
    "\"malware_alias\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\"\r\n"

Test(feed_abusech, reads_threatfox)
{
    expect_feed(
        STR("# ThreatFox IOCs #\r\n#\r\n" FOX
            "\"2026-01-02 03:04:05\", \"7\", \"192.0.2.1:5555\", \"ip:port\", \"botnet_cc\", "
            "\"win.x\", \"A,B\", \"Cobalt \"\"Strike\"\"\", \"\", \"75\"\r\n"
            "\"2026-01-02 03:04:05\", \"6\", \"Bad.example.com\", \"domain\", "
            "\"payload_delivery\", \"js.x\", \"None\", \"Fake\", \"\", \"100\"\r\n"
            "\"2026-01-02 03:04:05\", \"5\", \"https://example.com/a?b,c\", \"url\", "
            "\"payload_delivery\", \"x\", \"None\", \"Vidar\", \"\", \"75\"\r\n"
            "\"2026-01-02 03:04:05\", \"4\", \"http://[2001:db8::1]:8080/a\", \"url\", "
            "\"botnet_cc\", \"x\", \"None\", \"Vidar\", \"\", \"75\"\r\n"
            "\"2026-01-02 03:04:05\", \"3\", \"00\", \"md5_hash\", \"payload\", \"x\"\r\n"
            "\"2026-01-02 03:04:05\", \"2\", \"192.0.2.9\", \"ip:port\", \"botnet_cc\", \"x\"\r\n"
            "\"2026-01-02 03:04:05\", \"2\", \"open\r\n# Number of entries: 6\r\n"),
        "threatfox",
        "192.0.2.1 c2 from 2026-01-02T03:04:05Z (Cobalt \"Strike\", port 5555)\n"
        "bad.example.com malware from 2026-01-02T03:04:05Z (Fake)\n"
        "2001:db8::1 c2 from 2026-01-02T03:04:05Z (Vidar, port 8080)\n"
        "skipped 1 URL on a named host\nskipped 1 md5_hash\n"
        "rejected 2 at line 9: no address with a port\n");
}

Test(feed_abusech, reads_hosts_without_a_name_in_urlhaus)
{
    expect_feed(
        STR("# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
            "\"3\",\"2026-01-02 03:04:05\",\"http://192.0.2.1:60195/bin.sh\",\"online\",\"\","
            "\"malware_download\",\"32-bit,elf\",\"x\",\"y\"\n"
            "\"2\",\"2026-01-02 03:04:05\",\"http://192.0.2.2/i?x#y\",\"offline\",\"\","
            "\"malware_download\",\"\",\"x\",\"y\"\n"
            "\"1\",\"2026-01-02 03:04:05\",\"https://example.com/i\",\"offline\",\"\","
            "\"malware_download\",\"\",\"x\",\"y\"\n"),
        "urlhaus",
        "192.0.2.1 malware from 2026-01-02T03:04:05Z (malware_download, port 60195)\n"
        "192.0.2.2 malware from 2026-01-02T03:04:05Z (malware_download)\n"
        "skipped 1 URL on a named host\n");
}

Test(feed_abusech, may_be_empty)
{
    expect_feed(STR(FOX "# Number of entries: 0\r\n"), "threatfox", "");
}
