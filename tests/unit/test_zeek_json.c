/* Zeek rows as JSON. */
#include "ingest/json.h"
#include "ingest/zeek/zeek_json.h"

#include <criterion/criterion.h>

static struct json *reader;
static struct batch batch;

static void set_up(void)
{
    reader = zeek_json_new();
    cr_assert_not_null(reader);
}

static void tear_down(void)
{
    json_free(reader);
    batch_done(&batch);
}

TestSuite(zeek_json, .init = set_up, .fini = tear_down);

static enum reject line(const char *text, enum ignore *ignored)
{
    return zeek_json_line(reader, str_of(text), &batch, ignored);
}

static void expect_flow(const char *text)
{
    size_t before = batch.flow_count;
    enum ignore ignored;

    cr_expect_eq(line(text, &ignored), REJECT_NONE, "%s", text);
    cr_expect_eq(ignored, IGNORE_NONE, "%s", text);
    cr_expect_eq(batch.flow_count, before + 1, "%s", text);
}

#define ENDS                                                                                       \
    "\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":1025,\"id.resp_h\":\"198.51.100.7\",\"id.resp_p\":22"

Test(zeek_json, reads_a_connection)
{
    expect_flow(
        "{\"ts\":1569.25,\"uid\":\"Cu1\"," ENDS ",\"proto\":\"tcp\",\"service\":\"ssh\","
        "\"duration\":9.9e-05,\"orig_bytes\":700,\"resp_bytes\":1800,\"conn_state\":\"SF\","
        "\"history\":\"ShADadFf\",\"orig_pkts\":12,\"local_orig\":true,\"missed_bytes\":0}");
    struct flow *f = batch.flows;
    cr_expect_eq(f->t_us, 1569250000);
    cr_expect_eq(f->duration_us, 99);
    cr_expect_eq(f->orig_pkts, 12);
    cr_expect_eq(f->resp_pkts, -1);
    cr_expect_eq(f->missed_bytes, 0);
    cr_expect_eq(f->answer, ANSWER_DATA);
    cr_expect(str_eq(f->uid, STR("Cu1")));
}

Test(zeek_json, the_same_row_in_all_spellings_is_the_same_record)
{
    expect_flow("{\"ts\":1521911721.258458,\"uid\":\"Cu1\"," ENDS
                ",\"proto\":\"tcp\",\"conn_state\":\"S0\"}");
    expect_flow("{\"_path\":\"conn\",\"ts\":\"2018-03-24T17:15:21.258458Z\",\"uid\":\"Cu1\"," ENDS
                ",\"proto\":\"tcp\",\"conn_state\":\"S0\"}");
    expect_flow(
        "{\"ts\":\"2018-03-24T17:15:21.258458\",\"uid\":\"Cu1\",\"id\":{\"orig_h\":\"192.0.2.1\","
        "\"orig_p\":1025,\"resp_h\":\"198.51.100.7\",\"resp_p\":22},\"proto\":\"tcp\","
        "\"conn_state\":\"S0\",\"service\":null,\"orig_bytes\":null}");
    expect_flow("{\"@stream\":\"conn\",\"ts\": 1521911721.258458, \"uid\": \"Cu1\","
                "\"id_orig_h\":\"192.0.2.1\",\"id_orig_p\":\"1025\",\"id_resp_h\":\"198.51.100.7\","
                "\"id_resp_p\":22,\"proto\":\"tcp\",\"conn_state\":\"S0\",\"service\":\"-\"}");
    for (size_t i = 1; i < batch.flow_count; i++) {
        struct flow a = batch.flows[0], b = batch.flows[i];
        cr_expect(str_eq(a.uid, b.uid));
        a.uid = b.uid = a.service = b.service = STR_NONE;
        cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0, "spelling %zu", i);
    }
}

Test(zeek_json, the_stream_name_overrules_the_keys)
{
    enum ignore ignored;

    cr_expect_eq(
        line("{\"_path\":\"conn_long\",\"ts\":1," ENDS ",\"conn_state\":\"SF\"}", &ignored),
        REJECT_NONE);
    cr_expect(ignored);
    cr_expect_eq(batch_count(&batch), 0);
}

Test(zeek_json, other_logs_are_ignored_whatever_they_lack)
{
    enum ignore ignored;

    cr_expect_eq(line("{\"ts\":1,\"_path\":\"files\"," ENDS "}", &ignored), REJECT_NONE);
    cr_expect_eq(ignored, IGNORE_OTHER_LOG);
    cr_expect_eq(line("{\"name\":\"base/init-bare.zeek\"}", &ignored), REJECT_NONE);
    cr_expect(ignored);
}

