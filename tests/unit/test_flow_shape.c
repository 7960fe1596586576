/* How the responder took a connection, by what each sensor measures. */
#include "ingest/flow_shape.h"

#include <criterion/criterion.h>

struct zeek_case {
    uint8_t proto;
    enum conn_state state;
    const char *history; /* "" unknown */
    int64_t orig_bytes, resp_bytes, orig_pkts, resp_pkts;
    enum answer answer;
    unsigned flags;
};

static struct flow shaped(const struct zeek_case *c)
{
    struct flow f = {
        .conn = {.proto = c->proto},
        .state = (uint8_t)c->state,
        .history = str_of(c->history),
        .orig_bytes = c->orig_bytes,
        .resp_bytes = c->resp_bytes,
        .orig_pkts = c->orig_pkts,
        .resp_pkts = c->resp_pkts,
    };

    flow_shape_zeek(&f);
    return f;
}

static void expect_shapes(const struct zeek_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct flow f = shaped(&cases[i]);
        cr_expect_eq(f.answer, cases[i].answer, "case %zu (%s %s): answer %d", i,
            conn_state_names[cases[i].state], cases[i].history, f.answer);
        cr_expect_eq(f.flags, cases[i].flags, "case %zu (%s %s): flags %d", i,
            conn_state_names[cases[i].state], cases[i].history, f.flags);
    }
}
#define EXPECT_SHAPES(cases) expect_shapes(cases, sizeof(cases) / sizeof(cases[0]))

Test(flow_shape, refused_states_are_never_answered)
{
    static const struct zeek_case cases[] = {
        {6, STATE_S0, "S", -1, -1, 1, 0, ANSWER_NONE, FLOW_NO_BYTES},
        {6, STATE_REJ, "Sr", 0, 0, 1, 1, ANSWER_NONE, 0},
        {6, STATE_RSTOS0, "SR", 0, 0, 2, 0, ANSWER_NONE, 0},
        {6, STATE_RSTRH, "hr", 0, 0, 1, 1, ANSWER_NONE, FLOW_OPENING_UNSEEN},
        {6, STATE_SH, "SF", 0, 0, 2, 0, ANSWER_NONE, 0},
        {6, STATE_SHR, "hf", 0, 0, 0, 2, ANSWER_NONE, FLOW_OPENING_UNSEEN},
        {6, STATE_S0, "SD", 300, 400, 3, 2, ANSWER_NONE, 0},
    };

    EXPECT_SHAPES(cases);
}

Test(flow_shape, payload_both_ways_is_an_answer)
{
    static const struct zeek_case cases[] = {
        {6, STATE_SF, "ShADadFf", 700, 1800, 12, 10, ANSWER_DATA, 0},
        {6, STATE_SF, "ShADadFf", 1, 1, 12, 10, ANSWER_DATA, 0},
        {6, STATE_S1, "ShADad", 700, 1800, 12, 10, ANSWER_DATA, 0},
        {6, STATE_RSTO, "ShADadR", 700, 1800, 12, 10, ANSWER_DATA, 0},
        {6, STATE_SF, "ShAdFf", 0, 21, 4, 4, ANSWER_EMPTY, 0},
        {6, STATE_SF, "ShADFf", 21, 0, 4, 4, ANSWER_EMPTY, 0},
        {6, STATE_SF, "ShAFf", 0, 0, 4, 4, ANSWER_EMPTY, 0},
        {6, STATE_SF, "ShADadFf", -1, -1, 4, 4, ANSWER_DATA, FLOW_NO_BYTES},
        {6, STATE_SF, "ShAdFf", -1, -1, 4, 4, ANSWER_EMPTY, FLOW_NO_BYTES},
    };

    EXPECT_SHAPES(cases);
}

Test(flow_shape, a_reset_without_data_is_refused)
{
    static const struct zeek_case cases[] = {
        {6, STATE_RSTO, "ShR", 0, 0, 2, 1, ANSWER_NONE, 0},
        {6, STATE_RSTR, "ShAr", 0, 0, 2, 2, ANSWER_NONE, 0},
        {6, STATE_OTH, "Aa", 0, 0, 2, 2, ANSWER_NONE, FLOW_OPENING_UNSEEN},
        {6, STATE_RSTO, "ShAdR", 0, 21, 3, 2, ANSWER_EMPTY, 0},
        {6, STATE_RSTO, "", 0, 0, 3, 2, ANSWER_NONE, 0},
        {6, STATE_RSTO, "", 0, 21, 3, 2, ANSWER_EMPTY, 0},
    };

    EXPECT_SHAPES(cases);
}

