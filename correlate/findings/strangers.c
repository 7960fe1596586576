/* Strangers: what each port's visits of the days before say of a day's sources. */
#include "correlate/findings/strangers.h"

#include "correlate/facts/visits.h"
#include "correlate/findings/stranger_contacts.h"
#include "store/query.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define BLOCK VISITS_BLOCK_DAYS

struct rule {
    int64_t window, days, history;         /* in days */
    int64_t min_learned, most, crowd_most; /* networks */
    unsigned exempt_roles;
};

/* A network's visits to one door in two blocks: bit i is day i of the block before, bit 32 + i of this. */
struct regular {
    int64_t net;
    uint64_t days;
};

struct work {
    struct store *store;
    const struct strangers_input *input;
    struct rule rule;
    struct regular *list, *next; /* of the block at hand, and of the one after: in order of net */
    size_t count, next_count;
    struct visitors *came, *fresh; /* in the block at hand, and what of them is new */
};

const struct tier *strangers_tier(const struct alert_type *type)
{
    for (int i = 0; i < type->tier_count; i++)
        if (tier_value(&type->tiers[i], "learned_days", 0) > 0)
            return &type->tiers[i];
    return NULL;
}

bool strangers_know(const char *parameter)
{
    static const char *const names[] = {"learned_days", "learned_window", "min_history",
        "min_learned", "public_sources", "crowd_sources"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], parameter) == 0)
            return true;
    return false;
}

static struct rule rule_of(const struct tier *tier)
{
    int64_t window = tier_value(tier, "learned_window", 0) / TIME_US_DAY;
    return (struct rule){
        .window = window < BLOCK ? window : BLOCK,
        .days = tier_value(tier, "learned_days", 1),
        .history = tier_value(tier, "min_history", 0) / TIME_US_DAY,
        .min_learned = tier_value(tier, "min_learned", 1),
        .most = tier_value(tier, "public_sources", INT64_MAX),
        .crowd_most = tier_value(tier, "crowd_sources", INT64_MAX),
        .exempt_roles = tier->exempt_roles,
    };
}

static const char fresh_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS strange_door (own INTEGER, door INTEGER, first INTEGER, "
    "PRIMARY KEY (own, door)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS strange (own INTEGER, door INTEGER, day INTEGER, net INTEGER, "
    "fresh INTEGER, PRIMARY KEY (own, door, day, net)) WITHOUT ROWID;"
    "DELETE FROM strange_door; DELETE FROM strange;";

/* Doors to look at, each from the first block on in which anything is new. */
static const char doors_fresh[] =
    "INSERT INTO strange_door SELECT own, door, MIN(block) FROM fresh_visit GROUP BY own, door";
static const char doors_all[] =
    "INSERT INTO strange_door SELECT own, door, MIN(block) FROM visit GROUP BY own, door /* scans visit: the type is judged anew */";

/* ------------------------------------------------------------------ one door */

static bool add_stranger(
    struct work *w, int64_t own, int64_t door, int64_t block, int bit, int64_t net, struct err *err)
{
    struct query *q = store_query(
        w->store, "strangers", "INSERT INTO strange VALUES (:own, :door, :day, :net, :fresh)");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":door", door);
    query_bind_i(q, ":day", block * BLOCK + bit);
    query_bind_i(q, ":net", net);
    query_bind_i(q, ":fresh", visitors_days(w->fresh, net) >> bit & 1);
    query_step(q);
    return query_done(q, err);
}

/* On how many days of the window before that day the network came. */
static int days_before(const struct work *w, uint64_t days, int bit)
{
    uint64_t seen = days >> (BLOCK + bit - w->rule.window);
    return __builtin_popcountll(seen & ((UINT64_C(1) << w->rule.window) - 1));
}

static bool judge_day(
    struct work *w, int64_t own, int64_t door, int64_t block, int bit, struct err *err)
{
    int64_t came = 0, known = 0, learned = 0;
    for (size_t i = 0; i < w->count; i++) {
        int days = days_before(w, w->list[i].days, bit);
        came += w->list[i].days >> (BLOCK + bit) & 1;
        known += days > 0;
        learned += days >= w->rule.days;
    }
    if (came == 0 || learned < w->rule.min_learned || learned > w->rule.most ||
        known > w->rule.crowd_most)
        return true;
    for (size_t i = 0; i < w->count; i++)
        if (w->list[i].days >> (BLOCK + bit) & 1 &&
            days_before(w, w->list[i].days, bit) < w->rule.days &&
            !add_stranger(w, own, door, block, bit, w->list[i].net, err))
            return false;
    return true;
}

