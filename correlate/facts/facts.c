/* The one pass over new records. */
#include "correlate/facts/facts.h"

#include "correlate/facts/dull.h"
#include "correlate/facts/joins.h"
#include "correlate/facts/record_facts.h"
#include "correlate/facts/worm.h"
#include "store/query.h"

#define MANY_RECORDS 20000 /* from so many on a second connection and a thread to read them pay */
#define OWN_SHARE    30 /* percent of them that are read here all the same: reading takes longest */

/* ------------------------------------------------------------------ tables */

static const char fresh_changes[] =
    "CREATE TEMP TABLE IF NOT EXISTS changed_attempt (direction INTEGER, service INTEGER, "
    "own INTEGER, remote INTEGER, lo INTEGER, hi INTEGER, withdrawn INTEGER NOT NULL DEFAULT 0, "
    "tries INTEGER NOT NULL DEFAULT 0, "
    "PRIMARY KEY (direction, service, own, remote)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS changed_probe (own INTEGER PRIMARY KEY, lo INTEGER, "
    "hi INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS changed_contact (topic INTEGER, own INTEGER, lo INTEGER, "
    "hi INTEGER, PRIMARY KEY (topic, own)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS fresh_visit (own INTEGER, door INTEGER, block INTEGER, "
    "nets BLOB, PRIMARY KEY (own, door, block)) WITHOUT ROWID;"
    "DELETE FROM changed_attempt; DELETE FROM changed_probe; DELETE FROM changed_contact;"
    "DELETE FROM fresh_visit;";

static const char forget_all[] =
    "DELETE FROM session; DELETE FROM attempt; DELETE FROM probe; DELETE FROM contact;"
    "DELETE FROM listed; DELETE FROM named; DELETE FROM talker; DELETE FROM meeting; DELETE FROM rollup; DELETE FROM finding;"
    "DELETE FROM alert_past;"
    "DELETE FROM calm; DELETE FROM later; DELETE FROM trace; DELETE FROM twin; DELETE FROM held_probe;"
    "DELETE FROM held_contact; DELETE FROM skew_sample; DELETE FROM skew;"
    "DELETE FROM visit; DELETE FROM stranger; DELETE FROM suspect;"
    "DELETE FROM state WHERE name IN ('facts flow', 'facts login', 'facts signature', "
    "'facts lookup');";

static const char forget_contacts[] =
    "DELETE FROM contact; DELETE FROM held_contact; DELETE FROM stranger; DELETE FROM talker;"
    "DELETE FROM meeting; DELETE FROM named; DELETE FROM listed;";

#define FLOWS_OF_STRETCHES                                                                         \
    " FROM stretch AS z CROSS JOIN flow AS f ON f.id BETWEEN z.first AND z.last "                  \
    "WHERE z.first > :after AND z.first <= :upto AND z.use BETWEEN :use_from AND :use_upto"

static const char whole_flows[] = ROW_OF(FLOW_COLUMNS) FLOWS_OF_STRETCHES;

/* Where the pass has got to, and how its rows are read: those after :after, or those that waited. */
static const struct reading {
    const char *state;   /* how far it got */
    const char *last;    /* the newest row there is */
    const char *fresh;   /* rows after :after up to :upto */
    const char *waiting; /* rows that waited and are due by :horizon */
} readings[RECORDS] = {
    {"facts flow", "SELECT last FROM stretch WHERE first = (SELECT max(first) FROM stretch)",
        whole_flows,
        ROW_OF(
            FLOW_COLUMNS) " FROM later AS w CROSS JOIN flow AS f ON f.id = w.id "
                          "CROSS JOIN stretch AS z ON z.first = (SELECT max(y.first) FROM stretch AS y "
                          "WHERE y.first <= w.id) WHERE w.kind = 0 AND w.t <= :horizon"},
    {"facts login", "SELECT max(id) FROM login",
        ROW_OF(LOGIN_COLUMNS) " FROM login AS l WHERE l.id > :after AND l.id <= :upto",
        ROW_OF(LOGIN_COLUMNS) " FROM later AS w CROSS JOIN login AS l ON l.id = w.id "
                              "WHERE w.kind = 1 AND w.t <= :horizon"},
    {"facts signature", "SELECT max(id) FROM signature",
        ROW_OF(SIGNATURE_COLUMNS) " FROM signature AS g WHERE g.id > :after AND g.id <= :upto "
                                  "AND g.sensor <> 1", /* Zeek's notices raise no alert */
        ROW_OF(SIGNATURE_COLUMNS) " FROM later AS w CROSS JOIN signature AS g ON g.id = w.id "
                                  "WHERE w.kind = 2 AND w.t <= :horizon"},
    {"facts lookup",
        "SELECT id * 65536 + rows - 1 FROM lookup_page WHERE id = (SELECT max(id) FROM lookup_page)",
        ROW_OF(LOOKUP_COLUMNS) " FROM lookup AS n WHERE n.id > :after AND n.id <= :upto",
        ROW_OF(LOOKUP_COLUMNS) " FROM later AS w CROSS JOIN lookup AS n ON n.id = w.id "
                               "WHERE w.kind = 3 AND w.t <= :horizon"},
};

