/* The rules on what a catalogue entry gives its query: services, signatures, tiers, parameters. */
#include "correlate/catalog/catalog_read.h"

#include <pcre2.h>

static const struct catalog_section ALERT = {"alert", ""}, QUERY = {"query", ""};

/* What each built-in query asks of a tier. ONE_OF: exactly one of the parameters so marked; ANY_OF: at
 * least one. */
enum need { OPTIONAL, REQUIRED, ONE_OF, ANY_OF, NEEDS };
static const struct known_parameter {
    const char *query, *name;
    enum dimension dimension;
    enum need need;
} PARAMETERS[] = {
    {"pair", "min_attempts", DIMENSION_COUNT, REQUIRED},
    {"pair", "window", DIMENSION_TIME, REQUIRED},
    {"pair", "min_days", DIMENSION_COUNT, OPTIONAL},
    {"pair", "failures_only", DIMENSION_FLAG, OPTIONAL},
    {"pair", "internal_failures_only", DIMENSION_FLAG, OPTIONAL},
    {"pair", "internal_only", DIMENSION_FLAG, OPTIONAL},
    {"fan", "min_remotes", DIMENSION_COUNT, REQUIRED},
    {"fan", "min_attempts", DIMENSION_COUNT, REQUIRED},
    {"fan", "window", DIMENSION_TIME, REQUIRED},
    {"fan", "failures_only", DIMENSION_FLAG, OPTIONAL},
    {"fan", "internal_failures_only", DIMENSION_FLAG, OPTIONAL},
    {"fan", "internal_only", DIMENSION_FLAG, OPTIONAL},
    {"spread", "min_targets", DIMENSION_COUNT, ONE_OF},
    {"spread", "min_ports", DIMENSION_COUNT, ONE_OF},
    {"spread", "window", DIMENSION_TIME, REQUIRED},
    {"spread", "min_failed_share", DIMENSION_SHARE, OPTIONAL},
    {"spread", "busy_port_targets", DIMENSION_COUNT, OPTIONAL},
    {"spread", "min_busy_port_share", DIMENSION_SHARE, OPTIONAL},
    {"volume", "min_flows", DIMENSION_COUNT, ANY_OF},
    {"volume", "min_packets", DIMENSION_COUNT, ANY_OF},
    {"volume", "min_bytes", DIMENSION_SIZE, ANY_OF},
    {"volume", "window", DIMENSION_TIME, REQUIRED},
    {"volume", "min_minutes", DIMENSION_COUNT, REQUIRED},
    {"volume", "peak_factor", DIMENSION_COUNT, REQUIRED},
    {"contact", "min_contacts", DIMENSION_COUNT, REQUIRED},
    {"contact", "window", DIMENSION_TIME, REQUIRED},
    {"contact", "answered_only", DIMENSION_FLAG, OPTIONAL},
    {"contact", "by_resource", DIMENSION_FLAG, OPTIONAL},
    {"worm", "port", DIMENSION_COUNT, REQUIRED},
    {"worm", "min_targets", DIMENSION_COUNT, REQUIRED},
    {"worm", "sweep_window", DIMENSION_TIME, REQUIRED},
    {"worm", "min_names", DIMENSION_COUNT, REQUIRED},
    {"worm", "names_window", DIMENSION_TIME, REQUIRED},
    {"worm", "min_peers", DIMENSION_COUNT, REQUIRED},
    {"worm", "peers_window", DIMENSION_TIME, REQUIRED},
    {"worm", "window", DIMENSION_TIME, REQUIRED},
    {"unrecommended", "min_answered", DIMENSION_COUNT, REQUIRED},
    {"unrecommended", "min_flows", DIMENSION_COUNT, OPTIONAL},
    {"unrecommended", "learned_days", DIMENSION_COUNT, OPTIONAL},
    {"unrecommended", "learned_window", DIMENSION_TIME, OPTIONAL},
    {"unrecommended", "min_history", DIMENSION_TIME, OPTIONAL},
    {"unrecommended", "min_learned", DIMENSION_COUNT, OPTIONAL},
    {"unrecommended", "public_sources", DIMENSION_COUNT, OPTIONAL},
    {"unrecommended", "crowd_sources", DIMENSION_COUNT, OPTIONAL},
};
/* What a [guard] may say, of the query `contact` alone. */
#define GUARD "guard"
static const struct known_parameter GUARDS[] = {
    {GUARD, "max_reach", DIMENSION_SHARE, OPTIONAL},
    {GUARD, "common_reach", DIMENSION_SHARE, OPTIONAL},
    {GUARD, "min_reach", DIMENSION_COUNT, REQUIRED},
    {GUARD, "known_after", DIMENSION_TIME, OPTIONAL},
};
#define GUARD_COUNT (sizeof(GUARDS) / sizeof(*GUARDS))

