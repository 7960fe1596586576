/* Tables for the question how much of logging in there is at one address of ours: for each moment at
 * which somebody tries, what the window that ends there holds.
 *
 *   fan_window(direction, service, own, lo, hi, window, exempt, failures_only, internal_failures_only,
 *              internal_only, min_attempts, min_remotes, each, cut)
 *   gives t, since, attempts, remotes: the moment; the first attempt of the window; the weight of its
 *   attempts; how many others they are by. Windows below a floor are left out; with each 0, those that
 *   overlap are one row: the last moment, the first attempt, and the most of any one window; with each
 *   1 every window is a row; with each 2 those are left out that an earlier one outdoes in both figures,
 *   those that a later one outdoes in a figure that has a floor, and in the other at least equals, and
 *   those that end before lo + window, which may lack attempts. A window that ends before `cut` is not left
 *   out for one that ends later, nor one that begins up to hi - window for one that begins after it.
 *
 *   pair_window(direction, service, own, lo, hi, window, exempt, failures_only,
 *               internal_failures_only, internal_only, remote, min_attempts, min_days, each, cut)
 *   gives t, since, attempts, days: the same of the attempts of one pair, and on how many days (UTC).
 *
 * The arguments are those of the queries that ask (correlate/queries/fan.sql, pair.sql). They say what
 * the window functions SUM, count_distinct and FIRST_VALUE would, over RANGE window - 1 PRECEDING, in a
 * fifth of the time: no row is sorted or kept twice. */
#include "store/internal.h"
#include "store/own_attempts.h"
#include "store/slide.h"
#include "store/vtab.h"
#include "util/timefmt.h"

enum column { T, SINCE, ATTEMPTS, OTHERS, FIRST_ARGUMENT };
/* The place among the arguments, the same in both, but for the remote end's, which only a pair has. */
enum { OWN = 2, LO = 3, WINDOW = 5, EXEMPT = 6, REMOTE = 10 };
enum { REMOTE_PARAMETER = 6 }; /* of the statement */

#define HIDDEN_FILTERS                                                                             \
    "direction HIDDEN, service HIDDEN, own HIDDEN, lo HIDDEN, hi HIDDEN, window HIDDEN, "          \
    "exempt HIDDEN, failures_only HIDDEN, internal_failures_only HIDDEN, internal_only HIDDEN, "

/* One of the two tables. */
struct window_kind {
    const char *declaration;
    const char *attempts_sql; /* parameters: direction, service, own, lo, hi, remote */
    int filters; /* arguments that say which attempts; then come the two floors, `each` and `cut` */
    bool by_day; /* what is counted distinctly is the day, else the peer */
};

#define ATTEMPT "SELECT t, weight, peer, roles, kind, internal FROM main.attempt "
#define OF_OWN  "WHERE direction = ?1 AND service = ?2 AND own = ?3 AND t BETWEEN ?4 AND ?5 "

static const struct window_kind fan_kind = {
    "CREATE TABLE x(t, since, attempts, remotes, " HIDDEN_FILTERS
    "min_attempts HIDDEN, min_remotes HIDDEN, each HIDDEN, cut HIDDEN)",
    ATTEMPT "INDEXED BY attempt_by_own " OF_OWN "ORDER BY t",
    10,
    false,
};

