/* Internet addresses and networks: text to value and back. */
#include "util/ipaddr.h"

#include <endian.h>

#define V4_BITS     32
#define V6_BITS     128
#define MAPPED_BITS 96 /* before the IPv4 part of ::ffff:a.b.c.d */
#define V6_GROUPS   8

/* More than 9 for what is no digit. */
static unsigned digit_of(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

/* Where it ends, NULL when there is none. */
static const char *read_v4(const char *p, const char *end, uint32_t *host_order)
{
    uint32_t address = 0;
    for (int part = 0; part < 4; part++) {
        unsigned value, digit;
        if (part > 0 && (p == end || *p++ != '.'))
            return NULL;
        if (p == end || (value = digit_of(*p)) > 9)
            return NULL;
        for (p++; p < end && value > 0 && (digit = digit_of(*p)) <= 9; p++)
            if ((value = value * 10 + digit) > 255)
                return NULL;
        address = address << 8 | value;
    }
    *host_order = address;
    return p;
}

static bool parse_v4(const char *p, const char *end, uint32_t *host_order)
{
    uint32_t address;
    if (read_v4(p, end, &address) != end)
        return false;
    *host_order = address;
    return true;
}

static unsigned hex_digit(char c)
{
    unsigned digit = (unsigned)(unsigned char)c - '0';
    if (digit <= 9)
        return digit;
    digit = ((unsigned)(unsigned char)c | 0x20) - 'a';
    return digit < 6 ? digit + 10 : 16;
}

/* One to four hex digits; returns what follows them, NULL where there are none or too many. */
static const char *parse_group(const char *p, const char *end, unsigned *group)
{
    const char *start = p;
    unsigned digit;
    *group = 0;
    for (; p < end && (digit = hex_digit(*p)) < 16; p++) {
        if (p - start == 4)
            return NULL;
        *group = *group << 4 | digit;
    }
    return p > start ? p : NULL;
}

static void put_group(struct ipaddr *ip, int at, unsigned group)
{
    ip->b[2 * at] = (uint8_t)(group >> 8);
    ip->b[2 * at + 1] = (uint8_t)group;
}

/* Reads groups up to the end or to "::", the last two perhaps as a dotted quad; *count goes up by
 * the groups read. Returns where it stopped, NULL for anything malformed. */
static const char *parse_groups(const char *p, const char *end, struct ipaddr *ip, int *count)
{
    for (;;) {
        unsigned group;
        uint32_t v4;
        const char *next = parse_group(p, end, &group);
        if (next && next < end && *next == '.' && *count <= V6_GROUPS - 2 &&
            parse_v4(p, end, &v4)) {
            put_group(ip, (*count)++, v4 >> 16);
            put_group(ip, (*count)++, v4 & 0xFFFF);
            return end;
        }
        if (!next || *count == V6_GROUPS)
            return NULL;
        put_group(ip, (*count)++, group);
        if (next == end || (end - next >= 2 && next[0] == ':' && next[1] == ':'))
            return next;
        if (*next != ':')
            return NULL;
        p = next + 1;
    }
}

static bool parse_v6(const char *p, const char *end, struct ipaddr *ip)
{
    struct ipaddr head = {{0}}, tail = {{0}};
    int before = 0, after = 0;
    if (end - p < 2)
        return false;
    if (p[0] != ':' || p[1] != ':')
        p = parse_groups(p, end, &head, &before);
    if (!p)
        return false;
    if (p == end) {
        *ip = head;
        return before == V6_GROUPS;
    }
    p += 2; /* the "::" */
    if (p < end && parse_groups(p, end, &tail, &after) != end)
        return false;
    if (before + after >= V6_GROUPS)
        return false;
    memcpy(head.b + 16 - 2 * after, tail.b, 2 * (size_t)after);
    *ip = head;
    return true;
}

bool ip_parse(struct str s, struct ipaddr *ip)
{
    if (s.len == 0 || s.len >= IP_TEXT_SIZE)
        return false;
    const char *end = s.p + s.len;
    uint32_t v4;
    struct ipaddr v6;
    if (parse_v4(s.p, end, &v4))
        *ip = ip_from_v4(v4);
    else if (parse_v6(s.p, end, &v6))
        *ip = v6;
    else
        return false;
    return true;
}

#define PARTS_ROOM 32 /* wherever four parts may seem to end */

/* The first of eight bytes lowest. */
static uint64_t read_word(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return le64toh(word);
}

/* Of eight bytes those that do not look like a digit, a bit for each, the first lowest. */
static unsigned ends_among(const char *p)
{
    uint64_t ends = ~read_word(p) >> 4 & UINT64_C(0x0101010101010101);
    return (unsigned)(ends * UINT64_C(0x0102040810204080) >> 56);
}

/* The digits of a part in 32 bits, the last highest, with zeros before the first. */
static inline uint64_t cut_part(const char *p, unsigned *start, unsigned *ends)
{
    unsigned end = (unsigned)__builtin_ctz(*ends);
    uint32_t digits = (uint32_t)read_word(p + *start) ^ 0x30303030;
    digits <<= 8 * (*start - end) & 31;
    *ends &= *ends - 1;
    *start = end + 1;
    return digits;
}

/* In the halves of a word the same for two parts. */
#define HALVES(n) ((uint64_t)(n) << 32 | (n))

static inline uint64_t values_of(uint64_t digits)
{
    return (digits >> 24 & HALVES(0xFF)) + (digits >> 16 & HALVES(0xFF)) * 10 +
           (digits >> 8 & HALVES(0xFF)) * 100;
}

/* Bits where there are other characters. */
static inline uint64_t no_digits(uint64_t digits)
{
    return ((digits + HALVES(0x06060606)) | digits) & HALVES(0xF0F0F0F0);
}

/* By a table: comparisons take a fifth longer. */
static unsigned length_of(uint64_t value)
{
    static const uint8_t lengths[256] = {[0 ... 9] = 1, [10 ... 99] = 2, [100 ... 255] = 3};
    return lengths[value & 0xFF];
}

/* read_v4() where PARTS_ROOM may be read; NULL also for some that it reads. Without branches on where the
 * parts end: they would often be guessed wrong. */
static const char *read_v4_fast(const char *p, uint32_t *host_order)
{
    unsigned ends = ends_among(p) | ends_among(p + 8) << 8 | 0xF0000, start = 0;
    uint64_t left = cut_part(p, &start, &ends);
    unsigned dots = (unsigned)p[start - 1] ^ '.';
    left |= cut_part(p, &start, &ends) << 32;
    dots |= (unsigned)p[start - 1] ^ '.';
    uint64_t right = cut_part(p, &start, &ends);
    dots |= (unsigned)p[start - 1] ^ '.';
    right |= cut_part(p, &start, &ends) << 32;
    uint64_t a = values_of(left), b = a >> 32, c = values_of(right), d = c >> 32;
    uint64_t odd = no_digits(left) | no_digits(right) | ((a | c) & HALVES(0xFFFFFF00)) | dots;
    *host_order = (uint32_t)(a << 24 | b << 16 | c << 8 | d);
    /* Zeros before a number make it longer than it need be. */
    odd |= (length_of(a) + length_of(b) + length_of(c) + length_of(d) + 4) ^ start;
    return odd ? NULL : p + start - 1;
}

size_t ip_read_v4(struct str s, uint32_t *v4)
{
    const char *end = s.len >= PARTS_ROOM ? read_v4_fast(s.p, v4) : NULL;
    if (!end && !(end = read_v4(s.p, s.p + s.len, v4)))
        return 0;
    return (size_t)(end - s.p);
}

#define TEXT_OF_6(tens)  tens "0", tens "1", tens "2", tens "3", tens "4", tens "5"
#define TEXT_OF_10(tens) TEXT_OF_6(tens), tens "6", tens "7", tens "8", tens "9"

static const char byte_texts[256][4] = {TEXT_OF_10(""), TEXT_OF_10("1"), TEXT_OF_10("2"),
    TEXT_OF_10("3"), TEXT_OF_10("4"), TEXT_OF_10("5"), TEXT_OF_10("6"), TEXT_OF_10("7"),
    TEXT_OF_10("8"), TEXT_OF_10("9"), TEXT_OF_10("10"), TEXT_OF_10("11"), TEXT_OF_10("12"),
    TEXT_OF_10("13"), TEXT_OF_10("14"), TEXT_OF_10("15"), TEXT_OF_10("16"), TEXT_OF_10("17"),
    TEXT_OF_10("18"), TEXT_OF_10("19"), TEXT_OF_10("20"), TEXT_OF_10("21"), TEXT_OF_10("22"),
    TEXT_OF_10("23"), TEXT_OF_10("24"), TEXT_OF_6("25")};

/* In decimal, in room for four; returns where the next character goes. */
static char *put_byte(char *p, uint8_t n)
{
    memcpy(p, byte_texts[n], 4);
    return p + 1 + (n >= 10) + (n >= 100);
}

static char *put_hex(char *p, unsigned group)
{
    int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0;
    for (; shift >= 0; shift -= 4)
        *p++ = "0123456789abcdef"[group >> shift & 15];
    return p;
}

/* Returns where the NUL stands. */
static char *format_v4(const struct ipaddr *ip, char *p)
{
    for (int i = 12; i < 16; i++) {
        p = put_byte(p, ip->b[i]);
        *p++ = i < 15 ? '.' : '\0';
    }
    return p - 1;
}

/* The first of the longest runs of zero groups; a single group is no run (RFC 5952 §4.2.2). */
static int longest_zero_run(const unsigned groups[V6_GROUPS], int *start)
{
    int best = 1, run = 0;
    for (int i = 0; i < V6_GROUPS; i++) {
        run = groups[i] == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            *start = i - run + 1;
        }
    }
    return best > 1 ? best : 0;
}

