/* Suricata's EVE: tells the event types apart and reads those that are kept. */
#include "ingest/eve/eve.h"

#include "ingest/eve/eve_record.h"
#include "ingest/json.h"

#define TYPE_KEY     "\"event_type\""
#define TYPE_KEY_LEN ((ptrdiff_t)sizeof(TYPE_KEY) - 1)
#define TYPE_RARE    6 /* place of the underscore in it */

static const struct json_path eve_paths[] = {
    {"timestamp", EVE_TIMESTAMP},
    {"flow_id", EVE_FLOW_ID},
    {"event_type", EVE_TYPE},
    {"src_ip", EVE_SRC_IP},
    {"src_port", EVE_SRC_PORT},
    {"dest_ip", EVE_DEST_IP},
    {"dest_port", EVE_DEST_PORT},
    {"proto", EVE_PROTO},
    {"icmp_type", EVE_ICMP_TYPE},
    {"icmp_code", EVE_ICMP_CODE},
    {"app_proto", EVE_APP_PROTO},
    {"direction", EVE_DIRECTION},
    {"flow.pkts_toserver", EVE_PKTS_TS},
    {"flow.pkts_toclient", EVE_PKTS_TC},
    {"flow.bytes_toserver", EVE_BYTES_TS},
    {"flow.bytes_toclient", EVE_BYTES_TC},
    {"flow.start", EVE_START},
    {"flow.end", EVE_END},
    {"flow.age", EVE_AGE},
    {"flow.state", EVE_STATE},
    {"flow.src_ip", EVE_FLOW_SRC_IP},
    {"flow.src_port", EVE_FLOW_SRC_PORT},
    {"flow.dest_ip", EVE_FLOW_DEST_IP},
    {"flow.dest_port", EVE_FLOW_DEST_PORT},
    {"tcp.tcp_flags_ts", EVE_FLAGS_TS},
    {"tcp.tcp_flags_tc", EVE_FLAGS_TC},
    {"tcp.state", EVE_TCP_STATE},
    {"alert.action", EVE_ACTION},
    {"alert.gid", EVE_GID},
    {"alert.signature_id", EVE_SID},
    {"alert.rev", EVE_REV},
    {"alert.signature", EVE_SIGNATURE},
    {"alert.category", EVE_CATEGORY},
    {"alert.severity", EVE_SEVERITY},
    {"ssh.client.software_version", EVE_SSH_CLIENT},
    {"rdp.event_type", EVE_RDP_EVENT},
    {"rdp.cookie", EVE_RDP_COOKIE},
    {"rdp.client.build", EVE_RDP_BUILD},
    {"ftp.command", EVE_FTP_COMMAND},
    {"ftp.completion_code[]", EVE_FTP_CODE},
    {"mysql.command", EVE_MYSQL_COMMAND},
    {"pgsql.request.simple_query", EVE_PGSQL_QUERY},
    {"pgsql.request.startup_parameters.user", EVE_PGSQL_USER},
    {"pgsql.response.message", EVE_PGSQL_MESSAGE},
    {"pgsql.response.code", EVE_PGSQL_CODE},
    {"dns.type", EVE_DNS_TYPE},
    {"dns.rrname", EVE_DNS_NAME},
    {"dns.queries[].rrname", EVE_DNS_NAME},
    {"dns.rcode", EVE_DNS_RCODE},
    {"dns.rdata", EVE_DNS_ADDRESS},
    {"dns.answers[].rdata", EVE_DNS_ADDRESS},
    {"dns.grouped.A[]", EVE_DNS_ADDRESS},
    {"dns.grouped.AAAA[]", EVE_DNS_ADDRESS},
    {"tls.sni", EVE_TLS_SNI},
    {"tls.ja3.hash", EVE_TLS_JA3},
    {"tls.ja3s.hash", EVE_TLS_JA3S},
    {"tls.ja4", EVE_TLS_JA4},
    {"tls.fingerprint", EVE_TLS_CERTIFICATE},
    {"quic.sni", EVE_TLS_SNI},
    {"quic.ja3.hash", EVE_TLS_JA3},
    {"quic.ja3s.hash", EVE_TLS_JA3S},
    {"quic.ja4", EVE_TLS_JA4},
    {"http.hostname", EVE_HTTP_HOST},
    {"flow.reason", EVE_FLOW_REASON},
    {"flow.emergency", EVE_FLOW_EMERGENCY},
    {"stats.uptime", EVE_UPTIME},
    {"stats.capture.kernel_packets", EVE_KERNEL_PACKETS},
    {"stats.capture.kernel_drops", EVE_KERNEL_DROPS},
    {"stats.flow.emerg_mode_entered", EVE_EMERGENCIES},
};

