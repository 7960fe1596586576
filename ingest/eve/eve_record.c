/* Records from the values of one EVE event: flows and signatures, and what all readers share. */
#include "ingest/eve/eve_record.h"

#include "ingest/fields.h"
#include "ingest/flow_shape.h"
#include "util/timefmt.h"

static bool is_icmp(uint8_t proto)
{
    return proto == PROTO_ICMP || proto == PROTO_ICMP6;
}

/* A port may be absent only where the protocol has none. */
static bool read_port(struct str s, uint8_t proto, uint16_t *port)
{
    if (s.len == 0)
        return proto != PROTO_TCP && proto != PROTO_UDP;
    return field_port(s, port);
}

enum reject eve_read_conn(const struct json_line *l, struct conn *conn)
{
    bool icmp;

    if (!ip_parse(json_get(l, EVE_SRC_IP), &conn->orig) ||
        !ip_parse(json_get(l, EVE_DEST_IP), &conn->resp))
        return REJECT_ADDRESS;
    conn->proto = field_proto(json_get(l, EVE_PROTO));
    if (conn->proto == PROTO_ICMP && !ip_is_v4(&conn->orig))
        conn->proto = PROTO_ICMP6;
    icmp = is_icmp(conn->proto);
    if (!read_port(
            json_get(l, icmp ? EVE_ICMP_TYPE : EVE_SRC_PORT), conn->proto, &conn->orig_port) ||
        !read_port(
            json_get(l, icmp ? EVE_ICMP_CODE : EVE_DEST_PORT), conn->proto, &conn->resp_port))
        return REJECT_PORT;
    return REJECT_NONE;
}

/* "failed" means that the protocol could not be told, not that a login failed. */
static struct str app_proto(const struct json_line *l)
{
    struct str name = json_get(l, EVE_APP_PROTO);

    return str_eq(name, STR("failed")) || str_eq(name, STR("unknown")) ? STR_NONE : name;
}

static bool read_count(const struct json_line *l, unsigned field, int64_t *count)
{
    return !json_has(l, field) || field_count(l->value[field], count);
}

static bool read_u32(const struct json_line *l, unsigned field, uint32_t *value)
{
    int64_t count = 0;

    if (!read_count(l, field, &count) || count > UINT32_MAX)
        return false;
    *value = (uint32_t)count;
    return true;
}

struct str eve_flow_id(const struct json_line *l, int64_t *number)
{
    struct str text = json_get(l, EVE_FLOW_ID);
    uint64_t id;

    if (!str_u64(text, &id) || id == 0)
        return STR_NONE;
    if (number && text.p[0] != '0' && text.len <= UID_DIGITS_MAX)
        *number = (int64_t)id;
    return text;
}

/* Figures of the flow object. All flags zero while packets passed means that the stream was not
 * tracked: then they say nothing. */
static bool read_figures(const struct json_line *l, struct flow *f, struct eve_flow *seen)
{
    struct str ts = json_get(l, EVE_FLAGS_TS), tc = json_get(l, EVE_FLAGS_TC);

    *seen = (struct eve_flow){
        .bytes_toserver = -1,
        .bytes_toclient = -1,
        .app_known = app_proto(l).len > 0,
        .flow_state = json_get(l, EVE_STATE),
        .tcp_state = json_get(l, EVE_TCP_STATE),
    };
    if (!read_count(l, EVE_PKTS_TS, &f->orig_pkts) || !read_count(l, EVE_PKTS_TC, &f->resp_pkts) ||
        !read_count(l, EVE_BYTES_TS, &seen->bytes_toserver) ||
        !read_count(l, EVE_BYTES_TC, &seen->bytes_toclient))
        return false;
    if (ts.len == 0 && tc.len == 0)
        return true;
    if (!field_hex_byte(ts, &seen->flags_ts) || !field_hex_byte(tc, &seen->flags_tc))
        return false;
    seen->flags_known = seen->flags_ts || seen->flags_tc;
    return true;
}

/* From flow.start to flow.end, else the age in seconds. An end before the start is none. */
static bool read_duration(const struct json_line *l, int64_t start_us, int64_t *duration_us)
{
    int64_t end_us, age;

    if (json_has(l, EVE_END)) {
        if (!field_time(l->value[EVE_END], &end_us))
            return false;
        *duration_us = end_us >= start_us ? end_us - start_us : -1;
    } else if (json_has(l, EVE_AGE)) {
        if (!field_count(l->value[EVE_AGE], &age) || age > TIME_US_MAX / TIME_US_SECOND)
            return false;
        *duration_us = age * TIME_US_SECOND;
    }
    return true;
}

/* Copied: who stores it need not go back to a line that no cache holds any more. */
static bool keep_service(struct str s, struct arena *text, struct str *service)
{
    *service = (struct str){s.len > 0 ? arena_strdup(text, s) : NULL, s.len};
    return service->p || s.len == 0;
}