Test(zeek_json, rows_are_rejected_with_their_reason)
{
    enum ignore ignored;

    cr_expect_eq(line("{\"uid\":\"Cu1\"," ENDS ",\"conn_state\":\"S0\"}", &ignored), REJECT_TIME);
    cr_expect_eq(line("{\"_path\":\"conn\",\"ts\":1}", &ignored), REJECT_ADDRESS);
    cr_expect_eq(
        line("{\"ts\":1," ENDS ",\"proto\":\"tcp\",\"conn_state\":\"S0\",\"hist", &ignored),
        REJECT_NOT_JSON);
    cr_expect_eq(
        line("{\"ts\":1," ENDS ",\"proto\":\"tcp\",\"conn_state\":\"S0\",\"orig_pkts\":1.5}",
            &ignored),
        REJECT_NUMBER);
    cr_expect_eq(batch_count(&batch), 0);
}

Test(zeek_json, reads_logins)
{
    enum ignore ignored;

    cr_assert_eq(line("{\"ts\":1,\"uid\":\"Cu\"," ENDS ",\"version\":2,\"auth_success\":false,"
                      "\"auth_attempts\":2,\"client\":\"SSH-2.0-\\u0047o\",\"cipher_alg\":\"aes\"}",
                     &ignored),
        REJECT_NONE);
    cr_assert_eq(
        line("{\"ts\":1,\"uid\":\"Cu\"," ENDS ",\"cookie\":\"root\",\"result\":\"encrypted\","
             "\"security_protocol\":\"HYBRID\"}",
            &ignored),
        REJECT_NONE);
    cr_expect_eq(batch.login_count, 2);
    cr_expect_eq(batch.logins[0].success, 0);
    cr_expect_eq(batch.logins[0].attempts, 2);
    cr_expect_eq(batch.logins[0].key_exchange, 1);
    cr_expect(str_eq(batch.logins[0].client, STR("SSH-2.0-Go")));
    cr_expect(str_eq(batch.logins[1].service, STR("rdp")));
}

Test(zeek_json, rows_of_shippers_are_read_whatever_stands_around)
{
    expect_flow("{\"@stream\":\"conn\",\"@system\":\"edge\",\"@proc\":\"zeek\",\"ts\":1,"
                "\"id_orig_h\":\"192.0.2.1\",\"id_orig_p\":1,\"id_resp_h\":\"192.0.2.2\","
                "\"id_resp_p\":2,\"proto\":\"udp\",\"service\":\"\",\"conn_state\":\"SF\"}");
    expect_flow(
        "{\"_path\":\"conn\",\"_write_ts\":\"2024-04-19T09:00:01Z\",\"ts\":"
        "\"2024-04-19T08:00:00.250000Z\"," ENDS ",\"proto\":\"tcp\",\"conn_state\":\"SF\"}");
    expect_flow("{\"ts\":\"2024-04-19T08:00:00.250000\",\"status\":null,\"id\":{\"orig_h\":"
                "\"192.0.2.1\",\"orig_p\":1,\"resp_h\":\"192.0.2.2\",\"resp_p\":2},"
                "\"proto\":\"tcp\",\"conn_state\":\"SF\"}");
    expect_flow("{\"ts\": 1713513600, " ENDS ", \"id.orig_p\" : \"48098\","
                "\"proto\": \"udp\", \"conn_state\": \"SF\"}");
    cr_expect_eq(batch.flows[1].t_us, INT64_C(1713513600250000));
    cr_expect_eq(batch.flows[2].t_us, INT64_C(1713513600250000));
    cr_expect_eq(batch.flows[3].t_us, INT64_C(1713513600000000));
    cr_expect_eq(batch.flows[0].service.len, 0);
}

Test(zeek_json, ports_over_65535_are_rejected)
{
    enum ignore ignored;

    cr_expect_eq(line("{\"ts\":1,\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":93145,\"id.resp_h\":"
                      "\"192.0.2.2\",\"id.resp_p\":2,\"proto\":\"tcp\",\"conn_state\":\"SF\"}",
                     &ignored),
        REJECT_PORT);
}

Test(zeek_json, answers_of_a_lookup_are_a_list)
{
    enum ignore ignored;

    cr_assert_eq(
        line("{\"ts\":1," ENDS ",\"proto\":\"udp\",\"query\":\"www.example.com\","
             "\"rcode\":0,\"sources\":[\"x\"],\"answers\":[\"cdn.example.com\",\"192.0.2.7\","
             "\"2001:db8::7\"],\"TTLs\":[1.0,2.0,3.0]}",
            &ignored),
        REJECT_NONE);
    cr_assert_eq(batch.name_count, 1);
    cr_expect_eq(batch.names[0].answer_count, 2);
    cr_expect_eq(ip_v4(&batch.names[0].answers[0]), 0xC0000207);
}

Test(zeek_json, hits_name_their_sources)
{
    enum ignore ignored;

    cr_assert_eq(
        line("{\"ts\":1," ENDS ",\"seen.indicator\":\"bad.example\",\"seen.where\":"
             "\"DNS::IN_REQUEST\",\"matched\":[\"Intel::DOMAIN\"],\"sources\":[\"feed1\"]}",
            &ignored),
        REJECT_NONE);
    cr_assert_eq(batch.signature_count, 1);
    cr_expect(str_eq(batch.signatures[0].message, STR("bad.example DNS::IN_REQUEST feed1")));
}
