/* Whether what reached a floor is unusual for this environment: the `[baseline]` of a type, applied to
 * its findings day by day (UTC).
 *
 * A day of a finding counts unless the gate calls it calm; what counts joins into episodes. Each day
 * is judged by the hours that end `lag` before its midnight, so that the same attack does not teach
 * its own second day, and a finding that goes on for weeks is judged anew every day.
 *
 * More failed attempts never make a day calm: only logins teach (correlate/usual/history.h); what is
 * compared with them grows with the attempts; and what attempts do to the stage, by alerts whose
 * hours are no longer clean, leads only toward cold, where the floor alone decides. Floods have no
 * logins: there a busy past does make a busy day calmer, up to the ceiling. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/correlate.h"
#include "correlate/span.h"
#include "correlate/usual/baseline.h"
#include "store/store.h"

/* Why a day counts, or does not. Those from GATE_USUAL on are calm. */
enum gate_reason {
    GATE_OPEN,         /* the type has no baseline */
    GATE_COLD,         /* too little history: the floor decides */
    GATE_CEILING,      /* so much counts, whatever is usual */
    GATE_NEW_PEER,     /* it never logged in, or not for long */
    GATE_UNKNOWN_PEER, /* it logged in on too few days */
    GATE_MUCH,         /* more than a known peer may */
    GATE_FAILURES,     /* nearly all that the log tells of failed */
    GATE_ABNORMAL,     /* both tests say so */
    GATE_USUAL,
    GATE_HABIT,     /* it logs in so often every day */
    GATE_UNLEARNED, /* a tier that needs a baseline, where none is learned */
    GATE_RAISED,    /* a machine with such a role may reach that many */
    GATE_REASONS
};
extern const char *const gate_reason_texts[GATE_REASONS];

/* What was looked at, for those who want to know why. */
struct gate_basis {
    enum gate_reason reason;
    enum baseline_stage stage;
    int tier;                 /* index of the type's */
    int64_t day;              /* days since 1970 */
    int64_t span;             /* 1: by the hour, 24: by the day */
    int64_t from, until;      /* hours of the history, since 1970 */
    bool frozen, reset;       /* people said so: the history ends, or begins, where they said */
    int64_t logged, excluded; /* of them: logged in by a sensor; covered by earlier alerts */
    int64_t value;            /* the most in one bin of the day, and how unusual it is */
    bool measured;            /* the figures below are known */
    bool abnormal;            /* all tests of the type say so */
    double centre, scale, z, tail;
    int64_t permille;    /* of the tier's floor, at most in any window */
    int64_t first_login; /* of a pair; days 0: it never logged in */
    int64_t days, per_day;
    int64_t failures, logins; /* that the log tells of this day, of a pair */
    int64_t remotes;          /* of a fan: at most in any window */
    bool known;               /* a pair: it logged in on enough days, and not only lately */
};

struct gate;
struct gate *gate_new(struct store *s, const struct correlate_input *input,
    const struct alert_type *type, struct err *err);
void gate_free(struct gate *g);

/* Judges the days of the findings of each key in `dirty` (one span a key) that may have changed, and
 * widens the span to what may look different now. Inside a transaction. */
bool gate_update(struct gate *g, struct span_list *dirty, struct err *err);

/* Adds to `dirty` the keys with findings that logins which changed (changed_attempt), or hours that
 * became known after `hours` (an id of logged_hour), may make look different. */
bool gate_learn(struct gate *g, int64_t hours, struct span_list *dirty, struct err *err);

/* What counts of a key's findings, in order of time; *spans is malloc'ed. */
struct gate_span {
    int tier;
    int64_t t0, t1;
};
bool gate_spans(struct gate *g, const struct finding_key *key, struct gate_span **spans,
    size_t *count, struct err *err);

/* Why the first day that counts, of those that meet t0..t1, does. GATE_OPEN: nothing to tell. */
bool gate_explain(struct gate *g, const struct finding_key *key, int64_t t0, int64_t t1,
    struct gate_basis *basis, struct err *err);
