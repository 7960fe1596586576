/* Pages of a feed's entries: what is written is read again, in its order, whatever it is. */
#include "store/indicator_page_writer.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>

#define NAME_SIZE 32
#define ADDED_MAX 20000

/* All that was added to the pages that are expected. */
struct added {
    char name[NAME_SIZE];
    int64_t key, claim;
};

static struct scratch db;
static struct page_writer writer;
static struct added *added;
static int added_count;

static void setup(void)
{
    scratch_open(&db);
    writer = (struct page_writer){.s = db.s, .feed = 1};
    added = calloc(ADDED_MAX, sizeof *added);
    added_count = 0;
    cr_assert(added);
}

static void teardown(void)
{
    free(added);
    page_writer_done(&writer);
    scratch_close(&db);
}

TestSuite(indicator_page_writer, .init = setup, .fini = teardown);

static void start(int64_t row, bool changed)
{
    page_writer_start(&writer, row, INDICATOR_PAGE_FIRST);
    writer.changed = changed;
    added_count = 0;
}

static void add(int64_t key, const char *name, int64_t claim)
{
    struct err err = {0};
    struct added *a = &added[added_count++];
    cr_assert_leq(added_count, ADDED_MAX);
    *a = (struct added){.key = key, .claim = claim};
    snprintf(a->name, sizeof a->name, "%s", name);
    struct str text = indicator_key_is_v4(key) ? STR_NONE : str_of(name);
    cr_assert(page_writer_add(&writer, key, text, claim, &err), "%s", err.text);
}

/* Of IPv4, by its key. */
static void add_net(uint32_t address, unsigned bits, int64_t claim)
{
    struct cidr net = {ip_from_v4(address), (uint8_t)bits};
    char text[CIDR_TEXT_SIZE];
    cidr_format(&net, text);
    add(indicator_key_net(&net.ip, bits), text, claim);
}

static void end(void)
{
    struct err err = {0};
    cr_assert(page_writer_end(&writer, &err), "%s", err.text);
}

static void expect_value(const char *sql, const char *want)
{
    struct err err = {0};
    struct query *q = store_query(db.s, "test", sql);
    cr_assert(query_step(q), "%s: %s", sql, query_done(q, &err) ? "no row" : err.text);
    struct str got = query_s(q, 0);
    cr_expect(str_eq(got, str_of(want)), "want %s, got %.*s", want, (int)got.len, got.p);
    cr_expect(query_done(q, NULL));
}

static bool is_entry(const struct page_entry *e, const struct added *want)
{
    bool same = e->name.p ? str_eq(e->name, str_of(want->name)) : e->key == want->key;
    return same && e->claim == want->claim;
}

/* Every page begins where it says, and holds what is before the next one; names stay whole. Returns how
 * many there are. */
static int expect_sound_pages(void)
{
    int pages = 0, at = 0;
    struct query *q = store_query(
        db.s, "test", "SELECT " PAGE_COLUMNS " FROM indicator_page WHERE feed = 1 ORDER BY first");
    for (; query_step(q); pages++) {
        struct page page = page_of(q, 0);
        struct page_reader r = {0};
        struct page_entry e;
        bool damaged;
        cr_assert_lt(at, added_count);
        cr_expect_eq(
            page.first, pages == 0 ? INDICATOR_PAGE_FIRST : added[at].key, "page %d", pages);
        cr_expect(
            at == 0 || added[at - 1].key != added[at].key, "page %d begins amidst a name", pages);
        cr_expect(page.addresses.p || page.names.p, "page %d is empty", pages);
        page_reader_start(&r, &page);
        for (; page_reader_next(&r, &e, &damaged); at++) {
            cr_assert_lt(at, added_count);
            cr_assert(is_entry(&e, &added[at]), "entry %d: %.*s, %d", at, (int)e.name.len, e.name.p,
                (int)e.claim);
        }
        cr_expect_not(damaged);
        page_reader_done(&r);
    }
    cr_expect_eq(at, added_count, "%d of %d", at, added_count);
    cr_expect(query_done(q, NULL));
    return pages;
}

