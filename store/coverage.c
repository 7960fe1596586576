/* Coverage of a span out of the coverage of its hours. */
#include "store/coverage.h"

#include "store/query.h"
#include "store/record.h"
#include "util/timefmt.h"

static int64_t minute_of(int64_t t_us)
{
    return time_units(t_us, TIME_US_MINUTE);
}

/* The minutes of an hour that belong to the span, as bits. */
static int64_t minutes_within(int64_t hour, int64_t t0, int64_t t1)
{
    int64_t first = minute_of(t0) - hour * 60, last = minute_of(t1) - hour * 60;
    first = first < 0 ? 0 : first;
    last = last > 59 ? 59 : last;
    if (last < first)
        return 0;
    return (int64_t)((((UINT64_C(1) << (last - first)) << 1) - 1) << first);
}

static int bits(int64_t set)
{
    return __builtin_popcountll((uint64_t)set);
}

static void add_hour(struct coverage *c, struct query *q, int64_t t0, int64_t t1)
{
    int64_t within = minutes_within(query_i(q, 1), t0, t1);
    c->seen += bits((query_i(q, 2) | query_i(q, 3)) & within);
    c->torn += bits(query_i(q, 4) & within);
    c->reports |= query_i(q, 3) != 0;
    c->whole += query_i(q, 5);
    c->lost += query_i(q, 6);
    c->emergencies += query_i(q, 7);
}

bool store_coverage_each(struct store *s, int64_t t0, int64_t t1,
    bool (*visit)(void *arg, const struct coverage *coverage), void *arg, struct err *err)
{
    static const char *const names[] = {"", "zeek", "suricata"};
    bool done = true;
    for (int sensor = SENSOR_ZEEK; done && sensor <= SENSOR_SURICATA; sensor++) {
        struct coverage c = {.sensor = names[sensor], .minutes = minute_of(t1) - minute_of(t0) + 1};
        bool any = false;
        struct query *q = store_query(s, "coverage of a span",
            "SELECT sensor, hour, logged, reported, torn, whole, lost, emergencies FROM coverage "
            "WHERE sensor = :sensor AND hour BETWEEN :from AND :to");
        query_bind_i(q, ":sensor", sensor);
        query_bind_i(q, ":from", time_hour(t0));
        query_bind_i(q, ":to", time_hour(t1));
        for (; query_step(q); any = true)
            add_hour(&c, q, t0, t1);
        done = query_done(q, err) && (!any || visit(arg, &c));
    }
    return done;
}

bool store_coverage_told(struct store *s, int64_t t0, int64_t t1, bool *yes, struct err *err)
{
    struct query *q = store_query(s, "hours of which sensors tell",
        "SELECT 1 FROM coverage INDEXED BY coverage_told "
        "WHERE (reported <> 0 OR torn <> 0) AND hour BETWEEN :from AND :to LIMIT 1");
    query_bind_i(q, ":from", time_hour(t0));
    query_bind_i(q, ":to", time_hour(t1));
    *yes = query_step(q);
    return query_done(q, err);
}

bool store_coverage_last(struct store *s, int64_t *hour_us, bool *found, struct err *err)
{
    struct query *q = store_query(s, "last hour",
        "SELECT max(hour) FROM (SELECT (SELECT hour FROM coverage WHERE sensor = 1 "
        "ORDER BY hour DESC LIMIT 1) AS hour UNION ALL SELECT (SELECT hour FROM coverage "
        "WHERE sensor = 2 ORDER BY hour DESC LIMIT 1))");
    *found = query_step(q) && !query_null(q, 0);
    if (*found)
        *hour_us = query_i(q, 0) * TIME_US_HOUR;
    return query_done(q, err);
}

int coverage_loss(const struct coverage *c)
{
    if (c->whole <= 0)
        return -1;
    double share = (double)c->lost / (double)c->whole;
    return share >= 1 ? 1000 : (int)(share * 1000 + 0.5);
}

void coverage_format(const struct coverage *c, struct buf *out)
{
    int loss = coverage_loss(c);
    buf_printf(out, "observed in %lld of %lld minutes", (long long)c->seen, (long long)c->minutes);
    if (loss >= 0)
        buf_printf(out, ", loss %d.%d %%", loss / 10, loss % 10);
    if (c->torn)
        buf_printf(out, ", connections seen in part in %lld of them", (long long)c->torn);
    if (c->emergencies)
        buf_printf(out, ", flow table full %lld time%s", (long long)c->emergencies,
            c->emergencies == 1 ? "" : "s");
}