static const char visit_flows[] = ROW_OF(FLOW_VISIT) FLOWS_OF_STRETCHES;
static const char flow_ends[] = ROW_OF(FLOW_ENDS) FLOWS_OF_STRETCHES;
static const char one_flow[] = ROW_OF(
    FLOW_COLUMNS) " FROM flow AS f CROSS JOIN stretch AS z ON z.first = "
                  "(SELECT max(y.first) FROM stretch AS y WHERE y.first <= :id) WHERE f.id = :id";

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

static bool read_row(struct pass *p, enum record kind, struct query *q, struct err *err)
{
    if (query_i(q, 1) > p->horizon_us)
        return put_off(p, kind, q, err);
    if (kind == RECORD_FLOW && !p->contacts_only && query_i(q, 0) <= p->totals->flows_after)
        p->totals->flows_after = 0; /* it waited */
    return record_to_facts(p, kind, q, err);
}

/* One way through the rows of a kind: which columns, and what is done with a row. */
struct scan {
    enum record kind;
    const char *sql;
    bool (*read)(struct pass *p, enum record kind, struct query *q, struct err *err);
    enum flow_use from, upto; /* of flows: those of these uses */
};

static bool read_rows(struct pass *p, const struct scan *scan, struct query *q, struct err *err)
{
    bool done = true;
    while (done && query_step(q))
        done = scan->read(p, scan->kind, q, err);
    return query_done(q, err) && done;
}

static bool read_whole(struct pass *p, int64_t row, struct err *err)
{
    const struct scan one = {RECORD_FLOW, one_flow, read_row, 0, 0};
    struct query *q = store_query_rows(p->store, "flow", one.sql);
    query_bind_i(q, ":id", row);
    return read_rows(p, &one, q, err);
}

static bool skim_gathered(struct pass *p, struct err *err)
{
    for (size_t i = 0; i < p->skimmed_count; i++)
        contacts_fetch_filter(p->contacts, &p->skimmed[i].client, &p->skimmed[i].server);
    for (size_t i = 0; i < p->skimmed_count; i++) {
        bool whole;
        if (!record_note_ends(p, &p->skimmed[i], &whole, err) ||
            (whole && !read_whole(p, p->skimmed[i].row, err)))
            return false;
    }
    p->skimmed_count = 0;
    return true;
}

static bool skim_row(struct pass *p, enum record kind, struct query *q, struct err *err)
{
    if (query_i(q, 1) > p->horizon_us)
        return put_off(p, kind, q, err);
    struct skimmed *flow = &p->skimmed[p->skimmed_count++];
    return record_skim(p, q, flow, err) &&
           (p->skimmed_count < SKIMMED_MAX || skim_gathered(p, err));
}

static bool visit_row(struct pass *p, enum record kind, struct query *q, struct err *err)
{
    bool whole;
    if (query_i(q, 1) > p->horizon_us)
        return put_off(p, kind, q, err);
    return record_visit(p, q, &whole, err) && (!whole || read_whole(p, query_i(q, 0), err));
}

/* Rows that are read ahead come first, and those of our own in the gaps. */
static bool read_both(struct pass *p, const struct scan *scan, struct query *ahead,
    struct query *own, struct err *err)
{
    bool done = true, more_ahead = true, more_own = true;
    while (done && (more_ahead || more_own)) {
        bool take_ahead = more_ahead && (!more_own || query_ready(ahead));
        struct query *q = take_ahead ? ahead : own;
        if (query_step(q))
            done = scan->read(p, scan->kind, q, err);
        else if (take_ahead)
            more_ahead = false;
        else
            more_own = false;
    }
    bool ahead_done = query_done(ahead, err);
    return query_done(own, ahead_done ? err : NULL) && ahead_done && done;
}

