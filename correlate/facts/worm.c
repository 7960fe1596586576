/* Names and peers of addresses that sweep a port. */
#include "correlate/facts/worm.h"

#include "store/query.h"
#include "util/ipaddr.h"
#include "util/timefmt.h"

#include <stdlib.h>

static const char fresh_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS worm_span (own INTEGER PRIMARY KEY, lo INTEGER, hi INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS worm_name (own INTEGER, t INTEGER, name INTEGER, text TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS worm_peer (own INTEGER, t INTEGER, remote INTEGER);"
    "DELETE FROM worm_span; DELETE FROM worm_name; DELETE FROM worm_peer;";

/* Cheap sieve: enough targets in the whole span. */
static const char find_spans[] =
    "INSERT INTO worm_span SELECT k.own, MIN(p.t) - :window, MAX(p.t) + :window "
    "FROM touched AS k CROSS JOIN probe AS p ON p.own = k.own "
    "AND p.t BETWEEN k.lo - :sweep_window AND k.hi "
    "WHERE p.flags & 17 = 1 AND p.port = :port AND p.proto = 6 AND p.leg = 0 "
    "GROUP BY k.own HAVING COUNT(DISTINCT p.remote) >= :min_targets";

/* What the resolver answered to was a question of the client: its record, or the pair of records that
 * Suricata writes, counts once by the name. */
static const char names_of_spans[] =
    "SELECT z.own, n.t, n.name FROM (SELECT MIN(lo) AS lo, MAX(hi) AS hi FROM worm_span) AS s "
    "CROSS JOIN lookup AS n ON n.t BETWEEN s.lo AND s.hi "
    "JOIN worm_span AS z ON z.own = n.orig AND n.t BETWEEN z.lo AND z.hi "
    "WHERE n.outcome & 11 = 9"; /* DNS, no such name */

static const char peers_of_spans[] =
    "SELECT z.own, f.t, f.resp FROM (SELECT MIN(lo) AS lo, MAX(hi) AS hi FROM worm_span) AS s "
    "CROSS JOIN stretch AS y /* scans stretch: a row for many flows */ ON y.t_min <= s.hi AND y.t_max >= s.lo "
    "CROSS JOIN flow AS f ON f.id BETWEEN y.first AND y.last AND f.t BETWEEN s.lo AND s.hi "
    "JOIN worm_span AS z ON z.own = f.orig AND f.t BETWEEN z.lo AND z.hi "
    "WHERE +f.proto = 17 /* no index: of the span alone */ AND f.orig_port >= 1024 AND f.resp_port >= 1024";

static bool do_for_tier(struct store *s, const struct tier *tier, const char *sql, struct err *err)
{
    struct query *q = store_query(s, "addresses that sweep a port", sql);
    query_bind_i_if(q, ":window", tier_value(tier, "window", TIME_US_HOUR));
    query_bind_i_if(q, ":sweep_window", tier_value(tier, "sweep_window", TIME_US_HOUR));
    query_bind_i_if(q, ":port", tier_value(tier, "port", 0));
    query_bind_i_if(q, ":min_targets", tier_value(tier, "min_targets", INT64_MAX));
    query_step(q);
    return query_done(q, err);
}

static bool add_name(struct store *s, int64_t own, int64_t t_us, struct str name, struct err *err)
{
    struct query *q =
        store_query(s, "name in vain", "INSERT INTO worm_name VALUES (:own, :t, :name, :text)");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":t", t_us);
    query_bind_i(q, ":name", (int64_t)str_hash(name, STR_HASH_START));
    query_bind_s(q, ":text", name);
    query_step(q);
    return query_done(q, err);
}

static bool add_names(struct store *s, struct err *err)
{
    bool done = true;
    struct query *q = store_query(s, "names in vain", names_of_spans);
    while (done && query_step(q))
        done = add_name(s, query_i(q, 0), query_i(q, 1), query_s(q, 2), err);
    return query_done(q, err) && done;
}

static bool add_peer(struct store *s, int64_t own, int64_t t_us, int64_t remote, struct err *err)
{
    struct ipaddr ip;
    if (!store_address(s, remote, &ip, err))
        return false;
    if (ip_classify(&ip) != IP_GLOBAL)
        return true;
    struct query *q = store_query(s, "peer", "INSERT INTO worm_peer VALUES (:own, :t, :remote)");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":t", t_us);
    query_bind_i(q, ":remote", remote);
    query_step(q);
    return query_done(q, err);
}

static bool add_peers(struct store *s, struct err *err)
{
    bool done = true;
    struct query *q = store_query(s, "peers", peers_of_spans);
    while (done && query_step(q))
        done = add_peer(s, query_i(q, 0), query_i(q, 1), query_i(q, 2), err);
    return query_done(q, err) && done;
}

static bool any_row(struct store *s, const char *sql, bool *any, struct err *err)
{
    struct query *q = store_query(s, "any", sql);
    *any = query_step(q);
    return query_done(q, err);
}

bool worm_prepare(struct store *s, const struct tier *tier, struct err *err)
{
    bool any;
    if (!store_script(s, "worms", fresh_tables, err) || !do_for_tier(s, tier, find_spans, err) ||
        !any_row(s, "SELECT 1 FROM worm_span LIMIT 1", &any, err))
        return false;
    return !any || (store_do(s, "suspects",
                        "INSERT OR IGNORE INTO suspect SELECT own FROM worm_span", err) &&
                       add_names(s, err) && add_peers(s, err));
}

bool worm_note_names(struct store *s, int64_t after, int64_t upto, struct err *err)
{
    bool any;
    if (!any_row(s, "SELECT 1 FROM suspect LIMIT 1", &any, err) || !any)
        return !any;
    struct query *q = store_query(s, "names of suspects",
        "INSERT INTO changed_probe (own, lo, hi) SELECT n.orig, MIN(n.t), MAX(n.t) "
        "FROM lookup AS n WHERE n.id > :after AND n.id <= :upto AND n.outcome & 11 = 9 "
        "AND n.orig IN (SELECT own FROM suspect) GROUP BY n.orig "
        "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)");
    query_bind_i(q, ":after", after);
    query_bind_i(q, ":upto", upto);
    query_step(q);
    return query_done(q, err);
}
