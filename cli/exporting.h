/* Alerts to a stream or appended to the files of the configuration. */
#pragma once

#include "cli/cli.h"
#include "export/export.h"
#include "store/alert.h"

/* Writes the alerts that pass the filter; *count says how many. */
bool exporting_stream(struct cli *cli, const struct exporter *exporter,
    const struct alert_filter *filter, struct output *out, int64_t *count, struct err *err);

/* `[export NAME]` of the configuration: appends each alert that is new or changed since the last
 * time to its file. A file that fails is named, counts for the exit status, and is tried again by
 * the next run; it does not make this false. */
bool exporting_configured(struct cli *cli, struct err *err);

/* How far an export has got: a number of store_alert_change() under "export.NAME". */
bool exporting_mark(struct cli *cli, const char *name, int64_t *number, struct err *err);
bool exporting_set_mark(struct cli *cli, const char *name, int64_t number, struct err *err);
