/* Networks with values: order, nesting, families, and agreement with the plain definition. */
#include "util/prefix.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static struct cidr net_of(const char *text)
{
    struct cidr net;
    cr_assert(cidr_parse(str_of(text), &net), "%s", text);
    return net;
}

static struct ipaddr ip_of(const char *text)
{
    struct ipaddr ip;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    return ip;
}

static void add(struct prefix_set *set, const char *text, uint32_t value)
{
    struct cidr net = net_of(text);
    cr_assert(prefix_set_add(set, &net, value));
}

struct found {
    struct buf text; /* "network=value " for each visit */
    int stop_after;  /* 0: never */
    int visits;
};

static bool note_visit(void *arg, const struct cidr *net, uint32_t value)
{
    struct found *found = arg;
    char text[CIDR_TEXT_SIZE];
    cidr_format(net, text);
    buf_printf(&found->text, "%s%s=%u", found->text.len ? " " : "", text, value);
    return ++found->visits != found->stop_after;
}

static void expect_found(const struct prefix_set *set, const char *ip, const char *want)
{
    struct found found = {0};
    buf_puts(&found.text, "");
    struct ipaddr address = ip_of(ip);
    prefix_set_find(set, &address, note_visit, &found);
    cr_expect_str_eq(found.text.text, want, "%s gives '%s'", ip, found.text.text);
    cr_expect_eq(prefix_set_has(set, &address), found.visits > 0, "%s", ip);
    buf_done(&found.text);
}

Test(prefix, an_empty_set_holds_nothing)
{
    struct prefix_set *set = prefix_set_new();
    cr_assert(prefix_set_freeze(set));
    expect_found(set, "192.0.2.1", "");
    expect_found(set, "2001:db8::1", "");
    cr_expect_eq(prefix_set_count(set), 0);
    prefix_set_free(set);
}

Test(prefix, visits_the_narrowest_network_first_and_its_values_in_order)
{
    struct prefix_set *set = prefix_set_new();
    add(set, "10.0.0.0/8", 8);
    add(set, "10.1.2.3", 32);
    add(set, "10.1.0.0/16", 17);
    add(set, "10.1.0.0/16", 16);
    add(set, "10.1.2.0/24", 24);
    add(set, "10.1.3.0/24", 25);
    add(set, "10.1.0.0/16", 16);
    cr_assert(prefix_set_freeze(set));
    cr_expect_eq(prefix_set_count(set), 6, "the pair added twice counts once");
    expect_found(
        set, "10.1.2.3", "10.1.2.3=32 10.1.2.0/24=24 10.1.0.0/16=16 10.1.0.0/16=17 10.0.0.0/8=8");
    expect_found(set, "10.1.2.4", "10.1.2.0/24=24 10.1.0.0/16=16 10.1.0.0/16=17 10.0.0.0/8=8");
    expect_found(set, "10.1.4.0", "10.1.0.0/16=16 10.1.0.0/16=17 10.0.0.0/8=8");
    expect_found(set, "10.255.255.255", "10.0.0.0/8=8");
    expect_found(set, "11.0.0.0", "");
    expect_found(set, "9.255.255.255", "");
    prefix_set_free(set);
}

Test(prefix, stops_when_the_visitor_says_so)
{
    struct prefix_set *set = prefix_set_new();
    add(set, "192.0.2.0/24", 1);
    add(set, "192.0.2.0/24", 2);
    add(set, "192.0.0.0/16", 3);
    cr_assert(prefix_set_freeze(set));
    struct found found = {.stop_after = 2};
    struct ipaddr ip = ip_of("192.0.2.9");
    prefix_set_find(set, &ip, note_visit, &found);
    cr_expect_str_eq(found.text.text, "192.0.2.0/24=1 192.0.2.0/24=2");
    buf_done(&found.text);
    prefix_set_free(set);
}

Test(prefix, keeps_the_families_apart)
{
    struct prefix_set *set = prefix_set_new();
    add(set, "::/0", 6);
    cr_assert(prefix_set_freeze(set));
    expect_found(set, "192.0.2.1", "");
    expect_found(set, "2001:db8::1", "::/0=6");
    prefix_set_free(set);

    set = prefix_set_new();
    add(set, "0.0.0.0/0", 4);
    cr_assert(prefix_set_freeze(set));
    expect_found(set, "255.255.255.255", "0.0.0.0/0=4");
    expect_found(set, "::1", "");
    prefix_set_free(set);
}

