/* An import replaces a feed, keeps what stays as it is, and leaves the history of what went. */
#include "tests/unit/feed_list.h"
#include "tests/unit/scratch.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_feed, .init = setup, .fini = teardown);

static struct indicator always(const char *net, enum indicator_category category)
{
    struct indicator i = {.category = category,
        .from_us = INDICATOR_ALWAYS_FROM,
        .until_us = INDICATOR_ALWAYS_UNTIL,
        .note = STR("")};
    cr_assert(cidr_parse(str_of(net), &i.net), "%s", net);
    return i;
}

static struct indicator domain(const char *name, enum indicator_category category)
{
    return (struct indicator){.kind = INDICATOR_DOMAIN,
        .domain = str_of(name),
        .category = category,
        .from_us = INDICATOR_ALWAYS_FROM,
        .until_us = INDICATOR_ALWAYS_UNTIL,
        .note = STR("")};
}

static struct indicator dated(
    const char *net, enum indicator_category category, int64_t from_us, int64_t until_us)
{
    struct indicator i = always(net, category);
    i.from_us = from_us;
    i.until_us = until_us;
    return i;
}

static void expect_import(const char *name, const struct indicator *indicators, size_t count,
    int64_t now_us, struct feed_change want)
{
    struct feed_change got = {-1, -1, -1};
    struct err err = {0};
    cr_assert(import_list(db.s, name, indicators, count, now_us, &got, &err), "%s", err.text);
    cr_expect(got.added == want.added && got.kept == want.kept && got.ended == want.ended,
        "%s at %lld: added %lld, kept %lld, ended %lld", name, (long long)now_us,
        (long long)got.added, (long long)got.kept, (long long)got.ended);
}

#define IMPORT(name, now_us, want_added, want_kept, want_ended, ...)                               \
    do {                                                                                           \
        struct indicator list[] = {__VA_ARGS__};                                                   \
        expect_import(name, list, sizeof list / sizeof *list, now_us,                              \
            (struct feed_change){want_added, want_kept, want_ended});                              \
    } while (0)

/* "feed net category from..until;" for each that is or was in force; * is always. */
static void expect_indicators(const char *want)
{
    struct buf text = {0};
    struct query *q = store_query(db.s, "test",
        "SELECT feed || ' ' || network || ' ' || category || ' ' || ifnull(valid_from_us, '*') ||"
        " '..' || ifnull(min(ifnull(valid_until_us, ended_us), ifnull(ended_us, valid_until_us)),"
        " '*') || ';' FROM indicators"
        " WHERE ifnull(valid_from_us < min(ifnull(valid_until_us, ended_us),"
        " ifnull(ended_us, valid_until_us)), true)"
        " ORDER BY feed, network, valid_from_us, ended_us IS NULL, category DESC");
    buf_puts(&text, "");
    while (query_step(q))
        buf_add(&text, query_s(q, 0));
    cr_assert(query_done(q, NULL));
    cr_expect_str_eq(text.text, want, "want %s\ngot  %s", want, text.text);
    buf_done(&text);
}

static void expect_column(const char *sql, const char *want)
{
    struct query *q = store_query(db.s, "test", sql);
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), str_of(want)), "%.*s", (int)query_s(q, 0).len, query_s(q, 0).p);
    cr_expect(query_done(q, NULL));
}

static uint64_t fingerprint(void)
{
    uint64_t hash = 0;
    struct err err = {0};
    cr_assert(store_indicator_fingerprint(db.s, &hash, &err), "%s", err.text);
    return hash;
}

Test(store_feed, keeps_what_a_feed_says_in_order_of_content)
{
    IMPORT("b", 10, 1, 0, 0, always("203.0.113.9", INDICATOR_C2));
    IMPORT("a", 11, 3, 0, 0, always("2001:db8::/48", INDICATOR_MALWARE),
        dated("198.51.100.0/24", INDICATOR_BLOCKLIST, 5, 50),
        always("198.51.100.0/24", INDICATOR_SCANNER));
    expect_indicators("a 198.51.100.0/24 scanner *..*;a 198.51.100.0/24 blocklist 5..50;"
                      "a 2001:db8::/48 malware *..*;b 203.0.113.9 c2 *..*;");
}

