/* Sources that are not among a port's regular visitors: who is one, and from when on. */
#include "correlate/facts/visits.h"
#include "correlate/findings/strangers.h"
#include "tests/unit/scenario.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 9 * HOUR)

TestSuite(strangers, .init = setup, .fini = teardown, .timeout = 60);

static struct flow *visit(int64_t day, const char *from, uint16_t port)
{
    return record_flow(
        &all, SENSOR_ZEEK, NULL, T0 + day * DAY, address(from), address("10.0.0.1"), port);
}

/* One network that comes every day. */
static void visit_daily(int64_t first, int64_t last, const char *from)
{
    for (int64_t day = first; day <= last; day++)
        visit(day, from, 8443);
}

/* A source in a network of its own, by number. */
static void visit_from(int64_t day, int number)
{
    char from[20];
    snprintf(from, sizeof from, "198.%d.%d.9", 18 + number / 256, number % 256);
    visit(day, from, 8443);
}

static void judge(void)
{
    records_put(s, &all, NULL, 0, all.count);
    all.count = 0;
    correlate(s, &world);
}

static int64_t count(void)
{
    return number_of(s, "SELECT count(*) FROM stranger");
}

static void expect_alerts(int64_t wanted)
{
    int64_t found = number_of(s, "SELECT count(*) FROM alerts");
    cr_expect_eq(found, wanted, "%lld alerts, not %lld", (long long)found, (long long)wanted);
}

/* ------------------------------------------------------------------ history */

Test(strangers, are_told_after_a_month_of_visits)
{
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443);
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT day FROM stranger"), 19030);
}

Test(strangers, are_not_told_a_day_earlier)
{
    visit_daily(0, 28, "203.0.113.5");
    visit(29, "198.51.100.9", 8443);
    judge();
    expect_alerts(0);
}

Test(strangers, need_a_port_with_regular_visitors)
{
    visit(0, "203.0.113.5", 8443);
    visit(10, "203.0.113.5", 8443);
    visit(31, "198.51.100.9", 8443);
    judge();
    expect_alerts(0);
}

Test(strangers, come_to_a_port_of_their_own)
{
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "203.0.113.5", 8444);
    judge();
    expect_alerts(0);
}

/* ------------------------------------------------------------------ who is usual */

Test(strangers, are_learned_by_three_days_before)
{
    visit_daily(0, 34, "203.0.113.5");
    for (int64_t day = 30; day < 35; day++)
        visit(day, day % 2 ? "198.51.100.9" : "198.51.100.200", 8443);
    judge();
    expect_alerts(3);
    cr_expect_eq(number_of(s, "SELECT max(day) FROM stranger"), 19032);
}

Test(strangers, are_forgotten_after_the_window)
{
    visit_daily(0, 45, "203.0.113.5");
    visit_daily(10, 12, "198.51.100.9");
    visit(40, "198.51.100.9", 8443); /* days 10 to 39: three of them */
    visit(41, "198.51.100.9", 8443); /* days 11 to 40: again three */
    judge();
    expect_alerts(0);
    teardown();
    setup();
    visit_daily(0, 45, "203.0.113.5");
    visit_daily(10, 12, "198.51.100.9");
    visit(41, "198.51.100.9", 8443);
    judge();
    expect_alerts(1);
}

Test(strangers, of_ipv6_are_known_by_their_64)
{
    for (int64_t day = 0; day < 30; day++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + day * DAY, address("2001:db8:5::1"),
            address("2001:db8:1::1"), 8443);
    record_flow(&all, SENSOR_ZEEK, NULL, T0 + 30 * DAY, address("2001:db8:5::ffff:1"),
        address("2001:db8:1::1"), 8443);
    judge();
    expect_alerts(0);
    record_flow(&all, SENSOR_ZEEK, NULL, T0 + 30 * DAY, address("2001:db8:5:1::1"),
        address("2001:db8:1::1"), 8443);
    judge();
    expect_alerts(1);
}

/* ------------------------------------------------------------------ ports open to the world */

