/* Outgoing connections that failed or carried traffic one way only: facts for scans and floods. */
#pragma once

#include "correlate/facts/shape.h"
#include "correlate/network/ends.h"
#include "store/store.h"
#include "util/timefmt.h"

/* A one-way flow of longer duration stands as pieces: the volume query then has to look back only
 * so far. It knows this figure: correlate/queries/volume.sql. */
#define PROBE_PIECE_US (10 * TIME_US_MINUTE)

struct probes;

/* Two rows under one name: the connection failed only if both say so; its volume is the larger, so
 * that the order in which they come does not matter. Ends an INSERT … SELECT with WHERE. */
#define PROBES_MERGE                                                                               \
    " ON CONFLICT DO UPDATE SET flags = flags & excluded.flags, "                                  \
    "duration = max(duration, excluded.duration), pkts = max(pkts, excluded.pkts), "               \
    "bytes = max(bytes, excluded.bytes), scale = min(scale, excluded.scale)"

/* NULL on failure. Holds on to its argument. */
struct probes *probes_new(struct store *s, struct err *err);
void probes_free(struct probes *probes);

/* An outgoing flow of a machine of ours. */
bool probes_add_flow(struct probes *probes, const struct seen_flow *flow, const struct end *own,
    const struct end *remote, bool internal, struct err *err);
/* From now on: true: what is added is held back, in held_probe, until it is known to count. */
void probes_hold(struct probes *probes, bool hold);
/* So many have come of flows so far. */
int64_t probes_added(const struct probes *probes);
/* As how many rows a flow may stand: at t, t + PROBE_PIECE_US … */
size_t probes_pieces_max(int64_t duration_us);
/* In place of probes_add_flow() for a flow that is marked dull: it may end a scan. */
void probes_watch(struct probes *probes, const struct seen_flow *flow, const struct end *own);
/* True while there are scans that a success may end. */
bool probes_watching(const struct probes *probes);
/* As sessions_flush(); spans go to the temporary table changed_probe. */
bool probes_flush(struct probes *probes, struct err *err);
