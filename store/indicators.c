/* What the feeds hold, for readers: indicators by what they name, their fingerprint, the list of
 * feeds. */
#include "store/indicator.h"
#include "store/indicator_page.h"
#include "store/internal.h"
#include "util/arena.h"

#define FINGERPRINT "indicators" /* its name in `state` */

const char *const indicator_category_names[INDICATOR_CATEGORIES] = {
    "", "c2", "malware", "sinkhole", "scanner", "blocklist", "allow"};
const char *const indicator_kind_names[INDICATOR_KINDS] = {"network", "domain", "fingerprint"};

/* ------------------------------------------------------------------ the fingerprint */

bool store_indicator_fingerprint(struct store *s, uint64_t *hash, struct err *err)
{
    int64_t value;
    if (!store_state_get(s, FINGERPRINT, 0, &value, err))
        return false;
    *hash = (uint64_t)value;
    return true;
}

/* A sum of hashes, so that the order does not matter. */
bool store_indicator_fingerprint_add(struct store *s, uint64_t change, struct err *err)
{
    uint64_t before;
    return store_indicator_fingerprint(s, &before, err) &&
           (change == 0 || store_state_set(s, FINGERPRINT, (int64_t)(before + change), err));
}

/* ------------------------------------------------------------------ by what they name */

/* Of each feed the page on which the name would stand. */
static const char pages_sql[] =
    "SELECT f.id, " PAGE_COLUMNS
    " FROM feed f CROSS JOIN indicator_page p ON p.id = (SELECT id FROM"
    " indicator_page WHERE feed = f.id AND first <= :key ORDER BY first DESC LIMIT 1)";

static const char claim_sql[] =
    "SELECT category, ifnull(since, :always), min(ifnull(until, :forever), ifnull(ended, :forever)),"
    " note, kind FROM claim WHERE feed = :feed AND id = :id";

/* A name that is looked for. */
struct search {
    struct store *s;
    struct str name;
    bool (*visit)(void *arg, const struct indicator *indicator);
    void *arg;
    bool stopped;
};

static bool fill(struct query *q, struct str name, struct indicator *i)
{
    *i = (struct indicator){
        .kind = (enum indicator_kind)query_i(q, 4),
        .category = (enum indicator_category)query_i(q, 0),
        .from_us = query_i(q, 1),
        .until_us = query_i(q, 2),
        .note = query_s(q, 3),
    };
    if (i->kind != INDICATOR_NETWORK) {
        i->domain = name;
        i->net.bits = 128; /* "::", so that whoever overlooks the kind allows or blocks nothing */
    }
    return (i->kind != INDICATOR_NETWORK || cidr_parse(name, &i->net)) && i->from_us < i->until_us;
}

static bool visit_claim(struct search *search, int64_t feed, int64_t claim, struct err *err)
{
    struct indicator i;
    struct query *q = store_query(search->s, "what a feed says", claim_sql);
    query_bind_i(q, ":feed", feed);
    query_bind_i(q, ":id", claim);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    if (query_step(q) && fill(q, search->name, &i))
        search->stopped = !search->visit(search->arg, &i);
    return query_done(q, err);
}

static bool search_page(struct search *search, int64_t feed, const struct page *page, int64_t key,
    struct str needle, struct err *err)
{
    struct str rest = page->names;
    int64_t claim;
    bool good = !page_has_address(page, key) || visit_claim(search, feed, page->claim, err);
    while (good && !search->stopped && page_find(&rest, needle, &claim))
        good = visit_claim(search, feed, claim, err);
    return good;
}

static bool search_pages(struct search *search, int64_t key, struct str needle, struct err *err)
{
    bool good = true;
    struct query *q = store_query(search->s, "indicators of a name", pages_sql);
    query_bind_i(q, ":key", key);
    while (good && !search->stopped && query_step(q)) {
        struct page page = page_of(q, 1);
        good = search_page(search, query_i(q, 0), &page, key, needle, err);
    }
    return query_done(q, good ? err : NULL) && good;
}

bool store_indicator_find(struct store *s, int64_t key, struct str name,
    bool (*visit)(void *arg, const struct indicator *indicator), void *arg, struct err *err)
{
    struct search search = {.s = s, .name = name, .visit = visit, .arg = arg};
    struct buf needle = {0};
    page_add_needle(&needle, name);
    bool done = needle.failed ? err_nomem(err) : search_pages(&search, key, buf_str(&needle), err);
    buf_done(&needle);
    return done;
}

