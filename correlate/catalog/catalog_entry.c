/* One catalogue entry: its sections read into a struct alert_type. */
#include "correlate/catalog/catalog_read.h"
#include "correlate/network/inventory.h"

#include <stdio.h>
#include <stdlib.h>

static const struct catalog_section ALERT = {"alert", ""}, QUERY = {"query", ""},
                                    GUARD = {"guard", ""};
static const char *const KINDS[] = {
    "alert", "query", "values", "variant *", "signature *", "tier *", "guard", "baseline", NULL};

#define QUERY_FILE_MAX (64 << 10) /* bytes of a query file beside an entry */

static void read_texts(struct catalog_reader *r, struct alert_type *t)
{
    for (int lang = 0; lang < LANGS && !r->failed; lang++) {
        char key[32];
        snprintf(key, sizeof(key), "title.%s", lang_names[lang]);
        t->title[lang] = catalog_need_line(r, &ALERT, key);
        snprintf(key, sizeof(key), "description.%s", lang_names[lang]);
        t->description[lang] = catalog_read_text(r, &ALERT, key);
        if (!t->description[lang])
            catalog_fail_section(r, &ALERT, "[alert] lacks %s", key);
        snprintf(key, sizeof(key), "pool.%s", lang_names[lang]);
        t->pool[lang] = catalog_read_line(r, &ALERT, key);
        snprintf(key, sizeof(key), "respond.%s", lang_names[lang]);
        t->respond[lang] = catalog_read_text(r, &ALERT, key);
        if (!t->respond[lang])
            catalog_fail_section(r, &ALERT, "[alert] lacks %s", key);
    }
}

static void read_variant(
    struct catalog_reader *r, const struct catalog_section *section, struct text_variant *v)
{
    for (int lang = 0; lang < LANGS; lang++) {
        char key[32];
        snprintf(key, sizeof(key), "title.%s", lang_names[lang]);
        v->title[lang] = catalog_read_line(r, section, key);
        snprintf(key, sizeof(key), "description.%s", lang_names[lang]);
        v->description[lang] = catalog_read_text(r, section, key);
        snprintf(key, sizeof(key), "pool.%s", lang_names[lang]);
        v->pool[lang] = catalog_read_line(r, section, key);
        snprintf(key, sizeof(key), "respond.%s", lang_names[lang]);
        v->respond[lang] = catalog_read_text(r, section, key);
    }
}

static void read_severity(struct catalog_reader *r, struct alert_type *t)
{
    const char *word = catalog_need_line(r, &ALERT, "severity");
    if (!r->failed && !severity_parse(str_of(word), &t->severity)) {
        catalog_fail(r, catalog_entry(r, &ALERT, "severity"),
            "unknown severity \"%.40s\": informational, low, medium or high", word);
    }
}

/* "a,b" out of a list that must be there. */
static const char *join_list(struct catalog_reader *r, const char *key, const char *between)
{
    const char **list = catalog_read_list(r, &ALERT, key);
    if (!list) {
        catalog_fail_section(r, &ALERT, "[alert] lacks %s", key);
        return NULL;
    }
    struct buf joined = {0};
    for (int i = 0; list[i]; i++) {
        buf_puts(&joined, i ? between : "");
        buf_puts(&joined, list[i]);
    }
    const char *copy = NULL;
    if (joined.failed)
        catalog_fail_nomem(r);
    else
        copy = catalog_copy(r, buf_str(&joined));
    buf_done(&joined);
    return copy;
}

static unsigned read_exempt(struct catalog_reader *r, const struct catalog_section *section)
{
    unsigned all = 0;
    const char **roles = catalog_read_list(r, section, "exempt");
    for (int i = 0; roles && roles[i]; i++) {
        unsigned role = inventory_role(str_of(roles[i]));
        if (!role)
            catalog_fail(
                r, catalog_entry(r, section, "exempt"), "unknown role \"%.40s\"", roles[i]);
        all |= role;
    }
    return all;
}

