/* What one connection looked like, at the bounds. */
#include "correlate/facts/shape.h"
#include "store/record.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#define SECOND TIME_US_SECOND

static const struct login_service service = {
    .name = "ssh",
    .banner_bytes = 64,
    .payload_in_min = 700,
    .payload_in_max = 5000,
    .payload_out_min = 800,
    .payload_out_max = 11000,
    .packets_min = 8,
    .packets_max = 51,
    .duration_max_us = 180 * SECOND,
};
static const struct login_service unbounded = {.name = "any",
    .payload_in_max = -1,
    .payload_out_max = -1,
    .packets_max = -1,
    .duration_max_us = -1};

/* A login attempt as the service has it. */
static struct seen_flow answered(void)
{
    return (struct seen_flow){.proto = PROTO_TCP,
        .answer = ANSWER_DATA,
        .orig_port = 40000,
        .resp_port = 22,
        .duration_us = SECOND,
        .orig_bytes = 1000,
        .resp_bytes = 2000,
        .orig_pkts = 12,
        .resp_pkts = 11,
        .orig_ip_bytes = 1500};
}

static struct seen_flow refused(uint8_t proto)
{
    return (struct seen_flow){.proto = proto, .orig_port = 40000, .resp_port = 445, .orig_pkts = 1};
}

/* The shape of an attempt with one figure changed. */
#define EXPECT_SHAPE(want, ...)                                                                    \
    do {                                                                                           \
        struct seen_flow f = answered();                                                           \
        __VA_ARGS__;                                                                               \
        cr_expect_eq(shape_of(&f, &service), want, #__VA_ARGS__);                                  \
    } while (0)

Test(shape, payload_decides_within_its_bounds)
{
    EXPECT_SHAPE(SHAPE_ATTEMPT, (void)f);
    EXPECT_SHAPE(SHAPE_BANNER, f.orig_bytes = 64);
    EXPECT_SHAPE(SHAPE_BANNER, f.resp_bytes = 64);
    EXPECT_SHAPE(SHAPE_BANNER, f.orig_bytes = 699);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.orig_bytes = 700);
    EXPECT_SHAPE(SHAPE_BANNER, f.resp_bytes = 799);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.resp_bytes = 800);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.resp_bytes = 11000);
    EXPECT_SHAPE(SHAPE_SESSION, f.resp_bytes = 11001);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.orig_bytes = 5000);
}

Test(shape, what_lasts_too_long_is_a_session)
{
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.duration_us = 180 * SECOND);
    EXPECT_SHAPE(SHAPE_SESSION, f.duration_us = 180 * SECOND + 1);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.duration_us = -1);
}

/* Anybody can send: only what the server gives proves that somebody is in. */
Test(shape, what_the_client_alone_sends_is_no_session)
{
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.orig_bytes = 50000);
    EXPECT_SHAPE(SHAPE_BANNER, f.orig_bytes = 50010);
    EXPECT_SHAPE(SHAPE_SESSION, f.orig_bytes = 50010; f.resp_bytes = 11001);
}

Test(shape, packets_decide_only_where_there_are_no_bytes)
{
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.orig_pkts = 1);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.orig_pkts = 5000);
    EXPECT_SHAPE(SHAPE_BANNER, f.flags = FLOW_NO_BYTES; f.orig_pkts = 7);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.flags = FLOW_NO_BYTES; f.orig_pkts = 8);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.flags = FLOW_NO_BYTES; f.orig_pkts = 51);
    EXPECT_SHAPE(SHAPE_SESSION, f.flags = FLOW_NO_BYTES; f.orig_pkts = 52);
    EXPECT_SHAPE(SHAPE_SESSION, f.flags = FLOW_NO_BYTES; f.duration_us = 181 * SECOND);
    EXPECT_SHAPE(SHAPE_SESSION, f.resp_bytes = -1; f.orig_pkts = 52);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.flags = FLOW_NO_BYTES; f.orig_pkts = -1);
}

Test(shape, the_answer_comes_before_all_figures)
{
    EXPECT_SHAPE(SHAPE_PROBE, f.answer = ANSWER_NONE);
    EXPECT_SHAPE(SHAPE_BANNER, f.answer = ANSWER_EMPTY);
    EXPECT_SHAPE(SHAPE_PROBE, f.answer = ANSWER_NONE; f.flags = FLOW_STATE_ONLY);
    EXPECT_SHAPE(SHAPE_ATTEMPT, f.flags = FLOW_STATE_ONLY; f.orig_pkts = f.orig_bytes = -1);
}

Test(shape, without_bounds_all_payload_is_an_attempt)
{
    struct seen_flow f = answered();
    f.orig_bytes = f.resp_bytes = INT64_MAX;
    f.duration_us = INT64_MAX;
    cr_expect_eq(shape_of(&f, &unbounded), SHAPE_ATTEMPT);
    f.flags = FLOW_NO_BYTES;
    f.orig_pkts = INT64_MAX;
    cr_expect_eq(shape_of(&f, &unbounded), SHAPE_ATTEMPT);
    f = answered();
    f.resp_bytes = 0;
    cr_expect_eq(shape_of(&f, &unbounded), SHAPE_BANNER);
}

