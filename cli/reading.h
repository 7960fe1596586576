/* Reading logs with everything people see of it: shared by `run` and `ingest`. */
#pragma once

#include "cli/cli.h"
#include "ingest/ingest.h"

#define READING_FOREIGN_SHOWN 10 /* files left alone that are named without -v */

/* Opens the database to read the paths into. One that is not there yet is made only where any of the
 * paths can be read; otherwise an empty one in memory serves for saying so. */
bool reading_store(struct cli *cli, char *const paths[], size_t count, bool home, struct err *err);
/* Reads the paths into the open store. A path that fails is named, counts for the exit status and
 * does not make this false. name_foreign: name files that are no logs of ours. */
bool reading_paths(struct cli *cli, char *const paths[], size_t count, bool name_foreign,
    struct ingest_totals *totals, struct err *err);
/* What became of the lines, on standard error. */
void reading_summary(const struct cli *cli, const struct ingest_totals *totals);
