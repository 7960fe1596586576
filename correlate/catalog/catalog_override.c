/* Figures and severities that configuration puts in place of the catalogue's. */
#include "correlate/catalog/catalog_read.h"
#include "util/nearest.h"
#include "util/timefmt.h"

#include <stdio.h>

#define TIME_MAX_DAYS 400 /* of a window or gap: more makes one episode of all there is */

static struct alert_type *find_type(struct catalog *c, const char *code)
{
    return (struct alert_type *)catalog_type(c, code);
}

/* ": there are a, b, c" is what a mistyped name is answered with. */
static void add_name(struct buf *list, const char *name)
{
    buf_puts(list, list->len ? ", " : "");
    buf_puts(list, name);
}

static bool fail_unknown(struct catalog_reader *r, const struct ini_entry *e, const char *what,
    const char *name, struct buf *list)
{
    bool ok = list->failed ? catalog_fail_nomem(r)
                           : catalog_fail(r, e, "no %s \"%.40s\"; there are: %.300s", what, name,
                                 list->len ? list->text : "none");
    buf_done(list);
    return ok;
}

/* There are too many of them to name them all. */
static bool fail_type(struct catalog_reader *r, const struct ini_entry *e, const struct catalog *c)
{
    struct nearest near = {.word = e->name};
    for (int i = 0; i < c->type_count; i++)
        nearest_offer(&near, c->types[i].code);
    const char *best = nearest_word(&near);
    if (best)
        return catalog_fail(r, e, "no alert type \"%.60s\"; did you mean \"%s\"?", e->name, best);
    return catalog_fail(r, e, "no alert type \"%.60s\"; 'tocsin catalog list' names them", e->name);
}

static bool fail_tier(struct catalog_reader *r, const struct ini_entry *e,
    const struct alert_type *t, const char *name)
{
    struct buf list = {0};
    for (int i = 0; i < t->tier_count; i++)
        add_name(&list, t->tiers[i].name);
    if (t->baseline)
        add_name(&list, t->baseline->name);
    return fail_unknown(r, e, "tier", name, &list);
}

/* Names are shown as they must be written: with the tier where it is not the usual one. */
static bool fail_parameter(
    struct catalog_reader *r, const struct ini_entry *e, const struct tier *tier, bool bare)
{
    struct buf list = {0};
    for (int i = 0; i < tier->parameter_count; i++) {
        buf_puts(&list, list.len ? ", " : "");
        buf_printf(
            &list, "%s%s%s", bare ? "" : tier->name, bare ? "" : ".", tier->parameters[i].name);
    }
    if (bare) {
        add_name(&list, "severity");
        add_name(&list, "gap");
    }
    return fail_unknown(r, e, "parameter", e->key, &list);
}

/* e's value as a figure that can stand for one in `unit`. */
static bool read_figure(struct catalog_reader *r, const struct ini_entry *e,
    const struct unit *unit, struct parameter *figure)
{
    struct quantity q;
    struct str text = str_trim(str_of(e->value));
    enum quantity_fault fault = quantity_parse(text, unit, &q);
    if (fault != QUANTITY_OK) {
        return catalog_fail(r, e, "%s: \"%.40s\" %s (%s)", e->key, e->value,
            quantity_fault_text[fault], dimension_units(unit->dimension));
    }
    if (strcmp(q.unit->base, unit->base) != 0) {
        return catalog_fail(r, e, "%s is in %s, not in %s", e->key,
            unit->dimension == DIMENSION_COUNT ? unit->base : dimension_units(unit->dimension),
            *q.unit->name ? q.unit->name : "yes or no");
    }
    if (unit->dimension == DIMENSION_TIME && q.value > TIME_MAX_DAYS * TIME_US_DAY)
        return catalog_fail(r, e, "%s: \"%.40s\" is over %d d", e->key, e->value, TIME_MAX_DAYS);
    *figure = (struct parameter){.value = q.value, .unit = q.unit->name};
    return true;
}

static bool set_parameter(struct catalog_reader *r, const struct ini_entry *e, struct parameter *p)
{
    const struct unit *unit = *p->unit ? unit_find(str_of(p->unit)) : &unit_flag;
    struct parameter figure;
    if (!read_figure(r, e, unit, &figure))
        return false;
    const char *wrong = catalog_value_fault(&figure, unit->dimension);
    if (wrong)
        return catalog_fail(r, e, "%s: %s", e->key, wrong);
    struct buf text = {0};
    buf_add(&text, str_trim(str_of(e->value)));
    const char last = text.len ? text.text[text.len - 1] : '\0';
    if (last >= '0' && last <= '9')
        buf_printf(&text, " %s", figure.unit);
    p->text = text.failed ? NULL : catalog_copy(r, buf_str(&text));
    buf_done(&text);
    if (!p->text)
        return catalog_fail_nomem(r);
    p->value = figure.value;
    p->unit = figure.unit;
    p->overridden = true;
    return true;
}

static struct tier *find_tier(struct alert_type *t, const char *name)
{
    if (t->baseline && strcmp(name, t->baseline->name) == 0)
        return t->baseline;
    if (t->guard.parameter_count > 0 && strcmp(name, t->guard.name) == 0)
        return &t->guard;
    return (struct tier *)alert_type_tier(t, name);
}

/* `min_attempts`, `slow.window`, `baseline.min_z`. */
static bool override_parameter(
    struct catalog_reader *r, const struct ini_entry *e, struct alert_type *t)
{
    const char *dot = strchr(e->key, '.');
    struct tier *tier = (struct tier *)alert_type_tier(t, "fast");
    if (dot) {
        char name[64];
        snprintf(name, sizeof(name), "%.*s", (int)(dot - e->key), e->key);
        tier = find_tier(t, name);
        if (!tier)
            return fail_tier(r, e, t, name);
    } else if (!tier) {
        tier = &t->tiers[0];
    }
    struct parameter *p = (struct parameter *)tier_parameter(tier, dot ? dot + 1 : e->key);
    return p ? set_parameter(r, e, p) : fail_parameter(r, e, tier, !dot);
}

static bool override_gap(struct catalog_reader *r, const struct ini_entry *e, struct alert_type *t)
{
    struct parameter figure;
    if (!read_figure(r, e, unit_find(STR("h")), &figure))
        return false;
    t->gap_us = figure.value;
    return true;
}

static bool override_one(struct catalog_reader *r, const struct ini_entry *e, struct catalog *c)
{
    struct alert_type *t = find_type(c, e->name);
    if (!t)
        return fail_type(r, e, c);
    if (strcmp(e->key, "severity") == 0) {
        return severity_parse(str_of(e->value), &t->severity) ||
               catalog_fail(r, e, "severity is informational, low, medium or high");
    }
    return strcmp(e->key, "gap") == 0 ? override_gap(r, e, t) : override_parameter(r, e, t);
}

bool catalog_override(struct catalog *c, struct ini *config, struct err *err)
{
    struct catalog_reader r = {.ini = config, .arena = &c->arena, .err = err};
    for (int i = 0; i < config->count; i++) {
        struct ini_entry *e = &config->entries[i];
        if (strcmp(e->kind, "alert") == 0) {
            e->used = true;
            if (!override_one(&r, e, c))
                return false;
        }
    }
    return true;
}