static void read_gap(struct catalog_reader *r, struct alert_type *t)
{
    const struct ini_entry *e = catalog_entry(r, &ALERT, "gap");
    struct parameter gap;
    if (!e) {
        catalog_fail_section(r, &ALERT, "[alert] lacks gap");
    } else if (catalog_read_parameter(r, e, &gap)) {
        if (!*gap.unit || unit_find(str_of(gap.unit))->dimension != DIMENSION_TIME)
            catalog_fail(r, e, "gap must be a time: %s", dimension_units(DIMENSION_TIME));
        t->gap_us = gap.value;
        t->gap_source = gap.source;
    }
}

static void read_alert(struct catalog_reader *r, struct alert_type *t)
{
    read_texts(r, t);
    read_severity(r, t);
    t->tactic = catalog_need_line(r, &ALERT, "tactic");
    t->attack_tactics = join_list(r, "attack_tactics", ", ");
    t->techniques = join_list(r, "techniques", ",");
    t->family = catalog_read_line(r, &ALERT, "family");
    t->yields_to = catalog_read_line(r, &ALERT, "yields_to");
    t->yields_unless = catalog_read_line(r, &ALERT, "yields_unless");
    t->exempt_roles = read_exempt(r, &ALERT);
    read_gap(r, t);
}

/* The text of PATH into the arena; NULL when there is no such file. */
static const char *read_file(struct catalog_reader *r, const struct ini_entry *e, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    if (!file)
        return NULL;
    text = arena_alloc(r->arena, QUERY_FILE_MAX + 1);
    if (!text) {
        catalog_fail_nomem(r);
        goto done;
    }
    size_t len = fread(text, 1, QUERY_FILE_MAX, file);
    text[len] = '\0';
    if (ferror(file) || len == QUERY_FILE_MAX || strlen(text) != len || len == 0) {
        catalog_fail(
            r, e, "%s: cannot be read as SQL text of at most %d bytes", path, QUERY_FILE_MAX);
    }
done:
    fclose(file);
    return text;
}

/* Of the name under `key`: the query and, where it is a file in `dir`, its text. */
static void read_query_name(struct catalog_reader *r, const struct catalog_section *section,
    const char *key, const char *dir, const char **query, const char **sql)
{
    const struct ini_entry *e = catalog_entry(r, section, key);
    *query = catalog_need_line(r, section, key);
    if (r->failed)
        return;
    if ((*query)[strspn(*query, "abcdefghijklmnopqrstuvwxyz0123456789_")]) {
        catalog_fail(r, e, "a query's name is made of a-z, 0-9 and _");
        return;
    }
    char path[4096];
    bool fits = dir && snprintf(path, sizeof(path), "%s/%s.sql", dir, *query) < (int)sizeof(path);
    *sql = fits ? read_file(r, e, path) : NULL;
    bool builtin = catalog_query_is_builtin(*query);
    if (!r->failed && *sql && builtin) {
        catalog_fail(r, e, "%s is built in; give %s/%s.sql another name", *query, dir, *query);
    } else if (!r->failed && !*sql && !builtin) {
        catalog_fail(r, e,
            "no query \"%.40s\": neither built in nor a file %.40s.sql beside the entry", *query,
            *query);
    }
}

static void read_query(struct catalog_reader *r, const char *dir, struct alert_type *t)
{
    read_query_name(r, &QUERY, "name", dir, &t->query, &t->query_sql);
    t->services = catalog_read_list(r, &QUERY, "service");
    t->categories = catalog_read_list(r, &QUERY, "categories");
    const char *direction = catalog_need_line(r, &QUERY, "direction");
    if (strcmp(direction, "incoming") == 0)
        t->direction = DIRECTION_INCOMING;
    else if (strcmp(direction, "outgoing") == 0)
        t->direction = DIRECTION_OUTGOING;
    else if (!r->failed)
        catalog_fail(r, catalog_entry(r, &QUERY, "direction"), "direction is incoming or outgoing");
}

/* Zeroed memory for every item of a NULL-ended list, and their number. */
static void *items_for(struct catalog_reader *r, const char **names, size_t size, int *count)
{
    int n = 0;
    while (names && names[n])
        n++;
    void *items = arena_zalloc(r->arena, ((size_t)n + 1) * size);
    if (!items) {
        catalog_fail_nomem(r);
        n = 0;
    }
    *count = n;
    return items;
}

