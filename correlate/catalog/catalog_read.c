/* Values out of catalogue files: lines, wrapped texts, lists, figures with unit and source. */
#include "correlate/catalog/catalog_read.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void fail_at(struct catalog_reader *r, int line, const char *format, va_list args)
{
    char text[sizeof(r->err->text)];
    vsnprintf(text, sizeof(text), format, args);
    r->failed = true;
    if (line > 0)
        err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->ini->file, line, text);
    else
        err_set(r->err, ERR_CONFIG, "%s: %s", r->ini->file, text);
}

bool catalog_fail(struct catalog_reader *r, const struct ini_entry *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_at(r, e ? e->line : 0, format, args);
    va_end(args);
    return false;
}

bool catalog_fail_nomem(struct catalog_reader *r)
{
    r->failed = true;
    return err_nomem(r->err);
}

bool catalog_fail_section(
    struct catalog_reader *r, const struct catalog_section *section, const char *format, ...)
{
    int line = 0;
    for (int i = 0; i < r->ini->section_count && line == 0; i++) {
        const struct ini_section *s = &r->ini->sections[i];
        if (strcmp(s->kind, section->kind) == 0 && strcmp(s->name, section->name) == 0)
            line = s->line;
    }
    va_list args;
    va_start(args, format);
    fail_at(r, line, format, args);
    va_end(args);
    return false;
}

const struct ini_entry *catalog_entry(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    return ini_find(r->ini, section->kind, section->name, key);
}

char *catalog_copy(struct catalog_reader *r, struct str s)
{
    char *copy = arena_strdup(r->arena, s);
    if (!copy)
        catalog_fail_nomem(r);
    return copy;
}

static const char *unwrap(struct catalog_reader *r, const struct ini_entry *e)
{
    char *text = ini_unwrap(e->value);
    if (!text) {
        catalog_fail_nomem(r);
        return NULL;
    }
    const char *copy = catalog_copy(r, str_trim(str_of(text)));
    free(text);
    return copy;
}

const char *catalog_read_text(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    const struct ini_entry *e = catalog_entry(r, section, key);
    if (!e)
        return NULL;
    const char *text = unwrap(r, e);
    if (text && !*text)
        catalog_fail(r, e, "%s is empty", key);
    return text;
}

const char *catalog_read_line(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    const char *text = catalog_read_text(r, section, key);
    if (text && strchr(text, '\n'))
        catalog_fail(r, catalog_entry(r, section, key), "%s must be one paragraph", key);
    return text;
}

const char *catalog_need_line(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    const char *line = catalog_read_line(r, section, key);
    if (line)
        return line;
    catalog_fail_section(r, section, "[%s%s%s] lacks %s", section->kind, *section->name ? " " : "",
        section->name, key);
    return "";
}

bool catalog_list_has(const char *const list[], const char *s)
{
    for (; list && *list; list++)
        if (strcmp(*list, s) == 0)
            return true;
    return false;
}

static size_t count_items(const char *line)
{
    size_t n = 1;
    for (; *line; line++)
        n += *line == ',';
    return n;
}

const char **catalog_read_list(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    const char *line = catalog_read_line(r, section, key);
    const char **list =
        line ? arena_zalloc(r->arena, (count_items(line) + 1) * sizeof(*list)) : NULL;
    if (!list) {
        if (line)
            catalog_fail_nomem(r);
        return NULL;
    }
    const struct ini_entry *e = catalog_entry(r, section, key);
    size_t n = 0;
    for (struct str rest = str_of(line); rest.p;) {
        const char *item = catalog_copy(r, str_trim(str_cut(&rest, ',')));
        if (!item)
            return NULL;
        if (!*item)
            catalog_fail(r, e, "%s has an empty item", key);
        else if (catalog_list_has(list, item))
            catalog_fail(r, e, "%s names %s twice", key, item);
        else
            list[n++] = item;
    }
    return list;
}

