/* Reading the time before a moment. */
#include "correlate/usual/history.h"

#include "store/query.h"
#include "util/list.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>

void history_done(struct history *h)
{
    free(h->logged);
    h->logged = NULL;
    h->logged_count = h->logged_cap = 0;
}

static void bind_key(struct query *q, const struct history *h, const struct finding_key *key)
{
    query_bind_i(q, ":direction", h->type->direction);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
}

static void bind_times(struct query *q, const struct history_range *range)
{
    query_bind_i(q, ":from", range->from * TIME_US_HOUR);
    query_bind_i(q, ":until", range->until * TIME_US_HOUR);
}

/* ------------------------------------------------------------------ logged hours */

static bool add_hour(struct history *h, int64_t hour, struct err *err)
{
    if (!list_room(&h->logged, h->logged_count, &h->logged_cap, sizeof *h->logged, err))
        return false;
    h->logged[h->logged_count++] = hour;
    return true;
}

/* Most ranges of a run overlap, so the hours are kept. */
static bool load_hours(struct history *h, const struct history_range *range, struct err *err)
{
    bool any = h->have_from < h->have_until, done = true;
    if (any && range->from >= h->have_from && range->until <= h->have_until)
        return true;
    h->have_from = any && h->have_from < range->from ? h->have_from : range->from;
    h->have_until = any && h->have_until > range->until ? h->have_until : range->until;
    h->logged_count = 0;
    struct query *q = store_query(h->store, "logged hours",
        "SELECT hour FROM logged_hour WHERE hour >= :from AND hour < :until ORDER BY hour");
    query_bind_i(q, ":from", h->have_from);
    query_bind_i(q, ":until", h->have_until);
    while (done && query_step(q))
        done = add_hour(h, query_i(q, 0), err);
    return query_done(q, err) && done;
}

