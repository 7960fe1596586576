/* The one pass over new records. */
#include "correlate/facts.h"

#include "correlate/contacts.h"
#include "correlate/ends.h"
#include "correlate/joins.h"
#include "correlate/probes.h"
#include "correlate/sampling.h"
#include "correlate/services.h"
#include "correlate/sessions.h"
#include "correlate/traces.h"
#include "correlate/visits.h"
#include "correlate/worm.h"
#include "store/query.h"
#include "store/record.h"
#include "util/timefmt.h"

/* Order is stored, in table `later`. */
enum record { RECORD_FLOW, RECORD_LOGIN, RECORD_SIGNATURE, RECORD_LOOKUP, RECORDS };

/* Home networks as ranges of address ids, for a first choice of flows in SQL: IPv4 alone. More than
 * there is room for become wider ranges; then `exact` is 0, and they only tell who may be at home. */
#define RANGES 4
struct home_ranges {
    int64_t lo[RANGES], hi[RANGES];
    int count, exact;
};

struct pass {
    struct store *store;
    struct ends_cache *ends;
    struct services *services;
    struct sessions *sessions;
    struct probes *probes;
    struct contacts *contacts;
    struct sampled *sampled;
    struct visits *visits;
    struct home_ranges home;
    struct traces *traces; /* NULL: only one sensor has been read */
    bool second_sensor; /* it is new: what was read of the first is read once more, to be joined */
    int64_t horizon_us; /* later records wait */
    bool contacts_only;
    bool all_flows; /* marks do not count: they were made for other services, or are not trusted */
    bool
        dull_matter; /* marked flows matter, too: there are indicators, or scans to look at again */
    struct facts_totals *totals;
};

/* ------------------------------------------------------------------ tables */

static const char fresh_changes[] =
    "CREATE TEMP TABLE IF NOT EXISTS changed_attempt (direction INTEGER, service INTEGER, "
    "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, "
    "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS changed_probe (own INTEGER PRIMARY KEY, lo INTEGER, "
    "hi INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS changed_contact (topic INTEGER, own INTEGER, lo INTEGER, "
    "hi INTEGER, PRIMARY KEY (topic, own)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS fresh_visit (own INTEGER, door INTEGER, block INTEGER, "
    "net INTEGER, days INTEGER, PRIMARY KEY (own, door, block, net)) WITHOUT ROWID;"
    "DELETE FROM changed_attempt; DELETE FROM changed_probe; DELETE FROM changed_contact;"
    "DELETE FROM fresh_visit;";

static const char forget_all[] =
    "DELETE FROM session; DELETE FROM attempt; DELETE FROM probe; DELETE FROM contact;"
    "DELETE FROM listed; DELETE FROM named; DELETE FROM talker; DELETE FROM meeting; DELETE FROM rollup; DELETE FROM finding;"
    "DELETE FROM calm; DELETE FROM later; DELETE FROM trace; DELETE FROM twin; DELETE FROM held_probe;"
    "DELETE FROM held_contact; DELETE FROM skew_sample; DELETE FROM skew;"
    "DELETE FROM visit; DELETE FROM stranger; DELETE FROM suspect;"
    "DELETE FROM state WHERE name IN ('facts flow', 'facts login', 'facts signature', "
    "'facts lookup');";

static const char forget_contacts[] =
    "DELETE FROM contact; DELETE FROM held_contact; DELETE FROM stranger; DELETE FROM talker;"
    "DELETE FROM meeting; DELETE FROM named; DELETE FROM listed;";

/* Marked flows from outside that a machine of ours answered are visits. */
#define IN_RANGE(id, n) "f." id " BETWEEN :lo" n " AND :hi" n
#define IN_RANGES(id)                                                                              \
    "(" IN_RANGE(id, "0") " OR " IN_RANGE(id, "1") " OR " IN_RANGE(id, "2") " OR " IN_RANGE(       \
        id, "3") ")"
