/* Verdicts on single connections. */
#include "correlate/facts/shape.h"

#include "store/record.h"
#include "util/timefmt.h"

#define SHORT_US        (3 * TIME_US_SECOND) /* a TCP connection closed sooner, … */
#define SHORT_BYTES     64                   /* … with less payload, came to nothing */
#define ONE_WAY_FACTOR  20                   /* packets out per packet back: under 5 % */
#define ATTACK_PKTS_MAX 2
/* What the client alone sends proves no login: anybody can pad a guess. Up to so many times the
 * bound it is still a guess; beyond, an upload or a trick, and counts as nothing. */
#define CLIENT_ALONE    10
#define FIRST_USER_PORT 1024

static bool above(int64_t value, int64_t max)
{
    return max >= 0 && value > max;
}

/* Without byte counts the packet bounds decide. */
static enum shape by_packets(const struct seen_flow *f, const struct login_service *s)
{
    if (f->orig_pkts < 0)
        return SHAPE_ATTEMPT;
    if (above(f->orig_pkts, s->packets_max) || above(f->duration_us, s->duration_max_us))
        return SHAPE_SESSION;
    return f->orig_pkts < s->packets_min ? SHAPE_BANNER : SHAPE_ATTEMPT;
}

static enum shape by_payload(const struct seen_flow *f, const struct login_service *s)
{
    int64_t less = f->orig_bytes < f->resp_bytes ? f->orig_bytes : f->resp_bytes;
    if (less <= s->banner_bytes)
        return SHAPE_BANNER;
    if (above(f->resp_bytes, s->payload_out_max) || above(f->duration_us, s->duration_max_us))
        return SHAPE_SESSION;
    if (s->payload_in_max >= 0 && f->orig_bytes / CLIENT_ALONE > s->payload_in_max)
        return SHAPE_BANNER;
    if (f->orig_bytes < s->payload_in_min || f->resp_bytes < s->payload_out_min)
        return SHAPE_BANNER;
    return SHAPE_ATTEMPT;
}

enum shape shape_of(const struct seen_flow *f, const struct login_service *service)
{
    if (f->answer == ANSWER_NONE)
        return SHAPE_PROBE;
    if (f->answer == ANSWER_EMPTY)
        return SHAPE_BANNER;
    if (f->flags & FLOW_STATE_ONLY)
        return SHAPE_ATTEMPT;
    if (f->flags & FLOW_NO_BYTES || f->orig_bytes < 0 || f->resp_bytes < 0)
        return by_packets(f, service);
    return by_payload(f, service);
}

/* ------------------------------------------------------------------ probes */

/* Ports of chatter that is no knocking, whichever end has it: mDNS, LLMNR, SSDP, NetBIOS,
 * WS-Discovery, DHCP. */
static const uint16_t chatter_ports[] = {5353, 5355, 1900, 137, 138, 3702, 67, 68, 546, 547};

static bool is_chatter(uint16_t port)
{
    for (size_t i = 0; i < sizeof chatter_ports / sizeof *chatter_ports; i++)
        if (chatter_ports[i] == port)
            return true;
    return false;
}

/* A server's answer seen without its question, QUIC, traceroute and chatter are no probes. */
static bool udp_can_probe(const struct seen_flow *f)
{
    return !(f->orig_port < FIRST_USER_PORT && f->resp_port >= FIRST_USER_PORT) &&
           f->resp_port != 443 && !(f->resp_port >= 33434 && f->resp_port <= 33534) &&
           !is_chatter(f->orig_port) && !is_chatter(f->resp_port);
}

/* ICMP: the type stands in orig_port. */
static bool is_echo(const struct seen_flow *f)
{
    return f->orig_port == (f->proto == PROTO_ICMP ? 8 : 128);
}

static bool can_probe(const struct seen_flow *f)
{
    switch (f->proto) {
    case PROTO_TCP:
        return !(f->flags & FLOW_OPENING_UNSEEN);
    case PROTO_UDP:
        return udp_can_probe(f);
    case PROTO_ICMP:
    case PROTO_ICMP6:
        return is_echo(f);
    default:
        return false;
    }
}

static bool came_to_nothing(const struct seen_flow *f)
{
    if (f->answer == ANSWER_NONE)
        return true;
    if (f->proto != PROTO_TCP || f->duration_us >= SHORT_US ||
        f->flags & (FLOW_NO_BYTES | FLOW_STATE_ONLY))
        return false;
    return shape_known(f->orig_bytes) + shape_known(f->resp_bytes) < SHORT_BYTES;
}

static bool is_attack_shaped(const struct seen_flow *f)
{
    return f->answer == ANSWER_NONE ||
           (f->proto == PROTO_TCP && f->orig_pkts >= 0 && f->orig_pkts <= ATTACK_PKTS_MAX);
}

unsigned shape_probe(const struct seen_flow *f)
{
    unsigned flags = 0;
    if (can_probe(f) && came_to_nothing(f))
        flags |= PROBE_FAILED;
    if (is_attack_shaped(f))
        flags |= PROBE_ATTACK;
    if (f->orig_pkts > 0 && shape_known(f->resp_pkts) * ONE_WAY_FACTOR < f->orig_pkts)
        flags |= PROBE_ONE_WAY;
    if (flags && f->answer != ANSWER_NONE)
        flags |= PROBE_ANSWERED;
    return flags;
}
