/* The table alert_past. */
#include "correlate/alerts/past.h"

#include "store/query.h"
#include "util/timefmt.h"
#include "util/varint.h"

#include <stdlib.h>

#define LAG_US      (2 * TIME_US_HOUR) /* attempts become known up to so much later than they happen */
#define STEP_US     (2 * TIME_US_HOUR) /* less is not worth the writing */
#define RECORDS_MIN 128                /* fewer attempts are read as fast */
#define OTHERS_MAX  65536              /* of more nothing is kept */
#define VERSION     1

/* ------------------------------------------------------------------ numbers in a row of bytes */

static void put(struct buf *b, int64_t number)
{
    uint8_t bytes[VARINT_MAX];
    const uint8_t *end = varint_put_i(bytes, number);
    buf_add(b, (struct str){(const char *)bytes, (size_t)(end - bytes)});
}

struct reader {
    const uint8_t *at, *end;
    bool broken;
};

/* Beyond the end, or of what is no number, 0. */
static int64_t get(struct reader *r)
{
    int64_t number = 0;
    r->broken |= !varint_take_i(&r->at, r->end, &number);
    return number;
}

/* ------------------------------------------------------------------ sums */

static void put_sums(struct buf *b, const struct attempt_sums *sums)
{
    const int64_t figures[] = {sums->connections, sums->guesses, sums->failures, sums->first_us,
        sums->last_us, sums->scale, sums->records, (int64_t)sums->count};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        put(b, figures[i]);
    for (size_t i = 0; i < sums->count; i++) {
        const struct attempt_other *o = &sums->others[i];
        put(b, o->id);
        put(b, o->connections * 2 + o->inside);
        put(b, o->guesses - o->connections);
    }
    for (size_t i = 0; i < sums->ports.slots; i++) {
        if (sums->ports.counts[i] > 0) {
            put(b, sums->ports.keys[i]);
            put(b, sums->ports.counts[i]);
        }
    }
    put(b, -1); /* no port */
}

static bool get_others(struct reader *r, struct attempt_sums *sums, int64_t count, struct err *err)
{
    for (int64_t i = 0; i < count && !r->broken; i++) {
        struct attempt_other *o = attempt_sums_new_other(sums, get(r), err);
        if (!o)
            return false;
        int64_t connections = get(r);
        o->connections = connections >> 1;
        o->inside = connections & 1;
        o->guesses = get(r) + o->connections;
    }
    return true;
}

static bool get_sums(struct reader *r, struct attempt_sums *sums, struct err *err)
{
    int64_t *const figures[] = {&sums->connections, &sums->guesses, &sums->failures,
        &sums->first_us, &sums->last_us, &sums->scale, &sums->records};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        *figures[i] = get(r);
    if (!get_others(r, sums, get(r), err))
        return false;
    for (int64_t port = get(r); port >= 0 && !r->broken; port = get(r))
        if (counts_add(&sums->ports, port, get(r)) < 0)
            return err_nomem(err);
    return true;
}

bool past_note_sums(struct past *p, struct err *err)
{
    const struct attempt_sums *sums = &p->sums;
    if (sums->records < RECORDS_MIN || sums->count > OTHERS_MAX)
        p->next_us = p->until_us;
    if (p->next_us == p->until_us)
        return true;
    put_sums(&p->next_sums, sums);
    return !p->next_sums.failed || err_nomem(err);
}

/* ------------------------------------------------------------------ windows */

static void put_window(struct buf *b, const struct past_window *w, int count)
{
    put(b, w->found);
    if (!w->found)
        return;
    put(b, w->t0);
    put(b, w->t1);
    put(b, w->margin);
    for (int i = 0; i < count; i++) {
        put(b, w->known[i]);
        put(b, w->seen[i]);
    }
}

static void get_window(struct reader *r, struct past_window *w, int count)
{
    w->found = get(r) != 0;
    if (!w->found)
        return;
    w->t0 = get(r);
    w->t1 = get(r);
    w->margin = get(r);
    for (int i = 0; i < count; i++) {
        w->known[i] = get(r) != 0;
        w->seen[i] = get(r);
    }
}

