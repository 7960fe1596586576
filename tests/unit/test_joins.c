/* What two sensors saw of the same connections counts as if Zeek alone had been there. */
#include "correlate/facts/skew.h"
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

/* Its clock: the same moment of the same connection is always the same. Not over midnight: on which
 * days a network visits a port is learned by each sensor's clock. */
static int64_t told_time(const struct second *x, const char *uid, int64_t t_us)
{
    struct chance c = {str_hash(str_of(uid), (uint64_t)t_us)};
    int64_t told = t_us + x->skew_us + chance_in(&c, -x->jitter_us, x->jitter_us);
    return time_day(told) == time_day(t_us) ? told : t_us;
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

/* Two sensors tell of more hours than one: all are known here, so that baselines are learned alike. */
static struct store *open_watched(const struct records *all, size_t count)
{
    struct store *s = memory_open();
    struct err err = {0};
    char sql[300];
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t hour = record_time(&all->list[i]) / HOUR;
        first = hour < first ? hour : first;
        last = hour > last ? hour : last;
    }
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE h(hour) AS (SELECT %lld UNION ALL SELECT hour + 1 FROM h WHERE hour < %lld) "
        "INSERT INTO logged_hour SELECT NULL, hour FROM h",
        (long long)first - 48, (long long)last + 48);
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
    return s;
}

