/* Which networks outside a port of ours answered, and on which days: what is learned of who is usual
 * there. All connections of a network in 32 days are one, so that busy servers cost little; a record that
 * is met again changes nothing. */
#pragma once

#include "correlate/facts/shape.h"
#include "correlate/facts/visitors.h"
#include "correlate/network/ends.h"
#include "store/store.h"

#define VISITS_BLOCK_DAYS 32

struct visits;

/* A door in one block of days: a port of ours as visits_door() has it. */
struct visits_gate {
    int64_t own, door, block;
};

enum visits_table {
    VISITS_ALL,   /* who came, as far as it is known */
    VISITS_FRESH, /* of them what came with this run */
};

/* Who came to a gate; nobody where none is known. */
bool visits_read(struct store *s, enum visits_table table, const struct visits_gate *gate,
    struct visitors *list, struct err *err);

/* NULL on failure. Holds on to its argument. */
struct visits *visits_new(struct store *s, struct err *err);
void visits_free(struct visits *visits);

/* Whether an incoming flow is a visit: TCP or UDP with payload both ways, of which it is sure who opened
 * it. */
bool visits_counts(const struct seen_flow *flow);
/* The door of ours that it came to: port * 256 + protocol. */
static inline int64_t visits_door(const struct seen_flow *flow)
{
    return flow->resp_port * 256 + flow->proto;
}
/* The id of the first address of remote's network: IPv4 /24, IPv6 /64. */
bool visits_network(struct store *s, const struct end *remote, int64_t *net, struct err *err);

/* An incoming flow of a machine of ours. */
bool visits_add_flow(struct visits *visits, const struct seen_flow *flow, const struct end *own,
    const struct end *remote, struct err *err);
/* As sessions_flush(); what is new goes to the temporary table fresh_visit. */
bool visits_flush(struct visits *visits, struct err *err);
