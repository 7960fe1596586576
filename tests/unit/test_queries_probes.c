/* The periodic queries against the plainest way to say the same, on small random facts: sweeps, scans
 * and floods. */
#include "tests/unit/query_facts.h"

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
        "use, source, sensor, t_min, t_max) VALUES (%lld, %lld, 0, 1, 1, %lld, %lld)",
        (long long)f->ident, (long long)f->t, (long long)f->own, (long long)f->remote, f->port,
        f->proto, (long long)f->ident, (long long)f->ident, (long long)f->t, (long long)f->t);
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

Test(queries_probes, spread_finds_every_sweep_and_every_vertical_scan)
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

Test(queries_probes, volume_finds_every_pair_of_minutes_and_every_peak)
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
