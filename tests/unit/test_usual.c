#include "correlate/usual/usual.h"
#include "tests/unit/world.h"

#define START (19000 * DAY)

TestSuite(usual, .init = open_world, .fini = close_world);

struct seen {
    struct usual list[16];
    size_t count;
};

static bool keep(void *arg, const struct usual *u)
{
    struct seen *seen = arg;
    cr_assert_lt(seen->count, 16);
    seen->list[seen->count++] = *u;
    return true;
}

static struct seen look(struct usual_filter filter)
{
    struct seen seen = {.count = 0};
    struct err err = {0};
    struct store *s = memory_open();
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_assert(usual_each(s, world.catalog, &filter, keep, &seen, &err), "%s", err.text);
    store_close(s);
    return seen;
}

static void logins(int64_t t, int64_t count, int success)
{
    for (int64_t i = 0; i < count; i++)
        record_login(&all, SENSOR_ZEEK, NULL, t + i * SECOND, address("203.0.113.1"),
            address("10.0.0.1"), 22, "ssh", success);
}

Test(usual, tells_the_median_of_the_busy_hours)
{
    for (int64_t hour = 0; hour < 48; hour++)
        if (hour % 2 == 0)
            logins(START + hour * HOUR, 5, 1);
        else
            record_refused(&all, SENSOR_ZEEK, NULL, START + hour * HOUR, address("192.0.2.1"),
                address("198.51.100.1"), 80);
    struct seen seen = look((struct usual_filter){0});
    cr_assert_eq(seen.count, 2); /* logins and users; there were no attempts */
    const struct usual *u = &seen.list[0];
    cr_expect_eq(u->metric, USUAL_LOGINS);
    cr_expect_eq(u->stage, BASELINE_WARM);
    cr_expect_eq(u->busy, 24);
    cr_expect_eq(u->clean, 48); /* up to the last hour with records */
    cr_expect_float_eq(u->centre, 5, 1e-9);
    cr_expect_eq(u->last_us, START + 46 * HOUR);
    cr_expect_not(u->drifts);
    cr_expect_float_eq(seen.list[1].centre, 1, 1e-9);
}

Test(usual, shows_one_address_or_service_alone)
{
    struct ipaddr own = address("10.0.0.1"), other = address("10.0.0.2");
    logins(START, 5, 1);
    cr_expect_eq(look((struct usual_filter){.own = &own, .service = "ssh"}).count, 2);
    cr_expect_eq(look((struct usual_filter){.own = &other}).count, 0);
    cr_expect_eq(look((struct usual_filter){.service = "rdp"}).count, 0);
}

Test(usual, what_grows_by_a_fifth_a_day_drifts)
{
    double count = 2;
    for (int64_t day = 0; day < 30; day++, count *= 1.2)
        logins(START + day * DAY, (int64_t)count, 1);
    cr_expect(look((struct usual_filter){0}).list[0].drifts);
}

Test(usual, what_stays_as_it_is_does_not_drift)
{
    for (int64_t day = 0; day < 30; day++)
        logins(START + day * DAY, 10 + day % 3, 1);
    cr_expect_not(look((struct usual_filter){0}).list[0].drifts);
}

Test(usual, hours_inside_alerts_are_excluded)
{
    for (int64_t hour = 0; hour < 24; hour++)
        logins(START + hour * HOUR, 2, 1);
    logins(START + 23 * HOUR + 10 * MINUTE, 40, 0);
    struct seen seen = look((struct usual_filter){0});
    cr_assert_geq(seen.count, 1);
    cr_expect_eq(seen.list[0].excluded, 1);
    cr_expect_eq(seen.list[0].stage, BASELINE_COLD);
}
