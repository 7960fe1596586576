/* The record that a Zeek row makes, and which of Zeek's names mean what. */
#include "ingest/zeek/zeek_row.h"

#include "ingest/fields.h"
#include "ingest/flow_shape.h"
#include "ingest/zeek/zeek_record.h"

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
    {"src", ZF_SRC},
    {"src_port", ZF_ORIG_P},
    {"dst", ZF_DST},
    {"dst_port", ZF_RESP_P},
    {"p", ZF_P},
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
    {"user", ZF_USER},
    {"command", ZF_COMMAND},
    {"reply_code", ZF_REPLY_CODE},
    {"cmd", ZF_CMD},
    {"arg", ZF_ARG},
    {"success", ZF_SUCCESS},
    {"frontend", ZF_FRONTEND},
    {"backend", ZF_BACKEND},
    {"backend_arg", ZF_BACKEND_ARG},
    {"query", ZF_QUERY},
    {"rcode", ZF_RCODE},
    {"rcode_name", ZF_RCODE_NAME},
    {"answers", ZF_ANSWERS},
    {"server_name", ZF_SERVER_NAME},
    {"ja3", ZF_JA3},
    {"ja3s", ZF_JA3S},
    {"ja4", ZF_JA4},
    {"cert_chain_fps", ZF_CERTIFICATES},
    {"host", ZF_HOST},
    {"method", ZF_METHOD},
    {"note", ZF_NOTE},
    {"msg", ZF_MSG},
    {"sub", ZF_SUB},
    {"seen.indicator", ZF_INDICATOR},
    {"seen_indicator", ZF_INDICATOR},
    {"seen.where", ZF_WHERE},
    {"seen_where", ZF_WHERE},
    {"sources", ZF_SOURCES},
    {"ts_delta", ZF_TS_DELTA},
    {"gaps", ZF_GAPS},
    {"acks", ZF_ACKS},
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

static const struct {
    struct str path;
    enum zeek_log log;
} logs_by_path[] = {
    {STR("conn"), ZEEK_CONN},
    {STR("ssh"), ZEEK_SSH},
    {STR("rdp"), ZEEK_RDP},
    {STR("ftp"), ZEEK_FTP},
    {STR("mysql"), ZEEK_MYSQL},
    {STR("postgresql"), ZEEK_POSTGRESQL},
    {STR("dns"), ZEEK_DNS},
    {STR("ssl"), ZEEK_SSL},
    {STR("quic"), ZEEK_QUIC},
    {STR("http"), ZEEK_HTTP},
    {STR("notice"), ZEEK_NOTICE},
    {STR("intel"), ZEEK_INTEL},
    {STR("capture_loss"), ZEEK_CAPTURE_LOSS},
};

enum zeek_log zeek_log_of_path(struct str path)
{
    for (size_t i = 0; i < sizeof(logs_by_path) / sizeof(logs_by_path[0]); i++)
        if (str_eq(path, logs_by_path[i].path))
            return logs_by_path[i].log;
    return ZEEK_OTHER;
}

static bool has_all(uint64_t has, uint64_t wanted)
{
    return (has & wanted) == wanted;
}

/* What only one log has: all of these fields together. The first that fits counts. */
static const struct {
    uint64_t fields;
    enum zeek_log log;
} logs_by_fields[] = {
    {ZEEK_HAS(ZF_CONN_STATE), ZEEK_CONN},
    {ZEEK_HAS(ZF_PROTO) | ZEEK_HAS(ZF_ORIG_PKTS), ZEEK_CONN},
    {ZEEK_HAS(ZF_AUTH_SUCCESS), ZEEK_SSH},
    {ZEEK_HAS(ZF_AUTH_ATTEMPTS), ZEEK_SSH},
    {ZEEK_HAS(ZF_CIPHER) | ZEEK_HAS(ZF_CLIENT), ZEEK_SSH},
    {ZEEK_HAS(ZF_DIRECTION) | ZEEK_HAS(ZF_VERSION), ZEEK_SSH},
    {ZEEK_HAS(ZF_SECURITY), ZEEK_RDP},
    {ZEEK_HAS(ZF_COOKIE) | ZEEK_HAS(ZF_RESULT), ZEEK_RDP},
    {ZEEK_HAS(ZF_COMMAND) | ZEEK_HAS(ZF_REPLY_CODE), ZEEK_FTP},
    {ZEEK_HAS(ZF_CMD) | ZEEK_HAS(ZF_ARG), ZEEK_MYSQL},
    {ZEEK_HAS(ZF_FRONTEND), ZEEK_POSTGRESQL},
    {ZEEK_HAS(ZF_BACKEND), ZEEK_POSTGRESQL},
    {ZEEK_HAS(ZF_QUERY), ZEEK_DNS},
    {ZEEK_HAS(ZF_SERVER_NAME), ZEEK_SSL},
    {ZEEK_HAS(ZF_HOST) | ZEEK_HAS(ZF_METHOD), ZEEK_HTTP},
};

