/* A table for the question how many others deal with one address: for each moment at which somebody
 * tries to log in, what the window that ends there holds.
 *
 *   fan_window(direction, service, own, lo, hi, window, exempt, failures_only, internal_failures_only,
 *              internal_only, min_attempts, min_remotes, each)
 *   gives t, since, attempts, remotes: the moment; the first attempt of the window; the weight of its
 *   attempts; how many others they are by. Windows below a floor are left out; with each 0, those that
 *   overlap are one row: the last moment, the first attempt, and the most of any one window.
 *
 * The arguments are those of the query that asks (correlate/queries/fan.sql). It says what the window
 * functions SUM, count_distinct and FIRST_VALUE would, over RANGE window - 1 PRECEDING, in a fifth of
 * the time: no row is sorted or kept twice. */
#include "store/counts.h"
#include "store/internal.h"
#include "store/vtab.h"

#include <stdlib.h>

static const char declaration[] =
    "CREATE TABLE x(t, since, attempts, remotes, direction HIDDEN, service HIDDEN, own HIDDEN, "
    "lo HIDDEN, hi HIDDEN, window HIDDEN, exempt HIDDEN, failures_only HIDDEN, "
    "internal_failures_only HIDDEN, internal_only HIDDEN, min_attempts HIDDEN, "
    "min_remotes HIDDEN, each HIDDEN)";
enum column { T, SINCE, ATTEMPTS, REMOTES, FIRST_ARGUMENT };
enum argument { WINDOW = 5, OF_ATTEMPTS = 10, MIN_ATTEMPTS = 10, MIN_REMOTES, EACH, ARGUMENTS };

static const char attempts_sql[] =
    "SELECT t, peer, weight FROM main.attempt INDEXED BY attempt_by_own "
    "WHERE direction = ?1 AND service = ?2 AND own = ?3 AND t BETWEEN ?4 AND ?5 AND weight > 0 "
    "AND roles & ?7 = 0 AND (?8 = 0 OR kind = 1) AND (?9 = 0 OR internal = 0 OR kind = 1) "
    "AND (?10 = 0 OR internal = 1) AND ?6 > 0 ORDER BY t";

struct tried {
    int64_t t, peer, weight;
};

struct fan_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_stmt *attempts;
    struct tried *ring;      /* the window, oldest first from `head` on */
    size_t head, count, cap; /* cap is a power of two, or 0 */
    struct counts peers;
    struct tried next; /* while `more`: what comes into the window next */
    int64_t window, weight, remotes, now;
    int64_t min_attempts, min_remotes;
    int64_t row[FIRST_ARGUMENT];
    bool each;
    bool more;
    bool open; /* the window at hand is in no row yet */
    bool end;
};

static int fan_connect(
    sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab, char **message)
{
    (void)argc, (void)argv, (void)message;
    return vtab_connect(db, arg, declaration, vtab);
}

/* All arguments must be there. */
static int fan_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    (void)vtab;
    int given = 0;
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
    if (given != (1 << ARGUMENTS) - 1)
        return SQLITE_CONSTRAINT;
    info->estimatedRows = 1000;
    info->estimatedCost = 1000;
    return SQLITE_OK;
}

static int fan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    (void)vtab;
    struct fan_cursor *c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (struct fan_cursor){0};
    *cursor = &c->base;
    return SQLITE_OK;
}

static int fan_close(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    sqlite3_finalize(c->attempts);
    free(c->ring);
    counts_done(&c->peers);
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
    int64_t times = counts_add(&c->peers, tried->peer, 1);
    c->ring[(c->head + c->count++) & (c->cap - 1)] = *tried;
    c->weight += tried->weight;
    c->remotes += times == 1;
    return times >= 0;
}

static bool leave(struct fan_cursor *c)
{
    const struct tried *tried = &c->ring[c->head];
    int64_t times = counts_add(&c->peers, tried->peer, -1);
    c->weight -= tried->weight;
    c->remotes -= times == 0;
    c->head = (c->head + 1) & (c->cap - 1);
    c->count--;
    return times >= 0;
}

static int read_attempt(struct fan_cursor *c)
{
    int rc = sqlite3_step(c->attempts);
    c->more = rc == SQLITE_ROW;
    if (c->more)
        c->next = (struct tried){sqlite3_column_int64(c->attempts, 0),
            sqlite3_column_int64(c->attempts, 1), sqlite3_column_int64(c->attempts, 2)};
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
    return c->weight >= c->min_attempts && c->remotes >= c->min_remotes;
}

static int64_t since(const struct fan_cursor *c)
{
    return c->ring[c->head].t;
}

static void extend_row(struct fan_cursor *c)
{
    c->row[T] = c->now;
    c->row[ATTEMPTS] = c->weight > c->row[ATTEMPTS] ? c->weight : c->row[ATTEMPTS];
    c->row[REMOTES] = c->remotes > c->row[REMOTES] ? c->remotes : c->row[REMOTES];
}

static int fan_next(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && c->open && !reached(c))
        rc = slide(c);
    c->end = !c->open;
    if (rc != SQLITE_OK || c->end)
        return rc;
    c->row[SINCE] = since(c);
    c->row[ATTEMPTS] = c->row[REMOTES] = 0;
    do {
        if (reached(c))
            extend_row(c);
        rc = slide(c);
    } while (rc == SQLITE_OK && !c->each && c->open && since(c) <= c->row[T]);
    return rc;
}

static int fan_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)index, (void)text;
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    sqlite3 *db = vtab_of(cursor)->db;
    int rc = c->attempts ? sqlite3_reset(c->attempts)
                         : store_prepare_within(cursor->pVtab, db, attempts_sql, &c->attempts);
    for (int i = 0; rc == SQLITE_OK && i < argc && i < OF_ATTEMPTS; i++)
        rc = sqlite3_bind_value(c->attempts, i + 1, argv[i]);
    if (rc != SQLITE_OK)
        return rc;
    while (c->count)
        if (!leave(c))
            return SQLITE_NOMEM;
    c->window = sqlite3_value_int64(argv[WINDOW]);
    c->min_attempts = sqlite3_value_int64(argv[MIN_ATTEMPTS]);
    c->min_remotes = sqlite3_value_int64(argv[MIN_REMOTES]);
    c->each = sqlite3_value_int64(argv[EACH]) != 0;
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
    .xDisconnect = vtab_disconnect,
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
    return sqlite3_create_module(db, "fan_window", &fan_module, NULL) == SQLITE_OK;
}
