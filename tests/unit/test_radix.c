/* Numbers sorted by their bits. */
#include "util/radix.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define COUNT 5000

static struct radix_item *items, *spare;

static void setup(void)
{
    items = calloc(COUNT, sizeof *items);
    spare = calloc(COUNT, sizeof *spare);
    cr_assert(items && spare);
}

static void teardown(void)
{
    free(items);
    free(spare);
}

TestSuite(radix, .init = setup, .fini = teardown);

static uint64_t random_bits(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return state ^ state >> 29;
}

static void sort_masked(uint64_t mask, uint64_t always)
{
    for (uint32_t i = 0; i < COUNT; i++)
        items[i] = (struct radix_item){(int64_t)((random_bits() & mask) | always), i, i + 7};
    radix_sort(&items, &spare, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        cr_assert_eq(items[i].mark, items[i].at + 7, "an item is moved as a whole");
    for (uint32_t i = 1; i < COUNT; i++)
        cr_assert(items[i - 1].key < items[i].key ||
                      (items[i - 1].key == items[i].key && items[i - 1].at < items[i].at),
            "mask %llx at %u", (unsigned long long)mask, i);
}

Test(radix, sorts_by_any_bits)
{
    static const uint64_t masks[] = {UINT64_MAX, 0xFF, 0xFFF00, UINT64_C(1) << 63, 1,
        UINT64_C(0x8000000000000001), UINT64_C(0xFFE0000000000000), 0, UINT64_C(0xFFFFFFFF00)};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        sort_masked(masks[i], 0);
        sort_masked(masks[i], 0x2A);
    }
}

Test(radix, sorts_few)
{
    for (uint32_t count = 2; count < 40; count++) {
        for (uint32_t i = 0; i < count; i++)
            items[i] = (struct radix_item){(int64_t)(random_bits() & 0xFF0F), i, 0};
        radix_sort(&items, &spare, count);
        for (uint32_t i = 1; i < count; i++)
            cr_assert(items[i - 1].key < items[i].key ||
                      (items[i - 1].key == items[i].key && items[i - 1].at < items[i].at));
    }
}

/* Nearly all in one piece, and pieces of one. */
Test(radix, sorts_what_is_not_spread)
{
    for (uint32_t i = 0; i < COUNT; i++)
        items[i] = (struct radix_item){(int64_t)(random_bits() & 0xFFFF), i, 0};
    for (uint32_t i = 0; i < 20; i++)
        items[i * 97].key = (int64_t)(i * UINT64_C(0x0123456789ABCDEF));
    radix_sort(&items, &spare, COUNT);
    for (uint32_t i = 1; i < COUNT; i++)
        cr_assert(items[i - 1].key < items[i].key ||
                  (items[i - 1].key == items[i].key && items[i - 1].at < items[i].at));
}

Test(radix, leaves_what_is_in_order)
{
    const struct radix_item *before = items;
    for (uint32_t i = 0; i < COUNT; i++)
        items[i] = (struct radix_item){(int64_t)i / 3 - 100, i, 0};
    radix_sort(&items, &spare, COUNT);
    cr_expect_eq(items, before);
    for (uint32_t i = 0; i < COUNT; i++)
        cr_assert_eq(items[i].at, i);
}

Test(radix, sorts_none_and_one)
{
    radix_sort(&items, &spare, 0);
    items[0].key = 5;
    radix_sort(&items, &spare, 1);
    cr_expect_eq(items[0].key, 5);
}
