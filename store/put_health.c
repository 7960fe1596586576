/* What tells how much of the traffic the sensors saw: their own reports, and the minutes in which
 * anything was logged. Whatever comes twice changes nothing. */
#include "store/coverage.h"
#include "store/internal.h"
#include "store/query.h"
#include "store/record.h"
#include "util/timefmt.h"

#define SLOTS 64 /* hours that are gathered at once, by their last bits */

bool store_put_health(struct store *s, const struct batch *b, struct err *err);

static bool put_report(struct store *s, const struct health *h, struct err *err)
{
    struct query *q = store_query(s, "health",
        "INSERT OR IGNORE INTO health (id, t, sensor, since, whole, lost, emergencies, running) "
        "VALUES (NULL, :t, :sensor, :since, :whole, :lost, :emergencies, :running)");
    query_bind_i(q, ":t", h->t_us);
    query_bind_i(q, ":sensor", h->sensor);
    query_bind_i(q, ":since", h->since_us);
    query_bind_i(q, ":whole", h->whole);
    query_bind_i(q, ":lost", h->lost);
    query_bind_i(q, ":emergencies", h->emergencies);
    query_bind_i(q, ":running", h->running);
    query_step(q);
    return query_done(q, err);
}

/* The minutes of one hour, gathered before they are written. */
struct minutes {
    int64_t hour, logged, torn;
    uint8_t sensor;
    bool any;
};

static bool write_minutes(struct store *s, const struct minutes *m, struct err *err)
{
    if (!m->any)
        return true;
    struct query *q = store_query(s, "coverage",
        "INSERT INTO coverage (sensor, hour, logged, torn, fresh) "
        "VALUES (:sensor, :hour, :logged, :torn, 1) ON CONFLICT DO UPDATE SET "
        "logged = logged | excluded.logged, torn = torn | excluded.torn, fresh = 1 "
        "WHERE logged | excluded.logged <> logged OR torn | excluded.torn <> torn");
    query_bind_i(q, ":sensor", m->sensor);
    query_bind_i(q, ":hour", m->hour);
    query_bind_i(q, ":logged", m->logged);
    query_bind_i(q, ":torn", m->torn);
    query_step(q);
    return query_done(q, err);
}

/* A record that the sensor cut short, or of whose payload it missed a good part. */
static bool is_torn(const struct flow *f)
{
    int64_t payload = (f->orig_bytes > 0 ? f->orig_bytes : 0) / COVERAGE_TORN +
                      (f->resp_bytes > 0 ? f->resp_bytes : 0) / COVERAGE_TORN;
    return f->flags & FLOW_CUT || (f->missed_bytes > 0 && f->missed_bytes >= payload);
}

/* Connections are logged when they end, so their beginnings lie in several hours by turns. */
static bool put_minutes(struct store *s, const struct batch *b, struct err *err)
{
    struct minutes slots[SLOTS] = {0};
    for (size_t i = 0; i < b->flow_count; i++) {
        const struct flow *f = &b->flows[i];
        int64_t hour = time_hour(f->t_us);
        struct minutes *m = &slots[(uint64_t)hour % SLOTS];
        if (!m->any || hour != m->hour || f->sensor != m->sensor) {
            if (!write_minutes(s, m, err))
                return false;
            *m = (struct minutes){.hour = hour, .sensor = f->sensor, .any = true};
        }
        int64_t minute = INT64_C(1) << ((f->t_us - hour * TIME_US_HOUR) / TIME_US_MINUTE);
        m->logged |= minute;
        m->torn |= is_torn(f) ? minute : 0;
    }
    for (size_t i = 0; i < SLOTS; i++)
        if (!write_minutes(s, &slots[i], err))
            return false;
    return true;
}

bool store_put_health(struct store *s, const struct batch *b, struct err *err)
{
    for (size_t i = 0; i < b->health_count; i++)
        if (!put_report(s, &b->healths[i], err))
            return false;
    return put_minutes(s, b, err);
}
