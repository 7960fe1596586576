/* The strongest window of each tier, and what was seen in it, against each of the tier's figures. */
#include "correlate/alerts/basis.h"

#include "correlate/catalog/units.h"
#include "correlate/findings/judge.h"
#include "store/query.h"

#include <stdio.h>

#define AMOUNT_MAX (INT64_MAX / BASIS_FLOOR)

struct search {
    const struct description *d;
    const struct tier *tier;
    struct past_tier
        *past;       /* what is known of windows that ended long ago; NULL: nothing is kept */
    int64_t from_us; /* windows that end before are not looked at */
    int count;       /* parameters that are looked at */
    int columns[PAST_PARAMETERS_MAX];
    bool counts[PAST_PARAMETERS_MAX]; /* the parameter has a margin */
    struct past_window best;
};

/* ------------------------------------------------------------------ windows and margins */

/* "min_attempts" is what the column `attempts` is compared with. */
static int column_of(struct query *q, const struct parameter *p)
{
    static const char floor[] = "min_";
    bool is_floor = strncmp(p->name, floor, sizeof floor - 1) == 0;
    return is_floor ? query_column_if(q, p->name + sizeof floor - 1) : -1;
}

static enum dimension dimension_of(const struct parameter *p)
{
    const struct unit *unit = *p->unit ? unit_find(str_of(p->unit)) : &unit_flag;
    return unit ? unit->dimension : DIMENSION_COUNT;
}

/* Shares are conditions, not amounts: nobody is twice as sure at 100 % as at 50 %. */
static bool has_margin(const struct parameter *p)
{
    return p->value > 0 && dimension_of(p) != DIMENSION_SHARE;
}

static int64_t margin_of(const struct past_window *w, const struct search *s)
{
    bool any = s->d->episode->query->reached_by_any;
    int64_t margin = 0;
    for (int i = 0; i < s->count; i++) {
        if (!w->known[i] || !s->counts[i])
            continue;
        int64_t seen = w->seen[i] < AMOUNT_MAX ? w->seen[i] : AMOUNT_MAX;
        int64_t part = seen * BASIS_FLOOR / s->tier->parameters[i].value;
        bool counts = any ? part > margin : margin == 0 || part < margin;
        margin = counts ? part : margin;
    }
    return margin > BASIS_FLOOR ? margin : BASIS_FLOOR;
}

/* Of those that end together the longest. */
static bool ends_first(const struct past_window *a, const struct past_window *b)
{
    return a->t1 != b->t1 ? a->t1 < b->t1 : a->t0 < b->t0;
}

/* Of windows with one margin the one that saw more, then the first. So the order of rows does not show. */
static bool is_stronger(const struct past_window *a, const struct past_window *b, int count)
{
    if (!b->found || a->margin != b->margin)
        return !b->found || a->margin > b->margin;
    for (int i = 0; i < count; i++)
        if (a->seen[i] != b->seen[i])
            return a->seen[i] > b->seen[i];
    return ends_first(a, b);
}

static struct past_window read_window(struct query *q, const struct search *s)
{
    struct past_window w = {.found = true, .t0 = query_i(q, 4), .t1 = query_i(q, 5)};
    for (int i = 0; i < s->count; i++) {
        w.known[i] = s->columns[i] >= 0 && !query_null(q, s->columns[i]);
        w.seen[i] = w.known[i] ? query_i(q, s->columns[i]) : 0;
    }
    w.margin = margin_of(&w, s);
    return w;
}

static bool is_of_key(struct query *q, const struct finding_key *key)
{
    return query_i(q, 0) == key->own && query_i(q, 1) == key->remote &&
           query_i(q, 2) == key->service && query_i(q, 3) == key->part;
}

static void meet(struct search *s, const struct past_window *w)
{
    if (is_stronger(w, &s->best, s->count))
        s->best = *w;
    if (s->past && w->t1 < s->d->past->next_us && is_stronger(w, &s->past->next, s->count))
        s->past->next = *w;
}

