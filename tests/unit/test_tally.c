/* Lists of addresses with counts, as alerts show them. */
#include "correlate/alerts/tally.h"
#include "tests/unit/records.h"
#include "util/list.h"

static struct arena arena;
static struct description d;
static struct tally_list list;

static void setup(void)
{
    d = (struct description){.store = memory_open(), .arena = &arena};
}

static void teardown(void)
{
    tally_done(&list);
    store_close(d.store);
    arena_done(&arena);
}

TestSuite(tally, .init = setup, .fini = teardown);

static void add(const char *ip, int64_t count)
{
    struct err err = {0};
    struct ipaddr a = address(ip);
    int64_t id;
    cr_assert(store_address_id(d.store, &a, &id, &err), "%s", err.text);
    cr_assert(tally_add(&d, &list, (struct tally){.id = id, .count = count, .more = 1}, &err), "%s",
        err.text);
}

Test(tally, commonest_come_first_and_ties_go_by_address)
{
    add("203.0.113.9", 2);
    add("203.0.113.10", 7);
    add("2001:db8::1", 2);
    add("192.0.2.1", 2);
    add("203.0.113.9", 1);
    tally_sort(&list);
    cr_expect_str_eq(tally_text(&d, &list, 9, TALLY_COUNT),
        "203.0.113.10 [7], 203.0.113.9 [3], 192.0.2.1 [2], 2001:db8::1 [2]");
    cr_expect_eq(list.items[1].more, 2);
}

Test(tally, says_how_many_are_left_out)
{
    add("192.0.2.1", 3);
    add("192.0.2.2", 2);
    add("192.0.2.3", 1);
    tally_sort(&list);
    cr_expect_str_eq(tally_text(&d, &list, 1, TALLY_PLAIN), "192.0.2.1, +2 more");
    cr_expect_str_eq(
        tally_text(&d, &list, 2, TALLY_COUNT), "192.0.2.1 [3], 192.0.2.2 [2], +1 more");
    cr_expect_str_eq(tally_text(&d, &list, 3, TALLY_PLAIN), "192.0.2.1, 192.0.2.2, 192.0.2.3");
}

Test(tally, rank_goes_before_count_and_the_second_figure_can_be_shown)
{
    add("192.0.2.1", 30);
    add("192.0.2.2", 20);
    add("192.0.2.3", 20);
    list.items[2].rank = 1;
    list.items[1].more = 7;
    tally_sort(&list);
    cr_expect_str_eq(
        tally_text(&d, &list, 9, TALLY_COUNT), "192.0.2.3 [20], 192.0.2.1 [30], 192.0.2.2 [20]");
    cr_expect_str_eq(
        tally_text(&d, &list, 9, TALLY_MORE), "192.0.2.3 [1], 192.0.2.1 [1], 192.0.2.2 [7]");
}

Test(tally, tells_inside_from_outside_by_distinct_addresses)
{
    add("192.0.2.1", 30);
    add("192.0.2.2", 20);
    add("10.0.0.1", 1);
    add("10.0.0.1", 1);
    list.items[3].inside = true;
    tally_sort(&list);
    tally_tell(&d, &list);
    cr_expect_eq(d.outside, 2);
    cr_expect_eq(d.inside, 1);
    cr_expect_eq(d.entity_count, 3);
    cr_expect_str_eq(d.entities[0].value, "192.0.2.1");
}

Test(tally, networks_count_the_addresses_in_them)
{
    add("192.0.2.1", 50);
    add("203.0.113.9", 1);
    add("203.0.113.200", 1);
    add("2001:db8:0:1::1", 1);
    add("2001:db8:0:1:ffff::1", 1);
    add("2001:db8:0:2::1", 1);
    tally_sort(&list);
    cr_expect_str_eq(tally_networks(&d, &list, 9),
        "203.0.113.0/24 [2], 2001:db8:0:1::/64 [2], 192.0.2.0/24 [1], 2001:db8:0:2::/64 [1]");
    cr_expect_str_eq(tally_networks(&d, &list, 1), "203.0.113.0/24 [2], +3 more");
    cr_expect_eq(list.count, 6, "the list itself stays as it is");
}

Test(tally, grows_over_its_first_room)
{
    for (int i = 0; i < 500; i++) {
        char ip[20];
        snprintf(ip, sizeof ip, "10.0.%d.%d", i / 250, i % 250);
        add(ip, i);
    }
    tally_sort(&list);
    cr_expect_eq(list.count, 500);
    cr_expect_str_eq(tally_text(&d, &list, 1, TALLY_COUNT), "10.0.1.249 [499], +499 more");
}

Test(tally, the_first_of_many_are_those_of_the_whole_order)
{
    struct chance c = {5};
    struct tally_list whole = {0};
    for (int i = 0; i < 400; i++) {
        struct tally t = {.ip = address_after("10.0.0.0", (int)chance_in(&c, 0, 1) + 2 * i),
            .count = chance_in(&c, 1, 9),
            .rank = chance_percent(&c, 5)};
        cr_assert(list_room(&list.items, list.count, &list.cap, sizeof t, NULL));
        cr_assert(list_room(&whole.items, whole.count, &whole.cap, sizeof t, NULL));
        list.items[list.count++] = whole.items[whole.count++] = t;
    }
    tally_sort(&whole);
    const size_t counts[] = {30, 0, 1, 399, 400, 1000};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        tally_first(&list, counts[n]);
        cr_expect_eq(list.count, 400);
        for (size_t i = 0; i < counts[n] && i < list.count; i++)
            cr_assert(ip_eq(&list.items[i].ip, &whole.items[i].ip), "%zu of %zu", i, counts[n]);
    }
    tally_done(&whole);
}
