/* Attempts that are kept are those that are stored, whatever was asked before. */
#include "store/own_attempts.h"
#include "tests/unit/query_facts.h"

#define MOMENTS 1000
#define MANY    270000 /* more than are kept */

static struct store *s;

static void setup(void)
{
    s = memory_open();
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(own_attempts, .init = setup, .fini = teardown);

/* So many attempts, at addresses of ours from 1 to `owns`, at random moments. */
static void attempts(int count, int owns)
{
    run_sql(s,
        "WITH RECURSIVE n(i, r) AS (VALUES (1, 12345) UNION ALL "
        "SELECT i + 1, (r * 1103515245 + 12345) %% 2147483648 FROM n WHERE i < %d) "
        "INSERT INTO attempt (direction, service, own, remote, t, ident, weight, kind, internal, "
        "peer, tries, port) SELECT 1, 7, r / 65536 %% %d + 1, r %% 50, r / 16 %% %d, i, i %% 3, "
        "i %% 4, i %% 2, r %% 40, 1, 22 FROM n",
        count, owns, MOMENTS);
}

struct seen {
    int64_t count, sum, last_t;
    bool ordered;
};

static bool see(void *arg, const struct own_attempt *a, struct err *err)
{
    struct seen *seen = arg;
    (void)err;
    seen->ordered &= a->t >= seen->last_t;
    seen->last_t = a->t;
    seen->count++;
    seen->sum += a->t + a->remote * 3 + a->peer * 5 + a->weight * 7 + a->kind * 11 +
                 a->internal * 13 + a->port + a->roles + a->scale;
    return true;
}

static void expect_stored(int64_t own, int64_t lo, int64_t hi)
{
    const struct own_key key = {1, 7, own};
    struct seen seen = {.ordered = true, .last_t = INT64_MIN};
    struct err err = {0};
    char sql[400];
    cr_assert(store_own_attempts(s, &key, lo, hi, see, &seen, &err), "%s", err.text);
    snprintf(sql, sizeof sql,
        "SELECT count(*) * 1000000007 + ifnull(sum(t + remote * 3 + peer * 5 + weight * 7 + "
        "kind * 11 + internal * 13 + port + roles + scale), 0) FROM attempt WHERE own = %d "
        "AND t BETWEEN %d AND %d",
        (int)own, (int)lo, (int)hi);
    cr_assert_eq(seen.count * 1000000007 + seen.sum, number_of(s, sql), "%d: %d..%d", (int)own,
        (int)lo, (int)hi);
    cr_assert(seen.ordered);
}

static void ask_at_random(uint64_t seed, int owns, int rounds)
{
    struct chance chance = {seed};
    for (int i = 0; i < rounds; i++) {
        int64_t lo = chance_in(&chance, -50, MOMENTS),
                hi = lo + chance_in(&chance, -5, MOMENTS / 3);
        expect_stored(chance_in(&chance, 1, owns + 1), lo, hi);
    }
}

static bool are_kept(int64_t own, int64_t lo, int64_t hi)
{
    const struct own_key key = {1, 7, own};
    const struct own_attempt *list;
    size_t count;
    cr_assert(store_lend_attempts(s, &key, lo, hi, &list, &count, NULL));
    if (list)
        store_give_back_attempts(s);
    return list != NULL;
}

Test(own_attempts, that_are_kept_are_those_that_are_stored)
{
    attempts(1000, 3);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        store_keep_attempts(s, true);
        ask_at_random(seed, 3, 60);
        cr_expect(are_kept(1, 0, MOMENTS));
    }
    store_keep_attempts(s, false);
    ask_at_random(99, 3, 60);
    cr_expect_not(are_kept(1, 0, MOMENTS));
}

Test(own_attempts, of_more_addresses_than_have_a_place_are_found_all_the_same)
{
    attempts(30000, 20000);
    store_keep_attempts(s, true);
    ask_at_random(1, 20000, 500);
    for (int own = 1; own <= 20000; own++)
        cr_assert(are_kept(own, 0, MOMENTS));
    ask_at_random(2, 20000, 500);
}

Test(own_attempts, that_are_too_many_are_read_each_time)
{
    attempts(MANY, 1);
    run_sql(s, "INSERT INTO attempt (direction, service, own, remote, t, ident, weight, kind, "
               "internal, peer, tries, port) VALUES (1, 7, 2, 1, 5, 1, 1, 0, 0, 1, 1, 22)");
    store_keep_attempts(s, true);
    cr_expect(are_kept(2, 0, 10));
    cr_expect(are_kept(1, 0, 10));
    cr_expect_not(are_kept(1, 0, MOMENTS));
    expect_stored(1, 0, MOMENTS);
    expect_stored(1, 3, 5);
    expect_stored(2, 0, 10);
    cr_expect(are_kept(2, 0, 10));
    store_keep_attempts(s, true);
    cr_expect(are_kept(1, 0, 10), "forgotten with all the others");
}

