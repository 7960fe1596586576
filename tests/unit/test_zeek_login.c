/* Logins of ftp.log, mysql.log and postgresql.log. */
#include "tests/unit/zeek_rows.h"

TestSuite(zeek_login, .init = set_up, .fini = tear_down);

static const struct login *read_as(enum zeek_log log)
{
    size_t before = batch.login_count;

    cr_expect_eq(read_row(log), REJECT_NONE);
    cr_expect_eq(batch.login_count - before, ignored == IGNORE_NONE);
    return batch.login_count > before ? &batch.logins[before] : NULL;
}

Test(zeek_login, each_password_of_ftp_is_a_try_of_its_own)
{
    row.field[ZF_USER] = STR("admin");
    row.field[ZF_COMMAND] = STR("PASS");
    row.field[ZF_REPLY_CODE] = STR("530");
    const struct login *l = read_as(ZEEK_FTP);
    cr_assert_not_null(l);
    cr_expect(str_eq(l->service, STR("ftp")));
    cr_expect(str_eq(l->user, STR("admin")));
    cr_expect_eq(l->success, 0);
    cr_expect_eq(l->one_try, 1);
    cr_expect_eq(l->conn.proto, 6);
    cr_expect(str_eq(l->uid, STR("Cu1")), "joined to its connection");
    row.field[ZF_USER] = STR("<unknown>");
    row.field[ZF_REPLY_CODE] = STR("230");
    l = read_as(ZEEK_FTP);
    cr_assert_not_null(l);
    cr_expect_eq(l->success, 1);
    cr_expect_eq(l->user.len, 0);
}

Test(zeek_login, other_commands_of_ftp_tell_of_no_login)
{
    row.field[ZF_COMMAND] = STR("USER");
    row.field[ZF_REPLY_CODE] = STR("331");
    cr_expect_null(read_as(ZEEK_FTP));
    cr_expect_eq(ignored, IGNORE_NO_LOGIN);
    cr_expect_eq(batch_count(&batch), 0);
}

static int success_of_mysql(const char *success)
{
    row.field[ZF_SUCCESS] = str_of(success);
    const struct login *l = read_as(ZEEK_MYSQL);
    cr_assert_not_null(l);
    cr_expect(str_eq(l->service, STR("mysql")));
    cr_expect(str_eq(l->user, STR("root")));
    cr_expect_eq(l->one_try, 0);
    return l->success;
}

Test(zeek_login, mysql_says_whether_a_login_worked)
{
    row.field[ZF_CMD] = STR("login");
    row.field[ZF_ARG] = STR("root");
    cr_expect_eq(success_of_mysql("F"), 0);
    cr_expect_eq(success_of_mysql("T"), 1);
    cr_expect_eq(success_of_mysql("false"), 0);
    cr_expect_eq(success_of_mysql(""), -1, "no answer was seen");
    row.field[ZF_CMD] = STR("query");
    row.field[ZF_SUCCESS] = STR("F");
    cr_expect_null(read_as(ZEEK_MYSQL), "a query that failed");
    cr_expect_eq(ignored, IGNORE_NO_LOGIN);
}

/* -2: ignored. */
static int postgresql(
    const char *frontend, const char *backend, const char *told, const char *success)
{
    row.field[ZF_FRONTEND] = str_of(frontend);
    row.field[ZF_BACKEND] = str_of(backend);
    row.field[ZF_BACKEND_ARG] = str_of(told);
    row.field[ZF_SUCCESS] = str_of(success);
    const struct login *l = read_as(ZEEK_POSTGRESQL);
    return l ? l->success : -2;
}

Test(zeek_login, postgresql_says_whether_a_login_worked)
{
    cr_expect_eq(postgresql("startup", "auth_ok", "", "T"), 1);
    cr_expect_eq(postgresql("startup", "auth_request,error",
                     "SASL,Severity=FATAL,Code=28P01,Message=refused", "F"),
        0);
    cr_expect_eq(postgresql("startup", "error", "Code=28000,Message=no entry", "F"), 0);
    cr_expect_eq(postgresql("", "auth_request,error", "", "F"), 0);
    cr_expect_eq(postgresql("startup", "auth_ok,error", "Code=3D000", "F"), 1, "no such database");
    cr_expect_eq(postgresql("startup", "error", "Code=53300", "F"), -2, "too many connections");
    cr_expect_eq(postgresql("simple_query", "error", "Code=42P01", "F"), -2, "a query");
    cr_expect_eq(postgresql("ssl_request", "ssl_reply", "N", "F"), -2, "no TLS");
    cr_expect_eq(postgresql("terminate", "", "", ""), -2);
}

Test(zeek_login, rows_are_rejected_with_their_reason)
{
    row.field[ZF_CMD] = STR("login");
    row.field[ZF_ORIG_P] = STR("99999");
    cr_expect_eq(zeek_row_record(ZEEK_MYSQL, &row, &batch, &ignored), REJECT_PORT);
    row.field[ZF_ORIG_H] = STR("x");
    cr_expect_eq(zeek_row_record(ZEEK_FTP, &row, &batch, &ignored), REJECT_ADDRESS);
    row.field[ZF_TS] = STR("");
    cr_expect_eq(zeek_row_record(ZEEK_POSTGRESQL, &row, &batch, &ignored), REJECT_TIME);
    cr_expect_eq(batch_count(&batch), 0);
}
