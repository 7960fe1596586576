/* Batches of records, the names of their codes, and the names that sensors give to connections. */
#include "store/record.h"

#include "util/list.h"

#include <stdlib.h>

const char *const conn_state_names[STATES] = {
    [STATE_UNKNOWN] = "-",
    [STATE_S0] = "S0",
    [STATE_S1] = "S1",
    [STATE_SF] = "SF",
    [STATE_REJ] = "REJ",
    [STATE_S2] = "S2",
    [STATE_S3] = "S3",
    [STATE_RSTO] = "RSTO",
    [STATE_RSTR] = "RSTR",
    [STATE_RSTOS0] = "RSTOS0",
    [STATE_RSTRH] = "RSTRH",
    [STATE_SH] = "SH",
    [STATE_SHR] = "SHR",
    [STATE_OTH] = "OTH",
};

const char *const name_kind_names[NAME_KINDS] = {
    "", [NAME_DNS] = "dns", [NAME_TLS] = "tls", [NAME_HTTP] = "http"};

/* All stand in views.sql too. Bytes of headers that a packet mostly has: of IPv4 and TCP; the same as they
 * are reckoned for Suricata (FLOW_BYTES_APPROX); of IPv4 and UDP. */
#define TCP_HEADERS       40
#define TCP_HEADERS_EVE   46
#define OTHER_HEADERS     28
#define PKTS_RECKONED_MAX INT64_C(1000000000000000) /* sums with more would be too big */

uint64_t record_plain_bytes(uint8_t proto, uint8_t flags, int64_t bytes, int64_t pkts)
{
    int64_t each = proto != PROTO_TCP          ? OTHER_HEADERS
                   : flags & FLOW_BYTES_APPROX ? TCP_HEADERS_EVE
                                               : TCP_HEADERS;
    int64_t reckoned = pkts < PKTS_RECKONED_MAX ? pkts : PKTS_RECKONED_MAX;
    return (bytes > 0 ? (uint64_t)bytes : 0) + (pkts > 0 ? (uint64_t)(each * reckoned) : 0);
}

uint64_t record_ident_zeek(struct str uid)
{
    return str_hash(uid, STR_HASH_START);
}

/* One end as bytes. ICMP has no ports: the type of the reply differs from that of the request. */
static size_t ident_end(unsigned char *at, const struct ipaddr *ip, uint16_t port, uint8_t proto)
{
    bool has_ports = proto == 6 || proto == 17 || proto == 132;

    memcpy(at, ip->b, sizeof(ip->b));
    at[16] = has_ports ? (unsigned char)(port >> 8) : 0;
    at[17] = has_ports ? (unsigned char)port : 0;
    return 18;
}

uint64_t record_ident_eve(uint64_t flow_id, const struct conn *conn, int64_t t_us)
{
    unsigned char ends[2][18], name[8 + sizeof(ends)];
    uint64_t id = flow_id ? flow_id : (uint64_t)t_us;
    int lower;

    ident_end(ends[0], &conn->orig, conn->orig_port, conn->proto);
    ident_end(ends[1], &conn->resp, conn->resp_port, conn->proto);
    lower = memcmp(ends[0], ends[1], sizeof(ends[0])) <= 0 ? 0 : 1;
    for (int i = 0; i < 8; i++)
        name[i] = (unsigned char)(id >> (56 - 8 * i));
    memcpy(name + 8, ends[lower], sizeof(ends[0]));
    memcpy(name + 8 + sizeof(ends[0]), ends[!lower], sizeof(ends[0]));
    return str_hash((struct str){(const char *)name, sizeof(name)}, STR_HASH_START);
}

bool record_uid_number(struct str uid, int64_t *number)
{
    uint64_t value;
    if (uid.len == 0 || uid.len > UID_DIGITS_MAX || (uid.p[0] == '0' && uid.len > 1) ||
        !str_u64(uid, &value))
        return false;
    *number = (int64_t)value;
    return true;
}

struct flow *batch_add_flow(struct batch *b)
{
    struct flow *f;

    if (!list_room(&b->flows, b->flow_count, &b->flow_cap, sizeof(*b->flows), NULL))
        return NULL;
    f = &b->flows[b->flow_count++];
    *f = (struct flow){
        .duration_us = -1,
        .orig_bytes = -1,
        .resp_bytes = -1,
        .orig_ip_bytes = -1,
        .resp_ip_bytes = -1,
        .orig_pkts = -1,
        .resp_pkts = -1,
        .missed_bytes = -1,
    };
    return f;
}

struct login *batch_add_login(struct batch *b)
{
    struct login *l;

    if (!list_room(&b->logins, b->login_count, &b->login_cap, sizeof(*b->logins), NULL))
        return NULL;
    l = &b->logins[b->login_count++];
    *l = (struct login){.attempts = -1, .success = -1};
    return l;
}

struct signature *batch_add_signature(struct batch *b)
{
    struct signature *s;

    if (!list_room(
            &b->signatures, b->signature_count, &b->signature_cap, sizeof(*b->signatures), NULL))
        return NULL;
    s = &b->signatures[b->signature_count++];
    *s = (struct signature){0};
    return s;
}

struct name_seen *batch_add_name(struct batch *b)
{
    struct name_seen *n;

    if (!list_room(&b->names, b->name_count, &b->name_cap, sizeof(*b->names), NULL))
        return NULL;
    n = &b->names[b->name_count++];
    *n = (struct name_seen){0};
    return n;
}

struct health *batch_add_health(struct batch *b)
{
    struct health *h;

    if (!list_room(&b->healths, b->health_count, &b->health_cap, sizeof(*b->healths), NULL))
        return NULL;
    h = &b->healths[b->health_count++];
    *h = (struct health){.emergencies = -1};
    return h;
}

void batch_clear(struct batch *b)
{
    b->flow_count = b->login_count = b->signature_count = b->name_count = b->health_count = 0;
    arena_reset(&b->text);
}

void batch_done(struct batch *b)
{
    free(b->flows);
    free(b->logins);
    free(b->signatures);
    free(b->names);
    free(b->healths);
    arena_done(&b->text);
    *b = (struct batch){0};
}
