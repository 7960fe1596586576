/* The table of shapes, and connections made from it. */
#include "sample-logs/generator/shapes.h"

#include <stdio.h>
#include <string.h>

struct range {
    int64_t low, high;
};

static const struct shape {
    const char *proto, *service;
    int port;
    const char *state, *history;
    struct range client_bytes, server_bytes, client_packets, server_packets, duration_ms;
} shapes[SHAPES] = {
    [REFUSED] = {"tcp", NULL, 0, "REJ", "Sr", {0, 0}, {0, 0}, {1, 1}, {1, 1}, {1, 60}},
    [UNANSWERED] = {"tcp", NULL, 0, "S0", "S", {-1, -1}, {-1, -1}, {1, 1}, {0, 0}, {-1, -1}},
    [KNOCK] = {"tcp", NULL, 0, "SF", "ShAFfa", {0, 0}, {0, 0}, {4, 4}, {2, 2}, {2, 9}},
    [SSH_BANNER] = {"tcp", "ssh", 22, "SF", "ShAdDaFf", {21, 21}, {40, 40}, {6, 6}, {5, 5},
        {12, 80}},
    [SSH_ATTEMPT] = {"tcp", "ssh", 22, "SF", "ShAdDaFf", {1560, 1840}, {1780, 2020}, {11, 13},
        {10, 12}, {2000, 4000}},
    [SSH_HANGUP] = {"tcp", "ssh", 22, "RSTO", "ShAdDaFfR", {1560, 1840}, {1780, 2020}, {12, 14},
        {10, 12}, {2000, 4000}},
    [SSH_COMMAND] = {"tcp", "ssh", 22, "SF", "ShAdDaFf", {2900, 3600}, {3300, 4700}, {18, 26},
        {17, 24}, {900, 4000}},
    [SSH_SESSION] = {"tcp", "ssh", 22, "SF", "ShADadFf", {9000, 90000}, {20000, 600000},
        {140, 1200}, {160, 1500}, {240000, 2700000}},
    [RDP_ATTEMPT] = {"tcp", "rdp", 3389, "RSTO", "ShADadFR", {2300, 3400}, {3900, 5600}, {17, 24},
        {14, 20}, {1400, 4200}},
    [RDP_SESSION] = {"tcp", "rdp", 3389, "SF", "ShADadFf", {300000, 2500000}, {4000000, 30000000},
        {9000, 40000}, {11000, 52000}, {900000, 9000000}},
    [FTP_ATTEMPT] = {"tcp", "ftp", 21, "SF", "ShAdDafF", {28, 44}, {88, 130}, {8, 10}, {7, 9},
        {2200, 4800}},
    [TELNET_ATTEMPT] = {"tcp", "telnet", 23, "SF", "ShAdDafF", {90, 220}, {180, 420}, {14, 26},
        {12, 22}, {3000, 9000}},
    [MYSQL_ATTEMPT] = {"tcp", "mysql", 3306, "SF", "ShAdDafF", {180, 260}, {180, 240}, {7, 9},
        {6, 8}, {40, 300}},
    [MSSQL_ATTEMPT] = {"tcp", NULL, 1433, "SF", "ShADadfF", {560, 900}, {1400, 1900}, {9, 11},
        {8, 10}, {60, 400}},
    [POSTGRESQL_ATTEMPT] = {"tcp", "postgresql", 5432, "SF", "ShADadfF", {110, 190}, {130, 220},
        {8, 10}, {7, 9}, {40, 300}},
    [MYSQL_SESSION] = {"tcp", "mysql", 3306, "SF", "ShAdDafF", {6000, 90000}, {20000, 900000},
        {60, 600}, {60, 800}, {125000, 900000}},
    [HTTPS] = {"tcp", "ssl", 443, "SF", "ShADadFf", {900, 6000}, {4000, 220000}, {12, 60},
        {12, 180}, {150, 61000}},
    [HTTP] = {"tcp", "http", 80, "SF", "ShADadfF", {280, 900}, {500, 48000}, {6, 22}, {6, 40},
        {30, 5200}},
    [HTTPS_UPLOAD] = {"tcp", "ssl", 443, "SF", "ShADadFf", {6000000000, 7000000000},
        {900000, 1400000}, {4200000, 4900000}, {1500000, 2200000}, {1500000, 1700000}},
    [SMTP] = {"tcp", "smtp", 25, "SF", "ShAdDafF", {3000, 60000}, {600, 900}, {14, 60}, {12, 40},
        {400, 4000}},
    [IMAPS] = {"tcp", "ssl", 993, "SF", "ShADadFf", {1500, 5000}, {6000, 60000}, {16, 60}, {16, 70},
        {900, 29000}},
    [DNS] = {"udp", "dns", 53, "SF", "Dd", {32, 64}, {80, 420}, {1, 1}, {1, 1}, {2, 90}},
    [DNS_UNANSWERED] = {"udp", "dns", 53, "S0", "D", {32, 64}, {0, 0}, {1, 1}, {0, 0}, {1, 1}},
    [NTP] = {"udp", "ntp", 123, "SF", "Dd", {48, 48}, {48, 48}, {1, 1}, {1, 1}, {8, 40}},
    [BEACON] = {"tcp", "ssl", 443, "SF", "ShADadFf", {742, 746}, {1310, 1330}, {9, 9}, {8, 8},
        {310, 420}},
    [UDP_PAYLOAD] = {"udp", NULL, 4500, "SF", "Dd", {1200, 90000}, {1200, 90000}, {10, 120},
        {10, 120}, {4000, 58000}},
    [SSH_BULK] = {"tcp", "ssh", 22, "SF", "ShADadFf", {40000000, 900000000}, {200000, 9000000},
        {30000, 640000}, {9000, 210000}, {30000, 900000}},
    [GIT_FETCH] = {"tcp", "ssh", 22, "SF", "ShADadFf", {2900, 4400}, {14000, 90000}, {20, 60},
        {24, 110}, {800, 6000}},
    [MYSQL_SHORT] = {"tcp", "mysql", 3306, "SF", "ShAdDafF", {300, 1400}, {900, 4200}, {9, 14},
        {8, 12}, {20, 400}},
    [QUIC] = {"udp", "quic", 443, "SF", "Dd", {2600, 9000}, {5000, 180000}, {8, 60}, {9, 160},
        {200, 58000}},
    [TORRENT] = {"tcp", NULL, 6881, "SF", "ShADadFf", {400, 90000}, {400, 400000}, {8, 120},
        {8, 360}, {3100, 58000}},
    [TORRENT_DHT] = {"udp", NULL, 6881, "SF", "Dd", {90, 400}, {90, 900}, {1, 3}, {1, 3},
        {20, 900}},
    [VNC_ATTEMPT] = {"tcp", "rfb", 5900, "SF", "ShAdDafF", {29, 33}, {52, 84}, {8, 10}, {7, 9},
        {900, 3200}},
    [ECHO_UNANSWERED] = {"icmp", NULL, 0, "OTH", "-", {56, 56}, {0, 0}, {1, 1}, {0, 0}, {1, 1}},
};

