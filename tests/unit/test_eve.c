/* EVE events to records. */
#include "tests/unit/eve_lines.h"

#include <stdio.h>

TestSuite(eve, .init = set_up, .fini = tear_down);

static enum reject told(const char *text)
{
    enum reject reason = line(text);

    cr_expect_eq(ignored, IGNORE_NONE, "ignored: %s", text);
    return reason;
}

static enum ignore ignored_as(const char *text)
{
    cr_expect_eq(line(text), REJECT_NONE, "%s", text);
    return ignored;
}

static bool is_ignored(const char *text)
{
    return ignored_as(text) != IGNORE_NONE;
}

#define HEAD(type)                                                                                 \
    "{\"timestamp\":\"2024-04-19T09:00:00.000000+0100\",\"flow_id\":77,\"event_type\":\"" type "\","
#define ENDS                                                                                       \
    "\"src_ip\":\"192.0.2.1\",\"src_port\":1025,\"dest_ip\":\"198.51.100.7\",\"dest_port\":22,\"proto\":\"TCP\""
#define FIGURES                                                                                    \
    "\"pkts_toserver\":12,\"pkts_toclient\":10,\"bytes_toserver\":2000,\"bytes_toclient\":3000"
#define START ",\"start\":\"2024-04-18T08:00:00.000000+0000\""

Test(eve, a_flow_began_when_it_began)
{
    cr_assert_eq(
        told(HEAD("flow") ENDS
            ",\"app_proto\":\"ssh\",\"flow\":{" FIGURES START
            ",\"end\":\"2024-04-18T08:00:02.500000+0000\",\"age\":3,\"state\":\"closed\"},"
            "\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\"}}"),
        REJECT_NONE);
    struct flow *f = batch.flows;
    cr_expect_eq(f->t_us, INT64_C(1713427200000000), "not the time of the event");
    cr_expect_eq(f->duration_us, 2500000);
    cr_expect_eq(f->orig_pkts, 12);
    cr_expect_eq(f->resp_pkts, 10);
    cr_expect_eq(f->orig_bytes, 1280);
    cr_expect_eq(f->resp_bytes, 2400);
    cr_expect_eq(f->orig_ip_bytes, 1832);
    cr_expect_eq(f->state, STATE_SF);
    cr_expect_eq(f->answer, ANSWER_DATA);
    cr_expect_eq(f->flags, FLOW_BYTES_APPROX);
    cr_expect_eq(f->sensor, SENSOR_SURICATA);
    cr_expect(str_eq(f->uid, STR("77")));
    cr_expect(str_eq(f->service, STR("ssh")));
}

Test(eve, an_end_before_the_start_is_none)
{
    cr_assert_eq(told(HEAD("flow") ENDS ",\"flow\":{" FIGURES START
                                        ",\"end\":\"2024-04-18T07:59:59.000000+0000\"}}"),
        REJECT_NONE);
    cr_assert_eq(told(HEAD("flow") ENDS ",\"flow\":{" FIGURES START ",\"age\":3}}"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].duration_us, -1);
    cr_expect_eq(batch.flows[1].duration_us, 3000000);
}

Test(eve, a_flow_without_start_has_no_time)
{
    cr_expect_eq(told(HEAD("flow") ENDS ",\"flow\":{" FIGURES "}}"), REJECT_TIME);
    cr_expect_eq(batch.flow_count, 0);
}

Test(eve, a_protocol_that_could_not_be_told_is_none)
{
    cr_assert_eq(told(HEAD("flow") ENDS ",\"app_proto\":\"failed\",\"flow\":{" FIGURES START "}}"),
        REJECT_NONE);
    cr_expect_eq(batch.flows[0].service.len, 0);
    cr_expect_eq(batch.flows[0].duration_us, -1);
}

Test(eve, flags_of_an_untracked_stream_say_nothing)
{
    cr_assert_eq(
        told(HEAD("flow") ENDS
            ",\"flow\":{" FIGURES START ",\"state\":\"established\"},"
            "\"tcp\":{\"tcp_flags\":\"00\",\"tcp_flags_ts\":\"00\",\"tcp_flags_tc\":\"00\"}}"),
        REJECT_NONE);
    cr_expect_eq(batch.flows[0].answer, ANSWER_DATA, "by payload");
    cr_expect_eq(batch.flows[0].flags & FLOW_OPENING_UNSEEN, 0);
}

