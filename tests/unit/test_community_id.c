/* Community ID against the values that the specification and Suricata's own tests publish. Their
 * addresses stand in the published tables; the identifiers can be computed from no others. */
#include "util/community_id.h"

#include <criterion/criterion.h>

#include <netinet/in.h>

static struct community_flow flow_of(
    int proto, const char *source, int source_port, const char *destination, int destination_port)
{
    struct community_flow f = {.source_port = (uint16_t)source_port,
        .destination_port = (uint16_t)destination_port,
        .proto = (uint8_t)proto};
    cr_assert(ip_parse(str_of(source), &f.source), "%s", source);
    cr_assert(ip_parse(str_of(destination), &f.destination), "%s", destination);
    return f;
}

static void expect_id(const struct community_flow *flow, uint16_t seed, const char *want)
{
    char got[COMMUNITY_ID_SIZE];
    cr_assert(community_id(flow, seed, got));
    cr_expect_str_eq(got, want, "%s, not %s", got, want);
}

/* In both directions the same. */
static void expect_both(struct community_flow flow, uint16_t seed, const char *want)
{
    struct community_flow back = {
        flow.destination, flow.source, flow.destination_port, flow.source_port, flow.proto};
    expect_id(&flow, seed, want);
    expect_id(&back, seed, want);
}

Test(community_id, of_tcp_udp_and_sctp)
{
    expect_both(flow_of(IPPROTO_TCP, "128.232.110.120", 34855, "66.35.250.204", 80), 0,
        "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    expect_both(flow_of(IPPROTO_UDP, "192.168.1.52", 54585, "8.8.8.8", 53), 0,
        "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
    expect_both(flow_of(IPPROTO_SCTP, "192.168.170.8", 7, "192.168.170.56", 7), 0,
        "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=");
    expect_both(flow_of(IPPROTO_TCP, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943,
                    "2607:f8b0:400c:c03::1a", 25),
        0, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=");
}

Test(community_id, of_a_protocol_without_ports_takes_none)
{
    expect_both(flow_of(46, "10.1.12.1", 0, "10.1.12.2", 0), 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=");
    expect_both(flow_of(46, "10.1.12.1", 9, "10.1.12.2", 7), 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=");
}

/* Sensors log an echo as type 8 and code 0, its answer as type 0 and code 0. */
Test(community_id, of_an_icmp_message_that_has_an_answer_is_that_of_the_answer)
{
    struct community_flow ping = flow_of(IPPROTO_ICMP, "192.168.0.89", 8, "192.168.0.1", 0);
    struct community_flow pong = flow_of(IPPROTO_ICMP, "192.168.0.1", 0, "192.168.0.89", 0);
    expect_id(&ping, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
    expect_id(&pong, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
    struct community_flow who =
        flow_of(IPPROTO_ICMPV6, "fe80::200:86ff:fe05:80da", 135, "fe80::260:97ff:fe07:69ea", 0);
    struct community_flow me =
        flow_of(IPPROTO_ICMPV6, "fe80::260:97ff:fe07:69ea", 136, "fe80::200:86ff:fe05:80da", 0);
    expect_id(&who, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=");
    expect_id(&me, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=");
    expect_id(&who, 1, "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=");
}

Test(community_id, of_an_icmp_message_without_an_answer_keeps_its_direction)
{
    struct community_flow there = flow_of(IPPROTO_ICMP, "10.0.0.1", 11, "10.0.0.2", 0);
    struct community_flow back = flow_of(IPPROTO_ICMP, "10.0.0.2", 11, "10.0.0.1", 0);
    char other[COMMUNITY_ID_SIZE];
    expect_id(&there, 0, "1:YHxtAirCG//0OzkcVAukqKQN9xM=");
    cr_assert(community_id(&back, 0, other));
    cr_expect_str_neq(other, "1:YHxtAirCG//0OzkcVAukqKQN9xM=");
    /* Type 8 is an echo in ICMP only. */
    there = flow_of(IPPROTO_ICMPV6, "2001:db8::1", 8, "2001:db8::2", 0);
    back = flow_of(IPPROTO_ICMPV6, "2001:db8::2", 0, "2001:db8::1", 0);
    char first[COMMUNITY_ID_SIZE];
    cr_assert(community_id(&there, 0, first));
    cr_assert(community_id(&back, 0, other));
    cr_expect_str_neq(first, other);
}

Test(community_id, depends_on_the_seed)
{
    struct community_flow flow = flow_of(IPPROTO_TCP, "172.26.0.39", 35958, "172.217.14.206", 443);
    expect_both(flow, 0, "1:0rRFlkfZsYZ0l7PqLoMEAxHMqrI=");
    expect_both(flow, 7, "1:IwiTNfuO7aCaamMijl+7/X9uLx0=");
}

Test(community_id, of_one_address_goes_by_the_ports)
{
    struct community_flow flow =
        flow_of(IPPROTO_TCP, "192.168.0.254", 56162, "192.168.0.254", 3306);
    expect_both(flow, 0, "1:0HUQbshhYbATQXDHv/ysOs0DlZA=");
    expect_both(flow, 1, "1:IJQHtzXv/tXud3FtXIufkDsfEd4=");
}

Test(community_id, of_two_families_there_is_none)
{
    char text[COMMUNITY_ID_SIZE];
    struct community_flow flow = flow_of(IPPROTO_TCP, "192.0.2.1", 1, "2001:db8::1", 2);
    cr_expect_not(community_id(&flow, 0, text));
}
