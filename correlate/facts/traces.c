/* Traces of connections, gathered and written in order of their key. */
#include "correlate/facts/traces.h"

#include "correlate/facts/twins.h"
#include "store/query.h"
#include "store/rows.h"
#include "util/timefmt.h"

#include <stdlib.h>
#include <string.h>

#define TRACES_MAX 65536 /* gathered in memory before they are written */
#define SLOT_US    TIME_US_HOUR
#define REACH_US   (SKEW_MAX_US + TWIN_TOLERANCE_US)
#define DURATION_MAX                                                                               \
    (7 * TIME_US_DAY) /* what one of Zeek's records holds after that is not found */

/* One row of table `trace`. */
struct trace {
    int64_t slot, tuple, t0, ident, duration, own, flow;
    uint8_t sensor, what;
};

struct traces {
    struct store *store;
    struct skew *skew;
    struct trace *list; /* TRACES_MAX */
    size_t count;
};

#define KEY_COLUMNS 6 /* of them, these are the table's key */

static const struct row_column trace_columns[] = {
    ROW_AT(ROW_I64, trace, slot),
    ROW_AT(ROW_I64, trace, tuple),
    ROW_AT(ROW_U8, trace, sensor),
    ROW_AT(ROW_I64, trace, t0),
    ROW_AT(ROW_I64, trace, ident),
    ROW_AT(ROW_I64, trace, flow),
    ROW_AT(ROW_U8, trace, what),
    ROW_AT(ROW_I64, trace, duration),
    ROW_AT(ROW_I64, trace, own),
};

static const struct row_shape trace_rows = ROW_SHAPE("new_trace", trace, trace_columns);

static const char fresh_touched[] =
    "CREATE TEMP TABLE IF NOT EXISTS touched_trace (slot INTEGER, tuple INTEGER, "
    "PRIMARY KEY (slot, tuple)) WITHOUT ROWID; DELETE FROM touched_trace;";

/* ------------------------------------------------------------------ which sensors */

/* Zeek's notices give no facts. */
static const char *const any_of_sensor[] = {
    "SELECT 1 FROM stretch WHERE first > :after AND sensor = :sensor LIMIT 1",
    "SELECT 1 FROM login WHERE id > :after AND sensor = :sensor LIMIT 1",
    "SELECT 1 FROM signature WHERE id > :after AND sensor = :sensor AND sensor <> 1 LIMIT 1",
    "SELECT 1 FROM lookup WHERE id > :after AND sensor = :sensor LIMIT 1",
};

