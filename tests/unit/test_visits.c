#include "correlate/facts/visits.h"
#include "store/query.h"
#include "tests/unit/world_store.h"

TestSuite(visits, .init = setup, .fini = teardown);

#define OWN  INT64_C(5)
#define DOOR (443 * 256 + PROTO_TCP)

static struct visits *visits;

/* On a day of the first block, from the n-th network. */
static void come(int day, int64_t n)
{
    struct err err = {0};
    struct end own = {.id = OWN}, remote = {.id = n * 256 + 77};
    struct seen_flow f = {
        .t_us = day * TIME_US_DAY, .resp_port = 443, .proto = PROTO_TCP, .answer = ANSWER_DATA};
    cr_assert(visits_add_flow(visits, &f, &own, &remote, &err), "%s", err.text);
}

static void flush(void)
{
    struct err err = {0};
    cr_assert(visits_flush(visits, &err), "%s", err.text);
}

/* "1:3 2:1": networks and their days in the one row there is. */
static void expect(const char *sql, const char *want)
{
    static struct visitors list;
    struct err err = {0};
    struct buf text = {0};
    struct query *q = store_query(s, "test", sql);
    while (query_step(q)) {
        cr_assert(query_i(q, 0) == OWN && query_i(q, 1) == DOOR && query_i(q, 2) == 0);
        cr_assert(visitors_read(query_s(q, 3), &list, &err), "%s", err.text);
        for (size_t i = 0; i < list.count; i++)
            buf_printf(&text, "%s%lld:%u", text.len > 0 ? " " : "",
                (long long)list.items[i].net / 256, list.items[i].days);
    }
    cr_assert(query_done(q, &err), "%s", err.text);
    cr_expect_str_eq(text.text ? text.text : "", want);
    buf_done(&text);
}

static const char stored[] = "SELECT own, door, block, nets FROM visit /* scans visit: a test */";
static const char fresh[] = "SELECT own, door, block, nets FROM fresh_visit";

/* The temporary table is a run's. */
static void start_run(void)
{
    struct err err = {0};
    correlate(s, &world);
    visits_free(visits);
    cr_assert_not_null(visits = visits_new(s, &err), "%s", err.text);
    cr_assert(store_script(s, "test", "DELETE FROM fresh_visit", &err), "%s", err.text);
}

Test(visits, add_up_within_a_run_and_from_run_to_run)
{
    start_run();
    flush();
    expect(stored, "");
    come(0, 9);
    come(3, 9);
    come(1, 7);
    flush();
    expect(stored, "7:2 9:9");
    expect(fresh, "7:2 9:9");
    come(0, 9); /* once more: nothing new */
    come(1, 9);
    come(2, 8);
    flush();
    expect(stored, "7:2 8:4 9:11");
    expect(fresh, "7:2 8:4 9:11");
    start_run();
    come(1, 7);
    flush();
    expect(fresh, "");
    come(31, 7);
    come(1, 9);
    flush();
    expect(stored, "7:2147483650 8:4 9:11");
    expect(fresh, "7:2147483648");
    visits_free(visits);
}

/* Whatever came first, those with the lowest addresses stay; who was driven out is not new. */
Test(visits, of_a_crowd_are_those_with_the_lowest_addresses)
{
    start_run();
    for (int64_t n = VISITORS_MAX + 100; n > 0; n--)
        come(0, n);
    flush();
    come(0, VISITORS_MAX + 200);
    come(0, 0);
    flush();
    for (int i = 0; i < 2; i++) {
        static struct visitors list;
        struct query *q = store_query(s, "test", i ? fresh : stored);
        cr_assert(query_step(q) && visitors_read(query_s(q, 3), &list, NULL));
        cr_assert_eq(list.count, VISITORS_MAX);
        cr_expect_eq(list.items[0].net, 0);
        cr_expect_eq(list.items[VISITORS_MAX - 1].net, (VISITORS_MAX - 1) * 256);
        cr_expect(query_done(q, NULL));
    }
    visits_free(visits);
}
