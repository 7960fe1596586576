/* Readable tables for a terminal. Widths are in terminal cells, as in cli/text.h. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stddef.h>

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
