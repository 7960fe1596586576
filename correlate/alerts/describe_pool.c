/* For an alert about a load balancer or gateway: which members of its pool had the traffic, where
 * what went on behind it is in the logs as well. */
#include "correlate/alerts/describe.h"
#include "correlate/alerts/tally.h"
#include "correlate/facts/legs.h"
#include "correlate/facts/shape.h"
#include "correlate/findings/strangers.h"
#include "store/query.h"
#include "util/list.h"

#include <stdlib.h>

#define LIST_MAX 20
/* Connections in and out of a balancer that are paired for one alert: what is beyond is not told. */
#define PAIRS_MAX 200000

struct pool {
    struct description *d;
    struct tally_list members;
    int64_t unclear; /* connections that may have gone to either of several members */
};

/* ------------------------------------------------------------------ halves that were matched */

#define HALF_COLUMNS "SELECT h.own, SUM(h.scale) FROM (SELECT DISTINCT remote FROM "
#define HALF_TIMES   "AND h.t BETWEEN :t0 - :tolerance AND :t1 + :tolerance AND h.leg = 1 "

#define ATTEMPT_HALVES(of_key)                                                                     \
    HALF_COLUMNS                                                                                   \
    "attempt " of_key "AND t BETWEEN :t0 AND :t1 AND weight > 0) AS f "                            \
    "CROSS JOIN attempt AS h INDEXED BY attempt_of_pool ON h.pool = :pool AND h.pool <> 0 "        \
    "AND h.direction = :direction AND h.service = :service AND h.remote = f.remote " HALF_TIMES    \
    "AND h.kind < 2 GROUP BY h.own"

static const char pair_halves[] =
    ATTEMPT_HALVES("WHERE direction = :direction AND service = :service AND own = :own "
                   "AND remote = :remote ");
static const char own_halves[] =
    ATTEMPT_HALVES("INDEXED BY attempt_by_own WHERE direction = :direction AND service = :service "
                   "AND own = :own ");
static const char probe_halves[] =
    HALF_COLUMNS "probe WHERE own = :own AND t BETWEEN :t0 AND :t1 AND flags & :flags <> 0) AS f "
                 "CROSS JOIN probe AS h INDEXED BY probe_of_pool ON h.pool = :pool AND h.pool <> 0 "
                 "AND h.remote = f.remote " HALF_TIMES "AND h.flags & :flags <> 0 GROUP BY h.own";
static const char contact_halves[] =
    "SELECT h.own, SUM(h.scale) FROM (SELECT DISTINCT remote, subject FROM "
    "contact WHERE topic = :topic AND own = :own AND subject BETWEEN :subject "
    "AND CASE :subject WHEN 0 THEN 9223372036854775807 ELSE :subject END "
    "AND t BETWEEN :t0 AND :t1) AS f "
    "CROSS JOIN contact AS h INDEXED BY contact_of_pool ON h.pool = :pool AND h.pool <> 0 "
    "AND h.topic = :topic AND h.subject = f.subject AND h.remote = f.remote " HALF_TIMES
    "GROUP BY h.own";
/* Sources that feeds name, and strangers; who is both stands twice. */
#define OF_DAY "(0, (SELECT id FROM name WHERE text = '" STRANGERS_SUBJECT "')) "
static const char day_halves[] = HALF_COLUMNS
    "contact WHERE topic = :topic AND own = :own AND subject IN " OF_DAY "AND port = :port "
    "AND proto = :proto AND t BETWEEN :t0 AND :t1) AS f "
    "CROSS JOIN contact AS h INDEXED BY contact_of_pool ON h.pool = :pool AND h.pool <> 0 "
    "AND h.topic = :topic AND h.subject IN " OF_DAY "AND h.remote = f.remote " HALF_TIMES
    "AND h.port = :port AND h.proto = :proto AND (h.subject = 0 OR NOT EXISTS "
    "(SELECT 1 FROM contact AS z WHERE z.topic = h.topic AND z.own = h.own AND z.subject = 0 "
    "AND z.t = h.t AND z.ident = h.ident)) GROUP BY h.own";

/* flags: of the probes that belong to such an alert. */
static const struct {
    const char *sql;
    int64_t flags;
} halves[] = {
    [QUERY_ATTEMPT_BY_REMOTE] = {pair_halves, 0},
    [QUERY_ATTEMPT_BY_OWN] = {own_halves, 0},
    [QUERY_PROBE_BY_OWN] = {probe_halves, PROBE_FAILED},
    [QUERY_VOLUME_BY_OWN] = {probe_halves, PROBE_ATTACK | PROBE_ONE_WAY},
    [QUERY_CONTACT_BY_OWN] = {contact_halves, 0},
    [QUERY_CONTACT_BY_DAY] = {day_halves, 0},
};

