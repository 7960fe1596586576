/* What must hold whatever comes in whatever order: runs over random traffic, compared with one run
 * over everything in order of time. */
#include "tests/unit/scenario.h"

#define SEEDS 30

static struct world world, elsewhere, stricter, lacking;
static struct catalog fewer; /* without two types */

static const char pools[] = "[network]\nhome = 10.0.0.0/8, 2001:db8:1::/48\n"
                            "[resource balancer]\ntype = load-balancer\nbackend = web1, web2\n"
                            "address = " SCENARIO_BALANCER "\n"
                            "[resource web1]\naddress = 10.0.0.21\n"
                            "[resource web2]\naddress = 10.0.0.22\n"
                            "[resource gateway]\ntype = nat-gateway\nbackend = inner\n"
                            "address = " SCENARIO_GATEWAY "\n"
                            "[resource inner]\naddress = 10.0.0.10/31, 2001:db8:1::/64\n";

static void leave_out(const char *code, const char *other)
{
    fewer = *world.catalog;
    fewer.types = calloc((size_t)fewer.type_count, sizeof *fewer.types);
    cr_assert_not_null(fewer.types);
    fewer.type_count = 0;
    for (int i = 0; i < world.catalog->type_count; i++)
        if (strcmp(world.catalog->types[i].code, code) != 0 &&
            strcmp(world.catalog->types[i].code, other) != 0)
            fewer.types[fewer.type_count++] = world.catalog->types[i];
    cr_assert_eq(fewer.type_count, world.catalog->type_count - 2);
    lacking = (struct world){.catalog = &fewer, .inventory = world.inventory};
}

/* elsewhere has another home, stricter lower thresholds. */
static void setup(void)
{
    struct err err = {0};
    struct ini config;
    world_open(&world);
    inventory_free(world.inventory);
    world.inventory = world_inventory_of(pools);
    elsewhere = (struct world){
        .catalog = world.catalog, .inventory = world_inventory("203.0.113.0/24, 10.0.0.11")};
    stricter = (struct world){.catalog = catalog_load(NULL, &err), .inventory = world.inventory};
    cr_assert(ini_read_text(&config, "test",
                  STR("[alert SSH_Incoming_BF_OneToOne]\nmin_attempts = 9\ngap = 30 min\n"
                      "[alert PortScanning]\nvertical.min_ports = 5\n"),
                  &err),
        "%s", err.text);
    cr_assert(catalog_override(stricter.catalog, &config, &err), "%s", err.text);
    ini_done(&config);
    leave_out("PortScanning", "SSH_Incoming_BF_ManyToOne");
}

static void teardown(void)
{
    inventory_free(elsewhere.inventory);
    catalog_free(stricter.catalog);
    free(fewer.types);
    world_close(&world);
}

TestSuite(correlate, .init = setup, .fini = teardown, .timeout = 120);

/* ------------------------------------------------------------------ orders */

static const struct records *sorted;

static int by_time(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int64_t t = record_time(&sorted->list[x]), u = record_time(&sorted->list[y]);
    if (t != u)
        return t < u ? -1 : 1;
    return (x > y) - (x < y);
}

static size_t *order_of_time(const struct records *all)
{
    size_t *order = malloc((all->count + 1) * sizeof *order);
    cr_assert_not_null(order);
    for (size_t i = 0; i < all->count; i++)
        order[i] = i;
    sorted = all;
    qsort(order, all->count, sizeof *order, by_time);
    return order;
}

static void shuffle(struct chance *c, size_t *order, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)chance_in(c, 0, (int64_t)i - 1), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

/* Not all is shuffled: most logs come nearly in order. */
static void disturb(struct chance *c, size_t *order, size_t count)
{
    if (chance_percent(c, 50)) {
        shuffle(c, order, count);
        return;
    }
    for (size_t n = count / 8; n > 0; n--) {
        size_t a = (size_t)chance_in(c, 0, (int64_t)count - 1);
        size_t b = (size_t)chance_in(c, 0, (int64_t)count - 1), kept = order[a];
        order[a] = order[b];
        order[b] = kept;
    }
}

