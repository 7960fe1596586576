/* The names that a batch saw, into their pages. Random names are many and never come again, so they
 * stand in the page as they are. */
#include "store/internal.h"
#include "store/lookup_page.h"
#include "store/sources.h"

bool store_put_lookups(
    struct store *s, const struct source *source, const struct batch *b, struct err *err);

static bool put_page(struct store *s, const struct source *source, enum sensor sensor,
    struct lookup_page *page, struct err *err)
{
    struct query *q = store_query(s, "page of names",
        "INSERT INTO lookup_page (source, sensor, rows, t_min, t_max, data) "
        "VALUES (:source, :sensor, :rows, :t_min, :t_max, :data)");
    query_bind_i(q, ":source", source->id);
    query_bind_i(q, ":sensor", sensor);
    query_bind_i(q, ":rows", page->rows);
    query_bind_i(q, ":t_min", page->t_min_us);
    query_bind_i(q, ":t_max", page->t_max_us);
    query_bind_blob(q, ":data", page->data.p, page->data.len);
    query_step(q);
    lookup_page_clear(page);
    return query_done(q, err);
}

static bool put_lookup(struct store *s, const struct source *source, const struct name_seen *n,
    struct lookup_page *page, struct err *err)
{
    int64_t orig, resp;
    if (!store_address_id(s, &n->conn.orig, &orig, err) ||
        !store_address_id(s, &n->conn.resp, &resp, err))
        return false;
    return lookup_page_add(page, n, orig, resp) ||
           (put_page(s, source, n->sensor, page, err) && lookup_page_add(page, n, orig, resp));
}

bool store_put_lookups(
    struct store *s, const struct source *source, const struct batch *b, struct err *err)
{
    struct lookup_page *page = &s->lookups;
    if (b->name_count == 0)
        return true;
    if (!page->own && !lookup_page_init(page))
        return err_nomem(err);
    lookup_page_clear(page); /* of what a failure may have left */
    for (size_t i = 0; i < b->name_count; i++)
        if (!put_lookup(s, source, &b->names[i], page, err))
            return false;
    return put_page(s, source, b->names[0].sensor, page, err);
}
