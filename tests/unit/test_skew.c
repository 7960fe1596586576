#include "correlate/facts/skew.h"
#include "tests/unit/records.h"

static struct skew *begin(struct store *s)
{
    struct err err = {0};
    struct skew *k = skew_new(s, &err);
    cr_assert_not_null(k, "%s", err.text);
    return k;
}

static void see(struct skew *k, enum sensor sensor, uint64_t tuple, int64_t t0, int64_t ident)
{
    struct err err = {0};
    cr_assert(skew_see(k, sensor, tuple, t0, ident, &err), "%s", err.text);
}

static void settle(struct skew *k)
{
    struct err err = {0};
    cr_assert(skew_settle(k, &err), "%s", err.text);
    skew_free(k);
}

static int64_t skew_at(struct store *s, int64_t day)
{
    struct err err = {0};
    int64_t us = -1;
    cr_assert(skew_of_day(s, day, &us, &err), "%s", err.text);
    return us;
}

/* The same connections by both sensors, `us` apart. */
static void see_pairs(struct skew *k, int count, int64_t us)
{
    for (int i = 0; i < count; i++) {
        int64_t t0 = DAY + HOUR + i * SECOND;
        see(k, SENSOR_ZEEK, (uint64_t)i * 1000 + 7, t0, i);
        see(k, SENSOR_SURICATA, (uint64_t)i * 1000 + 7, t0 + us, 1000 + i);
    }
}

static int64_t skew_of_pairs(int count, int64_t us)
{
    struct store *s = memory_open();
    struct skew *k = begin(s);
    see_pairs(k, count, us);
    settle(k);
    int64_t found = skew_at(s, 1);
    store_close(s);
    return found;
}

Test(skew, nineteen_pairs_tell_nothing_and_twenty_do)
{
    cr_expect_eq(skew_of_pairs(19, 90 * SECOND), 0);
    cr_expect_eq(skew_of_pairs(20, 90 * SECOND), 90 * SECOND);
    cr_expect_eq(skew_of_pairs(20, -90 * SECOND), -90 * SECOND);
}

Test(skew, up_to_five_minutes_are_taken_off)
{
    cr_expect_eq(skew_of_pairs(30, 300 * SECOND), 300 * SECOND);
    cr_expect_eq(skew_of_pairs(30, -300 * SECOND), -300 * SECOND);
    cr_expect_eq(skew_of_pairs(30, 300 * SECOND + 1), 0);
}

Test(skew, what_is_taken_off_is_in_tenths_of_a_second)
{
    cr_expect_eq(skew_of_pairs(30, 49999), 0);
    cr_expect_eq(skew_of_pairs(30, 50000), 100000);
    cr_expect_eq(skew_of_pairs(30, -49999), 0);
    cr_expect_eq(skew_of_pairs(30, -50000), -100000);
    cr_expect_eq(skew_of_pairs(30, 1234567), 1200000);
}

Test(skew, tuples_that_a_sensor_saw_twice_are_no_pairs)
{
    struct store *s = memory_open();
    struct skew *k = begin(s);
    see_pairs(k, 20, 5 * SECOND);
    see(k, SENSOR_ZEEK, 7, DAY + 2 * HOUR, 4711);
    settle(k);
    cr_expect_eq(skew_at(s, 1), 0);
    store_close(s);
}

Test(skew, the_same_record_again_is_no_second_connection)
{
    struct store *s = memory_open();
    struct skew *k = begin(s);
    see_pairs(k, 20, 5 * SECOND);
    see_pairs(k, 20, 5 * SECOND);
    settle(k);
    k = begin(s);
    see_pairs(k, 20, 5 * SECOND);
    settle(k);
    cr_expect_eq(skew_at(s, 1), 5 * SECOND);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM changed_skew"), 0, "nothing is new");
    store_close(s);
}

Test(skew, each_day_has_its_own)
{
    struct store *s = memory_open();
    struct skew *k = begin(s);
    for (int day = -2; day <= 2; day++)
        for (int i = 0; i < 25; i++) {
            int64_t t0 = day * DAY + HOUR + i;
            see(k, SENSOR_ZEEK, (uint64_t)i, t0, i);
            see(k, SENSOR_SURICATA, (uint64_t)i, t0 + day * SECOND, i);
        }
    settle(k);
    for (int day = -2; day <= 2; day++)
        cr_expect_eq(skew_at(s, day), day * SECOND);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM changed_skew"), 4, "all but day 0");
    store_close(s);
}

/* Many more connections than are kept, in any order and in any portions. */
Test(skew, is_the_same_in_any_order_and_costs_a_day_so_many_rows)
{
    enum { COUNT = 3000 };
    int64_t found[2];
    for (int way = 0; way < 2; way++) {
        struct store *s = memory_open();
        struct skew *k = begin(s);
        for (int n = 0; n < 2 * COUNT; n++) {
            int i = way ? (n * 7919) % (2 * COUNT) : n;
            uint64_t tuple = (uint64_t)(i / 2) * UINT64_C(0x9e3779b97f4a7c15) >> 16;
            int64_t t0 = DAY + i / 2 * SECOND;
            if (i % 2)
                see(k, SENSOR_SURICATA, tuple, t0 + (i % 1000) * 10000, i);
            else
                see(k, SENSOR_ZEEK, tuple, t0, i);
            if (way && n % 1000 == 999) {
                settle(k);
                k = begin(s);
            }
        }
        settle(k);
        found[way] = number_of(s, "SELECT median * 1000 + pairs FROM skew WHERE day = 1");
        cr_expect_eq(number_of(s, "SELECT count(*) FROM skew_sample"), 2 * SKEW_SAMPLE);
        store_close(s);
    }
    cr_expect_eq(found[0], found[1]);
    cr_expect_eq(found[0] % 1000, SKEW_SAMPLE, "both keep the same tuples");
}