Test(eve, icmp_has_type_and_code_for_ports)
{
    cr_assert_eq(
        told(HEAD(
            "flow") "\"src_ip\":\"2001:0db8:0000:0000:0000:0000:0000:0001\","
                    "\"dest_ip\":\"ff02::16\",\"proto\":\"IPv6-ICMP\",\"icmp_type\":143,\"icmp_code\":0,"
                    "\"flow\":{\"pkts_toserver\":2,\"pkts_toclient\":0,\"bytes_toserver\":180,"
                    "\"bytes_toclient\":0" START "}}"),
        REJECT_NONE);
    cr_expect_eq(batch.flows[0].conn.proto, 58);
    cr_expect_eq(batch.flows[0].conn.orig_port, 143);
    cr_expect_eq(batch.flows[0].answer, ANSWER_NONE);
}

#define ALERT                                                                                      \
    ",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":2001219,\"rev\":20,\"signature\":\"ET SCAN \\\"SSH\\\"\",\"category\":\"Attempted Information Leak\",\"severity\":2}"

Test(eve, an_alert_is_a_signature)
{
    cr_assert_eq(
        told(HEAD("alert") ENDS ALERT ",\"direction\":\"to_server\",\"flow\":{" FIGURES "}}"),
        REJECT_NONE);
    struct signature *s = batch.signatures;
    cr_expect_eq(s->gid, 1);
    cr_expect_eq(s->sid, 2001219);
    cr_expect_eq(s->rev, 20);
    cr_expect_eq(s->severity, 2);
    cr_expect_eq(s->client_known, 1);
    cr_expect_eq(s->conn.orig_port, 1025);
    cr_expect_eq(s->answer, ANSWER_DATA);
    cr_expect_eq(s->t_us, INT64_C(1713513600000000));
    cr_expect(str_eq(s->name, STR("ET SCAN \"SSH\"")));
    cr_expect(str_eq(s->action, STR("allowed")));
    cr_expect(str_eq(s->category, STR("Attempted Information Leak")));
}

Test(eve, an_alert_on_a_packet_to_the_client_is_turned)
{
    cr_assert_eq(told(HEAD("alert") ENDS ALERT ",\"direction\":\"to_client\"}"), REJECT_NONE);
    cr_assert_eq(
        told(HEAD("alert") ENDS ALERT
            ",\"direction\":\"to_server\",\"flow\":{"
            "\"src_ip\":\"198.51.100.7\",\"src_port\":22,\"dest_ip\":\"192.0.2.1\",\"dest_port\":1025}}"),
        REJECT_NONE);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(batch.signatures[i].client_known, 1);
        cr_expect_eq(batch.signatures[i].conn.orig_port, 22);
        cr_expect_eq(batch.signatures[i].conn.resp_port, 1025);
        cr_expect_eq(batch.signatures[i].answer, ANSWER_NONE);
    }
}

Test(eve, who_is_the_client_may_be_unknown)
{
    cr_assert_eq(told(HEAD("alert") ENDS ALERT "}"), REJECT_NONE);
    cr_expect_eq(batch.signatures[0].client_known, 0);
    cr_expect_eq(batch.signatures[0].conn.orig_port, 1025);
}

Test(eve, an_alert_and_its_flow_have_one_name)
{
    cr_assert_eq(told(HEAD("flow") ENDS ",\"flow\":{" FIGURES START "}}"), REJECT_NONE);
    cr_assert_eq(told(HEAD("alert") ENDS ALERT ",\"direction\":\"to_client\"}"), REJECT_NONE);
    const struct flow *f = &batch.flows[0];
    const struct signature *s = &batch.signatures[0];
    cr_expect(str_eq(f->uid, s->uid));
    cr_expect_eq(record_ident_eve(77, &f->conn, f->t_us), record_ident_eve(77, &s->conn, s->t_us));
}

