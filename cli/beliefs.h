/* Says which feeds are not believed. */
#pragma once

#include "cli/cli.h"

/* One warning for each feed or indicator that too many of our machines deal with. */
bool beliefs_tell(const struct cli *cli, struct err *err);
