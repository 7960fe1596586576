/* Connections to login services, merged from flow and login records. */
#include "correlate/sessions.h"

#include "store/query.h"
#include "store/rows.h"
#include "util/order.h"

#include <stdlib.h>

#define SESSIONS_MAX 65536 /* gathered in memory before they are written */

/* One row of table `session`; 0 in flow or login: no such record. */
struct session {
    int64_t ident, service, own, remote;
    int64_t flow, flow_t, login, login_t, tries, scale;
    int64_t twin, told_tries;
    uint8_t direction, internal, shape, exchanged, told_exchanged;
    uint16_t port;
    int8_t success, told_success;
};

#define TWIN_UNKNOWN ROW_NUMBER_NONE /* session.twin: not yet looked for */

/* What stands in session.exchanged, the larger one when two disagree. */
enum exchanged {
    EXCHANGED_NO,
    EXCHANGED_KEYS,
    EXCHANGED_TRIES, /* its failed tries are sessions of their own */
    EXCHANGED_TRY,   /* such a one */
};

/* Order is stored; from KIND_SUCCESS on somebody got in. */
enum kind {
    KIND_ATTEMPT,
    KIND_FAILURE, /* the log says so */
    KIND_SUCCESS, /* the log says so */
    KIND_SESSION, /* inferred: the server sent more, or it lasted longer, than in an attempt */
    KIND_NOTHING
};

/* One row of table `attempt`. */
struct attempt {
    int64_t service, own, remote, t, ident, peer, tries, weight, roles, pool, scale;
    uint8_t direction, kind, internal, leg;
    uint16_t port;
};

struct changed {
    int64_t service, own, remote, lo, hi;
    uint8_t direction;
};

struct sessions {
    struct store *store;
    const struct services *services;
    struct ends_cache *ends;
    struct session *list; /* SESSIONS_MAX */
    uint32_t *slots;      /* SESSIONS_MAX * 2: index + 1 into list, by ident */
    struct attempt *attempts;
    struct changed *changes; /* SESSIONS_MAX * 2 */
    size_t count, attempt_count, change_count;
    bool any_stored; /* a first run need not ask the table */
    bool hold;
};

static const struct row_column session_columns[] = {
    ROW_AT(ROW_I64, session, ident),
    ROW_AT(ROW_U8, session, direction),
    ROW_AT(ROW_I64, session, service),
    ROW_AT(ROW_I64, session, own),
    ROW_AT(ROW_I64, session, remote),
    ROW_AT(ROW_U16, session, port),
    ROW_AT(ROW_U8, session, internal),
    ROW_AT(ROW_U8, session, shape),
    ROW_AT(ROW_I64, session, flow),
    ROW_AT(ROW_I64, session, flow_t),
    ROW_AT(ROW_I64, session, login),
    ROW_AT(ROW_I64, session, login_t),
    ROW_AT(ROW_I8, session, success),
    ROW_AT(ROW_I64, session, tries),
    ROW_AT(ROW_U8, session, exchanged),
    ROW_AT(ROW_I64, session, scale),
    ROW_AT(ROW_NUMBER, session, twin),
    ROW_AT(ROW_I8, session, told_success),
    ROW_AT(ROW_I64, session, told_tries),
    ROW_AT(ROW_U8, session, told_exchanged),
};

static const struct row_column attempt_columns[] = {
    ROW_AT(ROW_U8, attempt, direction),
    ROW_AT(ROW_I64, attempt, service),
    ROW_AT(ROW_I64, attempt, own),
    ROW_AT(ROW_I64, attempt, remote),
    ROW_AT(ROW_I64, attempt, t),
    ROW_AT(ROW_I64, attempt, ident),
    ROW_AT(ROW_I64, attempt, peer),
    ROW_AT(ROW_I64, attempt, tries),
    ROW_AT(ROW_I64, attempt, weight),
    ROW_AT(ROW_U8, attempt, kind),
    ROW_AT(ROW_U16, attempt, port),
    ROW_AT(ROW_U8, attempt, internal),
    ROW_AT(ROW_I64, attempt, roles),
    ROW_AT(ROW_I64, attempt, pool),
    ROW_AT(ROW_U8, attempt, leg),
    ROW_AT(ROW_I64, attempt, scale),
};

