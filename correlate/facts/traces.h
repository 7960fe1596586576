/* Who saw which connection, by hour and ends, so that the records of two sensors can be joined: kept
 * only where both are read. */
#pragma once

#include "correlate/facts/skew.h"
#include "store/record.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* Order is stored. */
enum trace_what {
    TRACE_FLOW = 1,     /* a connection's own record; without it an event inside one */
    TRACE_ANSWERED = 2, /* the server answered */
    TRACE_SESSION = 4,  /* the facts that came of one of Suricata's */
    TRACE_PROBE = 8,
    TRACE_CONTACT = 16,
    TRACE_TRY = 32, /* a login that is one of perhaps several in its connection */
};

struct traces;

/* Any record: what facts.c knows of it. */
struct traced {
    const struct conn *conn;
    int64_t t_us, duration_us, ident;
    int64_t own, flow; /* as in the facts; 0 of none */
    int sensor;
    unsigned what; /* enum trace_what */
};

/* *both: records of both sensors have been read, those after the marks given included. The marks are
 * the last rows that were looked at before, of flow, login, signature and lookup. What was found is
 * remembered. */
bool traces_both_sensors(struct store *s, const int64_t after[4], bool *both, struct err *err);

/* NULL on failure. Holds on to its argument. */
struct traces *traces_new(struct store *s, struct err *err);
void traces_free(struct traces *traces);
bool traces_add(struct traces *traces, const struct traced *record, struct err *err);
/* Writes what was added, and adds to the temporary table touched_trace the hours and ends where
 * Suricata's records have to be looked at, for another skew, too. */
bool traces_settle(struct traces *traces, struct err *err);
