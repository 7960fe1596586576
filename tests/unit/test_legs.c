/* Connections through balancers and gateways: counted once, whichever half came first. */
#include "tests/unit/scenario.h"
#include "tests/unit/world_store.h"

#define T0      (19000 * DAY + 7 * HOUR)
#define VIP     "10.0.0.20"
#define WEB1    "10.0.0.21"
#define WEB2    "10.0.0.22"
#define NAT     "10.0.0.30"
#define DESK    "10.0.0.31"
#define CLIENT  "203.0.113.60"
#define CLIENT2 "203.0.113.70"

static const char pools[] =
    "[network]\nhome = 10.0.0.0/8, 2001:db8:1::/48\n"
    "[resource balancer]\ntype = load-balancer\naddress = " VIP "\nbackend = web1, web2\n"
    "[resource web1]\naddress = " WEB1 "\n[resource web2]\naddress = " WEB2 "\n"
    "[resource nat]\ntype = nat-gateway\naddress = " NAT "\nbackend = desks\n"
    "[resource desks]\naddress = " DESK "\n";

static void setup_pools(void)
{
    setup();
    inventory_free(world.inventory);
    world.inventory = world_inventory_of(pools);
}

TestSuite(legs, .init = setup_pools, .fini = teardown);

static void ssh(int64_t t, const char *client, const char *server)
{
    record_flow(&all, SENSOR_ZEEK, NULL, t, address(client), address(server), 22)->service =
        STR("ssh");
}

static void run(void)
{
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
}

static int alerts_of(const char *entity)
{
    char sql[200];
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM alert WHERE superseded IS NULL AND entity = '%s'", entity);
    return (int)number_of(s, sql);
}

static int alerts(void)
{
    return (int)number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL");
}

/* Whether an alert of the entity has the property with that value. */
static bool tells(const char *entity, const char *name, const char *value)
{
    char sql[600];
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM alert AS a JOIN alert_property AS p ON p.alert = a.id "
        "WHERE a.superseded IS NULL AND a.entity = '%s' AND p.name = '%s' AND p.value = '%s'",
        entity, name, value);
    return number_of(s, sql) > 0;
}

#define MEMBERS "Backend Members [Connections]"

/* ------------------------------------------------------------------ in */

Test(legs, what_a_balancer_passes_on_under_its_own_address_counts_once)
{
    for (int i = 0; i < 40; i++) {
        ssh(T0 + i * 10 * SECOND, CLIENT, VIP);
        ssh(T0 + i * 10 * SECOND + SECOND / 2, VIP, i % 4 ? WEB1 : WEB2);
    }
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect_eq(alerts_of("balancer"), 1);
    cr_expect(tells("balancer", "Number of Connections", "40"));
    cr_expect(tells("balancer", "Backend Pool", "web1, web2"));
    cr_expect(tells("balancer", MEMBERS, "web1 (10.0.0.21) [30], web2 (10.0.0.22) [10]"));
}

Test(legs, what_a_balancer_passes_on_under_the_clients_address_counts_once)
{
    for (int i = 0; i < 40; i++) {
        ssh(T0 + i * 10 * SECOND, CLIENT, VIP);
        ssh(T0 + i * 10 * SECOND + 2 * SECOND, CLIENT, WEB2);
    }
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect(tells("balancer", MEMBERS, "web2 (10.0.0.22) [40]"));
}

Test(legs, a_half_that_begins_later_than_two_seconds_is_no_half)
{
    for (int i = 0; i < 40; i++) {
        ssh(T0 + i * 10 * SECOND, CLIENT, VIP);
        ssh(T0 + i * 10 * SECOND + 2 * SECOND + 1, CLIENT, WEB2);
    }
    run();
    cr_expect_eq(alerts_of("balancer"), 1);
    cr_expect_eq(alerts_of("web2"), 1);
    cr_expect_not(tells("balancer", MEMBERS, "web2 (10.0.0.22) [40]"));
}

Test(legs, a_member_without_a_half_before_the_balancer_has_its_own_alert)
{
    for (int i = 0; i < 30; i++)
        ssh(T0 + i * 10 * SECOND, CLIENT, WEB1);
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect_eq(alerts_of("web1"), 1);
}

Test(legs, direct_attempts_beside_those_through_the_balancer_still_count)
{
    for (int i = 0; i < 30; i++) {
        ssh(T0 + i * 10 * SECOND, CLIENT, VIP);
        ssh(T0 + i * 10 * SECOND + 1, CLIENT, WEB1);
        ssh(T0 + i * 10 * SECOND + 2, CLIENT, WEB1);
    }
    run();
    cr_expect_eq(alerts(), 2);
    cr_expect(tells("web1", "Number of Connections", "30"));
}

Test(legs, many_clients_count_once_as_well)
{
    for (int i = 0; i < 60; i++) {
        char client[32];
        snprintf(client, sizeof client, "198.51.100.%d", i % 12 + 1);
        ssh(T0 + i * 30 * SECOND, client, VIP);
        ssh(T0 + i * 30 * SECOND + SECOND, client, i % 2 ? WEB1 : WEB2);
    }
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect(tells("balancer", MEMBERS, "web1 (10.0.0.21) [30], web2 (10.0.0.22) [30]"));
}

Test(legs, where_two_clients_come_at_once_nobody_knows_whose_went_where)
{
    for (int i = 0; i < 40; i++) {
        int64_t t = T0 + i * 10 * SECOND;
        ssh(t, CLIENT, VIP);
        ssh(t + 1, CLIENT2, VIP);
        ssh(t + 2, VIP, WEB1);
        ssh(t + 3, VIP, WEB2);
    }
    run();
    cr_expect_eq(alerts_of("balancer"), 2);
    cr_expect_eq(alerts(), 2);
    cr_expect(tells("balancer", "Connections Not Attributable",
        "40: others came in at the same time and went to other members"));
}

