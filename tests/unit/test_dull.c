#include "correlate/facts/dull.h"
#include "correlate/facts/visitors.h"
#include "store/query.h"
#include "tests/unit/scenario.h"
#include "tests/unit/world.h"

#include <inttypes.h>

#define SEEDS 40

static const char *const facts[] = {
    "SELECT count(*) * 1000 + ifnull(sum(t + weight + remote), 0) FROM attempt",
    "SELECT count(*) * 1000 + ifnull(sum(t + pkts + remote), 0) FROM probe",
    "SELECT count(*) * 1000 + ifnull(sum(t + flags + port), 0) FROM contact"};

TestSuite(dull, .init = open_world, .fini = close_world);

/* By addresses, since an IPv6 network's id tells when it was first met. */
static int64_t sum_of(struct store *s, struct str nets)
{
    static struct visitors list;
    uint64_t sum = 0;
    struct err err = {0};
    cr_assert(visitors_read(nets, &list, &err), "%s", err.text);
    for (size_t i = 0; i < list.count; i++) {
        struct ipaddr ip;
        cr_assert(store_address(s, list.items[i].net, &ip, &err), "%s", err.text);
        sum += str_hash((struct str){(const char *)ip.b, 16}, list.items[i].days);
    }
    return (int64_t)sum;
}

static int64_t visits_of(struct store *s)
{
    int64_t sum = 0;
    struct query *q = store_query(
        s, "test", "SELECT own + door * block, nets FROM visit /* scans visit: a test */");
    while (query_step(q))
        sum ^= query_i(q, 0) + sum_of(s, query_s(q, 1));
    cr_assert(query_done(q, NULL));
    return sum;
}

static void put_marked(struct store *s, const struct world *by, const struct records *records)
{
    struct err err = {0};
    struct dull *dull = dull_watch(s, by->catalog, by->inventory, &err);
    cr_assert_not_null(dull, "%s", err.text);
    records_put(s, records, NULL, 0, records->count);
    dull_free(dull);
}

/* outcome = answer + 4 * state + 64 * flags */
static int64_t marks(void)
{
    struct store *s = memory_open();
    put_marked(s, &world, &all);
    int64_t marks = number_of(s, "SELECT outcome / 64 & (32 | 128) FROM flow");
    store_close(s);
    return marks;
}

static struct flow *from_outside(uint16_t port)
{
    return record_flow(&all, SENSOR_ZEEK, NULL, RECORDS_NOW_US - HOUR, address("203.0.113.9"),
        address("10.0.0.5"), port);
}

Test(dull, an_answered_login_is_never_marked)
{
    from_outside(22);
    cr_expect_eq(marks(), 0);
}

Test(dull, a_login_by_name_at_another_port_is_not_marked)
{
    struct flow *f = from_outside(902);
    f->service = STR("ssh");
    cr_expect_eq(marks(), 0);
}

Test(dull, a_refused_login_matters_to_who_was_refused_alone)
{
    struct flow *f = from_outside(22);
    f->answer = ANSWER_NONE;
    cr_expect_eq(marks(), FLOW_IDLE);
}

Test(dull, a_refusal_matters_to_who_was_refused_alone)
{
    struct flow *f = from_outside(8080);
    f->answer = ANSWER_NONE;
    cr_expect_eq(marks(), FLOW_IDLE);
}

Test(dull, a_refusal_inside_matters)
{
    struct flow *f = from_outside(8080);
    f->conn.orig = address("10.0.0.9");
    f->answer = ANSWER_NONE;
    cr_expect_eq(marks(), 0);
}

static struct flow *ordinary(const char *orig, const char *resp)
{
    struct flow *f = from_outside(443);
    f->conn.orig = address(orig);
    f->conn.resp = address(resp);
    f->orig_pkts = f->resp_pkts = 10;
    f->orig_bytes = f->resp_bytes = 5000;
    f->orig_ip_bytes = f->resp_ip_bytes = 5400;
    return f;
}

Test(dull, ordinary_traffic_from_outside_is_a_visit_and_no_more)
{
    ordinary("203.0.113.9", "10.0.0.5");
    cr_expect_eq(marks(), FLOW_DULL);
}

Test(dull, ordinary_traffic_to_outside_is_no_visit_either)
{
    ordinary("10.0.0.5", "203.0.113.9");
    cr_expect_eq(marks(), FLOW_DULL | FLOW_IDLE);
}

Test(dull, ordinary_traffic_of_ipv6_from_outside_is_a_visit_and_no_more)
{
    ordinary("2001:db8:2::9", "2001:db8:1::5");
    cr_expect_eq(marks(), FLOW_DULL);
}

Test(dull, ordinary_traffic_of_ipv6_to_outside_is_no_visit_either)
{
    ordinary("2001:db8:1::5", "2001:db8:2::9");
    cr_expect_eq(marks(), FLOW_DULL | FLOW_IDLE);
}

