/* Small tables without a standard: an address, network or domain in the first of a few columns, and
 * words about it behind. */
#include "ingest/feed/feed_csv.h"

#define ROWS_TO_JUDGE 200
#define COLUMNS_MAX   4 /* a table with more is about something else */

static bool is_as_number(struct str s)
{
    uint64_t number;
    return s.len > 2 && str_starts(s, STR("AS")) &&
           str_u64((struct str){s.p + 2, s.len - 2}, &number);
}

static bool is_entry(const struct feed_csv *csv)
{
    struct indicator found;
    return csv->count > 1 && csv->count <= COLUMNS_MAX &&
           (feed_parse_target(csv->cells[0], &found) || is_as_number(csv->cells[0]));
}

/* Nine of ten rows must be entries, column names above them aside. */
static bool fits(struct str text)
{
    struct feed_csv csv = {.rest = text};
    int rows = 0, entries = 0;
    bool first = true;
    for (int i = 0; i < ROWS_TO_JUDGE && feed_csv_next(&csv); i++) {
        if (csv.comment)
            continue;
        rows += !first || is_entry(&csv);
        entries += is_entry(&csv);
        first = false;
    }
    feed_csv_done(&csv);
    return entries > 0 && entries * 10 >= rows * 9;
}

static void read_row(struct feed_reading *r, const struct feed_csv *csv)
{
    struct indicator found;
    struct buf note = {0};
    if (is_as_number(csv->cells[0])) {
        feed_skip(r, STR("AS number"));
        return;
    }
    if (!feed_parse_target(csv->cells[0], &found)) {
        feed_reject(r, "no address, network or domain name in its first column");
        return;
    }
    for (size_t i = 1; i < csv->count; i++)
        if (csv->cells[i].len > 0) {
            buf_puts(&note, note.len > 0 ? ", " : "");
            buf_add(&note, csv->cells[i]);
        }
    found.note = buf_str(&note);
    feed_add(r, &found);
    buf_done(&note);
}

static void read_table(struct feed_reading *r, struct str text)
{
    struct feed_csv csv = {.rest = text};
    bool first = true;
    while (!r->failed && feed_csv_next(&csv)) {
        r->line = csv.line;
        if (csv.comment)
            continue;
        if (csv.broken || csv.count == 0)
            feed_reject(r, "its quotes do not fit");
        else if (!first || is_entry(&csv))
            read_row(r, &csv);
        first = false;
    }
    feed_csv_done(&csv);
}

const struct feed_format feed_columns = {"csv", fits, read_table};
