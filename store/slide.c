/* Attempts come into the window at its end and leave it at its beginning: constant time each. */
#include "store/slide.h"

#include <stdlib.h>

static bool ring_grow(struct slide *s)
{
    size_t cap = s->cap ? s->cap * 2 : 64;
    struct tried *ring = malloc(cap * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < s->count; i++)
        ring[i] = s->ring[(s->head + i) & (s->cap - 1)];
    free(s->ring);
    s->ring = ring;
    s->head = 0;
    s->cap = cap;
    return true;
}

static bool enter(struct slide *s, const struct tried *tried)
{
    if (s->count == s->cap && !ring_grow(s))
        return false;
    int64_t times = counts_add(&s->others, tried->other, 1);
    s->ring[(s->head + s->count++) & (s->cap - 1)] = *tried;
    s->weight += tried->weight;
    s->distinct += times == 1;
    return times >= 0;
}

static bool leave(struct slide *s)
{
    const struct tried *tried = &s->ring[s->head];
    int64_t times = counts_add(&s->others, tried->other, -1);
    s->weight -= tried->weight;
    s->distinct -= times == 0;
    s->head = (s->head + 1) & (s->cap - 1);
    s->count--;
    return times >= 0;
}

static bool read_next(struct slide *s)
{
    int got = s->read(s->arg, &s->next);
    s->more = got > 0;
    return got >= 0;
}

static int64_t since(const struct slide *s)
{
    return s->ring[s->head].t;
}

/* All attempts of the next moment come in at once; then those leave that are too old. */
static bool advance(struct slide *s)
{
    s->open = s->more;
    if (!s->open)
        return true;
    s->now = s->next.t;
    while (s->more && s->next.t == s->now)
        if (!enter(s, &s->next) || !read_next(s))
            return false;
    while (s->now - since(s) >= s->rule.window)
        if (!leave(s))
            return false;
    return true;
}

static bool reached(const struct slide *s)
{
    return s->weight >= s->rule.min_attempts && s->distinct >= s->rule.min_others;
}

static bool outdone(const struct slide *s)
{
    for (int i = 0; i < 2; i++)
        if (s->weight <= s->most[i].weight && s->distinct <= s->most[i].distinct)
            return true;
    return false;
}

static void remember(struct slide *s)
{
    const struct figures now = {s->weight, s->distinct};
    if (now.weight > s->most[0].weight)
        s->most[0] = now;
    if (now.distinct > s->most[1].distinct)
        s->most[1] = now;
}

static bool begins_row(const struct slide *s)
{
    bool strongest = s->rule.each == SLIDE_STRONGEST;
    return reached(s) && (!strongest || (s->now >= s->rule.whole_us && !outdone(s)));
}

static void extend(const struct slide *s, struct slide_row *row)
{
    row->t = s->now;
    row->attempts = s->weight > row->attempts ? s->weight : row->attempts;
    row->others = s->distinct > row->others ? s->distinct : row->others;
}

bool slide_start(struct slide *s, const struct slide_rule *rule,
    int (*read)(void *arg, struct tried *tried), void *arg)
{
    s->rule = *rule;
    s->read = read;
    s->arg = arg;
    s->most[0] = s->most[1] = (struct figures){-1, -1};
    s->open = s->more = false;
    while (s->count)
        if (!leave(s))
            return false;
    return rule->window <= 0 || (read_next(s) && advance(s));
}

static bool find_row(struct slide *s)
{
    while (s->open && !begins_row(s))
        if (!advance(s))
            return false;
    return true;
}

/* The window at hand is more than the row's in figures that matter, and no bound lies between them. */
static bool outgrows(const struct slide *s, const struct slide_row *row)
{
    const struct slide_rule *rule = &s->rule;
    bool more = (rule->min_attempts > 0 && s->weight > row->attempts) ||
                (rule->min_others > 1 && s->distinct > row->others);
    return more && s->weight >= row->attempts && s->distinct >= row->others &&
           (row->t < rule->cut_us) == (s->now < rule->cut_us) &&
           (row->since <= rule->last_us) == (since(s) <= rule->last_us);
}

static bool next_strongest(struct slide *s, struct slide_row *row)
{
    do {
        *row = (struct slide_row){.since = since(s)};
        extend(s, row);
        remember(s);
        if (!advance(s) || !find_row(s))
            return false;
    } while (s->open && outgrows(s, row));
    return true;
}

bool slide_next(struct slide *s, struct slide_row *row, bool *end)
{
    if (!find_row(s))
        return false;
    *end = !s->open;
    if (*end)
        return true;
    if (s->rule.each == SLIDE_STRONGEST)
        return next_strongest(s, row);
    *row = (struct slide_row){.since = since(s)};
    do {
        if (reached(s))
            extend(s, row);
        if (!advance(s))
            return false;
    } while (s->rule.each == SLIDE_JOINED && s->open && since(s) <= row->t);
    return true;
}

void slide_done(struct slide *s)
{
    free(s->ring);
    counts_done(&s->others);
    *s = (struct slide){0};
}
