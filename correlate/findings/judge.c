/* The periodic queries over the spans that changed.
 *
 * For one tier, a window that ends at t reaches back :window. So new facts in lo..hi can only change
 * windows inside lo - window .. hi + window; there the stored findings are cut out and what the
 * query finds is put in. What lies outside stays, however long the history.
 *
 * Where facts were only added, and the query only grows by them, no finding is cut: the windows that
 * end from lo to hi + window are asked for, and what they find joins what is stored. */
#include "correlate/findings/judge.h"

#include "correlate/alerts/description.h"
#include "correlate/catalog/queries.h"
#include "correlate/facts/worm.h"
#include "correlate/findings/strangers.h"
#include "store/query.h"
#include "util/timefmt.h"

#include <stdio.h>

#define USE_WINDOW_US TIME_US_DAY /* how far back a login excuses tries that look like guesses */

static const char fresh_touched[] =
    "CREATE TEMP TABLE IF NOT EXISTS touched (service INTEGER, own INTEGER, remote INTEGER, "
    "lo INTEGER, hi INTEGER); DELETE FROM touched";

/* All keys, as changed_attempt and changed_probe have those that changed; of pairs those with what the
 * lowest floor asks for. */
static const char fresh_every[] =
    "CREATE TEMP TABLE IF NOT EXISTS every_pair (direction INTEGER, service INTEGER, "
    "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, weight INTEGER, "
    "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS every_own (direction INTEGER, service INTEGER, own INTEGER, "
    "lo INTEGER, hi INTEGER, weight INTEGER, PRIMARY KEY (direction, service, own)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS every_probe (own INTEGER PRIMARY KEY, lo INTEGER, "
    "hi INTEGER); DELETE FROM every_pair; DELETE FROM every_own; DELETE FROM every_probe";
static const char every_pair[] =
    "INSERT INTO every_pair SELECT direction, service, own, remote, MIN(t), MAX(t), SUM(weight) "
    "FROM attempt GROUP BY direction, service, own, remote HAVING SUM(weight) >= :least "
    "/* scans attempt: all types are judged anew */";
/* The same where all attempts are of this run; of some pairs more than that. */
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
static const char every_probe[] =
    "INSERT INTO every_probe SELECT own, MIN(t), MAX(t + duration) FROM probe GROUP BY own "
    "/* scans probe: all types are judged anew */";

#define TOUCH_CHANGED_PROBES                                                                       \
    "INSERT INTO touched SELECT 0, own, 0, lo - :window, hi + :window FROM changed_probe"
#define TOUCH_ALL_PROBES                                                                           \
    "INSERT INTO touched SELECT 0, own, 0, lo - :window, hi + :window FROM every_probe"
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

/* :least is -1 where only keys with findings are asked for.
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

struct tier_run {
    struct store *store;
    const struct alert_type *type;
    const struct tier *tier;
    struct periodic_query query;
    int64_t type_id, tier_id, window_us;
    enum which { ADDED, WITHDRAWN, ALL } which; /* of what changed: see changed_attempt */
    struct span_list pieces;                    /* findings as they will be */
    struct span_list *dirty;
};

/* The fewest attempts of a pair that reach a tier of some type. */
static bool lowest_floor(const struct catalog *catalog, int64_t *least, struct err *err)
{
    *least = INT64_MAX;
    for (int i = 0; i < catalog->type_count; i++) {
        const struct alert_type *type = &catalog->types[i];
        for (int n = 0; n < type->tier_count; n++) {
            struct periodic_query query;
            int64_t floor = tier_value(&type->tiers[n], "min_attempts", 0);
            if (!periodic_query_of(type, &type->tiers[n], &query, err))
                return false;
            if (query.facts == QUERY_ATTEMPT_BY_REMOTE && floor < *least)
                *least = floor;
        }
    }
    return true;
}

static bool list_pairs(
    struct store *s, const struct catalog *catalog, bool all_new, struct err *err)
{
    int64_t least;
    if (!lowest_floor(catalog, &least, err))
        return false;
    struct query *q = store_query(s, "all pairs", all_new ? every_new_pair : every_pair);
    query_bind_i(q, ":least", least);
    query_step(q);
    return query_done(q, err);
}

bool judge_begin(
    struct store *s, const struct catalog *catalog, enum judge_extent extent, struct err *err)
{
    return store_script(s, "all keys", fresh_every, err) &&
           (extent == JUDGE_CHANGED || (list_pairs(s, catalog, extent == JUDGE_NEW, err) &&
                                           store_do(s, "all of ours", every_own, err) &&
                                           store_do(s, "all who failed", every_probe, err)));
}

