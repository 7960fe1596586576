/* An alert as it is stored, listed and exported: one shape everywhere. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum lang { LANG_EN, LANG_JA, LANGS };
extern const char *const lang_names[LANGS]; /* "en", "ja" */

/* As in the source document, gravest last. Order is stored. */
enum severity { SEVERITY_INFORMATIONAL, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITIES };
extern const char *const severity_names[SEVERITIES]; /* "Informational", "Low", … */
/* Any letter case; false when s names none. */
bool severity_parse(struct str s, enum severity *severity);

/* Belongs to people; detection only sets Resolved back to New. Order is stored. */
enum alert_status { STATUS_NEW, STATUS_IN_PROGRESS, STATUS_RESOLVED, STATUS_DISMISSED, STATUSES };
extern const char *const alert_status_names[STATUSES]; /* "New", "InProgress", … */
/* Any letter case, with or without hyphens: "in-progress"; false when s names none. */
bool alert_status_parse(struct str s, enum alert_status *status);

/* One value of ExtendedProperties: a placeholder of the text under its own name ("Attacker IP"),
 * or evidence in figures. Always text, as in Defender's alerts. */
struct alert_property {
    const char *name, *value;
};

/* One address or machine of the alert. type: "ip" (value is the address) or "host" (its name). */
struct alert_entity {
    const char *type, *value;
};

/* One record that the alert rests on; up to 50 are kept. */
struct alert_evidence {
    int64_t t_us;
    const char *sensor; /* "zeek", "suricata" */
    const char *uid;    /* Zeek's uid or Suricata's flow_id; NULL when the log had none */
    const char *source, *destination; /* address text: originator, responder */
    int source_port, destination_port, proto;
    const char *service;  /* NULL unknown */
    const char *twin_uid; /* what the other sensor calls the connection; NULL: it did not see it */
    const char *what; /* "attempt", "failed login", "login", "probe", "contact", "signature …" */
};

/* One line of why an alert was raised, or of how sure it is. What people read in `alerts explain`; not
 * exported, so that a line may change without the alert being a new one. Order is stored. */
enum basis_kind {
    BASIS_TIER,       /* a parameter of a tier that was reached, in the strongest window */
    BASIS_BASELINE,   /* what is normal here, and how far off this is */
    BASIS_COVERAGE,   /* what the sensors did not see */
    BASIS_CONFIDENCE, /* what the confidence is made of: percent points in value */
    BASIS_PATTERN,    /* why it looks like a monitor */
    BASIS_KINDS
};
extern const char *const basis_kind_names[BASIS_KINDS]; /* "tier", "baseline", … */

struct alert_basis {
    enum basis_kind kind;
    const char *tier;      /* "" where it is not of one tier */
    const char *name;      /* "min_attempts", "margin", "stage", "z", … */
    const char *value;     /* what was seen; "" where it is only set */
    const char *threshold; /* what it takes, with its unit; "" where there is none */
    const char *note;      /* where the threshold is from, or what the value means */
};

#define ALERT_BASIS_MAX    96
#define ALERT_ENTITIES_MAX 50
#define ALERT_EVIDENCE_MAX 50

/* All strings are UTF-8 or raw bytes from a log (an entity's host name): writers escape them. */
struct alert {
    int64_t row;      /* inside this database only */
    const char *id;   /* SystemAlertId: UUIDv5 of type, direction, key, start */
    const char *key;  /* CorrelationKey: type and key as text, without the time */
    const char *type; /* "SSH_Incoming_BF_OneToOne" */
    int64_t start_us, end_us, generated_us, processed_us;
    enum severity severity;
    int confidence; /* 0..100; exported as 0.00 to 1.00 */
    enum alert_status status;
    const char *comment;              /* a person's, may be "" */
    const char *entity;               /* CompromisedEntity: resource name, else address */
    const char *tactics, *techniques; /* comma-separated */
    const char *title[LANGS], *description[LANGS];
    const char *respond[LANGS]; /* steps, one a line ('\n' between) */
    const struct alert_property *properties;
    int property_count;
    const struct alert_entity *entities; /* own first */
    int entity_count;
    const struct alert_evidence *evidence; /* in order of time; only when asked for */
    int evidence_count;
    const struct alert_basis *basis; /* by kind, in order of the tiers; only when asked for */
    int basis_count;
    int revision; /* not exported: depends on how the lines were batched */
};

/* Zero-initialise: no bound. Times are half open: since <= end_us and start_us < until. */
struct alert_filter {
    bool has_since, has_until;
    int64_t since_us, until_us;
    bool changed_since;  /* compare processed_us instead of the evidence times */
    const char *type;    /* NULL: all */
    const char *address; /* NULL, or an alert that has this address among its entities */
    enum severity min_severity;
    int64_t after_change; /* only what changed after this number of store_alert_change(); 0: all */
    bool evidence;        /* fill alert.evidence … */
    bool basis;           /* … and alert.basis */
    int limit;            /* 0: no limit; newest first when newest_first */
    bool newest_first;
};

/* The living alerts in order of start, type, key (or newest first). The alert and all it points to
 * are valid during the call. visit returns false to stop; that is no error. */
bool store_alert_each(struct store *s, const struct alert_filter *filter,
    bool (*visit)(void *arg, const struct alert *alert), void *arg, struct err *err);

/* The living alert whose id begins with `prefix` (at least 4 characters; upper or lower case).
 * *found 0: none, 1: visited once, 2: more than one begins so, none visited. */
bool store_alert_get(struct store *s, const char *prefix, int *found,
    void (*visit)(void *arg, const struct alert *alert), void *arg, struct err *err);

/* One line of an alert's history. */
struct alert_event {
    int64_t at_us;
    int revision;
    struct str what;   /* "created", "updated", "superseded", "withdrawn", "reopened", "status" */
    struct str detail; /* valid during the call, like `what` */
};
/* In order. An alert that nobody knows has none. */
bool store_alert_history(struct store *s, const char *uid,
    void (*visit)(void *arg, const struct alert_event *event), void *arg, struct err *err);

/* What a person says of an alert. */
struct alert_said {
    const char *uid;
    bool has_status;
    enum alert_status status;
    const char *comment; /* NULL: as it is */
};
#define ALERT_COMMENT_MAX 4000 /* bytes */
/* A transaction of its own, with a line of history where something changes. The store must be open
 * for writing. ERR_USAGE when the alert is not among the living. */
bool store_alert_say(
    struct store *s, const struct alert_said *said, int64_t now_us, bool *changed, struct err *err);

/* The number of the latest change of any alert, 0 without any. It only ever goes up, whatever the
 * clock does, so that an export can remember how far it has got. */
bool store_alert_change(struct store *s, int64_t *number, struct err *err);