static const struct row_column change_columns[] = {
    ROW_AT(ROW_U8, changed, direction),
    ROW_AT(ROW_I64, changed, service),
    ROW_AT(ROW_I64, changed, own),
    ROW_AT(ROW_I64, changed, remote),
    ROW_AT(ROW_I64, changed, lo),
    ROW_AT(ROW_I64, changed, hi),
};

static const struct row_shape session_rows = ROW_SHAPE("new_session", session, session_columns);
static const struct row_shape attempt_rows = ROW_SHAPE("new_attempt", attempt, attempt_columns);
static const struct row_shape change_rows = ROW_SHAPE("new_change", changed, change_columns);

static bool look_for_stored(struct sessions *all, struct err *err)
{
    struct query *q = store_query(all->store, "any session",
        "SELECT 1 FROM session LIMIT 1 /* scans session: its first row */");
    all->any_stored = query_step(q);
    return query_done(q, err);
}

struct sessions *sessions_new(
    struct store *s, const struct services *services, struct ends_cache *ends, struct err *err)
{
    struct sessions *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    *all = (struct sessions){
        .store = s,
        .services = services,
        .ends = ends,
        .list = malloc(SESSIONS_MAX * sizeof *all->list),
        .slots = calloc(SESSIONS_MAX * 2, sizeof *all->slots),
        .attempts = malloc(SESSIONS_MAX * sizeof *all->attempts),
        .changes = malloc(SESSIONS_MAX * 2 * sizeof *all->changes),
    };
    if ((all->list && all->slots && all->attempts && all->changes) || err_nomem(err))
        if (store_rows_define(s, &session_rows, err) && store_rows_define(s, &attempt_rows, err) &&
            store_rows_define(s, &change_rows, err) && look_for_stored(all, err))
            return all;
    sessions_free(all);
    return NULL;
}

void sessions_free(struct sessions *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->slots);
    free(all->attempts);
    free(all->changes);
    free(all);
}

/* ------------------------------------------------------------------ merging */

/* Which of two descriptions names the ends: the flow's before the login's, else the smaller. */
static bool names_ends_better(const struct session *a, const struct session *b)
{
    int by = order(a->flow != 0, b->flow != 0) * -1;
    by = by ? by : order(a->direction, b->direction);
    by = by ? by : order(a->own, b->own);
    by = by ? by : order(a->remote, b->remote);
    by = by ? by : order(a->port, b->port);
    return by < 0;
}

/* A login record knows its service; a flow may only know a port. */
static int64_t better_service(
    const struct services *services, const struct session *a, const struct session *b)
{
    if ((a->login != 0) != (b->login != 0))
        return a->login ? a->service : b->service;
    const struct login_service *x = services_by_id(services, a->service);
    const struct login_service *y = services_by_id(services, b->service);
    return x && (!y || x <= y) ? a->service : b->service;
}

/* Of two records, 0 standing for none, the earlier one. */
static void keep_earlier(int64_t *row, int64_t *t, int64_t other_row, int64_t other_t)
{
    if (other_row && (!*row || other_t < *t || (other_t == *t && other_row < *row))) {
        *row = other_row;
        *t = other_t;
    }
}

#define KEEP_LARGER(a, b)                                                                          \
    do {                                                                                           \
        if ((b) > (a))                                                                             \
            (a) = (b);                                                                             \
    } while (0)

