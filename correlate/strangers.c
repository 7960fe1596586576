/* Strangers: what each port's visits of the days before say of a day's sources. */
#include "correlate/strangers.h"

#include "correlate/contacts.h"
#include "correlate/ends.h"
#include "correlate/legs.h"
#include "correlate/sampling.h"
#include "correlate/visits.h"
#include "store/query.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define BLOCK VISITS_BLOCK_DAYS

struct rule {
    int64_t window, days, history;         /* in days */
    int64_t min_learned, most, crowd_most; /* networks */
    unsigned exempt_roles;
};

/* A network's visits to one door in two blocks: bit i is day i of the block before, bit 32 + i of this. */
struct regular {
    int64_t net;
    uint64_t days;
};

struct work {
    struct store *store;
    const struct strangers_input *input;
    struct rule rule;
    int64_t topic, subject;
    struct ends_cache *ends;
    struct sampled *sampled;
    struct regular *list, *next; /* of the block at hand, and of the one after: in order of net */
    size_t count, next_count;
};

const struct tier *strangers_tier(const struct alert_type *type)
{
    for (int i = 0; i < type->tier_count; i++)
        if (tier_value(&type->tiers[i], "learned_days", 0) > 0)
            return &type->tiers[i];
    return NULL;
}

bool strangers_know(const char *parameter)
{
    static const char *const names[] = {"learned_days", "learned_window", "min_history",
        "min_learned", "public_sources", "crowd_sources"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], parameter) == 0)
            return true;
    return false;
}

static struct rule rule_of(const struct tier *tier)
{
    int64_t window = tier_value(tier, "learned_window", 0) / TIME_US_DAY;
    return (struct rule){
        .window = window < BLOCK ? window : BLOCK,
        .days = tier_value(tier, "learned_days", 1),
        .history = tier_value(tier, "min_history", 0) / TIME_US_DAY,
        .min_learned = tier_value(tier, "min_learned", 1),
        .most = tier_value(tier, "public_sources", INT64_MAX),
        .crowd_most = tier_value(tier, "crowd_sources", INT64_MAX),
        .exempt_roles = tier->exempt_roles,
    };
}

static const char fresh_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS strange_door (own INTEGER, door INTEGER, first INTEGER, "
    "PRIMARY KEY (own, door)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS strange (own INTEGER, door INTEGER, day INTEGER, net INTEGER, "
    "block INTEGER, bit INTEGER, PRIMARY KEY (own, door, day, net)) WITHOUT ROWID;"
    "DELETE FROM strange_door; DELETE FROM strange;";

/* Doors to look at, each from the first block on in which anything is new. */
static const char doors_fresh[] =
    "INSERT INTO strange_door SELECT own, door, MIN(block) FROM fresh_visit GROUP BY own, door";
static const char doors_all[] =
    "INSERT INTO strange_door SELECT own, door, MIN(block) FROM visit GROUP BY own, door /* scans visit: the type is judged anew */";

/* ------------------------------------------------------------------ one door */

static bool add_stranger(
    struct work *w, int64_t own, int64_t door, int64_t block, int bit, int64_t net, struct err *err)
{
    struct query *q = store_query(w->store, "strangers",
        "INSERT INTO strange VALUES (:own, :door, :day, :net, :block, :bit)");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":door", door);
    query_bind_i(q, ":day", block * BLOCK + bit);
    query_bind_i(q, ":net", net);
    query_bind_i(q, ":block", block);
    query_bind_i(q, ":bit", bit);
    query_step(q);
    return query_done(q, err);
}

/* On how many days of the window before that day the network came. */
static int days_before(const struct work *w, uint64_t days, int bit)
{
    uint64_t seen = days >> (BLOCK + bit - w->rule.window);
    return __builtin_popcountll(seen & ((UINT64_C(1) << w->rule.window) - 1));
}

static bool judge_day(
    struct work *w, int64_t own, int64_t door, int64_t block, int bit, struct err *err)
{
    int64_t came = 0, known = 0, learned = 0;
    for (size_t i = 0; i < w->count; i++) {
        int days = days_before(w, w->list[i].days, bit);
        came += w->list[i].days >> (BLOCK + bit) & 1;
        known += days > 0;
        learned += days >= w->rule.days;
    }
    if (came == 0 || learned < w->rule.min_learned || learned > w->rule.most ||
        known > w->rule.crowd_most)
        return true;
    for (size_t i = 0; i < w->count; i++)
        if (w->list[i].days >> (BLOCK + bit) & 1 &&
            days_before(w, w->list[i].days, bit) < w->rule.days &&
            !add_stranger(w, own, door, block, bit, w->list[i].net, err))
            return false;
    return true;
}

