/* The periodic queries against the plainest way to say the same, on small random facts. */
#include "correlate/queries.h"
#include "correlate/span.h"
#include "tests/unit/records.h"

#include <stdarg.h>

#define ROUNDS    150
#define FACTS_MAX 120

/* One row of any of the three fact tables; what a table does not have stays 0. */
struct fact {
    int64_t own, remote, t, ident;
    int weight, kind, internal;             /* attempts */
    int port, proto, flags;                 /* probes and contacts */
    int64_t duration, pkts, bytes, subject; /* the same */
    bool is_flow;                           /* only a flow: it came to something */
};

struct world_of_facts {
    struct store *s;
    struct chance chance;
    struct fact list[FACTS_MAX];
    int count;
    int64_t window, lo, hi; /* what is touched */
};

/* ------------------------------------------------------------------ making facts */

/* Half of them lie on a raster, so that windows are met exactly. */
static int64_t fact_time(struct world_of_facts *w, int64_t raster)
{
    int64_t t = chance_in(&w->chance, -20, 20) * raster;
    return chance_percent(&w->chance, 50) ? t : t + chance_in(&w->chance, -raster, raster);
}

static struct world_of_facts facts_new(uint64_t seed, int64_t window)
{
    struct world_of_facts w = {.s = memory_open(), .chance = {seed}, .window = window};
    w.count = (int)chance_in(&w.chance, 1, FACTS_MAX);
    for (int i = 0; i < w.count; i++)
        w.list[i] = (struct fact){.own = chance_in(&w.chance, 1, 2),
            .remote = chance_in(&w.chance, 1, 3),
            .t = fact_time(&w, window / 4),
            .ident = i + 1};
    w.lo = chance_percent(&w.chance, 50) ? -40 * window : fact_time(&w, window / 4);
    w.hi = chance_percent(&w.chance, 50) ? 40 * window : w.lo + chance_in(&w.chance, 0, window * 4);
    return w;
}

static void run_sql(struct store *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void run_sql(struct store *s, const char *format, ...)
{
    char sql[1000];
    struct err err = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
}

static void put_attempt(struct store *s, const struct fact *f)
{
    run_sql(s,
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, "
        "kind, port, internal) VALUES (1, 7, %lld, %lld, %lld, %lld, %lld, %d, %d, %d, 22, %d)",
        (long long)f->own, (long long)f->remote, (long long)f->t, (long long)f->ident,
        (long long)f->remote, f->weight, f->weight, f->kind, f->internal);
}

static void put_probe(struct store *s, const struct fact *f)
{
    if (!f->is_flow)
        run_sql(s,
            "INSERT INTO probe (own, t, ident, remote, port, proto, flags, duration, pkts, bytes, "
            "flow) VALUES (%lld, %lld, %lld, %lld, %d, %d, %d, %lld, %lld, %lld, 0)",
            (long long)f->own, (long long)f->t, (long long)f->ident, (long long)f->remote, f->port,
            f->proto, f->flags, (long long)f->duration, (long long)f->pkts, (long long)f->bytes);
    run_sql(s,
        "INSERT INTO flow (id, t, orig, resp, resp_port, proto, service, outcome, orig_port) "
        "VALUES (%lld, %lld, %lld, %lld, %d, %d, 0, 0, 1000); INSERT INTO stretch (first, last, "
        "source, sensor, t_min, t_max) VALUES (%lld, %lld, 1, 1, %lld, %lld)",
        (long long)f->ident, (long long)f->t, (long long)f->own, (long long)f->remote, f->port,
        f->proto, (long long)f->ident, (long long)f->ident, (long long)f->t, (long long)f->t);
}

static void put_contact(struct store *s, const struct fact *f)
{
    run_sql(s,
        "INSERT OR IGNORE INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) "
        "VALUES (5, %lld, %lld, %lld, %lld, %lld, %d, 6, %d)",
        (long long)f->own, (long long)f->subject, (long long)f->t, (long long)f->ident,
        (long long)f->remote, f->port, f->flags);
}

static void put_all(struct world_of_facts *w, void (*put)(struct store *, const struct fact *))
{
    for (int i = 0; i < w->count; i++)
        put(w->s, &w->list[i]);
    run_sql(w->s, "CREATE TEMP TABLE touched (service INTEGER, own INTEGER, remote INTEGER, "
                  "lo INTEGER, hi INTEGER)");
}

static void touch(struct world_of_facts *w, int64_t service, int64_t own, int64_t remote)
{
    run_sql(w->s, "INSERT INTO touched VALUES (%lld, %lld, %lld, %lld, %lld)", (long long)service,
        (long long)own, (long long)remote, (long long)w->lo, (long long)w->hi);
}

/* ------------------------------------------------------------------ answers */

struct named_value {
    const char *name;
    int64_t value;
};

/* What the query finds, as the judge takes it: inside lo..hi, what overlaps or meets as one. */
static struct span_list ask_query(
    struct world_of_facts *w, const char *name, const struct named_value *values)
{
    struct span_list found = {0};
    struct err err = {0};
    struct query *q = store_query(w->s, name, query_text(name));
    query_bind_zeros(q);
    for (; values->name; values++)
        query_bind_i(q, values->name, values->value);
    query_bind_i(q, ":window", w->window);
    while (query_step(q)) {
        struct span span = {{query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)},
            query_i(q, 4), query_i(q, 5)};
        cr_expect_eq(query_i(q, 6), w->lo);
        cr_expect_eq(query_i(q, 7), w->hi);
        cr_assert(span_add_inside(&found, &span, w->lo, w->hi, &err));
    }
    cr_assert(query_done(q, &err), "%s", err.text);
    span_join(&found, 2);
    return found;
}