static void merge(const struct services *services, struct session *into, const struct session *from)
{
    struct session whole = names_ends_better(from, into) ? *from : *into;
    whole.service = better_service(services, into, from);
    whole.flow = into->flow, whole.flow_t = into->flow_t;
    whole.login = into->login, whole.login_t = into->login_t;
    keep_earlier(&whole.flow, &whole.flow_t, from->flow, from->flow_t);
    keep_earlier(&whole.login, &whole.login_t, from->login, from->login_t);
    const struct session *other = names_ends_better(from, into) ? into : from;
    KEEP_LARGER(whole.shape, other->shape);
    KEEP_LARGER(whole.exchanged, other->exchanged);
    KEEP_LARGER(whole.success, other->success);
    KEEP_LARGER(whole.tries, other->tries);
    if (other->scale < whole.scale) /* who sees more knows better */
        whole.scale = other->scale;
    *into = whole;
}

/* ------------------------------------------------------------------ attempts */

/* Whether a log says how it ended: then what another sensor says does not matter. */
static bool is_explicit(const struct session *s)
{
    return s->success >= 0 || s->exchanged >= EXCHANGED_TRIES;
}

static bool has_told(const struct session *s)
{
    return s->told_success >= 0 || s->told_tries > 0 || s->told_exchanged > 0;
}

/* What Zeek leaves open Suricata may know. */
static struct session with_told(const struct session *s)
{
    struct session whole = *s;
    if (!is_explicit(s)) {
        KEEP_LARGER(whole.success, s->told_success);
        KEEP_LARGER(whole.tries, s->told_tries);
        KEEP_LARGER(whole.exchanged, s->told_exchanged);
    }
    return whole;
}

/* What a connection with a login record comes to. */
static enum kind kind_of_login(const struct session *s)
{
    if (s->success == 1)
        return KIND_SUCCESS;
    if (s->success == 0)
        return KIND_FAILURE;
    if (s->exchanged == EXCHANGED_TRIES)
        return KIND_NOTHING; /* each failed try counts by itself */
    if (!s->flow)
        return s->exchanged ? KIND_ATTEMPT : KIND_NOTHING;
    return s->shape == SHAPE_ATTEMPT   ? KIND_ATTEMPT
           : s->shape == SHAPE_SESSION ? KIND_SESSION
                                       : KIND_NOTHING;
}

static enum kind kind_of(const struct session *s, const struct login_service *service)
{
    enum kind kind = s->login || is_explicit(s)  ? kind_of_login(s)
                     : s->shape == SHAPE_ATTEMPT ? KIND_ATTEMPT
                     : s->shape == SHAPE_SESSION ? KIND_SESSION
                                                 : KIND_NOTHING;
    bool silent = service && service->explicit_only && kind == KIND_ATTEMPT;
    return silent ? KIND_NOTHING : kind;
}

/* IPv6 sources count by /64: one customer's network. */
static bool peer_of(struct store *s, const struct session *session, int64_t *peer, struct err *err)
{
    *peer = session->remote;
    if (session->direction != DIRECTION_INCOMING || store_id_is_v4(session->remote))
        return true;
    struct ipaddr ip;
    if (!store_address(s, session->remote, &ip, err))
        return false;
    memset(ip.b + 8, 0, 8);
    return store_address_id(s, &ip, peer, err);
}

/* What the inventory says of the two ends. */
static bool place_attempt(struct sessions *all, struct attempt *a, struct err *err)
{
    struct end own, remote;
    if (!ends_look(all->ends, a->own, &own, err) || !ends_look(all->ends, a->remote, &remote, err))
        return false;
    bool incoming = a->direction == DIRECTION_INCOMING;
    const struct end *client = incoming ? &remote : &own, *server = incoming ? &own : &remote;
    a->roles = client->resource ? client->resource->roles : 0;
    a->pool = ends_group(&own, &remote);
    a->leg = ends_kind(all->ends, client, server) == ENDS_BACKEND ? LEG_BACKEND : LEG_NONE;
    if (a->leg)
        a->weight = 0;
    return true;
}

