/* Logins from Zeek's ssh, rdp, ftp, mysql and postgresql logs. */
#include "ingest/fields.h"
#include "ingest/flow_shape.h"
#include "ingest/login_words.h"
#include "ingest/zeek/zeek_record.h"

/* auth_success, or the status of Bro 2.1. */
static int8_t ssh_success(const struct zeek_row *row)
{
    struct str status = row->field[ZF_STATUS];

    if (row->field[ZF_AUTH_SUCCESS].len > 0)
        return zeek_truth(row->field[ZF_AUTH_SUCCESS]);
    if (str_eq(status, STR("success")))
        return 1;
    return str_eq(status, STR("failure")) ? 0 : -1;
}

static enum reject read_attempts(struct str s, int32_t *attempts)
{
    int64_t count;

    if (s.len == 0)
        return REJECT_NONE;
    if (!field_count(s, &count))
        return REJECT_NUMBER;
    *attempts = count > INT32_MAX ? INT32_MAX : (int32_t)count;
    return REJECT_NONE;
}

static enum reject read_ssh(const struct zeek_row *row, struct login *l, enum ignore *ignored)
{
    (void)ignored;
    l->service = STR("ssh");
    l->client = row->field[ZF_CLIENT];
    l->success = ssh_success(row);
    l->key_exchange = row->field[ZF_CIPHER].len > 0;
    return read_attempts(row->field[ZF_AUTH_ATTEMPTS], &l->attempts);
}

static enum reject read_rdp(const struct zeek_row *row, struct login *l, enum ignore *ignored)
{
    (void)ignored;
    l->service = STR("rdp");
    l->user = row->field[ZF_COOKIE];
    l->client = row->field[ZF_CLIENT_BUILD];
    l->key_exchange = 1;
    return REJECT_NONE;
}

/* One row a command: those that end a login, and those that only somebody logged in may give. */
static enum reject read_ftp(const struct zeek_row *row, struct login *l, enum ignore *ignored)
{
    l->service = STR("ftp");
    l->success = login_of_ftp(row->field[ZF_COMMAND], row->field[ZF_REPLY_CODE]);
    l->user = row->field[ZF_USER];
    l->one_try = 1;
    if (str_eq(l->user, STR("<unknown>"))) /* what Zeek writes before it saw one */
        l->user = STR_NONE;
    if (l->success < 0)
        *ignored = IGNORE_NO_LOGIN;
    return REJECT_NONE;
}

/* One row a command, the login being the first. */
static enum reject read_mysql(const struct zeek_row *row, struct login *l, enum ignore *ignored)
{
    l->service = STR("mysql");
    l->success = zeek_truth(row->field[ZF_SUCCESS]);
    l->user = row->field[ZF_ARG];
    if (!str_eq(row->field[ZF_CMD], STR("login")))
        *ignored = IGNORE_NO_LOGIN;
    return REJECT_NONE;
}

static bool holds(struct str s, const char *word)
{
    return s.len > 0 && memmem(s.p, s.len, word, strlen(word));
}

/* What the server made of the login, -1 when the row is not about one. An error outside class 28 is
 * not about who logs in: no such database, too many connections. */
static int8_t postgresql_success(const struct zeek_row *row)
{
    struct str backend = row->field[ZF_BACKEND], told = row->field[ZF_BACKEND_ARG];

    if (holds(backend, "auth_ok"))
        return 1;
    if (!str_eq(row->field[ZF_FRONTEND], STR("startup")) && !holds(backend, "auth"))
        return -1;
    if (holds(told, "Code=") && !holds(told, "Code=28"))
        return -1;
    return zeek_truth(row->field[ZF_SUCCESS]);
}

static enum reject read_postgresql(
    const struct zeek_row *row, struct login *l, enum ignore *ignored)
{
    l->service = STR("postgresql");
    l->success = postgresql_success(row);
    l->user = row->field[ZF_USER];
    if (l->success < 0)
        *ignored = IGNORE_NO_LOGIN;
    return REJECT_NONE;
}

static enum reject (*const readers[ZEEK_LOGS])(
    const struct zeek_row *, struct login *, enum ignore *) = {
    [ZEEK_SSH] = read_ssh,
    [ZEEK_RDP] = read_rdp,
    [ZEEK_FTP] = read_ftp,
    [ZEEK_MYSQL] = read_mysql,
    [ZEEK_POSTGRESQL] = read_postgresql,
};

enum reject zeek_add_login(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored)
{
    struct login *l = batch_add_login(batch);
    enum reject reason;

    if (!l)
        return REJECT_NO_MEMORY;
    reason = zeek_read_conn(row, PROTO_TCP, &l->conn, &l->t_us);
    if (reason == REJECT_NONE)
        reason = readers[log](row, l, ignored);
    if (reason != REJECT_NONE || *ignored != IGNORE_NONE) {
        batch->login_count--;
        return reason;
    }
    l->sensor = SENSOR_ZEEK;
    l->uid = row->field[ZF_UID];
    return REJECT_NONE;
}