static void read_fillings(struct catalog_reader *r, struct alert_type *t)
{
    t->fillings = arena_zalloc(r->arena, ((size_t)r->ini->count + 1) * sizeof(*t->fillings));
    if (!t->fillings) {
        catalog_fail_nomem(r);
        return;
    }
    for (int i = 0; i < r->ini->count; i++) {
        struct ini_entry *e = &r->ini->entries[i];
        if (strcmp(e->kind, "values") == 0) {
            e->used = true;
            t->fillings[t->filling_count++] = (struct filling){
                catalog_copy(r, str_of(e->key)), catalog_copy(r, str_trim(str_of(e->value)))};
        }
    }
}

static void read_variants(struct catalog_reader *r, struct alert_type *t)
{
    const char **words = catalog_read_sections(r, "variant");
    t->variants = items_for(r, words, sizeof(*t->variants), &t->variant_count);
    for (int i = 0; i < t->variant_count; i++) {
        struct catalog_section section = {"variant", words[i]};
        t->variants[i].word = words[i];
        read_variant(r, &section, &t->variants[i]);
    }
}

static void read_sids(
    struct catalog_reader *r, const struct catalog_section *section, struct signature_rule *rule)
{
    const char *line = catalog_read_line(r, section, "sid");
    if (!line)
        return;
    struct str to = str_of(line), from = str_trim(str_cut(&to, '-'));
    if (!to.p)
        to = from;
    if (!str_i64(from, &rule->sid_from) || !str_i64(str_trim(to), &rule->sid_to) ||
        rule->sid_from < 1 || rule->sid_to < rule->sid_from) {
        catalog_fail(
            r, catalog_entry(r, section, "sid"), "sid is a number or a range: 2008802-2008803");
    }
}

static void read_signatures(struct catalog_reader *r, struct alert_type *t)
{
    const char **names = catalog_read_sections(r, "signature");
    t->signatures = items_for(r, names, sizeof(*t->signatures), &t->signature_count);
    for (int i = 0; i < t->signature_count; i++) {
        struct catalog_section section = {"signature", names[i]};
        struct signature_rule *rule = &t->signatures[i];
        rule->name = names[i];
        read_sids(r, &section, rule);
        rule->pattern = catalog_read_line(r, &section, "pattern");
        rule->category = catalog_read_line(r, &section, "category");
        rule->source = catalog_need_line(r, &section, "source");
        if (!rule->sid_from && !rule->pattern && !rule->category) {
            catalog_fail_section(
                r, &section, "[signature %s] needs sid, pattern or category", names[i]);
        }
    }
}

static void read_tier(
    struct catalog_reader *r, const char *name, const char *dir, struct tier *tier)
{
    struct catalog_section section = {"tier", name};
    tier->services = catalog_read_list(r, &section, "service");
    tier->exempt_roles = read_exempt(r, &section);
    if (catalog_entry(r, &section, "query"))
        read_query_name(r, &section, "query", dir, &tier->query, &tier->query_sql);
    catalog_read_tier(r, &section, name, tier);
}

static void read_tiers(struct catalog_reader *r, const char *dir, struct alert_type *t)
{
    const char **names = catalog_read_sections(r, "tier");
    t->tiers = items_for(r, names, sizeof(*t->tiers), &t->tier_count);
    for (int i = 0; i < t->tier_count && !r->failed; i++)
        read_tier(r, names[i], dir, &t->tiers[i]);
}

bool catalog_read_type(
    struct catalog_reader *r, const char *code, const char *dir, struct alert_type *t)
{
    struct alert_type type = {
        .code = catalog_copy(r, str_of(code)), .file = catalog_copy(r, str_of(r->ini->file))};
    if (!catalog_check_sections(r, KINDS))
        return false;
    read_alert(r, &type);
    read_query(r, dir, &type);
    read_fillings(r, &type);
    read_variants(r, &type);
    read_signatures(r, &type);
    read_tiers(r, dir, &type);
    catalog_read_tier(r, &GUARD, GUARD.kind, &type.guard);
    catalog_read_baseline(r, &type);
    if (r->failed || !ini_all_used(r->ini, r->err) || !catalog_check_type(r, &type))
        return false;
    *t = type;
    return true;
}
