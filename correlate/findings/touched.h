/* Which keys and spans of time a tier's query looks at: the temporary table `touched`, filled from the
 * facts that changed (the temporary tables that facts_update() left), or from all there are. */
#pragma once

#include "correlate/findings/tier_run.h"

/* On which facts types will be judged. */
enum judge_extent {
    JUDGE_CHANGED, /* on those that changed, all types */
    JUDGE_ALL,     /* on all, some type */
    JUDGE_NEW,     /* likewise, and all facts are of this run */
};

/* Once per run, before judge_type() and after rollup_update(): lists the keys of all facts, once for all
 * types, where they are asked for. */
bool touched_begin(
    struct store *s, const struct catalog *catalog, enum judge_extent extent, struct err *err);

/* Each of the next fills the table anew. An empty one. */
bool touched_clear(struct store *s, struct err *err);
/* What the tier is to be judged on. *any: there is something. */
bool touched_fill(const struct tier_run *r, bool everywhere, bool *any, struct err *err);
/* Where contacts of the type are, whatever its query looks at. */
bool touched_fill_contacts(const struct tier_run *r, bool everywhere, struct err *err);
/* One key. */
bool touched_fill_key(const struct tier_run *r, const struct finding_key *key, int64_t lo,
    int64_t hi, struct err *err);

/* So much before `touched` windows that changed may begin. */
int64_t touched_before(const struct tier_run *r);
/* The stored findings that meet it, by :type, :tier (0: of any) and :before: key, t0, t1, and the lo and
 * hi that they meet. */
const char *touched_findings(enum query_facts facts);
