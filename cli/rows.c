/* One writer of rows for table, json, jsonl, csv and tsv. */
#include "cli/rows.h"

#include "export/csv_cell.h"

#include <stdlib.h>

/* The widths of a table are found on so many rows; then it is printed in stretches of as many. */
#define ROWS_STRETCH 1000

struct rows {
    struct output *out;
    enum output_format format;
    bool header, failed;
    int count;
    char **names;
    size_t added;
    struct table *table;
    struct buf text;
};

static void flush_text(struct rows *rows)
{
    rows->failed |= rows->text.failed;
    output_write(rows->out, buf_str(&rows->text));
    buf_clear(&rows->text);
}

static void flush_table(struct rows *rows)
{
    struct table_look look = {rows->out->width, rows->out->color, rows->header};
    if (!table_print(rows->table, &look, &rows->text))
        rows->failed = true;
    flush_text(rows);
}

static void header_line(struct rows *rows)
{
    for (int i = 0; i < rows->count; i++) {
        struct str name = str_of(rows->names[i]);
        if (rows->format == FORMAT_CSV) {
            buf_puts(&rows->text, i > 0 ? "," : "");
            export_csv_cell(&rows->text, name, true);
        } else {
            buf_puts(&rows->text, i > 0 ? "\t" : "");
            buf_add_visible(&rows->text, name);
        }
    }
    buf_puts(&rows->text, rows->format == FORMAT_CSV ? CSV_LINE_END : "\n");
}

static bool copy_names(struct rows *rows, const char *const names[])
{
    rows->names = calloc((size_t)rows->count + 1, sizeof *rows->names);
    for (int i = 0; rows->names && i < rows->count; i++) {
        rows->names[i] = str_dup(str_of(names[i]));
        if (!rows->names[i])
            return false;
    }
    return rows->names;
}

struct rows *rows_open(struct output *out, enum output_format format, bool header, int count,
    const char *const names[])
{
    struct rows *rows = calloc(1, sizeof *rows);
    if (!rows)
        return NULL;
    *rows = (struct rows){.out = out, .format = format, .header = header, .count = count};
    if (format == FORMAT_TABLE)
        rows->table = table_new();
    if (!copy_names(rows, names) || (format == FORMAT_TABLE && !rows->table)) {
        rows_free(rows);
        return NULL;
    }
    if (rows->table)
        table_header(rows->table, count, names);
    else if (header && (format == FORMAT_CSV || format == FORMAT_TSV))
        header_line(rows);
    return rows;
}

/* True when text is a number as JSON writes it; SQL's infinities are not. */
static bool is_json_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!text.p[i] || !strchr("0123456789+-.eE", text.p[i]))
            return false;
    }
    return text.len > 0;
}

static void add_json_value(struct buf *out, const struct rows_cell *cell)
{
    if (cell->kind == 'n')
        buf_puts(out, "null");
    else if ((cell->kind == 'i' || cell->kind == 'r') && is_json_number(cell->text))
        buf_add(out, cell->text);
    else
        buf_add_json(out, cell->text);
}

static void add_object(struct rows *rows, const struct rows_cell cells[])
{
    struct buf *out = &rows->text;
    if (rows->format == FORMAT_JSON)
        buf_puts(out, rows->added == 0 ? "[\n" : ",\n");
    for (int i = 0; i < rows->count; i++) {
        buf_puts(out, i > 0 ? "," : "{");
        buf_add_json(out, str_of(rows->names[i]));
        buf_addc(out, ':');
        add_json_value(out, &cells[i]);
    }
    buf_puts(out, rows->format == FORMAT_JSON ? "}" : "}\n");
}

static void add_csv(struct rows *rows, const struct rows_cell cells[])
{
    for (int i = 0; i < rows->count; i++) {
        bool text = cells[i].kind == 't';
        buf_puts(&rows->text, i > 0 ? "," : "");
        export_csv_cell(&rows->text, cells[i].text, text);
    }
    buf_puts(&rows->text, CSV_LINE_END);
}

static void add_tsv(struct rows *rows, const struct rows_cell cells[])
{
    for (int i = 0; i < rows->count; i++) {
        buf_puts(&rows->text, i > 0 ? "\t" : "");
        buf_add_visible(&rows->text, cells[i].text);
    }
    buf_addc(&rows->text, '\n');
}

static void add_table(struct rows *rows, const struct rows_cell cells[])
{
    struct table_cell line[TABLE_COLUMNS_MAX];
    for (int i = 0; i < rows->count && i < TABLE_COLUMNS_MAX; i++)
        line[i] = (struct table_cell){.text = cells[i].text,
            .style = cells[i].style,
            .right = cells[i].kind == 'i' || cells[i].kind == 'r'};
    table_row(rows->table, line);
    if (table_rows(rows->table) >= ROWS_STRETCH)
        flush_table(rows);
}

bool rows_add(struct rows *rows, const struct rows_cell cells[])
{
    switch (rows->format) {
    case FORMAT_TABLE:
        add_table(rows, cells);
        break;
    case FORMAT_CSV:
        add_csv(rows, cells);
        break;
    case FORMAT_JSON:
    case FORMAT_JSONL:
        add_object(rows, cells);
        break;
    default:
        add_tsv(rows, cells);
    }
    rows->added++;
    if (!rows->table)
        flush_text(rows);
    return !rows->failed && rows->out->failed == 0;
}

size_t rows_count(const struct rows *rows)
{
    return rows->added;
}

bool rows_close(struct rows *rows, struct err *err)
{
    if (rows->table && rows->added > 0)
        flush_table(rows);
    if (rows->format == FORMAT_JSON)
        buf_puts(&rows->text, rows->added == 0 ? "[]\n" : "\n]\n");
    flush_text(rows);
    return !rows->failed || err_nomem(err);
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    for (int i = 0; rows->names && i < rows->count; i++)
        free(rows->names[i]);
    free(rows->names);
    table_free(rows->table);
    buf_done(&rows->text);
    free(rows);
}
