/* Tables for the question how much of logging in there is at one address of ours: for each moment at
 * which somebody tries, what the window that ends there holds.
 *
 *   fan_window(direction, service, own, lo, hi, window, exempt, failures_only, internal_failures_only,
 *              internal_only, min_attempts, min_remotes, each)
 *   gives t, since, attempts, remotes: the moment; the first attempt of the window; the weight of its
 *   attempts; how many others they are by. Windows below a floor are left out; with each 0, those that
 *   overlap are one row: the last moment, the first attempt, and the most of any one window; with each
 *   1 every window is a row; with each 2 those are left out that an earlier one outdoes in both figures,
 *   and those that end before lo + window, which may lack attempts.
 *
 *   pair_window(direction, service, own, lo, hi, window, exempt, failures_only,
 *               internal_failures_only, internal_only, remote, min_attempts, min_days, each)
 *   gives t, since, attempts, days: the same of the attempts of one pair, and on how many days (UTC).
 *
 * The arguments are those of the queries that ask (correlate/queries/fan.sql, pair.sql). They say what
 * the window functions SUM, count_distinct and FIRST_VALUE would, over RANGE window - 1 PRECEDING, in a
 * fifth of the time: no row is sorted or kept twice. */
#include "store/counts.h"
#include "store/internal.h"
#include "store/own_attempts.h"
#include "store/vtab.h"
#include "util/timefmt.h"

#include <stdlib.h>

enum column { T, SINCE, ATTEMPTS, OTHERS, FIRST_ARGUMENT };
/* The place among the arguments, the same in both, but for the remote end's, which only a pair has. */
enum { OWN = 2, LO = 3, WINDOW = 5, EXEMPT = 6, REMOTE = 10 };
enum { REMOTE_PARAMETER = 6 }; /* of the statement */

#define HIDDEN_FILTERS                                                                             \
    "direction HIDDEN, service HIDDEN, own HIDDEN, lo HIDDEN, hi HIDDEN, window HIDDEN, "          \
    "exempt HIDDEN, failures_only HIDDEN, internal_failures_only HIDDEN, internal_only HIDDEN, "

enum each { JOINED, EVERY, STRONGEST };

/* One of the two tables. */
struct window_kind {
    const char *declaration;
    const char *attempts_sql; /* parameters: direction, service, own, lo, hi, remote */
    int filters; /* arguments that say which attempts; then come the two floors and `each` */
    bool by_day; /* what is counted distinctly is the day, else the peer */
};

#define ATTEMPT "SELECT t, weight, peer, roles, kind, internal FROM main.attempt "
#define OF_OWN   "WHERE direction = ?1 AND service = ?2 AND own = ?3 AND t BETWEEN ?4 AND ?5 "

static const struct window_kind fan_kind = {
    "CREATE TABLE x(t, since, attempts, remotes, " HIDDEN_FILTERS
    "min_attempts HIDDEN, min_remotes HIDDEN, each HIDDEN)",
    ATTEMPT "INDEXED BY attempt_by_own " OF_OWN "ORDER BY t",
    10,
    false,
};

static const struct window_kind pair_kind = {
    "CREATE TABLE x(t, since, attempts, days, " HIDDEN_FILTERS
    "remote HIDDEN, min_attempts HIDDEN, min_days HIDDEN, each HIDDEN)",
    ATTEMPT OF_OWN "AND remote = ?6 ORDER BY t",
    11,
    true,
};

/* A statement that no cursor steps through is kept for the next one. */
struct window_table {
    struct vtab base;
    struct store *store;
    const struct window_kind *kind;
    sqlite3_stmt *idle;
};

/* What a table is made from. */
struct window_source {
    struct store *store;
    const struct window_kind *kind;
};

/* Which attempts count. */
struct filters {
    int64_t exempt; /* roles of the client */
    bool failures_only, internal_failures_only, internal_only;
};

struct tried {
    int64_t t, other, weight; /* other: who, or on which day */
};

