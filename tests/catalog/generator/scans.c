/* Scans of many targets, of many ports, and slow ones. */
#include "tests/catalog/generator/fixture.h"

static void emit_probes(enum sensor_kind kind, const char *name, struct series p, const char *holds)
{
    p.outgoing = true;
    emit_series(kind, &p, name, holds);
}

static void emit_share(const char *name, int answered, const char *holds)
{
    struct segment s;
    struct series miss = {.shape = UNANSWERED,
        .outgoing = true,
        .attempts = 25,
        .peers = 25,
        .port = 443,
        .start_us = ODD,
        .span_us = 4 * MINUTE};
    struct series hit = {.shape = HTTPS,
        .outgoing = true,
        .attempts = answered,
        .peers = answered,
        .port = 443,
        .first_peer = 120,
        .start_us = ODD,
        .span_us = 4 * MINUTE};
    segment_init(&s, SENSOR_TSV, (uint64_t)answered);
    play(&s, &miss);
    play(&s, &hit);
    emit(&s, &s.conn, name, "%s", holds);
}

/* A sweep of one port, and other ports with a failed target each: so many of all. */
static void emit_busy(const char *name, int others, const char *holds)
{
    struct segment s;
    struct series sweep = {.shape = UNANSWERED,
        .outgoing = true,
        .attempts = 25,
        .peers = 25,
        .port = 6881,
        .start_us = ODD,
        .span_us = 4 * MINUTE};
    struct series peers = {.shape = UNANSWERED,
        .outgoing = true,
        .attempts = others,
        .peers = others,
        .port = 20000,
        .ports = others,
        .first_peer = 100,
        .start_us = ODD,
        .span_us = 4 * MINUTE};
    segment_init(&s, SENSOR_JSON, (uint64_t)others);
    play(&s, &sweep);
    play(&s, &peers);
    emit(&s, &s.conn, name, "%s", holds);
}

void scans(void)
{
    begin_type("PortScanning",
        "An inside client fails to reach 25 outside addresses on one port in 5 min (and more than "
        "half of those it tried there), 15 ports of one address in 5 min, or 100 addresses on one "
        "port in 24 h.");
    struct series sweep = {.shape = UNANSWERED,
        .attempts = 25,
        .peers = 25,
        .port = 445,
        .start_us = ODD,
        .span_us = 5 * MINUTE - 1};
    struct series p = sweep;
    emit_probes(SENSOR_TSV, "fires-sweep.log", p, "25 targets, first to last 5 min less 1 µs");
    p.start_us = TEN - 2 * MINUTE;
    emit_probes(SENSOR_TSV, "fires-sweep-hour-edge.log", p, "25 targets around 10:00");
    p = sweep, p.attempts = p.peers = 24;
    emit_probes(SENSOR_TSV, "quiet-sweep.log", p, "24 targets, first to last 5 min less 1 µs");
    p = sweep, p.span_us = 5 * MINUTE;
    emit_probes(SENSOR_TSV, "quiet-sweep-edge.log", p, "25 targets, first to last exactly 5 min");
    p = sweep, p.attempts = 75, p.peers = 24;
    emit_probes(SENSOR_TSV, "quiet-sweep-again.log", p, "24 targets, each tried three times");
    emit_share("fires-share.log", 24, "25 targets failed and 24 answered on one port");
    emit_share("quiet-share.log", 25, "25 targets failed and 25 answered on one port");

    emit_busy("fires-busy.log", 25, "25 targets of one port and 25 of as many others");
    emit_busy("quiet-busy.log", 26, "25 targets of one port and 26 of as many others");

    struct series vertical = {.shape = REFUSED,
        .attempts = 15,
        .port = 8000,
        .ports = 15,
        .start_us = ODD,
        .span_us = 5 * MINUTE - 1};
    p = vertical;
    emit_probes(SENSOR_EVE, "fires-vertical.log", p, "15 ports, first to last 5 min less 1 µs");
    p.attempts = p.ports = 14;
    emit_probes(SENSOR_EVE, "quiet-vertical.log", p, "14 ports, first to last 5 min less 1 µs");
    p = vertical, p.span_us = 5 * MINUTE;
    emit_probes(SENSOR_EVE, "quiet-vertical-edge.log", p, "15 ports, first to last exactly 5 min");

    p = vertical, p.start_us = TEN - 2 * MINUTE, p.span_us = 4 * MINUTE;
    emit_probes(SENSOR_EVE, "fires-vertical-hour-edge.log", p, "15 ports around 10:00");

    struct series slow = {.shape = REFUSED,
        .attempts = 100,
        .peers = 100,
        .port = 23,
        .start_us = ODD,
        .span_us = DAY - 1};
    p = slow;
    emit_probes(SENSOR_JSON, "fires-slow.log", p, "100 targets, first to last 24 h less 1 µs");
    p.attempts = p.peers = 99;
    emit_probes(SENSOR_JSON, "quiet-slow.log", p, "99 targets, first to last 24 h less 1 µs");
    p = slow, p.span_us = DAY;
    emit_probes(SENSOR_JSON, "quiet-slow-edge.log", p, "100 targets, first to last exactly 24 h");
}
