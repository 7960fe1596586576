/* From traces to twins, and what follows for the facts. */
#include "correlate/joins.h"

#include "correlate/contacts.h"
#include "correlate/probes.h"
#include "correlate/skew.h"
#include "correlate/strangers.h"
#include "correlate/traces.h"
#include "correlate/twins.h"
#include "store/query.h"
#include "store/rows.h"
#include "util/list.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define VERDICTS_MAX 65536 /* gathered in memory before they are applied, but a group is not cut */
#define GROUP_MAX                                                                                  \
    262144 /* records of each sensor at one tuple and hour; those beyond count nothing */

/* One trace. */
struct member {
    int64_t t0, duration, ident, own, flow, before;
    unsigned what;
    size_t head; /* who stands for it: itself, or the record of the connection that it is part of */
    size_t place; /* a head's, among the sightings */
};

/* The traces of one sensor at one tuple and hour, and of these the sightings: connections, and events
 * of which the connection's own record is not there. */
struct members {
    struct member *list;
    struct sighting *sightings;
    size_t count, cap, sighting_count, sighting_cap;
};

/* What became of one of Suricata's records. */
struct verdict {
    int64_t slot, tuple, t0, ident, own, duration, flow;
    int64_t before;                 /* what twin was; ROW_NUMBER_NONE: not yet looked for */
    int64_t twin, twin_t0, twin_t1; /* of Zeek's record; twin 0: none */
    uint8_t what, twin_what;
};

struct joins {
    struct store *store;
    struct sessions *sessions;
    struct members zeek, suricata;
    struct verdict *verdicts;
    size_t count;
    int64_t slot, tuple; /* of the group */
    int64_t day, skew_us;
    bool day_known;
};

static const struct row_column verdict_columns[] = {
    ROW_AT(ROW_I64, verdict, slot),
    ROW_AT(ROW_I64, verdict, tuple),
    ROW_AT(ROW_I64, verdict, t0),
    ROW_AT(ROW_I64, verdict, ident),
    ROW_AT(ROW_I64, verdict, own),
    ROW_AT(ROW_I64, verdict, duration),
    ROW_AT(ROW_I64, verdict, flow),
    ROW_AT(ROW_NUMBER, verdict, before),
    ROW_AT(ROW_I64, verdict, twin),
    ROW_AT(ROW_I64, verdict, twin_t0),
    ROW_AT(ROW_I64, verdict, twin_t1),
    ROW_AT(ROW_U8, verdict, what),
    ROW_AT(ROW_U8, verdict, twin_what),
};

static const struct row_shape verdict_rows = ROW_SHAPE("new_verdict", verdict, verdict_columns);

/* ------------------------------------------------------------------ one group */

static bool add_member(struct members *all, const struct member *m, struct err *err)
{
    if (!list_room(&all->list, all->count, &all->cap, sizeof *all->list, err) ||
        !list_room(&all->sightings, all->count, &all->sighting_cap, sizeof *all->sightings, err))
        return false;
    all->list[all->count++] = *m;
    return true;
}

/* By name, the connection's own records before the events inside it. */
static int by_name(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int by = order(x->ident, y->ident);
    by = by ? by : order(y->what & TRACE_FLOW, x->what & TRACE_FLOW);
    return by ? by : order(x->t0, y->t0);
}

static int by_time(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    int by = order(x->t0, y->t0);
    return by ? by : order(x->ident, y->ident);
}

/* In order of by_name(): an event is spoken for by the last of its connection's own records that began
 * before it; without one by the first event. */
static void find_heads(struct members *all)
{
    size_t flow = 0, flows_end = 0; /* of the name at hand */
    for (size_t i = 0; i < all->count; i++) {
        struct member *m = &all->list[i];
        if (i == 0 || all->list[i - 1].ident != m->ident)
            flow = flows_end = i;
        m->head = i;
        if (m->what & TRACE_FLOW) {
            if (flows_end > flow && all->list[i - 1].t0 == m->t0)
                m->head = all->list[i - 1].head; /* the same line again */
            flows_end = i + 1;
            continue;
        }
        while (flow + 1 < flows_end && all->list[flow + 1].t0 <= m->t0)
            flow++;
        m->head = all->list[flow].head;
    }
}

