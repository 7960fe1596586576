/* What tells of a machine that behaves as a worm does: targets, names in vain, peers. */
#include "correlate/alerts/describe.h"
#include "correlate/alerts/tally.h"
#include "correlate/facts/shape.h"
#include "correlate/findings/judge.h"
#include "store/query.h"

#include <stdlib.h>

#define LIST_MAX      20
#define NAMES_MAX     10
#define EVIDENCE_ENDS 25

/* Failed outside targets of the swept port. */
#define SWEPT                                                                                      \
    "FROM probe WHERE own = :own AND t BETWEEN :t0 AND :t1 AND flags & 17 = 1 "                    \
    "AND port = :port AND proto = 6 AND leg = 0 "

/* Of the temporary tables, which hold more than the episode: what lies within the window around it. */
static const char names_around[] =
    "SELECT text, MIN(t) AS first FROM worm_name WHERE own = :own "
    "AND t BETWEEN :t0 - :window AND :t1 + :window GROUP BY text ORDER BY first, text";
/* Each peer once: how many connections there were, lines that come twice and a second sensor would
 * count anew. */
static const char peers_around[] = "SELECT remote, 1 FROM worm_peer WHERE own = :own "
                                   "AND t BETWEEN :t0 - :window AND :t1 + :window GROUP BY remote";

static struct query *ask(struct description *d, const struct tier *tier, const char *sql)
{
    struct query *q = store_query(d->store, "what a worm does", sql);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":t0", d->episode->t0);
    query_bind_i(q, ":t1", d->episode->t1);
    query_bind_i_if(q, ":port", tier_value(tier, "port", 0));
    query_bind_i_if(q, ":window", tier_value(tier, "window", 0));
    return q;
}

/* *count: how many. */
static bool add_targets(
    struct description *d, const struct tier *tier, int64_t *count, struct err *err)
{
    struct tally_list targets = {0};
    bool done = true;
    struct query *q = ask(
        d, tier, "SELECT remote, SUM(scale), MIN(t), MAX(t), MAX(scale) " SWEPT "GROUP BY remote");
    while (done && query_step(q)) {
        d->start_us = query_i(q, 2) < d->start_us ? query_i(q, 2) : d->start_us;
        d->end_us = query_i(q, 3) > d->end_us ? query_i(q, 3) : d->end_us;
        d->scale = query_i(q, 4) > d->scale ? query_i(q, 4) : d->scale;
        done = tally_add(
            d, &targets, (struct tally){.id = query_i(q, 0), .count = query_i(q, 1)}, err);
    }
    done = query_done(q, err) && done;
    tally_sort(&targets);
    *count = (int64_t)targets.count;
    describe_number(d, "Destination Port", tier_value(tier, "port", 0));
    describe_number(d, "Number of Targets", *count);
    describe_property(
        d, "Targets [Failed Connections]", tally_text(d, &targets, LIST_MAX, TALLY_COUNT));
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", targets.count);
    d->values[VALUE_TARGETS] = tally_text(d, &targets, 10, TALLY_PLAIN);
    tally_tell(d, &targets);
    tally_done(&targets);
    return done;
}

static bool add_names(struct description *d, const struct tier *tier, struct err *err)
{
    const char *names = "";
    int64_t count = 0;
    struct query *q = ask(d, tier, names_around);
    while (names && query_step(q)) {
        struct str name = query_s(q, 0);
        if (count++ < NAMES_MAX)
            names = describe_text(
                d, "%s%s%.*s", names, *names ? ", " : "", (int)name.len, name.p ? name.p : "");
    }
    if (names && count > NAMES_MAX)
        names = describe_text(d, "%s, +%lld more", names, (long long)(count - NAMES_MAX));
    describe_number(d, "Names That Do Not Exist", count);
    describe_property(d, "Names", names);
    return query_done(q, err);
}

static bool add_peers(struct description *d, const struct tier *tier, struct err *err)
{
    struct tally_list peers = {0};
    bool done = true;
    struct query *q = ask(d, tier, peers_around);
    while (done && query_step(q))
        done =
            tally_add(d, &peers, (struct tally){.id = query_i(q, 0), .count = query_i(q, 1)}, err);
    done = query_done(q, err) && done;
    tally_sort(&peers);
    describe_number(d, "UDP Peers", (int64_t)peers.count);
    describe_property(d, "Addresses of UDP Peers", tally_text(d, &peers, LIST_MAX, TALLY_PLAIN));
    tally_done(&peers);
    return done;
}

static bool add_evidence(struct description *d, const struct tier *tier, struct err *err)
{
    struct evidence_ref last[EVIDENCE_ENDS];
    int firsts = 0, lasts = 0;
    struct query *q = ask(d, tier, "SELECT t, flow " SWEPT "ORDER BY t, ident");
    while (query_step(q)) {
        struct evidence_ref ref = {.flow = query_i(q, 1), .t_us = query_i(q, 0), .what = "probe"};
        if (firsts < EVIDENCE_ENDS) {
            firsts++;
            describe_evidence(d, &ref);
        } else {
            last[lasts++ % EVIDENCE_ENDS] = ref;
        }
    }
    for (int i = lasts > EVIDENCE_ENDS ? lasts - EVIDENCE_ENDS : 0; i < lasts; i++)
        describe_evidence(d, &last[i % EVIDENCE_ENDS]);
    return query_done(q, err);
}

bool describe_worm_beside(
    struct description *d, const struct tier *tier, int64_t *targets, struct err *err)
{
    const struct episode *e = d->episode;
    struct query *windows; /* asking for them fills the temporary tables */
    if (!judge_windows(d->store, e->type, tier, &e->key, e->t0, e->t1, &windows, err) ||
        !query_done(windows, err) || !add_targets(d, tier, targets, err))
        return false;
    describe_property(d, "Behaviour Consistent With", e->type->family);
    return add_names(d, tier, err) && add_peers(d, tier, err);
}

bool describe_worm(struct description *d, struct err *err)
{
    const struct episode *e = d->episode;
    const struct tier *tier = &e->type->tiers[__builtin_ctzll(e->tiers)];
    d->floor = tier_value(tier, "min_targets", 0);
    d->weak = true;
    d->variants |= 1u << VARIANT_BEHAVIOUR;
    return describe_worm_beside(d, tier, &d->count, err) && add_evidence(d, tier, err);
}
