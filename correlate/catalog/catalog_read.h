/* What the readers of catalogue files share: values taken out of an ini file into an arena, with
 * errors that name file and line. Private to correlate/catalog*.c. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/catalog/units.h"

struct catalog_reader {
    struct ini *ini;
    struct arena *arena; /* holds all that is read */
    struct err *err;
    bool failed; /* sticky: readers below go on, the caller checks once */
};

/* The section that a key stands in; name "" for `[kind]`. */
struct catalog_section {
    const char *kind, *name;
};

/* Each returns false, so that `return catalog_fail(…)` reads well. */
bool catalog_fail(struct catalog_reader *r, const struct ini_entry *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool catalog_fail_nomem(struct catalog_reader *r);
/* The same, with the line of the section's heading. */
bool catalog_fail_section(struct catalog_reader *r, const struct catalog_section *section,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The entry, marked used, or NULL. */
const struct ini_entry *catalog_entry(
    struct catalog_reader *r, const struct catalog_section *section, const char *key);

/* Wrapped text, unwrapped; NULL when it is not there. */
const char *catalog_read_text(
    struct catalog_reader *r, const struct catalog_section *section, const char *key);
/* The same, on one line and not empty. */
const char *catalog_read_line(
    struct catalog_reader *r, const struct catalog_section *section, const char *key);
/* catalog_read_line() that must be there; fails and returns "" without it. */
const char *catalog_need_line(
    struct catalog_reader *r, const struct catalog_section *section, const char *key);
/* `a, b, c` as a NULL-ended list without empty or double items; NULL when it is not there. */
const char **catalog_read_list(
    struct catalog_reader *r, const struct catalog_section *section, const char *key);
/* `value unit | source` out of an entry that is there. */
bool catalog_read_parameter(
    struct catalog_reader *r, const struct ini_entry *e, struct parameter *parameter);
/* The parameters of one section: all of its keys that nobody took yet. */
void catalog_read_tier(struct catalog_reader *r, const struct catalog_section *section,
    const char *name, struct tier *tier);
/* What is wrong with a figure of that dimension; NULL: nothing. */
const char *catalog_value_fault(const struct parameter *p, enum dimension dimension);

char *catalog_copy(struct catalog_reader *r, struct str s);
/* True when the list (NULL: empty) holds s. */
bool catalog_list_has(const char *const list[], const char *s);
/* The distinct names of sections of a kind, in the order of the file; NULL-ended. */
const char **catalog_read_sections(struct catalog_reader *r, const char *kind);
/* Fails on a section whose kind is not in `kinds` (NULL-ended); "kind *" wants a name, "kind" must
 * not have one. */
bool catalog_check_sections(struct catalog_reader *r, const char *const kinds[]);

/* catalog_entry.c: one entry out of r->ini. dir: where its query file may stand; NULL for a built-in
 * entry. Applies all rules that need no other file. */
bool catalog_read_type(
    struct catalog_reader *r, const char *code, const char *dir, struct alert_type *t);
/* catalog_service.c: every [service NAME] added to c, or in place of one of that name. */
bool catalog_read_services(struct catalog_reader *r, struct catalog *c);
/* No name or port of two services, in order of name. */
bool catalog_finish_services(struct catalog *c, struct err *err);
/* catalog_baseline.c: [baseline], where there is one, and the rules on it. */
void catalog_read_baseline(struct catalog_reader *r, struct alert_type *t);
bool catalog_check_baseline(struct catalog_reader *r, const struct alert_type *t);
/* catalog_check.c: the rules on a type that was read from r->ini. */
bool catalog_check_type(struct catalog_reader *r, const struct alert_type *t);
/* catalog_query.c: the part of them that its query makes. */
bool catalog_check_query(struct catalog_reader *r, const struct alert_type *t);
/* That the services it names are there. */
bool catalog_check_services(const struct catalog *c, const struct alert_type *t, struct err *err);
/* pair, fan, …: a query of correlate/queries/, whose parameters are known here. */
bool catalog_query_is_builtin(const char *query);