void indicator_bind(struct query *q, struct str name, struct buf *needle)
{
    int64_t key = indicator_key_text(name);
    page_add_needle(needle, name);
    query_bind_i(q, ":key", key);
    query_bind_null(q, ":address");
    if (((unsigned)key & 0xFF) == PAGE_ADDRESS_FORM)
        query_bind_i(q, ":address", key >> 8);
    query_bind_s(q, ":network", name);
    query_bind_s(q, ":needle", buf_str(needle));
}

/* ------------------------------------------------------------------ the list of feeds */

/* Counted by numbers first: grouping all rows by the feed's name takes twice as long. */
static const char feeds_sql[] =
    "SELECT f.name, f.format, f.imported, c.category, c.active, c.ended, c.kind"
    " FROM feed f LEFT JOIN (SELECT feed, category, kind,"
    "   sum(entries) FILTER (WHERE ifnull(since <= :now, 1) AND ifnull(until > :now, 1)"
    "                          AND ifnull(ended > :now, 1)) AS active,"
    "   sum(entries) FILTER (WHERE until <= :now OR ended <= :now) AS ended"
    "   FROM claim GROUP BY feed, category, kind) c /* scans claim: to count */ ON c.feed = f.id"
    " ORDER BY f.name, c.category, c.kind";

/* Adds the counts of one category and kind. */
static void add_counts(struct feed_info *info, struct query *q)
{
    int64_t category = query_i(q, 3), kind = query_i(q, 6);
    if (query_null(q, 3) || category <= 0 || category >= INDICATOR_CATEGORIES || kind < 0 ||
        kind >= INDICATOR_KINDS)
        return;
    info->by_kind[kind] += query_i(q, 4);
    info->by_category[category] += query_i(q, 4);
    info->active += query_i(q, 4);
    info->ended += query_i(q, 5);
}

/* Forgets the last feed's strings. False without memory. */
static bool start_feed(struct feed_info *info, struct arena *arena, struct query *q)
{
    arena_reset(arena);
    *info = (struct feed_info){
        .name = arena_strdup(arena, query_s(q, 0)),
        .format = arena_strdup(arena, query_s(q, 1)),
        .imported_us = query_i(q, 2),
    };
    return info->name && info->format;
}

bool store_feed_each(struct store *s, int64_t now_us,
    void (*visit)(void *arg, const struct feed_info *info), void *arg, struct err *err)
{
    struct arena arena = {0};
    struct feed_info info = {0};
    bool memory = true;
    struct query *q = store_query(s, "feeds", feeds_sql);
    query_bind_i(q, ":now", now_us);
    while (memory && query_step(q)) {
        if (!info.name || !str_eq(str_of(info.name), query_s(q, 0))) {
            if (info.name)
                visit(arg, &info);
            memory = start_feed(&info, &arena, q);
        }
        if (memory)
            add_counts(&info, q);
    }
    bool done = query_done(q, err);
    if (done && memory && info.name)
        visit(arg, &info);
    arena_done(&arena);
    return done && (memory || err_nomem(err));
}

/* ------------------------------------------------------------------ what is not believed */

static const char disbelief_sql[] =
    "SELECT t.text, n.text, 0, w.owns, w.machines FROM widespread w JOIN name t ON t.id = w.topic"
    " JOIN name n ON n.id = w.subject WHERE w.believed = 0 AND w.feed = 0"
    " UNION ALL SELECT t.text, f.name, 1, max(w.owns), w.machines FROM widespread w"
    " JOIN name t ON t.id = w.topic JOIN feed f ON f.id = w.feed WHERE w.believed = 0"
    " GROUP BY w.topic, w.feed ORDER BY 1, 3, 2";

bool store_disbelief_each(struct store *s,
    void (*visit)(void *arg, const struct disbelief *disbelief), void *arg, struct err *err)
{
    struct arena arena = {0};
    bool memory = true;
    struct query *q = store_query(s, "what is not believed", disbelief_sql);
    while (memory && query_step(q)) {
        arena_reset(&arena);
        struct disbelief d = {
            .type = arena_strdup(&arena, query_s(q, 0)),
            .what = arena_strdup(&arena, query_s(q, 1)),
            .feed = query_i(q, 2) != 0,
            .owns = query_i(q, 3),
            .machines = query_i(q, 4),
        };
        memory = d.type && d.what;
        if (memory)
            visit(arg, &d);
    }
    arena_done(&arena);
    return query_done(q, err) && (memory || err_nomem(err));
}
