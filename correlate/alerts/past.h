/* What the older attempts of an alert come to, kept so that a run reads the newer ones alone.
 *
 * An attack that goes on for days is described anew each time it goes on. What was summed up, and the
 * strongest window of each tier, up to a while before its end stay in the table alert_past for as long
 * as none of those attempts changes. So what is kept never tells anything else than the attempts. */
#pragma once

#include "correlate/alerts/attempt_sums.h"
#include "correlate/catalog/catalog.h"
#include "correlate/span.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

#define PAST_PARAMETERS_MAX 32 /* of one tier that are compared */

/* A window in which a tier was reached. */
struct past_window {
    bool found;
    int64_t t0, t1;
    int64_t margin; /* see correlate/alerts/basis.h */
    int64_t seen[PAST_PARAMETERS_MAX];
    bool known[PAST_PARAMETERS_MAX]; /* the query tells what was seen of this parameter */
};

struct past_tier {
    bool known;                /* the strongest of the windows that end before until_us … */
    struct past_window before; /* … is this one */
    bool next_known;           /* and likewise of those before next_us */
    struct past_window next;
};

/* Whose: one slice of an episode of attempts. */
struct past_key {
    const struct alert_type *type;
    int64_t type_id;
    struct finding_key key;
    int64_t began_us, t0, t1;
};

struct past {
    struct past_key of;
    int64_t until_us;         /* attempts before it are in; INT64_MIN: none */
    int64_t next_us;          /* those before it are to be kept; until_us: what is kept stays */
    struct attempt_sums sums; /* of those before until_us, until somebody adds to it */
    struct buf next_sums;     /* those before next_us, as they are kept */
    struct past_tier *tiers;  /* as the type has them */
};

/* Reads what is kept; past_done() also after a failure. */
bool past_open(struct past *p, struct store *s, const struct past_key *of, struct err *err);
/* To be called when p->sums has the attempts before next_us and no other. */
bool past_note_sums(struct past *p, struct err *err);
/* The first moment at which, in this run, an attempt of the key changed or what is known of its
 * connection: the temporary tables changed_attempt and rolled (correlate/usual/rollup.c). INT64_MAX:
 * none did. */
bool past_unchanged(const struct past *p, struct store *s, int64_t *before_us, struct err *err);
/* Keeps what is known up to next_us, where that is worth it. Inside a transaction. */
bool past_keep(struct past *p, struct store *s, struct err *err);
void past_done(struct past *p);

/* Forgets what attempts that changed (the temporary table changed_attempt) may have made untrue. Once a
 * run, when all changes of attempts are known. */
bool past_forget_changed(struct store *s, struct err *err);
/* Forgets all that is kept of a type's alerts. */
bool past_forget_type(struct store *s, int64_t type_id, struct err *err);
