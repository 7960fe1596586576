/* Table fan_window against the window functions that say the same. */
#include "store/own_attempts.h"
#include "tests/unit/records.h"

#define ROUNDS 60

static const char by_functions[] =
    "SELECT DISTINCT t, FIRST_VALUE(t) OVER w, SUM(weight) OVER w, count_distinct(peer) OVER w "
    "FROM attempt WHERE direction = 1 AND service = 2 AND own = 3 AND t BETWEEN :lo AND :hi "
    "AND weight > 0 AND roles & :exempt = 0 AND (:failures = 0 OR kind = 1) "
    "AND (:internal = 0 OR internal = 0 OR kind = 1) "
    "WINDOW w AS (ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW) ORDER BY t";
static const char by_table[] =
    "SELECT t, since, attempts, remotes FROM "
    "fan_window(1, 2, 3, :lo, :hi, :window, :exempt, :failures, :internal, 0, 0, 0, 1, 0)";

#define INTO_ATTEMPT                                                                               \
    "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, kind, "  \
    "port, internal, roles) VALUES "

static void add_attempts(struct store *s, struct chance *chance)
{
    struct err err = {0};
    char sql[300];
    int64_t peers = chance_in(chance, 1, 40), span = chance_in(chance, 1, 400);
    for (int64_t i = chance_in(chance, 0, 200); i > 0; i--) {
        snprintf(sql, sizeof sql,
            INTO_ATTEMPT "(1, %lld, %lld, 0, %lld, %lld, %lld, 1, %lld, %lld, 22, %lld, %lld)",
            (long long)(1 + chance_percent(chance, 80)),
            (long long)(2 + chance_percent(chance, 80)), (long long)chance_in(chance, -span, span),
            (long long)i, (long long)chance_in(chance, -peers, peers),
            (long long)chance_in(chance, 0, 3), (long long)chance_in(chance, 0, 3),
            (long long)chance_in(chance, 0, 1), (long long)chance_in(chance, 0, 3));
        cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
    }
}

static void bind(struct query *q, const int64_t given[6])
{
    static const char *const names[] = {
        ":lo", ":hi", ":window", ":exempt", ":failures", ":internal"};
    for (int i = 0; i < 6; i++)
        query_bind_i(q, names[i], given[i]);
}

Test(fan_window, says_what_window_functions_say)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct store *s = memory_open();
        struct chance chance = {seed};
        struct err err = {0};
        add_attempts(s, &chance);
        for (int round = 0; round < 4; round++) {
            store_keep_attempts(s, round >= 2);
            int64_t lo = chance_in(&chance, -400, 0);
            const int64_t given[6] = {lo, lo + chance_in(&chance, 0, 800),
                chance_in(&chance, 1, 300), chance_in(&chance, 0, 2), chance_in(&chance, 0, 1),
                chance_in(&chance, 0, 1)};
            struct query *want = store_query(s, "want", by_functions);
            struct query *got = store_query(s, "got", by_table);
            bind(want, given);
            bind(got, given);
            while (query_step(want)) {
                cr_assert(query_step(got), "seed %llu", (unsigned long long)seed);
                for (int i = 0; i < 4; i++)
                    cr_assert_eq(query_i(got, i), query_i(want, i), "seed %llu, column %d",
                        (unsigned long long)seed, i);
            }
            cr_expect_not(query_step(got));
            cr_assert(query_done(want, &err) && query_done(got, &err), "%s", err.text);
        }
        store_close(s);
    }
}

static const char each_window[] =
    "SELECT t, since, attempts, remotes FROM "
    "fan_window(1, 2, 3, -400, 400, :window, 0, 0, 0, 0, :attempts, :remotes, 1, 0)";
static const char all_windows[] =
    "SELECT t, since, attempts, remotes FROM "
    "fan_window(1, 2, 3, -400, 400, :window, 0, 0, 0, 0, :attempts, :remotes, 0, 0)";

static struct query *ask_windows(struct store *s, const char *sql, const int64_t given[3])
{
    struct query *q = store_query(s, "windows", sql);
    query_bind_i(q, ":window", given[0]);
    query_bind_i(q, ":attempts", given[1]);
    query_bind_i(q, ":remotes", given[2]);
    return q;
}

/* Rows of windows that overlap, by hand. */
static void expect_joined(struct query *each, struct query *joined, uint64_t seed)
{
    bool more = query_step(each);
    while (more) {
        int64_t want[4] = {0};
        want[1] = query_i(each, 1);
        do {
            cr_assert(query_i(each, 2) >= 1 && query_i(each, 3) >= 1);
            want[0] = query_i(each, 0);
            for (int i = 2; i < 4; i++)
                want[i] = query_i(each, i) > want[i] ? query_i(each, i) : want[i];
            more = query_step(each);
        } while (more && query_i(each, 1) <= want[0]);
        cr_assert(query_step(joined), "seed %llu", (unsigned long long)seed);
        for (int i = 0; i < 4; i++)
            cr_assert_eq(
                query_i(joined, i), want[i], "seed %llu, column %d", (unsigned long long)seed, i);
    }
    cr_expect_not(query_step(joined));
}