/* A connection lasts until the last that is told of it. */
static void stretch_heads(struct members *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct member *head = &all->list[all->list[i].head];
        int64_t end = all->list[i].t0 + all->list[i].duration;
        if (end - head->t0 > head->duration)
            head->duration = end - head->t0;
    }
}

static void find_sightings(struct members *all)
{
    all->sighting_count = 0;
    if (all->count > 0)
        qsort(all->list, all->count, sizeof *all->list, by_name);
    find_heads(all);
    stretch_heads(all);
    for (size_t i = 0; i < all->count; i++) {
        const struct member *m = &all->list[i];
        if (m->head == i)
            all->sightings[all->sighting_count++] =
                (struct sighting){m->t0, m->t0 + m->duration, m->ident, i, TWIN_NONE};
    }
    if (all->sighting_count)
        qsort(all->sightings, all->sighting_count, sizeof *all->sightings, by_time);
    for (size_t n = 0; n < all->sighting_count; n++)
        all->list[all->sightings[n].of].place = n;
}

static struct verdict verdict_on(
    const struct joins *j, const struct member *m, const struct member *twin)
{
    return (struct verdict){
        .slot = j->slot,
        .tuple = j->tuple,
        .t0 = m->t0,
        .ident = m->ident,
        .own = m->own,
        .duration = m->duration,
        .flow = m->flow,
        .before = m->before,
        .what = (uint8_t)m->what,
        .twin = twin ? twin->ident : 0,
        .twin_t0 = twin ? twin->t0 : 0,
        .twin_t1 = twin ? twin->t0 + twin->duration : 0,
        .twin_what = twin ? (uint8_t)twin->what : 0,
    };
}

/* The group has one skew: an hour lies in one day. */
static bool know_skew(struct joins *j, struct err *err)
{
    int64_t day = time_day(j->slot * TIME_US_HOUR);
    if (j->day_known && j->day == day)
        return true;
    j->day = day;
    j->day_known = true;
    return skew_of_day(j->store, day, &j->skew_us, err);
}

static bool judge_group(struct joins *j, struct err *err)
{
    struct members *zeek = &j->zeek, *suricata = &j->suricata;
    find_sightings(zeek);
    find_sightings(suricata);
    bool done =
        know_skew(j, err) && twins_match(zeek->sightings, zeek->sighting_count, suricata->sightings,
                                 suricata->sighting_count, j->skew_us, err);
    for (size_t i = 0; done && i < suricata->count; i++) {
        const struct member *m = &suricata->list[i];
        size_t at = suricata->sightings[suricata->list[m->head].place].twin;
        const struct member *twin = at == TWIN_NONE ? NULL : &zeek->list[zeek->sightings[at].of];
        j->verdicts[j->count++] = verdict_on(j, m, twin);
    }
    zeek->count = suricata->count = 0;
    return done;
}

/* ------------------------------------------------------------------ all groups */

/* Statements that write wait until the one that reads is done: so groups come in portions. */
static const char read_groups[] =
    "SELECT t.slot, t.tuple, t.sensor, t.t0, t.ident, t.what, t.duration, t.own, "
    "t.flow, t.twin "
    "FROM touched_trace AS k CROSS JOIN trace AS t ON t.slot = k.slot AND t.tuple = k.tuple "
    "WHERE (k.slot, k.tuple) > (:slot, :tuple) ORDER BY k.slot, k.tuple";

static bool same_group(const struct joins *j, struct query *q)
{
    return query_i(q, 0) == j->slot && query_i(q, 1) == j->tuple;
}

