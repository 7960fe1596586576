/* Which format a source is in, and each of its lines to the reader of that format. */
#include "ingest/parser.h"

#include "ingest/eve/eve.h"
#include "ingest/json.h"
#include "ingest/zeek/zeek_json.h"
#include "ingest/zeek/zeek_tsv.h"

#include <stdlib.h>

#define DETECT_LINES_MAX 50 /* broken lines before the first good one are survived up to here */

const char *const format_names[FORMATS] = {
    [FORMAT_UNKNOWN] = "unknown",
    [FORMAT_ZEEK_TSV] = "zeek-tsv",
    [FORMAT_ZEEK_JSON] = "zeek-json",
    [FORMAT_EVE] = "eve",
};

struct parser {
    enum format format;
    enum reject reason;
    enum ignore ignored;
    bool header_began;
    bool open_log; /* the source's name says: rows of connections that still go on */
    struct zeek_tsv tsv;
    struct json *zeek_json, *eve_json; /* made when first needed, then kept */
};

struct parser *parser_new(void)
{
    struct parser *p = calloc(1, sizeof(*p));

    if (p)
        parser_reset(p);
    return p;
}

void parser_free(struct parser *p)
{
    if (!p)
        return;
    json_free(p->zeek_json);
    json_free(p->eve_json);
    free(p);
}

void parser_reset(struct parser *p)
{
    p->format = FORMAT_UNKNOWN;
    p->reason = REJECT_NONE;
    p->ignored = IGNORE_NONE;
    p->header_began = p->open_log = false;
    zeek_tsv_init(&p->tsv);
}

enum format parser_format(const struct parser *p)
{
    return p->format;
}

enum reject parser_reject(const struct parser *p)
{
    return p->reason;
}

enum ignore parser_ignore(const struct parser *p)
{
    return p->ignored;
}

bool parser_header_began(const struct parser *p)
{
    return p->header_began;
}

static struct json *need_zeek_json(struct parser *p)
{
    if (!p->zeek_json)
        p->zeek_json = zeek_json_new();
    return p->zeek_json;
}

static struct json *need_eve_json(struct parser *p)
{
    if (!p->eve_json)
        p->eve_json = eve_json_new();
    return p->eve_json;
}

static struct str skip_bom(struct str s)
{
    return str_starts(s, STR("\xEF\xBB\xBF")) ? (struct str){s.p + 3, s.len - 3} : s;
}

/* A crash after a file was cut off leaves NUL bytes before the next good line. */
static struct str skip_nuls(struct str s)
{
    while (s.len > 0 && s.p[0] == '\0') {
        s.p++;
        s.len--;
    }
    return s;
}

static struct str skip_blanks(struct str s)
{
    while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.len--;
    }
    return s;
}

static bool is_open_log(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return path && str_starts(str_of(slash ? slash + 1 : path), STR("open_conn"));
}

/* "#separator \x09", "#fields…" and the like; other lines with '#' are somebody's comments. */
static bool is_zeek_header(struct str line)
{
    static const struct str keys[] = {STR("#separator"), STR("#set_separator"), STR("#empty_field"),
        STR("#unset_field"), STR("#path"), STR("#open"), STR("#fields"), STR("#types")};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (str_starts(line, keys[i]))
            return true;
    return false;
}

/* What other programs' files begin with. */
static const char *describe_magic(struct str head)
{
    static const char capture[] = "a packet capture: run Zeek or Suricata on it first";
    static const char utf16[] = "UTF-16 text: write it as UTF-8";
    static const struct {
        struct str magic;
        const char *what;
    } magics[] = {
        {STR("\xD4\xC3\xB2\xA1"), capture},
        {STR("\xA1\xB2\xC3\xD4"), capture},
        {STR("\x4D\x3C\xB2\xA1"), capture},
        {STR("\xA1\xB2\x3C\x4D"), capture},
        {STR("\x0A\x0D\x0D\x0A"), capture},
        {STR("\xFF\xFE"), utf16},
        {STR("\xFE\xFF"), utf16},
        {STR("\x28\xB5\x2F\xFD"),
            "compressed by zstd: only gzip is read; zstdcat FILE | tocsin … -"},
        {STR("\xFD\x37\x7A\x58\x5A"),
            "compressed by xz: only gzip is read; xzcat FILE | tocsin … -"},
        {STR("BZh"), "compressed by bzip2: only gzip is read; bzcat FILE | tocsin … -"},
        {STR("\x04\x22\x4D\x18"), "compressed by lz4: only gzip is read; lz4cat FILE | tocsin … -"},
        {STR("PK\x03\x04"), "a zip archive: unpack it first"},
    };

    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
        if (str_starts(head, magics[i].magic))
            return magics[i].what;
    return NULL;
}