static const struct {
    struct str name;
    enum eve_type type;
} eve_types[] = {
    {STR("flow"), EVE_TYPE_FLOW},
    {STR("alert"), EVE_TYPE_ALERT},
    {STR("ssh"), EVE_TYPE_SSH},
    {STR("dns"), EVE_TYPE_DNS},
    {STR("http"), EVE_TYPE_HTTP},
    {STR("tls"), EVE_TYPE_TLS},
    {STR("quic"), EVE_TYPE_QUIC},
    {STR("rdp"), EVE_TYPE_RDP},
    {STR("ftp"), EVE_TYPE_FTP},
    {STR("mysql"), EVE_TYPE_MYSQL},
    {STR("pgsql"), EVE_TYPE_PGSQL},
    {STR("netflow"), EVE_TYPE_NETFLOW},
    {STR("anomaly"), EVE_TYPE_ANOMALY},
    {STR("stats"), EVE_TYPE_STATS},
};

/* Why an event of that type is not kept; IGNORE_NONE for one that is. */
static enum ignore ignore_of(enum eve_type type)
{
    switch (type) {
    case EVE_TYPE_OTHER:
        return IGNORE_OTHER_EVENT;
    case EVE_TYPE_NETFLOW:
        return IGNORE_NETFLOW;
    case EVE_TYPE_ANOMALY:
        return IGNORE_ANOMALY;
    default:
        return IGNORE_NONE;
    }
}

static enum eve_type type_of(struct str name)
{
    for (size_t i = 0; i < sizeof(eve_types) / sizeof(eve_types[0]); i++)
        if (str_eq(name, eve_types[i].name))
            return eve_types[i].type;
    return EVE_TYPE_OTHER;
}

struct json *eve_json_new(void)
{
    return json_new(eve_paths, sizeof(eve_paths) / sizeof(eve_paths[0]));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Where "event_type" stands; NULL: nowhere. Of its letters only the underscore is rare, so this is much
 * faster than memmem(). */
static const char *find_type(struct str line)
{
    const char *at = line.p, *end = line.p + line.len;

    while ((at = memchr(at, '_', (size_t)(end - at)))) {
        if (at - line.p >= TYPE_RARE && end - at >= TYPE_KEY_LEN - TYPE_RARE &&
            memcmp(at - TYPE_RARE, TYPE_KEY, TYPE_KEY_LEN) == 0)
            return at - TYPE_RARE;
        at++;
    }
    return NULL;
}

/* What follows "event_type": in the line, without a parse; *at is where the key stands. */
static bool peek_type(struct str line, const char **at, struct str *type)
{
    const char *end = line.p + line.len, *p, *quote;

    *at = find_type(line);
    if (!*at)
        return false;
    for (p = *at + TYPE_KEY_LEN; p < end && is_space(*p); p++)
        ;
    if (p == end || *p++ != ':')
        return false;
    for (; p < end && is_space(*p); p++)
        ;
    if (p == end || *p++ != '"')
        return false;
    quote = memchr(p, '"', (size_t)(end - p));
    if (!quote)
        return false;
    *type = (struct str){p, (size_t)(quote - p)};
    return true;
}

bool eve_is_event(struct str line)
{
    struct str type;
    const char *at;

    return peek_type(line, &at, &type);
}

/* Why a line is surely nothing that is kept: its type stands in the line's own object (no other brace
 * comes before it), and the line is whole as far as its ends show. */
static enum ignore is_other(struct str line)
{
    struct str type;
    const char *at;

