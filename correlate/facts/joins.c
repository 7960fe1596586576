/* From traces to twins: who among the records of one tuple and hour tells of the same connection. */
#include "correlate/facts/joins.h"

#include "correlate/facts/skew.h"
#include "correlate/facts/traces.h"
#include "correlate/facts/twins.h"
#include "correlate/facts/verdicts.h"
#include "store/query.h"
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

struct joins {
    struct store *store;
    struct members zeek, suricata;
    struct verdict *verdicts;
    size_t count;
    int64_t slot, tuple; /* of the group */
    int64_t day, skew_us;
    bool day_known;
};

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

/* ------------------------------------------------------------------ all */

bool joins_update(struct store *s, struct sessions *sessions, struct err *err)
{
    struct joins j = {.store = s, .slot = INT64_MIN, .tuple = INT64_MIN};
    bool more = true;
    j.verdicts = malloc((VERDICTS_MAX + GROUP_MAX) * sizeof *j.verdicts);
    bool done = (j.verdicts || err_nomem(err)) && verdicts_define(s, err);
    while (done && more) {
        done =
            read_portion(&j, &more, err) && verdicts_apply(s, sessions, j.verdicts, j.count, err);
        j.count = 0;
    }
    free(j.zeek.list);
    free(j.zeek.sightings);
    free(j.suricata.list);
    free(j.suricata.sightings);
    free(j.verdicts);
    return done && sessions_flush(sessions, err);
}
