/* Looking up in the catalogue. */
#include "correlate/catalog/catalog.h"

#include <stdlib.h>

void catalog_free(struct catalog *c)
{
    if (c) {
        arena_done(&c->arena);
        free(c);
    }
}

const struct alert_type *catalog_type(const struct catalog *c, const char *code)
{
    for (int i = 0; i < c->type_count; i++)
        if (strcmp(c->types[i].code, code) == 0)
            return &c->types[i];
    return NULL;
}

const struct login_service *catalog_service(const struct catalog *c, const char *name)
{
    for (int i = 0; i < c->service_count; i++)
        if (strcmp(c->services[i].name, name) == 0)
            return &c->services[i];
    return NULL;
}

const struct tier *alert_type_tier(const struct alert_type *t, const char *name)
{
    for (int i = 0; i < t->tier_count; i++)
        if (strcmp(t->tiers[i].name, name) == 0)
            return &t->tiers[i];
    return NULL;
}

const struct parameter *tier_parameter(const struct tier *t, const char *name)
{
    for (int i = 0; i < t->parameter_count; i++)
        if (strcmp(t->parameters[i].name, name) == 0)
            return &t->parameters[i];
    return NULL;
}

int64_t tier_value(const struct tier *t, const char *name, int64_t otherwise)
{
    const struct parameter *p = tier_parameter(t, name);
    return p ? p->value : otherwise;
}