#define FIRST_PAGE                                                                                 \
    "SELECT ifnull(claim, 'no') || ' ' || ifnull(addresses, 'none') || ' ' || "                    \
    "ifnull(names, 'none') FROM indicator_page WHERE feed = 1 ORDER BY first LIMIT 1"
#define PAGES    "SELECT count(*) FROM indicator_page WHERE feed = 1"
#define SHORTEST "SELECT min(ifnull(length(addresses), 0) + ifnull(length(names), 0)) > "
#define LONGEST  "SELECT max(ifnull(length(addresses), 0) + ifnull(length(names), 0)) < "
#define OF_PAGES " FROM indicator_page /* scans indicator_page: a test */"

/* ------------------------------------------------------------------ one page */

Test(indicator_page_writer, keeps_names_as_json_in_the_order_of_adding)
{
    start(0, true);
    add(1 << 8 | INDICATOR_FORM_DOMAIN, "a.example", 7);
    add(1 << 8 | INDICATOR_FORM_DOMAIN, "a.example", 8);
    add(2 << 8 | INDICATOR_FORM_DOMAIN, "b\"c", 1234567890);
    end();
    expect_value(FIRST_PAGE, "no none {\"a.example\":7,\"a.example\":8,\"b\\u0022c\":1234567890}");
    expect_value("SELECT group_concat(e.key || ' ' || e.value) FROM indicator_page p, "
                 "json_each(p.names) e /* scans indicator_page: a test */",
        "a.example 7,a.example 8,b\"c 1234567890");
}

Test(indicator_page_writer, keeps_addresses_as_numbers)
{
    start(0, true);
    add_net(0xC6336407, 32, 3);
    add_net(0xC6336408, 32, 3);
    add_net(0xFFFFFFFF, 32, 3);
    end();
    expect_value(FIRST_PAGE, "3 ,3325256711,3325256712,4294967295, none");
    expect_sound_pages();
}

Test(indicator_page_writer, counts_addresses_from_the_first_key)
{
    writer.changed = true;
    page_writer_start(&writer, 0, INT64_C(0xC6336400) << 8 | 24);
    writer.changed = true;
    add_net(0xC6336400, 24, 5);
    add_net(0xC6336400, 32, 4);
    add_net(0xC6336407, 32, 4);
    end();
    expect_value(FIRST_PAGE, "4 ,0,7, {\"198.51.100.0/24\":5}");
}

Test(indicator_page_writer, keeps_what_most_addresses_have_short)
{
    start(0, true);
    add_net(0xC0000201, 32, 9); /* the first is another's */
    add_net(0xC0000202, 32, 7);
    add_net(0xC0000203, 32, 7);
    add_net(0xC0000204, 32, 8);
    add_net(0xC0000205, 32, 7);
    end();
    expect_value(
        FIRST_PAGE, "7 ,3221225986,3221225987,3221225989, {\"192.0.2.1\":9,\"192.0.2.4\":8}");
    expect_sound_pages();
}

/* The others are where they are read in their order. */
Test(indicator_page_writer, keeps_the_first_claim_alone_among_the_addresses)
{
    start(0, true);
    add_net(0xC0000201, 32, 1);
    add_net(0xC0000201, 32, 2);
    add_net(0xC0000202, 32, 2);
    add_net(0xC0000202, 32, 1);
    add_net(0xC0000203, 32, 1);
    add_net(0xC0000203, 32, 1);
    end();
    expect_value(FIRST_PAGE, "1 ,3221225985,3221225987, {\"192.0.2.1\":2,\"192.0.2.2\":2,"
                             "\"192.0.2.2\":1,\"192.0.2.3\":1}");
    expect_sound_pages();
}

Test(indicator_page_writer, writes_no_page_without_entries)
{
    start(0, true);
    end();
    expect_value(PAGES, "0");
}

