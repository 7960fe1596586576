/* Which addresses a tier looks at, where all facts are looked at: those that can reach a floor. */
#include "correlate/findings/touched.h"
#include "tests/unit/catalogs.h"
#include "tests/unit/query_facts.h"

static struct catalog *catalog;
static struct store *s;

static void setup(void)
{
    catalog = load(NULL);
    s = memory_open();
}

static void teardown(void)
{
    store_close(s);
    catalog_free(catalog);
}

TestSuite(touched, .init = setup, .fini = teardown);

static struct alert_type *type_of(const char *code)
{
    int i = 0;
    while (i < catalog->type_count && strcmp(catalog->types[i].code, code) != 0)
        i++;
    cr_assert_lt(i, catalog->type_count, "%s", code);
    return &catalog->types[i];
}

static const struct tier *tier_of(const struct alert_type *t, const char *name)
{
    int i = 0;
    while (i < t->tier_count && strcmp(t->tiers[i].name, name) != 0)
        i++;
    cr_assert_lt(i, t->tier_count, "%s", name);
    return &t->tiers[i];
}

static int64_t floor_of(const char *code, const char *tier, const char *name)
{
    int64_t floor = tier_value(tier_of(type_of(code), tier), name, 0);
    cr_assert_gt(floor, 1);
    return floor;
}

/* Probes from t on, a microsecond apart, over which so much is spread. */
static void put_probes(
    int64_t own, int64_t t, int64_t count, int64_t scale, int64_t pkts, int64_t bytes)
{
#define SHARE "%lld / n.count + (i < %lld %% n.count)"
    run_sql(s,
        "WITH RECURSIVE n (i, count) AS (SELECT 0, %lld UNION ALL SELECT i + 1, count FROM n "
        "WHERE i + 1 < count) INSERT INTO probe (own, t, ident, remote, port, proto, flags, "
        "duration, flow, scale, pkts, bytes) SELECT %lld, %lld + i, i, 9, 80, 6, 3, 5, 0, " SHARE
        ", " SHARE ", " SHARE " FROM n",
        (long long)count, (long long)own, (long long)t, (long long)scale, (long long)scale,
        (long long)pkts, (long long)pkts, (long long)bytes, (long long)bytes);
#undef SHARE
}

static void make_changed(void)
{
    run_sql(s,
        "CREATE TEMP TABLE changed_attempt (direction, service, own, remote, lo, hi, "
        "withdrawn, tries); CREATE TEMP TABLE rolled (direction, service, own, lo, hi, tries)");
}

static void begin(enum judge_extent extent)
{
    struct err err = {0};
    make_changed();
    cr_assert(touched_begin(s, catalog, extent, &err), "%s", err.text);
}

static struct tier_run run_of(const char *code, const char *tier)
{
    struct err err = {0};
    struct tier_run r = {.store = s, .type = type_of(code), .which = ALL};
    r.tier = tier_of(r.type, tier);
    r.window_us = tier_value(r.tier, "window", 0);
    cr_assert(periodic_query_of(r.type, r.tier, &r.query, &err), "%s", err.text);
    cr_assert(store_name_id(s, str_of(code), &r.type_id, &err), "%s", err.text);
    cr_assert(store_name_id(s, str_of(tier), &r.tier_id, &err), "%s", err.text);
    return r;
}

static void expect_touched(const struct tier_run *r, const char *want)
{
    bool any;
    struct err err = {0};
    cr_assert(touched_fill(r, true, &any, &err), "%s", err.text);
    struct query *q = store_query(s, "test",
        "SELECT ifnull(group_concat(own, ' '), '') FROM (SELECT own FROM touched ORDER BY own)");
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), str_of(want)), "%s: %.*s, not %s", r->tier->name,
        (int)query_s(q, 0).len, query_s(q, 0).p, want);
    cr_expect_eq(any, *want != 0);
    cr_assert(query_done(q, &err), "%s", err.text);
}

static void expect_tier(const char *code, const char *tier, const char *want)
{
    const struct tier_run r = run_of(code, tier);
    expect_touched(&r, want);
}

static void put_scans(void)
{
    int64_t sweep = floor_of("PortScanning", "sweep", "min_targets"),
            slow = floor_of("PortScanning", "slow", "min_targets"),
            ports = floor_of("PortScanning", "vertical", "min_ports");
    const int64_t counts[] = {sweep, sweep - 1, slow, slow - 1, ports, ports - 1};
    cr_assert(ports < sweep && sweep < slow);
    for (int i = 0; i < 6; i++)
        put_probes(i + 1, 1000, counts[i], 1, 0, 0);
}

Test(touched, are_those_with_as_many_probes_as_a_scan_has_doors)
{
    put_scans();
    begin(JUDGE_NEW);
    expect_tier("PortScanning", "sweep", "1 3 4");
    expect_tier("PortScanning", "vertical", "1 2 3 4 5");
    expect_tier("PortScanning", "slow", "3");
}

