/* Who speaks in an alert about contacts: the indicators, with the feeds that have them, and signatures. */
#include "correlate/alerts/describe.h"
#include "correlate/facts/contacts.h"
#include "store/indicator.h"
#include "store/query.h"

#define LIST_MAX  20
#define FEEDS_MAX 64

struct list {
    const char *text; /* commas between */
    int count;
};

struct subjects {
    struct description *d;
    struct list indicators, signatures, feeds;
    const char *feed_names[FEEDS_MAX]; /* those in `feeds`: each is named once */
    int common, long_known;            /* so many indicators are */
    int64_t known_since;               /* of those that are long known the latest */
};

static void add(struct subjects *all, struct list *list, const char *item)
{
    if (list->count++ < LIST_MAX)
        list->text = describe_text(all->d, "%s%s%s", list->count > 1 ? list->text : "",
            list->count > 1 ? ", " : "", item ? item : "");
}

static void tell(struct description *d, const char *name, const struct list *list)
{
    describe_property(d, name,
        list->count > LIST_MAX
            ? describe_text(d, "%s, +%d more", list->text, list->count - LIST_MAX)
            : list->text);
}

/* ------------------------------------------------------------------ indicators */

static void add_feed(struct subjects *all, const char *feed)
{
    int known = all->feeds.count < FEEDS_MAX ? all->feeds.count : FEEDS_MAX;
    for (int i = 0; i < known; i++)
        if (feed && strcmp(all->feed_names[i], feed) == 0)
            return;
    if (feed && known < FEEDS_MAX)
        all->feed_names[known] = feed;
    add(all, &all->feeds, feed);
}

/* Feeds that name the network or domain, with the category they give it; and whether one of them, by
 * its name or a note, speaks of the type's malware family. */
static bool add_feeds(struct subjects *all, const char *network, struct err *err)
{
    struct description *d = all->d;
    struct buf needle = {0};
    struct query *q = store_query(d->store, "feeds of an indicator",
        "SELECT f.name, i.category, "
        "MAX(instr(lower(f.name || ' ' || i.note), lower(:family))) > 0 FROM " INDICATORS_OF_NAME
        "WHERE (i.since IS NULL OR i.since <= :t1) AND (i.until IS NULL OR i.until > :t0) "
        "AND (i.ended IS NULL OR i.ended > :t0) GROUP BY f.name, i.category "
        "ORDER BY f.name, i.category");
    indicator_bind(q, str_of(network), &needle);
    const char *family = d->episode->type->family;
    query_bind_s(q, ":family", family ? str_of(family) : STR_NONE);
    query_bind_i(q, ":t0", d->start_us);
    query_bind_i(q, ":t1", d->end_us);
    while (query_step(q)) {
        struct str name = query_s(q, 0);
        add_feed(all, describe_text(d, "%.*s (%s)", (int)name.len, name.p,
                          indicator_category_names[query_i(q, 1)]));
        if (query_i(q, 2))
            d->variants |= 1u << VARIANT_FAMILY;
    }
    bool done = query_done(q, err);
    buf_done(&needle);
    return done;
}

/* What makes a threat less likely: that many machines deal with it, or that this one has for long. */
static bool count_reservations(struct subjects *all, int64_t subject, struct err *err)
{
    struct description *d = all->d;
    int64_t known_after = tier_value(&d->episode->type->guard, "known_after", INT64_MAX);
    struct query *q = store_query(d->store, "reach of an indicator",
        "SELECT (SELECT count(*) FROM widespread WHERE topic = :topic AND subject = :subject), "
        "(SELECT t FROM meeting WHERE topic = :topic AND subject = :subject AND own = :own)");
    query_bind_i(q, ":topic", d->episode->type_id);
    query_bind_i(q, ":subject", subject);
    query_bind_i(q, ":own", d->episode->key.own);
    if (query_step(q)) {
        int64_t since = query_i(q, 1);
        bool known = !query_null(q, 1) && d->start_us - since > known_after;
        all->common += query_i(q, 0) > 0;
        if (known && (!all->long_known++ || since > all->known_since))
            all->known_since = since;
    }
    return query_done(q, err);
}

