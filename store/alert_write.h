/* Writing alerts: put what a run found in the place of what an earlier run found. */
#pragma once

#include "store/alert.h"

/* One record an alert rests on, by its rows. */
struct evidence_ref {
    int64_t flow, login, signature; /* rows; 0: none. The first that is there is shown */
    int64_t t_us;                   /* when the logs know no better */
    const char *what;
    int64_t lookup; /* a row like the others, the last to be shown */
    int64_t ident;  /* of the connection, as in the facts */
    int64_t twin;   /* row of the other sensor's flow, where both saw it */
};

/* Which of the rows is shown. */
enum evidence_shown { SHOWN_SIGNATURE, SHOWN_FLOW, SHOWN_LOGIN, SHOWN_LOOKUP };

/* A record that a stored alert shows. */
struct kept_evidence {
    int64_t n, shown, row, twin, ident;
};

/* What detection says of one episode. Strings belong to the caller. */
struct alert_draft {
    int64_t type_id;                    /* name id of the type's code */
    int64_t own, remote, service, part; /* the key, as in findings */
    int64_t began_us;                   /* start of the episode */
    const char *uid;                    /* SystemAlertId */
    const char *key;                    /* CorrelationKey */
    int64_t start_us, end_us;           /* first and last evidence */
    enum severity severity;
    int confidence;
    const char *entity, *tactics, *techniques;
    const char *title[LANGS], *description[LANGS], *respond[LANGS];
    const struct alert_property *properties;
    int property_count;
    const struct alert_entity *entities;
    int entity_count;
    const struct evidence_ref *evidence;
    int evidence_count;
    const struct alert_basis *basis;
    int basis_count;
};

enum alert_change { ALERT_SAME, ALERT_CREATED, ALERT_UPDATED };

/* Creates the alert, or brings it up to date where something differs; nothing is written for the
 * same. New evidence sets a Resolved alert back to New; an alert that had ended is brought up to
 * date like a living one. Where the basis alone differs it is replaced, and the alert is the same:
 * no revision, no history, nothing to export. Inside a transaction. */
bool store_alert_put(struct store *s, const struct alert_draft *draft, int64_t now_us,
    enum alert_change *change, struct err *err);

/* A living alert of one key. */
struct living_alert {
    int64_t row, began_us, start_us, end_us;
    char uid[37];
};

/* The living alerts of a type and key that began after after_us, in order of `began`; *alerts is
 * malloc'ed. */
bool store_alert_living(struct store *s, int64_t type_id, int64_t own, int64_t remote,
    int64_t service, int64_t part, int64_t after_us, struct living_alert **alerts, size_t *count,
    struct err *err);

/* The records that a stored alert shows, in order: at most ALERT_EVIDENCE_MAX. */
bool store_alert_evidence(struct store *s, int64_t row,
    struct kept_evidence kept[ALERT_EVIDENCE_MAX], int *count, struct err *err);

/* Ends a living alert. successor: the uid of the alert that takes its place, with the person's
 * status and comment; NULL: its evidence is gone. */
bool store_alert_end(struct store *s, const struct living_alert *alert, const char *successor,
    int64_t now_us, struct err *err);
