/* INI text into entries. libinih splits keys from values; what it would cut or lose (long lines and
 * names, blank lines, text after ` ;`) is settled in the reader that feeds it, line by line. */
#include "util/ini.h"

#include "util/list.h"

#include <ini.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LIBRARY_ROOM 3 /* bytes of its line limit that libinih needs for itself */

/* One parse, shared by the reader that feeds the library and the handler it calls back. */
struct reading {
    struct ini *ini;
    struct err *err;
    struct str rest;    /* the text after the line being read */
    struct str pending; /* of that line, what the library has not been given yet, */
    bool newline_due;   /* and whether its end is still to come */
    char heading[24];   /* stands in for a section heading */
    int line;
    size_t sections_room, entries_room;
    struct buf value; /* of the last entry, while it may still go on */
    bool value_open;
    bool continuation; /* the line being read continues the value */
    int blanks;        /* blank lines since the value's last line */
    bool failed;
};

static bool fail(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct reading *r, const char *format, ...)
{
    char text[sizeof r->err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    r->failed = true;
    return err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->ini->file, r->line, text);
}

static bool fail_memory(struct reading *r)
{
    r->failed = true;
    return err_nomem(r->err);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        unsigned char next = i + 1 < s.len ? (unsigned char)s.p[i + 1] : 0;
        if ((c < ' ' && c != '\t') || c == 0x7F || (c == 0xC2 && next >= 0x80 && next < 0xA0))
            return true;
    }
    return false;
}

/* The value of the last entry is complete. */
static bool close_value(struct reading *r)
{
    if (!r->value_open)
        return true;
    struct ini_entry *entry = &r->ini->entries[r->ini->count - 1];
    entry->value = r->value.failed ? NULL : arena_strdup(&r->ini->arena, buf_str(&r->value));
    r->value_open = false;
    return entry->value || fail_memory(r);
}

static bool add_section(struct reading *r, struct str heading)
{
    struct ini *ini = r->ini;
    size_t word = 0;
    while (word < heading.len && !is_blank(heading.p[word]))
        word++;
    struct str name = str_trim((struct str){heading.p + word, heading.len - word});
    if (!close_value(r))
        return false;
    if (!list_room(&ini->sections, (size_t)ini->section_count, &r->sections_room,
            sizeof *ini->sections, NULL))
        return fail_memory(r);
    struct ini_section *section = &ini->sections[ini->section_count];
    section->kind = arena_strdup(&ini->arena, (struct str){heading.p, word});
    section->name = arena_strdup(&ini->arena, name);
    section->line = r->line;
    if (!section->kind || !section->name)
        return fail_memory(r);
    ini->section_count++;
    return true;
}

/* The library keeps 49 bytes of a heading, so it is told the number of the section instead. */
static bool read_heading(struct reading *r, struct str line)
{
    struct str after = {line.p + 1, line.len - 1};
    struct str heading = str_trim(str_cut(&after, ']'));
    if (!after.p)
        return fail(r, "the section heading has no ']'");
    after = str_trim(after);
    if (after.len > 0 && *after.p != ';' && *after.p != '#')
        return fail(r, "text after the section heading");
    if (heading.len == 0)
        return fail(r, "the section heading is empty");
    if (heading.len > INI_SECTION_MAX)
        return fail(r, "the section heading is longer than %d bytes", INI_SECTION_MAX);
    if (!add_section(r, heading))
        return false;
    snprintf(r->heading, sizeof r->heading, "[%d]", r->ini->section_count);
    r->pending = str_of(r->heading);
    return true;
}

/* What stands before a `;` that follows white space. */
static struct str without_comment(struct str line)
{
    for (size_t i = 1; i < line.len; i++)
        if (line.p[i] == ';' && is_blank(line.p[i - 1]))
            return (struct str){line.p, i};
    return line;
}

static bool read_key_line(struct reading *r, struct str line)
{
    if (r->ini->section_count == 0)
        return fail(r, "a key before the first [section]");
    r->pending = without_comment(line);
    return close_value(r);
}

static bool check_line(struct reading *r, struct str line)
{
    if (line.len > INI_LINE_MAX - LIBRARY_ROOM)
        return fail(r, "the line is longer than 1 MiB");
    if (!str_is_utf8(line))
        return fail(r, "not UTF-8 text");
    if (has_control(line))
        return fail(r, "a control character in the line");
    return true;
}

