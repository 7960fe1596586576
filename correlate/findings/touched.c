/* Spans of keys, from what changed and from everything. */
#include "correlate/findings/touched.h"

#include "store/query.h"
#include "util/timefmt.h"

static const char fresh_touched[] =
    "CREATE TEMP TABLE IF NOT EXISTS touched (service INTEGER, own INTEGER, remote INTEGER, "
    "lo INTEGER, hi INTEGER); DELETE FROM touched";

/* All keys, as changed_attempt and changed_probe have those that changed; of pairs, and of those with
 * probes, the ones with what the lowest floor asks for. */
static const char fresh_every[] =
    "CREATE TEMP TABLE IF NOT EXISTS every_pair (direction INTEGER, service INTEGER, "
    "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, weight INTEGER, "
    "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS every_own (direction INTEGER, service INTEGER, own INTEGER, "
    "lo INTEGER, hi INTEGER, weight INTEGER, PRIMARY KEY (direction, service, own)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS every_probe (own INTEGER PRIMARY KEY, lo INTEGER, "
    "hi INTEGER, all_probes INTEGER, all_flows INTEGER, all_packets INTEGER, all_bytes INTEGER);"
    "DELETE FROM every_pair; DELETE FROM every_own; DELETE FROM every_probe";
static const char every_pair[] =
    "INSERT INTO every_pair SELECT direction, service, own, remote, MIN(t), MAX(t), SUM(weight) "
    "FROM attempt GROUP BY direction, service, own, remote HAVING SUM(weight) >= :least "
    "/* scans attempt: all types are judged anew */";
/* The same where all attempts are of this run. Tries are no fewer than what counts, so that no pair is
 * missed; some come in addition. */
static const char every_new_pair[] =
    "INSERT INTO every_pair SELECT direction, service, own, remote, lo, hi, tries "
    "FROM changed_attempt WHERE tries >= :least";
#define TIME_OF_OWN(edge)                                                                          \
    "(SELECT " edge "(t) FROM attempt AS a INDEXED BY attempt_by_own "                             \
    "WHERE a.direction = r.direction AND a.service = r.service AND a.own = r.own)"
static const char every_own[] =
    "INSERT INTO every_own "
    "SELECT direction, service, own, " TIME_OF_OWN("MIN") ", " TIME_OF_OWN(
        "MAX") ", SUM(attempts) "
               "FROM rollup AS r WHERE span = 24 GROUP BY direction, service, own /* scans rollup: likewise */";
/* The same where all attempts are of this run. */
static const char every_new_own[] =
    "INSERT INTO every_own SELECT direction, service, own, lo, hi, tries FROM rolled";

/* Any of so much is asked for, as of all probes of one of ours: few of them come so far. */
#define ENOUGH_PROBES                                                                              \
    "(all_probes >= :probes OR all_flows >= :flows OR all_packets >= :packets OR all_bytes >= :bytes)"
static const char every_probe[] =
    "INSERT INTO every_probe SELECT own, MIN(t), MAX(t + duration), COUNT(*) AS all_probes, "
    "TOTAL(scale) AS all_flows, TOTAL(pkts) AS all_packets, TOTAL(bytes) AS all_bytes "
    "FROM probe GROUP BY own "
    "HAVING " ENOUGH_PROBES " /* scans probe: all types are judged anew */";

#define TOUCH_CHANGED_PROBES                                                                       \
    "INSERT INTO touched SELECT 0, own, 0, lo - :window, hi + :window FROM changed_probe"
#define TOUCH_ALL_PROBES                                                                           \
    "INSERT INTO touched SELECT 0, own, 0, lo - :window, hi + :window FROM every_probe "           \
    "WHERE " ENOUGH_PROBES
#define TOUCH_CHANGED_CONTACTS                                                                     \
    "INSERT INTO touched SELECT 0, own, 0, lo - :window, hi + :window "                            \
    "FROM changed_contact WHERE topic = :type"
