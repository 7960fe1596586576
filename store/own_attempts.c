/* Attempts of a key, read once: it has a place by its hash, which holds the span that was asked for. */
#include "store/own_attempts.h"

#include "store/internal.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

#define KEPT_MAX ((size_t)1 << 18) /* attempts of all keys together: 12 MiB */
/* A key has its place by its hash; of those that share one, the last to be asked for has it. */
#define PLACE_BITS 14
#define PLACES     ((size_t)1 << PLACE_BITS)

/* All attempts of a key from lo to hi. */
struct kept {
    struct own_key key;
    int64_t lo, hi;
    struct own_attempt *list;
    size_t count, cap;
    /* WRITTEN: in the order in which they were written; SHARED: by keys of which several were written. */
    enum { EMPTY, WHOLE, TOO_MANY, WRITTEN, SHARED } state;
};

struct attempt_cache {
    struct kept places[PLACES];
    size_t count;         /* of attempts in all of them */
    size_t lent;          /* lists: while any is, none is moved or freed */
    struct kept *filling; /* where the rows of a statement go */
    bool gathering;       /* all places hold what was written */
    int64_t rows;         /* and so many rows were, and are not gone */
};

/* ------------------------------------------------------------------ places */

static bool same_key(const struct own_key *a, const struct own_key *b)
{
    return a->direction == b->direction && a->service == b->service && a->own == b->own;
}

static struct kept *place_of(struct attempt_cache *c, const struct own_key *key)
{
    uint64_t hash = (uint64_t)(key->own * 31 + key->service * 2 + key->direction);
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return &c->places[hash >> (64 - PLACE_BITS)];
}

static void drop(struct attempt_cache *c, struct kept *k)
{
    c->count -= k->count;
    free(k->list);
    *k = (struct kept){.state = EMPTY};
}

static void drop_all(struct attempt_cache *c, const struct kept *but)
{
    for (size_t i = 0; i < PLACES; i++)
        if (&c->places[i] != but)
            drop(c, &c->places[i]);
}

static void stop_gathering(struct attempt_cache *c)
{
    c->gathering = false;
    drop_all(c, NULL);
}

/* ------------------------------------------------------------------ what is written */

static bool ask_number(struct store *s, const char *sql, int64_t *number)
{
    struct query *q = store_query(s, "stored attempts", sql);
    *number = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, NULL);
}

static struct attempt_cache *cache_of(struct store *s)
{
    if (!s->attempts)
        s->attempts = calloc(1, sizeof *s->attempts); /* without memory they are not kept */
    return s->attempts;
}

void store_gather_attempts(struct store *s)
{
    int64_t any;
    struct attempt_cache *c = cache_of(s);
    if (!c)
        return;
    stop_gathering(c);
    c->rows = 0;
    c->gathering =
        ask_number(s, "SELECT EXISTS (SELECT 1 FROM attempt) /* scans attempt: one row */", &any) &&
        !any;
}

/* Where keys share a place none is kept. */
static struct kept *place_to_write(struct attempt_cache *c, const struct own_key *key)
{
    struct kept *k = place_of(c, key);
    if (k->state == EMPTY)
        *k = (struct kept){.key = *key, .lo = INT64_MIN, .hi = INT64_MAX, .state = WRITTEN};
    if (k->state == WRITTEN && !same_key(&k->key, key)) {
        drop(c, k);
        k->state = SHARED;
    }
    return k->state == WRITTEN ? k : NULL;
}

void store_attempt_written(
    struct store *s, const struct own_key *key, const struct own_attempt *attempt)
{
    struct attempt_cache *c = s->attempts;
    if (!c || !c->gathering)
        return;
    struct kept *k = place_to_write(c, key);
    c->rows++;
    if (!k)
        return;
    if (c->count == KEPT_MAX || !list_room(&k->list, k->count, &k->cap, sizeof *k->list, NULL)) {
        stop_gathering(c);
        return;
    }
    k->list[k->count++] = *attempt;
    c->count++;
}

void store_attempts_changed(struct store *s, const struct own_key *key, int64_t gone)
{
    struct attempt_cache *c = s->attempts;
    if (!c || !c->gathering)
        return;
    struct kept *k = place_of(c, key);
    drop(c, k);
    k->state = SHARED;
    c->rows -= gone;
}

static int by_time(const void *a, const void *b)
{
    return order(((const struct own_attempt *)a)->t, ((const struct own_attempt *)b)->t);
}

