/* Accusations joined by address, guarded, put in order and cut to the length wanted. */
#include "correlate/alerts/blocking.h"

#include "correlate/catalog/queries.h"
#include "correlate/facts/indicators.h"
#include "util/list.h"

#include <stdlib.h>

const char *const block_guard_names[BLOCK_GUARDS] = {
    [BLOCK_OWN] = "of own networks and resources",
    [BLOCK_SPECIAL] = "private, local or of another special kind",
    [BLOCK_ALLOWED] = "on an allow list",
    [BLOCK_FAMILIAR] = "with successful logins on two days or more",
};

bool blocking_accuses(const struct alert_type *type, enum accused_by *by)
{
    struct periodic_query query;
    if (!periodic_query(type, &query, NULL))
        return false;
    bool incoming = type->direction == DIRECTION_INCOMING;
    switch (query.facts) {
    case QUERY_ATTEMPT_BY_REMOTE:
        *by = ACCUSED_BY_KEY;
        return incoming;
    case QUERY_ATTEMPT_BY_OWN:
        *by = ACCUSED_BY_ATTEMPTS;
        return incoming;
    case QUERY_CONTACT_BY_DAY:
        *by = ACCUSED_BY_DAY;
        return incoming;
    case QUERY_CONTACT_BY_OWN:
        *by = ACCUSED_BY_SUBJECT;
        for (const char **c = type->categories; c && *c; c++)
            if (strcmp(*c, indicator_category_names[INDICATOR_SINKHOLE]) == 0)
                return false;
        return type->categories;
    case QUERY_WORM_BY_OWN:
    case QUERY_PROBE_BY_OWN:
    case QUERY_VOLUME_BY_OWN:
        return false;
    }
    return false;
}

/* ------------------------------------------------------------------ what is said of addresses */

struct claim {
    struct ipaddr ip;
    enum severity severity;
    int confidence;
    int64_t first_us, last_us;
    struct block_voice voice;
};

struct claims {
    struct claim *items;
    size_t count, cap;
    struct arena *arena;
    const char *type;  /* whose alerts are being read */
    const char *alert; /* the last one, kept in the arena */
    bool cut, failed;  /* failed: no memory */
};

static bool add_claim(void *arg, const struct accusation *a)
{
    struct claims *all = arg;
    if (all->count == BLOCKING_ACCUSATIONS_MAX) {
        all->cut = true;
        return false;
    }
    if (!all->alert || strcmp(all->alert, a->alert) != 0)
        all->alert = arena_strdup(all->arena, str_of(a->alert));
    if (!all->alert || !list_room(&all->items, all->count, &all->cap, sizeof *all->items, NULL)) {
        all->failed = true;
        return false;
    }
    all->items[all->count++] = (struct claim){
        a->ip, a->severity, a->confidence, a->first_us, a->last_us, {all->type, all->alert}};
    return true;
}

static bool read_type(struct store *s, const struct blocking_request *request,
    const struct alert_type *type, struct claims *all, struct err *err)
{
    struct accusation_filter filter = {.type = type->code,
        .direction = type->direction,
        .min_confidence = request->min_confidence,
        .after_us = request->now_us - request->ttl_us};
    if (all->cut || !blocking_accuses(type, &filter.by))
        return true;
    all->type = type->code;
    return store_accusation_each(s, &filter, add_claim, all, err) &&
           (!all->failed || err_nomem(err));
}

static bool is_wanted(const struct blocking_request *request, const struct alert_type *type)
{
    for (size_t i = 0; request->types && i < request->type_count; i++)
        if (request->types[i] == type)
            return true;
    return !request->types;
}

/* The graver types first, should there be more than is read. */
static bool read_claims(
    struct store *s, const struct blocking_request *request, struct claims *all, struct err *err)
{
    const struct catalog *catalog = request->catalog;
    for (int severity = SEVERITIES - 1; severity >= 0; severity--)
        for (int i = 0; i < catalog->type_count; i++) {
            const struct alert_type *type = &catalog->types[i];
            if ((int)type->severity == severity && is_wanted(request, type) &&
                !read_type(s, request, type, all, err))
                return false;
        }
    return true;
}

/* Those of one address together, the gravest and latest first. */
static int compare_claims(const void *a_, const void *b_)
{
    const struct claim *a = a_, *b = b_;
    int order = ip_cmp(&a->ip, &b->ip);
    if (order == 0)
        order = (int)b->severity - (int)a->severity;
    if (order == 0)
        order = (b->last_us > a->last_us) - (b->last_us < a->last_us);
    if (order == 0)
        order = strcmp(a->voice.type, b->voice.type);
    return order ? order : strcmp(a->voice.alert, b->voice.alert);
}

/* ------------------------------------------------------------------ one entry an address */

/* An address before it is known whether it is listed. */
struct candidate {
    struct block_guarded of;
    bool guarded;
};

struct candidates {
    struct candidate *items; /* in order of address */
    size_t count;
};

static bool add_voices(
    struct block_entry *entry, const struct claim *claims, size_t count, struct arena *arena)
{
    size_t named = count < BLOCK_VOICES_MAX ? count : BLOCK_VOICES_MAX;
    struct block_voice *voices = arena_alloc(arena, named * sizeof *voices);
    if (!voices)
        return false;
    for (size_t i = 0; i < named; i++)
        voices[i] = claims[i].voice;
    entry->voices = voices;
    entry->voice_count = (int)named;
    entry->voices_more = (int)(count - named);
    return true;
}

