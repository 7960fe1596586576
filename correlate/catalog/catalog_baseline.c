/* `[baseline]` of a catalogue entry: what makes a finding usual, read and checked. */
#include "correlate/catalog/catalog_read.h"
#include "correlate/network/inventory.h"

static const struct catalog_section BASELINE = {"baseline", ""};

const char *const metric_names[METRICS] = {"", "attempts", "remotes", "volume"};
/* The query that counts what the metric measures. */
static const char *const metric_queries[METRICS] = {"", "pair", "fan", "volume"};

/* `of`: bits of the metrics that know the figure. */
#define OF(metric) (1U << (metric))
#define PAIR       OF(METRIC_ATTEMPTS)
#define FAN        OF(METRIC_REMOTES)
#define LOGINS     (PAIR | FAN)
#define ALL        (LOGINS | OF(METRIC_VOLUME))
static const struct figure {
    const char *name;
    enum dimension dimension;
    unsigned of;
    bool required;
} FIGURES[] = {
    {"cold_below", DIMENSION_TIME, ALL, true},
    {"full_from", DIMENSION_TIME, ALL, true},
    {"look_back", DIMENSION_TIME, ALL, true},
    {"lag", DIMENSION_TIME, ALL, true},
    {"ceiling", DIMENSION_COUNT, ALL, true},
    {"min_z", DIMENSION_DEVIATION, ALL, false},
    {"max_tail", DIMENSION_CHANCE, ALL, false},
    {"drift_factor", DIMENSION_COUNT, LOGINS, true},
    {"drift_recent", DIMENSION_TIME, LOGINS, true},
    {"new_within", DIMENSION_TIME, PAIR, false},
    {"known_days", DIMENSION_COUNT, PAIR, false},
    {"known_factor", DIMENSION_COUNT, PAIR, false},
    {"habit_factor", DIMENSION_COUNT, PAIR, false},
    {"min_failed_share", DIMENSION_SHARE, PAIR, false},
    {"even_cold", DIMENSION_FLAG, PAIR, false},
    {"min_logins", DIMENSION_COUNT, LOGINS, false},
    {"min_stated", DIMENSION_COUNT, LOGINS, false},
    {"raised_remotes", DIMENSION_COUNT, FAN, false},
};
#define FIGURE_COUNT (sizeof(FIGURES) / sizeof(*FIGURES))

static void read_metric(struct catalog_reader *r, struct alert_type *t)
{
    const char *word = catalog_need_line(r, &BASELINE, "metric");
    for (int m = METRIC_NONE + 1; m < METRICS; m++)
        if (strcmp(word, metric_names[m]) == 0)
            t->metric = (enum metric)m;
    if (t->metric == METRIC_NONE && !r->failed) {
        catalog_fail(r, catalog_entry(r, &BASELINE, "metric"),
            "unknown metric \"%.40s\": attempts, remotes or volume", word);
    }
}

static void read_raised(struct catalog_reader *r, struct alert_type *t)
{
    const char **roles = catalog_read_list(r, &BASELINE, "raised");
    for (; roles && *roles; roles++) {
        unsigned role = inventory_role(str_of(*roles));
        if (!role)
            catalog_fail(
                r, catalog_entry(r, &BASELINE, "raised"), "unknown role \"%.40s\"", *roles);
        t->raised_roles |= role;
    }
}

static bool has_section(const struct catalog_reader *r)
{
    for (int i = 0; i < r->ini->section_count; i++)
        if (strcmp(r->ini->sections[i].kind, BASELINE.kind) == 0)
            return true;
    return false;
}

void catalog_read_baseline(struct catalog_reader *r, struct alert_type *t)
{
    if (r->failed || !has_section(r))
        return;
    t->baseline = arena_zalloc(r->arena, sizeof(*t->baseline));
    if (!t->baseline) {
        catalog_fail_nomem(r);
        return;
    }
    read_metric(r, t);
    t->learned_tiers = catalog_read_list(r, &BASELINE, "learned_tiers");
    read_raised(r, t);
    catalog_read_tier(r, &BASELINE, BASELINE.kind, t->baseline);
}

/* ------------------------------------------------------------------ rules */

static const struct figure *known_figure(const char *name)
{
    for (size_t i = 0; i < FIGURE_COUNT; i++)
        if (strcmp(FIGURES[i].name, name) == 0)
            return &FIGURES[i];
    return NULL;
}

static bool check_figure(
    struct catalog_reader *r, const struct alert_type *t, const struct parameter *p)
{
    const struct ini_entry *e = catalog_entry(r, &BASELINE, p->name);
    const struct figure *known = known_figure(p->name);
    enum dimension dimension = *p->unit ? unit_find(str_of(p->unit))->dimension : DIMENSION_FLAG;
    if (!known)
        return catalog_fail(r, e, "a baseline has no parameter %.60s", p->name);
    if (!(known->of & OF(t->metric)))
        return catalog_fail(
            r, e, "a baseline of %s has no parameter %s", metric_names[t->metric], p->name);
    if (known->dimension != dimension)
        return catalog_fail(r, e, "%s is in %s", p->name, dimension_units(known->dimension));
    const char *fault = catalog_value_fault(p, dimension);
    return !fault || catalog_fail(r, e, "%s: %s", p->name, fault);
}

static bool check_complete(struct catalog_reader *r, const struct alert_type *t)
{
    const struct tier *b = t->baseline;
    for (size_t i = 0; i < FIGURE_COUNT; i++)
        if (FIGURES[i].required && FIGURES[i].of & OF(t->metric) &&
            !tier_parameter(b, FIGURES[i].name))
            return catalog_fail_section(r, &BASELINE, "[baseline] lacks %s", FIGURES[i].name);
    if (!tier_parameter(b, "min_z") && !tier_parameter(b, "max_tail"))
        return catalog_fail_section(r, &BASELINE, "[baseline] needs min_z, max_tail or both");
    if (!tier_parameter(b, "known_days") &&
        (tier_parameter(b, "known_factor") || tier_parameter(b, "habit_factor") ||
            tier_parameter(b, "min_failed_share")))
        return catalog_fail_section(r, &BASELINE, "[baseline] lacks known_days");
    if (!t->raised_roles != !tier_parameter(b, "raised_remotes"))
        return catalog_fail_section(r, &BASELINE, "raised and raised_remotes go together");
    return true;
}

bool catalog_check_baseline(struct catalog_reader *r, const struct alert_type *t)
{
    if (!t->baseline)
        return true;
    if (strcmp(metric_queries[t->metric], t->query) != 0) {
        return catalog_fail(r, catalog_entry(r, &BASELINE, "metric"),
            "metric %s goes with the query %s", metric_names[t->metric], metric_queries[t->metric]);
    }
    for (const char **name = t->learned_tiers; name && *name; name++) {
        if (!alert_type_tier(t, *name)) {
            return catalog_fail(r, catalog_entry(r, &BASELINE, "learned_tiers"),
                "there is no tier \"%.40s\"", *name);
        }
    }
    for (int i = 0; i < t->baseline->parameter_count; i++)
        if (!check_figure(r, t, &t->baseline->parameters[i]))
            return false;
    return check_complete(r, t);
}
