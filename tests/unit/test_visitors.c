#include "correlate/facts/visitors.h"

#include <criterion/criterion.h>

static struct visitors a, b, got;

/* "5:1 7:3" stands for network 5 on the days 1 (a mask), and 7 on 3. */
static void list_of(struct visitors *list, const char *text)
{
    struct str rest = str_of(text);
    list->count = 0;
    while (rest.p && rest.len > 0) {
        struct str days = str_cut(&rest, ' '), net = str_cut(&days, ':');
        uint64_t n = 0, mask = 0;
        cr_assert(str_u64(net, &n) && str_u64(days, &mask), "%s", text);
        list->items[list->count++] = (struct visitor){(int64_t)n, (uint32_t)mask};
    }
}

static void expect(const struct visitors *list, const char *want)
{
    struct buf text = {0};
    for (size_t i = 0; i < list->count; i++)
        buf_printf(&text, "%s%lld:%u", i > 0 ? " " : "", (long long)list->items[i].net,
            list->items[i].days);
    cr_expect_str_eq(text.text ? text.text : "", want);
    buf_done(&text);
}

static void expect_merged(const char *one, const char *other, const char *want)
{
    list_of(&a, one);
    list_of(&b, other);
    visitors_merge(&a, &b, &got);
    expect(&got, want);
    visitors_merge(&b, &a, &got);
    expect(&got, want);
}

Test(visitors, of_two_lists_are_those_of_either)
{
    expect_merged("", "", "");
    expect_merged("5:1", "", "5:1");
    expect_merged("5:1", "5:4", "5:5");
    expect_merged("5:1 7:2", "6:4", "5:1 6:4 7:2");
    expect_merged("5:1 7:2 9:1", "4:1 7:2 9:8 10:1", "4:1 5:1 7:2 9:9 10:1");
}

Test(visitors, beyond_the_limit_are_those_with_the_highest_addresses)
{
    a.count = b.count = VISITORS_MAX;
    for (int i = 0; i < VISITORS_MAX; i++) {
        a.items[i] = (struct visitor){2 * i, 1};
        b.items[i] = (struct visitor){2 * i + 1, 2};
    }
    visitors_merge(&a, &b, &got);
    cr_assert_eq(got.count, VISITORS_MAX);
    for (int i = 0; i < VISITORS_MAX; i++)
        cr_assert(got.items[i].net == i && got.items[i].days == 1u + i % 2);
    visitors_merge(&a, &a, &got);
    cr_assert_eq(got.count, VISITORS_MAX);
    cr_expect_eq(got.items[VISITORS_MAX - 1].net, 2 * (VISITORS_MAX - 1));
}

static void expect_fresh(const char *now, const char *before, const char *want)
{
    list_of(&a, now);
    list_of(&b, before);
    visitors_subtract(&a, &b, &got);
    expect(&got, want);
}

Test(visitors, are_new_by_network_and_by_day)
{
    expect_fresh("", "", "");
    expect_fresh("5:3 7:1", "", "5:3 7:1");
    expect_fresh("5:3 7:1", "5:3 7:1", "");
    expect_fresh("5:3 6:1 7:5", "4:1 5:1 7:5", "5:2 6:1");
    expect_fresh("5:1", "5:3 6:1", "");
}

Test(visitors, are_found_by_network)
{
    list_of(&a, "3:1 5:2 7:4 9:8");
    static const uint32_t days[] = {0, 0, 0, 1, 0, 2, 0, 4, 0, 8, 0};
    for (int net = 0; net <= 10; net++)
        cr_expect_eq(visitors_days(&a, net), days[net], "%d", net);
    list_of(&a, "");
    cr_expect_eq(visitors_days(&a, 0), 0);
}

Test(visitors, are_read_as_they_were_written)
{
    static char room[VISITORS_MAX * VISITOR_BYTES];
    struct err err = {0};
    static const int64_t nets[] = {
        INT64_MIN, -(INT64_C(1) << 31), -256, 0, 256, INT64_C(1) << 32, INT64_MAX};
    a.count = sizeof nets / sizeof *nets;
    for (size_t i = 0; i < a.count; i++)
        a.items[i] = (struct visitor){nets[i], UINT32_C(0x80000001) >> i};
    struct str bytes = visitors_write(&a, room);
    cr_assert_eq(bytes.len, a.count * VISITOR_BYTES);
    cr_assert(visitors_read(bytes, &got, &err), "%s", err.text);
    cr_assert_eq(got.count, a.count);
    for (size_t i = 0; i < a.count; i++)
        cr_expect(got.items[i].net == nets[i] && got.items[i].days == a.items[i].days, "%zu", i);
    cr_expect(visitors_read(STR(""), &got, &err));
    cr_expect_eq(got.count, 0);
}

Test(visitors, that_are_garbled_are_refused)
{
    static char room[VISITORS_MAX * VISITOR_BYTES + VISITOR_BYTES];
    list_of(&a, "5:1 7:2");
    struct str bytes = visitors_write(&a, room);
    struct err err = {0};
    cr_expect_not(visitors_read((struct str){bytes.p, bytes.len - 1}, &got, &err));
    cr_expect_eq(err.code, ERR_DATA);
    list_of(&a, "7:2 5:1");
    cr_expect_not(visitors_read(visitors_write(&a, room), &got, &err), "not in order");
    list_of(&a, "5:2 5:1");
    cr_expect_not(visitors_read(visitors_write(&a, room), &got, &err), "one twice");
    cr_expect_not(visitors_read((struct str){room, sizeof room}, &got, &err), "too many");
}
