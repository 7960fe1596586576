/* Which networks are ours, over several runs on one database. */
#pragma once

#include "cli/cli.h"
#include "correlate/correlate.h"

/* Once the database is open. Where neither --home nor the configuration names the home networks,
 * those that were last named for this database are taken; a writing command remembers what was
 * named. told: the command looks at the networks, so a note says which they are unless a person
 * named them just now. */
bool home_settle(struct cli *cli, enum store_mode mode, bool told, struct err *err);

/* After a correlation run: says what made it judge all records again, where alerts ended by that. */
bool home_judged(struct cli *cli, const struct correlate_totals *totals, struct err *err);