/* The attempt that follows from a session; kind KIND_NOTHING: none. */
static bool derive(
    struct sessions *all, const struct session *s, struct attempt *a, struct err *err)
{
    const struct session whole = with_told(s);
    enum kind kind = s->twin ? KIND_NOTHING /* Zeek's session speaks for both */
                             : kind_of(&whole, services_by_id(all->services, s->service));
    int64_t tries = kind == KIND_FAILURE && whole.tries > 1 ? whole.tries : 1;
    tries *= s->scale;
    if (kind >= KIND_SUCCESS)
        tries = 0;
    *a = (struct attempt){
        .direction = s->direction,
        .service = s->service,
        .own = s->own,
        .remote = s->remote,
        .t = s->flow ? s->flow_t : s->login_t,
        .ident = s->ident,
        .tries = tries,
        .weight = tries,
        .kind = (uint8_t)kind,
        .port = s->port,
        .internal = s->internal,
        .scale = s->scale,
    };
    return kind == KIND_NOTHING ||
           (peer_of(all->store, s, &a->peer, err) && place_attempt(all, a, err));
}

static bool same_attempt(const struct attempt *a, const struct attempt *b)
{
    return a->direction == b->direction && a->service == b->service && a->own == b->own &&
           a->remote == b->remote && a->t == b->t && a->tries == b->tries && a->kind == b->kind &&
           a->port == b->port && a->internal == b->internal && a->scale == b->scale;
}

/* Whether alerts show the same record of the session as evidence. */
static bool same_record(const struct session *a, const struct session *b)
{
    return a->flow == b->flow && (a->flow || a->login == b->login);
}

static void note_change(struct sessions *all, const struct attempt *a)
{
    if (a->kind != KIND_NOTHING)
        all->changes[all->change_count++] =
            (struct changed){a->service, a->own, a->remote, a->t, a->t, a->direction};
}

static bool forget_attempt(struct sessions *all, const struct attempt *a, struct err *err)
{
    if (a->kind == KIND_NOTHING)
        return true;
    struct query *q = store_query(all->store, "forget attempt",
        "DELETE FROM attempt WHERE direction = :direction AND service = :service AND own = :own "
        "AND remote = :remote AND t = :t AND ident = :ident");
    query_bind_i(q, ":direction", a->direction);
    query_bind_i(q, ":service", a->service);
    query_bind_i(q, ":own", a->own);
    query_bind_i(q, ":remote", a->remote);
    query_bind_i(q, ":t", a->t);
    query_bind_i(q, ":ident", a->ident);
    query_step(q);
    return query_done(q, err);
}

/* ------------------------------------------------------------------ writing */

static bool stored_session(
    struct sessions *all, int64_t ident, struct session *s, bool *found, struct err *err)
{
    struct query *q = store_query(all->store, "session",
        "SELECT direction, service, own, remote, port, internal, shape, flow, flow_t, login, "
        "login_t, success, tries, exchanged, scale, twin, told_success, told_tries, "
        "told_exchanged FROM session WHERE ident = :ident");
    query_bind_i(q, ":ident", ident);
    *found = query_step(q);
    if (*found)
        *s = (struct session){
            .ident = ident,
            .direction = (uint8_t)query_i(q, 0),
            .service = query_i(q, 1),
            .own = query_i(q, 2),
            .remote = query_i(q, 3),
            .port = (uint16_t)query_i(q, 4),
            .internal = (uint8_t)query_i(q, 5),
            .shape = (uint8_t)query_i(q, 6),
            .flow = query_i(q, 7),
            .flow_t = query_i(q, 8),
            .login = query_i(q, 9),
            .login_t = query_i(q, 10),
            .success = (int8_t)query_i(q, 11),
            .tries = query_i(q, 12),
            .exchanged = (uint8_t)query_i(q, 13),
            .scale = query_i(q, 14),
            .twin = query_null(q, 15) ? TWIN_UNKNOWN : query_i(q, 15),
            .told_success = (int8_t)query_i(q, 16),
            .told_tries = query_i(q, 17),
            .told_exchanged = (uint8_t)query_i(q, 18),
        };
    return query_done(q, err);
}

