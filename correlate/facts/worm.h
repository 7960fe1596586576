/* What the query `worm` looks at besides failed probes: names that do not exist, and peers by UDP. They
 * are no facts of their own, since only addresses that sweep a port are asked about: of these they are
 * read again from the records of the time. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "store/store.h"

/* Fills the temporary tables worm_span, worm_name and worm_peer for the rows of `touched` that reach the
 * tier's floor of targets, and remembers these addresses: new names and flows of theirs are reason to
 * look again. */
bool worm_prepare(struct store *s, const struct tier *tier, struct err *err);

/* Adds the names that addresses so remembered asked for in vain to the temporary table changed_probe:
 * of the rows of `lookup` after `after`, up to `upto`. */
bool worm_note_names(struct store *s, int64_t after, int64_t upto, struct err *err);
