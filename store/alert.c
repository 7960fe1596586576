/* Alerts out of the database: listed in order, or one by the beginning of its id. */
#include "store/alert.h"

#include "store/internal.h"
#include "store/record.h"
#include "util/arena.h"
#include "util/list.h"

#include <ctype.h>
#include <stdlib.h>

#define ID_PREFIX_MIN 4
#define ID_LENGTH     36 /* of a UUID as text */

const char *const lang_names[LANGS] = {"en", "ja"};
const char *const severity_names[SEVERITIES] = {"Informational", "Low", "Medium", "High"};
const char *const basis_kind_names[BASIS_KINDS] = {
    "tier", "baseline", "coverage", "confidence", "pattern"};
const char *const alert_status_names[STATUSES] = {"New", "InProgress", "Resolved", "Dismissed"};

bool severity_parse(struct str s, enum severity *severity)
{
    for (int i = 0; i < SEVERITIES; i++) {
        if (!str_eq_nocase(s, str_of(severity_names[i])))
            continue;
        *severity = (enum severity)i;
        return true;
    }
    return false;
}

bool alert_status_parse(struct str s, enum alert_status *status)
{
    char name[16];
    size_t len = 0;
    for (size_t i = 0; i < s.len && len < sizeof name; i++)
        if (s.p[i] != '-')
            name[len++] = s.p[i];
    for (int i = 0; i < STATUSES; i++) {
        if (!str_eq_nocase((struct str){name, len}, str_of(alert_status_names[i])))
            continue;
        *status = (enum alert_status)i;
        return true;
    }
    return false;
}

/* ------------------------------------------------------------------ one alert */

/* The lists of one alert while it is put together; its strings live in the arena until the next. */
struct loader {
    struct store *s;
    struct arena arena;
    struct alert alert;
    struct alert_property *properties;
    size_t property_cap;
    struct alert_entity entities[ALERT_ENTITIES_MAX];
    struct alert_evidence evidence[ALERT_EVIDENCE_MAX];
    struct alert_basis basis[ALERT_BASIS_MAX];
    bool failed; /* no memory */
};

static void loader_done(struct loader *l)
{
    free(l->properties);
    arena_done(&l->arena);
}

/* A NUL-terminated copy of a column; NULL for SQL NULL. */
static const char *copy(struct loader *l, struct query *q, int column)
{
    if (query_null(q, column))
        return NULL;
    const char *text = arena_strdup(&l->arena, query_s(q, column));
    l->failed = l->failed || !text;
    return text;
}

static const char *name_at(const char *const names[], int count, int64_t i)
{
    return i >= 0 && i < count ? names[i] : names[0];
}

static int within(int64_t value, int count)
{
    return value < 0 ? 0 : value >= count ? count - 1 : (int)value;
}

static const char alert_sql[] =
    "SELECT a.uid, a.key, n.text, a.t0, a.t1, a.generated, a.processed, a.severity, a.confidence,"
    " a.status, a.comment, a.entity, a.tactics, a.techniques, a.title_en, a.title_ja,"
    " a.description_en, a.description_ja, a.respond_en, a.respond_ja, a.revision"
    " FROM alert a JOIN name n ON n.id = a.type WHERE a.id = :alert";

static void take_alert(struct loader *l, struct query *q, int64_t row)
{
    l->alert = (struct alert){
        .row = row,
        .id = copy(l, q, 0),
        .key = copy(l, q, 1),
        .type = copy(l, q, 2),
        .start_us = query_i(q, 3),
        .end_us = query_i(q, 4),
        .generated_us = query_i(q, 5),
        .processed_us = query_i(q, 6),
        .severity = (enum severity)within(query_i(q, 7), SEVERITIES),
        .confidence = within(query_i(q, 8), 101),
        .status = (enum alert_status)within(query_i(q, 9), STATUSES),
        .comment = copy(l, q, 10),
        .entity = copy(l, q, 11),
        .tactics = copy(l, q, 12),
        .techniques = copy(l, q, 13),
        .title = {copy(l, q, 14), copy(l, q, 15)},
        .description = {copy(l, q, 16), copy(l, q, 17)},
        .respond = {copy(l, q, 18), copy(l, q, 19)},
        .revision = (int)query_i(q, 20),
    };
}

static const char property_sql[] =
    "SELECT name, value FROM alert_property WHERE alert = :alert ORDER BY n";

static void take_property(struct loader *l, struct query *q)
{
    int n = l->alert.property_count;
    if (!list_room(&l->properties, (size_t)n, &l->property_cap, sizeof *l->properties, NULL)) {
        l->failed = true;
        return;
    }
    l->properties[l->alert.property_count++] =
        (struct alert_property){copy(l, q, 0), copy(l, q, 1)};
}

static const char entity_sql[] =
    "SELECT type, value FROM alert_entity WHERE alert = :alert ORDER BY n";

