/* Writes synthetic connections for the bench, the same on every run: conn.log, conn.json or
 * eve.json on standard output. A network of 10.0.0.0/16 talks with 198.18.0.0/15 (RFC 2544).
 * usage: traffic ROWS zeek-tsv|zeek-json|eve [ordinary|hostile] [few|random] [START]
 * "random" takes the sources of failed connections and guesses from everywhere; START is the
 * first second (default 1767225600), one million connections fill a day. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_US   INT64_C(86400000000)
#define CLIENTS  3000
#define SERVERS  60
#define SITES    20000
#define GUESSERS 400
#define RESOLVER 0x0a000035u /* 10.0.0.53 */

struct conn {
    int64_t t_us, duration_us;
    uint32_t from, to;
    unsigned from_port, to_port;
    bool udp;
    const char *service, *state, *history;
    unsigned bytes_out, bytes_in, packets_out, packets_in;
    char uid[24];
    uint64_t flow_id;
};

struct mix {
    const char *name;
    unsigned attempts, failed; /* per thousand connections; the rest is ordinary */
};

static const struct mix mixes[] = {{"ordinary", 50, 100}, {"hostile", 300, 500}};

static uint64_t random_state = 0x9e3779b97f4a7c15u;

/* xorshift64*: small, fast and the same everywhere. */
static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)(((random_state * 0x2545f4914f6cdd1du >> 32) * bound) >> 32);
}

static unsigned between(unsigned low, unsigned high)
{
    return low + random_below(high - low + 1);
}

/* Few are busy, most are seldom seen. */
static uint32_t skewed(uint32_t bound)
{
    uint64_t a = random_below(bound), b = random_below(bound);
    return (uint32_t)(a * b / bound);
}

static uint32_t client(void)
{
    return 0x0a000100u + skewed(CLIENTS);
}

static uint32_t server(void)
{
    return 0x0a000001u + random_below(SERVERS) % 50;
}

static uint32_t site(void)
{
    return 0xc6120000u + skewed(SITES) * 5;
}

static uint32_t stranger(bool everywhere)
{
    if (everywhere)
        return (between(11, 171) << 24 | random_below(1 << 24)) ^ 0x00010101u;
    return 0xc6130000u + skewed(GUESSERS) * 97;
}

static void make_attempt(struct conn *c, bool everywhere)
{
    bool outgoing = random_below(20) == 0;
    bool rdp = random_below(3) == 0;

    c->from = outgoing ? client() : stranger(everywhere);
    c->to = outgoing ? site() : server();
    c->to_port = rdp ? 3389 : 22;
    c->service = rdp ? "rdp" : "ssh";
    c->state = "SF";
    c->history = "ShADadFf";
    c->duration_us = between(900000, 4000000);
    c->bytes_out = between(1100, 2300);
    c->bytes_in = between(1500, 2900);
    c->packets_out = between(12, 20);
    c->packets_in = between(12, 20);
}

static void make_failed(struct conn *c, bool everywhere)
{
    static const unsigned ports[] = {23, 80, 443, 445, 1433, 2323, 3389, 5900, 8080, 22};
    bool outgoing = random_below(5) == 0;
    bool refused = random_below(2) == 0;

    c->from = outgoing ? client() : stranger(everywhere);
    c->to = outgoing ? site() : 0x0a000001u + random_below(250);
    c->to_port = ports[random_below(sizeof ports / sizeof *ports)];
    c->state = refused ? "REJ" : "S0";
    c->history = refused ? "Sr" : "S";
    c->packets_out = 1;
    c->packets_in = refused;
}

static void make_lookup(struct conn *c)
{
    c->from = client();
    c->to = RESOLVER;
    c->to_port = 53;
    c->udp = true;
    c->service = "dns";
    c->state = "SF";
    c->history = "Dd";
    c->duration_us = between(300, 60000);
    c->bytes_out = between(28, 60);
    c->bytes_in = between(60, 300);
    c->packets_out = c->packets_in = 1;
}

