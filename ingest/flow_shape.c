/* From what a sensor measured to how the responder took it: answer, state and flags of a flow. */
#include "ingest/flow_shape.h"

/* Bytes that a frame holds besides the payload: Ethernet, IPv4 and TCP with its usual options, or
 * UDP; an IPv6 header is longer. */
#define FRAME_LINK      14
#define FRAME_OVER_TCP  60
#define FRAME_OVER_UDP  42
#define FRAME_MORE_IPV6 20

/* States in which the responder never took the connection. */
static const uint8_t refused_states[STATES] = {
    [STATE_S0] = 1,
    [STATE_REJ] = 1,
    [STATE_RSTOS0] = 1,
    [STATE_RSTRH] = 1,
    [STATE_SH] = 1,
    [STATE_SHR] = 1,
};

/* States that say little by themselves: refused too unless data was seen. */
static const uint8_t unsure_states[STATES] = {
    [STATE_RSTO] = 1,
    [STATE_RSTR] = 1,
    [STATE_OTH] = 1,
    [STATE_UNKNOWN] = 1,
};

/* States that need both sides: where nothing else is known they count as answered. */
static const uint8_t two_sided_states[STATES] = {
    [STATE_SF] = 1,
    [STATE_S1] = 1,
    [STATE_S2] = 1,
    [STATE_S3] = 1,
    [STATE_RSTO] = 1,
    [STATE_RSTR] = 1,
};

static bool history_has(const struct flow *f, char letter)
{
    return f->history.len > 0 && memchr(f->history.p, letter, f->history.len) != NULL;
}

/* Payload by the figure, or by the letter where the figure is missing. */
static bool sent_payload(const struct flow *f, int64_t bytes, char letter)
{
    return bytes >= 0 ? bytes > 0 : history_has(f, letter);
}

/* True when the SYN stands before every letter that can only follow it. */
static bool saw_opening(struct str history)
{
    for (size_t i = 0; i < history.len; i++) {
        char c = history.p[i];
        if (c == 'S')
            return true;
        if ((c >= 'a' && c <= 'z') || c == 'H' || c == 'A' || c == 'D' || c == 'F' || c == 'R')
            return false;
    }
    return false;
}

static enum answer answer_zeek_tcp(const struct flow *f)
{
    bool orig = sent_payload(f, f->orig_bytes, 'D');
    bool resp = sent_payload(f, f->resp_bytes, 'd');
    bool payload_known = f->history.len > 0 || f->orig_bytes >= 0 || f->resp_bytes >= 0;

    if (refused_states[f->state])
        return ANSWER_NONE;
    if (!payload_known)
        return two_sided_states[f->state] ? ANSWER_DATA : ANSWER_NONE;
    if (unsure_states[f->state]) {
        bool data = f->history.len > 0 ? history_has(f, 'D') || history_has(f, 'd') : orig || resp;
        if (!data)
            return ANSWER_NONE;
    }
    return orig && resp ? ANSWER_DATA : ANSWER_EMPTY;
}

static enum answer answer_zeek_other(const struct flow *f)
{
    bool orig = sent_payload(f, f->orig_bytes, 'D');
    bool resp = sent_payload(f, f->resp_bytes, 'd');

    if (f->flags & FLOW_STATE_ONLY)
        return two_sided_states[f->state] ? ANSWER_DATA : ANSWER_NONE;
    if (orig && resp)
        return ANSWER_DATA;
    return resp || f->resp_pkts > 0 ? ANSWER_EMPTY : ANSWER_NONE;
}

void flow_shape_zeek(struct flow *f)
{
    bool no_bytes = f->orig_bytes < 0 && f->resp_bytes < 0;
    bool no_pkts = f->orig_pkts < 0 && f->resp_pkts < 0;
    bool tcp = f->conn.proto == PROTO_TCP;
    bool flipped = history_has(f, '^');

    if (no_bytes)
        f->flags |= FLOW_NO_BYTES;
    if (no_bytes && no_pkts && f->history.len == 0)
        f->flags |= FLOW_STATE_ONLY;
    if (flipped)
        f->flags |= FLOW_FLIPPED;
    if (tcp && f->history.len > 0 && (flipped || !saw_opening(f->history)))
        f->flags |= FLOW_OPENING_UNSEEN;
    f->answer = (uint8_t)(tcp ? answer_zeek_tcp(f) : answer_zeek_other(f));
}

/* Frame bytes less what every packet of them spends on headers, never below zero. */
static int64_t less_headers(int64_t bytes, int64_t pkts, int64_t each)
{
    int64_t headers;

    if (bytes < 0)
        return -1;
    if (pkts <= 0)
        return bytes;
    if (__builtin_mul_overflow(pkts, each, &headers) || headers >= bytes)
        return 0;
    return bytes - headers;
}

static void reckon_bytes(struct flow *f, const struct eve_flow *seen)
{
    int64_t over = f->conn.proto == PROTO_TCP ? FRAME_OVER_TCP : FRAME_OVER_UDP;

    if (!ip_is_v4(&f->conn.orig))
        over += FRAME_MORE_IPV6;
    f->orig_ip_bytes = less_headers(seen->bytes_toserver, f->orig_pkts, FRAME_LINK);
    f->resp_ip_bytes = less_headers(seen->bytes_toclient, f->resp_pkts, FRAME_LINK);
    f->orig_bytes = less_headers(seen->bytes_toserver, f->orig_pkts, over);
    f->resp_bytes = less_headers(seen->bytes_toclient, f->resp_pkts, over);
}