/* What a text looks like that no line of told a format. */
static const char *describe(struct str head, struct str first)
{
    const char *other = describe_magic(head);

    if (other)
        return other;
    if (first.len == 0)
        return memchr(head.p, '\0', head.len) ? "binary data" : "empty";
    if (first.p[0] == '[')
        return "a JSON array, not one object a line";
    if (first.p[0] == '{')
        return first.len == 1 ? "JSON over several lines, not one object a line"
                              : "JSON that is neither Zeek's nor Suricata's";
    if (memmem(first.p, first.len, "[**]", 4))
        return "Suricata's fast.log: eve.json is read instead";
    return memchr(head.p, '\0', head.len) ? "binary data" : "no log of Zeek or Suricata";
}

static enum format format_of_json(struct parser *p, struct str line)
{
    struct arena scratch = {0};
    bool zeek;

    if (eve_is_event(line))
        return FORMAT_EVE;
    zeek = need_zeek_json(p) && zeek_json_is_row(p->zeek_json, line, &scratch);
    arena_done(&scratch);
    return zeek ? FORMAT_ZEEK_JSON : FORMAT_UNKNOWN;
}

/* Rows without a '#' header are believed only where the log begins with them. */
static enum format format_of_line(struct parser *p, struct str line, bool first)
{
    struct str text = skip_blanks(line);

    if (text.p[0] == '#')
        return is_zeek_header(text) ? FORMAT_ZEEK_TSV : FORMAT_UNKNOWN;
    if (text.p[0] == '{')
        return format_of_json(p, text);
    if (first && (zeek_tsv_is_names(line) || zeek_tsv_guess(&p->tsv, line)))
        return FORMAT_ZEEK_TSV;
    return FORMAT_UNKNOWN;
}