Test(fan_window, joins_windows_that_overlap)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct store *s = memory_open();
        struct chance chance = {seed};
        struct err err = {0};
        add_attempts(s, &chance);
        for (int round = 0; round < 4; round++) {
            const int64_t given[3] = {
                chance_in(&chance, 1, 60), chance_in(&chance, 0, 12), chance_in(&chance, 0, 5)};
            struct query *each = ask_windows(s, each_window, given);
            struct query *joined = ask_windows(s, all_windows, given);
            expect_joined(each, joined, seed);
            cr_assert(query_done(each, &err) && query_done(joined, &err), "%s", err.text);
        }
        store_close(s);
    }
}

/* By a peer of its own. */
static void add_attempt(struct store *s, int own, int t)
{
    struct err err = {0};
    char sql[200];
    snprintf(
        sql, sizeof sql, INTO_ATTEMPT "(1, 2, %d, 0, %d, %d, %d, 1, 1, 0, 22, 0, 0)", own, t, t, t);
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
}

static const char strongest_windows[] =
    "SELECT t, since, attempts, remotes FROM "
    "fan_window(1, 2, 3, -400, 400, :window, 0, 0, 0, 0, :attempts, :remotes, 2, :cut)";

struct windows {
    int64_t rows[400][4];
    int count;
};

static void read_windows(
    struct store *s, const char *sql, const int64_t given[3], int64_t cut, struct windows *w)
{
    struct err err = {0};
    struct query *q = ask_windows(s, sql, given);
    query_bind_i_if(q, ":cut", cut);
    for (w->count = 0; query_step(q); w->count++)
        for (int i = 0; i < 4; i++)
            w->rows[w->count][i] = query_i(q, i);
    cr_assert(query_done(q, &err), "%s", err.text);
}

static int64_t margin(const int64_t *row, const int64_t given[3])
{
    int64_t a = row[2] * 1000 / given[1], r = row[3] * 1000 / given[2];
    return a < r ? a : r;
}

/* With `first` 2 attempts are compared before remotes, with 3 after. */
static bool is_stronger(const int64_t *row, const int64_t *best, const int64_t given[3], int first)
{
    int64_t now = margin(row, given), most = margin(best, given);
    if (now != most)
        return now > most;
    int second = first == 2 ? 3 : 2;
    return row[first] != best[first] ? row[first] > best[first] : row[second] > best[second];
}

/* Of the windows that lack nothing, end before a moment and begin before one: the first with the
 * most of the scarcer figure, and of either. */
static const int64_t *strongest(
    const struct windows *w, const int64_t given[3], int64_t end, int64_t begin, int first)
{
    const int64_t *best = NULL;
    for (int i = 0; i < w->count; i++) {
        const int64_t *row = w->rows[i];
        if (row[0] >= -400 + given[0] && row[0] < end && row[1] <= begin &&
            (!best || is_stronger(row, best, given, first)))
            best = row;
    }
    return best;
}

static int expect_same_strongest(const struct windows *every, const struct windows *few,
    const int64_t given[3], int64_t end, int64_t begin, uint64_t seed)
{
    const int64_t *want = NULL;
    for (int first = 2; first <= 3; first++) {
        want = strongest(every, given, end, begin, first);
        const int64_t *got = strongest(few, given, end, begin, first);
        cr_assert_eq(want != NULL, got != NULL, "seed %llu", (unsigned long long)seed);
        for (int i = 0; want && i < 4; i++)
            cr_assert_eq(want[i], got[i], "seed %llu", (unsigned long long)seed);
    }
    return want != NULL;
}

Test(fan_window, leaves_out_what_another_window_outdoes)
{
    struct windows every, few;
    int more = 0, found = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct store *s = memory_open();
        struct chance chance = {seed};
        add_attempts(s, &chance);
        for (int round = 0; round < 8; round++) {
            const int64_t given[3] = {
                chance_in(&chance, 1, 300), chance_in(&chance, 1, 12), chance_in(&chance, 1, 6)};
            int64_t cut = chance_in(&chance, -400, 400), last = 400 - given[0];
            read_windows(s, each_window, given, 0, &every);
            read_windows(s, strongest_windows, given, cut, &few);
            found += expect_same_strongest(&every, &few, given, INT64_MAX, INT64_MAX, seed);
            expect_same_strongest(&every, &few, given, cut, INT64_MAX, seed);
            expect_same_strongest(&every, &few, given, INT64_MAX, last, seed);
            expect_same_strongest(&every, &few, given, cut, last, seed);
            more += every.count > 2 * few.count;
        }
        store_close(s);
    }
    cr_expect_gt(more, ROUNDS);
    cr_expect_gt(found, ROUNDS);
}