struct fan_cursor {
    sqlite3_vtab_cursor base;
    const struct window_kind *kind;
    const struct own_attempt *kept, *kept_end; /* the attempts, where they are kept … */
    sqlite3_stmt *attempts;                    /* … and where they are not */
    struct own_attempt read;
    struct filters filters;
    struct tried *ring;      /* the window, oldest first from `head` on */
    size_t head, count, cap; /* cap is a power of two, or 0 */
    struct counts others;
    struct tried next; /* while `more`: what comes into the window next */
    int64_t window, weight, distinct, now;
    int64_t min_attempts, min_distinct;
    int64_t row[FIRST_ARGUMENT];
    enum each each;
    int64_t whole_us; /* windows that end from here on lack nothing */
    struct figures {
        int64_t weight, distinct;
    } most[2]; /* of rows: the one with the most attempts, and with the most others */
    bool more;
    bool open; /* the window at hand is in no row yet */
    bool end;
};

static struct window_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return (struct window_table *)cursor->pVtab;
}

static int fan_connect(
    sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab, char **message)
{
    (void)argc, (void)argv, (void)message;
    const struct window_source *source = arg;
    int rc = sqlite3_declare_vtab(db, source->kind->declaration);
    struct window_table *table = rc == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *table =
        (struct window_table){.base = {.db = db}, .store = source->store, .kind = source->kind};
    *vtab = &table->base.base;
    return SQLITE_OK;
}

static int fan_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_finalize(((struct window_table *)vtab)->idle);
    return vtab_disconnect(vtab);
}

/* All arguments must be there. */
static int fan_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    int given = 0, all = ((const struct window_table *)vtab)->kind->filters + 3;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        if (c->iColumn < FIRST_ARGUMENT || c->op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!c->usable)
            return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = c->iColumn - FIRST_ARGUMENT + 1;
        info->aConstraintUsage[i].omit = 1;
        given |= 1 << (c->iColumn - FIRST_ARGUMENT);
    }
    if (given != (1 << all) - 1)
        return SQLITE_CONSTRAINT;
    info->estimatedRows = 1000;
    info->estimatedCost = 1000;
    return SQLITE_OK;
}

static int fan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    struct window_table *table = (struct window_table *)vtab;
    struct fan_cursor *c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (struct fan_cursor){.kind = table->kind, .attempts = table->idle};
    table->idle = NULL;
    *cursor = &c->base;
    return SQLITE_OK;
}

static int fan_close(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    struct window_table *table = table_of(cursor);
    sqlite3_reset(c->attempts);
    if (table->idle)
        sqlite3_finalize(c->attempts);
    else
        table->idle = c->attempts;
    free(c->ring);
    counts_done(&c->others);
    sqlite3_free(c);
    return SQLITE_OK;
}

/* ------------------------------------------------------------------ the window */

static bool ring_grow(struct fan_cursor *c)
{
    size_t cap = c->cap ? c->cap * 2 : 64;
    struct tried *ring = malloc(cap * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < c->count; i++)
        ring[i] = c->ring[(c->head + i) & (c->cap - 1)];
    free(c->ring);
    c->ring = ring;
    c->head = 0;
    c->cap = cap;
    return true;
}

static bool enter(struct fan_cursor *c, const struct tried *tried)
{
    if (c->count == c->cap && !ring_grow(c))
        return false;
    int64_t times = counts_add(&c->others, tried->other, 1);
    c->ring[(c->head + c->count++) & (c->cap - 1)] = *tried;
    c->weight += tried->weight;
    c->distinct += times == 1;
    return times >= 0;
}

static bool leave(struct fan_cursor *c)
{
    const struct tried *tried = &c->ring[c->head];
    int64_t times = counts_add(&c->others, tried->other, -1);
    c->weight -= tried->weight;
    c->distinct -= times == 0;
    c->head = (c->head + 1) & (c->cap - 1);
    c->count--;
    return times >= 0;
}

static bool counts(const struct fan_cursor *c, const struct own_attempt *a)
{
    const struct filters *f = &c->filters;
    bool failure = a->kind == 1;
    return a->weight > 0 && !(a->roles & f->exempt) && (!f->failures_only || failure) &&
           (!f->internal_failures_only || !a->internal || failure) &&
           (!f->internal_only || a->internal);
}

