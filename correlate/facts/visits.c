/* Visits: gathered in memory by door, network and block of days, and added to what is stored of each door. */
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

/* A network that came to a gate. */
struct guest {
    int64_t net;
    uint32_t gate; /* its number, NONE: a free slot */
    uint32_t days;
};

/* One door's, while they are written. */
struct lists {
    struct visitors came, stored, all, fresh;
    char bytes[VISITORS_MAX * VISITOR_BYTES];
};

struct visits {
    struct store *store;
    struct guest *guests; /* SLOTS: each is a look into memory that is far away, so that … */
    struct guest waiting[WAITING_MAX]; /* … some wait until all of theirs is on its way */
    struct visits_gate *gates;
    uint32_t *gate_slots; /* numbers of gates; NONE: free */
    struct lists *lists;
    size_t count, gate_count;
    int waiting_count;
};

static const struct row_column guest_columns[] = {
    ROW_AT(ROW_U32, guest, gate), ROW_AT(ROW_I64, guest, net)};

static const struct row_shape guest_rows = ROW_SHAPE("guest", guest, guest_columns);

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
    all->guests = malloc(SLOTS * sizeof *all->guests);
    all->gates = malloc(GATES_MAX * sizeof *all->gates);
    all->gate_slots = malloc(GATE_SLOTS * sizeof *all->gate_slots);
    all->lists = malloc(sizeof *all->lists);
    if (all->guests && all->gates && all->gate_slots && all->lists) {
        empty(all);
        return all;
    }
    err_nomem(err);
    visits_free(all);
    return NULL;
}

void visits_free(struct visits *all)
{
    if (!all)
        return;
    free(all->guests);
    free(all->gates);
    free(all->gate_slots);
    free(all->lists);
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
static uint32_t gate_number(struct visits *all, const struct visits_gate *g)
{
    uint64_t at = mix(mix(mix(1, g->own), g->door), g->block) >> 40;
    for (;; at++) {
        uint32_t *number = &all->gate_slots[at % GATE_SLOTS];
        if (*number == NONE) {
            *number = (uint32_t)all->gate_count;
            all->gates[all->gate_count++] = *g;
        }
        const struct visits_gate *known = &all->gates[*number];
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
    uint32_t gate = gate_number(all, &(struct visits_gate){own->id, visits_door(f), block});
    all->waiting[all->waiting_count++] =
        (struct guest){net, gate, UINT32_C(1) << (day - block * VISITS_BLOCK_DAYS)};
    if (all->waiting_count == WAITING_MAX)
        let_all_in(all);
    return true;
}

/* ------------------------------------------------------------------ writing */

#define GATE_ROW " WHERE own = :own AND door = :door AND block = :block"
#define NEW_ROW  " (own, door, block, nets) VALUES (:own, :door, :block, :nets)"

static const struct {
    const char *name, *read, *write;
} tables[] = {
    [VISITS_ALL] = {"visits", "SELECT nets FROM visit" GATE_ROW,
        "INSERT OR REPLACE INTO visit" NEW_ROW},
    [VISITS_FRESH] = {"new visits", "SELECT nets FROM fresh_visit" GATE_ROW,
        "INSERT OR REPLACE INTO fresh_visit" NEW_ROW},
};

static struct query *query_of(
    struct store *s, enum visits_table table, const char *sql, const struct visits_gate *gate)
{
    struct query *q = store_query(s, tables[table].name, sql);
    query_bind_i(q, ":own", gate->own);
    query_bind_i(q, ":door", gate->door);
    query_bind_i(q, ":block", gate->block);
    return q;
}

bool visits_read(struct store *s, enum visits_table table, const struct visits_gate *gate,
    struct visitors *list, struct err *err)
{
    struct query *q = query_of(s, table, tables[table].read, gate);
    list->count = 0;
    bool done = !query_step(q) || visitors_read(query_s(q, 0), list, err);
    return query_done(q, err) && done;
}

/* Who came, to those that are kept already; *fresh: what of them was not there. */
static bool add_to(struct visits *all, enum visits_table table, const struct visits_gate *gate,
    const struct visitors *came, struct visitors *fresh, struct err *err)
{
    struct lists *l = all->lists;
    if (!visits_read(all->store, table, gate, &l->stored, err))
        return false;
    visitors_merge(&l->stored, came, &l->all);
    visitors_subtract(&l->all, &l->stored, fresh);
    if (fresh->count == 0)
        return true;
    struct str bytes = visitors_write(&l->all, l->bytes);
    struct query *q = query_of(all->store, table, tables[table].write, gate);
    query_bind_blob(q, ":nets", bytes.p, bytes.len);
    query_step(q);
    return query_done(q, err);
}

/* The guests of one gate, in order. */
static bool add_guests(
    struct visits *all, const struct guest *guests, size_t count, struct err *err)
{
    struct lists *l = all->lists;
    const struct visits_gate *gate = &all->gates[guests->gate];
    l->came.count = count < VISITORS_MAX ? count : VISITORS_MAX;
    for (size_t i = 0; i < l->came.count; i++)
        l->came.items[i] = (struct visitor){guests[i].net, guests[i].days};
    return add_to(all, VISITS_ALL, gate, &l->came, &l->fresh, err) &&
           (l->fresh.count == 0 || add_to(all, VISITS_FRESH, gate, &l->fresh, &l->came, err));
}

/* The slots that are taken, first. */
static void gather(struct visits *all)
{
    struct guest *to = all->guests;
    for (const struct guest *g = all->guests; g < all->guests + SLOTS; g++)
        if (g->gate != NONE)
            *to++ = *g;
}

static bool add_all(struct visits *all, struct err *err)
{
    gather(all);
    if (!store_rows_sort(&guest_rows, all->guests, all->count, 2, err))
        return false;
    for (size_t i = 0, next; i < all->count; i = next) {
        for (next = i; next < all->count && all->guests[next].gate == all->guests[i].gate;)
            next++;
        if (!add_guests(all, &all->guests[i], next - i, err))
            return false;
    }
    return true;
}

bool visits_flush(struct visits *all, struct err *err)
{
    let_all_in(all);
    if (all->count == 0)
        return true;
    bool done = add_all(all, err);
    empty(all);
    return done;
}
