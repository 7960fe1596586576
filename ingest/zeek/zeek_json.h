/* Zeek rows as JSON: flat or nested id, with or without a name for the log. */
#pragma once

#include "ingest/parser.h"

#include <stdbool.h>

struct json;

/* A reader for Zeek lines; NULL without memory. */
struct json *zeek_json_new(void);

/* True for an object with the time of a Zeek row. */
bool zeek_json_is_row(struct json *json, struct str line, struct arena *text);

/* One line: a record, or *ignored, or why not. */
enum reject zeek_json_line(
    struct json *json, struct str line, struct batch *batch, enum ignore *ignored);
