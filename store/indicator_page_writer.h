/* Pages of a feed's entries, as they are written: cut where they are long, and only where they changed. */
#pragma once

#include "store/indicator_page.h"
#include "util/radix.h"

/* An entry that is to be written. */
struct page_item {
    int64_t key, claim;
    size_t text, len; /* of it in `names`; len 0: an address, which may stand in either part */
    size_t at;        /* the sizes of those before it */
};

/* Pages of one feed, from one stored page, or from none. */
struct page_writer {
    struct store *s;
    int64_t feed;
    int64_t row;   /* that is written over, 0: none */
    int64_t first; /* key */
    bool changed;  /* what is added is not what stands in the row: for the caller to say */
    struct page_item *items;
    size_t count, cap;
    size_t size;                 /* of all, as long as they are one page */
    int64_t claim;               /* of the page, as far as is known */
    struct buf texts;            /* of items, each with a comma before it */
    struct buf addresses, names; /* as they are written */
};

/* Zero-initialise, with store and feed; page_writer_done() gives back. */
void page_writer_start(struct page_writer *w, int64_t row, int64_t first);
/* In order of key. The name may be left out where the key is an IPv4 network's, which tells it. */
bool page_writer_add(
    struct page_writer *w, int64_t key, struct str name, int64_t claim, struct err *err);
/* A whole page at once of addresses, each once and in order, of which the feed says the same: *taken of
 * them. 0: they do not fill it, or others wait for their page. */
bool page_writer_add_page(struct page_writer *w, const struct radix_item *addresses, size_t count,
    int64_t claim, size_t *taken, struct err *err);
#define PAGE_ADDRESSES 1024 /* more than fill a page */
/* Writes what is left, if anything changed. */
bool page_writer_end(struct page_writer *w, struct err *err);
void page_writer_done(struct page_writer *w);