static size_t hours_before(const struct history *h, int64_t hour)
{
    size_t lo = 0, hi = h->logged_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (h->logged[mid] < hour)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool history_hours(struct history *h, const struct history_range *range, const uint8_t *marked,
    int64_t *logged, int64_t *excluded, struct err *err)
{
    if (!load_hours(h, range, err))
        return false;
    size_t first = hours_before(h, range->from), end = hours_before(h, range->until);
    *logged = (int64_t)(end - first);
    *excluded = 0;
    for (size_t i = first; marked && i < end; i++)
        *excluded += marked[h->logged[i] - range->from];
    return true;
}

/* ------------------------------------------------------------------ logins */

struct days {
    int64_t *counts;
    size_t count, cap;
};

static bool add_day(struct days *days, int64_t count, struct err *err)
{
    if (!list_room(&days->counts, days->count, &days->cap, sizeof *days->counts, err))
        return false;
    days->counts[days->count++] = count;
    return true;
}

bool history_peer(struct history *h, const struct finding_key *key,
    const struct history_range *range, struct history_peer *peer, struct err *err)
{
    struct days days = {0};
    bool done = true;
    *peer = (struct history_peer){0};
    struct query *q = store_query(h->store, "logins of a pair by day",
        "SELECT (t - ((t % 86400000000) + 86400000000) % 86400000000) / 86400000000 AS day, "
        "SUM(scale), MIN(t) FROM attempt INDEXED BY attempt_success WHERE kind >= 2 "
        "AND direction = :direction AND service = :service AND own = :own AND remote = :remote "
        "AND t >= :from AND t < :until GROUP BY day ORDER BY day");
    bind_key(q, h, key);
    query_bind_i(q, ":remote", key->remote);
    bind_times(q, range);
    while (done && query_step(q)) {
        peer->first_us = days.count ? peer->first_us : query_i(q, 2);
        done = add_day(&days, query_i(q, 1), err);
    }
    done = query_done(q, err) && done;
    if (done && days.count) {
        qsort(days.counts, days.count, sizeof *days.counts, order_i64);
        peer->days = (int64_t)days.count;
        peer->per_day = days.counts[(days.count - 1) / 2];
    }
    free(days.counts);
    return done;
}

bool history_logins(struct history *h, const struct finding_key *key,
    const struct history_range *range, int64_t *logins, int64_t *stated, struct err *err)
{
    struct query *q = store_query(h->store, "logins of an address",
        "SELECT SUM(logins), SUM(stated) FROM rollup WHERE direction = :direction "
        "AND service = :service AND own = :own AND span = 1 AND bin >= :from AND bin < :until");
    bind_key(q, h, key);
    query_bind_i(q, ":from", range->from);
    query_bind_i(q, ":until", range->until);
    bool any = query_step(q);
    *logins = any ? query_i(q, 0) : 0;
    *stated = any ? query_i(q, 1) : 0;
    return query_done(q, err);
}

/* ------------------------------------------------------------------ bins */

static struct query *pair_bins(struct history *h, const struct finding_key *key, int64_t span,
    const struct history_range *range)
{
    struct query *q = store_query(h->store, "logins of a pair",
        "SELECT (t - ((t % :us) + :us) % :us) / :us AS bin, SUM(scale) "
        "FROM attempt INDEXED BY attempt_success WHERE kind >= 2 AND direction = :direction "
        "AND service = :service AND own = :own AND remote = :remote AND t >= :from "
        "AND t < :until GROUP BY bin");
    bind_key(q, h, key);
    query_bind_i(q, ":us", span * TIME_US_HOUR);
    query_bind_i(q, ":remote", key->remote);
    bind_times(q, range);
    return q;
}

static struct query *own_bins(struct history *h, const struct finding_key *key, int64_t span,
    const struct history_range *range)
{
    struct query *q = store_query(h->store, "others that logged in",
        "SELECT bin, users FROM rollup WHERE direction = :direction AND service = :service "
        "AND own = :own AND span = :span AND bin >= :from AND bin < :until AND users > 0");
    bind_key(q, h, key);
    query_bind_i(q, ":span", span);
    query_bind_i(q, ":from", time_units(range->from + span - 1, span)); /* whole days */
    query_bind_i(q, ":until", time_units(range->until, span));
    return q;
}

bool history_bins(struct history *h, const struct finding_key *key, int64_t span,
    const struct history_range *range, struct baseline_bin **bins, int64_t *count, struct err *err)
{
    struct baseline_bin *list = NULL;
    int64_t n = 0;
    size_t cap = 0;
    bool done = true;
    struct query *q = h->type->metric == METRIC_ATTEMPTS ? pair_bins(h, key, span, range)
                                                         : own_bins(h, key, span, range);
    while (done && query_step(q)) {
        done = list_room(&list, (size_t)n, &cap, sizeof *list, err);
        if (done)
            list[n++] = (struct baseline_bin){query_i(q, 0), query_i(q, 1)};
    }
    if (query_done(q, err) && done) {
        *bins = list;
        *count = n;
        return true;
    }
    free(list);
    return false;
}

/* ------------------------------------------------------------------ volumes */

/* What goes out in a minute, flow by flow from its start on; of a longer flow the share of a minute.
 * flags: 2 attack-shaped, 4 one way (correlate/facts/shape.h). */
static const char volumes[] =
    "SELECT hour, MAX(flows), MAX(packets), MAX(bytes) FROM ("
    "SELECT (t - ((t % 3600000000) + 3600000000) % 3600000000) / 3600000000 AS hour, "
    "(t - ((t % 60000000) + 60000000) % 60000000) / 60000000 AS minute, "
    "SUM(CASE WHEN flags & 2 <> 0 THEN scale ELSE 0 END) AS flows, "
    "SUM(CASE WHEN flags & 4 = 0 THEN 0 WHEN duration <= 60000000 THEN pkts "
    "ELSE pkts / (duration / 60000000 + 1) END) AS packets, "
    "SUM(CASE WHEN flags & 4 = 0 THEN 0 WHEN duration <= 60000000 THEN bytes "
    "ELSE bytes / (duration / 60000000 + 1) END) AS bytes "
    "FROM probe WHERE own = :own AND t >= :from AND t < :until AND flags & 6 <> 0 AND leg = 0 "
    "GROUP BY remote, hour, minute) AS minutes GROUP BY hour";

bool history_volumes(struct history *h, const struct finding_key *key,
    const struct history_range *range, struct history_volume **hours, size_t *count,
    struct err *err)
{
    struct history_volume *list = NULL;
    size_t n = 0, cap = 0;
    bool done = true;
    struct query *q = store_query(h->store, "volumes by the hour", volumes);
    query_bind_i(q, ":own", key->own);
    bind_times(q, range);
    while (done && query_step(q)) {
        done = list_room(&list, n, &cap, sizeof *list, err);
        if (done)
            list[n++] = (struct history_volume){
                query_i(q, 0), {query_i(q, 1), query_i(q, 2), query_i(q, 3)}};
    }
    if (query_done(q, err) && done) {
        *hours = list;
        *count = n;
        return true;
    }
    free(list);
    return false;
}