Test(eve, ssh_and_rdp_events_are_logins)
{
    cr_assert_eq(
        told(HEAD("ssh") ENDS
            ",\"ssh\":{\"client\":{\"proto_version\":\"2.0\","
            "\"software_version\":\"Go\"},\"server\":{\"software_version\":\"OpenSSH\"}}}"),
        REJECT_NONE);
    cr_assert_eq(
        told(HEAD(
            "rdp") "\"src_ip\":\"198.51.100.7\",\"src_port\":3389,"
                   "\"dest_ip\":\"192.0.2.1\",\"dest_port\":1025,\"proto\":\"TCP\","
                   "\"rdp\":{\"tx_id\":0,\"event_type\":\"initial_request\",\"cookie\":\"admin\"}}"),
        REJECT_NONE);
    cr_assert_eq(batch.login_count, 2);
    cr_expect(str_eq(batch.logins[0].client, STR("Go")));
    cr_expect(str_eq(batch.logins[0].service, STR("ssh")));
    cr_expect_eq(batch.logins[0].key_exchange, 1);
    cr_expect_eq(batch.logins[0].success, -1);
    cr_expect(str_eq(batch.logins[1].user, STR("admin")));
    cr_expect_eq(batch.logins[1].conn.orig_port, 1025, "the client is the end without the port");
}

Test(eve, rdp_on_another_port_is_served_at_the_lower_one)
{
    cr_assert_eq(told(HEAD("rdp") "\"src_ip\":\"198.51.100.7\",\"src_port\":4000,"
                                  "\"dest_ip\":\"192.0.2.1\",\"dest_port\":50000,\"proto\":\"TCP\","
                                  "\"rdp\":{\"event_type\":\"initial_request\"}}"),
        REJECT_NONE);
    cr_assert_eq(
        told(HEAD("ssh") "\"src_ip\":\"192.0.2.1\",\"src_port\":902,"
                         "\"dest_ip\":\"198.51.100.7\",\"dest_port\":2222,\"proto\":\"TCP\"}"),
        REJECT_NONE);
    cr_expect_eq(batch.logins[0].conn.orig_port, 50000);
    cr_expect_eq(batch.logins[1].conn.orig_port, 902, "ssh names the client as src");
}

Test(eve, one_rdp_connection_is_one_login)
{
    cr_expect(
        is_ignored(HEAD("rdp") ENDS ",\"rdp\":{\"tx_id\":1,\"event_type\":\"initial_response\"}}"));
    cr_expect(
        is_ignored(HEAD("rdp") ENDS ",\"rdp\":{\"tx_id\":2,\"event_type\":\"tls_handshake\"}}"));
    cr_expect_eq(batch.login_count, 0);
}

Test(eve, other_events_are_ignored)
{
    cr_expect_eq(ignored_as(HEAD("smb") ENDS "}"), IGNORE_OTHER_EVENT);
    cr_expect_eq(ignored_as(HEAD("fileinfo") ENDS ",\"fileinfo\":{}}"), IGNORE_OTHER_EVENT);
    cr_expect_eq(ignored_as(HEAD("netflow") ENDS ",\"netflow\":{\"pkts\":1}}"), IGNORE_NETFLOW);
    cr_expect_eq(ignored_as(HEAD("anomaly") ENDS ",\"anomaly\":{}}"), IGNORE_ANOMALY);
    cr_expect_eq(ignored_as("{\"event_type\":\"stats\",\"stats\":{}}"), IGNORE_STATS);
    cr_expect(is_ignored("{\"timestamp\":\"2024-04-19T09:00:00+0000\",\"F\":\"stats\"}"));
    cr_expect(is_ignored("{\"m\":{\"event_type\":\"flow\"},\"event_type\":\"stats\"}"));
    cr_expect(is_ignored("{ \"event_type\" : \"stats\" }"));
    cr_expect_eq(batch_count(&batch), 0);
}

Test(eve, the_type_is_that_of_the_event_itself)
{
    cr_assert_eq(told("{\"m\":{\"event_type\":\"dns\"}," ENDS ",\"flow\":{" FIGURES START
                      "},\"event_type\":\"flow\"}"),
        REJECT_NONE);
    cr_expect_eq(batch.flow_count, 1);
}

