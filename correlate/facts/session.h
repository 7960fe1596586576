/* One connection to a login service: what records say of it, and what kind of attempt it comes to. */
#pragma once

#include "correlate/facts/services.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* One row of table `session`. */
struct session {
    int64_t ident;   /* the sensor's name for the connection, hashed */
    int64_t service; /* name id of the login service */
    int64_t own;     /* the address of ours that is judged */
    int64_t remote;
    int64_t flow, flow_t;   /* row and time of the flow, 0 without one; */
    int64_t login, login_t; /* and of the login record */
    int64_t tries;          /* guesses inside the connection, as far as the log tells */
    int64_t scale;          /* so many connections it stands for */
    int64_t twin;           /* Suricata's: ident of Zeek's session that speaks for both, 0: none */
    int64_t told_tries;     /* Zeek's: what Suricata's say of tries, success and exchanged */
    uint8_t direction;      /* enum direction */
    uint8_t internal;       /* 1: both ends are ours */
    uint8_t shape;          /* of the flow: enum shape, SHAPE_NONE without one */
    uint8_t exchanged;      /* enum exchanged */
    uint8_t told_exchanged;
    uint16_t port;  /* the server's */
    int8_t success; /* 1 yes, 0 no, -1 unknown */
    int8_t told_success;
};

#define SESSION_TWIN_UNKNOWN ROW_NUMBER_NONE /* twin: not yet looked for */

/* What stands in session.exchanged, the larger one when two disagree. */
enum exchanged {
    EXCHANGED_NO,
    EXCHANGED_KEYS,
    EXCHANGED_TRIES, /* its failed tries are sessions of their own */
    EXCHANGED_TRY,   /* such a one */
};

/* Order is stored; from KIND_SUCCESS on somebody got in. */
enum kind {
    KIND_ATTEMPT,
    KIND_FAILURE, /* the log says so */
    KIND_SUCCESS, /* the log says so */
    KIND_SESSION, /* inferred: the server sent more, or it lasted longer, than in an attempt */
    KIND_NOTHING
};

/* When it was. */
int64_t session_t(const struct session *s);
/* Joins what two records of one connection say; the order never matters. */
void session_merge(
    const struct services *services, struct session *into, const struct session *from);
/* Whether a log says how it ended: then what another sensor says does not matter. */
bool session_is_explicit(const struct session *s);
bool session_has_told(const struct session *s);
/* What Suricata says: nothing, and what one session of its adds. */
void session_forget_told(struct session *zeek);
void session_tell(struct session *zeek, const struct session *s);
/* The session with what Suricata says where Zeek leaves it open. */
struct session session_with_told(const struct session *s);
/* What it comes to at that service, which may be NULL. */
enum kind session_kind(const struct session *s, const struct login_service *service);