Test(store_feed, takes_an_entry_once_however_often_the_feed_has_it)
{
    IMPORT("a", 10, 2, 0, 0, always("203.0.113.9", INDICATOR_C2),
        always("203.0.113.9/32", INDICATOR_C2), dated("203.0.113.9", INDICATOR_C2, 1, 2));
    expect_indicators("a 203.0.113.9 c2 *..*;a 203.0.113.9 c2 1..2;");
}

Test(store_feed, leaves_what_stays_and_ends_what_is_gone)
{
    IMPORT("a", 10, 3, 0, 0, always("192.0.2.1", INDICATOR_C2), always("192.0.2.2", INDICATOR_C2),
        always("192.0.2.3", INDICATOR_C2));
    IMPORT("a", 20, 1, 2, 1, always("192.0.2.4", INDICATOR_C2), always("192.0.2.3", INDICATOR_C2),
        always("192.0.2.1", INDICATOR_C2));
    expect_indicators("a 192.0.2.1 c2 *..*;a 192.0.2.2 c2 *..20;a 192.0.2.3 c2 *..*;"
                      "a 192.0.2.4 c2 *..*;");
}

Test(store_feed, takes_other_dates_or_another_category_for_another_entry)
{
    IMPORT("a", 10, 2, 0, 0, dated("192.0.2.1", INDICATOR_C2, 5, 100),
        always("192.0.2.2", INDICATOR_C2));
    IMPORT("a", 20, 2, 0, 2, dated("192.0.2.1", INDICATOR_C2, 5, 200),
        always("192.0.2.2", INDICATOR_SINKHOLE));
    expect_indicators("a 192.0.2.1 c2 5..20;a 192.0.2.1 c2 5..200;a 192.0.2.2 c2 *..20;"
                      "a 192.0.2.2 sinkhole *..*;");
}

