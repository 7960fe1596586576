/* MISP attributes as CSV, as its export and its feeds have them. */
#include "ingest/feed/feed_csv.h"
#include "ingest/feed/feed_misp.h"

enum column { TYPE, VALUE, TO_IDS, CATEGORY, COMMENT, COLUMNS };
static const char *const names[COLUMNS] = {"type", "value", "to_ids", "category", "comment"};

/* The names stand in the first row. The caller frees csv. */
static bool find_columns(struct feed_csv *csv, int *at)
{
    return feed_csv_next(csv) && feed_csv_find_columns(csv, names, COLUMNS, at) && at[TYPE] >= 0 &&
           at[VALUE] >= 0 && at[TO_IDS] >= 0;
}

static bool fits(struct str text)
{
    struct feed_csv csv = {.rest = text};
    int at[COLUMNS];
    bool found = find_columns(&csv, at);
    feed_csv_done(&csv);
    return found;
}

static void read_row(struct feed_reading *r, const struct feed_csv *csv, const int *at)
{
    if (csv->broken) {
        feed_reject(r, "its quotes do not fit");
        return;
    }
    feed_misp_attribute(r,
        &(struct misp_attribute){
            .type = feed_csv_cell(csv, at[TYPE]),
            .value = feed_csv_cell(csv, at[VALUE]),
            .to_ids = feed_csv_cell(csv, at[TO_IDS]),
            .category = feed_csv_cell(csv, at[CATEGORY]),
            .comment = feed_csv_cell(csv, at[COMMENT]),
        },
        STR(""));
}

static void read_table(struct feed_reading *r, struct str text)
{
    struct feed_csv csv = {.rest = text};
    int at[COLUMNS];
    if (find_columns(&csv, at))
        while (!r->failed && feed_csv_next(&csv)) {
            r->line = csv.line;
            if (!csv.comment)
                read_row(r, &csv, at);
        }
    feed_csv_done(&csv);
}

const struct feed_format feed_misp_csv = {"misp-csv", fits, read_table};