/* What was found of the other sensor's session stays until it is looked for again. */
static void keep_joined(struct session *s, const struct session *stored)
{
    s->twin = stored->twin;
    s->told_success = stored->told_success;
    s->told_tries = stored->told_tries;
    s->told_exchanged = stored->told_exchanged;
}

/* Joins one session with what is stored of it, and puts the attempt that follows in the place of
 * the one that followed before. */
static bool settle(struct sessions *all, struct session *s, struct err *err)
{
    struct session stored;
    struct attempt before = {.kind = KIND_NOTHING}, after;
    bool found = false;
    if ((all->any_stored && !stored_session(all, s->ident, &stored, &found, err)) ||
        (found && !derive(all, &stored, &before, err)))
        return false;
    if (found) {
        merge(all->services, s, &stored);
        keep_joined(s, &stored);
    }
    if (!derive(all, s, &after, err))
        return false;
    if (found && same_attempt(&before, &after) && same_record(&stored, s))
        return true;
    note_change(all, &before);
    note_change(all, &after);
    if (after.kind != KIND_NOTHING)
        all->attempts[all->attempt_count++] = after;
    return forget_attempt(all, &before, err);
}

static int by_ident(const void *a, const void *b)
{
    return order(((const struct session *)a)->ident, ((const struct session *)b)->ident);
}

static int by_attempt_key(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    int by = order(x->direction, y->direction);
    by = by ? by : order(x->service, y->service);
    by = by ? by : order(x->own, y->own);
    by = by ? by : order(x->remote, y->remote);
    by = by ? by : order(x->t, y->t);
    return by ? by : order(x->ident, y->ident);
}

static int by_change_key(const void *a, const void *b)
{
    const struct changed *x = a, *y = b;
    int by = order(x->direction, y->direction);
    by = by ? by : order(x->service, y->service);
    by = by ? by : order(x->own, y->own);
    return by ? by : order(x->remote, y->remote);
}

/* One change a key, with the span of all of them. */
static void join_changes(struct sessions *all)
{
    size_t kept = 0;
    qsort(all->changes, all->change_count, sizeof *all->changes, by_change_key);
    for (size_t i = 0; i < all->change_count; i++) {
        struct changed *last = kept ? &all->changes[kept - 1] : NULL;
        if (!last || by_change_key(last, &all->changes[i]) != 0) {
            all->changes[kept++] = all->changes[i];
            continue;
        }
        if (all->changes[i].lo < last->lo)
            last->lo = all->changes[i].lo;
        KEEP_LARGER(last->hi, all->changes[i].hi);
    }
    all->change_count = kept;
}

static bool write_rows(struct sessions *all, const struct row_shape *shape, const void *rows,
    size_t count, const char *sql, struct err *err)
{
    store_rows_point(all->store, shape, rows, count);
    bool done = count == 0 || store_do(all->store, shape->table, sql, err);
    store_rows_point(all->store, shape, NULL, 0);
    return done;
}

static const char put_sessions[] =
    "INSERT OR REPLACE INTO session (ident, direction, service, own, remote, port, internal, "
    "shape, flow, flow_t, login, login_t, success, tries, exchanged, scale, twin, told_success, "
    "told_tries, told_exchanged) SELECT * FROM new_session";

static const char put_attempts[] =
    "INSERT OR REPLACE INTO attempt (direction, service, own, remote, t, ident, peer, tries, "
    "weight, kind, port, internal, roles, pool, leg, scale) SELECT * FROM new_attempt";

