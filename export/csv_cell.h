/* Cells of comma-separated values, for alerts and for query results. */
#pragma once

#include "util/str.h"

#include <stdbool.h>

#define CSV_LINE_END "\r\n" /* RFC 4180 */

/* Adds one cell, in quotes where it needs them. Broken UTF-8 and control characters other than
 * tab, CR and LF are written as \xNN. spreadsheet_safe: an apostrophe goes before a cell that a
 * spreadsheet would take for a formula. */
void export_csv_cell(struct buf *out, struct str text, bool spreadsheet_safe);
