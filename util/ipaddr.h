/* Internet addresses and networks as values. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

/* 16 bytes in network order; an IPv4 address stands as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
struct ipaddr {
    uint8_t b[16];
};

#define IP_TEXT_SIZE 46

static const uint8_t ip_v4_prefix[12] = {[10] = 0xFF, [11] = 0xFF};

static inline bool ip_is_v4(const struct ipaddr *ip)
{
    return memcmp(ip->b, ip_v4_prefix, sizeof ip_v4_prefix) == 0;
}
/* The IPv4 address as a number in host order; only when ip_is_v4(). */
static inline uint32_t ip_v4(const struct ipaddr *ip)
{
    const uint8_t *b = ip->b + 12;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}
static inline struct ipaddr ip_from_v4(uint32_t host_order)
{
    struct ipaddr ip;
    memcpy(ip.b, ip_v4_prefix, sizeof ip_v4_prefix);
    for (int i = 0; i < 4; i++)
        ip.b[12 + i] = (uint8_t)(host_order >> (24 - 8 * i));
    return ip;
}
static inline bool ip_eq(const struct ipaddr *a, const struct ipaddr *b)
{
    return memcmp(a->b, b->b, 16) == 0;
}
static inline int ip_cmp(const struct ipaddr *a, const struct ipaddr *b)
{
    return memcmp(a->b, b->b, 16);
}

/* Dotted quad (four decimal parts, no leading zeros beyond "0") or any IPv6 form of RFC 4291,
 * in full or short; a zone ("%eth0") or brackets are refused. */
bool ip_parse(struct str s, struct ipaddr *ip);
/* An IPv4 address at the beginning of a text: its length there, 0 when there is none. */
size_t ip_read_v4(struct str s, uint32_t *v4);
/* RFC 5952 text (lower case, longest run of zeros as ::); IPv4 as a dotted quad. Returns the length. */
size_t ip_format(const struct ipaddr *ip, char text[IP_TEXT_SIZE]);

/* bits counts within the address's own family: 0..32 for IPv4, 0..128 for IPv6. */
struct cidr {
    struct ipaddr ip; /* host bits are zero */
    uint8_t bits;
};

#define CIDR_TEXT_SIZE (IP_TEXT_SIZE + 4)

/* "10.0.0.0/8", "2001:db8::/32", or an address alone (32 or 128 bits). Host bits are cleared. */
bool cidr_parse(struct str s, struct cidr *c);
/* The network of so many bits around an address. */
struct cidr cidr_of(const struct ipaddr *ip, unsigned bits);
/* Without "/32" or "/128". Returns the length. */
size_t cidr_format(const struct cidr *c, char text[CIDR_TEXT_SIZE]);
/* Whether it is one address alone. */
bool cidr_is_single(const struct cidr *c);
bool cidr_contains(const struct cidr *c, const struct ipaddr *ip);

/* What an address is for, by the IANA special-purpose registries (RFC 6890 and its updates).
 * Documentation ranges count as IP_GLOBAL on purpose. */
enum ip_class {
    IP_GLOBAL,
    IP_PRIVATE,     /* RFC 1918, 100.64/10 (RFC 6598), fc00::/7 */
    IP_LOOPBACK,    /* 127/8, ::1 */
    IP_LINK_LOCAL,  /* 169.254/16, fe80::/10 */
    IP_MULTICAST,   /* 224/4, ff00::/8 */
    IP_UNSPECIFIED, /* 0/8, :: */
    IP_BROADCAST,   /* 255.255.255.255; 240/4 counts here as well */
};
enum ip_class ip_classify(const struct ipaddr *ip);
enum ip_class ip_classify_v4(uint32_t host_order);
/* The IPv4 networks of which all addresses are something else than IP_GLOBAL, all others being that: the
 * one at a place from 0 on, false behind the last. */
bool ip_special_v4(size_t place, struct cidr *net);
/* True for an address that can be one end of a conversation between two machines: global or
 * private. The others never count as peers. */
bool ip_is_peer(const struct ipaddr *ip);
