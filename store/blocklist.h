/* Which addresses the living alerts accuse, and which ones our machines know well: the two sides of
 * a list of what to block. */
#pragma once

#include "store/alert.h"
#include "util/ipaddr.h"

/* Where the addresses that an alert accuses stand. An alert's entities do not say who of them
 * attacked, and hold fifty at most. */
enum accused_by {
    ACCUSED_BY_KEY,      /* the other side of its key: one to one */
    ACCUSED_BY_ATTEMPTS, /* whose attempts it counts: many to one */
    ACCUSED_BY_SUBJECT,  /* with whom it had the contacts that its indicator names by address */
    ACCUSED_BY_DAY,      /* whose contacts with its port and day it counts */
};

/* What one alert has against one address. */
struct accusation {
    struct ipaddr ip;
    const char *alert; /* SystemAlertId; valid during the call */
    enum severity severity;
    int confidence;
    int64_t first_us, last_us; /* the evidence against this address alone */
};

struct accusation_filter {
    const char *type;   /* code of the alert type */
    enum accused_by by; /* where that type's alerts name addresses */
    int direction;      /* of its attempts; else meaningless */
    int min_confidence;
    int64_t after_us; /* only evidence later than this */
};

/* What the living alerts of one type have against addresses, those that a person dismissed left
 * out; the alert with the latest evidence first. visit returns false to stop; that is no error. */
bool store_accusation_each(struct store *s, const struct accusation_filter *filter,
    bool (*visit)(void *arg, const struct accusation *accusation), void *arg, struct err *err);

/* An address with logins that succeeded, to or from any machine of ours. */
struct familiar {
    struct ipaddr ip;
    int64_t days, first_us; /* distinct UTC days with such a login; the first of them all */
};

/* Every address with successful logins on min_days or more days, up to until_us (excluded). */
bool store_familiar_each(struct store *s, int64_t min_days, int64_t until_us,
    bool (*visit)(void *arg, const struct familiar *familiar), void *arg, struct err *err);

/* --- the list ------------------------------------------------------------------------------ */

/* An alert that speaks for an entry. */
struct block_voice {
    const char *type, *alert; /* code and SystemAlertId */
};
#define BLOCK_VOICES_MAX 8 /* named for one entry */

/* One address to block, with all that is to be said of it. */
struct block_entry {
    struct ipaddr ip;
    enum severity severity; /* of the gravest alert */
    int confidence;         /* of the surest one, 0..100 */
    int64_t first_us, last_us;
    int64_t until_us;                 /* when its time on the list is over */
    const struct block_voice *voices; /* the gravest first */
    int voice_count, voices_more;     /* voices_more: further ones, not named */
};