static void want(struct world_of_facts *w, struct span_list *list, struct finding_key key,
    int64_t t0, int64_t t1)
{
    struct err err = {0};
    cr_assert(span_add_inside(list, &(struct span){key, t0, t1}, w->lo, w->hi, &err));
}

/* Returns how many spans were compared. */
static size_t expect_spans(
    struct world_of_facts *w, struct span_list *found, struct span_list *wanted, uint64_t seed)
{
    size_t count = wanted->count;
    span_join(wanted, 2);
    cr_expect_eq(found->count, wanted->count, "seed %llu: %zu spans, not %zu",
        (unsigned long long)seed, found->count, wanted->count);
    for (size_t i = 0; i < found->count && i < wanted->count; i++) {
        const struct span *f = &found->spans[i], *e = &wanted->spans[i];
        cr_expect(finding_key_cmp(&f->key, &e->key) == 0 && f->t0 == e->t0 && f->t1 == e->t1,
            "seed %llu, span %zu: %lld/%lld %lld..%lld, not %lld/%lld %lld..%lld",
            (unsigned long long)seed, i, (long long)f->key.own, (long long)f->key.part,
            (long long)f->t0, (long long)f->t1, (long long)e->key.own, (long long)e->key.part,
            (long long)e->t0, (long long)e->t1);
    }
    span_done(found);
    span_done(wanted);
    store_close(w->s);
    return count;
}

/* ------------------------------------------------------------------ sets of numbers */

struct set {
    int64_t items[FACTS_MAX * 2];
    int count;
};

