#include "correlate/usual/rollup.h"
#include "tests/unit/records.h"

#define START (19000 * DAY)

static struct world world;

static void setup(void)
{
    world_open(&world);
}

static void teardown(void)
{
    world_close(&world);
}

TestSuite(rollup, .init = setup, .fini = teardown);

/* Three sources at 10.0.0.1 within an hour: one logs in twice, one fails, one both. */
static void make_hour(struct records *all, int64_t t)
{
    struct ipaddr own = address("10.0.0.1");
    struct ipaddr who[] = {address("203.0.113.1"), address("203.0.113.2"), address("203.0.113.3")};
    record_login(all, SENSOR_ZEEK, NULL, t, who[0], own, 22, "ssh", 1);
    record_login(all, SENSOR_ZEEK, NULL, t + MINUTE, who[0], own, 22, "ssh", 1);
    record_login(all, SENSOR_ZEEK, NULL, t + 2 * MINUTE, who[1], own, 22, "ssh", 0);
    record_login(all, SENSOR_ZEEK, NULL, t + 3 * MINUTE, who[2], own, 22, "ssh", 0);
    record_login(all, SENSOR_ZEEK, NULL, t + 4 * MINUTE, who[2], own, 22, "ssh", 1);
}

#define ONE_BIN(what, span, bin) "SELECT " what " FROM rollup WHERE span = " span " AND bin = " bin

Test(rollup, tells_logins_from_attempts_by_the_hour)
{
    struct records all = {0};
    struct store *s = memory_open();
    make_hour(&all, START + HOUR);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, ONE_BIN("logins", "1", "19000 * 24 + 1")), 3);
    cr_expect_eq(number_of(s, ONE_BIN("stated", "1", "19000 * 24 + 1")), 3);
    cr_expect_eq(number_of(s, ONE_BIN("users", "1", "19000 * 24 + 1")), 2);
    cr_expect_eq(number_of(s, ONE_BIN("attempts", "1", "19000 * 24 + 1")), 2);
    cr_expect_eq(number_of(s, ONE_BIN("guessers", "1", "19000 * 24 + 1")), 2);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM rollup"), 2);
    store_close(s);
    records_done(&all);
}

/* In one run: what is summed up is what counts, not what was written first. */
Test(rollup, leaves_out_what_is_use_and_not_guessing)
{
    struct records all = {0};
    struct store *s = memory_open();
    struct ipaddr who = address("203.0.113.9");
    for (int i = 0; i < 3; i++)
        record_login(
            &all, SENSOR_ZEEK, NULL, START + i * MINUTE, who, address("10.0.0.1"), 22, "ssh", 1);
    for (int i = 0; i < 5; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, START + (10 + i) * MINUTE, who,
            address(i < 2 ? "10.0.0.1" : "10.0.0.2"), 22);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT sum(tries) FROM attempt"), 5);
    cr_expect_eq(number_of(s, "SELECT sum(attempts) FROM rollup WHERE span = 24"), 3);
    cr_expect_eq(number_of(s, "SELECT sum(attempts) FROM rollup WHERE span = 1"), 3);
    cr_expect_eq(number_of(s, "SELECT sum(guessers) FROM rollup WHERE span = 24"), 1);
    store_close(s);
    records_done(&all);
}

Test(rollup, counts_a_source_of_many_hours_once_a_day)
{
    struct records all = {0};
    struct store *s = memory_open();
    make_hour(&all, START);
    make_hour(&all, START + 23 * HOUR);
    make_hour(&all, START + 24 * HOUR);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, ONE_BIN("users", "24", "19000")), 2);
    cr_expect_eq(number_of(s, ONE_BIN("logins", "24", "19000")), 6);
    cr_expect_eq(number_of(s, ONE_BIN("logins", "24", "19001")), 3);
    store_close(s);
    records_done(&all);
}

Test(rollup, a_late_line_changes_its_hour_alone)
{
    struct records all = {0};
    struct store *s = memory_open();
    make_hour(&all, START);
    make_hour(&all, START + 5 * HOUR);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    size_t told = all.count;
    record_login(&all, SENSOR_ZEEK, NULL, START + 5 * HOUR + 30 * MINUTE, address("203.0.113.9"),
        address("10.0.0.1"), 22, "ssh", 1);
    records_put(s, &all, NULL, told, 1);
    correlate(s, &world);
    cr_expect_eq(number_of(s, ONE_BIN("users", "1", "19000 * 24 + 5")), 3);
    cr_expect_eq(number_of(s, ONE_BIN("users", "1", "19000 * 24")), 2);
    store_close(s);
    records_done(&all);
}

Test(rollup, knows_the_hours_in_which_anything_was_logged)
{
    struct records all = {0};
    struct store *s = memory_open();
    struct ipaddr a = address("192.0.2.1"), b = address("198.51.100.1");
    const int64_t times[] = {START, START + HOUR - 1, START + HOUR, -1, -HOUR, -HOUR - 1, 0};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, times[i], a, b, 80);
    records_put(s, &all, NULL, 0, all.count);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM logged_hour"), 5);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM logged_hour WHERE hour IN (-2, -1, 0)"), 3);
    store_close(s);
    records_done(&all);
}
