/* The one reader of INI text: configuration, inventory and catalogue. Wraps libinih. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>

/* One `key = value`. kind and name are the two words of `[kind name]`; name is "" for `[kind]`. */
struct ini_entry {
    const char *kind, *name;
    const char *key;
    const char *value; /* continuation lines joined by '\n'; comments and outer blanks removed */
    int line;          /* of the key, from 1 */
    bool used;         /* set by ini_get(): what stays false at the end is an unknown key */
};

struct ini {
    const char *file; /* for messages */
    struct ini_entry *entries;
    int count;
};

/* Refuses: a line that is none of section, key, continuation, comment or blank; a key outside a
 * section; a key given twice in one section; a section name over 200 bytes; text that is no UTF-8.
 * Each error names file and line. `*ini` owns all strings until ini_done(). */
bool ini_parse(struct ini *ini, const char *file, struct str text, struct err *err);
bool ini_read(struct ini *ini, const char *path, struct err *err);
void ini_done(struct ini *ini);

/* The value, or NULL; marks it used. */
const char *ini_get(struct ini *ini, const char *kind, const char *name, const char *key);
/* An error naming file, line and key of the first entry that nobody asked for. */
bool ini_all_used(const struct ini *ini, struct err *err);
/* err_set(ERR_CONFIG) that begins with "file:line: ". */
bool ini_error(const struct ini *ini, const struct ini_entry *entry, struct err *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Joins wrapped text: a line break becomes a space, or nothing between two CJK characters; a line
 * holding only "." becomes a paragraph break ("\n"). Malloc'ed; the caller frees it. */
char *ini_unwrap(const char *value);
