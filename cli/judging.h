/* Correlation with what people see of it: shared by `run` and `correlate`. */
#pragma once

#include "cli/cli.h"
#include "correlate/correlate.h"

/* Brings the alerts up to date. *before: number of the last change of any alert before it. Counts
 * --fail-on for the exit status. */
bool judging_run(
    struct cli *cli, struct correlate_totals *totals, int64_t *before, struct err *err);
/* Lists on standard output what is new or changed since `before`. */
bool judging_list(struct cli *cli, int64_t before, struct err *err);
/* The same, then says on standard error how many there are and what to type next. */
bool judging_report(
    struct cli *cli, const struct correlate_totals *totals, int64_t before, struct err *err);