static void make_ordinary(struct conn *c)
{
    if (random_below(100) < 35) {
        make_lookup(c);
        return;
    }
    bool incoming = random_below(6) == 0, tls = random_below(8) != 0;
    c->from = incoming ? site() : client();
    c->to = incoming ? server() : site();
    c->to_port = tls ? 443 : 80;
    c->service = tls ? "ssl" : "http";
    c->state = "SF";
    c->history = "ShADadFf";
    c->duration_us = between(20000, 30000000);
    c->packets_out = between(6, 60);
    c->packets_in = between(6, 400);
    c->bytes_out = c->packets_out * between(60, 300);
    c->bytes_in = c->packets_in * between(200, 1200);
}

static void make(struct conn *c, const struct mix *mix, bool everywhere)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    int64_t t_us = c->t_us;
    unsigned kind = random_below(1000);

    *c = (struct conn){.t_us = t_us, .service = NULL};
    if (kind < mix->attempts)
        make_attempt(c, everywhere);
    else if (kind < mix->attempts + mix->failed)
        make_failed(c, everywhere);
    else
        make_ordinary(c);
    c->from_port = between(32768, 60999);
    c->uid[0] = 'C';
    for (int i = 1; i < 18; i++)
        c->uid[i] = letters[random_below(62)];
    c->flow_id = (uint64_t)random_below(1u << 31) << 20 | random_below(1u << 20);
}

static unsigned wire_bytes(const struct conn *c, unsigned payload, unsigned packets, unsigned frame)
{
    return payload + packets * ((c->udp ? 28 : 40) + frame);
}

static const char *ip_text(uint32_t ip, char text[16])
{
    snprintf(text, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
    return text;
}

static void zeek_tsv_header(void)
{
    puts(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
        "#open\t2026-01-01-00-00-00\n"
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
        "orig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\t"
        "orig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n"
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\t"
        "bool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]");
}

static void zeek_tsv(const struct conn *c)
{
    char from[16], to[16];

    printf("%" PRId64 ".%06d\t%s\t%s\t%u\t%s\t%u\t%s\t%s\t", c->t_us / 1000000,
        (int)(c->t_us % 1000000), c->uid, ip_text(c->from, from), c->from_port, ip_text(c->to, to),
        c->to_port, c->udp ? "udp" : "tcp", c->service ? c->service : "-");
    if (c->duration_us)
        printf("%" PRId64 ".%06d\t%u\t%u", c->duration_us / 1000000,
            (int)(c->duration_us % 1000000), c->bytes_out, c->bytes_in);
    else
        fputs("-\t-\t-", stdout);
    printf("\t%s\t%c\t%c\t0\t%s\t%u\t%u\t%u\t%u\t-\n", c->state, c->from >> 24 == 10 ? 'T' : 'F',
        c->to >> 24 == 10 ? 'T' : 'F', c->history, c->packets_out,
        wire_bytes(c, c->bytes_out, c->packets_out, 0), c->packets_in,
        wire_bytes(c, c->bytes_in, c->packets_in, 0));
}

static void zeek_json(const struct conn *c)
{
    char from[16], to[16];

    printf("{\"ts\":%" PRId64 ".%06d,\"uid\":\"%s\",\"id.orig_h\":\"%s\",\"id.orig_p\":%u,"
           "\"id.resp_h\":\"%s\",\"id.resp_p\":%u,\"proto\":\"%s\",",
        c->t_us / 1000000, (int)(c->t_us % 1000000), c->uid, ip_text(c->from, from), c->from_port,
        ip_text(c->to, to), c->to_port, c->udp ? "udp" : "tcp");
    if (c->service)
        printf("\"service\":\"%s\",", c->service);
    if (c->duration_us)
        printf("\"duration\":%" PRId64 ".%06d,\"orig_bytes\":%u,\"resp_bytes\":%u,",
            c->duration_us / 1000000, (int)(c->duration_us % 1000000), c->bytes_out, c->bytes_in);
    printf("\"conn_state\":\"%s\",\"local_orig\":%s,\"local_resp\":%s,\"missed_bytes\":0,"
           "\"history\":\"%s\",\"orig_pkts\":%u,\"orig_ip_bytes\":%u,\"resp_pkts\":%u,"
           "\"resp_ip_bytes\":%u}\n",
        c->state, c->from >> 24 == 10 ? "true" : "false", c->to >> 24 == 10 ? "true" : "false",
        c->history, c->packets_out, wire_bytes(c, c->bytes_out, c->packets_out, 0), c->packets_in,
        wire_bytes(c, c->bytes_in, c->packets_in, 0));
}

static void eve_time(int64_t t_us, char text[40])
{
    time_t seconds = (time_t)(t_us / 1000000);
    struct tm tm;
    char whole[24];

    gmtime_r(&seconds, &tm);
    strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, 40, "%s.%06d+0000", whole, (int)(t_us % 1000000));
}

