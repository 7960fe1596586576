/* Logins of EVE ftp, mysql and pgsql events. */
#include "tests/unit/eve_lines.h"

TestSuite(eve_login, .init = set_up, .fini = tear_down);

#define HEAD(type)                                                                                 \
    "{\"timestamp\":\"2024-04-19T09:00:00.000000+0000\",\"flow_id\":77,\"event_type\":\"" type "\","
#define ENDS(from, to)                                                                             \
    "\"src_ip\":\"192.0.2.1\",\"src_port\":" from                                                  \
    ",\"dest_ip\":\"198.51.100.7\",\"dest_port\":" to ",\"proto\":\"TCP\","

/* -2: ignored as no login. */
static int success_of(const char *text, const char *service)
{
    size_t before = batch.login_count;

    cr_expect_eq(line(text), REJECT_NONE, "%s", text);
    if (batch.login_count == before) {
        cr_expect_eq(ignored, IGNORE_NO_LOGIN, "%s", text);
        return -2;
    }
    cr_expect_eq(ignored, IGNORE_NONE, "%s", text);
    cr_expect(str_eq(batch.logins[before].service, str_of(service)), "%s", text);
    cr_expect_eq(ip_v4(&batch.logins[before].conn.orig), 0xC0000201);
    return batch.logins[before].success;
}

#define FTP(command, codes)                                                                        \
    HEAD("ftp")                                                                                    \
    ENDS("1025", "21")                                                                             \
    "\"ftp\":{\"command\":\"" command "\",\"command_data\":\"x\",\"completion_code\":[" codes "]}}"

Test(eve_login, each_password_of_ftp_is_a_try_of_its_own)
{
    cr_expect_eq(success_of(FTP("PASS", "\"530\""), "ftp"), 0);
    cr_expect_eq(batch.logins[0].one_try, 1);
    cr_expect_eq(batch.logins[0].user.len, 0, "a password is never kept");
    cr_expect_eq(success_of(FTP("PASS", "\"230\",\"230\""), "ftp"), 1);
    cr_expect_eq(success_of(FTP("USER", "\"331\""), "ftp"), -2);
    cr_expect_eq(success_of(FTP("PASS", ""), "ftp"), -2);
    cr_expect_eq(success_of(HEAD("ftp") ENDS("1025", "21") "\"ftp\":{}}", "ftp"), -2);
}

#define MYSQL(more) HEAD("mysql") ENDS("1025", "3306") "\"mysql\":{\"version\":\"8\"" more "}}"

Test(eve_login, a_mysql_command_needs_a_login)
{
    cr_expect_eq(success_of(MYSQL(",\"command\":\"SELECT 1\""), "mysql"), 1);
    cr_expect_eq(success_of(MYSQL(",\"tls\":false"), "mysql"), -1);
    cr_expect_eq(batch.logins[1].key_exchange, 0);
}

#define PGSQL(more) HEAD("pgsql") ENDS("1025", "5432") "\"pgsql\":{\"tx_id\":1," more "}}"

Test(eve_login, postgresql_says_whether_a_login_worked)
{
    cr_expect_eq(success_of(PGSQL("\"request\":{\"startup_parameters\":{\"user\":\"app\"}},"
                                  "\"response\":{\"message\":\"authentication_ok\"}"),
                     "postgresql"),
        1);
    cr_expect(str_eq(batch.logins[0].user, STR("app")));
    cr_expect_eq(success_of(PGSQL("\"response\":{\"code\":\"28P01\",\"message\":\"refused\"}"),
                     "postgresql"),
        0);
    cr_expect_eq(success_of(PGSQL("\"request\":{\"simple_query\":\"SELECT 1\"}"), "postgresql"), 1);
    cr_expect_eq(
        success_of(PGSQL("\"response\":{\"code\":\"53300\",\"message\":\"too many\"}"), ""), -2);
    cr_expect_eq(success_of(PGSQL("\"response\":{\"ssl_accepted\":false}"), ""), -2);
}

Test(eve_login, events_are_rejected_with_their_reason)
{
    cr_expect_eq(line(HEAD("mysql") "\"src_ip\":\"\"}"), REJECT_ADDRESS);
    cr_expect_eq(line("{\"event_type\":\"mysql\"," ENDS("1", "2") "\"mysql\":{}}"), REJECT_TIME);
    cr_expect_eq(batch_count(&batch), 0);
}
