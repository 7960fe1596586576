/* The periodic queries over the spans that changed.
 *
 * For one tier, a window that ends at t reaches back :window. So new facts in lo..hi can only change
 * windows inside lo - window .. hi + window; there the stored findings are cut out and what the
 * query finds is put in. What lies outside stays, however long the history.
 *
 * Where facts were only added, and the query only grows by them, no finding is cut: the windows that
 * end from lo to hi + window are asked for, and what they find joins what is stored. What was found up to
 * lo stays as it is, so that alerts of that time are not made again. */
#include "correlate/findings/judge.h"

#include "correlate/alerts/description.h"
#include "correlate/alerts/episodes.h"
#include "correlate/facts/worm.h"
#include "correlate/findings/touched.h"
#include "store/query.h"
#include "util/timefmt.h"

#include <stdio.h>

static struct finding_key key_at(struct query *q, int column)
{
    return (struct finding_key){
        query_i(q, column), query_i(q, column + 1), query_i(q, column + 2), query_i(q, column + 3)};
}

/* ------------------------------------------------------------------ old and new findings */

static bool mark_dirty(
    struct tier_run *r, const struct finding_key *key, int64_t lo, int64_t hi, struct err *err)
{
    return span_add(r->dirty, &(struct span){*key, lo, hi}, err);
}

/* from: the first moment of lo..hi about which anything is new. */
static bool mark_found(struct tier_run *r, const struct finding_key *key, int64_t lo, int64_t hi,
    int64_t from, struct err *err)
{
    return span_add(&r->replaced, &(struct span){*key, lo, hi}, err) &&
           mark_dirty(r, key, from, hi, err);
}

/* What stored findings leave standing outside the touched spans: all of them where facts were added. */
static bool cut_stored(struct tier_run *r, struct err *err)
{
    bool done = true;
    struct query *q =
        store_query(r->store, "findings that are met", touched_findings(r->query.facts));
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":before", touched_before(r));
    while (done && query_step(q)) {
        struct span span = {key_at(q, 0), query_i(q, 4), query_i(q, 5)};
        int64_t from = query_i(q, 6), lo = from - touched_before(r), hi = query_i(q, 7);
        done = (r->which == ADDED ? span_add(&r->stored, &span, err)
                                  : span_add_outside(&r->pieces, &span, lo, hi, err)) &&
               mark_found(r, &span.key, lo, hi, from, err);
    }
    span_join(&r->stored, 2);
    return query_done(q, err) && done;
}

static void bind_tier(struct query *q, const struct tier_run *r)
{
    query_bind_zeros(q);
    for (int i = 0; i < r->tier->parameter_count; i++) {
        char name[96];
        snprintf(name, sizeof name, ":%s", r->tier->parameters[i].name);
        query_bind_i_if(q, name, r->tier->parameters[i].value);
    }
    query_bind_i_if(q, ":window", r->window_us);
    query_bind_i_if(q, ":direction", r->type->direction);
    query_bind_i_if(q, ":topic", r->type_id);
    query_bind_i_if(q, ":exempt", r->type->exempt_roles | r->tier->exempt_roles);
}

bool tier_prepare(const struct tier_run *r, struct err *err)
{
    return r->query.facts != QUERY_WORM_BY_OWN || worm_prepare(r->store, r->tier, err);
}

/* What a stored finding has of the beginning of one that was found is not new. But where it begins so itself,
 * or windows are longer than slices, a slice may tell of the first window that ends behind it: that may be
 * another one now. */
static int64_t news_of(const struct tier_run *r, const struct span *found)
{
    const struct span *stored = span_at(&r->stored, &found->key, found->t0);
    bool told = stored && stored->t0 < found->t0 && r->window_us <= EPISODE_MAX_US;
    return told ? stored->t1 + 1 : found->t0;
}

static bool add_found(struct tier_run *r, struct err *err)
{
    bool done = true;
    if (!tier_prepare(r, err))
        return false;
    struct query *q = store_query(r->store, r->query.name, r->query.sql);
    bind_tier(q, r);
    while (done && query_step(q)) {
        struct span span = {key_at(q, 0), query_i(q, 4), query_i(q, 5)};
        int64_t from = query_i(q, 6), lo = from - touched_before(r), hi = query_i(q, 7);
        int64_t news = news_of(r, &span);
        done = span_add_inside(&r->pieces, &span, lo, hi, err) &&
               mark_found(r, &span.key, lo, hi, news < from ? news : from, err);
    }
    for (size_t i = 0; done && i < r->stored.count; i++)
        done = span_add(&r->pieces, &r->stored.spans[i], err);
    return query_done(q, err) && done;
}

static bool delete_stored(
    struct tier_run *r, const struct finding_key *key, int64_t t0, int64_t t1, struct err *err)
{
    struct query *q = store_query(r->store, "forget findings",
        "DELETE FROM finding WHERE type = :type AND own = :own AND remote = :remote "
        "AND service = :service AND part = :part AND tier = :tier AND t0 <= :t1 AND t1 >= :t0");
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":own", key->own);
    query_bind_i(q, ":remote", key->remote);
    query_bind_i(q, ":service", key->service);
    query_bind_i(q, ":part", key->part);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":t0", t0);
    query_bind_i(q, ":t1", t1);
    query_step(q);
    return query_done(q, err);
}

