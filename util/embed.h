/* Files compiled into the binary: catalogue, schema, queries. Made by util/embed.sh. */
#pragma once

#include <stddef.h>

struct embedded {
    const char *name; /* file name without its folder; NULL ends a table */
    const char *text; /* the file's bytes, with a NUL after them */
    size_t len;
};

extern const struct embedded embedded_catalog[]; /* catalog/, one file a type */
extern const struct embedded embedded_schema[];  /* store/schema/, in order */
extern const struct embedded embedded_queries[]; /* correlate/queries/ */
