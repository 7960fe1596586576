/* Outgoing connections that failed or carried traffic one way only: facts for scans and floods. */
#pragma once

#include "correlate/ends.h"
#include "correlate/shape.h"
#include "store/store.h"
#include "util/timefmt.h"

/* A one-way flow of longer duration stands as pieces: the volume query then has to look back only
 * so far. It knows this figure: correlate/queries/volume.sql. */
#define PROBE_PIECE_US (10 * TIME_US_MINUTE)

struct probes;

/* NULL on failure. Holds on to its argument. */
struct probes *probes_new(struct store *s, struct err *err);
void probes_free(struct probes *probes);

/* An outgoing flow of a machine of ours. */
bool probes_add_flow(struct probes *probes, const struct seen_flow *flow, const struct end *own,
    const struct end *remote, bool internal, struct err *err);
/* The same for one that is marked dull. */
void probes_watch(struct probes *probes, const struct seen_flow *flow, const struct end *own);
/* True while there are scans that a success may end. */
bool probes_watching(const struct probes *probes);
/* As sessions_flush(); spans go to the temporary table changed_probe. */
bool probes_flush(struct probes *probes, struct err *err);
