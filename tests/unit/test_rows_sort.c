/* Rows in the order of their first columns. */
#include "store/rows.h"
#include "tests/unit/records.h"

struct thing {
    uint8_t u8;
    int8_t i8;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    int64_t i64, place; /* place: no column; where the row stood at first */
};

static const struct row_column columns[] = {ROW_AT(ROW_U8, thing, u8), ROW_AT(ROW_I8, thing, i8),
    ROW_AT(ROW_U16, thing, u16), ROW_AT(ROW_I32, thing, i32), ROW_AT(ROW_U32, thing, u32),
    ROW_AT(ROW_I64, thing, i64)};
static const struct row_shape shape = ROW_SHAPE("thing", thing, columns);
static const struct row_shape one_column = {"thing", sizeof(struct thing), &columns[5], 1};

static int by_all(const void *a, const void *b)
{
    const struct thing *x = a, *y = b;
    const int64_t differ[] = {x->u8 - y->u8, x->i8 - y->i8, x->u16 - y->u16,
        (int64_t)x->i32 - y->i32, (int64_t)x->u32 - y->u32, (x->i64 > y->i64) - (x->i64 < y->i64),
        x->place - y->place};
    for (size_t i = 0; i < sizeof differ / sizeof *differ; i++)
        if (differ[i])
            return differ[i] < 0 ? -1 : 1;
    return 0;
}

static void sort(const struct row_shape *by, struct thing *things, size_t count, int by_columns)
{
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        things[i].place = (int64_t)i;
    cr_assert(store_rows_sort(by, things, count, by_columns, &err), "%s", err.text);
}

static void expect_places(const struct thing *things, size_t count, const int *places)
{
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(things[i].place, places[i], "row %zu stood at %d", i, (int)things[i].place);
}

Test(rows_sort, knows_the_smallest_and_the_largest_number)
{
    struct thing things[] = {{.i64 = 0}, {.i64 = INT64_MAX}, {.i64 = -1}, {.i64 = INT64_MIN},
        {.i64 = 1}, {.i64 = INT64_MIN + 1}};
    sort(&one_column, things, 6, 1);
    expect_places(things, 6, (const int[]){3, 5, 2, 0, 4, 1});
}

Test(rows_sort, goes_by_the_first_column_first)
{
    struct thing things[] = {{.u8 = 2, .i8 = -1}, {.u8 = 1, .i8 = 1}, {.u8 = 1, .i8 = -1}};
    sort(&shape, things, 3, 2);
    expect_places(things, 3, (const int[]){2, 1, 0});
}

Test(rows_sort, leaves_rows_that_are_equal_in_order)
{
    struct thing things[] = {
        {.u8 = 1, .i64 = 9}, {.u8 = 0, .i64 = 8}, {.u8 = 1, .i64 = 7}, {.u8 = 0, .i64 = 6}};
    sort(&shape, things, 4, 1);
    expect_places(things, 4, (const int[]){1, 3, 0, 2});
}

Test(rows_sort, takes_none_and_one)
{
    struct thing thing = {.i64 = 5};
    sort(&shape, NULL, 0, 6);
    sort(&shape, &thing, 1, 6);
    cr_expect_eq(thing.i64, 5);
}

/* Few values to a column, so that every column decides somewhere; of 64 bits all. */
static struct thing any_thing(struct chance *c)
{
    uint64_t bits = chance_next(c);
    return (struct thing){.u8 = bits & 1,
        .i8 = (int8_t)((bits >> 1 & 1) ? -128 : 127),
        .u16 = (bits >> 2 & 1) ? UINT16_MAX : 0,
        .i32 = (bits >> 3 & 1) ? INT32_MIN : (int32_t)(bits >> 60),
        .u32 = (bits >> 4 & 1) ? UINT32_MAX : (uint32_t)(bits >> 60),
        .i64 = (int64_t)chance_next(c) >> (bits >> 5 & 63)};
}

Test(rows_sort, does_what_comparing_does)
{
    enum { COUNT = 20000 };
    static struct thing things[COUNT], wanted[COUNT];
    struct chance c = {7};
    for (size_t i = 0; i < COUNT; i++)
        things[i] = any_thing(&c);
    memcpy(wanted, things, sizeof things);
    for (size_t i = 0; i < COUNT; i++)
        wanted[i].place = (int64_t)i;
    qsort(wanted, COUNT, sizeof *wanted, by_all);
    sort(&shape, things, COUNT, 6);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(by_all(&things[i], &wanted[i]), 0, "row %zu", i);
}
