/* Indicators in memory: networks by prefix, domains by suffix. */
#include "correlate/indicators.h"

#include "util/prefix.h"
#include "util/suffix.h"

#include <stdlib.h>

struct known {
    int64_t from_us, until_us;
    unsigned category; /* INDICATOR_BIT() */
};

struct indicators {
    struct prefix_set *networks; /* value: index into known */
    struct suffix_set *domains;  /* likewise */
    struct known *known;
    uint32_t count, cap;
    bool allows; /* any of them is an entry of an allow-list */
    bool failed; /* memory ended while they were loaded */
};

static bool grow(struct indicators *all)
{
    if (all->count < all->cap)
        return true;
    uint32_t cap = all->cap ? all->cap * 2 : 1024;
    struct known *grown = realloc(all->known, cap * sizeof *grown);
    if (!grown)
        return false;
    all->known = grown;
    all->cap = cap;
    return true;
}

static bool add_known(void *arg, const char *feed, const struct indicator *i)
{
    (void)feed;
    struct indicators *all = arg;
    all->failed = !grow(all) || !(i->kind == INDICATOR_DOMAIN
                                        ? suffix_set_add(all->domains, i->domain, all->count)
                                        : prefix_set_add(all->networks, &i->net, all->count));
    if (all->failed)
        return false;
    all->allows |= i->category == INDICATOR_ALLOW;
    all->known[all->count++] = (struct known){i->from_us, i->until_us, INDICATOR_BIT(i->category)};
    return true;
}

struct indicators *indicators_new(struct store *s, struct err *err)
{
    struct indicators *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->networks = prefix_set_new();
    all->domains = suffix_set_new();
    if (((all->networks && all->domains) || err_nomem(err)) &&
        store_indicator_each(s, add_known, all, err) && (!all->failed || err_nomem(err)) &&
        ((prefix_set_freeze(all->networks) && suffix_set_freeze(all->domains)) || err_nomem(err)))
        return all;
    indicators_free(all);
    return NULL;
}

void indicators_free(struct indicators *all)
{
    if (!all)
        return;
    prefix_set_free(all->networks);
    suffix_set_free(all->domains);
    free(all->known);
    free(all);
}

bool indicators_any_network(const struct indicators *all)
{
    return prefix_set_count(all->networks) > 0;
}

bool indicators_any_domain(const struct indicators *all)
{
    return suffix_set_count(all->domains) > 0;
}

/* ------------------------------------------------------------------ look-ups */

struct search {
    const struct indicators *all;
    struct indicator_match *match;
    unsigned wanted;
    int64_t t_us;
    bool allowed;
    struct cidr net; /* what was found first: the narrowest … */
    struct str name; /* … or the longest */
};

/* One more indicator holds the address or name; wider: it is not the first that was found. Returns
 * false when no other can change the answer. */
static bool take(struct search *s, uint32_t value, bool wider, bool *taken)
{
    const struct known *k = &s->all->known[value];
    *taken = false;
    if (wider && !s->all->allows)
        return false; /* the narrowest speaks */
    if (k->from_us > s->t_us || s->t_us >= k->until_us)
        return true;
    s->allowed |= k->category == INDICATOR_BIT(INDICATOR_ALLOW);
    if (k->category & s->wanted && !wider) {
        s->match->found = *taken = true;
        s->match->categories |= k->category;
    }
    return !s->allowed;
}

static bool take_network(void *arg, const struct cidr *net, uint32_t value)
{
    struct search *s = arg;
    bool taken,
        wider = s->match->found && (net->bits != s->net.bits || !ip_eq(&net->ip, &s->net.ip));
    bool more = take(s, value, wider, &taken);
    if (taken)
        s->net = *net;
    return more;
}

static bool take_domain(void *arg, struct str suffix, uint32_t value)
{
    struct search *s = arg;
    bool taken, wider = s->match->found && !str_eq(suffix, s->name);
    bool more = take(s, value, wider, &taken);
    if (taken)
        s->name = suffix;
    return more;
}

/* An allow-list speaks last. */
static void settle(struct search *s)
{
    if (s->allowed)
        *s->match = (struct indicator_match){0};
}

void indicators_match_address(const struct indicators *all, const struct end *end, unsigned wanted,
    int64_t t_us, struct indicator_match *match)
{
    struct search s = {.all = all, .match = match, .wanted = wanted, .t_us = t_us};
    match->found = false;
    match->categories = 0;
    if (end->home)
        s.wanted &= INDICATOR_BIT(INDICATOR_SINKHOLE);
    if (!s.wanted || !indicators_any_network(all) || ip_classify(&end->ip) != IP_GLOBAL)
        return;
    prefix_set_find(all->networks, &end->ip, take_network, &s);
    settle(&s);
    if (match->found)
        cidr_format(&s.net, match->subject);
}

void indicators_match_name(const struct indicators *all, struct str name, unsigned wanted,
    int64_t t_us, struct indicator_match *match)
{
    struct search s = {.all = all, .match = match, .wanted = wanted, .t_us = t_us};
    match->found = false;
    match->categories = 0;
    if (!wanted)
        return;
    suffix_set_find(all->domains, name, take_domain, &s);
    settle(&s);
    if (match->found) {
        memcpy(match->subject, s.name.p, s.name.len);
        match->subject[s.name.len] = '\0';
    }
}
