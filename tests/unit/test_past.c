/* What is kept of an alert's older attempts tells nothing else than the attempts. */
#include "tests/unit/world_store.h"

#define T0      (19000 * DAY + 7 * HOUR)
#define SOURCES 40
#define STEP    (3 * MINUTE)

TestSuite(past, .init = setup, .fini = teardown);

/* An SSH server of ours that many try, one after the other, and one of them again and again. */
static void add_attempts(int64_t from_us, int64_t until_us)
{
    int n = (int)((from_us - T0) / STEP);
    for (int64_t t = from_us; t < until_us; t += STEP, n++) {
        record_flow(&all, SENSOR_ZEEK, NULL, t, address_after("203.0.113.1", n % SOURCES),
            address("10.0.0.1"), 22);
        record_flow(&all, SENSOR_ZEEK, NULL, t + MINUTE, address("198.51.100.9"),
            address("10.0.0.1"), n % 3 ? 22 : 2222);
    }
}

static size_t stored;

static void judge_new(void)
{
    records_put(s, &all, NULL, stored, all.count - stored);
    stored = all.count;
    correlate(s, &world);
}

static char *at_once(void)
{
    struct store *other = memory_open();
    records_put(other, &all, NULL, 0, all.count);
    correlate(other, &world);
    char *text = alerts_text(other);
    store_close(other);
    return text;
}

static void expect_as_at_once(void)
{
    char *got = alerts_text(s), *want = at_once();
    expect_same(got, want, 0, 0);
    free(got);
    free(want);
}

static int64_t kept(void)
{
    return number_of(s, "SELECT count(*) FROM alert_past");
}

Test(past, an_attack_that_goes_on_is_told_as_if_it_were_read_at_once)
{
    for (int hour = 0; hour < 40; hour++) {
        add_attempts(T0 + hour * HOUR, T0 + (hour + 1) * HOUR);
        judge_new();
    }
    cr_expect_eq(kept(), 2);
    cr_expect_gt(number_of(s, "SELECT min(until) FROM alert_past"), T0 + 30 * HOUR);
    expect_as_at_once();
}

Test(past, what_comes_late_is_told_too)
{
    add_attempts(T0, T0 + 30 * HOUR);
    judge_new();
    cr_expect_eq(kept(), 2);
    add_attempts(T0 + 10 * HOUR + SECOND, T0 + 11 * HOUR);
    judge_new();
    expect_as_at_once();
}

Test(past, what_comes_late_of_one_pair_leaves_the_other_alone)
{
    add_attempts(T0, T0 + 30 * HOUR);
    judge_new();
    record_flow(&all, SENSOR_ZEEK, NULL, T0 + HOUR + SECOND, address("203.0.113.1"),
        address("10.0.0.1"), 22);
    int64_t until = number_of(s, "SELECT until FROM alert_past WHERE remote <> 0");
    judge_new();
    cr_expect_eq(number_of(s, "SELECT until FROM alert_past WHERE remote <> 0"), until);
    expect_as_at_once();
}

Test(past, an_attack_of_weeks_is_told_slice_by_slice)
{
    for (int day = 0; day < 16; day++) {
        add_attempts(T0 + day * DAY, T0 + (day + 1) * DAY);
        judge_new();
    }
    expect_as_at_once();
}

/* The first attempt turns out to be no attempt but a login. */
Test(past, an_attempt_that_is_withdrawn_counts_no_more)
{
    add_attempts(T0, T0 + 30 * HOUR);
    judge_new();
    const struct record first = all.list[1];
    record_login(&all, SENSOR_ZEEK, first.uid, first.flow.t_us, address("198.51.100.9"),
        address("10.0.0.1"), 2222, "ssh", 1);
    judge_new();
    expect_as_at_once();
}

Test(past, of_few_attempts_nothing_is_kept)
{
    for (int i = 0; i < 40; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + i * 20 * MINUTE, address("198.51.100.9"),
            address("10.0.0.1"), 22);
    judge_new();
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert"), 1);
    cr_expect_eq(kept(), 0);
}
