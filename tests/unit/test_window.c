/* The window functions of the correlation queries against counting anew for every row. */
#include "tests/unit/records.h"

#define ROUNDS   200
#define ROWS_MAX 150

struct row {
    int64_t t, a, b; /* a INT64_MIN: NULL */
};

struct rows_made {
    struct store *s;
    struct chance chance;
    struct row list[ROWS_MAX];
    int count;
    int64_t window;
};

static struct rows_made rows_new(uint64_t seed)
{
    struct rows_made r = {.s = memory_open(), .chance = {seed}};
    struct err err = {0};
    int64_t values = chance_in(&r.chance, 1, 60);
    cr_assert(store_script(r.s, "test", "CREATE TEMP TABLE made (t, a, b)", &err), "%s", err.text);
    r.count = (int)chance_in(&r.chance, 1, ROWS_MAX);
    r.window = chance_in(&r.chance, 1, 60);
    for (int i = 0; i < r.count; i++) {
        struct row *row = &r.list[i];
        *row = (struct row){chance_in(&r.chance, -100, 100), chance_in(&r.chance, -values, values),
            chance_in(&r.chance, 0, 5) * (INT64_C(1) << 36)};
        char sql[200], a[24];
        snprintf(a, sizeof a, "%lld", (long long)row->a);
        if (chance_percent(&r.chance, 10)) {
            row->a = INT64_MIN;
            snprintf(a, sizeof a, "NULL");
        }
        snprintf(sql, sizeof sql, "INSERT INTO made VALUES (%lld, %s, %lld)", (long long)row->t, a,
            (long long)row->b);
        cr_assert(store_script(r.s, "test", sql, &err), "%s", err.text);
    }
    return r;
}

/* For each moment what `function` says of the window that ends with it, and what it should say. */
static void expect_function(struct rows_made *r, const char *function, int bar,
    double (*should)(const struct row *rows, int count, int bar), uint64_t seed)
{
    char sql[300];
    sqlite3_stmt *stmt;
    snprintf(sql, sizeof sql,
        "SELECT DISTINCT t, %s OVER (ORDER BY t RANGE BETWEEN %lld PRECEDING AND CURRENT ROW) "
        "FROM made",
        function, (long long)(r->window - 1));
    cr_assert_eq(sqlite3_prepare_v2(r->s->db, sql, -1, &stmt, NULL), SQLITE_OK, "%s",
        sqlite3_errmsg(r->s->db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct row frame[ROWS_MAX];
        int count = 0;
        int64_t t = sqlite3_column_int64(stmt, 0);
        for (int i = 0; i < r->count; i++)
            if (r->list[i].t <= t && r->list[i].t > t - r->window)
                frame[count++] = r->list[i];
        double want = should(frame, count, bar), got = sqlite3_column_double(stmt, 1);
        cr_expect(got == want, "seed %llu, %s at %lld: %f, not %f", (unsigned long long)seed,
            function, (long long)t, got, want);
    }
    cr_expect_eq(sqlite3_finalize(stmt), SQLITE_OK);
}

static bool seen_before(const struct row *rows, int at, bool pair)
{
    for (int i = 0; i < at; i++)
        if (rows[i].a == rows[at].a && (!pair || rows[i].b == rows[at].b))
            return true;
    return false;
}

static double distinct(const struct row *rows, int count, int bar)
{
    int found = 0;
    (void)bar;
    for (int i = 0; i < count; i++)
        found += rows[i].a != INT64_MIN && !seen_before(rows, i, false);
    return found;
}

static double top(const struct row *rows, int count, int bar)
{
    int most = 0;
    (void)bar;
    for (int i = 0; i < count; i++) {
        int same = 0;
        for (int n = 0; n < count; n++)
            same += rows[n].b == rows[i].b;
        most = same > most ? same : most;
    }
    return 100.0 * most / count;
}

static double busy(const struct row *rows, int count, int bar)
{
    int pairs = 0, on_busy = 0;
    for (int i = 0; i < count; i++) {
        int width = 0;
        if (seen_before(rows, i, true))
            continue;
        for (int n = 0; n < count; n++)
            width += rows[n].a == rows[i].a && !seen_before(rows, n, true);
        pairs++;
        on_busy += width >= bar;
    }
    return 100.0 * on_busy / pairs;
}

Test(window, count_distinct_counts_what_is_in_the_frame)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct rows_made r = rows_new(seed);
        expect_function(&r, "count_distinct(a)", 0, distinct, seed);
        store_close(r.s);
    }
}

