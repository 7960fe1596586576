/* Indicators by address and by name. A filter in memory knows nearly all that no feed names; the
 * store is asked for the rest, and what it says of an address is remembered. */
#include "correlate/facts/indicators.h"

#include "store/query.h"
#include "util/arena.h"
#include "util/list.h"

#include <stdlib.h>

#define ADDRESSES 16384               /* remembered, by a hash */
#define FAR       ((size_t)256 << 10) /* bytes: from there on a filter does not stay near */
#define STRANGERS 32768               /* pairs of IPv4 addresses that no feed is known to name */
#define LISTS_MAX ((size_t)4 << 20)   /* bytes of what is remembered of them */
#define V4_WIDTHS 33
#define V6_WIDTHS 129

/* What one feed says, and of how wide a network (in bits) or how long a domain (in bytes). */
struct known {
    int64_t from_us, until_us;
    uint8_t width, category;
};

struct known_list {
    struct known *items; /* the narrowest network, the longest domain first */
    size_t count, cap;
};

struct remembered {
    struct ipaddr ip;
    const struct known *items;
    uint32_t count;
    bool filled, noted; /* noted: what names it stands in `listed` */
};

/* Of one hash, the latest first; 0: none. */
struct strangers {
    uint32_t v4[2];
};

struct indicators {
    struct store *store;
    struct bloom filter;
    uint8_t v4_widths[V4_WIDTHS], v6_widths[V6_WIDTHS]; /* those there are, the narrowest first */
    int v4_count, v6_count;
    bool domains, prints;
    struct known_list found; /* of what is asked about */
    struct arena lists;      /* of the addresses below */
    size_t lists_size;
    struct remembered addresses[ADDRESSES];
    struct strangers strangers[STRANGERS];
};

unsigned indicator_bits(const char **names)
{
    unsigned bits = 0;
    for (; names && *names; names++)
        for (int c = 1; c < INDICATOR_CATEGORIES; c++)
            if (strcmp(*names, indicator_category_names[c]) == 0)
                bits |= INDICATOR_BIT(c);
    return bits;
}

static int find_widths(const struct bloom *filter, unsigned form, int count, uint8_t *widths)
{
    int found = 0;
    for (int width = count - 1; width >= 0; width--)
        if (indicator_filter_has_form(filter, form + (unsigned)width))
            widths[found++] = (uint8_t)width;
    return found;
}

struct indicators *indicators_new(struct store *s, struct err *err)
{
    struct indicators *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    if (!store_indicator_filter(s, &all->filter, err)) {
        indicators_free(all);
        return NULL;
    }
    all->v4_count = find_widths(&all->filter, INDICATOR_FORM_V4, V4_WIDTHS, all->v4_widths);
    all->v6_count = find_widths(&all->filter, INDICATOR_FORM_V6, V6_WIDTHS, all->v6_widths);
    all->domains = indicator_filter_has_form(&all->filter, INDICATOR_FORM_DOMAIN);
    all->prints = indicator_filter_has_form(&all->filter, INDICATOR_FORM_PRINT);
    return all;
}

void indicators_free(struct indicators *all)
{
    if (!all)
        return;
    bloom_done(&all->filter);
    arena_done(&all->lists);
    free(all->found.items);
    free(all);
}

bool indicators_any_network(const struct indicators *all)
{
    return all->v4_count + all->v6_count > 0;
}

bool indicators_any_domain(const struct indicators *all)
{
    return all->domains;
}

bool indicators_any_print(const struct indicators *all)
{
    return all->prints;
}

/* ------------------------------------------------------------------ what the store knows */

static bool add_known(struct known_list *list, const struct indicator *i, unsigned width)
{
    if (!list_room(&list->items, list->count, &list->cap, sizeof *list->items, NULL))
        return false;
    list->items[list->count++] =
        (struct known){i->from_us, i->until_us, (uint8_t)width, (uint8_t)i->category};
    return true;
}

/* A name that is asked for, and how wide a network or long a text it is. */
struct question {
    struct known_list *list;
    unsigned width;
    bool failed;
};

static bool take(void *arg, const struct indicator *i)
{
    struct question *ask = arg;
    ask->failed = !add_known(ask->list, i, ask->width);
    return !ask->failed;
}

static bool find(
    struct indicators *all, int64_t key, struct str name, unsigned width, struct err *err)
{
    struct question ask = {.list = &all->found, .width = width};
    return store_indicator_find(all->store, key, name, take, &ask, err) &&
           (!ask.failed || err_nomem(err));
}

