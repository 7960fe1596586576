/* Readers for single values that every format shares. */
#include "ingest/fields.h"

#include "ingest/flow_shape.h"
#include "util/timefmt.h"

#define DIGITS_SAFE 18 /* decimal digits that always fit an int64_t */
#define PLACES_ZEEK 6  /* after the point */
#define WHOLE_ZEEK  10 /* before it, at most */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* True for "", "." and "." followed by zeros only. */
static bool is_zero_fraction(struct str s)
{
    if (s.len == 0)
        return true;
    if (s.p[0] != '.')
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.p[i] != '0')
            return false;
    return true;
}

bool field_count(struct str s, int64_t *count)
{
    int64_t value = 0;
    size_t i = 0;

    for (; i < s.len && is_digit(s.p[i]); i++) {
        if (i == DIGITS_SAFE)
            return false;
        value = value * 10 + (s.p[i] - '0');
    }
    if (i == 0 || !is_zero_fraction((struct str){s.p + i, s.len - i}))
        return false;
    *count = value;
    return true;
}

bool field_port(struct str s, uint16_t *port)
{
    int64_t value;

    if (!field_count(s, &value) || value > UINT16_MAX)
        return false;
    *port = (uint16_t)value;
    return true;
}

/* The form that Zeek writes: at most ten digits, a point, six digits. False for any other. */
static bool seconds_as_zeek(struct str s, int64_t *us)
{
    size_t point = s.len - PLACES_ZEEK - 1;
    int64_t value = 0;

    if (s.len < PLACES_ZEEK + 2 || point > WHOLE_ZEEK || s.p[point] != '.')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (i == point)
            continue;
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *us = value;
    return true;
}

bool field_seconds(struct str s, int64_t *us)
{
    return seconds_as_zeek(s, us) || time_parse_epoch(s, us);
}

bool field_time(struct str s, int64_t *t_us)
{
    if (s.len > 10 && s.p[4] == '-')
        return time_parse_iso(s, t_us);
    return field_seconds(s, t_us);
}

static const struct {
    struct str name;
    uint8_t number;
} protocols[] = {
    {STR("tcp"), PROTO_TCP},
    {STR("udp"), PROTO_UDP},
    {STR("icmp"), PROTO_ICMP},
    {STR("ipv6-icmp"), PROTO_ICMP6},
    {STR("icmpv6"), PROTO_ICMP6},
    {STR("icmp6"), PROTO_ICMP6},
    {STR("sctp"), PROTO_SCTP},
    {STR("igmp"), PROTO_IGMP},
    {STR("gre"), PROTO_GRE},
    {STR("esp"), PROTO_ESP},
    {STR("ah"), PROTO_AH},
};

uint8_t field_proto(struct str s)
{
    int64_t number;

    for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
        if (str_eq_nocase(s, protocols[i].name))
            return protocols[i].number;
    if (field_count(s, &number) && number <= UINT8_MAX)
        return (uint8_t)number;
    return PROTO_NONE;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool field_hex_byte(struct str s, uint8_t *value)
{
    int high, low;

    if (s.len != 2)
        return false;
    high = hex_digit(s.p[0]);
    low = hex_digit(s.p[1]);
    if (high < 0 || low < 0)
        return false;
    *value = (uint8_t)(high * 16 + low);
    return true;
}