static void take_entity(struct loader *l, struct query *q)
{
    if (l->alert.entity_count < ALERT_ENTITIES_MAX)
        l->entities[l->alert.entity_count++] = (struct alert_entity){copy(l, q, 0), copy(l, q, 1)};
}

static const char evidence_sql[] =
    "SELECT r.t, r.sensor, r.uid, r.orig, o.text, r.resp, p.text, r.orig_port, r.resp_port,"
    " r.proto, r.service, r.what, r.twin_uid"
    " FROM alert_record r LEFT JOIN address6 o ON o.id = r.orig"
    " LEFT JOIN address6 p ON p.id = r.resp WHERE r.alert = :alert ORDER BY r.n";

/* The id in one column, the text of an IPv6 address in the next. */
static const char *address(struct loader *l, struct query *q, int column)
{
    char text[IP_TEXT_SIZE];
    struct ipaddr ip;
    int64_t id = query_i(q, column);
    if (!store_id_is_v4(id))
        return query_null(q, column + 1) ? "" : copy(l, q, column + 1);
    if (!store_address(l->s, id, &ip, NULL))
        return "";
    ip_format(&ip, text);
    const char *kept = arena_strdup(&l->arena, str_of(text));
    l->failed = l->failed || !kept;
    return kept;
}

static void take_evidence(struct loader *l, struct query *q)
{
    static const char *const sensors[] = {
        "", [SENSOR_ZEEK] = "zeek", [SENSOR_SURICATA] = "suricata"};
    if (l->alert.evidence_count == ALERT_EVIDENCE_MAX)
        return;
    l->evidence[l->alert.evidence_count++] = (struct alert_evidence){
        .t_us = query_i(q, 0),
        .sensor = name_at(sensors, 3, query_i(q, 1)),
        .uid = copy(l, q, 2),
        .source = address(l, q, 3),
        .destination = address(l, q, 5),
        .source_port = (int)query_i(q, 7),
        .destination_port = (int)query_i(q, 8),
        .proto = (int)query_i(q, 9),
        .service = copy(l, q, 10),
        .what = copy(l, q, 11),
        .twin_uid = copy(l, q, 12),
    };
}

static const char basis_sql[] = "SELECT kind, tier, name, value, threshold, note FROM alert_basis "
                                "WHERE alert = :alert ORDER BY kind, n";

static void take_basis(struct loader *l, struct query *q)
{
    if (l->alert.basis_count == ALERT_BASIS_MAX)
        return;
    l->basis[l->alert.basis_count++] = (struct alert_basis){
        .kind = (enum basis_kind)within(query_i(q, 0), BASIS_KINDS),
        .tier = copy(l, q, 1),
        .name = copy(l, q, 2),
        .value = copy(l, q, 3),
        .threshold = copy(l, q, 4),
        .note = copy(l, q, 5),
    };
}

static bool take_list(struct loader *l, const char *name, const char *sql,
    void (*take)(struct loader *l, struct query *q), struct err *err)
{
    struct query *q = store_query(l->s, name, sql);
    query_bind_i(q, ":alert", l->alert.row);
    while (!l->failed && query_step(q))
        take(l, q);
    return query_done(q, err);
}

/* The alert of a row of the table with all that belongs to it. The lists are read by primary key,
 * one look-up each: cheaper than sorting them all into the order of the visit. */
static bool load(struct loader *l, int64_t row, bool evidence, bool basis, struct err *err)
{
    arena_reset(&l->arena);
    struct query *q = store_query(l->s, "alert", alert_sql);
    query_bind_i(q, ":alert", row);
    bool there = query_step(q);
    if (there)
        take_alert(l, q, row);
    if (!query_done(q, err))
        return false;
    if (!there)
        return err_set(err, ERR_DATA, "%s: alert %lld has no type", l->s->path, (long long)row);
    if (!take_list(l, "properties", property_sql, take_property, err) ||
        !take_list(l, "entities", entity_sql, take_entity, err) ||
        (evidence && !take_list(l, "evidence", evidence_sql, take_evidence, err)) ||
        (basis && !take_list(l, "basis", basis_sql, take_basis, err)))
        return false;
    l->alert.properties = l->properties;
    l->alert.entities = l->entities;
    l->alert.evidence = l->evidence;
    l->alert.basis = l->basis;
    return !l->failed || err_nomem(err);
}

/* ------------------------------------------------------------------ the list */

/* Only what is sorted by, so that the sort stays small: the texts are read afterwards. */
#define PICK(from, order)                                                                          \
    "SELECT a.id FROM " from " JOIN name n ON n.id = a.type WHERE a.superseded IS NULL"            \
    " AND a.severity >= :severity"                                                                 \
    " AND (:type IS NULL OR n.text = :type)"                                                       \
    " AND (:since IS NULL OR CASE WHEN :changed THEN a.processed ELSE a.t1 END >= :since)"         \
    " AND (:until IS NULL OR CASE WHEN :changed THEN a.processed ELSE a.t0 END < :until)"          \
    " AND (:address IS NULL OR a.id IN (SELECT alert FROM alert_entity WHERE value = :address))"   \
    " ORDER BY a.t0 " order ", n.text, a.key, a.id LIMIT :limit "                                  \
    "/* scans alert_entity: an address in it */"

