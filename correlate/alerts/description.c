/* The vocabulary of alerts, and the texts, properties and records that go into one. */
#include "correlate/alerts/description.h"

#include "store/record.h"

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
