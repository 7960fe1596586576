/* People's SQL reads everything and changes nothing, and says why it refuses. */
#include "tests/unit/scratch.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
    scratch_run(&db, "INSERT INTO state VALUES ('probe', 1)");
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_ask, .init = setup, .fini = teardown);

/* The answer as one text: "a,b;1i,xt;" – names, then values with their kinds. */
struct answer_text {
    struct buf text;
    int rows, stop_after;
};

static bool take_columns(void *arg, int count, const char *const names[])
{
    struct answer_text *a = arg;
    for (int i = 0; i < count; i++)
        buf_printf(&a->text, "%s%s", i ? "," : "", names[i]);
    buf_addc(&a->text, ';');
    return a->stop_after >= 0;
}

static bool take_row(void *arg, int count, const struct str values[], const char kinds[])
{
    struct answer_text *a = arg;
    for (int i = 0; i < count; i++) {
        cr_expect_eq(values[i].p == NULL, kinds[i] == 'n');
        if (i)
            buf_addc(&a->text, ',');
        buf_add(&a->text, values[i]);
        buf_addc(&a->text, kinds[i]);
    }
    buf_addc(&a->text, ';');
    return ++a->rows != a->stop_after;
}

static bool ask(const char *sql, struct store_limits limits, struct answer_text *a, struct err *err)
{
    struct store_result result = {.arg = a, .columns = take_columns, .row = take_row};
    return store_ask(db.s, sql, &limits, &result, err);
}

static void expect_limited(const char *sql, struct store_limits limits, const char *want)
{
    struct answer_text a = {0};
    struct err err = {0};
    cr_assert(ask(sql, limits, &a, &err), "%s: %s", sql, err.text);
    cr_expect_str_eq(a.text.text, want, "%s: want %s, got %s", sql, want, a.text.text);
    buf_done(&a.text);
}

static void expect_answer(const char *sql, const char *want)
{
    expect_limited(sql, (struct store_limits){0}, want);
}

/* The reason must hold `want`. */
static void expect_refused(const char *sql, const char *want)
{
    struct answer_text a = {0};
    struct err err = {0};
    cr_expect_not(ask(sql, (struct store_limits){0}, &a, &err), "accepted: %s", sql);
    cr_expect_eq(err.code, ERR_DATA, "%s: %d %s", sql, err.code, err.text);
    cr_expect_not_null(strstr(err.text, want), "%s: want '%s' in: %s", sql, want, err.text);
    cr_expect_eq(a.rows, 0, "%s", sql);
    buf_done(&a.text);
}

Test(store_ask, gives_values_as_text_with_their_kinds)
{
    expect_answer("SELECT 1 AS a, -2.5 AS b, 'x' AS c, x'00ff' AS d, NULL AS e, '' AS f",
        "a,b,c,d,e,f;1i,-2.5r,xt,00ffb,n,t;");
    expect_answer("SELECT x'' AS a, x'ab' AS b", "a,b;b,abb;");
    expect_answer("SELECT 9223372036854775807 AS a", "a;9223372036854775807i;");
}

Test(store_ask, gives_the_columns_of_an_empty_answer)
{
    expect_answer("SELECT 1 AS a WHERE 0", "a;");
}

Test(store_ask, reads_by_select_with_values_and_explain)
{
    expect_answer("WITH n(i) AS (VALUES (1), (2)) SELECT i FROM n", "i;1i;2i;");
    expect_answer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) "
                  "SELECT sum(i) AS s FROM n",
        "s;6i;");
    expect_answer("VALUES (7)", "column1;7i;");
    expect_answer("SELECT value FROM state WHERE name = 'probe'", "value;1i;");
    struct answer_text a = {0};
    struct err err = {0};
    cr_expect(ask("EXPLAIN QUERY PLAN SELECT * FROM flows", (struct store_limits){0}, &a, &err));
    cr_expect_gt(a.rows, 0);
    buf_done(&a.text);
}

Test(store_ask, allows_blanks_comments_and_semicolons_around_the_statement)
{
    expect_answer("  -- what\n /* where */ ; SELECT 1 AS a ; ; -- end", "a;1i;");
    expect_answer("SELECT 1 AS a;\n/* not closed", "a;1i;");
    expect_answer("SELECT ';' AS a;", "a;;t;");
}

