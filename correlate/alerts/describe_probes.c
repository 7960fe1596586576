/* What probes tell: scanned ports and targets, and the targets of a flood. */
#include "correlate/alerts/describe.h"
#include "correlate/alerts/tally.h"
#include "correlate/facts/probes.h"
#include "correlate/facts/shape.h"
#include "store/query.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

#define LIST_MAX      20
#define VICTIMS_MAX   10
#define VICTIMS_SHARE 80 /* percent of the volume that the named victims make up */
#define EVIDENCE_ENDS 25
#define DOORS         (3 * 65536) /* TCP, UDP and ICMP ports */
#define MINOR_DOOR                                                                                 \
    10             /* a port with less than a tenth of the commonest port's targets is no sweep */
#define SHARE 1000 /* parts of a floor in which volumes are compared */

/* What began in the episode; and of a flood, whose volume is spread over its flows, what went on in
 * it. The facts of such a flow last :reach at most. */
#define OF_OWN                                                                                     \
    "FROM probe WHERE own = :own AND t BETWEEN :t0 - :reach AND :t1 AND flags & :flags <> 0 "      \
    "AND leg = 0 AND (t >= :t0 OR (flags & 4 <> 0 AND t + duration > :t0)) "

static const char first_probes[] =
    "SELECT t, flow, remote, port, proto, ident " OF_OWN "ORDER BY t, ident";
static const char last_probes[] =
    "SELECT t, flow, remote, port, proto, ident " OF_OWN "ORDER BY t DESC, ident DESC";

static struct query *ask(struct description *d, const char *sql, unsigned flags)
{
    struct query *q = store_query(d->store, "probes of an episode", sql);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":t0", d->episode->t0);
    query_bind_i(q, ":t1", d->episode->t1);
    query_bind_i(q, ":flags", flags);
    query_bind_i(q, ":reach", flags & PROBE_ONE_WAY ? PROBE_PIECE_US : 0);
    return q;
}

static void note_times(struct description *d, int64_t first, int64_t last)
{
    d->start_us = first < d->start_us ? first : d->start_us;
    d->end_us = last > d->end_us ? last : d->end_us;
}

static void note_scale(struct description *d, int64_t scale)
{
    d->scale = scale > d->scale ? scale : d->scale;
}

/* ------------------------------------------------------------------ what belongs to a scan */

/* All failed probes of one target at one port. */
struct knock {
    int64_t remote, count, first_us, last_us;
    size_t door;
    bool inside;
};

/* The findings say that ports were swept, that targets were searched for ports, or both; what else
 * failed in that time is not the scan's. */
struct scan {
    struct knock *knocks; /* in order of remote */
    size_t count, cap;
    int64_t *targets, *tries; /* by door */
    int64_t *deep;            /* targets that were searched, ascending ids */
    size_t deep_count;
    int64_t min_targets; /* of a door that was swept; INT64_MAX: none was */
    bool sweep, vertical;
};

static size_t door_of(int64_t port, int64_t proto)
{
    size_t family = proto == PROTO_TCP ? 0 : proto == PROTO_UDP ? 1 : 2;
    return family * 65536 + (size_t)(port & 0xffff);
}

static bool belongs(const struct scan *scan, int64_t remote, size_t door)
{
    return scan->targets[door] >= scan->min_targets ||
           (scan->deep_count &&
               bsearch(&remote, scan->deep, scan->deep_count, sizeof *scan->deep, order_i64));
}

static bool add_knock(struct scan *scan, const struct knock *knock, struct err *err)
{
    if (!list_room(&scan->knocks, scan->count, &scan->cap, sizeof *scan->knocks, err))
        return false;
    scan->knocks[scan->count++] = *knock;
    scan->targets[knock->door]++;
    return true;
}

static bool read_knocks(struct description *d, struct scan *scan, struct err *err)
{
    bool done = true;
    struct query *q = ask(d,
        "SELECT remote, port, proto, SUM(scale), MIN(t), MAX(t), MAX(flags & 16), MAX(scale) " OF_OWN
        "GROUP BY remote, port, proto ORDER BY remote, port, proto",
        PROBE_FAILED);
    while (done && query_step(q)) {
        note_scale(d, query_i(q, 7));
        done = add_knock(scan,
            &(struct knock){.remote = query_i(q, 0),
                .door = door_of(query_i(q, 1), query_i(q, 2)),
                .count = query_i(q, 3),
                .first_us = query_i(q, 4),
                .last_us = query_i(q, 5),
                .inside = query_i(q, 6) != 0},
            err);
    }
    return query_done(q, err) && done;
}