/* ------------------------------------------------------------------ one run over everything */

static char *all_at_once(const struct records *all, bool feed)
{
    struct store *s = memory_open();
    size_t *order = order_of_time(all);
    if (feed)
        scenario_import(s);
    records_put(s, all, order, 0, all->count);
    correlate(s, &world);
    char *text = alerts_text(s);
    store_close(s);
    free(order);
    return text;
}

/* ------------------------------------------------------------------ replay */

enum replay {
    REPLAY_FEED = 1,    /* a feed is imported, some time */
    REPLAY_HOME = 2,    /* some runs believe in another home, … */
    REPLAY_CATALOG = 4, /* … in other thresholds, … */
    REPLAY_CLOCK = 8,   /* … in an earlier time, so that records lie in the future, … */
    REPLAY_ABSENT = 16, /* … or lack a type of the catalogue, … */
    REPLAY_BREAK = 32,  /* … or end between the facts and the alerts */
};

/* The last thing that a run does fails. */
static void broken_run(struct store *s, const struct world *w, int64_t now_us)
{
    struct err err = {0};
    struct correlate_totals totals;
    const struct correlate_input input = {w->catalog, w->inventory, now_us, NULL};
    cr_assert(store_script(s, "test",
        "CREATE TRIGGER no_run BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'broken'); END",
        &err));
    bool done = correlate_run(s, &input, &totals, &err);
    cr_expect(done || strstr(err.text, "broken"), "%s", err.text);
    cr_assert(store_script(s, "test", "DROP TRIGGER no_run", &(struct err){0}));
}

static void some_run(struct store *s, struct chance *c, const struct records *all, unsigned what)
{
    const struct world *w = &world;
    int64_t now_us = RECORDS_NOW_US;
    if (what & REPLAY_HOME && chance_percent(c, 30))
        w = &elsewhere;
    if (what & REPLAY_CATALOG && chance_percent(c, 30))
        w = &stricter;
    if (what & REPLAY_ABSENT && chance_percent(c, 30))
        w = &lacking;
    if (what & REPLAY_CLOCK && chance_percent(c, 70))
        now_us = record_time(&all->list[chance_in(c, 0, (int64_t)all->count - 1)]) - HOUR;
    if (what & REPLAY_BREAK && chance_percent(c, 50))
        broken_run(s, w, now_us);
    else
        correlate_at(s, w, now_us);
}

/* The records in another order, batch by batch, with a run after some of them and one at the end. */
static struct store *in_pieces(const struct records *all, struct chance *c, unsigned what)
{
    struct store *s = memory_open();
    size_t *order = order_of_time(all);
    bool imported = !(what & REPLAY_FEED);
    disturb(c, order, all->count);
    for (size_t done = 0; done < all->count;) {
        size_t count = (size_t)chance_in(c, 1, (int64_t)(all->count / 2 + 1));
        count = count < all->count - done ? count : all->count - done;
        records_put(s, all, order, done, count);
        done += count;
        if (chance_percent(c, 60))
            some_run(s, c, all, what);
        if (!imported && chance_percent(c, 30)) {
            scenario_import(s);
            imported = true;
        }
    }
    if (!imported)
        scenario_import(s);
    correlate(s, &world);
    free(order);
    return s;
}

static size_t count_alerts(const char *text)
{
    size_t count = 0;
    for (; (text = strstr(text, "\n  type=")); text++)
        count++;
    return count;
}