Test(store_ask, refuses_every_way_to_write)
{
    expect_refused("INSERT INTO state VALUES ('x', 1)", "writing to state");
    expect_refused("WITH n AS (SELECT 1) INSERT INTO state SELECT 'x', 1", "writing to state");
    expect_refused("UPDATE state SET value = 2", "changing state");
    expect_refused("DELETE FROM state", "deleting from state");
    expect_refused("WITH n AS (SELECT 1) DELETE FROM state", "deleting from state");
    expect_refused("REPLACE INTO state VALUES ('x', 1)", "writing to state");
    expect_refused("EXPLAIN DELETE FROM state", "deleting from state");
    expect_refused("CREATE TABLE x (a)", "is refused");
    expect_refused("CREATE TEMP TABLE x (a)", "is refused");
    expect_refused("CREATE TEMP VIEW x AS SELECT 1", "is refused");
    expect_refused("CREATE VIRTUAL TABLE x USING fts5(a)", "is refused");
    expect_refused("DROP TABLE state", "is refused");
    expect_refused("ALTER TABLE state RENAME TO x", "is refused");
    expect_refused("CREATE INDEX x ON state (value)", "is refused");
    expect_refused("REINDEX", "is refused");
    expect_refused("ANALYZE", "is refused");
}

Test(store_ask, refuses_statements_that_reach_outside)
{
    char sql[400];
    snprintf(sql, sizeof sql, "ATTACH '%s/other.db' AS x", db.dir.path);
    expect_refused(sql, "attaching");
    snprintf(sql, sizeof sql, "VACUUM INTO '%s/other.db'", db.dir.path);
    expect_refused(sql, "is refused");
    expect_refused("DETACH main", "is refused");
    expect_refused("VACUUM", "is refused");
    expect_refused("SELECT load_extension('/nowhere')", "load_extension");
    expect_refused("SELECT fts3_tokenizer('simple')", "fts3_tokenizer");
    snprintf(sql, sizeof sql, "SELECT writefile('%s/other.db', 'x')", db.dir.path);
    expect_refused(sql, "writefile");
    expect_refused("SELECT readfile('/etc/hostname')", "readfile");
    expect_refused("SELECT edit('x')", "edit");
}

Test(store_ask, refuses_transactions)
{
    expect_refused("BEGIN", "is refused");
    expect_refused("BEGIN IMMEDIATE", "is refused");
    expect_refused("SAVEPOINT x", "is refused");
    expect_refused("COMMIT", "is refused");
}

Test(store_ask, reads_pragmas_and_sets_none)
{
    expect_answer("SELECT count(*) > 0 AS a FROM pragma_table_info('flow')", "a;1i;");
    struct answer_text a = {0};
    struct err err = {0};
    cr_assert(ask("PRAGMA table_info(flows)", (struct store_limits){0}, &a, &err), "%s", err.text);
    cr_expect_gt(a.rows, 10);
    cr_assert(ask("PRAGMA user_version", (struct store_limits){0}, &a, &err), "%s", err.text);
    buf_done(&a.text);
    expect_refused("PRAGMA user_version = 9", "setting the pragma user_version");
    expect_refused("PRAGMA query_only = 0", "query_only");
    expect_refused("PRAGMA journal_mode(delete)", "journal_mode");
    expect_refused("PRAGMA writable_schema = 1", "writable_schema");
    expect_refused("PRAGMA wal_checkpoint", "wal_checkpoint");
    expect_refused("PRAGMA temp_store_directory = '/tmp'", "temp_store_directory");
}

Test(store_ask, reads_json_as_tables)
{
    expect_answer("SELECT value FROM json_each('[7, 8]')", "value;7i;8i;");
    expect_answer("SELECT atom FROM json_tree('{\"a\": 1}') WHERE key = 'a'", "atom;1i;");
    expect_refused("UPDATE sqlite_master SET sql = ''", "sqlite_master");
}

