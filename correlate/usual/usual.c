/* Sums by the hour and by the day, read as baselines. */
#include "correlate/usual/usual.h"

#include "correlate/usual/learning.h"
#include "store/query.h"
#include "util/list.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>

const char *const usual_metric_names[USUAL_METRICS] = {"logins", "users", "attempts"};

struct key {
    int64_t direction, service, own;
};

/* Of an hour or a day. */
struct sums {
    int64_t bin, counts[USUAL_METRICS];
};

/* Which of them. */
struct sums_span {
    struct key key;
    int64_t span, from, until;
};

struct reading {
    struct store *store;
    const struct catalog *catalog;
    const struct usual_filter *filter;
    bool (*visit)(void *arg, const struct usual *usual);
    void *arg;
    int64_t newest;           /* the last hour that was logged */
    struct learning learning; /* rules of people */
    struct sums_span in_sums; /* what was read last: all metrics ask for the same */
    struct sums *sums;
    size_t sums_count, sums_cap;
    struct baseline_bin *bins; /* of one metric */
    size_t cap;
    bool drift_only; /* of what teaches alone */
    bool stopped;
};

/* ------------------------------------------------------------------ figures */

static bool has_service(const struct alert_type *t, const char *service)
{
    for (const char **name = t->services; name && *name; name++)
        if (strcmp(*name, service) == 0)
            return true;
    return false;
}

/* The figures are those of the type that looks at all others of the address, else at pairs. */
static const struct tier *figures_of(
    const struct catalog *c, int64_t direction, const char *service)
{
    const struct tier *found = NULL;
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        if (t->baseline && (int64_t)t->direction == direction && has_service(t, service) &&
            (!found || t->metric == METRIC_REMOTES))
            found = t->baseline;
    }
    return found;
}

static int64_t hours(const struct tier *figures, const char *name)
{
    return tier_value(figures, name, 0) / TIME_US_HOUR;
}

/* ------------------------------------------------------------------ one key */

static bool same_span(const struct sums_span *a, const struct sums_span *b)
{
    return a->key.direction == b->key.direction && a->key.service == b->key.service &&
           a->key.own == b->key.own && a->span == b->span && a->from == b->from &&
           a->until == b->until;
}

static bool read_sums(struct reading *r, const struct sums_span *of, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, "sums of an address",
        "SELECT bin, logins, users, attempts FROM rollup WHERE direction = :direction "
        "AND service = :service AND own = :own AND span = :span AND bin >= :from "
        "AND bin < :until ORDER BY bin");
    query_bind_i(q, ":direction", of->key.direction);
    query_bind_i(q, ":service", of->key.service);
    query_bind_i(q, ":own", of->key.own);
    query_bind_i(q, ":span", of->span);
    query_bind_i(q, ":from", of->from);
    query_bind_i(q, ":until", of->until);
    r->in_sums = (struct sums_span){.span = 0};
    r->sums_count = 0;
    while (done && query_step(q)) {
        done = list_room(&r->sums, r->sums_count, &r->sums_cap, sizeof *r->sums, err);
        if (done)
            r->sums[r->sums_count++] =
                (struct sums){query_i(q, 0), {query_i(q, 1), query_i(q, 2), query_i(q, 3)}};
    }
    if (!query_done(q, err) || !done)
        return false;
    r->in_sums = *of;
    return true;
}

/* Those in which the metric is not 0. */
static bool read_bins(struct reading *r, const struct key *key, enum usual_metric metric,
    int64_t span, int64_t from, int64_t until, size_t *count, struct err *err)
{
    const struct sums_span of = {*key, span, from, until};
    size_t n = 0;
    if (!same_span(&r->in_sums, &of) && !read_sums(r, &of, err))
        return false;
    for (size_t i = 0; i < r->sums_count; i++) {
        if (r->sums[i].counts[metric] == 0)
            continue;
        if (!list_room(&r->bins, n, &r->cap, sizeof *r->bins, err))
            return false;
        r->bins[n++] = (struct baseline_bin){r->sums[i].bin, r->sums[i].counts[metric]};
    }
    *count = n;
    return true;
}

