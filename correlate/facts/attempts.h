/* Login attempts as they follow from sessions: table `attempt`, and what of it changed. */
#pragma once

#include "correlate/facts/session.h"
#include "correlate/network/ends.h"
#include "store/store.h"

/* One row of table `attempt`. */
struct attempt {
    int64_t service, own, remote, t, ident, peer, tries, weight, roles, pool, scale;
    uint8_t direction, kind, internal, leg;
    uint16_t port;
};

struct attempts;

/* NULL on failure. Holds on to its arguments. */
struct attempts *attempts_new(
    struct store *s, const struct services *services, struct ends_cache *ends, struct err *err);
void attempts_free(struct attempts *attempts);

/* The attempt that follows from a session; kind KIND_NOTHING: none. */
bool attempts_derive(
    struct attempts *attempts, const struct session *s, struct attempt *a, struct err *err);
bool attempts_same(const struct attempt *a, const struct attempt *b);

/* Puts `after` in the place of `before`, either of which may be nothing. at_once: it may have to give
 * way to another before the next flush; else it is written then, with others. */
bool attempts_change(struct attempts *attempts, const struct attempt *before,
    const struct attempt *after, bool at_once, struct err *err);

/* As if an attempt of that session had been put, though none was. */
bool attempts_note(struct attempts *attempts, const struct session *s, struct err *err);

/* Writes what was put, and notes in the temporary table changed_attempt which keys and spans of time
 * changed. */
bool attempts_flush(struct attempts *attempts, struct err *err);
