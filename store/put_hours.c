/* Notes the hours in which records began, so that an hour without logins can be told from an hour
 * without a sensor. */
#include "store/internal.h"
#include "store/query.h"
#include "store/record.h"
#include "util/timefmt.h"

#define RECENT 64 /* hours that the batch is known to have, by their last bits */

bool store_put_hours(struct store *s, const struct batch *b, struct err *err);

struct noting {
    struct store *store;
    int64_t begin_us; /* of the hour noted last; most records fall into it */
    bool any;
    int64_t recent[RECENT];
    struct err *err;
};

static bool insert_hour(struct noting *n, int64_t hour)
{
    struct query *q = store_query(
        n->store, "hour", "INSERT OR IGNORE INTO logged_hour (id, hour) VALUES (NULL, :hour)");
    query_bind_i(q, ":hour", hour);
    query_step(q);
    return query_done(q, n->err);
}

static bool note(struct noting *n, int64_t t_us)
{
    if (n->any && t_us >= n->begin_us && t_us - n->begin_us < TIME_US_HOUR)
        return true;
    int64_t hour = time_hour(t_us), *recent = &n->recent[(uint64_t)hour % RECENT];
    n->begin_us = hour * TIME_US_HOUR;
    n->any = true;
    if (*recent == hour)
        return true;
    *recent = hour;
    return insert_hour(n, hour);
}

bool store_put_hours(struct store *s, const struct batch *b, struct err *err)
{
    struct noting n = {.store = s, .err = err};
    bool done = true;
    for (size_t i = 0; i < RECENT; i++)
        n.recent[i] = INT64_MIN;
    for (size_t i = 0; done && i < b->flow_count; i++)
        done = note(&n, b->flows[i].t_us);
    for (size_t i = 0; done && i < b->login_count; i++)
        done = note(&n, b->logins[i].t_us);
    for (size_t i = 0; done && i < b->signature_count; i++)
        done = note(&n, b->signatures[i].t_us);
    for (size_t i = 0; done && i < b->name_count; i++)
        done = note(&n, b->names[i].t_us);
    return done;
}
