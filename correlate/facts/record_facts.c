/* From a stored record to facts: whose ends they are, what each gatherer makes of it, its trace. */
#include "correlate/facts/record_facts.h"

#include "store/query.h"
#include "store/record.h"

static int64_t count_at(struct query *q, int column)
{
    return query_null(q, column) ? -1 : query_i(q, column);
}

int64_t facts_ident(struct str uid, int sensor, const struct conn *conn, int64_t t_us)
{
    uint64_t flow_id = 0;
    if (sensor == SENSOR_ZEEK && uid.len)
        flow_id =
            record_ident_zeek(uid); /* with the ends, so that a uid used twice costs nothing */
    else if (uid.len)
        str_u64(uid, &flow_id);
    return (int64_t)record_ident_eve(flow_id, conn, t_us);
}

static bool look_at_ends(struct pass *p, int64_t orig, int64_t resp, struct end *client,
    struct end *server, enum ends_kind *kind, struct err *err)
{
    if (!ends_look(p->ends, orig, client, err) || !ends_look(p->ends, resp, server, err))
        return false;
    *kind = ends_kind(p->ends, client, server);
    p->totals->transit += *kind == ENDS_TRANSIT;
    return true;
}

static struct placed place(enum ends_kind kind, const struct end *client, const struct end *server)
{
    bool incoming = kind == ENDS_INCOMING;
    return (struct placed){
        .direction = incoming ? DIRECTION_INCOMING : DIRECTION_OUTGOING,
        .internal = kind == ENDS_INTERNAL || kind == ENDS_BACKEND,
        .own = incoming ? *server : *client,
        .remote = incoming ? *client : *server,
    };
}

/* A flow's ends, and what its trace tells. */
struct placed_flow {
    struct conn conn;
    struct end client, server;
    enum ends_kind kind;
    int sensor;
};

/* Facts of Suricata's wait until it is known whether Zeek tells of the same connection. */
static void hold(struct pass *p, int sensor)
{
    bool held = p->traces && sensor == SENSOR_SURICATA;
    sessions_hold(p->sessions, held);
    probes_hold(p->probes, held);
    contacts_hold(p->contacts, held);
}

static bool flow_row(struct pass *p, const struct seen_flow *f, const struct placed_flow *at,
    unsigned *what, struct err *err)
{
    int64_t contacts = contacts_added(p->contacts), probes = probes_added(p->probes);
    if (at->kind != ENDS_BACKEND &&
        !contacts_add_flow(p->contacts, f, at->kind, &at->client, &at->server, err))
        return false;
    *what |= contacts_added(p->contacts) > contacts ? TRACE_CONTACT : 0;
    if (p->contacts_only)
        return true;
    struct placed placed = place(at->kind, &at->client, &at->server);
    if (f->flags & FLOW_DULL) {
        if (at->kind == ENDS_OUTGOING || at->kind == ENDS_INTERNAL)
            probes_watch(p->probes, f, &placed.own);
        return true;
    }
    const struct login_service *service;
    if (!services_of_flow(p->services, f, &service, err))
        return false;
    if (service && f->answer != ANSWER_NONE) {
        *what |= TRACE_SESSION;
        if (!sessions_add_flow(p->sessions, f, &placed, service, err))
            return false;
    }
    if (at->kind != ENDS_INCOMING && at->kind != ENDS_BACKEND &&
        !probes_add_flow(p->probes, f, &placed.own, &placed.remote, placed.internal, err))
        return false;
    *what |= probes_added(p->probes) > probes ? TRACE_PROBE : 0;
    return true;
}

/* Zeek's flows are traced by the pass that reads them first, Suricata's whenever facts come of them. */
static bool trace_flow(struct pass *p, const struct seen_flow *f, const struct placed_flow *at,
    unsigned what, struct err *err)
{
    if (!p->traces || (p->contacts_only && !what))
        return true;
    const struct traced r = {
        .conn = &at->conn,
        .t_us = f->t_us,
        .duration_us = f->duration_us,
        .ident = f->ident,
        .own = at->kind == ENDS_INCOMING ? at->server.id : at->client.id,
        .flow = f->row,
        .sensor = at->sensor,
        .what = what | TRACE_FLOW | (f->answer != ANSWER_NONE ? TRACE_ANSWERED : 0),
    };
    return traces_add(p->traces, &r, err);
}

/* Out of what there is of them beyond the plain ones. */
static int64_t ip_bytes_at(struct query *q, int column, const struct seen_flow *f)
{
    if (query_null(q, column))
        return -1;
    uint64_t plain = record_plain_bytes(f->proto, f->flags, f->orig_bytes, f->orig_pkts);
    return (int64_t)((uint64_t)query_i(q, column) + plain);
}

/* What a visit does not tell. */
static void read_figures(const struct pass *p, struct query *q, struct seen_flow *f)
{
    f->service = query_i(q, 6);
    f->duration_us = count_at(q, 8);
    f->orig_bytes = count_at(q, 9);
    f->resp_bytes = count_at(q, 10);
    f->orig_pkts = count_at(q, 11);
    f->resp_pkts = count_at(q, 12);
    f->orig_ip_bytes = ip_bytes_at(q, 15, f);
    f->scale = sampled_scale(p->sampled, query_i(q, 17));
}