Test(touched, are_the_same_among_all_facts_as_among_new_ones)
{
    put_scans();
    begin(JUDGE_ALL);
    expect_tier("PortScanning", "sweep", "1 3 4");
    expect_tier("PortScanning", "vertical", "1 2 3 4 5");
    expect_tier("PortScanning", "slow", "3");
}

Test(touched, reach_from_a_window_before_the_first_probe_to_one_after_the_last_ends)
{
    int64_t floor = floor_of("PortScanning", "sweep", "min_targets");
    put_probes(1, 1000, floor, 1, 0, 0);
    begin(JUDGE_NEW);
    expect_tier("PortScanning", "sweep", "1");
    int64_t window = run_of("PortScanning", "sweep").window_us;
    cr_expect_eq(number_of(s, "SELECT lo FROM touched"), 1000 - window);
    cr_expect_eq(number_of(s, "SELECT hi FROM touched"), 1000 + floor - 1 + 5 + window);
}

Test(touched, are_those_that_send_what_a_flood_takes)
{
    int64_t flows = floor_of("DDOS", "flows", "min_flows"),
            packets = floor_of("DDOS", "volume", "min_packets"),
            bytes = floor_of("DDOS", "volume", "min_bytes");
    put_probes(1, 1000, 3, flows, 0, 0);
    put_probes(2, 1000, 3, flows - 1, 0, 0);
    put_probes(3, 1000, 2, 0, packets, 0);
    put_probes(4, 1000, 2, 0, packets - 1, bytes - 1);
    put_probes(5, 1000, 2, 0, 0, bytes);
    begin(JUDGE_NEW);
    expect_tier("DDOS", "flows", "1");
    expect_tier("DDOS", "volume", "3 5");
}

Test(touched, are_those_that_sweep_as_wide_as_a_worm)
{
    int64_t targets =
        floor_of("Network_ResourceIpIndicatedAsMalicious", "behaviour", "min_targets");
    put_probes(1, 1000, targets, 1, 0, 0);
    put_probes(2, 1000, targets - 1, 1, 0, 0);
    begin(JUDGE_NEW);
    expect_tier("Network_ResourceIpIndicatedAsMalicious", "behaviour", "1");
}

/* What such a query makes of its parameters nobody knows. */
Test(touched, are_all_where_a_query_stands_beside_the_entry)
{
    type_of("PortScanning")->query_sql = "-- facts: probe by own\nSELECT 1";
    put_probes(1, 1000, 1, 0, 0, 0);
    put_probes(2, 1000, 1000, 1, 0, 0);
    begin(JUDGE_NEW);
    expect_tier("PortScanning", "sweep", "1 2");
    expect_tier("DDOS", "flows", "");
}

Test(touched, are_all_where_no_floor_is_set)
{
    struct alert_type *scan = type_of("PortScanning");
    for (int i = 0; i < scan->tiers[0].parameter_count; i++)
        if (strcmp(scan->tiers[0].parameters[i].name, "min_targets") == 0)
            scan->tiers[0].parameters[i].value = 0;
    put_probes(1, 1000, 1, 0, 0, 0);
    begin(JUDGE_NEW);
    expect_tier("PortScanning", scan->tiers[0].name, "1");
    expect_tier("PortScanning", "vertical", "");
}

/* Findings were made of what can reach a floor: there are no others to be marked. */
Test(touched, are_none_where_no_tier_asks)
{
    put_scans();
    begin(JUDGE_NEW);
    struct tier_run r = run_of("PortScanning", "sweep");
    r.tier_id = 0;
    expect_touched(&r, "");
}

Test(touched, of_new_attempts_are_those_with_as_many_tries)
{
    struct err err = {0};
    struct tier_run r = run_of("SSH_Incoming_BF_ManyToOne", "fast");
    int64_t ssh, floor = floor_of("SSH_Incoming_BF_ManyToOne", "fast", "min_attempts");
    cr_assert(store_name_id(s, STR("ssh"), &ssh, &err), "%s", err.text);
    make_changed();
    for (int i = 0; i < 2; i++)
        run_sql(s, "INSERT INTO rolled VALUES (%d, %lld, %d, 1000, 2000, %lld)", r.type->direction,
            (long long)ssh, i + 1, (long long)floor - i);
    cr_assert(touched_begin(s, catalog, JUDGE_NEW, &err), "%s", err.text);
    expect_touched(&r, "1");
    cr_expect_eq(number_of(s, "SELECT lo FROM touched"), 1000 - r.window_us);
    cr_expect_eq(number_of(s, "SELECT hi FROM touched"), 2000 + r.window_us);
}
