/* One correlation run, from what changed to what it means. */
#include "correlate/correlate.h"

#include "correlate/alerts/episodes.h"
#include "correlate/alerts/past.h"
#include "correlate/facts/coverage.h"
#include "correlate/facts/legs.h"
#include "correlate/facts/reach.h"
#include "correlate/findings/gate.h"
#include "correlate/findings/judge.h"
#include "correlate/findings/strangers.h"
#include "correlate/findings/touched.h"
#include "correlate/findings/use.h"
#include "correlate/run.h"
#include "correlate/usual/rollup.h"
#include "store/own_attempts.h"
#include "store/query.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ keys to look at */

static bool add_keys(struct run *r, int type, int64_t type_id, const char *keys, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, "keys", keys);
    query_bind_i(q, ":type", type_id);
    while (done && query_step(q)) {
        struct span all = {
            {query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)}, INT64_MIN, INT64_MAX};
        done = span_add(&r->dirty[type], &all, err);
    }
    return query_done(q, err) && done;
}

/* A type that is judged everywhere: its findings go, and their keys and those with alerts are looked
 * at even where no finding comes back. */
static bool start_over(struct run *r, int type, struct err *err)
{
    static const char with_alerts[] = "SELECT DISTINCT own, remote, service, part FROM alert "
                                      "WHERE type = :type AND superseded IS NULL";
    static const char with_findings[] =
        "SELECT DISTINCT own, remote, service, part FROM finding WHERE type = :type";
    static const char *const forget[] = {
        "DELETE FROM finding WHERE type = :type", "DELETE FROM calm WHERE type = :type"};
    int64_t type_id;
    if (!store_name_id(r->store, str_of(r->input->catalog->types[type].code), &type_id, err) ||
        !add_keys(r, type, type_id, with_alerts, err) ||
        !add_keys(r, type, type_id, with_findings, err) ||
        !past_forget_type(r->store, type_id, err))
        return false;
    for (size_t i = 0; i < sizeof forget / sizeof *forget; i++) {
        struct query *q = store_query(r->store, "forget findings", forget[i]);
        query_bind_i(q, ":type", type_id);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

/* Where findings of the type that takes over changed, those that yield are looked at again. */
static bool follow(struct run *r, int type, int leader, struct err *err)
{
    int64_t type_id;
    if (!store_name_id(r->store, str_of(r->input->catalog->types[type].code), &type_id, err))
        return false;
    for (size_t i = 0; i < r->dirty[leader].count; i++) {
        const struct span *changed = &r->dirty[leader].spans[i];
        bool done = true;
        struct query *q = store_query(r->store, "findings that yield",
            "SELECT DISTINCT own, remote, service, part FROM finding WHERE type = :type "
            "AND own = :own AND service = :service AND t0 <= :t1 AND t1 >= :t0");
        query_bind_i(q, ":type", type_id);
        query_bind_i(q, ":own", changed->key.own);
        query_bind_i(q, ":service", changed->key.service);
        query_bind_i(q, ":t0", changed->t0);
        query_bind_i(q, ":t1", changed->t1);
        while (done && query_step(q)) {
            struct span span = {{query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)},
                changed->t0, changed->t1};
            done = span_add(&r->dirty[type], &span, err);
        }
        if (!query_done(q, err) || !done)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ types in order */

static int index_of(const struct catalog *catalog, const char *code)
{
    for (int i = 0; code && i < catalog->type_count; i++)
        if (strcmp(catalog->types[i].code, code) == 0)
            return i;
    return -1;
}

/* Types that yield come after those they yield to. */
static void order_types(struct run *r)
{
    const struct catalog *catalog = r->input->catalog;
    int count = 0;
    for (int i = 0; i < catalog->type_count; i++)
        if (!catalog->types[i].yields_to)
            r->order[count++] = i;
    for (int i = 0; i < catalog->type_count; i++)
        if (catalog->types[i].yields_to)
            r->order[count++] = i;
}

static bool find(struct run *r, int type, struct err *err)
{
    const struct alert_type *t = &r->input->catalog->types[type];
    /* where a run ended early, its flows are as good as new */
    const int64_t flows_after = r->unjudged ? 0 : r->seen.flows_after;
    const struct strangers_input strangers = {t, r->input->inventory, flows_after,
        r->input->now_us + FACTS_FUTURE_US, r->everywhere[type]};
    int64_t type_id;
    return store_name_id(r->store, str_of(t->code), &type_id, err) &&
           coverage_mark(r->store, type_id, &r->hours, &r->dirty[type], err) &&
           (!r->everywhere[type] || start_over(r, type, err)) &&
           strangers_update(r->store, &strangers, err) &&
           (!strangers_tier(t) || legs_update_contacts(r->store, r->input->inventory, err)) &&
           judge_type(r->store, t, r->everywhere[type], &r->dirty[type], err);
}

/* One span a key from here on: what the days of a key come to hangs together. */
static bool weigh(struct run *r, int type, struct err *err)
{
    struct gate *g = gate_new(r->store, r->input, &r->input->catalog->types[type], err);
    bool done = g && (r->everywhere[type] || gate_learn(g, r->hours_known, &r->dirty[type], err));
    span_join(&r->dirty[type], INT64_MAX);
    done = done && gate_update(g, &r->dirty[type], err);
    gate_free(g);
    return done;
}

static bool raise(struct run *r, int type, struct err *err)
{
    const struct alert_type *t = &r->input->catalog->types[type];
    int leader = index_of(r->input->catalog, t->yields_to);
    if (leader >= 0 && !follow(r, type, leader, err))
        return false;
    span_join(&r->dirty[type], INT64_MAX);
    return episodes_update(
        r->store, r->input, t, &r->dirty[type], !r->everywhere[type], r->totals, err);
}

static bool for_all_types(
    struct run *r, bool (*step)(struct run *r, int type, struct err *err), struct err *err)
{
    for (int i = 0; i < r->input->catalog->type_count; i++)
        if (!step(r, r->order[i], err))
            return false;
    return true;
}

/* What is usual depends on the hours that were logged: those that became known since the last run. */
static bool read_hours(struct run *r, int64_t *newest, struct err *err)
{
    struct query *q = store_query(r->store, "newest hour", "SELECT max(id) FROM logged_hour");
    *newest = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err) && store_state_get(r->store, "hours", 0, &r->hours_known, err);
}

/* ------------------------------------------------------------------ the run */

static bool count_living(struct run *r, struct err *err)
{
    struct query *q = store_query(r->store, "living alerts",
        "SELECT count(*) FROM alert WHERE superseded IS NULL /* scans alert: to count them */");
    r->totals->alerts_living = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool note_run(struct run *r, struct err *err)
{
    const struct correlate_totals *t = r->totals;
    struct query *q = store_query(r->store, "run",
        "INSERT INTO run (at, records, created, changed, ended, note) "
        "VALUES (:at, :records, :created, :changed, :ended, :note)");
    query_bind_i(q, ":at", r->input->now_us);
    query_bind_i(q, ":records", t->records);
    query_bind_i(q, ":created", t->alerts_new);
    query_bind_i(q, ":changed", t->alerts_changed);
    query_bind_i(q, ":ended", t->alerts_superseded + t->alerts_withdrawn);
    query_bind_s(q, ":note",
        t->facts_rebuilt ? STR("facts rebuilt: home, inventory, services or sampling changed")
        : r->unjudged    ? STR("types judged anew: the run before ended too early")
        : t->types_rejudged > 0 ? STR("types judged anew: catalogue, feeds or baselines changed")
                                : STR(""));
    query_step(q);
    return query_done(q, err);
}

static enum judge_extent extent_of(const struct run *r)
{
    bool any = false;
    for (int i = 0; i < r->input->catalog->type_count; i++)
        any = any || r->everywhere[i];
    return !any ? JUDGE_CHANGED : r->seen.from_the_first ? JUDGE_NEW : JUDGE_ALL;
}

/* The facts that follow from the records, and what else types are judged by. What changed of it is noted
 * in temporary tables. */
static bool update_facts(struct run *r, struct err *err)
{
    const struct facts_input facts = {r->input->catalog, r->input->inventory, r->input->now_us};
    if (!facts_update(r->store, &facts, r->scope, &r->seen, err) ||
        !legs_update(r->store, r->input->inventory, err) ||
        !use_update(r->store, r->seen.from_the_first, err))
        return false;
    store_keep_attempts(r->store, true); /* from here on they are only read */
    r->totals->records = r->seen.records;
    r->totals->transit = r->seen.transit;
    return past_forget_changed(r->store, err) && rollup_update(r->store, err) &&
           reach_update(r->store, r->input->catalog, &r->totals->beliefs_changed, err) &&
           coverage_update(r->store, &r->hours, err);
}

static bool judge_all(struct run *r, struct err *err)
{
    int64_t newest;
    return touched_begin(r->store, r->input->catalog, extent_of(r), err) &&
           drift_update(r->store, r->input->catalog, r->unjudged, &r->totals->drifts, err) &&
           read_hours(r, &newest, err) && for_all_types(r, find, err) &&
           for_all_types(r, weigh, err) && for_all_types(r, raise, err) &&
           store_state_set(r->store, "hours", newest, err) && run_note_judged(r, err) &&
           note_run(r, err);
}

/* Facts are kept before they are judged: the disk works meanwhile. A run that ends in between leaves
 * the note that they are not, and the next one judges everything. */
static bool update_all(struct run *r, struct err *err)
{
    return update_facts(r, err) && run_note_unjudged(r, err) && store_commit_part(r->store, err) &&
           judge_all(r, err);
}

/* Types that the catalogue no longer has keep their alerts: history is not ours to delete. */
bool correlate_run(struct store *s, const struct correlate_input *input,
    struct correlate_totals *totals, struct err *err)
{
    size_t count = (size_t)input->catalog->type_count + 1;
    struct correlate_totals fresh = {0};
    struct run r = {
        .store = s,
        .input = input,
        .totals = &fresh,
        .everywhere = calloc(count, sizeof *r.everywhere),
        .dirty = calloc(count, sizeof *r.dirty),
        .order = calloc(count, sizeof *r.order),
    };
    bool news = true, coverage = true;
    bool done = ((r.everywhere && r.dirty && r.order) || err_nomem(err)) && store_begin(s, err);
    if (done) {
        order_types(&r);
        done = run_choose(&r, err) && facts_waiting(s, input->now_us, &news, err) &&
               coverage_waiting(s, &coverage, err) &&
               ((!r.inputs_changed && !news && !coverage) || update_all(&r, err)) &&
               count_living(&r, err) && store_commit(s, err);
        store_keep_attempts(s, false);
        if (!done)
            store_rollback(s);
    }
    for (size_t i = 0; r.dirty && i < count; i++)
        span_done(&r.dirty[i]);
    span_done(&r.hours);
    free(r.everywhere);
    free(r.dirty);
    free(r.order);
    if (done)
        *totals = fresh;
    return done;
}
