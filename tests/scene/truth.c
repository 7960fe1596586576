/* What must be reported: windows that reach a floor, joined into episodes. Written for clearness
 * and not for speed, and from the definitions, not from the program. */
#include "tests/scene/scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPISODE_GAP  HOUR
#define EPISODE_MOST (7 * DAY)
#define TIERS        4

struct finding {
    int64_t t0_us, t1_us;
    int tier;
};

/* How many different values there are among the others (or days) of first..last. */
static int distinct_others(const struct deeds *d, int first, int last)
{
    int n = 0;
    for (int i = first; i <= last; i++) {
        bool known = false;
        for (int j = first; j < i && !known; j++)
            known = d->other[j] == d->other[i];
        n += !known;
    }
    return n;
}

static int distinct_days(const struct deeds *d, int first, int last)
{
    int n = 1;
    for (int i = first + 1; i <= last; i++)
        n += d->t_us[i] / DAY != d->t_us[i - 1] / DAY;
    return n;
}

static int find(const struct deeds *d, int tier, struct finding *found)
{
    const struct tier_rule *r = &d->rule->tiers[tier];
    int count = 0;
    for (int last = 0, first = 0; last < d->count; last++) {
        while (d->t_us[last] - d->t_us[first] >= r->window_us)
            first++;
        if (last - first + 1 >= r->attempts &&
            (!r->others || distinct_others(d, first, last) >= r->others) &&
            (!r->days || distinct_days(d, first, last) >= r->days))
            found[count++] = (struct finding){d->t_us[first], d->t_us[last], tier};
    }
    return count;
}

static int by_start(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    return x->t0_us < y->t0_us ? -1 : x->t0_us > y->t0_us;
}

/* The findings of one stretch of at most seven days, as an alert. */
static void tell(struct scene *s, const struct deeds *d, int64_t from_us, int64_t to_us,
    const struct finding *found, int count)
{
    char tiers[128] = "";
    int64_t start_us = INT64_MAX, end_us = INT64_MIN;
    for (int t = 0; t < TIERS && d->rule->tiers[t].name; t++) {
        bool reached = false;
        for (int i = 0; i < count; i++)
            reached = reached ||
                      (found[i].tier == t && found[i].t0_us <= to_us && found[i].t1_us >= from_us);
        if (reached)
            snprintf(tiers + strlen(tiers), sizeof tiers - strlen(tiers), "%s%s",
                *tiers ? ", " : "", d->rule->tiers[t].name);
    }
    int first = -1, last = -1;
    for (int i = 0; i < d->count; i++) {
        if (d->t_us[i] < from_us || d->t_us[i] > to_us)
            continue;
        start_us = d->t_us[i] < start_us ? d->t_us[i] : start_us;
        end_us = d->t_us[i] > end_us ? d->t_us[i] : end_us;
        first = first < 0 ? i : first;
        last = i;
    }
    int64_t size =
        d->rule->count == COUNT_OTHERS ? distinct_others(d, first, last) : last - first + 1;
    truth_write(s, &(struct truth_row){.name = d->name,
                       .type = d->rule->type,
                       .own = d->own,
                       .remote = d->remote,
                       .count_key = d->rule->count_key,
                       .tiers = tiers,
                       .sensors = d->sensors,
                       .start_us = start_us,
                       .end_us = end_us,
                       .tolerance_us = d->tolerance_us,
                       .least = size,
                       .most = size});
}

int truth_add(struct scene *s, const struct deeds *d)
{
    int alerts = 0;
    struct finding *found = malloc((size_t)(d->count * TIERS + 1) * sizeof *found);
    int count = 0;
    if (!found)
        exit(70);
    for (int t = 0; t < TIERS && d->rule->tiers[t].name; t++)
        count += find(d, t, found + count);
    qsort(found, (size_t)count, sizeof *found, by_start);
    for (int i = 0; i < count;) {
        int64_t start_us = found[i].t0_us, end_us = found[i].t1_us;
        int next = i + 1;
        for (; next < count && found[next].t0_us - end_us < EPISODE_GAP; next++)
            end_us = found[next].t1_us > end_us ? found[next].t1_us : end_us;
        for (int64_t from_us = start_us; from_us <= end_us; from_us += EPISODE_MOST) {
            int64_t to_us = from_us + EPISODE_MOST - 1;
            alerts++;
            tell(s, d, from_us, to_us < end_us ? to_us : end_us, found + i, next - i);
        }
        i = next;
    }
    free(found);
    return alerts;
}

void truth_write(struct scene *s, const struct truth_row *r)
{
    struct text t = {.length = 0};
    text_add(&t, "%s\t%d\t%s\t%s\t%s\t%.6f\t%.6f\t%.6f\t%s\t%" PRId64 "\t%" PRId64 "\t%s", r->name,
        r->sensors, r->type, r->own, r->remote ? r->remote : "", (double)r->start_us / 1e6,
        (double)r->end_us / 1e6, (double)r->tolerance_us / 1e6, r->count_key, r->least, r->most,
        r->tiers);
    log_add(&s->truth, r->start_us, &t);
}
