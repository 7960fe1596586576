/* Names that clients asked for, many to one blob: a name stands beside those that were read with it,
 * and of what repeats among them (addresses, domains) only a number is written. As rows of their own
 * they would take three times the room, and take longer to store than to parse.
 *
 * A page holds its records one after the other, each so:
 *
 *     what     1 byte: enum name_kind + 4 * answered + 8 * nxdomain + 16 * TCP + 32 * UDP
 *                      + 64 * (answers follow) + 128 * (the uid is a number); both TCP and UDP: of
 *                      the connection of the record before it, and what is in brackets is left out
 *     t        signed number: microseconds since the record before it, the first one's since 1970
 *    [orig     reference to an address id, a signed number
 *     resp     the same
 *     ports    orig's 2 bytes, the lower first; resp's a number
 *     proto    1 byte, where neither TCP nor UDP
 *     uid]     number, or length and bytes
 *     label    length and bytes: the name as far as its first dot
 *     domain   reference to the rest of the name, from that dot on; "" where there is none
 *     prints   of TLS, where bit 4 says so: 1 byte: how many; each a reference to its text, or to 128 +
 *              its place in lookup_print_kinds, then its hexadecimal digits as bytes
 *     answers  1 byte: how many; each 1 byte, its length, and the address
 *
 * Lengths are 1 byte. Numbers have 7 bits a byte, the lowest first; signed ones have the sign in
 * bit 0. A reference is the byte 0, a length and the value, when the page meets it for the first time;
 * else the number 1 + its place among those met before. */
#pragma once

#include "store/record.h"
#include "util/str.h"

#define LOOKUP_PAGE_ROWS   4096  /* records of one page at most */
#define LOOKUP_PAGE_IDS    65536 /* the id of a record is page * this + its place in the page */
#define LOOKUP_PAGE_SIZE   (256 * 1024)
#define LOOKUP_PAGE_VALUES 8192 /* addresses, and domains, that a page tells apart at most */

enum lookup_what {
    LOOKUP_OUTCOME = 15, /* the bits that a row shows */
    LOOKUP_PRINTS = 4,   /* of TLS, which is not answered as DNS is: fingerprints follow */
    LOOKUP_TCP = 16,
    LOOKUP_UDP = 32,
    LOOKUP_SAME = LOOKUP_TCP | LOOKUP_UDP, /* of the same connection as the record before */
    LOOKUP_ANSWERS = 64,
    LOOKUP_NUMBER = 128,
};

#define LOOKUP_PRINT_KINDS 4
extern const char *const lookup_print_kinds[LOOKUP_PRINT_KINDS]; /* "ja3:" … Order is stored */

/* What repeats: where each value stands in the page. */
struct lookup_values {
    uint32_t at[LOOKUP_PAGE_VALUES];
    uint8_t len[LOOKUP_PAGE_VALUES];
    int count;
};

/* One record of a page. Slices point into the page. */
struct lookup {
    int64_t t_us, orig, resp; /* address ids */
    struct str label, domain; /* the name is both together */
    struct str uid;           /* empty when it is a number, or when there is none */
    int64_t uid_number;       /* -1 when it is none */
    uint16_t orig_port, resp_port;
    uint8_t proto, outcome; /* outcome: enum name_kind + 4 * answered + 8 * nxdomain */
    uint8_t print_count, answer_count;
    struct str prints[NAME_PRINTS_MAX]; /* as the page has them: lookup_print() */
    struct ipaddr answers[NAME_ANSWERS_MAX];
};

/* A page being filled. */
struct lookup_page {
    int rows;
    int64_t t_min_us, t_max_us; /* mean nothing while rows is 0 */
    struct str data;            /* valid until the next call */
    struct lookup_page_own *own;
};

/* Zero-initialise. False without memory. */
bool lookup_page_init(struct lookup_page *page);
void lookup_page_done(struct lookup_page *page);
void lookup_page_clear(struct lookup_page *page);
/* Adds one record; orig and resp are its address ids. False when it may not fit: clear it first. */
bool lookup_page_add(
    struct lookup_page *page, const struct name_seen *n, int64_t orig, int64_t resp);

/* A page being read. */
struct lookup_reader;

/* NULL without memory. One reader serves page after page. */
struct lookup_reader *lookup_reader_new(void);
void lookup_reader_free(struct lookup_reader *r);
/* The page must live as long as its records are read. */
void lookup_reader_start(struct lookup_reader *r, struct str data);
/* The next record. False at the end; *damaged tells an end that is none. */
bool lookup_reader_next(struct lookup_reader *r, struct lookup *l, bool *damaged);
/* A fingerprint of a record as text; returns its length. */
#define LOOKUP_PRINT_SIZE (2 * UINT8_MAX + 8)
size_t lookup_print(struct str print, char text[LOOKUP_PRINT_SIZE]);
