/* What all logs together say of one connection to a login service, and the attempt or success that
 * follows from it. Order never matters: merging is commutative, and an attempt is derived anew. */
#pragma once

#include "correlate/ends.h"
#include "correlate/legs.h"
#include "correlate/services.h"
#include "correlate/shape.h"
#include "store/store.h"

/* Where a record belongs, seen from our side. own: the server of incoming, the client of outgoing
 * and internal traffic. */
struct placed {
    enum direction direction;
    bool internal;
    struct end own, remote;
};

/* A login record as stored. */
struct seen_login {
    int64_t row, t_us, ident, attempts;
    int success; /* 1, 0, -1 unknown */
    bool key_exchange;
    bool one_try;  /* one of perhaps several in its connection */
    uint16_t port; /* the server's */
    int64_t scale; /* so many it stands for */
};

struct sessions;

/* NULL on failure. Holds on to its arguments. */
struct sessions *sessions_new(
    struct store *s, const struct services *services, struct ends_cache *ends, struct err *err);
void sessions_free(struct sessions *sessions);

bool sessions_add_flow(struct sessions *sessions, const struct seen_flow *flow,
    const struct placed *placed, const struct login_service *service, struct err *err);
bool sessions_add_login(struct sessions *sessions, const struct seen_login *login,
    const struct placed *placed, const struct login_service *service, struct err *err);

/* Writes what was added; called by the two above when enough has gathered, and once at the end.
 * Keys and spans whose attempts changed are added to the temporary table changed_attempt. */
bool sessions_flush(struct sessions *sessions, struct err *err);
