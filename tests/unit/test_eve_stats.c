/* EVE stats events: what Suricata says of its own losses. */
#include "tests/unit/eve_lines.h"
#include "util/timefmt.h"

TestSuite(eve_stats, .init = set_up, .fini = tear_down);

#define STATS(stats)                                                                                \
    "{\"timestamp\":\"2024-04-19T09:00:08.500000+0100\",\"event_type\":\"stats\",\"stats\":{" stats \
    "}}"

Test(eve_stats, the_counts_go_on_from_the_sensors_start)
{
    cr_assert_eq(line(STATS("\"uptime\":8,\"capture\":{\"kernel_packets\":700,\"kernel_drops\":12,"
                            "\"errors\":0},\"flow\":{\"memcap\":0,\"emerg_mode_entered\":3}")),
        REJECT_NONE);
    cr_assert_eq(batch.health_count, 1);
    const struct health *h = &batch.healths[0];
    cr_expect_eq(h->t_us - h->since_us, 8 * TIME_US_SECOND);
    cr_expect_eq(h->whole, 700);
    cr_expect_eq(h->lost, 12);
    cr_expect_eq(h->emergencies, 3);
    cr_expect_eq(h->running, 1);
    cr_expect_eq(h->sensor, SENSOR_SURICATA);
}

Test(eve_stats, without_figures_of_the_capture_there_is_nothing_to_tell)
{
    cr_expect_eq(line(STATS("\"uptime\":8,\"decoder\":{\"pkts\":700}")), REJECT_NONE);
    cr_expect_eq(ignored, IGNORE_STATS);
    cr_expect_eq(
        line(STATS("\"uptime\":8,\"capture\":{\"kernel_packets\":\"x\",\"kernel_drops\":1}")),
        REJECT_NUMBER);
    cr_expect_eq(batch.health_count, 0);
}

#define FLOW(more)                                                                                   \
    "{\"timestamp\":\"2024-04-19T09:00:00.000000+0100\",\"flow_id\":77,\"event_type\":\"flow\","     \
    "\"src_ip\":\"192.0.2.1\",\"src_port\":1025,\"dest_ip\":\"198.51.100.7\",\"dest_port\":22,"      \
    "\"proto\":\"TCP\",\"flow\":{\"pkts_toserver\":12,\"pkts_toclient\":10,\"bytes_toserver\":2000," \
    "\"bytes_toclient\":3000,\"start\":\"2024-04-18T08:00:00.000000+0000\"" more "}}"

Test(eve_stats, a_flow_that_was_ended_by_force_says_so)
{
    cr_assert_eq(line(FLOW(",\"reason\":\"timeout\"")), REJECT_NONE);
    cr_assert_eq(line(FLOW(",\"reason\":\"forced\"")), REJECT_NONE);
    cr_assert_eq(line(FLOW(",\"emergency\":true,\"reason\":\"timeout\"")), REJECT_NONE);
    cr_assert_eq(batch.flow_count, 3);
    cr_expect_not(batch.flows[0].flags & FLOW_CUT);
    cr_expect(batch.flows[1].flags & FLOW_CUT);
    cr_expect(batch.flows[2].flags & FLOW_CUT);
}