static bool find_networks(struct indicators *all, const struct ipaddr *ip, struct err *err)
{
    bool v4 = ip_is_v4(ip), done = true;
    const uint8_t *widths = v4 ? all->v4_widths : all->v6_widths;
    int count = v4 ? all->v4_count : all->v6_count;
    all->found.count = 0;
    for (int i = 0; done && i < count; i++) {
        int64_t key = indicator_key_net(ip, widths[i]);
        if (!bloom_has(&all->filter, (uint64_t)key))
            continue;
        char text[CIDR_TEXT_SIZE];
        struct cidr net = cidr_of(ip, widths[i]);
        cidr_format(&net, text);
        done = find(all, key, str_of(text), widths[i], err);
    }
    return done;
}

/* A domain or fingerprint. */
static bool find_text(struct indicators *all, int64_t key, struct str text, struct err *err)
{
    return !bloom_has(&all->filter, (uint64_t)key) || find(all, key, text, (unsigned)text.len, err);
}

/* The name itself, then what it lies below. */
static bool find_domains(struct indicators *all, struct str name, struct err *err)
{
    bool done = true;
    all->found.count = 0;
    for (struct str rest = name; done && rest.p && rest.len; str_cut(&rest, '.'))
        done = find_text(all, indicator_key_domain(rest), rest, err);
    return done;
}

static bool find_print(struct indicators *all, struct str print, struct err *err)
{
    all->found.count = 0;
    return find_text(all, indicator_key_print(print), print, err);
}

/* ------------------------------------------------------------------ what is remembered */

