/* Who logs in as often as he fails is at work, not guessing. */
#pragma once

#include "store/store.h"

/* Applies use.sql to the attempts that changed, and widens their spans by its window. Once per run,
 * before attempts are judged. from_the_first: all attempts are of this run. Inside a transaction. */
bool use_update(struct store *s, bool from_the_first, struct err *err);
