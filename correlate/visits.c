/* Visits: gathered in memory by door, network and block of days, written where they are new. */
#include "correlate/visits.h"

#include "store/query.h"
#include "store/record.h"
#include "store/rows.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define VISITS_MAX      32768 /* gathered in memory before they are written */
#define SLOTS           (VISITS_MAX * 2)
#define FIRST_USER_PORT 1024

/* One row of table `visit`. */
struct visit {
    int64_t own, door, block, net, days;
};

struct visits {
    struct store *store;
    struct visit *list;
    uint32_t *slots; /* index into list plus 1; 0: free */
    size_t count;
};

#define KEY_COLUMNS 4 /* of them, these are the table's key */

static const struct row_column visit_columns[] = {
    ROW_AT(ROW_I64, visit, own),
    ROW_AT(ROW_I64, visit, door),
    ROW_AT(ROW_I64, visit, block),
    ROW_AT(ROW_I64, visit, net),
    ROW_AT(ROW_I64, visit, days),
};

static const struct row_shape visit_rows = ROW_SHAPE("new_visit", visit, visit_columns);

struct visits *visits_new(struct store *s, struct err *err)
{
    struct visits *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->list = malloc(VISITS_MAX * sizeof *all->list);
    all->slots = calloc(SLOTS, sizeof *all->slots);
    if (((all->list && all->slots) || err_nomem(err)) && store_rows_define(s, &visit_rows, err))
        return all;
    visits_free(all);
    return NULL;
}

void visits_free(struct visits *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->slots);
    free(all);
}

/* ------------------------------------------------------------------ one flow */

/* A server's answer whose question was not seen looks as if the server had come to us. */
bool visits_counts(const struct seen_flow *f)
{
    if (f->answer != ANSWER_DATA || f->flags & FLOW_OPENING_UNSEEN)
        return false;
    return f->proto == PROTO_TCP || (f->proto == PROTO_UDP && !(f->orig_port < FIRST_USER_PORT &&
                                                                  f->resp_port >= FIRST_USER_PORT));
}

bool visits_network(struct store *s, const struct end *remote, int64_t *net, struct err *err)
{
    if (store_id_is_v4(remote->id)) {
        *net = remote->id & ~INT64_C(255);
        return true;
    }
    struct ipaddr first = remote->ip;
    memset(first.b + 8, 0, 8);
    return store_address_id(s, &first, net, err);
}

static size_t slot_of(const struct visits *all, const struct visit *v)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = (uint64_t)v->own * odd;
    h = (h ^ (uint64_t)v->door ^ h >> 29) * odd;
    h = (h ^ (uint64_t)v->net ^ (uint64_t)v->block << 40 ^ h >> 31) * odd;
    size_t at = h >> 40;
    for (;; at++) {
        uint32_t n = all->slots[at % SLOTS];
        const struct visit *known = n ? &all->list[n - 1] : NULL;
        if (!known || (known->own == v->own && known->door == v->door && known->net == v->net &&
                          known->block == v->block))
            return at % SLOTS;
    }
}

bool visits_add_flow(struct visits *all, const struct seen_flow *f, const struct end *own,
    const struct end *remote, struct err *err)
{
    if (!visits_counts(f))
        return true;
    int64_t day = time_day(f->t_us), block = time_units(day, VISITS_BLOCK_DAYS);
    struct visit v = {.own = own->id,
        .door = visits_door(f),
        .block = block,
        .days = INT64_C(1) << (day - block * VISITS_BLOCK_DAYS)};
    if (!visits_network(all->store, remote, &v.net, err) ||
        (all->count == VISITS_MAX && !visits_flush(all, err)))
        return false;
    size_t at = slot_of(all, &v);
    if (!all->slots[at]) {
        all->list[all->count++] = v;
        all->slots[at] = (uint32_t)all->count;
    }
    all->list[all->slots[at] - 1].days |= v.days;
    return true;
}

/* ------------------------------------------------------------------ writing */

/* Of a port and block, what lies beyond the first VISITS_NETWORKS_MAX networks goes. */
static bool cut(struct visits *all, const struct visit *v, struct err *err)
{
    struct query *q = store_query(all->store, "ports open to everybody",
        "DELETE FROM visit WHERE own = :own AND door = :door AND block = :block AND net >= "
        "(SELECT net FROM visit WHERE own = :own AND door = :door AND block = :block "
        "ORDER BY net LIMIT 1 OFFSET :max)");
    query_bind_i(q, ":own", v->own);
    query_bind_i(q, ":door", v->door);
    query_bind_i(q, ":block", v->block);
    query_bind_i(q, ":max", VISITS_NETWORKS_MAX);
    query_step(q);
    return query_done(q, err);
}

static bool cut_all(struct visits *all, struct err *err)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct visit *v = &all->list[i], *next = v + 1;
        bool last = i + 1 == all->count || next->own != v->own || next->door != v->door ||
                    next->block != v->block;
        if (last && !cut(all, v, err))
            return false;
    }
    return true;
}

bool visits_flush(struct visits *all, struct err *err)
{
    if (all->count == 0)
        return true;
    if (!store_rows_sort(&visit_rows, all->list, all->count, KEY_COLUMNS, err))
        return false;
    store_rows_point(all->store, &visit_rows, all->list, all->count);
    bool done = store_do(all->store, "new visits",
                    "INSERT INTO fresh_visit SELECT n.own, n.door, n.block, n.net, "
                    "n.days & ~ifnull(v.days, 0) FROM new_visit AS n LEFT JOIN visit AS v "
                    "ON v.own = n.own AND v.door = n.door AND v.block = n.block AND v.net = n.net "
                    "WHERE n.days & ~ifnull(v.days, 0) <> 0 "
                    "ON CONFLICT DO UPDATE SET days = days | excluded.days",
                    err) &&
                store_do(all->store, "visits",
                    "INSERT INTO visit SELECT * FROM new_visit WHERE true "
                    "ON CONFLICT DO UPDATE SET days = days | excluded.days "
                    "WHERE days | excluded.days <> days",
                    err);
    store_rows_point(all->store, &visit_rows, NULL, 0);
    done = done && cut_all(all, err);
    memset(all->slots, 0, SLOTS * sizeof *all->slots);
    all->count = 0;
    return done;
}
