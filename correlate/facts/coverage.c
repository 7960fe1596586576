/* Coverage, hour by hour: made anew from the reports of an hour when one of them is new, so that
 * neither order nor repetition shows. */
#include "correlate/facts/coverage.h"

#include "store/coverage.h"
#include "store/query.h"
#include "store/record.h"
#include "util/list.h"
#include "util/timefmt.h"

#include <stdlib.h>

/* Two reports of one run of a sensor that lie further apart are not compared, and one report speaks
 * for no longer. */
#define LINK_US     TIME_US_HOUR
#define RUN_US      (2 * TIME_US_SECOND) /* the start of a run, reckoned from whole seconds of uptime */
#define REPORTS_MAX 100000               /* of one hour that are looked at */

/* ------------------------------------------------------------------ one hour */

struct report {
    int64_t t, since, whole, lost, emergencies;
    bool running;
};

struct hour {
    int64_t sensor, hour;
    int64_t reported, whole, lost, emergencies;
    struct report *reports;
    size_t count;
};

/* Bits for the minutes from t0 to t1, as far as they belong to the hour. */
static int64_t minutes(const struct hour *h, int64_t t0, int64_t t1)
{
    int64_t bits = 0, begin = h->hour * TIME_US_HOUR;
    for (int64_t minute = 0; minute < 60; minute++) {
        int64_t from = begin + minute * TIME_US_MINUTE;
        if (t0 < from + TIME_US_MINUTE && t1 >= from)
            bits |= INT64_C(1) << minute;
    }
    return bits;
}

static int64_t increase(int64_t now, int64_t before)
{
    return now > before ? now - before : 0;
}

/* The report before this one of the same run of the sensor; NULL: none that is near. */
static const struct report *report_before(const struct hour *h, size_t at)
{
    const struct report *r = &h->reports[at];
    for (size_t i = at; i > 0; i--) {
        const struct report *b = &h->reports[i - 1];
        if (r->t - b->t > LINK_US)
            return NULL;
        if (b->running && b->t < r->t && llabs(b->since - r->since) <= RUN_US)
            return b;
    }
    return NULL;
}

/* Counts that go on: what came since the report before, or since the sensor's start. */
static void add_running(struct hour *h, size_t at, bool ends_here)
{
    static const struct report nothing;
    const struct report *r = &h->reports[at], *before = report_before(h, at);
    bool fresh = !before && r->t - r->since <= LINK_US;
    h->reported |= minutes(h, before ? before->t : fresh ? r->since : r->t, r->t);
    if (!ends_here || (!before && !fresh))
        return;
    before = before ? before : &nothing;
    h->whole += increase(r->whole, before->whole);
    h->lost += increase(r->lost, before->lost);
    h->emergencies += increase(r->emergencies, before->emergencies > 0 ? before->emergencies : 0);
}

static void add_report(struct hour *h, size_t at)
{
    const struct report *r = &h->reports[at];
    bool ends_here = time_hour(r->t) == h->hour;
    if (r->running) {
        add_running(h, at, ends_here);
        return;
    }
    h->reported |= minutes(h, r->t - r->since > LINK_US ? r->t - LINK_US : r->since, r->t);
    if (ends_here) {
        h->whole += r->whole;
        h->lost += r->lost;
    }
}

/* Those that may speak of the hour, and those before them that they are compared with. */
static bool load_reports(struct store *s, struct hour *h, struct err *err)
{
    size_t cap = 0;
    bool done = true;
    int64_t begin = h->hour * TIME_US_HOUR;
    struct query *q = store_query(s, "reports of an hour",
        "SELECT t, since, whole, lost, emergencies, running FROM health WHERE sensor = :sensor "
        "AND t BETWEEN :from AND :to "
        "ORDER BY t, since, whole, lost, emergencies, running");
    query_bind_i(q, ":sensor", h->sensor);
    query_bind_i(q, ":from", begin - LINK_US);
    query_bind_i(q, ":to", begin + TIME_US_HOUR + LINK_US);
    while (done && h->count < REPORTS_MAX && query_step(q)) {
        done = list_room(&h->reports, h->count, &cap, sizeof *h->reports, err);
        if (done)
            h->reports[h->count++] = (struct report){query_i(q, 0), query_i(q, 1), query_i(q, 2),
                query_i(q, 3), query_i(q, 4), query_i(q, 5) != 0};
    }
    return query_done(q, err) && done;
}

