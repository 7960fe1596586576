/* The filter never forgets, and seldom makes things up. */
#include "util/bloom.h"

#include <criterion/criterion.h>

static struct bloom filled(uint64_t keys, uint64_t room_for)
{
    struct bloom b;
    cr_assert(bloom_init(&b, bloom_size(room_for)));
    for (uint64_t i = 0; i < keys; i++)
        bloom_add(&b, i * 7919);
    return b;
}

Test(bloom, holds_all_that_was_added)
{
    struct bloom b = filled(50000, 50000);
    for (uint64_t i = 0; i < 50000; i++)
        cr_assert(bloom_has(&b, i * 7919), "%llu", (unsigned long long)i);
    bloom_done(&b);
}

Test(bloom, holds_the_same_of_many_at_once)
{
    uint64_t keys[BLOOM_MANY];
    struct bloom one = filled(BLOOM_MANY, 1000), many = filled(0, 1000), none = {0};
    for (uint64_t i = 0; i < BLOOM_MANY; i++)
        keys[i] = i * 7919;
    bloom_add_many(&many, keys, BLOOM_MANY - 1);
    cr_expect_neq(memcmp(many.bits, one.bits, one.size), 0, "not yet all");
    bloom_add_many(&many, keys + BLOOM_MANY - 1, 1);
    cr_expect_eq(memcmp(many.bits, one.bits, one.size), 0);
    bloom_add_many(&none, keys, BLOOM_MANY);
    bloom_done(&one);
    bloom_done(&many);
}

/* The filter is kept: its bits must not change their places. */
Test(bloom, has_its_bits_where_it_had_them)
{
    struct bloom b = filled(3, 10);
    uint64_t sum = 0;
    for (size_t i = 0; i < b.size; i++)
        sum = sum * 257 + b.bits[i];
    cr_expect_eq(
        sum, UINT64_C(2174250692945074588), "%llu of %zu", (unsigned long long)sum, b.size);
    bloom_done(&b);
}

static int false_of_100000(const struct bloom *b)
{
    int held = 0;
    for (uint64_t i = 0; i < 100000; i++)
        held += bloom_has(b, (UINT64_C(1) << 40) + i);
    return held;
}

Test(bloom, takes_few_for_held_that_were_not)
{
    struct bloom new = filled(50000, 50000);
    struct bloom full = filled(bloom_room(bloom_size(50000)), 50000);
    int of_new = false_of_100000(&new), of_full = false_of_100000(&full);
    cr_expect_lt(of_new, 500, "%d of 100,000", of_new);
    cr_expect_lt(of_full, 2000, "%d of 100,000", of_full);
    cr_expect_gt(of_full, of_new);
    bloom_done(&new);
    bloom_done(&full);
}

Test(bloom, has_room_for_half_as_many_again)
{
    cr_expect_geq(bloom_room(bloom_size(1000000)), 1500000);
    cr_expect_leq(bloom_size(1000000), 2300000);
    cr_expect_geq(bloom_room(bloom_size(0)), 1);
}

Test(bloom, holds_nothing_when_empty)
{
    struct bloom none = {0}, empty = filled(0, 10);
    bloom_add(&none, 1);
    cr_expect_not(bloom_has(&none, 1));
    for (uint64_t i = 0; i < 1000; i++)
        cr_assert_not(bloom_has(&empty, i));
    bloom_done(&none);
    bloom_done(&empty);
}
