/* Calling days of findings calm, and remembering which. */
#include "correlate/findings/gate.h"

#include "correlate/findings/gate_day.h"
#include "store/query.h"
#include "util/list.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>

const char *const gate_reason_texts[GATE_REASONS] = {
    [GATE_OPEN] = "",
    [GATE_COLD] = "too little history, so the floor decides",
    [GATE_CEILING] = "so much counts whatever is usual",
    [GATE_NEW_PEER] = "this peer has not logged in before, or only lately",
    [GATE_UNKNOWN_PEER] = "this peer logged in on few days",
    [GATE_MUCH] = "more than this peer may",
    [GATE_FAILURES] = "nearly all of its logins failed",
    [GATE_ABNORMAL] = "unusual for this environment",
    [GATE_USUAL] = "usual for this environment",
    [GATE_HABIT] = "this peer logs in so often every day",
    [GATE_UNLEARNED] = "needs a baseline, and none is learned",
    [GATE_RAISED] = "a machine of this role may reach as many",
};

/* ------------------------------------------------------------------ opening */

struct gate *gate_new(struct store *s, const struct correlate_input *input,
    const struct alert_type *type, struct err *err)
{
    struct gate *g = calloc(1, sizeof *g);
    if (!g) {
        err_nomem(err);
        return NULL;
    }
    g->store = s;
    g->input = input;
    g->type = type;
    g->history = (struct history){.store = s, .type = type};
    g->tier_ids = calloc((size_t)type->tier_count + 1, sizeof *g->tier_ids);
    bool done =
        (g->tier_ids || err_nomem(err)) && store_name_id(s, str_of(type->code), &g->type_id, err);
    for (int i = 0; done && i < type->tier_count; i++) {
        done = store_name_id(s, str_of(type->tiers[i].name), &g->tier_ids[i], err);
        for (const char **name = type->learned_tiers; name && *name; name++)
            if (strcmp(*name, type->tiers[i].name) == 0)
                g->learned |= UINT64_C(1) << i;
        int64_t window = tier_value(&type->tiers[i], "window", 0);
        g->longest_us = window > g->longest_us ? window : g->longest_us;
    }
    done = done && gate_day_init(g, err);
    if (done)
        return g;
    gate_free(g);
    return NULL;
}

void gate_free(struct gate *g)
{
    if (!g)
        return;
    history_done(&g->history);
    learning_done(&g->learning);
    free(g->tier_ids);
    free(g->marked);
    free(g->findings);
    free(g->calm);
    free(g->before);
    free(g);
}

/* ------------------------------------------------------------------ one key, loaded */

static void bind_key(struct query *q, const struct gate *g, const struct finding_key *key)
{
    query_bind_i(q, ":type", g->type_id);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":remote", key->remote);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":part", key->part);
}

static int tier_index(const struct gate *g, int64_t tier_id)
{
    for (int i = 0; i < g->type->tier_count; i++)
        if (g->tier_ids[i] == tier_id)
            return i;
    return -1;
}

/* In no order: a key that goes on for months has many. */
static bool load_findings(struct gate *g, const struct finding_key *key, struct err *err)
{
    bool done = true;
    if (g->loaded && finding_key_cmp(&g->key, key) == 0)
        return true;
    g->loaded = false;
    g->key = *key;
    g->finding_count = 0;
    struct query *q = store_query(g->store, "findings of a key",
        "SELECT tier, t0, t1 FROM finding WHERE type = :type AND own = :own AND remote = :remote "
        "AND service = :service AND part = :part");
    bind_key(q, g, key);
    while (done && query_step(q)) {
        int tier = tier_index(g, query_i(q, 0));
        done = list_room(&g->findings, g->finding_count, &g->finding_cap, sizeof *g->findings, err);
        if (done && tier >= 0)
            g->findings[g->finding_count++] =
                (struct gate_span){tier, query_i(q, 1), query_i(q, 2)};
    }
    g->loaded = query_done(q, err) && done;
    return g->loaded;
}

static bool add_calm(struct gate *g, int64_t day, int tier, struct err *err)
{
    if (!list_room(&g->calm, g->calm_count, &g->calm_cap, sizeof *g->calm, err))
        return false;
    g->calm[g->calm_count++] = (struct calm_day){day, tier};
    return true;
}

static int by_day_and_tier(const void *a, const void *b)
{
    const struct calm_day *x = a, *y = b;
    int by = order(x->day, y->day);
    return by ? by : order(x->tier, y->tier);
}

static bool load_calm(struct gate *g, const struct finding_key *key, struct err *err)
{
    bool done = true;
    g->calm_count = 0;
    struct query *q = store_query(g->store, "calm days of a key",
        "SELECT day, tier FROM calm WHERE type = :type AND own = :own AND remote = :remote "
        "AND service = :service AND part = :part");
    bind_key(q, g, key);
    while (done && query_step(q)) {
        int tier = tier_index(g, query_i(q, 1));
        done = tier < 0 || add_calm(g, query_i(q, 0), tier, err);
    }
    if (g->calm_count)
        qsort(g->calm, g->calm_count, sizeof *g->calm, by_day_and_tier);
    return query_done(q, err) && done;
}

