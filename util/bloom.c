/* Bits of one key lie in one block of a cache line's size, so that an answer costs one miss at most.
 * They are addressed by bytes: the bits mean the same on every machine. */
#include "util/bloom.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK    64 /* bytes */
#define BITS_NEW 15 /* for each key of a new filter … */
#define BITS_FULL                                                                                  \
    10 /* … and of a full one: then about 1 in 100 is taken for held, else 2 in 1000 */
#define BITS_OF_KEY   5 /* set for each key */
#define BITS_OF_PLACE 9 /* 2^9 bits in a block */

size_t bloom_size(uint64_t keys)
{
    return (size_t)(keys * BITS_NEW / 8 / BLOCK + 1) * BLOCK;
}

uint64_t bloom_room(size_t size)
{
    return (uint64_t)size * 8 / BITS_FULL;
}

bool bloom_init(struct bloom *b, size_t size)
{
    uint8_t *bits = calloc(size ? size : 1, 1);
    if (!bits)
        return false;
    *b = (struct bloom){bits, size};
    return true;
}

void bloom_done(struct bloom *b)
{
    free(b->bits);
    *b = (struct bloom){0};
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint8_t *block_of(const struct bloom *b, uint64_t mixed)
{
    return b->bits + (mixed >> 32) * (b->size / BLOCK) / (UINT64_C(1) << 32) * BLOCK;
}

/* Eight bytes at once, in which the bits stand as in one after the other. */
static void add_mixed(struct bloom *b, uint64_t mixed)
{
    uint64_t places = mix(mixed), word;
    uint8_t *block = block_of(b, mixed);
    for (int i = 0; i < BITS_OF_KEY; i++, places >>= BITS_OF_PLACE) {
        uint8_t *at = block + places / 64 % (BLOCK / 8) * 8;
        memcpy(&word, at, sizeof word);
        word |= htole64(UINT64_C(1) << places % 64);
        memcpy(at, &word, sizeof word);
    }
}

void bloom_add(struct bloom *b, uint64_t key)
{
    if (b->size >= BLOCK)
        add_mixed(b, mix(key));
}

void bloom_add_many(struct bloom *b, const uint64_t *keys, size_t count)
{
    uint64_t mixed[BLOOM_MANY];
    if (b->size < BLOCK)
        return;
    for (size_t i = 0; i < count; i++) {
        mixed[i] = mix(keys[i]);
        __builtin_prefetch(block_of(b, mixed[i]), 1);
    }
    for (size_t i = 0; i < count; i++)
        add_mixed(b, mixed[i]);
}

void bloom_fetch(const struct bloom *b, uint64_t key)
{
    if (b->size >= BLOCK)
        __builtin_prefetch(block_of(b, mix(key)));
}

bool bloom_has(const struct bloom *b, uint64_t key)
{
    if (b->size < BLOCK)
        return false;
    uint64_t mixed = mix(key), places = mix(mixed);
    const uint8_t *block = block_of(b, mixed);
    for (int i = 0; i < BITS_OF_KEY; i++, places >>= BITS_OF_PLACE)
        if (!(block[places / 8 % BLOCK] >> places % 8 & 1))
            return false;
    return true;
}
