/* Legs: of a connection that is logged before and behind a balancer, the half behind it is found and
 * marked.
 *
 * A half is known by what stays the same: the other end (the client of what comes in, the server of
 * what goes out), the service, and when it began. Halves are paired one to one, in order of time,
 * within spans of ten minutes that overlap a little: so what changes far away changes nothing here,
 * and the outcome does not depend on what came first. */
#include "correlate/facts/legs.h"

#include "correlate/network/ends.h"
#include "store/own_attempts.h"
#include "store/query.h"
#include "util/list.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define STRETCH_US (10 * TIME_US_MINUTE)

/* What facts of one kind are asked. :side is the address that is the balancer's or a member's, :other
 * the end that stays the same, :k1 and :k2 what else must be equal. */
struct leg_facts {
    const char *changed; /* own, k1, k2, remote, lo, hi of what changed */
    const char *first;   /* the time of the first fact from :lo to :hi */
    const char *rows;    /* side, t, ident, leg, door of those */
    const char *set, *mark;
};

#define UPSERT " ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)"

#define OF_ATTEMPT                                                                                 \
    "FROM attempt INDEXED BY attempt_of_pool WHERE pool = :pool AND pool <> 0 "                    \
    "AND direction = :k1 AND service = :k2 AND remote = :other AND t BETWEEN :lo AND :hi "         \
    "AND leg <> 2"
#define OF_INSIDE                                                                                  \
    "FROM attempt INDEXED BY attempt_by_own WHERE direction = :k1 AND service = :k2 "              \
    "AND own = :other AND t BETWEEN :lo AND :hi AND pool = :pool AND leg <> 2"
#define OF_PROBE                                                                                   \
    "FROM probe INDEXED BY probe_of_pool WHERE pool = :pool AND pool <> 0 "                        \
    "AND remote = :other AND t BETWEEN :lo AND :hi"
#define OF_CONTACT                                                                                 \
    "FROM contact INDEXED BY contact_of_pool WHERE pool = :pool AND pool <> 0 "                    \
    "AND topic = :k1 AND subject = :k2 AND remote = :other AND t BETWEEN :lo AND :hi"

#define SET_ATTEMPT                                                                                \
    "UPDATE attempt SET leg = :leg, weight = CASE WHEN :leg = 0 THEN tries ELSE 0 END "            \
    "WHERE direction = :k1 AND service = :k2 AND t = :t AND ident = :ident "
#define MARK_ATTEMPT                                                                               \
    "INSERT INTO changed_attempt (direction, service, own, remote, lo, hi, withdrawn) "

enum { LEGS_ATTEMPT, LEGS_INSIDE, LEGS_PROBE, LEGS_CONTACT, LEGS_KINDS };

static const struct leg_facts kinds[LEGS_KINDS] = {
    [LEGS_ATTEMPT] = {"SELECT own, direction, service, remote, lo, hi FROM changed_attempt",
        "SELECT min(t) " OF_ATTEMPT, "SELECT own, t, ident, leg, 0 " OF_ATTEMPT,
        SET_ATTEMPT "AND own = :side AND remote = :other",
        MARK_ATTEMPT "VALUES (:k1, :k2, :side, :other, :t, :t, 1)" UPSERT ", withdrawn = 1"},
    /* between ours: the server's side is the balanced one */
    [LEGS_INSIDE] = {NULL, "SELECT min(t) " OF_INSIDE, "SELECT remote, t, ident, leg, 0 " OF_INSIDE,
        SET_ATTEMPT "AND own = :other AND remote = :side",
        MARK_ATTEMPT "VALUES (:k1, :k2, :other, :side, :t, :t, 1)" UPSERT ", withdrawn = 1"},
    [LEGS_PROBE] = {"SELECT DISTINCT c.own, 0, 0, p.remote, c.lo, c.hi FROM changed_probe AS c "
                    "CROSS JOIN probe AS p ON p.own = c.own AND p.t BETWEEN c.lo AND c.hi "
                    "WHERE p.pool <> 0",
        "SELECT min(t) " OF_PROBE, "SELECT own, t, ident, leg, port * 256 + proto " OF_PROBE,
        "UPDATE probe SET leg = :leg WHERE own = :side AND t = :t AND ident = :ident",
        "INSERT INTO changed_probe (own, lo, hi) VALUES (:side, :t, :t)" UPSERT},
    [LEGS_CONTACT] = {"SELECT DISTINCT c.own, c.topic, k.subject, k.remote, c.lo, c.hi "
                      "FROM changed_contact AS c CROSS JOIN contact AS k ON k.topic = c.topic "
                      "AND k.own = c.own AND k.t BETWEEN c.lo AND c.hi WHERE k.pool <> 0",
        "SELECT min(t) " OF_CONTACT, "SELECT own, t, ident, leg, port * 256 + proto " OF_CONTACT,
        "UPDATE contact SET leg = :leg WHERE topic = :k1 AND own = :side AND subject = :k2 "
        "AND t = :t AND ident = :ident",
        "INSERT INTO changed_contact (topic, own, lo, hi) VALUES (:k1, :side, :t, :t)" UPSERT},
};

