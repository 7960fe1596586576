/* One day of one tier: what it is measured by and what follows. Private to correlate/gate*.c. */
#pragma once

#include "correlate/findings/gate.h"
#include "correlate/usual/history.h"
#include "correlate/usual/learning.h"
#include "util/timefmt.h"

struct calm_day {
    int64_t day;
    int tier;
};

struct gate {
    struct store *store;
    const struct correlate_input *input;
    const struct alert_type *type;
    int64_t type_id, *tier_ids;
    uint64_t learned;   /* bit i: tier i counts only where a baseline is learned */
    int64_t longest_us; /* the longest window of any tier */
    struct history history;
    struct learning learning; /* rules of people */

    /* of [baseline], in hours and microseconds */
    int64_t cold, full, look_back, lag, lag_us, reach_us;
    uint8_t *marked;       /* an hour each of look_back: covered by an earlier alert */
    const char *peaks_sql; /* NULL: volumes */

    /* one key at a time */
    struct gate_span *findings;
    size_t finding_count, finding_cap;
    struct finding_key key; /* whose they are, while `loaded` */
    bool loaded;
    struct calm_day *calm; /* in order */
    size_t calm_count, calm_cap;
    struct calm_day *before;
    size_t before_count;
};

/* Fills what follows from the catalogue; the store, input and type stand in *g already. */
bool gate_day_init(struct gate *g, struct err *err);
/* Whether the list of the key at hand has that day of the tier. */
bool gate_is_calm(const struct gate *g, int tier, int64_t day);
/* With `whole`, all figures that there are once there is some history; without, those that decide. */
bool gate_judge_day(struct gate *g, const struct finding_key *key, int tier, int64_t day,
    bool whole, struct gate_basis *basis, struct err *err);

/* gate_measure.c: the most in a bin and in a window of the day, and how unusual it is. */
bool gate_measure(struct gate *g, const struct finding_key *key, int64_t span,
    struct gate_basis *basis, struct err *err);