enum windows { ENDING_INSIDE, ENDING_LATER };

/* Attempts behind the last are not read where windows end inside; of those that end later all are told. */
static bool ask(const struct search *s, int64_t lo, int64_t hi, enum windows which,
    struct query **q, struct err *err)
{
    const struct episode *e = s->d->episode;
    if (which == ENDING_INSIDE && query_reads_attempts(e->query->facts))
        hi -= tier_value(s->tier, "window", TIME_US_DAY);
    if (!judge_windows(s->d->store, e->type, s->tier, &e->key, lo, hi, q, err))
        return false;
    if (which == ENDING_LATER)
        query_bind_i_if(*q, ":each", 1);
    if (s->past)
        query_bind_i_if(*q, ":cut", s->d->past->next_us);
    return true;
}

static bool search(struct search *s, int64_t lo, int64_t hi, enum windows which, struct err *err)
{
    const struct episode *e = s->d->episode;
    struct query *q;
    if (!ask(s, lo, hi, which, &q, err))
        return false;
    for (int i = 0; i < s->count; i++) {
        s->columns[i] = column_of(q, &s->tier->parameters[i]);
        s->counts[i] = has_margin(&s->tier->parameters[i]);
    }
    while (query_step(q)) {
        struct past_window w = read_window(q, s);
        if (!is_of_key(q, &e->key) || w.t0 > e->t1 || w.t1 < e->t0 || w.t1 < s->from_us)
            continue;
        if (which == ENDING_INSIDE && w.t1 <= e->t1)
            meet(s, &w);
        if (which == ENDING_LATER && w.t1 > e->t1 && (!s->best.found || ends_first(&w, &s->best)))
            s->best = w;
    }
    return query_done(q, err);
}

/* ------------------------------------------------------------------ scans */

/* A scan's query looks at all flows of its span. So that it need not for a whole episode, the moment
 * is found first at which most doors had failed; around it lies the strongest window. */
static const char most_failed[] =
    "SELECT t FROM (SELECT t, count_distinct(CASE WHEN :ports THEN port * 256 + proto ELSE remote END) "
    "OVER w AS failed FROM (SELECT t, remote, port, proto, "
    "CASE WHEN :ports THEN remote ELSE port * 256 + proto END AS part FROM probe "
    "WHERE own = :own AND t BETWEEN :t0 AND :t1 AND flags & 1 <> 0 AND leg = 0 AND (:ports = 0 OR proto IN (6, 17))) AS p "
    "WINDOW w AS (PARTITION BY part ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW)) "
    "AS windows ORDER BY failed DESC, t LIMIT 1";

static bool find_peak(const struct search *s, int64_t *t, bool *found, struct err *err)
{
    const struct episode *e = s->d->episode;
    struct query *q = store_query(s->d->store, "peak of a scan", most_failed);
    query_bind_i(q, ":own", e->key.own);
    query_bind_i(q, ":t0", e->t0);
    query_bind_i(q, ":t1", e->t1);
    query_bind_i(q, ":window", tier_value(s->tier, "window", TIME_US_DAY));
    query_bind_i(q, ":ports", tier_value(s->tier, "min_ports", 0) > 0);
    *found = query_step(q);
    if (*found)
        *t = query_i(q, 0);
    return query_done(q, err);
}

/* Windows are told with the slice in which they end: so what comes after a slice does not change it. A
 * tier's first window may begin in one slice and end in the next: of the first slice it is all there is. */
static bool find_strongest(struct search *s, struct err *err)
{
    const struct episode *e = s->d->episode;
    int64_t peak;
    bool found;
    if (e->query->facts == QUERY_PROBE_BY_OWN) {
        if (!find_peak(s, &peak, &found, err) ||
            (found && !search(s, peak, peak, ENDING_INSIDE, err)))
            return false;
        if (s->best.found)
            return true;
    }
    int64_t lo = s->from_us > e->t0 ? s->from_us : e->t0;
    return search(s, lo, e->t1, ENDING_INSIDE, err) &&
           (s->best.found || search(s, lo, e->t1, ENDING_LATER, err));
}

