/* What all logs together say of one connection to a login service, and the attempt or success that
 * follows from it. Order never matters: merging is commutative, and an attempt is derived anew. */
#pragma once

#include "correlate/facts/legs.h"
#include "correlate/facts/services.h"
#include "correlate/facts/session.h"
#include "correlate/facts/shape.h"
#include "correlate/network/ends.h"
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

/* The name of one try inside a connection: the connection's own, and when it was. */
int64_t sessions_try_ident(int64_t ident, int64_t t_us);

/* From now on: true: no attempt follows from what is added until sessions_join() was asked. */
void sessions_hold(struct sessions *sessions, bool hold);
/* Zeek's records under zeek_ident (0: none) tell of the same connection as the record of t_us under
 * ident, Suricata's; refused: they say that it was. If that record is the one that Suricata's session
 * goes by, one of the two sessions then counts, with all that both say of how it ended. Changes are
 * noted until the next flush. */
bool sessions_join(struct sessions *sessions, int64_t ident, int64_t t_us, int64_t zeek_ident,
    bool refused, struct err *err);

/* What a stored session came to, whatever it is, is told differently now. */
bool sessions_note(struct sessions *sessions, const struct session *s, struct err *err);

/* Writes what was added; called by the two above when enough has gathered, and once at the end.
 * Keys and spans whose attempts changed are added to the temporary table changed_attempt. */
bool sessions_flush(struct sessions *sessions, struct err *err);
