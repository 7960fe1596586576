/* What a format asks of a line of JSON, and what the line gave. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

#define JSON_FIELDS_MAX 64
#define JSON_ITEMS_MAX  32 /* elements kept of the arrays of one line; the others are passed over */

/* "flow.start" is the key start inside the object flow, or the key "flow.start" of the line itself
 * (shippers flatten objects, and Zeek writes "id.orig_h" so). "answers[]" is each element of the
 * array answers, "queries[].rrname" a key of each object in it. Several paths may name one field. */
struct json_path {
    const char *path;
    uint8_t field; /* below JSON_FIELDS_MAX */
};

/* What one line gave. Strings come unescaped, numbers as they are written, booleans as "true" and
 * "false"; null, objects and arrays leave a field unset. Of a key that comes twice the first counts:
 * who appends to a record must not be able to overrule it. What a path with [] gives stands in
 * `items` as well, one after the other. */
struct json_line {
    uint64_t seen; /* bit per field: which values are set */
    struct str value[JSON_FIELDS_MAX];
    struct str items[JSON_ITEMS_MAX];
    uint8_t item_field[JSON_ITEMS_MAX];
    uint8_t item_count;
};

static inline bool json_has(const struct json_line *l, unsigned field)
{
    return l->seen >> field & 1;
}

/* Empty when the line did not say. */
static inline struct str json_get(const struct json_line *l, unsigned field)
{
    return json_has(l, field) ? l->value[field] : STR_NONE;
}
