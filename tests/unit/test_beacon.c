#include "correlate/alerts/beacon.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

/* count contacts, `gap` apart, each moved by up to `jitter` to and fro. */
static struct beacon every(int64_t gap_us, int64_t jitter_us, size_t count)
{
    static int64_t times[512];
    for (size_t i = 0; i < count; i++)
        times[i] = (int64_t)i * gap_us + (i % 2 ? jitter_us : 0);
    return beacon_of(times, count);
}

Test(beacon, knows_a_program_that_calls_home)
{
    struct beacon b = every(5 * TIME_US_MINUTE, 0, 288);
    cr_expect(b.regular);
    cr_expect_eq(b.gap_us, 5 * TIME_US_MINUTE);
    cr_expect_eq(b.share, 100);
    cr_expect_eq(b.gaps, 287);
}

Test(beacon, allows_a_little_jitter_and_no_more)
{
    cr_expect(every(TIME_US_MINUTE, 2 * TIME_US_SECOND, 60).regular);
    cr_expect_not(every(TIME_US_MINUTE, 20 * TIME_US_SECOND, 60).regular);
}

Test(beacon, needs_fifteen_contacts)
{
    cr_expect(every(TIME_US_MINUTE, 0, 15).regular);
    cr_expect_not(every(TIME_US_MINUTE, 0, 14).regular);
    cr_expect_not(every(TIME_US_MINUTE, 0, 0).regular);
}

Test(beacon, a_page_that_loads_is_none)
{
    cr_expect_not(every(10 * TIME_US_SECOND, 0, 100).regular);
    cr_expect(every(10 * TIME_US_SECOND + 1, 0, 100).regular);
}

Test(beacon, one_gap_in_five_may_be_another)
{
    int64_t times[101], t = 0;
    for (int i = 0; i < 101; i++) {
        times[i] = t;
        t += i % 5 == 0 ? TIME_US_HOUR : TIME_US_MINUTE;
    }
    struct beacon b = beacon_of(times, 101);
    cr_expect_eq(b.share, 80);
    cr_expect(b.regular);
}