static char *format_v6(const struct ipaddr *ip, char *p)
{
    unsigned groups[V6_GROUPS];
    for (int i = 0; i < V6_GROUPS; i++)
        groups[i] = (unsigned)ip->b[2 * i] << 8 | ip->b[2 * i + 1];
    int start = -1;
    int run = longest_zero_run(groups, &start);
    for (int i = 0; i < V6_GROUPS; i++) {
        if (run > 0 && i == start) {
            *p++ = ':';
            if (i + run == V6_GROUPS)
                *p++ = ':';
            i += run - 1;
            continue;
        }
        if (i > 0)
            *p++ = ':';
        p = put_hex(p, groups[i]);
    }
    *p = '\0';
    return p;
}

size_t ip_format(const struct ipaddr *ip, char text[IP_TEXT_SIZE])
{
    return (size_t)((ip_is_v4(ip) ? format_v4(ip, text) : format_v6(ip, text)) - text);
}

/* A prefix length: digits without leading zeros, up to `max`. */
static bool parse_bits(struct str s, unsigned max, unsigned *bits)
{
    uint64_t n;
    if (s.len > 3 || (s.len > 1 && s.p[0] == '0') || !str_u64(s, &n) || n > max)
        return false;
    *bits = (unsigned)n;
    return true;
}