static struct finding_key key_at(struct query *q, int column)
{
    return (struct finding_key){
        query_i(q, column), query_i(q, column + 1), query_i(q, column + 2), query_i(q, column + 3)};
}

/* ------------------------------------------------------------------ which keys and spans */

/* So much before `touched` windows that changed may begin. */
static int64_t before(const struct tier_run *r)
{
    return r->which == ADDED ? r->window_us : 0;
}

static bool touch_service(struct tier_run *r, const char *sql, const char *service, struct err *err)
{
    int64_t service_id = 0;
    if (service && !store_name_id(r->store, str_of(service), &service_id, err))
        return false;
    struct query *q = store_query(r->store, "keys with new facts", sql);
    query_bind_i(q, ":window", r->window_us);
    query_bind_i_if(q, ":back", r->window_us - before(r));
    query_bind_i_if(q, ":which", r->which);
    query_bind_i_if(q, ":direction", r->type->direction);
    query_bind_i_if(q, ":service", service_id);
    query_bind_i_if(q, ":type", r->type_id);
    query_bind_i_if(q, ":least", tier_value(r->tier, "min_attempts", r->tier_id ? 0 : -1));
    query_step(q);
    return query_done(q, err);
}

static bool reads_attempts(const struct tier_run *r)
{
    return r->query.facts == QUERY_ATTEMPT_BY_REMOTE || r->query.facts == QUERY_ATTEMPT_BY_OWN;
}

static bool touch(struct tier_run *r, bool everywhere, bool *any, struct err *err)
{
    const struct reach *reach = &reaches[r->query.facts];
    const char *sql = everywhere ? reach->everything : reach->changed;
    bool by_service = reads_attempts(r);
    const char **services = r->tier->services ? r->tier->services : r->type->services;
    if (!store_script(r->store, "touched", fresh_touched, err))
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

/* ------------------------------------------------------------------ old and new findings */

static bool mark_dirty(
    struct tier_run *r, const struct finding_key *key, int64_t lo, int64_t hi, struct err *err)
{
    return span_add(r->dirty, &(struct span){*key, lo, hi}, err);
}

/* What stored findings leave standing outside the touched spans: all of them where facts were added. */
static bool cut_stored(struct tier_run *r, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, "findings that are met", reaches[r->query.facts].met);
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":before", before(r));
    while (done && query_step(q)) {
        struct span span = {key_at(q, 0), query_i(q, 4), query_i(q, 5)};
        int64_t lo = query_i(q, 6) - before(r), hi = query_i(q, 7);
        done = (r->which == ADDED ? span_add(&r->pieces, &span, err)
                                  : span_add_outside(&r->pieces, &span, lo, hi, err)) &&
               mark_dirty(r, &span.key, lo, hi, err);
    }
    return query_done(q, err) && done;
}

static void bind_tier(struct query *q, const struct tier_run *r)
{
    query_bind_zeros(q);
    for (int i = 0; i < r->tier->parameter_count; i++) {
        char name[96];
        snprintf(name, sizeof name, ":%s", r->tier->parameters[i].name);
        query_bind_i_if(q, name, r->tier->parameters[i].value);
    }
    query_bind_i_if(q, ":window", r->window_us);
    query_bind_i_if(q, ":direction", r->type->direction);
    query_bind_i_if(q, ":topic", r->type_id);
    query_bind_i_if(q, ":exempt", r->type->exempt_roles | r->tier->exempt_roles);
}

/* What a query looks at that is no fact of its own. */
static bool prepare(struct tier_run *r, struct err *err)
{
    return r->query.facts != QUERY_WORM_BY_OWN || worm_prepare(r->store, r->tier, err);
}

static bool add_found(struct tier_run *r, struct err *err)
{
    bool done = true;
    if (!prepare(r, err))
        return false;
    struct query *q = store_query(r->store, r->query.name, r->query.sql);
    bind_tier(q, r);
    while (done && query_step(q)) {
        struct span span = {key_at(q, 0), query_i(q, 4), query_i(q, 5)};
        int64_t lo = query_i(q, 6) - before(r), hi = query_i(q, 7);
        done = span_add_inside(&r->pieces, &span, lo, hi, err) &&
               mark_dirty(r, &span.key, lo, hi, err);
    }
    return query_done(q, err) && done;
}

