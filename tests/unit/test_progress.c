/* Figures as people read them. */
#include "cli/progress.h"

#include <criterion/criterion.h>

static void size(int64_t bytes, const char *want)
{
    char text[32];
    progress_size(bytes, text);
    cr_assert_str_eq(text, want);
}

static void count(int64_t n, const char *want)
{
    char text[32];
    progress_count(n, text);
    cr_assert_str_eq(text, want);
}

Test(progress, sizes_have_two_or_three_digits)
{
    size(0, "0 B");
    size(999, "999 B");
    size(1000, "1.0 kB");
    size(9949, "9.9 kB");
    size(9950, "10 kB");
    size(999499, "999 kB");
    size(999500, "1.0 MB");
    size(1500000000, "1.5 GB");
    size(INT64_C(123000000000000), "123 TB");
}

Test(progress, counts_are_cut_in_threes)
{
    count(0, "0");
    count(999, "999");
    count(1000, "1,000");
    count(1234567, "1,234,567");
    count(-1000, "-1,000");
    count(-100, "-100");
    count(INT64_MIN, "-9,223,372,036,854,775,808");
}
