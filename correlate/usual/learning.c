/* Rules of what may be learned: kept, read and applied. */
#include "correlate/usual/learning.h"

#include "store/query.h"
#include "util/list.h"

#include <stdlib.h>

struct learning_rule {
    enum learning_what what;
    bool all;      /* addresses */
    int64_t own;   /* id */
    char *service; /* "": all */
    int64_t hour;
};

/* ------------------------------------------------------------------ said */

/* Runs one statement on the rules of a scope. */
static bool apply(struct store *s, const char *name, const char *sql, enum learning_what what,
    const struct learning_scope *scope, int64_t hour, struct err *err)
{
    int64_t own = 0;
    if (scope->own && !store_address_id(s, scope->own, &own, err))
        return false;
    struct query *q = store_query(s, name, sql);
    query_bind_i(q, ":what", what);
    if (scope->own)
        query_bind_i(q, ":own", own);
    else
        query_bind_null(q, ":own");
    query_bind_s(q, ":service", str_of(scope->service ? scope->service : ""));
    query_bind_i(q, ":hour", hour);
    query_step(q);
    return query_done(q, err);
}

static bool forget(struct store *s, enum learning_what what, const struct learning_scope *scope,
    int64_t until, struct err *err)
{
    return apply(s, "forget what may be learned",
        "DELETE FROM learning WHERE what = :what AND own IS :own AND service = :service "
        "AND hour <= :hour",
        what, scope, until, err);
}

static bool note(struct store *s, enum learning_what what, const struct learning_scope *scope,
    int64_t hour, struct err *err)
{
    return apply(s, "what may be learned",
        "INSERT INTO learning (what, own, service, hour) VALUES (:what, :own, :service, :hour)",
        what, scope, hour, err);
}

bool learning_say(struct store *s, enum learning_what what, const struct learning_scope *scope,
    int64_t hour, struct err *err)
{
    if (!store_begin(s, err))
        return false;
    if (forget(s, what, scope, INT64_MAX, err) &&
        (what != LEARNING_RESET || forget(s, LEARNING_FREEZE, scope, hour, err)) &&
        note(s, what, scope, hour, err))
        return store_commit(s, err);
    store_rollback(s);
    return false;
}

bool learning_undo(struct store *s, enum learning_what what, const struct learning_scope *scope,
    bool *found, struct err *err)
{
    if (!store_begin(s, err))
        return false;
    bool done = forget(s, what, scope, INT64_MAX, err), any = store_changes(s) > 0;
    if (done && store_commit(s, err)) {
        *found = any;
        return true;
    }
    if (!done)
        store_rollback(s);
    return false;
}

/* ------------------------------------------------------------------ read */

void learning_done(struct learning *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->list[i].service);
    free(l->list);
    *l = (struct learning){0};
}

bool learning_read(struct store *s, struct learning *l, struct err *err)
{
    size_t cap = 0;
    bool done = true;
    *l = (struct learning){0};
    struct query *q = store_query(s, "rules of learning",
        "SELECT what, own, service, hour FROM learning ORDER BY what, own, service");
    while (done && query_step(q)) {
        done = list_room(&l->list, l->count, &cap, sizeof *l->list, err);
        char *service = done ? str_dup(query_s(q, 2)) : NULL;
        if (done && (service || (done = err_nomem(err))))
            l->list[l->count++] = (struct learning_rule){(enum learning_what)query_i(q, 0),
                query_null(q, 1), query_i(q, 1), service, query_i(q, 3)};
    }
    if (query_done(q, err) && done)
        return true;
    learning_done(l);
    return false;
}

bool learning_fingerprint(struct store *s, uint64_t *hash, struct err *err)
{
    struct learning l;
    if (!learning_read(s, &l, err))
        return false;
    *hash = 0;
    for (size_t i = 0; i < l.count; i++) {
        const struct learning_rule *r = &l.list[i];
        const int64_t numbers[] = {r->what, r->all, r->own, r->hour};
        *hash += str_hash(str_of(r->service),
            str_hash((struct str){(const char *)numbers, sizeof numbers}, STR_HASH_START));
    }
    learning_done(&l);
    return true;
}

bool learning_freezes(const struct learning *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].what == LEARNING_FREEZE)
            return true;
    return false;
}

/* ------------------------------------------------------------------ applied */

struct learning_limits learning_limits(const struct learning *l, int64_t own, const char *service)
{
    struct learning_limits limits = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < l->count; i++) {
        const struct learning_rule *r = &l->list[i];
        if ((!r->all && r->own != own) || (*r->service && strcmp(r->service, service) != 0))
            continue;
        if (r->what == LEARNING_FREEZE && r->hour < limits.frozen)
            limits.frozen = r->hour;
        if (r->what == LEARNING_RESET && r->hour > limits.reset)
            limits.reset = r->hour;
    }
    return limits;
}

/* What was judged before the reset stays as it was. */
struct history_range learning_range(
    const struct learning_limits *limits, int64_t at, int64_t until, int64_t length)
{
    struct history_range range = {0, limits->frozen < until ? limits->frozen : until};
    range.from = range.until - length;
    if (limits->reset <= at && limits->reset > range.from)
        range.from = limits->reset;
    if (range.from > range.until)
        range.from = range.until;
    return range;
}