    if (line.len > 1 && line.p[0] == '{' && line.p[line.len - 1] == '}' &&
        peek_type(line, &at, &type) && !memchr(line.p + 1, '{', (size_t)(at - line.p - 1)))
        return ignore_of(type_of(type));
    return IGNORE_NONE;
}

static enum reject add_flow(const struct json_line *l, struct batch *batch)
{
    struct flow *f = batch_add_flow(batch);
    enum reject reason = f ? eve_read_flow(l, &batch->text, f) : REJECT_NO_MEMORY;

    if (f && reason != REJECT_NONE)
        batch->flow_count--;
    return reason;
}

static enum reject add_alert(const struct json_line *l, struct batch *batch)
{
    struct signature *s = batch_add_signature(batch);
    enum reject reason = s ? eve_read_alert(l, s) : REJECT_NO_MEMORY;

    if (s && reason != REJECT_NONE)
        batch->signature_count--;
    return reason;
}

static enum reject add_login(
    const struct json_line *l, enum eve_type type, struct batch *batch, enum ignore *ignored)
{
    struct login *login = batch_add_login(batch);
    enum reject reason = login ? eve_read_login(l, type, login, ignored) : REJECT_NO_MEMORY;

    if (login && (reason != REJECT_NONE || *ignored != IGNORE_NONE))
        batch->login_count--;
    return reason;
}

static enum reject add_name(
    const struct json_line *l, enum eve_type type, struct batch *batch, enum ignore *ignored)
{
    struct name_seen *n = batch_add_name(batch);
    enum reject reason = n ? eve_read_name(l, type, &batch->text, n, ignored) : REJECT_NO_MEMORY;

    if (n && (reason != REJECT_NONE || *ignored != IGNORE_NONE))
        batch->name_count--;
    return reason;
}

static enum reject add_stats(const struct json_line *l, struct batch *batch, enum ignore *ignored)
{
    struct health *h = batch_add_health(batch);
    enum reject reason = h ? eve_read_stats(l, h, ignored) : REJECT_NO_MEMORY;

    if (h && (reason != REJECT_NONE || *ignored != IGNORE_NONE))
        batch->health_count--;
    return reason;
}

static enum reject add_record(
    const struct json_line *l, enum eve_type type, struct batch *batch, enum ignore *ignored)
{
    switch (type) {
    case EVE_TYPE_FLOW:
        return add_flow(l, batch);
    case EVE_TYPE_ALERT:
        return add_alert(l, batch);
    case EVE_TYPE_STATS:
        return add_stats(l, batch, ignored);
    case EVE_TYPE_DNS:
    case EVE_TYPE_TLS:
    case EVE_TYPE_QUIC:
    case EVE_TYPE_HTTP:
        return add_name(l, type, batch, ignored);
    default:
        return add_login(l, type, batch, ignored);
    }
}

enum reject eve_line(struct json *json, struct str line, struct batch *batch, enum ignore *ignored)
{
    struct json_line values;
    enum reject reason;
    enum eve_type type;

    *ignored = is_other(line);
    if (*ignored != IGNORE_NONE)
        return REJECT_NONE;
    reason = json_parse(json, line, &batch->text, &values);
    if (reason != REJECT_NONE)
        return reason;
    type = type_of(json_get(&values, EVE_TYPE));
    *ignored = ignore_of(type);
    return *ignored != IGNORE_NONE ? REJECT_NONE : add_record(&values, type, batch, ignored);
}
