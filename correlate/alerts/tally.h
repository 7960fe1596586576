/* Addresses with counts, for lists in an alert. */
#pragma once

#include "correlate/alerts/description.h"

/* Highest rank first, then the commonest, then by address, so that
 * the order in which records came does not show. */
struct tally {
    struct ipaddr ip;
    int64_t id, count, more; /* more: a second figure, for the owner's use */
    int64_t rank;            /* goes before count in the order, where the owner sets it */
    bool inside;             /* one of our own */
};
struct tally_list {
    struct tally *items;
    size_t count, cap;
};
/* Adds a copy, with the address of its id. */
bool tally_add(struct description *d, struct tally_list *list, struct tally tally, struct err *err);
/* Adds up what belongs to one address, then sorts. */
void tally_sort(struct tally_list *list);
/* Of a list with one entry an address: the first `count` as tally_sort() has them, the others after
 * them in no order. Of many that is much quicker. */
void tally_first(struct tally_list *list, size_t count);
/* "203.0.113.9 [12], …": at most `max` of them, then "+N more". */
enum tally_figure { TALLY_PLAIN, TALLY_COUNT, TALLY_MORE };
const char *tally_text(
    struct description *d, const struct tally_list *list, size_t max, enum tally_figure figure);
/* Sorted ones, of which ALERT_ENTITIES_MAX are shown, into what an alert tells of the other side: outside, inside, entities. */
void tally_tell(struct description *d, const struct tally_list *list);
/* Of entries in whatever order: which of them feeds name between the first and the last evidence: property "Listed Addresses". */
bool tally_listed(struct description *d, const struct tally_list *list, struct err *err);
/* The same with IPv4 by /24 and IPv6 by /64. */
const char *tally_networks(struct description *d, const struct tally_list *list, size_t max);
void tally_done(struct tally_list *list);
