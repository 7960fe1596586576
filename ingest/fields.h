/* Readers for single values that every format shares: bounded, exact, no strtol. */
#pragma once

#include "ingest/parser.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

/* A count without sign. A fraction of zeros ("1316.0", left by table tools) is accepted. */
bool field_count(struct str s, int64_t *count);
/* 0 to 65535. */
bool field_port(struct str s, uint16_t *port);
/* Seconds in decimal to microseconds, exact: "0.065", "1541117139.881040", "9.9e-05". */
bool field_seconds(struct str s, int64_t *us);
/* Seconds since the epoch or ISO 8601, whichever it looks like. */
bool field_time(struct str s, int64_t *t_us);
/* The IANA number of a protocol by name ("tcp", "IPv6-ICMP") or number; 0 for what has none here. */
uint8_t field_proto(struct str s);
/* Two hexadecimal digits, as Suricata writes TCP flags; false for anything else. */
bool field_hex_byte(struct str s, uint8_t *value);
