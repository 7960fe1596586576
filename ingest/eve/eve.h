/* Suricata's EVE: one event a line. */
#pragma once

#include "ingest/parser.h"

#include <stdbool.h>

struct json;

/* A reader for EVE lines; NULL without memory. */
struct json *eve_json_new(void);

/* True for a line that names an event type. */
bool eve_is_event(struct str line);

/* One line: a record, or *ignored, or why not. */
enum reject eve_line(struct json *json, struct str line, struct batch *batch, enum ignore *ignored);
