/* What two sensors saw of the same connections counts as if Zeek alone had been there. */
#include "tests/unit/scenario.h"

static struct world world;

static void setup(void)
{
    world_open(&world);
}

static void teardown(void)
{
    world_close(&world);
}

TestSuite(joins, .init = setup, .fini = teardown, .timeout = 120);

#define SEEDS 30

/* ------------------------------------------------------------------ the other sensor */

/* How Suricata tells of what Zeek told of. */
struct second {
    struct chance chance;
    int64_t skew_us;
    int64_t jitter_us; /* either way */
    int split_percent;
};

static uint64_t flow_id_of(const char *uid, int piece)
{
    return (str_hash(str_of(uid), STR_HASH_START) + (uint64_t)piece) % 100000000000000u;
}

/* Its clock: the same moment of the same connection is always the same. */
static int64_t told_time(const struct second *x, const char *uid, int64_t t_us)
{
    struct chance c = {str_hash(str_of(uid), (uint64_t)t_us)};
    return t_us + x->skew_us + chance_in(&c, -x->jitter_us, x->jitter_us);
}

/* As it sees and counts: frames twice, sizes not quite, sometimes no answer. */
static void add_flow(
    struct second *x, struct records *all, struct record from, int64_t t0, int64_t t1, int piece)
{
    struct record *r = record_new(all, MADE_FLOW, SENSOR_SURICATA, NULL);
    r->flow = from.flow;
    r->flow.sensor = SENSOR_SURICATA;
    r->flow.t_us = told_time(x, from.uid, t0);
    r->flow.duration_us = t1 - t0;
    r->flow.orig_pkts *= 2;
    r->flow.orig_bytes += chance_in(&x->chance, -6, 6);
    if (r->flow.orig_bytes < 0)
        r->flow.orig_bytes = 0;
    r->flow.flags |= FLOW_BYTES_APPROX;
    if (chance_percent(&x->chance, 5))
        r->flow.answer = (uint8_t)chance_in(&x->chance, ANSWER_NONE, ANSWER_DATA);
    snprintf(r->uid, sizeof r->uid, "%llu", (unsigned long long)flow_id_of(from.uid, piece));
}

static void add_second(struct second *x, struct records *all, size_t i)
{
    struct record from = all->list[i];
    if (from.kind == MADE_FLOW) {
        int64_t t0 = from.flow.t_us, t1 = t0 + from.flow.duration_us;
        if (t1 - t0 > 2 * MINUTE && chance_percent(&x->chance, x->split_percent)) {
            int64_t cut = t0 + (t1 - t0) / 3;
            add_flow(x, all, from, t0, cut, 0);
            add_flow(x, all, from, cut + MINUTE, t1, 1);
        } else {
            add_flow(x, all, from, t0, t1, 0);
        }
    } else if (from.kind == MADE_LOGIN) {
        struct record *r = record_new(all, MADE_LOGIN, SENSOR_SURICATA, NULL);
        r->login = from.login;
        r->login.sensor = SENSOR_SURICATA;
        r->login.t_us = told_time(x, from.uid, from.login.t_us);
        if (chance_percent(&x->chance, 50))
            r->login.success = -1;
        snprintf(r->uid, sizeof r->uid, "%llu", (unsigned long long)flow_id_of(from.uid, 0));
    }
}

/* All by Zeek; what only Suricata can tell goes. */
static void make_zeeks(struct records *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct record *r = &all->list[i];
        if (r->kind == MADE_SIGNATURE)
            continue;
        r->flow.sensor = r->login.sensor = SENSOR_ZEEK;
        memmove(r->uid + 1, r->uid, sizeof r->uid - 1);
        r->uid[0] = 'Z';
        r->uid[sizeof r->uid - 1] = '\0';
        all->list[kept++] = *r;
    }
    all->count = kept;
}

/* ------------------------------------------------------------------ counted once */

static void shuffle(struct chance *c, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)chance_in(c, 0, (int64_t)i - 1), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

static char *by_zeek_alone(const struct records *all, size_t count)
{
    struct store *s = memory_open();
    scenario_import(s);
    records_put(s, all, NULL, 0, count);
    correlate(s, &world);
    char *text = alerts_text(s);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM trace"), 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM skew_sample"), 0);
    store_close(s);
    return text;
}

/* By both: batch by batch in any order, or one sensor after the other. */
static char *by_both(struct chance *c, const struct records *all, size_t zeeks, int how)
{
    struct store *s = memory_open();
    size_t *order = calloc(all->count + 1, sizeof *order);
    shuffle(c, order, all->count);
    for (size_t i = 0; how && i < all->count; i++)
        order[i] = how == 1 ? i : (i + zeeks) % all->count;
    scenario_import(s);
    for (size_t done = 0, count; done < all->count; done += count) {
        count = (size_t)chance_in(c, 1, (int64_t)(all->count / 2 + 1));
        if (how && done < (how == 1 ? zeeks : all->count - zeeks))
            count = (how == 1 ? zeeks : all->count - zeeks) - done;
        count = count < all->count - done ? count : all->count - done;
        records_put(s, all, order, done, count);
        if (how || chance_percent(c, 60))
            correlate(s, &world);
    }
    correlate(s, &world);
    char *text = alerts_text(s);
    free(order);
    store_close(s);
    return text;
}

static struct str line_at(const char *text, size_t at)
{
    size_t from = at;
    while (from > 0 && text[from - 1] != '\n')
        from--;
    return (struct str){text + from, strcspn(text + from, "\n")};
}

static void expect_same(const char *got, const char *want, uint64_t seed, int how)
{
    size_t at = 0;
    while (got[at] && got[at] == want[at])
        at++;
    struct str g = line_at(got, at), w = line_at(want, at);
    cr_expect(got[at] == want[at], "seed %llu, way %d:\n got %.*s\nwant %.*s",
        (unsigned long long)seed, how, (int)g.len, g.p, (int)w.len, w.p);
}

static void expect_once(uint64_t first_seed, int64_t skew_us, int64_t jitter_us, int split_percent)
{
    size_t alerts = 0;
    for (uint64_t seed = first_seed; seed < first_seed + SEEDS; seed++) {
        struct scenario x = scenario_new(seed);
        struct second second = {{seed}, skew_us, jitter_us, split_percent};
        make_zeeks(&x.records);
        size_t zeeks = x.records.count;
        char *want = by_zeek_alone(&x.records, zeeks);
        for (size_t i = 0; i < zeeks; i++)
            add_second(&second, &x.records, i);
        for (int how = 0; how < 3; how++) {
            char *got = by_both(&x.chance, &x.records, zeeks, how);
            expect_same(got, want, seed, how);
            free(got);
        }
        alerts += strlen(want) > 1;
        free(want);
        scenario_done(&x);
    }
    cr_expect_gt(alerts, SEEDS / 2);
}

Test(joins, what_both_saw_at_the_same_moment_counts_once)
{
    expect_once(1, 0, 0, 0);
}

Test(joins, what_suricata_splits_counts_once)
{
    expect_once(1001, 0, 0, 60);
}

Test(joins, clocks_that_differ_a_little_make_no_difference)
{
    expect_once(2001, 0, 900000, 0);
}

Test(joins, clocks_minutes_apart_make_no_difference)
{
    expect_once(3001, -SECOND, 100000, 40);
}
