/* One line of JSON to the few values that a format asks for. One yajl handle serves line after line;
 * it is made anew only after a broken one. */
#include "ingest/json.h"

#include "ingest/json_scan.h"

#include <yajl/yajl_parse.h>

#include <stdlib.h>

#define KEYS_MAX    160 /* (object, key) pairs */
#define KEY_SLOTS   512 /* of the hash table over them; a power of two */
#define OBJECTS_MAX 48  /* objects and arrays that are looked into */
#define FIELD_NONE  0xFF
#define OBJECT_NONE 0 /* an object, or an array, that nobody asks about */
#define OBJECT_ROOT 1

/* A key that means something: a field, an object to look into, or both. */
struct key {
    struct str name;
    uint8_t object; /* that it stands in */
    uint8_t field;
    uint8_t child; /* the object it holds */
    uint8_t list;  /* the array it holds */
    bool listed;   /* stands in the objects of an array */
};

struct json {
    yajl_handle yajl;
    struct key keys[KEYS_MAX];
    size_t key_count;
    uint8_t slots[KEY_SLOTS]; /* index into keys plus 1 */
    uint8_t object_count;
    uint8_t element_object[OBJECTS_MAX]; /* of an array: what its objects are */
    uint8_t element_field[OBJECTS_MAX];  /* … and what its plain values are */

    /* The line being read. */
    struct str line;
    struct arena *text;
    struct json_line *values;
    const struct key *pending; /* whose value comes next */
    uint8_t object[JSON_MAX_DEPTH + 1];
    unsigned depth;
    bool complete;
    enum reject reason;
};

static unsigned slot_of(uint8_t object, struct str name)
{
    unsigned h = object * 37u + (unsigned)name.len * 11u;

    if (name.len > 0)
        h += (unsigned char)name.p[0] * 5u + (unsigned char)name.p[name.len - 1] * 131u +
             (unsigned char)name.p[name.len / 2] * 29u;
    return h % KEY_SLOTS;
}

static struct key *find_key(struct json *j, uint8_t object, struct str name)
{
    for (unsigned at = slot_of(object, name); j->slots[at]; at = (at + 1) % KEY_SLOTS) {
        struct key *k = &j->keys[j->slots[at] - 1];
        if (k->object == object && k->name.len == name.len &&
            (name.len == 0 || (k->name.p[0] == name.p[0] && str_eq(k->name, name))))
            return k;
    }
    return NULL;
}

/* The key of that name, made when there is none; NULL when no more fit. */
static struct key *need_key(struct json *j, uint8_t object, struct str name)
{
    struct key *k = find_key(j, object, name);
    unsigned at = slot_of(object, name);

    if (k || j->key_count == KEYS_MAX)
        return k;
    k = &j->keys[j->key_count++];
    *k = (struct key){.name = name, .object = object, .field = FIELD_NONE};
    while (j->slots[at])
        at = (at + 1) % KEY_SLOTS;
    j->slots[at] = (uint8_t)j->key_count;
    return k;
}

/* A number for one more object or array that is looked into, kept in *which; false when no more fit. */
static bool need_object(struct json *j, uint8_t *which)
{
    if (*which != OBJECT_NONE)
        return true;
    if (j->object_count == OBJECTS_MAX)
        return false;
    *which = j->object_count++;
    return true;
}

/* Goes down one step of a path: "name", or "name[]" into the elements. At the path's end *object is
 * left alone and the field is set. */
static bool add_step(
    struct json *j, struct str name, bool last, uint8_t field, bool *listed, uint8_t *object)
{
    bool list = str_ends(name, STR("[]"));
    struct key *k;

    name.len -= list ? 2 : 0;
    k = need_key(j, *object, name);
    if (!k || (list && !need_object(j, &k->list)))
        return false;
    k->listed = *listed;
    *listed |= list;
    if (last && list)
        j->element_field[k->list] = field;
    else if (last)
        k->field = field;
    if (last)
        return true;
    if (!need_object(j, list ? &j->element_object[k->list] : &k->child))
        return false;
    *object = list ? j->element_object[k->list] : k->child;
    return true;
}

