/* Which log a row belongs to, and the records that rows make. */
#include "ingest/zeek/zeek_row.h"

#include <criterion/criterion.h>

static uint64_t has(const char *names)
{
    struct str rest = str_of(names);
    uint64_t set = 0;

    while (rest.p)
        set |= ZEEK_HAS(zeek_field_of(str_cut(&rest, ' ')));
    return set;
}

Test(zeek_row, logs_are_known_by_their_columns)
{
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h conn_state")), ZEEK_CONN);
    cr_expect_eq(zeek_log_of_fields(has("ts id_orig_h id_resp_h proto orig_pkts")), ZEEK_CONN);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h auth_success")), ZEEK_SSH);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h auth_attempts")), ZEEK_SSH);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h version direction")), ZEEK_SSH);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h security_protocol")), ZEEK_RDP);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h cookie result")), ZEEK_RDP);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h version")), ZEEK_OTHER, "ssl.log");
    cr_expect_eq(zeek_log_of_fields(has("ts conn_state")), ZEEK_OTHER);
    cr_expect_eq(zeek_log_of_fields(has("ts src dst conn_state")), ZEEK_CONN);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h command reply_code")), ZEEK_FTP);
    cr_expect_eq(
        zeek_log_of_fields(has("ts id.orig_h id.resp_h command status")), ZEEK_OTHER, "smb");
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h cmd arg success")), ZEEK_MYSQL);
    cr_expect_eq(
        zeek_log_of_fields(has("ts id.orig_h id.resp_h frontend success")), ZEEK_POSTGRESQL);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h proto query rcode")), ZEEK_DNS);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h version server_name")), ZEEK_SSL);
    cr_expect_eq(zeek_log_of_fields(has("ts id.orig_h id.resp_h method host")), ZEEK_HTTP);
    cr_expect_eq(zeek_log_of_fields(has("ts host port_num service")), ZEEK_OTHER, "known_hosts");
    cr_expect_eq(zeek_log_of_fields(has("ts note msg src p")), ZEEK_NOTICE);
    cr_expect_eq(
        zeek_log_of_fields(has("ts id.orig_h id.resp_h seen.indicator sources")), ZEEK_INTEL);
}

Test(zeek_row, paths_name_logs_exactly)
{
    cr_expect_eq(zeek_log_of_path(STR("conn")), ZEEK_CONN);
    cr_expect_eq(zeek_log_of_path(STR("ssh")), ZEEK_SSH);
    cr_expect_eq(zeek_log_of_path(STR("rdp")), ZEEK_RDP);
    cr_expect_eq(zeek_log_of_path(STR("postgresql")), ZEEK_POSTGRESQL);
    cr_expect_eq(zeek_log_of_path(STR("quic")), ZEEK_QUIC);
    cr_expect_eq(zeek_log_of_path(STR("intel")), ZEEK_INTEL);
    cr_expect_eq(zeek_log_of_path(STR("conn_long")), ZEEK_OTHER);
    cr_expect_eq(zeek_log_of_path(STR("")), ZEEK_OTHER);
}

static enum ignore ignored;

static struct zeek_row basic(const char *proto, const char *orig_p)
{
    struct zeek_row row = {0};

    row.field[ZF_TS] = STR("1713507787.5");
    row.field[ZF_UID] = STR("Cu1");
    row.field[ZF_ORIG_H] = STR("192.0.2.1");
    row.field[ZF_ORIG_P] = str_of(orig_p);
    row.field[ZF_RESP_H] = STR("198.51.100.7");
    row.field[ZF_RESP_P] = STR("22");
    row.field[ZF_PROTO] = str_of(proto);
    return row;
}

Test(zeek_row, icmp_is_by_the_family_of_its_address)
{
    struct batch b = {0};
    struct zeek_row row = basic("icmp", "8");

    cr_assert_eq(zeek_row_record(ZEEK_CONN, &row, &b, &ignored), REJECT_NONE);
    cr_expect_eq(b.flows[0].conn.proto, 1);
    row.field[ZF_ORIG_H] = STR("2001:db8::1");
    cr_assert_eq(zeek_row_record(ZEEK_CONN, &row, &b, &ignored), REJECT_NONE);
    cr_expect_eq(b.flows[1].conn.proto, 58);
    batch_done(&b);
}