/* Of keys that have a place to themselves all attempts are there: none was before, and as many rows are
 * stored as were written. */
static bool take_written(struct store *s)
{
    struct attempt_cache *c = s->attempts;
    int64_t stored;
    if (!c->gathering ||
        !ask_number(
            s, "SELECT COUNT(*) FROM attempt /* scans attempt: pages of a first run */", &stored) ||
        stored != c->rows)
        return false;
    c->gathering = false;
    for (size_t i = 0; i < PLACES; i++) {
        struct kept *k = &c->places[i];
        if (k->state == WRITTEN)
            qsort(k->list, k->count, sizeof *k->list, by_time);
        k->state = k->state == WRITTEN ? WHOLE : EMPTY;
    }
    return true;
}

void store_keep_attempts(struct store *s, bool yes)
{
    struct attempt_cache *c = yes ? cache_of(s) : s->attempts;
    if (c && !(yes && take_written(s)))
        stop_gathering(c);
    if (!yes) {
        free(s->attempts);
        s->attempts = NULL;
    }
}

/* ------------------------------------------------------------------ reading */

#define COLUMNS "t, remote, peer, weight, scale, roles, port, kind, internal"
#define IN_SPAN                                                                                    \
    "FROM attempt INDEXED BY attempt_by_own WHERE direction = :direction AND service = :service "  \
    "AND own = :own AND t BETWEEN :lo AND :hi "

static const char in_span[] = "SELECT " COLUMNS " " IN_SPAN "ORDER BY t";
/* Rows are kept while the statement runs: the only one that comes out is the first without room. */
static const char fill_span[] =
    "SELECT 1 " IN_SPAN "AND attempt_without_room(" COLUMNS ") ORDER BY t";

static struct query *ask(
    struct store *s, const char *sql, const struct own_key *key, int64_t lo, int64_t hi)
{
    struct query *q = store_query(s, "attempts of an address", sql);
    query_bind_i(q, ":direction", key->direction);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", hi);
    return q;
}

static struct own_attempt attempt_at(struct query *q)
{
    return (struct own_attempt){
        .t = query_i(q, 0),
        .remote = query_i(q, 1),
        .peer = query_i(q, 2),
        .weight = query_i(q, 3),
        .scale = query_i(q, 4),
        .roles = (int32_t)query_i(q, 5),
        .port = (uint16_t)query_i(q, 6),
        .kind = (uint8_t)query_i(q, 7),
        .internal = (uint8_t)query_i(q, 8),
    };
}

static bool has_room(struct attempt_cache *c, struct kept *k)
{
    if (c->count == KEPT_MAX)
        drop_all(c, k);
    return c->count < KEPT_MAX && list_room(&k->list, k->count, &k->cap, sizeof *k->list, NULL);
}

static void without_room(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    const struct store *s = sqlite3_user_data(ctx);
    struct attempt_cache *c = s->attempts;
    struct kept *k = c ? c->filling : NULL;
    bool room = k && has_room(c, k);
    if (room) {
        k->list[k->count++] = (struct own_attempt){
            .t = sqlite3_value_int64(argv[0]),
            .remote = sqlite3_value_int64(argv[1]),
            .peer = sqlite3_value_int64(argv[2]),
            .weight = sqlite3_value_int64(argv[3]),
            .scale = sqlite3_value_int64(argv[4]),
            .roles = sqlite3_value_int(argv[5]),
            .port = (uint16_t)sqlite3_value_int(argv[6]),
            .kind = (uint8_t)sqlite3_value_int(argv[7]),
            .internal = (uint8_t)sqlite3_value_int(argv[8]),
        };
        c->count++;
    }
    sqlite3_result_int(ctx, !room);
}

bool store_attempt_function(struct store *s)
{
    return sqlite3_create_function_v2(s->db, "attempt_without_room", 9,
               SQLITE_UTF8 | SQLITE_DIRECTONLY, s, without_room, NULL, NULL, NULL) == SQLITE_OK;
}

/* Adds those of a span; where they are too many, none are kept. */
static bool read_span(struct store *s, struct kept *k, int64_t lo, int64_t hi, struct err *err)
{
    struct attempt_cache *c = s->attempts;
    if (lo > hi || k->state == TOO_MANY)
        return true;
    struct query *q = ask(s, fill_span, &k->key, lo, hi);
    c->filling = k;
    bool full = query_step(q);
    c->filling = NULL;
    if (full) {
        struct own_key key = k->key;
        drop(c, k);
        *k = (struct kept){.key = key, .state = TOO_MANY};
    }
    return query_done(q, err);
}