/* The nearest of Zeek's states to the flags of both directions:
 *
 *     toserver  toclient                     state
 *     SYN       SYN, and RST of either       RSTO, RSTR (toserver's first)
 *     SYN       SYN, FIN of both             SF
 *     SYN       SYN, FIN toserver/toclient   S2, S3
 *     SYN       SYN                          S1
 *     SYN       RST without SYN              REJ
 *     SYN       nothing: RST, FIN, neither   RSTOS0, SH, S0
 *     none      SYN: RST, FIN, neither       RSTRH, SHR, OTH
 *     anything else                          OTH
 */
static enum conn_state state_of_flags(uint8_t ts, uint8_t tc)
{
    if (ts & TCP_SYN && tc & TCP_SYN) {
        if (ts & TCP_RST)
            return STATE_RSTO;
        if (tc & TCP_RST)
            return STATE_RSTR;
        if (ts & TCP_FIN)
            return tc & TCP_FIN ? STATE_SF : STATE_S2;
        return tc & TCP_FIN ? STATE_S3 : STATE_S1;
    }
    if (ts & TCP_SYN) {
        if (tc & TCP_RST)
            return STATE_REJ;
        if (tc)
            return STATE_OTH;
        return ts & TCP_RST ? STATE_RSTOS0 : ts & TCP_FIN ? STATE_SH : STATE_S0;
    }
    if (tc & TCP_SYN)
        return tc & TCP_RST ? STATE_RSTRH : tc & TCP_FIN ? STATE_SHR : STATE_OTH;
    return STATE_OTH;
}

/* Where the flags are not given: Suricata's own state of the stream, else of the flow. A state that
 * says the stream ended without saying how is SF when packets went both ways. */
static const struct {
    const char *name;
    enum conn_state state;
} eve_states[] = {
    {"syn_sent", STATE_S0},
    {"syn_recv", STATE_S1},
    {"established", STATE_S1},
    {"fin_wait1", STATE_S2},
    {"fin_wait2", STATE_S2},
    {"close_wait", STATE_S3},
    {"last_ack", STATE_SF},
    {"closing", STATE_SF},
    {"time_wait", STATE_SF},
    {"closed", STATE_SF},
    {"new", STATE_S0},
    {"bypassed", STATE_S1},
};

static enum conn_state state_of_names(const struct flow *f, const struct eve_flow *seen)
{
    struct str name = seen->tcp_state.len > 0 ? seen->tcp_state : seen->flow_state;

    if (f->resp_pkts == 0)
        return STATE_S0;
    for (size_t i = 0; i < sizeof(eve_states) / sizeof(eve_states[0]); i++)
        if (str_eq(name, str_of(eve_states[i].name)))
            return f->resp_pkts > 0 && eve_states[i].state == STATE_S0 ? STATE_OTH
                                                                       : eve_states[i].state;
    return STATE_UNKNOWN;
}

static enum answer answer_eve_tcp(const struct flow *f, const struct eve_flow *seen)
{
    bool both = f->orig_pkts > 0 && f->resp_pkts > 0;

    if (seen->app_known)
        return ANSWER_DATA;
    if (!seen->flags_known) {
        if (f->orig_bytes > 0 && f->resp_bytes > 0)
            return ANSWER_DATA;
        if (f->flags & FLOW_STATE_ONLY)
            return two_sided_states[f->state] ? ANSWER_DATA : ANSWER_NONE;
        return both ? ANSWER_EMPTY : ANSWER_NONE;
    }
    if (seen->flags_ts & seen->flags_tc & TCP_PSH)
        return ANSWER_DATA;
    /* A SYN back takes the connection, even if a RST follows. Without one the stream was joined in
     * the middle, or what came back is the refusal. */
    if (seen->flags_tc & TCP_SYN)
        return ANSWER_EMPTY;
    return seen->flags_tc & TCP_RST || seen->flags_tc == 0 ? ANSWER_NONE : ANSWER_EMPTY;
}

static enum answer answer_eve_other(const struct flow *f)
{
    if (f->orig_bytes > 0 && f->resp_bytes > 0)
        return ANSWER_DATA;
    return f->resp_pkts > 0 || f->resp_bytes > 0 ? ANSWER_EMPTY : ANSWER_NONE;
}

void flow_shape_eve(struct flow *f, const struct eve_flow *seen)
{
    bool tcp = f->conn.proto == PROTO_TCP;
    bool no_bytes = seen->bytes_toserver < 0 && seen->bytes_toclient < 0;
    bool no_pkts = f->orig_pkts < 0 && f->resp_pkts < 0;

    reckon_bytes(f, seen);
    f->flags |= no_bytes ? FLOW_NO_BYTES : FLOW_BYTES_APPROX;
    if (no_bytes && no_pkts && !(tcp && seen->flags_known))
        f->flags |= FLOW_STATE_ONLY;
    if (tcp && seen->flags_known) {
        f->state = (uint8_t)state_of_flags(seen->flags_ts, seen->flags_tc);
        if (!(seen->flags_ts & TCP_SYN))
            f->flags |= FLOW_OPENING_UNSEEN;
    } else if (tcp) {
        f->state = (uint8_t)state_of_names(f, seen);
    } else {
        f->state = f->resp_pkts > 0 ? STATE_SF : STATE_S0;
    }
    f->answer = (uint8_t)(tcp ? answer_eve_tcp(f, seen) : answer_eve_other(f));
}