bool catalog_read_parameter(
    struct catalog_reader *r, const struct ini_entry *e, struct parameter *parameter)
{
    const char *line = unwrap(r, e);
    if (!line)
        return false;
    struct str source = str_of(line);
    struct str figure = str_trim(str_cut(&source, '|'));
    source = source.p ? str_trim(source) : STR_NONE;
    struct quantity q;
    enum quantity_fault fault = quantity_parse(figure, NULL, &q);
    if (fault != QUANTITY_OK) {
        return catalog_fail(r, e, "%s: \"%.*s\" %s (write: value unit | source)", e->key,
            (int)(figure.len < 60 ? figure.len : 60), figure.p, quantity_fault_text[fault]);
    }
    if (source.len == 0)
        return catalog_fail(r, e, "%s: no source given (write: value unit | source)", e->key);
    *parameter = (struct parameter){
        .name = catalog_copy(r, str_of(e->key)),
        .value = q.value,
        .unit = q.unit->name,
        .source = catalog_copy(r, source),
        .text = catalog_copy(r, figure),
    };
    return !r->failed;
}

const char **catalog_read_sections(struct catalog_reader *r, const char *kind)
{
    const struct ini *ini = r->ini;
    const char **names = arena_zalloc(r->arena, ((size_t)ini->section_count + 1) * sizeof(*names));
    if (!names) {
        catalog_fail_nomem(r);
        return NULL;
    }
    size_t n = 0;
    for (int i = 0; i < ini->section_count; i++) {
        const struct ini_section *s = &ini->sections[i];
        if (strcmp(s->kind, kind) == 0 && !catalog_list_has(names, s->name))
            names[n++] = catalog_copy(r, str_of(s->name));
    }
    return r->failed ? NULL : names;
}

/* kinds[i] is "alert" or "tier *". */
static const char *kind_of(const struct ini_section *s, const char *const kinds[])
{
    size_t len = strlen(s->kind);
    for (; *kinds; kinds++) {
        const char *kind = *kinds;
        if (strncmp(kind, s->kind, len) == 0 && (kind[len] == '\0' || kind[len] == ' '))
            return kind;
    }
    return NULL;
}

bool catalog_check_sections(struct catalog_reader *r, const char *const kinds[])
{
    for (int i = 0; i < r->ini->section_count; i++) {
        const struct ini_section *s = &r->ini->sections[i];
        const struct catalog_section section = {s->kind, s->name};
        const char *kind = kind_of(s, kinds);
        if (!kind)
            return catalog_fail_section(r, &section, "unknown section [%.40s]", s->kind);
        if (strchr(kind, '*') && !*s->name) {
            return catalog_fail_section(
                r, &section, "section [%s] needs a name: [%s NAME]", s->kind, s->kind);
        }
        if (!strchr(kind, '*') && *s->name)
            return catalog_fail_section(r, &section, "section [%s] takes no name", s->kind);
    }
    return true;
}

void catalog_read_tier(struct catalog_reader *r, const struct catalog_section *section,
    const char *name, struct tier *tier)
{
    tier->name = name;
    tier->parameters =
        arena_zalloc(r->arena, (size_t)r->ini->count * sizeof(*tier->parameters) + 1);
    if (!tier->parameters) {
        catalog_fail_nomem(r);
        return;
    }
    for (int i = 0; i < r->ini->count && !r->failed; i++) {
        struct ini_entry *e = &r->ini->entries[i];
        if (!e->used && strcmp(e->kind, section->kind) == 0 &&
            strcmp(e->name, section->name) == 0) {
            e->used = true;
            catalog_read_parameter(r, e, &tier->parameters[tier->parameter_count++]);
        }
    }
}

const char *catalog_value_fault(const struct parameter *p, enum dimension dimension)
{
    if (dimension == DIMENSION_SHARE && p->value > 100)
        return "more than 100 %";
    if (dimension == DIMENSION_CHANCE && p->value > 1000000)
        return "more than 1000000 ppm";
    if (dimension == DIMENSION_COUNT && p->value > INT_MAX)
        return "too big";
    if (dimension != DIMENSION_SHARE && dimension != DIMENSION_FLAG && p->value < 1)
        return "must be at least 1";
    return NULL;
}