static bool delete_stored(
    struct tier_run *r, const struct finding_key *key, int64_t t0, int64_t t1, struct err *err)
{
    struct query *q = store_query(r->store, "forget findings",
        "DELETE FROM finding WHERE type = :type AND own = :own AND remote = :remote "
        "AND service = :service AND part = :part AND tier = :tier AND t0 <= :t1 AND t1 >= :t0");
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":remote", key->remote);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":part", key->part);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":t0", t0);
    query_bind_i(q, ":t1", t1);
    query_step(q);
    return query_done(q, err);
}

static bool insert_finding(struct tier_run *r, const struct span *span, struct err *err)
{
    struct query *q = store_query(r->store, "finding",
        "INSERT INTO finding (type, own, remote, service, part, tier, t0, t1) "
        "VALUES (:type, :own, :remote, :service, :part, :tier, :t0, :t1)");
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":own", span->key.own);
    query_bind_i(q, ":remote", span->key.remote);
    query_bind_i(q, ":service", span->key.service);
    query_bind_i(q, ":part", span->key.part);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":t0", span->t0);
    query_bind_i(q, ":t1", span->t1);
    query_step(q);
    return query_done(q, err);
}

/* Stored findings that meet a dirty span go; the pieces come in their place. A piece that meets a
 * stored neighbour outside every dirty span would have been a piece of it before. */
static bool replace(struct tier_run *r, const struct span_list *dirty, struct err *err)
{
    span_join(&r->pieces, 2);
    for (size_t i = 0; i < dirty->count; i++)
        if (!delete_stored(r, &dirty->spans[i].key, dirty->spans[i].t0, dirty->spans[i].t1, err))
            return false;
    for (size_t i = 0; i < r->pieces.count; i++)
        if (!insert_finding(r, &r->pieces.spans[i], err))
            return false;
    return true;
}

/* Findings of any tier that meet the touched spans: their alerts have more to tell. */
static bool mark_met(struct tier_run *r, const char *name, const char *met, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, name, met);
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":tier", 0);
    query_bind_i(q, ":before", 0);
    while (done && query_step(q)) {
        struct finding_key key = key_at(q, 0);
        done = mark_dirty(r, &key, query_i(q, 6), query_i(q, 7), err);
    }
    return query_done(q, err) && done;
}

/* Alerts tell what happened around a finding, too: keys with findings of any tier near new facts. */
static bool mark_near(struct tier_run *r, bool everywhere, struct err *err)
{
    bool any;
    static const struct tier none;
    r->tier = &none;
    r->which = ALL;
    return touch(r, everywhere, &any, err) &&
           mark_met(r, "findings near new facts", reaches[r->query.facts].met, err);
}

/* Signatures bear witness to what other facts tell: an alert near a new one has more to say. */
static bool mark_witnessed(struct tier_run *r, bool everywhere, struct err *err)
{
    const char *contacts = everywhere ? TOUCH_ALL_CONTACTS : TOUCH_CHANGED_CONTACTS;
    if (r->type->signature_count == 0 || r->query.facts == QUERY_CONTACT_BY_OWN ||
        r->query.facts == QUERY_CONTACT_BY_DAY)
        return true;
    return store_script(r->store, "touched", fresh_touched, err) &&
           touch_service(r, contacts, NULL, err) &&
           mark_met(r, "findings near new signatures", MET_BY_OWN, err);
}

/* ------------------------------------------------------------------ types */

static bool judge_tier(struct tier_run *r, bool everywhere, struct err *err)
{
    struct span_list own_dirty = {0}, *all_dirty = r->dirty;
    bool any = false;
    if (!touch(r, everywhere, &any, err))
        return false;
    r->dirty = &own_dirty;
    bool done = !any || (cut_stored(r, err) && add_found(r, err));
    span_join(&own_dirty, 2);
    done = done && replace(r, &own_dirty, err);
    for (size_t i = 0; done && i < own_dirty.count; i++)
        done = span_add(all_dirty, &own_dirty.spans[i], err);
    span_done(&own_dirty);
    span_clear(&r->pieces);
    r->dirty = all_dirty;
    return done;
}

static bool judge_changes(struct tier_run *r, bool everywhere, struct err *err)
{
    r->which = !everywhere && r->query.only_grows && reads_attempts(r) ? WITHDRAWN : ALL;
    if (!judge_tier(r, everywhere, err))
        return false;
    if (r->which == ALL)
        return true;
    r->which = ADDED;
    return judge_tier(r, everywhere, err);
}

