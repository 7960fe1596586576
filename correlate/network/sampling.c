/* Which sources are sampled, and by how much. */
#include "correlate/network/sampling.h"

#include "store/query.h"
#include "util/list.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ rules */

static int64_t rule_for(const struct sampling *sampling, const char *path)
{
    for (size_t i = 0; i < sampling->count; i++)
        if (fnmatch(sampling->rules[i].path, path, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
            return sampling->rules[i].one_of;
    return 1;
}

uint64_t sampling_fingerprint(const struct sampling *sampling)
{
    uint64_t hash = STR_HASH_START;
    for (size_t i = 0; i < sampling->count; i++) {
        char number[32];
        int len = snprintf(number, sizeof number, "|%lld|", (long long)sampling->rules[i].one_of);
        hash = str_hash(str_of(sampling->rules[i].path), hash);
        hash = str_hash((struct str){number, (size_t)len}, hash);
    }
    return hash;
}

struct judged_source {
    int64_t id, one_of, before;
};

static bool write_noted(
    struct store *s, const struct judged_source *list, size_t count, bool *anew, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].one_of == list[i].before)
            continue;
        struct query *q =
            store_query(s, "note sampling", "UPDATE source SET sampling = :one_of WHERE id = :id");
        query_bind_i(q, ":one_of", list[i].one_of);
        query_bind_i(q, ":id", list[i].id);
        query_step(q);
        if (!query_done(q, err))
            return false;
        *anew |= list[i].before != 0;
    }
    return true;
}

static bool add_source(struct judged_source **list, size_t *count, size_t *cap,
    const struct judged_source *source, struct err *err)
{
    if (!list_room(list, *count, cap, sizeof **list, err))
        return false;
    (*list)[(*count)++] = *source;
    return true;
}

bool sampling_note(struct store *s, const struct sampling *sampling, bool rules_changed, bool *anew,
    struct err *err)
{
    struct judged_source *list = NULL;
    size_t count = 0, cap = 0;
    bool done = true;
    *anew = false;
    struct query *q = store_query(s, "sources",
        rules_changed
            ? "SELECT id, path, sampling FROM source /* scans source: the rules changed */"
            : "SELECT id, path, sampling FROM source WHERE sampling <> 1 "
              "AND sampling = 0 /* scans source: the index has those alone */");
    while (done && query_step(q)) {
        struct buf path = {0};
        buf_add(&path, query_s(q, 1));
        struct judged_source source = {query_i(q, 0), 1, query_i(q, 2)};
        if (path.text)
            source.one_of = rule_for(sampling, path.text);
        done = (!path.failed || err_nomem(err)) && add_source(&list, &count, &cap, &source, err);
        buf_done(&path);
    }
    done = query_done(q, err) && done && write_noted(s, list, count, anew, err);
    free(list);
    return done;
}

/* ------------------------------------------------------------------ sources */

struct sampled {
    struct judged_source *list; /* in order of id */
    size_t count, cap;
};

struct sampled *sampled_new(struct store *s, struct err *err)
{
    struct sampled *all = calloc(1, sizeof *all);
    bool done = all || err_nomem(err);
    if (!done)
        return NULL;
    struct query *q = store_query(s, "sampled sources",
        "SELECT id, sampling FROM source WHERE sampling <> 1 AND sampling > 1 ORDER BY id "
        "/* scans source: the index has those alone */");
    while (done && query_step(q)) {
        struct judged_source source = {query_i(q, 0), query_i(q, 1), 0};
        done = add_source(&all->list, &all->count, &all->cap, &source, err);
    }
    if (query_done(q, err) && done)
        return all;
    sampled_free(all);
    return NULL;
}

void sampled_free(struct sampled *all)
{
    if (all)
        free(all->list);
    free(all);
}

static int by_id(const void *a_, const void *b_)
{
    const struct judged_source *a = a_, *b = b_;
    return (a->id > b->id) - (a->id < b->id);
}

int64_t sampled_scale(const struct sampled *all, int64_t source)
{
    const struct judged_source key = {.id = source};
    const struct judged_source *found =
        all->count ? bsearch(&key, all->list, all->count, sizeof key, by_id) : NULL;
    return found ? found->one_of : 1;
}
