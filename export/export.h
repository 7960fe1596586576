/* Alerts as text: one file per format behind one struct. Writes; never queries. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

#include <stdbool.h>

struct exporter {
    const char *name, *summary; /* "jsonl", one line of help */
    void (*begin)(struct buf *out, enum lang lang); /* NULL: nothing stands before the alerts */
    void (*alert)(struct buf *out, const struct alert *alert, enum lang lang);
    void (*end)(struct buf *out, enum lang lang); /* NULL */
};

extern const struct exporter export_jsonl, export_csv;
extern const struct exporter *const exporters[]; /* NULL-ended */
const struct exporter *export_find(const char *name);
