/* Contacts on their way into the database. Private to correlate/facts/contacts.c, which finds them. */
#pragma once

#include "store/store.h"

/* One row of table `contact`; rows of other tables are -1 where there is none. held is set here. */
struct contact {
    int64_t topic, own, subject, t, ident, remote, flow, signature, lookup, roles, pool, scale;
    uint16_t port;
    uint8_t proto, flags, leg, held;
};

struct contact_list;

/* NULL on failure. Holds on to its argument. */
struct contact_list *contact_list_new(struct store *s, struct err *err);
void contact_list_free(struct contact_list *list);

/* Adds a copy; writes what was added when enough has gathered. */
bool contact_list_add(struct contact_list *list, const struct contact *c, struct err *err);
/* These three as contacts_hold(), contacts_added() and contacts_flush(). */
void contact_list_hold(struct contact_list *list, bool hold);
int64_t contact_list_added(const struct contact_list *list);
bool contact_list_flush(struct contact_list *list, struct err *err);
