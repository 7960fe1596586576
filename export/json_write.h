/* JSON objects and arrays, written piece by piece: what begins one is `{` or `[` in the text, and the
 * comma between two members stands where what is before it was not one of these. */
#pragma once

#include "util/str.h"

/* Before each member of an array or object, export_json_key() included: "," where it is not the first. */
void export_json_next(struct buf *out);
/* "key": */
void export_json_key(struct buf *out, const char *key);
/* "key": "value"; a value of NULL is "". */
void export_json_text(struct buf *out, const char *key, const char *value);
/* The same; a value that is NULL or empty is null. */
void export_json_text_or_null(struct buf *out, const char *key, const char *value);
