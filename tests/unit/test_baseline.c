#include "correlate/baseline.h"

#include <criterion/criterion.h>

#include <math.h>

static struct baseline empty_for(int64_t hours)
{
    struct baseline b;
    baseline_learn(&b, NULL, 0, hours, 0);
    return b;
}

/* `hours` hours that hold low, low + 1, … low + spread - 1 in turn. */
static struct baseline steady(int64_t hours, int64_t low, int64_t spread)
{
    static struct baseline_hour busy[4096];
    struct baseline b;
    for (int64_t i = 0; i < hours; i++)
        busy[i] = (struct baseline_hour){i, low + i % spread};
    baseline_learn(&b, busy, hours, hours, 0);
    return b;
}

Test(baseline, tail_of_the_prior_is_as_computed_by_hand)
{
    struct baseline b = empty_for(0);
    const struct {
        int64_t count;
        double tail;
    } known[] = {{9, 4.9e-4}, {11, 1.1e-4}, {12, 5.4e-5}};
    for (size_t i = 0; i < 3; i++)
        cr_expect(fabs(baseline_judge(&b, 0, known[i].count).tail / known[i].tail - 1) < 0.02,
            "P(X >= %d)", (int)known[i].count);
}

Test(baseline, stages_begin_at_24_hours_and_28_days)
{
    cr_expect_eq(empty_for(23).stage, BASELINE_COLD);
    cr_expect_eq(empty_for(24).stage, BASELINE_WARM);
    cr_expect_eq(empty_for(28 * 24 - 1).stage, BASELINE_WARM);
    cr_expect_eq(empty_for(28 * 24).stage, BASELINE_FULL);
}

Test(baseline, everything_is_abnormal_while_cold)
{
    struct baseline b = empty_for(23);
    cr_expect(baseline_judge(&b, 0, 1).abnormal);
}

Test(baseline, a_few_tries_are_abnormal_where_there_never_were_any)
{
    struct baseline b = empty_for(30 * 24);
    cr_expect(baseline_judge(&b, 0, 2).abnormal);
}

Test(baseline, a_busy_key_may_be_as_busy_as_ever)
{
    struct baseline b = steady(720, 30, 20);
    cr_expect_not(baseline_judge(&b, 720, 40).abnormal);
    cr_expect_not(baseline_judge(&b, 720, 60).abnormal);
    cr_expect(baseline_judge(&b, 720, 400).abnormal);
}

Test(baseline, more_is_never_less_abnormal)
{
    struct baseline b = steady(100, 3, 9);
    bool before = false;
    for (int64_t x = 0; x < 500; x++) {
        bool now = baseline_judge(&b, 100, x).abnormal;
        cr_expect(now || !before, "at %d", (int)x);
        before = now;
    }
    cr_expect(before);
}

Test(baseline, one_wild_hour_in_many_teaches_nothing)
{
    static struct baseline_hour busy[301];
    struct baseline b;
    for (int64_t i = 0; i < 301; i++)
        busy[i] = (struct baseline_hour){i, i == 7 ? 100000 : 4};
    baseline_learn(&b, busy, 301, 400, 0);
    cr_expect_eq(b.most, 4);
    cr_expect_eq(b.sum, 301 * 4);
}

Test(baseline, tail_is_a_probability)
{
    struct baseline b = steady(2000, 1, 50);
    for (int64_t x = 0; x < 100000; x = x * 3 + 1) {
        double tail = baseline_judge(&b, 0, x).tail;
        cr_expect(tail >= 0 && tail <= 1);
    }
}

Test(baseline, the_hour_of_the_week_has_a_say_after_28_days)
{
    static struct baseline_hour busy[4096];
    struct baseline b;
    int64_t count = 0;
    for (int64_t hour = 0; hour < 12 * BASELINE_WEEK; hour++)
        busy[count++] = (struct baseline_hour){hour, hour % BASELINE_WEEK < 6 ? 200 : 2};
    baseline_learn(&b, busy, count, count, 0);
    cr_expect(b.week_median[5] > b.week_median[6] + 1);
}
