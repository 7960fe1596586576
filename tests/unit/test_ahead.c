/* Rows that a thread reads ahead are those that a statement gives by itself. */
#include "tests/unit/records.h"
#include "tests/unit/scratch.h"

#define ROWS 20000 /* more than are ever read ahead */

static struct scratch scratch;

static void setup(void)
{
    scratch_open(&scratch);
    scratch_run(&scratch,
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b, c);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        "INSERT INTO t SELECT i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN i * 1000000007 "
        "ELSE printf('text %d', i) END, CASE i % 2 WHEN 0 THEN zeroblob(i % 40) ELSE '' END FROM n");
}

static void teardown(void)
{
    scratch_close(&scratch);
}

TestSuite(ahead, .init = setup, .fini = teardown);

static const char after[] = "SELECT row_of(a, b, c) FROM t WHERE a > :after";
static const char columns_after[] = "SELECT a, b, c FROM t WHERE a > :after";

static struct query *ask(int64_t from)
{
    struct query *q = store_query_ahead(scratch.s, "after", after);
    query_bind_i(q, ":after", from);
    return q;
}

static void expect_same_column(struct query *got, struct query *want, int column)
{
    cr_assert_eq(query_null(got, column), query_null(want, column));
    cr_assert_eq(query_s(got, column).p == NULL, query_s(want, column).p == NULL);
    cr_assert(str_eq(query_s(got, column), query_s(want, column)));
    if (column < 2)
        cr_assert_eq(query_i(got, 0), query_i(want, 0));
}

Test(ahead, gives_the_rows_that_the_statement_gives)
{
    struct err err = {0};
    struct query *want = store_query(scratch.s, "after", columns_after), *got = ask(17);
    query_bind_i(want, ":after", 17);
    int64_t rows = 0;
    for (; query_step(want); rows++) {
        cr_assert(query_step(got));
        for (int column = 0; column < 3; column++)
            expect_same_column(got, want, column);
    }
    cr_expect_eq(rows, ROWS - 17);
    cr_expect_not(query_step(got));
    cr_expect_not(query_step(got), "the end stays the end");
    cr_expect(query_done(want, &err) && query_done(got, &err), "%s", err.text);
}

Test(ahead, may_end_anywhere_and_start_over)
{
    struct err err = {0};
    for (int64_t taken = 0; taken < 3000; taken += 599) {
        struct query *q = ask(taken);
        for (int64_t i = 1; i <= taken; i++) {
            cr_assert(query_step(q));
            cr_assert_eq(query_i(q, 0), taken + i);
        }
        cr_expect(query_done(q, &err), "%s", err.text);
    }
    struct query *q = ask(ROWS);
    cr_expect_not(query_step(q), "none is left of the time before");
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(ahead, sees_what_was_committed_and_no_more)
{
    struct err err = {0};
    cr_assert(store_begin(scratch.s, &err), "%s", err.text);
    scratch_run(&scratch, "DELETE FROM t WHERE a > 10 /* scans t: a test */");
    struct query *q = ask(ROWS - 1);
    cr_expect(query_step(q));
    cr_expect(query_done(q, &err), "%s", err.text);
    cr_assert(store_commit(scratch.s, &err), "%s", err.text);
    q = ask(ROWS - 1);
    cr_expect_not(query_step(q));
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(ahead, keeps_a_failure_in_the_middle)
{
    struct err err = {0};
    struct query *q = store_query_ahead(scratch.s, "a sum",
        "SELECT row_of(a, CASE WHEN a > 5000 THEN abs(-9223372036854775807 - 1) END) FROM t "
        "WHERE a > 0");
    int64_t rows = 0;
    while (query_step(q))
        rows++;
    cr_expect_leq(rows, 5000);
    cr_expect_not(query_step(q));
    cr_expect_not(query_done(q, &err));
    cr_expect(strstr(err.text, "overflow"), "%s", err.text);
    cr_expect(strstr(err.text, "a sum"), "%s", err.text);
    err = (struct err){0};
    q = ask(ROWS - 1);
    cr_expect(query_step(q), "others are not touched by it");
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(ahead, takes_texts_of_any_size)
{
    struct err err = {0};
    scratch_run(&scratch, "DELETE FROM t; INSERT INTO t VALUES (1, zeroblob(3000000), 'x'), "
                          "(2, zeroblob(2000000), 'y'), (3, 'z', NULL)");
    struct query *q = ask(0);
    cr_assert(query_step(q));
    cr_expect_eq(query_s(q, 1).len, 3000000);
    cr_assert(query_step(q));
    cr_expect_eq(query_s(q, 1).len, 2000000);
    cr_expect(str_eq(query_s(q, 2), STR("y")));
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 1), STR("z")));
    cr_expect_not(query_step(q));
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(ahead, is_let_go_of_by_a_rollback_and_by_the_end)
{
    struct err err = {0};
    cr_assert(store_begin(scratch.s, &err), "%s", err.text);
    cr_expect(query_step(ask(0)));
    store_rollback(scratch.s);
    cr_expect(query_step(ask(0)), "as at the beginning");
    scratch_reopen(&scratch, STORE_WRITE);
}

Test(ahead, says_when_a_row_is_there)
{
    struct err err = {0};
    struct query *q = ask(0);
    int64_t rows = 0, asked = 0;
    for (bool more = true; more;) {
        asked++;
        if (!query_ready(q)) {
            usleep(100);
            continue;
        }
        more = query_step(q);
        rows += more;
    }
    cr_expect_eq(rows, ROWS);
    cr_expect_gt(asked, rows);
    cr_expect(query_ready(q), "at the end nothing is waited for");
    cr_expect(query_done(q, &err), "%s", err.text);
    q = ask(ROWS - 1);
    while (!query_ready(q))
        usleep(100);
    cr_expect(query_done(q, &err), "without a step: %s", err.text);
    q = ask(ROWS - 1);
    cr_expect(query_step(q));
    cr_expect_eq(query_i(q, 0), ROWS);
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(ahead, is_for_row_of_alone)
{
    struct err err = {0};
    struct query *q = store_query_ahead(scratch.s, "columns", columns_after);
    query_bind_i(q, ":after", 0);
    cr_expect_not(query_step(q));
    cr_expect_not(query_done(q, &err));
    cr_expect_str_eq(err.text, "columns does not select row_of()");
}

Test(ahead, is_not_for_a_database_in_memory)
{
    struct store *s = memory_open();
    cr_expect_null(store_query_ahead(s, "after", after));
    store_close(s);
}
