/* SHA-1 over the seed and the ordered ends of a connection; libmd computes it. */
#include "util/community_id.h"

#include <sha1.h>

#include <netinet/in.h>
#include <stddef.h>

/* ICMP types that answer each other: then a message and its answer are one conversation, and the two
 * types stand for its ports. */
static const struct counterpart {
    uint8_t proto, one, other;
} counterparts[] = {
    {IPPROTO_ICMP, 8, 0},       /* echo */
    {IPPROTO_ICMP, 13, 14},     /* timestamp */
    {IPPROTO_ICMP, 15, 16},     /* information */
    {IPPROTO_ICMP, 17, 18},     /* address mask */
    {IPPROTO_ICMP, 10, 9},      /* router solicitation, advertisement */
    {IPPROTO_ICMPV6, 128, 129}, /* echo */
    {IPPROTO_ICMPV6, 133, 134}, /* router */
    {IPPROTO_ICMPV6, 135, 136}, /* neighbour */
    {IPPROTO_ICMPV6, 130, 131}, /* multicast listener */
    {IPPROTO_ICMPV6, 139, 140}, /* node information */
    {IPPROTO_ICMPV6, 144, 145}, /* home agent */
};

struct ends {
    struct ipaddr a, z;
    uint16_t a_port, z_port;
    bool has_ports, one_way; /* one way: nothing answers, so the order is that of the message */
};

static bool is_icmp(uint8_t proto)
{
    return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

static bool find_counterpart(uint8_t proto, uint16_t type, uint16_t *answer)
{
    for (size_t i = 0; i < sizeof counterparts / sizeof *counterparts; i++) {
        const struct counterpart *c = &counterparts[i];
        if (c->proto != proto || (c->one != type && c->other != type))
            continue;
        *answer = c->one == type ? c->other : c->one;
        return true;
    }
    return false;
}

static struct ends ends_of(const struct community_flow *f)
{
    struct ends e = {.a = f->source,
        .z = f->destination,
        .a_port = f->source_port,
        .z_port = f->destination_port,
        .has_ports = is_icmp(f->proto) || f->proto == IPPROTO_TCP || f->proto == IPPROTO_UDP ||
                     f->proto == IPPROTO_SCTP};
    if (is_icmp(f->proto))
        e.one_way = !find_counterpart(f->proto, f->source_port, &e.z_port);
    if (!e.has_ports)
        e.a_port = e.z_port = 0;
    return e;
}

/* The lower address first; of equal ones the lower port. */
static void put_in_order(struct ends *e)
{
    int order = ip_cmp(&e->a, &e->z);
    if (e->one_way || order < 0 || (order == 0 && e->a_port <= e->z_port))
        return;
    *e = (struct ends){e->z, e->a, e->z_port, e->a_port, e->has_ports, e->one_way};
}

static void add_number(SHA1_CTX *ctx, uint16_t number)
{
    const uint8_t bytes[] = {(uint8_t)(number >> 8), (uint8_t)number};
    SHA1Update(ctx, bytes, sizeof bytes);
}

static void add_address(SHA1_CTX *ctx, const struct ipaddr *ip)
{
    size_t skip = ip_is_v4(ip) ? 12 : 0;
    SHA1Update(ctx, ip->b + skip, 16 - skip);
}

static void add_base64(const uint8_t *bytes, size_t len, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? bytes[i + 2] : 0);
        *text++ = digits[three >> 18];
        *text++ = digits[three >> 12 & 63];
        *text++ = left > 1 ? digits[three >> 6 & 63] : '=';
        *text++ = left > 2 ? digits[three & 63] : '=';
    }
    *text = '\0';
}

bool community_id(const struct community_flow *flow, uint16_t seed, char text[COMMUNITY_ID_SIZE])
{
    if (ip_is_v4(&flow->source) != ip_is_v4(&flow->destination))
        return false;
    const uint8_t proto[] = {flow->proto, 0};
    uint8_t digest[SHA1_DIGEST_LENGTH];
    struct ends e = ends_of(flow);
    SHA1_CTX ctx;
    put_in_order(&e);
    SHA1Init(&ctx);
    add_number(&ctx, seed);
    add_address(&ctx, &e.a);
    add_address(&ctx, &e.z);
    SHA1Update(&ctx, proto, sizeof proto);
    if (e.has_ports) {
        add_number(&ctx, e.a_port);
        add_number(&ctx, e.z_port);
    }
    SHA1Final(digest, &ctx);
    text[0] = '1';
    text[1] = ':';
    add_base64(digest, sizeof digest, text + 2);
    return true;
}
