/* Entries of a feed, some dozens to a page, in order of key: a name, and what the feed says of it as
 * the number of a claim. As rows of their own a million would cost a second to write, and a hundred
 * bytes each.
 *
 * A page is a JSON object, for plain SQL: {"198.51.100.1":1,"203.0.113.0/24":7}; a name may stand in it
 * more than once. It holds all names of its feed from its `first` key up to the next page's; names of one
 * key are never parted. The first page of a feed is from the lowest key on. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stddef.h>
#include <stdint.h>

struct store;

#define INDICATOR_PAGE_FIRST INT64_MIN /* of the first page of a feed */

/* ------------------------------------------------------------------ reading */

struct page_entry {
    struct str name; /* valid until the next one is read */
    int64_t claim;
};

struct page_reader {
    const char *p, *end;
    struct buf plain; /* a name that has escapes, without them */
};

/* Zero-initialise; page_reader_done() gives back. The page must live as long as its entries are read. */
void page_reader_start(struct page_reader *r, struct str names);
/* False at the end; *damaged tells an end that is none. */
bool page_reader_next(struct page_reader *r, struct page_entry *e, bool *damaged);
void page_reader_done(struct page_reader *r);

/* All entries of a feed. */
bool page_each(struct store *s, int64_t feed, void (*visit)(void *arg, const struct page_entry *e),
    void *arg, struct err *err);
/* err_set() for a page that cannot be read. */
bool page_damaged(struct err *err);

/* What stands before a name's claim: the name as JSON, and a colon. */
void page_add_needle(struct buf *needle, struct str name);
/* The next claim of that name: *rest is what is still to be searched, at first the page. False: there is
 * none. */
bool page_find(struct str *rest, struct str needle, int64_t *claim);

/* ------------------------------------------------------------------ writing */

struct page_start {
    int64_t key;
    size_t at; /* where its first name stands */
};

/* Pages of one feed, from one stored page, or from none. */
struct page_writer {
    struct store *s;
    int64_t feed;
    int64_t row;   /* that is written over, 0: none */
    int64_t first; /* key */
    char *text;    /* the entries, without the last brace */
    size_t len, cap;
    struct page_start *starts; /* of different keys */
    size_t start_count, start_cap;
    bool cut; /* some of it was written already */
};

/* Zero-initialise, with store and feed; page_writer_done() gives back. */
void page_writer_start(struct page_writer *w, int64_t row, int64_t first);
/* In order of key; the name of one of an IPv4 network has nothing to escape. */
bool page_writer_add(
    struct page_writer *w, int64_t key, struct str name, int64_t claim, struct err *err);
/* Writes what is left, unless it is what stands in the row. */
bool page_writer_end(struct page_writer *w, struct str stored, struct err *err);
void page_writer_done(struct page_writer *w);