static bool insert_finding(struct tier_run *r, const struct span *span, struct err *err)
{
    struct query *q = store_query(r->store, "finding",
        "INSERT INTO finding (type, own, remote, service, part, tier, t0, t1) "
        "VALUES (:type, :own, :remote, :service, :part, :tier, :t0, :t1)");
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":own", span->key.own);
    query_bind_i(q, ":remote", span->key.remote);
    query_bind_i(q, ":service", span->key.service);
    query_bind_i(q, ":part", span->key.part);
    query_bind_i(q, ":tier", r->tier_id);
    query_bind_i(q, ":t0", span->t0);
    query_bind_i(q, ":t1", span->t1);
    query_step(q);
    return query_done(q, err);
}

/* Stored findings that meet what is replaced go; the pieces come in their place. A piece that meets a
 * stored neighbour outside of it would have been a piece of it before. */
static bool replace(struct tier_run *r, struct err *err)
{
    span_join(&r->replaced, 2);
    span_join(&r->pieces, 2);
    for (size_t i = 0; i < r->replaced.count; i++) {
        const struct span *span = &r->replaced.spans[i];
        if (!delete_stored(r, &span->key, span->t0, span->t1, err))
            return false;
    }
    for (size_t i = 0; i < r->pieces.count; i++)
        if (!insert_finding(r, &r->pieces.spans[i], err))
            return false;
    return true;
}

/* Findings of any tier that meet the touched spans: their alerts have more to tell. */
static bool mark_met(struct tier_run *r, const char *name, const char *met, struct err *err)
{
    bool done = true;
    struct query *q = store_query(r->store, name, met);
    query_bind_i(q, ":type", r->type_id);
    query_bind_i(q, ":tier", 0);
    query_bind_i(q, ":before", 0);
    while (done && query_step(q)) {
        struct finding_key key = key_at(q, 0);
        done = mark_dirty(r, &key, query_i(q, 6), query_i(q, 7), err);
    }
    return query_done(q, err) && done;
}

/* Alerts tell what happened around a finding, too: keys with findings of any tier near new facts. */
static bool mark_near(struct tier_run *r, bool everywhere, struct err *err)
{
    bool any;
    static const struct tier none;
    r->tier = &none;
    r->which = ALL;
    return touched_fill(r, everywhere, &any, err) &&
           mark_met(r, "findings near new facts", touched_findings(r->query.facts), err);
}

/* Signatures bear witness to what other facts tell: an alert near a new one has more to say. */
static bool mark_witnessed(struct tier_run *r, bool everywhere, struct err *err)
{
    if (r->type->signature_count == 0 || r->query.facts == QUERY_CONTACT_BY_OWN ||
        r->query.facts == QUERY_CONTACT_BY_DAY)
        return true;
    return touched_fill_contacts(r, everywhere, err) &&
           mark_met(r, "findings near new signatures", touched_findings(QUERY_CONTACT_BY_OWN), err);
}

/* ------------------------------------------------------------------ types */

static bool judge_tier(struct tier_run *r, bool everywhere, struct err *err)
{
    bool any = false;
    if (!touched_fill(r, everywhere, &any, err))
        return false;
    bool done = !any || (cut_stored(r, err) && add_found(r, err) && replace(r, err));
    span_clear(&r->stored);
    span_clear(&r->pieces);
    span_clear(&r->replaced);
    return done;
}

static bool judge_changes(struct tier_run *r, bool everywhere, struct err *err)
{
    bool grows = r->query.only_grows && query_reads_attempts(r->query.facts);
    r->which = !everywhere && grows ? WITHDRAWN : ALL;
    if (!judge_tier(r, everywhere, err))
        return false;
    if (r->which == ALL)
        return true;
    r->which = ADDED;
    return judge_tier(r, everywhere, err);
}

bool judge_type(struct store *s, const struct alert_type *type, bool everywhere,
    struct span_list *dirty, struct err *err)
{
    struct tier_run r = {.store = s, .type = type, .dirty = dirty};
    bool done = store_name_id(s, str_of(type->code), &r.type_id, err);
    for (int i = 0; done && i < type->tier_count; i++) {
        r.tier = &type->tiers[i];
        r.window_us = tier_value(r.tier, "window", TIME_US_DAY);
        done = periodic_query_of(type, r.tier, &r.query, err) &&
               store_name_id(s, str_of(r.tier->name), &r.tier_id, err) &&
               judge_changes(&r, everywhere, err);
    }
    r.window_us = AFTERMATH_US;
    r.tier_id = 0;
    done = done && periodic_query(type, &r.query, err) && mark_near(&r, everywhere, err) &&
           mark_witnessed(&r, everywhere, err);
    for (int i = 0; done && i < type->tier_count; i++)
        if (type->tiers[i].query)
            done = periodic_query_of(type, &type->tiers[i], &r.query, err) &&
                   mark_near(&r, everywhere, err);
    span_done(&r.stored);
    span_done(&r.pieces);
    span_done(&r.replaced);
    return done;
}

/* ------------------------------------------------------------------ one key */

bool judge_windows(struct store *s, const struct alert_type *type, const struct tier *tier,
    const struct finding_key *key, int64_t lo, int64_t hi, struct query **windows, struct err *err)
{
    struct tier_run r = {.store = s,
        .type = type,
        .tier = tier,
        .window_us = tier_value(tier, "window", TIME_US_DAY),
        .which = ALL};
    if (!periodic_query_of(type, tier, &r.query, err) ||
        !store_name_id(s, str_of(type->code), &r.type_id, err) ||
        !touched_fill_key(&r, key, lo, hi, err) || !tier_prepare(&r, err))
        return false;
    *windows = store_query(s, r.query.name, r.query.sql);
    bind_tier(*windows, &r);
    query_bind_i_if(*windows, ":each", 2);
    return true;
}
