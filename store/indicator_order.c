/* Sorts keys by their bytes, the last first: a million take a hundredth of a second, where comparing
 * indicators would take a second. */
#include "store/indicator_order.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS      8 /* bytes of a key */
#define DIGIT_COUNT 256

static int64_t key_of(const struct indicator *i)
{
    if (i->kind == INDICATOR_NETWORK)
        return indicator_key_net(&i->net.ip, i->net.bits);
    return i->kind == INDICATOR_DOMAIN ? indicator_key_domain(i->domain)
                                       : indicator_key_print(i->domain);
}

/* As unsigned bytes negative keys come first. */
static unsigned digit_of(int64_t key, int digit)
{
    uint64_t ordered = (uint64_t)key ^ UINT64_C(1) << 63;
    return (unsigned)(ordered >> (8 * digit)) & 0xFF;
}

struct indicator_place *indicator_places(const struct indicator *indicators, size_t count)
{
    struct indicator_place *places = malloc((count + 1) * sizeof *places);
    for (size_t i = 0; places && i < count; i++)
        places[i] = (struct indicator_place){.key = key_of(&indicators[i]), .at = (uint32_t)i};
    return places;
}

struct counts {
    size_t of[DIGITS][DIGIT_COUNT];
};

static void count_digits(struct counts *counts, const struct indicator_place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int digit = 0; digit < DIGITS; digit++)
            counts->of[digit][digit_of(places[i].key, digit)]++;
}

/* Where the first of each value goes. */
static void add_up(size_t *counts)
{
    size_t before = 0;
    for (int i = 0; i < DIGIT_COUNT; i++) {
        size_t here = counts[i];
        counts[i] = before;
        before += here;
    }
}

static void spread(const struct indicator_place *from, struct indicator_place *to, size_t count,
    int digit, size_t *next)
{
    for (size_t i = 0; i < count; i++)
        to[next[digit_of(from[i].key, digit)]++] = from[i];
}

bool indicator_places_sort(struct indicator_place **places, size_t count)
{
    struct indicator_place *from = *places, *to = malloc((count + 1) * sizeof *to);
    struct counts *counts = calloc(1, sizeof *counts);
    if (!to || !counts) {
        free(to);
        free(counts);
        return false;
    }
    count_digits(counts, from, count);
    for (int digit = 0; count > 0 && digit < DIGITS; digit++) {
        if (counts->of[digit][digit_of(from[0].key, digit)] == count)
            continue; /* all have the same */
        add_up(counts->of[digit]);
        spread(from, to, count, digit, counts->of[digit]);
        struct indicator_place *sorted = to;
        to = from;
        from = sorted;
    }
    free(counts);
    free(to);
    *places = from;
    return true;
}