Test(indicator_page_writer, writes_only_what_changed)
{
    scratch_run(&db, "INSERT INTO indicator_page VALUES (5, 1, 0, 1, ',1,', '{\"a.example\":1}');"
                     "CREATE TRIGGER no_more BEFORE UPDATE ON indicator_page BEGIN"
                     " SELECT raise(ABORT, 'no more'); END");
    start(5, false);
    add(INDICATOR_FORM_DOMAIN, "a.example", 1);
    end();
    scratch_run(&db, "DROP TRIGGER no_more");
    start(5, true);
    add(INDICATOR_FORM_DOMAIN, "a.example", 2);
    end();
    expect_value(FIRST_PAGE, "no none {\"a.example\":2}");
    expect_value(PAGES, "1");
}

/* ------------------------------------------------------------------ many */

/* Keys are numbers of names, of which each has `repeat` claims. */
static void add_names(int names, int repeat)
{
    for (int i = 0; i < names; i++)
        for (int j = 0; j < repeat; j++) {
            char name[NAME_SIZE];
            snprintf(name, sizeof name, "name-%d.example", i);
            add((int64_t)i << 8 | INDICATOR_FORM_DOMAIN, name, j + 1);
        }
}

Test(indicator_page_writer, cuts_between_keys)
{
    start(0, true);
    add_names(1000, 1);
    end();
    int pages = expect_sound_pages();
    cr_expect(pages >= 8 && pages <= 12, "%d pages", pages);
    scratch_run(&db, "DELETE FROM indicator_page");
    start(0, true);
    add_names(100, 37);
    end();
    cr_expect_gt(expect_sound_pages(), 20);
}

Test(indicator_page_writer, keeps_a_name_with_however_many_claims)
{
    start(0, true);
    add_names(3, 1000);
    end();
    cr_expect_eq(expect_sound_pages(), 3);
    scratch_run(&db, "DELETE FROM indicator_page");
    start(0, true);
    for (int i = 0; i < 3000; i++)
        add_net(0xC0000201 + (uint32_t)i / 1000, 32, i % 1000 + 1);
    end();
    cr_expect_eq(expect_sound_pages(), 3);
}

/* Numbers, claims and networks among them as chance has it. */
static void add_addresses(int count, uint32_t step, int64_t claims, unsigned networks)
{
    uint32_t chance = 7, address = 0x0A000000;
    for (int i = 0; i < count; i++) {
        chance = chance * 1664525 + 1013904223;
        address += 1 + (chance >> 8) % step;
        if (networks && (chance >> 16) % networks == 0)
            add_net(address = (address | 0xFF) + 1, 24, 1 + (chance >> 20) % claims);
        add_net(address, 32, 1 + (chance >> 12) % claims);
    }
}

static int write_addresses(int count, uint32_t step, int64_t claims, unsigned networks)
{
    scratch_run(&db, "DELETE FROM indicator_page");
    start(0, true);
    add_addresses(count, step, claims, networks);
    end();
    return expect_sound_pages();
}

Test(indicator_page_writer, fills_pages_with_addresses)
{
    int close = write_addresses(9000, 10, 1, 0), far = write_addresses(9000, 400000, 1, 0);
    cr_expect(close >= 18 && close <= 24, "%d pages", close);
    cr_expect(far >= 38 && far <= 48, "%d pages", far);
    expect_value(SHORTEST "1900" OF_PAGES, "1");
    expect_value(LONGEST "2820" OF_PAGES, "1");
    expect_value("SELECT count(names)" OF_PAGES, "0");
}

static int64_t only_page(void)
{
    struct query *q = store_query(db.s, "test", "SELECT id FROM indicator_page WHERE feed = 1");
    int64_t row = query_step(q) ? query_i(q, 0) : 0;
    cr_expect(query_done(q, NULL));
    return row;
}

