/* Records to facts: every new record is looked at once, and what the queries need of it is kept. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "store/record.h"
#include "store/store.h"
#include "util/timefmt.h"

#define FACTS_FUTURE_US TIME_US_HOUR /* a clock may be off by so much */

struct facts_input {
    const struct catalog *catalog;
    const struct inventory *inventory;
    int64_t now_us; /* records later than this and an hour wait */
};

/* How much must be looked at. */
enum facts_scope {
    FACTS_NEW,      /* records that no run has seen */
    FACTS_CONTACTS, /* these, and all others for contacts only: feeds or signature rules changed */
    FACTS_ALL,      /* everything: home, inventory or login services changed */
};

/* What flow.outcome tells: answer + 4 * conn_state + 64 * flags, as store/put.c packs them. */
static inline uint8_t outcome_answer(int64_t outcome)
{
    return (uint8_t)(outcome & 3);
}

static inline uint8_t outcome_flags(int64_t outcome)
{
    return (uint8_t)(outcome / 64);
}

struct facts_totals {
    int64_t records, transit;
    int64_t flows_after; /* the pass looked at flows behind this row only */
    bool from_the_first; /* it looked at all flows and logins: all attempts are of this pass */
};

/* The name that a record's sensor gave to its connection, hashed with its ends. */
int64_t facts_ident(struct str uid, int sensor, const struct conn *conn, int64_t t_us);

/* Whether there are records that no pass has seen, or that waited and are due. */
bool facts_waiting(struct store *s, int64_t now_us, bool *yes, struct err *err);

/* Inside a transaction. What changed is left in the temporary tables changed_attempt, changed_probe,
 * changed_contact and fresh_visit, which this makes anew. */
bool facts_update(struct store *s, const struct facts_input *input, enum facts_scope scope,
    struct facts_totals *totals, struct err *err);
