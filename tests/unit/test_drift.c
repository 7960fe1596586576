/* What drifts is told when it begins, and not again. */
#include "tests/unit/records.h"

#define START (19000 * DAY)

static struct world world;
static struct store *s;
static struct records all;

static void setup(void)
{
    world_open(&world);
    all = (struct records){0};
    s = memory_open();
}

static void teardown(void)
{
    records_done(&all);
    store_close(s);
    world_close(&world);
}

TestSuite(drift, .init = setup, .fini = teardown);

/* A day on which so many logins of one address end so. */
static void log_in(int64_t day, int count, int success)
{
    for (int i = 0; i < count; i++)
        record_login(&all, SENSOR_ZEEK, NULL, START + day * DAY + i * MINUTE,
            address("203.0.113.1"), address("10.0.0.1"), 22, "ssh", success);
}

static struct drift_news day_of(int64_t day, int count, int success)
{
    size_t before = all.count;
    struct correlate_totals totals;
    struct err err = {0};
    const struct correlate_input input = {
        .catalog = world.catalog, .inventory = world.inventory, .now_us = RECORDS_NOW_US};
    log_in(day, count, success);
    records_put(s, &all, NULL, before, all.count - before);
    cr_assert(correlate_run(s, &input, &totals, &err), "%s", err.text);
    return totals.drifts;
}

Test(drift, is_told_once_when_it_begins_and_again_after_it_ended)
{
    int64_t told = 0, days[4] = {0};
    for (int64_t day = 0; day < 60; day++) {
        bool much = (day >= 20 && day < 30) || day >= 53;
        struct drift_news news = day_of(day, much ? 12 : 3, 1);
        if (news.count == 0)
            continue;
        cr_assert_lt(told, 4);
        cr_expect_eq(news.count, 1, "others: one all along");
        cr_expect_eq(news.first.metric, USUAL_LOGINS);
        cr_expect_str_eq(news.first.service, "ssh");
        cr_expect_eq(news.first.before, 3);
        cr_expect_eq(news.first.recent, 12);
        days[told++] = day;
    }
    cr_expect_eq(told, 2, "%lld", (long long)told);
    cr_expect_eq(days[0], 23, "four days of seven, not %lld", (long long)days[0]);
    cr_expect_eq(days[1], 56, "%lld", (long long)days[1]);
}

Test(drift, attempts_teach_nothing_so_they_do_not_drift)
{
    for (int64_t day = 0; day < 30; day++)
        cr_expect_eq(day_of(day, day < 20 ? 3 : 12, 0).count, 0);
}