Test(window, top_share_is_that_of_the_commonest_value)
{
    for (uint64_t seed = 1001; seed <= 1000 + ROUNDS; seed++) {
        struct rows_made r = rows_new(seed);
        expect_function(&r, "top_share(b)", 0, top, seed);
        store_close(r.s);
    }
}

Test(window, busy_share_counts_pairs_on_doors_with_enough_targets)
{
    for (uint64_t seed = 2001; seed <= 2000 + ROUNDS; seed++) {
        struct rows_made r = rows_new(seed);
        int bar = (int)chance_in(&r.chance, 1, 5);
        char call[40];
        for (int i = 0; i < r.count; i++) /* doors are numbers from 0 on */
            r.list[i].a = r.list[i].a < 0 ? 0 : r.list[i].a;
        struct err err = {0};
        cr_assert(store_script(r.s, "test", "UPDATE made SET a = max(ifnull(a, 0), 0)", &err));
        snprintf(call, sizeof call, "busy_share(a, b, %d)", bar);
        expect_function(&r, call, bar, busy, seed);
        store_close(r.s);
    }
}

Test(window, nothing_comes_to_nothing)
{
    struct store *s = memory_open();
    cr_expect_eq(number_of(s, "SELECT count_distinct(1) WHERE false"), 0);
    cr_expect_eq(number_of(s, "SELECT count_distinct(NULL)"), 0);
    cr_expect_eq(number_of(s, "SELECT top_share(1) WHERE false"), 0);
    cr_expect_eq(number_of(s, "SELECT busy_share(1, 1, 1) WHERE false"), 0);
    store_close(s);
}

/* Frames that move over far more values than they hold at once. */
Test(window, memory_follows_the_frame)
{
    struct store *s = memory_open();
    cr_expect_eq(
        number_of(s, "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
                     "WHERE i < 200000) SELECT max(d) FROM (SELECT count_distinct(i) OVER "
                     "(ORDER BY i RANGE BETWEEN 9 PRECEDING AND CURRENT ROW) AS d FROM n)"),
        10);
    store_close(s);
}

static bool lie_together(const struct rows_made *r, int rows)
{
    for (int i = 0; i < r->count; i++) {
        int count = 0;
        for (int n = 0; n < r->count; n++)
            count += r->list[n].t >= r->list[i].t && r->list[n].t < r->list[i].t + r->window;
        if (count >= rows)
            return true;
    }
    return false;
}

Test(window, reaches_as_many_rows_as_lie_together)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct rows_made r = rows_new(seed);
        for (int rows = 1; rows <= r.count + 1; rows++) {
            char sql[120];
            snprintf(sql, sizeof sql,
                "SELECT reaches(t, %lld, %d) FROM (SELECT t FROM made ORDER BY t)",
                (long long)r.window, rows);
            cr_assert_eq(number_of(r.s, sql), lie_together(&r, rows), "seed %llu, %d rows",
                (unsigned long long)seed, rows);
        }
        store_close(r.s);
    }
}

Test(window, reaches_nothing_without_rows)
{
    struct store *s = memory_open();
    cr_expect_eq(number_of(s, "SELECT reaches(t, 10, 1) FROM (SELECT 1 AS t WHERE 0)"), 0);
    cr_expect_eq(number_of(s, "SELECT reaches(t, 10, 0) FROM (SELECT 1 AS t)"), 1, "one is none");
    store_close(s);
}