/* A change is seen as soon as they are no longer kept. */
Test(own_attempts, that_changed_are_seen_afterwards)
{
    attempts(100, 1);
    store_keep_attempts(s, true);
    expect_stored(1, 0, MOMENTS);
    store_keep_attempts(s, false);
    run_sql(s, "DELETE FROM attempt WHERE t < 500 /* scans attempt: all of them */");
    expect_stored(1, 0, MOMENTS);
    store_keep_attempts(s, true);
    expect_stored(1, 0, MOMENTS);
}

/* ------------------------------------------------------------------ what is written */

/* All that are stored, in the order of the table's key. */
static void tell_written(void)
{
    struct err err = {0};
    struct query *q = store_query(s, "test",
        "SELECT direction, service, own, t, remote, peer, weight, scale, roles, port, kind, internal "
        "FROM attempt /* scans attempt: all of them */");
    while (query_step(q)) {
        const struct own_key key = {query_i(q, 0), query_i(q, 1), query_i(q, 2)};
        const struct own_attempt a = {query_i(q, 3), query_i(q, 4), query_i(q, 5), query_i(q, 6),
            query_i(q, 7), (int32_t)query_i(q, 8), (uint16_t)query_i(q, 9), (uint8_t)query_i(q, 10),
            (uint8_t)query_i(q, 11)};
        store_attempt_written(s, &key, &a);
    }
    cr_assert(query_done(q, &err), "%s", err.text);
}

static void write_attempts(int count, int owns)
{
    store_gather_attempts(s);
    attempts(count, owns);
    tell_written();
}

/* Changes what is stored, so that it shows whether it is read again. */
static void change_ports(void)
{
    run_sql(s, "UPDATE attempt SET port = 23 /* scans attempt: all of them */");
}

/* *with: those with that port. */
struct port_count {
    uint16_t port;
    int64_t with, all;
};

static bool count_port(void *arg, const struct own_attempt *a, struct err *err)
{
    struct port_count *p = arg;
    (void)err;
    p->with += a->port == p->port;
    p->all++;
    return true;
}

static bool all_have_port(int64_t own, uint16_t port)
{
    const struct own_key key = {1, 7, own};
    struct port_count count = {.port = port};
    struct err err = {0};
    cr_assert(store_own_attempts(s, &key, 0, MOMENTS, count_port, &count, &err), "%s", err.text);
    cr_assert_gt(count.all, 0);
    return count.with == count.all;
}

Test(own_attempts, that_were_written_are_those_that_are_stored)
{
    write_attempts(1000, 3);
    ask_at_random(1, 3, 60);
    store_keep_attempts(s, true);
    ask_at_random(2, 3, 60);
    change_ports();
    cr_expect(all_have_port(1, 22), "not read again");
    store_keep_attempts(s, true);
    cr_expect(all_have_port(1, 23), "read again");
    ask_at_random(3, 3, 60);
}

Test(own_attempts, that_were_written_at_more_addresses_than_have_a_place_are_found)
{
    write_attempts(30000, 20000);
    store_keep_attempts(s, true);
    ask_at_random(1, 20000, 500);
    for (int own = 1; own <= 20000; own++)
        expect_stored(own, 0, MOMENTS);
}

Test(own_attempts, that_changed_since_they_were_written_are_read)
{
    const struct own_key key = {1, 7, 2};
    write_attempts(1000, 3);
    change_ports();
    store_attempts_changed(s, &key, 0);
    store_keep_attempts(s, true);
    cr_expect(all_have_port(1, 22));
    cr_expect(all_have_port(2, 23));
    expect_stored(2, 0, MOMENTS);
}

Test(own_attempts, of_which_some_are_gone_are_not_missed)
{
    const struct own_key key = {1, 7, 2};
    write_attempts(1000, 3);
    int64_t before = number_of(s, "SELECT count(*) FROM attempt");
    run_sql(s, "DELETE FROM attempt WHERE own = 2 AND t < 500 /* scans attempt: all of them */");
    store_attempts_changed(s, &key, before - number_of(s, "SELECT count(*) FROM attempt"));
    change_ports();
    store_keep_attempts(s, true);
    cr_expect(all_have_port(1, 22));
    cr_expect(all_have_port(2, 23));
    expect_stored(2, 0, MOMENTS);
}

