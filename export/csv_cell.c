/* RFC 4180 quoting, and what keeps a host name from becoming a formula. */
#include "export/csv_cell.h"

/* What a spreadsheet takes for the start of a formula; the wide forms by Japanese input. */
static const struct str formula_starts[] = {STR("="), STR("+"), STR("-"), STR("@"), STR("\t"),
    STR("\r"), STR("＝"), STR("＋"), STR("－"), STR("＠")};

static bool looks_like_formula(struct str text)
{
    for (size_t i = 0; i < sizeof formula_starts / sizeof *formula_starts; i++) {
        if (str_starts(text, formula_starts[i]))
            return true;
    }
    return false;
}

static bool needs_quotes(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr(",\"\r\n\t", text.p[i]) && text.p[i])
            return true;
    }
    return text.len > 0 && (text.p[0] == ' ' || text.p[text.len - 1] == ' ');
}

/* Adds the longest run without a character that CSV treats in its own way, then that one. */
static void add_quoted(struct buf *out, struct str text)
{
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool special = i < text.len && text.p[i] && strchr("\"\r\n\t", text.p[i]);
        if (i < text.len && !special)
            continue;
        buf_add_visible(out, (struct str){text.p + from, i - from});
        from = i + 1;
        if (!special)
            break;
        if (text.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.p[i]);
    }
}

void export_csv_cell(struct buf *out, struct str text, bool spreadsheet_safe)
{
    bool quotes = needs_quotes(text);
    if (quotes)
        buf_addc(out, '"');
    if (spreadsheet_safe && looks_like_formula(text))
        buf_addc(out, '\'');
    if (text.len > 0)
        add_quoted(out, text);
    if (quotes)
        buf_addc(out, '"');
}
