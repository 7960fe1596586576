/* A batch of records into the tables, with the source's progress, in one transaction. */
#include "store/internal.h"
#include "store/record.h"
#include "store/rows.h"
#include "store/sources.h"

#include <stdlib.h>

#define UID_MAX     64 /* longer ones are cut: Zeek's have 18 characters */
#define HISTORY_MAX 64
#define TEXT_MAX    256 /* services, users, software, signature names */
#define MESSAGE_MAX 1024

/* What the parsers' structs lack to be rows: ids instead of addresses and texts. */
struct flow_row {
    int64_t t, orig, resp, service, duration, history;
    int64_t orig_bytes, resp_bytes, orig_pkts, resp_pkts, orig_headers, resp_headers, missed;
    struct row_uid uid;
    uint16_t outcome, orig_port, resp_port;
    uint8_t proto;
};

struct login_row {
    int64_t t, source, orig, resp, service;
    struct row_uid uid;
    struct str user, client;
    int64_t attempts;
    uint16_t orig_port, resp_port;
    uint8_t proto, sensor, key_exchange, one_try;
    int8_t success;
};

struct signature_row {
    int64_t t, source, orig, resp, name, category, action;
    struct row_uid uid;
    struct str message;
    uint32_t gid, sid, rev;
    uint16_t orig_port, resp_port;
    uint8_t proto, severity, client_known, answer, sensor;
};

/* Of each table all columns but its id, in its order: then SQLite takes the values as they come. */
static const struct row_column flow_columns[] = {
    ROW_AT(ROW_U16, flow_row, outcome),
    ROW_AT(ROW_I64, flow_row, t),
    ROW_AT(ROW_I64, flow_row, orig),
    ROW_AT(ROW_I64, flow_row, resp),
    ROW_AT(ROW_U16, flow_row, orig_port),
    ROW_AT(ROW_U16, flow_row, resp_port),
    ROW_AT(ROW_U8, flow_row, proto),
    ROW_AT(ROW_I64, flow_row, service),
    ROW_AT(ROW_COUNT, flow_row, duration),
    ROW_AT(ROW_COUNT, flow_row, orig_bytes),
    ROW_AT(ROW_COUNT, flow_row, resp_bytes),
    ROW_AT(ROW_COUNT, flow_row, orig_pkts),
    ROW_AT(ROW_COUNT, flow_row, resp_pkts),
    ROW_AT(ROW_UID, flow_row, uid),
    ROW_AT(ROW_NUMBER, flow_row, orig_headers),
    ROW_AT(ROW_NUMBER, flow_row, resp_headers),
    ROW_AS(ROW_COUNT, flow_row, "missed_bytes", missed),
    ROW_AT(ROW_I64, flow_row, history),
};

static const struct row_column login_columns[] = {
    ROW_AT(ROW_I64, login_row, t),
    ROW_AT(ROW_I64, login_row, source),
    ROW_AT(ROW_U8, login_row, sensor),
    ROW_AT(ROW_UID, login_row, uid),
    ROW_AT(ROW_I64, login_row, orig),
    ROW_AT(ROW_I64, login_row, resp),
    ROW_AT(ROW_U16, login_row, orig_port),
    ROW_AT(ROW_U16, login_row, resp_port),
    ROW_AT(ROW_U8, login_row, proto),
    ROW_AT(ROW_I64, login_row, service),
    ROW_AT(ROW_TRIAD, login_row, success),
    ROW_AT(ROW_COUNT, login_row, attempts),
    ROW_AT(ROW_U8, login_row, key_exchange),
    ROW_AT(ROW_U8, login_row, one_try),
    ROW_AT(ROW_TEXT, login_row, user),
    ROW_AT(ROW_TEXT, login_row, client),
};