static void expect_replay(uint64_t first_seed, unsigned what)
{
    size_t alerts = 0;
    for (uint64_t seed = first_seed; seed < first_seed + SEEDS; seed++) {
        struct scenario x = scenario_new(seed);
        char *want = all_at_once(&x.records, what & REPLAY_FEED);
        for (int n = 0; n < 3; n++) {
            struct store *s = in_pieces(&x.records, &x.chance, what);
            char *got = alerts_text(s);
            expect_same(got, want, seed, 0);
            free(got);
            store_close(s);
        }
        alerts += count_alerts(want);
        free(want);
        scenario_done(&x);
    }
    cr_expect_gt(alerts, SEEDS);
}

Test(correlate, any_order_and_batching_of_the_records_ends_in_the_same_alerts)
{
    expect_replay(1, 0);
}

Test(correlate, a_feed_counts_whenever_it_was_imported)
{
    expect_replay(1001, REPLAY_FEED);
}

Test(correlate, home_changed_and_changed_back_leaves_no_trace)
{
    expect_replay(2001, REPLAY_FEED | REPLAY_HOME);
}

Test(correlate, thresholds_changed_and_changed_back_leave_no_trace)
{
    expect_replay(3001, REPLAY_FEED | REPLAY_CATALOG);
}

Test(correlate, types_that_were_left_out_for_a_while_miss_nothing)
{
    expect_replay(5001, REPLAY_FEED | REPLAY_ABSENT);
}

Test(correlate, records_from_the_future_count_when_their_time_has_come)
{
    expect_replay(4001, REPLAY_FEED | REPLAY_CLOCK);
}

Test(correlate, a_run_that_ended_between_facts_and_alerts_is_made_up_for)
{
    expect_replay(9001, REPLAY_FEED | REPLAY_BREAK);
}

Test(correlate, runs_that_end_early_leave_no_trace_of_another_home_or_catalogue)
{
    expect_replay(9501,
        REPLAY_FEED | REPLAY_HOME | REPLAY_CATALOG | REPLAY_ABSENT | REPLAY_CLOCK | REPLAY_BREAK);
}

Test(correlate, a_run_that_ends_early_keeps_its_facts_and_changes_no_alert)
{
    struct scenario x = scenario_new(1);
    struct store *s = memory_open();
    records_put(s, &x.records, NULL, 0, x.records.count);
    broken_run(s, &world, RECORDS_NOW_US);
    cr_expect_gt(number_of(s, "SELECT count(*) FROM attempt"), 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM finding"), 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert"), 0);
    correlate(s, &world);
    cr_expect_gt(number_of(s, "SELECT count(*) FROM alert"), 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM run"), 1);
    store_close(s);
    scenario_done(&x);
}

static struct correlate_totals totals_of(struct store *s, const struct world *w)
{
    struct err err = {0};
    struct correlate_totals totals = {0};
    const struct correlate_input input = {w->catalog, w->inventory, RECORDS_NOW_US, NULL};
    cr_assert(correlate_run(s, &input, &totals, &err), "%s", err.text);
    return totals;
}

Test(correlate, what_a_run_that_ends_early_found_changed_is_told_by_the_next_one)
{
    struct scenario x = scenario_new(1);
    struct store *s = memory_open();
    records_put(s, &x.records, NULL, 0, x.records.count);
    correlate(s, &world);
    broken_run(s, &elsewhere, RECORDS_NOW_US);
    struct correlate_totals totals = totals_of(s, &elsewhere);
    cr_expect(totals.facts_rebuilt);
    cr_expect(totals.network_changed);
    cr_expect_not(totals.sampling_changed);
    cr_expect_gt(totals.alerts_withdrawn, 0);
    totals = totals_of(s, &elsewhere);
    cr_expect_not(totals.facts_rebuilt);
    cr_expect_not(totals.network_changed);
    broken_run(s, &stricter, RECORDS_NOW_US); /* which has the first home */
    broken_run(s, &world, RECORDS_NOW_US);
    totals = totals_of(s, &world);
    cr_expect(totals.facts_rebuilt, "it is not told after two runs that ended early");
    store_close(s);
    scenario_done(&x);
}

/* ------------------------------------------------------------------ judged anew */

