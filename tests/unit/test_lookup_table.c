/* Names that were stored, as rows. */
#include "store/record.h"
#include "store/sources.h"
#include "tests/unit/scratch.h"
#include "util/timefmt.h"

static struct scratch db;
static struct source source;

static void setup(void)
{
    scratch_open(&db);
    source = (struct source){.path = "eve.json", .header_offset = -1};
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(lookup_table, .init = setup, .fini = teardown);

static struct name_seen *add(struct batch *b, int64_t t_us, enum name_kind kind, const char *name)
{
    struct name_seen *n = batch_add_name(b);
    cr_assert(n);
    n->t_us = t_us;
    n->kind = (uint8_t)kind;
    n->name = str_of(name);
    n->sensor = SENSOR_SURICATA;
    n->uid = STR("7");
    n->conn = (struct conn){.orig_port = 4000, .resp_port = 443, .proto = PROTO_TCP};
    cr_assert(
        ip_parse(STR("10.0.0.1"), &n->conn.orig) && ip_parse(STR("2001:db8::2"), &n->conn.resp));
    return n;
}

static void put(struct batch *b)
{
    struct err err = {0};
    cr_assert(store_put(db.s, &source, b, NULL, 0, &err), "%s", err.text);
    batch_clear(b);
}

/* The values of an answer's first column, spaces between. */
static void expect(const char *sql, const char *want)
{
    struct buf got = {0};
    struct err err = {0};
    store_watch_plans(false); /* a test may look at all of a table */
    struct query *q = store_query(db.s, "test", sql);
    store_watch_plans(true);
    while (query_step(q)) {
        struct str s = query_s(q, 0);
        buf_printf(&got, "%s%.*s", got.len ? " " : "", (int)s.len, s.p ? s.p : "");
    }
    cr_assert(query_done(q, &err), "%s: %s", sql, err.text);
    cr_expect_str_eq(got.text ? got.text : "", want, "%s: %s", sql, got.text);
    buf_done(&got);
}

Test(lookup_table, the_view_shows_names_with_their_answers)
{
    struct batch b = {0};
    struct ipaddr answers[2];
    cr_assert(ip_parse(STR("192.0.2.1"), &answers[0]) && ip_parse(STR("2001:db8::1"), &answers[1]));
    struct name_seen *n = add(&b, 9, NAME_DNS, "a.example");
    n->answers = answers, n->answer_count = 2, n->answered = 1;
    n = add(&b, 9, NAME_DNS, "b.example");
    n->answered = n->nxdomain = 1;
    add(&b, 9, NAME_DNS, "c.example");
    add(&b, 9, NAME_TLS, "d.example");
    add(&b, 9, NAME_HTTP, "e.example");
    put(&b);
    expect("SELECT kind || '/' || name || '/' || ifnull(outcome, '-') || '/' ||"
           " ifnull(answers, '-') FROM lookups",
        "dns/a.example/answered/192.0.2.1,2001:db8::1 dns/b.example/nxdomain/- "
        "dns/c.example/asked/- tls/d.example/-/- http/e.example/-/-");
    expect(
        "SELECT client || '/' || client_port || '/' || server || '/' || server_port || '/' ||"
        " proto || '/' || uid || '/' || sensor || '/' || source || '/' || t FROM lookups LIMIT 1",
        "10.0.0.1/4000/2001:db8::2/443/tcp/7/suricata/eve.json/1970-01-01T00:00:00.000009Z");
    batch_done(&b);
}

Test(lookup_table, a_row_is_found_by_its_id_and_by_its_time)
{
    struct batch b = {0};
    char name[40];
    for (int put_no = 0; put_no < 3; put_no++) {
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "n%d.example", put_no * 3 + i);
            add(&b, put_no * 100 + i, NAME_DNS, arena_strdup(&b.text, str_of(name)));
        }
        put(&b);
    }
    expect("SELECT id FROM lookup", "65536 65537 65538 131072 131073 131074 196608 196609 196610");
    expect("SELECT name FROM lookup WHERE id = 131073", "n4.example");
    expect("SELECT name FROM lookup WHERE rowid = 131073", "n4.example");
    expect("SELECT name FROM lookup WHERE id = 131075", "");
    expect("SELECT name FROM lookup WHERE id > 131073 AND id <= 196608", "n5.example n6.example");
    expect("SELECT name FROM lookup WHERE t BETWEEN 102 AND 200", "n5.example n6.example");
    expect("SELECT name FROM lookup WHERE t < 1 OR t > 201", "n0.example n8.example");
    expect("SELECT name FROM lookup WHERE t = 101 AND id > 0", "n4.example");
    expect("SELECT count(*) FROM lookup WHERE t < 'text'", "9");
    expect("SELECT count(*) FROM lookup WHERE t > NULL", "0");
    expect("SELECT group_concat(name) FROM (SELECT name FROM lookup ORDER BY id DESC LIMIT 2)",
        "n8.example,n7.example");
    expect("SELECT n.name FROM (SELECT 196609 AS i UNION ALL SELECT 65536) CROSS JOIN lookup n"
           " ON n.id = i",
        "n7.example n0.example");
    batch_done(&b);
}

Test(lookup_table, more_than_a_page_holds_goes_on_in_the_next)
{
    struct batch b = {0};
    for (int i = 0; i < 4097; i++)
        add(&b, i, NAME_DNS, "a.example");
    put(&b);
    expect("SELECT count(*) || '/' || count(DISTINCT id) || '/' || max(t) FROM lookup",
        "4097/4097/4096");
    expect("SELECT rows FROM lookup_page", "4096 1");
    expect("SELECT t FROM lookup WHERE id = 131072", "4096");
    batch_done(&b);
}

Test(lookup_table, batches_of_one_commit_share_a_page)
{
    struct batch b = {0};
    struct err err = {0};
    cr_assert(store_begin(db.s, &err));
    for (int i = 0; i < 3; i++) {
        add(&b, i, NAME_DNS, "a.example");
        put(&b);
    }
    source = (struct source){.path = "other.json", .header_offset = -1};
    add(&b, 3, NAME_DNS, "b.example");
    put(&b);
    cr_assert(store_commit(db.s, &err), "%s", err.text);
    expect("SELECT rows FROM lookup_page", "3 1");
    expect("SELECT name || source FROM lookups",
        "a.exampleeve.json a.exampleeve.json a.exampleeve.json b.exampleother.json");
    batch_done(&b);
}

Test(lookup_table, names_of_a_batch_that_is_taken_back_are_gone)
{
    struct batch b = {0};
    struct err err = {0};
    cr_assert(store_begin(db.s, &err));
    add(&b, 1, NAME_DNS, "a.example");
    put(&b);
    store_rollback(db.s);
    source = (struct source){.path = "eve.json", .header_offset = -1};
    add(&b, 2, NAME_DNS, "b.example");
    put(&b);
    expect("SELECT name FROM lookup", "b.example");
    batch_done(&b);
}

Test(lookup_table, a_damaged_page_is_an_error)
{
    struct err err = {0};
    scratch_run(&db, "INSERT INTO lookup_page VALUES (1, 1, 1, 1, 0, 9, x'010203')");
    struct query *q =
        store_query(db.s, "test", "SELECT count(*) FROM lookup /* scans lookup: all of it */");
    while (query_step(q))
        ;
    cr_expect_not(query_done(q, &err));
    cr_expect_eq(err.code, ERR_DATA);
}