/* Reads a block's networks into w->next, beside what w->list says of the block before. */
static bool load_block(
    struct work *w, int64_t own, int64_t door, int64_t block, bool *any, struct err *err)
{
    size_t at = 0;
    const struct visits_gate gate = {own, door, block};
    if (!visits_read(w->store, VISITS_ALL, &gate, w->came, err) ||
        !visits_read(w->store, VISITS_FRESH, &gate, w->fresh, err))
        return false;
    w->next_count = 0;
    *any = w->came->count > 0;
    for (size_t i = 0; i < w->came->count; i++) {
        int64_t net = w->came->items[i].net;
        uint64_t days = (uint64_t)w->came->items[i].days << BLOCK;
        for (; at < w->count && w->list[at].net <= net; at++) {
            uint64_t before = w->list[at].days >> BLOCK;
            if (w->list[at].net == net)
                days |= before;
            else if (before)
                w->next[w->next_count++] = (struct regular){w->list[at].net, before};
        }
        w->next[w->next_count++] = (struct regular){net, days};
    }
    for (; at < w->count; at++)
        if (w->list[at].days >> BLOCK)
            w->next[w->next_count++] = (struct regular){w->list[at].net, w->list[at].days >> BLOCK};
    struct regular *list = w->list;
    w->list = w->next;
    w->next = list;
    w->count = w->next_count;
    return true;
}

/* The first day on which the door answered anybody, and its last block. */
static bool reach_of(struct work *w, int64_t own, int64_t door, int64_t *first_day,
    int64_t *last_block, struct err *err)
{
    uint32_t days = 0;
    bool done = true;
    struct query *q = store_query(w->store, "first visits",
        "SELECT block, nets, (SELECT MAX(block) FROM visit WHERE own = :own AND door = :door) "
        "FROM visit WHERE own = :own AND door = :door ORDER BY block LIMIT 1");
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":door", door);
    *first_day = 0;
    w->came->count = 0;
    if (query_step(q)) {
        *first_day = query_i(q, 0) * BLOCK;
        *last_block = query_i(q, 2);
        done = visitors_read(query_s(q, 1), w->came, err);
    }
    for (size_t i = 0; done && i < w->came->count; i++)
        days |= w->came->items[i].days;
    *first_day += days ? __builtin_ctz(days) : 0;
    return query_done(q, err) && done;
}

static bool is_exempt(struct work *w, int64_t own, bool *exempt, struct err *err)
{
    struct ipaddr ip;
    if (!store_address(w->store, own, &ip, err))
        return false;
    const struct resource *resource = inventory_find(w->input->inventory, &ip);
    *exempt = resource && resource->roles & w->rule.exempt_roles;
    return true;
}

static bool judge_door(struct work *w, int64_t own, int64_t door, int64_t from, struct err *err)
{
    int64_t first_day, last_block = 0;
    bool exempt, any;
    if (!is_exempt(w, own, &exempt, err) || !reach_of(w, own, door, &first_day, &last_block, err))
        return false;
    if (exempt || last_block * BLOCK + BLOCK - 1 < first_day + w->rule.history)
        return true;
    w->count = 0;
    if (!load_block(w, own, door, from - 1, &any, err))
        return false;
    for (int64_t block = from; block <= last_block; block++) {
        if (!load_block(w, own, door, block, &any, err))
            return false;
        for (int bit = 0; any && bit < BLOCK; bit++)
            if (block * BLOCK + bit >= first_day + w->rule.history &&
                !judge_day(w, own, door, block, bit, err))
                return false;
    }
    return true;
}

static bool judge_doors(struct work *w, struct err *err)
{
    bool done = true;
    struct query *q =
        store_query(w->store, "ports with new visits", "SELECT own, door, first FROM strange_door");
    while (done && query_step(q))
        done = judge_door(w, query_i(q, 0), query_i(q, 1), query_i(q, 2), err);
    return query_done(q, err) && done;
}

/* ------------------------------------------------------------------ all */

static bool update(struct work *w, struct err *err)
{
    return store_script(w->store, "strangers", fresh_tables, err) &&
           store_do(w->store, "ports with new visits",
               w->input->everywhere ? doors_all : doors_fresh, err) &&
           judge_doors(w, err) && stranger_contacts_update(w->store, w->input, err);
}

bool strangers_update(struct store *s, const struct strangers_input *input, struct err *err)
{
    const struct tier *tier = strangers_tier(input->type);
    if (!tier)
        return true;
    struct work w = {
        .store = s,
        .input = input,
        .rule = rule_of(tier),
        .list = malloc(2 * VISITORS_MAX * sizeof *w.list),
        .next = malloc(2 * VISITORS_MAX * sizeof *w.next),
        .came = calloc(1, sizeof *w.came),
        .fresh = calloc(1, sizeof *w.fresh),
    };
    bool done = ((w.list && w.next && w.came && w.fresh) || err_nomem(err)) && update(&w, err);
    free(w.came);
    free(w.fresh);
    free(w.list);
    free(w.next);
    return done;
}
