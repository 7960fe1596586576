/* Why a line became no record. */
#include "store/reason.h"
#include "store/sources.h"

#include <criterion/criterion.h>

Test(reason, each_has_a_name)
{
    for (int i = 0; i < REJECTS; i++)
        cr_expect_not_null(reject_names[i], "%d", i);
    for (int i = 0; i < IGNORES; i++)
        cr_expect_not_null(ignore_names[i], "%d", i);
}

Test(reason, a_source_has_room_for_each)
{
    cr_expect_leq(REJECTS, SOURCE_REASONS);
    cr_expect_leq(IGNORES, SOURCE_REASONS);
}