/* Reads a block's networks into w->next, beside what w->list says of the block before. */
static bool load_block(
    struct work *w, int64_t own, int64_t door, int64_t block, bool *any, struct err *err)
{
    size_t at = 0;
    struct query *q = store_query(w->store, "visits of a port",
        "SELECT net, days FROM visit WHERE own = :own AND door = :door AND block = :block "
        "ORDER BY net LIMIT :max");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":door", door);
    query_bind_i(q, ":block", block);
    query_bind_i(q, ":max", VISITS_NETWORKS_MAX);
    w->next_count = 0;
    *any = false;
    while (query_step(q)) {
        int64_t net = query_i(q, 0);
        uint64_t days = (uint64_t)query_i(q, 1) << BLOCK;
        *any = true;
        for (; at < w->count && w->list[at].net <= net; at++) {
            uint64_t before = w->list[at].days >> BLOCK;
            if (w->list[at].net == net)
                days |= before;
            else if (before)
                w->next[w->next_count++] = (struct regular){w->list[at].net, before};
        }
        w->next[w->next_count++] = (struct regular){net, days};
    }
    for (; at < w->count; at++)
        if (w->list[at].days >> BLOCK)
            w->next[w->next_count++] = (struct regular){w->list[at].net, w->list[at].days >> BLOCK};
    struct regular *list = w->list;
    w->list = w->next;
    w->next = list;
    w->count = w->next_count;
    return query_done(q, err);
}

/* The first day on which the door answered anybody, and its last block. */
static bool reach_of(struct work *w, int64_t own, int64_t door, int64_t *first_day,
    int64_t *last_block, struct err *err)
{
    int64_t first = 0;
    uint64_t days = 0;
    struct query *q = store_query(w->store, "first visits",
        "SELECT block, days, (SELECT MAX(block) FROM visit WHERE own = :own AND door = :door) "
        "FROM visit WHERE own = :own AND door = :door AND block = "
        "(SELECT MIN(block) FROM visit WHERE own = :own AND door = :door)");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":door", door);
    while (query_step(q)) {
        first = query_i(q, 0);
        days |= (uint64_t)query_i(q, 1);
        *last_block = query_i(q, 2);
    }
    *first_day = first * BLOCK + (days ? __builtin_ctzll(days) : 0);
    return query_done(q, err);
}

static bool is_exempt(struct work *w, int64_t own, bool *exempt, struct err *err)
{
    struct ipaddr ip;
    if (!store_address(w->store, own, &ip, err))
        return false;
    const struct resource *resource = inventory_find(w->input->inventory, &ip);
    *exempt = resource && resource->roles & w->rule.exempt_roles;
    return true;
}

static bool judge_door(struct work *w, int64_t own, int64_t door, int64_t from, struct err *err)
{
    int64_t first_day, last_block = 0;
    bool exempt, any;
    if (!is_exempt(w, own, &exempt, err) || !reach_of(w, own, door, &first_day, &last_block, err))
        return false;
    if (exempt || last_block * BLOCK + BLOCK - 1 < first_day + w->rule.history)
        return true;
    w->count = 0;
    if (!load_block(w, own, door, from - 1, &any, err))
        return false;
    for (int64_t block = from; block <= last_block; block++) {
        if (!load_block(w, own, door, block, &any, err))
            return false;
        for (int bit = 0; any && bit < BLOCK; bit++)
            if (block * BLOCK + bit >= first_day + w->rule.history &&
                !judge_day(w, own, door, block, bit, err))
                return false;
    }
    return true;
}

static bool judge_doors(struct work *w, struct err *err)
{
    bool done = true;
    struct query *q =
        store_query(w->store, "ports with new visits", "SELECT own, door, first FROM strange_door");
    while (done && query_step(q))
        done = judge_door(w, query_i(q, 0), query_i(q, 1), query_i(q, 2), err);
    return query_done(q, err) && done;
}