static char *by_zeek_alone(const struct records *all, size_t count)
{
    struct store *s = open_watched(all, count);
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
    struct store *s = open_watched(all, zeeks);
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

/* The baseline goes by hours in which anything was logged: Zeek has something in each that Suricata
 * has, of others' traffic. */
static void add_passers_by(struct records *all, const struct record *seconds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_flow(all, SENSOR_ZEEK, NULL, record_time(&seconds[i]), address("198.51.100.1"),
            address("198.51.100.2"), 443);
}

/* Suricata's records behind Zeek's; how many Zeek's are then. */
static size_t add_all_seconds(struct second *x, struct records *all)
{
    size_t zeeks = all->count;
    for (size_t i = 0; i < zeeks; i++)
        add_second(x, all, i);
    size_t count = all->count - zeeks;
    struct record *seconds = malloc((count + 1) * sizeof *seconds);
    cr_assert_not_null(seconds);
    memcpy(seconds, all->list + zeeks, count * sizeof *seconds);
    all->count = zeeks;
    add_passers_by(all, seconds, count);
    zeeks = all->count;
    for (size_t i = 0; i < count; i++)
        *record_new(all, seconds[i].kind, SENSOR_SURICATA, NULL) = seconds[i];
    free(seconds);
    return zeeks;
}

static void expect_once(uint64_t first_seed, int64_t skew_us, int64_t jitter_us, int split_percent)
{
    size_t alerts = 0;
    for (uint64_t seed = first_seed; seed < first_seed + SEEDS; seed++) {
        struct scenario x = scenario_new(seed);
        struct second second = {{seed}, skew_us, jitter_us, split_percent};
        scenario_by_zeek(&x.records);
        size_t zeeks = add_all_seconds(&second, &x.records);
        char *want = by_zeek_alone(&x.records, zeeks);
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

/* ------------------------------------------------------------------ edges */

#define CLIENT "203.0.113.77"
#define SERVER "10.0.0.77"
#define NOON   (19000 * DAY + 12 * HOUR)

static int64_t attempts_of(struct records *all)
{
    struct store *s = memory_open();
    records_put(s, all, NULL, 0, all->count);
    correlate(s, &world);
    int64_t count = number_of(s, "SELECT count(*) FROM attempt");
    store_close(s);
    records_done(all);
    return count;
}

static struct flow *seen(struct records *all, enum sensor sensor, int64_t t_us, uint16_t from)
{
    struct flow *f = record_flow(all, sensor, NULL, t_us, address(CLIENT), address(SERVER), 22);
    f->conn.orig_port = from;
    return f;
}

Test(joins, what_one_sensor_saw_counts_as_ever)
{
    struct records zeek = {0}, suricata = {0};
    for (int i = 0; i < 5; i++) {
        seen(&zeek, SENSOR_ZEEK, NOON, 40000);
        seen(&suricata, SENSOR_SURICATA, NOON, 40000);
    }
    cr_expect_eq(attempts_of(&zeek), 5, "never by ports: a flood may come from one");
    cr_expect_eq(attempts_of(&suricata), 5);
}

Test(joins, each_sensor_alone_on_its_wire_counts_all)
{
    struct records all = {0};
    for (int i = 0; i < 5; i++) {
        seen(&all, SENSOR_ZEEK, NOON, (uint16_t)(40000 + i));
        seen(&all, SENSOR_SURICATA, NOON, (uint16_t)(50000 + i));
    }
    cr_expect_eq(attempts_of(&all), 10);
}

Test(joins, two_seconds_after_the_end_is_the_same_connection_and_a_microsecond_more_is_not)
{
    for (int late = 0; late <= 1; late++) {
        struct records all = {0};
        int64_t end = NOON + seen(&all, SENSOR_ZEEK, NOON, 40000)->duration_us;
        seen(&all, SENSOR_SURICATA, end + 2 * SECOND + late, 40000);
        cr_expect_eq(attempts_of(&all), 1 + late);
    }
}

Test(joins, another_port_or_the_other_way_round_is_another_connection)
{
    struct records all = {0};
    seen(&all, SENSOR_ZEEK, NOON, 40000);
    seen(&all, SENSOR_SURICATA, NOON, 40001);
    cr_expect_eq(attempts_of(&all), 2);
    struct records turned = {0};
    struct flow *f = seen(&turned, SENSOR_ZEEK, NOON, 22);
    f->conn.orig = address("10.0.0.78");
    f = seen(&turned, SENSOR_SURICATA, NOON, 22);
    f->conn.resp = address("10.0.0.78");
    f->conn.orig = address(SERVER);
    cr_expect_eq(attempts_of(&turned), 2);
}

Test(joins, minutes_between_the_clocks_are_taken_off_from_twenty_pairs_on)
{
    for (int pairs = 19; pairs <= 20; pairs++) {
        struct records all = {0};
        for (int i = 0; i < pairs; i++) {
            seen(&all, SENSOR_ZEEK, NOON + i * MINUTE, (uint16_t)(40000 + i));
            seen(&all, SENSOR_SURICATA, NOON + i * MINUTE + 250 * SECOND, (uint16_t)(40000 + i));
        }
        cr_expect_eq(attempts_of(&all), pairs == 19 ? 38 : 20);
    }
}

/* The twentieth pair comes a day later: what had counted twice does no longer. */
Test(joins, what_was_counted_is_counted_anew_by_another_skew)
{
    struct store *s = memory_open();
    struct records all = {0};
    for (int i = 0; i < 20; i++) {
        seen(&all, SENSOR_ZEEK, NOON + i * MINUTE, (uint16_t)(40000 + i));
        seen(&all, SENSOR_SURICATA, NOON + i * MINUTE + 250 * SECOND, (uint16_t)(40000 + i));
    }
    records_put(s, &all, NULL, 0, 38);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM attempt"), 38);
    records_put(s, &all, NULL, 38, 2);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM attempt"), 20);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM flows WHERE twin = 0"), 20);
    store_close(s);
    records_done(&all);
}

/* What only Suricata knows of how a login ended is not lost; nor is what Zeek knows. */
static int64_t kind_told(int zeek, int suricata)
{
    struct store *s = memory_open();
    struct records all = {0};
    seen(&all, SENSOR_ZEEK, NOON, 40000);
    if (zeek >= -1)
        record_login(&all, SENSOR_ZEEK, all.list[0].uid, NOON + SECOND, address(CLIENT),
            address(SERVER), 22, "ssh", zeek)
            ->conn.orig_port = 40000;
    record_login(&all, SENSOR_SURICATA, "77", NOON + SECOND, address(CLIENT), address(SERVER), 22,
        "ssh", suricata)
        ->conn.orig_port = 40000;
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM attempt"), 1);
    int64_t kind = number_of(s, "SELECT kind FROM attempt");
    store_close(s);
    records_done(&all);
    return kind;
}

Test(joins, what_either_sensor_knows_of_the_end_of_a_login_counts_zeeks_first)
{
    enum { ATTEMPT, FAILURE, SUCCESS };
    cr_expect_eq(kind_told(-2, -1), ATTEMPT);
    cr_expect_eq(kind_told(-2, 0), FAILURE);
    cr_expect_eq(kind_told(-2, 1), SUCCESS);
    cr_expect_eq(kind_told(-1, 1), SUCCESS);
    cr_expect_eq(kind_told(0, 1), FAILURE);
    cr_expect_eq(kind_told(1, 0), SUCCESS);
}

/* FTP tells each try by itself. */
static int64_t tries_told(int zeek, int suricata)
{
    struct records all = {0};
    seen(&all, SENSOR_ZEEK, NOON, 40000)->service = STR("ftp");
    all.list[0].flow.conn.resp_port = 21;
    all.list[0].flow.duration_us = 10 * SECOND;
    for (int i = 0; i < zeek + suricata; i++) {
        enum sensor sensor = i < zeek ? SENSOR_ZEEK : SENSOR_SURICATA;
        struct login *l = record_login(&all, sensor, i < zeek ? all.list[0].uid : "78",
            NOON + (i < zeek ? i : i - zeek) * SECOND + 1000, address(CLIENT), address(SERVER), 21,
            "ftp", 0);
        l->conn.orig_port = 40000;
        l->one_try = 1;
    }
    return attempts_of(&all);
}

Test(joins, tries_inside_one_connection_count_once_whoever_tells_of_them)
{
    cr_expect_eq(tries_told(3, 0), 3);
    cr_expect_eq(tries_told(3, 3), 3);
    cr_expect_eq(tries_told(0, 3), 3);
    cr_expect_eq(tries_told(2, 3), 2, "Zeek's, where it has any");
}

/* Frames that are seen twice, and a split at a silence: one flood still. */
Test(joins, volumes_count_once)
{
    struct records all = {0};
    for (int n = 0; n < 3; n++) {
        struct flow *f = record_flow(&all, n ? SENSOR_SURICATA : SENSOR_ZEEK, NULL,
            NOON + (n == 2 ? 20 * MINUTE : 0), address("10.0.0.5"), address("203.0.113.9"), 53);
        f->conn.orig_port = 40000;
        f->conn.proto = PROTO_UDP;
        f->answer = ANSWER_NONE;
        f->resp_pkts = f->resp_bytes = f->resp_ip_bytes = 0;
        f->duration_us = n ? 15 * MINUTE : 35 * MINUTE;
        f->orig_pkts = 1000000 * (n ? 2 : 1);
        f->orig_ip_bytes = f->orig_pkts * 100;
    }
    struct store *s = memory_open();
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT sum(pkts) FROM probe"), 1000000);
    store_close(s);
    records_done(&all);
}

/* The feed names the server; both sensors, and a signature of Suricata's, tell of one contact. */
Test(joins, a_signature_counts_with_zeeks_record_of_the_connection)
{
    struct store *s = memory_open();
    struct records all = {0};
    scenario_import(s);
    struct ipaddr own = address("10.0.0.5"), named = address("203.0.113.200");
    record_flow(&all, SENSOR_ZEEK, NULL, NOON, own, named, 443)->conn.orig_port = 40000;
    record_flow(&all, SENSOR_SURICATA, "79", NOON, own, named, 443)->conn.orig_port = 40000;
    record_signature(&all, "79", NOON + SECOND, own, named, 443, 2404300)->conn.orig_port = 40000;
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(DISTINCT ifnull(conn, ident)) FROM contact"), 1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact WHERE signature IS NOT NULL"), 1);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact WHERE topic = "
                              "(SELECT type FROM alert)"),
        2, "Zeek's flow, the signature");
    cr_expect_eq(number_of(s, "SELECT count(*) FROM contact"), 3, "and the flow as a sighting");
    cr_expect_eq(number_of(s, "SELECT connections FROM sightings"), 1);
    store_close(s);
    records_done(&all);
}

