/* The parts of an alert, compared with what stands and written where they differ. */
#include "store/alert_parts.h"

#include "store/query.h"
#include "store/rows.h"

/* ------------------------------------------------------------------ texts in order */

#define TEXTS_MAX 6 /* columns of a part */
#define ROWS_MAX  ALERT_BASIS_MAX

_Static_assert(ROWS_MAX >= ALERT_ENTITIES_MAX, "entities are gathered like lines of a basis");

/* A row of a part: its place in the order, then its columns. */
struct part_row {
    int64_t n;
    struct str texts[TEXTS_MAX];
};

static const struct row_column part_columns[] = {
    ROW_AT(ROW_I64, part_row, n),
    ROW_AS(ROW_TEXT, part_row, "a", texts[0]),
    ROW_AS(ROW_TEXT, part_row, "b", texts[1]),
    ROW_AS(ROW_TEXT, part_row, "c", texts[2]),
    ROW_AS(ROW_TEXT, part_row, "d", texts[3]),
    ROW_AS(ROW_TEXT, part_row, "e", texts[4]),
    ROW_AS(ROW_TEXT, part_row, "f", texts[5]),
};

static const struct row_shape part_rows = ROW_SHAPE("new_part", part_row, part_columns);

struct part {
    const char *read, *put, *cut;
    int columns;
};

#define CUT(table) "DELETE FROM " table " WHERE alert = :alert AND n >= :n"
#define TEXT(c)    "ifnull(" c ", '')"

static const struct part property_part = {
    "SELECT name, value FROM alert_property WHERE alert = :alert ORDER BY n",
    "INSERT OR REPLACE INTO alert_property (alert, n, name, value) "
    "SELECT :alert, n, " TEXT("a") ", " TEXT("b") " FROM new_part",
    CUT("alert_property"),
    2,
};

static const struct part entity_part = {
    "SELECT type, value FROM alert_entity WHERE alert = :alert ORDER BY n",
    "INSERT OR REPLACE INTO alert_entity (alert, n, type, value) "
    "SELECT :alert, n, " TEXT("a") ", " TEXT("b") " FROM new_part",
    CUT("alert_entity"),
    2,
};

/* The kind is a number; it goes the way of the texts. */
static const struct part basis_part = {
    "SELECT kind, tier, name, value, threshold, note FROM alert_basis WHERE alert = :alert ORDER BY n",
    "INSERT OR REPLACE INTO alert_basis (alert, n, kind, tier, name, value, threshold, note) "
    "SELECT :alert, n, " TEXT("a") ", " TEXT("b") ", " TEXT("c") ", " TEXT("d") ", " TEXT(
        "e") ", " TEXT("f") " FROM new_part",
    CUT("alert_basis"),
    6,
};

static bool same_texts(struct query *q, const struct part *part, const struct part_row *row)
{
    for (int i = 0; i < part->columns; i++)
        if (!str_eq(query_s(q, i), row->texts[i]))
            return false;
    return true;
}

/* Drops from rows[] those that stand as they are; *stored: how many stand. */
static bool compare_part(struct store *s, const struct part *part, int64_t alert,
    struct part_row *rows, int *count, int *stored, struct err *err)
{
    int kept = 0;
    struct query *q = store_query(s, "part of an alert", part->read);
    query_bind_i(q, ":alert", alert);
    *stored = 0;
    for (; query_step(q); ++*stored)
        if (*stored < *count && !same_texts(q, part, &rows[*stored]))
            rows[kept++] = rows[*stored];
    for (int i = *stored; i < *count; i++)
        rows[kept++] = rows[i];
    *count = kept;
    return query_done(q, err);
}

static bool ask_part(struct store *s, const char *sql, int64_t alert, int64_t n, struct err *err)
{
    struct query *q = store_query(s, "part of an alert", sql);
    query_bind_i(q, ":alert", alert);
    query_bind_i_if(q, ":n", n);
    query_step(q);
    return query_done(q, err);
}