/* *a: the next of all attempts, NULL: there is none. */
static int step(struct fan_cursor *c, const struct own_attempt **a)
{
    *a = NULL;
    if (c->kept) {
        *a = c->kept < c->kept_end ? c->kept++ : NULL;
        return SQLITE_OK;
    }
    int rc = sqlite3_step(c->attempts);
    if (rc != SQLITE_ROW)
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
    c->read = (struct own_attempt){
        .t = sqlite3_column_int64(c->attempts, 0),
        .weight = sqlite3_column_int64(c->attempts, 1),
        .peer = sqlite3_column_int64(c->attempts, 2),
        .roles = sqlite3_column_int(c->attempts, 3),
        .kind = (uint8_t)sqlite3_column_int(c->attempts, 4),
        .internal = (uint8_t)sqlite3_column_int(c->attempts, 5),
    };
    *a = &c->read;
    return SQLITE_OK;
}

/* The next attempt that counts. */
static int read_attempt(struct fan_cursor *c)
{
    const struct own_attempt *a;
    int rc;
    do
        rc = step(c, &a);
    while (rc == SQLITE_OK && a && !counts(c, a));
    c->more = a != NULL;
    if (a)
        c->next = (struct tried){a->t, c->kind->by_day ? time_day(a->t) : a->peer, a->weight};
    return rc;
}

/* All attempts of the next moment come in at once; then those leave that are too old. */
static int slide(struct fan_cursor *c)
{
    int rc = SQLITE_OK;
    c->open = c->more;
    if (!c->open)
        return SQLITE_OK;
    c->now = c->next.t;
    while (rc == SQLITE_OK && c->more && c->next.t == c->now)
        rc = enter(c, &c->next) ? read_attempt(c) : SQLITE_NOMEM;
    while (rc == SQLITE_OK && c->now - c->ring[c->head].t >= c->window)
        rc = leave(c) ? SQLITE_OK : SQLITE_NOMEM;
    return rc;
}

static bool reached(const struct fan_cursor *c)
{
    return c->weight >= c->min_attempts && c->distinct >= c->min_distinct;
}

static bool outdone(const struct fan_cursor *c)
{
    for (int i = 0; i < 2; i++)
        if (c->weight <= c->most[i].weight && c->distinct <= c->most[i].distinct)
            return true;
    return false;
}

static void remember(struct fan_cursor *c)
{
    const struct figures now = {c->weight, c->distinct};
    if (now.weight > c->most[0].weight)
        c->most[0] = now;
    if (now.distinct > c->most[1].distinct)
        c->most[1] = now;
}

static bool begins_row(const struct fan_cursor *c)
{
    return reached(c) && (c->each != STRONGEST || (c->now >= c->whole_us && !outdone(c)));
}

static int64_t since(const struct fan_cursor *c)
{
    return c->ring[c->head].t;
}

static void extend_row(struct fan_cursor *c)
{
    c->row[T] = c->now;
    c->row[ATTEMPTS] = c->weight > c->row[ATTEMPTS] ? c->weight : c->row[ATTEMPTS];
    c->row[OTHERS] = c->distinct > c->row[OTHERS] ? c->distinct : c->row[OTHERS];
}

static int fan_next(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && c->open && !begins_row(c))
        rc = slide(c);
    c->end = !c->open;
    if (rc != SQLITE_OK || c->end)
        return rc;
    c->row[SINCE] = since(c);
    c->row[ATTEMPTS] = c->row[OTHERS] = 0;
    remember(c);
    do {
        if (reached(c))
            extend_row(c);
        rc = slide(c);
    } while (rc == SQLITE_OK && c->each == JOINED && c->open && since(c) <= c->row[T]);
    return rc;
}