static const struct window_kind pair_kind = {
    "CREATE TABLE x(t, since, attempts, days, " HIDDEN_FILTERS
    "remote HIDDEN, min_attempts HIDDEN, min_days HIDDEN, each HIDDEN, cut HIDDEN)",
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

struct fan_cursor {
    sqlite3_vtab_cursor base;
    const struct window_kind *kind;
    const struct own_attempt *kept, *kept_end; /* the attempts, where they are kept … */
    sqlite3_stmt *attempts;                    /* … and where they are not */
    struct filters filters;
    struct slide slide;
    struct slide_row row;
    bool end;
    int failure; /* of the statement: SQLite's code */
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
    int given = 0, all = ((const struct window_table *)vtab)->kind->filters + 4;
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

static void give_back(struct fan_cursor *c)
{
    if (c->kept)
        store_give_back_attempts(table_of(&c->base)->store);
    c->kept = c->kept_end = NULL;
}

static int fan_close(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    struct window_table *table = table_of(cursor);
    give_back(c);
    sqlite3_reset(c->attempts);
    if (table->idle)
        sqlite3_finalize(c->attempts);
    else
        table->idle = c->attempts;
    slide_done(&c->slide);
    sqlite3_free(c);
    return SQLITE_OK;
}

/* ------------------------------------------------------------------ the attempts */

static bool counts(const struct fan_cursor *c, const struct own_attempt *a)
{
    const struct filters *f = &c->filters;
    bool failure = a->kind == 1;
    return a->weight > 0 && !(a->roles & f->exempt) && (!f->failures_only || failure) &&
           (!f->internal_failures_only || !a->internal || failure) &&
           (!f->internal_only || a->internal);
}

/* The next of all attempts: 1, 0 at the end, -1 after a failure. */
static int step(struct fan_cursor *c, struct own_attempt *a)
{
    if (c->kept) {
        bool more = c->kept < c->kept_end;
        if (more)
            *a = *c->kept++;
        return more;
    }
    int rc = sqlite3_step(c->attempts);
    if (rc != SQLITE_ROW) {
        c->failure = rc == SQLITE_DONE ? SQLITE_OK : rc;
        return rc == SQLITE_DONE ? 0 : -1;
    }
    *a = (struct own_attempt){
        .t = sqlite3_column_int64(c->attempts, 0),
        .weight = sqlite3_column_int64(c->attempts, 1),
        .peer = sqlite3_column_int64(c->attempts, 2),
        .roles = sqlite3_column_int(c->attempts, 3),
        .kind = (uint8_t)sqlite3_column_int(c->attempts, 4),
        .internal = (uint8_t)sqlite3_column_int(c->attempts, 5),
    };
    return 1;
}

/* The next one that counts. */
static int read_attempt(void *cursor, struct tried *tried)
{
    struct fan_cursor *c = cursor;
    struct own_attempt a;
    int got;
    while ((got = step(c, &a)) > 0 && !counts(c, &a))
        continue;
    if (got > 0)
        *tried = (struct tried){a.t, a.weight, c->kind->by_day ? time_day(a.t) : a.peer};
    return got;
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
    give_back(c);
    if (!c->kind->by_day &&
        !store_lend_attempts(table->store, &key, lo, hi, &c->kept, &count, &err)) {
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

static int fan_next(sqlite3_vtab_cursor *cursor)
{
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    if (slide_next(&c->slide, &c->row, &c->end))
        return SQLITE_OK;
    return c->failure ? c->failure : SQLITE_NOMEM;
}

static int fan_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)index, (void)text, (void)argc;
    struct fan_cursor *c = (struct fan_cursor *)cursor;
    sqlite3_value **floors = argv + c->kind->filters;
    int64_t window = sqlite3_value_int64(argv[WINDOW]);
    const struct slide_rule rule = {
        .window = window,
        .min_attempts = sqlite3_value_int64(floors[0]),
        .min_others = sqlite3_value_int64(floors[1]),
        .each = (enum slide_each)sqlite3_value_int(floors[2]),
        .whole_us = sqlite3_value_int64(argv[LO]) + window,
        .cut_us = sqlite3_value_int64(floors[3]),
        .last_us = sqlite3_value_int64(argv[LO + 1]) - window,
    };
    c->filters = (struct filters){
        .exempt = sqlite3_value_int64(argv[EXEMPT]),
        .failures_only = sqlite3_value_int64(argv[EXEMPT + 1]),
        .internal_failures_only = sqlite3_value_int64(argv[EXEMPT + 2]),
        .internal_only = sqlite3_value_int64(argv[EXEMPT + 3]),
    };
    c->failure = SQLITE_OK;
    int rc = find_attempts(cursor, argv);
    if (rc != SQLITE_OK)
        return rc;
    if (!slide_start(&c->slide, &rule, read_attempt, c))
        return c->failure ? c->failure : SQLITE_NOMEM;
    return fan_next(cursor);
}

/* ------------------------------------------------------------------ rows */

static int fan_eof(sqlite3_vtab_cursor *cursor)
{
    return ((const struct fan_cursor *)cursor)->end;
}

static int fan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = ((const struct fan_cursor *)cursor)->row.t;
    return SQLITE_OK;
}

static int fan_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int i)
{
    const struct fan_cursor *c = (const struct fan_cursor *)cursor;
    const int64_t values[FIRST_ARGUMENT] = {[T] = c->row.t,
        [SINCE] = c->row.since,
        [ATTEMPTS] = c->row.attempts,
        [OTHERS] = c->row.others};
    if (i < FIRST_ARGUMENT)
        sqlite3_result_int64(ctx, values[i]);
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
