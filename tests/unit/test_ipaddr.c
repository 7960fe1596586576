/* util/ipaddr.c: address and network text both ways, classes, against the C library's parser. */
#include "util/ipaddr.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

/* Parses a copy that ends where the text does, so that a sanitizer sees a reader go on. */
static bool parse_exact(const char *text, struct ipaddr *ip)
{
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    memcpy(copy, text, len);
    bool ok = ip_parse((struct str){copy, len}, ip);
    free(copy);
    return ok;
}

static struct ipaddr parsed(const char *text)
{
    struct ipaddr ip;
    cr_assert(parse_exact(text, &ip), "%s", text);
    return ip;
}

static void check_text(const char *in, const char *out)
{
    char text[IP_TEXT_SIZE];
    struct ipaddr ip = parsed(in);
    cr_assert_eq(ip_format(&ip, text), strlen(out));
    cr_assert_str_eq(text, out);
    struct ipaddr again = parsed(text);
    cr_assert(ip_eq(&ip, &again), "%s", text);
}

Test(ipaddr, v4_stands_as_mapped)
{
    static const uint8_t bytes[16] = {[10] = 0xFF, [11] = 0xFF, 192, 0, 2, 33};
    struct ipaddr ip = parsed("192.0.2.33");
    cr_assert_eq(memcmp(ip.b, bytes, 16), 0);
    cr_assert(ip_is_v4(&ip));
    cr_assert_eq(ip_v4(&ip), 0xC0000221);
    struct ipaddr made = ip_from_v4(0xC0000221);
    cr_assert(ip_eq(&made, &ip));
    ip = parsed("2001:db8::c000:221");
    cr_assert_not(ip_is_v4(&ip));
    ip = parsed("::192.0.2.33");
    cr_assert_not(ip_is_v4(&ip), "the old compatible form is not the mapped one");
}

Test(ipaddr, order_is_that_of_the_bytes)
{
    struct ipaddr low = parsed("9.0.0.1"), high = parsed("10.0.0.0"), v6 = parsed("2001:db8::");
    cr_assert_lt(ip_cmp(&low, &high), 0);
    cr_assert_lt(ip_cmp(&high, &v6), 0);
    cr_assert_eq(ip_cmp(&low, &low), 0);
}

