/* Logins from EVE ssh, rdp, ftp, mysql and pgsql events. */
#include "ingest/eve/eve_record.h"
#include "ingest/fields.h"
#include "ingest/login_words.h"

static void read_ssh(const struct json_line *l, struct login *login, enum ignore *ignored)
{
    (void)ignored;
    login->service = STR("ssh");
    login->client = json_get(l, EVE_SSH_CLIENT);
    login->key_exchange = 1;
}

/* A connection gives one rdp event per message: only the client's request stands for the login. */
static void read_rdp(const struct json_line *l, struct login *login, enum ignore *ignored)
{
    struct str step = json_get(l, EVE_RDP_EVENT);

    if (step.len > 0 && !str_eq(step, STR("initial_request")))
        *ignored = IGNORE_NO_LOGIN;
    login->service = STR("rdp");
    login->user = json_get(l, EVE_RDP_COOKIE);
    login->client = json_get(l, EVE_RDP_BUILD);
    login->key_exchange = 1;
}

static void read_ftp(const struct json_line *l, struct login *login, enum ignore *ignored)
{
    login->service = STR("ftp");
    login->success = login_of_ftp(json_get(l, EVE_FTP_COMMAND), json_get(l, EVE_FTP_CODE));
    login->one_try = 1;
    if (login->success < 0)
        *ignored = IGNORE_NO_LOGIN;
}

/* The event names no result, but a command comes only from somebody who is logged in. */
static void read_mysql(const struct json_line *l, struct login *login, enum ignore *ignored)
{
    (void)ignored;
    login->service = STR("mysql");
    login->success = json_get(l, EVE_MYSQL_COMMAND).len > 0 ? 1 : -1;
}

/* Class 28 of PostgreSQL's error codes is about who logs in. */
static int8_t pgsql_success(const struct json_line *l)
{
    if (str_starts(json_get(l, EVE_PGSQL_CODE), STR("28")))
        return 0;
    if (str_eq(json_get(l, EVE_PGSQL_MESSAGE), STR("authentication_ok")) ||
        json_has(l, EVE_PGSQL_QUERY))
        return 1;
    return -1;
}

static void read_pgsql(const struct json_line *l, struct login *login, enum ignore *ignored)
{
    login->service = STR("postgresql");
    login->success = pgsql_success(l);
    login->user = json_get(l, EVE_PGSQL_USER);
    if (login->success < 0)
        *ignored = IGNORE_NO_LOGIN;
}

static void (*const readers[EVE_TYPES])(const struct json_line *, struct login *, enum ignore *) = {
    [EVE_TYPE_SSH] = read_ssh,
    [EVE_TYPE_RDP] = read_rdp,
    [EVE_TYPE_FTP] = read_ftp,
    [EVE_TYPE_MYSQL] = read_mysql,
    [EVE_TYPE_PGSQL] = read_pgsql,
};

enum reject eve_read_login(
    const struct json_line *l, enum eve_type type, struct login *login, enum ignore *ignored)
{
    enum reject reason;

    readers[type](l, login, ignored);
    if (*ignored != IGNORE_NONE)
        return REJECT_NONE;
    reason = eve_read_conn(l, &login->conn);
    if (reason != REJECT_NONE)
        return reason;
    if (!field_time(json_get(l, EVE_TIMESTAMP), &login->t_us))
        return REJECT_TIME;
    if (eve_from_server(&login->conn, type))
        eve_turn(&login->conn);
    login->sensor = SENSOR_SURICATA;
    login->uid = eve_flow_id(l, NULL);
    return REJECT_NONE;
}