enum zeek_log zeek_log_of_fields(uint64_t has)
{
    if (has & ZEEK_HAS(ZF_NOTE))
        return has & ZEEK_HAS(ZF_MSG) ? ZEEK_NOTICE : ZEEK_OTHER;
    if (has_all(has, ZEEK_HAS(ZF_TS_DELTA) | ZEEK_HAS(ZF_GAPS) | ZEEK_HAS(ZF_ACKS)))
        return ZEEK_CAPTURE_LOSS;
    if (!has_all(has, ZEEK_HAS(ZF_ORIG_H) | ZEEK_HAS(ZF_RESP_H)) &&
        !has_all(has, ZEEK_HAS(ZF_SRC) | ZEEK_HAS(ZF_DST)))
        return ZEEK_OTHER;
    if (has & ZEEK_HAS(ZF_INDICATOR))
        return ZEEK_INTEL;
    for (size_t i = 0; i < sizeof(logs_by_fields) / sizeof(logs_by_fields[0]); i++)
        if (has_all(has, logs_by_fields[i].fields))
            return logs_by_fields[i].log;
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

static struct str first_set(struct str a, struct str b)
{
    return a.len > 0 ? a : b;
}

enum reject zeek_read_conn(
    const struct zeek_row *row, uint8_t default_proto, struct conn *conn, int64_t *t_us)
{
    if (!field_time(row->field[ZF_TS], t_us))
        return REJECT_TIME;
    if (!ip_parse(first_set(row->field[ZF_ORIG_H], row->field[ZF_SRC]), &conn->orig) ||
        !ip_parse(first_set(row->field[ZF_RESP_H], row->field[ZF_DST]), &conn->resp))
        return REJECT_ADDRESS;
    conn->proto = default_proto ? default_proto : proto_of(row, &conn->orig);
    if (!read_port(row->field[ZF_ORIG_P], conn->proto, &conn->orig_port) ||
        !read_port(row->field[ZF_RESP_P], conn->proto, &conn->resp_port))
        return REJECT_PORT;
    return REJECT_NONE;
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
    reason = zeek_read_conn(row, PROTO_NONE, &f->conn, &f->t_us);
    if (reason == REJECT_NONE && !read_counts(row, f))
        reason = REJECT_NUMBER;
    if (reason != REJECT_NONE) {
        batch->flow_count--;
        return reason;
    }
    f->sensor = SENSOR_ZEEK;
    f->uid = row->field[ZF_UID];
    f->service = row->field[ZF_SERVICE];
    f->history = row->field[ZF_HISTORY];
    f->state = (uint8_t)state_of(row->field[ZF_CONN_STATE]);
    flow_shape_zeek(f);
    return REJECT_NONE;
}

int8_t zeek_truth(struct str s)
{
    if (str_eq(s, STR("T")) || str_eq(s, STR("true")))
        return 1;
    return str_eq(s, STR("F")) || str_eq(s, STR("false")) ? 0 : -1;
}

enum reject zeek_row_record(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored)
{
    *ignored = IGNORE_NONE;
    switch (log) {
    case ZEEK_CONN:
        return add_flow(row, batch);
    case ZEEK_DNS:
    case ZEEK_SSL:
    case ZEEK_QUIC:
    case ZEEK_HTTP:
        return zeek_add_name(log, row, batch, ignored);
    case ZEEK_NOTICE:
    case ZEEK_INTEL:
        return zeek_add_notice(log, row, batch, ignored);
    case ZEEK_CAPTURE_LOSS:
        return zeek_add_loss(row, batch);
    default:
        return zeek_add_login(log, row, batch, ignored);
    }
}