static void bind_episode(struct query *q, const struct episode *e)
{
    query_bind_i_if(q, ":direction", e->type->direction);
    query_bind_i_if(q, ":service", e->key.service);
    query_bind_i_if(q, ":own", e->key.own);
    query_bind_i_if(q, ":remote", e->key.remote);
    query_bind_i_if(q, ":topic", e->type_id);
    query_bind_i_if(q, ":subject", e->key.part);
    query_bind_i_if(q, ":port", e->key.part >> 8 & 0xffff);
    query_bind_i_if(q, ":proto", e->key.part & 255);
    query_bind_i_if(q, ":flags", halves[e->query->facts].flags);
    query_bind_i_if(q, ":t0", e->t0);
    query_bind_i_if(q, ":t1", e->t1);
    query_bind_i_if(q, ":tolerance", LEGS_TOLERANCE_US);
}

/* Counts for the member at that address; what is no member of this pool belongs to another. */
static bool add_member(struct pool *p, int64_t id, int64_t count, struct err *err)
{
    struct ipaddr ip;
    if (!store_address(p->d->store, id, &ip, err))
        return false;
    const struct resource *member = inventory_find(p->d->inventory, &ip);
    if (!member || !inventory_is_member(p->d->resource, member))
        return true;
    return tally_add(
        p->d, &p->members, (struct tally){.id = id, .count = count, .inside = true}, err);
}

static bool add_matched(struct pool *p, struct err *err)
{
    bool done = true;
    const struct episode *e = p->d->episode;
    struct query *q = store_query(p->d->store, "members of a pool", halves[e->query->facts].sql);
    bind_episode(q, e);
    query_bind_i(q, ":pool", p->d->resource->group);
    while (done && query_step(q))
        done = add_member(p, query_i(q, 0), query_i(q, 1), err);
    return query_done(q, err) && done;
}

/* ------------------------------------------------------------------ halves that the pool opened */

/* A connection that came in (whose: the client) or that the pool opened (whose: the member). */
struct half {
    int64_t t, ident, whose, scale;
    bool counted; /* came in, and belongs to the alert */
    bool used;
};

struct half_list {
    struct half *items;
    size_t count, cap;
};

static bool add_half(struct half_list *list, const struct half *half, struct err *err)
{
    if (!list_room(&list->items, list->count, &list->cap, sizeof *list->items, err))
        return false;
    list->items[list->count++] = *half;
    return true;
}

static const char opened_by_pool[] =
    "SELECT remote, t, ident, scale, 0, own FROM attempt INDEXED BY attempt_by_own "
    "WHERE direction = 2 AND service = :service AND own = :own "
    "AND t BETWEEN :t0 - :tolerance AND :t1 + :tolerance AND leg = 2 AND kind < 2";
static const char came_in[] =
    "SELECT remote, t, ident, scale, weight, own FROM attempt INDEXED BY attempt_by_own "
    "WHERE direction = 1 AND service = :service AND own = :own "
    "AND t BETWEEN :t0 - 2 * :tolerance AND :t1 + 2 * :tolerance AND kind < 2";

static bool is_of_alert(const struct episode *e, const struct half *half, int64_t own)
{
    return half->counted && own == e->key.own && half->t >= e->t0 && half->t <= e->t1 &&
           (e->query->facts != QUERY_ATTEMPT_BY_REMOTE || half->whose == e->key.remote);
}

static bool load_halves(
    struct pool *p, const char *sql, int64_t own, struct half_list *list, struct err *err)
{
    bool done = true;
    const struct episode *e = p->d->episode;
    struct query *q = store_query(p->d->store, "connections of a pool", sql);
    bind_episode(q, e);
    query_bind_i(q, ":own", own);
    while (done && list->count < PAIRS_MAX && query_step(q)) {
        struct half half = {
            query_i(q, 1), query_i(q, 2), query_i(q, 0), query_i(q, 3), query_i(q, 4) > 0, false};
        half.counted = is_of_alert(e, &half, query_i(q, 5));
        done = add_half(list, &half, err);
    }
    return query_done(q, err) && done;
}

static int by_time(const void *a_, const void *b_)
{
    const struct half *a = a_, *b = b_;
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    return (a->ident > b->ident) - (a->ident < b->ident);
}

