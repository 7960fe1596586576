/* What an address is for. */
#include "util/ipaddr.h"

/* Everything that is not listed is global. The first match decides. */
static const struct special_v4 {
    uint32_t net, mask;
    enum ip_class class;
} special_v4[] = {
    {0x0A000000, 0xFF000000, IP_PRIVATE},     /* 10.0.0.0/8 */
    {0xC0A80000, 0xFFFF0000, IP_PRIVATE},     /* 192.168.0.0/16 */
    {0xAC100000, 0xFFF00000, IP_PRIVATE},     /* 172.16.0.0/12 */
    {0x64400000, 0xFFC00000, IP_PRIVATE},     /* 100.64.0.0/10 */
    {0x7F000000, 0xFF000000, IP_LOOPBACK},    /* 127.0.0.0/8 */
    {0xA9FE0000, 0xFFFF0000, IP_LINK_LOCAL},  /* 169.254.0.0/16 */
    {0xE0000000, 0xF0000000, IP_MULTICAST},   /* 224.0.0.0/4 */
    {0xF0000000, 0xF0000000, IP_BROADCAST},   /* 240.0.0.0/4 with 255.255.255.255 */
    {0x00000000, 0xFF000000, IP_UNSPECIFIED}, /* 0.0.0.0/8 */
};

/* First bytes of addresses that may be special: most are not. */
#define BIT(byte)  (UINT64_C(1) << (byte) % 64)
#define FROM(byte) (~UINT64_C(0) << (byte) % 64)
static const uint64_t special_bytes[4] = {
    BIT(0) | BIT(10), BIT(100) | BIT(127), BIT(169) | BIT(172), BIT(192) | FROM(224)};

enum ip_class ip_classify_v4(uint32_t v4)
{
    if (!(special_bytes[v4 >> 30] >> (v4 >> 24) % 64 & 1))
        return IP_GLOBAL;
    for (size_t i = 0; i < sizeof special_v4 / sizeof special_v4[0]; i++)
        if ((v4 & special_v4[i].mask) == special_v4[i].net)
            return special_v4[i].class;
    return IP_GLOBAL;
}

bool ip_special_v4(size_t place, struct cidr *net)
{
    if (place >= sizeof special_v4 / sizeof special_v4[0])
        return false;
    net->ip = ip_from_v4(special_v4[place].net);
    net->bits = (uint8_t)__builtin_popcount(special_v4[place].mask);
    return true;
}

static enum ip_class classify_v6(const uint8_t b[16])
{
    static const uint8_t zeros[15];
    if (b[0] == 0xFF)
        return IP_MULTICAST;
    if ((b[0] & 0xFE) == 0xFC)
        return IP_PRIVATE;
    if (b[0] == 0xFE && (b[1] & 0xC0) == 0x80)
        return IP_LINK_LOCAL;
    if (b[15] <= 1 && memcmp(b, zeros, sizeof zeros) == 0)
        return b[15] == 1 ? IP_LOOPBACK : IP_UNSPECIFIED;
    return IP_GLOBAL;
}

enum ip_class ip_classify(const struct ipaddr *ip)
{
    return ip_is_v4(ip) ? ip_classify_v4(ip_v4(ip)) : classify_v6(ip->b);
}

bool ip_is_peer(const struct ipaddr *ip)
{
    enum ip_class class = ip_classify(ip);
    return class == IP_GLOBAL || class == IP_PRIVATE;
}