/* Decides what a line is and what the library shall see of it: nothing of a blank or a comment. */
static bool read_line(struct reading *r, struct str line)
{
    struct str bare = str_trim(line);
    bool comment = bare.len > 0 && (*bare.p == ';' || *bare.p == '#');
    r->continuation = bare.len > 0 && !comment && is_blank(*line.p);
    if (r->continuation && !r->value_open)
        return fail(r, "an indented line that continues no value");
    if (r->continuation)
        r->pending = line;
    else if (bare.len == 0)
        r->blanks++;
    else if (*bare.p == '[')
        return read_heading(r, bare);
    else if (!comment)
        return read_key_line(r, bare);
    return true;
}

/* Goes on to the next line that the library shall see. False at the end and after a failure. */
static bool next_line(struct reading *r)
{
    while (r->rest.p && !r->newline_due) {
        struct str line = str_cut(&r->rest, '\n');
        if (line.len > 0 && line.p[line.len - 1] == '\r')
            line.len--;
        r->line++;
        if (!check_line(r, line) || !read_line(r, line))
            return false;
        r->newline_due = r->pending.len > 0;
    }
    return r->newline_due;
}

/* Like fgets(): at most room - 1 bytes of the line, the rest when the library asks again. */
static char *feed_library(char *to, int room, void *stream)
{
    struct reading *r = stream;
    if (!r->newline_due && !next_line(r))
        return NULL;
    size_t space = (size_t)room - 1;
    size_t len = r->pending.len < space ? r->pending.len : space;
    memcpy(to, r->pending.p, len);
    r->pending = (struct str){r->pending.p + len, r->pending.len - len};
    if (len < space) {
        to[len++] = '\n';
        r->newline_due = false;
    }
    to[len] = '\0';
    return to;
}

static bool add_entry(struct reading *r, const char *key, const char *value)
{
    struct ini *ini = r->ini;
    if (*key == '\0')
        return fail(r, "a value without a key");
    if (strlen(key) > INI_KEY_MAX)
        return fail(r, "the key is longer than %d bytes", INI_KEY_MAX);
    if (!list_room(&ini->entries, (size_t)ini->count, &r->entries_room, sizeof *ini->entries, NULL))
        return fail_memory(r);
    const struct ini_section *section = &ini->sections[ini->section_count - 1];
    struct ini_entry *entry = &ini->entries[ini->count];
    *entry = (struct ini_entry){.kind = section->kind, .name = section->name, .line = r->line};
    entry->key = arena_strdup(&ini->arena, str_of(key));
    if (!entry->key)
        return fail_memory(r);
    ini->count++;
    r->value_open = true;
    buf_clear(&r->value);
    buf_puts(&r->value, *value == ';' ? "" : value);
    r->blanks = 0;
    return true;
}

/* The library's names are not asked: it cuts the key of a continuation at 49 bytes. */
static int take_value(void *user, const char *section, const char *key, const char *value)
{
    (void)section;
    struct reading *r = user;
    if (!r->continuation)
        return add_entry(r, key, value);
    for (int i = 0; i <= r->blanks && r->value.len > 0; i++)
        buf_addc(&r->value, '\n');
    buf_puts(&r->value, value);
    r->blanks = 0;
    return 1;
}

/* Debian builds libinih with its compile-time limits as variables of these names. */
static void set_up_library(void)
{
    ini_use_stack = false;
    ini_allow_realloc = true;
    ini_initial_alloc = 4096;
    ini_max_line = INI_LINE_MAX;
    ini_allow_multiline = true;
    ini_allow_inline_comments = false;
    ini_allow_no_value = false;
    ini_stop_on_first_error = true;
}

static int compare_names(const struct ini_entry *a, const struct ini_entry *b)
{
    int order = strcmp(a->kind, b->kind);
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->key, b->key);
}

