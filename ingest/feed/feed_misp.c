/* MISP events in JSON, alone or wrapped in the answer to a search. */
#include "ingest/feed/feed_misp.h"

#include "ingest/feed/feed_json.h"

struct events {
    struct feed_reading *r;
    struct buf info; /* of the event that is read */
};

static bool fits(struct str text)
{
    return feed_json_kind(text) == FEED_JSON_MISP;
}

enum field { TYPE, VALUE, CATEGORY, TO_IDS, DELETED, COMMENT, FIRST_SEEN };
static const char *const fields[] = {
    "type", "value", "category", "to_ids", "deleted", "comment", "first_seen", NULL};

/* Attributes of the event and of its objects; a ShadowAttribute is only somebody's proposal. */
static bool is_record(struct str path)
{
    struct str name = STR("Attribute[]");
    return str_ends(path, name) && (path.len == name.len || path.p[path.len - name.len - 1] == '.');
}

/* "Event.info"; that of a related event stands deeper. */
static bool is_info(struct str path)
{
    return str_eq(path, STR("info")) || str_eq(path, STR("Event.info")) ||
           str_eq(path, STR("[].Event.info")) || str_eq(path, STR("response.Event.info")) ||
           str_eq(path, STR("response[].Event.info"));
}

static bool take_value(void *arg, struct str path, struct str value)
{
    struct events *e = arg;
    if (is_info(path)) {
        buf_clear(&e->info);
        buf_add(
            &e->info, (struct str){value.p, value.len < FEED_MAX_NOTE ? value.len : FEED_MAX_NOTE});
    }
    return true;
}

static void take(void *arg, const struct str *values)
{
    struct events *e = arg;
    feed_misp_attribute(e->r,
        &(struct misp_attribute){
            .type = values[TYPE],
            .value = values[VALUE],
            .category = values[CATEGORY],
            .to_ids = values[TO_IDS],
            .deleted = values[DELETED],
            .comment = values[COMMENT],
            .first_seen = values[FIRST_SEEN],
        },
        buf_str(&e->info));
}

static void read_events(struct feed_reading *r, struct str text)
{
    struct events e = {.r = r};
    struct feed_json_reader reader = {.is_record = is_record,
        .fields = fields,
        .take = take,
        .value = take_value,
        .arg = &e,
        .reading = r};
    r->failed |= !feed_json_read(r->path, text, &reader, r->err);
    buf_done(&e.info);
}

const struct feed_format feed_misp = {"misp", fits, read_events};
