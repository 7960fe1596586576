/* One connection to a login service: what records say of it, and what kind of attempt it comes to. */
#pragma once

#include "correlate/facts/services.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* One row of table `session`; 0 in flow or login: no such record. */
struct session {
    int64_t ident, service, own, remote;
    int64_t flow, flow_t, login, login_t, tries, scale;
    int64_t twin, told_tries;
    uint8_t direction, internal, shape, exchanged, told_exchanged;
    uint16_t port;
    int8_t success, told_success;
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
/* The session with what Suricata says where Zeek leaves it open. */
struct session session_with_told(const struct session *s);
/* What it comes to at that service, which may be NULL. */
enum kind session_kind(const struct session *s, const struct login_service *service);
