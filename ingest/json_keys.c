/* Paths to the table of keys. */
#include "ingest/json_keys.h"

static unsigned slot_of(uint8_t object, struct str name)
{
    unsigned h = object * 37u + (unsigned)name.len * 11u;

    if (name.len > 0)
        h += (unsigned char)name.p[0] * 5u + (unsigned char)name.p[name.len - 1] * 131u +
             (unsigned char)name.p[name.len / 2] * 29u;
    return h % JSON_KEY_SLOTS;
}

const struct json_key *json_keys_find(const struct json_keys *k, uint8_t object, struct str name)
{
    for (unsigned at = slot_of(object, name); k->slots[at]; at = (at + 1) % JSON_KEY_SLOTS) {
        const struct json_key *key = &k->keys[k->slots[at] - 1];
        if (key->object == object && str_eq(key->name, name))
            return key;
    }
    return NULL;
}

/* The key of that name, made when there is none; NULL when no more fit. */
static struct json_key *need_key(struct json_keys *k, uint8_t object, struct str name)
{
    const struct json_key *there = json_keys_find(k, object, name);
    unsigned at = slot_of(object, name);

    if (there)
        return &k->keys[there - k->keys];
    if (k->count == JSON_KEYS_MAX)
        return NULL;
    k->keys[k->count++] =
        (struct json_key){.name = name, .object = object, .field = JSON_FIELD_NONE};
    while (k->slots[at])
        at = (at + 1) % JSON_KEY_SLOTS;
    k->slots[at] = (uint8_t)k->count;
    return &k->keys[k->count - 1];
}

/* A number for one more object or array that is looked into, kept in *which; false when no more fit. */
static bool need_object(struct json_keys *k, uint8_t *which)
{
    if (*which != JSON_OBJECT_NONE)
        return true;
    if (k->object_count == JSON_OBJECTS_MAX)
        return false;
    *which = k->object_count++;
    return true;
}

/* Goes down one step of a path: "name", or "name[]" into the elements. At the path's end *object is
 * left alone and the field is set. */
static bool add_step(
    struct json_keys *k, struct str name, bool last, uint8_t field, bool *listed, uint8_t *object)
{
    bool list = str_ends(name, STR("[]"));
    struct json_key *key;

    name.len -= list ? 2 : 0;
    key = need_key(k, *object, name);
    if (!key || (list && !need_object(k, &key->list)))
        return false;
    key->listed = *listed;
    *listed |= list;
    if (last && list)
        k->element_field[key->list] = field;
    else if (last)
        key->field = field;
    if (last)
        return true;
    if (!need_object(k, list ? &k->element_object[key->list] : &key->child))
        return false;
    *object = list ? k->element_object[key->list] : key->child;
    return true;
}

static bool add_path(struct json_keys *k, const struct json_path *path)
{
    struct str rest = str_of(path->path);
    uint8_t object = JSON_OBJECT_ROOT;
    bool listed = false;
    struct json_key *key;

    if (path->field >= JSON_FIELDS_MAX)
        return false;
    if (!strchr(path->path, '[')) {
        key = need_key(k, JSON_OBJECT_ROOT, rest);
        if (!key)
            return false;
        key->field = path->field;
    }
    while (rest.p) {
        struct str name = str_cut(&rest, '.');
        if (!add_step(k, name, !rest.p, path->field, &listed, &object))
            return false;
    }
    return true;
}

bool json_keys_init(struct json_keys *k, const struct json_path *paths, size_t count)
{
    *k = (struct json_keys){.object_count = JSON_OBJECT_ROOT + 1};
    memset(k->element_field, JSON_FIELD_NONE, sizeof(k->element_field));
    for (size_t i = 0; i < count; i++)
        if (!add_path(k, &paths[i]))
            return false;
    return true;
}
