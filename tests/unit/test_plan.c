/* Plans of statements: what reads all of a table that grows is told, unless it says why. All unit
 * tests run under this watch, which is switched on here. */
#include "store/query.h"
#include "tests/unit/records.h"

__attribute__((constructor)) static void watch_all_tests(void)
{
    store_watch_plans(true);
}

static struct store *s;

static void setup(void)
{
    s = memory_open();
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(plan, .init = setup, .fini = teardown);

/* "" or the complaint. */
static const char *complaint(const char *sql)
{
    static struct err err;
    err = (struct err){0};
    return query_done(store_query(s, "the statement", sql), &err) ? "" : err.text;
}

static void expect_told(const char *sql, const char *table)
{
    char wanted[120];
    const char *text = complaint(sql);
    snprintf(wanted, sizeof wanted, "the statement: reads all of the table %s (", table);
    cr_expect(strncmp(text, wanted, strlen(wanted)) == 0, "%s: '%s'", sql, text);
}

static void expect_quiet(const char *sql)
{
    const char *text = complaint(sql);
    cr_expect_str_empty(text, "%s: '%s'", sql, text);
}

Test(plan, tells_of_a_table_that_is_read_from_end_to_end)
{
    expect_told("SELECT orig FROM flow WHERE resp = 1", "flow");
    expect_told("SELECT count(*) FROM attempt", "attempt");
    expect_told(
        "SELECT DISTINCT own FROM finding INDEXED BY finding_by_end WHERE t0 = 1", "finding");
    expect_told("DELETE FROM session WHERE flow = 1", "session");
    expect_told("INSERT INTO suspect SELECT own FROM probe WHERE port = 445", "probe");
    expect_told("SELECT name FROM lookup", "lookup");
}

Test(plan, names_the_statement_and_the_way_out)
{
    cr_expect_str_eq(complaint("SELECT t FROM flow AS f ORDER BY f.t"),
        "the statement: reads all of the table flow (SCAN f); where that is meant, the SQL says why: "
        "/* scans flow: … */");
}

Test(plan, knows_a_table_by_its_alias)
{
    expect_told("SELECT f.t FROM flow f WHERE f.orig = 1", "flow");
    expect_told("SELECT f.t FROM suspect AS k CROSS JOIN flow\n AS f ON f.orig = k.own", "flow");
    expect_quiet("WITH flow2 AS (SELECT 1 AS t) SELECT f.t FROM flow2 AS f -- flow AS f\n");
    expect_quiet("SELECT f.own, 'flow AS f' FROM suspect AS f");
}

Test(plan, tells_of_an_index_that_is_made_for_the_statement_alone)
{
    expect_told("SELECT count(*) FROM suspect AS k CROSS JOIN signature AS g ON g.orig = k.own",
        "signature");
}

Test(plan, lets_pass_what_asks_an_index_or_says_why)
{
    expect_quiet("SELECT orig FROM flow WHERE id BETWEEN :lo AND :hi");
    expect_quiet("SELECT max(id) FROM login");
    expect_quiet("SELECT name FROM lookup WHERE id > 7");
    expect_quiet("SELECT orig FROM flow /* scans flow: this test means it */");
    expect_quiet("-- scans flow: this test means it\nSELECT orig FROM flow");
}

Test(plan, a_mark_is_for_one_table_and_needs_a_reason)
{
    expect_told("SELECT 1 FROM flow, login /* scans flow: why not */", "login");
    expect_told("SELECT 1 FROM flow /* scans flow */", "flow");
    expect_told("SELECT 1 FROM flow /* scans flow: */", "flow");
}

Test(plan, tables_that_do_not_grow_may_be_read_whole)
{
    expect_quiet("SELECT name, value FROM state");
    expect_quiet("SELECT count(*) FROM talker");
    struct err err = {0};
    cr_assert(store_script(s, "test", "CREATE TEMP TABLE flows_at_hand (id INTEGER)", &err));
    expect_quiet("SELECT id FROM flows_at_hand");
}

Test(plan, scripts_are_looked_at_statement_by_statement)
{
    struct err err = {0};
    cr_expect_not(store_script(s, "the script",
        "DELETE FROM flow; /* scans login: no matter */ DELETE FROM login WHERE t = 1; "
        "UPDATE signature SET t = t",
        &err));
    cr_expect(strstr(err.text, "the table signature") != NULL, "%s", err.text);
}

Test(plan, nothing_is_told_while_nobody_watches)
{
    store_watch_plans(false);
    expect_quiet("SELECT orig FROM flow");
    store_watch_plans(true);
}