/* Starts on the attempts that are kept, or else on a statement. */
static int find_attempts(sqlite3_vtab_cursor *cursor, sqlite3_value **argv)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    const struct window_table *table = table_of(cursor);
    const struct own_key key = {
        sqlite3_value_int64(argv[0]), sqlite3_value_int64(argv[1]), sqlite3_value_int64(argv[OWN])};
    int64_t lo = sqlite3_value_int64(argv[LO]), hi = sqlite3_value_int64(argv[LO + 1]);
    struct err err = {0};
    size_t count = 0;
    c->kept = NULL;
    if (!c->kind->by_day &&
        !store_kept_attempts(table->store, &key, lo, hi, &c->kept, &count, &err)) {
        cursor->pVtab->zErrMsg = sqlite3_mprintf("%s", err.text);
        return SQLITE_ERROR;
    }
    c->kept_end = c->kept ? c->kept + count : NULL;
    if (c->kept)
        return SQLITE_OK;
    int rc = c->attempts ? sqlite3_reset(c->attempts)
                         : store_prepare_within(
                               cursor->pVtab, table->base.db, c->kind->attempts_sql, &c->attempts);
    for (int i = 0; rc == SQLITE_OK && i <= LO + 1; i++)
        rc = sqlite3_bind_value(c->attempts, i + 1, argv[i]);
    if (rc == SQLITE_OK && c->kind->by_day)
        rc = sqlite3_bind_value(c->attempts, REMOTE_PARAMETER, argv[REMOTE]);
    return rc;
}

static int fan_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)index, (void)text;
    (void)argc;
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    int filters = c->kind->filters;
    int rc = find_attempts(cursor, argv);
    if (rc != SQLITE_OK)
        return rc;
    while (c->count)
        if (!leave(c))
            return SQLITE_NOMEM;
    c->filters = (struct filters){
        .exempt = sqlite3_value_int64(argv[EXEMPT]),
        .failures_only = sqlite3_value_int64(argv[EXEMPT + 1]),
        .internal_failures_only = sqlite3_value_int64(argv[EXEMPT + 2]),
        .internal_only = sqlite3_value_int64(argv[EXEMPT + 3]),
    };
    c->window = sqlite3_value_int64(argv[WINDOW]);
    c->min_attempts = sqlite3_value_int64(argv[filters]);
    c->min_distinct = sqlite3_value_int64(argv[filters + 1]);
    c->each = (enum each)sqlite3_value_int(argv[filters + 2]);
    c->whole_us = sqlite3_value_int64(argv[LO]) + c->window;
    c->most[0] = c->most[1] = (struct figures){-1, -1};
    rc = read_attempt(c);
    rc = rc == SQLITE_OK ? slide(c) : rc;
    return rc == SQLITE_OK ? fan_next(cursor) : rc;
}

/* ------------------------------------------------------------------ rows */

static int fan_eof(sqlite3_vtab_cursor *cursor)
{
    return ((const struct fan_cursor *)cursor)->end;
}

static int fan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = ((const struct fan_cursor *)cursor)->row[T];
    return SQLITE_OK;
}

static int fan_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int i)
{
    const struct fan_cursor *c = (const struct fan_cursor *)cursor;
    if (i < FIRST_ARGUMENT)
        sqlite3_result_int64(ctx, c->row[i]);
    return SQLITE_OK;
}

static const sqlite3_module fan_module = {
    .xConnect = fan_connect,
    .xBestIndex = fan_best_index,
    .xDisconnect = fan_disconnect,
    .xOpen = fan_open,
    .xClose = fan_close,
    .xFilter = fan_filter,
    .xNext = fan_next,
    .xEof = fan_eof,
    .xColumn = fan_column,
    .xRowid = fan_rowid,
};

static bool define(struct store *s, const char *name, const struct window_kind *kind)
{
    struct window_source *source = sqlite3_malloc(sizeof *source);
    if (!source)
        return false;
    *source = (struct window_source){s, kind};
    return sqlite3_create_module_v2(s->db, name, &fan_module, source, sqlite3_free) == SQLITE_OK;
}

bool store_fan_window(struct store *s)
{
    return define(s, "fan_window", &fan_kind) && define(s, "pair_window", &pair_kind);
}
