/* What all alerts tell: whose machine, when, which tiers; and who tells the rest. */
#include "correlate/alerts/describe.h"

#include "correlate/facts/coverage.h"
#include "store/query.h"

static bool describe_own(struct description *d, struct err *err)
{
    if (!store_address(d->store, d->episode->key.own, &d->own, err))
        return false;
    d->resource = inventory_find(d->inventory, &d->own);
    d->values[VALUE_OWN] = describe_address(d, d->episode->key.own, err);
    d->values[VALUE_OWN_NAME] = d->resource ? d->resource->name : d->values[VALUE_OWN];
    d->values[VALUE_FAMILY] = d->episode->type->family;
    describe_ip(d, d->values[VALUE_OWN]);
    return d->values[VALUE_OWN] != NULL;
}

/* Exact in the properties, to the second in prose. */
static void describe_time(struct description *d, enum describe_value value, int64_t t_us)
{
    char text[TIME_TEXT_SIZE];
    time_format(t_us, text);
    d->values[value] = describe_text(d, "%s", text);
    time_format_s(t_us, text);
    d->prose[value] = describe_text(d, "%s", text);
}

/* Placeholders first, under their own names, then what the facts told. */
static void put_placeholders_first(struct description *d)
{
    struct alert_property told[DESCRIBE_PROPERTIES_MAX];
    int told_count = d->property_count;
    memcpy(told, d->properties, sizeof told);
    d->property_count = 0;
    for (int i = 0; i < d->episode->type->filling_count; i++) {
        const struct filling *f = &d->episode->type->fillings[i];
        for (int v = 0; v < DESCRIBE_VALUES; v++)
            if (strcmp(f->value, describe_vocabulary[v]) == 0)
                describe_property(d, f->placeholder, d->values[v]);
    }
    for (int i = 0; i < told_count; i++)
        describe_property(d, told[i].name, told[i].value);
}

static const char *tier_names(struct description *d)
{
    const char *names = "";
    for (int i = 0; i < d->episode->type->tier_count && names; i++)
        if (d->episode->tiers >> i & 1)
            names = describe_text(
                d, "%s%s%s", names, *names ? ", " : "", d->episode->type->tiers[i].name);
    return names;
}

/* Whose the machines on the other side are. */
static const char *scope(struct description *d)
{
    if (d->inside && d->outside)
        return describe_text(
            d, "mixed (%lld outside, %lld inside)", (long long)d->outside, (long long)d->inside);
    return d->inside ? "internal" : "external";
}

/* Figures that are estimates say so. */
static const char *sampling(struct description *d)
{
    if (d->scale <= 1)
        return NULL;
    return describe_text(d,
        "1 in %lld was seen: counts of connections, packets and bytes are estimates",
        (long long)d->scale);
}

static void describe_common(struct description *d)
{
    describe_property(d, "Sampling", sampling(d));
    describe_property(d, "Tiers", tier_names(d));
    describe_property(d, "Scope", scope(d));
    describe_property(d, "Intent", d->episode->type->tactic);
}

static bool (*const parts[])(struct description *, struct err *) = {
    [QUERY_ATTEMPT_BY_REMOTE] = describe_attempts,
    [QUERY_ATTEMPT_BY_OWN] = describe_attempts,
    [QUERY_PROBE_BY_OWN] = describe_probes,
    [QUERY_VOLUME_BY_OWN] = describe_volume,
    [QUERY_WORM_BY_OWN] = describe_worm,
    [QUERY_CONTACT_BY_OWN] = describe_contacts,
    [QUERY_CONTACT_BY_DAY] = describe_day,
};

/* Most have none or one: only of several there is an order to ask for, which costs much more. */
static const char twins[] = "SELECT flow FROM twin WHERE zeek = :ident LIMIT 2";
static const char earliest_twin[] =
    "SELECT f.id FROM twin AS w CROSS JOIN flow AS f ON f.id = w.flow "
    "WHERE w.zeek = :ident ORDER BY f.t, f.uid, f.id LIMIT 1";

static bool find_twin(struct description *d, const char *sql, int64_t ident, int64_t *flow,
    int *count, struct err *err)
{
    struct query *q = store_query(d->store, "twin of a record", sql);
    query_bind_i(q, ":ident", ident);
    *flow = 0;
    for (*count = 0; query_step(q); ++*count)
        *flow = query_i(q, 0);
    return query_done(q, err);
}

static bool any_twins(struct description *d, bool *any, struct err *err)
{
    struct query *q = store_query(
        d->store, "any twin", "SELECT 1 FROM twin LIMIT 1 /* scans twin: its first row */");
    *any = query_step(q);
    return query_done(q, err);
}

/* The other sensor's record of the same connection, the earliest of several. */
static bool find_twins(struct description *d, struct err *err)
{
    bool any;
    if (!any_twins(d, &any, err))
        return false;
    for (int i = 0; any && i < d->evidence_count; i++) {
        struct evidence_ref *e = &d->evidence[i];
        int count;
        if (!find_twin(d, twins, e->ident, &e->twin, &count, err) ||
            (count > 1 && !find_twin(d, earliest_twin, e->ident, &e->twin, &count, err)))
            return false;
    }
    return true;
}

/* The first tier that was reached tells; a further one with another query has more to say. */
static bool describe_beside(struct description *d, struct err *err)
{
    const struct episode *e = d->episode;
    for (int i = 1; i < e->type->tier_count; i++) {
        struct periodic_query query;
        int64_t targets;
        if (!(e->tiers >> i & 1))
            continue;
        if (!periodic_query_of(e->type, &e->type->tiers[i], &query, err))
            return false;
        if (query.facts == QUERY_WORM_BY_OWN && e->query->facts != QUERY_WORM_BY_OWN &&
            !describe_worm_beside(d, &e->type->tiers[i], &targets, err))
            return false;
    }
    return true;
}

bool describe(struct description *d, struct err *err)
{
    d->start_us = INT64_MAX;
    d->end_us = INT64_MIN;
    if (!describe_own(d, err) || !parts[d->episode->query->facts](d, err))
        return false;
    if (d->count == 0)
        return true;
    if (!describe_beside(d, err))
        return false;
    describe_time(d, VALUE_START, d->start_us);
    describe_time(d, VALUE_END, d->end_us);
    describe_common(d);
    if (!describe_pool(d, err) || !describe_coverage(d, err) || !find_twins(d, err))
        return false;
    put_placeholders_first(d);
    if (d->resource && d->entity_count < ALERT_ENTITIES_MAX)
        d->entities[d->entity_count++] = (struct alert_entity){"host", d->resource->name};
    return true;
}