Test(store_feed, gives_one_that_comes_back_a_row_of_its_own)
{
    IMPORT("a", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    expect_import("a", NULL, 0, 20, (struct feed_change){0, 0, 1});
    expect_indicators("a 192.0.2.1 c2 *..20;");
    IMPORT("a", 30, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    expect_indicators("a 192.0.2.1 c2 *..20;a 192.0.2.1 c2 *..*;");
}

Test(store_feed, ends_at_its_own_date_what_the_feed_drops_later)
{
    IMPORT("a", 10, 2, 0, 0, dated("192.0.2.1", INDICATOR_C2, 1, 15),
        dated("192.0.2.2", INDICATOR_C2, 30, 40));
    expect_import("a", NULL, 0, 20, (struct feed_change){0, 0, 2});
    expect_indicators("a 192.0.2.1 c2 1..15;"); /* the other one never came into force */
}

Test(store_feed, leaves_other_feeds_alone)
{
    IMPORT("a", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    IMPORT("b", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    expect_import("a", NULL, 0, 20, (struct feed_change){0, 0, 1});
    expect_indicators("a 192.0.2.1 c2 *..20;b 192.0.2.1 c2 *..*;");
}

Test(store_feed, keeps_domains_beside_networks)
{
    IMPORT("a", 10, 2, 0, 0, domain("example.com", INDICATOR_C2),
        always("192.0.2.1", INDICATOR_ALLOW));
    expect_indicators("a 192.0.2.1 allow *..*;a example.com c2 *..*;");
    IMPORT(
        "a", 20, 1, 1, 1, domain("example.com", INDICATOR_C2), domain("example.org", INDICATOR_C2));
    expect_indicators("a 192.0.2.1 allow *..20;a example.com c2 *..*;a example.org c2 *..*;");
    expect_column("SELECT group_concat(kind || ' ' || network, ';') FROM"
                  " (SELECT kind, network FROM indicators ORDER BY network)",
        "network 192.0.2.1;domain example.com;domain example.org");
}

Test(store_feed, removes_a_feed_and_keeps_its_history)
{
    int64_t ended = -1;
    struct err err = {0};
    IMPORT(
        "a", 10, 2, 0, 0, always("192.0.2.1", INDICATOR_C2), domain("example.com", INDICATOR_C2));
    IMPORT("b", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    uint64_t before = fingerprint();
    cr_assert(store_feed_remove(db.s, STR("a"), 20, &ended, &err), "%s", err.text);
    cr_expect_eq(ended, 2);
    cr_expect_neq(fingerprint(), before);
    expect_indicators("a 192.0.2.1 c2 *..20;a example.com c2 *..20;b 192.0.2.1 c2 *..*;");
    cr_assert(store_feed_remove(db.s, STR("a"), 30, &ended, &err), "%s", err.text);
    cr_expect_eq(ended, 0, "what ended once ends no second time");
    expect_indicators("a 192.0.2.1 c2 *..20;a example.com c2 *..20;b 192.0.2.1 c2 *..*;");
    cr_expect_not(store_feed_remove(db.s, STR("c"), 30, &ended, &err));
    cr_expect_eq(err.code, ERR_USAGE);
}

/* "category from..until note;" for each that is found by a text. */
static bool list_found(void *arg, const struct indicator *i)
{
    buf_printf(arg, "%s %.*s;", indicator_category_names[i->category], (int)i->note.len, i->note.p);
    return true;
}

static void expect_found(const char *text, const char *want)
{
    struct buf found = {0};
    struct err err = {0};
    buf_puts(&found, "");
    cr_assert(store_indicator_find(
                  db.s, indicator_key_text(str_of(text)), str_of(text), list_found, &found, &err),
        "%s", err.text);
    cr_expect_str_eq(found.text, want, "%s: want %s, got %s", text, want, found.text);
    buf_done(&found);
}

static struct indicator noted(struct indicator i, const char *note)
{
    i.note = str_of(note);
    return i;
}

Test(store_feed, finds_indicators_by_what_they_name)
{
    IMPORT("a", 10, 4, 0, 0, noted(always("192.0.2.1", INDICATOR_C2), "one"),
        noted(always("2001:db8::/48", INDICATOR_SCANNER), "six"),
        noted(always("192.0.2.0/24", INDICATOR_MALWARE), "wide"),
        noted(domain("bad.example.com", INDICATOR_C2), "name"));
    IMPORT("b", 10, 1, 0, 0, noted(always("192.0.2.1", INDICATOR_BLOCKLIST), "two"));
    expect_found("192.0.2.1", "c2 one;blocklist two;");
    expect_found("192.0.2.0/24", "malware wide;");
    expect_found("192.0.2.0/25", "");
    expect_found("2001:db8::/48", "scanner six;");
    expect_found("bad.example.com", "c2 name;");
    expect_found("example.com", "");
}

Test(store_feed, finds_what_ended_but_not_what_never_came_into_force)
{
    IMPORT("a", 10, 2, 0, 0, noted(always("192.0.2.1", INDICATOR_C2), "one"),
        noted(dated("192.0.2.2", INDICATOR_C2, 50, 60), "two"));
    expect_import("a", NULL, 0, 20, (struct feed_change){0, 0, 2});
    expect_found("192.0.2.1", "c2 one;");
    expect_found("192.0.2.2", "");
}

static bool stop(void *arg, const struct indicator *i)
{
    (void)i;
    return ++*(int *)arg < 2;
}

Test(store_feed, stops_when_the_visitor_says_so)
{
    int visits = 0;
    struct err err = {0};
    IMPORT("a", 10, 3, 0, 0, always("192.0.2.1", INDICATOR_C2),
        always("192.0.2.1", INDICATOR_SCANNER), always("192.0.2.1", INDICATOR_MALWARE));
    cr_expect(store_indicator_find(
        db.s, indicator_key_text(STR("192.0.2.1")), STR("192.0.2.1"), stop, &visits, &err));
    cr_expect_eq(visits, 2);
}

Test(store_feed, keeps_the_note)
{
    struct indicator i = always("192.0.2.1", INDICATOR_C2);
    i.note = STR("seen by us");
    IMPORT("a", 10, 1, 0, 0, i);
    struct query *q = store_query(db.s, "note", "SELECT note FROM indicators");
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), STR("seen by us")));
    cr_expect(query_done(q, NULL));
}

/* ------------------------------------------------------------------ the fingerprint */

Test(store_feed, has_one_fingerprint_for_one_content_in_any_order)
{
    cr_expect_eq(fingerprint(), 0);
    IMPORT("a", 10, 2, 0, 0, always("192.0.2.1", INDICATOR_C2), always("192.0.2.2", INDICATOR_C2));
    IMPORT("b", 10, 1, 0, 0, always("192.0.2.3", INDICATOR_C2));
    uint64_t first = fingerprint();
    scratch_close(&db);
    scratch_open(&db);
    IMPORT("b", 90, 1, 0, 0, always("192.0.2.3", INDICATOR_C2));
    IMPORT("a", 91, 2, 0, 0, always("192.0.2.2", INDICATOR_C2), always("192.0.2.1", INDICATOR_C2));
    cr_expect_eq(fingerprint(), first);
}

Test(store_feed, changes_its_fingerprint_with_every_part_of_an_entry)
{
    struct indicator variants[] = {
        always("192.0.2.1", INDICATOR_C2),
        always("192.0.2.2", INDICATOR_C2),
        always("192.0.2.0/25", INDICATOR_C2),
        always("192.0.2.1", INDICATOR_MALWARE),
        dated("192.0.2.1", INDICATOR_C2, 1, INDICATOR_ALWAYS_UNTIL),
        dated("192.0.2.1", INDICATOR_C2, INDICATOR_ALWAYS_FROM, 1),
    };
    uint64_t seen[6];
    for (int i = 0; i < 6; i++) {
        cr_assert(import_list(db.s, "a", &variants[i], 1, 10, NULL, NULL));
        seen[i] = fingerprint();
        for (int j = 0; j < i; j++)
            cr_expect_neq(seen[i], seen[j], "%d and %d", i, j);
        scratch_close(&db);
        scratch_open(&db);
    }
}

Test(store_feed, changes_its_fingerprint_with_the_feed_and_with_an_end)
{
    IMPORT("a", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    uint64_t in_a = fingerprint();
    IMPORT("a", 20, 0, 1, 0, always("192.0.2.1", INDICATOR_C2));
    cr_expect_eq(fingerprint(), in_a, "the same content again changes nothing");
    expect_import("a", NULL, 0, 20, (struct feed_change){0, 0, 1});
    uint64_t ended = fingerprint();
    cr_expect_neq(ended, in_a);
    scratch_close(&db);
    scratch_open(&db);
    IMPORT("b", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    cr_expect_neq(fingerprint(), in_a);
}

/* What history adds is part of it: imports that end in the same rows end in the same sum. */
Test(store_feed, keeps_its_fingerprint_true_through_imports_and_removal)
{
    int64_t ended;
    IMPORT("a", 10, 3, 0, 0, always("192.0.2.1", INDICATOR_C2), always("192.0.2.2", INDICATOR_C2),
        dated("192.0.2.3", INDICATOR_C2, 5, 15));
    IMPORT("a", 20, 1, 1, 2, always("192.0.2.1", INDICATOR_C2), always("192.0.2.4", INDICATOR_C2));
    cr_assert(store_feed_remove(db.s, STR("a"), 30, &ended, NULL));
    uint64_t by_steps = fingerprint();
    scratch_close(&db);
    scratch_open(&db);
    IMPORT("a", 1, 4, 0, 0, dated("192.0.2.1", INDICATOR_C2, INDICATOR_ALWAYS_FROM, 30),
        dated("192.0.2.2", INDICATOR_C2, INDICATOR_ALWAYS_FROM, 20),
        dated("192.0.2.3", INDICATOR_C2, 5, 15),
        dated("192.0.2.4", INDICATOR_C2, INDICATOR_ALWAYS_FROM, 30));
    cr_expect_eq(fingerprint(), by_steps);
}

/* ------------------------------------------------------------------ the filter */

static bool filter_has(const char *text)
{
    struct bloom filter;
    cr_assert(store_indicator_filter(db.s, &filter, NULL));
    bool has = bloom_has(&filter, (uint64_t)indicator_key_text(str_of(text)));
    bloom_done(&filter);
    return has;
}

static bool filter_has_form(unsigned form)
{
    struct bloom filter;
    cr_assert(store_indicator_filter(db.s, &filter, NULL));
    bool has = indicator_filter_has_form(&filter, form);
    bloom_done(&filter);
    return has;
}

Test(store_feed, has_a_filter_that_knows_keys_and_their_forms)
{
    cr_expect_not(filter_has("192.0.2.1"), "an empty one");
    IMPORT("a", 10, 2, 0, 0, always("192.0.2.0/24", INDICATOR_C2),
        always("2001:db8::/32", INDICATOR_C2));
    cr_expect(filter_has("192.0.2.0/24"));
    cr_expect(filter_has("2001:db8::/32"));
    cr_expect_not(filter_has("192.0.2.0/25"));
    cr_expect(filter_has_form(INDICATOR_FORM_V4 + 24) && filter_has_form(INDICATOR_FORM_V6 + 32));
    cr_expect_not(
        filter_has_form(INDICATOR_FORM_V4 + 32) || filter_has_form(INDICATOR_FORM_DOMAIN));
    IMPORT("b", 10, 1, 0, 0, domain("example.com", INDICATOR_C2));
    cr_expect(filter_has("example.com") && filter_has_form(INDICATOR_FORM_DOMAIN));
    cr_expect(filter_has("192.0.2.0/24"), "what was in it stays");
}

/* Enough for it to be made anew some times, beside others. */
Test(store_feed, has_a_filter_that_grows_with_the_feeds)
{
    enum { FEEDS = 12, EACH = 400 };
    struct indicator many[EACH];
    IMPORT("first", 10, 1, 0, 0, always("203.0.113.9", INDICATOR_C2));
    for (int f = 0; f < FEEDS; f++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", f);
        for (int i = 0; i < EACH; i++) {
            many[i] = always("198.51.100.1", INDICATOR_C2);
            many[i].net.ip = ip_from_v4(0xC6120000u + (uint32_t)(f * EACH + i));
        }
        expect_import(name, many, EACH, 10, (struct feed_change){EACH, 0, 0});
    }
    for (uint32_t i = 0; i < FEEDS * EACH; i++) {
        char text[IP_TEXT_SIZE];
        struct ipaddr ip = ip_from_v4(0xC6120000u + i);
        ip_format(&ip, text);
        cr_assert(filter_has(text), "%s", text);
    }
    cr_expect(filter_has("203.0.113.9"));
}

/* Of a list of addresses from there on: how many are not in the filter. */
static int missing_of(uint32_t first, int count)
{
    struct bloom filter;
    int missing = 0;
    cr_assert(store_indicator_filter(db.s, &filter, NULL));
    for (int i = 0; i < count; i++)
        missing += !bloom_has(&filter, (uint64_t)indicator_key_address(first + (uint32_t)i));
    bloom_done(&filter);
    return missing;
}

static bool import_many(const char *name, uint32_t first, int count, struct feed_change *change)
{
    struct feed feed = {.name = name, .format = "plain"};
    struct indicator one = always("192.0.2.1", INDICATOR_C2);
    one.net.ip = ip_from_v4(first);
    cr_assert(indicator_list_add(&feed.list, &one, NULL));
    for (int i = count - 1; i > 0; i--)
        cr_assert(indicator_list_add_address(&feed.list, first + (uint32_t)i, NULL));
    bool done = store_feed_import(db.s, &feed, 10, change, NULL);
    indicator_list_done(&feed.list);
    return done;
}

/* So many that another thread fills it. */
Test(store_feed, has_a_filter_of_many)
{
    enum { MANY = 60000 };
    struct feed_change change;
    uint32_t first = 0xC6120000u;
    cr_assert(import_many("a", first, MANY, &change));
    cr_expect_eq(change.added, MANY);
    cr_expect_eq(missing_of(first, MANY), 0);
    cr_expect_gt(missing_of(first + MANY, MANY), MANY / 10 * 9, "not of those to come");
    cr_assert(import_many("a", first + MANY / 2, MANY, &change));
    cr_expect(change.added == MANY / 2 && change.kept == MANY / 2 && change.ended == MANY / 2);
    cr_assert(import_many("b", first + 2 * MANY, MANY, &change));
    cr_expect_eq(missing_of(first, MANY + MANY / 2) + missing_of(first + 2 * MANY, MANY), 0);
}

Test(store_feed, has_no_filter_of_many_that_are_not_kept)
{
    struct feed_change change;
    IMPORT("a", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    scratch_run(&db, "CREATE TRIGGER full BEFORE INSERT ON indicator_page WHEN NEW.first > 0"
                     " BEGIN SELECT RAISE(FAIL, 'full'); END");
    cr_expect_not(import_many("b", 0xC6120000u, 60000, &change));
    cr_expect(filter_has("192.0.2.1"));
    cr_expect_gt(missing_of(0xC6120000u, 60000), 59000);
    scratch_run(&db, "DROP TRIGGER full");
    cr_assert(import_many("b", 0xC6120000u, 60000, &change));
    cr_expect_eq(missing_of(0xC6120000u, 60000), 0);
}

/* ------------------------------------------------------------------ the list of feeds */

static void list_feed(void *arg, const struct feed_info *info)
{
    struct buf *text = arg;
    buf_printf(text, "%s %s %lld: %lld in force, %lld ended;", info->name, info->format,
        (long long)info->imported_us, (long long)info->active, (long long)info->ended);
    for (int i = 1; i < INDICATOR_CATEGORIES; i++)
        if (info->by_category[i])
            buf_printf(
                text, " %s %lld", indicator_category_names[i], (long long)info->by_category[i]);
    buf_printf(text, " (%lld+%lld)", (long long)info->by_kind[INDICATOR_NETWORK],
        (long long)info->by_kind[INDICATOR_DOMAIN]);
    buf_addc(text, '\n');
}

static void expect_feeds(int64_t now_us, const char *want)
{
    struct buf text = {0};
    struct err err = {0};
    buf_puts(&text, "");
    cr_assert(store_feed_each(db.s, now_us, list_feed, &text, &err), "%s", err.text);
    cr_expect_str_eq(text.text, want, "want %s\ngot  %s", want, text.text);
    buf_done(&text);
}

Test(store_feed, counts_what_is_in_force_by_category_and_kind)
{
    expect_feeds(10, "");
    IMPORT("b", 10, 4, 0, 0, always("192.0.2.1", INDICATOR_C2), always("192.0.2.2", INDICATOR_C2),
        dated("192.0.2.3", INDICATOR_SCANNER, 30, 40), domain("example.com", INDICATOR_SINKHOLE));
    expect_import("a", NULL, 0, 15, (struct feed_change){0, 0, 0});
    IMPORT("b", 20, 0, 3, 1, always("192.0.2.1", INDICATOR_C2), always("192.0.2.2", INDICATOR_C2),
        dated("192.0.2.3", INDICATOR_SCANNER, 30, 40));
    expect_feeds(15, "a plain 15: 0 in force, 0 ended; (0+0)\n"
                     "b plain 20: 3 in force, 0 ended; c2 2 sinkhole 1 (2+1)\n");
    expect_feeds(25, "a plain 15: 0 in force, 0 ended; (0+0)\n"
                     "b plain 20: 2 in force, 1 ended; c2 2 (2+0)\n");
    expect_feeds(30, "a plain 15: 0 in force, 0 ended; (0+0)\n"
                     "b plain 20: 3 in force, 1 ended; c2 2 scanner 1 (3+0)\n");
    expect_feeds(40, "a plain 15: 0 in force, 0 ended; (0+0)\n"
                     "b plain 20: 2 in force, 2 ended; c2 2 (2+0)\n");
}

Test(store_feed, keeps_nothing_of_an_import_that_fails)
{
    struct indicator one = always("192.0.2.2", INDICATOR_C2);
    struct feed_change change = {-1, -1, -1};
    struct err err = {0};
    IMPORT("a", 10, 1, 0, 0, always("192.0.2.1", INDICATOR_C2));
    uint64_t before = fingerprint();
    scratch_run(&db, "CREATE TRIGGER no_more BEFORE INSERT ON claim BEGIN"
                     " SELECT raise(ABORT, 'no more'); END");
    cr_expect_not(import_list(db.s, "a", &one, 1, 20, &change, &err));
    cr_expect_neq(err.code, ERR_NONE);
    cr_expect(change.added == -1 && change.ended == -1, "outputs are set only on success");
    cr_expect_eq(fingerprint(), before);
    expect_indicators("a 192.0.2.1 c2 *..*;");
    expect_feeds(20, "a plain 10: 1 in force, 0 ended; c2 1 (1+0)\n");
    scratch_run(&db, "DROP TRIGGER no_more");
    cr_expect(import_list(db.s, "a", &one, 1, 30, &change, NULL));
    expect_indicators("a 192.0.2.1 c2 *..30;a 192.0.2.2 c2 *..*;");
}