/* Whether the flow is read whole, whoever its ends are: for who joins sensors, for who watches scans, or
 * for facts that are no contacts. */
static bool wanted_anyway(const struct pass *p, const struct seen_flow *f)
{
    return p->traces || probes_watching(p->probes) ||
           (!p->contacts_only && !(f->flags & (FLOW_DULL | FLOW_IDLE)));
}

/* *wanted is false for a flow that is a visit at most: others are only for contacts, and no indicator names
 * its ends. */
static bool is_wanted(struct pass *p, const struct seen_flow *f, const struct placed_flow *at,
    bool *wanted, struct err *err)
{
    *wanted = wanted_anyway(p, f);
    return *wanted ||
           contacts_note_ends(p->contacts, at->kind, &at->client, &at->server, wanted, err);
}

static bool flow_to_facts(struct pass *p, struct query *q, struct err *err)
{
    int64_t outcome = query_i(q, 7);
    struct seen_flow f = {
        .row = query_i(q, 0),
        .t_us = query_i(q, 1),
        .orig = query_i(q, 2),
        .resp = query_i(q, 3),
        .resp_port = (uint16_t)query_i(q, 4),
        .proto = (uint8_t)query_i(q, 5),
        .answer = outcome_answer(outcome),
        .flags = outcome_flags(outcome),
        .orig_port = (uint16_t)query_i(q, 13),
    };
    struct placed_flow at = {.sensor = (int)query_i(q, 16)};
    unsigned what = 0;
    bool wanted;
    if (!look_at_ends(p, f.orig, f.resp, &at.client, &at.server, &at.kind, err))
        return false;
    if (at.kind == ENDS_TRANSIT)
        return true;
    if (f.row <= p->marked_after)
        f.flags &= (uint8_t) ~(FLOW_DULL | FLOW_IDLE);
    if (!is_wanted(p, &f, &at, &wanted, err))
        return false;
    if (!wanted && (p->contacts_only || f.flags & FLOW_IDLE))
        return true;
    if (at.kind == ENDS_INCOMING && !p->contacts_only &&
        !visits_add_flow(p->visits, &f, &at.server, &at.client, err))
        return false;
    if (!wanted)
        return true; /* it was a visit and no more */
    read_figures(p, q, &f);
    at.conn = (struct conn){at.client.ip, at.server.ip, f.orig_port, f.resp_port, f.proto};
    f.ident = facts_ident(query_s(q, 14), at.sensor, &at.conn, f.t_us);
    hold(p, at.sensor);
    return flow_row(p, &f, &at, &what, err) && trace_flow(p, &f, &at, what, err);
}

bool record_skim(struct pass *p, struct query *q, struct skimmed *flow, struct err *err)
{
    flow->row = query_i(q, 0);
    if (!look_at_ends(
            p, query_i(q, 2), query_i(q, 3), &flow->client, &flow->server, &flow->kind, err))
        return false;
    contacts_fetch_ends(p->contacts, &flow->client, &flow->server);
    return true;
}

bool record_note_ends(struct pass *p, const struct skimmed *flow, bool *whole, struct err *err)
{
    return contacts_note_ends(p->contacts, flow->kind, &flow->client, &flow->server, whole, err);
}

bool record_visit(struct pass *p, struct query *q, bool *whole, struct err *err)
{
    struct skimmed at;
    if (!record_skim(p, q, &at, err) || !record_note_ends(p, &at, whole, err))
        return false;
    if (*whole || at.kind != ENDS_INCOMING)
        return true;
    int64_t outcome = query_i(q, 6);
    const struct seen_flow f = {
        .t_us = query_i(q, 1),
        .resp_port = (uint16_t)query_i(q, 4),
        .proto = (uint8_t)query_i(q, 5),
        .answer = outcome_answer(outcome),
        .flags = outcome_flags(outcome),
        .orig_port = (uint16_t)query_i(q, 7),
    };
    return visits_add_flow(p->visits, &f, &at.server, &at.client, err);
}

/* An event inside a connection: a login, a signature, a name. */
static bool trace_event(struct pass *p, const struct conn *conn, int64_t t_us, int64_t ident,
    int64_t own, int sensor, unsigned what, struct err *err)
{
    const struct traced r = {
        .conn = conn, .t_us = t_us, .ident = ident, .own = own, .sensor = sensor, .what = what};
    return !p->traces || traces_add(p->traces, &r, err);
}

