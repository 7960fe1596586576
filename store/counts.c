/* A hash table of numbers and their counts. */
#include "store/counts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 64
#define KEPT_SLOTS  1024 /* more are not worth clearing */

static size_t slot_of(const struct counts *c, int64_t key)
{
    uint64_t at = (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15);
    at ^= at >> 32;
    while (c->counts[at & (c->slots - 1)] != -1 && c->keys[at & (c->slots - 1)] != key)
        at++;
    return at & (c->slots - 1);
}

static bool counts_grow(struct counts *c)
{
    size_t living = 0;
    for (size_t i = 0; i < c->slots; i++)
        living += c->counts[i] > 0;
    size_t slots = FIRST_SLOTS;
    while (slots < living * 4)
        slots *= 2;
    struct counts grown = {
        malloc(slots * sizeof(int64_t)), malloc(slots * sizeof(int64_t)), slots, living};
    if (!grown.keys || !grown.counts) {
        free(grown.keys);
        free(grown.counts);
        return false;
    }
    memset(grown.counts, 0xff, slots * sizeof(int64_t));
    for (size_t i = 0; i < c->slots; i++) {
        if (c->counts[i] <= 0)
            continue;
        size_t at = slot_of(&grown, c->keys[i]);
        grown.keys[at] = c->keys[i];
        grown.counts[at] = c->counts[i];
    }
    free(c->keys);
    free(c->counts);
    *c = grown;
    return true;
}

int64_t counts_add(struct counts *c, int64_t key, int64_t delta)
{
    if (c->used * 2 >= c->slots && !counts_grow(c))
        return -1;
    size_t at = slot_of(c, key);
    if (c->counts[at] == -1) {
        c->keys[at] = key;
        c->counts[at] = 0;
        c->used++;
    }
    return c->counts[at] += delta;
}

void counts_clear(struct counts *c)
{
    if (c->slots > KEPT_SLOTS)
        counts_done(c);
    else if (c->used > 0)
        memset(c->counts, 0xff, c->slots * sizeof *c->counts);
    c->used = 0;
}

void counts_done(struct counts *c)
{
    free(c->keys);
    free(c->counts);
    *c = (struct counts){0};
}
