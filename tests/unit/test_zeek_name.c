/* Names of dns.log, ssl.log, quic.log and http.log. */
#include "tests/unit/zeek_rows.h"

TestSuite(zeek_name, .init = set_up, .fini = tear_down);

static const struct name_seen *read_as(enum zeek_log log)
{
    size_t before = batch.name_count;

    cr_expect_eq(read_row(log), REJECT_NONE);
    cr_expect_eq(batch.name_count - before, ignored == IGNORE_NONE);
    return batch.name_count > before ? &batch.names[before] : NULL;
}

Test(zeek_name, a_lookup_has_a_name_and_addresses)
{
    row.field[ZF_PROTO] = STR("udp");
    row.field[ZF_QUERY] = STR("WWW.Example.com");
    row.field[ZF_RCODE] = STR("0");
    row.field[ZF_RCODE_NAME] = STR("NOERROR");
    row.field[ZF_ANSWERS] = STR("cdn.example.com,192.0.2.80,2001:db8::80");
    const struct name_seen *n = read_as(ZEEK_DNS);
    cr_assert_not_null(n);
    cr_expect(str_eq(n->name, STR("www.example.com")));
    cr_expect_eq(n->kind, NAME_DNS);
    cr_expect_eq(n->conn.proto, 17);
    cr_expect_eq(n->answered, 1);
    cr_expect_eq(n->nxdomain, 0);
    cr_assert_eq(n->answer_count, 2);
    cr_expect_eq(ip_v4(&n->answers[0]), 0xC0000250);
    cr_expect_not(ip_is_v4(&n->answers[1]));
    cr_expect_eq(n->t_us, 100500000);
    cr_expect(str_eq(n->uid, STR("Cu1")));
    cr_expect_eq(n->sensor, SENSOR_ZEEK);
}

Test(zeek_name, sets_are_separated_as_declared)
{
    row.field[ZF_PROTO] = STR("udp");
    row.field[ZF_QUERY] = STR("a.example");
    row.field[ZF_ANSWERS] = STR("192.0.2.1;192.0.2.2");
    row.set_separator = ';';
    const struct name_seen *n = read_as(ZEEK_DNS);
    cr_assert_not_null(n);
    cr_expect_eq(n->answer_count, 2);
}

Test(zeek_name, a_name_may_not_exist)
{
    row.field[ZF_PROTO] = STR("udp");
    row.field[ZF_QUERY] = STR("a.example");
    row.field[ZF_RCODE_NAME] = STR("NXDOMAIN");
    cr_expect_eq(read_as(ZEEK_DNS)->nxdomain, 1);
    row.field[ZF_RCODE_NAME] = STR_NONE;
    row.field[ZF_RCODE] = STR("3");
    cr_expect_eq(read_as(ZEEK_DNS)->nxdomain, 1);
    row.field[ZF_RCODE] = STR("2");
    cr_expect_eq(read_as(ZEEK_DNS)->nxdomain, 0, "a server that failed");
    row.field[ZF_RCODE] = STR_NONE;
    const struct name_seen *n = read_as(ZEEK_DNS);
    cr_expect_eq(n->nxdomain, 0);
    cr_expect_eq(n->answered, 0, "asked, and no answer seen");
}

Test(zeek_name, servers_are_asked_by_name)
{
    row.field[ZF_SERVER_NAME] = STR("Shop.example");
    row.field[ZF_HOST] = STR("Shop.example:8080");
    const struct name_seen *n = read_as(ZEEK_SSL);
    cr_assert_not_null(n);
    cr_expect(str_eq(n->name, STR("shop.example")));
    cr_expect_eq(n->kind, NAME_TLS);
    cr_expect_eq(n->conn.proto, 6);
    n = read_as(ZEEK_QUIC);
    cr_expect_eq(n->kind, NAME_TLS);
    cr_expect_eq(n->conn.proto, 17);
    n = read_as(ZEEK_HTTP);
    cr_expect(str_eq(n->name, STR("shop.example")));
    cr_expect_eq(n->kind, NAME_HTTP);
}

Test(zeek_name, rows_without_a_name_are_ignored)
{
    cr_expect_null(read_as(ZEEK_SSL));
    cr_expect_eq(ignored, IGNORE_NO_NAME);
    row.field[ZF_HOST] = STR("192.0.2.80");
    cr_expect_null(read_as(ZEEK_HTTP));
    cr_expect_eq(ignored, IGNORE_NO_NAME);
    row.field[ZF_PROTO] = STR("udp");
    cr_expect_null(read_as(ZEEK_DNS));
    cr_expect_eq(ignored, IGNORE_NO_NAME);
    row.field[ZF_RESP_H] = STR("x");
    cr_expect_eq(zeek_row_record(ZEEK_SSL, &row, &batch, &ignored), REJECT_ADDRESS);
    cr_expect_eq(batch_count(&batch), 0);
}
