/* A feed in JSON, streamed: its values with the place of each, and objects that stand for one entry
 * as records. Wraps yajl; nothing is kept of what was read. */
#pragma once

#include "ingest/feed/feed_format.h"

#define FEED_JSON_MAX_DEPTH  32
#define FEED_JSON_MAX_KEY    40        /* bytes; a longer key stands as "?" in a path */
#define FEED_JSON_MAX_FIELDS 12        /* of a record */
#define FEED_JSON_MAX_RECORD (1 << 20) /* bytes of one record's fields together */

/* What a format wants of a text. A path is the keys down to a place with "[]" behind those of
 * arrays: "response[].Event.Attribute[].value", "objects[]", "" for a value at the top. Strings
 * come unescaped, numbers as written, booleans as "true" and "false"; null counts as not there. */
struct feed_json_reader {
    /* Whether the object at a path is a record. Records hold no further ones. */
    bool (*is_record)(struct str path);
    /* Paths inside a record, NULL-ended; of a key that comes twice the first counts, and the
     * members of an array stand with '\n' between them. */
    const char *const *fields;
    /* values[i] is of fields[i]; empty where the record has none. Valid during the call. */
    void (*take)(void *arg, const struct str *values);
    /* Each value outside records, for the duration of the call; false stops the reading, and that
     * is no error. May be NULL, as may the three above together. */
    bool (*value)(void *arg, struct str path, struct str value);
    void *arg;
    /* Kept up to date with the place while it runs; may be NULL. */
    struct feed_reading *reading;
};

/* Reads one text, which may be several JSON values one after the other. ERR_DATA when it is no JSON
 * or is nested too deep: what was read until then is half a feed at most. path is for messages. */
bool feed_json_read(
    const char *path, struct str text, const struct feed_json_reader *reader, struct err *err);

/* What kind of feed a JSON text is, by the first thing in it that only one of them has. */
enum feed_json_kind {
    FEED_JSON_OTHER, /* other JSON, or none */
    FEED_JSON_DROP,
    FEED_JSON_MISP,
    FEED_JSON_STIX,
    FEED_JSON_WARNING_LIST,
};
enum feed_json_kind feed_json_kind(struct str text);
/* True for a text that begins as an object or array does; "[2001:db8::1]:443" does not. */
bool feed_json_begins(struct str text);