/* All addresses of the pool take part: it may listen on one and speak from another. */
static bool load_all(struct pool *p, const char *sql, struct half_list *list, struct err *err)
{
    const struct resource *r = p->d->resource;
    for (size_t i = 0; i < r->address_count; i++) {
        int64_t own;
        if (!cidr_is_single(&r->addresses[i]))
            continue;
        if (!store_address_id(p->d->store, &r->addresses[i].ip, &own, err) ||
            !load_halves(p, sql, own, list, err))
            return false;
    }
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, by_time);
    return true;
}

/* Whether halves within `within` of `t` differ: in whose they are, or in whether the alert has them. */
static bool differ(const struct half_list *list, int64_t t, int64_t within, bool by_whose)
{
    size_t lo = 0, hi = list->count;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (list->items[middle].t < t - within)
            lo = middle + 1;
        else
            hi = middle;
    }
    for (size_t i = lo; i < list->count && list->items[i].t <= t + within; i++) {
        const struct half *half = &list->items[i];
        if (by_whose ? half->whose != list->items[lo].whose : !half->counted)
            return true;
    }
    return false;
}

/* Each connection that the pool opened belongs to the first one left that came in at about that time.
 * Where others came in as well and went to several members, nobody can tell which went where. */
static bool pair_halves_up(
    struct pool *p, struct half_list *in, const struct half_list *out, struct err *err)
{
    size_t from = 0;
    for (size_t i = 0; i < out->count; i++) {
        const struct half *opened = &out->items[i];
        while (from < in->count &&
               (in->items[from].used || in->items[from].t < opened->t - LEGS_TOLERANCE_US))
            from++;
        if (from == in->count || in->items[from].t > opened->t + LEGS_TOLERANCE_US)
            continue;
        struct half *came = &in->items[from];
        came->used = true;
        if (!came->counted)
            continue;
        if (differ(out, came->t, LEGS_TOLERANCE_US, true) &&
            differ(in, came->t, 2 * LEGS_TOLERANCE_US, false))
            p->unclear += came->scale;
        else if (!add_member(p, opened->whose, came->scale, err))
            return false;
    }
    return true;
}

static bool add_opened(struct pool *p, struct err *err)
{
    struct half_list in = {0}, out = {0};
    const struct episode *e = p->d->episode;
    if (!query_reads_attempts(e->query->facts) || e->type->direction != DIRECTION_INCOMING)
        return true;
    bool done = load_all(p, opened_by_pool, &out, err) &&
                (out.count == 0 || load_all(p, came_in, &in, err)) &&
                pair_halves_up(p, &in, &out, err);
    free(in.items);
    free(out.items);
    return done;
}

/* ------------------------------------------------------------------ what is told */

static void describe_names(struct description *d)
{
    const char *names = "";
    for (size_t i = 0; i < d->resource->backend_count && names; i++)
        names =
            describe_text(d, "%s%s%s", names, *names ? ", " : "", d->resource->backends[i]->name);
    describe_property(d, "Backend Pool", names);
}

/* "web1 (10.0.1.11) [30], …": most connections first. */
static const char *members_text(struct pool *p)
{
    const char *text = "";
    size_t shown = p->members.count < LIST_MAX ? p->members.count : LIST_MAX;
    for (size_t i = 0; i < shown && text; i++) {
        const struct tally *member = &p->members.items[i];
        const struct resource *r = inventory_find(p->d->inventory, &member->ip);
        char ip[IP_TEXT_SIZE];
        ip_format(&member->ip, ip);
        text = describe_text(p->d, "%s%s%s (%s) [%lld]", text, *text ? ", " : "", r->name, ip,
            (long long)member->count);
    }
    if (text && shown < p->members.count)
        text = describe_text(p->d, "%s, +%zu more", text, p->members.count - shown);
    return text;
}

bool describe_pool(struct description *d, struct err *err)
{
    struct pool p = {.d = d};
    if (!d->resource || d->resource->backend_count == 0)
        return true;
    describe_names(d);
    bool done = add_matched(&p, err) && add_opened(&p, err);
    if (done) {
        tally_sort(&p.members);
        describe_property(d, "Backend Members [Connections]", members_text(&p));
        if (p.unclear)
            describe_property(d, "Connections Not Attributable",
                describe_text(d, "%lld: others came in at the same time and went to other members",
                    (long long)p.unclear));
    }
    tally_done(&p.members);
    return done;
}
