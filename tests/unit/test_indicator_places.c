/* Places of indicators in order of key. */
#include "store/indicator_places.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define COUNT 20000

static struct indicator network(uint32_t ip, unsigned bits)
{
    struct ipaddr address = ip_from_v4(ip);
    return (struct indicator){.net = cidr_of(&address, bits)};
}

static struct radix_item *sorted(const struct indicator *list, size_t count)
{
    struct radix_item *places = indicator_places(list, count);
    cr_assert(places);
    return places;
}

Test(indicator_places, is_by_key_and_then_by_place)
{
    static struct indicator list[COUNT];
    static const char *const names[] = {"a.example", "b.example", "c.example"};
    struct ipaddr v6;
    uint32_t random = 1;
    cr_assert(ip_parse(STR("2001:db8::1"), &v6));
    for (size_t i = 0; i < COUNT; i++) {
        random = random * 1103515245 + 12345;
        list[i] = i % 3 ? network(random >> 8 << 8, i % 2 ? 32 : 24) : (struct indicator){0};
        if (i % 3 == 0) {
            list[i].kind = i % 2 ? INDICATOR_DOMAIN : INDICATOR_FINGERPRINT;
            list[i].domain = str_of(names[random >> 16 & 1]);
        }
        v6.b[6] = (uint8_t)(random >> 16);
        if (i % 7 == 0)
            list[i] = (struct indicator){.net = cidr_of(&v6, random >> 16 & 127)};
    }
    struct radix_item *places = sorted(list, COUNT);
    bool seen[COUNT] = {false};
    bool below = false, above = false, equal = false;
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert(places[i].at < COUNT && !seen[places[i].at]);
        seen[places[i].at] = true;
        below |= places[i].key < 0;
        above |= places[i].key > 0;
        if (i == 0)
            continue;
        const struct radix_item *before = &places[i - 1];
        equal |= before->key == places[i].key;
        cr_assert(before->key < places[i].key ||
                  (before->key == places[i].key && before->at < places[i].at));
    }
    cr_expect(below && above && equal, "the list has all sorts of keys");
    free(places);
}

Test(indicator_places, of_an_empty_list_is_empty)
{
    struct radix_item *places = sorted(NULL, 0);
    free(places);
}

Test(indicator_places, has_ipv4_networks_by_address)
{
    struct indicator list[] = {network(0xC0000201, 32), network(0x0A000000, 8),
        network(0xC0000200, 24), network(0xFFFFFF00, 24), network(0xC0000200, 32)};
    static const uint32_t want[] = {1, 2, 4, 0, 3};
    struct radix_item *places = sorted(list, 5);
    for (int i = 0; i < 5; i++) {
        struct cidr net;
        cr_expect_eq(places[i].at, want[i], "%d", i);
        cr_expect(indicator_key_v4(places[i].key, &net));
        cr_expect(ip_eq(&net.ip, &list[want[i]].net.ip) && net.bits == list[want[i]].net.bits);
    }
    free(places);
}

Test(indicator_places, key_of_what_is_no_ipv4_network_is_not_taken_for_one)
{
    struct cidr net;
    struct ipaddr v6;
    cr_assert(ip_parse(STR("2001:db8::1"), &v6));
    for (unsigned bits = 0; bits <= 128; bits++)
        cr_expect_not(indicator_key_v4(indicator_key_net(&v6, bits), &net), "%u", bits);
    cr_expect_not(indicator_key_v4(indicator_key_domain(STR("example.com")), &net));
    cr_expect_not(indicator_key_v4(indicator_key_print(STR("ja3:00")), &net));
}
