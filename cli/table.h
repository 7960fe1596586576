/* Readable tables and wrapped text for a terminal. Widths are in terminal cells: East Asian wide
 * characters take two, combining marks none. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Cells that text takes. text is well-formed UTF-8 without control characters (buf_add_visible). */
int text_width(struct str text);
/* Adds text, cut to `width` cells; what was cut ends in "…". */
void text_clip(struct buf *out, struct str text, int width);
/* Adds text broken into lines of at most `width` cells, each after the first indented by `indent`
 * spaces; breaks at spaces and between CJK characters, but not before what may not begin a line there
 * (full stops, closing brackets, small kana) nor after what may not end one. '\n' in the text is kept
 * as a break. */
void text_wrap(struct buf *out, struct str text, int indent, int width);

enum table_style { STYLE_NONE, STYLE_HIGH, STYLE_MEDIUM, STYLE_LOW, STYLE_DIM, STYLES };

struct table_cell {
    struct str text;        /* raw: made visible by the table; newlines too */
    enum table_style style; /* only shown in colour */
    bool right;             /* a number */
};

/* A table whose rows are kept until table_print(). */
struct table;

#define TABLE_COLUMNS_MAX    64
#define TABLE_COLUMN_MIN     8    /* cells that a column keeps when the table has to shrink */
#define TABLE_CELL_MAX_BYTES 4096 /* of one cell; more cannot be seen on any terminal */

/* NULL without memory. */
struct table *table_new(void);
void table_free(struct table *t);
/* The header; also fixes the number of columns. */
void table_header(struct table *t, int count, const char *const names[]);
void table_row(struct table *t, const struct table_cell cells[]);
size_t table_rows(const struct table *t);

struct table_look {
    int width; /* of the terminal; 0: as wide as the widest rows */
    bool color, header;
};
/* Adds header and rows to out and forgets the rows; the widths found with the first call hold for
 * later ones, so that a long table can be printed in stretches. False without memory. */
bool table_print(struct table *t, const struct table_look *look, struct buf *out);
/* SGR sequence that begins a style, "" for none; STYLE_END ends it. */
extern const char *const table_styles[STYLES];
#define STYLE_BOLD "\033[1m"
#define STYLE_END  "\033[0m"
