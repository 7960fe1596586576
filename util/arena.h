/* Memory that is given back all at once: one arena per batch, one per correlation run. */
#pragma once

#include "util/str.h"

#include <stddef.h>

struct arena_block;

/* Zero-initialise. Allocations live until arena_reset() or arena_done(). */
struct arena {
    struct arena_block *blocks;
    size_t used; /* bytes handed out of the newest block */
};

/* Aligned for any type, not zeroed; NULL without memory. */
void *arena_alloc(struct arena *a, size_t size);
/* The same, zeroed. */
void *arena_zalloc(struct arena *a, size_t size);
/* A NUL-terminated copy. */
char *arena_strdup(struct arena *a, struct str s);
/* Keeps one block for the next round. */
void arena_reset(struct arena *a);
void arena_done(struct arena *a);
