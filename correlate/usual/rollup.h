/* Attempts and logins by the hour and by the day: what a baseline is learned from and shown by. */
#pragma once

#include "store/store.h"

/* Brings table `rollup` up to date where attempts changed (the temporary table changed_attempt), after
 * use_update() has said what counts. Inside a transaction. */
bool rollup_update(struct store *s, struct err *err);
