/* Digit by digit, the last first. */
#include "util/radix.h"

#include <stdbool.h>

#define DIGIT_BITS 11
#define DIGITS     (1 << DIGIT_BITS)

/* In an order that unsigned numbers have. */
static uint64_t value_of(const struct radix_item *item)
{
    return (uint64_t)item->key ^ UINT64_C(1) << 63;
}

static size_t digit_of(const struct radix_item *item, int shift)
{
    return value_of(item) >> shift & (DIGITS - 1);
}

static void sort_by_digit(
    const struct radix_item *from, struct radix_item *to, size_t count, int shift)
{
    size_t starts[DIGITS] = {0}, before = 0;
    for (size_t i = 0; i < count; i++)
        starts[digit_of(&from[i], shift)]++;
    for (int digit = 0; digit < DIGITS; digit++) {
        size_t often = starts[digit];
        starts[digit] = before;
        before += often;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[digit_of(&from[i], shift)]++] = from[i];
}

/* The bits in which they differ; 0 where they are in order already. */
static uint64_t bits_to_sort(const struct radix_item *items, size_t count)
{
    uint64_t differ = 0;
    bool ordered = true;
    for (size_t i = 1; i < count; i++) {
        differ |= value_of(&items[i]) ^ value_of(&items[0]);
        ordered &= items[i - 1].key <= items[i].key;
    }
    return ordered ? 0 : differ;
}

void radix_sort(struct radix_item **items, struct radix_item **spare, size_t count)
{
    uint64_t differ = bits_to_sort(*items, count);
    int shift = 0;
    while (shift < 64 && differ >> shift) {
        if (!(differ >> shift & 1)) {
            shift++;
            continue;
        }
        sort_by_digit(*items, *spare, count, shift);
        struct radix_item *sorted = *spare;
        *spare = *items;
        *items = sorted;
        shift += DIGIT_BITS;
    }
}
