/* Rows that row_of() hands over are those that would have been selected. */
#include "tests/unit/records.h"

#define VALUES "1, -9223372036854775807, NULL, 2.75, '', 'text', x'', x'00ff', -1e300, 'a' || i"

static struct store *s;

static void setup(void)
{
    s = memory_open();
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(cells, .init = setup, .fini = teardown);

#define NUMBERS(n)                                                                                 \
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " n ") "

/* These are read as whole numbers: nobody keeps any. */
static bool is_fraction(int column)
{
    return column == 3 || column == 8;
}

static void expect_same_row(struct query *got, struct query *want, int columns)
{
    for (int i = 0; i < columns; i++) {
        cr_assert_eq(query_null(got, i), query_null(want, i), "%d", i);
        if (!is_fraction(i)) {
            cr_assert_eq(query_s(got, i).p == NULL, query_s(want, i).p == NULL, "%d", i);
            cr_assert(str_eq(query_s(got, i), query_s(want, i)), "%d", i);
        }
        if (i < 4)
            cr_assert_eq(query_i(got, i), query_i(want, i), "%d", i);
    }
}

Test(cells, hold_whatever_a_column_can)
{
    struct err err = {0};
    struct query *got =
                     store_query_rows(s, "rows", NUMBERS("50") "SELECT row_of(" VALUES ") FROM n"),
                 *want = store_query(s, "columns", NUMBERS("50") "SELECT " VALUES " FROM n");
    for (int round = 0; round < 2; round++) {
        int rows = 0;
        while (query_step(want)) {
            cr_assert(query_step(got));
            expect_same_row(got, want, 10);
            rows++;
        }
        cr_expect_eq(rows, 50);
        cr_expect_not(query_step(got));
        cr_expect(query_done(want, &err) && query_done(got, &err), "%s", err.text);
    }
}

/* As when a flow that was skimmed is read whole. */
Test(cells, of_one_statement_stay_while_another_is_read)
{
    struct err err = {0};
    struct query *outer =
                     store_query_rows(s, "outer", NUMBERS("5") "SELECT row_of(i, 'a' || i) FROM n"),
                 *inner = store_query_rows(s, "inner", "SELECT row_of(:n * 10, 'b', 'c')");
    int64_t rows = 0;
    while (query_step(outer)) {
        rows++;
        query_bind_i(inner, ":n", rows);
        cr_assert(query_step(inner));
        cr_expect_eq(query_i(inner, 0), rows * 10);
        cr_expect(str_eq(query_s(inner, 1), STR("b")));
        cr_expect_not(query_step(inner));
        cr_expect(query_done(inner, &err), "%s", err.text);
        cr_expect_eq(query_i(outer, 0), rows);
        cr_expect_eq(query_s(outer, 1).p[1], '0' + (int)rows);
    }
    cr_expect_eq(rows, 5);
    cr_expect(query_done(outer, &err), "%s", err.text);
}

Test(cells, are_of_row_of_alone)
{
    struct err err = {0};
    struct query *q = store_query_rows(s, "columns", "SELECT 1, 2");
    cr_expect_not(query_step(q));
    cr_expect_not(query_done(q, &err));
    cr_expect_str_eq(err.text, "columns does not select row_of()");
}

Test(cells, tell_of_a_failure)
{
    struct err err = {0};
    struct query *q = store_query_rows(s, "a sum",
        NUMBERS(
            "9") "SELECT row_of(i, CASE i WHEN 4 THEN abs(-9223372036854775807 - 1) END) FROM n");
    int rows = 0;
    while (query_step(q))
        rows++;
    cr_expect_eq(rows, 3);
    cr_expect_not(query_done(q, &err));
    cr_expect(strstr(err.text, "overflow"), "%s", err.text);
}