Test(ipaddr, v4_text_both_ways)
{
    static const char *const texts[] = {"0.0.0.0", "1.2.3.4", "9.10.99.100", "192.0.2.1",
        "198.51.100.255", "203.0.113.109", "255.255.255.255"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_text(texts[i], texts[i]);
}

Test(ipaddr, v6_text_is_rfc_5952)
{
    static const char *const cases[][2] = {
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:0db8::0001", "2001:db8::1"},
        {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:DB8:AAAA:bbbb:CCCC:dddd:EEEE:ffff", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"},
        {"2001:db8:0:0:0:0:0:0", "2001:db8::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"::0", "::"},
        {"0::", "::"},
        {"0:0:1:0:0:0:0:0", "0:0:1::"},
        {"0:0:0:1:0:0:1:0", "::1:0:0:1:0"},
        {"1:0:0:2:0:0:3:4", "1::2:0:0:3:4"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1::8", "1::8"},
        {"fe80:0:0:0:12:0:0:fe", "fe80::12:0:0:fe"},
        {"000a:00b0:0c00:d000:0:0:0:0", "a:b0:c00:d000::"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"::192.0.2.33", "::c000:221"},
        {"1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221"},
        {"::fffe:192.0.2.33", "::fffe:c000:221"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(cases[i][0], cases[i][1]);
}

Test(ipaddr, mapped_text_is_the_v4_address)
{
    check_text("::ffff:192.0.2.33", "192.0.2.33");
    check_text("::FFFF:c000:221", "192.0.2.33");
    check_text("0:0:0:0:0:ffff:192.0.2.33", "192.0.2.33");
    check_text("0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255");
}

Test(ipaddr, refuses_what_is_no_address)
{
    static const char *const texts[] = {"", ".", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3",
        "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "4294967297.2.3.4", "1.2.3.256", "1.2.3.1000",
        "01.2.3.4", "1.2.3.00", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1.2.3.a", "0x1.2.3.4",
        "1,2,3,4", "-1.2.3.4", "1.2.3.4/32", "1.2.3.4:80", ":", ":::", "::1::", "1::2::3", ":1",
        "1:", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
        "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:", "12345::", "::00001", "g::", "::g", "::1%eth0",
        "fe80::1%1", "[::1]", "[::1", "::1]", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4",
        "::1.2.3.4:1", "1.2.3.4::", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "::ffff:1.2.3.4.5",
        "::1.2.3.4::", "localhost", "(empty)", "-", "::-1", "1::2 ",
        "0000:0000:0000:0000:0000:ffff:255.255.255.2555", "::/0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct ipaddr ip, before;
        memset(&ip, 0x5A, sizeof ip);
        before = ip;
        cr_assert_not(parse_exact(texts[i], &ip), "%s", texts[i]);
        cr_assert(ip_eq(&ip, &before), "%s", texts[i]);
    }
    struct ipaddr ip;
    cr_assert_not(ip_parse(STR_NONE, &ip));
    cr_assert_not(ip_parse(STR("1.2.3.4\0"), &ip), "a NUL byte is no end");
    cr_assert_not(ip_parse(STR("::1\0"), &ip));
}

Test(ipaddr, reads_no_further_than_the_slice)
{
    struct ipaddr ip, expected = parsed("192.0.2.1");
    cr_assert(ip_parse((struct str){"192.0.2.123", 9}, &ip));
    cr_assert(ip_eq(&ip, &expected));
    expected = parsed("2001:db8::1");
    cr_assert(ip_parse((struct str){"2001:db8::12:3", 11}, &ip));
    cr_assert(ip_eq(&ip, &expected));
    cr_assert_not(ip_parse((struct str){"192.0.2.1", 8}, &ip));
    cr_assert_not(ip_parse((struct str){"2001:db8::1", 9}, &ip));
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static bool library_parse(const char *text, struct ipaddr *ip)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        *ip = ip_from_v4(ntohl(v4.s_addr));
        return true;
    }
    return inet_pton(AF_INET6, text, ip->b) == 1;
}

Test(ipaddr, agrees_with_the_c_library_on_mutilated_text)
{
    static const char *const seeds[] = {"192.0.2.33", "2001:db8::1:0:0:1", "::ffff:198.51.100.7",
        "1:2:3:4:5:6:7:8", "::", "fe80::1", "1:2:3:4:5:6:1.2.3.4", "255.255.255.255", "1::"};
    static const char alphabet[] = "0123456789abcdefABCDEFg:.::..%/ ";
    uint32_t state = 2024;
    int good = 0;
    for (int round = 0; round < 400000; round++) {
        char text[64];
        strcpy(text, seeds[next_random(&state) % (sizeof seeds / sizeof seeds[0])]);
        for (uint32_t n = next_random(&state) % 4; n > 0; n--) {
            size_t len = strlen(text), at = next_random(&state) % (len + 1);
            char c = alphabet[next_random(&state) % (sizeof alphabet - 1)];
            if (at < len && next_random(&state) % 3 == 0) {
                memmove(text + at, text + at + 1, len - at);
            } else if (at < len && next_random(&state) % 2 == 0) {
                text[at] = c;
            } else {
                memmove(text + at + 1, text + at, len - at + 1);
                text[at] = c;
            }
        }
        struct ipaddr ours, theirs;
        bool ok = ip_parse(str_of(text), &ours);
        if (ok != library_parse(text, &theirs) || (ok && !ip_eq(&ours, &theirs)))
            cr_assert_fail("%s", text);
        good += ok;
    }
    cr_assert(good > 50000 && good < 350000, "%d of 400000 tell little", good);
}

Test(ipaddr, formats_any_bytes_as_the_c_library_does)
{
    uint32_t state = 7;
    for (int round = 0; round < 100000; round++) {
        struct ipaddr ip;
        uint32_t zeros = next_random(&state);
        for (int i = 0; i < 16; i++)
            ip.b[i] = zeros >> (i / 2) & 1 ? 0 : (uint8_t)next_random(&state);
        /* glibc writes ::a.b.c.d for the old compatible form, and nothing else differs */
        bool compatible = (zeros & 0x3F) == 0x3F;
        char ours[IP_TEXT_SIZE], theirs[INET6_ADDRSTRLEN];
        ip_format(&ip, ours);
        inet_ntop(AF_INET6, ip.b, theirs, sizeof theirs);
        if (!compatible)
            cr_assert_str_eq(ours, theirs);
        struct ipaddr again = parsed(ours);
        cr_assert(ip_eq(&ip, &again), "%s", ours);
        uint32_t host = zeros * 2654435761u;
        struct in_addr v4 = {htonl(host)};
        ip = ip_from_v4(host);
        ip_format(&ip, ours);
        cr_assert_str_eq(ours, inet_ntop(AF_INET, &v4, theirs, sizeof theirs));
    }
}

Test(ipaddr, cidr_reads_clears_host_bits_and_writes)
{
    static const struct {
        const char *in, *out;
        unsigned bits;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8", 8},
        {"10.1.2.3/8", "10.0.0.0/8", 8},
        {"192.0.2.77/25", "192.0.2.0/25", 25},
        {"192.0.2.255/31", "192.0.2.254/31", 31},
        {"192.0.2.1", "192.0.2.1", 32},
        {"192.0.2.1/32", "192.0.2.1", 32},
        {"255.255.255.255/0", "0.0.0.0/0", 0},
        {"255.255.255.255/1", "128.0.0.0/1", 1},
        {"172.31.255.255/12", "172.16.0.0/12", 12},
        {"2001:db8::/32", "2001:db8::/32", 32},
        {"2001:db8:ffff::1/33", "2001:db8:8000::/33", 33},
        {"2001:db8::1", "2001:db8::1", 128},
        {"2001:db8::1/128", "2001:db8::1", 128},
        {"2001:db8::3/127", "2001:db8::2/127", 127},
        {"2001:db8::1/0", "::/0", 0},
        {"fe80::1/10", "fe80::/10", 10},
        {"fc00::/7", "fc00::/7", 7},
        {"::ffff:192.0.2.1", "192.0.2.1", 32},
        {"::ffff:192.0.2.1/128", "192.0.2.1", 32},
        {"::ffff:192.0.2.1/120", "192.0.2.0/24", 24},
        {"::ffff:0:0/96", "0.0.0.0/0", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cidr c;
        char text[CIDR_TEXT_SIZE];
        cr_assert(cidr_parse(str_of(cases[i].in), &c), "%s", cases[i].in);
        cr_assert_eq(c.bits, cases[i].bits, "%s: %u", cases[i].in, c.bits);
        cr_assert_eq(cidr_format(&c, text), strlen(cases[i].out));
        cr_assert_str_eq(text, cases[i].out);
    }
}

Test(ipaddr, v4_is_read_from_the_beginning_of_a_text)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {{"192.0.2.33", 10}, {"192.0.2.33\n", 10}, {"192.0.2.3 3", 9}, {"192.0.2.0/24", 9},
        {"192.0.2.1.5", 9}, {"192.0.2.01", 9}, {"192.0.2.256", 0}, {"192.0.2.", 0}, {"192.0.2", 0},
        {"", 0}, {" 192.0.2.1", 0}, {"01.2.3.4", 0}, {"::1", 0}, {"x", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t v4;
        cr_assert_eq(ip_read_v4(str_of(cases[i].text), &v4), cases[i].len, "%s", cases[i].text);
        char more[64];
        snprintf(more, sizeof more, "%s\n--------------------", cases[i].text);
        cr_assert_eq(ip_read_v4(str_of(more), &v4), cases[i].len, "%s and more", cases[i].text);
        if (cases[i].len == 0)
            continue;
        struct ipaddr want;
        cr_assert(ip_parse((struct str){cases[i].text, cases[i].len}, &want));
        cr_assert_eq(v4, ip_v4(&want), "%s", cases[i].text);
    }
}

/* Each part may be that long a number, with each byte behind it. */
Test(ipaddr, v4_is_read_alike_whatever_follows)
{
    for (unsigned n = 0; n < 1100; n++)
        for (int part = 0; part < 4; part++) {
            char text[64];
            unsigned p[4] = {[0] = 7, 19, 200, 0};
            uint32_t v4;
            p[part] = n;
            int len = snprintf(text, sizeof text, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
            snprintf(text + len, sizeof text - (size_t)len, " and as much again");
            cr_assert_eq(ip_read_v4(str_of(text), &v4), n < 256 ? (size_t)len : 0, "%s", text);
            cr_assert(n >= 256 || v4 == (p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]), "%s", text);
        }
    for (int c = 0; c < 256; c++) {
        char text[] = "198.51.100.7? and as much again",
             before[] = "198?51.100.7 and as much again";
        uint32_t v4;
        bool digit = c >= '0' && c <= '9';
        text[12] = before[3] = (char)c;
        cr_assert_eq(
            ip_read_v4((struct str){text, sizeof text - 1}, &v4), digit ? 13 : 12, "%d", c);
        cr_assert_eq(
            ip_read_v4((struct str){before, sizeof before - 1}, &v4), c == '.' ? 12 : 0, "%d", c);
    }
}

Test(ipaddr, cidr_refuses_what_is_no_network)
{
    static const char *const texts[] = {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
        "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/00", "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0.0 /8",
        "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/255.0.0.0", "10.0.0.0/a", "10.0.0.0/256",
        "10.0.0.0/4294967304", "2001:db8::/129", "2001:db8::/1000", "::ffff:192.0.2.0/24",
        "::ffff:192.0.2.0/95", "::ffff:192.0.2.0/129", "10.*"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct cidr c = {.bits = 99};
        cr_assert_not(cidr_parse(str_of(texts[i]), &c), "%s", texts[i]);
        cr_assert_eq(c.bits, 99);
    }
}

static bool holds(const char *net, const char *address)
{
    struct cidr c;
    cr_assert(cidr_parse(str_of(net), &c), "%s", net);
    struct ipaddr ip = parsed(address);
    return cidr_contains(&c, &ip);
}

Test(ipaddr, cidr_contains_its_own_family_only)
{
    cr_assert(holds("10.0.0.0/8", "10.255.255.255"));
    cr_assert_not(holds("10.0.0.0/8", "11.0.0.0"));
    cr_assert_not(holds("10.0.0.0/8", "9.255.255.255"));
    cr_assert(holds("0.0.0.0/0", "203.0.113.9"));
    cr_assert(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
    cr_assert(holds("2001:db8::/32", "2001:db8:ffff::"));
    cr_assert_not(holds("2001:db8::/32", "2001:db9::"));
    cr_assert(holds("::/0", "2001:db8::1"));
    cr_assert_not(holds("::/0", "10.0.0.1"), "an IPv4 address is not in an IPv6 network");
    cr_assert_not(holds("0.0.0.0/0", "2001:db8::1"));
    cr_assert_not(holds("0.0.0.0/0", "::"));
    cr_assert(holds("::/64", "::1"));
}

/* The last address inside and the first one outside, for every prefix length there is. */
Test(ipaddr, cidr_contains_is_exact_for_every_length)
{
    for (unsigned v4 = 0; v4 < 2; v4++)
        for (unsigned bits = 0; bits <= (v4 ? 32 : 128); bits++) {
            struct cidr c = {parsed(v4 ? "0.0.0.0" : "::"), (uint8_t)bits};
            unsigned first = v4 ? 96 : 0;
            for (unsigned bit = first; bit < 128; bit++) {
                struct ipaddr ip = c.ip;
                ip.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
                cr_assert_eq(cidr_contains(&c, &ip), bit >= first + bits, "/%u, bit %u", bits, bit);
            }
        }
}

Test(ipaddr, classes_at_both_edges_of_each_range)
{
    static const struct {
        const char *text;
        enum ip_class class;
    } cases[] = {
        {"0.0.0.0", IP_UNSPECIFIED},
        {"0.255.255.255", IP_UNSPECIFIED},
        {"1.0.0.0", IP_GLOBAL},
        {"9.255.255.255", IP_GLOBAL},
        {"10.0.0.0", IP_PRIVATE},
        {"10.255.255.255", IP_PRIVATE},
        {"11.0.0.0", IP_GLOBAL},
        {"100.63.255.255", IP_GLOBAL},
        {"100.64.0.0", IP_PRIVATE},
        {"100.127.255.255", IP_PRIVATE},
        {"100.128.0.0", IP_GLOBAL},
        {"126.255.255.255", IP_GLOBAL},
        {"127.0.0.0", IP_LOOPBACK},
        {"127.255.255.255", IP_LOOPBACK},
        {"128.0.0.0", IP_GLOBAL},
        {"169.253.255.255", IP_GLOBAL},
        {"169.254.0.0", IP_LINK_LOCAL},
        {"169.254.255.255", IP_LINK_LOCAL},
        {"169.255.0.0", IP_GLOBAL},
        {"172.15.255.255", IP_GLOBAL},
        {"172.16.0.0", IP_PRIVATE},
        {"172.31.255.255", IP_PRIVATE},
        {"172.32.0.0", IP_GLOBAL},
        {"192.0.2.1", IP_GLOBAL},
        {"192.167.255.255", IP_GLOBAL},
        {"192.168.0.0", IP_PRIVATE},
        {"192.168.255.255", IP_PRIVATE},
        {"192.169.0.0", IP_GLOBAL},
        {"198.51.100.1", IP_GLOBAL},
        {"203.0.113.1", IP_GLOBAL},
        {"223.255.255.255", IP_GLOBAL},
        {"224.0.0.0", IP_MULTICAST},
        {"239.255.255.255", IP_MULTICAST},
        {"240.0.0.0", IP_BROADCAST},
        {"255.255.255.255", IP_BROADCAST},
        {"::ffff:127.0.0.1", IP_LOOPBACK},
        {"::", IP_UNSPECIFIED},
        {"::1", IP_LOOPBACK},
        {"::2", IP_GLOBAL},
        {"1::1", IP_GLOBAL},
        {"2001:db8::1", IP_GLOBAL},
        {"fbff:ffff::", IP_GLOBAL},
        {"fc00::", IP_PRIVATE},
        {"fdff:ffff::1", IP_PRIVATE},
        {"fe00::", IP_GLOBAL},
        {"fe7f::1", IP_GLOBAL},
        {"fe80::", IP_LINK_LOCAL},
        {"febf:ffff::1", IP_LINK_LOCAL},
        {"fec0::", IP_GLOBAL},
        {"feff::", IP_GLOBAL},
        {"ff00::", IP_MULTICAST},
        {"ff02::fb", IP_MULTICAST},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", IP_MULTICAST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipaddr ip = parsed(cases[i].text);
        cr_assert_eq(ip_classify(&ip), cases[i].class, "%s", cases[i].text);
        bool peer = cases[i].class == IP_GLOBAL || cases[i].class == IP_PRIVATE;
        cr_assert_eq(ip_is_peer(&ip), peer, "%s", cases[i].text);
    }
}