/* Hours that any sensor logged in, and those of them that alerts of the key cover. */
static bool count_hours(struct reading *r, const struct key *key, int64_t from, int64_t until,
    struct usual *u, struct err *err)
{
    struct query *q = store_query(r->store, "hours of a key",
        "WITH a AS MATERIALIZED (SELECT t0, t1 FROM alert /* scans alert: few, and people wait */ "
        "WHERE own = :own "
        "AND service = :service AND superseded IS NULL) "
        "SELECT COUNT(*), SUM(EXISTS (SELECT 1 FROM a WHERE a.t0 < (h.hour + 1) * 3600000000 "
        "AND a.t1 >= h.hour * 3600000000)) FROM logged_hour AS h "
        "WHERE h.hour >= :from AND h.hour < :until");
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":from", from);
    query_bind_i(q, ":until", until);
    int64_t logged = 0;
    if (query_step(q)) {
        logged = query_i(q, 0);
        u->excluded = query_i(q, 1);
    }
    u->clean = logged - u->excluded;
    return query_done(q, err);
}

static int by_count(const void *a, const void *b)
{
    return order(((const struct baseline_bin *)a)->count, ((const struct baseline_bin *)b)->count);
}

static int64_t median(struct baseline_bin *bins, size_t count)
{
    if (count == 0)
        return 0;
    qsort(bins, count, sizeof *bins, by_count);
    return bins[(count - 1) / 2].count;
}

/* A week tells, where most of its days are busy, and as many before it. */
static bool look_for_drift(struct reading *r, const struct key *key, const struct tier *figures,
    struct usual *u, struct err *err)
{
    int64_t days = tier_value(figures, "drift_recent", TIME_US_DAY) / TIME_US_DAY;
    int64_t until = r->newest / 24 + 1, split = until - days, least = days / 2 + 1;
    size_t recent, before;
    if (!read_bins(r, key, u->metric, 24, split, until, &recent, err))
        return false;
    u->recent = median(r->bins, recent);
    if (r->drift_only && (int64_t)recent < least) /* most addresses: no need to look back */
        return true;
    int64_t taught = time_day(u->until_us + TIME_US_DAY - 1), end = split < taught ? split : taught;
    if (!read_bins(r, key, u->metric, 24, time_day(u->from_us), end, &before, err))
        return false;
    u->before = median(r->bins, before);
    u->drifts = (int64_t)recent >= least && (int64_t)before >= least &&
                u->recent >= u->before * tier_value(figures, "drift_factor", 1);
    return true;
}

static void learn_figures(struct reading *r, size_t count, struct usual *u)
{
    u->busy = (int64_t)count;
    u->last_us = r->bins[count - 1].bin * TIME_US_HOUR;
    struct baseline_frame frame = {
        u->clean + u->excluded > u->busy ? u->clean + u->excluded : u->busy, BASELINE_WEEK, false};
    struct baseline b;
    baseline_learn(&b, &frame, r->bins, u->busy);
    u->centre = baseline_judge(&b, r->newest, 0).centre;
    u->scale = b.scale;
}

/* Where a freeze or reset leaves nothing to learn from, one row still tells of it. */
static bool shows_rule(const struct usual *u)
{
    return u->metric == USUAL_LOGINS && (u->frozen || u->reset);
}

/* Every hour of the months that teach: what drifts is told by days, and need not have them. */
static bool read_hours(
    struct reading *r, const struct key *key, struct usual *u, bool *shown, struct err *err)
{
    size_t count;
    if (!read_bins(
            r, key, u->metric, 1, time_hour(u->from_us), time_hour(u->until_us), &count, err))
        return false;
    *shown = count > 0 || shows_rule(u);
    if (count > 0)
        learn_figures(r, count, u);
    return true;
}

