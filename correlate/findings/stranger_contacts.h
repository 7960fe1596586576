/* What strangers did, as contacts of their type. */
#pragma once

#include "correlate/findings/strangers.h"

/* The temporary table `strange` says who is a stranger at the doors in `strange_door`, from the first
 * block named there on; table `stranger` who was one so far. Inside the transaction of strangers_update(). */
bool stranger_contacts_update(
    struct store *s, const struct strangers_input *input, struct err *err);
