/* Which records of Suricata's tell of a connection that Zeek's tell of, too. A pure function of the
 * records of one tuple: both ends in order and the protocol are the same. */
#pragma once

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So far apart two clocks may tell the same moment, once their skew is taken off: ours, more than what
 * buffers and the tenths of the skew amount to. */
#define TWIN_TOLERANCE_US INT64_C(2000000)
#define TWIN_NONE         SIZE_MAX

/* One record: when it began and ended. */
struct sighting {
    int64_t t0, t1;
    int64_t ident;
    size_t of;   /* for the owner's use */
    size_t twin; /* Suricata's: index of Zeek's record, or TWIN_NONE */
};

/* A shorter record is never one of which the other sensor makes several: no idle timeout is shorter. */
#define TWIN_SPLIT_US INT64_C(10000000)

/* Fills `twin` of all of Suricata's. Both lists must be in order of (t0, ident); skew_us is how far
 * Suricata's clock is ahead.
 *
 * Records that come within the tolerance of each other are matched one to one, those that begin nearest
 * to each other first: ports are used again. Of those that are left, what begins inside one of Zeek's
 * is a piece of it, however many there are: Suricata splits what Zeek keeps whole. */
bool twins_match(const struct sighting *zeek, size_t zeek_count, struct sighting *suricata,
    size_t suricata_count, int64_t skew_us, struct err *err);
