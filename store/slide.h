/* A window that slides over attempts in order of time: what lies between a moment at which somebody
 * tries and a window's length before. */
#pragma once

#include "store/counts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tried {
    int64_t t, weight;
    int64_t other; /* what is counted distinctly: who, or on which day */
};

/* Which windows that reach the floors are told. */
enum slide_each {
    SLIDE_JOINED, /* those that overlap as one */
    SLIDE_EVERY,  /* every one */
    SLIDE_STRONGEST, /* but those that an earlier one outdoes in both figures, or a later one outgrows, or
                      * that may lack attempts */
};

struct slide_rule {
    int64_t
        window; /* the first and last attempt lie less than so far apart; up to 0: there is none */
    int64_t min_attempts, min_others;
    int64_t whole_us; /* windows that end from here on lack nothing */
    /* A window that ends before cut_us is not left out for one that ends later; nor one that begins up to
     * last_us for one that begins after it. */
    int64_t cut_us, last_us;
    enum slide_each each;
};

struct slide_row {
    int64_t t;        /* its last moment */
    int64_t since;    /* its first attempt */
    int64_t attempts; /* by weight; of several windows the most of any one */
    int64_t others;   /* likewise */
};

/* Zero-initialise; slide_done() gives back. */
struct slide {
    struct slide_rule rule;
    struct tried *ring;      /* the window, oldest first from `head` on */
    size_t head, count, cap; /* cap is a power of two, or 0 */
    struct counts others;
    int64_t weight, distinct, now;
    struct tried next; /* while `more`: what comes into the window next */
    bool more;
    bool open; /* the window at hand is in no row yet */
    struct figures {
        int64_t weight, distinct;
    } most[2]; /* of rows: the one with the most attempts, and with the most others */
    /* Reads the next attempt: 1, or 0 at the end, or -1 after a failure of its own. */
    int (*read)(void *arg, struct tried *tried);
    void *arg;
};

/* Begins anew. False when read() failed, or without memory; so the next one. */
bool slide_start(struct slide *s, const struct slide_rule *rule,
    int (*read)(void *arg, struct tried *tried), void *arg);
/* The next row; *end: there is none. */
bool slide_next(struct slide *s, struct slide_row *row, bool *end);
void slide_done(struct slide *s);
