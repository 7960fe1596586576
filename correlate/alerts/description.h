/* What an alert tells of an episode, while it is gathered: values, properties, entities, evidence; and
 * how texts get into it. */
#pragma once

#include "correlate/alerts/past.h"
#include "correlate/catalog/catalog.h"
#include "correlate/catalog/queries.h"
#include "correlate/network/inventory.h"
#include "correlate/span.h"
#include "store/alert_write.h"
#include "store/store.h"
#include "util/arena.h"
#include "util/timefmt.h"

#include <stdbool.h>
#include <stdint.h>

/* The vocabulary that catalogue entries fill their placeholders from. A name that the query's
 * facts do not give is an error of the entry, found by `catalog check`.
 *
 *   own            own address                       (all)
 *   own.name       resource name, else own address   (all)
 *   remote         the other address                 (pair, contact by address)
 *   remotes        number of distinct other addresses
 *   connections    number of connections             (not weighted guesses)
 *   guesses        number of guesses, where the log tells them
 *   port           commonest port of the service
 *   service        label of the service ("SSH"), or "TCP/1234" for a scanned port without a name
 *   start, end     first and last evidence, RFC 3339 UTC
 *   targets        addresses aimed at, commonest first, at most ten, then "+N more"
 *   family         the entry's malware family
 */
extern const char *const describe_vocabulary[]; /* NULL-ended */

enum describe_value {
    VALUE_OWN,
    VALUE_OWN_NAME,
    VALUE_REMOTE,
    VALUE_REMOTES,
    VALUE_CONNECTIONS,
    VALUE_GUESSES,
    VALUE_PORT,
    VALUE_SERVICE,
    VALUE_START,
    VALUE_END,
    VALUE_TARGETS,
    VALUE_FAMILY,
    DESCRIBE_VALUES
};

/* What an episode may be, for the texts that a catalogue entry has for it (`[variant blocked]`).
 *
 *   blocked        no contact was answered                       (contact)
 *   family         a signature of the entry, or a feed by its name or note, speaks of the entry's
 *                  malware family                                (contact)
 *   behaviour      nobody names the machine or its peers: it behaves like the family   (worm)
 *   unlearned      no source is named by a feed or signature: all are strangers     (contact by day)
 *   mixed          some sources are named, others strangers                         (contact by day)
 *   vertical       many ports of few targets, and no port of many targets   (spread)
 *   unnamed        the commonest port is not one of a login service         (spread)
 */
extern const char *const describe_variants[]; /* NULL-ended */

enum describe_variant {
    VARIANT_BLOCKED,
    VARIANT_FAMILY,
    VARIANT_BEHAVIOUR,
    VARIANT_UNLEARNED,
    VARIANT_MIXED,
    VARIANT_VERTICAL,
    VARIANT_UNNAMED,
    DESCRIBE_VARIANTS
};

/* How far after its last attempt an alert looks for a success. */
#define AFTERMATH_US TIME_US_DAY

/* One slice of an episode. */
struct episode {
    const struct alert_type *type;
    const struct periodic_query *query;
    int64_t type_id;
    struct finding_key key;
    int64_t began_us, t0, t1; /* of the findings in it */
    uint64_t tiers;           /* bit i: type->tiers[i] was reached */
};

#define DESCRIBE_PROPERTIES_MAX 32

struct description {
    struct store *store;
    const struct catalog *catalog;
    const struct inventory *inventory;
    const struct episode *episode;
    struct past *past;                /* of an episode of attempts, opened; NULL: nothing is kept */
    const struct kept_evidence *kept; /* what the stored alert shows */
    int kept_count;
    int64_t unchanged_us;           /* of connections that began before, nothing changed */
    struct indicators **indicators; /* the caller's: made when first asked for */
    struct arena *arena;            /* holds every string; the caller's, one alert at a time */

    const char *values[DESCRIBE_VALUES]; /* NULL: the facts do not give it */
    const char *prose[DESCRIBE_VALUES];  /* as it reads in a sentence; NULL: as in values */
    unsigned variants;                   /* bit i: enum describe_variant i fits */
    const struct resource *resource;     /* of own; NULL */
    struct ipaddr own;
    int64_t start_us, end_us; /* first and last evidence */
    int64_t count;            /* what the floor is about, for the confidence */
    int64_t floor;            /* the smallest of the tiers reached; 0 unknown */
    int64_t margin;           /* of the strongest window (correlate/alerts/basis.h); 0 unknown */
    int failed_share;         /* percent of explicit failures */
    bool blocked;             /* no contact was answered */
    bool success;             /* the log states that a login succeeded after the attempts */
    bool called;              /* the other side opened all of it */
    bool common, long_known;  /* many of our machines deal with it, or this one has for long */
    bool learned;             /* a baseline with enough history was asked … */
    bool abnormal;            /* … and says that this is unusual */
    bool weak;                /* nothing but unusual behaviour speaks, which may be harmless */
    bool signature;           /* a sensor's signature says so too */
    bool listed;              /* a feed names the other side, or one of the others */
    int64_t scale;    /* sampled: the records stand for up to so many times as much; 0, 1: not */
    int loss, unseen; /* thousandths of the packets, percent of the minutes that no sensor saw */
    int64_t outside, inside; /* distinct addresses on the other side, by whose they are */

    struct alert_property properties[DESCRIBE_PROPERTIES_MAX];
    int property_count;
    struct alert_entity entities[ALERT_ENTITIES_MAX];
    int entity_count;
    struct evidence_ref evidence[ALERT_EVIDENCE_MAX];
    int evidence_count;
    struct alert_basis basis[ALERT_BASIS_MAX];
    int basis_count;
};

/* The first variant of the type that fits; NULL: the entry's own words. */
const struct text_variant *describe_variant(const struct description *d);

/* Text in the arena; NULL without memory. */
const char *describe_text(struct description *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *describe_address(struct description *d, int64_t id, struct err *err);
/* A property that is not a placeholder; value NULL or "" is left out. */
void describe_property(struct description *d, const char *name, const char *value);
void describe_number(struct description *d, const char *name, int64_t value);
void describe_ip(struct description *d, const char *address);
void describe_evidence(struct description *d, const struct evidence_ref *ref);
/* A line for `alerts explain`. It must follow from what is stored alone, whatever the batching. Texts
 * live as long as the arena; NULL is written "". */
void describe_basis(struct description *d, struct alert_basis basis);
/* The login service that has the port: its label. NULL without one. */
const char *describe_login_service(struct description *d, uint16_t port, uint8_t proto);
/* "TCP/445", "SSH" where a login service has the port, "ICMP". */
const char *describe_service(struct description *d, uint16_t port, uint8_t proto);
