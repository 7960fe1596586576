/* Reach: first of each indicator by itself, then of each feed by what is left of it, so that one wrong
 * entry does not speak against the rest. */
#include "correlate/facts/reach.h"

#include "correlate/facts/indicators.h"
#include "store/query.h"

static const char fresh[] =
    "CREATE TEMP TABLE IF NOT EXISTS reaching (subject INTEGER PRIMARY KEY, believed INTEGER, "
    "feed INTEGER, owns INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS feed_own (feed INTEGER, own INTEGER, "
    "PRIMARY KEY (feed, own)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS feed_subject (subject INTEGER, feed INTEGER, "
    "PRIMARY KEY (subject, feed)) WITHOUT ROWID;"
    "DELETE FROM reaching; DELETE FROM feed_own; DELETE FROM feed_subject;";

/* One alert type's guard. Shares in percent; 100 is never exceeded. */
struct guard {
    struct store *store;
    int64_t topic, machines, least, max_share, common_share;
    int64_t categories; /* bits */
};

bool reach_note(struct store *s, struct err *err)
{
    /* Where the first time turns out to be an earlier one, alerts may tell another age. */
    return store_do(s, "first meetings that were earlier",
               "INSERT INTO changed_contact (topic, own, lo, hi) "
               "SELECT n.topic, n.own, MIN(n.t), MAX(ifnull((SELECT MAX(c.t) FROM contact AS c "
               "WHERE c.topic = n.topic AND c.own = n.own AND c.subject = n.subject), n.t)) "
               "FROM new_contact AS n CROSS JOIN meeting AS m ON m.topic = n.topic "
               "AND m.subject = n.subject AND m.own = n.own AND n.t < m.t "
               "WHERE n.flags & 4 = 0 GROUP BY n.topic, n.own "
               "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
               err) &&
           store_do(s, "meetings",
               "INSERT INTO meeting (topic, subject, own, t) "
               "SELECT topic, subject, own, MIN(t) FROM new_contact "
               "WHERE subject > 0 AND flags & 4 = 0 GROUP BY topic, subject, own "
               "ON CONFLICT DO UPDATE SET t = min(t, excluded.t)",
               err);
}

/* ------------------------------------------------------------------ figures */