#define INCOMING ":exact <> 0 AND " IN_RANGES("resp") " AND NOT " IN_RANGES("orig")
#define MAYBE_VISIT                                                                                \
    "f.outcome & 3 = 2 AND NOT (:exact <> 0 AND " IN_RANGES(                                       \
        "orig") ") "                                                                               \
                "AND (" IN_RANGES("resp") " OR f.resp >= 4294967296)"

/* Where the pass has got to, and how its rows are read: those after :after, or those that waited. */
#define FLOW_COLUMNS                                                                               \
    "f.id, f.t, f.orig, f.resp, f.resp_port, f.proto, f.service, f.outcome, f.duration, "          \
    "f.orig_bytes, f.resp_bytes, f.orig_pkts, f.resp_pkts, f.orig_port, f.uid, "                   \
    "f.orig_headers + ifnull(f.orig_bytes, 0) + "                                                  \
    "CASE WHEN f.proto <> 6 THEN 28 WHEN f.outcome & 256 THEN 46 ELSE 40 END * "                   \
    "ifnull(min(f.orig_pkts, 1000000000000000), 0), "                                              \
    "z.sensor, z.source"
#define LOGIN_COLUMNS                                                                              \
    "l.id, l.t, l.orig, l.resp, l.orig_port, l.resp_port, l.proto, l.service, l.uid, l.sensor, "   \
    "l.success, l.attempts, l.key_exchange, l.one_try, l.source"
#define SIGNATURE_COLUMNS                                                                          \
    "g.id, g.t, g.orig, g.resp, g.orig_port, g.resp_port, g.proto, g.uid, g.name, g.category, "    \
    "g.sid, g.answer, g.client_known, g.source"
#define LOOKUP_COLUMNS                                                                             \
    "n.id, n.t, n.orig, n.resp, n.orig_port, n.resp_port, n.proto, n.outcome, n.uid, n.sensor, "   \
    "n.name, n.source, n.prints"

static const struct reading {
    const char *state;   /* how far it got */
    const char *last;    /* the newest row there is */
    const char *fresh;   /* rows after :after up to :upto */
    const char *waiting; /* rows that waited and are due by :horizon */
} readings[RECORDS] = {
    {"facts flow", "SELECT last FROM stretch WHERE first = (SELECT max(first) FROM stretch)",
        "SELECT " FLOW_COLUMNS " FROM stretch AS z CROSS JOIN flow AS f "
        "ON f.id BETWEEN z.first AND z.last WHERE z.first > :after AND z.first <= :upto "
        "AND (((f.outcome & :skip) = 0 AND NOT (f.outcome & :outward <> 0 AND " INCOMING
        ")) OR (" MAYBE_VISIT "))",
        "SELECT " FLOW_COLUMNS " FROM later AS w CROSS JOIN flow AS f ON f.id = w.id "
        "CROSS JOIN stretch AS z ON z.first = (SELECT max(y.first) FROM stretch AS y "
        "WHERE y.first <= w.id) WHERE w.kind = 0 AND w.t <= :horizon"},
    {"facts login", "SELECT max(id) FROM login",
        "SELECT " LOGIN_COLUMNS " FROM login AS l WHERE l.id > :after AND l.id <= :upto",
        "SELECT " LOGIN_COLUMNS " FROM later AS w CROSS JOIN login AS l ON l.id = w.id "
        "WHERE w.kind = 1 AND w.t <= :horizon"},
    {"facts signature", "SELECT max(id) FROM signature",
        "SELECT " SIGNATURE_COLUMNS " FROM signature AS g WHERE g.id > :after AND g.id <= :upto "
        "AND g.sensor <> 1", /* Zeek's notices raise no alert */
        "SELECT " SIGNATURE_COLUMNS " FROM later AS w CROSS JOIN signature AS g ON g.id = w.id "
        "WHERE w.kind = 2 AND w.t <= :horizon"},
    {"facts lookup",
        "SELECT id * 65536 + rows - 1 FROM lookup_page WHERE id = (SELECT max(id) FROM lookup_page)",
        "SELECT " LOOKUP_COLUMNS " FROM lookup AS n WHERE n.id > :after AND n.id <= :upto",
        "SELECT " LOOKUP_COLUMNS " FROM later AS w CROSS JOIN lookup AS n ON n.id = w.id "
        "WHERE w.kind = 3 AND w.t <= :horizon"},
};