static bool login_to_facts(struct pass *p, struct query *q, struct err *err)
{
    struct seen_login l = {
        .row = query_i(q, 0),
        .t_us = query_i(q, 1),
        .port = (uint16_t)query_i(q, 5),
        .success = query_null(q, 10) ? -1 : (int)query_i(q, 10),
        .attempts = count_at(q, 11),
        .key_exchange = query_i(q, 12) != 0,
        .one_try = query_i(q, 13) != 0,
        .scale = sampled_scale(p->sampled, query_i(q, 14)),
    };
    struct end client, server;
    enum ends_kind kind;
    const struct login_service *service;
    if (p->contacts_only)
        return true;
    if (!look_at_ends(p, query_i(q, 2), query_i(q, 3), &client, &server, &kind, err) ||
        !services_of_login(p->services, query_i(q, 7), &service, err))
        return false;
    if (kind == ENDS_TRANSIT || !service)
        return true;
    struct conn conn = {
        client.ip, server.ip, (uint16_t)query_i(q, 4), l.port, (uint8_t)query_i(q, 6)};
    int sensor = (int)query_i(q, 9);
    l.ident = facts_ident(query_s(q, 8), sensor, &conn, l.t_us);
    struct placed placed = place(kind, &client, &server);
    hold(p, sensor);
    return sessions_add_login(p->sessions, &l, &placed, service, err) &&
           trace_event(p, &conn, l.t_us, l.ident, placed.own.id, sensor,
               TRACE_SESSION | (l.one_try ? TRACE_TRY : 0), err);
}

/* Where the record does not tell who the client is, it is taken to have the higher port. */
static bool trace_signature(struct pass *p, const struct seen_signature *g, enum ends_kind kind,
    const struct end *orig, const struct end *resp, struct err *err)
{
    struct conn conn = {orig->ip, resp->ip, g->orig_port, g->resp_port, g->proto};
    const struct end *own = kind == ENDS_INCOMING ? resp : orig;
    if (!g->client_known && g->orig_port < g->resp_port)
        conn = (struct conn){resp->ip, orig->ip, g->resp_port, g->orig_port, g->proto};
    return trace_event(p, &conn, g->t_us, g->ident, own->id, SENSOR_SURICATA, TRACE_CONTACT, err);
}

static bool signature_to_facts(struct pass *p, struct query *q, struct err *err)
{
    struct seen_signature g = {
        .row = query_i(q, 0),
        .t_us = query_i(q, 1),
        .orig_port = (uint16_t)query_i(q, 4),
        .resp_port = (uint16_t)query_i(q, 5),
        .proto = (uint8_t)query_i(q, 6),
        .name = query_i(q, 8),
        .category = query_i(q, 9),
        .sid = query_i(q, 10),
        .answer = (uint8_t)query_i(q, 11),
        .client_known = query_i(q, 12) != 0,
        .scale = sampled_scale(p->sampled, query_i(q, 13)),
    };
    struct end orig, resp;
    enum ends_kind kind;
    if (!look_at_ends(p, query_i(q, 2), query_i(q, 3), &orig, &resp, &kind, err))
        return false;
    if (kind == ENDS_BACKEND ||
        (!g.client_known && ends_kind(p->ends, &resp, &orig) == ENDS_BACKEND))
        return true;
    struct conn conn = {orig.ip, resp.ip, g.orig_port, g.resp_port, g.proto};
    g.ident = facts_ident(query_s(q, 7), SENSOR_SURICATA, &conn, g.t_us);
    int64_t added = contacts_added(p->contacts);
    hold(p, SENSOR_SURICATA);
    return contacts_add_signature(p->contacts, &g, kind, &orig, &resp, err) &&
           (contacts_added(p->contacts) == added ||
               trace_signature(p, &g, kind, &orig, &resp, err));
}

static bool lookup_to_facts(struct pass *p, struct query *q, struct err *err)
{
    struct seen_name n = {
        .row = query_i(q, 0),
        .t_us = query_i(q, 1),
        .resp_port = (uint16_t)query_i(q, 5),
        .proto = (uint8_t)query_i(q, 6),
        .kind = (uint8_t)(query_i(q, 7) & 3),
        .name = query_s(q, 10),
        .prints = query_s(q, 12),
        .scale = sampled_scale(p->sampled, query_i(q, 11)),
    };
    struct end client, server;
    enum ends_kind kind;
    if (!look_at_ends(p, query_i(q, 2), query_i(q, 3), &client, &server, &kind, err))
        return false;
    if (kind == ENDS_BACKEND)
        return true;
    struct conn conn = {client.ip, server.ip, (uint16_t)query_i(q, 4), n.resp_port, n.proto};
    int sensor = (int)query_i(q, 9);
    n.ident = facts_ident(query_s(q, 8), sensor, &conn, n.t_us);
    int64_t added = contacts_added(p->contacts);
    hold(p, sensor);
    return contacts_add_name(p->contacts, &n, &client, &server, err) &&
           (contacts_added(p->contacts) == added ||
               trace_event(p, &conn, n.t_us, n.ident, client.id, sensor, TRACE_CONTACT, err));
}

static bool (*const to_facts[RECORDS])(struct pass *, struct query *, struct err *) = {
    flow_to_facts, login_to_facts, signature_to_facts, lookup_to_facts};

bool record_to_facts(struct pass *p, enum record kind, struct query *q, struct err *err)
{
    return to_facts[kind](p, q, err);
}
