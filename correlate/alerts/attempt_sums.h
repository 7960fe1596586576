/* Attempts added up: how many, by whom, on which ports, from when to when. */
#pragma once

#include "store/counts.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attempt_other { /* one address on the other side */
    int64_t id, connections, guesses;
    bool inside; /* one of our own */
};

/* Zero-initialise with attempt_sums_init(). */
struct attempt_sums {
    struct attempt_other *others; /* in order of their first attempt */
    size_t count, cap;
    struct counts index; /* by id: 1 + place in others */
    struct counts ports; /* connections by port */
    int64_t connections, guesses, failures;
    int64_t first_us, last_us; /* INT64_MAX, INT64_MIN: no attempt */
    int64_t scale;             /* the most that one stands for */
    int64_t records;
};

struct summed_attempt {
    int64_t t_us, remote, port, scale, weight;
    bool failure, internal;
};

void attempt_sums_init(struct attempt_sums *sums);
bool attempt_sums_add(struct attempt_sums *sums, const struct summed_attempt *a, struct err *err);
/* An entry without figures for an address that has none yet; NULL without memory. */
struct attempt_other *attempt_sums_new_other(
    struct attempt_sums *sums, int64_t id, struct err *err);
void attempt_sums_done(struct attempt_sums *sums);