/* Those that were added, again; returns how many whole pages there are of them. */
static int write_whole_pages(void)
{
    struct radix_item *items = calloc((size_t)added_count, sizeof *items);
    struct err err = {0};
    size_t taken = 1, at = 0, count = (size_t)added_count;
    int pages = 0;
    cr_assert(items);
    for (size_t i = 0; i < count; i++)
        items[i].key = added[i].key;
    start(0, true);
    for (; taken > 0; at += taken, pages += taken > 0) {
        size_t some = count - at < PAGE_ADDRESSES ? count - at : PAGE_ADDRESSES;
        cr_assert(page_writer_add_page(&writer, items + at, some, 1, &taken, &err), "%s", err.text);
    }
    for (; at < count; at++)
        cr_assert(page_writer_add(&writer, items[at].key, STR_NONE, 1, &err), "%s", err.text);
    end();
    added_count = (int)count;
    free(items);
    return pages;
}

Test(indicator_page_writer, writes_whole_pages_of_addresses_as_others)
{
    for (uint32_t step = 1; step < 1000000; step *= 30) {
        write_addresses(9000, step, 1, 0);
        scratch_run(&db, "CREATE TABLE slow AS SELECT first, claim, addresses, names FROM "
                         "indicator_page ORDER BY first; DELETE FROM indicator_page;");
        int whole = write_whole_pages();
        cr_expect(whole >= 10 && expect_sound_pages() >= whole, "%d whole pages", whole);
        expect_value(
            "SELECT count(*) < 4 FROM (SELECT first, claim, addresses, names FROM "
            "indicator_page EXCEPT SELECT * FROM slow) /* scans indicator_page: a test, scans slow: a test */",
            "1");
        scratch_run(&db, "DROP TABLE slow");
    }
}

Test(indicator_page_writer, writes_no_whole_page_before_its_turn)
{
    struct radix_item items[PAGE_ADDRESSES];
    size_t taken = 1;
    for (int i = 0; i < PAGE_ADDRESSES; i++)
        items[i].key = indicator_key_address(0xC6330000u + (uint32_t)i);
    start(0, true);
    add_net(0xC0000201, 32, 1);
    cr_assert(page_writer_add_page(&writer, items, PAGE_ADDRESSES, 1, &taken, NULL));
    cr_expect_eq(taken, 0, "one waits");
    end();
    start(only_page(), true);
    cr_assert(page_writer_add_page(&writer, items, PAGE_ADDRESSES, 1, &taken, NULL));
    cr_expect_eq(taken, 0, "a row is to be written over");
    page_writer_start(&writer, 0, items[0].key);
    cr_assert(page_writer_add_page(&writer, items, 100, 1, &taken, NULL));
    cr_expect_eq(taken, 0, "they do not fill it");
    expect_value(PAGES, "1");
}

Test(indicator_page_writer, is_at_home_with_several_claims_and_networks)
{
    for (int64_t claims = 1; claims <= 300; claims += claims < 4 ? 1 : 74)
        for (unsigned networks = 0; networks < 60; networks += 29) {
            cr_expect_gt(write_addresses(5000, 5000, claims, networks), 15);
            expect_value(SHORTEST "900" OF_PAGES, "1");
            expect_value(LONGEST "4200" OF_PAGES, "1");
        }
}

Test(indicator_page_writer, cuts_in_two_what_grows)
{
    start(0, true);
    add_names(100, 1);
    end();
    cr_expect_eq(expect_sound_pages(), 1);
    start(only_page(), true);
    add_names(160, 1);
    end();
    cr_expect_eq(expect_sound_pages(), 2);
    expect_value(SHORTEST "1200" OF_PAGES, "1");
    cr_expect_eq(write_addresses(170, 1, 1, 0), 1);
    start(only_page(), true);
    add_addresses(300, 1, 1, 0);
    end();
    cr_expect_eq(expect_sound_pages(), 2);
    expect_value(
        "SELECT min(length(addresses) - length(replace(addresses, ',', ''))) > 100" OF_PAGES, "1");
}