Test(eve, broken_events_are_rejected_with_their_reason)
{
    cr_expect_eq(told(HEAD("flow") ENDS ",\"flow\":{" FIGURES), REJECT_NOT_JSON);
    cr_expect_eq(told(HEAD("smb") ENDS), REJECT_NOT_JSON, "cut short");
    cr_expect_eq(told("{\"timestamp\":\"\"2017\",\"event_type\":\"flow\"}"), REJECT_NOT_JSON);
    cr_expect_eq(
        told(HEAD("alert") "\"src_ip\":\"\",\"src_port\":0,\"dest_ip\":\"\",\"proto\":\"\"}"),
        REJECT_ADDRESS);
    cr_expect_eq(told(HEAD("flow") "\"src_ip\":null,\"dest_ip\":null}"), REJECT_ADDRESS);
    cr_expect_eq(
        told(HEAD("flow") "\"src_ip\":\"192.0.2.1\",\"dest_ip\":\"192.0.2.2\",\"proto\":\"TCP\"}"),
        REJECT_PORT);
    cr_expect_eq(
        told(HEAD("alert") ENDS ",\"alert\":{\"signature_id\":99999999999}}"), REJECT_NUMBER);
    cr_expect_eq(told(HEAD("alert") ENDS "}"), REJECT_NUMBER, "no signature id");
    cr_expect_eq(
        told(HEAD("flow") ENDS ",\"flow\":{\"pkts_toserver\":-1" START "}}"), REJECT_NUMBER);
    cr_expect_eq(batch_count(&batch), 0);
}

/* ------------------------------------------------------------------ what files really hold */

#define FLOW(figures) ",\"flow\":{" figures START "}}"

static void expect_flow(const char *text)
{
    size_t before = batch.flow_count;

    cr_expect_eq(told(text), REJECT_NONE, "%s", text);
    cr_expect_eq(batch.flow_count, before + 1, "%s", text);
}

Test(eve, times_have_offsets_of_all_kinds)
{
    static const char *const offsets[] = {"09:00:00.5+0000", "10:00:00.5+0100", "04:00:00.5-0500",
        "14:30:00.5+0530", "19:00:00.5+1000", "09:00:00.5-0000", "09:00:00.5+00:00", "09:00:00.5Z"};

    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
            "{\"timestamp\":\"2024-04-19T%s\",\"event_type\":\"alert\"," ENDS
            ",\"alert\":{\"signature_id\":1}}",
            offsets[i]);
        cr_assert_eq(told(text), REJECT_NONE, "%s", offsets[i]);
        cr_expect_eq(batch.signatures[i].t_us, INT64_C(1713517200500000), "%s", offsets[i]);
    }
}

Test(eve, addresses_may_be_written_in_full_and_vlans_in_any_way)
{
    expect_flow("{\"event_type\":\"flow\",\"flow_id\":9,\"vlan\":[50],"
                "\"src_ip\":\"2001:0db8:0000:0000:0000:0000:0000:0001\",\"src_port\":1,"
                "\"dest_ip\":\"2001:db8::2\",\"dest_port\":2,\"proto\":\"UDP\"" FLOW(FIGURES));
    cr_expect(ip_eq(&batch.flows[0].conn.orig, &(struct ipaddr){{0x20, 1, 0x0d, 0xb8, [15] = 1}}));
    expect_flow(HEAD("flow") "\"vlan\":61," ENDS FLOW(FIGURES));
    expect_flow(HEAD("flow") "\"vlan\":null," ENDS FLOW(FIGURES));
}

Test(eve, what_newer_versions_add_is_passed_over)
{
    expect_flow(HEAD("flow") "\"ip_v\":4,\"pkt_src\":\"wire/pcap\",\"host\":\"edge\","
                             "\"pcap_cnt\":3,\"capture_file\":\"x\",\"community_id\":\"1:a\","
                             "\"tenant_id\":5,\"app_proto\":\"tls\",\"app_proto_tc\":\"failed\","
                             "\"metadata\":{\"flowbits\":[\"a\",{\"b\":[1]}]}," ENDS FLOW(FIGURES));
    cr_expect(str_eq(batch.flows[0].service, STR("tls")));
}

Test(eve, keys_may_come_twice)
{
    expect_flow(
        HEAD("flow") ENDS ",\"x\":{\"tree_id\":1,\"tree_id\":1},\"src_port\":9" FLOW(FIGURES));
    cr_expect_eq(batch.flows[0].conn.orig_port, 1025, "the first counts");
}

Test(eve, bytes_that_are_no_utf8_are_kept)
{
    cr_assert_eq(
        told(HEAD("alert") ENDS ",\"alert\":{\"signature_id\":1,\"signature\":\"\xff\xe2\"}}"),
        REJECT_NONE);
    cr_expect(str_eq(batch.signatures[0].name, STR("\xff\xe2")));
}

Test(eve, flows_with_null_for_a_name_are_named_by_their_ends)
{
    expect_flow("{\"event_type\":\"flow\",\"flow_id\":null," ENDS FLOW(FIGURES));
    cr_expect_eq(batch.flows[0].uid.len, 0);
}