static bool read_member(struct joins *j, struct query *q, struct err *err)
{
    struct members *all = query_i(q, 2) == SENSOR_ZEEK ? &j->zeek : &j->suricata;
    struct member m = {.t0 = query_i(q, 3),
        .ident = query_i(q, 4),
        .what = (unsigned)query_i(q, 5),
        .duration = query_i(q, 6),
        .own = query_i(q, 7),
        .flow = query_i(q, 8),
        .before = query_null(q, 9) ? ROW_NUMBER_NONE : query_i(q, 9)};
    return all->count == GROUP_MAX || add_member(all, &m, err);
}

/* *more: this portion was not the last. */
static bool read_portion(struct joins *j, bool *more, struct err *err)
{
    bool done = true, any = false;
    struct query *q = store_query(j->store, "traces", read_groups);
    query_bind_i(q, ":slot", j->slot);
    query_bind_i(q, ":tuple", j->tuple);
    *more = false;
    while (done && query_step(q)) {
        if (any && !same_group(j, q)) {
            done = judge_group(j, err);
            if ((*more = j->count >= VERDICTS_MAX))
                break;
        }
        any = true;
        j->slot = query_i(q, 0);
        j->tuple = query_i(q, 1);
        done = done && read_member(j, q, err);
    }
    if (!query_done(q, err) || !done)
        return false;
    return !any || *more || judge_group(j, err);
}

/* ------------------------------------------------------------------ probes */

/* One row of table `probe` that may have to move. */
struct probe_key {
    int64_t own, t, ident;
    uint8_t counts;
};

static const struct row_column probe_key_columns[] = {
    ROW_AT(ROW_I64, probe_key, own),
    ROW_AT(ROW_I64, probe_key, t),
    ROW_AT(ROW_I64, probe_key, ident),
    ROW_AT(ROW_U8, probe_key, counts),
};

static const struct row_shape probe_key_rows =
    ROW_SHAPE("new_probe_key", probe_key, probe_key_columns);

#define KEPT_IN(table)                                                                             \
    "FROM new_probe_key AS k CROSS JOIN " table                                                    \
    " AS p ON p.own = k.own AND p.t = k.t AND p.ident = k.ident "
#define CHANGED(table, which)                                                                         \
    "INSERT INTO changed_probe (own, lo, hi) SELECT p.own, MIN(p.t), MAX(p.t + p.duration) " KEPT_IN( \
        table) which " GROUP BY p.own ON CONFLICT DO UPDATE "                                         \
                     "SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)"
#define MOVE(from, to, which)                                                                      \
    "INSERT INTO " to " (own, t, ident, remote, port, proto, flags, duration, pkts, bytes, flow, " \
    "pool, scale) SELECT p.own, p.t, p.ident, p.remote, p.port, p.proto, p.flags, p.duration, "    \
    "p.pkts, p.bytes, p.flow, p.pool, p.scale " KEPT_IN(from) which PROBES_MERGE
#define FORGET(from, which)                                                                        \
    "DELETE FROM " from " WHERE (own, t, ident) IN "                                               \
    "(SELECT k.own, k.t, k.ident FROM new_probe_key AS k " which ")"

static const char *const move_probes[] = {
    CHANGED("held_probe", "WHERE k.counts = 1"),
    MOVE("held_probe", "probe", "WHERE k.counts = 1"),
    FORGET("held_probe", "WHERE k.counts = 1"),
    CHANGED("probe", "WHERE k.counts = 0"),
    MOVE("probe", "held_probe", "WHERE k.counts = 0"),
    FORGET("probe", "WHERE k.counts = 0"),
};

static size_t pieces_of(const struct verdict *v)
{
    return v->what & TRACE_PROBE ? probes_pieces_max(v->duration) : 0;
}

static bool apply_to_probes(struct joins *j, struct err *err)
{
    size_t cap = 0, count = 0;
    for (size_t i = 0; i < j->count; i++)
        cap += pieces_of(&j->verdicts[i]);
    struct probe_key *keys = malloc((cap + 1) * sizeof *keys);
    if (!keys)
        return err_nomem(err);
    for (size_t i = 0; i < j->count; i++) {
        const struct verdict *v = &j->verdicts[i];
        for (size_t n = 0; n < pieces_of(v); n++)
            keys[count++] = (struct probe_key){
                v->own, v->t0 + (int64_t)n * PROBE_PIECE_US, v->ident, v->twin == 0};
    }
    bool done = true;
    store_rows_point(j->store, &probe_key_rows, keys, count);
    for (size_t i = 0; done && count && i < sizeof move_probes / sizeof *move_probes; i++)
        done = store_do(j->store, "probes of twins", move_probes[i], err);
    store_rows_point(j->store, &probe_key_rows, NULL, 0);
    free(keys);
    return done;
}

