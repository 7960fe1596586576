/* Community ID, version 1: one name for a connection, whichever tool and direction it was seen in. */
#pragma once

#include "util/ipaddr.h"

#include <stdint.h>

#define COMMUNITY_ID_SIZE 31 /* "1:", 28 characters of base64 and a NUL */

/* Who talks to whom. For ICMP the ports are type and code, as sensors log them. */
struct community_flow {
    struct ipaddr source, destination;
    uint16_t source_port, destination_port;
    uint8_t proto; /* IANA number */
};

/* seed: what the sensors of a site agreed on, 0 by default. False for ends of two families, which no
 * connection has. */
bool community_id(const struct community_flow *flow, uint16_t seed, char text[COMMUNITY_ID_SIZE]);
