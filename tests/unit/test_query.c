/* Statements: found again by the address of their text, values there and back, failures kept. */
#include "store/query.h"
#include "tests/unit/records.h"

static struct store *s;

static void setup(void)
{
    struct err err = {0};
    s = memory_open();
    cr_assert(store_script(s, "test", "CREATE TABLE t (a INTEGER PRIMARY KEY, b)", &err));
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(query, .init = setup, .fini = teardown);

static const char insert[] = "INSERT INTO t (a, b) VALUES (:a, :b)";
static const char all[] = "SELECT a, b FROM t ORDER BY a /* scans t: all of it */";

static bool add(int64_t a, struct str b, struct err *err)
{
    struct query *q = store_query(s, "insert", insert);
    query_bind_i(q, ":a", a);
    query_bind_s(q, ":b", b);
    query_step(q);
    return query_done(q, err);
}

Test(query, gives_back_what_was_bound)
{
    struct err err = {0};
    cr_assert(add(INT64_MIN, STR("a\0b"), &err) && add(0, STR(""), &err) &&
                  add(INT64_MAX, STR_NONE, &err),
        "%s", err.text);
    struct query *q = store_query(s, "all", all);
    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), INT64_MIN);
    cr_expect(str_eq(query_s(q, 1), STR("a\0b")));
    cr_assert(query_step(q));
    cr_expect_not(query_null(q, 1), "an empty text is no NULL");
    cr_expect_not_null(query_s(q, 1).p);
    cr_expect_eq(query_s(q, 1).len, 0);
    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), INT64_MAX);
    cr_expect(query_null(q, 1));
    cr_expect_null(query_s(q, 1).p);
    cr_expect_eq(query_i(q, 1), 0);
    cr_expect_not(query_step(q));
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(query, is_the_same_for_the_same_text_and_starts_over)
{
    struct err err = {0};
    cr_assert(add(1, STR("x"), &err) && add(2, STR("y"), &err), "%s", err.text);
    struct query *q = store_query(s, "all", all);
    cr_assert(query_step(q));
    cr_expect(query_done(q, &err));
    cr_expect_eq(store_query(s, "all", all), q);
    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), 1);
    cr_expect(query_done(q, &err));
}

Test(query, forgets_its_values_when_it_is_done)
{
    struct err err = {0};
    cr_assert(add(1, STR("x"), &err), "%s", err.text);
    struct query *q = store_query(s, "insert", insert);
    query_bind_i(q, ":a", 2);
    query_step(q);
    cr_assert(query_done(q, &err), "%s", err.text);
    cr_expect_eq(number_of(s, "SELECT b IS NULL FROM t WHERE a = 2"), 1);
    cr_expect_eq(store_changes(s), 1);
    cr_expect_eq(store_last_id(s), 2);
}

/* The first failure stands, whatever is done after it; then the statement is as good as before. */
Test(query, keeps_its_first_failure_until_it_is_done)
{
    struct err err = {0};
    cr_assert(add(1, STR("x"), &err), "%s", err.text);
    struct query *q = store_query(s, "insert", insert);
    query_bind_i(q, ":nothing", 1);
    query_bind_i(q, ":a", 1);
    cr_expect_not(query_step(q), "a statement that has failed does nothing more");
    cr_expect_not(query_done(q, &err));
    cr_expect_eq(err.code, ERR_INTERNAL);
    cr_expect_not_null(strstr(err.text, "insert has no parameter :nothing"), "%s", err.text);
    err = (struct err){0};
    cr_expect_not(add(1, STR("again"), &err), "the key is taken");
    cr_expect_neq(err.code, ERR_NONE);
    err = (struct err){0};
    cr_expect(add(2, STR("y"), &err), "%s", err.text);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM t"), 2);
}

Test(query, says_each_time_that_its_text_is_wrong)
{
    static const char wrong[] = "SELECT nothing FROM nowhere WHERE x = :x";
    for (int i = 0; i < 2; i++) {
        struct err err = {0};
        struct query *q = store_query(s, "a wrong one", wrong);
        cr_assert_not_null(q);
        query_bind_i(q, ":x", 1);
        query_bind_s(q, ":x", STR("y"));
        query_bind_zeros(q);
        cr_expect_not(query_bind_i_if(q, ":x", 1));
        cr_expect_not(query_has_parameter(q, ":x"));
        cr_expect_not(query_is_readonly(q));
        cr_expect_not(query_step(q));
        cr_expect_not(query_done(q, &err));
        cr_expect_not_null(strstr(err.text, "a wrong one"), "%s", err.text);
    }
}

Test(query, binds_what_is_there_and_zeros_for_the_rest)
{
    static const char sum[] = "SELECT :a * 100 + :b * 10 + :c";
    struct err err = {0};
    struct query *q = store_query(s, "sum", sum);
    query_bind_zeros(q);
    cr_expect(query_bind_i_if(q, ":b", 7));
    cr_expect_not(query_bind_i_if(q, ":d", 7));
    cr_expect(query_has_parameter(q, ":c"));
    cr_expect_not(query_has_parameter(q, ":d"));
    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), 70);
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(query, binds_null_and_bytes)
{
    struct err err = {0};
    static const char kinds[] = "SELECT typeof(:a), typeof(:b), hex(:b), typeof(:c)";
    struct query *q = store_query(s, "kinds", kinds);
    query_bind_null(q, ":a");
    query_bind_blob(q, ":b", "\0\xff", 2);
    query_bind_blob(q, ":c", NULL, 0);
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), STR("null")));
    cr_expect(str_eq(query_s(q, 1), STR("blob")));
    cr_expect(str_eq(query_s(q, 2), STR("00FF")));
    cr_expect(str_eq(query_s(q, 3), STR("blob")), "no bytes are bytes, not NULL");
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(query, finds_columns_by_name)
{
    struct err err = {0};
    struct query *q = store_query(s, "all", all);
    cr_expect_eq(query_column(q, "b"), 1);
    cr_expect_eq(query_column(q, "c"), -1);
    cr_expect_not(query_done(q, &err));
    cr_expect_not_null(strstr(err.text, "no column c"), "%s", err.text);
}

Test(query, knows_whether_it_writes)
{
    cr_expect(query_is_readonly(store_query(s, "all", all)));
    cr_expect_not(query_is_readonly(store_query(s, "insert", insert)));
}

Test(query, runs_texts_of_one_and_of_several_statements)
{
    struct err err = {0};
    cr_expect(store_do(s, "one", "INSERT INTO t (a) VALUES (1)", &err), "%s", err.text);
    cr_expect(
        store_script(s, "two", "INSERT INTO t (a) VALUES (2); DELETE FROM t WHERE a = 1", &err),
        "%s", err.text);
    cr_expect_eq(number_of(s, "SELECT a FROM t"), 2);
    cr_expect_not(store_script(s, "three", "INSERT INTO t (a) VALUES (3); nonsense", &err));
    cr_expect_not_null(strstr(err.text, "three"), "%s", err.text);
}
