/* Flows that no fact will ever come of, or none if they come from outside, are marked when they are
 * put, so that the pass over new records need not look at them: most of ordinary traffic is answered
 * both ways and no login, and most of what comes from outside is refused. */
#pragma once

#include "correlate/catalog.h"
#include "store/store.h"

struct dull;

/* Marks what is put into the store from now on, by this catalogue's login services. The result must
 * live until the store is closed or dull_free() was called on it. NULL on failure. When earlier
 * flows were marked by other services, the next correlation looks at everything again. */
struct dull *dull_watch(struct store *s, const struct catalog *catalog, struct err *err);
/* Stops marking. */
void dull_free(struct dull *dull);