static int64_t pick(struct segment *s, struct range r)
{
    return segment_pick(s, r.low, r.high);
}

/* So much payload needs at least so many packets. */
static int64_t enough_packets(int64_t packets, int64_t bytes)
{
    int64_t needed = bytes / 1448 + 4;
    return bytes > 1448 && packets < needed ? needed : packets;
}

struct connection shape_connection(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server)
{
    const struct shape *shape = &shapes[id];
    struct connection c = {.t_us = t_us, .proto = shape->proto, .service = shape->service};
    snprintf(c.client, sizeof c.client, "%s", client);
    snprintf(c.server, sizeof c.server, "%s", server);
    c.client_port = (int)segment_pick(s, 32768, 60999);
    c.server_port = shape->port;
    c.state = shape->state;
    c.history = shape->history;
    c.client_bytes = pick(s, shape->client_bytes);
    c.server_bytes = pick(s, shape->server_bytes);
    c.client_packets = enough_packets(pick(s, shape->client_packets), c.client_bytes);
    c.server_packets = enough_packets(pick(s, shape->server_packets), c.server_bytes);
    int64_t ms = pick(s, shape->duration_ms);
    c.duration_us = ms < 0 ? -1 : ms * 1000 + segment_pick(s, 0, 999);
    segment_name(s, &c);
    return c;
}

struct connection shape_seen(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server)
{
    struct connection c = shape_connection(s, id, t_us, client, server);
    segment_connection(s, &c);
    return c;
}

static bool speaks(const struct connection *c, const char *service)
{
    return c->service && strcmp(c->service, service) == 0;
}

/* Zeek can tell the outcome of some SSH logins and says "-" and 0 tries of the rest. */
struct login shape_refusal(struct segment *s, enum shape_id id)
{
    static const char *const software[] = {
        "SSH-2.0-libssh_0.9.6", "SSH-2.0-Go", "SSH-2.0-libssh2_1.11.0", "SSH-2.0-paramiko_3.4.0"};
    static const char *const users[] = {"administr", "admin", "user", "test", "backup"};
    bool told = segment_pick(s, 0, 2) == 0 && id != SSH_BANNER;
    return (struct login){.success = told ? 0 : -1,
        .attempts = told,
        .client = software[segment_pick(s, 0, 3)],
        .cookie = users[segment_pick(s, 0, 4)],
        .without_keys = id == SSH_BANNER};
}

struct login shape_admission(void)
{
    return (struct login){.success = 1,
        .attempts = 1,
        .client = "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13",
        .cookie = "mkoval"};
}

void shape_login_seen(struct segment *s, const struct connection *c, const struct login *login)
{
    if (speaks(c, "ssh"))
        segment_ssh(s, c, login);
    else if (speaks(c, "rdp"))
        segment_rdp(s, c, login);
}

void shape_login_failed(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server)
{
    struct connection c = shape_seen(s, id, t_us, client, server);
    struct login login = shape_refusal(s, id);
    shape_login_seen(s, &c, &login);
}

void shape_login_worked(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server)
{
    struct connection c = shape_seen(s, id, t_us, client, server);
    struct login login = shape_admission();
    shape_login_seen(s, &c, &login);
}
