/* STIX patterns, as far as they name addresses and domains. */
#pragma once

#include "ingest/feed/feed_format.h"

/* Calls add for each address, network and domain in a pattern such as
 *   [ipv4-addr:value = '192.0.2.1' OR domain-name:value IN ('example.com', 'example.org')]
 * of which each alone would do. A network-traffic object's ports and protocols may stand beside an
 * address with AND, and are passed over. A pattern of other objects, or one that asks for several
 * things together, is skipped (feed_skip); a broken one is rejected (feed_reject). */
void feed_pattern_read(struct feed_reading *r, struct str pattern,
    void (*add)(void *arg, const struct indicator *target), void *arg);
