/* Rows taken out of a statement all at once: a statement SELECT row_of(a, b, …) hands over its values to
 * C, which costs a fraction of asking for column after column. Only for store/. */
#pragma once

#include "util/str.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value of a row; of texts the place in the rows' text, and the length. */
struct cell {
    int64_t value;
    uint32_t len;
    enum { CELL_NULL, CELL_NUMBER, CELL_TEXT } kind;
};

struct cells {
    size_t max_rows; /* set by the owner */
    size_t rows;
    int columns;
    struct cell *items; /* rows times columns; room for max_rows */
    struct buf texts;
};

/* Forgets the rows. */
void cells_clear(struct cells *cells);
void cells_done(struct cells *cells);
static inline const struct cell *cells_row(const struct cells *cells, size_t row)
{
    return &cells->items[row * (size_t)cells->columns];
}

/* Makes row_of() known to a connection; *into is what its rows go to at the time. False with SQLite's
 * failure. */
bool cells_define(sqlite3 *db, struct cells **into);
