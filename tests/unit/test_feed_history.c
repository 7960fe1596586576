/* Imports by chance, against a list of entries that is kept as simply as can be. */
#include "store/indicator_page.h"
#include "tests/unit/feed_list.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>

#define FEEDS    3
#define NAMES    700
#define SAYINGS  12 /* category, dates and note: by sixes */
#define ROWS_MAX 40000
#define AT_ONCE  3000

/* What one feed said of one name, and until when. */
struct row {
    int feed, name, saying;
    int64_t ended; /* 0: has not */
};

static struct scratch db;
static uint32_t chance;
static struct row *rows;
static size_t row_count;
static char names[NAMES][64];

static void setup(void)
{
    scratch_open(&db);
    rows = calloc(ROWS_MAX, sizeof *rows);
    cr_assert(rows);
}

static void teardown(void)
{
    free(rows);
    scratch_close(&db);
}

TestSuite(feed_history, .init = setup, .fini = teardown);

static uint32_t random_below(uint32_t below)
{
    chance = chance * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)chance * below >> 32);
}

static void make_names(void)
{
    static const char *const forms[][2] = {{"198.51.100.", ""}, {"198.51.", ".0/24"},
        {"2001:db8::", ""}, {"2001:db8:", "::/48"}, {"h", ".example.com"}, {"odd\"", "\\.example"},
        {"ja3:0000", ""}};
    for (int i = 0; i < NAMES; i++)
        snprintf(names[i], sizeof names[i], "%s%d%s", forms[i % 7][0], i / 7 + 1, forms[i % 7][1]);
}

/* Addresses near and far, and networks that begin at one of them. */
static void make_addresses(void)
{
    static const char *const ends[] = {"", "", "", "", "", "/32", "/31", "/28"};
    for (int i = 0; i < NAMES; i++) {
        struct cidr net;
        int place = i / 8 * 8 + (i % 8 < 6 ? i % 8 : 0);
        snprintf(names[i], sizeof names[i], "10.%d.%d.%d%s", place % 3 * 100, place % 40,
            place / 3 % 256, ends[i % 8]);
        cr_assert(cidr_parse(str_of(names[i]), &net));
        cidr_format(&net, names[i]);
    }
}

/* Dates end long after all that happens, so that the end of an entry is always its import's. Those that
 * differ in the note alone are no different entries. */
static struct indicator indicator_of(int name, int saying)
{
    static const int64_t from[] = {INDICATOR_ALWAYS_FROM, 5, 2000000};
    static const int64_t until[] = {INDICATOR_ALWAYS_UNTIL, 1000000000, INDICATOR_ALWAYS_UNTIL};
    struct indicator i = {
        .category = (enum indicator_category)(1 + saying % 2 * 4),
        .from_us = from[saying / 2 % 3],
        .until_us = until[saying / 2 % 3],
        .note = saying / 6 ? STR("another") : STR("a note"),
    };
    if (!cidr_parse(str_of(names[name]), &i.net)) {
        i.kind = strchr(names[name], ':') ? INDICATOR_FINGERPRINT : INDICATOR_DOMAIN;
        i.domain = str_of(names[name]);
    }
    return i;
}

/* ------------------------------------------------------------------ the simple list */

static struct row *find_living(int feed, int name, int saying)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].feed == feed && rows[i].name == name && !rows[i].ended &&
            rows[i].saying % 6 == saying % 6)
            return &rows[i];
    return NULL;
}

/* Whatever the note. */
static bool is_said(const struct row *said, size_t count, int name, int saying)
{
    for (size_t i = 0; i < count; i++)
        if (said[i].name == name && said[i].saying % 6 == saying % 6)
            return true;
    return false;
}

static struct feed_change expect_change(
    int feed, const struct row *said, size_t count, int64_t now_us)
{
    struct feed_change change = {0};
    size_t before = row_count;
    for (size_t i = 0; i < before; i++) {
        bool living = rows[i].feed == feed && !rows[i].ended;
        bool stays = living && is_said(said, count, rows[i].name, rows[i].saying);
        change.kept += stays;
        change.ended += living && !stays;
        if (living && !stays)
            rows[i].ended = now_us;
    }
    for (size_t i = 0; i < count; i++) {
        if (find_living(feed, said[i].name, said[i].saying))
            continue; /* of an entry with two notes the first stays */
        cr_assert_lt(row_count, ROWS_MAX);
        rows[row_count++] = (struct row){feed, said[i].name, said[i].saying, 0};
        change.added++;
    }
    return change;
}

