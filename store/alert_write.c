/* Alerts into the tables: create, update, supersede, withdraw; each with a line of history. */
#include "store/alert_write.h"

#include "store/alert_parts.h"
#include "store/internal.h"
#include "util/list.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ what detection says, hashed */

static uint64_t mix(uint64_t hash, const char *text)
{
    return str_hash((struct str){text ? text : "", text ? strlen(text) + 1 : 1}, hash);
}

static uint64_t mix_number(uint64_t hash, int64_t number)
{
    return str_hash((struct str){(const char *)&number, sizeof number}, hash);
}

static uint64_t mix_evidence(uint64_t hash, const struct evidence_ref *e)
{
    int64_t row, shown = store_evidence_shown(e, &row);
    const int64_t numbers[] = {e->t_us, shown, row, e->twin};
    return str_hash((struct str){(const char *)numbers, sizeof numbers}, hash);
}

/* The row that is shown tells what it shows: rows never change. */
static int64_t digest(const struct alert_draft *d)
{
    uint64_t h = STR_HASH_START;
    const int64_t numbers[] = {d->start_us, d->end_us, d->severity, d->confidence,
        d->property_count, d->entity_count, d->evidence_count};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        h = mix_number(h, numbers[i]);
    h = mix(mix(mix(h, d->entity), d->tactics), d->techniques);
    for (int lang = 0; lang < LANGS; lang++)
        h = mix(mix(mix(h, d->title[lang]), d->description[lang]), d->respond[lang]);
    for (int i = 0; i < d->property_count; i++)
        h = mix(mix(h, d->properties[i].name), d->properties[i].value);
    for (int i = 0; i < d->entity_count; i++)
        h = mix(mix(h, d->entities[i].type), d->entities[i].value);
    for (int i = 0; i < d->evidence_count; i++)
        h = mix(mix_evidence(h, &d->evidence[i]), d->evidence[i].what);
    return (int64_t)h;
}

static int64_t basis_digest(const struct alert_draft *d)
{
    uint64_t h = mix_number(STR_HASH_START, d->basis_count);
    for (int i = 0; i < d->basis_count; i++) {
        const struct alert_basis *b = &d->basis[i];
        h = mix(mix(mix_number(h, b->kind), b->tier), b->name);
        h = mix(mix(mix(h, b->value), b->threshold), b->note);
    }
    return (int64_t)h;
}

/* ------------------------------------------------------------------ history and basis */

bool store_alert_note(struct store *s, const char *uid, int64_t at_us, int64_t revision,
    const char *what, const char *detail, struct err *err)
{
    struct query *q = store_query(s, "alert history",
        "INSERT INTO alert_change (uid, at, revision, what, detail) "
        "VALUES (:uid, :at, :revision, :what, :detail)");
    query_bind_s(q, ":uid", str_of(uid));
    query_bind_i(q, ":at", at_us);
    query_bind_i(q, ":revision", revision);
    query_bind_s(q, ":what", str_of(what));
    query_bind_s(q, ":detail", str_of(detail));
    query_step(q);
    return query_done(q, err);
}

static bool replace_basis(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    struct query *q =
        store_query(s, "hash of a basis", "UPDATE alert SET basis = :basis WHERE id = :row");
    query_bind_i(q, ":basis", basis_digest(d));
    query_bind_i(q, ":row", row);
    query_step(q);
    return query_done(q, err) && store_alert_basis_put(s, d, row, err);
}

/* ------------------------------------------------------------------ put */

/* What is stored under a uid. Ended alerts come back to life under the same uid. */
struct stored_alert {
    bool found, ended;
    int64_t row, digest, revision, status, basis;
};

static bool find_stored(
    struct store *s, const char *uid, struct stored_alert *stored, struct err *err)
{
    struct query *q = store_query(s, "alert by uid",
        "SELECT id, digest, revision, status, basis, superseded IS NOT NULL FROM alert "
        "WHERE uid = :uid");
    query_bind_s(q, ":uid", str_of(uid));
    *stored = (struct stored_alert){0};
    if (query_step(q))
        *stored = (struct stored_alert){true, query_i(q, 5) != 0, query_i(q, 0), query_i(q, 1),
            query_i(q, 2), query_i(q, 3), query_i(q, 4)};
    return query_done(q, err);
}