/* With what is known of the windows that ended before, the later ones are left. */
static void begin(struct search *s, struct past_tier *past)
{
    s->from_us = INT64_MIN;
    s->past = past;
    if (!past)
        return;
    past->next_known = true;
    if (!past->known)
        return;
    s->from_us = s->d->past->until_us;
    s->best = past->next = past->before;
}

/* ------------------------------------------------------------------ lines */

/* "47 attempts", "1 contact", "412.6 MB", "64 %", "29 min 3 s" */
static const char *amount_text(struct description *d, int64_t amount, const struct parameter *p)
{
    const struct unit *unit = *p->unit ? unit_find(str_of(p->unit)) : NULL;
    char text[32];
    if (!unit)
        return describe_text(d, "%lld", (long long)amount);
    if (unit->dimension == DIMENSION_TIME) {
        duration_format(amount, text);
        return describe_text(d, "%s", text);
    }
    if (unit->dimension == DIMENSION_SIZE && unit->scale > 1)
        return describe_text(d, "%lld.%lld %s", (long long)(amount / unit->scale),
            (long long)(amount % unit->scale / (unit->scale / 10)), unit->name);
    bool one = amount == 1 && unit->dimension == DIMENSION_COUNT;
    return describe_text(
        d, "%lld %.*s", (long long)amount, (int)strlen(unit->base) - one, unit->base);
}

static const char *source_text(struct description *d, const struct parameter *p)
{
    return p->overridden ? describe_text(d, "set in the configuration (the catalogue's source: %s)",
                               p->source)
                         : p->source;
}

void basis_margin_format(int64_t margin, char text[24])
{
    snprintf(text, 24, "×%lld.%02lld", (long long)(margin / BASIS_FLOOR),
        (long long)(margin % BASIS_FLOOR / 10));
}

static const char *span_text(struct description *d, int64_t t0, int64_t t1)
{
    char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    time_format_s(t0, from);
    time_format_s(t1, to);
    return describe_text(d, "%s to %s", from, to);
}

static void add_parameter(struct description *d, const struct search *s, int i)
{
    const struct parameter *p = &s->tier->parameters[i];
    bool is_window = strcmp(p->name, "window") == 0;
    const char *value = "";
    if (s->best.found && is_window)
        value = amount_text(d, s->best.t1 - s->best.t0, p);
    else if (s->best.known[i])
        value = describe_text(d, "%s%s", amount_text(d, s->best.seen[i], p),
            s->best.seen[i] < p->value ? ", not reached" : "");
    describe_basis(d, (struct alert_basis){
                          BASIS_TIER, s->tier->name, p->name, value, p->text, source_text(d, p)});
}

static void add_lines(struct description *d, const struct search *s)
{
    char margin[24];
    for (int i = 0; i < s->count; i++)
        add_parameter(d, s, i);
    if (!s->best.found)
        return;
    basis_margin_format(s->best.margin, margin);
    describe_basis(
        d, (struct alert_basis){BASIS_TIER, s->tier->name, "margin", describe_text(d, "%s", margin),
               "", span_text(d, s->best.t0, s->best.t1)});
}

bool basis_tiers(struct description *d, struct err *err)
{
    const struct alert_type *type = d->episode->type;
    for (int i = 0; i < type->tier_count; i++) {
        struct search s = {.d = d, .tier = &type->tiers[i]};
        if (!(d->episode->tiers >> i & 1))
            continue;
        s.count = s.tier->parameter_count < PAST_PARAMETERS_MAX ? s.tier->parameter_count
                                                                : PAST_PARAMETERS_MAX;
        begin(&s, d->past ? &d->past->tiers[i] : NULL);
        if (!find_strongest(&s, err))
            return false;
        add_lines(d, &s);
        if (s.best.found && s.best.margin > d->margin)
            d->margin = s.best.margin;
    }
    return true;
}
