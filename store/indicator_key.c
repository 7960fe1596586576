/* What an indicator is found by: a number for its network, domain or fingerprint. In the low byte is its
 * form; above it stands an IPv4 address itself, so that neighbours stay neighbours, and of the others a
 * hash. */
#include "store/indicator.h"

#include <string.h>

static int64_t key_of(uint64_t hash, unsigned form)
{
    hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (int64_t)((hash ^ hash >> 32) << 8 | form);
}

static uint64_t read_bytes(const uint8_t *b, int count)
{
    uint64_t n = 0;
    for (int i = 0; i < count; i++)
        n = n << 8 | b[i];
    return n;
}

/* The first `bits` of 64. */
static uint64_t first_bits(uint64_t n, unsigned bits)
{
    return bits == 0 ? 0 : bits >= 64 ? n : n & UINT64_MAX << (64 - bits);
}

int64_t indicator_key_net(const struct ipaddr *ip, unsigned bits)
{
    if (ip_is_v4(ip))
        return (int64_t)(first_bits((uint64_t)ip_v4(ip) << 32, bits) >> 24) |
               (INDICATOR_FORM_V4 + bits);
    uint64_t head = first_bits(read_bytes(ip->b, 8), bits);
    uint64_t tail = first_bits(read_bytes(ip->b + 8, 8), bits > 64 ? bits - 64 : 0);
    return key_of(head * UINT64_C(0x9e3779b97f4a7c15) + tail, INDICATOR_FORM_V6 + bits);
}

bool indicator_key_v4(int64_t key, struct cidr *net)
{
    if (!indicator_key_is_v4(key))
        return false;
    *net = (struct cidr){ip_from_v4((uint32_t)(key >> 8)), (uint8_t)key};
    return true;
}

int64_t indicator_key_domain(struct str domain)
{
    return key_of(str_hash(domain, STR_HASH_START), INDICATOR_FORM_DOMAIN);
}

int64_t indicator_key_print(struct str print)
{
    return key_of(str_hash(print, STR_HASH_START), INDICATOR_FORM_PRINT);
}

/* Neither a network nor a domain is written with a colon behind a word. */
int64_t indicator_key_text(struct str text)
{
    struct cidr net;
    if (cidr_parse(text, &net))
        return indicator_key_net(&net.ip, net.bits);
    bool print = text.len > 0 && memchr(text.p, ':', text.len);
    return print ? indicator_key_print(text) : indicator_key_domain(text);
}
