/* What MISP's two forms of an event, JSON and CSV, share: the attribute. */
#pragma once

#include "ingest/feed/feed_format.h"

/* As MISP writes them; empty where it does not say. */
struct misp_attribute {
    struct str type, value, category, to_ids, deleted, comment, first_seen;
};

/* Adds what the attribute names. Only attributes meant for detection count (to_ids); event: what
 * the event is called, for the note. */
void feed_misp_attribute(
    struct feed_reading *r, const struct misp_attribute *attribute, struct str event);