Test(zeek_row, only_protocols_without_ports_may_lack_them)
{
    struct batch b = {0};
    struct zeek_row row = basic("unknown_transport", "");

    row.field[ZF_IP_PROTO] = STR("2");
    cr_assert_eq(zeek_row_record(ZEEK_CONN, &row, &b, &ignored), REJECT_NONE);
    cr_expect_eq(b.flows[0].conn.proto, 2);
    row.field[ZF_PROTO] = STR("udp");
    cr_expect_eq(zeek_row_record(ZEEK_CONN, &row, &b, &ignored), REJECT_PORT);
    cr_expect_eq(batch_count(&b), 1);
    batch_done(&b);
}

Test(zeek_row, ssh_rows_tell_success_attempts_and_keys)
{
    static const struct {
        const char *text;
        int success;
    } cases[] = {{"T", 1}, {"F", 0}, {"true", 1}, {"false", 0}, {"", -1}, {"maybe", -1}};
    struct batch b = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct zeek_row row = basic("", "1025");
        row.field[ZF_AUTH_SUCCESS] = str_of(cases[i].text);
        row.field[ZF_AUTH_ATTEMPTS] = STR("3");
        row.field[ZF_CLIENT] = STR("SSH-2.0-Go");
        cr_assert_eq(zeek_row_record(ZEEK_SSH, &row, &b, &ignored), REJECT_NONE);
        cr_expect_eq(b.logins[i].success, cases[i].success, "%s", cases[i].text);
    }
    cr_expect_eq(b.logins[0].attempts, 3);
    cr_expect_eq(b.logins[0].key_exchange, 0);
    cr_expect(str_eq(b.logins[0].service, STR("ssh")));
    cr_expect(str_eq(b.logins[0].uid, STR("Cu1")));
    batch_done(&b);
}

Test(zeek_row, ssh_without_cipher_agreed_no_keys)
{
    struct batch b = {0};
    struct zeek_row row = basic("", "1025");

    row.field[ZF_CIPHER] = STR("aes128-ctr");
    cr_assert_eq(zeek_row_record(ZEEK_SSH, &row, &b, &ignored), REJECT_NONE);
    cr_expect_eq(b.logins[0].key_exchange, 1);
    cr_expect_eq(b.logins[0].attempts, -1);
    row.field[ZF_AUTH_ATTEMPTS] = STR("many");
    cr_expect_eq(zeek_row_record(ZEEK_SSH, &row, &b, &ignored), REJECT_NUMBER);
    cr_expect_eq(b.login_count, 1);
    batch_done(&b);
}

Test(zeek_row, rdp_rows_stand_for_logins_by_themselves)
{
    struct batch b = {0};
    struct zeek_row row = basic("", "1025");

    row.field[ZF_COOKIE] = STR("admin");
    cr_assert_eq(zeek_row_record(ZEEK_RDP, &row, &b, &ignored), REJECT_NONE);
    cr_expect(str_eq(b.logins[0].service, STR("rdp")));
    cr_expect(str_eq(b.logins[0].user, STR("admin")));
    cr_expect_eq(b.logins[0].key_exchange, 1);
    cr_expect_eq(b.logins[0].success, -1);
    cr_expect_eq(b.logins[0].conn.proto, 6);
    batch_done(&b);
}

Test(zeek_row, every_state_is_recognised)
{
    struct batch b = {0};

    for (int i = STATE_S0; i < STATES; i++) {
        struct zeek_row row = basic("tcp", "1025");
        row.field[ZF_CONN_STATE] = str_of(conn_state_names[i]);
        cr_assert_eq(zeek_row_record(ZEEK_CONN, &row, &b, &ignored), REJECT_NONE);
        cr_expect_eq(b.flows[b.flow_count - 1].state, i);
    }
    batch_done(&b);
}
