/* Zeek rows as JSON. */
#include "ingest/json.h"
#include "ingest/zeek_json.h"

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

static enum reject line(const char *text, bool *ignored)
{
    return zeek_json_line(reader, str_of(text), &batch, ignored);
}

static void expect_flow(const char *text)
{
    size_t before = batch.flow_count;
    bool ignored;

    cr_expect_eq(line(text, &ignored), REJECT_NONE, "%s", text);
    cr_expect_not(ignored, "%s", text);
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
    bool ignored;

    cr_expect_eq(
        line("{\"_path\":\"conn_long\",\"ts\":1," ENDS ",\"conn_state\":\"SF\"}", &ignored),
        REJECT_NONE);
    cr_expect(ignored);
    cr_expect_eq(batch_count(&batch), 0);
}

Test(zeek_json, other_logs_are_ignored_whatever_they_lack)
{
    bool ignored;

    cr_expect_eq(line("{\"ts\":1,\"query\":\"www.example.com\"," ENDS "}", &ignored), REJECT_NONE);
    cr_expect(ignored);
    cr_expect_eq(line("{\"name\":\"base/init-bare.zeek\"}", &ignored), REJECT_NONE);
    cr_expect(ignored);
}

Test(zeek_json, rows_are_rejected_with_their_reason)
{
    bool ignored;

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
    bool ignored;

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
