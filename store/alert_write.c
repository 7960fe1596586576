/* Alerts into the tables: create, update, supersede, withdraw; each with a line of history. */
#include "store/alert_write.h"

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

/* The one of its records that a piece of evidence is shown by: which table, which row. */
static enum evidence_shown shown_record(const struct evidence_ref *e, int64_t *row)
{
    const int64_t rows[] = {[SHOWN_SIGNATURE] = e->signature,
        [SHOWN_FLOW] = e->flow,
        [SHOWN_LOGIN] = e->login,
        [SHOWN_LOOKUP] = e->lookup};
    int shown = SHOWN_SIGNATURE;
    while (shown < SHOWN_LOOKUP && rows[shown] <= 0)
        shown++;
    *row = rows[shown];
    return (enum evidence_shown)shown;
}

static uint64_t mix_evidence(uint64_t hash, const struct evidence_ref *e)
{
    int64_t row, shown = shown_record(e, &row);
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

/* ------------------------------------------------------------------ the parts of an alert */

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

static bool put_properties(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    for (int i = 0; i < d->property_count; i++) {
        struct query *q = store_query(s, "alert property",
            "INSERT INTO alert_property (alert, n, name, value) VALUES (:alert, :n, :name, :value)");
        query_bind_i(q, ":alert", row);
        query_bind_i(q, ":n", i);
        query_bind_s(q, ":name", str_of(d->properties[i].name));
        query_bind_s(q, ":value", str_of(d->properties[i].value));
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

static bool put_entities(struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    for (int i = 0; i < d->entity_count && i < ALERT_ENTITIES_MAX; i++) {
        struct query *q = store_query(s, "alert entity",
            "INSERT INTO alert_entity (alert, n, type, value) VALUES (:alert, :n, :type, :value)");
        query_bind_i(q, ":alert", row);
        query_bind_i(q, ":n", i);
        query_bind_s(q, ":type", str_of(d->entities[i].type));
        query_bind_s(q, ":value", str_of(d->entities[i].value));
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

static bool put_basis(struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    for (int i = 0; i < d->basis_count && i < ALERT_BASIS_MAX; i++) {
        const struct alert_basis *b = &d->basis[i];
        struct query *q = store_query(s, "alert basis",
            "INSERT INTO alert_basis (alert, n, kind, tier, name, value, threshold, note) "
            "VALUES (:alert, :n, :kind, :tier, :name, :value, :threshold, :note)");
        query_bind_i(q, ":alert", row);
        query_bind_i(q, ":n", i);
        query_bind_i(q, ":kind", b->kind);
        query_bind_s(q, ":tier", str_of(b->tier));
        query_bind_s(q, ":name", str_of(b->name));
        query_bind_s(q, ":value", str_of(b->value));
        query_bind_s(q, ":threshold", str_of(b->threshold));
        query_bind_s(q, ":note", str_of(b->note));
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

/* The places a record can come from, copied into one shape. */
#define RECORD                                                                                      \
    "INSERT INTO alert_record (alert, n, shown, row, twin, ident, twin_uid, t, sensor, uid, orig, " \
    "resp, orig_port, resp_port, proto, service, what) SELECT :alert, :n, :shown, :id, :twin, "     \
    ":ident, (SELECT uid FROM flow WHERE id = :twin), "

static const char *const record_of[] = {
    [SHOWN_SIGNATURE] =
        RECORD "g.t, 2, g.uid, g.orig, g.resp, g.orig_port, g.resp_port, g.proto, NULL, "
               ":what || ' ' || g.sid || ' ' || ifnull((SELECT text FROM name "
               "WHERE id = g.name), '') FROM signature AS g WHERE g.id = :id",
    [SHOWN_FLOW] = RECORD "f.t, (SELECT z.sensor FROM stretch AS z WHERE z.first <= f.id "
                          "ORDER BY z.first DESC LIMIT 1), f.uid, f.orig, f.resp, f.orig_port, "
                          "f.resp_port, f.proto, (SELECT text FROM name WHERE id = f.service), "
                          ":what FROM flow AS f WHERE f.id = :id",
    [SHOWN_LOGIN] = RECORD "l.t, l.sensor, l.uid, l.orig, l.resp, l.orig_port, l.resp_port, "
                           "l.proto, (SELECT text FROM name WHERE id = l.service), :what "
                           "FROM login AS l WHERE l.id = :id",
    [SHOWN_LOOKUP] = RECORD
    "n.t, n.sensor, n.uid, n.orig, n.resp, n.orig_port, n.resp_port, "
    "n.proto, NULL, :what || ' ' || CASE n.name WHEN '' THEN n.prints ELSE n.name END FROM lookup AS n "
    "WHERE n.id = :id",
};

static bool put_evidence(
    struct store *s, const struct evidence_ref *e, int64_t row, int64_t n, struct err *err)
{
    int64_t id;
    enum evidence_shown shown = shown_record(e, &id);
    struct query *q = store_query(s, "alert evidence", record_of[shown]);
    query_bind_i(q, ":alert", row);
    query_bind_i(q, ":n", n);
    query_bind_i(q, ":shown", shown);
    query_bind_i(q, ":id", id);
    query_bind_i(q, ":ident", e->ident);
    query_bind_s(q, ":what", str_of(e->what));
    query_bind_i(q, ":twin", e->twin);
    query_step(q);
    return query_done(q, err);
}

static const char forget_basis[] = "DELETE FROM alert_basis WHERE alert = :alert";
static const char forget_properties[] = "DELETE FROM alert_property WHERE alert = :alert";
static const char forget_entities[] = "DELETE FROM alert_entity WHERE alert = :alert";

static bool forget(struct store *s, const char *sql, int64_t row, struct err *err)
{
    struct query *q = store_query(s, "alert parts", sql);
    query_bind_i(q, ":alert", row);
    query_step(q);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ evidence */

bool store_alert_evidence(struct store *s, int64_t row,
    struct kept_evidence kept[ALERT_EVIDENCE_MAX], int *count, struct err *err)
{
    struct query *q = store_query(s, "evidence of an alert",
        "SELECT n, shown, row, twin, ident FROM alert_record WHERE alert = :alert ORDER BY n");
    query_bind_i(q, ":alert", row);
    for (*count = 0; *count < ALERT_EVIDENCE_MAX && query_step(q); ++*count)
        kept[*count] = (struct kept_evidence){
            query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3), query_i(q, 4)};
    return query_done(q, err);
}

/* A record shows as what it counts: a word for flows and logins, and before a name for the others. */
static bool says(struct str stored, const char *what)
{
    size_t len = what ? strlen(what) : 0;
    return stored.len >= len && memcmp(stored.p, what ? what : "", len) == 0 &&
           (stored.len == len || stored.p[len] == ' ');
}

/* Whether the row of q is what the draft shows. */
static bool is_kept(struct query *q, const struct evidence_ref *e)
{
    int64_t row, shown = shown_record(e, &row);
    return query_i(q, 1) == shown && query_i(q, 2) == row && query_i(q, 3) == e->twin &&
           query_i(q, 4) == e->ident && says(query_s(q, 5), e->what);
}

/* Which of the draft's first records stand already, in order; the others that stand are in gone[]. */
static bool compare_evidence(struct store *s, const struct alert_draft *d, int64_t row, int count,
    int *same, int64_t *gone, int *gone_count, int64_t *next, struct err *err)
{
    struct query *q = store_query(s, "evidence that stands",
        "SELECT n, shown, row, twin, ident, what FROM alert_record WHERE alert = :alert ORDER BY n");
    query_bind_i(q, ":alert", row);
    *same = *gone_count = 0;
    *next = 0;
    while (query_step(q)) {
        *next = query_i(q, 0) + 1;
        if (*same < count && is_kept(q, &d->evidence[*same]))
            ++*same;
        else if (*gone_count < ALERT_EVIDENCE_MAX)
            gone[(*gone_count)++] = query_i(q, 0);
    }
    return query_done(q, err);
}

static bool forget_record(struct store *s, int64_t row, int64_t n, struct err *err)
{
    struct query *q = store_query(
        s, "alert evidence", "DELETE FROM alert_record WHERE alert = :alert AND n = :n");
    query_bind_i(q, ":alert", row);
    query_bind_i(q, ":n", n);
    query_step(q);
    return query_done(q, err);
}

/* An alert that goes on shows most of what it showed before: that stays as it is. */
static bool replace_evidence(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    int count = d->evidence_count < ALERT_EVIDENCE_MAX ? d->evidence_count : ALERT_EVIDENCE_MAX;
    int64_t gone[ALERT_EVIDENCE_MAX], next;
    int same, gone_count;
    bool done = compare_evidence(s, d, row, count, &same, gone, &gone_count, &next, err);
    for (int i = 0; done && i < gone_count; i++)
        done = forget_record(s, row, gone[i], err);
    for (int i = same; done && i < count; i++)
        done = put_evidence(s, &d->evidence[i], row, next++, err);
    return done;
}

static bool replace_parts(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    return forget(s, forget_properties, row, err) && put_properties(s, d, row, err) &&
           forget(s, forget_entities, row, err) && put_entities(s, d, row, err) &&
           replace_evidence(s, d, row, err) && forget(s, forget_basis, row, err) &&
           put_basis(s, d, row, err);
}

static bool replace_basis(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    struct query *q =
        store_query(s, "hash of a basis", "UPDATE alert SET basis = :basis WHERE id = :row");
    query_bind_i(q, ":basis", basis_digest(d));
    query_bind_i(q, ":row", row);
    query_step(q);
    return query_done(q, err) && forget(s, forget_basis, row, err) && put_basis(s, d, row, err);
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
    if (!query_done(q, err) || !replace_parts(s, draft, row, err) ||
        !store_alert_note(s, draft->uid, now_us, revision, what, "", err))
        return false;
    *change = stored.found ? ALERT_UPDATED : ALERT_CREATED;
    return true;
}

/* ------------------------------------------------------------------ the living, and their end */

bool store_alert_living(struct store *s, int64_t type_id, int64_t own, int64_t remote,
    int64_t service, int64_t part, struct living_alert **alerts, size_t *count, struct err *err)
{
    struct living_alert *list = NULL;
    size_t used = 0, cap = 0;
    bool done = true;
    struct query *q = store_query(s, "living alerts",
        "SELECT id, began, t0, t1, uid FROM alert WHERE type = :type AND own = :own "
        "AND remote = :remote AND service = :service AND part = :part AND superseded IS NULL "
        "ORDER BY began");
    query_bind_i(q, ":type", type_id);
    query_bind_i(q, ":own", own);
    query_bind_i(q, ":remote", remote);
    query_bind_i(q, ":service", service);
    query_bind_i(q, ":part", part);
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