static bool add_indicator(struct subjects *all, int64_t subject, const char *text, struct err *err)
{
    add(all, &all->indicators, describe_text(all->d, "%s", text));
    return add_feeds(all, text, err) && count_reservations(all, subject, err);
}

/* They hold only where they do for all that speaks. */
static void tell_reservations(const struct subjects *all)
{
    struct description *d = all->d;
    const struct parameter *common = tier_parameter(&d->episode->type->guard, "common_reach");
    int count = all->indicators.count + all->signatures.count;
    char since[TIME_TEXT_SIZE];
    d->common = common && count > 0 && all->common == count;
    d->long_known = count > 0 && all->long_known == count;
    if (d->common)
        describe_property(d, "Widespread",
            describe_text(d, "more than %s of the machines deal with it", common->text));
    if (d->long_known) {
        time_format_s(all->known_since, since);
        describe_property(d, "Known Since", describe_text(d, "%s", since));
    }
}

/* ------------------------------------------------------------------ signatures */

static bool add_signature(struct subjects *all, int64_t row, struct err *err)
{
    struct query *q = store_query(all->d->store, "signature name",
        "SELECT g.sid, n.text FROM signature AS g LEFT JOIN name AS n ON n.id = g.name "
        "WHERE g.id = :row");
    query_bind_i(q, ":row", row);
    if (query_step(q)) {
        struct str name = query_s(q, 1);
        add(all, &all->signatures,
            describe_text(all->d, "%lld %.*s", (long long)query_i(q, 0), (int)name.len,
                name.p ? name.p : ""));
    }
    return query_done(q, err);
}

/* ------------------------------------------------------------------ all */

/* first_row: of the first signature under that subject. */
static bool add_subject(struct subjects *all, int64_t subject, int64_t first_row, struct err *err)
{
    const char *text;
    if (!store_name(all->d->store, subject, &text, err))
        return false;
    return str_starts(str_of(text), STR("sid:")) ? add_signature(all, first_row, err)
                                                 : add_indicator(all, subject, text, err);
}

static bool add_subjects(struct subjects *all, struct err *err)
{
    bool done = true;
    const struct episode *e = all->d->episode;
    struct query *q = store_query(all->d->store, "what speaks in an episode",
        "SELECT c.subject, (SELECT s.signature FROM contact AS s WHERE s.topic = :topic "
        "AND s.own = :own AND s.subject = c.subject AND s.t BETWEEN :t0 AND :t1 "
        "AND s.signature IS NOT NULL ORDER BY s.t, s.ident LIMIT 1) "
        "FROM contact AS c JOIN name AS n ON n.id = c.subject WHERE c.topic = :topic AND c.own = :own "
        "AND c.t BETWEEN :t0 AND :t1 AND " CONTACT_SPEAKS " GROUP BY c.subject ORDER BY n.text");
    query_bind_i(q, ":topic", e->type_id);
    query_bind_i(q, ":own", e->key.own);
    query_bind_i(q, ":exempt", e->type->exempt_roles);
    query_bind_i(q, ":subject", e->key.part);
    query_bind_i(q, ":t0", e->t0);
    query_bind_i(q, ":t1", e->t1);
    while (done && query_step(q))
        done = add_subject(all, query_i(q, 0), query_i(q, 1), err);
    return query_done(q, err) && done;
}

bool describe_subjects(struct description *d, struct err *err)
{
    struct subjects all = {.d = d};
    if (!add_subjects(&all, err))
        return false;
    tell(d, "Indicator", &all.indicators);
    tell(d, "Feeds", &all.feeds);
    tell(d, "Signature", &all.signatures);
    tell_reservations(&all);
    return true;
}
