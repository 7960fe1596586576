/* A machine that behaves as a worm does: parts that come in any order, and where they are looked for. */
#include "correlate/facts/worm.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 9 * HOUR)

TestSuite(worm, .init = setup, .fini = teardown, .timeout = 60);

static void put_sweep(const char *first, int targets)
{
    for (int i = 0; i < targets; i++)
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address("10.0.0.1"),
            address_after(first, i), 445);
    records_put(s, &all, NULL, 0, all.count);
    all.count = 0;
}

static void put_peers(int64_t t_us, uint16_t port, int peers)
{
    for (int i = 0; i < peers; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, t_us + i * SECOND, address("10.0.0.1"),
            address_after("198.51.100.1", i), port)
            ->conn.proto = PROTO_UDP;
    records_put(s, &all, NULL, 0, all.count);
    all.count = 0;
}

static void put_names(const char *client, int names, bool exist)
{
    struct batch batch = {0};
    struct source source = {.path = "dns.log", .format = 1, .header_offset = -1};
    struct err err = {0};
    char text[100][24];
    for (int i = 0; i < names; i++) {
        snprintf(text[i], sizeof text[i], "n%d.example", i);
        struct name_seen *n = batch_add_name(&batch);
        *n = (struct name_seen){
            .conn = {address(client), address("192.0.2.53"), 40000, 53, PROTO_UDP},
            .t_us = T0 + i * SECOND,
            .name = str_of(text[i]),
            .kind = NAME_DNS,
            .answered = 1,
            .nxdomain = !exist,
            .sensor = SENSOR_ZEEK};
    }
    cr_assert(store_put(s, &source, &batch, NULL, 0, &err), "%s", err.text);
    batch_done(&batch);
}

static int64_t alerts(void)
{
    correlate(s, &world);
    return number_of(
        s, "SELECT count(*) FROM alerts WHERE type = 'Network_ResourceIpIndicatedAsMalicious'");
}

Test(worm, asks_for_names_that_do_not_exist)
{
    put_sweep("203.0.113.1", 25);
    put_names("10.0.0.1", 10, false);
    cr_expect_eq(alerts(), 1);
    cr_expect_eq(number_of(s, "SELECT properties ->> 'Names That Do Not Exist' FROM alerts "
                              "WHERE type = 'Network_ResourceIpIndicatedAsMalicious'"),
        10);
    cr_expect_leq(number_of(s, "SELECT confidence * 100 FROM alerts "
                               "WHERE type = 'Network_ResourceIpIndicatedAsMalicious'"),
        30);
}

/* Both are about the machine: its one alert tells of the contact first. */
Test(worm, that_a_sensor_knows_is_one_alert)
{
    put_sweep("203.0.113.1", 25);
    put_names("10.0.0.1", 10, false);
    record_signature(&all, "1", T0, address("10.0.0.1"), address("203.0.113.99"), 445, 2008802);
    records_put(s, &all, NULL, 0, all.count);
    cr_expect_eq(alerts(), 1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alerts WHERE "
                              "properties ->> 'Tiers' = 'contact, behaviour' AND "
                              "properties ->> 'Contacts' = '1' AND "
                              "properties ->> 'Number of Targets' = '25' AND "
                              "properties ->> 'Names That Do Not Exist' = '10' AND "
                              "confidence > 0.30 AND end_us - start_us = 24000000"),
        1);
}

Test(worm, is_found_when_the_names_come_in_a_later_run)
{
    put_sweep("203.0.113.1", 25);
    cr_expect_eq(alerts(), 0);
    put_names("10.0.0.1", 9, false);
    cr_expect_eq(alerts(), 0);
    put_names("10.0.0.1", 10, false);
    cr_expect_eq(alerts(), 1);
}

Test(worm, is_found_when_the_sweep_comes_in_a_later_run)
{
    put_names("10.0.0.1", 10, false);
    cr_expect_eq(alerts(), 0);
    put_sweep("203.0.113.1", 25);
    cr_expect_eq(alerts(), 1);
}

Test(worm, is_found_when_the_peers_come_in_a_later_run)
{
    put_sweep("203.0.113.1", 25);
    cr_expect_eq(alerts(), 0);
    put_peers(T0, 20000, 49);
    cr_expect_eq(alerts(), 0);
    put_peers(T0, 20000, 50);
    cr_expect_eq(alerts(), 1);
}

Test(worm, is_no_machine_that_asks_for_names_that_exist)
{
    put_sweep("203.0.113.1", 25);
    put_names("10.0.0.1", 50, true);
    cr_expect_eq(alerts(), 0);
}

Test(worm, is_not_the_machine_beside_it)
{
    put_sweep("203.0.113.1", 25);
    put_names("10.0.0.2", 50, false);
    cr_expect_eq(alerts(), 0);
}

Test(worm, sweeps_outside)
{
    put_sweep("10.0.9.1", 25);
    put_names("10.0.0.1", 10, false);
    cr_expect_eq(alerts(), 0);
}

Test(worm, has_peers_at_high_ports)
{
    put_sweep("203.0.113.1", 25);
    put_peers(T0, 123, 60);
    cr_expect_eq(alerts(), 0);
}

/* Times between the sweep's last probe and the last of the peers. */
Test(worm, does_all_of_it_within_an_hour)
{
    put_sweep("203.0.113.1", 25);
    put_peers(T0 + 24 * SECOND + HOUR - 49 * SECOND, 20000, 50);
    cr_expect_eq(alerts(), 1);
    teardown();
    setup();
    put_sweep("203.0.113.1", 25);
    put_peers(T0 + 24 * SECOND + HOUR - 48 * SECOND, 20000, 50);
    cr_expect_eq(alerts(), 0);
}
