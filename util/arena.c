/* Memory that is given back all at once. */
#include "util/arena.h"

#include <stdalign.h>
#include <stdlib.h>

/* Regular blocks double from the first size to the last, so that a small arena stays small. */
#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)1 << 20)

struct arena_block {
    struct arena_block *next;
    size_t size; /* of data */
    alignas(max_align_t) unsigned char data[];
};

static size_t next_block_size(const struct arena *a)
{
    if (!a->blocks || a->blocks->size < BLOCK_MIN / 2)
        return BLOCK_MIN;
    return a->blocks->size < BLOCK_MAX / 2 ? 2 * a->blocks->size : BLOCK_MAX;
}

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = malloc(sizeof *block + size);
    if (block)
        block->size = size;
    return block;
}

/* A big piece gets a block of its own behind the newest, which goes on being filled. */
static void *alloc_own_block(struct arena *a, size_t size)
{
    struct arena_block *block = block_new(size);
    if (!block)
        return NULL;
    if (a->blocks) {
        block->next = a->blocks->next;
        a->blocks->next = block;
    } else {
        block->next = NULL;
        a->blocks = block;
        a->used = size;
    }
    return block->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t step = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = size == 0 ? step : (size + step - 1) / step * step;
    if (!a->blocks || size > a->blocks->size - a->used) {
        size_t block_size = next_block_size(a);
        if (size > block_size / 4)
            return alloc_own_block(a, size);
        struct arena_block *block = block_new(block_size);
        if (!block)
            return NULL;
        block->next = a->blocks;
        a->blocks = block;
        a->used = 0;
    }
    void *p = a->blocks->data + a->used;
    a->used += size;
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *p = arena_alloc(a, size);
    if (p)
        memset(p, 0, size);
    return p;
}

char *arena_strdup(struct arena *a, struct str s)
{
    char *copy = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;
    if (!copy)
        return NULL;
    if (s.len > 0)
        memcpy(copy, s.p, s.len);
    copy[s.len] = '\0';
    return copy;
}

/* Of the blocks the biggest regular one is worth keeping; a giant one would be held for ever. */
void arena_reset(struct arena *a)
{
    struct arena_block *kept = NULL;
    struct arena_block *next;
    for (struct arena_block *block = a->blocks; block; block = next) {
        next = block->next;
        struct arena_block *drop = block;
        if (block->size <= BLOCK_MAX && (!kept || block->size > kept->size)) {
            drop = kept;
            kept = block;
        }
        free(drop);
    }
    if (kept)
        kept->next = NULL;
    a->blocks = kept;
    a->used = 0;
}

void arena_done(struct arena *a)
{
    if (!a)
        return;
    struct arena_block *next;
    for (struct arena_block *block = a->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    *a = (struct arena){0};
}