static const struct row_column signature_columns[] = {
    ROW_AT(ROW_I64, signature_row, t),
    ROW_AT(ROW_I64, signature_row, source),
    ROW_AT(ROW_UID, signature_row, uid),
    ROW_AT(ROW_I64, signature_row, orig),
    ROW_AT(ROW_I64, signature_row, resp),
    ROW_AT(ROW_U16, signature_row, orig_port),
    ROW_AT(ROW_U16, signature_row, resp_port),
    ROW_AT(ROW_U8, signature_row, proto),
    ROW_AT(ROW_U32, signature_row, gid),
    ROW_AT(ROW_U32, signature_row, sid),
    ROW_AT(ROW_U32, signature_row, rev),
    ROW_AT(ROW_I64, signature_row, name),
    ROW_AT(ROW_I64, signature_row, category),
    ROW_AT(ROW_I64, signature_row, action),
    ROW_AT(ROW_U8, signature_row, severity),
    ROW_AT(ROW_U8, signature_row, client_known),
    ROW_AT(ROW_U8, signature_row, answer),
    ROW_AT(ROW_U8, signature_row, sensor),
    ROW_AT(ROW_TEXT, signature_row, message),
};

static const struct row_shape flow_shape = ROW_SHAPE("new_flow", flow_row, flow_columns);
static const struct row_shape login_shape = ROW_SHAPE("new_login", login_row, login_columns);
static const struct row_shape signature_shape =
    ROW_SHAPE("new_signature", signature_row, signature_columns);

static struct str cut(struct str s, size_t max)
{
    return s.len > max ? (struct str){s.p, max} : s;
}

/* ------------------------------------------------------------------ rows from records */

static bool ends(
    struct store *s, const struct conn *c, int64_t *orig, int64_t *resp, struct err *err)
{
    return store_address_id(s, &c->orig, orig, err) && store_address_id(s, &c->resp, resp, err);
}

void store_mark_flows(
    struct store *s, unsigned (*marks)(void *arg, const struct flow *flow), void *arg)
{
    s->marks = marks;
    s->marks_arg = arg;
}

/* What IP bytes hold beyond payload and plain headers: mostly nothing, or a small number. */
static int64_t headers(const struct flow *f, int64_t ip_bytes, int64_t bytes, int64_t pkts)
{
    if (ip_bytes < 0)
        return ROW_NUMBER_NONE;
    return (int64_t)((uint64_t)ip_bytes - record_plain_bytes(f->conn.proto, f->flags, bytes, pkts));
}

static bool flow_row(struct store *s, const struct flow *f, struct flow_row *row, struct err *err)
{
    *row = (struct flow_row){
        .t = f->t_us,
        .duration = f->duration_us,
        .orig_bytes = f->orig_bytes,
        .resp_bytes = f->resp_bytes,
        .orig_pkts = f->orig_pkts,
        .resp_pkts = f->resp_pkts,
        .orig_headers = headers(f, f->orig_ip_bytes, f->orig_bytes, f->orig_pkts),
        .resp_headers = headers(f, f->resp_ip_bytes, f->resp_bytes, f->resp_pkts),
        .missed = f->missed_bytes,
        .uid = {cut(f->uid, UID_MAX), f->uid_number},
        .outcome = (uint16_t)(f->answer + 4 * f->state + 64 * f->flags),
        .orig_port = f->conn.orig_port,
        .resp_port = f->conn.resp_port,
        .proto = f->conn.proto,
    };
    return ends(s, &f->conn, &row->orig, &row->resp, err) &&
           store_name_id(s, cut(f->service, TEXT_MAX), &row->service, err) &&
           store_name_id(s, cut(f->history, HISTORY_MAX), &row->history, err);
}

static bool login_row(
    struct store *s, const struct login *l, int64_t source, struct login_row *row, struct err *err)
{
    *row = (struct login_row){
        .t = l->t_us,
        .source = source,
        .uid = {cut(l->uid, UID_MAX), 0},
        .user = cut(l->user, TEXT_MAX),
        .client = cut(l->client, TEXT_MAX),
        .attempts = l->attempts,
        .orig_port = l->conn.orig_port,
        .resp_port = l->conn.resp_port,
        .proto = l->conn.proto,
        .sensor = l->sensor,
        .key_exchange = l->key_exchange,
        .one_try = l->one_try,
        .success = l->success,
    };
    return ends(s, &l->conn, &row->orig, &row->resp, err) &&
           store_name_id(s, cut(l->service, TEXT_MAX), &row->service, err);
}

