/* Keys of new indicators on their way into the filter that store_indicator_filter() reads. */
#pragma once

#include "util/bloom.h"
#include "util/err.h"
#include "util/radix.h"

#include <pthread.h>

struct store;

/* Zero-initialise. */
struct indicator_filling {
    struct store *s;
    const struct radix_item *entries; /* the caller's */
    size_t count;
    struct bloom filter;
    int64_t keys; /* so many are in it then */
    pthread_t thread;
    bool threaded;
};

/* In the transaction that changes indicators, before its claims are saved. Many are put in by a thread while
 * the caller goes on: the entries stay as they are until the end. whole_feed: the feed of which they are all
 * there is, 0: none is. */
bool indicator_filling_begin(struct indicator_filling *f, struct store *s,
    const struct radix_item *entries, size_t count, int64_t whole_feed, struct err *err);
/* Writes it. */
bool indicator_filling_end(struct indicator_filling *f, struct err *err);
/* Also after a failure. */
void indicator_filling_done(struct indicator_filling *f);
