/* Matching the records of one tuple by time. */
#include "correlate/facts/twins.h"

#include <stdlib.h>

#define ROUNDS_MAX 64 /* each settles what is nearest then; what it leaves is rare */

/* For each span of a list the latest end in it: a tree in an array, leaves from `leaves` on. */
struct reach {
    int64_t *latest;
    size_t leaves;
};

static bool reach_new(struct reach *r, size_t count, struct err *err)
{
    r->leaves = 1;
    while (r->leaves < count)
        r->leaves *= 2;
    r->latest = malloc(2 * r->leaves * sizeof *r->latest);
    return r->latest || err_nomem(err);
}

/* Leaves beyond the list reach nowhere. */
static void reach_fill(struct reach *r, const struct sighting *list, size_t count)
{
    for (size_t i = 0; i < r->leaves; i++)
        r->latest[r->leaves + i] = i < count ? list[i].t1 : INT64_MIN;
    for (size_t i = r->leaves - 1; i > 0; i--) {
        int64_t left = r->latest[2 * i], right = r->latest[2 * i + 1];
        r->latest[i] = left > right ? left : right;
    }
}

/* The last of the first `count` that ends at t or later; TWIN_NONE without one. */
static size_t last_reaching(const struct reach *r, size_t count, int64_t t)
{
    if (count == 0)
        return TWIN_NONE;
    size_t at = r->leaves + count - 1;
    while (r->latest[at] < t) { /* to the part on the left of this one */
        while (at > 1 && at % 2 == 0)
            at /= 2;
        if (at-- == 1)
            return TWIN_NONE;
    }
    while (at < r->leaves)
        at = 2 * at + (r->latest[2 * at + 1] >= t);
    return at - r->leaves;
}

/* How many begin at t or before. */
static size_t begun_by(const struct sighting *list, size_t count, int64_t t)
{
    size_t lo = 0, hi = count;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (list[middle].t0 <= t)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* What is left of one sensor's records: `of` is the place in the whole list. */
struct rest {
    struct sighting *list;
    size_t count;
    struct reach ends;
};

static bool rest_new(struct rest *r, const struct sighting *list, size_t count, struct err *err)
{
    r->list = malloc(count * sizeof *r->list);
    if (!r->list)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++)
        r->list[i] = (struct sighting){list[i].t0, list[i].t1, list[i].ident, i, TWIN_NONE};
    r->count = count;
    return reach_new(&r->ends, count, err);
}

static void rest_done(struct rest *r)
{
    free(r->list);
    free(r->ends.latest);
}

/* Of all that come within the tolerance the one that begins nearest, the earlier of two. */
static size_t nearest(const struct sighting *to, const struct rest *r)
{
    size_t begun = begun_by(r->list, r->count, to->t0);
    size_t before = last_reaching(&r->ends, begun, to->t0 - TWIN_TOLERANCE_US);
    size_t after =
        begun < r->count && r->list[begun].t0 <= to->t1 + TWIN_TOLERANCE_US ? begun : TWIN_NONE;
    if (before == TWIN_NONE || after == TWIN_NONE)
        return before == TWIN_NONE ? after : before;
    return apart(r->list[after].t0, to->t0) < apart(r->list[before].t0, to->t0) ? after : before;
}

/* Takes out those that have a twin. */
static void rest_shrink(struct rest *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->list[i].twin == TWIN_NONE)
            r->list[kept++] = r->list[i];
    r->count = kept;
}

/* Two of which each is the nearest to the other are twins; false when there are none. */
static bool match_nearest(struct rest *zeek, struct rest *suricata, struct sighting *all)
{
    bool any = false;
    reach_fill(&zeek->ends, zeek->list, zeek->count);
    reach_fill(&suricata->ends, suricata->list, suricata->count);
    for (size_t i = 0; i < zeek->count; i++) {
        struct sighting *z = &zeek->list[i];
        size_t at = nearest(z, suricata);
        struct sighting *s = at == TWIN_NONE ? NULL : &suricata->list[at];
        if (!s || nearest(s, zeek) != i)
            continue;
        all[s->of].twin = s->twin = z->of;
        z->twin = s->of;
        any = true;
    }
    rest_shrink(zeek);
    rest_shrink(suricata);
    return any;
}

static bool match_one_to_one(const struct sighting *zeek, size_t zeek_count, struct sighting *all,
    size_t count, struct err *err)
{
    struct rest zeeks = {0}, others = {0};
    bool done = rest_new(&zeeks, zeek, zeek_count, err) && rest_new(&others, all, count, err);
    for (int round = 0; done && round < ROUNDS_MAX; round++)
        if (!match_nearest(&zeeks, &others, all))
            break;
    rest_done(&zeeks);
    rest_done(&others);
    return done;
}

/* What began inside one of Zeek's records: its last packet may stand alone, by another clock. */
static bool find_pieces(const struct sighting *zeek, size_t zeek_count, struct sighting *all,
    size_t count, struct err *err)
{
    struct rest whole = {0};
    bool done = rest_new(&whole, zeek, zeek_count, err);
    for (size_t i = 0; done && i < zeek_count; i++)
        if (zeek[i].t1 - zeek[i].t0 >= TWIN_SPLIT_US)
            whole.list[i].t1 += TWIN_TOLERANCE_US;
    if (done)
        reach_fill(&whole.ends, whole.list, zeek_count);
    for (size_t i = 0; done && i < count; i++)
        if (all[i].twin == TWIN_NONE)
            all[i].twin =
                last_reaching(&whole.ends, begun_by(zeek, zeek_count, all[i].t0), all[i].t0);
    rest_done(&whole);
    return done;
}

static void shift(struct sighting *list, size_t count, int64_t by_us)
{
    for (size_t i = 0; i < count; i++) {
        list[i].t0 += by_us;
        list[i].t1 += by_us;
    }
}

bool twins_match(const struct sighting *zeek, size_t zeek_count, struct sighting *suricata,
    size_t suricata_count, int64_t skew_us, struct err *err)
{
    for (size_t i = 0; i < suricata_count; i++)
        suricata[i].twin = TWIN_NONE;
    if (zeek_count == 0 || suricata_count == 0)
        return true;
    shift(suricata, suricata_count, -skew_us);
    bool done = match_one_to_one(zeek, zeek_count, suricata, suricata_count, err) &&
                find_pieces(zeek, zeek_count, suricata, suricata_count, err);
    shift(suricata, suricata_count, skew_us);
    return done;
}
