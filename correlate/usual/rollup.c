/* Hourly and daily sums, made anew for the days whose attempts changed. */
#include "correlate/usual/rollup.h"

#include "store/counts.h"
#include "store/own_attempts.h"
#include "store/query.h"
#include "store/rows.h"
#include "util/timefmt.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 4096 /* sums in memory before they are written */

/* One row of table `rollup`. */
struct sum {
    int64_t direction, service, own, span, bin;
    int64_t logins, stated, users, attempts, guessers;
};

/* The sum that attempts are being added to: they come key by key, and in order of time. */
struct bin {
    struct sum sum;
    struct counts users, guessers;
    bool open;
};

struct rollup {
    struct store *store;
    struct sum key; /* whose attempts are being added */
    struct bin hour, day;
    struct sum rows[ROWS_MAX];
    size_t count;
};

static const struct row_column sum_columns[] = {
    ROW_AT(ROW_I64, sum, direction),
    ROW_AT(ROW_I64, sum, service),
    ROW_AT(ROW_I64, sum, own),
    ROW_AT(ROW_I64, sum, span),
    ROW_AT(ROW_I64, sum, bin),
    ROW_AT(ROW_I64, sum, logins),
    ROW_AT(ROW_I64, sum, stated),
    ROW_AT(ROW_I64, sum, users),
    ROW_AT(ROW_I64, sum, attempts),
    ROW_AT(ROW_I64, sum, guessers),
};

static const struct row_shape sum_rows = ROW_SHAPE("new_sum", sum, sum_columns);

#define DAY_OF(t) "((" t " - ((" t " % 86400000000) + 86400000000) % 86400000000) / 86400000000)"

/* Keys whose attempts changed, from when to when, and what was added. */
static const char fresh[] =
    "CREATE TEMP TABLE IF NOT EXISTS rolled (direction INTEGER, service INTEGER, own INTEGER, "
    "lo INTEGER, hi INTEGER, tries INTEGER, PRIMARY KEY (direction, service, own)) WITHOUT ROWID;"
    "DELETE FROM rolled;"
    "INSERT INTO rolled SELECT direction, service, own, MIN(lo), MAX(hi), SUM(tries) "
    "FROM changed_attempt GROUP BY direction, service, own;";

static const char forget[] =
    "DELETE FROM rollup WHERE (direction, service, own, span, bin) IN "
    "(SELECT r.direction, r.service, r.own, r.span, r.bin FROM rolled AS k "
    "CROSS JOIN (SELECT 1 AS span UNION ALL SELECT 24) AS s CROSS JOIN rollup AS r "
    "ON r.direction = k.direction AND r.service = k.service AND r.own = k.own AND r.span = s.span "
    "AND r.bin BETWEEN " DAY_OF("k.lo") " * (24 / s.span) "
                                        "AND " DAY_OF("k.hi") " * (24 / s.span) + 24 / s.span - 1)";

static const char read_keys[] = "SELECT direction, service, own, lo, hi FROM rolled";

/* They were forgotten before. OR FAIL: what fails is rolled back as a whole, so SQLite need not be able
 * to undo the statement alone. */
static bool flush(struct rollup *r, struct err *err)
{
    bool done = store_rows_do(r->store, &sum_rows, r->rows, r->count,
        "INSERT OR FAIL INTO rollup (direction, service, own, span, bin, logins, stated, users, "
        "attempts, guessers) SELECT * FROM new_sum",
        err);
    r->count = 0;
    return done;
}

static bool close_bin(struct rollup *r, struct bin *b, struct err *err)
{
    if (!b->open)
        return true;
    b->open = false;
    if (r->count == ROWS_MAX && !flush(r, err))
        return false;
    r->rows[r->count++] = b->sum;
    return true;
}

/* The bin that the attempt falls into: the one that is open, or a new one. */
static bool turn_to(struct rollup *r, struct bin *b, const struct sum *key, struct err *err)
{
    const struct sum *now = &b->sum;
    if (b->open && now->bin == key->bin && now->own == key->own && now->service == key->service &&
        now->direction == key->direction)
        return true;
    if (!close_bin(r, b, err))
        return false;
    b->sum = *key;
    b->open = true;
    counts_clear(&b->users);
    counts_clear(&b->guessers);
    return true;
}

/* Counts in *distinct a peer that is new to the set. */
static bool meet(struct counts *set, int64_t peer, int64_t *distinct, struct err *err)
{
    int64_t often = counts_add(set, peer, 1);
    *distinct += often == 1;
    return often > 0 || err_nomem(err);
}

static bool add(struct bin *b, const struct own_attempt *a, struct err *err)
{
    enum { ATTEMPT, FAILURE, STATED }; /* attempt.kind; what comes after is inferred */
    b->sum.logins += a->kind >= STATED ? a->scale : 0;
    b->sum.stated += a->kind == STATED ? a->scale : 0;
    b->sum.attempts += a->weight;
    return (a->kind < STATED || meet(&b->users, a->peer, &b->sum.users, err)) &&
           (a->weight <= 0 || meet(&b->guessers, a->peer, &b->sum.guessers, err));
}

static bool add_attempt(void *arg, const struct own_attempt *a, struct err *err)
{
    struct rollup *r = arg;
    struct sum hour = r->key, day = r->key;
    hour.span = 1;
    hour.bin = time_hour(a->t);
    day.span = 24;
    day.bin = time_day(a->t);
    return turn_to(r, &r->hour, &hour, err) && add(&r->hour, a, err) &&
           turn_to(r, &r->day, &day, err) && add(&r->day, a, err);
}

static bool sum_up(struct rollup *r, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, "rollup", read_keys);
    while (done && query_step(q)) {
        const struct own_key key = {query_i(q, 0), query_i(q, 1), query_i(q, 2)};
        r->key = (struct sum){.direction = key.direction, .service = key.service, .own = key.own};
        done = store_own_attempts(r->store, &key, time_day(query_i(q, 3)) * TIME_US_DAY,
            time_day(query_i(q, 4)) * TIME_US_DAY + TIME_US_DAY - 1, add_attempt, r, err);
    }
    return query_done(q, err) && done && close_bin(r, &r->hour, err) &&
           close_bin(r, &r->day, err) && flush(r, err);
}

static void bin_done(struct bin *b)
{
    counts_done(&b->users);
    counts_done(&b->guessers);
}

bool rollup_update(struct store *s, struct err *err)
{
    struct rollup *r = calloc(1, sizeof *r);
    if (!r)
        return err_nomem(err);
    r->store = s;
    bool done = store_rows_define(s, &sum_rows, err) && store_script(s, "rollup", fresh, err) &&
                store_do(s, "rollup", forget, err) && sum_up(r, err);
    bin_done(&r->hour);
    bin_done(&r->day);
    free(r);
    return done;
}
