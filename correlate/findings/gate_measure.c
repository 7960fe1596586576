/* How much there was on a day, against what was usual before. */
#include "correlate/findings/gate_day.h"
#include "store/query.h"

#include <stdio.h>
#include <stdlib.h>

#define PEAKS_MAX 25 /* hours of a day, and one more */

/* The most in one bin. */
struct peak {
    int64_t bin, value;
};

/* Whether all tests that the type has say so. */
static bool is_abnormal(const struct gate *g, const struct baseline_verdict *v)
{
    const struct parameter *z = tier_parameter(g->type->baseline, "min_z");
    const struct parameter *tail = tier_parameter(g->type->baseline, "max_tail");
    return (!z || v->z * 1000 >= (double)z->value) &&
           (!tail || v->tail * 1e6 <= (double)tail->value);
}

/* Keeps the peak that is the most unusual; one that the tests call abnormal before any that they do
 * not, so that more elsewhere on the day takes nothing away. */
static void judge_peaks(struct gate *g, const struct baseline *learned, const struct peak *peaks,
    int count, struct gate_basis *b)
{
    for (int i = 0; i < count; i++) {
        struct baseline_verdict v = baseline_judge(learned, peaks[i].bin, peaks[i].value);
        struct gate_basis here = *b;
        here.measured = true;
        here.value = peaks[i].value;
        here.centre = v.centre;
        here.scale = learned->scale;
        here.z = v.z;
        here.tail = v.tail;
        here.abnormal = is_abnormal(g, &v);
        if (!b->measured || (here.abnormal && !b->abnormal) ||
            (here.abnormal == b->abnormal && v.z > b->z))
            *b = here;
    }
}

/* ------------------------------------------------------------------ attempts */

static void bind_tier(struct query *q, const struct gate *g, const struct gate_basis *b)
{
    const struct tier *tier = &g->type->tiers[b->tier];
    query_bind_zeros(q);
    for (int i = 0; i < tier->parameter_count; i++) {
        char name[96];
        snprintf(name, sizeof name, ":%s", tier->parameters[i].name);
        query_bind_i_if(q, name, tier->parameters[i].value);
    }
}

static int find_peaks(struct gate *g, const struct finding_key *key, int64_t span,
    struct gate_basis *b, struct peak peaks[PEAKS_MAX], struct err *err)
{
    const struct tier *tier = &g->type->tiers[b->tier];
    int64_t unit = span * TIME_US_HOUR, window = tier_value(tier, "window", unit);
    int64_t lo = b->day * TIME_US_DAY;
    int count = 0;
    struct query *q = store_query(g->store, "most of a day", g->peaks_sql);
    bind_tier(q, g, b);
    query_bind_i(q, ":exempt", g->type->exempt_roles | tier->exempt_roles);
    query_bind_i(q, ":direction", g->type->direction);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
    query_bind_i_if(q, ":remote", key->remote);
    query_bind_i(q, ":unit", unit);
    query_bind_i(q, ":window", window);
    query_bind_i(q, ":lo", lo);
    query_bind_i(q, ":hi", lo + TIME_US_DAY - 1);
    query_bind_i(q, ":from", lo - (unit > window ? unit : window) + 1);
    while (query_step(q) && count < PEAKS_MAX) {
        peaks[count++] = (struct peak){query_i(q, 0), query_i(q, 1)};
        b->permille = query_i(q, 2) > b->permille ? query_i(q, 2) : b->permille;
        b->remotes = query_i(q, 3) > b->remotes ? query_i(q, 3) : b->remotes;
    }
    return query_done(q, err) ? count : -1;
}

static bool measure_attempts(struct gate *g, const struct finding_key *key, int64_t span,
    struct gate_basis *b, struct err *err)
{
    const struct history_range range = {b->from, b->until};
    struct baseline_bin *bins = NULL;
    struct peak peaks[PEAKS_MAX];
    int64_t busy = 0;
    int count = find_peaks(g, key, span, b, peaks, err);
    if (count < 0 || !history_bins(&g->history, key, span, &range, &bins, &busy, err))
        return false;
    int64_t all = b->logged / span;
    struct baseline_frame frame = {
        all > busy ? all : busy, (int)(BASELINE_WEEK / span), b->logged >= g->full};
    struct baseline learned;
    baseline_learn(&learned, &frame, bins, busy);
    judge_peaks(g, &learned, peaks, count, b);
    free(bins);
    return true;
}

/* ------------------------------------------------------------------ volumes */

/* What one counts in, so that the arithmetic stays among numbers that a minute of traffic has. */
static const int64_t volume_units[VOLUME_MEASURES] = {1, 1000, 1000000};
static const char *const volume_floors[VOLUME_MEASURES] = {"min_flows", "min_packets", "min_bytes"};

/* Minutes here are those of the clock: a minute at the floor has half of it in one of them. */
static void measure_volume(struct gate *g, enum volume_measure m, const struct history_volume *past,
    size_t past_count, const struct history_volume *today, size_t today_count, struct gate_basis *b,
    struct baseline_bin *bins)
{
    int64_t floor = tier_value(&g->type->tiers[b->tier], volume_floors[m], 0), busy = 0;
    struct peak peaks[PEAKS_MAX];
    int count = 0;
    if (floor == 0) /* the tier has no such floor */
        return;
    for (size_t i = 0; i < past_count; i++) {
        int64_t value = past[i].measure[m] / volume_units[m];
        if (value > 0 && !g->marked[past[i].hour - b->from])
            bins[busy++] = (struct baseline_bin){past[i].hour, value};
    }
    for (size_t i = 0; i < today_count && count < PEAKS_MAX; i++) {
        int64_t value = today[i].measure[m], permille = value * 1000 / floor;
        b->permille = permille > b->permille ? permille : b->permille;
        if (value * 2 >= floor)
            peaks[count++] = (struct peak){today[i].hour, value / volume_units[m]};
    }
    struct baseline_frame frame = {
        b->logged - b->excluded, BASELINE_WEEK, b->stage == BASELINE_FULL};
    struct baseline learned;
    baseline_learn(&learned, &frame, bins, busy);
    judge_peaks(g, &learned, peaks, count, b);
}

static bool measure_volumes(
    struct gate *g, const struct finding_key *key, struct gate_basis *b, struct err *err)
{
    const struct history_range range = {b->from, b->until}, day = {b->day * 24, b->day * 24 + 24};
    struct history_volume *past = NULL, *today = NULL;
    size_t past_count = 0, today_count = 0;
    struct baseline_bin *bins = NULL;
    bool done = history_volumes(&g->history, key, &range, &past, &past_count, err) &&
                history_volumes(&g->history, key, &day, &today, &today_count, err);
    if (done) {
        bins = malloc((past_count + 1) * sizeof *bins);
        done = bins || err_nomem(err);
    }
    for (int m = 0; done && m < VOLUME_MEASURES; m++)
        measure_volume(g, (enum volume_measure)m, past, past_count, today, today_count, b, bins);
    free(past);
    free(today);
    free(bins);
    return done;
}

bool gate_measure(struct gate *g, const struct finding_key *key, int64_t span, struct gate_basis *b,
    struct err *err)
{
    return g->type->metric == METRIC_VOLUME ? measure_volumes(g, key, b, err)
                                            : measure_attempts(g, key, span, b, err);
}
