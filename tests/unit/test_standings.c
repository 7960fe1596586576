#include "correlate/network/standings.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct inventory *inventory_from(const char *text)
{
    struct err err = {0};
    struct ini ini = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert(ini_read_text(&ini, "test.conf", str_of(text), &err), "%s", err.text);
    cr_assert(inventory_add(inv, &ini, &err) && inventory_finish(inv, &err), "%s", err.text);
    ini_done(&ini);
    return inv;
}

static struct ipaddr address_of(const char *text)
{
    struct ipaddr ip;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    return ip;
}

/* "home web": home or outside, then the resource; "peer" and "global" as they are. */
static void expect(const struct inventory *inv, const char *address, const char *want)
{
    char got[128];
    struct ipaddr ip = address_of(address);
    struct standing at = inventory_standing(inv, &ip);
    snprintf(got, sizeof got, "%s %s%s%s", at.home ? "home" : "outside",
        at.resource ? at.resource->name : "-", at.peer ? " peer" : "", at.global ? " global" : "");
    cr_expect_str_eq(got, want, "%s: %s, not %s", address, got, want);
}

Test(standings, networks_end_where_they_are_said_to)
{
    struct inventory *inv = inventory_from("[network]\nhome = 10.0.0.0/8, 198.51.100.64/26\n");
    expect(inv, "9.255.255.255", "outside - peer global");
    expect(inv, "10.0.0.0", "home - peer");
    expect(inv, "10.255.255.255", "home - peer");
    expect(inv, "11.0.0.0", "outside - peer global");
    expect(inv, "198.51.100.63", "outside - peer global");
    expect(inv, "198.51.100.64", "home - peer global");
    expect(inv, "198.51.100.127", "home - peer global");
    expect(inv, "198.51.100.128", "outside - peer global");
    expect(inv, "172.16.0.0", "outside - peer");
    inventory_free(inv);
}

Test(standings, the_first_and_the_last_address_are_in_a_range_as_well)
{
    struct inventory *inv =
        inventory_from("[network]\nhome = 0.0.0.0/1\n[resource last]\naddress = 255.255.255.255\n");
    expect(inv, "0.0.0.0", "home -");
    expect(inv, "0.255.255.255", "home -");
    expect(inv, "1.0.0.0", "home - peer global");
    expect(inv, "127.255.255.255", "home -");
    expect(inv, "128.0.0.0", "outside - peer global");
    expect(inv, "239.255.255.255", "outside -");
    expect(inv, "255.255.255.254", "outside -");
    expect(inv, "255.255.255.255", "outside last");
    inventory_free(inv);
}

Test(standings, the_narrowest_resource_stands_over_those_around_it)
{
    struct inventory *inv = inventory_from("[resource wide]\naddress = 10.1.0.0/16\n"
                                           "[resource narrow]\naddress = 10.1.2.0/24\n"
                                           "[resource one]\naddress = 10.1.2.0, 2001:db8::1\n");
    expect(inv, "10.0.255.255", "home - peer");
    expect(inv, "10.1.0.0", "home wide peer");
    expect(inv, "10.1.1.255", "home wide peer");
    expect(inv, "10.1.2.0", "home one peer");
    expect(inv, "10.1.2.1", "home narrow peer");
    expect(inv, "10.1.2.255", "home narrow peer");
    expect(inv, "10.1.3.0", "home wide peer");
    expect(inv, "10.2.0.0", "home - peer");
    expect(inv, "2001:db8::1", "outside one peer global");
    expect(inv, "2001:db8::2", "outside - peer global");
    inventory_free(inv);
}

Test(standings, follow_when_home_changes)
{
    struct err err = {0};
    struct inventory *inv = inventory_from("[resource web]\naddress = 203.0.113.7\n");
    expect(inv, "203.0.113.7", "outside web peer global");
    cr_assert(inventory_change_home(inv, STR("203.0.113.0/28"), &err), "%s", err.text);
    expect(inv, "203.0.113.7", "home web peer global");
    expect(inv, "203.0.113.16", "outside - peer global");
    expect(inv, "10.0.0.1", "outside - peer");
    inventory_free(inv);
}

static uint32_t next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 32);
}

#define RANDOM_MASK 0x01FFFFFF

static void add_network(struct buf *text, const char *before, uint32_t v4, unsigned bits)
{
    buf_printf(
        text, "%s%u.%u.%u.%u/%u", before, v4 >> 24, v4 >> 16 & 255, v4 >> 8 & 255, v4 & 255, bits);
}

/* Networks of all sizes at random, many of them inside each other: each answer is what would be worked
 * out for the address by itself, at the edges of ranges above all. */
static struct inventory *random_inventory(uint64_t *state)
{
    struct buf text = {0};
    buf_puts(&text, "[network]\nhome = 192.0.2.0/24");
    for (int i = 0; i < 20; i++)
        add_network(&text, ", ", next_number(state) & RANDOM_MASK, 11 + next_number(state) % 22);
    for (uint32_t i = 0; i < 40; i++) {
        buf_printf(&text, "\n[resource r%u]\naddress =", i);
        add_network(&text, " ", (next_number(state) & 0xFFFFFF) | (i / 25) << 24, 8 + i % 25);
    }
    buf_puts(&text, "\n");
    struct inventory *inv = inventory_from(text.text);
    buf_done(&text);
    return inv;
}

static void expect_worked_out(const struct inventory *inv, uint32_t v4)
{
    struct ipaddr ip = ip_from_v4(v4);
    struct standing got = inventory_standing(inv, &ip), want = inventory_work_out(inv, &ip);
    cr_assert(got.home == want.home && got.peer == want.peer && got.global == want.global &&
                  got.resource == want.resource,
        "%08x", v4);
}

Test(standings, are_what_would_be_worked_out)
{
    uint64_t state = 7;
    for (int round = 0; round < 20; round++) {
        struct inventory *inv = random_inventory(&state);
        size_t home = 0;
        for (int i = 0; i < 5000; i++) {
            uint32_t v4 = next_number(&state) & RANDOM_MASK;
            struct ipaddr ip = ip_from_v4(v4);
            expect_worked_out(inv, v4);
            expect_worked_out(inv, v4 & ~UINT32_C(0) << v4 % 24);
            expect_worked_out(inv, v4 | ~(~UINT32_C(0) << v4 % 24));
            expect_worked_out(inv, next_number(&state));
            home += inventory_is_home(inv, &ip);
        }
        cr_expect(home > 0 && home < 5000);
        inventory_free(inv);
    }
}
