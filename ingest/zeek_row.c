/* The record that a Zeek row makes, and which of Zeek's names mean what. */
#include "ingest/zeek_row.h"

#include "ingest/fields.h"
#include "ingest/flow_shape.h"

/* Dots become underscores in some shippers; "src" and "dst" are Zeek's own field name map. */
const struct zeek_name zeek_names[] = {
    {"ts", ZF_TS},
    {"uid", ZF_UID},
    {"id.orig_h", ZF_ORIG_H},
    {"id.orig_p", ZF_ORIG_P},
    {"id.resp_h", ZF_RESP_H},
    {"id.resp_p", ZF_RESP_P},
    {"id_orig_h", ZF_ORIG_H},
    {"id_orig_p", ZF_ORIG_P},
    {"id_resp_h", ZF_RESP_H},
    {"id_resp_p", ZF_RESP_P},
    {"src", ZF_ORIG_H},
    {"src_port", ZF_ORIG_P},
    {"dst", ZF_RESP_H},
    {"dst_port", ZF_RESP_P},
    {"proto", ZF_PROTO},
    {"ip_proto", ZF_IP_PROTO},
    {"service", ZF_SERVICE},
    {"duration", ZF_DURATION},
    {"orig_bytes", ZF_ORIG_BYTES},
    {"resp_bytes", ZF_RESP_BYTES},
    {"conn_state", ZF_CONN_STATE},
    {"missed_bytes", ZF_MISSED_BYTES},
    {"history", ZF_HISTORY},
    {"orig_pkts", ZF_ORIG_PKTS},
    {"orig_ip_bytes", ZF_ORIG_IP_BYTES},
    {"resp_pkts", ZF_RESP_PKTS},
    {"resp_ip_bytes", ZF_RESP_IP_BYTES},
    {"auth_success", ZF_AUTH_SUCCESS},
    {"auth_attempts", ZF_AUTH_ATTEMPTS},
    {"status", ZF_STATUS},
    {"client", ZF_CLIENT},
    {"cipher_alg", ZF_CIPHER},
    {"direction", ZF_DIRECTION},
    {"version", ZF_VERSION},
    {"cookie", ZF_COOKIE},
    {"security_protocol", ZF_SECURITY},
    {"result", ZF_RESULT},
    {"client_build", ZF_CLIENT_BUILD},
    {"_path", ZF_PATH},
    {"@stream", ZF_PATH},
    {"_stream", ZF_PATH},
};
const size_t zeek_name_count = sizeof(zeek_names) / sizeof(zeek_names[0]);

enum zeek_field zeek_field_of(struct str name)
{
    for (size_t i = 0; i < zeek_name_count; i++)
        if (str_eq(name, str_of(zeek_names[i].name)))
            return zeek_names[i].field;
    return ZF_NONE;
}

enum zeek_log zeek_log_of_path(struct str path)
{
    if (str_eq(path, STR("conn")))
        return ZEEK_CONN;
    if (str_eq(path, STR("ssh")))
        return ZEEK_SSH;
    return str_eq(path, STR("rdp")) ? ZEEK_RDP : ZEEK_OTHER;
}

static bool has_all(uint64_t has, uint64_t wanted)
{
    return (has & wanted) == wanted;
}

enum zeek_log zeek_log_of_fields(uint64_t has)
{
    const uint64_t ends = ZEEK_HAS(ZF_ORIG_H) | ZEEK_HAS(ZF_RESP_H);

    if (!has_all(has, ends))
        return ZEEK_OTHER;
    if (has & ZEEK_HAS(ZF_CONN_STATE) || has_all(has, ZEEK_HAS(ZF_PROTO) | ZEEK_HAS(ZF_ORIG_PKTS)))
        return ZEEK_CONN;
    if (has & (ZEEK_HAS(ZF_AUTH_SUCCESS) | ZEEK_HAS(ZF_AUTH_ATTEMPTS)) ||
        has_all(has, ZEEK_HAS(ZF_CIPHER) | ZEEK_HAS(ZF_CLIENT)) ||
        has_all(has, ZEEK_HAS(ZF_DIRECTION) | ZEEK_HAS(ZF_VERSION)))
        return ZEEK_SSH;
    if (has & ZEEK_HAS(ZF_SECURITY) || has_all(has, ZEEK_HAS(ZF_COOKIE) | ZEEK_HAS(ZF_RESULT)))
        return ZEEK_RDP;
    return ZEEK_OTHER;
}

static uint8_t proto_of(const struct zeek_row *row, const struct ipaddr *orig)
{
    uint8_t proto = field_proto(row->field[ZF_PROTO]);

    if (proto == PROTO_NONE)
        proto = field_proto(row->field[ZF_IP_PROTO]);
    return proto == PROTO_ICMP && !ip_is_v4(orig) ? PROTO_ICMP6 : proto;
}

/* A port may be unset only where the protocol has none. */
static bool read_port(struct str s, uint8_t proto, uint16_t *port)
{
    if (s.len == 0)
        return proto != PROTO_TCP && proto != PROTO_UDP;
    return field_port(s, port);
}

