/* Claims: found by content and by number, counted, written. */
#include "store/claims.h"

#include "store/internal.h"
#include "store/rows.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

#define FIRST_SLOTS 64

static const struct row_column claim_columns[] = {
    ROW_AT(ROW_I64, claim, id),
    ROW_AT(ROW_U8, claim, kind),
    ROW_AT(ROW_U8, claim, category),
    ROW_AS(ROW_I64, claim, "since", from_us),
    ROW_AS(ROW_I64, claim, "until", until_us),
    ROW_AS(ROW_I64, claim, "ended", ended_us),
    ROW_AT(ROW_TEXT, claim, note),
    ROW_AT(ROW_I64, claim, entries),
    ROW_AT(ROW_I64, claim, stored),
};
static const struct row_shape claim_shape = ROW_SHAPE("new_claim", claim, claim_columns);

/* ------------------------------------------------------------------ the fingerprint */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* Of a claim that counts until then; 0: it never counts. */
static uint64_t hash_until(const struct claims *c, const struct claim *claim, int64_t until_us)
{
    if (claim->from_us >= until_us)
        return 0;
    uint64_t hash = mix(mix(c->feed_hash) ^ (uint64_t)claim->category);
    hash = mix(hash ^ (uint64_t)claim->from_us);
    hash = mix(hash ^ (uint64_t)until_us);
    return hash ? hash : 1;
}

static uint64_t entry_hash(uint64_t claim_hash, int64_t key)
{
    return claim_hash ? mix(claim_hash + (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15)) : 0;
}

uint64_t claim_entry_hash(const struct claim *claim, int64_t key)
{
    return entry_hash(claim->hash, key);
}

uint64_t claims_end_hash(
    const struct claims *c, const struct claim *claim, int64_t key, int64_t now_us)
{
    if (now_us >= claim->until_us)
        return 0;
    return entry_hash(hash_until(c, claim, now_us), key) - entry_hash(claim->hash, key);
}

/* ------------------------------------------------------------------ by content */

int claim_compare(const struct claim *a, const struct claim *b)
{
    int by = order(a->category, b->category);
    by = by ? by : order(a->from_us, b->from_us);
    return by ? by : order(a->until_us, b->until_us);
}

static bool says_the_same(const struct claim *a, const struct claim *b)
{
    return a->kind == b->kind && claim_compare(a, b) == 0 && str_eq(a->note, b->note);
}

static size_t slot_of(const struct claims *c, const struct claim *claim)
{
    uint64_t hash = mix((uint64_t)claim->from_us ^ mix((uint64_t)claim->until_us));
    hash = str_hash(claim->note,
        hash ^ (uint64_t)(claim->kind * INDICATOR_CATEGORIES) ^ (uint64_t)claim->category);
    return (size_t)mix(hash) & (c->slots - 1);
}

/* Where it stands, or where there is room for it. */
static size_t find_slot(const struct claims *c, const struct claim *claim)
{
    size_t slot = slot_of(c, claim);
    while (c->by_content[slot] && !says_the_same(&c->list[c->by_content[slot]], claim))
        slot = (slot + 1) & (c->slots - 1);
    return slot;
}

static bool make_slots(struct claims *c)
{
    size_t slots = c->slots ? c->slots * 2 : FIRST_SLOTS;
    while (slots < 2 * (c->count + 1))
        slots *= 2;
    uint32_t *made = calloc(slots, sizeof *made);
    if (!made)
        return false;
    free(c->by_content);
    c->by_content = made;
    c->slots = slots;
    for (size_t i = 1; i < c->count; i++)
        if (c->list[i].ended_us == INDICATOR_ALWAYS_UNTIL)
            c->by_content[find_slot(c, &c->list[i])] = (uint32_t)i;
    return true;
}

static uint32_t add(struct claims *c, const struct claim *claim)
{
    if (!list_room(&c->list, c->count, &c->cap, sizeof *c->list, NULL))
        return 0;
    c->list[c->count] = *claim;
    return (uint32_t)c->count++;
}

static uint32_t want_new(struct claims *c, const struct claim *claim)
{
    if (c->slots < 2 * (c->count + 1) && !make_slots(c))
        return 0;
    size_t slot = find_slot(c, claim);
    if (c->by_content[slot])
        return c->by_content[slot];
    uint32_t place = add(c, claim);
    if (place) {
        struct claim *made = &c->list[place];
        made->id = ++c->last_id;
        made->hash = hash_until(c, made, made->until_us);
        c->by_content[slot] = place;
    }
    return place;
}

uint32_t claims_want(struct claims *c, const struct saying *said)
{
    const struct claim claim = {
        .kind = said->kind,
        .category = said->category,
        .from_us = said->from_us,
        .until_us = said->until_us,
        .ended_us = INDICATOR_ALWAYS_UNTIL,
        .note = said->note,
    };
    if (!c->last_found || !says_the_same(&c->list[c->last_found], &claim))
        c->last_found = want_new(c, &claim);
    if (c->last_found)
        c->list[c->last_found].wanted = true;
    return c->last_found;
}

/* ------------------------------------------------------------------ what is stored */

