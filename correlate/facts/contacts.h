/* Traffic with what an indicator names, and signatures that speak for an alert type. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/facts/shape.h"
#include "correlate/network/ends.h"
#include "store/store.h"

enum contact_flags {
    CONTACT_ANSWERED = 1,  /* payload went both ways */
    CONTACT_INBOUND = 2,   /* the remote end opened it */
    CONTACT_SIGNATURE = 4, /* a signature says so */
    CONTACT_LOOKUP = 8,    /* only the name was looked up */
    CONTACT_NAMED = 32,    /* the server was asked by a name that a feed has */
    CONTACT_SURICATA =
        16, /* strangers: Suricata's record; where Zeek tells of its source, it is the same */
};

/* SQL: which contacts `c` an alert about :subject, or with 0 about all of a resource, rests on: of all those
 * that count by contact.sql. */
#define CONTACT_SPEAKS                                                                             \
    "c.leg = 0 AND c.roles & :exempt = 0 AND c.subject BETWEEN :subject AND "                      \
    "CASE :subject WHEN 0 THEN 9223372036854775807 ELSE :subject END AND (:subject <> 0 OR "       \
    "c.flags & 4 <> 0 OR (NOT EXISTS (SELECT 1 FROM widespread AS w WHERE w.topic = c.topic "      \
    "AND w.subject = c.subject AND w.believed = 0) AND (c.flow IS NULL OR NOT EXISTS "             \
    "(SELECT 1 FROM named AS n WHERE n.topic = c.topic AND n.ident = c.ident "                     \
    "AND n.t BETWEEN c.t - 3600000000 AND c.t + 3600000000))))"

/* A name as stored. */
struct seen_name {
    int64_t row, t_us, ident;
    struct str name;
    struct str prints; /* fingerprints, blanks between */
    int64_t scale;     /* so many it stands for */
    uint16_t resp_port;
    uint8_t proto, kind; /* enum name_kind */
};

/* A signature as stored. */
struct seen_signature {
    int64_t row, t_us, ident;
    int64_t name, category; /* name ids */
    int64_t sid, scale;
    uint16_t orig_port, resp_port;
    uint8_t proto, answer;
    bool client_known;
};

struct contacts;

/* Loads the indicators, and compiles the signature rules of every type whose query reads contacts.
 * NULL on failure. Holds on to its arguments. */
struct contacts *contacts_new(struct store *s, const struct catalog *catalog, struct err *err);
void contacts_free(struct contacts *contacts);

/* Fetch ahead what contacts_note_ends() will ask of two ends: the one, and some flows later the other. */
void contacts_fetch_ends(
    struct contacts *contacts, const struct end *client, const struct end *server);
void contacts_fetch_filter(
    struct contacts *contacts, const struct end *client, const struct end *server);
/* Notes who opens a flow. *may: an indicator may name one of its ends, so that the flow is to be added;
 * of most there is nothing to add. */
bool contacts_note_ends(struct contacts *contacts, enum ends_kind kind, const struct end *client,
    const struct end *server, bool *may, struct err *err);
bool contacts_add_flow(struct contacts *contacts, const struct seen_flow *flow, enum ends_kind kind,
    const struct end *client, const struct end *server, struct err *err);
/* The client asked for the name, or asked the server by it. */
bool contacts_add_name(struct contacts *contacts, const struct seen_name *name,
    const struct end *client, const struct end *server, struct err *err);
/* orig and resp as in the record; kind as if orig were the client. */
bool contacts_add_signature(struct contacts *contacts, const struct seen_signature *signature,
    enum ends_kind kind, const struct end *orig, const struct end *resp, struct err *err);
/* From now on: true: what is added is held back, in held_contact, until it is known to count. */
void contacts_hold(struct contacts *contacts, bool hold);
/* So many have come of records so far. */
int64_t contacts_added(const struct contacts *contacts);
/* True while there are indicators that flows, or names, are matched against. */
bool contacts_match_flows(const struct contacts *contacts);
bool contacts_match_names(const struct contacts *contacts);
/* As sessions_flush(); spans go to the temporary table changed_contact. */
bool contacts_flush(struct contacts *contacts, struct err *err);