static int parameters_of(const struct tier *tier)
{
    return tier->parameter_count < PAST_PARAMETERS_MAX ? tier->parameter_count
                                                       : PAST_PARAMETERS_MAX;
}

static void put_tiers(struct buf *b, const struct past *p)
{
    for (int i = 0; i < p->of.type->tier_count; i++) {
        put(b, p->tiers[i].next_known);
        if (p->tiers[i].next_known)
            put_window(b, &p->tiers[i].next, parameters_of(&p->of.type->tiers[i]));
    }
}

static void get_tiers(struct reader *r, struct past *p)
{
    for (int i = 0; i < p->of.type->tier_count; i++) {
        p->tiers[i].known = get(r) != 0;
        if (p->tiers[i].known)
            get_window(r, &p->tiers[i].before, parameters_of(&p->of.type->tiers[i]));
    }
}

/* ------------------------------------------------------------------ the table */

#define WHOSE                                                                                      \
    "own = :own AND remote = :remote AND service = :service AND direction = :direction "           \
    "AND type = :type "

static struct query *ask(struct store *s, const struct past_key *of, const char *sql)
{
    struct query *q = store_query(s, "past of an alert", sql);
    query_bind_i(q, ":own", of->key.own);
    query_bind_i(q, ":remote", of->key.remote);
    query_bind_i(q, ":service", of->key.service);
    query_bind_i(q, ":direction", of->type->direction);
    query_bind_i(q, ":type", of->type_id);
    query_bind_i(q, ":began", of->began_us);
    return q;
}

static bool get_all(struct past *p, struct str data, struct err *err)
{
    const uint8_t *bytes = (const uint8_t *)data.p;
    struct reader r = {.at = bytes, .end = bytes + data.len};
    if (get(&r) != VERSION)
        return true;
    if (!get_sums(&r, &p->sums, err))
        return false;
    get_tiers(&r, p);
    return true;
}

/* What is kept of a slice that began elsewhere, or reached further, is of no use. */
static bool read_kept(struct past *p, struct store *s, struct err *err)
{
    bool done = true;
    struct query *q = ask(s, &p->of,
        "SELECT until, data FROM alert_past WHERE " WHOSE
        "AND began = :began AND since = :since AND until <= :t1");
    query_bind_i(q, ":since", p->of.t0);
    query_bind_i(q, ":t1", p->of.t1);
    if (query_step(q)) {
        p->until_us = query_i(q, 0);
        done = get_all(p, query_s(q, 1), err);
    }
    return query_done(q, err) && done;
}

bool past_open(struct past *p, struct store *s, const struct past_key *of, struct err *err)
{
    *p = (struct past){.of = *of, .until_us = INT64_MIN, .next_us = INT64_MIN};
    attempt_sums_init(&p->sums);
    p->tiers = calloc((size_t)of->type->tier_count, sizeof *p->tiers);
    if (!p->tiers)
        return err_nomem(err);
    if (!read_kept(p, s, err))
        return false;
    int64_t from = p->until_us == INT64_MIN ? of->t0 : p->until_us;
    p->next_us = of->t1 - from >= LAG_US + STEP_US ? of->t1 - LAG_US : p->until_us;
    return true;
}

/* The slices before the last one hardly change any more. */
static bool forget_old(struct past *p, struct store *s, struct err *err)
{
    struct query *q = ask(s, &p->of, "DELETE FROM alert_past WHERE " WHOSE "AND began < :began");
    query_step(q);
    return query_done(q, err);
}