bool gate_is_calm(const struct gate *g, int tier, int64_t day)
{
    const struct calm_day wanted = {day, tier};
    return g->calm_count &&
           bsearch(&wanted, g->calm, g->calm_count, sizeof *g->calm, by_day_and_tier);
}

/* ------------------------------------------------------------------ judging */

/* Whether a finding of the tier meets the day. */
static bool has_finding(const struct gate *g, int tier, int64_t day)
{
    int64_t lo = day * TIME_US_DAY, hi = lo + TIME_US_DAY - 1;
    for (size_t i = 0; i < g->finding_count; i++)
        if (g->findings[i].tier == tier && g->findings[i].t0 <= hi && g->findings[i].t1 >= lo)
            return true;
    return false;
}

/* The first day after `day` that any finding meets; INT64_MAX without one. */
static int64_t next_day(const struct gate *g, int64_t day)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < g->finding_count; i++) {
        int64_t first = time_day(g->findings[i].t0), last = time_day(g->findings[i].t1);
        int64_t here = first > day ? first : day + 1;
        if (here <= last && here < next)
            next = here;
    }
    return next;
}

/* Days lo..hi anew, in order, since a day is judged by which earlier ones are calm. */
static bool judge_days(
    struct gate *g, const struct finding_key *key, int64_t lo, int64_t hi, struct err *err)
{
    for (int64_t day = next_day(g, lo - 1); day <= hi; day = next_day(g, day)) {
        for (int tier = 0; tier < g->type->tier_count; tier++) {
            struct gate_basis basis;
            if (!has_finding(g, tier, day))
                continue;
            if (!gate_judge_day(g, key, tier, day, false, &basis, err) ||
                (basis.reason >= GATE_USUAL && !add_calm(g, day, tier, err)))
                return false;
        }
    }
    return true;
}

