#include "correlate/usual/baseline.h"

#include <criterion/criterion.h>

#include <math.h>

static struct baseline_frame hourly(int64_t hours)
{
    return (struct baseline_frame){hours, BASELINE_WEEK, hours >= 28 * 24};
}

static struct baseline empty_for(int64_t hours)
{
    struct baseline b;
    baseline_learn(&b, &(struct baseline_frame){hours, BASELINE_WEEK, hours >= 28 * 24}, NULL, 0);
    return b;
}

/* Both tests, with the figures of the catalogue. */
static bool is_abnormal(const struct baseline *b, int64_t bin, int64_t count)
{
    struct baseline_verdict v = baseline_judge(b, bin, count);
    return v.z >= 3.5 && v.tail <= 1e-4;
}

/* `hours` hours that hold low, low + 1, … low + spread - 1 in turn. */
static struct baseline steady(int64_t hours, int64_t low, int64_t spread)
{
    static struct baseline_bin busy[4096];
    struct baseline b;
    for (int64_t i = 0; i < hours; i++)
        busy[i] = (struct baseline_bin){i, low + i % spread};
    struct baseline_frame frame = hourly(hours);
    baseline_learn(&b, &frame, busy, hours);
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

Test(baseline, a_few_tries_are_abnormal_where_there_never_were_any)
{
    struct baseline b = empty_for(30 * 24);
    cr_expect(is_abnormal(&b, 0, 2));
}

Test(baseline, a_busy_key_may_be_as_busy_as_ever)
{
    struct baseline b = steady(720, 30, 20);
    cr_expect_not(is_abnormal(&b, 720, 40));
    cr_expect_not(is_abnormal(&b, 720, 60));
    cr_expect(is_abnormal(&b, 720, 400));
}

Test(baseline, more_is_never_less_abnormal)
{
    struct baseline b = steady(100, 3, 9);
    bool before = false;
    for (int64_t x = 0; x < 500; x++) {
        bool now = is_abnormal(&b, 100, x);
        cr_expect(now || !before, "at %d", (int)x);
        before = now;
    }
    cr_expect(before);
}

Test(baseline, one_wild_hour_in_many_teaches_nothing)
{
    static struct baseline_bin busy[301];
    struct baseline b;
    for (int64_t i = 0; i < 301; i++)
        busy[i] = (struct baseline_bin){i, i == 7 ? 100000 : 4};
    baseline_learn(&b, &(struct baseline_frame){400, BASELINE_WEEK, false}, busy, 301);
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
    static struct baseline_bin busy[4096];
    struct baseline b;
    int64_t count = 0;
    for (int64_t hour = 0; hour < 12 * BASELINE_WEEK; hour++)
        busy[count++] = (struct baseline_bin){hour, hour % BASELINE_WEEK < 6 ? 200 : 2};
    struct baseline_frame frame = hourly(count);
    baseline_learn(&b, &frame, busy, count);
    cr_expect(b.week_median[5] > b.week_median[6] + 1);
}

Test(baseline, the_day_of_the_week_has_a_say_in_days)
{
    struct baseline_bin busy[56];
    struct baseline b;
    for (int64_t day = 0; day < 56; day++)
        busy[day] = (struct baseline_bin){day, day % 7 == 3 ? 500 : 5};
    baseline_learn(&b, &(struct baseline_frame){56, 7, true}, busy, 56);
    double usual = baseline_judge(&b, 59, 500).z; /* 59 % 7 == 3 */
    cr_expect_lt(usual + 5, baseline_judge(&b, 60, 500).z);
}

Test(baseline, tells_what_is_usual_as_a_count)
{
    struct baseline b = steady(100, 7, 1);
    cr_expect(fabs(baseline_judge(&b, 0, 9).centre - 7) < 1e-9);
}
