/* What is usual for each address and login service as of the newest records: for people to look at.
 * Alerts are judged by what was usual before each of them (correlate/findings/gate.h). */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/usual/baseline.h"
#include "store/store.h"

enum usual_metric {
    USUAL_LOGINS,   /* successes that the log states, and sessions */
    USUAL_USERS,    /* distinct others that logged in */
    USUAL_ATTEMPTS, /* teach nothing; shown beside what does */
    USUAL_METRICS
};
extern const char *const usual_metric_names[USUAL_METRICS]; /* "logins", … */

struct usual {
    enum direction direction;
    const char *service;
    int64_t service_id, own_id;
    struct ipaddr own;
    enum usual_metric metric;
    enum baseline_stage stage;
    int64_t from_us, until_us; /* the span; the figures are by the hour */
    int64_t clean, excluded;   /* hours: logged, and not covered by alerts; covered */
    int64_t busy;              /* hours with any */
    double centre,
        scale;          /* of the busy ones: a count; of log(1 + x) (correlate/usual/baseline.h) */
    int64_t last_us;    /* the newest hour with any; means nothing while busy is 0 */
    bool frozen, reset; /* people said so … */
    int64_t frozen_us, reset_us; /* … and when */
    /* Medians of the busy days of the last days and of those before that teach; drifts: far apart, and enough of
     * both to say so. */
    int64_t recent, before;
    bool drifts;
};

struct usual_filter {
    const struct ipaddr *own; /* NULL: all */
    const char *service;      /* NULL: all */
};

/* The same of addresses whose sums rollup_update() just made anew, or of all, and of what teaches alone:
 * without the extent and the hours, only what tells of a drift. */
bool usual_each_drift(struct store *s, const struct catalog *catalog, bool everything,
    bool (*visit)(void *arg, const struct usual *usual), void *arg, struct err *err);

/* In order of direction, service and address. visit returns false to stop; that is no error. */
bool usual_each(struct store *s, const struct catalog *catalog, const struct usual_filter *filter,
    bool (*visit)(void *arg, const struct usual *usual), void *arg, struct err *err);