static bool signature_row(struct store *s, const struct signature *g, int64_t source,
    struct signature_row *row, struct err *err)
{
    *row = (struct signature_row){
        .t = g->t_us,
        .source = source,
        .uid = {cut(g->uid, UID_MAX), 0},
        .gid = g->gid,
        .sid = g->sid,
        .rev = g->rev,
        .orig_port = g->conn.orig_port,
        .resp_port = g->conn.resp_port,
        .proto = g->conn.proto,
        .severity = g->severity,
        .client_known = g->client_known,
        .answer = g->answer,
        .sensor = g->sensor,
        .message = cut(g->message, MESSAGE_MAX),
    };
    return ends(s, &g->conn, &row->orig, &row->resp, err) &&
           store_name_id(s, cut(g->name, TEXT_MAX), &row->name, err) &&
           store_name_id(s, cut(g->category, TEXT_MAX), &row->category, err) &&
           store_name_id(s, cut(g->action, TEXT_MAX), &row->action, err);
}

/* ------------------------------------------------------------------ inserts */

/* Room for the rows of one batch, kept for the next: fresh memory costs more than what goes into it. */
static void *row_room(struct store *s, size_t size)
{
    if (size > s->row_size) {
        free(s->rows);
        s->rows = malloc(size);
        s->row_size = s->rows ? size : 0;
    }
    return s->rows;
}

/* Rows that were put as those up to `last`. */
static bool add_stretch(struct store *s, const struct source *source, int sensor, enum flow_use use,
    const struct flow_row *rows, size_t count, int64_t last, struct err *err)
{
    int64_t t_min = INT64_MAX, t_max = INT64_MIN;
    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        t_min = rows[i].t < t_min ? rows[i].t : t_min;
        t_max = rows[i].t > t_max ? rows[i].t : t_max;
    }
    struct query *q = store_query(s, "stretch",
        "INSERT INTO stretch (first, last, use, source, sensor, t_min, t_max) "
        "VALUES (:first, :last, :use, :source, :sensor, :t_min, :t_max)");
    query_bind_i(q, ":first", last - (int64_t)count + 1);
    query_bind_i(q, ":last", last);
    query_bind_i(q, ":use", use);
    query_bind_i(q, ":source", source->id);
    query_bind_i(q, ":sensor", sensor);
    query_bind_i(q, ":t_min", t_min);
    query_bind_i(q, ":t_max", t_max);
    query_step(q);
    return query_done(q, err);
}

static enum flow_use use_of(const struct flow *f)
{
    return f->flags & FLOW_IDLE ? USE_NONE : f->flags & FLOW_DULL ? USE_VISIT : USE_FACTS;
}

static void mark_flows(struct store *s, struct batch *b, size_t counts[FLOW_USES])
{
    for (size_t i = 0; i < b->flow_count; i++) {
        struct flow *f = &b->flows[i];
        if (s->marks)
            f->flags |= (uint8_t)s->marks(s->marks_arg, f);
        counts[use_of(f)]++;
    }
}

/* Those of one use stand together, so that who looks for facts passes by the others at once. */
static bool flow_rows(struct store *s, const struct batch *b, const size_t counts[FLOW_USES],
    struct flow_row *rows, struct err *err)
{
    size_t next[FLOW_USES] = {0};
    for (int use = 1; use < FLOW_USES; use++)
        next[use] = next[use - 1] + counts[use - 1];
    for (size_t i = 0; i < b->flow_count; i++) {
        const struct flow *f = &b->flows[i];
        if (!flow_row(s, f, &rows[next[use_of(f)]++], err))
            return false;
    }
    return true;
}

