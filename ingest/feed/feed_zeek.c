/* Zeek intel files: columns between tabs, named by a #fields line. */
#include "ingest/feed/feed_format.h"

enum column { INDICATOR, TYPE, SOURCE, DESCRIPTION, COLUMNS };

static const char *const column_names[COLUMNS] = {
    "indicator", "indicator_type", "meta.source", "meta.desc"};

/* Where each column stands, from 0; -1 for one that is not there. */
struct columns {
    int at[COLUMNS];
};

/* True for a #fields line that names what an intel file must have. */
static bool read_fields(struct str line, struct columns *columns)
{
    if (!str_eq(str_cut(&line, '\t'), STR("#fields")))
        return false;
    struct columns found = {{-1, -1, -1, -1}};
    for (int at = 0; line.p; at++) {
        struct str name = str_trim(str_cut(&line, '\t'));
        for (int i = 0; i < COLUMNS; i++)
            if (str_eq(name, str_of(column_names[i])))
                found.at[i] = at;
    }
    if (found.at[INDICATOR] < 0 || found.at[TYPE] < 0)
        return false;
    *columns = found;
    return true;
}

/* The header may stand below comments, not below data. */
static bool fits(struct str text)
{
    struct columns columns;
    while (text.p) {
        struct str line = str_trim(str_cut(&text, '\n'));
        if (read_fields(line, &columns))
            return true;
        if (line.len > 0 && *line.p != '#')
            return false;
    }
    return false;
}

/* Empty for a value that is unset or a column that is not there. */
static struct str cell(struct str line, int at)
{
    for (int i = 0; i < at && line.p; i++)
        str_cut(&line, '\t');
    if (at < 0 || !line.p)
        return STR_NONE;
    struct str found = str_trim(str_cut(&line, '\t'));
    return str_eq(found, STR("-")) || str_eq(found, STR("(empty)")) ? STR_NONE : found;
}

static void add(struct feed_reading *r, struct indicator *found, struct str source, struct str desc)
{
    struct buf note = {0};
    buf_add(&note, source);
    if (source.len > 0 && desc.len > 0)
        buf_puts(&note, ": ");
    buf_add(&note, desc);
    found->note = buf_str(&note);
    feed_add(r, found);
    buf_done(&note);
}

static bool has_colons(struct str s)
{
    for (size_t i = 0; i + 1 < s.len; i++)
        if (s.p[i] == ':' && s.p[i + 1] == ':')
            return true;
    return false;
}

/* PRINT_KINDS: another type. JA3 is the type of the package that writes it into the log. */
static enum print_kind print_kind_of(struct str type)
{
    if (str_eq(type, STR("Intel::JA3")))
        return PRINT_JA3;
    return str_eq(type, STR("Intel::CERT_HASH")) ? PRINT_CERTIFICATE : PRINT_KINDS;
}

static void read_row(struct feed_reading *r, struct str line, const struct columns *columns)
{
    struct str indicator = cell(line, columns->at[INDICATOR]);
    struct str type = cell(line, columns->at[TYPE]);
    struct indicator found;
    char print[PRINT_TEXT_SIZE];
    enum print_kind kind = print_kind_of(type);
    bool domain = str_eq(type, STR("Intel::DOMAIN"));
    if (indicator.len == 0)
        feed_reject(r, "no indicator");
    else if (!has_colons(type))
        feed_reject(r, "no indicator type, such as Intel::ADDR");
    else if (kind != PRINT_KINDS && feed_parse_print(kind, indicator, print, &found))
        add(r, &found, cell(line, columns->at[SOURCE]), cell(line, columns->at[DESCRIPTION]));
    else if (kind != PRINT_KINDS)
        feed_reject(r, "no fingerprint");
    else if (!domain && !str_eq(type, STR("Intel::ADDR")) && !str_eq(type, STR("Intel::SUBNET")))
        feed_skip(r, type);
    else if (!feed_parse_target(indicator, &found) || domain != (found.kind == INDICATOR_DOMAIN))
        feed_reject(r, domain ? "no domain name" : "no address or network");
    else
        add(r, &found, cell(line, columns->at[SOURCE]), cell(line, columns->at[DESCRIPTION]));
}

static void read_table(struct feed_reading *r, struct str text)
{
    struct str line;
    struct columns columns = {{-1, -1, -1, -1}};
    while (feed_next_line(r, &text, &line)) {
        if (line.len > 0 && *line.p == '#')
            read_fields(line, &columns);
        else if (line.len > 0)
            read_row(r, line, &columns);
    }
}

const struct feed_format feed_zeek_intel = {"zeek-intel", fits, read_table};
