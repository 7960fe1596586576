/* The connections of strangers as contacts: those of whom is no longer one go, those of whom is one now
 * are found. */
#include "correlate/findings/stranger_contacts.h"

#include "correlate/facts/contacts.h"
#include "correlate/facts/legs.h"
#include "correlate/facts/visits.h"
#include "correlate/network/ends.h"
#include "correlate/network/sampling.h"
#include "store/query.h"
#include "util/timefmt.h"

struct work {
    struct store *store;
    const struct strangers_input *input;
    int64_t topic, subject;
    struct ends_cache *ends;
    struct sampled *sampled;
};

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
        "SELECT MIN(n.day), MAX(n.day) FROM strange AS n WHERE n.fresh = 0 AND NOT EXISTS "
        "(SELECT 1 FROM stranger AS s WHERE s.topic = :topic AND s.own = n.own "
        "AND s.door = n.door AND s.day = n.day AND s.net = n.net)");
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
        .answer = outcome_answer(outcome),
        .flags = outcome_flags(outcome),
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
    return forget_gone(w, err) && find_late(w, &lo, &hi, err) && keep_strangers(w, err) &&
           any_stranger(w, &any, err) && (!any || collect(w, lo, hi, err));
}

bool stranger_contacts_update(struct store *s, const struct strangers_input *input, struct err *err)
{
    struct work w = {.store = s, .input = input, .ends = ends_cache_new(s, input->inventory)};
    bool done = (w.ends || err_nomem(err)) && (w.sampled = sampled_new(s, err)) &&
                store_name_id(s, str_of(input->type->code), &w.topic, err) &&
                store_name_id(s, STR(STRANGERS_SUBJECT), &w.subject, err) && update(&w, err);
    sampled_free(w.sampled);
    ends_cache_free(w.ends);
    return done;
}
