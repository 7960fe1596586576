/* The rules by which a day of a finding counts, or is calm. */
#include "correlate/findings/gate_day.h"

#include "correlate/catalog/queries.h"
#include "correlate/network/inventory.h"
#include "store/query.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define FOR_EVER_US (INT64_MAX / 2) /* added to a time it is still a number */

static int64_t hours(const struct gate *g, const char *name)
{
    return tier_value(g->type->baseline, name, 0) / TIME_US_HOUR;
}

bool gate_day_init(struct gate *g, struct err *err)
{
    if (!g->type->baseline)
        return true;
    g->cold = hours(g, "cold_below");
    g->full = hours(g, "full_from");
    g->look_back = hours(g, "look_back");
    g->lag = hours(g, "lag");
    g->lag_us = g->lag * TIME_US_HOUR;
    g->reach_us = (g->lag + g->look_back) * TIME_US_HOUR + TIME_US_DAY;
    if (!learning_read(g->store, &g->learning, err))
        return false;
    if (learning_freezes(&g->learning)) /* what came before a freeze is looked at for ever */
        g->reach_us = FOR_EVER_US;
    g->peaks_sql = g->type->metric == METRIC_ATTEMPTS  ? query_text("peak_pair")
                   : g->type->metric == METRIC_REMOTES ? query_text("peak_fan")
                                                       : NULL;
    g->marked = malloc((size_t)g->look_back + 1);
    return g->marked || err_nomem(err);
}

static int64_t figure(const struct gate *g, const char *name)
{
    return tier_value(g->type->baseline, name, 0);
}

/* ------------------------------------------------------------------ the history's extent */

/* Marks the hours of the history that earlier alerts of the key cover. False: none. */
static bool mark_alerts(struct gate *g, const struct gate_basis *b)
{
    bool any = false;
    for (size_t i = 0; i < g->finding_count; i++) {
        const struct gate_span *f = &g->findings[i];
        int64_t lo = time_hour(f->t0), hi = time_hour(f->t1);
        if (lo >= b->until || hi < b->from || g->learned >> f->tier & 1)
            continue;
        if (!any)
            memset(g->marked, 0, (size_t)g->look_back);
        any = true;
        for (int64_t hour = lo > b->from ? lo : b->from; hour <= hi && hour < b->until; hour++)
            if (!gate_is_calm(g, f->tier, time_units(hour, 24)))
                g->marked[hour - b->from] = 1;
    }
    return any;
}

static bool look_back(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    const char *service;
    if (!store_name(g->store, key->service, &service, err))
        return false;
    struct learning_limits limits = learning_limits(&g->learning, key->own, service);
    struct history_range may =
        learning_range(&limits, b->day * 24, b->day * 24 - g->lag, g->look_back);
    b->from = may.from;
    b->until = may.until;
    b->frozen = limits.frozen < b->day * 24 - g->lag;
    b->reset = limits.reset <= b->day * 24 && limits.reset >= b->from;
    bool any = mark_alerts(g, b);
    if (!any)
        memset(g->marked, 0, (size_t)g->look_back);
    const struct history_range range = {b->from, b->until};
    if (!history_hours(&g->history, &range, any ? g->marked : NULL, &b->logged, &b->excluded, err))
        return false;
    b->stage = b->logged - b->excluded < g->cold ? BASELINE_COLD
               : b->logged >= g->full            ? BASELINE_FULL
                                                 : BASELINE_WARM;
    return true;
}

/* ------------------------------------------------------------------ pairs */

static bool look_at_peer(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    const struct history_range range = {b->from, b->until};
    struct history_peer peer;
    if (!history_peer(&g->history, key, &range, &peer, err))
        return false;
    b->first_login = peer.first_us;
    b->days = peer.days;
    b->per_day = peer.per_day;
    bool lately = b->day * TIME_US_DAY - peer.first_us <= figure(g, "new_within");
    b->known = peer.days > 0 && peer.days >= figure(g, "known_days") && !lately;
    return true;
}

/* What the log tells of the pair's logins on the day. */
static bool count_outcomes(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    struct query *q = store_query(g->store, "outcomes of a pair",
        "SELECT SUM(CASE WHEN kind = 1 THEN weight ELSE 0 END), "
        "SUM(CASE WHEN kind >= 2 THEN scale ELSE 0 END) FROM attempt WHERE direction = :direction "
        "AND service = :service AND own = :own AND remote = :remote AND t BETWEEN :lo AND :hi");
    query_bind_i(q, ":direction", g->type->direction);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":remote", key->remote);
    query_bind_i(q, ":lo", b->day * TIME_US_DAY);
    query_bind_i(q, ":hi", b->day * TIME_US_DAY + TIME_US_DAY - 1);
    if (query_step(q)) {
        b->failures = query_i(q, 0);
        b->logins = query_i(q, 1);
    }
    return query_done(q, err);
}

/* Attempts of unknown outcome do not count here, so that more of them change nothing; the failures
 * must be as many of the floor as of all outcomes. */
static bool nearly_all_failed(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, bool *yes, struct err *err)
{
    int64_t share = figure(g, "min_failed_share");
    int64_t floor = tier_value(&g->type->tiers[b->tier], "min_attempts", 1);
    *yes = false;
    if (share == 0)
        return true;
    if (!count_outcomes(g, key, b, err))
        return false;
    *yes = b->failures * 100 >= share * (b->failures + b->logins) &&
           b->failures * 100 >= share * floor;
    return true;
}