/* ------------------------------------------------------------------ who is none any more */

static bool note_changed(struct work *w, int64_t own, int64_t t_us, struct err *err)
{
    struct query *q = store_query(w->store, "changed contacts",
        "INSERT INTO changed_contact (topic, own, lo, hi) VALUES (:topic, :own, :t, :t) "
        "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":t", t_us);
    query_step(q);
    return query_done(q, err);
}

/* What was the other half of a connection through a balancer has to find another one, or counts. */
static bool note_halves(struct work *w, int64_t pool, int64_t remote, int64_t t_us, struct err *err)
{
    if (pool == 0)
        return true;
    struct query *q = store_query(w->store, "halves of a stranger's connection",
        "INSERT INTO changed_contact (topic, own, lo, hi) SELECT topic, own, MIN(t), MAX(t) "
        "FROM contact INDEXED BY contact_of_pool WHERE pool = :pool AND pool <> 0 "
        "AND topic = :topic AND subject = :subject AND remote = :remote "
        "AND t BETWEEN :t - :tolerance AND :t + :tolerance GROUP BY topic, own "
        "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)");
    query_bind_i(q, ":pool", pool);
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":subject", w->subject);
    query_bind_i(q, ":remote", remote);
    query_bind_i(q, ":t", t_us);
    query_bind_i(q, ":tolerance", LEGS_TOLERANCE_US);
    query_step(q);
    return query_done(q, err);
}

static bool forget_contact(
    struct work *w, int64_t own, int64_t t_us, int64_t ident, struct err *err)
{
    struct query *q = store_query(w->store, "forget contact",
        "DELETE FROM contact WHERE topic = :topic AND own = :own AND subject = :subject "
        "AND t = :t AND ident = :ident");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":subject", w->subject);
    query_bind_i(q, ":t", t_us);
    query_bind_i(q, ":ident", ident);
    query_step(q);
    return query_done(q, err) && note_changed(w, own, t_us, err);
}

/* The contacts of one that was a stranger go. */
static bool forget_stranger(struct work *w, const int64_t gone[4], struct err *err)
{
    int64_t own = gone[0], door = gone[1], day = gone[2], net;
    bool done = true;
    struct end remote;
    struct query *q = store_query(w->store, "contacts of a stranger",
        "SELECT t, ident, remote, pool FROM contact WHERE topic = :topic AND own = :own "
        "AND subject = :subject AND t BETWEEN :lo AND :hi AND port = :port AND proto = :proto");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":subject", w->subject);
    query_bind_i(q, ":lo", day * TIME_US_DAY);
    query_bind_i(q, ":hi", day * TIME_US_DAY + TIME_US_DAY - 1);
    query_bind_i(q, ":port", door >> 8);
    query_bind_i(q, ":proto", door & 255);
    while (done && query_step(q))
        done = ends_look(w->ends, query_i(q, 2), &remote, err) &&
               visits_network(w->store, &remote, &net, err) &&
               (net != gone[3] || (note_halves(w, query_i(q, 3), remote.id, query_i(q, 0), err) &&
                                      forget_contact(w, own, query_i(q, 0), query_i(q, 1), err)));
    return query_done(q, err) && done;
}

#define NO_LONGER                                                                                                                         \
    "FROM strange_door AS k CROSS JOIN stranger AS s ON s.topic = :topic AND s.own = k.own "                                              \
    "AND s.door = k.door AND s.day >= k.first * 32 WHERE NOT EXISTS (SELECT 1 FROM strange AS n WHERE n.own = s.own AND n.door = s.door " \
    "AND n.day = s.day AND n.net = s.net)"

static bool forget_gone(struct work *w, struct err *err)
{
    bool done = true;
    struct query *q =
        store_query(w->store, "no strangers", "SELECT s.own, s.door, s.day, s.net " NO_LONGER);
    query_bind_i(q, ":topic", w->topic);
    while (done && query_step(q))
        done = forget_stranger(
            w, (const int64_t[]){query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)}, err);
    if (!query_done(q, err) || !done)
        return false;
    q = store_query(w->store, "no strangers",
        "DELETE FROM stranger WHERE (topic, own, door, day, net) IN "
        "(SELECT s.topic, s.own, s.door, s.day, s.net " NO_LONGER ")");
    query_bind_i(q, ":topic", w->topic);
    query_step(q);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ who is one now */

