/* Addresses and repeated texts as integers: computed for IPv4, interned for the rest, behind caches
 * of bounded size. */
#include "store/internal.h"

#include <stdlib.h>

#define IPV4_OFFSET   (INT64_C(1) << 31)
#define IPV6_FIRST_ID (INT64_C(1) << 32)
#define NAME_SLOTS    (NAME_CACHE_MAX * 2)
#define ADDRESS_SLOTS (ADDRESS_CACHE_MAX * 2)

/* ------------------------------------------------------------------ addresses */

static struct address_entry *address_slot(struct store *s, const struct ipaddr *ip)
{
    if (!s->addresses && !(s->addresses = calloc(ADDRESS_SLOTS, sizeof *s->addresses)))
        return NULL;
    uint64_t at = str_hash((struct str){(const char *)ip->b, 16}, STR_HASH_START);
    while (s->addresses[at % ADDRESS_SLOTS].id && !ip_eq(&s->addresses[at % ADDRESS_SLOTS].ip, ip))
        at++;
    return &s->addresses[at % ADDRESS_SLOTS];
}

static bool address6_stored(struct store *s, const struct ipaddr *ip, int64_t *id, struct err *err)
{
    struct query *q = store_query(s, "address", "SELECT id FROM address6 WHERE ip = :ip");
    query_bind_blob(q, ":ip", ip->b, 16);
    *id = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool address6_add(struct store *s, const struct ipaddr *ip, int64_t *id, struct err *err)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    struct query *q = store_query(s, "new address",
        "INSERT INTO address6 (id, ip, text) "
        "VALUES (max(:first, (SELECT ifnull(max(id), 0) + 1 FROM address6)), :ip, :text)");
    query_bind_i(q, ":first", IPV6_FIRST_ID);
    query_bind_blob(q, ":ip", ip->b, 16);
    query_bind_s(q, ":text", str_of(text));
    query_step(q);
    if (!query_done(q, err))
        return false;
    *id = store_last_id(s);
    return true;
}

bool store_address_id(struct store *s, const struct ipaddr *ip, int64_t *id, struct err *err)
{
    if (ip_is_v4(ip)) {
        *id = (int64_t)ip_v4(ip) - IPV4_OFFSET;
        return true;
    }
    if (s->address_count >= ADDRESS_CACHE_MAX) {
        memset(s->addresses, 0, ADDRESS_SLOTS * sizeof *s->addresses);
        s->address_count = 0;
    }
    struct address_entry *slot = address_slot(s, ip);
    if (!slot)
        return err_nomem(err);
    if (!slot->id) {
        int64_t found;
        if (!address6_stored(s, ip, &found, err) || (!found && !address6_add(s, ip, &found, err)))
            return false;
        *slot = (struct address_entry){*ip, found};
        s->address_count++;
    }
    *id = slot->id;
    return true;
}

bool store_address(struct store *s, int64_t id, struct ipaddr *ip, struct err *err)
{
    if (store_id_is_v4(id)) {
        *ip = ip_from_v4(store_id_v4(id));
        return true;
    }
    struct query *q = store_query(s, "address text", "SELECT ip FROM address6 WHERE id = :id");
    query_bind_i(q, ":id", id);
    struct str bytes = query_step(q) ? query_s(q, 0) : STR_NONE;
    if (bytes.len == 16)
        memcpy(ip->b, bytes.p, 16);
    return query_done(q, err) &&
           (bytes.len == 16 ||
               err_set(err, ERR_DATA, "%s: address %lld is missing", s->path, (long long)id));
}

/* ------------------------------------------------------------------ texts */

static void names_forget(struct store *s)
{
    for (size_t i = 0; s->names && i < NAME_SLOTS; i++)
        free(s->names[i].text);
    free(s->names);
    s->names = NULL;
    s->name_count = 0;
}

static struct name_entry *name_slot(struct store *s, struct str name)
{
    if (!s->names && !(s->names = calloc(NAME_SLOTS, sizeof *s->names)))
        return NULL;
    for (uint64_t at = str_hash(name, STR_HASH_START);; at++) {
        struct name_entry *e = &s->names[at % NAME_SLOTS];
        if (!e->text || (e->len == name.len && memcmp(e->text, name.p, name.len) == 0))
            return e;
    }
}

static bool name_stored(struct store *s, struct str name, int64_t *id, struct err *err)
{
    struct query *q = store_query(s, "name", "SELECT id FROM name WHERE text = :text");
    query_bind_s(q, ":text", name);
    *id = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool name_add(struct store *s, struct str name, int64_t *id, struct err *err)
{
    struct query *q = store_query(s, "new name", "INSERT INTO name (text) VALUES (:text)");
    query_bind_s(q, ":text", name);
    query_step(q);
    if (!query_done(q, err))
        return false;
    *id = store_last_id(s);
    return true;
}

bool store_name_id(struct store *s, struct str name, int64_t *id, struct err *err)
{
    if (name.len == 0) {
        *id = 0;
        return true;
    }
    if (s->name_count >= NAME_CACHE_MAX)
        names_forget(s);
    struct name_entry *slot = name_slot(s, name);
    if (!slot)
        return err_nomem(err);
    if (!slot->text) {
        int64_t found;
        if (!name_stored(s, name, &found, err) || (!found && !name_add(s, name, &found, err)))
            return false;
        if (!(slot->text = str_dup(name)))
            return err_nomem(err);
        slot->len = (uint32_t)name.len;
        slot->id = found;
        s->name_count++;
    }
    *id = slot->id;
    return true;
}

static bool name_texts_grow(struct store *s, size_t id)
{
    if (id < s->name_text_cap)
        return true;
    size_t cap = s->name_text_cap ? s->name_text_cap : 64;
    while (cap <= id)
        cap *= 2;
    const char **texts = realloc(s->name_texts, cap * sizeof *texts);
    if (!texts)
        return false;
    memset(texts + s->name_text_cap, 0, (cap - s->name_text_cap) * sizeof *texts);
    s->name_texts = texts;
    s->name_text_cap = cap;
    return true;
}

bool store_name(struct store *s, int64_t id, const char **name, struct err *err)
{
    *name = "";
    if (id <= 0)
        return true;
    if (!name_texts_grow(s, (size_t)id))
        return err_nomem(err);
    if (!s->name_texts[id]) {
        struct query *q = store_query(s, "name text", "SELECT text FROM name WHERE id = :id");
        query_bind_i(q, ":id", id);
        const char *text = arena_strdup(&s->texts, query_step(q) ? query_s(q, 0) : STR(""));
        if (!query_done(q, err))
            return false;
        if (!(s->name_texts[id] = text))
            return err_nomem(err);
    }
    *name = s->name_texts[id];
    return true;
}

void store_names_forget(struct store *s)
{
    names_forget(s);
    free(s->name_texts);
    s->name_texts = NULL;
    s->name_text_cap = 0;
    free(s->addresses);
    s->addresses = NULL;
    s->address_count = 0;
}

void store_names_done(struct store *s)
{
    store_names_forget(s);
    arena_done(&s->texts);
}