static void bind_alert(struct query *q, const struct alert_draft *d)
{
    const struct {
        const char *parameter;
        const char *value;
    } texts[] = {
        {":uid", d->uid},
        {":key", d->key},
        {":entity", d->entity},
        {":tactics", d->tactics},
        {":techniques", d->techniques},
        {":title_en", d->title[LANG_EN]},
        {":title_ja", d->title[LANG_JA]},
        {":description_en", d->description[LANG_EN]},
        {":description_ja", d->description[LANG_JA]},
        {":respond_en", d->respond[LANG_EN]},
        {":respond_ja", d->respond[LANG_JA]},
    };
    const struct {
        const char *parameter;
        int64_t value;
    } numbers[] = {
        {":type", d->type_id},
        {":own", d->own},
        {":remote", d->remote},
        {":service", d->service},
        {":part", d->part},
        {":began", d->began_us},
        {":t0", d->start_us},
        {":t1", d->end_us},
        {":severity", d->severity},
        {":confidence", d->confidence},
        {":digest", digest(d)},
        {":basis", basis_digest(d)},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        query_bind_s(q, texts[i].parameter, str_of(texts[i].value));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        query_bind_i(q, numbers[i].parameter, numbers[i].value);
}

static const char put_alert[] =
    "INSERT INTO alert (uid, type, own, remote, service, part, began, t0, t1, key, severity, "
    "confidence, entity, tactics, techniques, title_en, title_ja, description_en, description_ja, "
    "respond_en, respond_ja, digest, basis, generated, processed) "
    "VALUES (:uid, :type, :own, :remote, :service, :part, :began, :t0, :t1, :key, :severity, "
    ":confidence, :entity, :tactics, :techniques, :title_en, :title_ja, :description_en, "
    ":description_ja, :respond_en, :respond_ja, :digest, :basis, :now, :now) "
    "ON CONFLICT (uid) DO UPDATE SET t0 = :t0, t1 = :t1, key = :key, severity = :severity, "
    "confidence = :confidence, entity = :entity, tactics = :tactics, techniques = :techniques, "
    "title_en = :title_en, title_ja = :title_ja, description_en = :description_en, "
    "description_ja = :description_ja, respond_en = :respond_en, respond_ja = :respond_ja, "
    "digest = :digest, basis = :basis, processed = :now, revision = revision + 1, superseded = NULL, "
    "status = CASE WHEN status = :resolved THEN :new ELSE status END "
    "RETURNING id, revision";

bool store_alert_put(struct store *s, const struct alert_draft *draft, int64_t now_us,
    enum alert_change *change, struct err *err)
{
    struct stored_alert stored;
    if (!find_stored(s, draft->uid, &stored, err))
        return false;
    if (stored.found && !stored.ended && stored.digest == digest(draft)) {
        *change = ALERT_SAME;
        return stored.basis == basis_digest(draft) || replace_basis(s, draft, stored.row, err);
    }
    struct query *q = store_query(s, "alert", put_alert);
    bind_alert(q, draft);
    query_bind_i(q, ":now", now_us);
    query_bind_i(q, ":resolved", STATUS_RESOLVED);
    query_bind_i(q, ":new", STATUS_NEW);
    int64_t row = 0, revision = 0;
    if (query_step(q)) {
        row = query_i(q, 0);
        revision = query_i(q, 1);
    }
    query_step(q);
    const char *what = !stored.found                                      ? "created"
                       : stored.ended || stored.status == STATUS_RESOLVED ? "reopened"
                                                                          : "updated";
    if (!query_done(q, err) || !store_alert_parts_put(s, draft, row, err) ||
        !store_alert_note(s, draft->uid, now_us, revision, what, "", err))
        return false;
    *change = stored.found ? ALERT_UPDATED : ALERT_CREATED;
    return true;
}

/* ------------------------------------------------------------------ the living, and their end */

bool store_alert_living(struct store *s, int64_t type_id, int64_t own, int64_t remote,
    int64_t service, int64_t part, int64_t after_us, struct living_alert **alerts, size_t *count,
    struct err *err)
{
    struct living_alert *list = NULL;
    size_t used = 0, cap = 0;
    bool done = true;
    struct query *q = store_query(s, "living alerts",
        "SELECT id, began, t0, t1, uid FROM alert WHERE type = :type AND own = :own "
        "AND remote = :remote AND service = :service AND part = :part AND began > :after "
        "AND superseded IS NULL ORDER BY began");
    query_bind_i(q, ":type", type_id);
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":remote", remote);
    query_bind_i(q, ":service", service);
    query_bind_i(q, ":part", part);
    query_bind_i(q, ":after", after_us);
    while (done && query_step(q)) {
        done = list_room(&list, used, &cap, sizeof *list, err);
        if (!done)
            break;
        struct str uid = query_s(q, 4);
        struct living_alert *a = &list[used++];
        *a = (struct living_alert){query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3), ""};
        memcpy(a->uid, uid.p, uid.len < sizeof a->uid ? uid.len : sizeof a->uid - 1);
    }
    if (!query_done(q, err) || !done) {
        free(list);
        return false;
    }
    *alerts = list;
    *count = used;
    return true;
}

/* What a person said of the old alert goes over to the new one, unless that has words of its own. */
static bool hand_over(
    struct store *s, const struct living_alert *old, const char *successor, struct err *err)
{
    struct query *q = store_query(s, "hand over",
        "UPDATE alert SET status = o.status, comment = o.comment "
        "FROM (SELECT status, comment FROM alert WHERE id = :old) AS o "
        "WHERE uid = :uid AND alert.status = 0 AND alert.comment = '' "
        "AND (o.status <> 0 OR o.comment <> '')");
    query_bind_i(q, ":old", old->row);
    query_bind_s(q, ":uid", str_of(successor));
    query_step(q);
    return query_done(q, err);
}

bool store_alert_end(struct store *s, const struct living_alert *alert, const char *successor,
    int64_t now_us, struct err *err)
{
    if (successor && !hand_over(s, alert, successor, err))
        return false;
    struct query *q = store_query(s, "end of alert",
        "UPDATE alert SET superseded = :successor, processed = :now, revision = revision + 1 "
        "WHERE id = :row RETURNING revision");
    query_bind_s(q, ":successor", str_of(successor ? successor : ""));
    query_bind_i(q, ":now", now_us);
    query_bind_i(q, ":row", alert->row);
    int64_t revision = query_step(q) ? query_i(q, 0) : 0;
    query_step(q);
    return query_done(q, err) &&
           store_alert_note(s, alert->uid, now_us, revision, successor ? "superseded" : "withdrawn",
               successor ? successor : "the evidence no longer reaches the threshold", err);
}
