/* Sums of attempts. */
#include "correlate/alerts/attempt_sums.h"

#include "util/list.h"

#include <stdlib.h>

void attempt_sums_init(struct attempt_sums *sums)
{
    *sums = (struct attempt_sums){.first_us = INT64_MAX, .last_us = INT64_MIN};
}

struct attempt_other *attempt_sums_new_other(struct attempt_sums *sums, int64_t id, struct err *err)
{
    if (!list_room(&sums->others, sums->count, &sums->cap, sizeof *sums->others, NULL) ||
        counts_add(&sums->index, id, (int64_t)sums->count + 1) < 0) {
        err_nomem(err);
        return NULL;
    }
    sums->others[sums->count] = (struct attempt_other){.id = id};
    return &sums->others[sums->count++];
}

static struct attempt_other *other_of(struct attempt_sums *sums, int64_t id, struct err *err)
{
    int64_t place = counts_add(&sums->index, id, 0);
    if (place > 0)
        return &sums->others[place - 1];
    return attempt_sums_new_other(sums, id, err);
}

bool attempt_sums_add(struct attempt_sums *sums, const struct summed_attempt *a, struct err *err)
{
    struct attempt_other *other = other_of(sums, a->remote, err);
    if (!other)
        return false;
    if (counts_add(&sums->ports, a->port, a->scale) < 0)
        return err_nomem(err);
    other->connections += a->scale;
    other->guesses += a->weight;
    other->inside |= a->internal;
    sums->connections += a->scale;
    sums->guesses += a->weight;
    sums->failures += a->failure ? a->scale : 0;
    sums->first_us = a->t_us < sums->first_us ? a->t_us : sums->first_us;
    sums->last_us = a->t_us > sums->last_us ? a->t_us : sums->last_us;
    sums->scale = a->scale > sums->scale ? a->scale : sums->scale;
    sums->records++;
    return true;
}

void attempt_sums_done(struct attempt_sums *sums)
{
    free(sums->others);
    counts_done(&sums->index);
    counts_done(&sums->ports);
    attempt_sums_init(sums);
}
