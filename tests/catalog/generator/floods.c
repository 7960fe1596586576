/* Floods by packets, bytes and flows. */
#include "tests/catalog/generator/fixture.h"

struct flood {
    int64_t start_us, lasts_us;
    int64_t packets, bytes, replies; /* bytes with IP and UDP headers */
};

static void flow_of_flood(struct segment *s, const struct flood *f)
{
    struct connection c =
        shape_connection(s, UDP_PAYLOAD, f->start_us, "10.0.0.10", "203.0.113.80");
    c.server_port = 27015;
    c.duration_us = f->lasts_us;
    c.client_packets = f->packets;
    c.client_bytes = f->bytes - 28 * f->packets;
    c.server_packets = f->replies;
    c.server_bytes = 20 * f->replies;
    c.state = f->replies ? "SF" : "S0";
    c.history = f->replies ? "Dd" : "D";
    segment_connection(s, &c);
}

/* A minute of flood: a flow in each of its six buckets of 10 s; the last one may be short of
 * packets or bytes. */
static void minute_of_flood(
    struct segment *s, struct flood f, int64_t packets_short, int64_t bytes_short)
{
    int64_t start_us = f.start_us;
    for (int i = 0; i < 6; i++) {
        f.start_us = start_us + i * 10 * SECOND + SECOND;
        f.lasts_us = 8 * SECOND;
        f.packets -= i == 5 ? packets_short : 0;
        f.bytes -= i == 5 ? bytes_short : 0;
        flow_of_flood(s, &f);
    }
}

/* Two minutes, the second `apart` after the first, which begins with `f` or else at ten. */
static void emit_floods(enum sensor_kind kind, const char *name, struct flood f, int64_t apart_us,
    int64_t packets_short, int64_t bytes_short, const char *holds)
{
    struct segment s;
    segment_init(&s, kind, (uint64_t)(packets_short + bytes_short));
    int64_t start_us = f.start_us ? f.start_us : TEN;
    f.start_us = start_us;
    minute_of_flood(&s, f, 0, 0);
    f.start_us = start_us + apart_us;
    minute_of_flood(&s, f, packets_short, bytes_short);
    emit(&s, &s.conn, name, "%s", holds);
}

static void emit_peak(
    const char *name, struct flood f, int64_t packets_short, int64_t bytes_short, const char *holds)
{
    struct segment s;
    f.start_us = TEN;
    segment_init(&s, SENSOR_JSON, (uint64_t)(packets_short + bytes_short));
    minute_of_flood(&s, f, packets_short, bytes_short);
    emit(&s, &s.conn, name, "%s", holds);
}

/* One flow that ends as two minutes of buckets do, and begins with them or before. */
static void emit_long_flood(const char *name, int64_t before_us, int64_t packets, const char *holds)
{
    struct segment s;
    struct flood f = {.start_us = TEN - before_us,
        .lasts_us = before_us + 2 * MINUTE - 1,
        .packets = packets,
        .bytes = packets * 60};
    segment_init(&s, SENSOR_TSV, (uint64_t)packets);
    flow_of_flood(&s, &f);
    emit(&s, &s.conn, name, "%s", holds);
}

static void emit_syn_flood(const char *name, int second, const char *holds)
{
    struct segment s;
    segment_init(&s, SENSOR_TSV, (uint64_t)second);
    for (int i = 0; i < 3000 + second; i++) {
        int64_t in_minute = i < 3000 ? i : 6 * MINUTE / (20000) + i - 3000;
        struct connection c =
            shape_connection(&s, UNANSWERED, TEN + in_minute * 20000, "10.0.0.10", "203.0.113.80");
        c.server_port = 80;
        segment_connection(&s, &c);
    }
    emit(&s, &s.conn, name, "%s", holds);
}

void floods(void)
{
    begin_type("DDOS",
        "An inside client floods one outside address: 60 000 packets, 375 MB or 3000 unanswered "
        "flows in each of two minutes (six 10-second buckets each, not overlapping) within seven, "
        "or three times that in one; packets back less than 5 % of those out.");
    struct flood packets = {.packets = 10000, .bytes = 10000 * 60};
    int64_t apart = 6 * MINUTE;
    emit_floods(SENSOR_TSV, "fires-packets.log", packets, apart, 0, 0,
        "60 000 packets in each of two minutes, 7 min from first to last");
    emit_floods(SENSOR_TSV, "quiet-packets.log", packets, apart, 1, 0,
        "60 000 packets in one minute, 59 999 in the other");
    emit_floods(SENSOR_TSV, "quiet-packets-edge.log", packets, apart + 10 * SECOND, 0, 0,
        "60 000 packets in each of two minutes, 7 min 10 s from first to last");
    packets.start_us = TEN - MINUTE;
    emit_floods(SENSOR_TSV, "fires-packets-hour-edge.log", packets, MINUTE, 0, 0,
        "60 000 packets in the minute before 10:00, and in that after it");
    packets.start_us = 0;
    packets.replies = 499;
    emit_floods(SENSOR_EVE, "fires-packets-replies.log", packets, apart, 0, 0,
        "the same with 4.99 % of packets back");
    packets.replies = 500;
    emit_floods(SENSOR_EVE, "quiet-packets-replies.log", packets, apart, 0, 0,
        "the same with 5 % of packets back");
    emit_long_flood("fires-packets-spread.log", 0, 120000,
        "one flow of 2 min with 120 000 packets, 10 000 a bucket");
    emit_long_flood("quiet-packets-spread.log", 0, 119988,
        "one flow of 2 min with 119 988 packets, 9 999 a bucket");
    emit_long_flood("fires-packets-onward.log", 5 * SECOND, 125000,
        "one flow of 2 min 5 s with 10 000 a bucket, which begins within a bucket");
    struct flood peak = {.packets = 30000, .bytes = 30000 * 60};
    emit_peak("fires-peak.log", peak, 0, 0, "180 000 packets in one minute");
    emit_peak("quiet-peak.log", peak, 1, 0, "179 999 packets in one minute");
    peak = (struct flood){.packets = 9000, .bytes = 187500000};
    emit_peak("fires-peak-bytes.log", peak, 0, 0, "1 125 MB in one minute, in jumbo frames");
    emit_peak("quiet-peak-bytes.log", peak, 0, 1, "one byte less in one minute");
    struct flood bytes = {.packets = 7000, .bytes = 62500000};
    emit_floods(SENSOR_JSON, "fires-bytes.log", bytes, apart, 0, 0,
        "375 MB in each of two minutes, in jumbo frames so that packets stay few");
    emit_floods(SENSOR_JSON, "quiet-bytes.log", bytes, apart, 0, 1,
        "375 MB in one minute, one byte less in the other");
    emit_syn_flood("fires-flows.log.gz", 3000, "3000 unanswered flows in each of two minutes");
    emit_syn_flood("quiet-flows.log.gz", 2999,
        "3000 unanswered flows in one minute, 2999 in the "
        "other");
}
