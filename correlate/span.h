/* Spans of time by key, and the arithmetic of them. */
#pragma once

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who a finding is about. Parts that a query does not use are 0. */
struct finding_key {
    int64_t own, remote, service; /* address ids, name id of the login service */
    int64_t part;                 /* what else the query says makes the key */
};

/* Both ends included: t0 <= t1. */
struct span {
    struct finding_key key;
    int64_t t0, t1;
};

/* Zero-initialise. */
struct span_list {
    struct span *spans;
    size_t count, cap;
};

/* By own, remote, service, part: the order that span_join() sorts by. */
int finding_key_cmp(const struct finding_key *a, const struct finding_key *b);

/* Adds a span; one that overlaps or meets the last of the same key is joined with it at once. */
bool span_add(struct span_list *list, const struct span *span, struct err *err);
/* Adds what of `span` lies outside lo..hi: none, one or two pieces. */
bool span_add_outside(
    struct span_list *list, const struct span *span, int64_t lo, int64_t hi, struct err *err);
/* Adds what of `span` lies inside lo..hi, if anything. */
bool span_add_inside(
    struct span_list *list, const struct span *span, int64_t lo, int64_t hi, struct err *err);
/* Sorts by key and time; spans of one key that overlap, or lie less than gap_us apart, become one.
 * gap_us 2 joins those that meet (…5 and 6…). */
void span_join(struct span_list *list, int64_t gap_us);
/* Of spans that span_join() put in order, the one of that key which holds the moment, or NULL. */
const struct span *span_at(const struct span_list *list, const struct finding_key *key, int64_t t);
/* Empties it and keeps the memory. */
void span_clear(struct span_list *list);
void span_done(struct span_list *list);
