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
#include "store/vtab.h"
#include "util/timefmt.h"

#include <stdlib.h>

enum column { T, SINCE, ATTEMPTS, OTHERS, FIRST_ARGUMENT };
enum { LO = 3, WINDOW = 5 }; /* the place among the arguments, the same in both */

#define HIDDEN_FILTERS                                                                             \
    "direction HIDDEN, service HIDDEN, own HIDDEN, lo HIDDEN, hi HIDDEN, window HIDDEN, "          \
    "exempt HIDDEN, failures_only HIDDEN, internal_failures_only HIDDEN, internal_only HIDDEN, "
#define FILTERS                                                                                    \
    "AND t BETWEEN ?4 AND ?5 AND weight > 0 "                                                      \
    "AND roles & ?7 = 0 AND (?8 = 0 OR kind = 1) AND (?9 = 0 OR internal = 0 OR kind = 1) "        \
    "AND (?10 = 0 OR internal = 1) AND ?6 > 0 ORDER BY t"

enum each { JOINED, EVERY, STRONGEST };

/* One of the two tables. */
struct window_kind {
    const char *declaration;
    const char *attempts_sql; /* t, weight, peer */
    int filters;              /* arguments that go into it; then come the two floors and `each` */
    bool by_day;              /* what is counted distinctly is the day, else the peer */
};

static const struct window_kind fan_kind = {
    "CREATE TABLE x(t, since, attempts, remotes, " HIDDEN_FILTERS
    "min_attempts HIDDEN, min_remotes HIDDEN, each HIDDEN)",
    "SELECT t, weight, peer FROM main.attempt INDEXED BY attempt_by_own "
    "WHERE direction = ?1 AND service = ?2 AND own = ?3 " FILTERS,
    10,
    false,
};

static const struct window_kind pair_kind = {
    "CREATE TABLE x(t, since, attempts, days, " HIDDEN_FILTERS
    "remote HIDDEN, min_attempts HIDDEN, min_days HIDDEN, each HIDDEN)",
    "SELECT t, weight FROM main.attempt "
    "WHERE direction = ?1 AND service = ?2 AND own = ?3 AND remote = ?11 " FILTERS,
    11,
    true,
};

/* A statement that no cursor steps through is kept for the next one. */
struct window_table {
    struct vtab base;
    const struct window_kind *kind;
    sqlite3_stmt *idle;
};

struct tried {
    int64_t t, other, weight; /* other: who, or on which day */
};

struct fan_cursor {
    sqlite3_vtab_cursor base;
    const struct window_kind *kind;
    sqlite3_stmt *attempts;
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
    const struct window_kind *kind = arg;
    int rc = sqlite3_declare_vtab(db, kind->declaration);
    struct window_table *table = rc == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *table = (struct window_table){.base = {.db = db}, .kind = kind};
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

static int read_attempt(struct fan_cursor *c)
{
    int rc = sqlite3_step(c->attempts);
    c->more = rc == SQLITE_ROW;
    if (c->more) {
        int64_t t = sqlite3_column_int64(c->attempts, 0);
        int64_t other = c->kind->by_day ? time_day(t) : sqlite3_column_int64(c->attempts, 2);
        c->next = (struct tried){t, other, sqlite3_column_int64(c->attempts, 1)};
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
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

static int fan_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)index, (void)text;
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    sqlite3 *db = vtab_of(cursor)->db;
    int filters = c->kind->filters;
    int rc = c->attempts
                 ? sqlite3_reset(c->attempts)
                 : store_prepare_within(cursor->pVtab, db, c->kind->attempts_sql, &c->attempts);
    for (int i = 0; rc == SQLITE_OK && i < argc && i < filters; i++)
        rc = sqlite3_bind_value(c->attempts, i + 1, argv[i]);
    if (rc != SQLITE_OK)
        return rc;
    while (c->count)
        if (!leave(c))
            return SQLITE_NOMEM;
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

bool store_fan_window(sqlite3 *db)
{
    return sqlite3_create_module(db, "fan_window", &fan_module, (void *)&fan_kind) == SQLITE_OK &&
           sqlite3_create_module(db, "pair_window", &fan_module, (void *)&pair_kind) == SQLITE_OK;
}