static bool write_hour(struct store *s, const struct hour *h, struct err *err)
{
    struct query *q = store_query(s, "coverage",
        "INSERT INTO coverage (sensor, hour, reported, whole, lost, emergencies, fresh) "
        "VALUES (:sensor, :hour, :reported, :whole, :lost, :emergencies, 1) "
        "ON CONFLICT DO UPDATE SET reported = excluded.reported, whole = excluded.whole, "
        "lost = excluded.lost, emergencies = excluded.emergencies, fresh = 1 "
        "WHERE (reported, whole, lost, emergencies) <> "
        "(excluded.reported, excluded.whole, excluded.lost, excluded.emergencies)");
    query_bind_i(q, ":sensor", h->sensor);
    query_bind_i(q, ":hour", h->hour);
    query_bind_i(q, ":reported", h->reported);
    query_bind_i(q, ":whole", h->whole);
    query_bind_i(q, ":lost", h->lost);
    query_bind_i(q, ":emergencies", h->emergencies);
    query_step(q);
    return query_done(q, err);
}

static bool sum_hour(struct store *s, int64_t sensor, int64_t hour, struct err *err)
{
    struct hour h = {.sensor = sensor, .hour = hour};
    bool done = load_reports(s, &h, err);
    for (size_t i = 0; done && i < h.count; i++)
        add_report(&h, i);
    done = done && write_hour(s, &h, err);
    free(h.reports);
    return done;
}

/* ------------------------------------------------------------------ what is new */

static bool newest_report(struct store *s, int64_t *after, int64_t *upto, struct err *err)
{
    if (!store_state_get(s, "coverage health", 0, after, err))
        return false;
    struct query *q = store_query(s, "newest report", "SELECT max(id) FROM health");
    *upto = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

bool coverage_waiting(struct store *s, bool *yes, struct err *err)
{
    int64_t after, upto;
    if (!newest_report(s, &after, &upto, err))
        return false;
    struct query *q =
        store_query(s, "fresh coverage", "SELECT 1 FROM coverage WHERE fresh = 1 LIMIT 1");
    *yes = query_step(q) || after != upto;
    return query_done(q, err);
}

/* The hours that new reports speak of, by sensor (the key's own). A report changes what the next one
 * is compared with. */
static bool touched_hours(struct store *s, int64_t after, struct span_list *hours, struct err *err)
{
    bool done = true;
    struct query *q = store_query(s, "new reports",
        "SELECT sensor, t FROM health NOT INDEXED WHERE id > :after ORDER BY sensor, t");
    query_bind_i(q, ":after", after);
    while (done && query_step(q)) {
        int64_t first = time_hour(query_i(q, 1) - LINK_US),
                last = time_hour(query_i(q, 1) + LINK_US);
        struct span *known = hours->count ? &hours->spans[hours->count - 1] : NULL;
        if (known && known->key.own == query_i(q, 0) && first <= known->t1 + 1)
            known->t1 = last;
        else
            done = span_add(hours, &(struct span){{.own = query_i(q, 0)}, first, last}, err);
    }
    return query_done(q, err) && done;
}

static bool sum_new(struct store *s, struct err *err)
{
    int64_t after, upto;
    struct span_list hours = {0};
    if (!newest_report(s, &after, &upto, err))
        return false;
    if (after == upto)
        return true;
    bool done = touched_hours(s, after, &hours, err);
    for (size_t i = 0; done && i < hours.count; i++)
        for (int64_t hour = hours.spans[i].t0; done && hour <= hours.spans[i].t1; hour++)
            done = sum_hour(s, hours.spans[i].key.own, hour, err);
    span_done(&hours);
    return done && store_state_set(s, "coverage health", upto, err);
}

/* While no sensor tells of a loss, alerts have nothing to say of it. */
bool coverage_update(struct store *s, struct span_list *changed, struct err *err)
{
    bool told;
    bool done = sum_new(s, err) && store_coverage_told(s, INT64_MIN, INT64_MAX, &told, err);
    if (!done)
        return false;
    struct query *q = store_query(
        s, "fresh coverage", "SELECT DISTINCT hour FROM coverage WHERE fresh = 1 ORDER BY hour");
    while (done && query_step(q)) {
        int64_t begin = query_i(q, 0) * TIME_US_HOUR, end = begin + TIME_US_HOUR - 1;
        struct span *known = changed->count ? &changed->spans[changed->count - 1] : NULL;
        if (known && known->t1 + 1 == begin)
            known->t1 = end;
        else if (told)
            done = span_add(changed, &(struct span){.t0 = begin, .t1 = end}, err);
    }
    return query_done(q, err) && done &&
           store_do(s, "coverage told", "UPDATE coverage SET fresh = 0 WHERE fresh = 1", err);
}

/* ------------------------------------------------------------------ alerts */

bool coverage_mark(struct store *s, int64_t type_id, const struct span_list *changed,
    struct span_list *dirty, struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < changed->count; i++) {
        struct query *q = store_query(s, "alerts of changed hours",
            "SELECT own, remote, service, part, t0, t1 FROM alert INDEXED BY alert_by_end "
            "WHERE type = :type AND superseded IS NULL AND t1 >= :lo AND t0 <= :hi");
        query_bind_i(q, ":type", type_id);
        query_bind_i(q, ":lo", changed->spans[i].t0);
        query_bind_i(q, ":hi", changed->spans[i].t1);
        while (done && query_step(q)) {
            struct span span = {{query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)},
                query_i(q, 4), query_i(q, 5)};
            done = span_add(dirty, &span, err);
        }
        done = query_done(q, err) && done;
    }
    return done;
}

