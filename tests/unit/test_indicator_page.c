/* Pages of a feed's entries: what is written is read, and found, again. */
#include "store/indicator.h"
#include "store/indicator_page.h"
#include "tests/unit/scratch.h"

static struct scratch db;
static struct page_writer writer;

static void setup(void)
{
    scratch_open(&db);
    writer = (struct page_writer){.s = db.s, .feed = 1};
}

static void teardown(void)
{
    page_writer_done(&writer);
    scratch_close(&db);
}

TestSuite(indicator_page, .init = setup, .fini = teardown);

static void add(int64_t key, const char *name, int64_t claim)
{
    struct err err = {0};
    cr_assert(page_writer_add(&writer, key, str_of(name), claim, &err), "%s", err.text);
}

static void end(const char *stored)
{
    struct err err = {0};
    cr_assert(page_writer_end(&writer, str_of(stored), &err), "%s", err.text);
}

static void expect_value(const char *sql, const char *want)
{
    struct query *q = store_query(db.s, "test", sql);
    cr_assert(query_step(q));
    struct str got = query_s(q, 0);
    cr_expect(str_eq(got, str_of(want)), "want %s, got %.*s", want, (int)got.len, got.p);
    cr_expect(query_done(q, NULL));
}

#define FIRST_PAGE "SELECT names FROM indicator_page WHERE feed = 1 ORDER BY first LIMIT 1"
#define PAGES      "SELECT count(*) FROM indicator_page WHERE feed = 1"

/* ------------------------------------------------------------------ writing */

Test(indicator_page, is_json_in_the_order_of_adding)
{
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    add(1, "192.0.2.1", 7);
    add(1, "192.0.2.1", 8);
    add(2, "192.0.2.2", 1234567890);
    end(NULL);
    expect_value(FIRST_PAGE, "{\"192.0.2.1\":7,\"192.0.2.1\":8,\"192.0.2.2\":1234567890}");
    expect_value("SELECT group_concat(e.key || ' ' || e.value) FROM indicator_page p, "
                 "json_each(p.names) e /* scans indicator_page: a test */",
        "192.0.2.1 7,192.0.2.1 8,192.0.2.2 1234567890");
}

Test(indicator_page, is_not_written_without_entries)
{
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    end(NULL);
    expect_value(PAGES, "0");
}

Test(indicator_page, is_written_only_where_it_changed)
{
    scratch_run(&db, "INSERT INTO indicator_page VALUES (5, 1, 0, '{\"a.example\":1}');"
                     "CREATE TRIGGER no_more BEFORE UPDATE ON indicator_page BEGIN"
                     " SELECT raise(ABORT, 'no more'); END");
    page_writer_start(&writer, 5, 0);
    add(1, "a.example", 1);
    end("{\"a.example\":1}");
    scratch_run(&db, "DROP TRIGGER no_more");
    page_writer_start(&writer, 5, 0);
    add(1, "a.example", 2);
    end("{\"a.example\":1}");
    expect_value(FIRST_PAGE, "{\"a.example\":2}");
    expect_value(PAGES, "1");
}

/* Keys are numbers of names, of which each has `repeat` claims. */
static void add_many(int names, int repeat)
{
    for (int i = 0; i < names; i++)
        for (int j = 0; j < repeat; j++) {
            char name[32];
            snprintf(name, sizeof name, "name-%d.example", i);
            add(i, name, j + 1);
        }
}

/* Every page begins where it says, and holds what is before the next one; names stay whole. */
static int expect_sound_pages(int names, int repeat)
{
    int pages = 0, next = 0, claims = 0;
    struct query *q = store_query(
        db.s, "test", "SELECT first, names FROM indicator_page WHERE feed = 1 ORDER BY first");
    for (; query_step(q); pages++) {
        struct page_reader r = {0};
        struct page_entry e;
        bool damaged;
        cr_expect_eq(query_i(q, 0), pages == 0 ? INDICATOR_PAGE_FIRST : next, "page %d", pages);
        cr_expect_eq(claims % repeat, 0, "page %d begins amidst a name", pages);
        page_reader_start(&r, query_s(q, 1));
        for (; page_reader_next(&r, &e, &damaged); claims++) {
            char name[32];
            snprintf(name, sizeof name, "name-%d.example", claims / repeat);
            cr_assert(str_eq(e.name, str_of(name)), "%.*s", (int)e.name.len, e.name.p);
            cr_assert_eq(e.claim, claims % repeat + 1);
        }
        cr_expect_not(damaged);
        page_reader_done(&r);
        next = claims / repeat;
    }
    cr_expect_eq(claims, names * repeat);
    cr_expect(query_done(q, NULL));
    return pages;
}

Test(indicator_page, is_cut_between_keys)
{
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    add_many(1000, 1);
    end(NULL);
    int pages = expect_sound_pages(1000, 1);
    cr_expect(pages >= 8 && pages <= 12, "%d pages", pages);
    scratch_run(&db, "DELETE FROM indicator_page");
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    add_many(100, 37);
    end(NULL);
    cr_expect_gt(expect_sound_pages(100, 37), 20);
}

