/* The one reader of INI text: configuration, inventory and catalogue. Wraps libinih.
 *
 *   [kind name]            a section; `[kind]` alone has the name ""
 *   key = value            or `key: value`, at the start of the line
 *       more of the value  an indented line continues the value above it, across blank lines too
 *   ; comment   # comment  a whole line, indented or not, also between the lines of a value
 *   key = value ; comment  on the line of the key, from a `;` that follows white space (or the `=`)
 *
 * A continuation line keeps every `;`, so prose that needs a ` ;` is written there. Nothing is
 * quoted or escaped: `%`, `{`, `|`, `=` and `"` in a value stand for themselves. */
#pragma once

#include "util/arena.h"
#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>

#define INI_FILE_MAX    (16 << 20) /* bytes of one file */
#define INI_LINE_MAX    (1 << 20)  /* bytes of one line */
#define INI_SECTION_MAX 200        /* bytes between the brackets */
#define INI_KEY_MAX     200        /* bytes of a key */

/* One heading; the same one may come again further down. kind and name are the two words of
 * `[kind name]`; name may hold spaces and is "" for `[kind]`. */
struct ini_section {
    const char *kind, *name;
    int line;
};

/* One `key = value`, with the kind and name of its section. */
struct ini_entry {
    const char *kind, *name;
    const char *key;
    const char *value; /* lines joined by '\n'; comments and outer blanks removed, a blank line
                        * inside kept as an empty one */
    int line;          /* of the key, from 1 */
    bool used;         /* set by ini_get(): what stays false at the end is an unknown key */
};

struct ini {
    const char *file;          /* for messages */
    struct ini_entry *entries; /* in the order of the file */
    int count;
    struct ini_section *sections; /* the same; also those without keys */
    int section_count;
    struct ini_entry **by_name; /* the entries by kind, name and key, for ini_find() */
    struct arena arena;         /* all strings */
};

/* Refuses: a line that is none of section, key, continuation, comment or blank; a key outside a
 * section; an indented line that continues nothing; a key given twice for one kind and name; what
 * is over a limit; text that is no UTF-8 or holds control characters. ERR_CONFIG, naming file and
 * line. `*ini` owns all strings until ini_done(). Not to be called by two threads at once: libinih
 * keeps its settings in globals. (It also owns the name ini_parse.) */
bool ini_read_text(struct ini *ini, const char *file, struct str text, struct err *err);
/* The same from a file; ERR_NOINPUT when it cannot be opened. */
bool ini_read(struct ini *ini, const char *path, struct err *err);
void ini_done(struct ini *ini);

/* The value, or NULL; marks it used. */
const char *ini_get(struct ini *ini, const char *kind, const char *name, const char *key);
/* The same with its place, for messages. */
const struct ini_entry *ini_find(
    struct ini *ini, const char *kind, const char *name, const char *key);
/* An error naming file, line and key of the first entry that nobody asked for. */
bool ini_all_used(const struct ini *ini, struct err *err);
/* err_set(ERR_CONFIG) that begins with "file:line: ". */
bool ini_error(const struct ini *ini, const struct ini_entry *entry, struct err *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Joins wrapped text: a line break becomes a space, or nothing between two CJK characters and beside
 * a CJK punctuation mark; a line holding only ".", or nothing, becomes a paragraph break ("\n").
 * Malloc'ed; the caller frees it; NULL without memory. */
char *ini_unwrap(const char *value);