Test(flow_shape, where_only_the_state_is_known_it_decides)
{
    static const struct zeek_case cases[] = {
        {6, STATE_SF, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_S1, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_S2, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_S3, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_RSTO, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_RSTR, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_OTH, "", -1, -1, -1, -1, ANSWER_NONE, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_REJ, "", -1, -1, -1, -1, ANSWER_NONE, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_UNKNOWN, "", -1, -1, -1, -1, ANSWER_NONE, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {17, STATE_SF, "", -1, -1, -1, -1, ANSWER_DATA, FLOW_NO_BYTES | FLOW_STATE_ONLY},
        {6, STATE_SF, "", -1, -1, 9, 9, ANSWER_DATA, FLOW_NO_BYTES},
    };

    EXPECT_SHAPES(cases);
}

Test(flow_shape, datagrams_are_answered_by_what_came_back)
{
    static const struct zeek_case cases[] = {
        {17, STATE_SF, "Dd", 40, 90, 1, 1, ANSWER_DATA, 0},
        {17, STATE_SF, "Dd", 40, 0, 1, 1, ANSWER_EMPTY, 0},
        {17, STATE_S0, "D", 40, 0, 1, 0, ANSWER_NONE, 0},
        {17, STATE_SHR, "d", 0, 90, 0, 1, ANSWER_EMPTY, 0},
        {1, STATE_OTH, "", 56, 56, 1, 1, ANSWER_DATA, 0},
        {1, STATE_OTH, "", 56, 0, 1, 0, ANSWER_NONE, 0},
    };

    EXPECT_SHAPES(cases);
}

Test(flow_shape, a_connection_joined_in_the_middle_is_marked)
{
    static const struct zeek_case cases[] = {
        {6, STATE_SF, "hADadFf", 9, 9, 9, 9, ANSWER_DATA, FLOW_OPENING_UNSEEN},
        {6, STATE_SF, "DadAFf", 9, 9, 9, 9, ANSWER_DATA, FLOW_OPENING_UNSEEN},
        {6, STATE_SF, "^hADadFf", 9, 9, 9, 9, ANSWER_DATA, FLOW_OPENING_UNSEEN | FLOW_FLIPPED},
        {6, STATE_SF, "ShADad^Ff", 9, 9, 9, 9, ANSWER_DATA, FLOW_OPENING_UNSEEN | FLOW_FLIPPED},
        {6, STATE_SF, "CShADadFf", 9, 9, 9, 9, ANSWER_DATA, 0},
        {17, STATE_S0, "D^", 9, 0, 1, 0, ANSWER_NONE, FLOW_FLIPPED},
        {6, STATE_OTH, "C", 0, 0, 0, 0, ANSWER_NONE, FLOW_OPENING_UNSEEN},
    };

    EXPECT_SHAPES(cases);
}

static struct flow eve_shaped(uint8_t proto, int64_t pkts_ts, int64_t pkts_tc,
    const struct eve_flow *seen, const char *address)
{
    struct flow f = {.conn = {.proto = proto}, .orig_pkts = pkts_ts, .resp_pkts = pkts_tc};

    cr_assert(ip_parse(str_of(address), &f.conn.orig));
    flow_shape_eve(&f, seen);
    return f;
}

Test(flow_shape, payload_is_reckoned_from_frames)
{
    struct eve_flow seen = {.bytes_toserver = 1000, .bytes_toclient = 120};
    struct flow f = eve_shaped(PROTO_TCP, 10, 2, &seen, "192.0.2.1");

    cr_expect_eq(f.orig_bytes, 400);
    cr_expect_eq(f.resp_bytes, 0);
    cr_expect_eq(f.orig_ip_bytes, 860);
    cr_expect(f.flags & FLOW_BYTES_APPROX);
    f = eve_shaped(PROTO_UDP, 10, 2, &seen, "192.0.2.1");
    cr_expect_eq(f.orig_bytes, 580);
    cr_expect_eq(f.resp_bytes, 36);
    f = eve_shaped(PROTO_TCP, 10, 2, &seen, "2001:db8::1");
    cr_expect_eq(f.orig_bytes, 200);
    f = eve_shaped(PROTO_TCP, INT64_MAX / 2, 2, &seen, "192.0.2.1");
    cr_expect_eq(f.orig_bytes, 0, "no overflow");
}

Test(flow_shape, flags_give_the_nearest_zeek_state)
{
    static const struct {
        uint8_t ts, tc;
        enum conn_state state;
        enum answer answer;
    } cases[] = {
        {0x02, 0x00, STATE_S0, ANSWER_NONE},
        {0x02, 0x14, STATE_REJ, ANSWER_NONE},
        {0x06, 0x00, STATE_RSTOS0, ANSWER_NONE},
        {0x03, 0x00, STATE_SH, ANSWER_NONE},
        {0x12, 0x12, STATE_S1, ANSWER_EMPTY},
        {0x06, 0x12, STATE_RSTO, ANSWER_EMPTY},
        {0x13, 0x13, STATE_SF, ANSWER_EMPTY},
        {0x1b, 0x13, STATE_SF, ANSWER_EMPTY},
        {0x1b, 0x1b, STATE_SF, ANSWER_DATA},
        {0x1b, 0x1a, STATE_S2, ANSWER_DATA},
        {0x1a, 0x1b, STATE_S3, ANSWER_DATA},
        {0x1a, 0x1e, STATE_RSTR, ANSWER_DATA},
        {0x00, 0x16, STATE_RSTRH, ANSWER_EMPTY},
        {0x00, 0x13, STATE_SHR, ANSWER_EMPTY},
        {0x18, 0x18, STATE_OTH, ANSWER_DATA},
        {0x10, 0x10, STATE_OTH, ANSWER_EMPTY},
        {0x10, 0x14, STATE_OTH, ANSWER_NONE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct eve_flow seen = {.bytes_toserver = 900,
            .bytes_toclient = 900,
            .flags_known = true,
            .flags_ts = cases[i].ts,
            .flags_tc = cases[i].tc};
        struct flow f = eve_shaped(PROTO_TCP, 5, 5, &seen, "192.0.2.1");
        cr_expect_eq(f.state, cases[i].state, "case %zu: %s", i, conn_state_names[f.state]);
        cr_expect_eq(f.answer, cases[i].answer, "case %zu: answer %d", i, f.answer);
        cr_expect_eq(!(f.flags & FLOW_OPENING_UNSEEN), (cases[i].ts & TCP_SYN) != 0, "case %zu", i);
    }
}

Test(flow_shape, a_detected_protocol_is_an_answer)
{
    struct eve_flow seen = {.bytes_toserver = 300, .bytes_toclient = 240, .app_known = true};

    cr_expect_eq(eve_shaped(PROTO_TCP, 5, 4, &seen, "192.0.2.1").answer, ANSWER_DATA);
}

Test(flow_shape, without_the_tcp_block_payload_and_packets_tell)
{
    struct eve_flow full = {
        .bytes_toserver = 3000, .bytes_toclient = 3000, .flow_state = STR("closed")};
    struct eve_flow bare = {
        .bytes_toserver = 300, .bytes_toclient = 240, .flow_state = STR("established")};
    struct eve_flow none = {.bytes_toserver = 60, .bytes_toclient = 0, .flow_state = STR("new")};
    struct flow f = eve_shaped(PROTO_TCP, 5, 4, &full, "192.0.2.1");

    cr_expect_eq(f.answer, ANSWER_DATA);
    cr_expect_eq(f.state, STATE_SF);
    f = eve_shaped(PROTO_TCP, 5, 4, &bare, "192.0.2.1");
    cr_expect_eq(f.answer, ANSWER_EMPTY);
    cr_expect_eq(f.state, STATE_S1);
    f = eve_shaped(PROTO_TCP, 1, 0, &none, "192.0.2.1");
    cr_expect_eq(f.answer, ANSWER_NONE);
    cr_expect_eq(f.state, STATE_S0);
}

Test(flow_shape, eve_datagrams_are_answered_by_what_came_back)
{
    struct eve_flow both = {.bytes_toserver = 85, .bytes_toclient = 179};
    struct eve_flow none = {.bytes_toserver = 85, .bytes_toclient = 0};
    struct flow f = eve_shaped(PROTO_UDP, 1, 1, &both, "192.0.2.1");

    cr_expect_eq(f.answer, ANSWER_DATA);
    cr_expect_eq(f.state, STATE_SF);
    f = eve_shaped(PROTO_UDP, 1, 0, &none, "192.0.2.1");
    cr_expect_eq(f.answer, ANSWER_NONE);
    cr_expect_eq(f.state, STATE_S0);
}