/* Strangers whose visits earlier runs have seen, before they were strangers: *lo..*hi are their days;
 * lo > hi without any. */
static bool find_late(struct work *w, int64_t *lo, int64_t *hi, struct err *err)
{
    struct query *q = store_query(w->store, "strangers of earlier runs",
        "SELECT MIN(n.day), MAX(n.day) FROM strange AS n WHERE NOT EXISTS "
        "(SELECT 1 FROM stranger AS s WHERE s.topic = :topic AND s.own = n.own "
        "AND s.door = n.door AND s.day = n.day AND s.net = n.net) AND NOT EXISTS "
        "(SELECT 1 FROM fresh_visit AS f WHERE f.own = n.own AND f.door = n.door "
        "AND f.block = n.block AND f.net = n.net AND f.days >> n.bit & 1 <> 0)");
    query_bind_i(q, ":topic", w->topic);
    *lo = 0;
    *hi = -1;
    if (query_step(q) && !query_null(q, 0)) {
        *lo = query_i(q, 0);
        *hi = query_i(q, 1);
    }
    return query_done(q, err);
}

static bool keep_strangers(struct work *w, struct err *err)
{
    struct query *q = store_query(w->store, "new strangers",
        "INSERT OR IGNORE INTO stranger SELECT :topic, own, door, day, net FROM strange");
    query_bind_i(q, ":topic", w->topic);
    query_step(q);
    return query_done(q, err);
}

static bool is_stranger(
    struct work *w, const struct seen_flow *f, const struct end *remote, bool *yes, struct err *err)
{
    int64_t net;
    if (!visits_network(w->store, remote, &net, err))
        return false;
    struct query *q = store_query(w->store, "stranger",
        "SELECT 1 FROM stranger WHERE topic = :topic AND own = :own AND door = :door "
        "AND day = :day AND net = :net");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":own", f->resp);
    query_bind_i(q, ":door", visits_door(f));
    query_bind_i(q, ":day", time_day(f->t_us));
    query_bind_i(q, ":net", net);
    *yes = query_step(q);
    return query_done(q, err);
}

/* Of two records under one name, the one that tells more is shown: as for all contacts. */
static bool add_contact(struct work *w, const struct seen_flow *f, const struct end *client,
    const struct end *server, struct err *err)
{
    struct query *q = store_query(w->store, "contact with a stranger",
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags, flow, roles, "
        "pool, scale) VALUES (:topic, :own, :subject, :t, :ident, :remote, :port, :proto, :flags, :flow, "
        ":roles, :pool, :scale) ON CONFLICT DO UPDATE SET scale = min(scale, excluded.scale), flow = (SELECT f.id FROM flow AS f "
        "WHERE f.id IN (flow, excluded.flow) ORDER BY f.orig_bytes DESC, f.resp_bytes DESC, f.id "
        "LIMIT 1)");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":own", f->resp);
    query_bind_i(q, ":subject", w->subject);
    query_bind_i(q, ":t", f->t_us);
    query_bind_i(q, ":ident", f->ident);
    query_bind_i(q, ":remote", f->orig);
    query_bind_i(q, ":port", f->resp_port);
    query_bind_i(q, ":proto", f->proto);
    query_bind_i(q, ":flags", CONTACT_ANSWERED | CONTACT_INBOUND);
    query_bind_i(q, ":flow", f->row);
    query_bind_i(q, ":roles", client->resource ? client->resource->roles : 0);
    query_bind_i(q, ":pool", server->resource ? server->resource->group : 0);
    query_bind_i(q, ":scale", f->scale);
    query_step(q);
    return query_done(q, err) && note_changed(w, f->resp, f->t_us, err);
}

