/* One line of text in, at most one record out. Knows formats, knows no files and no SQL. */
#pragma once

#include "store/reason.h"
#include "store/record.h"
#include "util/err.h"

#include <stdbool.h>

/* Recognised from content alone, never from a name. Order is stored: append only. */
enum format {
    FORMAT_UNKNOWN = 0,
    FORMAT_ZEEK_TSV,  /* any declared separator; with header, hashless header, or a known shape */
    FORMAT_ZEEK_JSON, /* one object a line: flat or nested id, with or without _path/@stream */
    FORMAT_EVE,       /* one object a line with event_type */
    FORMATS
};
extern const char *const format_names[FORMATS]; /* "unknown", "zeek-tsv", "zeek-json", "eve" */

/* What a line came to. */
enum parse {
    PARSE_RECORD,   /* one record was added to the batch */
    PARSE_IGNORED,  /* well-formed, but nothing we keep: a header, a comment, another log's row */
    PARSE_REJECTED, /* not what it claims to be: see parser_reject() */
};

#define LINE_MAX_BYTES   (1 << 20)
#define JSON_MAX_DEPTH   32
#define ZEEK_MAX_COLUMNS 256

/* The state of one source while it is read: format and, for Zeek TSV, the header in force. */
struct parser;

struct parser *parser_new(void); /* NULL without memory */
void parser_free(struct parser *p);
void parser_reset(struct parser *p);

/* Looks at the first bytes of a source (whole lines where possible, up to 64 KiB) and sets the
 * format. `path` gives the log's kind only where the content does not (a headerless Zeek JSON row
 * has no _path: then the keys decide; the name is the last resort). FORMAT_UNKNOWN: not a log of
 * ours; *why then says what it looks like, in a few words for people (static text). */
enum format parser_detect(struct parser *p, struct str head, const char *path, const char **why);
enum format parser_format(const struct parser *p);

/* One line without its '\n' (a trailing '\r' is dropped). Slices in the record point into the
 * line or into batch->text. A header line changes the header in force. */
enum parse parser_line(struct parser *p, struct str line, struct batch *batch);
/* After PARSE_REJECTED or PARSE_IGNORED of the last line. */
enum reject parser_reject(const struct parser *p);
enum ignore parser_ignore(const struct parser *p);
/* True when the header in force came with the last line (its first line), so that the caller can
 * remember where the header stands, to find it again when reading resumes. */
bool parser_header_began(const struct parser *p);

/* Takes the headers among whole lines and passes over their rows: afterwards the parser is as if it
 * had read the lines one by one, in a fraction of the time. */
void parser_skim(struct parser *p, struct str lines);
/* Makes one parser read on as the other would; the last line's outcome is not copied. */
void parser_copy(struct parser *to, const struct parser *from);