static bool write_calm(
    struct gate *g, const struct finding_key *key, int64_t lo, int64_t hi, struct err *err)
{
    struct query *q = store_query(g->store, "forget calm days",
        "DELETE FROM calm WHERE type = :type AND own = :own AND remote = :remote "
        "AND service = :service AND part = :part AND day BETWEEN :lo AND :hi");
    bind_key(q, g, key);
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", hi);
    query_step(q);
    if (!query_done(q, err))
        return false;
    for (size_t i = 0; i < g->calm_count; i++) {
        if (g->calm[i].day < lo || g->calm[i].day > hi)
            continue;
        q = store_query(g->store, "calm day",
            "INSERT INTO calm (type, own, remote, service, part, day, tier) "
            "VALUES (:type, :own, :remote, :service, :part, :day, :tier)");
        bind_key(q, g, key);
        query_bind_i(q, ":day", g->calm[i].day);
        query_bind_i(q, ":tier", g->tier_ids[g->calm[i].tier]);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

static bool same_calm(const struct gate *g)
{
    if (g->calm_count != g->before_count)
        return false;
    for (size_t i = 0; i < g->calm_count; i++)
        if (by_day_and_tier(&g->calm[i], &g->before[i]) != 0)
            return false;
    return true;
}

/* Keeps of what is calm the days before lo, and all of it in `before`. */
static bool set_aside(struct gate *g, int64_t lo, struct err *err)
{
    size_t kept = 0;
    free(g->before);
    g->before = malloc((g->calm_count + 1) * sizeof *g->before);
    if (!g->before)
        return err_nomem(err);
    g->before_count = g->calm_count;
    for (size_t i = 0; i < g->calm_count; i++) {
        g->before[i] = g->calm[i];
        kept += g->calm[i].day < lo;
    }
    g->calm_count = kept;
    return true;
}

/* The days after hi are as they were. */
static bool put_back(struct gate *g, int64_t hi, struct err *err)
{
    for (size_t i = 0; i < g->before_count; i++)
        if (g->before[i].day > hi && !add_calm(g, g->before[i].day, g->before[i].tier, err))
            return false;
    return true;
}

static bool update_key(struct gate *g, struct span *dirty, struct err *err)
{
    int64_t lo = time_day(dirty->t0), hi = time_day(time_later(dirty->t1, g->reach_us));
    dirty->t1 = time_later(dirty->t1, g->reach_us);
    if (!load_findings(g, &dirty->key, err) || !load_calm(g, &dirty->key, err))
        return false;
    if (g->finding_count == 0 && g->calm_count == 0)
        return true;
    if (!set_aside(g, lo, err) || !judge_days(g, &dirty->key, lo, hi, err) || !put_back(g, hi, err))
        return false;
    /* What lies between calm days may tell of a window that ends behind them. */
    bool same = same_calm(g);
    if (!same || g->calm_count > 0)
        dirty->t0 = time_later(dirty->t0, -TIME_US_DAY - g->longest_us);
    return same || write_calm(g, &dirty->key, lo, hi, err);
}

bool gate_update(struct gate *g, struct span_list *dirty, struct err *err)
{
    for (size_t i = 0; g->type->baseline && i < dirty->count; i++)
        if (!update_key(g, &dirty->spans[i], err))
            return false;
    return true;
}

/* ------------------------------------------------------------------ what was learned late */

#define LATER_FINDINGS                                                                             \
    "SELECT f.own, f.remote, f.service, f.part, c.lo + :lag, c.hi + :lag FROM changed AS c "       \
    "CROSS JOIN finding AS f INDEXED BY finding_by_end "                                           \
    "ON f.t1 >= c.lo + :lag AND f.t0 <= c.hi + :reach AND f.type = :type "
static const char after_logins[] =
    "WITH changed AS (SELECT service, own, MIN(lo) AS lo, MAX(hi) AS hi FROM changed_attempt "
    "WHERE direction = :direction GROUP BY service, own) " LATER_FINDINGS
    "AND f.own = c.own AND f.service = c.service";
static const char after_probes[] =
    "WITH changed AS (SELECT own, lo, hi FROM changed_probe) " LATER_FINDINGS "AND f.own = c.own";
static const char after_hours[] =
    "WITH changed AS (SELECT MIN(hour) * 3600000000 AS lo, MAX(hour) * 3600000000 + 3599999999 "
    "AS hi FROM logged_hour WHERE id > :hours) " LATER_FINDINGS;

static bool learn(
    struct gate *g, const char *sql, int64_t hours, struct span_list *dirty, struct err *err)
{
    bool done = true;
    struct query *q = store_query(g->store, "findings after what was learned", sql);
    query_bind_i(q, ":type", g->type_id);
    query_bind_i(q, ":lag", g->lag_us);
    query_bind_i(q, ":reach", g->reach_us);
    query_bind_i_if(q, ":direction", g->type->direction);
    query_bind_i_if(q, ":hours", hours);
    while (done && query_step(q)) {
        struct span span = {{query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)},
            query_i(q, 4), query_i(q, 5)};
        done = span_add(dirty, &span, err);
    }
    return query_done(q, err) && done;
}

bool gate_learn(struct gate *g, int64_t hours, struct span_list *dirty, struct err *err)
{
    if (!g->type->baseline)
        return true;
    return learn(g, g->type->metric == METRIC_VOLUME ? after_probes : after_logins, hours, dirty,
               err) &&
           learn(g, after_hours, hours, dirty, err);
}

/* ------------------------------------------------------------------ what counts */

struct span_room {
    struct gate_span *items;
    size_t count, cap;
};

static bool add_span(struct span_room *room, struct gate_span span, struct err *err)
{
    if (!list_room(&room->items, room->count, &room->cap, sizeof *room->items, err))
        return false;
    room->items[room->count++] = span;
    return true;
}

/* The stretches of a finding between its calm days. The first day that counts after a calm one tells
 * of windows that begin up to a window earlier. */
static bool add_counting(
    const struct gate *g, const struct gate_span *f, struct span_room *room, struct err *err)
{
    int64_t window = tier_value(&g->type->tiers[f->tier], "window", TIME_US_DAY);
    int64_t first = time_day(f->t0), last = time_day(f->t1);
    for (int64_t day = first; day <= last; day++) {
        if (gate_is_calm(g, f->tier, day))
            continue;
        struct gate_span span = {f->tier, day * TIME_US_DAY - window + 1, f->t1};
        span.t0 = day == first || span.t0 < f->t0 ? f->t0 : span.t0;
        while (day <= last && !gate_is_calm(g, f->tier, day))
            day++;
        if (day <= last)
            span.t1 = day * TIME_US_DAY - 1;
        if (!add_span(room, span, err))
            return false;
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct gate_span *x = a, *y = b;
    int by = order(x->t0, y->t0);
    by = by ? by : order(x->t1, y->t1);
    return by ? by : order(x->tier, y->tier);
}

bool gate_spans(struct gate *g, const struct finding_key *key, struct gate_span **spans,
    size_t *count, struct err *err)
{
    struct span_room room = {0};
    bool done = load_findings(g, key, err);
    g->calm_count = 0;
    if (done && g->type->baseline && g->finding_count)
        done = load_calm(g, key, err);
    for (size_t i = 0; done && i < g->finding_count; i++)
        done = g->calm_count ? add_counting(g, &g->findings[i], &room, err)
                             : add_span(&room, g->findings[i], err);
    if (!done) {
        free(room.items);
        return false;
    }
    if (room.count)
        qsort(room.items, room.count, sizeof *room.items, by_time);
    *spans = room.items;
    *count = room.count;
    return true;
}

bool gate_explain(struct gate *g, const struct finding_key *key, int64_t t0, int64_t t1,
    struct gate_basis *basis, struct err *err)
{
    *basis = (struct gate_basis){.reason = GATE_OPEN};
    if (!g->type->baseline)
        return true;
    if (!load_findings(g, key, err) || !load_calm(g, key, err))
        return false;
    int64_t last = time_day(t1);
    for (int64_t day = next_day(g, time_day(t0) - 1); day <= last; day = next_day(g, day))
        for (int tier = 0; tier < g->type->tier_count; tier++)
            if (has_finding(g, tier, day) && !gate_is_calm(g, tier, day))
                return gate_judge_day(g, key, tier, day, true, basis, err);
    return true;
}
