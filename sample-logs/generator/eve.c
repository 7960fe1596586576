/* The events of Suricata's EVE log: flow, alert, ssh, rdp and dns. */
#include "sample-logs/generator/writer.h"

#include <ctype.h>
#include <string.h>

/* How Suricata sees what Zeek calls a state. Flags are ORed over the packets of each side. */
static const struct eve_state {
    const char *zeek, *flow, *tcp;
    unsigned flags_client, flags_server;
} eve_states[] = {
    {"SF", "closed", "closed", 0x1b, 0x1b}, {"S1", "established", "established", 0x1a, 0x1a},
    {"RSTO", "closed", "closed", 0x1e, 0x1b}, {"RSTR", "closed", "closed", 0x1b, 0x1e},
    {"REJ", "closed", "closed", 0x02, 0x14}, {"S0", "new", "syn_sent", 0x02, 0x00},
    {"OTH", "established", NULL, 0x00, 0x00}, /* joined in the middle: no stream is followed */
};

static const struct eve_state *state_of(const struct connection *c)
{
    for (size_t i = 0; i < sizeof eve_states / sizeof *eve_states; i++)
        if (strcmp(eve_states[i].zeek, c->state) == 0)
            return &eve_states[i];
    return &eve_states[0];
}

/* Days to a date by the calendar's 400-year cycle, which starts on 1 March. */
static void add_time(struct text *t, int64_t us)
{
    int64_t days = us / DAY + 719468, seconds = us / SECOND % 86400;
    int64_t era = days / 146097, day = days % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month += month < 10 ? 3 : -9;
    year += 400 * era + (month <= 2);
    text_add(t, "\"%04d-%02d-%02dT%02d:%02d:%02d.%06d+0000\"", (int)year, (int)month, (int)day + 1,
        (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60), (int)(us % SECOND));
}

static void add_start(struct text *t, const struct connection *c, int64_t t_us, const char *type)
{
    char proto[8] = "";
    for (size_t i = 0; c->proto[i] && i < sizeof proto - 1; i++)
        proto[i] = (char)toupper((unsigned char)c->proto[i]);
    text_add(t, "{\"timestamp\":");
    add_time(t, t_us);
    bool icmp = strcmp(c->proto, "icmp") == 0;
    text_add(t,
        ",\"flow_id\":%llu,\"in_iface\":\"eth1\",\"event_type\":\"%s\",\"src_ip\":\"%s\","
        "\"%s\":%d,\"dest_ip\":\"%s\",\"%s\":%d,\"proto\":\"%s\"",
        (unsigned long long)c->flow_id, type, c->client, icmp ? "icmp_type" : "src_port",
        c->client_port, c->server, icmp ? "icmp_code" : "dest_port", c->server_port, proto);
}

/* Suricata counts whole frames: payload, TCP (with its options) or UDP, IP and Ethernet headers. */
static int64_t frame_bytes(const struct connection *c, int64_t payload, int64_t packets)
{
    return (payload > 0 ? payload : 0) + packets * header_bytes(c, 66, 42);
}

static void add_counts(struct text *t, const struct connection *c)
{
    text_add(t,
        ",\"flow\":{\"pkts_toserver\":%lld,\"pkts_toclient\":%lld,\"bytes_toserver\":%lld,"
        "\"bytes_toclient\":%lld,\"start\":",
        (long long)c->client_packets, (long long)c->server_packets,
        (long long)frame_bytes(c, c->client_bytes, c->client_packets),
        (long long)frame_bytes(c, c->server_bytes, c->server_packets));
    add_time(t, c->t_us);
}

/* Suricata tells of "tls" what Zeek calls "ssl"; what it cannot tell but saw, it calls "failed". */
static const char *app_proto(const struct connection *c)
{
    if (strcmp(c->state, "OTH") == 0)
        return NULL;
    if (!c->service)
        return c->server_bytes > 0 ? "failed" : NULL;
    return strcmp(c->service, "ssl") == 0 ? "tls" : c->service;
}

static void add_tcp(struct text *t, const struct eve_state *state)
{
    text_add(t, ",\"tcp\":{\"tcp_flags\":\"%02x\",\"tcp_flags_ts\":\"%02x\"",
        state->flags_client | state->flags_server, state->flags_client);
    text_add(t, ",\"tcp_flags_tc\":\"%02x\"", state->flags_server);
    if (state->tcp)
        text_add(t, ",\"syn\":true,\"state\":\"%s\",\"ts_max_regions\":1,\"tc_max_regions\":1",
            state->tcp);
    text_add(t, "}");
}

