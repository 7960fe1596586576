/* What a run has to look at: records that are new, or all of them; of each type what changed, or everything. */
#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "correlate/network/sampling.h"
#include "correlate/run.h"
#include "correlate/usual/learning.h"
#include "store/indicator.h"
#include "store/query.h"
#include "store/store.h"

#include <stdio.h>

#define UNJUDGED "unjudged" /* state: a run ended between facts and alerts; 0: none did */

/* What it had found by then, in bits: it is for the run that makes up for it to say. */
enum unjudged {
    UNJUDGED_FACTS = 1,
    UNJUDGED_REBUILT = 2,
    UNJUDGED_NETWORK = 4,
    UNJUDGED_SAMPLING = 8,
    UNJUDGED_BELIEFS = 16,
};

/* ------------------------------------------------------------------ fingerprints */

/* *same: the input is as the last run left it. If not, it is noted, and this run has work to do. */
static bool same_or_note(
    struct run *r, const char *name, uint64_t fingerprint, bool *same, struct err *err)
{
    int64_t before, now = (int64_t)fingerprint;
    if (!store_state_get(r->store, name, 0, &before, err))
        return false;
    *same = before == now;
    r->inputs_changed |= !*same;
    return *same || store_state_set(r->store, name, now, err);
}

/* *same: no source that was there before is sampled otherwise now. */
static bool note_sampling(struct run *r, bool *same, struct err *err)
{
    static const struct sampling none;
    const struct sampling *sampling = r->input->sampling ? r->input->sampling : &none;
    bool rules, anew;
    if (!same_or_note(r, "input sampling", sampling_fingerprint(sampling), &rules, err) ||
        !sampling_note(r->store, sampling, !rules, &anew, err))
        return false;
    *same = !anew;
    return true;
}

static bool choose_scope(struct run *r, struct err *err)
{
    uint64_t indicators;
    bool network, services, feeds, signatures, sampling;
    if (!store_indicator_fingerprint(r->store, &indicators, err))
        return false;
    uint64_t logins = catalog_services_fingerprint(r->input->catalog);
    if (!same_or_note(
            r, "input network", inventory_fingerprint(r->input->inventory), &network, err) ||
        !same_or_note(r, "input services", logins, &services, err) ||
        !same_or_note(r, "input indicators", indicators, &feeds, err) ||
        !same_or_note(r, "input signatures", catalog_contacts_fingerprint(r->input->catalog),
            &signatures, err) ||
        !note_sampling(r, &sampling, err))
        return false;
    r->totals->network_changed = !network;
    r->totals->sampling_changed = !sampling;
    r->scope = !network || !services || !sampling ? FACTS_ALL
               : !feeds || !signatures            ? FACTS_CONTACTS
                                                  : FACTS_NEW;
    return true;
}

static bool reads_contacts(const struct alert_type *type)
{
    return type->categories || type->signature_count;
}

/* A type that is not in the catalogue misses what this run finds: should it come back, even as it was,
 * it is judged anew. */
static bool forget_absent(struct run *r, struct err *err)
{
    char name[256] = "type ";
    for (bool any = true; any;) {
        struct query *q = store_query(r->store, "types that were judged",
            "SELECT name FROM state WHERE name > :after AND name < 'type!' AND value <> 0 "
            "ORDER BY name LIMIT 1");
        query_bind_s(q, ":after", str_of(name));
        any = query_step(q);
        if (any)
            snprintf(name, sizeof name, "%.*s", (int)query_s(q, 0).len, query_s(q, 0).p);
        if (!query_done(q, err))
            return false;
        if (any && !catalog_type(r->input->catalog, name + sizeof "type " - 1) &&
            !store_state_set(r->store, name, 0, err))
            return false;
    }
    return true;
}

static bool choose_types(struct run *r, bool first_run, struct err *err)
{
    const struct catalog *catalog = r->input->catalog;
    uint64_t learning;
    if (!learning_fingerprint(r->store, &learning, err))
        return false;
    for (int i = 0; i < catalog->type_count; i++) {
        char name[256];
        bool same;
        const struct alert_type *type = &catalog->types[i];
        snprintf(name, sizeof name, "type %s", type->code);
        uint64_t fingerprint = alert_type_fingerprint(type) + (type->baseline ? learning : 0);
        if (!same_or_note(r, name, fingerprint, &same, err))
            return false;
        r->everywhere[i] = !same || r->unjudged || r->scope == FACTS_ALL ||
                           (r->scope == FACTS_CONTACTS && reads_contacts(type));
        r->totals->types_rejudged += r->everywhere[i] && !first_run && !r->unjudged;
    }
    return forget_absent(r, err);
}

/* ------------------------------------------------------------------ a run that ended early */

static int64_t unjudged_of(const struct correlate_totals *t)
{
    return UNJUDGED_FACTS | (t->facts_rebuilt ? UNJUDGED_REBUILT : 0) |
           (t->network_changed ? UNJUDGED_NETWORK : 0) |
           (t->sampling_changed ? UNJUDGED_SAMPLING : 0) |
           (t->beliefs_changed > 0 ? UNJUDGED_BELIEFS : 0);
}

bool run_note_unjudged(struct run *r, struct err *err)
{
    return store_state_set(r->store, UNJUDGED, unjudged_of(r->totals), err);
}

bool run_note_judged(struct run *r, struct err *err)
{
    return store_state_set(r->store, UNJUDGED, 0, err);
}

static void take_unjudged(struct correlate_totals *t, int64_t unjudged)
{
    t->facts_rebuilt |= (unjudged & UNJUDGED_REBUILT) != 0;
    t->network_changed |= (unjudged & UNJUDGED_NETWORK) != 0;
    t->sampling_changed |= (unjudged & UNJUDGED_SAMPLING) != 0;
    t->beliefs_changed += (unjudged & UNJUDGED_BELIEFS) != 0;
}

/* ------------------------------------------------------------------ the run */

bool run_choose(struct run *r, struct err *err)
{
    int64_t network;  /* of the run before; 0: there was none */
    int64_t unjudged; /* enum unjudged */
    if (!store_state_get(r->store, "input network", 0, &network, err) ||
        !store_state_get(r->store, UNJUDGED, 0, &unjudged, err) || !choose_scope(r, err))
        return false;
    r->unjudged = unjudged != 0;
    r->inputs_changed |= r->unjudged;
    if (!choose_types(r, network == 0, err))
        return false;
    if (network == 0) /* nothing to forget: all records are simply new */
        r->scope = FACTS_NEW;
    r->totals->facts_rebuilt = r->scope == FACTS_ALL && network != 0;
    take_unjudged(r->totals, unjudged);
    return true;
}
