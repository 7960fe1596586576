/* Logs of sensors that see one of N. */
#include "correlate/network/sampling.h"
#include "tests/unit/feed_list.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 7 * HOUR)

TestSuite(sampling, .init = setup, .fini = teardown);

/* Records are put under the path "test.log". */
static void sample(const char *path, int64_t one_of)
{
    static struct sampling_rule rule;
    static struct sampling sampling;
    rule = (struct sampling_rule){path, one_of};
    sampling = (struct sampling){&rule, 1};
    world.sampling = &sampling;
    correlate(s, &world);
}

static int alerts(void)
{
    return (int)number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL");
}

static int64_t property(const char *name)
{
    char sql[200];
    snprintf(sql, sizeof sql,
        "SELECT p.value FROM alert_property AS p JOIN alert AS a ON a.id = p.alert "
        "WHERE a.superseded IS NULL AND p.name = '%s'",
        name);
    return number_of(s, sql);
}

static void put(void)
{
    records_put(s, &all, NULL, 0, all.count);
}

Test(sampling, attempts_count_for_more)
{
    for (int i = 0; i < 3; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + i * MINUTE, address("203.0.113.60"),
            address("10.0.0.10"), 22)
            ->service = STR("ssh");
    put();
    sample("test.log", 9);
    cr_expect_eq(alerts(), 0);
    sample("test.log", 10);
    cr_expect_eq(alerts(), 1);
    cr_expect_eq(property("Number of Connections"), 30);
    sample("other.log", 10);
    cr_expect_eq(alerts(), 0);
}

/* So that their sums fit. */
Test(sampling, no_connection_has_more_than_a_million_tries)
{
    for (int i = 0; i < 5000; i++)
        record_login(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address("203.0.113.60"),
            address("10.0.0.10"), 22, "ssh", 0)
            ->attempts = INT32_MAX;
    put();
    sample("test.log", SAMPLING_MAX);
    cr_expect_eq(number_of(s, "SELECT sum(tries) / 1000000000000 FROM attempt"), 5000);
    cr_expect_eq(alerts(), 1);
    sample("test.log", 1);
    cr_expect_eq(number_of(s, "SELECT max(weight) FROM attempt"), 1000000);
}

Test(sampling, packets_bytes_and_flows_count_for_more)
{
    struct flow *f = record_refused(
        &all, SENSOR_ZEEK, NULL, T0, address("10.0.0.10"), address("203.0.113.60"), 53);
    f->conn.proto = PROTO_UDP;
    f->duration_us = 3 * MINUTE;
    f->orig_pkts = 4000;
    f->orig_ip_bytes = 240000;
    for (int i = 0; i < 200; i++)
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * 100000, address("10.0.0.11"),
            address("203.0.113.60"), 80);
    put();
    sample("test.log", 1);
    cr_expect_eq(alerts(), 0);
    sample("test.log", 50);
    cr_expect_eq(alerts(), 2);
    cr_expect_eq(number_of(s, "SELECT max(pkts) FROM probe"), 200000);
    cr_expect_eq(number_of(s, "SELECT max(bytes) FROM probe"), 12000000);
}

Test(sampling, one_sampled_contact_stands_for_many)
{
    struct err err = {0};
    struct indicator indicator = {.category = INDICATOR_C2,
        .from_us = INDICATOR_ALWAYS_FROM,
        .until_us = INDICATOR_ALWAYS_UNTIL,
        .note = STR("")};
    cr_assert(cidr_parse(STR("203.0.113.60"), &indicator.net));
    cr_assert(import_list(s, "test", &indicator, 1, RECORDS_NOW_US, NULL, &err), "%s", err.text);
    record_refused(&all, SENSOR_ZEEK, NULL, T0, address("10.0.0.10"), address("203.0.113.60"), 443);
    put();
    sample("test.log", 2);
    cr_expect_eq(alerts(), 0, "three refused contacts are the floor");
    sample("test.log", 3);
    cr_expect_eq(alerts(), 1);
}

/* Which of the sources is sampled, by rules of which the first that fits counts. */
Test(sampling, a_rule_is_for_what_lies_at_or_below_its_path)
{
    static const struct {
        const char *path;
        int64_t one_of;
    } sources[] = {{"/logs/a/conn.log", 10}, {"/logs/a", 10}, {"/logs/ab/conn.log", 1},
        {"/logs/2026-01-02/conn.log.gz", 20}, {"/logs/b/eve.json", 1}, {"-", 1}};
    const struct sampling_rule rules[] = {
        {"/logs/a", 10}, {"/logs/2026-[01][0-9]-*", 20}, {"/logs/a/conn.log", 30}};
    const struct sampling sampling = {rules, 3};
    struct err err = {0};
    bool anew;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
            "INSERT INTO source (id, path, format, head_len, head_hash, offset, header_offset, "
            "lines, stored, ignored, rejected, device, inode, size, mtime_ns) "
            "VALUES (%zu, '%s', 1, 1, %zu, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0)",
            i + 1, sources[i].path, i);
        cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
    }
    cr_assert(sampling_note(s, &sampling, false, &anew, &err), "%s", err.text);
    cr_expect_not(anew, "new sources are none that changed");
    struct sampled *sampled = sampled_new(s, &err);
    cr_assert_not_null(sampled, "%s", err.text);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        cr_expect_eq(
            sampled_scale(sampled, (int64_t)i + 1), sources[i].one_of, "%s", sources[i].path);
    cr_expect_eq(sampled_scale(sampled, 99), 1);
    sampled_free(sampled);
    const struct sampling none = {rules, 0};
    cr_assert(sampling_note(s, &none, true, &anew, &err), "%s", err.text);
    cr_expect(anew);
    cr_expect_eq(number_of(s, "SELECT max(sampling) FROM source"), 1);
}