static void set_add(struct set *set, int64_t item)
{
    for (int i = 0; i < set->count; i++)
        if (set->items[i] == item)
            return;
    set->items[set->count++] = item;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool in_window(const struct world_of_facts *w, const struct fact *f, int64_t end)
{
    return f->t <= end && f->t > end - w->window;
}

/* ------------------------------------------------------------------ pair and fan */

struct attempt_rule {
    int min_attempts, min_days, min_remotes;
    bool failures_only, internal_failures_only;
};

static bool attempt_counts(const struct fact *f, const struct attempt_rule *rule)
{
    return f->weight > 0 && (!rule->failures_only || f->kind == 1) &&
           (!rule->internal_failures_only || !f->internal || f->kind == 1);
}

/* remote 0: of all of them. */
static void want_attempts(struct world_of_facts *w, struct span_list *wanted, int64_t own,
    int64_t remote, const struct attempt_rule *rule)
{
    for (int i = 0; i < w->count; i++) {
        const struct fact *last = &w->list[i];
        if (last->own != own || (remote && last->remote != remote) || !attempt_counts(last, rule))
            continue;
        int64_t attempts = 0, since = last->t;
        struct set days = {.count = 0}, remotes = {.count = 0};
        for (int n = 0; n < w->count; n++) {
            const struct fact *f = &w->list[n];
            if (f->own != own || (remote && f->remote != remote) || !attempt_counts(f, rule) ||
                !in_window(w, f, last->t))
                continue;
            attempts += f->weight;
            since = f->t < since ? f->t : since;
            set_add(&days, floor_div(f->t, DAY));
            set_add(&remotes, f->remote);
        }
        if (attempts >= rule->min_attempts && days.count >= rule->min_days &&
            remotes.count >= rule->min_remotes)
            want(w, wanted, (struct finding_key){own, remote, 7, 0}, since, last->t);
    }
}

static struct world_of_facts attempts_new(uint64_t seed, struct attempt_rule *rule)
{
    struct chance c = {seed};
    struct world_of_facts w = facts_new(seed, chance_percent(&c, 50) ? 30 * MINUTE : 5 * DAY);
    for (int i = 0; i < w.count; i++) {
        w.list[i].kind = (int)chance_in(&w.chance, 0, 2);
        w.list[i].weight = w.list[i].kind == 2 ? 0 : (int)chance_in(&w.chance, 0, 3);
        w.list[i].internal = w.list[i].remote == 3;
    }
    *rule = (struct attempt_rule){
        .min_attempts = (int)chance_in(&c, 1, 20),
        .min_days = (int)chance_in(&c, 0, 3),
        .failures_only = chance_percent(&c, 20),
        .internal_failures_only = chance_percent(&c, 20),
    };
    put_all(&w, put_attempt);
    return w;
}

Test(queries, pair_finds_every_window_that_reaches_the_floor)
{
    size_t spans = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct attempt_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = attempts_new(seed, &rule);
        for (int64_t own = 1; own <= 2; own++) {
            for (int64_t remote = 1; remote <= 3; remote++) {
                touch(&w, 7, own, remote);
                want_attempts(&w, &wanted, own, remote, &rule);
            }
        }
        struct span_list found = ask_query(&w, "pair",
            (struct named_value[]){{":direction", 1}, {":min_attempts", rule.min_attempts},
                {":min_days", rule.min_days}, {":failures_only", rule.failures_only},
                {":internal_failures_only", rule.internal_failures_only}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

Test(queries, fan_finds_every_window_with_enough_attempts_and_others)
{
    size_t spans = 0;
    for (uint64_t seed = 1001; seed <= 1000 + ROUNDS; seed++) {
        struct attempt_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = attempts_new(seed, &rule);
        rule.min_days = 0;
        rule.min_remotes = (int)chance_in(&w.chance, 1, 3);
        for (int64_t own = 1; own <= 2; own++) {
            touch(&w, 7, own, 0);
            want_attempts(&w, &wanted, own, 0, &rule);
        }
        struct span_list found = ask_query(&w, "fan",
            (struct named_value[]){{":direction", 1}, {":min_attempts", rule.min_attempts},
                {":min_remotes", rule.min_remotes}, {":failures_only", rule.failures_only},
                {":internal_failures_only", rule.internal_failures_only}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ spread */

struct scan_rule {
    int min_targets, min_ports, min_failed_share, busy_port_targets, min_busy_port_share;
};

static int64_t door_of(const struct fact *f)
{
    return f->port * 256 + f->proto;
}

/* Percent of the failed (door, target) pairs before `end` whose door has enough targets. */
static double busy_share(
    const struct world_of_facts *w, int64_t own, int64_t end, const struct scan_rule *rule)
{
    struct set pairs = {.count = 0};
    int busy = 0;
    for (int i = 0; i < w->count; i++)
        if (!w->list[i].is_flow && w->list[i].own == own && in_window(w, &w->list[i], end))
            set_add(&pairs, door_of(&w->list[i]) * 10 + w->list[i].remote);
    for (int i = 0; i < pairs.count; i++) {
        int targets = 0;
        for (int n = 0; n < pairs.count; n++)
            targets += pairs.items[n] / 10 == pairs.items[i] / 10;
        busy += targets >= rule->busy_port_targets;
    }
    return 100.0 * busy / pairs.count;
}

static void want_sweep(struct world_of_facts *w, struct span_list *wanted, const struct fact *last,
    const struct scan_rule *rule)
{
    struct set failed = {.count = 0}, known = {.count = 0};
    int64_t since = last->t;
    for (int i = 0; i < w->count; i++) {
        const struct fact *f = &w->list[i];
        bool flow_counts = f->proto == PROTO_TCP || f->proto == PROTO_UDP;
        if (f->own != last->own || door_of(f) != door_of(last) || !in_window(w, f, last->t) ||
            (f->is_flow && !flow_counts))
            continue;
        set_add(&known, f->remote);
        if (!f->is_flow)
            set_add(&failed, f->remote);
        since = f->t < since ? f->t : since;
    }
    if (failed.count >= rule->min_targets &&
        failed.count * 100 > known.count * rule->min_failed_share &&
        busy_share(w, last->own, last->t, rule) >= rule->min_busy_port_share)
        want(w, wanted, (struct finding_key){.own = last->own}, since, last->t);
}

static void want_vertical(struct world_of_facts *w, struct span_list *wanted,
    const struct fact *last, const struct scan_rule *rule)
{
    struct set doors = {.count = 0};
    int64_t since = last->t;
    if (last->proto == PROTO_ICMP)
        return;
    for (int i = 0; i < w->count; i++) {
        const struct fact *f = &w->list[i];
        if (f->is_flow || f->own != last->own || f->remote != last->remote ||
            f->proto == PROTO_ICMP || !in_window(w, f, last->t))
            continue;
        set_add(&doors, door_of(f));
        since = f->t < since ? f->t : since;
    }
    if (doors.count >= rule->min_ports)
        want(w, wanted, (struct finding_key){.own = last->own}, since, last->t);
}

static struct world_of_facts probes_new_facts(uint64_t seed, struct scan_rule *rule)
{
    struct world_of_facts w = facts_new(seed, 5 * MINUTE);
    int answered = (int)chance_in(&w.chance, 0, 70);
    for (int i = 0; i < w.count; i++) {
        struct fact *f = &w.list[i];
        f->remote = chance_in(&w.chance, 1, 9);
        f->port = (int)chance_in(&w.chance, 20, 23);
        f->proto = chance_percent(&w.chance, 80)   ? PROTO_TCP
                   : chance_percent(&w.chance, 50) ? PROTO_UDP
                                                   : PROTO_ICMP;
        f->port = f->proto == PROTO_ICMP ? 0 : f->port;
        f->flags = PROBE_FAILED;
        f->is_flow = chance_percent(&w.chance, answered);
    }
    bool sweep = chance_percent(&w.chance, 60);
    *rule = (struct scan_rule){
        .min_targets = sweep ? (int)chance_in(&w.chance, 1, 5) : 0,
        .min_ports = sweep ? 0 : (int)chance_in(&w.chance, 1, 4),
        .min_failed_share = (int)chance_in(&w.chance, 0, 60),
        .busy_port_targets = (int)chance_in(&w.chance, 1, 4),
        .min_busy_port_share = (int)chance_in(&w.chance, 0, 100),
    };
    put_all(&w, put_probe);
    return w;
}

Test(queries, spread_finds_every_sweep_and_every_vertical_scan)
{
    size_t spans = 0;
    for (uint64_t seed = 2001; seed <= 2000 + ROUNDS; seed++) {
        struct scan_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = probes_new_facts(seed, &rule);
        touch(&w, 0, 1, 0);
        touch(&w, 0, 2, 0);
        for (int i = 0; i < w.count; i++) {
            if (!w.list[i].is_flow && rule.min_targets)
                want_sweep(&w, &wanted, &w.list[i], &rule);
            if (!w.list[i].is_flow && rule.min_ports)
                want_vertical(&w, &wanted, &w.list[i], &rule);
        }
        struct span_list found = ask_query(&w, "spread",
            (struct named_value[]){{":min_targets", rule.min_targets},
                {":min_ports", rule.min_ports}, {":min_failed_share", rule.min_failed_share},
                {":busy_port_targets", rule.busy_port_targets},
                {":min_busy_port_share", rule.min_busy_port_share}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ volume */

#define BUCKET_MS   10000
#define BUCKETS_MIN (-400)
#define BUCKETS     800

struct flood_rule {
    int64_t min_flows, min_packets, min_bytes, min_minutes, peak_factor;
};

struct bucket {
    int64_t packets, bytes;
    bool opened, carried; /* something begins here; something is carried here */
};

/* What of `whole` has gone by a moment, when it is spread evenly. */
static int64_t gone(int64_t whole, int64_t ms0, int64_t ms, int64_t at)
{
    int64_t part = at - ms0 < 0 ? 0 : at - ms0 > ms ? ms : at - ms0;
    return whole * part / ms;
}

static void fill_buckets(
    const struct world_of_facts *w, int64_t own, int64_t remote, struct bucket buckets[BUCKETS])
{
    memset(buckets, 0, BUCKETS * sizeof *buckets);
    for (int i = 0; i < w->count; i++) {
        const struct fact *f = &w->list[i];
        if (f->own != own || f->remote != remote)
            continue;
        int64_t ms0 = floor_div(f->t, 1000), ms = f->duration / 1000;
        struct bucket *first = &buckets[floor_div(ms0, BUCKET_MS) - BUCKETS_MIN];
        struct bucket *last = &buckets[floor_div(ms0 + ms, BUCKET_MS) - BUCKETS_MIN];
        cr_assert(first >= buckets && last < buckets + BUCKETS);
        first->opened |= (f->flags & PROBE_ATTACK) != 0;
        for (struct bucket *b = first; b <= last && f->flags & PROBE_ONE_WAY; b++) {
            int64_t from = (b - buckets + BUCKETS_MIN) * BUCKET_MS, to = from + BUCKET_MS;
            b->carried = true;
            b->packets += ms ? gone(f->pkts, ms0, ms, to) - gone(f->pkts, ms0, ms, from) : f->pkts;
            b->bytes += ms ? gone(f->bytes, ms0, ms, to) - gone(f->bytes, ms0, ms, from) : f->bytes;
        }
    }
}

/* How hot the minute is that ends with a bucket: 0 not, 1 at the floor, 2 at the peak factor. */
static int heat_of_flows(const struct world_of_facts *w, int64_t own, int64_t remote, int64_t end,
    const struct flood_rule *rule)
{
    int64_t flows = 0, answered = 0, highest = 0;
    struct set ports = {.count = 0};
    int64_t by_port[100] = {0};
    for (int i = 0; i < w->count; i++) {
        const struct fact *f = &w->list[i];
        int64_t at = floor_div(f->t, BUCKET_MS * 1000);
        if (f->own != own || f->remote != remote || !(f->flags & PROBE_ATTACK) || at > end ||
            at < end - 5)
            continue;
        flows++;
        answered += (f->flags & PROBE_ANSWERED) != 0;
        highest = ++by_port[f->port] > highest ? by_port[f->port] : highest;
        if (f->proto == PROTO_TCP)
            set_add(&ports, f->port);
    }
    bool scan = ports.count >= 15 && highest * 100 < flows * 50;
    if (flows < rule->min_flows || answered * 100 >= flows * 80 || scan)
        return 0;
    return flows >= rule->min_flows * rule->peak_factor ? 2 : 1;
}

static int heat_of_volume(
    const struct bucket buckets[BUCKETS], int64_t end, const struct flood_rule *rule)
{
    int64_t packets = 0, bytes = 0;
    for (int64_t at = end - 5; at <= end; at++) {
        packets += buckets[at - BUCKETS_MIN].packets;
        bytes += buckets[at - BUCKETS_MIN].bytes;
    }
    if (packets >= rule->min_packets * rule->peak_factor ||
        bytes >= rule->min_bytes * rule->peak_factor)
        return 2;
    return packets >= rule->min_packets || bytes >= rule->min_bytes;
}

/* Minutes are told by their last bucket, which has traffic in it. */
static void want_floods(struct world_of_facts *w, struct span_list *wanted, int64_t own,
    int64_t remote, const struct flood_rule *rule)
{
    static struct bucket buckets[BUCKETS];
    static int heat[BUCKETS];
    int64_t apart = w->window / (BUCKET_MS * 1000) - 6;
    fill_buckets(w, own, remote, buckets);
    for (int64_t i = 6; i < BUCKETS; i++) {
        int flows = buckets[i].opened ? heat_of_flows(w, own, remote, i + BUCKETS_MIN, rule) : 0;
        int volume = buckets[i].carried ? heat_of_volume(buckets, i + BUCKETS_MIN, rule) : 0;
        heat[i] = flows > volume ? flows : volume;
    }
    for (int64_t i = 6; i < BUCKETS; i++) {
        int64_t earlier = i;
        for (int64_t n = i - 6; n >= 6 && n >= i - apart; n--)
            earlier = heat[n] ? n : earlier;
        if (heat[i] == 2 || (heat[i] && (rule->min_minutes <= 1 || earlier < i)))
            want(w, wanted, (struct finding_key){.own = own},
                (earlier - 5 + BUCKETS_MIN) * BUCKET_MS * 1000,
                (i + 1 + BUCKETS_MIN) * BUCKET_MS * 1000 - 1);
    }
}

static struct world_of_facts floods_new(uint64_t seed, struct flood_rule *rule)
{
    struct world_of_facts w = facts_new(seed, 7 * MINUTE);
    bool many_ports = chance_percent(&w.chance, 20);
    for (int i = 0; i < w.count; i++) {
        struct fact *f = &w.list[i];
        f->remote = chance_percent(&w.chance, 80) ? 1 : 2;
        f->t = fact_time(&w, chance_percent(&w.chance, 50) ? 10 * SECOND : MINUTE);
        f->port = (int)chance_in(&w.chance, 1, many_ports ? 40 : 3);
        f->proto = chance_percent(&w.chance, 60) ? PROTO_TCP : PROTO_UDP;
        f->flags = (int)chance_in(&w.chance, 1, 3) * PROBE_ATTACK; /* or one way, or both */
        f->flags |= chance_percent(&w.chance, 50) ? PROBE_ANSWERED : 0;
        f->duration = chance_percent(&w.chance, 50) ? chance_in(&w.chance, 0, 10 * MINUTE)
                                                    : chance_in(&w.chance, 0, 3) * 10 * SECOND;
        f->pkts = chance_in(&w.chance, 0, 100);
        f->bytes = f->pkts * chance_in(&w.chance, 40, 1500);
    }
    *rule = (struct flood_rule){
        .min_flows = chance_in(&w.chance, 1, 12),
        .min_packets = chance_in(&w.chance, 10, 200),
        .min_bytes = chance_in(&w.chance, 20000, 400000),
        .min_minutes = chance_in(&w.chance, 1, 2),
        .peak_factor = chance_in(&w.chance, 2, 4),
    };
    put_all(&w, put_probe);
    return w;
}

Test(queries, volume_finds_every_pair_of_minutes_and_every_peak)
{
    size_t spans = 0;
    for (uint64_t seed = 3001; seed <= 3000 + ROUNDS; seed++) {
        struct flood_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = floods_new(seed, &rule);
        touch(&w, 0, 1, 0);
        touch(&w, 0, 2, 0);
        for (int64_t key = 0; key < 4; key++)
            want_floods(&w, &wanted, key / 2 + 1, key % 2 + 1, &rule);
        struct span_list found = ask_query(&w, "volume",
            (struct named_value[]){{":min_flows", rule.min_flows},
                {":min_packets", rule.min_packets}, {":min_bytes", rule.min_bytes},
                {":min_minutes", rule.min_minutes}, {":peak_factor", rule.peak_factor}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ contacts */

/* subjects: from 0 to so many; those of a day are of none. */
static struct world_of_facts contacts_new_facts(uint64_t seed, int64_t window, int subjects)
{
    struct world_of_facts w = facts_new(seed, window);
    for (int i = 0; i < w.count; i++) {
        struct fact *f = &w.list[i];
        f->ident = chance_in(&w.chance, 1, 60);
        f->subject = chance_in(&w.chance, 0, subjects);
        f->port = (int)chance_in(&w.chance, 1, 2);
        f->flags = (int)chance_in(&w.chance, 0, 7);
        for (int n = 0; n < i; n++) /* the table has one row for a name, subject and moment */
            if (w.list[n].own == f->own && w.list[n].subject == f->subject && w.list[n].t == f->t &&
                w.list[n].ident == f->ident)
                f->ident = 1000 + i;
    }
    put_all(&w, put_contact);
    touch(&w, 0, 1, 0);
    touch(&w, 0, 2, 0);
    return w;
}

Test(queries, contact_finds_every_window_with_enough_connections)
{
    size_t spans = 0;
    for (uint64_t seed = 4001; seed <= 4000 + ROUNDS; seed++) {
        struct span_list wanted = {0};
        struct world_of_facts w = contacts_new_facts(seed, HOUR, 2);
        int min = (int)chance_in(&w.chance, 1, 5), answered = (int)chance_in(&w.chance, 0, 1);
        bool whole = chance_in(&w.chance, 0, 1);
        for (int i = 0; i < w.count; i++) {
            const struct fact *last = &w.list[i];
            struct set idents = {.count = 0};
            int64_t since = last->t;
            for (int n = 0; n < w.count; n++) {
                const struct fact *f = &w.list[n];
                if (f->own != last->own || (!whole && f->subject != last->subject) ||
                    !in_window(&w, f, last->t) || (answered && !(f->flags & 1)))
                    continue;
                set_add(&idents, f->ident);
                since = f->t < since ? f->t : since;
            }
            if (idents.count >= min && (!answered || last->flags & 1))
                want(&w, &wanted, (struct finding_key){last->own, 0, 0, whole ? 0 : last->subject},
                    since, last->t);
        }
        struct span_list found = ask_query(&w, "contact",
            (struct named_value[]){{":topic", 5}, {":min_contacts", min},
                {":answered_only", answered}, {":by_resource", whole}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* The days of one port, and whether they are worth an alert. */
static bool day_counts(const struct world_of_facts *w, const struct fact *one, int min_answered,
    int min_flows, int64_t *t0, int64_t *t1)
{
    int answered = 0, most = 0;
    *t0 = *t1 = one->t;
    for (int64_t remote = 1; remote <= 3; remote++) {
        struct set idents = {.count = 0};
        for (int i = 0; i < w->count; i++) {
            const struct fact *f = &w->list[i];
            if (f->own != one->own || f->port != one->port || f->remote != remote ||
                floor_div(f->t, DAY) != floor_div(one->t, DAY))
                continue;
            answered += f->flags & 1;
            set_add(&idents, f->ident);
            *t0 = f->t < *t0 ? f->t : *t0;
            *t1 = f->t > *t1 ? f->t : *t1;
        }
        most = idents.count > most ? idents.count : most;
    }
    return answered >= min_answered || most >= min_flows;
}

Test(queries, unrecommended_judges_whole_days_by_port)
{
    size_t spans = 0;
    for (uint64_t seed = 5001; seed <= 5000 + ROUNDS; seed++) {
        struct span_list wanted = {0};
        struct world_of_facts w = contacts_new_facts(seed, DAY, 0);
        int answered = (int)chance_in(&w.chance, 1, 5), flows = (int)chance_in(&w.chance, 1, 5);
        for (int i = 0; i < w.count; i++) {
            const struct fact *f = &w.list[i];
            int64_t t0, t1, part = floor_div(f->t, DAY) * (1 << 24) + f->port * 256 + 6;
            if (day_counts(&w, f, answered, flows, &t0, &t1))
                want(&w, &wanted, (struct finding_key){f->own, 0, 0, part}, t0, t1);
        }
        struct span_list found = ask_query(&w, "unrecommended",
            (struct named_value[]){
                {":topic", 5}, {":min_answered", answered}, {":min_flows", flows}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ opening comments */

static void expect_facts(const char *sql, bool known, enum query_facts facts)
{
    char name[] = "own";
    struct alert_type type = {.file = "x.conf", .query = name, .query_sql = sql};
    struct periodic_query query;
    struct err err = {0};
    cr_expect_eq(periodic_query(&type, &query, &err), known, "%s", sql);
    if (known)
        cr_expect_eq(query.facts, facts);
    else
        cr_expect_eq(err.code, ERR_CONFIG);
}

Test(queries, say_in_their_opening_comment_which_facts_they_read)
{
    expect_facts("-- facts: attempt by own\nSELECT 1", true, QUERY_ATTEMPT_BY_OWN);
    expect_facts("-- own: what it is\n-- facts:  contact by own and day \nSELECT", true,
        QUERY_CONTACT_BY_DAY);
    expect_facts("SELECT 1\n-- facts: attempt by own\n", false, 0);
    expect_facts("-- facts: attempt\nSELECT 1", false, 0);
    expect_facts("", false, 0);
}

Test(queries, are_built_in_or_stand_beside_the_entry)
{
    struct alert_type type = {.file = "x.conf", .query = "pair"};
    struct periodic_query query;
    struct err err = {0};
    cr_assert(periodic_query(&type, &query, &err), "%s", err.text);
    cr_expect_eq(query.facts, QUERY_ATTEMPT_BY_REMOTE);
    cr_expect_eq(query.sql, query_text("pair"));
    type.query_sql = "-- facts: probe by own\nSELECT 1";
    cr_assert(periodic_query(&type, &query, &err), "%s", err.text);
    cr_expect_eq(query.facts, QUERY_PROBE_BY_OWN);
    cr_expect_eq(query.sql, type.query_sql);
    cr_expect_null(query_text("nothing"));
    type = (struct alert_type){.file = "x.conf", .query = "nothing"};
    cr_expect_not(periodic_query(&type, &query, &err));
    cr_expect_eq(err.code, ERR_CONFIG);
}