Test(store_ask, takes_one_statement_only)
{
    expect_refused("SELECT 1; SELECT 2", "one statement");
    expect_refused("SELECT 1; DELETE FROM state", "one statement");
    expect_refused("SELECT 1; nonsense", "one statement");
    expect_refused("", "no statement");
    expect_refused(" ; -- nothing", "no statement");
}

Test(store_ask, says_what_is_wrong_with_the_text)
{
    expect_refused("SELEC 1", "syntax error");
    expect_refused("SELECT * FROM alertz", "tocsin query --views");
    expect_refused("SELECT nosuch FROM alerts", "no such column: nosuch");
    expect_refused("SELECT \"nosuch\" FROM alerts", "no such column");
    expect_refused("SELECT ?1", "parameters (?1)");
    expect_refused("SELECT :name", ":name");
    expect_refused("SELECT abs(-9223372036854775807 - 1)", "overflow");
}

Test(store_ask, stops_at_the_row_limit_without_complaint)
{
    const char *three = "VALUES (1), (2), (3)";
    expect_limited(three, (struct store_limits){.rows = 2}, "column1;1i;2i;");
    expect_limited(three, (struct store_limits){.rows = 3}, "column1;1i;2i;3i;");
    expect_limited(three, (struct store_limits){.rows = 0}, "column1;1i;2i;3i;");
}

Test(store_ask, stops_when_the_reader_has_enough)
{
    struct answer_text a = {.stop_after = 2};
    struct err err = {0};
    cr_expect(ask("VALUES (1), (2), (3)", (struct store_limits){0}, &a, &err), "%s", err.text);
    cr_expect_str_eq(a.text.text, "column1;1i;2i;");
    buf_clear(&a.text);
    a = (struct answer_text){.text = a.text, .stop_after = -1};
    cr_expect(ask("VALUES (1)", (struct store_limits){0}, &a, &err), "%s", err.text);
    cr_expect_str_eq(a.text.text, "column1;");
    buf_done(&a.text);
}

