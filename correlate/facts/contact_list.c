/* Contacts on their way into the database: gathered, merged with what other records said of them, and
 * noted as changed. */
#include "correlate/facts/contact_list.h"

#include "correlate/facts/reach.h"
#include "store/query.h"
#include "store/rows.h"

#include <stdlib.h>

#define CONTACTS_MAX 16384 /* gathered in memory before they are written */

struct contact_list {
    struct store *store;
    struct contact *list;
    size_t count;
    int64_t added;
    bool hold;
};

static const struct row_column contact_columns[] = {
    ROW_AT(ROW_I64, contact, topic),
    ROW_AT(ROW_I64, contact, own),
    ROW_AT(ROW_I64, contact, subject),
    ROW_AT(ROW_I64, contact, t),
    ROW_AT(ROW_I64, contact, ident),
    ROW_AT(ROW_I64, contact, remote),
    ROW_AT(ROW_U16, contact, port),
    ROW_AT(ROW_U8, contact, proto),
    ROW_AT(ROW_U8, contact, flags),
    ROW_AT(ROW_COUNT, contact, flow),
    ROW_AT(ROW_COUNT, contact, signature),
    ROW_AT(ROW_COUNT, contact, lookup),
    ROW_AT(ROW_I64, contact, roles),
    ROW_AT(ROW_I64, contact, pool),
    ROW_AT(ROW_U8, contact, leg),
    ROW_AT(ROW_I64, contact, scale),
    ROW_AT(ROW_U8, contact, held),
};

static const struct row_shape contact_rows = ROW_SHAPE("new_contact", contact, contact_columns);

struct contact_list *contact_list_new(struct store *s, struct err *err)
{
    struct contact_list *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->list = malloc(CONTACTS_MAX * sizeof *all->list);
    if ((all->list || err_nomem(err)) && store_rows_define(s, &contact_rows, err))
        return all;
    contact_list_free(all);
    return NULL;
}

void contact_list_free(struct contact_list *all)
{
    if (!all)
        return;
    free(all->list);
    free(all);
}

void contact_list_hold(struct contact_list *all, bool hold)
{
    all->hold = hold;
}

int64_t contact_list_added(const struct contact_list *all)
{
    return all->added;
}

bool contact_list_add(struct contact_list *all, const struct contact *c, struct err *err)
{
    if (all->count == CONTACTS_MAX && !contact_list_flush(all, err))
        return false;
    all->list[all->count] = *c;
    all->list[all->count++].held = all->hold;
    all->added++;
    return true;
}

/* ------------------------------------------------------------------ written */

/* A name says more than an address that many may share: where one connection has both from feeds, the
 * name alone speaks for it (contact.sql, where the hour stands too). */
static bool note_named(struct contact_list *all, struct err *err)
{
    return store_do(all->store, "connections with a name",
               "INSERT OR IGNORE INTO named (topic, ident, t) "
               "SELECT topic, ident, t FROM new_contact WHERE flags & 32 <> 0",
               err) &&
           store_do(all->store, "contacts that a name may speak for",
               "INSERT INTO changed_contact (topic, own, lo, hi) "
               "SELECT topic, own, MIN(t) - 3600000000, MAX(t) + 3600000000 FROM new_contact "
               "WHERE flags & 32 <> 0 GROUP BY topic, own "
               "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
               err);
}

/* Records under one name and moment are one contact: what is shown of them depends on what they say,
 * not on the order in which they came. */
#define CONTACT_COLUMNS                                                                            \
    "topic, own, subject, t, ident, remote, port, proto, flags, flow, signature, lookup, roles, pool, scale"
#define CONTACTS_MERGE                                                                             \
    " ON CONFLICT DO UPDATE SET flags = flags | excluded.flags, "                                  \
    "scale = min(scale, excluded.scale), "                                                         \
    "lookup = ifnull(lookup, excluded.lookup), "                                                   \
    "port = CASE WHEN flow IS NULL AND (excluded.flow IS NOT NULL "                                \
    "OR excluded.port < port) THEN excluded.port ELSE port END, "                                  \
    "flow = (SELECT f.id FROM flow AS f WHERE f.id IN (flow, excluded.flow) "                      \
    "ORDER BY f.orig_bytes DESC, f.resp_bytes DESC, f.id LIMIT 1), "                               \
    "signature = (SELECT g.id FROM signature AS g "                                                \
    "WHERE g.id IN (signature, excluded.signature) ORDER BY g.sid, g.rev, g.id LIMIT 1)"

static bool any_held(const struct contact_list *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].held)
            return true;
    return false;
}

bool contact_list_flush(struct contact_list *all, struct err *err)
{
    if (all->count == 0)
        return true;
    store_rows_point(all->store, &contact_rows, all->list, all->count);
    bool done =
        (!any_held(all) ||
            store_do(all->store, "held contacts",
                "INSERT INTO held_contact (" CONTACT_COLUMNS ") SELECT " CONTACT_COLUMNS
                " FROM new_contact WHERE held = 1" CONTACTS_MERGE,
                err)) &&
        store_do(all->store, "contacts",
            "INSERT INTO contact (" CONTACT_COLUMNS ") SELECT " CONTACT_COLUMNS
            " FROM new_contact WHERE held = 0" CONTACTS_MERGE,
            err) &&
        store_do(all->store, "changed contacts",
            "INSERT INTO changed_contact (topic, own, lo, hi) "
            "SELECT topic, own, MIN(t), MAX(t) FROM new_contact WHERE held = 0 "
            "GROUP BY topic, own "
            "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
            err) &&
        note_named(all, err) && reach_note(all->store, err);
    store_rows_point(all->store, &contact_rows, NULL, 0);
    all->count = 0;
    return done;
}
