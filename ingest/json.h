/* One line of JSON to the few values that a format asks for by path. Wraps yajl. */
#pragma once

#include "ingest/json_line.h"
#include "ingest/parser.h"
#include "util/arena.h"
#include "util/str.h"

struct json;

/* paths must outlive it. NULL without memory, or when the paths are more than fit. */
struct json *json_new(const struct json_path *paths, size_t count);
void json_free(struct json *j);

/* The line must be one object and nothing more. Slices point into the line or into `text`. */
enum reject json_parse(
    struct json *j, struct str line, struct arena *text, struct json_line *values);
/* The same by yajl alone, which json_parse() asks only where a line is not plain. */
enum reject json_parse_slowly(
    struct json *j, struct str line, struct arena *text, struct json_line *values);
