/* Confidence: a middle value, moved by what speaks for and against. The steps are ours, in one table:
 * what an analyst can follow, not a probability. */
#include "correlate/alerts/confidence.h"

#include "correlate/alerts/basis.h"

#define CONFIDENCE_BASE   50
#define PER_DOUBLING      5 /* for each time that the strongest window is twice the floor again … */
#define DOUBLINGS_MAX     3  /* … up to eight times the floor */
#define ALSO_LONGER_TIER  5  /* each further tier reached */
#define EXPLICIT_FAILURES 10 /* the log itself says that logins failed … */
#define FAILED_SHARE_MIN  50 /* … for so many percent of the attempts */
#define SIGNATURE_AGREES  10
#define LISTED            10
#define SUCCESS_FOLLOWED  10
#define ABNORMAL          10 /* a learned baseline says that it is unusual */
#define CALLED            10 /* an answer to a call may also be a server's, to anybody */
#define WIDESPREAD        10 /* many of our machines deal with it … */
#define LONG_KNOWN        10 /* … or this one has for long: threats are rare and new */
#define BLOCKED_MAX       30 /* nothing answered: the contact did not happen */
#define WEAK_MAX          30 /* behaviour alone speaks */

/* What moves it, and a limit to it: each a line of the basis, so that the lines add up. */
struct sum {
    struct description *d;
    int value;
};

static void add(struct sum *s, const char *name, int points, const char *note)
{
    if (points == 0)
        return;
    const char *value = describe_text(s->d, s->value ? "%+d" : "%d", points);
    s->value += points;
    describe_basis(s->d, (struct alert_basis){BASIS_CONFIDENCE, "", name, value, "", note});
}

static void limit(struct sum *s, const char *name, int most, const char *why)
{
    if (s->value > most)
        add(s, name, most - s->value, describe_text(s->d, "%s: %d at most", why, most));
}

/* What the sensors missed may be what would explain it. Each step takes as much away. */
#define MISSED_STEP 5

static const int loss_steps[] = {10, 100, 300}; /* thousandths of the packets */
static const int unseen_steps[] = {10, 50};     /* percent of the minutes */

static void add_missed(struct sum *s)
{
    int steps = 0, loss = s->d->loss;
    for (size_t i = 0; i < sizeof loss_steps / sizeof *loss_steps; i++)
        steps += loss >= loss_steps[i];
    for (size_t i = 0; i < sizeof unseen_steps / sizeof *unseen_steps; i++)
        steps += s->d->unseen >= unseen_steps[i];
    add(s, "coverage", -steps * MISSED_STEP,
        describe_text(s->d,
            "the sensors lost %d.%d %% of the packets, and were silent in %d %% of the minutes",
            loss / 10, loss % 10, s->d->unseen));
}

static int doublings(int64_t margin)
{
    int times = 0;
    while (times < DOUBLINGS_MAX && margin >= BASIS_FLOOR << (times + 1))
        times++;
    return times;
}

static void add_margin(struct sum *s)
{
    char margin[24];
    basis_margin_format(s->d->margin, margin);
    add(s, "margin", doublings(s->d->margin) * PER_DOUBLING,
        describe_text(s->d,
            "the strongest window is %s of its floor: %d for each doubling, up to %d", margin,
            PER_DOUBLING, DOUBLINGS_MAX * PER_DOUBLING));
}

static void add_tiers(struct sum *s)
{
    int tiers = __builtin_popcountll(s->d->episode->tiers);
    add(s, "tiers", (tiers - 1) * ALSO_LONGER_TIER,
        describe_text(
            s->d, "%d tiers were reached: %d for each beyond the first", tiers, ALSO_LONGER_TIER));
}

static void add_failures(struct sum *s)
{
    if (s->d->failed_share >= FAILED_SHARE_MIN)
        add(s, "explicit failures", EXPLICIT_FAILURES,
            describe_text(
                s->d, "the logs state that %d %% of the attempts failed", s->d->failed_share));
}

static void add_witnesses(struct sum *s)
{
    bool outgoing = s->d->episode->type->direction == DIRECTION_OUTGOING;
    const struct {
        bool speaks;
        const char *name;
        int points;
        const char *note;
    } witnesses[] = {
        {s->d->signature, "signature", SIGNATURE_AGREES, "a sensor's signature says so too"},
        {s->d->listed, "indicator", LISTED, "a feed names the other side, or one of the others"},
        {s->d->success, "login", SUCCESS_FOLLOWED, "a login succeeded after the attempts"},
        {s->d->learned && s->d->abnormal, "baseline", ABNORMAL, "it is unusual here"},
        {s->d->called && outgoing, "called", -CALLED,
            "the other side opened all of it: an answer may be a server's, to anybody"},
        {s->d->common, "widespread", -WIDESPREAD, "many of our machines deal with the other side"},
        {s->d->long_known, "long known", -LONG_KNOWN,
            "this machine has dealt with the other side for long"},
    };
    for (size_t i = 0; i < sizeof witnesses / sizeof *witnesses; i++)
        if (witnesses[i].speaks)
            add(s, witnesses[i].name, witnesses[i].points, witnesses[i].note);
}

int confidence_of(struct description *d)
{
    struct sum s = {.d = d};
    add(&s, "base", CONFIDENCE_BASE, "every alert: the floor of a tier was reached");
    add_margin(&s);
    add_tiers(&s);
    add_failures(&s);
    add_witnesses(&s);
    add_missed(&s);
    if (d->blocked)
        limit(&s, "not answered", BLOCKED_MAX, "nothing came back");
    if (d->weak)
        limit(&s, "behaviour alone", WEAK_MAX, "nobody names the other side");
    if (d->learned)
        limit(&s, "certainty", CONFIDENCE_LEARNED_MAX, "logs alone are no proof");
    else
        limit(&s, "no history", CONFIDENCE_COLD_MAX, "there is no history to compare with");
    return s.value;
}