static bool count_machines(struct store *s, int64_t *machines, struct err *err)
{
    struct query *q = store_query(s, "machines that talk", "SELECT count(*) FROM talker");
    *machines = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

/* Runs one statement with those of the guard's figures that it knows. */
static bool apply(const struct guard *g, const char *name, const char *sql, struct err *err)
{
    struct query *q = store_query(g->store, name, sql);
    query_bind_i_if(q, ":topic", g->topic);
    query_bind_i_if(q, ":machines", g->machines);
    query_bind_i_if(q, ":least", g->least);
    query_bind_i_if(q, ":max", g->max_share);
    query_bind_i_if(q, ":common", g->common_share);
    query_step(q);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ indicators and feeds */

static const char entries_sql[] =
    "INSERT INTO reaching (subject, believed, feed, owns) "
    "SELECT subject, owns * 100 <= :max * :machines, 0, owns "
    "FROM (SELECT subject, count(*) AS owns FROM meeting WHERE topic = :topic GROUP BY subject) "
    "WHERE owns >= :least AND owns * 100 > min(:max, :common) * :machines";

/* What is not widespread by itself. */
#define REST                                                                                       \
    "FROM meeting AS m WHERE m.topic = :topic AND NOT EXISTS "                                     \
    "(SELECT 1 FROM reaching AS r WHERE r.subject = m.subject AND r.believed = 0) "

static const char feed_meetings_sql[] =
    "INSERT OR IGNORE INTO feed_own (feed, own) SELECT s.feed, m.own FROM feed_subject AS s "
    "CROSS JOIN meeting AS m ON m.topic = :topic AND m.subject = s.subject";

/* An indicator is not believed when no feed that names it is. */
static const char feeds_sql[] =
    "INSERT INTO reaching (subject, believed, feed, owns) "
    "WITH wrong AS (SELECT feed, count(*) AS owns FROM feed_own GROUP BY feed "
    "HAVING count(*) >= :least AND count(*) * 100 > :max * :machines) "
    "SELECT s.subject, 0, MIN(s.feed), MIN(w.owns) FROM feed_subject AS s "
    "LEFT JOIN wrong AS w ON w.feed = s.feed GROUP BY s.subject HAVING count(*) = count(w.feed) "
    "ON CONFLICT DO UPDATE SET believed = 0, feed = excluded.feed, owns = excluded.owns";

static bool note_feeds(const struct guard *g, int64_t subject, struct err *err)
{
    const char *name;
    struct buf needle = {0};
    if (!store_name(g->store, subject, &name, err))
        return false;
    struct query *q = store_query(g->store, "feeds of an indicator",
        "INSERT OR IGNORE INTO feed_subject (subject, feed) SELECT :subject, i.feed "
        "FROM " INDICATORS_OF_NAME "WHERE :categories >> i.category & 1");
    query_bind_i(q, ":subject", subject);
    indicator_bind(q, str_of(name), &needle);
    query_bind_i(q, ":categories", g->categories);
    query_step(q);
    bool done = query_done(q, err);
    buf_done(&needle);
    return done;
}

/* Not when all of them together do not reach too far. */
static bool may_reach(const struct guard *g, bool *yes, struct err *err)
{
    struct query *q =
        store_query(g->store, "machines with contacts", "SELECT count(DISTINCT m.own) " REST);
    query_bind_i(q, ":topic", g->topic);
    int64_t owns = query_step(q) ? query_i(q, 0) : 0;
    *yes = owns >= g->least && owns * 100 > g->max_share * g->machines;
    return query_done(q, err);
}

static bool judge_feeds(const struct guard *g, struct err *err)
{
    bool yes, done = true;
    if (!may_reach(g, &yes, err))
        return false;
    if (!yes)
        return true;
    struct query *q =
        store_query(g->store, "indicators with contacts", "SELECT DISTINCT m.subject " REST);
    query_bind_i(q, ":topic", g->topic);
    while (done && query_step(q))
        done = note_feeds(g, query_i(q, 0), err);
    return query_done(q, err) && done && apply(g, "reach of feeds", feed_meetings_sql, err) &&
           apply(g, "feeds that reach too far", feeds_sql, err);
}

/* ------------------------------------------------------------------ what changed */

/* Indicators that are told of otherwise than before. */
#define FLIPPED                                                                                    \
    "(SELECT subject, believed FROM reaching EXCEPT "                                              \
    "SELECT subject, believed FROM widespread WHERE topic = :topic "                               \
    "UNION SELECT * FROM (SELECT subject, believed FROM widespread WHERE topic = :topic EXCEPT "   \
    "SELECT subject, believed FROM reaching))"

static const char touch_sql[] =
    "INSERT INTO changed_contact (topic, own, lo, hi) SELECT c.topic, c.own, MIN(c.t), MAX(c.t) "
    "FROM (SELECT DISTINCT subject FROM " FLIPPED ") AS k CROSS JOIN meeting AS m "
    "ON m.topic = :topic AND m.subject = k.subject CROSS JOIN contact AS c ON c.topic = :topic "
    "AND c.own = m.own AND c.subject = k.subject GROUP BY c.own "
    "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)";

static bool count_changed(const struct guard *g, int64_t *changed, struct err *err)
{
    struct query *q = store_query(g->store, "beliefs that changed",
        "SELECT count(*) FROM (SELECT subject FROM " FLIPPED
        " GROUP BY subject HAVING min(believed) = 0)");
    query_bind_i(q, ":topic", g->topic);
    *changed += query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool update_type(const struct guard *g, int64_t *changed, struct err *err)
{
    return store_script(g->store, "reach", fresh, err) &&
           apply(g, "reach of indicators", entries_sql, err) && judge_feeds(g, err) &&
           count_changed(g, changed, err) && apply(g, "beliefs to judge by", touch_sql, err) &&
           apply(g, "old beliefs", "DELETE FROM widespread WHERE topic = :topic", err) &&
           apply(g, "beliefs",
               "INSERT INTO widespread (topic, subject, believed, feed, owns, machines) "
               "SELECT :topic, subject, believed, feed, owns, :machines FROM reaching",
               err);
}

bool reach_update(struct store *s, const struct catalog *catalog, int64_t *changed, struct err *err)
{
    int64_t machines;
    if (!count_machines(s, &machines, err))
        return false;
    for (int i = 0; i < catalog->type_count; i++) {
        const struct alert_type *type = &catalog->types[i];
        struct guard g = {
            .store = s,
            .machines = machines,
            .least = tier_value(&type->guard, "min_reach", INT64_MAX),
            .max_share = tier_value(&type->guard, "max_reach", 100),
            .common_share = tier_value(&type->guard, "common_reach", 100),
            .categories = indicator_bits(type->categories),
        };
        if (g.categories && type->direction == DIRECTION_OUTGOING &&
            (!store_name_id(s, str_of(type->code), &g.topic, err) ||
                !update_type(&g, changed, err)))
            return false;
    }
    return true;
}
