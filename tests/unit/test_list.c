/* Arrays that grow. */
#include "util/list.h"

#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>

Test(list, keeps_what_is_in_it_while_it_grows)
{
    int64_t *items = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < 1000; i++) {
        cr_assert(list_room(&items, i, &cap, sizeof *items, NULL));
        cr_assert_lt(i, cap);
        items[i] = (int64_t)i;
    }
    for (size_t i = 0; i < 1000; i++)
        cr_expect_eq(items[i], (int64_t)i);
    free(items);
}

Test(list, stays_as_it_was_where_no_more_can_be_had)
{
    char first = 1, *items = &first;
    size_t cap = SIZE_MAX / 2 + 1;
    struct err err = {0};
    cr_expect_not(list_room(&items, cap, &cap, 2, &err));
    cr_expect_eq(err.code, ERR_INTERNAL);
    cr_expect_eq(items, &first);
    cr_expect_eq(cap, SIZE_MAX / 2 + 1);
}
