/* Flows that no fact will ever come of are marked when they are put, so that the pass over new records
 * need not look at them: most of ordinary traffic is answered both ways and no login, and most of what
 * comes from outside is refused. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "store/store.h"

struct dull;

/* Marks what is put into the store from now on, by this catalogue's login services and these home
 * networks; holds on to them. The result must live until the store is closed or dull_free() was called on it. NULL on
 * failure. */
struct dull *dull_watch(struct store *s, const struct catalog *catalog,
    const struct inventory *inventory, struct err *err);
/* Stops marking. */
void dull_free(struct dull *dull);

/* Flows behind *row bear the marks of these services and home networks; INT64_MAX: none does. */
bool dull_marked_after(struct store *s, const struct catalog *catalog,
    const struct inventory *inventory, int64_t *row, struct err *err);
