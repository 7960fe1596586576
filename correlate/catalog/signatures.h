/* Which alert types a sensor's signature speaks for, by the rules in the catalogue. */
#pragma once

#include "correlate/catalog/catalog.h"

struct signature_rules;

/* Compiles the [signature …] rules of every type. NULL on failure (ERR_CONFIG names the rule). */
struct signature_rules *signature_rules_new(const struct catalog *catalog, struct err *err);
void signature_rules_free(struct signature_rules *rules);

/* True when the signature speaks for catalog->types[type]. Texts may be anything a log holds. */
bool signature_speaks(const struct signature_rules *rules, int type, int64_t sid, struct str name,
    struct str category);
