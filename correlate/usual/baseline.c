/* Learning and judging counts by the hour or by the day. */
#include "correlate/usual/baseline.h"

#include <math.h>
#include <stdlib.h>

#define PRIOR_SHAPE     0.5
#define PRIOR_BINS      1.0
#define MAD_TO_SIGMA    1.4826
#define SCALE_FLOOR     0.25
#define WINSOR_QUANTILE 0.99
#define WEEK_PRIOR      4.0 /* a bin of the week with n values has weight n / (n + 4) */
#define TAIL_STEPS      100000
#define TAIL_NEGLIGIBLE 1e-18

const char *const baseline_stage_names[BASELINE_STAGES] = {"cold", "warm", "full"};

static int by_count(const void *a, const void *b)
{
    const struct baseline_bin *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return (x->bin > y->bin) - (x->bin < y->bin);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of_sorted(const double *values, int64_t count)
{
    if (count == 0)
        return 0;
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static int64_t slot_of(const struct baseline *b, int64_t bin)
{
    return ((bin % b->frame.period) + b->frame.period) % b->frame.period;
}

/* The smallest count that at least so many of the busy hours do not exceed; busy is sorted. */
static int64_t winsor_limit(const struct baseline_bin *busy, int64_t count)
{
    return count ? busy[(int64_t)ceil(WINSOR_QUANTILE * (double)count) - 1].count : 0;
}

static void learn_moments(struct baseline *b, const struct baseline_bin *busy, int64_t limit)
{
    double squares = 0;
    for (int64_t i = 0; i < b->busy; i++) {
        int64_t x = busy[i].count < limit ? busy[i].count : limit;
        b->sum += x;
        b->most = x > b->most ? x : b->most;
        squares += (double)x * (double)x;
    }
    if (b->frame.bins > 0) {
        b->mean = (double)b->sum / (double)b->frame.bins;
        b->variance = squares / (double)b->frame.bins - b->mean * b->mean;
    }
}

/* values: one double for each busy hour. Their order is that of busy, which is sorted. */
static void learn_scale(
    struct baseline *b, const struct baseline_bin *busy, int64_t limit, double *values)
{
    for (int64_t i = 0; i < b->busy; i++)
        values[i] = log1p((double)(busy[i].count < limit ? busy[i].count : limit));
    b->median = median_of_sorted(values, b->busy);
    for (int64_t i = 0; i < b->busy; i++)
        values[i] = fabs(values[i] - b->median);
    if (b->busy)
        qsort(values, (size_t)b->busy, sizeof *values, by_value);
    b->scale = fmax(MAD_TO_SIGMA * median_of_sorted(values, b->busy), SCALE_FLOOR);
}

/* The median of each bin of the week, drawn toward the median of all where there are few. */
static void learn_week(
    struct baseline *b, const struct baseline_bin *busy, int64_t limit, double *values)
{
    for (int64_t slot = 0; slot < b->frame.period; slot++) {
        int64_t count = 0;
        for (int64_t i = 0; i < b->busy; i++)
            if (slot_of(b, busy[i].bin) == slot)
                values[count++] = log1p((double)(busy[i].count < limit ? busy[i].count : limit));
        double weight = (double)count / ((double)count + WEEK_PRIOR);
        b->week_median[slot] = weight * median_of_sorted(values, count) + (1 - weight) * b->median;
    }
}

void baseline_learn(struct baseline *b, const struct baseline_frame *frame,
    struct baseline_bin *busy, int64_t count)
{
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    *b = (struct baseline){.frame = *frame, .busy = values ? count : 0, .scale = SCALE_FLOOR};
    if (count)
        qsort(busy, (size_t)count, sizeof *busy, by_count);
    int64_t limit = winsor_limit(busy, b->busy);
    learn_moments(b, busy, limit);
    if (values) {
        learn_scale(b, busy, limit, values);
        if (frame->by_week)
            learn_week(b, busy, limit, values);
    }
    free(values);
}

/* P(X >= x) of a negative binomial with that size and success probability. */
static double negative_binomial_tail(int64_t x, double size, double success)
{
    if (x <= 0)
        return 1;
    double k = (double)x, tail = 0;
    double term = exp(lgamma(k + size) - lgamma(k + 1) - lgamma(size) + size * log(success) +
                      k * log1p(-success));
    for (int step = 0; step < TAIL_STEPS; step++) {
        double before = term;
        tail += term;
        term *= (k + size) / (k + 1) * (1 - success);
        k += 1;
        if (term < TAIL_NEGLIGIBLE && term <= before)
            break;
    }
    return fmin(tail, 1);
}

static double tail_of(const struct baseline *b, int64_t count)
{
    double size = PRIOR_SHAPE + (double)b->sum;
    double success =
        (PRIOR_BINS + (double)b->frame.bins) / (PRIOR_BINS + (double)b->frame.bins + 1);
    double mean = size * (1 - success) / success;
    if (b->variance > b->mean && b->mean > 0) {
        double fit = b->mean * b->mean / (b->variance - b->mean);
        size = fmin(size, fit);
        success = size / (size + mean);
    }
    return negative_binomial_tail(count, size, success);
}

struct baseline_verdict baseline_judge(const struct baseline *b, int64_t bin, int64_t count)
{
    double centre = b->frame.by_week ? b->week_median[slot_of(b, bin)] : b->median;
    double busy_share = b->frame.bins > 0 ? (double)b->busy / (double)b->frame.bins : 1;
    return (struct baseline_verdict){
        .z = (log1p((double)count) - centre) / b->scale,
        .tail = tail_of(b, count) * (busy_share > 0 ? busy_share : 1),
        .centre = expm1(centre),
    };
}
