/* Alerts as rows: the columns that `alerts list` and `run` show, and the JSON in their place. */
#pragma once

#include "cli/output.h"
#include "store/alert.h"

struct rows;

struct alert_list {
    struct output *out;
    enum output_format format;
    enum lang lang;
    struct rows *rows; /* NULL for json and jsonl, which have the shape of export/alert-json.md */
    int64_t count;
    unsigned columns; /* bits: which of the columns are shown */
};

bool alert_list_open(struct alert_list *list, struct output *out, enum output_format format,
    bool header, enum lang lang, struct err *err);
/* False when writing has failed: output_close() tells why. */
bool alert_list_add(struct alert_list *list, const struct alert *alert);
bool alert_list_close(struct alert_list *list, struct err *err);