/* The tiers that were reached say what the findings speak of; *min_ports is the smallest floor of
 * those that search a target. */
static void read_tiers(struct description *d, struct scan *scan, int64_t *min_ports)
{
    const struct alert_type *type = d->episode->type;
    *min_ports = INT64_MAX;
    for (int i = 0; i < type->tier_count; i++) {
        int64_t targets = tier_value(&type->tiers[i], "min_targets", 0);
        int64_t ports = tier_value(&type->tiers[i], "min_ports", 0);
        int64_t floor = targets ? targets : ports;
        if (!(d->episode->tiers >> i & 1))
            continue;
        scan->sweep |= targets > 0;
        scan->vertical |= ports > 0;
        if (ports > 0 && ports < *min_ports)
            *min_ports = ports;
        if (d->floor == 0 || floor < d->floor)
            d->floor = floor;
    }
}

/* How many knocks, from `at` on, are at TCP and UDP ports of one target; *next: of the one after. */
static int64_t count_ports(const struct scan *scan, size_t at, size_t *next)
{
    int64_t ports = 0;
    size_t end = at;
    for (; end < scan->count && scan->knocks[end].remote == scan->knocks[at].remote; end++)
        ports += scan->knocks[end].door < 2 * 65536;
    *next = end;
    return ports;
}

static bool find_deep(struct scan *scan, int64_t min_ports, struct err *err)
{
    int64_t most = 1; /* an episode's end may cut a window: then fewer than the floor are left */
    scan->deep = malloc((scan->count + 1) * sizeof *scan->deep);
    if (!scan->deep)
        return err_nomem(err);
    for (size_t at = 0, next; at < scan->count; at = next) {
        int64_t ports = count_ports(scan, at, &next);
        most = ports > most ? ports : most;
    }
    for (size_t at = 0, next; at < scan->count; at = next)
        if (count_ports(scan, at, &next) >= (min_ports < most ? min_ports : most))
            scan->deep[scan->deep_count++] = scan->knocks[at].remote;
    return true;
}

static void find_swept(struct scan *scan)
{
    int64_t most = 0;
    for (size_t door = 0; door < DOORS; door++)
        most = scan->targets[door] > most ? scan->targets[door] : most;
    scan->min_targets = (most + MINOR_DOOR - 1) / MINOR_DOOR;
}

static bool scan_load(struct description *d, struct scan *scan, struct err *err)
{
    int64_t min_ports;
    scan->min_targets = INT64_MAX;
    scan->targets = calloc(DOORS, sizeof *scan->targets);
    scan->tries = calloc(DOORS, sizeof *scan->tries);
    if (!scan->targets || !scan->tries)
        return err_nomem(err);
    if (!read_knocks(d, scan, err))
        return false;
    read_tiers(d, scan, &min_ports);
    if (scan->sweep || !scan->vertical)
        find_swept(scan);
    return !scan->vertical || find_deep(scan, min_ports, err);
}

static void scan_done(struct scan *scan)
{
    free(scan->knocks);
    free(scan->targets);
    free(scan->tries);
    free(scan->deep);
}

/* ------------------------------------------------------------------ evidence */

/* scan NULL: every probe with one of the flags. */
static bool is_wanted(const struct scan *scan, struct query *q)
{
    return !scan || belongs(scan, query_i(q, 2), door_of(query_i(q, 3), query_i(q, 4)));
}

/* Two picks at the same moment on both sides of the middle cannot be told apart by time alone; then
 * the episode has more than EVIDENCE_ENDS records and both are shown. */
