/* What follows for the facts where a record of Suricata's has found its twin, or has none any more. */
#include "correlate/facts/verdicts.h"

#include "correlate/facts/contacts.h"
#include "correlate/facts/probes.h"
#include "correlate/facts/session_row.h"
#include "correlate/facts/traces.h"
#include "correlate/findings/strangers.h"
#include "store/query.h"

#include <stdlib.h>

struct verdicts {
    struct store *store;
    struct sessions *sessions;
    const struct verdict *list;
    size_t count;
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

static bool apply_to_probes(const struct verdicts *all, struct err *err)
{
    size_t cap = 0, count = 0;
    for (size_t i = 0; i < all->count; i++)
        cap += pieces_of(&all->list[i]);
    struct probe_key *keys = malloc((cap + 1) * sizeof *keys);
    if (!keys)
        return err_nomem(err);
    for (size_t i = 0; i < all->count; i++) {
        const struct verdict *v = &all->list[i];
        for (size_t n = 0; n < pieces_of(v); n++)
            keys[count++] = (struct probe_key){
                v->own, v->t0 + (int64_t)n * PROBE_PIECE_US, v->ident, v->twin == 0};
    }
    bool done = true;
    store_rows_point(all->store, &probe_key_rows, keys, count);
    for (size_t i = 0; done && count && i < sizeof move_probes / sizeof *move_probes; i++)
        done = store_do(all->store, "probes of twins", move_probes[i], err);
    store_rows_point(all->store, &probe_key_rows, NULL, 0);
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

static bool apply_to_contacts(const struct verdicts *all, struct err *err)
{
    bool any = false, done = true;
    for (size_t i = 0; i < all->count && !any; i++)
        any = all->list[i].what & TRACE_CONTACT;
    for (size_t i = 0; any && done && i < sizeof settle_contacts / sizeof *settle_contacts; i++)
        done = store_do(all->store, "contacts of twins", settle_contacts[i], err);
    return done;
}

/* ------------------------------------------------------------------ traces and sessions */

/* What is known of targets that a scan does not fail at changes when a flow turns out to be Zeek's,
 * too; and so does how often a stranger came. */
static const char *const note_twins[] = {
    "INSERT INTO trace (slot, tuple, sensor, t0, ident, what, duration, own, flow, twin) "
    "SELECT slot, tuple, 2, t0, ident, 0, 0, 0, flow, twin FROM new_verdict "
    "WHERE before IS NOT twin ON CONFLICT DO UPDATE SET twin = excluded.twin",

    "DELETE FROM twin WHERE flow IN (SELECT flow FROM new_verdict WHERE twin = 0)",

    "INSERT OR REPLACE INTO twin (flow, zeek) SELECT flow, twin FROM new_verdict "
    "WHERE twin <> 0 AND flow <> 0",

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

static bool apply_to_traces(const struct verdicts *all, struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < sizeof note_twins / sizeof *note_twins; i++)
        done = store_do(all->store, "twins", note_twins[i], err);
    return done;
}

/* Evidence that both saw tells so. */
static bool note_sessions(const struct verdicts *all, struct err *err)
{
    struct session s;
    bool done = true;
    struct query *q = store_query(all->store, "sessions of twins",
        "SELECT " SESSION_COLUMNS " FROM new_verdict AS v CROSS JOIN session AS s "
        "ON s.ident IN (v.twin, v.before) WHERE v.flow <> 0 AND v.before IS NOT v.twin");
    while (done && query_step(q))
        done = session_read(q, &s, err) && sessions_note(all->sessions, &s, err);
    return query_done(q, done ? err : NULL) && done;
}

static bool apply_to_sessions(const struct verdicts *all, struct err *err)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct verdict *v = &all->list[i];
        bool refused = v->twin_what & TRACE_FLOW && !(v->twin_what & TRACE_ANSWERED);
        if (v->what & TRACE_SESSION &&
            !sessions_join(all->sessions, v->ident, v->t0, v->twin, refused, err))
            return false;
        if (v->what & TRACE_TRY &&
            !sessions_join(
                all->sessions, sessions_try_ident(v->ident, v->t0), v->t0, v->twin, refused, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ all */

bool verdicts_define(struct store *s, struct err *err)
{
    return store_rows_define(s, &verdict_rows, err) && store_rows_define(s, &probe_key_rows, err);
}

bool verdicts_apply(struct store *s, struct sessions *sessions, const struct verdict *list,
    size_t count, struct err *err)
{
    const struct verdicts all = {s, sessions, list, count};
    if (count == 0)
        return true;
    store_rows_point(s, &verdict_rows, list, count);
    bool done = apply_to_traces(&all, err) && apply_to_probes(&all, err) &&
                apply_to_contacts(&all, err) && note_sessions(&all, err) &&
                apply_to_sessions(&all, err);
    store_rows_point(s, &verdict_rows, NULL, 0);
    return done;
}
