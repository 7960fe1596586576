/* Files of sorted rows, and the rows of Zeek's conn.log, ssh.log and rdp.log as TSV and as JSON. */
#include "sample-logs/generator/writer.h"

#include <zlib.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZEEK_HEADER(path)                                                                          \
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" path    \
    "\n#open\t2026-03-02-00-00-00\n"

static const char conn_header[] = ZEEK_HEADER(
    "conn") "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
            "orig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t"
            "orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n"
            "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\t"
            "bool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n";
static const char ssh_header[] = ZEEK_HEADER(
    "ssh") "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tauth_success\t"
           "auth_attempts\tdirection\tclient\tserver\tcipher_alg\tmac_alg\tcompression_alg\tkex_alg\t"
           "host_key_alg\thost_key\n"
           "#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tbool\tcount\tenum\tstring\tstring\t"
           "string\tstring\tstring\tstring\tstring\tstring\n";
static const char rdp_header[] = ZEEK_HEADER(
    "rdp") "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tcookie\tresult\t"
           "security_protocol\tclient_channels\tkeyboard_layout\tclient_build\tclient_name\t"
           "client_dig_product_id\tdesktop_width\tdesktop_height\trequested_color_depth\tcert_type\t"
           "cert_count\tcert_permanent\tencryption_level\tencryption_method\n"
           "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tvector[string]\tstring\t"
           "string\tstring\tstring\tcount\tcount\tstring\tstring\tcount\tbool\tstring\tstring\n";

static const char ssh_server[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3";

static void *grown(void *p, size_t bytes)
{
    p = realloc(p, bytes);
    if (!p) {
        fputs("out of memory\n", stderr);
        exit(70);
    }
    return p;
}

void text_add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->s + t->length, sizeof t->s - t->length, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof t->s - t->length) {
        fputs("a row is longer than this program expects\n", stderr);
        exit(70);
    }
    t->length += (size_t)n;
}

void log_add(struct log_file *f, int64_t written_us, const struct text *t)
{
    if (f->count == f->capacity) {
        f->capacity = f->capacity ? 2 * f->capacity : 256;
        f->rows = grown(f->rows, f->capacity * sizeof *f->rows);
    }
    char *copy = grown(NULL, t->length + 1);
    memcpy(copy, t->s, t->length + 1);
    f->rows[f->count] = (struct row){written_us, f->count, copy};
    f->count++;
}

static int by_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->written_us != y->written_us)
        return x->written_us < y->written_us ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* gzopen() writes no time and no name, so the same rows give the same file. "T": not compressed. */
bool log_write(struct log_file *f, const char *path)
{
    size_t length = strlen(path);
    bool gzip = length > 3 && strcmp(path + length - 3, ".gz") == 0;
    gzFile out = gzopen(path, gzip ? "wb9" : "wbT");
    if (!out) {
        perror(path);
        return false;
    }
    qsort(f->rows, f->count, sizeof *f->rows, by_time);
    bool ok = !f->header || gzputs(out, f->header) > 0;
    for (size_t i = 0; ok && i < f->count; i++)
        ok = gzputs(out, f->rows[i].text) > 0 && gzputc(out, '\n') == '\n';
    if (f->header)
        ok = ok && gzputs(out, "#close\t2026-03-03-00-00-00\n") > 0;
    ok = gzclose(out) == Z_OK && ok;
    if (!ok)
        fprintf(stderr, "%s: cannot be written\n", path);
    return ok;
}

void log_done(struct log_file *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->rows[i].text);
    free(f->rows);
    *f = (struct log_file){0};
}

void segment_init(struct segment *s, enum sensor_kind kind, uint64_t seed)
{
    *s = (struct segment){.kind = kind, .random = seed};
    if (kind == SENSOR_TSV) {
        s->conn.header = conn_header;
        s->ssh.header = ssh_header;
        s->rdp.header = rdp_header;
    }
}

void segment_done(struct segment *s)
{
    log_done(&s->conn);
    log_done(&s->ssh);
    log_done(&s->rdp);
}