static void remember(struct store *s, const char *table)
{
    char sql[200];
    struct err err = {0};
    snprintf(sql, sizeof sql,
        "DROP TABLE IF EXISTS temp.was_%s; CREATE TEMP TABLE was_%s AS SELECT * FROM %s", table,
        table, table);
    store_watch_plans(false); /* a test may look at all of a table */
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
    store_watch_plans(true);
}

static void expect_unchanged(struct store *s, const char *table, uint64_t seed)
{
    char sql[400];
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM (SELECT * FROM (SELECT * FROM %s EXCEPT SELECT * FROM was_%s) "
        "UNION ALL SELECT * FROM (SELECT * FROM was_%s EXCEPT SELECT * FROM %s))",
        table, table, table, table);
    int64_t differences = number_of(s, sql);
    cr_expect_eq(differences, 0, "seed %llu: %lld rows of %s differ", (unsigned long long)seed,
        (long long)differences, table);
}

static const char *const facts[] = {
    "session", "attempt", "probe", "contact", "rollup", "visit", "stranger"};

static void remember_all(struct store *s)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        remember(s, facts[i]);
    remember(s, "finding");
    remember(s, "calm");
    remember(s, "alert_change");
}

/* A run that forgets `state` finds nothing to change. */
static void expect_settled(struct store *s, const char *forget, uint64_t seed)
{
    struct err err = {0};
    remember_all(s);
    cr_assert(store_script(s, "test", forget, &err), "%s", err.text);
    correlate(s, &world);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        expect_unchanged(s, facts[i], seed);
    expect_unchanged(s, "finding", seed);
    expect_unchanged(s, "calm", seed);
    expect_unchanged(s, "alert_change", seed);
}

static void expect_all_settled(uint64_t first_seed, const char *forget)
{
    for (uint64_t seed = first_seed; seed < first_seed + SEEDS * 2; seed++) {
        struct scenario x = scenario_new(seed);
        struct store *s = in_pieces(&x.records, &x.chance, REPLAY_FEED);
        expect_settled(s, forget, seed);
        store_close(s);
        scenario_done(&x);
    }
}

Test(correlate, types_judged_where_facts_changed_are_as_if_judged_everywhere)
{
    expect_all_settled(5001, "DELETE FROM state WHERE name LIKE 'type %'");
}

Test(correlate, facts_kept_up_to_date_are_as_if_made_anew)
{
    expect_all_settled(6001, "DELETE FROM state WHERE name = 'input network'");
}

Test(correlate, contacts_matched_as_they_came_are_as_if_matched_again)
{
    expect_all_settled(7001, "DELETE FROM state WHERE name = 'input indicators'");
}

Test(correlate, the_random_traffic_has_days_that_are_usual)
{
    int64_t calm = 0;
    for (uint64_t seed = 8001; seed < 8001 + SEEDS && calm == 0; seed++) {
        struct scenario x = scenario_new(seed);
        struct store *s = memory_open();
        records_put(s, &x.records, NULL, 0, x.records.count);
        correlate(s, &world);
        calm += number_of(s, "SELECT count(*) FROM calm AS c JOIN name AS n ON n.id = c.tier "
                             "WHERE n.text NOT IN ('inside', 'learned', 'burst')");
        store_close(s);
        scenario_done(&x);
    }
    cr_expect_gt(calm, 0);
}

/* ------------------------------------------------------------------ more never means less */

struct alert_span {
    char key[160];
    int64_t t0, t1;
};

struct alert_spans {
    struct alert_span list[400];
    size_t count;
};

static bool add_span(void *arg, const struct alert *a)
{
    struct alert_spans *all = arg;
    cr_assert_lt(all->count, sizeof all->list / sizeof *all->list);
    struct alert_span *span = &all->list[all->count++];
    snprintf(span->key, sizeof span->key, "%s", a->key);
    span->t0 = a->start_us;
    span->t1 = a->end_us;
    return true;
}

