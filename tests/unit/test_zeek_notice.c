/* Notices and hits of the intelligence framework. */
#include "tests/unit/zeek_rows.h"

TestSuite(zeek_notice, .init = set_up, .fini = tear_down);

static const struct signature *read_as(enum zeek_log log)
{
    size_t before = batch.signature_count;

    cr_expect_eq(read_row(log), REJECT_NONE);
    cr_expect_eq(batch.signature_count - before, ignored == IGNORE_NONE);
    return batch.signature_count > before ? &batch.signatures[before] : NULL;
}

static void say(const char *msg, const char *sub)
{
    row.field[ZF_NOTE] = STR("SSL::Invalid_Server_Cert");
    row.field[ZF_MSG] = str_of(msg);
    row.field[ZF_SUB] = str_of(sub);
}

Test(zeek_notice, a_notice_about_a_connection)
{
    say("validation failed", "CN=a.example");
    row.field[ZF_PROTO] = STR("tcp");
    row.field[ZF_SRC] = STR("192.0.2.99");
    const struct signature *s = read_as(ZEEK_NOTICE);
    cr_assert_not_null(s);
    cr_expect(str_eq(s->name, STR("SSL::Invalid_Server_Cert")));
    cr_expect(str_eq(s->category, STR("Zeek notice")));
    cr_expect(str_eq(s->message, STR("validation failed CN=a.example")));
    cr_expect_eq(s->sid, 0);
    cr_expect_eq(s->gid, 0);
    cr_expect_eq(s->sensor, SENSOR_ZEEK);
    cr_expect_eq(s->client_known, 1);
    cr_expect_eq(ip_v4(&s->conn.orig), 0xC0000201, "the connection's, not src");
    cr_expect(str_eq(s->uid, STR("Cu1")));
}

Test(zeek_notice, a_notice_about_addresses)
{
    row.field[ZF_ORIG_H] = row.field[ZF_RESP_H] = STR_NONE;
    row.field[ZF_ORIG_P] = row.field[ZF_RESP_P] = row.field[ZF_UID] = STR_NONE;
    row.field[ZF_SRC] = STR("192.0.2.5");
    row.field[ZF_P] = STR("23");
    say("many hosts", "");
    const struct signature *s = read_as(ZEEK_NOTICE);
    cr_assert_not_null(s);
    cr_expect_eq(ip_v4(&s->conn.orig), 0xC0000205);
    cr_expect_eq(ip_v4(&s->conn.resp), 0);
    cr_expect_eq(s->conn.resp_port, 23);
    cr_expect_eq(s->client_known, 0);
    cr_expect(str_eq(s->message, STR("many hosts")));
    row.field[ZF_DST] = STR("2001:db8::5");
    s = read_as(ZEEK_NOTICE);
    cr_expect_not(ip_is_v4(&s->conn.resp));
    row.field[ZF_DST] = STR("nowhere");
    cr_expect_eq(zeek_row_record(ZEEK_NOTICE, &row, &batch, &ignored), REJECT_ADDRESS);
    cr_expect_eq(batch.signature_count, 2);
}

Test(zeek_notice, a_notice_about_nobody_is_ignored)
{
    row.field[ZF_ORIG_H] = STR_NONE;
    say("the sensor lost packets", "");
    cr_expect_null(read_as(ZEEK_NOTICE));
    cr_expect_eq(ignored, IGNORE_NO_ADDRESS);
    row.field[ZF_TS] = STR("never");
    cr_expect_eq(zeek_row_record(ZEEK_NOTICE, &row, &batch, &ignored), REJECT_TIME);
    cr_expect_eq(batch_count(&batch), 0);
}

Test(zeek_notice, a_hit_names_indicator_place_and_source)
{
    row.field[ZF_INDICATOR] = STR("bad.example");
    row.field[ZF_WHERE] = STR("DNS::IN_REQUEST");
    row.field[ZF_SOURCES] = STR("feed1,feed2");
    const struct signature *s = read_as(ZEEK_INTEL);
    cr_assert_not_null(s);
    cr_expect(str_eq(s->name, STR("Intel::Notice")));
    cr_expect(str_eq(s->category, STR("Zeek intelligence")));
    cr_expect(str_eq(s->message, STR("bad.example DNS::IN_REQUEST feed1,feed2")));
}
