/* How many of our machines deal with what a feed names. What most of them deal with is no threat but a
 * mistake in the feed: it is kept and told, and no alert comes of it. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "store/store.h"

/* Notes who deals with what, out of the contacts in the table new_contact; in their transaction. */
bool reach_note(struct store *s, struct err *err);

/* Brings the table `widespread` up to date by the guards of the catalogue, and adds to changed_contact
 * what must be judged anew by it. Adds to *changed how many indicators are believed now that were not,
 * or the other way round. Between facts_update() and the first judge_type(). */
bool reach_update(
    struct store *s, const struct catalog *catalog, int64_t *changed, struct err *err);