Test(prefix, tells_ipv6_networks_apart_in_both_halves)
{
    struct prefix_set *set = prefix_set_new();
    add(set, "2001:db8::/32", 32);
    add(set, "2001:db8:0:1::/64", 64);
    add(set, "2001:db8:0:1::/65", 65);
    add(set, "2001:db8:0:1:8000::/65", 66);
    add(set, "2001:db8:0:1::7", 128);
    add(set, "2001:db8:0:1::8/127", 127);
    cr_assert(prefix_set_freeze(set));
    expect_found(set, "2001:db8:0:1::7",
        "2001:db8:0:1::7=128 2001:db8:0:1::/65=65 2001:db8:0:1::/64=64 2001:db8::/32=32");
    expect_found(set, "2001:db8:0:1::9",
        "2001:db8:0:1::8/127=127 2001:db8:0:1::/65=65 2001:db8:0:1::/64=64 2001:db8::/32=32");
    expect_found(
        set, "2001:db8:0:1::a", "2001:db8:0:1::/65=65 2001:db8:0:1::/64=64 2001:db8::/32=32");
    expect_found(set,
        "2001:db8:0:1:ffff::", "2001:db8:0:1:8000::/65=66 2001:db8:0:1::/64=64 2001:db8::/32=32");
    expect_found(set, "2001:db8:0:2::", "2001:db8::/32=32");
    expect_found(set, "2001:db9::", "");
    prefix_set_free(set);
}

Test(prefix, takes_nothing_more_once_frozen)
{
    struct prefix_set *set = prefix_set_new();
    add(set, "192.0.2.0/24", 1);
    cr_assert(prefix_set_freeze(set));
    struct cidr net = net_of("198.51.100.0/24");
    cr_expect_not(prefix_set_add(set, &net, 2));
    cr_expect(prefix_set_freeze(set), "freezing again does no harm");
    expect_found(set, "198.51.100.1", "");
    expect_found(set, "192.0.2.1", "192.0.2.0/24=1");
    prefix_set_free(set);
}

/* A small generator of our own, so that the test is the same everywhere. */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Few different bits, so that networks nest and addresses hit; both families. */
static struct ipaddr random_ip(uint64_t *state)
{
    uint32_t a = next_random(state), b = next_random(state);
    if (a & 1)
        return ip_from_v4((b & 0x3) << 24 | (b & 0xF00) << 8 | (b & 0xFF));
    struct ipaddr ip = {{0x20, 0x01, 0x0d, 0xb8}};
    ip.b[7] = b & 0x3;
    ip.b[8] = (b >> 8) & 0xC0;
    ip.b[15] = (b >> 16) & 0xFF;
    return ip;
}

struct tally {
    size_t visits;
    uint64_t sum;
    int last_bits;
    bool in_order;
};

static bool tally_visit(void *arg, const struct cidr *net, uint32_t value)
{
    struct tally *t = arg;
    t->in_order = t->in_order && net->bits <= t->last_bits;
    t->last_bits = net->bits;
    t->visits++;
    t->sum += value;
    return true;
}

/* 200 networks are searched without the index, 3000 with it. */
static void compare_with_definition(size_t count)
{
    uint64_t state = count;
    struct cidr *nets = malloc(count * sizeof *nets);
    struct prefix_set *set = prefix_set_new();
    for (size_t i = 0; i < count; i++) {
        char text[CIDR_TEXT_SIZE];
        struct ipaddr ip = random_ip(&state);
        bool v4 = ip_is_v4(&ip);
        ip_format(&ip, text);
        char net[CIDR_TEXT_SIZE + 8];
        snprintf(net, sizeof net, "%s/%u", text, next_random(&state) % (v4 ? 33 : 129));
        nets[i] = net_of(net);
        cr_assert(prefix_set_add(set, &nets[i], (uint32_t)i));
    }
    cr_assert(prefix_set_freeze(set));
    for (int probe = 0; probe < 2000; probe++) {
        struct ipaddr ip = random_ip(&state);
        struct tally want = {0}, got = {.last_bits = 128, .in_order = true};
        for (size_t i = 0; i < count; i++)
            if (cidr_contains(&nets[i], &ip)) {
                want.visits++;
                want.sum += i;
            }
        prefix_set_find(set, &ip, tally_visit, &got);
        cr_assert_eq(got.visits, want.visits);
        cr_assert_eq(got.sum, want.sum);
        cr_assert(got.in_order);
        cr_assert_eq(prefix_set_has(set, &ip), want.visits > 0);
    }
    prefix_set_free(set);
    free(nets);
}

Test(prefix, agrees_with_the_definition_in_a_small_set)
{
    compare_with_definition(200);
}

Test(prefix, agrees_with_the_definition_in_a_big_set)
{
    compare_with_definition(3000);
}
