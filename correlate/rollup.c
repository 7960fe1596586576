/* Hourly and daily sums, made anew for the hours and days whose attempts changed. */
#include "correlate/rollup.h"

#include "store/query.h"
#include "util/timefmt.h"

static const char fresh[] =
    "CREATE TEMP TABLE IF NOT EXISTS rolled (direction INTEGER, service INTEGER, own INTEGER, "
    "lo INTEGER, hi INTEGER, PRIMARY KEY (direction, service, own)) WITHOUT ROWID;"
    "DELETE FROM rolled;"
    "INSERT INTO rolled SELECT direction, service, own, MIN(lo), MAX(hi) FROM changed_attempt "
    "GROUP BY direction, service, own;";

/* Which bin of :us a moment falls into; before 1970, too. */
#define BIN(t) "((" t " - ((" t " % :us) + :us) % :us) / :us)"

static const char forget[] =
    "DELETE FROM rollup WHERE (direction, service, own, span, bin) IN "
    "(SELECT r.direction, r.service, r.own, r.span, r.bin FROM rolled AS k CROSS JOIN rollup AS r "
    "ON r.direction = k.direction AND r.service = k.service AND r.own = k.own AND r.span = :span "
    "AND r.bin BETWEEN " BIN("k.lo") " AND " BIN("k.hi") ")";

static const char sum_up[] =
    "INSERT INTO rollup (direction, service, own, span, bin, logins, stated, users, attempts, "
    "guessers) SELECT a.direction, a.service, a.own, :span, " BIN(
        "a.t") " AS bin, "
               "SUM(CASE WHEN a.kind >= 2 THEN a.scale ELSE 0 END), "
               "SUM(CASE WHEN a.kind = 2 THEN a.scale ELSE 0 END), "
               "COUNT(DISTINCT CASE WHEN a.kind >= 2 THEN a.peer END), SUM(a.weight), "
               "COUNT(DISTINCT CASE WHEN a.weight > 0 THEN a.peer END) "
               "FROM rolled AS k CROSS JOIN attempt AS a INDEXED BY attempt_by_own "
               "ON a.direction = k.direction AND a.service = k.service AND a.own = k.own "
               "AND a.t BETWEEN " BIN("k.lo") " * :us AND " BIN(
                   "k.hi") " * :us + :us - 1 "
                           "GROUP BY a.direction, a.service, a.own, bin";

static bool run(struct store *s, const char *sql, int64_t span, struct err *err)
{
    struct query *q = store_query(s, "rollup", sql);
    query_bind_i(q, ":span", span);
    query_bind_i(q, ":us", span * TIME_US_HOUR);
    query_step(q);
    return query_done(q, err);
}

bool rollup_update(struct store *s, struct err *err)
{
    static const int64_t spans[] = {1, 24};
    if (!store_script(s, "rollup", fresh, err))
        return false;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (!run(s, forget, spans[i], err) || !run(s, sum_up, spans[i], err))
            return false;
    return true;
}
