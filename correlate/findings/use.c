/* Use is not guessing: what use.sql says, of the attempts that changed. */
#include "correlate/findings/use.h"

#include "correlate/catalog/queries.h"
#include "store/own_attempts.h"
#include "store/query.h"
#include "util/timefmt.h"

#define WINDOW_US TIME_US_DAY /* how far back a login excuses tries that look like guesses */

/* A pair with a success nearby; or with attempts that one excused, which may be gone by now: a login
 * record can come late and say that what looked like a session had failed. */
static const char find_used[] =
    "INSERT INTO used SELECT c.direction, c.service, c.own, c.remote, c.lo, c.hi "
    "FROM changed_attempt AS c WHERE EXISTS (SELECT 1 FROM attempt AS a INDEXED BY attempt_success "
    "WHERE a.direction = c.direction AND a.service = c.service AND a.own = c.own "
    "AND a.remote = c.remote AND a.kind >= 2 AND a.t BETWEEN c.lo - :window AND c.hi + :window) "
    "OR EXISTS (SELECT 1 FROM attempt AS a INDEXED BY attempt_excused "
    "WHERE a.direction = c.direction AND a.service = c.service AND a.own = c.own "
    "AND a.remote = c.remote AND a.weight <> a.tries AND a.leg = 0 AND a.t BETWEEN c.lo AND c.hi + :window)";

/* The same where all attempts are of this run: none was excused before, and whoever got in stands in
 * one list, which of most networks is short beside those who did not. */
static const char find_first_used[] =
    "INSERT INTO used SELECT c.direction, c.service, c.own, c.remote, c.lo, c.hi "
    "FROM (SELECT DISTINCT direction, service, own, remote FROM attempt INDEXED BY attempt_success "
    "WHERE kind >= 2 /* scans attempt: all successes are new */) AS a "
    "CROSS JOIN changed_attempt AS c ON c.direction = a.direction AND c.service = a.service "
    "AND c.own = a.own AND c.remote = a.remote";

static bool tell_changed(struct store *s, struct err *err)
{
    struct query *q =
        store_query(s, "addresses in use", "SELECT DISTINCT direction, service, own FROM used");
    while (query_step(q)) {
        const struct own_key key = {query_i(q, 0), query_i(q, 1), query_i(q, 2)};
        store_attempts_changed(s, &key, 0);
    }
    return query_done(q, err);
}

bool use_update(struct store *s, bool from_the_first, struct err *err)
{
    if (!store_script(s, "pairs in use",
            "CREATE TEMP TABLE IF NOT EXISTS used (direction INTEGER, service INTEGER, "
            "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, "
            "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID; DELETE FROM used",
            err))
        return false;
    const char *steps[] = {from_the_first ? find_first_used : find_used, query_text("use"),
        "UPDATE changed_attempt SET hi = hi + :window, withdrawn = 1 WHERE (direction, service, own, remote) IN "
        "(SELECT direction, service, own, remote FROM used)"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct query *q = store_query(s, "use", steps[i]);
        query_bind_i_if(q, ":window", WINDOW_US);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return tell_changed(s, err);
}