/* t and since of the rows, with attempts each by somebody else at each moment from 1 to 6. */
static void expect_rows(const char *windows, const char *want)
{
    char sql[300];
    struct err err = {0};
    struct store *s = memory_open();
    for (int t = 1; t <= 6; t++)
        add_attempt(s, 3, t);
    snprintf(sql, sizeof sql,
        "SELECT group_concat(t || ':' || since || ':' || attempts, ' ') FROM fan_window(%s)",
        windows);
    struct query *q = store_query(s, "test", sql);
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), str_of(want)), "%.*s, not %s", (int)query_s(q, 0).len,
        query_s(q, 0).p, want);
    cr_assert(query_done(q, &err), "%s", err.text);
    store_close(s);
}

Test(fan_window, tells_the_last_of_windows_that_grow)
{
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 2, 1, 2, 0", "6:1:6");
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 0, 2, 2, 0", "6:1:6");
}

Test(fan_window, tells_windows_on_both_sides_of_a_cut)
{
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 2, 1, 2, 4", "3:1:3 6:1:6");
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 2, 1, 2, 6", "5:1:5 6:1:6");
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 2, 1, 2, 7", "6:1:6");
}

/* A figure without a floor is not compared: of windows alike in the others the first one tells. */
Test(fan_window, tells_windows_that_grow_in_what_has_no_floor)
{
    expect_rows("1, 2, 3, -9, 9, 9, 0, 0, 0, 0, 0, 1, 2, 0", "1:1:1 2:1:2 3:1:3 4:1:4 5:1:5 6:1:6");
}

Test(fan_window, leaves_out_what_is_below_a_floor)
{
    struct store *s = memory_open();
    struct err err = {0};
    add_attempt(s, 3, 1);
    add_attempt(s, 3, 2);
    add_attempt(s, 3, 3);
    const int64_t at[3] = {9, 3, 3}, above[3] = {9, 3, 4}, more[3] = {9, 4, 3};
    struct query *q = ask_windows(s, each_window, at);
    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), 3);
    cr_assert(query_done(q, &err));
    cr_expect_not(query_step(ask_windows(s, each_window, above)));
    cr_assert(query_done(q, &err));
    cr_expect_not(query_step(ask_windows(s, each_window, more)));
    cr_assert(query_done(q, &err));
    store_close(s);
}

/* One statement serves window after window, as a join does. */
Test(fan_window, begins_anew_for_each_address)
{
    struct store *s = memory_open();
    struct err err = {0};
    add_attempt(s, 3, 1);
    add_attempt(s, 3, 2);
    add_attempt(s, 4, 2);
    struct query *q = store_query(s, "test",
        "SELECT group_concat(k.own || ':' || f.t || ':' || f.remotes, ' ') FROM "
        "(SELECT 4 AS own UNION ALL SELECT 3 UNION ALL SELECT 4) AS k CROSS JOIN "
        "fan_window(1, 2, k.own, 0, 9, 5, 0, 0, 0, 0, 0, 0, 1, 0) AS f");
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), STR("4:2:1 3:1:1 3:2:2 4:2:1")), "%.*s", (int)query_s(q, 0).len,
        query_s(q, 0).p);
    cr_assert(query_done(q, &err));
    store_close(s);
}

Test(fan_window, of_no_length_holds_nothing)
{
    static const char windows[] =
        "SELECT (SELECT count(*) FROM fan_window(1, 2, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0)) + "
        "(SELECT count(*) FROM fan_window(1, 2, 3, 0, 9, -1, 0, 0, 0, 0, 0, 0, 0, 0)) + "
        "(SELECT count(*) FROM pair_window(1, 2, 3, 0, 9, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0)) + "
        "10 * (SELECT count(*) FROM pair_window(1, 2, 3, 0, 9, 1, 0, 0, 0, 0, 4, 0, 0, 1, 0))";
    struct store *s = memory_open();
    struct err err = {0};
    cr_assert(store_script(s, "test",
                  INTO_ATTEMPT "(1, 2, 3, 4, 5, 1, 4, 1, 1, 0, 22, 0, 0),"
                               "(1, 2, 3, 4, 6, 2, 4, 1, 1, 0, 22, 0, 0)",
                  &err),
        "%s", err.text);
    cr_expect_eq(number_of(s, windows), 20);
    store_close(s);
}

Test(fan_window, wants_all_its_arguments)
{
    struct store *s = memory_open();
    struct query *q = store_query(s, "test", "SELECT * FROM fan_window(1, 2, 3)");
    cr_expect_not(query_step(q));
    cr_expect_not(query_done(q, NULL));
    store_close(s);
}
