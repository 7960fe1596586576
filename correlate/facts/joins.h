/* Zeek and Suricata as two witnesses of one connection: what both tell counts once. Zeek's facts
 * stand; of Suricata's those stay that Zeek knows nothing of. */
#pragma once

#include "correlate/facts/sessions.h"
#include "store/store.h"

/* After traces_settle(), with all facts written: looks for the twins of what touched_trace names,
 * takes back what no longer counts and puts what does. Keys and spans that changed go to the temporary
 * tables of changes. */
bool joins_update(struct store *s, struct sessions *sessions, struct err *err);
