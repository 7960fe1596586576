/* How much of an alert's time the sensors saw. */
#include "store/coverage.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 7 * HOUR)

TestSuite(coverage, .init = setup, .fini = teardown);

/* ------------------------------------------------------------------ records */

static void put_health(struct store *to, const struct health *list, size_t count)
{
    struct batch batch = {0};
    struct source source = {.path = "health.log", .format = 1, .header_offset = -1};
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        *batch_add_health(&batch) = list[i];
    cr_assert(store_put(to, &source, &batch, NULL, 0, &err), "%s", err.text);
    batch_done(&batch);
}

static void report(enum sensor sensor, int64_t t, int64_t span, int64_t whole, int64_t lost)
{
    const struct health h = {.sensor = (uint8_t)sensor,
        .t_us = t,
        .since_us = t - span,
        .whole = whole,
        .lost = lost,
        .emergencies = -1,
        .running = sensor == SENSOR_SURICATA};
    put_health(s, &h, 1);
}

static void guesses_at(int64_t t, int count, int64_t step, int64_t missed)
{
    size_t first = all.count;
    for (int i = 0; i < count; i++) {
        struct flow *f = record_flow(&all, SENSOR_ZEEK, NULL, t + i * step, address("203.0.113.60"),
            address("10.0.0.10"), 22);
        f->service = STR("ssh");
        f->missed_bytes = missed;
    }
    records_put(s, &all, NULL, first, all.count - first);
}

static void guesses(int count, int64_t step, int64_t missed)
{
    guesses_at(T0, count, step, missed);
}

static const char *told(void)
{
    static char text[400];
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(s->db,
                     "SELECT p.value FROM alert_property AS p JOIN alert AS a ON a.id = p.alert "
                     "WHERE a.superseded IS NULL AND p.name = 'Coverage'",
                     -1, &stmt, NULL),
        SQLITE_OK);
    bool any = sqlite3_step(stmt) == SQLITE_ROW;
    snprintf(text, sizeof text, "%s", any ? (const char *)sqlite3_column_text(stmt, 0) : "nothing");
    sqlite3_finalize(stmt);
    return text;
}

static int64_t confidence(void)
{
    return number_of(s, "SELECT confidence FROM alert WHERE superseded IS NULL");
}

/* ------------------------------------------------------------------ what is told */

Test(coverage, sensors_that_say_nothing_are_not_spoken_of)
{
    guesses(40, 30 * SECOND, 0);
    correlate(s, &world);
    cr_expect_str_eq(told(), "nothing");
}

Test(coverage, what_zeek_reports_counts_for_the_time_that_it_speaks_of)
{
    guesses(40, 30 * SECOND, 0); /* 19 min 30 s */
    correlate(s, &world);
    int64_t before = confidence();
    report(SENSOR_ZEEK, T0 + 15 * MINUTE, 15 * MINUTE, 1000, 150);
    report(SENSOR_ZEEK, T0 + 15 * MINUTE, 15 * MINUTE, 1000, 60);
    correlate(s, &world);
    cr_expect_str_eq(told(), "zeek: observed in 20 of 20 minutes, loss 10.5 %");
    cr_expect_eq(confidence(), before - 10);
}

Test(coverage, minutes_without_record_or_report_were_not_seen)
{
    guesses(20, SECOND, 0);
    guesses_at(T0 + 29 * MINUTE, 20, SECOND, 0);
    report(SENSOR_ZEEK, T0 + 5 * MINUTE - 1, 4 * MINUTE, 1000, 0);
    correlate(s, &world);
    cr_expect_str_eq(told(), "zeek: observed in 6 of 30 minutes, loss 0.0 %");
    int64_t before = confidence();
    report(SENSOR_ZEEK, T0 + 40 * MINUTE, 40 * MINUTE, 1000, 0);
    correlate(s, &world);
    cr_expect_str_eq(told(), "zeek: observed in 30 of 30 minutes, loss 0.0 %");
    cr_expect_eq(confidence(), before + 10);
}

Test(coverage, suricatas_counts_are_compared_with_those_before_of_the_same_run)
{
    guesses(40, 30 * SECOND, 0);
    report(SENSOR_SURICATA, T0, 5000 * SECOND, 1000000, 900000);
    report(SENSOR_SURICATA, T0 + 10 * MINUTE + 400000, 5600 * SECOND, 1001000, 900020);
    report(SENSOR_SURICATA, T0 + 12 * MINUTE, 20 * SECOND, 500, 10); /* started anew */
    correlate(s, &world);
    cr_expect_str_eq(told(), "suricata: observed in 13 of 20 minutes, loss 2.0 %");
}

Test(coverage, connections_seen_in_part_are_told)
{
    guesses(40, 30 * SECOND, 1000);
    correlate(s, &world);
    cr_expect_str_eq(
        told(), "zeek: observed in 20 of 20 minutes, connections seen in part in 20 of them");
}

/* ------------------------------------------------------------------ any order */

static char *replay(const struct health *list, size_t count, uint64_t seed)
{
    struct store *kept = s;
    records_done(&all);
    struct chance c = {seed};
    size_t done = 0, put = 0;
    s = memory_open();
    while (done < count || !put) {
        if (!put && (!seed || chance_percent(&c, 40) || done == count)) {
            guesses(40, 2 * MINUTE, 0);
            put = 1;
        }
        size_t some = seed ? (size_t)chance_in(&c, 0, 4) : count;
        some = some < count - done ? some : count - done;
        put_health(s, list + done, some);
        done += some;
        if (seed && chance_percent(&c, 50))
            correlate(s, &world);
    }
    put_health(s, list, count / 2); /* read again */
    correlate(s, &world);
    char *text = alerts_text(s);
    store_close(s);
    s = kept;
    return text;
}

Test(coverage, any_order_and_batching_of_reports_tells_the_same)
{
    struct health list[40];
    size_t count = sizeof list / sizeof *list;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct chance c = {seed};
        for (size_t i = 0; i < count; i++) {
            bool zeek = chance_percent(&c, 50);
            int64_t t = T0 + chance_in(&c, -90, 90) * MINUTE + chance_in(&c, 0, SECOND);
            int64_t run = chance_percent(&c, 70) ? T0 - 3 * HOUR : T0 + 20 * MINUTE;
            list[i] = (struct health){.sensor = zeek ? SENSOR_ZEEK : SENSOR_SURICATA,
                .t_us = t,
                .since_us = zeek      ? t - chance_in(&c, 0, 3 * HOUR)
                            : run < t ? run
                                      : t,
                .whole = chance_in(&c, 0, 100000),
                .lost = chance_in(&c, 0, 9000),
                .emergencies = zeek ? -1 : chance_in(&c, 0, 3),
                .running = !zeek};
        }
        char *want = replay(list, count, 0);
        cr_assert(strstr(want, "  Coverage: zeek"), "seed %llu", (unsigned long long)seed);
        for (uint64_t n = 1; n <= 3; n++) {
            for (size_t i = count; i > 1; i--) {
                size_t at = (size_t)chance_in(&c, 0, (int64_t)i - 1);
                struct health moved = list[i - 1];
                list[i - 1] = list[at];
                list[at] = moved;
            }
            char *got = replay(list, count, seed * 10 + n);
            cr_expect_str_eq(got, want, "seed %llu", (unsigned long long)seed);
            free(got);
        }
        free(want);
    }
}