/* Written in the place of one, or gone unsaid: then all are read. */
Test(own_attempts, that_are_not_as_many_as_were_written_are_read)
{
    write_attempts(1000, 3);
    change_ports();
    run_sql(s, "DELETE FROM attempt WHERE own = 3 AND ident %% 50 = 0 /* scans attempt: some */");
    store_keep_attempts(s, true);
    for (int own = 1; own <= 3; own++)
        cr_expect(all_have_port(own, 23));
}

Test(own_attempts, that_are_not_the_first_are_read)
{
    attempts(1000, 3);
    store_gather_attempts(s);
    tell_written();
    change_ports();
    store_keep_attempts(s, true);
    cr_expect(all_have_port(1, 23));
}

Test(own_attempts, that_were_written_and_are_too_many_are_read)
{
    write_attempts(MANY, 2);
    change_ports();
    store_keep_attempts(s, true);
    cr_expect(all_have_port(1, 23));
    expect_stored(1, 0, MOMENTS);
}

/* What slides over them says the same, kept or not. */
Test(own_attempts, make_the_same_windows)
{
    static const char windows[] =
        "SELECT count(*) * 1000003 + ifnull(sum(t + since * 3 + attempts * 5 + remotes * 7), 0) "
        "FROM fan_window(1, 7, 1, 10, 900, 60, 0, 0, 0, 0, 3, 2, 1, 0)";
    static const char failures[] =
        "SELECT count(*) * 1000003 + ifnull(sum(t + since * 3 + attempts * 5 + remotes * 7), 0) "
        "FROM fan_window(1, 7, 1, 10, 900, 60, 0, 1, 0, 1, 1, 1, 2, 0)";
    attempts(1000, 2);
    int64_t want = number_of(s, windows), want_failures = number_of(s, failures);
    cr_assert_gt(want, 0);
    cr_assert_gt(want_failures, 0);
    store_keep_attempts(s, true);
    cr_expect_eq(number_of(s, windows), want);
    cr_expect_eq(number_of(s, failures), want_failures);
    ask_at_random(5, 2, 20);
    cr_expect_eq(number_of(s, windows), want);
}

/* What is lent stays where it is, whatever else is asked. */
Test(own_attempts, that_are_lent_are_not_moved)
{
    const struct own_key key = {1, 7, 1};
    const struct own_attempt *list, *same;
    size_t count, same_count;
    attempts(1000, 20000);
    run_sql(s, "UPDATE attempt SET own = 1 WHERE ident %% 2 = 0 /* scans attempt: half of them */");
    store_keep_attempts(s, true);
    cr_assert(store_lend_attempts(s, &key, 100, 200, &list, &count, NULL));
    cr_assert(list && count > 10);
    struct own_attempt first = list[0], last = list[count - 1];
    cr_expect_not(are_kept(1, 0, MOMENTS), "it would have to grow");
    for (int own = 2; own <= 20000; own++)
        cr_assert_not(are_kept(own, 0, MOMENTS), "it could need the place");
    expect_stored(1, 0, MOMENTS);
    expect_stored(1, 150, 160);
    cr_assert(store_lend_attempts(s, &key, 100, 200, &same, &same_count, NULL));
    cr_expect(same == list && same_count == count, "the same may be lent twice");
    cr_expect_eq(memcmp(&first, &list[0], sizeof first), 0);
    cr_expect_eq(memcmp(&last, &list[count - 1], sizeof last), 0);
    store_give_back_attempts(s);
    cr_expect_not(are_kept(1, 0, MOMENTS), "one of the two is still lent");
    store_give_back_attempts(s);
    cr_expect(are_kept(1, 0, MOMENTS));
}

/* A query of the user's own may look at short windows within long ones. */
Test(own_attempts, make_the_same_windows_within_windows)
{
    static const char nested[] =
        "SELECT count(*) * 1000003 + ifnull(sum(f.t * 17 + g.t + g.attempts * 5), 0) "
        "FROM fan_window(1, 7, 1, 400, 500, 60, 0, 0, 0, 0, 3, 2, 1, 0) AS f CROSS JOIN "
        "fan_window(1, 7, 1 + f.t % 3, f.since - 300, f.t + 300, 20, 0, 0, 0, 0, 2, 1, 1, 0) AS g";
    attempts(4000, 3);
    int64_t want = number_of(s, nested);
    cr_assert_gt(want, 0);
    store_keep_attempts(s, true);
    cr_expect_eq(number_of(s, nested), want);
    cr_expect(are_kept(1, 0, MOMENTS), "all was given back");
}