static uint64_t hash_of(const struct ipaddr *ip)
{
    uint64_t head, tail;
    memcpy(&head, ip->b, 8);
    memcpy(&tail, ip->b + 8, 8);
    return (head * UINT64_C(0x9e3779b97f4a7c15) ^ tail) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

static struct remembered *place_of(struct indicators *all, const struct ipaddr *ip)
{
    return &all->addresses[hash_of(ip) & (ADDRESSES - 1)];
}

static struct strangers *strangers_of(struct indicators *all, uint32_t v4)
{
    return &all->strangers[(v4 * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (STRANGERS - 1)];
}

static bool is_stranger(const struct strangers *known, uint32_t v4)
{
    return known->v4[0] == v4 || known->v4[1] == v4;
}

static void forget(struct indicators *all)
{
    arena_reset(&all->lists);
    memset(all->addresses, 0, sizeof all->addresses);
    all->lists_size = 0;
}

static bool remember(struct indicators *all, struct remembered *place, const struct ipaddr *ip)
{
    size_t size = all->found.count * sizeof *all->found.items;
    struct known *items = NULL;
    if (all->lists_size + size > LISTS_MAX)
        forget(all);
    if (size > 0) {
        if (!(items = arena_alloc(&all->lists, size)))
            return false;
        memcpy(items, all->found.items, size);
        all->lists_size += size;
    }
    *place = (struct remembered){
        .ip = *ip, .items = items, .count = (uint32_t)all->found.count, .filled = true};
    return true;
}

/* Of most addresses there is nothing to remember but that: four bytes each, so that many are near. */
static bool known_of(struct indicators *all, const struct ipaddr *ip,
    const struct remembered **known, struct err *err)
{
    static const struct remembered nobody = {.filled = true};
    uint32_t v4 = ip_is_v4(ip) ? ip_v4(ip) : 0;
    struct strangers *strangers = strangers_of(all, v4);
    *known = &nobody;
    if (v4 && is_stranger(strangers, v4))
        return true;
    struct remembered *place = place_of(all, ip);
    *known = place;
    if (place->filled && ip_eq(&place->ip, ip))
        return true;
    if (!find_networks(all, ip, err))
        return false;
    if (!v4 || all->found.count > 0)
        return remember(all, place, ip) || err_nomem(err);
    *strangers = (struct strangers){{v4, strangers->v4[0]}};
    *known = &nobody;
    return true;
}

/* ------------------------------------------------------------------ the answer */

/* Fills the match and the width of what was found. An allow-list stands over the rest. */
static void judge(const struct known *items, size_t count, unsigned wanted, int64_t t0, int64_t t1,
    struct indicator_match *match, unsigned *width)
{
    for (size_t i = 0; i < count; i++) {
        const struct known *k = &items[i];
        if (k->from_us > t1 || t0 >= k->until_us)
            continue;
        if (k->category == INDICATOR_ALLOW) {
            *match = (struct indicator_match){0};
            return;
        }
        if (!(wanted & INDICATOR_BIT(k->category)) || (match->found && k->width != *width))
            continue;
        match->found = true;
        match->categories |= INDICATOR_BIT(k->category);
        *width = k->width;
    }
}

void indicators_fetch(struct indicators *all, const struct end *end)
{
    if (end->global && ip_is_v4(&end->ip))
        __builtin_prefetch(strangers_of(all, ip_v4(&end->ip)));
}

void indicators_fetch_filter(struct indicators *all, const struct end *end)
{
    if (all->filter.size < FAR || !end->global || !ip_is_v4(&end->ip))
        return;
    uint32_t v4 = ip_v4(&end->ip);
    if (!is_stranger(strangers_of(all, v4), v4))
        bloom_fetch(&all->filter, (uint64_t)indicator_key_address(v4));
}

bool indicators_may_name(struct indicators *all, const struct end *end, bool *may, struct err *err)
{
    const struct remembered *known;
    *may = false;
    if (!indicators_any_network(all) || !end->global)
        return true;
    if (!known_of(all, &end->ip, &known, err))
        return false;
    *may = known->count > 0;
    return true;
}

bool indicators_match_span(struct indicators *all, const struct end *end, unsigned wanted,
    int64_t t0, int64_t t1, struct indicator_match *match, struct err *err)
{
    const struct remembered *known;
    unsigned width;
    match->found = false;
    match->categories = 0;
    if (end->home)
        wanted &= INDICATOR_BIT(INDICATOR_SINKHOLE);
    if (!wanted || !indicators_any_network(all) || !end->global)
        return true;
    if (!known_of(all, &end->ip, &known, err))
        return false;
    judge(known->items, known->count, wanted, t0, t1, match, &width);
    if (match->found) {
        struct cidr net = cidr_of(&end->ip, width);
        cidr_format(&net, match->subject);
    }
    return true;
}

static bool note_network(
    struct indicators *all, const struct end *end, unsigned width, struct err *err)
{
    char text[CIDR_TEXT_SIZE];
    struct cidr net = cidr_of(&end->ip, width);
    cidr_format(&net, text);
    struct query *q = store_query(all->store, "entries that name an address",
        "INSERT OR IGNORE INTO listed (remote, key, network) VALUES (:remote, :key, :network)");
    query_bind_i(q, ":remote", end->id);
    query_bind_i(q, ":key", indicator_key_net(&end->ip, width));
    query_bind_s(q, ":network", str_of(text));
    query_step(q);
    return query_done(q, err);
}

bool indicators_note(struct indicators *all, const struct end *end, struct err *err)
{
    struct remembered *place = place_of(all, &end->ip);
    bool known = place->filled && ip_eq(&place->ip, &end->ip);
    if (known && place->noted)
        return true;
    if (!find_networks(all, &end->ip, err))
        return false;
    for (size_t i = 0; i < all->found.count; i++)
        if (!note_network(all, end, all->found.items[i].width, err))
            return false;
    place->noted = known;
    return true;
}

bool indicators_match_address(struct indicators *all, const struct end *end, unsigned wanted,
    int64_t t_us, struct indicator_match *match, struct err *err)
{
    return indicators_match_span(all, end, wanted, t_us, t_us, match, err);
}

/* The answer on the texts in `found`, of which the whole text is the longest. */
static void answer(const struct indicators *all, struct str text, unsigned wanted, int64_t t_us,
    struct indicator_match *match)
{
    unsigned length;
    judge(all->found.items, all->found.count, wanted, t_us, t_us, match, &length);
    if (match->found) {
        memcpy(match->subject, text.p + text.len - length, length);
        match->subject[length] = '\0';
    }
}

bool indicators_match_name(struct indicators *all, struct str name, unsigned wanted, int64_t t_us,
    struct indicator_match *match, struct err *err)
{
    match->found = false;
    match->categories = 0;
    if (!wanted || !all->domains)
        return true;
    if (!find_domains(all, name, err))
        return false;
    answer(all, name, wanted, t_us, match);
    return true;
}

bool indicators_match_print(struct indicators *all, struct str print, unsigned wanted, int64_t t_us,
    struct indicator_match *match, struct err *err)
{
    match->found = false;
    match->categories = 0;
    if (!wanted || !all->prints || print.len >= sizeof match->subject)
        return true;
    if (!find_print(all, print, err))
        return false;
    answer(all, print, wanted, t_us, match);
    return true;
}

bool indicators_allow(
    struct indicators *all, const struct ipaddr *ip, int64_t t_us, bool *yes, struct err *err)
{
    const struct remembered *known;
    if (!known_of(all, ip, &known, err))
        return false;
    *yes = false;
    for (size_t i = 0; i < known->count; i++)
        *yes |= known->items[i].category == INDICATOR_ALLOW && known->items[i].from_us <= t_us &&
                t_us < known->items[i].until_us;
    return true;
}
