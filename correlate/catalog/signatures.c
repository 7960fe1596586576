/* Signature rules: ranges of sids, and PCRE2 patterns on name and category. */
#include "correlate/catalog/signatures.h"

#include <pcre2.h>

#include <stdlib.h>

#define MATCH_LIMIT 100000 /* steps of one match: text comes from logs, patterns from people */

struct rule {
    int type;
    int64_t sid_from, sid_to;
    pcre2_code *name, *category; /* NULL: not asked */
};

struct signature_rules {
    struct rule *rules;
    int count;
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

static bool compile(pcre2_code **code, const char *pattern, const struct alert_type *type,
    const struct signature_rule *rule, struct err *err)
{
    PCRE2_UCHAR why[128];
    int error;
    PCRE2_SIZE at;
    if (!pattern)
        return true;
    *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &at, NULL);
    if (*code)
        return true;
    pcre2_get_error_message(error, why, sizeof why);
    return err_set(err, ERR_CONFIG, "%s: [signature %s]: pattern %s: %s at character %zu",
        type->file, rule->name, pattern, (const char *)why, (size_t)at);
}

static int count_rules(const struct catalog *catalog)
{
    int count = 0;
    for (int i = 0; i < catalog->type_count; i++)
        count += catalog->types[i].signature_count;
    return count;
}

static bool add_rules(struct signature_rules *all, const struct catalog *catalog, struct err *err)
{
    for (int i = 0; i < catalog->type_count; i++) {
        const struct alert_type *type = &catalog->types[i];
        for (int n = 0; n < type->signature_count; n++) {
            const struct signature_rule *from = &type->signatures[n];
            struct rule *rule = &all->rules[all->count++];
            *rule = (struct rule){i, from->sid_from, from->sid_to, NULL, NULL};
            if (!compile(&rule->name, from->pattern, type, from, err) ||
                !compile(&rule->category, from->category, type, from, err))
                return false;
        }
    }
    return true;
}

struct signature_rules *signature_rules_new(const struct catalog *catalog, struct err *err)
{
    struct signature_rules *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->rules = calloc((size_t)count_rules(catalog) + 1, sizeof *all->rules);
    all->match = pcre2_match_data_create(1, NULL);
    all->limits = pcre2_match_context_create(NULL);
    if ((all->rules && all->match && all->limits) || err_nomem(err)) {
        pcre2_set_match_limit(all->limits, MATCH_LIMIT);
        if (add_rules(all, catalog, err))
            return all;
    }
    signature_rules_free(all);
    return NULL;
}

void signature_rules_free(struct signature_rules *all)
{
    if (!all)
        return;
    for (int i = 0; i < all->count; i++) {
        pcre2_code_free(all->rules[i].name);
        pcre2_code_free(all->rules[i].category);
    }
    free(all->rules);
    pcre2_match_data_free(all->match);
    pcre2_match_context_free(all->limits);
    free(all);
}

static bool matches(const struct signature_rules *all, const pcre2_code *code, struct str text)
{
    return pcre2_match(code, (PCRE2_SPTR)(text.p ? text.p : ""), text.len, 0, 0, all->match,
               all->limits) >= 0;
}

/* All that a rule says must fit. */
static bool rule_speaks(const struct signature_rules *all, const struct rule *rule, int64_t sid,
    struct str name, struct str category)
{
    return (!rule->sid_to || (sid >= rule->sid_from && sid <= rule->sid_to)) &&
           (!rule->name || matches(all, rule->name, name)) &&
           (!rule->category || matches(all, rule->category, category));
}

bool signature_speaks(
    const struct signature_rules *all, int type, int64_t sid, struct str name, struct str category)
{
    for (int i = 0; i < all->count; i++)
        if (all->rules[i].type == type && rule_speaks(all, &all->rules[i], sid, name, category))
            return true;
    return false;
}