/* ------------------------------------------------------------------ one import */

static void import(
    const char *feed_name, int feed, const struct row *said, size_t count, int64_t now_us)
{
    static struct indicator list[AT_ONCE];
    struct feed_change want = expect_change(feed, said, count, now_us), got = {-1, -1, -1};
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        list[i] = indicator_of(said[i].name, said[i].saying);
    cr_assert(import_list(db.s, feed_name, list, count, now_us, &got, &err), "%s", err.text);
    cr_assert(got.added == want.added && got.kept == want.kept && got.ended == want.ended,
        "at %d: added %d of %d, kept %d of %d, ended %d of %d", (int)now_us, (int)got.added,
        (int)want.added, (int)got.kept, (int)want.kept, (int)got.ended, (int)want.ended);
}

/* A few changes to what stood there, or something else. */
static size_t new_content(int feed, struct row *said)
{
    size_t count = 0;
    uint32_t keeps = random_below(5) ? 95 : random_below(100);
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].feed == feed && !rows[i].ended && random_below(100) < keeps)
            said[count++] = rows[i];
    uint32_t more = random_below(4) ? random_below(40) : random_below(800);
    int one = random_below(3) ? (int)random_below(SAYINGS) : -1;
    for (uint32_t i = 0; i < more; i++)
        said[count++] = (struct row){.feed = feed,
            .name = (int)random_below(NAMES),
            .saying = one >= 0 ? one : (int)random_below(SAYINGS)};
    cr_assert_leq(count, AT_ONCE);
    return count;
}

static void remove_feed(const char *feed_name, int feed, int64_t now_us)
{
    struct feed_change want = expect_change(feed, NULL, 0, now_us);
    int64_t ended = -1;
    struct err err = {0};
    cr_assert(store_feed_remove(db.s, str_of(feed_name), now_us, &ended, &err), "%s", err.text);
    cr_assert_eq(ended, want.ended);
}

/* ------------------------------------------------------------------ compared */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *line_of(const char *feed, struct str name, enum indicator_category category,
    int64_t from_us, int64_t until_us, int64_t ended_us, struct str note)
{
    struct buf line = {0};
    buf_printf(&line, "%s|%.*s|%s|%lld|%lld|%lld|%.*s", feed, (int)name.len, name.p,
        indicator_category_names[category], (long long)from_us, (long long)until_us,
        (long long)ended_us, (int)note.len, note.p);
    return line.text;
}

static char **expected_lines(void)
{
    char **lines = calloc(row_count + 1, sizeof *lines);
    cr_assert(lines);
    for (size_t i = 0; i < row_count; i++) {
        char feed[16];
        struct indicator in = indicator_of(rows[i].name, rows[i].saying);
        snprintf(feed, sizeof feed, "f%d", rows[i].feed);
        lines[i] = line_of(feed, str_of(names[rows[i].name]), in.category, in.from_us, in.until_us,
            rows[i].ended, in.note);
    }
    qsort(lines, row_count, sizeof *lines, compare_lines);
    return lines;
}

static char **stored_lines(void)
{
    char **lines = calloc(row_count + 1, sizeof *lines);
    size_t count = 0;
    struct query *q = store_query(db.s, "test",
        "SELECT feed, network, category, ifnull(valid_from_us, -9223372036854775808),"
        " ifnull(valid_until_us, 9223372036854775807), ifnull(ended_us, 0), note FROM indicators"
        " /* scans indicator_page: a test */");
    cr_assert(lines);
    for (; query_step(q); count++) {
        int category = 1;
        char feed[16];
        while (!str_eq(query_s(q, 2), str_of(indicator_category_names[category])))
            category++;
        snprintf(feed, sizeof feed, "%.*s", (int)query_s(q, 0).len, query_s(q, 0).p);
        cr_assert_lt(count, row_count, "more rows than expected");
        lines[count] = line_of(feed, query_s(q, 1), (enum indicator_category)category,
            query_i(q, 3), query_i(q, 4), query_i(q, 5), query_s(q, 6));
    }
    struct err err = {0};
    cr_assert(query_done(q, &err), "%s", err.text);
    cr_assert_eq(count, row_count, "%zu of %zu", count, row_count);
    qsort(lines, count, sizeof *lines, compare_lines);
    return lines;
}

