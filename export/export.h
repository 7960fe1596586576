/* Alerts as text: one file per format behind one struct. Writes; never queries. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

#include <stdbool.h>

struct export_options {
    enum lang lang;
    bool spreadsheet_safe; /* csv: no cell may act as a formula */
};

struct exporter {
    const char *name, *summary; /* "jsonl", one line of help */
    /* NULL: nothing stands before the alerts, or behind them. */
    void (*begin)(struct buf *out, const struct export_options *options);
    void (*alert)(struct buf *out, const struct alert *alert, const struct export_options *options);
    void (*end)(struct buf *out, const struct export_options *options);
    bool evidence; /* wants alert.evidence filled */
};

extern const struct exporter export_jsonl, export_csv;
extern const struct exporter *const exporters[]; /* NULL-ended */
const struct exporter *export_find(const char *name);
