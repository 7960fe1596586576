/* First cut by the highest bits into pieces that stay near, then each piece digit by digit, the last first. */
#include "util/radix.h"

#include <stdbool.h>
#include <string.h>

#define CUT_BITS_MAX 10
#define PIECE        256 /* items of a piece, about */
#define DIGIT_BITS   8

/* In an order that unsigned numbers have. */
static uint64_t value_of(const struct radix_item *item)
{
    return (uint64_t)item->key ^ UINT64_C(1) << 63;
}

/* Some bits of the values. */
struct digit {
    int shift, bits;
};

static size_t digit_of(const struct radix_item *item, struct digit d)
{
    return value_of(item) >> d.shift & ((UINT64_C(1) << d.bits) - 1);
}

/* ends: becomes where the items of each digit end. */
static void sort_by_digit(const struct radix_item *from, struct radix_item *to, size_t count,
    struct digit d, size_t *ends)
{
    size_t before = 0;
    memset(ends, 0, sizeof *ends << d.bits);
    for (size_t i = 0; i < count; i++)
        ends[digit_of(&from[i], d)]++;
    for (size_t digit = 0; digit < (size_t)1 << d.bits; digit++) {
        size_t often = ends[digit];
        ends[digit] = before;
        before += often;
    }
    for (size_t i = 0; i < count; i++)
        to[ends[digit_of(&from[i], d)]++] = from[i];
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

/* So many of the highest bits that differ: none of few items. */
static struct digit choose_cut(uint64_t differ, size_t count)
{
    int end = differ ? 64 - __builtin_clzll(differ) : 0;
    struct digit cut = {end, 0};
    while (cut.bits < CUT_BITS_MAX && cut.shift > 0 && count >> cut.bits > 2 * PIECE) {
        cut.bits++;
        cut.shift--;
    }
    return cut;
}

/* The digits in which items differ below the cut, the last first; returns how many. */
static int choose_digits(uint64_t differ, struct digit cut, struct digit digits[64 / DIGIT_BITS])
{
    int count = 0, shift = 0;
    uint64_t below = cut.shift < 64 ? differ & ((UINT64_C(1) << cut.shift) - 1) : differ;
    while (shift < 64 && below >> shift) {
        shift += __builtin_ctzll(below >> shift);
        digits[count++] = (struct digit){shift, DIGIT_BITS};
        shift += DIGIT_BITS;
    }
    return count;
}

static void exchange(struct radix_item **a, struct radix_item **b)
{
    struct radix_item *was = *a;
    *a = *b;
    *b = was;
}

/* The sorted ones are in `spare` where the digits are odd in number. */
static void sort_piece(struct radix_item *items, struct radix_item *spare, size_t count,
    const struct digit *digits, int digit_count)
{
    size_t ends[1 << DIGIT_BITS];
    if (count == 1)
        *spare = *items;
    for (int i = 0; count > 1 && i < digit_count; i++) {
        sort_by_digit(items, spare, count, digits[i], ends);
        exchange(&items, &spare);
    }
}

void radix_sort(struct radix_item **items, struct radix_item **spare, size_t count)
{
    struct digit digits[64 / DIGIT_BITS];
    size_t ends[1 << CUT_BITS_MAX], start = 0;
    uint64_t differ = bits_to_sort(*items, count);
    if (!differ)
        return;
    struct digit cut = choose_cut(differ, count);
    int digit_count = choose_digits(differ, cut, digits);
    ends[0] = count;
    if (cut.bits > 0) {
        sort_by_digit(*items, *spare, count, cut, ends);
        exchange(items, spare);
    }
    for (size_t piece = 0; piece < (size_t)1 << cut.bits; start = ends[piece++])
        sort_piece(*items + start, *spare + start, ends[piece] - start, digits, digit_count);
    if (digit_count % 2)
        exchange(items, spare);
}