/* A pair that logs in day after day: so many attempts are its habit, whatever the hour says. */
static bool judge_habit(struct gate *g, const struct finding_key *key, struct gate_basis *b,
    int64_t factor, struct err *err)
{
    struct gate_basis day = *b;
    if (!gate_measure(g, key, b->span, b, err) || !gate_measure(g, key, 24, &day, err))
        return false;
    b->reason = b->permille >= figure(g, "ceiling") * 1000 ? GATE_CEILING
                : day.value >= factor * b->per_day         ? GATE_MUCH
                                                           : GATE_HABIT;
    return true;
}

/* ------------------------------------------------------------------ the rules */

static bool judge_measured(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    int64_t known_factor = figure(g, "known_factor");
    bool failed;
    if (!gate_measure(g, key, b->span, b, err) || !nearly_all_failed(g, key, b, &failed, err))
        return false;
    b->reason = b->permille >= figure(g, "ceiling") * 1000           ? GATE_CEILING
                : known_factor && b->permille >= known_factor * 1000 ? GATE_MUCH
                : failed                                             ? GATE_FAILURES
                : b->abnormal                                        ? GATE_ABNORMAL
                                                                     : GATE_USUAL;
    return true;
}

/* What a pair was before decides first, where the type asks for it. */
static bool judge_pair(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    int64_t known_days = figure(g, "known_days"), habit = figure(g, "habit_factor");
    if (!look_at_peer(g, key, b, err))
        return false;
    if (habit && known_days && b->days >= known_days)
        return judge_habit(g, key, b, habit, err);
    bool is_new = b->days == 0 || b->day * TIME_US_DAY - b->first_login <= figure(g, "new_within");
    if (figure(g, "new_within") && is_new)
        b->reason = GATE_NEW_PEER;
    else if (known_days && !habit && !b->known)
        b->reason = GATE_UNKNOWN_PEER;
    else
        return judge_measured(g, key, b, err);
    return true;
}

/* A tier that counts only where a baseline is learned: neither alerts nor attempts make it so. */
static bool judge_learned(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    const struct history_range range = {b->from, b->until};
    int64_t logins, stated;
    if (!history_logins(&g->history, key, &range, &logins, &stated, err))
        return false;
    b->reason = GATE_UNLEARNED;
    if (b->logged < g->cold || logins < figure(g, "min_logins") || stated < figure(g, "min_stated"))
        return true;
    if (!gate_measure(g, key, b->span, b, err))
        return false;
    b->reason = b->abnormal ? GATE_ABNORMAL : GATE_USUAL;
    return true;
}

static bool is_raised(struct gate *g, const struct finding_key *key, bool *yes, struct err *err)
{
    struct ipaddr own;
    *yes = false;
    if (!g->type->raised_roles)
        return true;
    if (!store_address(g->store, key->own, &own, err))
        return false;
    const struct resource *resource = inventory_find(g->input->inventory, &own);
    *yes = resource && resource->roles & g->type->raised_roles;
    return true;
}

/* Even while cold: with such a role many targets are the rule. */
static bool judge_raised(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    if (!gate_measure(g, key, b->span, b, err))
        return false;
    b->reason = b->permille >= figure(g, "ceiling") * 1000 ? GATE_CEILING
                : b->remotes < figure(g, "raised_remotes") ? GATE_RAISED
                : b->abnormal                              ? GATE_ABNORMAL
                                                           : GATE_USUAL;
    return true;
}

static bool decide(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    bool raised;
    if (!is_raised(g, key, &raised, err))
        return false;
    if (g->learned >> b->tier & 1)
        return judge_learned(g, key, b, err) &&
               (!raised || b->reason >= GATE_USUAL || judge_raised(g, key, b, err));
    if (raised)
        return judge_raised(g, key, b, err);
    if (b->stage == BASELINE_COLD && !figure(g, "even_cold")) {
        b->reason = GATE_COLD;
        return true;
    }
    return g->type->metric == METRIC_ATTEMPTS ? judge_pair(g, key, b, err)
                                              : judge_measured(g, key, b, err);
}

bool gate_judge_day(struct gate *g, const struct finding_key *key, int tier, int64_t day,
    bool whole, struct gate_basis *basis, struct err *err)
{
    int64_t window = tier_value(&g->type->tiers[tier], "window", TIME_US_HOUR);
    struct gate_basis b = {.tier = tier,
        .day = day,
        .span = g->type->metric != METRIC_VOLUME && window > TIME_US_HOUR ? 24 : 1};
    bool pair = g->type->metric == METRIC_ATTEMPTS;
    if (!look_back(g, key, &b, err) || !decide(g, key, &b, err))
        return false;
    whole = whole && b.reason != GATE_COLD; /* then nothing else was looked at */
    if (whole && !b.measured && !gate_measure(g, key, b.span, &b, err))
        return false;
    if (whole && pair && (!look_at_peer(g, key, &b, err) || !count_outcomes(g, key, &b, err)))
        return false;
    *basis = b;
    return true;
}
