/* One line of JSON to the few values that a format asks for. One yajl handle serves line after line;
 * it is made anew only after a broken one. */
#include "ingest/json.h"

#include "ingest/json_scan.h"

#include <yajl/yajl_parse.h>

#include <stdlib.h>

struct json {
    yajl_handle yajl;
    struct json_keys keys;
    struct json_guesses guesses;

    /* The line being read. */
    struct str line;
    struct arena *text;
    struct json_line *values;
    const struct json_key *pending; /* whose value comes next */
    uint8_t object[JSON_MAX_DEPTH + 1];
    unsigned depth;
    bool complete;
    enum reject reason;
};

static bool is_inside(struct str outer, const char *p)
{
    return (uintptr_t)p >= (uintptr_t)outer.p && (uintptr_t)p < (uintptr_t)outer.p + outer.len;
}

/* A value for the key before it, or an element of an array. Returns whether to go on. */
static int take(struct json *j, const char *p, size_t len)
{
    uint8_t field = json_keys_field(&j->keys, j->pending, j->object[j->depth]);
    bool keep_item = json_keys_item(j->pending, j->values);
    char *copy;

    j->pending = NULL;
    if (j->depth == 0) {
        j->reason = REJECT_NOT_JSON;
        return 0;
    }
    if (field == JSON_FIELD_NONE || (json_has(j->values, field) && !keep_item))
        return 1;
    if (len > 0 && !is_inside(j->line, p)) {
        copy = arena_alloc(j->text, len);
        if (!copy) {
            j->reason = REJECT_NO_MEMORY;
            return 0;
        }
        p = memcpy(copy, p, len);
    }
    json_keep(j->values, field, (struct str){p, len}, keep_item);
    return 1;
}

static int on_null(void *arg)
{
    struct json *j = arg;

    j->pending = NULL;
    return j->depth > 0;
}

static int on_boolean(void *arg, int value)
{
    struct json *j = arg;
    const struct json_key *k = j->pending;

    j->pending = NULL;
    if (k && k->field != JSON_FIELD_NONE && !json_has(j->values, k->field))
        json_keep(j->values, k->field, value ? STR("true") : STR("false"), false);
    return j->depth > 0;
}

static int on_number(void *arg, const char *p, size_t len)
{
    return take(arg, p, len);
}

static int on_string(void *arg, const unsigned char *p, size_t len)
{
    return take(arg, (const char *)p, len);
}

static int on_key(void *arg, const unsigned char *p, size_t len)
{
    struct json *j = arg;
    uint8_t object = j->object[j->depth];

    j->pending = object == JSON_OBJECT_NONE
                     ? NULL
                     : json_keys_find(&j->keys, object, (struct str){(const char *)p, len});
    return 1;
}

static int enter(struct json *j, uint8_t object)
{
    j->pending = NULL;
    if (j->depth == JSON_MAX_DEPTH) {
        j->reason = REJECT_TOO_DEEP;
        return 0;
    }
    j->object[++j->depth] = object;
    return 1;
}

static int on_start_map(void *arg)
{
    struct json *j = arg;

    if (j->depth == 0)
        return j->complete ? 0 : enter(j, JSON_OBJECT_ROOT);
    return enter(j, json_keys_object(&j->keys, j->pending, j->object[j->depth]));
}

static int on_start_array(void *arg)
{
    struct json *j = arg;

    return j->depth == 0 ? 0 : enter(j, json_keys_array(j->pending));
}

static int on_end(void *arg)
{
    struct json *j = arg;

    j->pending = NULL;
    j->complete = --j->depth == 0;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end,
};

static bool renew(struct json *j)
{
    if (j->yajl)
        yajl_free(j->yajl);
    j->yajl = yajl_alloc(&callbacks, NULL, j);
    /* Bytes that are no UTF-8 are kept as they are: the log is evidence, writers escape them. */
    return j->yajl && yajl_config(j->yajl, yajl_dont_validate_strings, 1) &&
           yajl_config(j->yajl, yajl_allow_multiple_values, 1);
}

struct json *json_new(const struct json_path *paths, size_t count)
{
    struct json *j = calloc(1, sizeof(*j));

    if (!j)
        return NULL;
    if (json_keys_init(&j->keys, paths, count) && renew(j))
        return j;
    json_free(j);
    return NULL;
}

void json_free(struct json *j)
{
    if (!j)
        return;
    if (j->yajl)
        yajl_free(j->yajl);
    free(j);
}

static void begin(struct json *j, struct str line, struct arena *text, struct json_line *values)
{
    values->seen = 0;
    values->item_count = 0;
    j->line = line;
    j->text = text;
    j->values = values;
    j->pending = NULL;
    j->depth = 0;
    j->object[0] = JSON_OBJECT_NONE;
    j->complete = false;
    j->reason = REJECT_NOT_JSON;
}

enum reject json_parse_slowly(
    struct json *j, struct str line, struct arena *text, struct json_line *values)
{
    static const unsigned char end[] = "\n";
    bool read;

    begin(j, line, text, values);
    if (!j->yajl && !renew(j))
        return REJECT_NO_MEMORY;
    /* The line end closes a number or word that stands after the object, which is an error too. */
    read = yajl_parse(j->yajl, (const unsigned char *)line.p, line.len) == yajl_status_ok &&
           yajl_parse(j->yajl, end, 1) == yajl_status_ok && j->complete;
    if (read)
        return REJECT_NONE;
    if (j->yajl && !renew(j))
        return REJECT_NO_MEMORY;
    return j->reason == REJECT_NOT_JSON && memchr(line.p, '\0', line.len) ? REJECT_BINARY
                                                                          : j->reason;
}

/* What is not plain enough to be scanned is parsed, which also tells what is wrong with it. */
enum reject json_parse(
    struct json *j, struct str line, struct arena *text, struct json_line *values)
{
    if (json_scan(&j->keys, &j->guesses, line, values))
        return REJECT_NONE;
    return json_parse_slowly(j, line, text, values);
}
