/* What all alerts tell: whose machine, when, which tiers; and the tools for the rest. */
#include "correlate/describe.h"

#include "correlate/coverage.h"
#include "correlate/shape.h"
#include "store/query.h"

#include <stdarg.h>
#include <stdio.h>

const char *const describe_vocabulary[] = {
    [VALUE_OWN] = "own",
    [VALUE_OWN_NAME] = "own.name",
    [VALUE_REMOTE] = "remote",
    [VALUE_REMOTES] = "remotes",
    [VALUE_CONNECTIONS] = "connections",
    [VALUE_GUESSES] = "guesses",
    [VALUE_PORT] = "port",
    [VALUE_SERVICE] = "service",
    [VALUE_START] = "start",
    [VALUE_END] = "end",
    [VALUE_TARGETS] = "targets",
    [VALUE_FAMILY] = "family",
    [DESCRIBE_VALUES] = NULL,
};

const char *const describe_variants[] = {
    [VARIANT_BLOCKED] = "blocked",
    [VARIANT_FAMILY] = "family",
    [VARIANT_BEHAVIOUR] = "behaviour",
    [VARIANT_UNLEARNED] = "unlearned",
    [VARIANT_MIXED] = "mixed",
    [VARIANT_VERTICAL] = "vertical",
    [VARIANT_UNNAMED] = "unnamed",
    [DESCRIBE_VARIANTS] = NULL,
};

const struct text_variant *describe_variant(const struct description *d)
{
    const struct alert_type *type = d->episode->type;
    for (int i = 0; i < type->variant_count; i++)
        for (int v = 0; v < DESCRIBE_VARIANTS; v++)
            if (d->variants >> v & 1 && strcmp(describe_variants[v], type->variants[i].word) == 0)
                return &type->variants[i];
    return NULL;
}

/* ------------------------------------------------------------------ tools */

const char *describe_text(struct description *d, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0)
        return NULL;
    size_t kept = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    return arena_strdup(d->arena, (struct str){text, kept});
}

const char *describe_address(struct description *d, int64_t id, struct err *err)
{
    struct ipaddr ip;
    char text[IP_TEXT_SIZE];
    if (!store_address(d->store, id, &ip, err))
        return NULL;
    ip_format(&ip, text);
    const char *kept = arena_strdup(d->arena, str_of(text));
    if (!kept)
        err_nomem(err);
    return kept;
}

void describe_property(struct description *d, const char *name, const char *value)
{
    if (value && *value && d->property_count < DESCRIBE_PROPERTIES_MAX)
        d->properties[d->property_count++] = (struct alert_property){name, value};
}

void describe_number(struct description *d, const char *name, int64_t value)
{
    describe_property(d, name, describe_text(d, "%lld", (long long)value));
}

void describe_ip(struct description *d, const char *address)
{
    for (int i = 0; i < d->entity_count; i++)
        if (address && strcmp(d->entities[i].value, address) == 0)
            return;
    if (address && d->entity_count < ALERT_ENTITIES_MAX)
        d->entities[d->entity_count++] = (struct alert_entity){"ip", address};
}

void describe_evidence(struct description *d, const struct evidence_ref *ref)
{
    if (d->evidence_count < ALERT_EVIDENCE_MAX)
        d->evidence[d->evidence_count++] = *ref;
}

void describe_basis(struct description *d, struct alert_basis basis)
{
    const char **texts[] = {&basis.tier, &basis.name, &basis.value, &basis.threshold, &basis.note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = *texts[i] ? *texts[i] : "";
    if (d->basis_count < ALERT_BASIS_MAX)
        d->basis[d->basis_count++] = basis;
}

static bool lists_port(const struct service_port *ports, int count, uint16_t port, uint8_t proto)
{
    for (int i = 0; i < count; i++)
        if (ports[i].port == port && ports[i].proto == proto)
            return true;
    return false;
}

const char *describe_login_service(struct description *d, uint16_t port, uint8_t proto)
{
    for (int i = 0; i < d->catalog->service_count; i++) {
        const struct login_service *s = &d->catalog->services[i];
        if (lists_port(s->ports, s->port_count, port, proto) ||
            lists_port(s->probe_ports, s->probe_port_count, port, proto))
            return s->label;
    }
    return NULL;
}

const char *describe_service(struct description *d, uint16_t port, uint8_t proto)
{
    const char *label = describe_login_service(d, port, proto);
    if (label)
        return label;
    if (proto == PROTO_ICMP || proto == PROTO_ICMP6)
        return "ICMP";
    return describe_text(d, "%s/%u",
        proto == PROTO_TCP   ? "TCP"
        : proto == PROTO_UDP ? "UDP"
                             : "IP",
        port);
}

/* ------------------------------------------------------------------ what every alert has */

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

/* The other sensor's record of the same connection, the earliest of several. */
static bool find_twins(struct description *d, struct err *err)
{
    for (int i = 0; i < d->evidence_count; i++) {
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