static void eve_head(const struct conn *c, int64_t t_us, const char *event_type)
{
    char when[40], from[16], to[16];

    eve_time(t_us, when);
    printf("{\"timestamp\":\"%s\",\"flow_id\":%" PRIu64 ",\"in_iface\":\"eth0\","
           "\"event_type\":\"%s\",\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\","
           "\"dest_port\":%u,\"proto\":\"%s\",",
        when, c->flow_id, event_type, ip_text(c->from, from), c->from_port, ip_text(c->to, to),
        c->to_port, c->udp ? "UDP" : "TCP");
}

static void eve_flow(const struct conn *c)
{
    bool answered = c->packets_in > 1 || c->udp;
    char start[40], end[40];

    eve_time(c->t_us, start);
    eve_time(c->t_us + c->duration_us, end);
    eve_head(c, c->t_us + c->duration_us + 60000000, "flow");
    if (c->service)
        printf("\"app_proto\":\"%s\",", strcmp(c->service, "ssl") == 0 ? "tls" : c->service);
    printf("\"flow\":{\"pkts_toserver\":%u,\"pkts_toclient\":%u,\"bytes_toserver\":%u,"
           "\"bytes_toclient\":%u,\"start\":\"%s\",\"end\":\"%s\",\"age\":%" PRId64 ","
           "\"state\":\"%s\",\"reason\":\"timeout\",\"alerted\":false}",
        c->packets_out, c->packets_in, wire_bytes(c, c->bytes_out, c->packets_out, 14),
        wire_bytes(c, c->bytes_in, c->packets_in, 14), start, end, c->duration_us / 1000000,
        !answered ? "new"
        : c->udp  ? "established"
                  : "closed");
    if (!c->udp)
        printf(",\"tcp\":{\"tcp_flags\":\"%s\",\"tcp_flags_ts\":\"%s\",\"tcp_flags_tc\":\"%s\","
               "\"syn\":true,%s\"state\":\"%s\"}",
            answered        ? "1b"
            : c->packets_in ? "16"
                            : "02",
            answered ? "1b" : "02",
            answered        ? "1b"
            : c->packets_in ? "14"
                            : "00",
            answered ? "\"fin\":true,\"psh\":true,\"ack\":true," : "",
            answered ? "closed" : "syn_sent");
    puts("}");
}

static void eve_dns(unsigned n)
{
    printf("\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":%u,\"flags\":\"8180\",\"qr\":true,"
           "\"rd\":true,\"ra\":true,\"opcode\":0,\"rrname\":\"host-%u.example.com\","
           "\"rrtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":"
           "\"host-%u.example.com\",\"rrtype\":\"A\",\"ttl\":300,\"rdata\":\"198.18.%u.%u\"}],"
           "\"grouped\":{\"A\":[\"198.18.%u.%u\"]}}}\n",
        n & 65535, n, n, n >> 8 & 255, n & 255, n >> 8 & 255, n & 255);
}

