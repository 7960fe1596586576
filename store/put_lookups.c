/* The names that a batch saw, into their pages. Random names are many and never come again, so they
 * stand in the page as they are. */
#include "store/internal.h"
#include "store/lookup_page.h"
#include "store/sources.h"

bool store_put_lookups(
    struct store *s, const struct source *source, const struct batch *b, struct err *err);

/* What is in the page that is being filled, into the table. */
bool store_flush_lookups(struct store *s, struct err *err)
{
    struct lookup_page *page = &s->lookups;
    if (!page->own || page->rows == 0)
        return true;
    struct query *q = store_query(s, "page of names",
        "INSERT INTO lookup_page (source, sensor, rows, t_min, t_max, data) "
        "VALUES (:source, :sensor, :rows, :t_min, :t_max, :data)");
    query_bind_i(q, ":source", s->lookups_source);
    query_bind_i(q, ":sensor", s->lookups_sensor);
    query_bind_i(q, ":rows", page->rows);
    query_bind_i(q, ":t_min", page->t_min_us);
    query_bind_i(q, ":t_max", page->t_max_us);
    query_bind_blob(q, ":data", page->data.p, page->data.len);
    query_step(q);
    lookup_page_clear(page);
    return query_done(q, err);
}

static bool put_lookup(struct store *s, const struct name_seen *n, struct err *err)
{
    int64_t orig, resp;
    if (!store_address_id(s, &n->conn.orig, &orig, err) ||
        !store_address_id(s, &n->conn.resp, &resp, err))
        return false;
    return lookup_page_add(&s->lookups, n, orig, resp) ||
           (store_flush_lookups(s, err) && lookup_page_add(&s->lookups, n, orig, resp));
}

/* A page goes on from batch to batch of one source, until the commit. */
bool store_put_lookups(
    struct store *s, const struct source *source, const struct batch *b, struct err *err)
{
    if (b->name_count == 0)
        return true;
    if (!s->lookups.own && !lookup_page_init(&s->lookups))
        return err_nomem(err);
    if ((s->lookups_source != source->id || s->lookups_sensor != b->names[0].sensor) &&
        !store_flush_lookups(s, err))
        return false;
    s->lookups_source = source->id;
    s->lookups_sensor = b->names[0].sensor;
    for (size_t i = 0; i < b->name_count; i++)
        if (!put_lookup(s, &b->names[i], err))
            return false;
    return true;
}