static bool add_evidence(struct description *d, const struct scan *scan, unsigned flags,
    const char *what, struct err *err)
{
    int64_t last_t = INT64_MIN;
    int firsts = 0, lasts = 0;
    struct query *q = ask(d, first_probes, flags);
    while (firsts < EVIDENCE_ENDS && query_step(q)) {
        if (!is_wanted(scan, q))
            continue;
        last_t = query_i(q, 0);
        firsts++;
        describe_evidence(
            d, &(struct evidence_ref){
                   .flow = query_i(q, 1), .t_us = last_t, .what = what, .ident = query_i(q, 5)});
    }
    if (!query_done(q, err))
        return false;
    struct evidence_ref last[EVIDENCE_ENDS];
    q = ask(d, last_probes, flags);
    while (firsts == EVIDENCE_ENDS && lasts < EVIDENCE_ENDS && query_step(q) &&
           query_i(q, 0) > last_t) {
        if (is_wanted(scan, q))
            last[lasts++] = (struct evidence_ref){
                .flow = query_i(q, 1), .t_us = query_i(q, 0), .what = what, .ident = query_i(q, 5)};
    }
    while (lasts > 0)
        describe_evidence(d, &last[--lasts]);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ scans */

/* The door with most targets, or, of a target's, with most tries; of several the lowest port. */
static size_t commonest_door(const struct scan *scan)
{
    const int64_t *counts = scan->vertical && !scan->sweep ? scan->tries : scan->targets;
    size_t best = 0;
    for (size_t door = 0; door < DOORS; door++)
        if (counts[door] > counts[best] ||
            (counts[door] == counts[best] && door % 65536 < best % 65536))
            best = door;
    return best;
}

/* Counts what belongs to the scan; the rest goes into *others. */
static bool count_knocks(struct description *d, struct scan *scan, struct tally_list *targets,
    int64_t *others, struct err *err)
{
    for (size_t i = 0; i < scan->count; i++) {
        const struct knock *k = &scan->knocks[i];
        if (!belongs(scan, k->remote, k->door)) {
            *others += k->count;
            continue;
        }
        d->count += k->count;
        scan->tries[k->door] += k->count;
        note_times(d, k->first_us, k->last_us);
        if (!tally_add(d, targets,
                (struct tally){.id = k->remote, .count = k->count, .inside = k->inside}, err))
            return false;
    }
    return true;
}

/* A search for ports is named after the protocol: no one service is meant. */
static void name_door(struct description *d, const struct scan *scan, size_t door, int64_t ports)
{
    static const uint8_t protocols[] = {PROTO_TCP, PROTO_UDP, PROTO_ICMP};
    uint16_t port = (uint16_t)(door % 65536);
    uint8_t proto = protocols[door / 65536];
    bool search = scan->vertical && !scan->sweep && ports > 1;
    d->values[VALUE_PORT] = describe_text(d, "%u", port);
    d->values[VALUE_SERVICE] =
        search ? (proto == PROTO_UDP ? "UDP" : "TCP") : describe_service(d, port, proto);
    if (scan->vertical && !scan->sweep)
        d->variants |= 1u << VARIANT_VERTICAL;
    if (!describe_login_service(d, port, proto))
        d->variants |= 1u << VARIANT_UNNAMED;
}

static void fill_scan(struct description *d, const struct scan *scan,
    const struct tally_list *targets, int64_t others)
{
    int64_t ports = 0;
    for (size_t door = 0; door < DOORS; door++)
        ports += scan->tries[door] > 0;
    name_door(d, scan, commonest_door(scan), ports);
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)d->count);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", targets->count);
    d->values[VALUE_TARGETS] = tally_text(d, targets, VICTIMS_MAX, TALLY_PLAIN);
    describe_number(d, "Failed Connections", d->count);
    describe_number(d, "Number of Targets", (int64_t)targets->count);
    describe_number(d, "Number of Ports", ports);
    describe_property(
        d, "Targets [Failed Connections]", tally_text(d, targets, LIST_MAX, TALLY_COUNT));
    if (others)
        describe_number(d, "Other Failed Connections", others);
    tally_tell(d, targets);
    d->count = (int64_t)targets->count > ports ? (int64_t)targets->count : ports;
}

bool describe_probes(struct description *d, struct err *err)
{
    struct tally_list targets = {0};
    struct scan scan = {0};
    int64_t others = 0;
    bool done = scan_load(d, &scan, err) && count_knocks(d, &scan, &targets, &others, err);
    if (done && d->count) {
        tally_sort(&targets);
        fill_scan(d, &scan, &targets, others);
        done = add_evidence(d, &scan, PROBE_FAILED, "probe", err);
    }
    tally_done(&targets);
    scan_done(&scan);
    return done;
}

/* ------------------------------------------------------------------ floods */

struct volume {
    int64_t flows, packets, bytes;
};

static void take_floor(const struct tier *tier, const char *parameter, int64_t *floor)
{
    if (*floor == 0)
        *floor = tier_value(tier, parameter, 0);
}