void eve_connection(struct segment *s, const struct connection *c)
{
    int64_t lasts = c->duration_us > 0 ? c->duration_us : 0, end_us = c->t_us + lasts;
    bool tcp = strcmp(c->proto, "tcp") == 0;
    const struct eve_state *state = state_of(c);
    const char *found = app_proto(c);
    int64_t written_us = end_us + segment_pick(s, 30 * SECOND, 62 * SECOND);
    struct text t = {.length = 0};
    add_start(&t, c, written_us, "flow");
    if (found)
        text_add(&t, ",\"app_proto\":\"%s\"", found);
    add_counts(&t, c);
    text_add(&t, ",\"end\":");
    add_time(&t, end_us);
    text_add(&t, ",\"age\":%lld,\"state\":\"%s\",\"reason\":\"timeout\",\"alerted\":false}",
        (long long)(lasts / SECOND),
        tcp                     ? state->flow
        : c->server_packets > 0 ? "established"
                                : "new");
    if (tcp)
        add_tcp(&t, state);
    text_add(&t, "}");
    log_add(&s->conn, written_us, &t);
}

/* "SSH-2.0-libssh_0.9.6" without its first two parts. */
static const char *software(const char *banner)
{
    const char *found = strstr(banner, "-2.0-");
    return found ? found + 5 : banner;
}

void eve_ssh(struct segment *s, const struct connection *c, const struct login *l)
{
    struct text t = {.length = 0};
    add_start(&t, c, c->t_us + 120000, "ssh");
    text_add(&t,
        ",\"ssh\":{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"%s\"},"
        "\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"OpenSSH_9.2p1\"}}}",
        software(l->client));
    log_add(&s->conn, c->t_us + 120000, &t);
}

void eve_rdp(struct segment *s, const struct connection *c, const struct login *l)
{
    struct text t = {.length = 0};
    add_start(&t, c, c->t_us + 90000, "rdp");
    text_add(&t, ",\"rdp\":{\"tx_id\":0,\"event_type\":\"initial_request\"");
    if (l->cookie)
        text_add(&t, ",\"cookie\":\"%s\"", l->cookie);
    text_add(&t, "}}");
    log_add(&s->conn, c->t_us + 90000, &t);
}

void segment_alert(struct segment *s, const struct connection *c, const struct signature *alert)
{
    struct text t = {.length = 0};
    if (s->kind != SENSOR_EVE)
        return;
    const char *found = app_proto(c);
    int64_t lasts = c->duration_us > 0 ? c->duration_us : 0;
    add_start(&t, c, c->t_us + lasts / 2, "alert");
    text_add(&t,
        ",\"pkt_src\":\"wire/pcap\",\"alert\":{\"action\":\"allowed\",\"gid\":1,"
        "\"signature_id\":%u,\"rev\":%u,\"signature\":\"%s\",\"category\":\"%s\",\"severity\":%d}",
        alert->sid, alert->rev, alert->name, alert->category, alert->severity);
    if (found)
        text_add(&t, ",\"app_proto\":\"%s\"", found);
    text_add(&t, ",\"direction\":\"to_server\"");
    add_counts(&t, c);
    text_add(&t, ",\"src_ip\":\"%s\",\"dest_ip\":\"%s\",\"src_port\":%d,\"dest_port\":%d}}",
        c->client, c->server, c->client_port, c->server_port);
    log_add(&s->conn, c->t_us + lasts / 2, &t);
}

void segment_dns(struct segment *s, const struct connection *c, const char *name)
{
    struct text t = {.length = 0};
    if (s->kind != SENSOR_EVE)
        return;
    add_start(&t, c, c->t_us, "dns");
    text_add(&t,
        ",\"dns\":{\"type\":\"query\",\"id\":%u,\"rrname\":\"%s\",\"rrtype\":\"A\",\"tx_id\":0,"
        "\"opcode\":0}}",
        (unsigned)(c->flow_id & 0xffff), name);
    log_add(&s->conn, c->t_us, &t);
}

void segment_dns_none(struct segment *s, const struct connection *c, const char *name)
{
    struct text t = {0};
    if (s->kind != SENSOR_EVE)
        return;
    add_start(&t, c, c->t_us, "dns");
    text_add(&t,
        ",\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":%u,\"flags\":\"8183\",\"qr\":true,"
        "\"rd\":true,\"ra\":true,\"rrname\":\"%s\",\"rrtype\":\"A\",\"rcode\":\"NXDOMAIN\"}}",
        (unsigned)(c->client_port & 0xffff), name);
    log_add(&s->conn, c->t_us, &t);
}

void tries_ftp_eve(struct log_file *log, const struct connection *c, int64_t t_us)
{
    struct text t = {.length = 0};
    add_start(&t, c, t_us, "ftp");
    text_add(&t,
        ",\"ftp\":{\"command\":\"PASS\",\"command_data\":\"x\",\"reply\":[\"Login incorrect.\"],"
        "\"completion_code\":[\"530\"],\"reply_received\":\"yes\"}}");
    log_add(log, t_us, &t);
}