static bool take_flow(struct work *w, struct query *q, struct err *err)
{
    int64_t outcome = query_i(q, 7);
    struct end client, server;
    bool yes = false;
    struct seen_flow f = {
        .row = query_i(q, 0),
        .t_us = query_i(q, 1),
        .orig = query_i(q, 2),
        .resp = query_i(q, 3),
        .orig_port = (uint16_t)query_i(q, 4),
        .resp_port = (uint16_t)query_i(q, 5),
        .proto = (uint8_t)query_i(q, 6),
        .answer = (uint8_t)(outcome & 3),
        .flags = (uint8_t)(outcome / OUTCOME_FLAGS),
        .scale = sampled_scale(w->sampled, query_i(q, 10)),
    };
    if (!visits_counts(&f))
        return true;
    if (!ends_look(w->ends, f.orig, &client, err) || !ends_look(w->ends, f.resp, &server, err))
        return false;
    if (ends_kind(w->ends, &client, &server) != ENDS_INCOMING)
        return true;
    if (!is_stranger(w, &f, &client, &yes, err))
        return false;
    if (!yes)
        return true;
    struct conn conn = {client.ip, server.ip, f.orig_port, f.resp_port, f.proto};
    f.ident = facts_ident(query_s(q, 8), (int)query_i(q, 9), &conn, f.t_us);
    return add_contact(w, &f, &client, &server, err);
}

/* Their connections, out of the new flows, and out of those of the days lo..hi. */
static bool collect(struct work *w, int64_t lo, int64_t hi, struct err *err)
{
    bool done = true;
    struct query *q = store_query(w->store, "connections of strangers",
        "SELECT f.id, f.t, f.orig, f.resp, f.orig_port, f.resp_port, f.proto, f.outcome, f.uid, "
        "z.sensor, z.source FROM stretch AS z /* scans stretch: a row for many flows */ "
        "CROSS JOIN flow AS f ON f.id BETWEEN z.first AND z.last "
        "WHERE (z.last > :after OR (z.t_max >= :lo AND z.t_min <= :hi)) AND f.outcome & 3 = 2 "
        "AND f.resp BETWEEN (SELECT MIN(own) FROM stranger WHERE topic = :topic) "
        "AND (SELECT MAX(own) FROM stranger WHERE topic = :topic) AND EXISTS "
        "(SELECT 1 FROM stranger AS s WHERE s.topic = :topic AND s.own = f.resp) "
        "AND f.t <= :horizon");
    query_bind_i(q, ":topic", w->topic);
    query_bind_i(q, ":after", w->input->flows_after);
    query_bind_i(q, ":lo", lo * TIME_US_DAY);
    query_bind_i(q, ":hi", hi * TIME_US_DAY + TIME_US_DAY - 1);
    query_bind_i(q, ":horizon", w->input->horizon_us);
    while (done && query_step(q))
        done = take_flow(w, q, err);
    return query_done(q, err) && done;
}

static bool any_stranger(struct work *w, bool *any, struct err *err)
{
    struct query *q = store_query(
        w->store, "any stranger", "SELECT 1 FROM stranger WHERE topic = :topic LIMIT 1");
    query_bind_i(q, ":topic", w->topic);
    *any = query_step(q);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ all */

static bool update(struct work *w, struct err *err)
{
    int64_t lo, hi;
    bool any;
    return store_script(w->store, "strangers", fresh_tables, err) &&
           store_do(w->store, "ports with new visits",
               w->input->everywhere ? doors_all : doors_fresh, err) &&
           judge_doors(w, err) && forget_gone(w, err) && find_late(w, &lo, &hi, err) &&
           keep_strangers(w, err) && any_stranger(w, &any, err) &&
           (!any || collect(w, lo, hi, err));
}

bool strangers_update(struct store *s, const struct strangers_input *input, struct err *err)
{
    const struct tier *tier = strangers_tier(input->type);
    if (!tier)
        return true;
    struct work w = {
        .store = s,
        .input = input,
        .rule = rule_of(tier),
        .ends = ends_cache_new(s, input->inventory),
        .list = malloc(2 * VISITS_NETWORKS_MAX * sizeof *w.list),
        .next = malloc(2 * VISITS_NETWORKS_MAX * sizeof *w.next),
    };
    bool done = ((w.ends && w.list && w.next) || err_nomem(err)) &&
                (w.sampled = sampled_new(s, err)) &&
                store_name_id(s, str_of(input->type->code), &w.topic, err) &&
                store_name_id(s, STR(STRANGERS_SUBJECT), &w.subject, err) && update(&w, err);
    sampled_free(w.sampled);
    ends_cache_free(w.ends);
    free(w.list);
    free(w.next);
    return done;
}
