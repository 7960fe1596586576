/* Visits: gathered in memory by door, network and block of days, written where they are new. */
#include "correlate/facts/visits.h"

#include "store/query.h"
#include "store/record.h"
#include "store/rows.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define VISITS_MAX      65536 /* gathered in memory before they are written */
#define SLOTS           (VISITS_MAX * 2)
#define GATES_MAX       16384
#define GATE_SLOTS      (GATES_MAX * 2)
#define WAITING_MAX     64
#define FIRST_USER_PORT 1024
#define NONE            UINT32_MAX

/* One row of table `visit`. */
struct visit {
    int64_t own, door, block, net, days;
};

/* A door, in one block of days. */
struct gate {
    int64_t own, door, block;
};

/* A network that came to a gate. */
struct guest {
    int64_t net;
    uint32_t gate; /* its number, NONE: a free slot */
    uint32_t days;
};

struct visits {
    struct store *store;
    struct guest *guests; /* SLOTS: each is a look into memory that is far away, so that … */
    struct guest waiting[WAITING_MAX]; /* … some wait until all of theirs is on its way */
    struct gate *gates;
    uint32_t *gate_slots; /* numbers of gates; NONE: free */
    struct visit *list;   /* what is being written */
    size_t count, gate_count;
    int waiting_count;
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

/* Fills the tables with NONE. A page that is read before it is written would be mapped twice, the second time
 * with all threads held up. */
static void empty(struct visits *all)
{
    memset(all->guests, 0xff, SLOTS * sizeof *all->guests);
    memset(all->gate_slots, 0xff, GATE_SLOTS * sizeof *all->gate_slots);
    all->count = all->gate_count = 0;
}

struct visits *visits_new(struct store *s, struct err *err)
{
    struct visits *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->list = malloc(VISITS_MAX * sizeof *all->list);
    all->guests = malloc(SLOTS * sizeof *all->guests);
    all->gates = malloc(GATES_MAX * sizeof *all->gates);
    all->gate_slots = malloc(GATE_SLOTS * sizeof *all->gate_slots);
    if (((all->list && all->guests && all->gates && all->gate_slots) || err_nomem(err)) &&
        store_rows_define(s, &visit_rows, err)) {
        empty(all);
        return all;
    }
    visits_free(all);
    return NULL;
}

void visits_free(struct visits *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->guests);
    free(all->gates);
    free(all->gate_slots);
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

static uint64_t mix(uint64_t h, int64_t number)
{
    return (h ^ (uint64_t)number ^ h >> 31) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The number of the gate in the list, where it is put if it is new. */
static uint32_t gate_number(struct visits *all, const struct gate *g)
{
    uint64_t at = mix(mix(mix(1, g->own), g->door), g->block) >> 40;
    for (;; at++) {
        uint32_t *number = &all->gate_slots[at % GATE_SLOTS];
        if (*number == NONE) {
            *number = (uint32_t)all->gate_count;
            all->gates[all->gate_count++] = *g;
        }
        const struct gate *known = &all->gates[*number];
        if (known->own == g->own && known->door == g->door && known->block == g->block)
            return *number;
    }
}

static uint64_t place_of(const struct guest *g)
{
    return mix(mix(1, g->gate), g->net) >> 40;
}

static void let_in(struct visits *all, const struct guest *g)
{
    for (uint64_t at = place_of(g);; at++) {
        struct guest *known = &all->guests[at % SLOTS];
        if (known->gate == NONE) {
            *known = *g;
            all->count++;
            return;
        }
        if (known->net == g->net && known->gate == g->gate) {
            known->days |= g->days;
            return;
        }
    }
}

static void let_all_in(struct visits *all)
{
    for (int i = 0; i < all->waiting_count; i++)
        __builtin_prefetch(&all->guests[place_of(&all->waiting[i]) % SLOTS]);
    for (int i = 0; i < all->waiting_count; i++)
        let_in(all, &all->waiting[i]);
    all->waiting_count = 0;
}

bool visits_add_flow(struct visits *all, const struct seen_flow *f, const struct end *own,
    const struct end *remote, struct err *err)
{
    if (!visits_counts(f))
        return true;
    int64_t net, day = time_day(f->t_us), block = time_units(day, VISITS_BLOCK_DAYS);
    bool full = all->count + WAITING_MAX > VISITS_MAX || all->gate_count == GATES_MAX;
    if (!visits_network(all->store, remote, &net, err) || (full && !visits_flush(all, err)))
        return false;
    uint32_t gate = gate_number(all, &(struct gate){own->id, visits_door(f), block});
    all->waiting[all->waiting_count++] =
        (struct guest){net, gate, UINT32_C(1) << (day - block * VISITS_BLOCK_DAYS)};
    if (all->waiting_count == WAITING_MAX)
        let_all_in(all);
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

static void list_guests(struct visits *all)
{
    struct visit *v = all->list;
    for (const struct guest *g = all->guests; g < all->guests + SLOTS; g++) {
        if (g->gate == NONE)
            continue;
        const struct gate *gate = &all->gates[g->gate];
        *v++ = (struct visit){gate->own, gate->door, gate->block, g->net, g->days};
    }
}

bool visits_flush(struct visits *all, struct err *err)
{
    let_all_in(all);
    if (all->count == 0)
        return true;
    list_guests(all);
    if (!store_rows_sort(&visit_rows, all->list, all->count, KEY_COLUMNS, err))
        return false;
    store_rows_point(all->store, &visit_rows, all->list, all->count);
    bool done = store_do(all->store, "new visits",
                    "INSERT INTO fresh_visit SELECT n.own, n.door, n.block, n.net, "
                    "n.days & ~ifnull(v.days, 0) FROM new_visit AS n LEFT JOIN visit AS v "
                    "ON v.own = n.own AND v.door = n.door AND v.block = n.block AND v.net = n.net "
                    "WHERE n.days & ~ifnull(v.days, 0) <> 0",
                    err) &&
                store_do(all->store, "visits",
                    "INSERT INTO visit SELECT * FROM new_visit WHERE true "
                    "ON CONFLICT DO UPDATE SET days = days | excluded.days "
                    "WHERE days | excluded.days <> days",
                    err);
    store_rows_point(all->store, &visit_rows, NULL, 0);
    done = done && cut_all(all, err);
    empty(all);
    return done;
}