Test(store_ask, stops_what_takes_too_long, .timeout = 20)
{
    struct answer_text a = {0};
    struct err err = {0};
    cr_expect_not(ask("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        (struct store_limits){.time_us = 50000}, &a, &err));
    cr_expect_eq(err.code, ERR_DATA);
    cr_expect_not_null(strstr(err.text, "longer than it may"), "%s", err.text);
    buf_done(&a.text);
    expect_limited("SELECT 1 AS a", (struct store_limits){.time_us = 60000000}, "a;1i;");
}

Test(store_ask, refuses_values_that_fill_the_memory)
{
    expect_refused("SELECT length(zeroblob(1000000000))", "64 MiB");
    expect_refused("SELECT length(replace(hex(zeroblob(30000000)), '00', 'abc'))", "64 MiB");
}

Test(store_ask, leaves_the_file_as_it_was)
{
    struct answer_text a = {0};
    struct err err = {0};
    ask("DELETE FROM state WHERE name = 'probe'", (struct store_limits){0}, &a, &err);
    ask("SELECT writefile('x', 'y')", (struct store_limits){0}, &a, &err);
    buf_done(&a.text);
    expect_answer("SELECT value FROM state WHERE name = 'probe'", "value;1i;");
}

Test(store_ask, reads_a_database_that_is_open_for_reading)
{
    scratch_reopen(&db, STORE_READ);
    expect_answer("SELECT value FROM state WHERE name = 'probe'", "value;1i;");
}

Test(store_ask, sees_only_what_is_committed)
{
    struct err err = {0};
    cr_assert(store_begin(db.s, &err));
    scratch_run(&db, "UPDATE state SET value = 2 WHERE name = 'probe'");
    expect_answer("SELECT value FROM state WHERE name = 'probe'", "value;1i;");
    cr_assert(store_commit(db.s, &err));
    expect_answer("SELECT value FROM state WHERE name = 'probe'", "value;2i;");
}

/* ------------------------------------------------------------------ functions */

Test(store_ask, matches_regular_expressions)
{
    expect_answer("SELECT 'web-01' REGEXP '^web-\\d+$' AS a", "a;1i;");
    expect_answer("SELECT regexp('^web', 'dbweb') AS a", "a;0i;");
    expect_answer("SELECT regexp('(?i)WEB', 'web') AS a", "a;1i;");
    expect_answer("SELECT regexp('^.$', 'é') AS a", "a;1i;");
    expect_answer("SELECT regexp('', '') AS a, regexp('^$', '') AS b", "a,b;1i,1i;");
    expect_answer("SELECT regexp(NULL, 'x') AS a, regexp('x', NULL) AS b", "a,b;n,n;");
    expect_answer("SELECT regexp('^12', 1234) AS a", "a;1i;");
}

Test(store_ask, matches_around_bytes_that_are_no_text)
{
    expect_answer("SELECT regexp('b', CAST(x'61ff62' AS TEXT)) AS a", "a;1i;");
    expect_answer("SELECT regexp('a.b', CAST(x'61ff62' AS TEXT)) AS a", "a;0i;");
}

Test(store_ask, keeps_apart_more_patterns_than_it_remembers)
{
    expect_answer("WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
                  "SELECT sum(regexp('^' || (n.i % 40) || '$', m.i % 40)) AS a "
                  "FROM n JOIN n m WHERE m.i < 40 AND n.i < 80",
        "a;80i;");
}

Test(store_ask, refuses_patterns_that_cannot_be_read_or_take_too_long)
{
    expect_refused("SELECT regexp('(', 'x')", "at byte 1");
    expect_refused("SELECT regexp('\\C', 'x')", "cannot be read");
    expect_refused("SELECT regexp(replace(hex(zeroblob(6000)), '0', 'a'), 'x')", "10000 bytes");
    expect_refused("SELECT regexp('^(a|a)*$', replace(hex(zeroblob(20)), '0', 'a') || 'b')",
        "backtracks too much");
}

Test(store_ask, names_connections_by_their_community_id)
{
    expect_answer("SELECT community_id('10.0.0.1', 11, '10.0.0.2', 0, 'icmp') AS a,"
                  " community_id('10.0.0.1', 11, '10.0.0.2', 0, 1) AS b",
        "a,b;1:YHxtAirCG//0OzkcVAukqKQN9xM=t,1:YHxtAirCG//0OzkcVAukqKQN9xM=t;");
    expect_answer("SELECT community_id('192.168.0.254', 56162, '192.168.0.254', 3306, 'TCP') AS a,"
                  " community_id('192.168.0.254', 56162, '192.168.0.254', 3306, 6, 1) AS b",
        "a,b;1:0HUQbshhYbATQXDHv/ysOs0DlZA=t,1:IJQHtzXv/tXud3FtXIufkDsfEd4=t;");
    expect_answer("SELECT community_id('web', 1, '192.0.2.1', 2, 'tcp') AS a,"
                  " community_id('192.0.2.2', 1, '192.0.2.1', 65536, 'tcp') AS b,"
                  " community_id('192.0.2.2', 1, '192.0.2.1', 2, 'ipx') AS c,"
                  " community_id('192.0.2.2', NULL, '192.0.2.1', 2, 'tcp') AS d,"
                  " community_id('192.0.2.2', 1, NULL, 2, 'tcp') AS e",
        "a,b,c,d,e;n,n,n,n,n;");
}

Test(store_ask, tells_which_network_an_address_is_in)
{
    expect_answer("SELECT cidr_match('192.0.2.0/24', '192.0.2.255') AS a,"
                  " cidr_match('192.0.2.0/24', '192.0.3.0') AS b",
        "a,b;1i,0i;");
    expect_answer("SELECT cidr_match('2001:db8::/32', '2001:DB8:0::1') AS a,"
                  " cidr_match('::/0', '192.0.2.1') AS b",
        "a,b;1i,0i;");
    expect_answer("SELECT cidr_match('192.0.2.1', '192.0.2.1') AS a", "a;1i;");
    expect_answer("SELECT cidr_match('192.0.2.0/24', 'web') AS a,"
                  " cidr_match('192.0.2.0/24', NULL) AS b",
        "a,b;n,n;");
    expect_refused("SELECT cidr_match('192.0.2.0/33', '192.0.2.1')", "192.0.2.0/24");
}