/* rows[0] to rows[count - 1] are numbered from 0 on. */
static bool put_part(struct store *s, const struct part *part, int64_t alert, struct part_row *rows,
    int count, struct err *err)
{
    int stored, differ = count;
    if (!store_rows_define(s, &part_rows, err) ||
        !compare_part(s, part, alert, rows, &differ, &stored, err))
        return false;
    store_rows_point(s, &part_rows, rows, (size_t)differ);
    bool done = differ == 0 || ask_part(s, part->put, alert, 0, err);
    store_rows_point(s, &part_rows, NULL, 0);
    return done && (stored <= count || ask_part(s, part->cut, alert, count, err));
}

static bool put_properties(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    struct part_row rows[ROWS_MAX];
    int count = 0;
    for (; count < d->property_count && count < ROWS_MAX; count++)
        rows[count] = (struct part_row){
            count, {str_of(d->properties[count].name), str_of(d->properties[count].value)}};
    return put_part(s, &property_part, row, rows, count, err);
}

static bool put_entities(struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    struct part_row rows[ROWS_MAX];
    int count = 0;
    for (; count < d->entity_count && count < ALERT_ENTITIES_MAX; count++)
        rows[count] = (struct part_row){
            count, {str_of(d->entities[count].type), str_of(d->entities[count].value)}};
    return put_part(s, &entity_part, row, rows, count, err);
}

