/* One correlation run, as its own files share it. */
#pragma once

#include "correlate/correlate.h"
#include "correlate/facts/facts.h"
#include "correlate/span.h"

struct run {
    struct store *store;
    const struct correlate_input *input;
    struct correlate_totals *totals;
    bool inputs_changed; /* something besides the records is not as the last run left it */
    bool unjudged;       /* what changed for the last run is not known any more */
    enum facts_scope scope;
    int64_t hours_known;     /* rows of logged_hour up to here are known to the last run */
    bool *everywhere;        /* by type: judge it on all facts */
    struct span_list *dirty; /* by type */
    int *order;              /* types, those that others yield to first */
    struct facts_totals seen;
    struct span_list hours; /* of which the sensors tell something new */
};

/* Chooses what this run has to look at, from what changed since the last one, and notes it. */
bool run_choose(struct run *r, struct err *err);
/* Notes that facts are up to date and types not yet judged by them, or that they are. */
bool run_note_unjudged(struct run *r, struct err *err);
bool run_note_judged(struct run *r, struct err *err);