Test(indicator_page, holds_a_name_with_however_many_claims)
{
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    add_many(3, 1000);
    end(NULL);
    cr_expect_eq(expect_sound_pages(3, 1000), 3);
}

Test(indicator_page, is_cut_in_two_when_it_grows)
{
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    add_many(100, 1);
    end(NULL);
    cr_expect_eq(expect_sound_pages(100, 1), 1);
    struct query *q = store_query(db.s, "test", "SELECT id FROM indicator_page WHERE feed = 1");
    int64_t row = query_step(q) ? query_i(q, 0) : 0;
    cr_expect(query_done(q, NULL));
    page_writer_start(&writer, row, INDICATOR_PAGE_FIRST);
    add_many(160, 1);
    end("");
    cr_expect_eq(expect_sound_pages(160, 1), 2);
    expect_value("SELECT min(length(names)) > 1200 FROM indicator_page"
                 " /* scans indicator_page: a test */",
        "1");
}

/* ------------------------------------------------------------------ reading */

static bool is_damaged(const char *names)
{
    struct page_reader r = {0};
    struct page_entry e;
    bool damaged;
    page_reader_start(&r, str_of(names));
    while (page_reader_next(&r, &e, &damaged))
        continue;
    page_reader_done(&r);
    return damaged;
}

Test(indicator_page, that_is_damaged_is_told_from_one_that_ends)
{
    static const char *const wrong[] = {"{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":}",
        "{\"a\":1,", "{\"a\":1,}", "[\"a\":1}", "{a:1}", "{\"a\":1\"b\":2}", "{\"a\\\":1}",
        "{\"a\\u00zz\":1}", "{\"a\\n\":1}"};
    cr_expect_not(is_damaged(""));
    cr_expect_not(is_damaged("{\"a\":1}"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect(is_damaged(wrong[i]), "%s", wrong[i]);
}

static const char *const odd[] = {"\"", "\\", "a\"b", "a\\b", "\x01", "a\nb\tc", "\":1,\"x",
    "\\u0022", "\xc3\xa9.example", "", "{\"a\":1}"};
#define ODD ((int)(sizeof odd / sizeof *odd))

Test(indicator_page, gives_odd_names_back_as_they_were)
{
    struct page_reader r = {0};
    struct page_entry e;
    bool damaged;
    page_writer_start(&writer, 0, INDICATOR_PAGE_FIRST);
    for (int i = 0; i < ODD; i++)
        add(i * 256 + INDICATOR_FORM_DOMAIN, odd[i], i + 1);
    end(NULL);
    struct query *q = store_query(db.s, "test", "SELECT names FROM indicator_page WHERE feed = 1");
    cr_assert(query_step(q));
    page_reader_start(&r, query_s(q, 0));
    for (int i = 0; i < ODD; i++) {
        cr_assert(page_reader_next(&r, &e, &damaged), "%d: %d", i, damaged);
        cr_expect(str_eq(e.name, str_of(odd[i])), "%s: %.*s", odd[i], (int)e.name.len, e.name.p);
        cr_expect_eq(e.claim, i + 1);
    }
    cr_expect(!page_reader_next(&r, &e, &damaged) && !damaged);
    page_reader_done(&r);
    for (int i = 0; i < ODD; i++) {
        struct str rest = query_s(q, 0);
        struct buf needle = {0};
        int64_t claim;
        page_add_needle(&needle, str_of(odd[i]));
        cr_assert(page_find(&rest, buf_str(&needle), &claim), "%s", odd[i]);
        cr_expect_eq(claim, i + 1, "%s", odd[i]);
        cr_expect_not(page_find(&rest, buf_str(&needle), &claim), "%s again", odd[i]);
        buf_done(&needle);
    }
    cr_expect(query_done(q, NULL));
    for (int i = 0; i < ODD; i++) {
        struct query *in_sql = store_query(db.s, "test",
            "SELECT e.key FROM indicator_page p, json_each(p.names) e "
            "WHERE p.feed = 1 AND e.value = :claim");
        query_bind_i(in_sql, ":claim", i + 1);
        cr_assert(query_step(in_sql));
        cr_expect(str_eq(query_s(in_sql, 0), str_of(odd[i])), "%s in SQL", odd[i]);
        cr_expect(query_done(in_sql, NULL));
    }
}

Test(indicator_page, finds_all_claims_of_a_whole_name)
{
    struct str rest =
        STR("{\"10.example\":1,\"0.example\":2,\"0.example\":34,\"0.example.com\":5}");
    struct buf needle = {0};
    int64_t first = 0, second = 0, third;
    page_add_needle(&needle, STR("0.example"));
    cr_expect(page_find(&rest, buf_str(&needle), &first));
    cr_expect(page_find(&rest, buf_str(&needle), &second));
    cr_expect_not(page_find(&rest, buf_str(&needle), &third));
    cr_expect(first == 2 && second == 34, "%d and %d", (int)first, (int)second);
    buf_done(&needle);
}
