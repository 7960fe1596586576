/* Which stored file generation a text is the beginning of, or begins with. */
#pragma once

#include "store/sources.h"

#include <stddef.h>

/* Zero-initialise. */
struct generations {
    struct store *store;
    uint32_t *lengths; /* head lengths of stored sources, ascending */
    size_t count;
};

bool generations_load(struct generations *g, struct store *s, struct err *err);
void generations_done(struct generations *g);
/* A source with a head of that length was stored. */
bool generations_add(struct generations *g, uint32_t length, struct err *err);
/* The next stored generation that this head begins with: the longest head first, of one length the
 * newest. Begin with a zeroed source, and go on with the one before. */
bool generations_next(const struct generations *g, struct str head, struct source *source,
    bool *found, struct err *err);