static bool sensor_seen(
    struct store *s, const int64_t after[4], int sensor, bool *seen, struct err *err)
{
    *seen = false;
    for (int kind = 0; kind < 4 && !*seen; kind++) {
        struct query *q = store_query(s, "records of a sensor", any_of_sensor[kind]);
        query_bind_i(q, ":after", after[kind]);
        query_bind_i(q, ":sensor", sensor);
        *seen = query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

bool traces_both_sensors(struct store *s, const int64_t after[4], bool *both, struct err *err)
{
    static const char *const names[] = {"zeek was read", "suricata was read"};
    *both = true;
    for (int sensor = SENSOR_ZEEK; sensor <= SENSOR_SURICATA; sensor++) {
        int64_t known;
        bool seen;
        const char *name = names[sensor - SENSOR_ZEEK];
        if (!store_state_get(s, name, 0, &known, err))
            return false;
        if (known)
            continue;
        if (!sensor_seen(s, after, sensor, &seen, err) ||
            (seen && !store_state_set(s, name, 1, err)))
            return false;
        *both = *both && seen;
    }
    return true;
}

/* ------------------------------------------------------------------ gathering */

struct traces *traces_new(struct store *s, struct err *err)
{
    struct traces *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->list = malloc(TRACES_MAX * sizeof *all->list);
    if ((all->list || err_nomem(err)) && store_rows_define(s, &trace_rows, err) &&
        store_script(s, "touched traces", fresh_touched, err) && (all->skew = skew_new(s, err)))
        return all;
    traces_free(all);
    return NULL;
}

void traces_free(struct traces *all)
{
    if (!all)
        return;
    skew_free(all->skew);
    free(all->list);
    free(all);
}

/* By the addresses themselves, whose ids depend on what came first. 48 bits are 6 bytes in a row. */
static uint64_t tuple_of(const struct conn *c)
{
    char ends[37];
    memcpy(ends, c->orig.b, 16);
    memcpy(ends + 16, c->resp.b, 16);
    const uint8_t rest[5] = {(uint8_t)(c->orig_port >> 8), (uint8_t)c->orig_port,
        (uint8_t)(c->resp_port >> 8), (uint8_t)c->resp_port, c->proto};
    memcpy(ends + 32, rest, sizeof rest);
    uint64_t hash = str_hash((struct str){ends, sizeof ends}, STR_HASH_START);
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd); /* samples need all bits mixed */
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash >> 16;
}

static int64_t slot_of(int64_t t_us)
{
    return time_units(t_us, SLOT_US);
}

/* Records under one name and moment are one. Suricata's are looked at again; Zeek's are reason to
 * look at what Suricata has of the same ends. */
static bool flush(struct traces *all, struct err *err)
{
    if (all->count == 0)
        return true;
    if (!store_rows_sort(&trace_rows, all->list, all->count, KEY_COLUMNS, err))
        return false;
    store_rows_point(all->store, &trace_rows, all->list, all->count);
    bool done =
        store_do(all->store, "traces",
            "INSERT INTO trace (slot, tuple, sensor, t0, ident, flow, what, duration, own) "
            "SELECT * FROM new_trace WHERE true ON CONFLICT DO UPDATE SET "
            "what = what | excluded.what, duration = max(duration, excluded.duration)",
            err) &&
        store_do(all->store, "touched traces",
            "INSERT OR IGNORE INTO touched_trace SELECT n.slot, n.tuple FROM new_trace AS n "
            "WHERE EXISTS (SELECT 1 FROM trace AS t WHERE t.slot = n.slot "
            "AND t.tuple = n.tuple AND t.sensor = 2)",
            err);
    store_rows_point(all->store, &trace_rows, NULL, 0);
    all->count = 0;
    return done;
}

static bool gather(struct traces *all, const struct trace *t, struct err *err)
{
    if (all->count == TRACES_MAX && !flush(all, err))
        return false;
    all->list[all->count++] = *t;
    return true;
}

/* One of Suricata's stands in the hour in which it began; one of Zeek's in all in which such a one
 * can have begun that tells of the same connection. */
bool traces_add(struct traces *all, const struct traced *r, struct err *err)
{
    int64_t duration = r->duration_us < 0              ? 0
                       : r->duration_us > DURATION_MAX ? DURATION_MAX
                                                       : r->duration_us;
    struct trace t = {
        .slot = slot_of(r->t_us),
        .tuple = (int64_t)tuple_of(r->conn),
        .t0 = r->t_us,
        .ident = r->ident,
        .duration = duration,
        .own = r->own,
        .flow = r->flow,
        .sensor = (uint8_t)r->sensor,
        .what = (uint8_t)r->what,
    };
    bool ports = r->conn->orig_port && r->conn->resp_port;
    if (r->what & TRACE_FLOW && ports &&
        !skew_see(all->skew, r->sensor, (uint64_t)t.tuple, r->t_us, r->ident, err))
        return false;
    if (r->sensor == SENSOR_SURICATA)
        return gather(all, &t, err);
    t.own = t.flow = 0;
    int64_t last = slot_of(r->t_us + duration + REACH_US);
    for (t.slot = slot_of(r->t_us - REACH_US); t.slot <= last; t.slot++)
        if (!gather(all, &t, err))
            return false;
    return true;
}

bool traces_settle(struct traces *all, struct err *err)
{
    return flush(all, err) && skew_settle(all->skew, err) &&
           store_do(all->store, "traces of another skew",
               "INSERT OR IGNORE INTO touched_trace SELECT t.slot, t.tuple "
               "FROM changed_skew AS d CROSS JOIN trace AS t "
               "ON t.slot BETWEEN d.day * 24 AND d.day * 24 + 23 WHERE t.sensor = 2",
               err);
}