static enum reject read_conn(
    const struct zeek_row *row, uint8_t default_proto, struct conn *conn, int64_t *t_us)
{
    if (!field_time(row->field[ZF_TS], t_us))
        return REJECT_TIME;
    if (!ip_parse(row->field[ZF_ORIG_H], &conn->orig) ||
        !ip_parse(row->field[ZF_RESP_H], &conn->resp))
        return REJECT_ADDRESS;
    conn->proto = default_proto ? default_proto : proto_of(row, &conn->orig);
    if (!read_port(row->field[ZF_ORIG_P], conn->proto, &conn->orig_port) ||
        !read_port(row->field[ZF_RESP_P], conn->proto, &conn->resp_port))
        return REJECT_PORT;
    return REJECT_NONE;
}

/* A row without uid is named by its time and ends. */
static uint64_t ident_of(const struct zeek_row *row, const struct conn *conn, int64_t t_us)
{
    struct str uid = row->field[ZF_UID];

    return uid.len > 0 ? record_ident_zeek(uid) : record_ident_eve(0, conn, t_us);
}

/* Commonest first. */
static const uint8_t states_by_use[] = {STATE_SF, STATE_S0, STATE_REJ, STATE_RSTO, STATE_RSTR,
    STATE_OTH, STATE_S1, STATE_SHR, STATE_S2, STATE_S3, STATE_RSTOS0, STATE_RSTRH, STATE_SH};

static enum conn_state state_of(struct str s)
{
    for (size_t i = 0; i < sizeof(states_by_use); i++) {
        const char *name = conn_state_names[states_by_use[i]];
        if (s.len > 0 && s.p[0] == name[0] && str_eq(s, str_of(name)))
            return states_by_use[i];
    }
    return STATE_UNKNOWN;
}

/* True when unset (and then left alone) or read. */
static bool read_count(struct str s, int64_t *count)
{
    return s.len == 0 || field_count(s, count);
}

static bool read_counts(const struct zeek_row *row, struct flow *f)
{
    int64_t duration;

    if (row->field[ZF_DURATION].len > 0) {
        if (!field_seconds(row->field[ZF_DURATION], &duration))
            return false;
        f->duration_us = duration < 0 ? -1 : duration;
    }
    return read_count(row->field[ZF_ORIG_BYTES], &f->orig_bytes) &&
           read_count(row->field[ZF_RESP_BYTES], &f->resp_bytes) &&
           read_count(row->field[ZF_ORIG_IP_BYTES], &f->orig_ip_bytes) &&
           read_count(row->field[ZF_RESP_IP_BYTES], &f->resp_ip_bytes) &&
           read_count(row->field[ZF_ORIG_PKTS], &f->orig_pkts) &&
           read_count(row->field[ZF_RESP_PKTS], &f->resp_pkts) &&
           read_count(row->field[ZF_MISSED_BYTES], &f->missed_bytes);
}

static enum reject add_flow(const struct zeek_row *row, struct batch *batch)
{
    struct flow *f = batch_add_flow(batch);
    enum reject reason;

    if (!f)
        return REJECT_NO_MEMORY;
    reason = read_conn(row, PROTO_NONE, &f->conn, &f->t_us);
    if (reason == REJECT_NONE && !read_counts(row, f))
        reason = REJECT_NUMBER;
    if (reason != REJECT_NONE) {
        batch->flow_count--;
        return reason;
    }
    f->sensor = SENSOR_ZEEK;
    f->ident = ident_of(row, &f->conn, f->t_us);
    f->uid = row->field[ZF_UID];
    f->service = row->field[ZF_SERVICE];
    f->history = row->field[ZF_HISTORY];
    f->state = (uint8_t)state_of(row->field[ZF_CONN_STATE]);
    flow_shape_zeek(f);
    return REJECT_NONE;
}

/* auth_success, or the status of Bro 2.1. */
static int8_t success_of(const struct zeek_row *row)
{
    struct str told = row->field[ZF_AUTH_SUCCESS];

    if (told.len == 0)
        told = row->field[ZF_STATUS];
    if (str_eq(told, STR("T")) || str_eq(told, STR("true")) || str_eq(told, STR("success")))
        return 1;
    if (str_eq(told, STR("F")) || str_eq(told, STR("false")) || str_eq(told, STR("failure")))
        return 0;
    return -1;
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

static enum reject add_login(enum zeek_log log, const struct zeek_row *row, struct batch *batch)
{
    struct login *l = batch_add_login(batch);
    enum reject reason;

    if (!l)
        return REJECT_NO_MEMORY;
    reason = read_conn(row, PROTO_TCP, &l->conn, &l->t_us);
    if (reason == REJECT_NONE && log == ZEEK_SSH)
        reason = read_attempts(row->field[ZF_AUTH_ATTEMPTS], &l->attempts);
    if (reason != REJECT_NONE) {
        batch->login_count--;
        return reason;
    }
    l->sensor = SENSOR_ZEEK;
    l->ident = ident_of(row, &l->conn, l->t_us);
    l->uid = row->field[ZF_UID];
    if (log == ZEEK_SSH) {
        l->service = STR("ssh");
        l->client = row->field[ZF_CLIENT];
        l->success = success_of(row);
        l->key_exchange = row->field[ZF_CIPHER].len > 0;
    } else {
        l->service = STR("rdp");
        l->user = row->field[ZF_COOKIE];
        l->client = row->field[ZF_CLIENT_BUILD];
        l->key_exchange = 1;
    }
    return REJECT_NONE;
}

enum reject zeek_row_record(enum zeek_log log, const struct zeek_row *row, struct batch *batch)
{
    return log == ZEEK_CONN ? add_flow(row, batch) : add_login(log, row, batch);
}