/* ------------------------------------------------------------------ probes */

static void expect_probe(struct seen_flow f, unsigned want, const char *what)
{
    unsigned got = shape_probe(&f);
    cr_expect_eq(got, want, "%s: %u, not %u", what, got, want);
}

#define EXPECT_PROBE(want, flow, ...)                                                              \
    do {                                                                                           \
        struct seen_flow f = flow;                                                                 \
        __VA_ARGS__;                                                                               \
        expect_probe(f, want, #__VA_ARGS__);                                                       \
    } while (0)

#define NOTHING_BACK (PROBE_ATTACK | PROBE_ONE_WAY)

Test(shape, a_refused_connection_is_a_probe_when_the_client_opened_it)
{
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_TCP), (void)f);
    EXPECT_PROBE(PROBE_FAILED | PROBE_ATTACK, refused(PROTO_TCP), f.resp_pkts = 1);
    EXPECT_PROBE(NOTHING_BACK, refused(PROTO_TCP), f.flags = FLOW_OPENING_UNSEEN);
    EXPECT_PROBE(NOTHING_BACK, refused(132), (void)f);
}

Test(shape, chatter_over_udp_is_no_probe)
{
    static const uint16_t chatter[] = {
        443, 33434, 33534, 5353, 5355, 1900, 137, 138, 3702, 67, 68, 546, 547};
    for (size_t i = 0; i < sizeof chatter / sizeof *chatter; i++) {
        EXPECT_PROBE(NOTHING_BACK, refused(PROTO_UDP), f.resp_port = chatter[i]);
        EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_TCP), f.resp_port = chatter[i]);
    }
    EXPECT_PROBE(NOTHING_BACK, refused(PROTO_UDP), f.orig_port = 5353);
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_UDP), f.resp_port = 33433);
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_UDP), f.resp_port = 33535);
}

Test(shape, a_server_s_answer_without_its_question_is_no_probe)
{
    EXPECT_PROBE(NOTHING_BACK, refused(PROTO_UDP), f.orig_port = 1023; f.resp_port = 1024);
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_UDP), f.orig_port = 1024;
                 f.resp_port = 1024);
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_UDP), f.orig_port = 1023;
                 f.resp_port = 1023);
}

Test(shape, of_icmp_only_echo_probes)
{
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_ICMP), f.orig_port = 8);
    EXPECT_PROBE(NOTHING_BACK, refused(PROTO_ICMP), f.orig_port = 3);
    EXPECT_PROBE(PROBE_FAILED | NOTHING_BACK, refused(PROTO_ICMP6), f.orig_port = 128);
    EXPECT_PROBE(NOTHING_BACK, refused(PROTO_ICMP6), f.orig_port = 8);
}

Test(shape, what_is_closed_at_once_with_hardly_a_word_came_to_nothing)
{
    EXPECT_PROBE(0, answered(), (void)f);
    EXPECT_PROBE(PROBE_FAILED | PROBE_ANSWERED, answered(), f.orig_bytes = 30; f.resp_bytes = 33);
    EXPECT_PROBE(0, answered(), f.orig_bytes = 31; f.resp_bytes = 33);
    EXPECT_PROBE(PROBE_FAILED | PROBE_ANSWERED, answered(), f.orig_bytes = f.resp_bytes = 0;
                 f.duration_us = 3 * SECOND - 1);
    EXPECT_PROBE(0, answered(), f.orig_bytes = f.resp_bytes = 0; f.duration_us = 3 * SECOND);
    EXPECT_PROBE(0, answered(), f.orig_bytes = f.resp_bytes = 0; f.proto = PROTO_UDP);
    EXPECT_PROBE(0, answered(), f.orig_bytes = f.resp_bytes = -1; f.flags = FLOW_NO_BYTES);
}

Test(shape, two_packets_and_an_answer_are_shaped_like_an_attack_over_tcp_only)
{
    EXPECT_PROBE(PROBE_ATTACK | PROBE_ANSWERED, answered(), f.orig_pkts = 2);
    EXPECT_PROBE(0, answered(), f.orig_pkts = 3);
    EXPECT_PROBE(0, answered(), f.orig_pkts = -1);
    EXPECT_PROBE(0, answered(), f.orig_pkts = 2; f.proto = PROTO_UDP);
}

Test(shape, traffic_is_one_way_with_under_a_twentieth_of_packets_back)
{
    EXPECT_PROBE(0, answered(), f.orig_pkts = 200; f.resp_pkts = 10);
    EXPECT_PROBE(PROBE_ONE_WAY | PROBE_ANSWERED, answered(), f.orig_pkts = 201; f.resp_pkts = 10);
    EXPECT_PROBE(PROBE_ONE_WAY | PROBE_ANSWERED, answered(), f.orig_pkts = 201; f.resp_pkts = -1);
    EXPECT_PROBE(PROBE_ATTACK, refused(PROTO_TCP), f.orig_pkts = 0; f.flags = FLOW_OPENING_UNSEEN);
}