bool store_alert_basis_put(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    static const char *const kinds[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    _Static_assert(BASIS_KINDS <= sizeof kinds / sizeof *kinds, "a digit for each kind");
    struct part_row rows[ROWS_MAX];
    int count = 0;
    for (; count < d->basis_count && count < ROWS_MAX; count++) {
        const struct alert_basis *b = &d->basis[count];
        rows[count] =
            (struct part_row){count, {str_of(kinds[b->kind]), str_of(b->tier), str_of(b->name),
                                         str_of(b->value), str_of(b->threshold), str_of(b->note)}};
    }
    return put_part(s, &basis_part, row, rows, count, err);
}

/* ------------------------------------------------------------------ evidence */

enum evidence_shown store_evidence_shown(const struct evidence_ref *e, int64_t *row)
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

struct new_evidence {
    int64_t n, shown, row, twin, ident;
    struct str what;
};

static const struct row_column evidence_columns[] = {
    ROW_AT(ROW_I64, new_evidence, n),
    ROW_AT(ROW_I64, new_evidence, shown),
    ROW_AT(ROW_I64, new_evidence, row),
    ROW_AT(ROW_I64, new_evidence, twin),
    ROW_AT(ROW_I64, new_evidence, ident),
    ROW_AT(ROW_TEXT, new_evidence, what),
};

static const struct row_shape evidence_rows =
    ROW_SHAPE("new_evidence", new_evidence, evidence_columns);

/* The places a record can come from, copied into one shape; columns in the order of the table's. An id
 * of 0 is none. */
#define RECORD(kind, table, sensor, service, what, names)                                           \
    "INSERT INTO alert_record (alert, n, t, sensor, uid, orig, resp, orig_port, resp_port, proto, " \
    "service, what, twin_uid, shown, row, twin, ident) SELECT :alert, e.n, r.t, " sensor            \
    ", r.uid, r.orig, r.resp, r.orig_port, r.resp_port, r.proto, " service ", " what                \
    ", o.uid, e.shown, e.row, e.twin, e.ident "                                                     \
    "FROM new_evidence AS e CROSS JOIN " table " AS r ON r.id = e.row "                             \
    "LEFT JOIN flow AS o ON o.id = NULLIF(e.twin, 0) " names "WHERE e.shown = " kind
#define WHAT         "ifnull(e.what, '')"
#define NAMES_OF(id) "LEFT JOIN name AS n ON n.id = NULLIF(r." id ", 0) "
#define SENSOR_OF_FLOW                                                                             \
    "(SELECT z.sensor FROM stretch AS z WHERE z.first <= r.id ORDER BY z.first DESC LIMIT 1)"

static const char *const record_of[] = {
    [SHOWN_SIGNATURE] = RECORD("0", "signature", "2", "NULL",
        WHAT " || ' ' || r.sid || ' ' || ifnull(n.text, '')", NAMES_OF("name")),
    [SHOWN_FLOW] = RECORD("1", "flow", SENSOR_OF_FLOW, "n.text", WHAT, NAMES_OF("service")),
    [SHOWN_LOGIN] = RECORD("2", "login", "r.sensor", "n.text", WHAT, NAMES_OF("service")),
    [SHOWN_LOOKUP] = RECORD("3", "lookup", "r.sensor", "NULL",
        WHAT " || ' ' || CASE r.name WHEN '' THEN r.prints ELSE r.name END", ""),
};

#define SHOWN_KINDS (SHOWN_LOOKUP + 1)

/* kinds: bit i, some are shown by enum evidence_shown i. */
static bool write_evidence(struct store *s, int64_t alert, const struct new_evidence *list,
    int count, unsigned kinds, struct err *err)
{
    bool done = store_rows_define(s, &evidence_rows, err);
    store_rows_point(s, &evidence_rows, list, (size_t)count);
    for (int kind = 0; done && kind < SHOWN_KINDS; kind++)
        done = !(kinds >> kind & 1) || ask_part(s, record_of[kind], alert, 0, err);
    store_rows_point(s, &evidence_rows, NULL, 0);
    return done;
}

/* A record shows as what it counts: a word for flows and logins, and before a name for the others. */
static bool says(struct str stored, const char *what)
{
    struct str word = str_of(what);
    return stored.len >= word.len && memcmp(stored.p, word.p, word.len) == 0 &&
           (stored.len == word.len || stored.p[word.len] == ' ');
}

/* Whether the row of q is what the draft shows. */
static bool is_kept(struct query *q, const struct evidence_ref *e)
{
    int64_t row, shown = store_evidence_shown(e, &row);
    return query_i(q, 1) == shown && query_i(q, 2) == row && query_i(q, 3) == e->twin &&
           query_i(q, 4) == e->ident && says(query_s(q, 5), e->what);
}

struct standing {
    int same;                         /* so many of the draft's first records stand, in order */
    int64_t next;                     /* n of a record after all that stand */
    int64_t gone[ALERT_EVIDENCE_MAX]; /* n of others that stand */
    int gone_count;
};

static bool compare_evidence(struct store *s, const struct alert_draft *d, int count, int64_t row,
    struct standing *now, struct err *err)
{
    struct query *q = store_query(s, "evidence that stands",
        "SELECT n, shown, row, twin, ident, what FROM alert_record WHERE alert = :alert ORDER BY n");
    query_bind_i(q, ":alert", row);
    *now = (struct standing){0};
    while (query_step(q)) {
        now->next = query_i(q, 0) + 1;
        if (now->same < count && is_kept(q, &d->evidence[now->same]))
            now->same++;
        else if (now->gone_count < ALERT_EVIDENCE_MAX)
            now->gone[now->gone_count++] = query_i(q, 0);
    }
    return query_done(q, err);
}

/* What is new comes after all that stands, so that the rest keeps its place. */
static bool put_evidence(struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    int count = d->evidence_count < ALERT_EVIDENCE_MAX ? d->evidence_count : ALERT_EVIDENCE_MAX;
    struct new_evidence list[ALERT_EVIDENCE_MAX];
    struct standing now;
    unsigned kinds = 0;
    int used = 0;
    if (!compare_evidence(s, d, count, row, &now, err))
        return false;
    for (int i = 0; i < now.gone_count; i++)
        if (!ask_part(s, "DELETE FROM alert_record WHERE alert = :alert AND n = :n", row,
                now.gone[i], err))
            return false;
    for (int i = now.same; i < count; i++) {
        const struct evidence_ref *e = &d->evidence[i];
        int64_t shown_row, shown = store_evidence_shown(e, &shown_row);
        list[used++] =
            (struct new_evidence){now.next++, shown, shown_row, e->twin, e->ident, str_of(e->what)};
        kinds |= 1u << shown;
    }
    return used == 0 || write_evidence(s, row, list, used, kinds, err);
}

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

/* ------------------------------------------------------------------ all */

bool store_alert_parts_put(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err)
{
    return put_properties(s, d, row, err) && put_entities(s, d, row, err) &&
           put_evidence(s, d, row, err) && store_alert_basis_put(s, d, row, err);
}