static void clear_host_bits(struct ipaddr *ip, unsigned bits)
{
    for (unsigned i = bits / 8; i < 16; i++)
        ip->b[i] &= i == bits / 8 ? (uint8_t)(0xFF00 >> bits % 8) : 0;
}

/* A prefix length after ::ffff:a.b.c.d counts from the left of 128 bits as written: /96 and more
 * name an IPv4 network, less is neither one family nor the other and is refused. */
bool cidr_parse(struct str s, struct cidr *c)
{
    struct str address = str_cut(&s, '/');
    struct ipaddr ip;
    if (!ip_parse(address, &ip))
        return false;
    bool v4 = ip_is_v4(&ip);
    bool mapped = v4 && memchr(address.p, ':', address.len);
    unsigned bits = v4 && !mapped ? V4_BITS : V6_BITS;
    if (s.p && !parse_bits(s, bits, &bits))
        return false;
    if (mapped && bits < MAPPED_BITS)
        return false;
    unsigned all_bits = v4 && !mapped ? bits + MAPPED_BITS : bits;
    clear_host_bits(&ip, all_bits);
    c->ip = ip;
    c->bits = (uint8_t)(v4 ? all_bits - MAPPED_BITS : all_bits);
    return true;
}

struct cidr cidr_of(const struct ipaddr *ip, unsigned bits)
{
    struct cidr net = {*ip, (uint8_t)bits};
    clear_host_bits(&net.ip, ip_is_v4(ip) ? bits + MAPPED_BITS : bits);
    return net;
}

size_t cidr_format(const struct cidr *c, char text[CIDR_TEXT_SIZE])
{
    char *p = text + ip_format(&c->ip, text);
    if (!cidr_is_single(c)) {
        *p++ = '/';
        p = put_byte(p, c->bits);
        *p = '\0';
    }
    return (size_t)(p - text);
}

bool cidr_is_single(const struct cidr *c)
{
    return c->bits == (ip_is_v4(&c->ip) ? 32 : 128);
}

bool cidr_contains(const struct cidr *c, const struct ipaddr *ip)
{
    bool v4 = ip_is_v4(&c->ip);
    if (v4 != ip_is_v4(ip))
        return false;
    unsigned bits = v4 ? c->bits + MAPPED_BITS : c->bits;
    if (memcmp(c->ip.b, ip->b, bits / 8) != 0)
        return false;
    unsigned rest = bits % 8;
    return rest == 0 || ((c->ip.b[bits / 8] ^ ip->b[bits / 8]) & (0xFF00 >> rest) & 0xFF) == 0;
}