static bool write_all(struct sessions *all, struct err *err)
{
    /* in the order of the tables' keys: neighbours share pages */
    qsort(all->list, all->count, sizeof *all->list, by_ident);
    qsort(all->attempts, all->attempt_count, sizeof *all->attempts, by_attempt_key);
    join_changes(all);
    return write_rows(all, &session_rows, all->list, all->count, put_sessions, err) &&
           write_rows(all, &attempt_rows, all->attempts, all->attempt_count, put_attempts, err) &&
           write_rows(all, &change_rows, all->changes, all->change_count,
               "INSERT INTO changed_attempt (direction, service, own, remote, lo, hi) "
               "SELECT * FROM new_change WHERE true ON CONFLICT DO UPDATE "
               "SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
               err);
}

bool sessions_flush(struct sessions *all, struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < all->count; i++)
        done = settle(all, &all->list[i], err);
    done = done && write_all(all, err);
    all->any_stored = all->any_stored || all->count > 0;
    memset(all->slots, 0, SESSIONS_MAX * 2 * sizeof *all->slots);
    all->count = all->attempt_count = all->change_count = 0;
    return done;
}

/* ------------------------------------------------------------------ two sensors */

void sessions_hold(struct sessions *all, bool hold)
{
    all->hold = hold;
}

static bool put_attempt(struct sessions *all, const struct attempt *a, struct err *err)
{
    if (a->kind == KIND_NOTHING)
        return true;
    return write_rows(all, &attempt_rows, a, 1, put_attempts, err);
}

/* Puts a stored session in the place of what it was. */
static bool put_changed(
    struct sessions *all, const struct session *was, const struct session *now, struct err *err)
{
    struct attempt before, after;
    if (!derive(all, was, &before, err) || !derive(all, now, &after, err) ||
        !write_rows(all, &session_rows, now, 1, put_sessions, err))
        return false;
    if (same_attempt(&before, &after))
        return true;
    if (all->change_count + 2 > SESSIONS_MAX * 2 && !sessions_flush(all, err))
        return false;
    note_change(all, &before);
    note_change(all, &after);
    return forget_attempt(all, &before, err) && put_attempt(all, &after, err);
}

/* What Suricata's sessions that a session of Zeek's speaks for say of how it ended. */
static bool hear(struct sessions *all, int64_t ident, struct err *err)
{
    struct session was, now;
    bool found;
    if (!stored_session(all, ident, &was, &found, err))
        return false;
    if (!found)
        return true;
    now = was;
    struct query *q = store_query(all->store, "what Suricata says",
        "SELECT max(success), max(tries), max(exchanged) FROM session WHERE twin = :ident "
        "AND twin <> 0 AND exchanged <> 3");
    query_bind_i(q, ":ident", ident);
    bool any = query_step(q) && !query_null(q, 0);
    now.told_success = any ? (int8_t)query_i(q, 0) : -1;
    now.told_tries = any ? query_i(q, 1) : 0;
    now.told_exchanged = any && query_i(q, 2) == EXCHANGED_TRIES ? EXCHANGED_TRIES : EXCHANGED_NO;
    if (!query_done(q, err))
        return false;
    bool same = now.told_success == was.told_success && now.told_tries == was.told_tries &&
                now.told_exchanged == was.told_exchanged;
    return same || put_changed(all, &was, &now, err);
}

/* Without a word of Suricata's on how it ended, Zeek's session stands for both, and so does its record
 * of a refusal; where Zeek did not see a login at all, Suricata's stands. Tries that failed stand where
 * Zeek has none of its own. */
static bool gives_way(const struct session *s, const struct session *zeek, bool refused)
{
    if (!zeek)
        return refused && !is_explicit(s);
    return s->exchanged != EXCHANGED_TRY || is_explicit(zeek);
}