static bool read_metric(struct reading *r, const struct key *key, const struct tier *figures,
    struct usual *u, struct err *err)
{
    bool shown = true;
    if (!r->drift_only && !read_hours(r, key, u, &shown, err))
        return false;
    if (!shown)
        return true;
    if (!look_for_drift(r, key, figures, u, err))
        return false;
    r->stopped = !r->visit(r->arg, u);
    return true;
}

static bool read_key(struct reading *r, const struct key *key, struct err *err)
{
    struct usual u = {.direction = (enum direction)key->direction,
        .service_id = key->service,
        .own_id = key->own};
    if (!store_name(r->store, key->service, &u.service, err) ||
        !store_address(r->store, key->own, &u.own, err))
        return false;
    const struct tier *figures = figures_of(r->catalog, key->direction, u.service);
    if (!figures || (r->filter->own && !ip_eq(r->filter->own, &u.own)) ||
        (r->filter->service && strcmp(r->filter->service, u.service) != 0))
        return true;
    struct learning_limits limits = learning_limits(&r->learning, key->own, u.service);
    struct history_range may =
        learning_range(&limits, INT64_MAX, r->newest + 1, hours(figures, "look_back"));
    u.from_us = may.from * TIME_US_HOUR;
    u.until_us = may.until * TIME_US_HOUR;
    u.frozen = limits.frozen != INT64_MAX;
    u.reset = limits.reset != INT64_MIN;
    u.frozen_us = u.frozen ? limits.frozen * TIME_US_HOUR : 0;
    u.reset_us = u.reset ? limits.reset * TIME_US_HOUR : 0;
    if (!r->drift_only && !count_hours(r, key, may.from, may.until, &u, err))
        return false;
    u.stage = u.clean < hours(figures, "cold_below")               ? BASELINE_COLD
              : u.clean + u.excluded < hours(figures, "full_from") ? BASELINE_WARM
                                                                   : BASELINE_FULL;
    int metrics = r->drift_only ? USUAL_ATTEMPTS : USUAL_METRICS;
    for (int m = 0; m < metrics && !r->stopped; m++) {
        struct usual one = u;
        one.metric = (enum usual_metric)m;
        if (!read_metric(r, key, figures, &one, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ all keys */

static bool newest_hour(struct reading *r, bool *any, struct err *err)
{
    struct query *q = store_query(r->store, "newest hour", "SELECT max(hour) FROM logged_hour");
    *any = query_step(q) && !query_null(q, 0);
    r->newest = *any ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool read_keys(struct reading *r, const char *keys, struct err *err)
{
    bool any, done = newest_hour(r, &any, err);
    if (!done || !any)
        return done;
    if (!learning_read(r->store, &r->learning, err))
        return false;
    struct query *q = store_query(r->store, "addresses with attempts", keys);
    while (done && !r->stopped && query_step(q)) {
        struct key key = {query_i(q, 0), query_i(q, 1), query_i(q, 2)};
        done = read_key(r, &key, err);
    }
    done = query_done(q, err) && done;
    free(r->sums);
    free(r->bins);
    learning_done(&r->learning);
    return done;
}

static const char every_key[] =
    "SELECT DISTINCT direction, service, own FROM rollup WHERE span = 24 "
    "ORDER BY direction, service, own /* scans rollup: every address is looked at */";

bool usual_each(struct store *s, const struct catalog *catalog, const struct usual_filter *filter,
    bool (*visit)(void *arg, const struct usual *usual), void *arg, struct err *err)
{
    struct reading r = {
        .store = s, .catalog = catalog, .filter = filter, .visit = visit, .arg = arg};
    return read_keys(&r, every_key, err);
}

bool usual_each_drift(struct store *s, const struct catalog *catalog, bool everything,
    bool (*visit)(void *arg, const struct usual *usual), void *arg, struct err *err)
{
    static const struct usual_filter all;
    struct reading r = {.store = s,
        .catalog = catalog,
        .filter = &all,
        .visit = visit,
        .arg = arg,
        .drift_only = true};
    return read_keys(
        &r, everything ? every_key : "SELECT direction, service, own FROM rolled", err);
}