/* Facts that may be halves of each other, and the span in which some of them changed. */
struct leg_key {
    const struct leg_facts *facts;
    int64_t pool, k1, k2, other, lo, hi;
};

struct leg_row {
    int64_t side, t, ident, door;
    const struct resource *resource;
    uint8_t before, now; /* enum leg */
    bool used;           /* as the half before the balancer */
};

struct legs {
    struct store *store;
    struct ends_cache *ends;
    struct leg_key *keys;
    size_t key_count, key_cap;
    struct leg_row *rows;
    size_t row_count, row_cap;
};

/* ------------------------------------------------------------------ what changed */

static bool add_key(struct legs *all, const struct leg_key *key, struct err *err)
{
    if (!list_room(&all->keys, all->key_count, &all->key_cap, sizeof *all->keys, err))
        return false;
    all->keys[all->key_count++] = *key;
    return true;
}

/* One changed pair of addresses, as far as a pool has to do with it. */
static bool add_changed(struct legs *all, int kind, struct query *q, struct err *err)
{
    struct end own, remote;
    if (!ends_look(all->ends, query_i(q, 0), &own, err) ||
        !ends_look(all->ends, query_i(q, 3), &remote, err))
        return false;
    int64_t pool = ends_group(&own, &remote);
    bool inside = pool < 0;
    if (pool == 0 || (inside && kind != LEGS_ATTEMPT))
        return true;
    struct leg_key key = {&kinds[inside ? LEGS_INSIDE : kind], pool, query_i(q, 1), query_i(q, 2),
        inside ? own.id : remote.id, query_i(q, 4) - LEGS_TOLERANCE_US,
        query_i(q, 5) + LEGS_TOLERANCE_US};
    return add_key(all, &key, err);
}