static void expect_same(void)
{
    char **want = expected_lines(), **got = stored_lines();
    for (size_t i = 0; i < row_count; i++)
        cr_assert_str_eq(got[i], want[i]);
    for (size_t i = 0; i < row_count; i++) {
        free(want[i]);
        free(got[i]);
    }
    free(want);
    free(got);
}

static void expect_none(const char *what, const char *sql)
{
    struct err err = {0};
    struct query *q = store_query(db.s, what, sql);
    bool any = query_step(q);
    cr_expect(query_done(q, &err), "%s: %s", what, err.text);
    cr_assert_not(any, "%s", what);
}

static int64_t value(const char *sql)
{
    struct query *q = store_query(db.s, "test", sql);
    int64_t got = query_step(q) ? query_i(q, 0) : -1;
    cr_assert(query_done(q, NULL));
    return got;
}

/* What no view shows: counts are true, and pages are where they are looked for. */
static void expect_sound(void)
{
    store_watch_plans(false);
    expect_none("claims that count wrongly",
        "WITH entry AS (SELECT p.feed, e.value AS id FROM indicator_page p, json_each(p.names) e"
        " UNION ALL SELECT p.feed, p.claim FROM indicator_page p,"
        " json_each('[' || trim(p.addresses, ',') || ']')),"
        " counted AS (SELECT feed, id, count(*) AS n FROM entry GROUP BY 1, 2)"
        " SELECT 1 FROM claim c LEFT JOIN counted n ON n.feed = c.feed AND n.id = c.id"
        " WHERE c.entries IS NOT n.n");
    expect_none("pages that have grown too long",
        "SELECT 1 FROM indicator_page"
        " WHERE ifnull(length(names), 0) + ifnull(length(addresses), 0) > 8000");
    expect_none("addresses of two claims that are one",
        "SELECT 1 FROM indicator_page p, json_each('[' || trim(p.addresses, ',') || ']') e"
        " GROUP BY p.id, e.value HAVING count(*) > 1");
    expect_none("feeds without a first page",
        "SELECT feed FROM indicator_page GROUP BY feed HAVING min(first) <> -9223372036854775808");
    store_watch_plans(true);
}

static bool count_one(void *arg, const struct indicator *i)
{
    (void)i;
    ++*(int *)arg;
    return true;
}

static void expect_found(int name)
{
    int want = 0, got = 0;
    struct err err = {0};
    struct str text = str_of(names[name]);
    for (size_t i = 0; i < row_count; i++) {
        struct indicator in = indicator_of(rows[i].name, rows[i].saying);
        want += rows[i].name == name && (!rows[i].ended || in.from_us < rows[i].ended);
    }
    cr_assert(store_indicator_find(db.s, indicator_key_text(text), text, count_one, &got, &err),
        "%s", err.text);
    cr_assert_eq(got, want, "%s: %d of %d", names[name], got, want);
}

static uint64_t fingerprint(void)
{
    uint64_t hash;
    cr_assert(store_indicator_fingerprint(db.s, &hash, NULL));
    return hash;
}

/* Of the same history in one import for each feed. */
static void expect_same_fingerprint(void)
{
    uint64_t by_steps = fingerprint();
    scratch_close(&db);
    scratch_open(&db);
    for (int feed = 0; feed < FEEDS; feed++) {
        struct indicator *list = calloc(row_count + 1, sizeof *list);
        size_t count = 0;
        char name[16];
        cr_assert(list);
        snprintf(name, sizeof name, "f%d", feed);
        for (size_t i = 0; i < row_count; i++) {
            if (rows[i].feed != feed)
                continue;
            struct indicator *in = &list[count++];
            *in = indicator_of(rows[i].name, rows[i].saying);
            if (rows[i].ended)
                in->until_us = rows[i].ended;
        }
        cr_assert(import_list(db.s, name, list, count, 1, NULL, NULL));
        free(list);
    }
    cr_expect_eq(fingerprint(), by_steps);
}