/* A counter through a mixing function: short, even, and the same on every machine. */
uint64_t segment_random(struct segment *s)
{
    uint64_t x = s->random += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

int64_t segment_pick(struct segment *s, int64_t low, int64_t high)
{
    return low + (int64_t)(segment_random(s) % (uint64_t)(high - low + 1));
}

void segment_name(struct segment *s, struct connection *c)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    c->uid[0] = 'C';
    for (int i = 1; i < 18; i++)
        c->uid[i] = letters[segment_random(s) % (sizeof letters - 1)];
    c->uid[18] = '\0';
    c->flow_id = segment_random(s) >> 13 | 1;
}

/* The networks that the sensors are told are local; both generators use these. */
bool address_is_home(const char *address)
{
    static const char *const prefixes[] = {"10.", "192.0.2.", "2001:db8:20:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(address, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* What goes before the payload of one packet; IPv6 headers are 20 bytes longer than IPv4's. */
int header_bytes(const struct connection *c, int over_tcp, int over_udp)
{
    int bytes = strcmp(c->proto, "tcp") == 0 ? over_tcp : over_udp;
    return strchr(c->client, ':') ? bytes + 20 : bytes;
}

static int64_t ip_bytes(const struct connection *c, int64_t payload, int64_t packets)
{
    return (payload > 0 ? payload : 0) + packets * header_bytes(c, 52, 28);
}

static void add_seconds(struct text *t, int64_t us)
{
    text_add(t, "%lld.%06lld", (long long)(us / SECOND), (long long)(us % SECOND));
}

static void tsv_start(struct text *t, const struct connection *c, int64_t t_us)
{
    add_seconds(t, t_us);
    text_add(
        t, "\t%s\t%s\t%d\t%s\t%d", c->uid, c->client, c->client_port, c->server, c->server_port);
}

static void json_start(struct text *t, const struct connection *c, int64_t t_us)
{
    text_add(t, "{\"ts\":");
    add_seconds(t, t_us);
    text_add(t,
        ",\"uid\":\"%s\",\"id.orig_h\":\"%s\",\"id.orig_p\":%d,\"id.resp_h\":\"%s\","
        "\"id.resp_p\":%d",
        c->uid, c->client, c->client_port, c->server, c->server_port);
}

static void tsv_count(struct text *t, int64_t n)
{
    if (n < 0)
        text_add(t, "\t-");
    else
        text_add(t, "\t%lld", (long long)n);
}

static void conn_tsv(struct text *t, const struct connection *c)
{
    tsv_start(t, c, c->t_us);
    text_add(t, "\t%s\t%s\t", c->proto, c->service ? c->service : "-");
    if (c->duration_us < 0)
        text_add(t, "-");
    else
        add_seconds(t, c->duration_us);
    tsv_count(t, c->client_bytes);
    tsv_count(t, c->server_bytes);
    text_add(t, "\t%s\t%c\t%c\t0\t%s\t%lld\t%lld\t%lld\t%lld\t-", c->state,
        address_is_home(c->client) ? 'T' : 'F', address_is_home(c->server) ? 'T' : 'F', c->history,
        (long long)c->client_packets, (long long)ip_bytes(c, c->client_bytes, c->client_packets),
        (long long)c->server_packets, (long long)ip_bytes(c, c->server_bytes, c->server_packets));
}

static void conn_json(struct text *t, const struct connection *c)
{
    json_start(t, c, c->t_us);
    text_add(t, ",\"proto\":\"%s\"", c->proto);
    if (c->service)
        text_add(t, ",\"service\":\"%s\"", c->service);
    if (c->duration_us >= 0) {
        text_add(t, ",\"duration\":");
        add_seconds(t, c->duration_us);
    }
    if (c->client_bytes >= 0)
        text_add(t, ",\"orig_bytes\":%lld,\"resp_bytes\":%lld", (long long)c->client_bytes,
            (long long)c->server_bytes);
    text_add(t,
        ",\"conn_state\":\"%s\",\"local_orig\":%s,\"local_resp\":%s,\"missed_bytes\":0,"
        "\"history\":\"%s\",\"orig_pkts\":%lld,\"orig_ip_bytes\":%lld,\"resp_pkts\":%lld,"
        "\"resp_ip_bytes\":%lld}",
        c->state, address_is_home(c->client) ? "true" : "false",
        address_is_home(c->server) ? "true" : "false", c->history, (long long)c->client_packets,
        (long long)ip_bytes(c, c->client_bytes, c->client_packets), (long long)c->server_packets,
        (long long)ip_bytes(c, c->server_bytes, c->server_packets));
}

void segment_connection(struct segment *s, const struct connection *c)
{
    struct text t = {.length = 0};
    if (s->kind == SENSOR_EVE) {
        eve_connection(s, c);
        return;
    }
    (s->kind == SENSOR_TSV ? conn_tsv : conn_json)(&t, c);
    log_add(&s->conn, c->t_us + (c->duration_us > 0 ? c->duration_us : 0), &t);
}

static void ssh_tsv(struct text *t, const struct connection *c, const struct login *l)
{
    const char *direction = address_is_home(c->client) ? "OUTBOUND" : "INBOUND";
    tsv_start(t, c, c->t_us);
    text_add(t, "\t2\t%s\t%d\t%s\t%s\t%s",
        l->success < 0 ? "-"
        : l->success   ? "T"
                       : "F",
        l->attempts, direction, l->client, ssh_server);
    if (l->without_keys)
        text_add(t, "\t-\t-\t-\t-\t-\t-");
    else
        text_add(t, "\taes256-gcm@openssh.com\thmac-sha2-256-etm@openssh.com\tnone\t"
                    "curve25519-sha256\tssh-ed25519\t"
                    "6f:1c:0a:93:5e:d2:44:b7:28:81:fe:0d:39:c6:75:12");
}

static void ssh_json(struct text *t, const struct connection *c, const struct login *l)
{
    json_start(t, c, c->t_us);
    text_add(t, ",\"version\":2");
    if (l->success >= 0)
        text_add(t, ",\"auth_success\":%s", l->success ? "true" : "false");
    text_add(t, ",\"auth_attempts\":%d,\"direction\":\"%s\",\"client\":\"%s\",\"server\":\"%s\"",
        l->attempts, address_is_home(c->client) ? "OUTBOUND" : "INBOUND", l->client, ssh_server);
    if (!l->without_keys)
        text_add(t, ",\"cipher_alg\":\"aes256-gcm@openssh.com\",\"kex_alg\":\"curve25519-sha256\","
                    "\"host_key_alg\":\"ssh-ed25519\"");
    text_add(t, "}");
}

void segment_ssh(struct segment *s, const struct connection *c, const struct login *l)
{
    struct text t = {.length = 0};
    if (s->kind == SENSOR_EVE) {
        eve_ssh(s, c, l);
        return;
    }
    (s->kind == SENSOR_TSV ? ssh_tsv : ssh_json)(&t, c, l);
    log_add(&s->ssh, c->t_us + (c->duration_us > 0 ? c->duration_us : 0), &t);
}

static void rdp_tsv(struct text *t, const struct connection *c, const struct login *l)
{
    tsv_start(t, c, c->t_us);
    text_add(t, "\t%s\tencrypted\tHYBRID\t-\t-\t-\t-\t-\t-\t-\t-\t-\t0\t-\t-\t-",
        l->cookie ? l->cookie : "-");
}

static void rdp_json(struct text *t, const struct connection *c, const struct login *l)
{
    json_start(t, c, c->t_us);
    if (l->cookie)
        text_add(t, ",\"cookie\":\"%s\"", l->cookie);
    text_add(t, ",\"result\":\"encrypted\",\"security_protocol\":\"HYBRID\",\"cert_count\":0}");
}

void segment_rdp(struct segment *s, const struct connection *c, const struct login *l)
{
    struct text t = {.length = 0};
    if (s->kind == SENSOR_EVE) {
        eve_rdp(s, c, l);
        return;
    }
    (s->kind == SENSOR_TSV ? rdp_tsv : rdp_json)(&t, c, l);
    log_add(&s->rdp, c->t_us + (c->duration_us > 0 ? c->duration_us : 0), &t);
}