bool past_keep(struct past *p, struct store *s, struct err *err)
{
    struct buf data = {0};
    if (p->next_us == p->until_us || p->next_sums.len == 0)
        return true;
    put(&data, VERSION);
    buf_add(&data, buf_str(&p->next_sums));
    put_tiers(&data, p);
    struct query *q = ask(s, &p->of,
        "INSERT OR REPLACE INTO alert_past (own, remote, service, direction, type, began, since, "
        "until, data) VALUES (:own, :remote, :service, :direction, :type, :began, :since, :until, "
        ":data)");
    query_bind_i(q, ":since", p->of.t0);
    query_bind_i(q, ":until", p->next_us);
    query_bind_blob(q, ":data", data.text, data.len);
    query_step(q);
    bool done = query_done(q, err) && (!data.failed || err_nomem(err)) && forget_old(p, s, err);
    buf_done(&data);
    return done;
}

/* Of one pair, and of all others of one of ours. */
static const char first_of_pair[] =
    "SELECT lo FROM changed_attempt WHERE direction = :direction AND service = :service "
    "AND own = :own AND remote = :remote";
static const char first_of_own[] = "SELECT lo FROM rolled WHERE direction = :direction "
                                   "AND service = :service AND own = :own";

bool past_unchanged(const struct past *p, struct store *s, int64_t *before_us, struct err *err)
{
    const struct finding_key *key = &p->of.key;
    struct query *q =
        store_query(s, "first change of a key", key->remote ? first_of_pair : first_of_own);
    query_bind_i(q, ":direction", p->of.type->direction);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":own", key->own);
    query_bind_i_if(q, ":remote", key->remote);
    *before_us = query_step(q) ? query_i(q, 0) : INT64_MAX;
    return query_done(q, err);
}

void past_done(struct past *p)
{
    attempt_sums_done(&p->sums);
    buf_done(&p->next_sums);
    free(p->tiers);
    *p = (struct past){0};
}

/* What is kept of alerts about that remote end and of which something older changed. */
#define PAST_OF(remote_end, changed)                                                               \
    "SELECT p.id FROM " changed " AS c CROSS JOIN alert_past AS p ON p.own = c.own "               \
    "AND p.remote = " remote_end " AND p.service = c.service AND p.direction = c.direction "       \
    "AND p.until > c.lo"
static const char forget_by_changes[] = "DELETE FROM alert_past WHERE id IN (" PAST_OF(
    "c.remote", "changed_attempt") " UNION ALL " PAST_OF("0",
    "(SELECT direction, service, own, MIN(lo) AS lo "
    "FROM changed_attempt GROUP BY direction, service, own)") ")";

/* The same, from what is kept. */
#define CHANGED_OF(remote_end)                                                                     \
    "EXISTS (SELECT 1 FROM changed_attempt AS c WHERE c.direction = p.direction "                  \
    "AND c.service = p.service AND c.own = p.own " remote_end "AND c.lo < p.until)"
static const char forget_by_kept[] =
    "DELETE FROM alert_past AS p WHERE CASE p.remote WHEN 0 THEN " CHANGED_OF("") " ELSE " CHANGED_OF(
        "AND c.remote = p.remote ") " END /* scans alert_past: it is the smaller side */";

/* *fewer: less is kept than changed. */
static bool compare_sides(struct store *s, bool *fewer, struct err *err)
{
    struct query *q = store_query(s, "past and changes",
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM alert_past "
        "LIMIT (SELECT COUNT(*) FROM changed_attempt) /* scans alert_past: no further than that */)) "
        "< (SELECT COUNT(*) FROM changed_attempt)");
    *fewer = query_step(q) && query_i(q, 0) != 0;
    return query_done(q, err);
}

bool past_forget_changed(struct store *s, struct err *err)
{
    bool fewer;
    return compare_sides(s, &fewer, err) &&
           store_do(s, "past that changed", fewer ? forget_by_kept : forget_by_changes, err);
}

bool past_forget_type(struct store *s, int64_t type_id, struct err *err)
{
    struct query *q = store_query(s, "past of a type",
        "DELETE FROM alert_past WHERE type = :type /* scans alert_past: the type is judged anew */");
    query_bind_i(q, ":type", type_id);
    query_step(q);
    return query_done(q, err);
}
