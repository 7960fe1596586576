/* What one connection looked like: refused, banner, login attempt or session; and whether it is a
 * probe or part of a flood. Pure functions of one flow and the catalogue. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

/* A stored flow as the facts see it. Counts are -1 when the log did not give them. */
struct seen_flow {
    int64_t row, t_us, duration_us;
    int64_t orig, resp; /* address ids */
    int64_t service;    /* name id of what the sensor detected */
    int64_t orig_bytes, resp_bytes, orig_pkts, resp_pkts, orig_ip_bytes;
    int64_t ident;
    int64_t scale; /* so many flows it stands for */
    uint16_t orig_port, resp_port;
    uint8_t proto, answer, flags; /* store/record.h */
};

/* A count as far as it is known: what the log did not give is nothing. */
static inline int64_t shape_known(int64_t count)
{
    return count < 0 ? 0 : count;
}

/* A count times what one of it stands for; as it is where that is too much, since logs can claim
 * anything. */
static inline int64_t shape_times(int64_t count, int64_t scale)
{
    int64_t product;
    return __builtin_mul_overflow(count, scale, &product) ? count : product;
}

/* Order is stored and compared: more is more of a login. */
enum shape {
    SHAPE_NONE,   /* no flow known */
    SHAPE_PROBE,  /* refused or unanswered */
    SHAPE_BANNER, /* connected, but less than an attempt; or the client alone sent far too much */
    SHAPE_ATTEMPT,
    SHAPE_SESSION, /* the server sent more, or it lasted longer, than in an attempt: somebody is in */
};

enum shape shape_of(const struct seen_flow *f, const struct login_service *service);

enum probe_flags {
    PROBE_FAILED = 1,  /* a connection the client opened that came to nothing: counts for scans */
    PROBE_ATTACK = 2,  /* attack-shaped: counts as a flow of a flood */
    PROBE_ONE_WAY = 4, /* packets back under 5 % of packets out: its volume counts for a flood */
    PROBE_ANSWERED = 8,
    PROBE_INTERNAL = 16, /* both ends are ours */
};

/* The flags of an outgoing flow, without PROBE_INTERNAL; 0: no fact worth keeping. */
unsigned shape_probe(const struct seen_flow *f);