#define TOUCH_ALL_CONTACTS                                                                         \
    "INSERT INTO touched SELECT 0, own, 0, MIN(t) - :window, MAX(t) + :window "                    \
    "FROM contact WHERE topic = :type GROUP BY own"
/* :tier 0: findings of any tier. */
#define MET                                                                                        \
    "SELECT f.own, f.remote, f.service, f.part, f.t0, f.t1, k.lo, k.hi "                           \
    "FROM touched AS k CROSS JOIN finding AS f ON f.type = :type AND f.own = k.own "               \
    "AND (:tier = 0 OR f.tier = :tier) AND f.t0 <= k.hi AND f.t1 >= k.lo - :before"
#define MET_BY_REMOTE  MET " AND f.remote = k.remote AND f.service = k.service"
#define MET_BY_SERVICE MET " AND f.service = k.service"
#define MET_BY_OWN     MET

/* A key with less than the floor in the whole span that its windows reach has none in a window:
 * most pairs of real traffic drop out here. Keys that have findings stay, to lose them. */
#define ENOUGH(changed)                                                                            \
    "AND (EXISTS (SELECT 1 FROM finding AS f WHERE f.type = :type AND f.own = c.own "              \
    "AND f.remote = c.remote AND f.service = c.service) OR (:least >= 0 AND "                      \
    "(SELECT SUM(a.weight) FROM attempt AS a WHERE a.direction = :direction "                      \
    "AND a.service = c.service AND a.own = c.own AND a.remote = c.remote " changed ") >= :least))"

/* The same for one of ours, by the daily sums. */
#define ENOUGH_OF_OWN                                                                                                                 \
    "HAVING (:which = 2 OR MAX(withdrawn) = :which) AND (EXISTS (SELECT 1 FROM finding AS f "                                         \
    "WHERE f.type = :type AND f.own = c.own AND f.service = c.service) OR (:least >= 0 AND (SELECT SUM(r.attempts) FROM rollup AS r " \
    "WHERE r.direction = :direction AND r.service = c.service AND r.own = c.own AND r.span = 24 "                                     \
    "AND r.bin BETWEEN (MIN(c.lo) - 2 * :window) / 86400000000 - 1 "                                                                  \
    "AND (MAX(c.hi) + :window) / 86400000000) >= :least))"

/* :least is -1 where only keys with findings are asked for, and no other floor can be reached.
 *
 * Per kind of facts: how `touched` is filled from what changed and from everything, and which
 * stored findings meet it. */
static const struct reach {
    const char *changed, *everything, *met;
} reaches[] = {
    [QUERY_ATTEMPT_BY_REMOTE] =
        {"INSERT INTO touched SELECT service, own, remote, lo - :back, hi + :window "
         "FROM changed_attempt AS c WHERE direction = :direction AND service = :service "
         "AND (:which = 2 OR withdrawn = :which) " ENOUGH(
             "AND a.t BETWEEN c.lo - :window AND c.hi + :window"),
            "INSERT INTO touched SELECT service, own, remote, lo - :window, hi + :window "
            "FROM every_pair WHERE direction = :direction AND service = :service "
            "AND :least >= 0 AND weight >= :least",
            MET_BY_REMOTE},
    [QUERY_ATTEMPT_BY_OWN] =
        {"INSERT INTO touched SELECT service, own, 0, MIN(lo) - :back, MAX(hi) + :window "
         "FROM changed_attempt AS c WHERE direction = :direction AND service = :service "
         "GROUP BY service, own " ENOUGH_OF_OWN,
            "INSERT INTO touched SELECT service, own, 0, lo - :window, hi + :window "
            "FROM every_own WHERE direction = :direction AND service = :service "
            "AND weight >= :least",
            MET_BY_SERVICE},
    [QUERY_PROBE_BY_OWN] = {TOUCH_CHANGED_PROBES, TOUCH_ALL_PROBES, MET_BY_OWN},
    [QUERY_VOLUME_BY_OWN] = {TOUCH_CHANGED_PROBES, TOUCH_ALL_PROBES, MET_BY_OWN},
    [QUERY_WORM_BY_OWN] = {TOUCH_CHANGED_PROBES, TOUCH_ALL_PROBES, MET_BY_OWN},
    [QUERY_CONTACT_BY_OWN] = {TOUCH_CHANGED_CONTACTS, TOUCH_ALL_CONTACTS, MET_BY_OWN},
    [QUERY_CONTACT_BY_DAY] = {TOUCH_CHANGED_CONTACTS, TOUCH_ALL_CONTACTS, MET_BY_OWN},
};

