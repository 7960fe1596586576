/* What the stored facts say of the time before a moment: what a baseline is learned from.
 *
 * Only logins teach: successes that the log states, and sessions. Attempts teach nothing, so nobody
 * makes himself usual by guessing, and more failed attempts cannot take an alert away. Floods have no
 * logins; there all one-way traffic teaches, but for the hours of earlier alerts. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/span.h"
#include "correlate/usual/baseline.h"
#include "store/store.h"

/* Begin with store and type set and the rest zero. One serves any number of keys of the type. */
struct history {
    struct store *store;
    const struct alert_type *type;
    int64_t have_from, have_until; /* hours that `logged` covers */
    int64_t *logged;               /* hours in which any record began, ascending */
    size_t logged_count, logged_cap;
};

/* Hours since 1970; `until` is not in it. */
struct history_range {
    int64_t from, until;
};

void history_done(struct history *h);

/* How many of the range's hours any sensor logged in; of these, as many as `marked` (one byte for each
 * hour of the range; NULL: none) has, in *excluded. */
bool history_hours(struct history *h, const struct history_range *range, const uint8_t *marked,
    int64_t *logged, int64_t *excluded, struct err *err);

/* What a pair was before. */
struct history_peer {
    int64_t first_us; /* its first login in the range */
    int64_t days;     /* days with logins; 0: never seen */
    int64_t per_day;  /* logins of the median of them */
};
bool history_peer(struct history *h, const struct finding_key *key,
    const struct history_range *range, struct history_peer *peer, struct err *err);

/* Logins of the address with anybody, and those among them that the log states. */
bool history_logins(struct history *h, const struct finding_key *key,
    const struct history_range *range, int64_t *logins, int64_t *stated, struct err *err);

/* The bins of the type's metric that are not empty, in order; span 1: hours, 24: days. *bins is
 * malloc'ed. */
bool history_bins(struct history *h, const struct finding_key *key, int64_t span,
    const struct history_range *range, struct baseline_bin **bins, int64_t *count, struct err *err);

/* For floods: the busiest minute toward one target, by the hour; hours without traffic have no row.
 * *hours is malloc'ed. */
enum volume_measure { VOLUME_FLOWS, VOLUME_PACKETS, VOLUME_BYTES, VOLUME_MEASURES };
struct history_volume {
    int64_t hour, measure[VOLUME_MEASURES];
};
bool history_volumes(struct history *h, const struct finding_key *key,
    const struct history_range *range, struct history_volume **hours, size_t *count,
    struct err *err);