static int compare_entries(const void *a_, const void *b_)
{
    const struct ini_entry *a = *(struct ini_entry *const *)a_;
    const struct ini_entry *b = *(struct ini_entry *const *)b_;
    int order = compare_names(a, b);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* Sorts the entries for ini_find() and finds keys given twice. */
static bool sort_entries(struct ini *ini, struct err *err)
{
    if (ini->count == 0)
        return true;
    ini->by_name = malloc((size_t)ini->count * sizeof *ini->by_name);
    if (!ini->by_name)
        return err_nomem(err);
    for (int i = 0; i < ini->count; i++)
        ini->by_name[i] = &ini->entries[i];
    qsort(ini->by_name, (size_t)ini->count, sizeof *ini->by_name, compare_entries);
    for (int i = 1; i < ini->count; i++) {
        const struct ini_entry *first = ini->by_name[i - 1], *again = ini->by_name[i];
        if (compare_names(first, again) == 0)
            return ini_error(
                ini, again, err, "'%s' was given on line %d already", again->key, first->line);
    }
    return true;
}

static struct str without_bom(struct str text)
{
    struct str bom = STR("\xEF\xBB\xBF");
    if (str_starts(text, bom))
        return (struct str){text.p + bom.len, text.len - bom.len};
    return text;
}

bool ini_read_text(struct ini *ini, const char *file, struct str text, struct err *err)
{
    struct ini made = {.file = ""};
    struct reading r = {.ini = &made, .err = err, .rest = without_bom(text)};
    bool ok = false;
    made.file = arena_strdup(&made.arena, str_of(file));
    if (!made.file) {
        err_nomem(err);
        goto done;
    }
    if (text.len > INI_FILE_MAX) {
        err_set(err, ERR_CONFIG, "%s: larger than 16 MiB, so no file of settings", file);
        goto done;
    }
    set_up_library();
    int status = ini_parse_stream(feed_library, &r, take_value, &r);
    if (status == -2)
        fail_memory(&r);
    else if (status != 0 && !r.failed)
        fail(&r, "neither 'key = value' nor a [section] nor a comment");
    ok = !r.failed && close_value(&r) && sort_entries(&made, err);

done:
    buf_done(&r.value);
    if (ok)
        *ini = made;
    else
        ini_done(&made);
    return ok;
}

static bool read_all(FILE *file, const char *path, struct buf *text, struct err *err)
{
    char piece[16384];
    size_t len;
    while ((len = fread(piece, 1, sizeof piece, file)) > 0 && text->len <= INI_FILE_MAX)
        buf_add(text, (struct str){piece, len});
    if (ferror(file))
        return err_set(err, ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
    return text->failed ? err_nomem(err) : true;
}

bool ini_read(struct ini *ini, const char *path, struct err *err)
{
    struct buf text = {0};
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_set(err, ERR_NOINPUT, "%s: cannot be opened: %s", path, strerror(errno));
    bool ok = read_all(file, path, &text, err) && ini_read_text(ini, path, buf_str(&text), err);
    fclose(file);
    buf_done(&text);
    return ok;
}

void ini_done(struct ini *ini)
{
    if (!ini)
        return;
    free(ini->entries);
    free(ini->sections);
    free(ini->by_name);
    arena_done(&ini->arena);
    *ini = (struct ini){0};
}

const struct ini_entry *ini_find(
    struct ini *ini, const char *kind, const char *name, const char *key)
{
    struct ini_entry wanted = {.kind = kind, .name = name, .key = key};
    int from = 0, to = ini->count;
    while (from < to) {
        int middle = from + (to - from) / 2;
        int order = compare_names(ini->by_name[middle], &wanted);
        if (order == 0) {
            ini->by_name[middle]->used = true;
            return ini->by_name[middle];
        }
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

const char *ini_get(struct ini *ini, const char *kind, const char *name, const char *key)
{
    const struct ini_entry *entry = ini_find(ini, kind, name, key);
    return entry ? entry->value : NULL;
}

bool ini_all_used(const struct ini *ini, struct err *err)
{
    for (int i = 0; i < ini->count; i++) {
        const struct ini_entry *e = &ini->entries[i];
        if (!e->used)
            return ini_error(ini, e, err, "'%s' means nothing in [%s%s%s]", e->key, e->kind,
                *e->name ? " " : "", e->name);
    }
    return true;
}

bool ini_error(
    const struct ini *ini, const struct ini_entry *entry, struct err *err, const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!entry)
        return err_set(err, ERR_CONFIG, "%s: %s", ini->file, text);
    return err_set(err, ERR_CONFIG, "%s:%d: %s", ini->file, entry->line, text);
}