static bool add_stored(struct claims *c, struct query *q)
{
    struct claim claim = {
        .id = query_i(q, 0),
        .kind = (uint8_t)query_i(q, 1),
        .category = (uint8_t)query_i(q, 2),
        .from_us = query_i(q, 3),
        .until_us = query_i(q, 4),
        .ended_us = INDICATOR_ALWAYS_UNTIL,
        .note = query_s(q, 5),
        .entries = query_i(q, 6),
        .stored = query_i(q, 6),
    };
    claim.hash = hash_until(c, &claim, claim.until_us);
    claim.note.p = arena_strdup(&c->notes, claim.note);
    uint32_t place = claim.note.p ? add(c, &claim) : 0;
    if (place && claim.id > 0 && (uint64_t)claim.id < c->ids)
        c->by_id[claim.id] = place;
    return place != 0;
}

static bool make_ids(struct claims *c, struct err *err)
{
    struct query *q = store_query(
        c->s, "last claim of a feed", "SELECT ifnull(max(id), 0) FROM claim WHERE feed = :feed");
    query_bind_i(q, ":feed", c->feed);
    if (query_step(q))
        c->last_id = query_i(q, 0);
    if (!query_done(q, err))
        return false;
    if (c->last_id < 0 || c->last_id >= UINT32_MAX)
        return err_set(err, ERR_DATA, "the feed's claims are damaged");
    c->ids = (size_t)c->last_id + 1;
    c->by_id = calloc(c->ids, sizeof *c->by_id);
    return c->by_id || err_nomem(err);
}

bool claims_load(
    struct claims *c, struct store *s, int64_t feed, struct str feed_name, struct err *err)
{
    const struct claim none = {.ended_us = INDICATOR_ALWAYS_FROM};
    *c = (struct claims){.s = s, .feed = feed, .feed_hash = str_hash(feed_name, STR_HASH_START)};
    bool memory = list_room(&c->list, 0, &c->cap, sizeof *c->list, NULL);
    if (!memory)
        return err_nomem(err);
    c->list[c->count++] = none;
    if (!make_ids(c, err))
        return false;
    struct query *q = store_query(s, "claims of a feed",
        "SELECT id, kind, category, ifnull(since, :always), ifnull(until, :forever), note, entries "
        "FROM claim WHERE feed = :feed AND ended IS NULL ORDER BY id");
    query_bind_i(q, ":feed", feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    while (memory && query_step(q))
        memory = add_stored(c, q);
    return query_done(q, err) && ((memory && make_slots(c)) || err_nomem(err));
}

void claims_done(struct claims *c)
{
    free(c->list);
    free(c->by_id);
    free(c->by_content);
    arena_done(&c->notes);
    *c = (struct claims){0};
}

uint32_t claims_place(const struct claims *c, int64_t id)
{
    return id > 0 && (uint64_t)id < c->ids ? c->by_id[id] : 0;
}

/* ------------------------------------------------------------------ the end of an entry */

/* A claim of one entry ends with it; of others the entry goes to a claim of its own. */
uint32_t claims_end(struct claims *c, uint32_t place, int64_t now_us)
{
    struct claim ended = c->list[place];
    if (ended.entries == 1 && ended.stored == 1 && !ended.wanted) {
        c->list[place].ended_us = now_us;
        return place;
    }
    uint32_t to = ended.ends_as;
    ended.id = c->last_id + 1;
    ended.ended_us = now_us;
    ended.entries = ended.stored = 0;
    if (!to) {
        if (!(to = add(c, &ended)))
            return 0;
        c->last_id++;
        c->list[place].ends_as = to;
    }
    c->list[place].entries--;
    c->list[to].entries++;
    return to;
}

/* ------------------------------------------------------------------ writing */

static bool add_rows(struct claims *c, struct err *err)
{
    if (!store_rows_define(c->s, &claim_shape, err))
        return false;
    store_rows_point(c->s, &claim_shape, c->list, c->count);
    struct query *q = store_query(c->s, "new claims",
        "INSERT INTO claim (feed, id, kind, category, since, until, ended, note, entries)"
        " SELECT :feed, id, kind, category, nullif(since, :always), nullif(until, :forever),"
        " nullif(ended, :forever), ifnull(note, ''), entries FROM new_claim"
        " WHERE stored = 0 AND entries > 0");
    query_bind_i(q, ":feed", c->feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    query_step(q);
    bool done = query_done(q, err);
    store_rows_point(c->s, &claim_shape, NULL, 0);
    return done;
}

static bool change_row(struct claims *c, const struct claim *claim, struct err *err)
{
    struct query *q = store_query(c->s, "changed claim",
        "UPDATE claim SET entries = :entries, ended = nullif(:ended, :forever)"
        " WHERE feed = :feed AND id = :id");
    query_bind_i(q, ":entries", claim->entries);
    query_bind_i(q, ":ended", claim->ended_us);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    query_bind_i(q, ":feed", c->feed);
    query_bind_i(q, ":id", claim->id);
    query_step(q);
    return query_done(q, err);
}

static bool drop_row(struct claims *c, const struct claim *claim, struct err *err)
{
    struct query *q =
        store_query(c->s, "claim of no entry", "DELETE FROM claim WHERE feed = :feed AND id = :id");
    query_bind_i(q, ":feed", c->feed);
    query_bind_i(q, ":id", claim->id);
    query_step(q);
    return query_done(q, err);
}

bool claims_save(struct claims *c, struct err *err)
{
    for (size_t i = 1; i < c->count; i++) {
        const struct claim *claim = &c->list[i];
        bool changed = claim->entries != claim->stored || claim->ended_us != INDICATOR_ALWAYS_UNTIL;
        if (claim->stored == 0 || !changed)
            continue;
        if (claim->entries == 0 ? !drop_row(c, claim, err) : !change_row(c, claim, err))
            return false;
    }
    return add_rows(c, err);
}