/* ------------------------------------------------------------------ what the balancer does itself */

Test(legs, health_probes_of_a_balancer_are_neither_scan_nor_guessing)
{
    for (int i = 0; i < 400; i++) {
        const char *member = i % 2 ? WEB1 : WEB2;
        ssh(T0 + i * 5 * SECOND, VIP, member);
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * 5 * SECOND, address(VIP), address(member),
            (uint16_t)(8000 + i % 40));
    }
    run();
    cr_expect_eq(alerts(), 0);
}

Test(legs, a_balancer_that_guesses_at_others_is_reported)
{
    for (int i = 0; i < 30; i++)
        ssh(T0 + i * 10 * SECOND, VIP, "10.0.0.99");
    run();
    cr_expect_eq(alerts_of("balancer"), 1);
}

/* ------------------------------------------------------------------ out */

Test(legs, what_goes_out_through_a_gateway_counts_once)
{
    for (int i = 0; i < 30; i++) {
        ssh(T0 + i * 10 * SECOND, DESK, CLIENT);
        ssh(T0 + i * 10 * SECOND + 1, NAT, CLIENT);
        struct ipaddr target = address_after("198.51.100.1", i);
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address(DESK), target, 445);
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND + 1, address(NAT), target, 445);
    }
    run();
    cr_expect_eq(alerts(), 2);
    cr_expect_eq(alerts_of("nat"), 2);
    cr_expect(tells("nat", MEMBERS, "desks (10.0.0.31) [30]"));
    cr_expect(tells("nat", "Failed Connections", "30"));
}

Test(legs, a_flood_through_a_gateway_counts_once)
{
    for (int i = 0; i < 2; i++) {
        struct flow *f = record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i, address(i ? NAT : DESK), address(CLIENT), 53);
        f->conn.proto = PROTO_UDP;
        f->duration_us = MINUTE;
        f->orig_pkts = 400000;
        f->orig_ip_bytes = 400000 * 60;
    }
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect(tells("nat", MEMBERS, "desks (10.0.0.31) [1]"));
    cr_expect(tells("nat", "Packets Sent One Way", "400000"));
}

Test(legs, a_contact_through_a_gateway_counts_once)
{
    scenario_import(s);
    record_flow(&all, SENSOR_ZEEK, NULL, T0, address(DESK), address("203.0.113.200"), 443);
    record_flow(&all, SENSOR_ZEEK, NULL, T0 + 1, address(NAT), address("203.0.113.200"), 443);
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect(tells("nat", MEMBERS, "desks (10.0.0.31) [1]"));
}

Test(legs, a_client_inside_does_not_guess_at_balancer_and_member_at_once)
{
    for (int i = 0; i < 30; i++) {
        ssh(T0 + i * 10 * SECOND, "10.0.0.99", VIP);
        ssh(T0 + i * 10 * SECOND + 1, "10.0.0.99", WEB1);
    }
    run();
    cr_expect_eq(alerts(), 1);
    cr_expect(tells("10.0.0.99", "Victim IP", VIP));
}

/* ------------------------------------------------------------------ any order */

static char *told(int64_t seed)
{
    struct store *other = memory_open();
    size_t *order = malloc(all.count * sizeof *order);
    struct chance c = {(uint64_t)seed};
    for (size_t i = 0; i < all.count; i++)
        order[i] = i;
    for (size_t i = all.count; seed && i > 1; i--) {
        size_t at = (size_t)chance_in(&c, 0, (int64_t)i - 1), kept = order[i - 1];
        order[i - 1] = order[at];
        order[at] = kept;
    }
    for (size_t done = 0; done < all.count;) {
        size_t count = seed ? (size_t)chance_in(&c, 1, 40) : all.count;
        count = count < all.count - done ? count : all.count - done;
        records_put(other, &all, order, done, count);
        done += count;
        if (chance_percent(&c, 50))
            correlate(other, &world);
    }
    correlate(other, &world);
    char *text = alerts_text(other);
    store_close(other);
    free(order);
    return text;
}

/* Halves around borders of ten minutes, some missing, some twice, some from elsewhere. */
static void some_traffic(struct chance *c)
{
    static const char *const members[] = {WEB1, WEB2};
    int64_t t = T0 + 9 * MINUTE + 50 * SECOND;
    for (int i = 0; i < 150; i++, t += chance_in(c, 0, 8) * SECOND) {
        const char *client = chance_percent(c, 80) ? CLIENT : CLIENT2;
        const char *member = members[chance_in(c, 0, 1)];
        if (chance_percent(c, 90))
            ssh(t, client, VIP);
        for (int64_t n = chance_in(c, 0, 2); n > 0; n--)
            ssh(t + chance_in(c, -3, 3) * SECOND, chance_percent(c, 50) ? client : VIP, member);
        if (chance_percent(c, 50)) {
            ssh(t, DESK, client);
            ssh(t + chance_in(c, -2, 2) * SECOND, NAT, client);
        }
    }
}

Test(legs, any_order_and_batching_tells_the_same, .timeout = 120)
{
    for (int64_t seed = 1; seed <= 12; seed++) {
        struct chance c = {(uint64_t)seed};
        all.count = 0;
        some_traffic(&c);
        char *want = told(0);
        for (int n = 0; n < 3; n++) {
            char *got = told(seed * 100 + n);
            cr_expect_str_eq(got, want, "seed %lld", (long long)seed);
            free(got);
        }
        cr_expect(strstr(want, MEMBERS), "seed %lld tells of no member", (long long)seed);
        free(want);
    }
}
