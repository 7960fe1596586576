/* Comma-separated values as feeds have them: comments, quotes, blanks behind commas, CRLF. */
#pragma once

#include "ingest/feed/feed_format.h"

#define FEED_CSV_MAX_COLUMNS 32
#define FEED_CSV_MAX_QUOTED  8192 /* bytes of a cell in quotes, which may hold line ends */

/* One text while its rows are read. Zero-initialise but for rest. */
struct feed_csv {
    struct str rest;
    int64_t line, next_line; /* of the row just read, and of the one behind it; from 1 */
    bool comment;            /* it begins with '#', which its first cell lacks */
    bool broken;             /* its quotes do not fit: its cells mean nothing */
    struct str cells[FEED_CSV_MAX_COLUMNS]; /* trimmed, without quotes; valid until the next row */
    size_t count;                           /* further columns are not kept */
    struct buf unquoted;                    /* the cells in which a quote was doubled */
};

/* The next row that is not blank; false at the end. */
bool feed_csv_next(struct feed_csv *csv);
void feed_csv_done(struct feed_csv *csv);

/* Where the row has cells of these names, in any letter case: columns[i] is that of names[i], -1 for
 * none. False without any. */
bool feed_csv_find_columns(
    const struct feed_csv *csv, const char *const *names, size_t count, int *columns);
/* Empty for a column that is not there. */
struct str feed_csv_cell(const struct feed_csv *csv, int column);
