/* Confidence: a middle value, moved by what speaks for and against. The figures are ours: steps an
 * analyst can follow, not a probability. */
#include "correlate/confidence.h"

#define CONFIDENCE_BASE   50
#define PER_DOUBLING      5  /* for each time the count is twice the floor again … */
#define DOUBLINGS_MAX     3  /* … up to eight times the floor */
#define EXPLICIT_FAILURES 10 /* the log itself says that logins failed, for most attempts */
#define SIGNATURE_AGREES  10
#define SUCCESS_FOLLOWED  10
#define BLOCKED_MAX       30 /* nothing answered: the contact did not happen */
#define CALLED            10 /* an answer to a call may also be a server's, to anybody */
#define WIDESPREAD        10 /* many of our machines deal with it … */
#define LONG_KNOWN        10 /* … or this one has for long: threats are rare and new */
#define ALSO_LONGER_TIER  5  /* each further tier reached */

static int doublings(int64_t count, int64_t floor)
{
    int times = 0;
    while (floor > 0 && times < DOUBLINGS_MAX && count >= floor << (times + 1))
        times++;
    return times;
}

static int tiers_reached(uint64_t tiers)
{
    return __builtin_popcountll(tiers);
}

int confidence_of(const struct description *d)
{
    int value = CONFIDENCE_BASE + doublings(d->count, d->floor) * PER_DOUBLING +
                (tiers_reached(d->episode->tiers) - 1) * ALSO_LONGER_TIER;
    if (d->failed_share >= 50)
        value += EXPLICIT_FAILURES;
    if (d->signature)
        value += SIGNATURE_AGREES;
    if (d->success)
        value += SUCCESS_FOLLOWED;
    if (d->called && d->episode->type->direction == DIRECTION_OUTGOING)
        value -= CALLED;
    if (d->common)
        value -= WIDESPREAD;
    if (d->long_known)
        value -= LONG_KNOWN;
    if (d->blocked && value > BLOCKED_MAX)
        value = BLOCKED_MAX;
    return value < CONFIDENCE_COLD_MAX ? value : CONFIDENCE_COLD_MAX;
}
