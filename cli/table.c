/* Tables laid out by terminal cells. */
#include "cli/table.h"

#include "cli/text.h"

#include <stdlib.h>

const char *const table_styles[STYLES] = {"", "\033[1;31m", "\033[33m", "\033[36m", "\033[2m"};

struct cell {
    size_t at, len; /* in table.text */
    enum table_style style;
    bool right;
};

struct table {
    int columns;
    char *names[TABLE_COLUMNS_MAX];
    int widths[TABLE_COLUMNS_MAX]; /* as printed; found by the first table_print() */
    bool right[TABLE_COLUMNS_MAX];
    bool laid_out, failed;
    struct buf text;
    struct cell *cells;
    size_t rows, cap; /* cap in cells */
};

struct table *table_new(void)
{
    return calloc(1, sizeof(struct table));
}

void table_free(struct table *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->columns; i++)
        free(t->names[i]);
    buf_done(&t->text);
    free(t->cells);
    free(t);
}

void table_header(struct table *t, int count, const char *const names[])
{
    t->columns = count < TABLE_COLUMNS_MAX ? count : TABLE_COLUMNS_MAX;
    for (int i = 0; i < t->columns; i++) {
        struct buf name = {0};
        buf_add_visible(&name, str_of(names[i]));
        buf_addc(&name, '\0');
        t->failed |= name.failed;
        t->names[i] = name.text;
    }
}

static bool grow(struct table *t)
{
    size_t need = (t->rows + 1) * (size_t)t->columns;
    if (need <= t->cap)
        return true;
    size_t cap = need * 2;
    struct cell *cells = realloc(t->cells, cap * sizeof *cells);
    if (!cells)
        return false;
    t->cells = cells;
    t->cap = cap;
    return true;
}

void table_row(struct table *t, const struct table_cell cells[])
{
    if (t->failed || !grow(t)) {
        t->failed = true;
        return;
    }
    struct cell *row = t->cells + t->rows * (size_t)t->columns;
    for (int i = 0; i < t->columns; i++) {
        struct str text = cells[i].text;
        if (text.len > TABLE_CELL_MAX_BYTES)
            text.len = TABLE_CELL_MAX_BYTES;
        row[i] = (struct cell){.at = t->text.len, .style = cells[i].style, .right = cells[i].right};
        buf_add_visible(&t->text, text);
        row[i].len = t->text.len - row[i].at;
    }
    t->rows++;
}

size_t table_rows(const struct table *t)
{
    return t->rows;
}

static struct str cell_text(const struct table *t, const struct cell *cell)
{
    return (struct str){t->text.text + cell->at, cell->len};
}

/* Takes cells from the widest column, again and again, until the rest fits. */
static void shrink(struct table *t, int width)
{
    int total = 2 * (t->columns - 1);
    for (int i = 0; i < t->columns; i++)
        total += t->widths[i];
    while (total > width) {
        int widest = 0;
        for (int i = 1; i < t->columns; i++) {
            if (t->widths[i] > t->widths[widest])
                widest = i;
        }
        if (t->widths[widest] <= TABLE_COLUMN_MIN)
            return;
        t->widths[widest]--;
        total--;
    }
}

static void lay_out(struct table *t, int width)
{
    for (int i = 0; i < t->columns; i++) {
        t->widths[i] = text_width(str_of(t->names[i]));
        t->right[i] = t->rows > 0 && t->cells[i].right;
        for (size_t row = 0; row < t->rows; row++) {
            int cells = text_width(cell_text(t, &t->cells[row * (size_t)t->columns + (size_t)i]));
            if (cells > t->widths[i])
                t->widths[i] = cells;
        }
    }
    if (width > 0)
        shrink(t, width);
    t->laid_out = true;
}

static void print_cell(struct buf *out, struct str text, int width, bool right, const char *style)
{
    struct buf clipped = {0};
    text_clip(&clipped, text, width);
    int blank = width - text_width(buf_str(&clipped));
    buf_printf(out, "%*s", right ? blank : 0, "");
    if (*style && clipped.len > 0)
        buf_printf(out, "%s%s%s", style, clipped.text, STYLE_END);
    else
        buf_add(out, buf_str(&clipped));
    buf_printf(out, "%*s", right ? 2 : blank + 2, "");
    out->failed |= clipped.failed;
    buf_done(&clipped);
}

/* Lines have no blanks at their end. */
static void end_line(struct buf *out)
{
    while (!out->failed && out->len > 0 && out->text[out->len - 1] == ' ')
        out->len--;
    buf_addc(out, '\n');
}

bool table_print(struct table *t, const struct table_look *look, struct buf *out)
{
    if (t->failed || t->text.failed)
        return false;
    bool first = !t->laid_out;
    if (first)
        lay_out(t, look->width);
    for (int i = 0; first && look->header && i < t->columns; i++)
        print_cell(
            out, str_of(t->names[i]), t->widths[i], t->right[i], look->color ? STYLE_BOLD : "");
    if (first && look->header)
        end_line(out);
    for (size_t row = 0; row < t->rows; row++) {
        for (int i = 0; i < t->columns; i++) {
            const struct cell *cell = &t->cells[row * (size_t)t->columns + (size_t)i];
            print_cell(out, cell_text(t, cell), t->widths[i], cell->right,
                look->color ? table_styles[cell->style] : "");
        }
        end_line(out);
    }
    t->rows = 0;
    buf_clear(&t->text);
    return !out->failed;
}
