/* What probes tell: scanned ports and targets, and the targets of a flood. */
#include "correlate/describe.h"
#include "correlate/shape.h"
#include "store/query.h"

#include <stdlib.h>

#define LIST_MAX      20
#define VICTIMS_MAX   10
#define VICTIMS_SHARE 80 /* percent of the volume that the named victims make up */
#define EVIDENCE_ENDS 25
#define DOORS         (3 * 65536) /* TCP, UDP and ICMP ports */

#define OF_OWN                                                                                     \
    "FROM probe WHERE own = :own AND t BETWEEN :t0 AND :t1 AND flags & :flags <> 0 "

static const char first_probes[] = "SELECT t, flow " OF_OWN "ORDER BY t, ident LIMIT 25";
static const char last_probes[] = "SELECT t, flow " OF_OWN "ORDER BY t DESC, ident DESC LIMIT 25";

static struct query *ask(struct description *d, const char *sql, unsigned flags)
{
    struct query *q = store_query(d->store, "probes of an episode", sql);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":t0", d->episode->t0);
    query_bind_i(q, ":t1", d->episode->t1);
    query_bind_i(q, ":flags", flags);
    return q;
}

static void note_times(struct description *d, int64_t first, int64_t last)
{
    d->start_us = first < d->start_us ? first : d->start_us;
    d->end_us = last > d->end_us ? last : d->end_us;
}

/* Two picks at the same moment on both sides of the middle cannot be told apart by time alone; then
 * the episode has more than EVIDENCE_ENDS records and both are shown. */
static bool add_evidence(struct description *d, unsigned flags, const char *what, struct err *err)
{
    int64_t last_t = INT64_MIN;
    int firsts = 0;
    struct query *q = ask(d, first_probes, flags);
    while (query_step(q)) {
        last_t = query_i(q, 0);
        firsts++;
        describe_evidence(d, &(struct evidence_ref){query_i(q, 1), 0, 0, last_t, what});
    }
    if (!query_done(q, err) || firsts < EVIDENCE_ENDS)
        return firsts < EVIDENCE_ENDS && !(err && err->code);
    struct evidence_ref last[EVIDENCE_ENDS];
    int lasts = 0;
    q = ask(d, last_probes, flags);
    while (lasts < EVIDENCE_ENDS && query_step(q)) {
        if (query_i(q, 0) > last_t)
            last[lasts++] = (struct evidence_ref){query_i(q, 1), 0, 0, query_i(q, 0), what};
    }
    while (lasts > 0)
        describe_evidence(d, &last[--lasts]);
    return query_done(q, err);
}

static void add_entities(struct description *d, const struct tally_list *targets)
{
    for (size_t i = 0; i < targets->count && i < ALERT_ENTITIES_MAX; i++) {
        char ip[IP_TEXT_SIZE];
        ip_format(&targets->items[i].ip, ip);
        describe_ip(d, describe_text(d, "%s", ip));
    }
}

/* ------------------------------------------------------------------ scans */

static size_t door_of(int64_t port, int64_t proto)
{
    size_t family = proto == PROTO_TCP ? 0 : proto == PROTO_UDP ? 1 : 2;
    return family * 65536 + (size_t)(port & 0xffff);
}

/* The door with most targets; of several the lowest port. */
static size_t commonest_door(const int64_t *doors, size_t *used)
{
    size_t best = 0;
    *used = 0;
    for (size_t door = 0; door < DOORS; door++) {
        *used += doors[door] > 0;
        if (doors[door] > doors[best] ||
            (doors[door] == doors[best] && door % 65536 < best % 65536))
            best = door;
    }
    return best;
}

static bool count_doors(
    struct description *d, int64_t *doors, struct tally_list *targets, struct err *err)
{
    bool done = true;
    struct query *q = ask(d,
        "SELECT remote, port, proto, COUNT(*), MIN(t), MAX(t), MAX(flags & 16) " OF_OWN
        "GROUP BY remote, port, proto",
        PROBE_FAILED);
    while (done && query_step(q)) {
        doors[door_of(query_i(q, 1), query_i(q, 2))]++;
        note_times(d, query_i(q, 4), query_i(q, 5));
        d->internal |= query_i(q, 6) != 0;
        d->count += query_i(q, 3);
        done = tally_add(d, targets, query_i(q, 0), query_i(q, 3), 0, err);
    }
    return query_done(q, err) && done;
}

