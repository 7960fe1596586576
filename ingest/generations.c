/* Finds out by its head which stored file generation a text belongs to. */
#include "ingest/generations.h"

#include <stdlib.h>
#include <string.h>

bool generations_load(struct generations *g, struct store *s, struct err *err)
{
    g->store = s;
    return store_source_head_lengths(s, &g->lengths, &g->count, err);
}

void generations_done(struct generations *g)
{
    free(g->lengths);
    *g = (struct generations){0};
}

bool generations_add(struct generations *g, uint32_t length, struct err *err)
{
    uint32_t *grown;
    size_t at = 0;

    while (at < g->count && g->lengths[at] < length)
        at++;
    if (at < g->count && g->lengths[at] == length)
        return true;
    grown = realloc(g->lengths, (g->count + 1) * sizeof(*grown));
    if (!grown)
        return err_nomem(err);
    memmove(grown + at + 1, grown + at, (g->count - at) * sizeof(*grown));
    grown[at] = length;
    g->lengths = grown;
    g->count++;
    return true;
}

/* A head that is not full ends where a source ended when it was first read: at a line end, or after
 * an object. */
static bool may_be_head(struct str head, uint32_t length)
{
    char last = length > 0 && length <= head.len ? head.p[length - 1] : '\0';

    return length <= head.len && (length == head.len || last == '\n' || last == '}');
}

bool generations_next(const struct generations *g, struct str head, struct source *source,
    bool *found, struct err *err)
{
    uint32_t length = source->id ? source->head_len : UINT32_MAX;
    int64_t below = source->id ? source->id : INT64_MAX;

    *found = false;
    for (size_t i = g->count; i-- > 0 && !*found;) {
        if (g->lengths[i] > length || !may_be_head(head, g->lengths[i]))
            continue;
        uint64_t hash = str_hash((struct str){head.p, g->lengths[i]}, STR_HASH_START);
        if (!store_source_find(g->store, g->lengths[i], hash,
                g->lengths[i] == length ? below : INT64_MAX, source, found, err))
            return false;
    }
    return true;
}