static void play(uint32_t seed, int imports)
{
    static struct row said[AT_ONCE];
    chance = seed;
    for (int i = 1; i <= imports; i++) {
        char feed_name[16];
        int feed = (int)random_below(FEEDS);
        snprintf(feed_name, sizeof feed_name, "f%d", feed);
        import(feed_name, feed, said, new_content(feed, said), 10 * i);
        if (random_below(12) == 0)
            remove_feed(feed_name, feed, 10 * i + 5);
        if (i % 8 == 0) {
            expect_same();
            expect_sound();
        }
    }
    expect_same();
    expect_sound();
    for (int name = 0; name < NAMES; name += 3)
        expect_found(name);
    expect_same_fingerprint();
}

static void play_some(uint32_t seed)
{
    for (uint32_t i = 0; i < 3; i++) {
        row_count = 0;
        scratch_close(&db);
        scratch_open(&db);
        play(seed + i, 60);
    }
}

Test(feed_history, is_that_of_a_simple_list)
{
    make_names();
    play_some(1);
}

/* Which stand in two parts of a page, by what most of them have. */
Test(feed_history, is_that_of_a_simple_list_of_addresses)
{
    make_addresses();
    play_some(11);
    cr_expect_gt(value("SELECT count(addresses) FROM indicator_page"
                       " /* scans indicator_page: a test */"),
        10);
}

/* ------------------------------------------------------------------ what is written */

#define CHANGES "SELECT total_changes()"

static void import_range(const char *name, int first, int count, int step, int64_t now_us)
{
    static struct indicator list[AT_ONCE];
    struct err err = {0};
    for (int i = 0; i < count; i++) {
        struct ipaddr ip = ip_from_v4(0xC6336400u + (uint32_t)(first + i * step));
        list[i] = (struct indicator){.net = cidr_of(&ip, 32),
            .category = INDICATOR_C2,
            .from_us = INDICATOR_ALWAYS_FROM,
            .until_us = INDICATOR_ALWAYS_UNTIL};
    }
    cr_assert(import_list(db.s, name, list, (size_t)count, now_us, NULL, &err), "%s", err.text);
}

Test(feed_history, costs_nothing_while_nothing_changes)
{
    import_range("a", 0, 2000, 1, 10);
    int64_t before = value(CHANGES);
    import_range("a", 0, 2000, 1, 20);
    cr_expect_eq(value(CHANGES), before + 1, "only when the feed was imported");
}

Test(feed_history, costs_what_changed)
{
    import_range("a", 0, 2000, 1, 10);
    cr_expect_gt(value("SELECT count(*) FROM indicator_page WHERE feed = 1"), 3);
    int64_t before = value(CHANGES);
    import_range("a", 0, 1999, 1, 20);
    int64_t changes = value(CHANGES) - before;
    cr_expect(changes > 1 && changes <= 5, "%lld: feed, page, two claims, fingerprint",
        (long long)changes);
}

Test(feed_history, of_a_removal_is_in_the_claims_alone)
{
    int64_t ended;
    import_range("a", 0, 2000, 1, 10);
    int64_t before = value(CHANGES);
    cr_assert(store_feed_remove(db.s, STR("a"), 20, &ended, NULL));
    cr_expect_eq(ended, 2000);
    cr_expect_eq(value(CHANGES), before + 2, "a claim and the fingerprint");
}

/* Entries that come before the first, after the last and between all others. */
Test(feed_history, grows_and_shrinks_at_all_ends)
{
    import_range("a", 1000, 1000, 1, 10);
    import_range("a", 500, 1500, 2, 20);
    import_range("a", 0, 0, 1, 30);
    import_range("a", 0, 3000, 1, 40);
    cr_expect_eq(value("SELECT count(*) FROM indicators WHERE ended_us IS NULL"
                       " /* scans indicator_page: a test */"),
        3000);
    cr_expect_eq(value("SELECT count(*) FROM indicators WHERE ended_us = 20"
                       " /* scans indicator_page: a test */"),
        500);
    cr_expect_eq(value("SELECT count(*) FROM indicators WHERE ended_us = 30"
                       " /* scans indicator_page: a test */"),
        1500);
    cr_expect_eq(value("SELECT count(DISTINCT network) FROM indicators"
                       " /* scans indicator_page: a test */"),
        3250);
    expect_sound();
}