static void fill_scan(struct description *d, const int64_t *doors, const struct tally_list *targets)
{
    static const uint8_t protocols[] = {PROTO_TCP, PROTO_UDP, PROTO_ICMP};
    size_t used, best = commonest_door(doors, &used);
    const struct alert_type *type = d->episode->type;
    d->values[VALUE_PORT] = describe_text(d, "%zu", best % 65536);
    d->values[VALUE_SERVICE] =
        describe_service(d, (uint16_t)(best % 65536), protocols[best / 65536]);
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)d->count);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", targets->count);
    d->values[VALUE_TARGETS] = tally_text(d, targets, VICTIMS_MAX, false);
    describe_number(d, "Failed Connections", d->count);
    describe_number(d, "Number of Targets", (int64_t)targets->count);
    describe_number(d, "Number of Ports", (int64_t)used);
    describe_property(d, "Targets [Failed Connections]", tally_text(d, targets, LIST_MAX, true));
    add_entities(d, targets);
    for (int i = 0; i < type->tier_count; i++) {
        int64_t floor = tier_value(&type->tiers[i], "min_targets", 0);
        floor = floor ? floor : tier_value(&type->tiers[i], "min_ports", 0);
        if (d->episode->tiers >> i & 1 && (d->floor == 0 || floor < d->floor))
            d->floor = floor;
    }
    d->count = (int64_t)(targets->count > used ? targets->count : used);
}

bool describe_probes(struct description *d, struct err *err)
{
    struct tally_list targets = {0};
    int64_t *doors = calloc(DOORS, sizeof *doors);
    bool done = (doors || err_nomem(err)) && count_doors(d, doors, &targets, err);
    if (done && d->count) {
        tally_sort(&targets);
        fill_scan(d, doors, &targets);
        done = add_evidence(d, PROBE_FAILED, "probe", err);
    }
    tally_done(&targets);
    free(doors);
    return done;
}

/* ------------------------------------------------------------------ floods */

/* The first targets until they make up most of the volume, at most VICTIMS_MAX. */
static size_t victims(const struct tally_list *targets)
{
    int64_t all = 0, named = 0;
    size_t count = 0;
    for (size_t i = 0; i < targets->count; i++)
        all += targets->items[i].count;
    while (count < targets->count && count < VICTIMS_MAX && named * 100 < all * VICTIMS_SHARE)
        named += targets->items[count++].count;
    return count;
}

static bool count_volume(struct description *d, struct tally_list *targets, int64_t *flows,
    int64_t *packets, int64_t *bytes, struct err *err)
{
    bool done = true;
    struct query *q = ask(d,
        "SELECT remote, SUM(CASE WHEN flags & 2 <> 0 THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN flags & 4 <> 0 THEN pkts ELSE 0 END), "
        "SUM(CASE WHEN flags & 4 <> 0 THEN bytes ELSE 0 END), "
        "MIN(t), MAX(t + duration), MAX(flags & 16) " OF_OWN "GROUP BY remote",
        PROBE_ATTACK | PROBE_ONE_WAY);
    while (done && query_step(q)) {
        *flows += query_i(q, 1);
        *packets += query_i(q, 2);
        *bytes += query_i(q, 3);
        note_times(d, query_i(q, 4), query_i(q, 5));
        d->internal |= query_i(q, 6) != 0;
        done = tally_add(d, targets, query_i(q, 0), query_i(q, 1) + query_i(q, 2), 0, err);
    }
    return query_done(q, err) && done;
}

bool describe_volume(struct description *d, struct err *err)
{
    struct tally_list targets = {0};
    int64_t flows = 0, packets = 0, bytes = 0;
    bool done = count_volume(d, &targets, &flows, &packets, &bytes, err);
    if (done && targets.count) {
        tally_sort(&targets);
        d->values[VALUE_TARGETS] = tally_text(d, &targets, victims(&targets), false);
        d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)flows);
        d->values[VALUE_REMOTES] = describe_text(d, "%zu", targets.count);
        describe_number(d, "Attack-Shaped Flows", flows);
        describe_number(d, "Packets Sent One Way", packets);
        describe_number(d, "Bytes Sent One Way", bytes);
        describe_property(d, "Targets [Flows and Packets]",
            tally_text(d, &targets, VICTIMS_MAX, true));
        add_entities(d, &targets);
        d->count = flows + packets;
        done = add_evidence(d, PROBE_ATTACK | PROBE_ONE_WAY, "flood", err);
    }
    tally_done(&targets);
    return done;
}