/* claims: all of one address. Evidence from the future does not lengthen the time on the list. */
static bool join(struct block_entry *entry, const struct claim *claims, size_t count,
    const struct blocking_request *request, struct arena *arena)
{
    *entry = (struct block_entry){.ip = claims[0].ip,
        .severity = claims[0].severity,
        .first_us = claims[0].first_us,
        .last_us = claims[0].last_us};
    for (size_t i = 0; i < count; i++) {
        const struct claim *c = &claims[i];
        entry->confidence = c->confidence > entry->confidence ? c->confidence : entry->confidence;
        entry->first_us = c->first_us < entry->first_us ? c->first_us : entry->first_us;
        entry->last_us = c->last_us > entry->last_us ? c->last_us : entry->last_us;
    }
    int64_t from_us = entry->last_us < request->now_us ? entry->last_us : request->now_us;
    entry->until_us = from_us + request->ttl_us;
    return add_voices(entry, claims, count, arena);
}

static bool join_all(struct candidates *all, struct claims *claims,
    const struct blocking_request *request, struct arena *arena, struct err *err)
{
    if (claims->count == 0)
        return true;
    qsort(claims->items, claims->count, sizeof *claims->items, compare_claims);
    all->items = calloc(claims->count, sizeof *all->items);
    if (!all->items)
        return err_nomem(err);
    for (size_t from = 0, to; from < claims->count; from = to) {
        for (to = from + 1; to < claims->count; to++)
            if (!ip_eq(&claims->items[to].ip, &claims->items[from].ip))
                break;
        if (!join(&all->items[all->count++].of.entry, &claims->items[from], to - from, request,
                arena))
            return err_nomem(err);
    }
    return true;
}

/* ------------------------------------------------------------------ guards */

static void set_guard(struct candidate *c, enum block_guard guard)
{
    if (!c->guarded)
        c->of.guard = guard;
    c->guarded = true;
}

static bool guard_by_address(struct indicators *indicators, const struct blocking_request *request,
    struct candidates *all, struct err *err)
{
    for (size_t i = 0; i < all->count; i++) {
        struct candidate *c = &all->items[i];
        const struct ipaddr *ip = &c->of.entry.ip;
        bool allowed;
        if (!indicators_allow(indicators, ip, request->now_us, &allowed, err))
            return false;
        if (inventory_is_home(request->inventory, ip) || inventory_find(request->inventory, ip))
            set_guard(c, BLOCK_OWN);
        if (ip_classify(ip) != IP_GLOBAL)
            set_guard(c, BLOCK_SPECIAL);
        if (allowed)
            set_guard(c, BLOCK_ALLOWED);
    }
    return true;
}

static struct candidate *find_candidate(const struct candidates *all, const struct ipaddr *ip)
{
    size_t from = 0, to = all->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = ip_cmp(&all->items[middle].of.entry.ip, ip);
        if (order == 0)
            return &all->items[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static bool guard_familiar(void *arg, const struct familiar *f)
{
    struct candidate *c = find_candidate(arg, &f->ip);
    if (c && !c->guarded) {
        set_guard(c, BLOCK_FAMILIAR);
        c->of.days = f->days;
        c->of.first_login_us = f->first_us;
    }
    return true;
}

static bool guard_all(struct store *s, const struct blocking_request *request,
    struct candidates *all, struct err *err)
{
    struct indicators *indicators = indicators_new(s, err);
    bool done =
        indicators && guard_by_address(indicators, request, all, err) &&
        store_familiar_each(s, BLOCKING_FAMILIAR_DAYS, request->now_us, guard_familiar, all, err);
    indicators_free(indicators);
    return done;
}

/* ------------------------------------------------------------------ the list */

static int compare_entries(const void *a_, const void *b_)
{
    const struct block_entry *a = a_, *b = b_;
    int order = (int)b->severity - (int)a->severity;
    if (order == 0)
        order = (b->last_us > a->last_us) - (b->last_us < a->last_us);
    if (order == 0)
        order = b->confidence - a->confidence;
    return order ? order : ip_cmp(&a->ip, &b->ip);
}

static bool sort_out(
    const struct candidates *all, size_t max, struct blocking *list, struct err *err)
{
    list->entries = calloc(all->count + 1, sizeof *list->entries);
    list->guarded = calloc(all->count + 1, sizeof *list->guarded);
    if (!list->entries || !list->guarded)
        return err_nomem(err);
    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *c = &all->items[i];
        if (c->guarded) {
            list->guarded[list->guarded_count++] = c->of;
            list->guard_counts[c->of.guard]++;
        } else {
            list->entries[list->count++] = c->of.entry;
        }
    }
    qsort(list->entries, list->count, sizeof *list->entries, compare_entries);
    if (list->count > max) {
        list->over_max = list->count - max;
        list->count = max;
    }
    return true;
}

bool blocking_make(
    struct store *s, const struct blocking_request *request, struct blocking *list, struct err *err)
{
    *list = (struct blocking){0};
    struct claims claims = {.arena = &list->arena};
    struct candidates all = {0};
    bool done = read_claims(s, request, &claims, err) &&
                join_all(&all, &claims, request, &list->arena, err) &&
                guard_all(s, request, &all, err) && sort_out(&all, request->max, list, err);
    list->cut = claims.cut;
    free(claims.items);
    free(all.items);
    return done;
}

void blocking_done(struct blocking *list)
{
    free(list->entries);
    free(list->guarded);
    arena_done(&list->arena);
    *list = (struct blocking){0};
}