/* ------------------------------------------------------------------ evidence */

static bool takes_twins(void *arg, const struct alert *a)
{
    struct buf *b = arg;
    for (int i = 0; i < a->evidence_count; i++)
        buf_printf(b, "%s/%s ", a->evidence[i].sensor,
            a->evidence[i].twin_uid ? a->evidence[i].twin_uid : "-");
    return true;
}

/* The first `zeeks` are Zeek's; half of what it saw Suricata saw, too. */
Test(joins, evidence_tells_what_both_saw_whoever_came_first)
{
    enum { ZEEKS = 40, TWINS = 20 };
    struct records all = {0};
    for (int i = 0; i < ZEEKS; i++)
        seen(&all, SENSOR_ZEEK, NOON + i * SECOND * 10, (uint16_t)(40000 + i));
    for (int i = 0; i < TWINS; i++) {
        seen(&all, SENSOR_SURICATA, NOON + i * SECOND * 10, (uint16_t)(40000 + i));
        snprintf(all.list[ZEEKS + i].uid, sizeof all.list->uid, "%d", 7000 + i);
    }
    for (int way = 0; way < 3; way++) {
        struct store *s = memory_open();
        struct buf b = {0};
        struct err err = {0};
        size_t first = way == 2 ? ZEEKS : 0, count = way == 2 ? TWINS : ZEEKS;
        records_put(s, &all, NULL, first, count);
        if (way)
            correlate(s, &world);
        records_put(s, &all, NULL, first ? 0 : ZEEKS, ZEEKS + TWINS - count);
        correlate(s, &world);
        struct alert_filter filter = {.evidence = true};
        cr_assert(store_alert_each(s, &filter, takes_twins, &b, &err), "%s", err.text);
        cr_expect(str_starts(buf_str(&b), STR("zeek/7000 zeek/7001 ")), "way %d: %s", way, b.text);
        cr_expect(strstr(b.text, "zeek/7019 zeek/- "), "way %d: %s", way, b.text);
        cr_expect_null(strstr(b.text, "suricata"));
        buf_done(&b);
        store_close(s);
    }
    records_done(&all);
}

