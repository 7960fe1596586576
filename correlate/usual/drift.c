/* What drifts, looked at where sums changed. */
#include "correlate/usual/drift.h"

#include "store/query.h"

struct drifting {
    struct store *store;
    struct drift_news news;
    bool any_before; /* some were told in an earlier run */
    struct err *err;
    bool failed;
};

static void bind_key(struct query *q, const struct usual *u)
{
    query_bind_i(q, ":direction", u->direction);
    query_bind_i(q, ":service", u->service_id);
    query_bind_i(q, ":own", u->own_id);
    query_bind_i(q, ":metric", u->metric);
}

static bool note(void *arg, const struct usual *u)
{
    struct drifting *d = arg;
    if (!u->drifts && !d->any_before)
        return true;
    struct query *q = u->drifts
                          ? store_query(d->store, "drift",
                                "INSERT OR IGNORE INTO drift (direction, service, own, metric) "
                                "VALUES (:direction, :service, :own, :metric)")
                          : store_query(d->store, "end of a drift",
                                "DELETE FROM drift WHERE direction = :direction "
                                "AND service = :service AND own = :own AND metric = :metric");
    bind_key(q, u);
    query_step(q);
    d->failed = !query_done(q, d->err);
    if (!d->failed && u->drifts && store_changes(d->store) > 0 && d->news.count++ == 0)
        d->news.first = *u;
    return !d->failed;
}

bool drift_update(struct store *s, const struct catalog *catalog, bool everything,
    struct drift_news *news, struct err *err)
{
    struct drifting d = {.store = s, .err = err};
    struct query *q = store_query(
        s, "any drift", "SELECT 1 FROM drift LIMIT 1 /* scans drift: no further than a row */");
    d.any_before = query_step(q);
    if (!query_done(q, err) || !usual_each_drift(s, catalog, everything, note, &d, err) || d.failed)
        return false;
    *news = d.news;
    return true;
}