static bool add_path(struct json *j, const struct json_path *path)
{
    struct str rest = str_of(path->path);
    uint8_t object = OBJECT_ROOT;
    bool listed = false;
    struct key *k;

    if (path->field >= JSON_FIELDS_MAX)
        return false;
    if (!strchr(path->path, '[')) {
        k = need_key(j, OBJECT_ROOT, rest);
        if (!k)
            return false;
        k->field = path->field;
    }
    while (rest.p) {
        struct str name = str_cut(&rest, '.');
        if (!add_step(j, name, !rest.p, path->field, &listed, &object))
            return false;
    }
    return true;
}

static bool is_inside(struct str outer, const char *p)
{
    return (uintptr_t)p >= (uintptr_t)outer.p && (uintptr_t)p < (uintptr_t)outer.p + outer.len;
}

static void keep(struct json_line *l, uint8_t field, struct str value, bool as_item)
{
    if (as_item) {
        l->items[l->item_count] = value;
        l->item_field[l->item_count++] = field;
    }
    if (!json_has(l, field))
        l->value[field] = value;
    l->seen |= UINT64_C(1) << field;
}

/* A value for the key before it, or an element of an array. Returns whether to go on. */
static int take(struct json *j, const char *p, size_t len)
{
    const struct key *k = j->pending;
    uint8_t field = k ? k->field : j->element_field[j->object[j->depth]];
    bool keep_item = (k ? k->listed : true) && j->values->item_count < JSON_ITEMS_MAX;
    char *copy;

    j->pending = NULL;
    if (j->depth == 0) {
        j->reason = REJECT_NOT_JSON;
        return 0;
    }
    if (field == FIELD_NONE || (json_has(j->values, field) && !keep_item))
        return 1;
    if (len > 0 && !is_inside(j->line, p)) {
        copy = arena_alloc(j->text, len);
        if (!copy) {
            j->reason = REJECT_NO_MEMORY;
            return 0;
        }
        p = memcpy(copy, p, len);
    }
    keep(j->values, field, (struct str){p, len}, keep_item);
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
    const struct key *k = j->pending;

    j->pending = NULL;
    if (k && k->field != FIELD_NONE && !json_has(j->values, k->field)) {
        j->values->value[k->field] = value ? STR("true") : STR("false");
        j->values->seen |= UINT64_C(1) << k->field;
    }
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

    j->pending =
        object == OBJECT_NONE ? NULL : find_key(j, object, (struct str){(const char *)p, len});
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
        return j->complete ? 0 : enter(j, OBJECT_ROOT);
    return enter(j, j->pending ? j->pending->child : j->element_object[j->object[j->depth]]);
}

static int on_start_array(void *arg)
{
    struct json *j = arg;

    return j->depth == 0 ? 0 : enter(j, j->pending ? j->pending->list : OBJECT_NONE);
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
    j->object_count = OBJECT_ROOT + 1;
    memset(j->element_field, FIELD_NONE, sizeof(j->element_field));
    for (size_t i = 0; i < count; i++)
        if (!add_path(j, &paths[i]))
            goto fail;
    if (!renew(j))
        goto fail;
    return j;
fail:
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
    j->object[0] = OBJECT_NONE;
    j->complete = false;
    j->reason = REJECT_NOT_JSON;
}

/* What is not plain enough to be scanned is parsed, which also tells what is wrong with it. */
enum reject json_parse(
    struct json *j, struct str line, struct arena *text, struct json_line *values)
{
    static const unsigned char end[] = "\n";
    bool read;

    begin(j, line, text, values);
    if (json_scan(line, &callbacks, j))
        return REJECT_NONE;
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
