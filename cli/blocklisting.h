/* `tocsin export --format blocklist`: the list, what is left out of it, and what changes. */
#pragma once

#include "cli/cli.h"
#include "export/blocklist.h"

/* --ttl and --max where they are not given. */
#define BLOCKLISTING_TTL_US TIME_US_DAY
#define BLOCKLISTING_MAX    10000

/* Everything about it but the format: whether its options are in order, too. */
bool blocklisting_run(struct cli *cli, const struct blocklist_format *format, struct err *err);