struct telling {
    struct description *d;
    struct buf text;
    int best_loss;     /* of the sensor that saw most, in thousandths */
    int64_t best_seen; /* percent of the minutes */
    bool any, silent;  /* a sensor that does not report may have seen all */
};

static bool tell_sensor(void *arg, const struct coverage *c)
{
    struct telling *t = arg;
    struct buf line = {0};
    int loss = coverage_loss(c);
    if (!c->reports) {
        t->silent = true;
        if (!c->torn)
            return true;
    }
    coverage_format(c, &line);
    if (line.text)
        describe_basis(
            t->d, (struct alert_basis){BASIS_COVERAGE, "", describe_text(t->d, "%s", c->sensor),
                      describe_text(t->d, "%s", line.text), "", ""});
    buf_printf(
        &t->text, "%s%s: %s", t->text.len ? "; " : "", c->sensor, line.text ? line.text : "");
    buf_done(&line);
    if (c->reports) {
        int64_t seen = c->seen * 100 / c->minutes;
        t->best_loss = !t->any || (loss >= 0 && loss < t->best_loss) ? loss : t->best_loss;
        t->best_seen = seen > t->best_seen ? seen : t->best_seen;
        t->any = true;
    }
    return !t->text.failed;
}

/* Two sensors make up for each other: the better one counts, and one that reports nothing may have
 * seen all. */
bool describe_coverage(struct description *d, struct err *err)
{
    struct telling t = {.d = d};
    bool told;
    if (!store_coverage_told(d->store, d->start_us, d->end_us, &told, err))
        return false;
    if (!told)
        return true;
    bool done = store_coverage_each(d->store, d->start_us, d->end_us, tell_sensor, &t, err);
    if (done && t.text.len)
        describe_property(d, "Coverage", describe_text(d, "%s", t.text.text));
    if (done && t.any && !t.silent) {
        d->loss = t.best_loss > 0 ? t.best_loss : 0;
        d->unseen = (int)(100 - t.best_seen);
    }
    done = done && (!t.text.failed || err_nomem(err));
    buf_done(&t.text);
    return done;
}