/* What Suricata says of a login may come long before its record of the connection. */
Test(joins, evidence_tells_what_both_saw_however_late_the_flow_comes)
{
    enum { COUNT = 40 };
    struct records all = {0};
    for (int i = 0; i < COUNT; i++)
        seen(&all, SENSOR_ZEEK, NOON + i * SECOND * 10, (uint16_t)(40000 + i));
    for (int i = 0; i < COUNT; i++) {
        seen(&all, SENSOR_SURICATA, NOON + i * SECOND * 10, (uint16_t)(40000 + i));
        snprintf(all.list[COUNT + i].uid, sizeof all.list->uid, "%d", 7000 + i);
    }
    for (int i = 0; i < COUNT; i++) {
        char uid[16];
        snprintf(uid, sizeof uid, "%d", 7000 + i);
        struct login *l = record_login(&all, SENSOR_SURICATA, uid, NOON + i * SECOND * 10 + 1000,
            address(CLIENT), address(SERVER), 22, "ssh", -1);
        l->conn.orig_port = (uint16_t)(40000 + i);
    }
    struct store *s = memory_open();
    struct buf b = {0};
    struct err err = {0};
    struct alert_filter filter = {.evidence = true};
    records_put(s, &all, NULL, 0, COUNT);
    records_put(s, &all, NULL, 2 * COUNT, COUNT);
    correlate(s, &world);
    records_put(s, &all, NULL, COUNT, COUNT);
    correlate(s, &world);
    cr_assert(store_alert_each(s, &filter, takes_twins, &b, &err), "%s", err.text);
    cr_expect(str_starts(buf_str(&b), STR("zeek/7000 zeek/7001 ")), "%s", b.text);
    buf_done(&b);
    store_close(s);
    records_done(&all);
}
