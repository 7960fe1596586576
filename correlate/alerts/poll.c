/* Regular gaps and even sizes of the attempts of one pair. */
#include "correlate/alerts/poll.h"

#include "correlate/alerts/beacon.h"
#include "store/query.h"
#include "util/order.h"

#include <stdio.h>
#include <stdlib.h>

#define TIMES_MAX 100000 /* attempts whose gaps are looked at: the first of an episode */

/* What is known of them; shares in percent. */
struct poll {
    struct beacon gaps;
    int64_t size; /* the median */
    int sizes, even;
};

static bool read_times(struct description *d, int64_t **times, size_t *count, struct err *err)
{
    const struct episode *e = d->episode;
    int64_t *list = malloc(TIMES_MAX * sizeof *list);
    size_t used = 0;
    if (!list)
        return err_nomem(err);
    struct query *q = store_query(d->store, "times of attempts",
        "SELECT t FROM attempt WHERE direction = :direction AND service = :service AND own = :own "
        "AND remote = :remote AND t BETWEEN :t0 AND :t1 AND weight > 0 ORDER BY t");
    query_bind_i(q, ":direction", e->type->direction);
    query_bind_i(q, ":service", e->key.service);
    query_bind_i(q, ":own", e->key.own);
    query_bind_i(q, ":remote", e->key.remote);
    query_bind_i(q, ":t0", e->t0);
    query_bind_i(q, ":t1", e->t1);
    while (used < TIMES_MAX && query_step(q))
        list[used++] = query_i(q, 0);
    *times = list;
    *count = used;
    return query_done(q, err);
}

/* Of the flows that are shown as evidence: the first and the last. */
static int read_sizes(struct description *d, int64_t sizes[ALERT_EVIDENCE_MAX], struct err *err)
{
    int count = 0;
    for (int i = 0; i < d->evidence_count; i++) {
        struct query *q = store_query(d->store, "size of a flow",
            "SELECT ifnull(orig_bytes, 0) + ifnull(resp_bytes, 0) FROM flow WHERE id = :flow");
        query_bind_i(q, ":flow", d->evidence[i].flow);
        if (query_step(q) && query_i(q, 0) > 0)
            sizes[count++] = query_i(q, 0);
        if (!query_done(q, err))
            return -1;
    }
    return count;
}

static void measure_sizes(struct poll *p, int64_t *sizes, int count)
{
    int alike = 0;
    qsort(sizes, (size_t)count, sizeof *sizes, order_i64);
    p->sizes = count;
    p->size = count ? sizes[count / 2] : 0;
    for (int i = 0; i < count; i++) {
        int64_t off = sizes[i] > p->size ? sizes[i] - p->size : p->size - sizes[i];
        alike += off <= p->size * POLL_SIZE_WITHIN / 100;
    }
    p->even = count ? alike * 100 / count : 0;
}

static bool is_regular(const struct beacon *gaps)
{
    return gaps->share >= BEACON_SHARE_MIN && gaps->gap_us >= POLL_GAP_MIN_US;
}

static bool is_even(const struct poll *p)
{
    return p->sizes >= BEACON_CONTACTS_MIN && p->even >= POLL_SIZES_MIN;
}

/* ------------------------------------------------------------------ what is told */

/* No share of the sizes: of a connection that was logged twice with other figures either may count. */
static void tell_regular(struct description *d, const struct poll *p)
{
    char gap[32], least[32];
    duration_format(p->gaps.gap_us, gap);
    duration_format(POLL_GAP_MIN_US, least);
    describe_basis(
        d, (struct alert_basis){BASIS_PATTERN, "", "gaps",
               describe_text(d, "%s: %d %% of %zu gaps within %d %% of it", gap, p->gaps.share,
                   p->gaps.gaps, BEACON_WITHIN),
               describe_text(d, "%d %%, and %s or more", BEACON_SHARE_MIN, least),
               "as a monitor or a scheduled job connects, rather than somebody who guesses"});
    describe_basis(d,
        (struct alert_basis){BASIS_PATTERN, "", "sizes",
            describe_text(d, "about %lld bytes each", (long long)p->size),
            describe_text(d, "%d %% within %d %% of the median", POLL_SIZES_MIN, POLL_SIZE_WITHIN),
            "each does the same"});
}

/* A name as inventories have them: "monitor-198-51-100-7". */
static const char *name_of(struct description *d, const char *address)
{
    char name[IP_TEXT_SIZE + 16];
    snprintf(name, sizeof name, "monitor-%s", address);
    for (char *c = name; *c; c++)
        if (*c == '.' || *c == ':')
            *c = '-';
    return describe_text(d, "%s", name);
}

static void tell_role(struct description *d, const struct ipaddr *client, const char *address)
{
    const struct resource *known = inventory_find(d->inventory, client);
    char roles[128] = "";
    if (known && known->roles)
        inventory_roles_format(known->roles, roles);
    const char *lines =
        known ? describe_text(
                    d, "[resource %s]\nrole = %s%smonitor", known->name, roles, *roles ? ", " : "")
              : describe_text(d,
                    "[resource %s]\naddress = %s\nrole = monitor\nreason = checks whether "
                    "the service is there",
                    name_of(d, address), address);
    describe_basis(d,
        (struct alert_basis){BASIS_PATTERN, "", "role", lines, "",
            known
                ? "where it is a monitor of yours: the role line of that resource in the inventory"
                : "where it is a monitor of yours: write this into the inventory"});
}

/* The client is the one to whom a role would be given: of incoming traffic the other side. */
static bool tell(struct description *d, const struct poll *p, struct err *err)
{
    bool incoming = d->episode->type->direction == DIRECTION_INCOMING;
    int64_t id = incoming ? d->episode->key.remote : d->episode->key.own;
    struct ipaddr client;
    if (!store_address(d->store, id, &client, err))
        return false;
    const char *address = describe_address(d, id, err);
    if (!address)
        return false;
    tell_regular(d, p);
    if (d->episode->type->exempt_roles & ROLE_MONITOR)
        tell_role(d, &client, address);
    return true;
}

bool poll_tell(struct description *d, struct err *err)
{
    int64_t *times = NULL, sizes[ALERT_EVIDENCE_MAX];
    size_t count = 0;
    struct poll poll;
    if (d->episode->query->facts != QUERY_ATTEMPT_BY_REMOTE)
        return true;
    bool done = read_times(d, &times, &count, err);
    poll.gaps = beacon_of(times, done ? count : 0);
    free(times);
    if (!done || !is_regular(&poll.gaps)) /* few are: the flows are not looked up for nothing */
        return done;
    int known = read_sizes(d, sizes, err);
    if (known < 0)
        return false;
    measure_sizes(&poll, sizes, known);
    return !is_even(&poll) || tell(d, &poll, err);
}