#define PARAMETER_COUNT (sizeof(PARAMETERS) / sizeof(*PARAMETERS))

/* What a built-in query wants besides tiers. */
static const struct query_needs {
    const char *name;
    bool services;   /* it counts login attempts, so needs services; others have none */
    bool indicators; /* it may have indicator categories and signatures */
} QUERIES[] = {
    {"pair", true, false},
    {"fan", true, false},
    {"spread", false, false},
    {"volume", false, false},
    {"worm", false, false},
    {"contact", false, true},
    {"unrecommended", false, true},
};

static const struct query_needs *query_needs(const char *query)
{
    for (size_t i = 0; i < sizeof(QUERIES) / sizeof(*QUERIES); i++)
        if (strcmp(QUERIES[i].name, query) == 0)
            return &QUERIES[i];
    return NULL;
}

bool catalog_query_is_builtin(const char *query)
{
    return query_needs(query) != NULL;
}

static const struct known_parameter *known_parameter(const char *query, const char *name)
{
    for (size_t i = 0; i < PARAMETER_COUNT; i++)
        if (strcmp(PARAMETERS[i].query, query) == 0 && strcmp(PARAMETERS[i].name, name) == 0)
            return &PARAMETERS[i];
    return NULL;
}

static bool check_needs(struct catalog_reader *r, const struct alert_type *t)
{
    const struct query_needs *needs = query_needs(t->query);
    if (!needs)
        return true;
    if (needs->services && !t->services)
        return catalog_fail_section(r, &QUERY, "query %s needs service = …", t->query);
    if (!needs->services && t->services) {
        return catalog_fail(
            r, catalog_entry(r, &QUERY, "service"), "query %s has no service", t->query);
    }
    if (!needs->indicators && t->categories) {
        return catalog_fail(r, catalog_entry(r, &QUERY, "categories"),
            "query %s has no indicator categories", t->query);
    }
    /* Beside login attempts signatures bear witness. */
    if (!needs->indicators && !needs->services && t->signature_count > 0) {
        struct catalog_section section = {"signature", t->signatures[0].name};
        return catalog_fail_section(r, &section, "query %s has no signatures", t->query);
    }
    if (needs->indicators && !t->categories && t->signature_count == 0)
        return catalog_fail_section(r, &QUERY, "query %s needs categories or signatures", t->query);
    return true;
}

static bool check_pattern(struct catalog_reader *r, const struct catalog_section *section,
    const char *key, const char *pattern)
{
    if (!pattern)
        return true;
    int code;
    size_t at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
        PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
    if (!re) {
        char why[120] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
        return catalog_fail(
            r, catalog_entry(r, section, key), "%s: %s at character %zu", key, why, at);
    }
    pcre2_code_free(re);
    return true;
}

static bool check_signatures(struct catalog_reader *r, const struct alert_type *t)
{
    for (int i = 0; i < t->signature_count; i++) {
        struct catalog_section section = {"signature", t->signatures[i].name};
        if (!check_pattern(r, &section, "pattern", t->signatures[i].pattern) ||
            !check_pattern(r, &section, "category", t->signatures[i].category))
            return false;
    }
    return true;
}

/* Its value is of the kind that is wanted. */
static bool check_figure(struct catalog_reader *r, const struct ini_entry *e,
    const struct known_parameter *known, const struct parameter *p)
{
    enum dimension dimension = *p->unit ? unit_find(str_of(p->unit))->dimension : DIMENSION_FLAG;
    if (known && known->dimension != dimension)
        return catalog_fail(r, e, "%s is in %s", p->name, dimension_units(known->dimension));
    const char *fault = catalog_value_fault(p, dimension);
    return !fault || catalog_fail(r, e, "%s: %s", p->name, fault);
}

static const char *query_of(const struct alert_type *t, const struct tier *tier)
{
    return tier->query ? tier->query : t->query;
}