/* What lies before those that are there stands behind them, `from` on: puts it in front. */
static bool turn(struct kept *k, size_t from)
{
    size_t behind = k->count - from;
    struct own_attempt *front = malloc((behind + 1) * sizeof *front);
    if (!front)
        return false;
    memcpy(front, k->list + from, behind * sizeof *front);
    memmove(k->list + behind, k->list, from * sizeof *front);
    memcpy(k->list, front, behind * sizeof *front);
    free(front);
    return true;
}

/* The place holds at least the span afterwards, or TOO_MANY. */
static bool extend(struct store *s, struct kept *k, int64_t lo, int64_t hi, struct err *err)
{
    size_t count = k->count;
    int64_t before = k->lo, after = k->hi;
    if (lo < before) {
        if (!read_span(s, k, lo, before - 1, err))
            return false;
        if (k->state == WHOLE && k->count > count && !turn(k, count))
            return err_nomem(err);
        k->lo = lo;
    }
    if (hi > after) {
        k->hi = hi;
        return read_span(s, k, after + 1, hi, err);
    }
    return true;
}

static bool covers(const struct kept *k, const struct own_key *key, int64_t lo, int64_t hi)
{
    return k->state == WHOLE && same_key(&k->key, key) && lo >= k->lo && hi <= k->hi;
}

/* A span apart from the one that is kept takes its place: what lies between may be long. */
static bool cover(struct store *s, struct kept *k, const struct own_key *key, int64_t lo,
    int64_t hi, struct err *err)
{
    if (k->state != EMPTY && !same_key(&k->key, key))
        drop(s->attempts, k);
    if (k->state == TOO_MANY)
        return true;
    if (k->state == WHOLE && lo <= k->hi && hi >= k->lo)
        return extend(s, k, lo, hi, err);
    drop(s->attempts, k);
    *k = (struct kept){.key = *key, .lo = lo, .hi = hi, .state = WHOLE};
    return read_span(s, k, lo, hi, err);
}

/* ------------------------------------------------------------------ asking */

/* The first that is not before t. */
static size_t first_from(const struct kept *k, int64_t t)
{
    size_t lo = 0, hi = k->count;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (k->list[middle].t < t)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

bool store_lend_attempts(struct store *s, const struct own_key *key, int64_t lo, int64_t hi,
    const struct own_attempt **list, size_t *count, struct err *err)
{
    static const struct own_attempt none;
    struct attempt_cache *c = s->attempts;
    *list = NULL;
    *count = 0;
    if (!c || c->gathering || lo > hi)
        return true;
    struct kept *k = place_of(c, key);
    if (c->lent == 0 && !cover(s, k, key, lo, hi, err)) {
        drop(c, k);
        return false;
    }
    if (!covers(k, key, lo, hi))
        return true;
    size_t first = first_from(k, lo), end = hi == INT64_MAX ? k->count : first_from(k, hi + 1);
    *list = k->count ? k->list + first : &none;
    *count = end - first;
    c->lent++;
    return true;
}

void store_give_back_attempts(struct store *s)
{
    if (s->attempts && s->attempts->lent > 0)
        s->attempts->lent--;
}

static bool visit_list(const struct own_attempt *list, size_t count,
    bool (*visit)(void *arg, const struct own_attempt *a, struct err *err), void *arg,
    struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < count; i++)
        done = visit(arg, &list[i], err);
    return done;
}

bool store_own_attempts(struct store *s, const struct own_key *key, int64_t lo, int64_t hi,
    bool (*visit)(void *arg, const struct own_attempt *a, struct err *err), void *arg,
    struct err *err)
{
    const struct own_attempt *list;
    size_t count;
    bool done = true;
    if (!store_lend_attempts(s, key, lo, hi, &list, &count, err))
        return false;
    if (list) {
        done = visit_list(list, count, visit, arg, err);
        store_give_back_attempts(s);
        return done;
    }
    struct query *q = ask(s, in_span, key, lo, hi);
    while (done && query_step(q)) {
        struct own_attempt a = attempt_at(q);
        done = visit(arg, &a, err);
    }
    return query_done(q, done ? err : NULL) && done;
}