bool judge_type(struct store *s, const struct alert_type *type, bool everywhere,
    struct span_list *dirty, struct err *err)
{
    struct tier_run r = {.store = s, .type = type, .dirty = dirty};
    bool done = store_name_id(s, str_of(type->code), &r.type_id, err);
    for (int i = 0; done && i < type->tier_count; i++) {
        r.tier = &type->tiers[i];
        r.window_us = tier_value(r.tier, "window", TIME_US_DAY);
        done = periodic_query_of(type, r.tier, &r.query, err) &&
               store_name_id(s, str_of(r.tier->name), &r.tier_id, err) &&
               judge_changes(&r, everywhere, err);
    }
    r.window_us = AFTERMATH_US;
    r.tier_id = 0;
    done = done && periodic_query(type, &r.query, err) && mark_near(&r, everywhere, err) &&
           mark_witnessed(&r, everywhere, err);
    for (int i = 0; done && i < type->tier_count; i++)
        if (type->tiers[i].query)
            done = periodic_query_of(type, &type->tiers[i], &r.query, err) &&
                   mark_near(&r, everywhere, err);
    span_done(&r.pieces);
    return done;
}

/* ------------------------------------------------------------------ one key */

/* The rows of `touched` have what the kind of facts asks by: for contacts `remote` is the subject, or
 * the port and protocol. */
static int64_t touched_remote(enum query_facts facts, const struct finding_key *key)
{
    return facts == QUERY_CONTACT_BY_OWN   ? key->part
           : facts == QUERY_CONTACT_BY_DAY ? key->part & 0xffffff
                                           : key->remote;
}

static bool touch_key(
    struct tier_run *r, const struct finding_key *key, int64_t lo, int64_t hi, struct err *err)
{
    if (!store_script(r->store, "touched", fresh_touched, err))
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

bool judge_windows(struct store *s, const struct alert_type *type, const struct tier *tier,
    const struct finding_key *key, int64_t lo, int64_t hi, struct query **windows, struct err *err)
{
    struct tier_run r = {.store = s,
        .type = type,
        .tier = tier,
        .window_us = tier_value(tier, "window", TIME_US_DAY),
        .which = ALL};
    if (!periodic_query_of(type, tier, &r.query, err) ||
        !store_name_id(s, str_of(type->code), &r.type_id, err) ||
        !touch_key(&r, key, lo, hi, err) || !prepare(&r, err))
        return false;
    *windows = store_query(s, r.query.name, r.query.sql);
    bind_tier(*windows, &r);
    query_bind_i_if(*windows, ":each", 2);
    return true;
}

/* ------------------------------------------------------------------ use is not guessing */

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

bool judge_use(struct store *s, struct err *err)
{
    if (!store_script(s, "pairs in use",
            "CREATE TEMP TABLE IF NOT EXISTS used (direction INTEGER, service INTEGER, "
            "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, "
            "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID; DELETE FROM used",
            err))
        return false;
    const char *steps[] = {find_used, query_text("use"),
        "UPDATE changed_attempt SET hi = hi + :window, withdrawn = 1 WHERE (direction, service, own, remote) IN "
        "(SELECT direction, service, own, remote FROM used)"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct query *q = store_query(s, "use", steps[i]);
        query_bind_i(q, ":window", USE_WINDOW_US);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ checks */

static bool check_tier(struct tier_run *r, struct err *err)
{
    struct err why = {0};
    if (!periodic_query_of(r->type, r->tier, &r->query, err) ||
        !store_script(r->store, "touched", fresh_touched, err) || !prepare(r, err))
        return false;
    struct query *q = store_query(r->store, r->query.name, r->query.sql);
    bool readonly = query_is_readonly(q);
    for (int n = 0; n < r->tier->parameter_count; n++) {
        const char *parameter = r->tier->parameters[n].name;
        char name[96];
        snprintf(name, sizeof name, ":%s", parameter);
        if (readonly && !query_has_parameter(q, name) && !strangers_know(parameter))
            return err_set(err, ERR_CONFIG, "%s: [tier %s]: the query %s has no parameter %s",
                r->type->file, r->tier->name, r->query.name, parameter);
    }
    if (!query_done(q, &why))
        return err_set(err, ERR_CONFIG, "%s: %s", r->type->file, why.text);
    return readonly || err_set(err, ERR_CONFIG, "%s: the query %s writes; it may only read",
                           r->type->file, r->query.name);
}

bool judge_check(struct store *s, const struct alert_type *type, struct err *err)
{
    for (int i = 0; i < type->tier_count; i++) {
        struct tier_run r = {.store = s, .type = type, .tier = &type->tiers[i]};
        if (!check_tier(&r, err))
            return false;
    }
    return true;
}