static struct alert_spans *spans_of(struct store *s)
{
    struct alert_spans *all = calloc(1, sizeof *all);
    struct err err = {0};
    cr_assert_not_null(all);
    cr_assert(store_alert_each(s, &(struct alert_filter){0}, add_span, all, &err), "%s", err.text);
    return all;
}

static bool holds(const struct alert_spans *all, const char *key, size_t length, int64_t t)
{
    for (size_t i = 0; i < all->count; i++)
        if (strncmp(all->list[i].key, key, length) == 0 && all->list[i].t0 <= t &&
            all->list[i].t1 >= t)
            return true;
    return false;
}

/* The first and the last moment of an alert that there was belong to alerts of its key still; or
 * one-to-many has taken over from one-to-one: same service and address, without a remote one. */
static bool still_covered(const struct alert_span *before, const struct alert_spans *after)
{
    char taken_over[160] = "";
    const char *rest = strstr(before->key, "_Outgoing_BF_OneToOne|outgoing|");
    if (rest) {
        const char *own = rest + strlen("_Outgoing_BF_OneToOne|outgoing|");
        snprintf(taken_over, sizeof taken_over, "%.3s_Outgoing_BF_OneToMany|outgoing|%.*s|",
            before->key, (int)strcspn(own, "|"), own);
    }
    const int64_t ends[] = {before->t0, before->t1};
    for (int i = 0; i < 2; i++)
        if (!holds(after, before->key, strlen(before->key) + 1, ends[i]) &&
            !(rest && holds(after, taken_over, strlen(taken_over), ends[i])))
            return false;
    return true;
}

static bool is_brute_force(const char *key)
{
    return strstr(key, "_BF_") != NULL;
}

/* One more attempt like one that there is, at another time: a login that failed or was not told of,
 * or a connection alone. */
static void one_more(struct scenario *x, const struct record *like)
{
    struct flow f = like->flow;
    int64_t t =
        f.t_us + PICK(x, 0, -HOUR, HOUR, -DAY, DAY, 1, 7 * DAY, -2 * DAY, -3 * DAY, -8 * DAY);
    if (chance_percent(&x->chance, 30)) {
        struct flow *more = record_flow(
            &x->records, SENSOR_ZEEK, NULL, t, f.conn.orig, f.conn.resp, f.conn.resp_port);
        more->service = f.service;
        return;
    }
    record_login(&x->records, SENSOR_ZEEK, NULL, t, f.conn.orig, f.conn.resp, f.conn.resp_port,
        f.service.len ? "ssh" : "rdp", chance_percent(&x->chance, 50) ? 0 : -1);
}

static void expect_monotone(uint64_t seed)
{
    struct scenario x = scenario_new(seed);
    struct store *s = memory_open();
    size_t told = x.records.count;
    records_put(s, &x.records, NULL, 0, told);
    correlate(s, &world);
    struct alert_spans *before = spans_of(s);
    for (int64_t n = chance_in(&x.chance, 1, 30); n > 0; n--) {
        const struct record *like = &x.records.list[chance_in(&x.chance, 0, (int64_t)told - 1)];
        if (like->kind != MADE_FLOW || like->flow.answer != ANSWER_DATA)
            continue;
        one_more(&x, like);
    }
    records_put(s, &x.records, NULL, told, x.records.count - told);
    correlate(s, &world);
    struct alert_spans *after = spans_of(s);
    for (size_t i = 0; i < before->count; i++)
        cr_expect(!is_brute_force(before->list[i].key) || still_covered(&before->list[i], after),
            "seed %llu: %s is gone", (unsigned long long)seed, before->list[i].key);
    free(before);
    free(after);
    store_close(s);
    scenario_done(&x);
}

Test(correlate, more_failed_attempts_never_remove_an_alert)
{
    for (uint64_t seed = 8001; seed < 8001 + SEEDS * 4; seed++)
        expect_monotone(seed);
}