static void visit_by_regulars(int regulars)
{
    visit_daily(0, 0, "203.0.113.5");
    for (int i = 0; i < regulars; i++)
        for (int64_t day = 27; day < 30; day++)
            visit_from(day, i);
    visit(30, "203.0.113.77", 8443);
    judge();
}

Test(strangers, come_to_a_port_with_200_regular_visitors)
{
    visit_by_regulars(200);
    expect_alerts(1);
}

Test(strangers, are_nobody_where_more_are_regular)
{
    visit_by_regulars(201);
    expect_alerts(0);
}

static void visit_by_crowd(int visitors)
{
    visit_daily(0, 29, "203.0.113.5");
    for (int i = 1; i < visitors; i++)
        visit_from(i % 30, i);
    visit(30, "192.0.2.77", 8443);
    judge();
}

Test(strangers, come_to_a_port_with_1000_visitors)
{
    visit_by_crowd(1000);
    expect_alerts(1);
}

Test(strangers, are_nobody_in_a_greater_crowd)
{
    visit_by_crowd(1001);
    expect_alerts(0);
}

Test(strangers, are_nobody_on_a_public_server)
{
    struct ini config;
    struct err err = {0};
    inventory_free(world.inventory);
    world.inventory = inventory_new(&err);
    cr_assert(ini_read_text(&config, "test",
                  STR("[network]\nhome = 10.0.0.0/8\n"
                      "[resource web]\naddress = 10.0.0.1\nrole = public-server\n"),
                  &err),
        "%s", err.text);
    cr_assert(inventory_add(world.inventory, &config, &err), "%s", err.text);
    cr_assert(inventory_finish(world.inventory, &err), "%s", err.text);
    ini_done(&config);
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443);
    judge();
    expect_alerts(0);
}

/* ------------------------------------------------------------------ what is a visit */

Test(strangers, must_be_answered)
{
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443)->answer = ANSWER_EMPTY;
    visit(30, "198.51.100.10", 8443)->answer = ANSWER_NONE;
    visit(30, "198.51.100.11", 8443)->flags = FLOW_OPENING_UNSEEN;
    visit(30, "198.51.100.12", 8443)->conn.proto = PROTO_ICMP;
    judge();
    cr_expect_eq(count(), 0);
    cr_expect_eq(number_of(s, "SELECT length(nets) / 12 FROM visit"), 1);
}

Test(strangers, are_no_servers_whose_question_was_not_seen)
{
    const struct seen_flow answer = {
        .answer = ANSWER_DATA, .proto = PROTO_UDP, .orig_port = 53, .resp_port = 40000};
    const struct seen_flow question = {
        .answer = ANSWER_DATA, .proto = PROTO_UDP, .orig_port = 40000, .resp_port = 53};
    cr_expect_not(visits_counts(&answer));
    cr_expect(visits_counts(&question));
}

/* ------------------------------------------------------------------ order */

Test(strangers, of_earlier_runs_are_found_when_older_logs_come)
{
    visit_daily(10, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443);
    judge();
    expect_alerts(0);
    visit_daily(0, 9, "203.0.113.5");
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 1);
}

/* A stranger of whom one more connection came. */
static void judge_one_and_put_another(void)
{
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443);
    judge();
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 1);
    visit(30, "198.51.100.10", 8443);
    records_put(s, &all, NULL, 0, all.count);
    all.count = 0;
}

Test(strangers, are_counted_whose_connections_came_with_a_run_that_ended_early)
{
    struct err err = {0};
    struct correlate_totals totals;
    const struct correlate_input input = {world.catalog, world.inventory, RECORDS_NOW_US, NULL};
    judge_one_and_put_another();
    cr_assert(store_script(s, "test",
        "CREATE TRIGGER no_run BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'broken'); END",
        &err));
    cr_expect_not(correlate_run(s, &input, &totals, &err));
    cr_assert(store_script(s, "test", "DROP TRIGGER no_run", &(struct err){0}));
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 2);
    expect_alerts(1);
}

