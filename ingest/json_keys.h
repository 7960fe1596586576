/* The keys of a line of JSON that a format asks for, as a table over (object, key). */
#pragma once

#include "ingest/json_line.h"

#define JSON_KEYS_MAX    160 /* (object, key) pairs */
#define JSON_OBJECTS_MAX 48  /* objects and arrays that are looked into */
#define JSON_FIELD_NONE  0xFF
#define JSON_OBJECT_NONE 0 /* an object, or an array, that nobody asks about */
#define JSON_OBJECT_ROOT 1

/* A key that means something: a field, an object to look into, or both. */
struct json_key {
    struct str name;
    uint8_t object; /* that it stands in */
    uint8_t field;
    uint8_t child; /* the object it holds */
    uint8_t list;  /* the array it holds */
    bool listed;   /* stands in the objects of an array */
};

#define JSON_KEY_SLOTS 512 /* a power of two */

struct json_keys {
    struct json_key keys[JSON_KEYS_MAX];
    size_t count;
    uint8_t slots[JSON_KEY_SLOTS]; /* index into keys plus 1 */
    uint8_t object_count;
    uint8_t element_object[JSON_OBJECTS_MAX]; /* of an array: what its objects are */
    uint8_t element_field[JSON_OBJECTS_MAX];  /* … and what its plain values are */
};

/* False when the paths are more than fit; they must outlive it. */
bool json_keys_init(struct json_keys *k, const struct json_path *paths, size_t count);
/* NULL when nobody asks for it. */
const struct json_key *json_keys_find(const struct json_keys *k, uint8_t object, struct str name);

/* What a value after `key` (NULL: one that nobody asks for, or an element), in `object`, is. */
static inline uint8_t json_keys_field(
    const struct json_keys *k, const struct json_key *key, uint8_t object)
{
    return key ? key->field : k->element_field[object];
}

static inline uint8_t json_keys_object(
    const struct json_keys *k, const struct json_key *key, uint8_t object)
{
    return key ? key->child : k->element_object[object];
}

static inline uint8_t json_keys_array(const struct json_key *key)
{
    return key ? key->list : JSON_OBJECT_NONE;
}

/* Whether the value is one more item: an element of an array, or a member of one of its objects. */
static inline bool json_keys_item(const struct json_key *key, const struct json_line *values)
{
    return (key ? key->listed : true) && values->item_count < JSON_ITEMS_MAX;
}

/* The first of a field counts; items are all kept. */
static inline void json_keep(struct json_line *l, uint8_t field, struct str value, bool as_item)
{
    if (as_item) {
        l->items[l->item_count] = value;
        l->item_field[l->item_count++] = field;
    }
    if (!json_has(l, field))
        l->value[field] = value;
    l->seen |= UINT64_C(1) << field;
}
