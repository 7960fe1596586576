/* Exit statuses and their order. */
#include "cli/exit.h"

#include <criterion/criterion.h>

Test(exit, every_error_has_the_status_of_sysexits)
{
    cr_assert_eq(exit_of(ERR_NONE), 0);
    cr_assert_eq(exit_of(ERR_USAGE), 64);
    cr_assert_eq(exit_of(ERR_DATA), 65);
    cr_assert_eq(exit_of(ERR_NOINPUT), 66);
    cr_assert_eq(exit_of(ERR_INTERNAL), 70);
    cr_assert_eq(exit_of(ERR_CREATE), 73);
    cr_assert_eq(exit_of(ERR_IO), 74);
    cr_assert_eq(exit_of(ERR_LOCKED), 75);
    cr_assert_eq(exit_of(ERR_CONFIG), 78);
}

Test(exit, of_two_reasons_the_graver_counts_whichever_comes_first)
{
    const enum exit_status order[] = {78, 75, 74, 73, 70, 66, 65, 64, 1, 2, 0};
    const size_t count = sizeof order / sizeof *order;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i; k < count; k++) {
            cr_assert_eq(exit_graver(order[i], order[k]), order[i]);
            cr_assert_eq(exit_graver(order[k], order[i]), order[i]);
        }
    }
}
