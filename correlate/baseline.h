/* What is normal for one key, and whether an hour is abnormal for it. Pure arithmetic over hourly
 * counts; where the counts come from: correlate/history.h.
 *
 * Two tests, and both must say abnormal:
 *   1. robust z of y = log(1 + x): (y - median) / max(1.4826 MAD, 0.25) >= 3.5, over the hours that
 *      are not empty (Slips, HTTPS anomaly module: log1p, MAD, floor of the scale, 3.5)
 *   2. the predictive tail P(X >= x) <= 1e-4 of a Gamma-Poisson model, which works from the first
 *      hour: prior Gamma(0.5, 1 h), negative binomial after n hours with sum S; wider where the
 *      hours vary more than a Poisson process does; times the share of hours that are not empty */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BASELINE_COLD_HOURS 24        /* clean hours below which the floor alone decides */
#define BASELINE_FULL_HOURS (28 * 24) /* from here on the hour of the week has a say */
#define BASELINE_Z          3.5
#define BASELINE_TAIL       1e-4
#define BASELINE_WEEK       168 /* hours */

enum baseline_stage { BASELINE_COLD, BASELINE_WARM, BASELINE_FULL, BASELINE_STAGES };
extern const char *const baseline_stage_names[BASELINE_STAGES]; /* "cold", "warm", "full" */

/* One clean hour that was not empty. hour: whole hours since the epoch. */
struct baseline_hour {
    int64_t hour, count;
};

struct baseline {
    enum baseline_stage stage;
    int64_t hours;                     /* clean hours, empty ones included */
    int64_t busy;                      /* of these, not empty */
    int64_t excluded;                  /* hours left out because an episode covers them */
    int64_t sum, most;                 /* of the counts, after winsorising */
    double median, scale;              /* of log(1 + x) over the busy hours; scale >= 0.25 */
    double mean, variance;             /* over all clean hours */
    double week_median[BASELINE_WEEK]; /* full stage: log(1 + x) by hour of the week, shrunk */
};

/* Learns from the busy hours (in any order; sorted in place) of a history of `hours` clean hours.
 * Counts above the 99 % quantile of the busy hours are cut down to it. */
void baseline_learn(
    struct baseline *b, struct baseline_hour *busy, int64_t count, int64_t hours, int64_t excluded);

struct baseline_verdict {
    bool abnormal;
    double z, tail;
};

/* Whether `count` in one hour (of the epoch) is abnormal. A cold baseline finds everything so. */
struct baseline_verdict baseline_judge(const struct baseline *b, int64_t hour, int64_t count);