static int by_key(const void *a_, const void *b_)
{
    const struct leg_key *a = a_, *b = b_;
    const int64_t x[] = {a->facts - kinds, a->pool, a->k1, a->k2, a->other};
    const int64_t y[] = {b->facts - kinds, b->pool, b->k1, b->k2, b->other};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static void join_keys(struct legs *all)
{
    size_t kept = 0;
    if (all->key_count > 1)
        qsort(all->keys, all->key_count, sizeof *all->keys, by_key);
    for (size_t i = 0; i < all->key_count; i++) {
        struct leg_key *last = kept ? &all->keys[kept - 1] : NULL, *key = &all->keys[i];
        if (!last || by_key(last, key) != 0) {
            all->keys[kept++] = *key;
            continue;
        }
        last->lo = key->lo < last->lo ? key->lo : last->lo;
        last->hi = key->hi > last->hi ? key->hi : last->hi;
    }
    all->key_count = kept;
}

/* first: the kind to begin with; LEGS_CONTACT is the last. */
static bool find_changed(struct legs *all, int first, struct err *err)
{
    bool done = true;
    for (int kind = first; done && kind < LEGS_KINDS; kind++) {
        if (!kinds[kind].changed)
            continue;
        struct query *q = store_query(all->store, "changed legs", kinds[kind].changed);
        while (done && query_step(q))
            done = add_changed(all, kind, q, err);
        done = query_done(q, err) && done;
    }
    join_keys(all);
    return done;
}

/* ------------------------------------------------------------------ one stretch of time */

static void bind_key(struct query *q, const struct leg_key *key)
{
    query_bind_i_if(q, ":pool", key->pool);
    query_bind_i_if(q, ":k1", key->k1);
    query_bind_i_if(q, ":k2", key->k2);
    query_bind_i_if(q, ":other", key->other);
}

static bool add_row(struct legs *all, struct query *q, struct err *err)
{
    struct end side;
    if (!list_room(&all->rows, all->row_count, &all->row_cap, sizeof *all->rows, err))
        return false;
    if (!ends_look(all->ends, query_i(q, 0), &side, err))
        return false;
    all->rows[all->row_count++] = (struct leg_row){
        .side = side.id,
        .resource = side.resource,
        .t = query_i(q, 1),
        .ident = query_i(q, 2),
        .before = (uint8_t)query_i(q, 3),
        .door = query_i(q, 4),
    };
    return true;
}

static int by_door(const void *a_, const void *b_)
{
    const struct leg_row *a = a_, *b = b_;
    if (a->door != b->door)
        return a->door < b->door ? -1 : 1;
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    return (a->ident > b->ident) - (a->ident < b->ident);
}

static bool load_rows(
    struct legs *all, const struct leg_key *key, int64_t lo, int64_t hi, struct err *err)
{
    bool done = true;
    struct query *q = store_query(all->store, "legs", key->facts->rows);
    bind_key(q, key);
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", hi);
    all->row_count = 0;
    while (done && query_step(q))
        done = add_row(all, q, err);
    if (all->row_count > 1)
        qsort(all->rows, all->row_count, sizeof *all->rows, by_door);
    return query_done(q, err) && done;
}

/* The first half before the balancer that is left for this one. *from: the first row that later ones
 * at the same door may still need. */
static struct leg_row *find_front(struct legs *all, const struct leg_row *back, size_t *from)
{
    for (size_t i = *from; i < all->row_count; i++) {
        struct leg_row *front = &all->rows[i];
        if (front->door > back->door ||
            (front->door == back->door && front->t > back->t + LEGS_TOLERANCE_US))
            return NULL;
        bool gone = front->door < back->door || front->t < back->t - LEGS_TOLERANCE_US;
        bool never = !front->resource || front->resource->backend_count == 0;
        if (gone || never || front->used) {
            *from += i == *from;
            continue;
        }
        if (inventory_is_member(front->resource, back->resource))
            return front;
    }
    return NULL;
}

/* Pairs the halves that begin from `lo` to before `hi`. */
static void pair_rows(struct legs *all, int64_t lo, int64_t hi)
{
    size_t from = 0;
    for (size_t i = 0; i < all->row_count; i++) {
        struct leg_row *back = &all->rows[i], *front;
        back->now = back->before;
        if (back->t < lo || back->t >= hi)
            continue;
        front = find_front(all, back, &from);
        back->now = front ? LEG_MATCHED : LEG_NONE;
        if (front)
            front->used = true;
    }
}

/* The attempts of which of ours are not as they were. */
static void tell_changed(struct legs *all, const struct leg_key *key, const struct leg_row *row)
{
    bool inside = key->facts == &kinds[LEGS_INSIDE];
    const struct own_key own = {key->k1, key->k2, inside ? key->other : row->side};
    if (inside || key->facts == &kinds[LEGS_ATTEMPT])
        store_attempts_changed(all->store, &own, 0);
}

static bool write_row(
    struct legs *all, const struct leg_key *key, const struct leg_row *row, struct err *err)
{
    struct query *q = store_query(all->store, "leg", key->facts->set);
    bind_key(q, key);
    query_bind_i(q, ":side", row->side);
    query_bind_i(q, ":t", row->t);
    query_bind_i(q, ":ident", row->ident);
    query_bind_i(q, ":leg", row->now);
    query_step(q);
    tell_changed(all, key, row);
    return query_done(q, err);
}

static bool mark_row(
    struct legs *all, const struct leg_key *key, const struct leg_row *row, struct err *err)
{
    struct query *q = store_query(all->store, "changed legs", key->facts->mark);
    bind_key(q, key);
    query_bind_i(q, ":side", row->side);
    query_bind_i(q, ":t", row->t);
    query_step(q);
    return query_done(q, err);
}

/* Where a half changes, the alert of the other half tells of it: both are looked at again. */
static bool write_rows(struct legs *all, const struct leg_key *key, struct err *err)
{
    bool changed = false;
    for (size_t i = 0; i < all->row_count; i++) {
        if (all->rows[i].now == all->rows[i].before)
            continue;
        changed = true;
        if (!write_row(all, key, &all->rows[i], err))
            return false;
    }
    for (size_t i = 0; changed && i < all->row_count; i++)
        if (!mark_row(all, key, &all->rows[i], err))
            return false;
    return true;
}

/* ------------------------------------------------------------------ one key */

static int64_t stretch_of(int64_t t)
{
    return time_units(t, STRETCH_US) * STRETCH_US;
}

static bool first_row(struct legs *all, const struct leg_key *key, int64_t lo, int64_t *t,
    bool *found, struct err *err)
{
    struct query *q = store_query(all->store, "first leg", key->facts->first);
    bind_key(q, key);
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", key->hi);
    *found = query_step(q) && !query_null(q, 0);
    if (*found)
        *t = query_i(q, 0);
    return query_done(q, err);
}

static bool update_key(struct legs *all, const struct leg_key *key, struct err *err)
{
    int64_t at = key->lo, t = 0;
    bool found = true;
    while (at <= key->hi) {
        if (!first_row(all, key, at, &t, &found, err))
            return false;
        if (!found)
            return true;
        int64_t lo = stretch_of(t);
        at = lo + STRETCH_US;
        if (!load_rows(all, key, lo - LEGS_TOLERANCE_US, at + LEGS_TOLERANCE_US, err))
            return false;
        pair_rows(all, lo, at);
        if (!write_rows(all, key, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ what the pool itself opened */

/* The alerts of a balancer tell which members its connections went to: new ones to a member are news
 * for what came in at the same time. */
static bool mark_fronts(struct legs *all, const struct resource *pool, int64_t service, int64_t lo,
    int64_t hi, struct err *err)
{
    for (size_t i = 0; i < pool->address_count; i++) {
        const struct cidr *net = &pool->addresses[i];
        int64_t own;
        if (!cidr_is_single(net))
            continue;
        if (!store_address_id(all->store, &net->ip, &own, err))
            return false;
        struct query *q = store_query(all->store, "connections that came in",
            MARK_ATTEMPT "SELECT direction, service, own, remote, min(t), max(t), 0 "
                         "FROM attempt INDEXED BY attempt_by_own WHERE direction = 1 "
                         "AND service = :service AND own = :own AND t BETWEEN :lo AND :hi "
                         "GROUP BY direction, service, own, remote" UPSERT);
        query_bind_i(q, ":service", service);
        query_bind_i(q, ":own", own);
        query_bind_i(q, ":lo", lo);
        query_bind_i(q, ":hi", hi);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

static bool mark_backend(struct legs *all, const struct leg_key *key, struct err *err)
{
    struct end pool;
    if (!ends_look(all->ends, key->other, &pool, err))
        return false;
    return mark_fronts(all, pool.resource, key->k2, key->lo, key->hi, err);
}

/* As keys, `other` is the pool's own address. */
static bool find_backends(struct legs *all, struct legs *opened, struct err *err)
{
    bool done = true;
    struct query *q = store_query(all->store, "changed legs", kinds[LEGS_ATTEMPT].changed);
    while (done && query_step(q)) {
        struct end own, remote;
        done = ends_look(all->ends, query_i(q, 0), &own, err) &&
               ends_look(all->ends, query_i(q, 3), &remote, err);
        if (!done || ends_kind(all->ends, &own, &remote) != ENDS_BACKEND)
            continue;
        struct leg_key key = {&kinds[LEGS_ATTEMPT], 0, 0, query_i(q, 2), own.id,
            query_i(q, 4) - LEGS_TOLERANCE_US, query_i(q, 5) + LEGS_TOLERANCE_US};
        done = add_key(opened, &key, err);
    }
    join_keys(opened);
    return query_done(q, err) && done;
}

/* ------------------------------------------------------------------ all */

bool legs_update(struct store *s, const struct inventory *inventory, struct err *err)
{
    struct legs all = {.store = s}, opened = {.store = s};
    if (!inventory->any_pool)
        return true;
    all.ends = ends_cache_new(s, inventory);
    bool done = (all.ends || err_nomem(err)) && find_changed(&all, 0, err) &&
                find_backends(&all, &opened, err);
    for (size_t i = 0; done && i < all.key_count; i++)
        done = update_key(&all, &all.keys[i], err);
    for (size_t i = 0; done && i < opened.key_count; i++)
        done = mark_backend(&all, &opened.keys[i], err);
    ends_cache_free(all.ends);
    free(all.keys);
    free(all.rows);
    free(opened.keys);
    return done;
}

bool legs_update_contacts(struct store *s, const struct inventory *inventory, struct err *err)
{
    struct legs all = {.store = s};
    if (!inventory->any_pool)
        return true;
    all.ends = ends_cache_new(s, inventory);
    bool done = (all.ends || err_nomem(err)) && find_changed(&all, LEGS_CONTACT, err);
    for (size_t i = 0; done && i < all.key_count; i++)
        done = update_key(&all, &all.keys[i], err);
    ends_cache_free(all.ends);
    free(all.keys);
    free(all.rows);
    return done;
}