/* The event's own timestamp is when the flow was written out, up to days later: flow.start counts. */
enum reject eve_read_flow(const struct json_line *l, struct arena *text, struct flow *f)
{
    enum reject reason = eve_read_conn(l, &f->conn);
    struct eve_flow seen;

    if (reason != REJECT_NONE)
        return reason;
    if (!field_time(json_get(l, EVE_START), &f->t_us) ||
        !read_duration(l, f->t_us, &f->duration_us))
        return REJECT_TIME;
    if (!read_figures(l, f, &seen))
        return REJECT_NUMBER;
    f->sensor = SENSOR_SURICATA;
    f->uid = eve_flow_id(l, &f->uid_number);
    if (!keep_service(app_proto(l), text, &f->service))
        return REJECT_NO_MEMORY;
    flow_shape_eve(f, &seen);
    if (str_eq(json_get(l, EVE_FLOW_REASON), STR("forced")) ||
        str_eq(json_get(l, EVE_FLOW_EMERGENCY), STR("true")))
        f->flags |= FLOW_CUT;
    return REJECT_NONE;
}

void eve_turn(struct conn *conn)
{
    struct conn was = *conn;

    conn->orig = was.resp;
    conn->resp = was.orig;
    if (!is_icmp(conn->proto)) {
        conn->orig_port = was.resp_port;
        conn->resp_port = was.orig_port;
    }
}

static bool same_text(const struct json_line *l, unsigned a, unsigned b)
{
    return str_eq(json_get(l, a), json_get(l, b));
}

/* src_ip of an alert is the packet's source, often the server. Who the client is: the flow object's
 * own ends, else the direction of the packet. False when neither is told. */
static bool packet_from_client(const struct json_line *l, bool *from_client)
{
    struct str direction = json_get(l, EVE_DIRECTION);

    if (json_has(l, EVE_FLOW_SRC_IP)) {
        *from_client =
            same_text(l, EVE_FLOW_SRC_IP, EVE_SRC_IP) &&
            (!json_has(l, EVE_FLOW_SRC_PORT) || same_text(l, EVE_FLOW_SRC_PORT, EVE_SRC_PORT));
        return true;
    }
    *from_client = str_eq(direction, STR("to_server"));
    return *from_client || str_eq(direction, STR("to_client"));
}

/* The answer of the flow so far. */
static bool alert_answer(const struct json_line *l, const struct conn *conn, uint8_t *answer)
{
    struct flow f = {.conn = *conn, .orig_pkts = -1, .resp_pkts = -1};
    struct eve_flow seen;

    if (!read_figures(l, &f, &seen))
        return false;
    flow_shape_eve(&f, &seen);
    *answer = f.answer;
    return true;
}

enum reject eve_read_alert(const struct json_line *l, struct signature *s)
{
    enum reject reason = eve_read_conn(l, &s->conn);
    uint32_t severity = 0;
    bool from_client;

    if (reason != REJECT_NONE)
        return reason;
    if (!field_time(json_get(l, EVE_TIMESTAMP), &s->t_us))
        return REJECT_TIME;
    if (!json_has(l, EVE_SID) || !read_u32(l, EVE_SID, &s->sid) || !read_u32(l, EVE_GID, &s->gid) ||
        !read_u32(l, EVE_REV, &s->rev) || !read_u32(l, EVE_SEVERITY, &severity))
        return REJECT_NUMBER;
    s->sensor = SENSOR_SURICATA;
    s->client_known = packet_from_client(l, &from_client);
    if (s->client_known && !from_client)
        eve_turn(&s->conn);
    if (!alert_answer(l, &s->conn, &s->answer))
        return REJECT_NUMBER;
    s->severity = (uint8_t)(severity < UINT8_MAX ? severity : UINT8_MAX);
    s->name = json_get(l, EVE_SIGNATURE);
    s->category = json_get(l, EVE_CATEGORY);
    s->action = json_get(l, EVE_ACTION);
    s->uid = eve_flow_id(l, NULL);
    return REJECT_NONE;
}

static const uint16_t ports[EVE_TYPES] = {
    [EVE_TYPE_SSH] = 22,
    [EVE_TYPE_RDP] = 3389,
    [EVE_TYPE_FTP] = 21,
    [EVE_TYPE_MYSQL] = 3306,
    [EVE_TYPE_PGSQL] = 5432,
    [EVE_TYPE_DNS] = 53,
    [EVE_TYPE_TLS] = 443,
    [EVE_TYPE_QUIC] = 443,
    [EVE_TYPE_HTTP] = 80,
};

/* Most events name the flow's client as src. rdp events, and answers of old dns events, name the
 * packet's source, which may be either end: the known port tells, for rdp else the lower one. */
bool eve_from_server(const struct conn *conn, enum eve_type type)
{
    uint16_t port = ports[type];

    if (conn->orig_port == port || conn->resp_port == port)
        return conn->orig_port == port && conn->resp_port != port;
    return type == EVE_TYPE_RDP && conn->orig_port < conn->resp_port;
}