Test(strangers, end_when_older_logs_tell_that_they_were_usual)
{
    visit_daily(0, 29, "203.0.113.5");
    visit(30, "198.51.100.9", 8443);
    visit(30, "192.0.2.9", 8443);
    judge();
    expect_alerts(1);
    visit_daily(20, 22, "198.51.100.9");
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 1);
    visit_daily(20, 22, "192.0.2.9");
    judge();
    expect_alerts(0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 0);
}

Test(strangers, count_each_connection_once_and_one_alert_a_port_and_day)
{
    visit_daily(0, 29, "203.0.113.5");
    for (int i = 0; i < 3; i++)
        record_flow(&all, SENSOR_ZEEK, "Csame", T0 + 30 * DAY, address("198.51.100.9"),
            address("10.0.0.1"), 8443)
            ->conn.orig_port = 40000;
    visit(30, "198.51.100.9", 8443);
    visit(30, "192.0.2.9", 8443)->t_us += 10 * HOUR;
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT properties ->> 'Connections' FROM alerts"), 3);
    cr_expect_eq(
        number_of(s, "SELECT properties ->> 'Number of Unlearned Sources' FROM alerts"), 2);
}

Test(strangers, that_both_sensors_see_count_once)
{
    visit_daily(0, 29, "203.0.113.5");
    for (int i = 0; i < 4; i++)
        record_flow(&all, i < 2 ? SENSOR_ZEEK : SENSOR_SURICATA, NULL, T0 + 30 * DAY + i % 2 * HOUR,
            address("198.51.100.9"), address("10.0.0.1"), 8443)
            ->conn.orig_port = (uint16_t)(40000 + i % 2);
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT properties ->> 'Connections' FROM alerts"), 2);
}

/* ------------------------------------------------------------------ balancers */

static void pass_on(int64_t day, const char *from)
{
    const char *const halves[] = {"10.0.0.20", "10.0.0.21"};
    for (int i = 0; i < 2; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + day * DAY + i * SECOND / 2, address(from),
            address(halves[i]), 8443);
}

static void with_balancer(void)
{
    inventory_free(world.inventory);
    world.inventory = world_inventory_of(
        "[network]\nhome = 10.0.0.0/8\n"
        "[resource balancer]\ntype = load-balancer\naddress = 10.0.0.20\nbackend = web1\n"
        "[resource web1]\naddress = 10.0.0.21\n");
    for (int64_t day = 0; day < 30; day++)
        pass_on(day, "203.0.113.5");
}

Test(strangers, whom_a_balancer_passes_on_count_for_it_alone)
{
    with_balancer();
    pass_on(30, "198.51.100.9");
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alerts WHERE entity = 'balancer'"), 1);
    cr_expect_eq(number_of(s, "SELECT properties ->> 'Connections' FROM alerts"), 1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact WHERE leg = 1"), 1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert_property WHERE "
                              "value = 'web1 (10.0.0.21) [1]'"),
        1);
}

Test(strangers, count_for_the_member_where_the_balancer_knows_them)
{
    with_balancer();
    pass_on(30, "198.51.100.9");
    judge();
    for (int64_t day = 20; day < 23; day++) /* older logs, of what the balancer answered itself */
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + day * DAY, address("198.51.100.9"),
            address("10.0.0.20"), 8443);
    judge();
    expect_alerts(1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alerts WHERE entity = 'web1'"), 1);
}

/* ------------------------------------------------------------------ bounds */

Test(strangers, leave_no_more_rows_of_a_port_than_there_is_room_for)
{
    for (int i = 0; i < VISITORS_MAX + 10; i++) {
        char from[20];
        snprintf(from, sizeof from, "%d.%d.%d.9", 60 + i / 65536, i / 256 % 256, i % 256);
        visit(i % 3, from, 8443);
    }
    judge();
    cr_expect_eq(number_of(s, "SELECT length(nets) / 12 FROM visit"), VISITORS_MAX);
}
