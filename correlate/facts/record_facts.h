/* What facts follow from one record: a flow, a login, a signature or a name. */
#pragma once

#include "correlate/facts/contacts.h"
#include "correlate/facts/facts.h"
#include "correlate/facts/probes.h"
#include "correlate/facts/services.h"
#include "correlate/facts/sessions.h"
#include "correlate/facts/traces.h"
#include "correlate/facts/visits.h"
#include "correlate/network/ends.h"
#include "correlate/network/sampling.h"

struct query;

/* Order is stored, in table `later`. */
enum record { RECORD_FLOW, RECORD_LOGIN, RECORD_SIGNATURE, RECORD_LOOKUP, RECORDS };

#define SKIMMED_MAX 32 /* so many are fetched from memory before the first is looked at */

/* What a pass over records works with, and what it has to look at. */
struct pass {
    struct store *store;
    struct ends_cache *ends;
    struct services *services;
    struct sessions *sessions;
    struct probes *probes;
    struct contacts *contacts;
    struct sampled *sampled;
    struct visits *visits;
    struct traces *traces; /* NULL: only one sensor has been read */
    bool second_sensor; /* it is new: what was read of the first is read once more, to be joined */
    int64_t horizon_us; /* later records wait */
    bool contacts_only;
    int64_t marked_after; /* row: marks of the flows up to it do not count, others made them */
    struct facts_totals *totals;
    struct skimmed { /* flows of which only the ends are looked at, some at once */
        int64_t row;
        struct end client, server;
        enum ends_kind kind;
    } skimmed[SKIMMED_MAX];
    size_t skimmed_count;
};

#define ROW_OF(columns) "SELECT row_of(" columns ")"

/* The columns of each kind of record, in the order in which record_to_facts() reads them. z: the stretch
 * that a flow lies in. */
#define FLOW_COLUMNS                                                                               \
    "f.id, f.t, f.orig, f.resp, f.resp_port, f.proto, f.service, f.outcome, f.duration, "          \
    "f.orig_bytes, f.resp_bytes, f.orig_pkts, f.resp_pkts, f.orig_port, f.uid, f.orig_headers, "   \
    "z.sensor, z.source"
#define LOGIN_COLUMNS                                                                              \
    "l.id, l.t, l.orig, l.resp, l.orig_port, l.resp_port, l.proto, l.service, l.uid, l.sensor, "   \
    "l.success, l.attempts, l.key_exchange, l.one_try, l.source"
#define SIGNATURE_COLUMNS                                                                          \
    "g.id, g.t, g.orig, g.resp, g.orig_port, g.resp_port, g.proto, g.uid, g.name, g.category, "    \
    "g.sid, g.answer, g.client_known, g.source"
#define LOOKUP_COLUMNS                                                                             \
    "n.id, n.t, n.orig, n.resp, n.orig_port, n.resp_port, n.proto, n.outcome, n.uid, n.sensor, "   \
    "n.name, n.source, n.prints"

/* What record_skim() reads of a flow, and what record_visit() reads. */
#define FLOW_ENDS  "f.id, f.t, f.orig, f.resp"
#define FLOW_VISIT FLOW_ENDS ", f.resp_port, f.proto, f.outcome, f.orig_port"

/* Looks at the ends of the flow that the statement stands on, and fetches what is to be asked of them. */
bool record_skim(struct pass *p, struct query *q, struct skimmed *flow, struct err *err);
/* *whole: contacts may come of the flow, by its ends, so that it is to be read whole. */
bool record_note_ends(struct pass *p, const struct skimmed *flow, bool *whole, struct err *err);
/* Both of the flow that the statement stands on; unless it is to be read whole, adds what comes of a flow
 * that is a visit at most. */
bool record_visit(struct pass *p, struct query *q, bool *whole, struct err *err);
/* Adds the facts of the record that the statement stands on to the pass's gatherers. */
bool record_to_facts(struct pass *p, enum record kind, struct query *q, struct err *err);