static struct query *bind_span(
    struct query *q, const struct scan *scan, int64_t after, int64_t upto)
{
    query_bind_i(q, ":after", after);
    query_bind_i(q, ":upto", upto);
    query_bind_i_if(q, ":use_from", scan->from);
    query_bind_i_if(q, ":use_upto", scan->upto);
    return q;
}

static bool scan_span(
    struct pass *p, const struct scan *scan, int64_t after, int64_t upto, struct err *err)
{
    const char *name = readings[scan->kind].state;
    struct query *own = store_query_rows(p->store, name, scan->sql);
    struct query *ahead =
        upto - after < MANY_RECORDS ? NULL : store_query_ahead(p->store, name, scan->sql);
    if (!ahead)
        return read_rows(p, scan, bind_span(own, scan, after, upto), err);
    int64_t middle = upto - (upto - after) / 100 * OWN_SHARE;
    return read_both(
        p, scan, bind_span(ahead, scan, after, middle), bind_span(own, scan, middle, upto), err);
}

static bool skim_span(
    struct pass *p, const struct scan *scan, int64_t after, int64_t upto, struct err *err)
{
    return scan_span(p, scan, after, upto, err) && skim_gathered(p, err);
}

/* Flows are read no further than what may come of them asks for, unless somebody asks for all: who joins
 * two sensors, or watches scans. Where feeds changed, the ends of all tell which may be contacts; and
 * where others made the marks, nothing is known of a use. */
static bool read_flows(struct pass *p, int64_t after, int64_t upto, struct err *err)
{
    static const struct scan all = {RECORD_FLOW, whole_flows, read_row, USE_FACTS, USE_NONE},
                             facts = {RECORD_FLOW, whole_flows, read_row, USE_FACTS, USE_FACTS},
                             visits = {RECORD_FLOW, visit_flows, visit_row, USE_VISIT, USE_VISIT},
                             ends = {RECORD_FLOW, flow_ends, skim_row, USE_NONE, USE_NONE},
                             all_ends = {RECORD_FLOW, flow_ends, skim_row, USE_FACTS, USE_NONE};
    bool contacts = contacts_match_flows(p->contacts);
    if (p->traces || probes_watching(p->probes))
        return scan_span(p, &all, after, upto, err);
    if (p->contacts_only)
        return !contacts || skim_span(p, &all_ends, after, upto, err);
    if (after < p->marked_after)
        return scan_span(p, &all, after, upto, err);
    return scan_span(p, &facts, after, upto, err) && scan_span(p, &visits, after, upto, err) &&
           (!contacts || skim_span(p, &ends, after, upto, err));
}

static bool read_span(
    struct pass *p, enum record kind, int64_t after, int64_t upto, struct err *err)
{
    const struct scan all = {kind, readings[kind].fresh, read_row, 0, 0};
    return kind == RECORD_FLOW ? read_flows(p, after, upto, err)
                               : scan_span(p, &all, after, upto, err);
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
    if (kind == RECORD_FLOW || kind == RECORD_LOGIN)
        p->totals->from_the_first &= after == 0;
    p->contacts_only = scope == FACTS_CONTACTS;
    if (p->contacts_only && !read_span(p, kind, 0, after, err))
        return false;
    p->contacts_only = false;
    const struct scan waiting = {kind, r->waiting, read_row, 0, 0};
    struct query *q = store_query_rows(p->store, "records that waited", waiting.sql);
    query_bind_i(q, ":horizon", p->horizon_us);
    p->totals->records += upto - after;
    return read_rows(p, &waiting, q, err) &&
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
    struct pass p = {.store = s, .horizon_us = input->now_us + FACTS_FUTURE_US, .totals = totals};
    const char *forget = scope == FACTS_ALL ? forget_all : forget_contacts;
    bool done =
        store_script(s, "tables of changes", fresh_changes, err) &&
        dull_marked_after(s, input->catalog, input->inventory, &p.marked_after, err) &&
        (scope == FACTS_NEW || store_script(s, "forget facts", forget, err)) &&
        ((p.ends = ends_cache_new(s, input->inventory)) || err_nomem(err)) &&
        (p.services = services_new(s, input->catalog, err)) && (p.sampled = sampled_new(s, err)) &&
        (p.sessions = sessions_new(s, p.services, p.ends, err)) &&
        (p.probes = probes_new(s, err)) && (p.visits = visits_new(s, err)) &&
        (p.contacts = contacts_new(s, input->catalog, err)) && watch_sensors(&p, scope, err);
    totals->from_the_first = true;
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
