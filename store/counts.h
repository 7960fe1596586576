/* How often each of many numbers is in a sliding window. For what slides and sums. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. Keys whose count fell to zero stay until the next growth. */
struct counts {
    int64_t *keys;
    int64_t *counts; /* -1: free slot */
    size_t slots, used;
};

/* Adds delta to the key's count and returns the new count, -1 without memory. */
int64_t counts_add(struct counts *c, int64_t key, int64_t delta);
/* Forgets all keys, ready for others. */
void counts_clear(struct counts *c);
void counts_done(struct counts *c);