static int64_t count_at(struct query *q, int column)
{
    return query_null(q, column) ? -1 : query_i(q, column);
}

/* ------------------------------------------------------------------ one record */

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

/* What facts.c needs of a flow besides what facts do. */
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
    if (f->flags & FLOW_DULL && !p->all_flows) {
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

/* What a visit does not tell. */
static void read_figures(const struct pass *p, struct query *q, struct seen_flow *f)
{
    f->service = query_i(q, 6);
    f->duration_us = count_at(q, 8);
    f->orig_bytes = count_at(q, 9);
    f->resp_bytes = count_at(q, 10);
    f->orig_pkts = count_at(q, 11);
    f->resp_pkts = count_at(q, 12);
    f->orig_ip_bytes = count_at(q, 15);
    f->scale = sampled_scale(p->sampled, query_i(q, 17));
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
        .answer = (uint8_t)(outcome & 3), /* store/put.c packs them */
        .flags = (uint8_t)(outcome / OUTCOME_FLAGS),
        .orig_port = (uint16_t)query_i(q, 13),
    };
    struct placed_flow at = {.sensor = (int)query_i(q, 16)};
    unsigned what = 0;
    if (!look_at_ends(p, f.orig, f.resp, &at.client, &at.server, &at.kind, err))
        return false;
    if (at.kind == ENDS_TRANSIT)
        return true;
    if (at.kind == ENDS_INCOMING && !p->contacts_only &&
        !visits_add_flow(p->visits, &f, &at.server, &at.client, err))
        return false;
    if (f.flags & FLOW_DULL && !p->all_flows && !p->dull_matter && !p->traces)
        return true; /* it was a visit and no more */
    read_figures(p, q, &f);
    at.conn = (struct conn){at.client.ip, at.server.ip, f.orig_port, f.resp_port, f.proto};
    f.ident = facts_ident(query_s(q, 14), at.sensor, &at.conn, f.t_us);
    hold(p, at.sensor);
    return flow_row(p, &f, &at, &what, err) && trace_flow(p, &f, &at, what, err);
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
    const char *name;
    if (p->contacts_only)
        return true;
    if (!look_at_ends(p, query_i(q, 2), query_i(q, 3), &client, &server, &kind, err) ||
        !store_name(p->store, query_i(q, 7), &name, err))
        return false;
    const struct login_service *service = services_named(p->services, name);
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

/* ------------------------------------------------------------------ all records */

static bool put_off(struct pass *p, enum record kind, struct query *row, struct err *err)
{
    struct query *q = store_query(
        p->store, "put off", "INSERT OR IGNORE INTO later (kind, id, t) VALUES (:kind, :id, :t)");
    query_bind_i(q, ":kind", kind);
    query_bind_i(q, ":id", query_i(row, 0));
    query_bind_i(q, ":t", query_i(row, 1));
    query_step(q);
    return query_done(q, err);
}

static bool read_rows(struct pass *p, enum record kind, struct query *q, struct err *err)
{
    bool done = true;
    while (done && query_step(q)) {
        if (query_i(q, 1) > p->horizon_us) {
            done = put_off(p, kind, q, err);
            continue;
        }
        if (kind == RECORD_FLOW && !p->contacts_only && query_i(q, 0) <= p->totals->flows_after)
            p->totals->flows_after = 0; /* it waited */
        done = to_facts[kind](p, q, err);
    }
    return query_done(q, err) && done;
}

/* The nearest two become one where there is no room for another. */
static void add_range(struct home_ranges *home, int64_t lo, int64_t hi)
{
    int at = home->count;
    if (at == RANGES) {
        int64_t best = INT64_MAX;
        for (int i = 0; i < RANGES; i++) {
            int64_t from = home->lo[i] < lo ? home->lo[i] : lo;
            int64_t to = home->hi[i] > hi ? home->hi[i] : hi;
            if (to - from < best) {
                best = to - from;
                at = i;
            }
        }
        home->exact = 0;
        lo = home->lo[at] < lo ? home->lo[at] : lo;
        hi = home->hi[at] > hi ? home->hi[at] : hi;
    } else {
        home->count++;
    }
    home->lo[at] = lo;
    home->hi[at] = hi;
}

static struct home_ranges ranges_of(const struct inventory *inventory)
{
    struct home_ranges home = {.exact = 1};
    for (size_t i = 0; i < inventory->home_count; i++) {
        const struct cidr *net = &inventory->home[i];
        if (!ip_is_v4(&net->ip))
            continue;
        int64_t lo = (int64_t)ip_v4(&net->ip) - (INT64_C(1) << 31); /* store_address_id() */
        add_range(&home, lo, lo + (INT64_C(1) << (32 - net->bits)) - 1);
    }
    return home;
}

static bool read_span(
    struct pass *p, enum record kind, int64_t after, int64_t upto, struct err *err)
{
    struct query *q = store_query(p->store, readings[kind].state, readings[kind].fresh);
    query_bind_i(q, ":after", after);
    query_bind_i(q, ":upto", upto);
    bool marks_count = !p->all_flows && !p->dull_matter && !p->traces;
    query_bind_i_if(q, ":skip", marks_count ? FLOW_DULL * OUTCOME_FLAGS : 0);
    query_bind_i_if(q, ":outward", marks_count ? FLOW_OUTWARD * OUTCOME_FLAGS : 0);
    query_bind_i_if(q, ":exact", p->home.exact);
    for (int i = 0; i < RANGES; i++) {
        char lo[] = {':', 'l', 'o', (char)('0' + i), '\0'},
             hi[] = {':', 'h', 'i', (char)('0' + i), '\0'};
        query_bind_i_if(q, lo, i < p->home.count ? p->home.lo[i] : 1);
        query_bind_i_if(q, hi, i < p->home.count ? p->home.hi[i] : 0);
    }
    return read_rows(p, kind, q, err);
}

/* The rows that no pass has seen: those after *after, up to *upto. */
static bool unseen_rows(
    struct store *s, const struct reading *r, int64_t *after, int64_t *upto, struct err *err)
{
    if (!store_state_get(s, r->state, 0, after, err))
        return false;
    struct query *q = store_query(s, "newest row", r->last);
    *upto = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

bool facts_waiting(struct store *s, int64_t now_us, bool *yes, struct err *err)
{
    struct query *q =
        store_query(s, "records that are due", "SELECT 1 FROM later WHERE t <= :horizon LIMIT 1");
    query_bind_i(q, ":horizon", now_us + FACTS_FUTURE_US);
    *yes = query_step(q);
    if (!query_done(q, err))
        return false;
    for (int kind = 0; kind < RECORDS && !*yes; kind++) {
        int64_t after, upto;
        if (!unseen_rows(s, &readings[kind], &after, &upto, err))
            return false;
        *yes = after != upto;
    }
    return true;
}

static bool read_kind(struct pass *p, enum record kind, enum facts_scope scope, struct err *err)
{
    int64_t after, upto;
    const struct reading *r = &readings[kind];
    if (!unseen_rows(p->store, r, &after, &upto, err))
        return false;
    if (kind == RECORD_LOOKUP && !worm_note_names(p->store, after, upto, err))
        return false;
    if (kind == RECORD_LOOKUP && !contacts_match_names(p->contacts)) /* nothing to look for */
        return upto == after || store_state_set(p->store, r->state, upto, err);
    if (p->second_sensor && !read_span(p, kind, 0, after, err))
        return false;
    if (kind == RECORD_FLOW)
        p->totals->flows_after = after;
    p->contacts_only = scope == FACTS_CONTACTS;
    if (p->contacts_only && !read_span(p, kind, 0, after, err))
        return false;
    p->contacts_only = false;
    struct query *q = store_query(p->store, "records that waited", r->waiting);
    query_bind_i(q, ":horizon", p->horizon_us);
    p->totals->records += upto - after;
    return read_rows(p, kind, q, err) &&
           (upto == after || (read_span(p, kind, after, upto, err) &&
                                 store_state_set(p->store, r->state, upto, err)));
}

static bool read_all(struct pass *p, enum facts_scope scope, struct err *err)
{
    for (int kind = 0; kind < RECORDS; kind++)
        if (!read_kind(p, (enum record)kind, scope, err))
            return false;
    struct query *q =
        store_query(p->store, "no longer waiting", "DELETE FROM later WHERE t <= :horizon");
    query_bind_i(q, ":horizon", p->horizon_us);
    query_step(q);
    return query_done(q, err) && sessions_flush(p->sessions, err) && probes_flush(p->probes, err) &&
           contacts_flush(p->contacts, err) && visits_flush(p->visits, err) &&
           (!p->traces ||
               (traces_settle(p->traces, err) && joins_update(p->store, p->sessions, err)));
}

/* Traces are kept from the moment on when both sensors are there. */
static bool watch_sensors(struct pass *p, enum facts_scope scope, struct err *err)
{
    int64_t after[RECORDS], upto, before;
    bool both;
    for (int kind = 0; kind < RECORDS; kind++)
        if (!unseen_rows(p->store, &readings[kind], &after[kind], &upto, err))
            return false;
    if (!contacts_match_names(p->contacts))
        after[RECORD_LOOKUP] = upto; /* they do not matter, and are many */
    else if (scope != FACTS_NEW)
        after[RECORD_LOOKUP] = 0;
    if (!store_state_get(p->store, "two sensors", 0, &before, err) ||
        !traces_both_sensors(p->store, after, &both, err))
        return false;
    if (!both)
        return true;
    p->second_sensor = !before && scope != FACTS_ALL;
    return (p->traces = traces_new(p->store, err)) &&
           (before || store_state_set(p->store, "two sensors", 1, err));
}

bool facts_update(struct store *s, const struct facts_input *input, enum facts_scope scope,
    struct facts_totals *totals, struct err *err)
{
    struct pass p = {.store = s,
        .horizon_us = input->now_us + FACTS_FUTURE_US,
        .totals = totals,
        .home = ranges_of(input->inventory),
        .all_flows = scope == FACTS_ALL};
    const char *forget = scope == FACTS_ALL ? forget_all : forget_contacts;
    bool done =
        store_script(s, "tables of changes", fresh_changes, err) &&
        (scope == FACTS_NEW || store_script(s, "forget facts", forget, err)) &&
        ((p.ends = ends_cache_new(s, input->inventory)) || err_nomem(err)) &&
        (p.services = services_new(s, input->catalog, err)) && (p.sampled = sampled_new(s, err)) &&
        (p.sessions = sessions_new(s, p.services, p.ends, err)) &&
        (p.probes = probes_new(s, err)) && (p.visits = visits_new(s, err)) &&
        (p.contacts = contacts_new(s, input->catalog, err)) && watch_sensors(&p, scope, err);
    p.dull_matter = done && (contacts_match_flows(p.contacts) || probes_watching(p.probes));
    done = done && read_all(&p, scope, err);
    traces_free(p.traces);
    contacts_free(p.contacts);
    visits_free(p.visits);
    probes_free(p.probes);
    sessions_free(p.sessions);
    services_free(p.services);
    sampled_free(p.sampled);
    ends_cache_free(p.ends);
    return done;
}