#define ALL "alert AS a /* scans alert: a list */"
/* Only what changed is looked at, however many others there are. */
#define CHANGED                                                                                    \
    "(SELECT DISTINCT uid FROM alert_change NOT INDEXED WHERE id > :after) AS c "                  \
    "CROSS JOIN alert AS a ON a.uid = c.uid"

/* [only what changed][newest first] */
static const char *const picks[2][2] = {
    {PICK(ALL, "ASC"), PICK(ALL, "DESC")},
    {PICK(CHANGED, "ASC"), PICK(CHANGED, "DESC")},
};

static void bind_bound(struct query *q, const char *parameter, bool has, int64_t value)
{
    if (has)
        query_bind_i(q, parameter, value);
    else
        query_bind_null(q, parameter);
}

/* Entities are stored in the one form that ip_format() writes. */
static struct str canonical(const char *address, char text[IP_TEXT_SIZE])
{
    struct ipaddr ip;
    if (!ip_parse(str_of(address), &ip))
        return str_of(address);
    ip_format(&ip, text);
    return str_of(text);
}

bool store_alert_each(struct store *s, const struct alert_filter *filter,
    bool (*visit)(void *arg, const struct alert *alert), void *arg, struct err *err)
{
    char address_text[IP_TEXT_SIZE];
    struct loader l = {.s = s};
    bool changed = filter->after_change > 0;
    struct query *q = store_query(s, "alerts", picks[changed][filter->newest_first]);
    query_bind_i(q, ":severity", filter->min_severity);
    query_bind_s(q, ":type", str_of(filter->type));
    query_bind_i(q, ":changed", filter->changed_since);
    bind_bound(q, ":since", filter->has_since, filter->since_us);
    bind_bound(q, ":until", filter->has_until, filter->until_us);
    query_bind_s(q, ":address", canonical(filter->address, address_text));
    if (changed)
        query_bind_i(q, ":after", filter->after_change);
    query_bind_i(q, ":limit", filter->limit > 0 ? filter->limit : -1);
    bool loaded = true, go_on = true;
    /* While this statement is under way, the look-ups see the same state of the database. */
    while (loaded && go_on && query_step(q)) {
        loaded = load(&l, query_i(q, 0), filter->evidence, filter->basis, err);
        go_on = loaded && visit(arg, &l.alert);
    }
    loaded = query_done(q, err) && loaded;
    loader_done(&l);
    return loaded;
}

/* ------------------------------------------------------------------ one by its id */

/* In `low` the prefix in lower case, in `high` what comes after every id that begins with it. False
 * when no id can begin so. */
static bool id_range(const char *prefix, char low[ID_LENGTH + 2], char high[ID_LENGTH + 2])
{
    size_t len = strlen(prefix);
    if (len < ID_PREFIX_MIN || len > ID_LENGTH)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!isxdigit((unsigned char)prefix[i]) && prefix[i] != '-')
            return false;
        low[i] = high[i] = (char)tolower((unsigned char)prefix[i]);
    }
    low[len] = '\0';
    high[len] = 'g';
    high[len + 1] = '\0';
    return true;
}

/* Counts to two. */
static bool find_id(
    struct store *s, const char *low, const char *high, int *found, int64_t *row, struct err *err)
{
    struct query *q = store_query(s, "alert id",
        "SELECT id FROM alert WHERE uid >= :low AND uid < :high AND superseded IS NULL LIMIT 2");
    query_bind_s(q, ":low", str_of(low));
    query_bind_s(q, ":high", str_of(high));
    for (*found = 0; query_step(q); ++*found)
        *row = query_i(q, 0);
    return query_done(q, err);
}

bool store_alert_get(struct store *s, const char *prefix, int *found,
    void (*visit)(void *arg, const struct alert *alert), void *arg, struct err *err)
{
    char low[ID_LENGTH + 2], high[ID_LENGTH + 2];
    int count = 0;
    int64_t row = 0;
    if (id_range(prefix, low, high) && !find_id(s, low, high, &count, &row, err))
        return false;
    bool loaded = true;
    if (count == 1) {
        struct loader l = {.s = s};
        loaded = load(&l, row, true, true, err);
        if (loaded)
            visit(arg, &l.alert);
        loader_done(&l);
    }
    if (loaded)
        *found = count;
    return loaded;
}

bool store_alert_change(struct store *s, int64_t *number, struct err *err)
{
    struct query *q =
        store_query(s, "latest change", "SELECT ifnull(max(id), 0) FROM alert_change");
    int64_t latest = query_step(q) ? query_i(q, 0) : 0;
    if (!query_done(q, err))
        return false;
    *number = latest;
    return true;
}
