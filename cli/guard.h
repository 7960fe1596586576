/* An output never takes the place of what it is made from. */
#pragma once

#include "cli/cli.h"

/* ERR_USAGE when `path` is the database or goes with it, a file of the configuration, or an input
 * named for this run. */
bool guard_files(const struct cli *cli, const char *path, struct err *err);
/* The same for the logs that the open database was read from. */
bool guard_logs(const struct cli *cli, const char *path, struct err *err);
/* guard_files() for each [export NAME], ERR_CONFIG with its place. */
bool guard_exports(const struct cli *cli, struct err *err);
