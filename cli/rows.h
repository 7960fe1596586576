/* Rows of named columns in any of the five formats: lists and query results. */
#pragma once

#include "cli/output.h"
#include "cli/table.h"

/* kind as store_ask() gives it: 'i' integer, 'r' real, 't' text, 'b' blob as hex, 'n' null. */
struct rows_cell {
    struct str text;
    char kind;
    enum table_style style;
};

struct rows;

/* NULL without memory. `out` must outlive the rows; header: whether csv, tsv and table have one. */
struct rows *rows_open(struct output *out, enum output_format format, bool header, int count,
    const char *const names[]);
/* False when writing has failed: output_close() tells why. */
bool rows_add(struct rows *rows, const struct rows_cell cells[]);
size_t rows_count(const struct rows *rows);
/* Writes what is left; an empty table has no header either. False without memory. */
bool rows_close(struct rows *rows, struct err *err);
void rows_free(struct rows *rows);