/* ------------------------------------------------------------------ contacts */

/* A signature stays and counts with Zeek's record of the connection; a flow gives way to it, and a name
 * that was looked up to the same one of Zeek's. */
static const char *const settle_contacts[] = {
    "DELETE FROM contact WHERE (topic, own, subject, t, ident) IN "
    "(SELECT h.topic, h.own, h.subject, h.t, h.ident FROM new_verdict AS v "
    "CROSS JOIN held_contact AS h ON h.ident = v.ident AND h.t = v.t0 WHERE v.what & 16)",

    "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags, flow, "
    "signature, lookup, roles, pool, scale, conn) SELECT h.topic, h.own, h.subject, h.t, h.ident, h.remote, h.port, "
    "h.proto, h.flags, h.flow, h.signature, h.lookup, "
    "h.roles, h.pool, h.scale, "
    "nullif(v.twin, 0) "
    "FROM new_verdict AS v CROSS JOIN held_contact AS h ON h.ident = v.ident AND h.t = v.t0 "
    "WHERE v.what & 16 AND (v.twin = 0 OR h.signature IS NOT NULL "
    "OR (h.flow IS NOT NULL AND v.twin_what & 1 = 0) OR (h.lookup IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM contact AS z WHERE z.topic = h.topic AND z.own = h.own "
    "AND z.subject = h.subject AND z.t BETWEEN v.twin_t0 AND v.twin_t1 AND z.ident = v.twin "
    "AND z.lookup IS NOT NULL))) ON CONFLICT DO UPDATE SET conn = max(conn, excluded.conn)",

    "INSERT INTO changed_contact (topic, own, lo, hi) "
    "SELECT h.topic, h.own, MIN(h.t), MAX(h.t) FROM new_verdict AS v "
    "CROSS JOIN held_contact AS h ON h.ident = v.ident AND h.t = v.t0 WHERE v.what & 16 "
    "GROUP BY h.topic, h.own "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
};

static bool apply_to_contacts(struct joins *j, struct err *err)
{
    bool any = false, done = true;
    for (size_t i = 0; i < j->count && !any; i++)
        any = j->verdicts[i].what & TRACE_CONTACT;
    for (size_t i = 0; any && done && i < sizeof settle_contacts / sizeof *settle_contacts; i++)
        done = store_do(j->store, "contacts of twins", settle_contacts[i], err);
    return done;
}

/* ------------------------------------------------------------------ all facts */

#define SESSION_T "CASE s.flow WHEN 0 THEN s.login_t ELSE s.flow_t END"

/* What is known of targets that a scan does not fail at changes when a flow turns out to be Zeek's,
 * too; and so does how often a stranger came. */
