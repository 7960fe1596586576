/* A Bloom filter: what it does not hold was never added. Of what was never added it takes some in a
 * thousand for held, so whoever hears "yes" looks for himself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bloom {
    uint8_t *bits;
    size_t size; /* bytes; 0: holds nothing, and takes nothing */
};

/* Bytes for so many keys, and how many keys so many bytes are good for: a new filter has room for
 * half as many again as asked for. */
size_t bloom_size(uint64_t keys);
uint64_t bloom_room(size_t size);

/* Empty, of a size that bloom_size() gave. False without memory. */
bool bloom_init(struct bloom *b, size_t size);
void bloom_done(struct bloom *b);

void bloom_add(struct bloom *b, uint64_t key);
/* Up to BLOOM_MANY, in less time: their memory is fetched together. */
#define BLOOM_MANY 64
void bloom_add_many(struct bloom *b, const uint64_t *keys, size_t count);
bool bloom_has(const struct bloom *b, uint64_t key);
/* Fetches ahead the memory that a key to come will be looked for in. */
void bloom_fetch(const struct bloom *b, uint64_t key);
