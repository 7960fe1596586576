/* Facts to findings: the periodic queries, run where facts changed. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/span.h"
#include "store/store.h"

struct query;

/* Judges one type anew where facts changed (the temporary tables that facts_update() left), or, with
 * everywhere, on all facts there are. Findings are brought up to date; `dirty` receives the keys to
 * look at and the span of each in which findings or facts may have changed. Inside a transaction. */
bool judge_type(struct store *s, const struct alert_type *type, bool everywhere,
    struct span_list *dirty, struct err *err);

/* The windows of one key in which a tier was reached, among those that end within a window's length of
 * lo..hi: the rows of the type's query, which the caller steps through and ends. Those that end before
 * lo may lack facts; one that an earlier one outdoes in all figures may be missing. Overwrites what
 * judge_type() works on, so after it. */
bool judge_windows(struct store *s, const struct alert_type *type, const struct tier *tier,
    const struct finding_key *key, int64_t lo, int64_t hi, struct query **windows, struct err *err);

/* The type's queries prepare, are read-only, and know every parameter of every tier. */
bool judge_check(struct store *s, const struct alert_type *type, struct err *err);