static bool put_flows(
    struct store *s, const struct source *source, struct batch *b, struct err *err)
{
    size_t counts[FLOW_USES] = {0};
    if (b->flow_count == 0)
        return true;
    struct flow_row *rows = row_room(s, b->flow_count * sizeof *rows);
    if (!rows)
        return err_nomem(err);
    mark_flows(s, b, counts);
    if (!flow_rows(s, b, counts, rows, err) ||
        !store_rows_do(s, &flow_shape, rows, b->flow_count,
            "INSERT INTO flow SELECT NULL, * FROM new_flow", err))
        return false;
    int64_t row = store_last_id(s) - (int64_t)b->flow_count;
    bool done = true;
    for (int use = 0; done && use < FLOW_USES; use++) {
        row += (int64_t)counts[use];
        done = add_stretch(
            s, source, b->flows[0].sensor, (enum flow_use)use, rows, counts[use], row, err);
        rows += counts[use];
    }
    return done;
}

static bool put_logins(
    struct store *s, const struct source *source, const struct batch *b, struct err *err)
{
    if (b->login_count == 0)
        return true;
    struct login_row *rows = row_room(s, b->login_count * sizeof *rows);
    bool done = rows || err_nomem(err);
    for (size_t i = 0; done && i < b->login_count; i++)
        done = login_row(s, &b->logins[i], source->id, &rows[i], err);
    done = done && store_rows_do(s, &login_shape, rows, b->login_count,
                       "INSERT INTO login SELECT NULL, * FROM new_login", err);
    return done;
}

static bool put_signatures(
    struct store *s, const struct source *source, const struct batch *b, struct err *err)
{
    if (b->signature_count == 0)
        return true;
    struct signature_row *rows = row_room(s, b->signature_count * sizeof *rows);
    bool done = rows || err_nomem(err);
    for (size_t i = 0; done && i < b->signature_count; i++)
        done = signature_row(s, &b->signatures[i], source->id, &rows[i], err);
    done = done && store_rows_do(s, &signature_shape, rows, b->signature_count,
                       "INSERT INTO signature SELECT NULL, * FROM new_signature", err);
    return done;
}

static bool define_tables(struct store *s, struct err *err)
{
    return store_rows_define(s, &flow_shape, err) && store_rows_define(s, &login_shape, err) &&
           store_rows_define(s, &signature_shape, err);
}

/* In sources.c. */
bool store_source_save(struct store *s, struct source *source, struct err *err);
bool store_source_notes(struct store *s, const struct source *source,
    const struct reject_note *notes, size_t count, struct err *err);
bool store_source_counts(struct store *s, const struct source *source, struct err *err);
/* In put_lookups.c. */
bool store_put_lookups(
    struct store *s, const struct source *source, const struct batch *b, struct err *err);
/* In put_health.c. */
bool store_put_health(struct store *s, const struct batch *b, struct err *err);
/* In put_hours.c. */
bool store_put_hours(struct store *s, const struct batch *b, struct err *err);

void store_keep_nothing(struct store *s)
{
    s->keeps_nothing = true;
}

static void forget_counts(struct source *source)
{
    memset(source->ignored_as, 0, sizeof source->ignored_as);
    memset(source->rejected_as, 0, sizeof source->rejected_as);
}

static bool put(struct store *s, struct source *source, struct batch *batch,
    const struct reject_note *notes, size_t note_count, struct err *err)
{
    if (!define_tables(s, err) || !store_source_save(s, source, err) ||
        !put_flows(s, source, batch, err) || !put_logins(s, source, batch, err) ||
        !put_signatures(s, source, batch, err) || !store_put_lookups(s, source, batch, err) ||
        !store_put_hours(s, batch, err) || !store_put_health(s, batch, err) ||
        !store_source_notes(s, source, notes, note_count, err) ||
        !store_source_counts(s, source, err))
        return false;
    forget_counts(source);
    return true;
}

bool store_put(struct store *s, struct source *source, struct batch *batch,
    const struct reject_note *notes, size_t note_count, struct err *err)
{
    struct source before = *source;
    bool whole = !s->in_transaction;
    if (s->keeps_nothing) {
        source->id = 1;
        forget_counts(source);
        return true;
    }
    if (whole && !store_begin(s, err))
        return false;
    if (put(s, source, batch, notes, note_count, err) && (!whole || store_commit(s, err)))
        return true;
    if (whole)
        store_rollback(s);
    *source = before;
    return false;
}