Test(dull, home_may_be_many_networks)
{
    struct world other = {world.catalog,
        world_inventory("10.0.0.0/28,10.0.1.0/28,10.0.2.0/28,10.0.3.0/28,10.0.4.0/28"), NULL};
    struct store *s = memory_open();
    ordinary("203.0.113.9", "10.0.4.5");
    ordinary("10.0.4.5", "203.0.113.9");
    ordinary("203.0.113.9", "10.0.5.5");
    put_marked(s, &other, &all);
    cr_expect_eq(number_of(s, "SELECT outcome / 64 & 160 FROM flow WHERE id = 1"), FLOW_DULL);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM flow WHERE outcome / 64 & 160 = 160"), 2);
    store_close(s);
    inventory_free(other.inventory);
}

/* Others than those it is judged by: before the first run, and after one. */
Test(dull, marks_by_other_home_networks_do_not_count)
{
    struct world other = {world.catalog, world_inventory("203.0.113.0/24"), NULL};
    size_t visits = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct scenario x = scenario_new(seed);
        struct store *first = memory_open(), *later = memory_open(), *plain = memory_open();
        scenario_by_zeek(&x.records);
        records_put(plain, &x.records, NULL, 0, x.records.count);
        correlate(plain, &world);
        put_marked(first, &other, &x.records);
        correlate(first, &world);
        correlate(later, &world);
        put_marked(later, &other, &x.records);
        correlate(later, &world);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
            int64_t want = number_of(plain, facts[i]);
            cr_expect_eq(number_of(first, facts[i]), want, "seed %" PRIu64 ", %s", seed, facts[i]);
            cr_expect_eq(number_of(later, facts[i]), want, "seed %" PRIu64 ", %s", seed, facts[i]);
        }
        cr_expect_eq(visits_of(first), visits_of(plain), "seed %" PRIu64, seed);
        cr_expect_eq(visits_of(later), visits_of(plain), "seed %" PRIu64, seed);
        visits += number_of(plain, "SELECT count(*) FROM visit") > 0;
        store_close(first);
        store_close(later);
        store_close(plain);
        scenario_done(&x);
    }
    cr_expect_gt(visits, 0);
    inventory_free(other.inventory);
}

enum feed_time { FEED_NONE, FEED_BEFORE, FEED_AFTER, FEED_TIMES };

static void play(struct store *s, const struct records *records, bool marked, enum feed_time feed)
{
    if (feed == FEED_BEFORE)
        scenario_import(s);
    if (marked)
        put_marked(s, &world, records);
    else
        records_put(s, records, NULL, 0, records->count);
    correlate(s, &world);
    if (feed == FEED_AFTER) {
        scenario_import(s);
        correlate(s, &world);
    }
}

static void expect_same_facts(
    struct store *plain, struct store *marked, uint64_t seed, enum feed_time feed)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        int64_t want = number_of(plain, facts[i]), got = number_of(marked, facts[i]);
        cr_expect_eq(got, want, "seed %" PRIu64 ", feed %d, %s", seed, feed, facts[i]);
    }
    cr_expect_eq(visits_of(marked), visits_of(plain), "seed %" PRIu64 ", feed %d", seed, feed);
}

/* By one sensor: with two, marks do not count. */
Test(dull, marks_change_no_fact_and_no_alert)
{
    size_t alerts = 0, skipped = 0, contacts = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        enum feed_time feed = (enum feed_time)(seed % FEED_TIMES);
        struct scenario x = scenario_new(seed);
        struct store *plain = memory_open(), *marked = memory_open();
        scenario_by_zeek(&x.records);
        play(plain, &x.records, false, feed);
        play(marked, &x.records, true, feed);
        skipped += number_of(marked, "SELECT count(*) FROM stretch WHERE use = 2") > 0;
        contacts += number_of(marked, "SELECT count(*) FROM contact") > 0;
        expect_same_facts(plain, marked, seed, feed);
        char *want = alerts_text(plain), *got = alerts_text(marked);
        expect_same(got, want, seed, 0);
        alerts += strlen(want) > 1;
        free(want);
        free(got);
        store_close(plain);
        store_close(marked);
        scenario_done(&x);
    }
    cr_expect_gt(alerts, SEEDS / 4);
    cr_expect_gt(skipped, SEEDS / 4);
    cr_expect_gt(contacts, SEEDS / 4);
}

/* Whatever may come of it, and whenever the feed came. */
Test(dull, a_flow_from_the_future_tells_not_even_who_talks)
{
    struct flow *f = ordinary("10.0.0.5", "203.0.113.9");
    f->t_us = RECORDS_NOW_US + 2 * HOUR;
    for (int marked = 0; marked < 2; marked++)
        for (enum feed_time feed = FEED_BEFORE; feed <= FEED_AFTER; feed++) {
            struct store *s = memory_open();
            play(s, &all, marked, feed);
            cr_expect_eq(number_of(s, "SELECT count(*) FROM talker"), 0);
            correlate_at(s, &world, RECORDS_NOW_US + HOUR);
            cr_expect_eq(number_of(s, "SELECT count(*) FROM talker"), 1);
            store_close(s);
        }
}
