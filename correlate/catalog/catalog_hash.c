/* Fingerprints: when one changes, what was concluded from it is judged anew. */
#include "correlate/catalog/catalog.h"

#include <stdio.h>

/* Every value is hashed with a mark behind it, so that neighbours cannot trade bytes. */
static void add_text(uint64_t *hash, const char *text)
{
    *hash = str_hash(text ? str_of(text) : STR("\1none"), *hash);
    *hash = str_hash((struct str){"\0", 1}, *hash);
}

static void add_number(uint64_t *hash, int64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)number);
    add_text(hash, text);
}

static void add_list(uint64_t *hash, const char **list)
{
    for (; list && *list; list++)
        add_text(hash, *list);
    add_text(hash, NULL);
}

static void add_tier(uint64_t *hash, const struct tier *tier)
{
    add_text(hash, tier->name);
    add_list(hash, tier->services);
    add_number(hash, tier->exempt_roles);
    add_text(hash, tier->query);
    add_text(hash, tier->query_sql);
    add_number(hash, tier->parameter_count);
    for (int i = 0; i < tier->parameter_count; i++) {
        add_text(hash, tier->parameters[i].name);
        add_number(hash, tier->parameters[i].value);
    }
}

static void add_signature(uint64_t *hash, const struct signature_rule *rule)
{
    add_number(hash, rule->sid_from);
    add_number(hash, rule->sid_to);
    add_text(hash, rule->pattern);
    add_text(hash, rule->category);
}

static void add_variant(uint64_t *hash, const struct text_variant *v)
{
    add_text(hash, v->word);
    for (int lang = 0; lang < LANGS; lang++) {
        add_text(hash, v->title[lang]);
        add_text(hash, v->description[lang]);
        add_text(hash, v->pool[lang]);
        add_text(hash, v->respond[lang]);
    }
}

static void add_words(uint64_t *hash, const struct alert_type *t)
{
    for (int lang = 0; lang < LANGS; lang++) {
        add_text(hash, t->title[lang]);
        add_text(hash, t->description[lang]);
        add_text(hash, t->pool[lang]);
        add_text(hash, t->respond[lang]);
    }
    add_number(hash, t->variant_count);
    for (int i = 0; i < t->variant_count; i++)
        add_variant(hash, &t->variants[i]);
    add_text(hash, t->tactic);
    add_text(hash, t->attack_tactics);
    add_text(hash, t->techniques);
    add_text(hash, t->family);
    add_number(hash, t->filling_count);
    for (int i = 0; i < t->filling_count; i++) {
        add_text(hash, t->fillings[i].placeholder);
        add_text(hash, t->fillings[i].value);
    }
}

uint64_t alert_type_fingerprint(const struct alert_type *t)
{
    uint64_t hash = STR_HASH_START;
    add_text(&hash, t->code);
    add_words(&hash, t);
    add_number(&hash, t->severity);
    add_text(&hash, t->query);
    add_text(&hash, t->query_sql);
    add_list(&hash, t->services);
    add_number(&hash, t->direction);
    add_list(&hash, t->categories);
    add_number(&hash, t->exempt_roles);
    add_text(&hash, t->yields_to);
    add_text(&hash, t->yields_unless);
    add_number(&hash, t->gap_us);
    add_number(&hash, t->signature_count);
    for (int i = 0; i < t->signature_count; i++)
        add_signature(&hash, &t->signatures[i]);
    for (int i = 0; i < t->tier_count; i++)
        add_tier(&hash, &t->tiers[i]);
    add_tier(&hash, &t->guard);
    if (t->baseline)
        add_tier(&hash, t->baseline);
    add_number(&hash, t->metric);
    add_list(&hash, t->learned_tiers);
    add_number(&hash, t->raised_roles);
    return hash;
}

static void add_ports(uint64_t *hash, const struct service_port *ports, int count)
{
    add_number(hash, count);
    for (int i = 0; i < count; i++) {
        add_number(hash, ports[i].port);
        add_number(hash, ports[i].proto);
    }
}

static void add_service(uint64_t *hash, const struct login_service *s)
{
    const int64_t figures[] = {s->banner_bytes, s->payload_in_min, s->payload_in_max,
        s->payload_out_min, s->payload_out_max, s->packets_min, s->packets_max, s->duration_max_us,
        s->explicit_only};
    add_text(hash, s->name);
    add_text(hash, s->label);
    add_text(hash, s->group);
    add_list(hash, s->detected);
    add_list(hash, s->carriers);
    add_ports(hash, s->ports, s->port_count);
    add_ports(hash, s->probe_ports, s->probe_port_count);
    for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
        add_number(hash, figures[i]);
}

uint64_t catalog_services_fingerprint(const struct catalog *c)
{
    uint64_t hash = STR_HASH_START;
    for (int i = 0; i < c->service_count; i++)
        add_service(&hash, &c->services[i]);
    return hash;
}

uint64_t catalog_contacts_fingerprint(const struct catalog *c)
{
    uint64_t hash = STR_HASH_START;
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        add_text(&hash, t->code);
        add_number(&hash, t->direction);
        add_list(&hash, t->categories);
        for (int n = 0; n < t->signature_count; n++)
            add_signature(&hash, &t->signatures[n]);
    }
    return hash;
}
