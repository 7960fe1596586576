/* Entries of a feed, some hundreds to a page, in order of key: a name, and what the feed says of it as
 * the number of a claim. As rows of their own a million would cost a second to write, and a hundred
 * bytes each.
 *
 * A page has two parts, for plain SQL. `addresses` is what long lists are made of: single IPv4 addresses
 * of which the feed says the page's `claim`, as numbers between commas, so that instr() tells whether one
 * is there, and counted from the address of the page's first key, so that they are short: ",0,6,255,".
 * `names` is a JSON object of all others, and of what else the feed says of an address:
 * {"198.51.100.0/24":7,"203.0.113.1":2}; a name may stand in it more than once. Of an address the claim of
 * the page comes before the others. A part without any is NULL.
 *
 * A page holds all names of its feed from its `first` key up to the next page's; names of one key are
 * never parted. The first page of a feed is from the lowest key on. */
#pragma once

#include "store/indicator.h"
#include "util/err.h"
#include "util/str.h"

#include <stddef.h>
#include <stdint.h>

struct query;
struct store;

#define INDICATOR_PAGE_FIRST INT64_MIN /* of the first page of a feed */

/* A page as it is stored. */
struct page {
    int64_t first, claim; /* claim: of the addresses */
    struct str addresses, names;
};
#define PAGE_COLUMNS "first, claim, addresses, names"
/* Valid as the query's row is. */
struct page page_of(struct query *q, int column);

#define PAGE_ADDRESS_FORM (INDICATOR_FORM_V4 + 32) /* of the key of what may stand in `addresses` */
/* What its numbers are counted from. */
static inline int64_t page_base(int64_t first)
{
    return first > 0 ? first >> 8 : 0;
}

/* ------------------------------------------------------------------ reading */

struct page_entry {
    struct str name; /* valid until the next one is read; STR_NONE: an address that its key tells */
    int64_t key;     /* 0: of a name, and not known yet */
    int64_t claim;
};
int64_t page_entry_key(const struct page_entry *e);

struct page_reader {
    int64_t base, claim;
    const char *number, *numbers_end;
    const char *p, *end;     /* names */
    struct page_entry ahead; /* the next name, read ahead where there is an address, too */
    int64_t address_key;
    bool has_name, has_address;
    struct buf plain; /* a name that has escapes, without them */
};

/* Zero-initialise; page_reader_done() gives back. The page must live as long as its entries are read. */
void page_reader_start(struct page_reader *r, const struct page *page);
/* False at the end; *damaged tells an end that is none. */
bool page_reader_next(struct page_reader *r, struct page_entry *e, bool *damaged);
void page_reader_done(struct page_reader *r);

/* All entries of a feed. */
bool page_each(struct store *s, int64_t feed, void (*visit)(void *arg, const struct page_entry *e),
    void *arg, struct err *err);
/* err_set() for a page that cannot be read. */
bool page_damaged(struct err *err);

/* Whether what has that key is one of the page's addresses. */
bool page_has_address(const struct page *page, int64_t key);
/* What stands before a name's claim: the name as JSON, and a colon. */
void page_add_needle(struct buf *needle, struct str name);
/* The next claim of that name: *rest is what is still to be searched, at first the page's names. False:
 * there is none. */
bool page_find(struct str *rest, struct str needle, int64_t *claim);

/* ------------------------------------------------------------------ its text */

#define PAGE_NAME_ROOM(len) (6 * (len) + 3) /* all of it escaped */
/* The name as JSON, and a colon; returns the end. plain: there is nothing to escape. */
char *page_put_name(char *p, struct str name, bool plain);
/* In decimal, in room for PAGE_NUMBER_ROOM. */
char *page_put_number(char *p, uint64_t n);
#define PAGE_NUMBER_ROOM 27 /* 20 digits, and what is written behind them */
