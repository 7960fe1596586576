/* What is normal for one key, and whether a count is abnormal for it. Pure arithmetic over counts by
 * the hour, or by the day; where they come from: correlate/usual/history.h.
 *
 * Two tests:
 *   1. robust z of y = log(1 + x): (y - median) / max(1.4826 MAD, 0.25), over the bins that are not
 *      empty (Slips, HTTPS anomaly module: log1p, MAD, floor of the scale)
 *   2. the predictive tail P(X >= x) of a Gamma-Poisson model, which works from the first bin on:
 *      prior Gamma(0.5, 1 bin), negative binomial after n bins with sum S; wider where the bins vary
 *      more than a Poisson process does; times the share of bins that are not empty */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BASELINE_WEEK 168 /* hours; of days there are 7 */

enum baseline_stage { BASELINE_COLD, BASELINE_WARM, BASELINE_FULL, BASELINE_STAGES };
extern const char *const baseline_stage_names[BASELINE_STAGES]; /* "cold", "warm", "full" */

/* One clean bin that was not empty: which hour, or day, since the epoch. */
struct baseline_bin {
    int64_t bin, count;
};

/* What is known of the history besides its busy bins. */
struct baseline_frame {
    int64_t bins; /* clean ones, empty ones included */
    int period;   /* bins of a week: 168 or 7 */
    bool by_week; /* long enough that the hour, or day, of the week has a say */
};

struct baseline {
    struct baseline_frame frame;
    int64_t busy;                      /* bins that are not empty */
    int64_t sum, most;                 /* of the counts, after winsorising */
    double median, scale;              /* of log(1 + x) over the busy bins; scale >= 0.25 */
    double mean, variance;             /* over all bins */
    double week_median[BASELINE_WEEK]; /* by_week: log(1 + x) by bin of the week, shrunk */
};

/* Learns from the busy bins (in any order; sorted in place). Counts above the 99 % quantile of the
 * busy bins are cut down to it. Without memory for it nothing is known: as if there were no busy bin. */
void baseline_learn(struct baseline *b, const struct baseline_frame *frame,
    struct baseline_bin *busy, int64_t count);

struct baseline_verdict {
    double z, tail;
    double centre; /* as a count, for people */
};

/* How unusual `count` in one bin (of the epoch) is. */
struct baseline_verdict baseline_judge(const struct baseline *b, int64_t bin, int64_t count);
