/* Names of EVE dns (three versions), tls, quic and http events. */
#include "tests/unit/eve_lines.h"

TestSuite(eve_name, .init = set_up, .fini = tear_down);

#define HEAD(type)                                                                                 \
    "{\"timestamp\":\"2024-04-19T09:00:00.000000+0000\",\"flow_id\":77,\"event_type\":\"" type "\","
#define ENDS(from, to)                                                                             \
    "\"src_ip\":\"192.0.2.1\",\"src_port\":" from                                                  \
    ",\"dest_ip\":\"198.51.100.7\",\"dest_port\":" to ",\"proto\":\"UDP\","

#define ASKED  HEAD("dns") ENDS("4000", "53")
#define ANSWER HEAD("dns") ENDS("53", "4000")

static const struct name_seen *name_of(const char *text)
{
    size_t before = batch.name_count;

    cr_expect_eq(line(text), REJECT_NONE, "%s", text);
    cr_expect_eq(ignored, IGNORE_NONE, "%s", text);
    cr_assert_eq(batch.name_count, before + 1, "%s", text);
    return &batch.names[before];
}

static void expect(
    const struct name_seen *n, const char *name, int answered, int nxdomain, int answers)
{
    cr_expect(str_eq(n->name, str_of(name)), "%.*s, not %s", (int)n->name.len, n->name.p, name);
    cr_expect_eq(n->kind, NAME_DNS);
    cr_expect_eq(n->answered, answered, "%s", name);
    cr_expect_eq(n->nxdomain, nxdomain, "%s", name);
    cr_expect_eq(n->answer_count, answers, "%s: %d answers", name, n->answer_count);
    cr_expect_eq(n->conn.resp_port, 53, "%s: the resolver answers", name);
}

Test(eve_name, version_1_has_an_event_for_each_record)
{
    expect(name_of(ASKED "\"dns\":{\"type\":\"query\",\"rrname\":\"A.Example\",\"rrtype\":\"A\"}}"),
        "a.example", 0, 0, 0);
    expect(name_of(
               ANSWER "\"dns\":{\"type\":\"answer\",\"rcode\":\"NOERROR\",\"rrname\":\"b.example\","
                      "\"rdata\":\"192.0.2.7\"}}"),
        "b.example", 1, 0, 1);
    expect(name_of(ANSWER "\"dns\":{\"type\":\"answer\",\"rrname\":\"b.example\",\"rrtype\":"
                          "\"CNAME\",\"rdata\":\"c.example\"}}"),
        "b.example", 1, 0, 0);
}

Test(eve_name, version_2_lists_or_groups_the_answers)
{
    expect(name_of(ANSWER
               "\"dns\":{\"version\":2,\"type\":\"answer\",\"rrname\":\"a.example\","
               "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a.example\",\"rdata\":"
               "\"alias.example\"},{\"rrname\":\"alias.example\",\"rdata\":\"192.0.2.1\"}]}}"),
        "a.example", 1, 0, 1);
    expect(
        name_of(ANSWER "\"dns\":{\"version\":2,\"type\":\"answer\",\"rrname\":\"a.example\","
                       "\"grouped\":{\"CNAME\":[\"x.example\"],\"A\":[\"192.0.2.1\",\"192.0.2.2\"],"
                       "\"AAAA\":[\"2001:db8::1\"]}}}"),
        "a.example", 1, 0, 3);
    expect(name_of(ANSWER "\"dns\":{\"version\":2,\"type\":\"answer\",\"rrname\":\"a.example\","
                          "\"answers\":[{\"rrname\":\"a.example\",\"rdata\":\"192.0.2.1\"}],"
                          "\"grouped\":{\"A\":[\"192.0.2.1\"]}}}"),
        "a.example", 1, 0, 1);
    expect(name_of(ASKED "\"dns\":{\"version\":2,\"type\":\"answer\",\"rrname\":\"no.example\","
                         "\"rcode\":\"NXDOMAIN\",\"authorities\":[{\"rrname\":\"example\"}]}}"),
        "no.example", 1, 1, 0);
}

Test(eve_name, version_3_lists_the_questions_too)
{
    expect(name_of(ASKED "\"dns\":{\"version\":3,\"type\":\"request\",\"queries\":[{\"rrname\":"
                         "\"a.example\",\"rrtype\":\"A\"}]}}"),
        "a.example", 0, 0, 0);
    expect(name_of(ASKED
               "\"dns\":{\"version\":3,\"type\":\"response\",\"rcode\":\"NOERROR\",\"queries\":"
               "[{\"rrname\":\"a.example\"}],\"answers\":[{\"rrname\":\"a.example\","
               "\"rdata\":\"192.0.2.1\"}]}}"),
        "a.example", 1, 0, 1);
}

Test(eve_name, question_and_answer_share_their_connection)
{
    name_of(ASKED "\"dns\":{\"rrname\":\"a.example\"}}");
    name_of("{\"timestamp\":\"2024-04-19T09:00:01+0000\",\"flow_id\":77,\"event_type\":\"dns\","
            "\"src_ip\":\"198.51.100.7\",\"src_port\":53,\"dest_ip\":\"192.0.2.1\","
            "\"dest_port\":4000,\"proto\":\"UDP\",\"dns\":{\"rrname\":\"a.example\"}}");
    cr_expect(str_eq(batch.names[0].uid, batch.names[1].uid));
    cr_expect_eq(record_ident_eve(77, &batch.names[0].conn, 1),
        record_ident_eve(77, &batch.names[1].conn, 2));
    cr_expect_eq(ip_v4(&batch.names[1].conn.orig), 0xC0000201, "the client");
}

Test(eve_name, servers_are_asked_by_name)
{
    const struct name_seen *n =
        name_of(HEAD("tls") ENDS("4000", "443") "\"tls\":{\"sni\":\"Shop.Example\"}}");
    cr_expect(str_eq(n->name, STR("shop.example")));
    cr_expect_eq(n->kind, NAME_TLS);
    n = name_of(HEAD("quic") ENDS("4000", "443") "\"quic\":{\"sni\":\"shop.example\"}}");
    cr_expect_eq(n->kind, NAME_TLS);
    n = name_of(HEAD("http") ENDS("4000", "80") "\"http\":{\"hostname\":\"shop.example:80\"}}");
    cr_expect(str_eq(n->name, STR("shop.example")));
    cr_expect_eq(n->kind, NAME_HTTP);
}

Test(eve_name, events_without_a_name_are_ignored)
{
    cr_expect_eq(
        line(HEAD("tls") ENDS("4000", "443") "\"tls\":{\"version\":\"TLS 1.3\"}}"), REJECT_NONE);
    cr_expect_eq(ignored, IGNORE_NO_NAME);
    cr_expect_eq(line(HEAD("http") ENDS("4000", "80") "\"http\":{\"hostname\":\"192.0.2.9\"}}"),
        REJECT_NONE);
    cr_expect_eq(ignored, IGNORE_NO_NAME);
    cr_expect_eq(
        line(HEAD("dns") "\"src_ip\":null,\"dns\":{\"rrname\":\"a.example\"}}"), REJECT_ADDRESS);
    cr_expect_eq(batch_count(&batch), 0);
}