/* ------------------------------------------------------------------ floors */

/* The least that tiers ask for, of a pair and of the probes of one of ours: INT64_MAX for what none does,
 * 0 where one may be reached by anything. */
struct floors {
    int64_t attempts, probes, flows, packets, bytes;
};

static const struct floors no_floors = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};

static void lower(int64_t *floor, int64_t value)
{
    *floor = value < *floor ? value : *floor;
}

static void lower_if_set(int64_t *floor, const struct tier *tier, const char *name)
{
    int64_t value = tier_value(tier, name, 0);
    if (value > 0)
        lower(floor, value);
}

static bool asks_for_probes(const struct floors *f)
{
    return f->probes < INT64_MAX || f->flows < INT64_MAX || f->packets < INT64_MAX ||
           f->bytes < INT64_MAX;
}

/* A target or port takes a probe of its own. What queries beside a type's file look at is theirs to say. */
static void probe_floors(
    struct floors *f, const struct tier *tier, const struct periodic_query *query)
{
    struct floors own = no_floors;
    if (query->sql == query_text(query->name)) {
        lower_if_set(&own.probes, tier, "min_targets");
        lower_if_set(&own.probes, tier, "min_ports");
        lower_if_set(&own.flows, tier, "min_flows");
        lower_if_set(&own.packets, tier, "min_packets");
        lower_if_set(&own.bytes, tier, "min_bytes");
    }
    if (!asks_for_probes(&own))
        own.probes = 0;
    lower(&f->probes, own.probes);
    lower(&f->flows, own.flows);
    lower(&f->packets, own.packets);
    lower(&f->bytes, own.bytes);
}

static void lower_floors(
    struct floors *f, const struct tier *tier, const struct periodic_query *query)
{
    switch (query->facts) {
    case QUERY_ATTEMPT_BY_REMOTE:
        lower(&f->attempts, tier_value(tier, "min_attempts", 0));
        break;
    case QUERY_PROBE_BY_OWN:
    case QUERY_VOLUME_BY_OWN:
    case QUERY_WORM_BY_OWN:
        probe_floors(f, tier, query);
        break;
    default:
        break;
    }
}

static bool lowest_floors(const struct catalog *catalog, struct floors *least, struct err *err)
{
    *least = no_floors;
    for (int i = 0; i < catalog->type_count; i++) {
        const struct alert_type *type = &catalog->types[i];
        for (int n = 0; n < type->tier_count; n++) {
            struct periodic_query query;
            if (!periodic_query_of(type, &type->tiers[n], &query, err))
                return false;
            lower_floors(least, &type->tiers[n], &query);
        }
    }
    return true;
}

static void bind_probe_floors(struct query *q, const struct floors *f)
{
    query_bind_i_if(q, ":probes", f->probes);
    query_bind_i_if(q, ":flows", f->flows);
    query_bind_i_if(q, ":packets", f->packets);
    query_bind_i_if(q, ":bytes", f->bytes);
}

/* ------------------------------------------------------------------ once a run */