static struct str drop_cr(struct str line)
{
    if (line.len > 0 && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Objects that stand in an array, or over several lines, are no lines of a log, even where one of
 * them happens to fit into one. */
static bool is_document(struct str first)
{
    struct str inner = first;

    if (first.p[0] != '[')
        return str_eq(first, STR("{"));
    inner.p++;
    inner.len--;
    inner = skip_blanks(inner);
    return inner.len == 0 || inner.p[0] == '{';
}

enum format parser_detect(struct parser *p, struct str head, const char *path, const char **why)
{
    struct str rest = skip_bom(head), first = STR_NONE;

    parser_reset(p);
    p->open_log = p->tsv.open_log = is_open_log(path);
    for (int i = 0; rest.p && i < DETECT_LINES_MAX && p->format == FORMAT_UNKNOWN;) {
        struct str line = skip_nuls(drop_cr(str_cut(&rest, '\n')));
        struct str text = str_trim(line);
        if (text.len == 0)
            continue;
        i++;
        if (first.len == 0 && text.p[0] != '#')
            first = text;
        if (first.p == text.p && is_document(first))
            break;
        p->format = format_of_line(p, line, first.len == 0 || first.p == text.p);
    }
    if (p->tsv.has_columns && p->format == FORMAT_ZEEK_TSV && p->open_log)
        p->tsv.log = ZEEK_OTHER;
    *why = p->format == FORMAT_UNKNOWN ? describe(head, first) : NULL;
    return p->format;
}

static enum parse ignore(struct parser *p, enum ignore why)
{
    p->ignored = why;
    return PARSE_IGNORED;
}

static enum parse finish(struct parser *p, enum reject reason)
{
    p->reason = reason;
    return reason == REJECT_NONE ? PARSE_RECORD : PARSE_REJECTED;
}

/* Takes a line of a header; true when it was one. */
static bool tsv_header_line(struct parser *p, struct str line)
{
    struct zeek_tsv *t = &p->tsv;
    struct str text = skip_blanks(line);

    if (text.p[0] == '#') {
        p->header_began = zeek_tsv_header(t, text);
        return true;
    }
    if (t->has_columns ? zeek_tsv_repeats(t, line) : zeek_tsv_is_names(line)) {
        zeek_tsv_names(t, line);
        p->header_began = true;
        return true;
    }
    t->in_header = false;
    return false;
}

static enum parse tsv_line(struct parser *p, struct str line, struct batch *batch)
{
    struct zeek_tsv *t = &p->tsv;
    enum ignore ignored = IGNORE_NONE;
    enum reject reason;

    if (tsv_header_line(p, line))
        return ignore(p, IGNORE_HEADER);
    if (!t->has_columns)
        return finish(p, REJECT_NO_HEADER);
    if (t->log == ZEEK_OTHER)
        return ignore(p, t->open_log ? IGNORE_OPEN_CONN : IGNORE_OTHER_LOG);
    reason = zeek_tsv_row(t, line, batch, &ignored);
    if (reason == REJECT_NONE && ignored != IGNORE_NONE)
        return ignore(p, ignored);
    return finish(p, reason);
}

static enum parse json_line_of(struct parser *p, struct str line, struct batch *batch)
{
    bool eve = p->format == FORMAT_EVE;
    enum ignore ignored = IGNORE_NONE;
    struct json *json = eve ? need_eve_json(p) : need_zeek_json(p);
    struct str text = skip_blanks(line);
    enum reject reason;

    if (!json)
        return finish(p, REJECT_NO_MEMORY);
    if (text.p[0] == '#')
        return ignore(p, IGNORE_HEADER);
    if (p->open_log)
        return ignore(p, IGNORE_OPEN_CONN);
    reason =
        eve ? eve_line(json, text, batch, &ignored) : zeek_json_line(json, text, batch, &ignored);
    if (reason == REJECT_NONE && ignored != IGNORE_NONE)
        return ignore(p, ignored);
    return finish(p, reason);
}

/* The line without what may stand around it, such as the byte order mark of a file that was put behind
 * another; empty when nothing is left. */
static struct str bare_line(struct str line)
{
    line = skip_bom(skip_nuls(drop_cr(line)));
    return str_trim(line).len == 0 ? STR_NONE : line;
}

enum parse parser_line(struct parser *p, struct str line, struct batch *batch)
{
    p->reason = REJECT_NONE;
    p->ignored = IGNORE_NONE;
    p->header_began = false;
    if (line.len > LINE_MAX_BYTES)
        return finish(p, REJECT_TOO_LONG);
    line = bare_line(line);
    if (line.len == 0)
        return ignore(p, IGNORE_HEADER);
    switch (p->format) {
    case FORMAT_ZEEK_TSV:
        return tsv_line(p, line, batch);
    case FORMAT_ZEEK_JSON:
    case FORMAT_EVE:
        return json_line_of(p, line, batch);
    default:
        return finish(p, REJECT_NO_HEADER);
    }
}

/* With a header in force that no bare line of names can change, only lines with '#' matter. */
void parser_skim(struct parser *p, struct str lines)
{
    bool settled = p->tsv.has_columns && !p->tsv.hashless && !memchr(lines.p, '#', lines.len);

    while (lines.len > 0) {
        struct str line = str_cut(&lines, '\n');
        bool row;
        if (line.len > LINE_MAX_BYTES)
            continue;
        line = bare_line(line);
        row = line.len > 0 && (p->format != FORMAT_ZEEK_TSV || !tsv_header_line(p, line));
        if (row && (settled || p->format != FORMAT_ZEEK_TSV))
            return;
    }
}

void parser_copy(struct parser *to, const struct parser *from)
{
    to->format = from->format;
    to->open_log = from->open_log;
    to->tsv = from->tsv;
}