/* The floors that hold for the sender, each out of the first tier that has it. */
static struct volume volume_floor(const struct description *d)
{
    const struct alert_type *type = d->episode->type;
    unsigned roles = d->resource ? d->resource->roles : 0;
    struct volume floor = {0};
    for (int i = 0; i < type->tier_count; i++) {
        if (type->tiers[i].exempt_roles & roles)
            continue;
        take_floor(&type->tiers[i], "min_flows", &floor.flows);
        take_floor(&type->tiers[i], "min_packets", &floor.packets);
        take_floor(&type->tiers[i], "min_bytes", &floor.bytes);
    }
    return floor;
}

/* In thousandths, without overflow; 0: there is no such floor. */
static int64_t share_of(int64_t amount, int64_t floor)
{
    return floor > 0 ? amount / floor * SHARE + amount % floor * SHARE / floor : 0;
}

/* Flows and packets are no one sum: what counts is how often a floor is reached. */
static int64_t largest_share(const struct volume *v, const struct volume *floor)
{
    int64_t flows = share_of(v->flows, floor->flows),
            packets = share_of(v->packets, floor->packets);
    int64_t bytes = share_of(v->bytes, floor->bytes);
    int64_t most = flows > packets ? flows : packets;
    return most > bytes ? most : bytes;
}

/* The first targets until they make up most of the volume, at most VICTIMS_MAX. */
static size_t victims(const struct tally_list *targets)
{
    int64_t all = 0, named = 0;
    size_t count = 0;
    for (size_t i = 0; i < targets->count; i++)
        all += targets->items[i].rank;
    do
        named += targets->items[count++].rank;
    while (count < targets->count && count < VICTIMS_MAX && named * 100 < all * VICTIMS_SHARE);
    return count;
}

/* Per target: flows as count, packets as more. */
static bool count_volume(
    struct description *d, struct tally_list *targets, struct volume *sum, struct err *err)
{
    const struct volume floor = volume_floor(d);
    bool done = true;
    struct query *q = ask(d,
        "SELECT remote, SUM(CASE WHEN flags & 2 <> 0 THEN scale ELSE 0 END), "
        "SUM(CASE WHEN flags & 4 <> 0 THEN pkts ELSE 0 END), "
        "SUM(CASE WHEN flags & 4 <> 0 THEN bytes ELSE 0 END), "
        "MIN(t), MAX(t + duration), MAX(flags & 16), MAX(scale) " OF_OWN "GROUP BY remote",
        PROBE_ATTACK | PROBE_ONE_WAY);
    while (done && query_step(q)) {
        struct volume v = {query_i(q, 1), query_i(q, 2), query_i(q, 3)};
        sum->flows += v.flows;
        sum->packets += v.packets;
        sum->bytes += v.bytes;
        note_times(d, query_i(q, 4), query_i(q, 5));
        note_scale(d, query_i(q, 7));
        done = tally_add(d, targets,
            (struct tally){.id = query_i(q, 0),
                .count = v.flows,
                .more = v.packets,
                .rank = largest_share(&v, &floor),
                .inside = query_i(q, 6) != 0},
            err);
    }
    return query_done(q, err) && done;
}

/* Floods come with forged senders: one that the inventory, where there is one, does not know may be. */
static void tell_sender(struct description *d)
{
    if (d->inventory->resource_count > 0 && !d->resource)
        describe_property(d, "Spoofed?",
            "possibly: the sender is in a home network, but the inventory has no such resource");
}

static void fill_volume(
    struct description *d, const struct tally_list *targets, const struct volume *sum)
{
    d->values[VALUE_TARGETS] = tally_text(d, targets, victims(targets), TALLY_PLAIN);
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)sum->flows);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", targets->count);
    describe_number(d, "Attack-Shaped Flows", sum->flows);
    describe_number(d, "Packets Sent One Way", sum->packets);
    describe_number(d, "Bytes Sent One Way", sum->bytes);
    if (sum->packets)
        describe_property(d, "Targets [Packets]", tally_text(d, targets, VICTIMS_MAX, TALLY_MORE));
    if (sum->flows)
        describe_property(d, "Targets [Flows]", tally_text(d, targets, VICTIMS_MAX, TALLY_COUNT));
    tell_sender(d);
    tally_tell(d, targets);
    d->count = sum->flows + sum->packets;
}

bool describe_volume(struct description *d, struct err *err)
{
    struct tally_list targets = {0};
    struct volume sum = {0};
    bool done = count_volume(d, &targets, &sum, err);
    if (done && targets.count) {
        tally_sort(&targets);
        fill_volume(d, &targets, &sum);
        done = add_evidence(d, NULL, PROBE_ATTACK | PROBE_ONE_WAY, "flood", err);
    }
    tally_done(&targets);
    return done;
}