static bool list_keys(struct store *s, const struct catalog *catalog, bool all_new, struct err *err)
{
    struct floors least;
    if (!lowest_floors(catalog, &least, err))
        return false;
    struct query *q = store_query(s, "all pairs", all_new ? every_new_pair : every_pair);
    query_bind_i(q, ":least", least.attempts);
    query_step(q);
    if (!query_done(q, err) ||
        !store_do(s, "all of ours", all_new ? every_new_own : every_own, err))
        return false;
    q = store_query(s, "all who failed", every_probe);
    bind_probe_floors(q, &least);
    query_step(q);
    return query_done(q, err);
}

bool touched_begin(
    struct store *s, const struct catalog *catalog, enum judge_extent extent, struct err *err)
{
    return store_script(s, "all keys", fresh_every, err) &&
           (extent == JUDGE_CHANGED || list_keys(s, catalog, extent == JUDGE_NEW, err));
}

/* ------------------------------------------------------------------ one tier */

int64_t touched_before(const struct tier_run *r)
{
    return r->which == ADDED ? r->window_us : 0;
}

static bool touch_service(
    const struct tier_run *r, const char *sql, const char *service, struct err *err)
{
    int64_t service_id = 0;
    struct floors floors = no_floors;
    if (r->tier_id)
        lower_floors(&floors, r->tier, &r->query);
    if (service && !store_name_id(r->store, str_of(service), &service_id, err))
        return false;
    struct query *q = store_query(r->store, "keys with new facts", sql);
    query_bind_i(q, ":window", r->window_us);
    query_bind_i_if(q, ":back", r->window_us - touched_before(r));
    query_bind_i_if(q, ":which", r->which);
    query_bind_i_if(q, ":direction", r->type->direction);
    query_bind_i_if(q, ":service", service_id);
    query_bind_i_if(q, ":type", r->type_id);
    query_bind_i_if(q, ":least", tier_value(r->tier, "min_attempts", r->tier_id ? 0 : -1));
    bind_probe_floors(q, &floors);
    query_step(q);
    return query_done(q, err);
}

bool touched_clear(struct store *s, struct err *err)
{
    return store_script(s, "touched", fresh_touched, err);
}

bool touched_fill(const struct tier_run *r, bool everywhere, bool *any, struct err *err)
{
    const struct reach *reach = &reaches[r->query.facts];
    const char *sql = everywhere ? reach->everything : reach->changed;
    bool by_service = query_reads_attempts(r->query.facts);
    const char **services = r->tier->services ? r->tier->services : r->type->services;
    if (!touched_clear(r->store, err))
        return false;
    if (!by_service && !touch_service(r, sql, NULL, err))
        return false;
    for (; by_service && services && *services; services++)
        if (!touch_service(r, sql, *services, err))
            return false;
    struct query *q = store_query(r->store, "touched", "SELECT 1 FROM touched LIMIT 1");
    *any = query_step(q);
    return query_done(q, err);
}

bool touched_fill_contacts(const struct tier_run *r, bool everywhere, struct err *err)
{
    return touched_clear(r->store, err) &&
           touch_service(r, everywhere ? TOUCH_ALL_CONTACTS : TOUCH_CHANGED_CONTACTS, NULL, err);
}

/* The rows of `touched` have what the kind of facts asks by: for contacts `remote` is the subject, or
 * the port and protocol. */
static int64_t touched_remote(enum query_facts facts, const struct finding_key *key)
{
    return facts == QUERY_CONTACT_BY_OWN   ? key->part
           : facts == QUERY_CONTACT_BY_DAY ? key->part & 0xffffff
                                           : key->remote;
}

bool touched_fill_key(const struct tier_run *r, const struct finding_key *key, int64_t lo,
    int64_t hi, struct err *err)
{
    if (!touched_clear(r->store, err))
        return false;
    struct query *q = store_query(r->store, "one key",
        "INSERT INTO touched (service, own, remote, lo, hi) "
        "VALUES (:service, :own, :remote, :lo, :hi)");
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":remote", touched_remote(r->query.facts, key));
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", hi);
    query_step(q);
    return query_done(q, err);
}

const char *touched_findings(enum query_facts facts)
{
    return reaches[facts].met;
}