bool sessions_join(struct sessions *all, int64_t ident, int64_t t_us, int64_t zeek_ident,
    bool refused, struct err *err)
{
    struct session s, zeek;
    bool found, zeek_found = false;
    if (!stored_session(all, ident, &s, &found, err) ||
        (zeek_ident && !stored_session(all, zeek_ident, &zeek, &zeek_found, err)))
        return false;
    if (!found || t_us != (s.flow ? s.flow_t : s.login_t))
        return true;
    struct session now = s;
    bool yields = zeek_ident && gives_way(&s, zeek_found ? &zeek : NULL, refused);
    now.twin = yields ? zeek_ident : 0;
    if (now.twin != s.twin && !put_changed(all, &s, &now, err))
        return false;
    bool left = s.twin != TWIN_UNKNOWN && s.twin && s.twin != now.twin;
    bool tells = now.twin && zeek_found && (is_explicit(&s) || s.tries > 0 || has_told(&zeek));
    return (!left || hear(all, s.twin, err)) && (!tells || hear(all, now.twin, err));
}

/* ------------------------------------------------------------------ gathering */

static bool gather(struct sessions *all, const struct session *s, struct err *err)
{
    if (all->count == SESSIONS_MAX && !sessions_flush(all, err))
        return false;
    uint64_t at = (uint64_t)s->ident * UINT64_C(0x9e3779b97f4a7c15) >> 40;
    while (all->slots[at % (SESSIONS_MAX * 2)]) {
        struct session *known = &all->list[all->slots[at % (SESSIONS_MAX * 2)] - 1];
        if (known->ident == s->ident) {
            merge(all->services, known, s);
            return true;
        }
        at++;
    }
    all->list[all->count++] = *s;
    all->slots[at % (SESSIONS_MAX * 2)] = (uint32_t)all->count;
    return true;
}

static struct session placed_session(
    const struct sessions *all, const struct placed *placed, const struct login_service *service)
{
    return (struct session){
        .direction = (uint8_t)placed->direction,
        .internal = placed->internal,
        .service = services_id(all->services, service),
        .own = placed->own.id,
        .remote = placed->remote.id,
        .success = -1,
        .twin = all->hold ? TWIN_UNKNOWN : 0,
        .told_success = -1,
    };
}

bool sessions_add_flow(struct sessions *all, const struct seen_flow *flow,
    const struct placed *placed, const struct login_service *service, struct err *err)
{
    struct session s = placed_session(all, placed, service);
    s.ident = flow->ident;
    s.port = flow->resp_port;
    s.shape = (uint8_t)shape_of(flow, service);
    s.flow = flow->row;
    s.flow_t = flow->t_us;
    s.scale = flow->scale;
    return gather(all, &s, err);
}

int64_t sessions_try_ident(int64_t ident, int64_t t_us)
{
    char when[8];
    for (int i = 0; i < 8; i++)
        when[i] = (char)((uint64_t)t_us >> (56 - 8 * i));
    return (int64_t)str_hash((struct str){when, sizeof when}, (uint64_t)ident);
}

/* A connection may hold several tries: each that failed counts as a session of its own, beside the
 * connection's, which then counts only for a success. */
static bool add_try(
    struct sessions *all, struct session s, const struct seen_login *login, struct err *err)
{
    struct session failed = s;
    failed.ident = sessions_try_ident(login->ident, login->t_us);
    s.exchanged = EXCHANGED_TRIES;
    if (login->success == 0) {
        failed.exchanged = EXCHANGED_TRY;
        s.success = -1;
        if (!gather(all, &failed, err))
            return false;
    }
    return gather(all, &s, err);
}

bool sessions_add_login(struct sessions *all, const struct seen_login *login,
    const struct placed *placed, const struct login_service *service, struct err *err)
{
    struct session s = placed_session(all, placed, service);
    s.ident = login->ident;
    s.port = login->port;
    s.login = login->row;
    s.login_t = login->t_us;
    s.scale = login->scale;
    s.success = (int8_t)login->success;
    s.tries = login->attempts > 0 ? login->attempts : 0;
    s.exchanged = login->key_exchange ? EXCHANGED_KEYS : EXCHANGED_NO;
    return login->one_try ? add_try(all, s, login, err) : gather(all, &s, err);
}