static const char *const note_twins[] = {
    "INSERT INTO trace (slot, tuple, sensor, t0, ident, what, duration, own, flow, twin) "
    "SELECT slot, tuple, 2, t0, ident, 0, 0, 0, flow, twin FROM new_verdict "
    "WHERE before IS NOT twin ON CONFLICT DO UPDATE SET twin = excluded.twin",

    "DELETE FROM twin WHERE flow IN (SELECT flow FROM new_verdict WHERE twin = 0)",

    "INSERT OR REPLACE INTO twin (flow, zeek) SELECT flow, twin FROM new_verdict "
    "WHERE twin <> 0 AND flow <> 0",

    /* evidence that both saw tells so */
    "INSERT INTO changed_attempt (direction, service, own, remote, lo, hi) "
    "SELECT s.direction, s.service, s.own, s.remote, MIN(" SESSION_T "), MAX(" SESSION_T ") "
    "FROM new_verdict AS v CROSS JOIN session AS s ON s.ident IN (v.twin, v.before) "
    "WHERE v.flow <> 0 AND v.before IS NOT v.twin "
    "GROUP BY s.direction, s.service, s.own, s.remote "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",

    "INSERT INTO changed_probe (own, lo, hi) SELECT p.own, MIN(p.t), MAX(p.t) "
    "FROM new_verdict AS v CROSS JOIN probe AS p "
    "ON p.own = v.own AND p.t = v.twin_t0 AND p.ident = v.twin "
    "WHERE v.twin <> 0 AND v.before IS NOT v.twin GROUP BY p.own "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",

    "INSERT INTO changed_probe (own, lo, hi) SELECT own, MIN(t0), MAX(t0) FROM new_verdict "
    "WHERE flow <> 0 AND before <> twin GROUP BY own "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",

    /* the topics of strangers, one after the other */
    "INSERT INTO changed_contact (topic, own, lo, hi) "
    "WITH RECURSIVE s(topic) AS (SELECT min(topic) FROM stranger UNION ALL "
    "SELECT (SELECT min(topic) FROM stranger WHERE topic > s.topic) FROM s WHERE s.topic IS NOT NULL) "
    "SELECT c.topic, c.own, MIN(c.t), MAX(c.t) FROM s CROSS JOIN new_verdict AS v CROSS JOIN contact AS c "
    "ON c.topic = s.topic AND c.own = v.own AND c.t = v.t0 AND c.ident = v.ident "
    "AND c.subject = (SELECT id FROM name WHERE text = '" STRANGERS_SUBJECT "') "
    "WHERE v.flow <> 0 AND (v.before = 0) <> (v.twin = 0) GROUP BY c.topic, c.own "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
};

static bool apply_to_traces(struct joins *j, struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < sizeof note_twins / sizeof *note_twins; i++)
        done = store_do(j->store, "twins", note_twins[i], err);
    return done;
}

static bool apply_to_sessions(struct joins *j, struct err *err)
{
    for (size_t i = 0; i < j->count; i++) {
        const struct verdict *v = &j->verdicts[i];
        bool refused = v->twin_what & TRACE_FLOW && !(v->twin_what & TRACE_ANSWERED);
        if (v->what & TRACE_SESSION &&
            !sessions_join(j->sessions, v->ident, v->t0, v->twin, refused, err))
            return false;
        if (v->what & TRACE_TRY && !sessions_join(j->sessions, sessions_try_ident(v->ident, v->t0),
                                       v->t0, v->twin, refused, err))
            return false;
    }
    return true;
}

static bool apply(struct joins *j, struct err *err)
{
    if (j->count == 0)
        return true;
    store_rows_point(j->store, &verdict_rows, j->verdicts, j->count);
    bool done = apply_to_traces(j, err) && apply_to_probes(j, err) && apply_to_contacts(j, err) &&
                apply_to_sessions(j, err);
    store_rows_point(j->store, &verdict_rows, NULL, 0);
    j->count = 0;
    return done;
}

static bool define_tables(struct store *s, struct err *err)
{
    return store_rows_define(s, &verdict_rows, err) && store_rows_define(s, &probe_key_rows, err);
}

bool joins_update(struct store *s, struct sessions *sessions, struct err *err)
{
    struct joins j = {.store = s, .sessions = sessions, .slot = INT64_MIN, .tuple = INT64_MIN};
    bool more = true;
    j.verdicts = malloc((VERDICTS_MAX + GROUP_MAX) * sizeof *j.verdicts);
    bool done = (j.verdicts || err_nomem(err)) && define_tables(s, err);
    while (done && more)
        done = read_portion(&j, &more, err) && apply(&j, err);
    free(j.zeek.list);
    free(j.zeek.sightings);
    free(j.suricata.list);
    free(j.suricata.sightings);
    free(j.verdicts);
    return done && sessions_flush(sessions, err);
}
