/* Threat-intelligence indicators as kept in the database. */
#pragma once

#include "util/bloom.h"
#include "util/err.h"
#include "util/ipaddr.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Order is stored: append only. What each means for the alert types: catalog/Network_*.conf. */
enum indicator_category {
    INDICATOR_C2 = 1,
    INDICATOR_MALWARE,
    INDICATOR_SINKHOLE,
    INDICATOR_SCANNER,
    INDICATOR_BLOCKLIST,
    INDICATOR_ALLOW, /* never alerts; while it is in force, what it names matches nothing else */
    INDICATOR_CATEGORIES
};
extern const char *const indicator_category_names[INDICATOR_CATEGORIES];

/* Order is stored: append only. */
enum indicator_kind {
    INDICATOR_NETWORK,
    INDICATOR_DOMAIN,
    INDICATOR_FINGERPRINT, /* of TLS: "ja3:…", as ingest/print_text.h writes it */
    INDICATOR_KINDS
};
extern const char *const indicator_kind_names[INDICATOR_KINDS];

#define INDICATOR_ALWAYS_FROM  INT64_MIN
#define INDICATOR_ALWAYS_UNTIL INT64_MAX

struct indicator {
    enum indicator_kind kind;
    struct cidr net; /* of a network: an address is one of 32 or 128 bits */
    struct str
        domain; /* of a domain, as domain_normalise() writes it; names below it count too. Or a
                        * fingerprint */
    enum indicator_category category;
    int64_t from_us, until_us; /* half open; INDICATOR_ALWAYS_* where the feed has no dates */
    struct str note;           /* what the feed says of it; may be empty */
};

struct feed;
struct feed_change {
    int64_t added, kept, ended;
};

/* Replaces the feed of that name, in one transaction: entries that are gone end as of now_us,
 * entries that are there still stay as they are, new ones are added. History is kept. The feed's list is
 * sorted, and its entries are used up: only their number stays. */
bool store_feed_import(struct store *s, struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err);

/* Ends everything that is in the feed of that name, as of now_us; the feed stays, with its history.
 * ERR_USAGE when there is none. */
bool store_feed_remove(
    struct store *s, struct str name, int64_t now_us, int64_t *ended, struct err *err);

/* For each feed in order of name: how many indicators are in force at now_us, by category and by
 * kind. */
struct feed_info {
    const char *name, *format; /* valid during the call */
    int64_t imported_us, active, ended;
    int64_t by_category[INDICATOR_CATEGORIES], by_kind[INDICATOR_KINDS];
};
bool store_feed_each(struct store *s, int64_t now_us,
    void (*visit)(void *arg, const struct feed_info *info), void *arg, struct err *err);

/* What is not believed, since too many of our machines deal with it: an indicator, or a feed by all its
 * entries together. In order of type and name. */
struct disbelief {
    const char *type, *what; /* valid during the call; what: the indicator, or the feed's name */
    bool feed;
    int64_t owns, machines; /* so many deal with it, of so many that open connections */
};
bool store_disbelief_each(struct store *s,
    void (*visit)(void *arg, const struct disbelief *disbelief), void *arg, struct err *err);

/* ------------------------------------------------------------------ asking */

/* What an indicator is found by: a number made of the network or domain, with its form in the low byte. */
#define INDICATOR_FORM_V4     0u  /* + bits of the network */
#define INDICATOR_FORM_V6     33u /* likewise */
#define INDICATOR_FORM_DOMAIN 162u
#define INDICATOR_FORM_PRINT  163u
int64_t indicator_key_net(const struct ipaddr *ip, unsigned bits); /* ip: any in the network */
/* Of one IPv4 address. */
static inline int64_t indicator_key_address(uint32_t v4)
{
    return (int64_t)v4 << 8 | (INDICATOR_FORM_V4 + 32);
}
int64_t indicator_key_domain(struct str domain);
/* A network of IPv4, which the key tells. */
static inline bool indicator_key_is_v4(int64_t key)
{
    return ((unsigned)key & 0xFF) < INDICATOR_FORM_V6;
}
bool indicator_key_v4(int64_t key, struct cidr *net);
int64_t indicator_key_print(struct str print);
/* Of a network, domain or fingerprint as text. */
int64_t indicator_key_text(struct str text);

/* The keys of all indicators that are or ever were in force, those that feeds dropped included.
 * bloom_done() gives it back. */
bool store_indicator_filter(struct store *s, struct bloom *filter, struct err *err);
/* False: there is no indicator of that form. */
bool indicator_filter_has_form(const struct bloom *filter, unsigned form);

/* Indicators of that name, which is a network, domain or fingerprint as text, and its key; in no order,
 * those that a feed dropped with their end in until_us (the earlier of the two), and none that never came
 * into force. Strings are valid during the call. visit returns false to stop; that is no error. */
bool store_indicator_find(struct store *s, int64_t key, struct str name,
    bool (*visit)(void *arg, const struct indicator *indicator), void *arg, struct err *err);

/* The same in SQL: each feed f that has entries of one name, with each claim i (columns as in the table)
 * that it makes of it; to be bound with indicator_bind(). */
#define INDICATORS_OF_NAME                                                                         \
    "feed AS f CROSS JOIN indicator_page AS p ON p.id = (SELECT id FROM indicator_page WHERE "     \
    "feed = f.id AND first <= :key ORDER BY first DESC LIMIT 1) "                                  \
    "CROSS JOIN claim AS i ON i.feed = f.id AND i.id IN (SELECT p.claim WHERE "                    \
    "instr(p.addresses, ',' || (:address - (max(p.first, 0) >> 8)) || ',') UNION ALL "             \
    "SELECT value FROM json_each(CASE WHEN instr(p.names, :needle) THEN p.names END) "             \
    "WHERE key = :network) "

struct query;
/* needle is filled, and must live until query_done(). */
void indicator_bind(struct query *q, struct str name, struct buf *needle);

/* A hash of all indicators that are or were in force, notes aside, whatever the order of the
 * imports; kept by them, so that asking costs nothing. 0 without any. */
bool store_indicator_fingerprint(struct store *s, uint64_t *hash, struct err *err);