static bool check_parameter(struct catalog_reader *r, const struct alert_type *t,
    const struct tier *tier, const struct parameter *p)
{
    const char *query = query_of(t, tier);
    struct catalog_section section = {"tier", tier->name};
    const struct ini_entry *e = catalog_entry(r, &section, p->name);
    const struct known_parameter *known = known_parameter(query, p->name);
    if (p->name[strspn(p->name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
        return catalog_fail(r, e, "a parameter's name is made of a-z, 0-9 and _");
    if (!known && catalog_query_is_builtin(query))
        return catalog_fail(r, e, "query %s has no parameter %.60s", query, p->name);
    return check_figure(r, e, known, p);
}

static bool check_guard(struct catalog_reader *r, const struct alert_type *t)
{
    static const struct catalog_section section = {GUARD, ""};
    if (t->guard.parameter_count == 0)
        return true;
    if (strcmp(t->query, "contact") != 0)
        return catalog_fail_section(r, &section, "query %s has no [guard]", t->query);
    for (int i = 0; i < t->guard.parameter_count; i++) {
        const struct parameter *p = &t->guard.parameters[i];
        const struct ini_entry *e = catalog_entry(r, &section, p->name);
        size_t n = 0;
        while (n < GUARD_COUNT && strcmp(GUARDS[n].name, p->name) != 0)
            n++;
        if (n == GUARD_COUNT)
            return catalog_fail(r, e, "[guard] has no parameter %.60s", p->name);
        if (!check_figure(r, e, &GUARDS[n], p))
            return false;
    }
    return tier_parameter(&t->guard, "min_reach") ||
           catalog_fail_section(r, &section, "[guard] lacks min_reach");
}

/* All that the query cannot do without is there. */
static bool check_complete(
    struct catalog_reader *r, const struct alert_type *t, const struct tier *tier)
{
    struct catalog_section section = {"tier", tier->name};
    int known_of[NEEDS] = {0}, has_of[NEEDS] = {0};
    for (size_t i = 0; i < PARAMETER_COUNT; i++) {
        const struct known_parameter *known = &PARAMETERS[i];
        if (strcmp(known->query, query_of(t, tier)) != 0)
            continue;
        bool has = tier_parameter(tier, known->name) != NULL;
        known_of[known->need]++;
        has_of[known->need] += has;
        if (known->need == REQUIRED && !has)
            return catalog_fail_section(r, &section, "[tier %s] lacks %s", tier->name, known->name);
    }
    if (known_of[ONE_OF] && has_of[ONE_OF] != 1) {
        return catalog_fail_section(
            r, &section, "[tier %s] needs either min_targets or min_ports", tier->name);
    }
    if (known_of[ANY_OF] && has_of[ANY_OF] == 0) {
        return catalog_fail_section(
            r, &section, "[tier %s] needs min_flows, min_packets or min_bytes", tier->name);
    }
    return tier->parameter_count > 0 ||
           catalog_fail_section(r, &section, "[tier %s] has no parameters", tier->name);
}

static bool check_tier(
    struct catalog_reader *r, const struct alert_type *t, const struct tier *tier)
{
    struct catalog_section section = {"tier", tier->name};
    if (tier->name[strspn(tier->name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
        return catalog_fail_section(r, &section, "a tier's name is made of a-z, 0-9 and _");
    if (strcmp(tier->name, "baseline") == 0)
        return catalog_fail_section(r, &section, "no tier can be named baseline");
    for (const char **s = tier->services; s && *s; s++) {
        if (!catalog_list_has(t->services, *s)) {
            return catalog_fail(r, catalog_entry(r, &section, "service"),
                "service %.40s is not among the type's", *s);
        }
    }
    for (int i = 0; i < tier->parameter_count; i++)
        if (!check_parameter(r, t, tier, &tier->parameters[i]))
            return false;
    return check_complete(r, t, tier);
}

static bool check_yielding(struct catalog_reader *r, const struct alert_type *t)
{
    if (!t->yields_to != !t->yields_unless)
        return catalog_fail_section(r, &ALERT, "yields_to and yields_unless go together");
    if (t->yields_unless && !alert_type_tier(t, t->yields_unless)) {
        return catalog_fail(r, catalog_entry(r, &ALERT, "yields_unless"),
            "there is no tier \"%.40s\"", t->yields_unless);
    }
    return true;
}

bool catalog_check_query(struct catalog_reader *r, const struct alert_type *t)
{
    if (t->tier_count == 0)
        return catalog_fail(r, NULL, "no [tier NAME] with parameters");
    for (int i = 0; i < t->tier_count; i++)
        if (!check_tier(r, t, &t->tiers[i]))
            return false;
    return check_guard(r, t) && check_needs(r, t) && check_signatures(r, t) && check_yielding(r, t);
}
