/* Pages are laid out by terminal cells; what came from a log is made visible. */
#include "cli/page.h"

#include "cli/table.h"
#include "cli/text.h"
#include "cli/words.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <stdio.h>

#define VALUE_MIN 20 /* cells that a value gets, however long its label */

struct page page_new(struct buf *out, enum lang lang, int terminal_width, bool color)
{
    int width =
        terminal_width == 0 || terminal_width > PAGE_WIDTH_MAX ? PAGE_WIDTH_MAX : terminal_width;
    return (struct page){out, lang, width, terminal_width, color};
}

void page_heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s%s%s\n", p->color ? STYLE_BOLD : "", text, p->color ? STYLE_END : "");
}

void page_title(const struct page *p, const char *text)
{
    buf_puts(p->out, p->color ? STYLE_BOLD : "");
    page_paragraph(p, 0, str_of(text));
    buf_printf(p->out, "%s\n", p->color ? STYLE_END : "");
}

void page_paragraph(const struct page *p, int indent, struct str text)
{
    while (text.p) {
        struct str line = str_cut(&text, '\n');
        struct buf visible = {0};
        buf_add_visible(&visible, line);
        buf_printf(p->out, "%*s", indent, "");
        text_wrap(p->out, buf_str(&visible), indent, p->width - indent);
        buf_addc(p->out, '\n');
        p->out->failed |= visible.failed;
        buf_done(&visible);
    }
}

void page_row(const struct page *p, const char *label, int label_width, const char *value)
{
    struct buf name = {0}, text = {0};
    int column = PAGE_INDENT + label_width + 2, left = p->width - column;
    buf_add_visible(&name, str_of(label));
    buf_add_visible(&text, str_of(value));
    buf_printf(p->out, "%*s", PAGE_INDENT, "");
    buf_add(p->out, buf_str(&name));
    buf_printf(p->out, "%*s", column - PAGE_INDENT - text_width(buf_str(&name)), "");
    text_wrap(p->out, buf_str(&text), column, left > VALUE_MIN ? left : VALUE_MIN);
    buf_addc(p->out, '\n');
    p->out->failed |= name.failed || text.failed;
    buf_done(&name);
    buf_done(&text);
}

/* ------------------------------------------------------------------ evidence */

#define EVIDENCE_COLUMNS 9

static void end_of(char text[80], const char *address, int port)
{
    bool brackets = strchr(address, ':');
    snprintf(text, 80, "%s%s%s:%d", brackets ? "[" : "", address, brackets ? "]" : "", port);
}

static void add_record(
    const struct page *p, struct table *table, const struct alert_evidence *e, int columns)
{
    char time[TIME_TEXT_SIZE], from[80], to[80], protocol[16], community[COMMUNITY_ID_SIZE] = "";
    time_format_s(e->t_us, time);
    end_of(from, e->source, e->source_port);
    end_of(to, e->destination, e->destination_port);
    if (columns == EVIDENCE_COLUMNS && !export_community_id(e, community))
        community[0] = '\0';
    const char *cells[EVIDENCE_COLUMNS] = {time, from, to, export_protocol(e->proto, protocol),
        e->service ? e->service : "", word_in(p->lang, e->what), e->sensor, e->uid ? e->uid : "",
        community};
    struct table_cell row_cells[EVIDENCE_COLUMNS];
    for (int i = 0; i < columns; i++)
        row_cells[i] = (struct table_cell){.text = str_of(cells[i])};
    table_row(table, row_cells);
}

void page_evidence(const struct page *p, const struct alert *alert, bool community)
{
    const char *names[EVIDENCE_COLUMNS] = {
        "TIME", "FROM", "TO", "PROTO", "SERVICE", "WHAT", "SENSOR", "UID", "COMMUNITY ID"};
    int columns = community ? EVIDENCE_COLUMNS : EVIDENCE_COLUMNS - 1;
    for (int i = 0; i < columns; i++)
        names[i] = word_in(p->lang, names[i]);
    struct table *table = table_new();
    if (!table) {
        p->out->failed = true;
        return;
    }
    table_header(table, columns, names);
    for (int i = 0; i < alert->evidence_count; i++)
        add_record(p, table, &alert->evidence[i], columns);
    const struct table_look look = {p->terminal_width, p->color, true};
    if (!table_print(table, &look, p->out))
        p->out->failed = true;
    table_free(table);
}