static void eve_tls(unsigned n)
{
    printf("\"tls\":{\"subject\":\"CN=host-%u.example.com\",\"issuerdn\":\"C=ZZ, O=Example, "
           "CN=Example Authority %u\",\"serial\":\"%08X%08X\",\"fingerprint\":\"%040x\","
           "\"sni\":\"host-%u.example.com\",\"version\":\"TLS 1.2\",\"notbefore\":"
           "\"2025-11-01T00:00:00\",\"notafter\":\"2026-11-01T00:00:00\",\"ja3\":{},"
           "\"ja3s\":{}}}\n",
        n, n & 7, n * 2654435761u, n ^ 0x5bd1e995u, n * 40503u, n);
}

static void eve_http(unsigned n)
{
    printf("\"http\":{\"hostname\":\"host-%u.example.com\",\"url\":\"/%x\",\"http_user_agent\":"
           "\"Mozilla/5.0\",\"http_content_type\":\"text/html\",\"http_method\":\"GET\","
           "\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":%u}}\n",
        n, n * 40503u, n);
}

static void eve_ssh(unsigned n)
{
    printf("\"ssh\":{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"client_%u\"},"
           "\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"server_1.0\"}}}\n",
        n & 7);
}

static void eve_rdp(unsigned n)
{
    printf("\"rdp\":{\"tx_id\":0,\"event_type\":\"initial_request\",\"cookie\":\"user%u\"}}\n",
        n & 63);
}

/* What an application's own event is called, and how it goes on. */
static const struct protocol {
    const char *service, *event_type;
    void (*write)(unsigned n);
} protocols[] = {
    {"dns", "dns", eve_dns},
    {"ssl", "tls", eve_tls},
    {"http", "http", eve_http},
    {"ssh", "ssh", eve_ssh},
    {"rdp", "rdp", eve_rdp},
};

/* A flow brings about one event of its protocol, as in a real eve.json. */
static void eve_protocol(const struct conn *c)
{
    unsigned n = random_below(100000);

    for (size_t i = 0; c->service && i < sizeof protocols / sizeof *protocols; i++) {
        if (strcmp(c->service, protocols[i].service) != 0)
            continue;
        eve_head(c, c->t_us, protocols[i].event_type);
        protocols[i].write(n);
    }
}

static void eve(const struct conn *c)
{
    eve_protocol(c);
    if (random_below(4) == 0)
        eve_protocol(c);
    eve_flow(c);
}

static void nothing(void)
{
}

static const struct form {
    const char *name;
    void (*header)(void);
    void (*write)(const struct conn *c);
} forms[] = {
    {"zeek-tsv", zeek_tsv_header, zeek_tsv},
    {"zeek-json", nothing, zeek_json},
    {"eve", nothing, eve},
};

int main(int argc, char *argv[])
{
    const struct form *form = NULL;
    const struct mix *mix = &mixes[argc > 3 && strcmp(argv[3], "hostile") == 0];
    bool everywhere = argc > 4 && strcmp(argv[4], "random") == 0;
    int64_t rows = argc > 1 ? strtoll(argv[1], NULL, 10) : 0;
    struct conn c = {.t_us = (argc > 5 ? strtoll(argv[5], NULL, 10) : 1767225600) * 1000000};

    for (size_t i = 0; argc > 2 && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(argv[2], forms[i].name) == 0)
            form = &forms[i];
    if (!form || rows <= 0) {
        fputs(
            "usage: traffic ROWS zeek-tsv|zeek-json|eve [ordinary|hostile] [few|random] [START]\n",
            stderr);
        return 64;
    }
    random_state ^= (uint64_t)c.t_us; /* other days, other connections */
    form->header();
    for (int64_t i = 0; i < rows; i++) {
        c.t_us += random_below((uint32_t)(2 * DAY_US / 1000000));
        make(&c, mix, everywhere);
        form->write(&c);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 74;
}
