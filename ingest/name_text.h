/* Names as clients give them, in the one form that is kept. */
#pragma once

#include "store/record.h"

#include <stdbool.h>

/* Lower case, without dots at the end; empty for what is no name: nothing, or longer than
 * NAME_SEEN_MAX. *name is a copy in the arena: who stores
 * it need not go back to a line that no cache holds any more. False without memory. */
bool name_plain(struct str s, struct arena *text, struct str *name);
/* The same of a Host header: without the port; an address is no name. */
bool name_host(struct str s, struct arena *text, struct str *name);
/* Room for the addresses of an answer. */
struct answers {
    struct ipaddr ip[NAME_ANSWERS_MAX];
    uint8_t count;
};
/* Notes s when it is an address that is new, and there is room. */
void answers_add(struct answers *a, struct str s);
/* Copies them behind the record; false without memory. */
bool answers_keep(const struct answers *a, struct arena *text, struct name_seen *n);
