#include "correlate/network/ends.h"
#include "tests/unit/world_store.h"

#define MANY 40000 /* more than are remembered */

TestSuite(ends, .init = setup, .fini = teardown);

static int64_t id_of(const char *text)
{
    int64_t id;
    struct ipaddr ip = address(text);
    cr_assert(store_address_id(s, &ip, &id, NULL));
    return id;
}

static struct end look(struct ends_cache *cache, int64_t id)
{
    struct end end;
    struct err err = {0};
    cr_assert(ends_look(cache, id, &end, &err), "%s", err.text);
    cr_expect_eq(end.id, id);
    return end;
}

static void expect_end(struct ends_cache *cache, const char *text, bool home, const char *resource)
{
    for (int round = 0; round < 2; round++) { /* once asked, once remembered */
        struct end end = look(cache, id_of(text));
        struct ipaddr ip = address(text);
        cr_expect(ip_eq(&end.ip, &ip), "%s", text);
        cr_expect_eq(end.home, home, "%s", text);
        cr_expect_str_eq(end.resource ? end.resource->name : "-", resource, "%s", text);
    }
}

static struct inventory *inventory_with(const char *home, const char *name, const char *addresses)
{
    struct err err = {0};
    struct ini ini = {0};
    struct buf text = {0};
    struct inventory *inv = inventory_new(&err);
    buf_printf(&text, "[network]\nhome = %s\n[resource %s]\naddress = %s\n", home, name, addresses);
    cr_assert(ini_read_text(&ini, "test.conf", buf_str(&text), &err), "%s", err.text);
    cr_assert(inventory_add(inv, &ini, &err) && inventory_finish(inv, &err), "%s", err.text);
    ini_done(&ini);
    buf_done(&text);
    return inv;
}

Test(ends, are_what_the_inventory_says_of_their_addresses)
{
    struct inventory *inv =
        inventory_with("10.0.0.0/8, 2001:db8:1::/48", "web", "10.0.0.7, 2001:db8:1::7");
    struct ends_cache *cache = ends_cache_new(s, inv);
    expect_end(cache, "0.0.0.0", false, "-");
    expect_end(cache, "10.0.0.6", true, "-");
    expect_end(cache, "10.0.0.7", true, "web");
    expect_end(cache, "128.0.0.0", false, "-"); /* its id is 0 */
    expect_end(cache, "255.255.255.255", false, "-");
    expect_end(cache, "2001:db8:1::7", true, "web");
    expect_end(cache, "2001:db8:1::8", true, "-");
    expect_end(cache, "2001:db8:2::7", false, "-");
    cr_expect(look(cache, id_of("203.0.113.9")).global);
    cr_expect_not(look(cache, id_of("10.0.0.7")).global);
    cr_expect_not(look(cache, id_of("224.0.0.1")).peer);
    cr_expect_not(look(cache, id_of("ff02::1")).peer);
    cr_expect(look(cache, id_of("fd00::1")).peer);
    ends_cache_free(cache);
    inventory_free(inv);
}

/* One inventory after the other, as in two runs. */
Test(ends, are_looked_at_anew_when_the_inventory_has_changed)
{
    struct inventory *first = inventory_with("10.0.0.0/8", "a", "203.0.113.7, 2001:db8::7"),
                     *then = inventory_with("203.0.113.0/24,2001:db8::/64", "b", "10.0.0.7");
    struct ends_cache *cache = ends_cache_new(s, first);
    expect_end(cache, "10.0.0.7", true, "-");
    expect_end(cache, "203.0.113.7", false, "a");
    expect_end(cache, "2001:db8::7", false, "a");
    ends_cache_free(cache);
    cache = ends_cache_new(s, then);
    expect_end(cache, "10.0.0.7", false, "b");
    expect_end(cache, "203.0.113.7", true, "-");
    expect_end(cache, "2001:db8::7", true, "-");
    ends_cache_free(cache);
    inventory_free(first);
    inventory_free(then);
}

/* Of those that share a place among the remembered ones, each is still itself. */
Test(ends, are_told_apart_however_many_there_are)
{
    struct inventory *inv = inventory_with("2001:db8::/65", "half", "2001:db8:0:0:8000::/66");
    struct ends_cache *cache = ends_cache_new(s, inv);
    struct ipaddr ip = address("2001:db8::");
    int64_t first = 0, id;
    cr_assert(store_begin(s, NULL));
    for (int i = 0; i < MANY; i++) {
        ip.b[8] = (uint8_t)(i << 6);
        ip.b[14] = (uint8_t)(i >> 8);
        ip.b[15] = (uint8_t)i;
        cr_assert(store_address_id(s, &ip, &id, NULL));
        first = i == 0 ? id : first;
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < MANY; i++) {
            int at = round == 1 ? MANY - 1 - i : i;
            struct end end = look(cache, first + at);
            cr_assert_eq(end.ip.b[15] | end.ip.b[14] << 8, at & 0xFFFF);
            cr_assert_eq(end.home, at % 4 < 2, "%d", at);
            cr_assert_eq(end.resource != NULL, at % 4 == 2, "%d", at);
        }
    cr_assert(store_commit(s, NULL));
    ends_cache_free(cache);
    inventory_free(inv);
}
