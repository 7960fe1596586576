/* Connections to login services, merged from flow and login records. */
#include "correlate/facts/sessions.h"

#include "correlate/facts/attempts.h"
#include "correlate/facts/session_row.h"
#include "store/query.h"
#include "store/rows.h"

#include <stdlib.h>

#define SESSIONS_MAX 131072 /* gathered in memory before they are written */
#define ROWS_MAX     1024   /* written at once */

struct sessions {
    struct store *store;
    const struct services *services;
    struct session *list;     /* SESSIONS_MAX */
    struct session_row *rows; /* ROWS_MAX: as they are written */
    struct attempts *attempts;
    size_t count;
    bool any_stored; /* a first run need not ask the table */
    bool hold;
};

/* How they are sorted before those of one connection become one. */
static const struct row_column session_key[] = {ROW_AT(ROW_I64, session, ident)};
static const struct row_shape sessions_by_key = ROW_SHAPE("sessions", session, session_key);

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
        .list = malloc(SESSIONS_MAX * sizeof *all->list),
        .rows = malloc(ROWS_MAX * sizeof *all->rows),
    };
    if (((all->list && all->rows) || err_nomem(err)) && store_rows_define(s, &session_rows, err) &&
        look_for_stored(all, err) && (all->attempts = attempts_new(s, services, ends, err)))
        return all;
    sessions_free(all);
    return NULL;
}

void sessions_free(struct sessions *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->rows);
    attempts_free(all->attempts);
    free(all);
}

/* Whether alerts show the same record of the session as evidence. */
static bool same_record(const struct session *a, const struct session *b)
{
    return a->flow == b->flow && (a->flow || a->login == b->login);
}

/* ------------------------------------------------------------------ writing */

static bool stored_session(
    struct sessions *all, int64_t ident, struct session *s, bool *found, struct err *err)
{
    struct query *q = store_query(
        all->store, "session", "SELECT " SESSION_COLUMNS " FROM session AS s WHERE ident = :ident");
    query_bind_i(q, ":ident", ident);
    *found = query_step(q);
    bool read = !*found || session_read(q, s, err);
    return query_done(q, read ? err : NULL) && read;
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
        (found && !attempts_derive(all->attempts, &stored, &before, err)))
        return false;
    if (found) {
        session_merge(all->services, s, &stored);
        keep_joined(s, &stored);
    }
    if (!attempts_derive(all->attempts, s, &after, err))
        return false;
    return (found && attempts_same(&before, &after) && same_record(&stored, s)) ||
           attempts_change(all->attempts, &before, &after, false, err);
}

static bool write_rows(
    struct sessions *all, const struct session *list, size_t count, struct err *err)
{
    static const struct rows_put put = {"INSERT OR IGNORE INTO session SELECT * FROM new_session",
        "INSERT OR REPLACE INTO session SELECT * FROM new_session"};
    for (size_t i = 0; i < count; i++)
        session_pack(&list[i], &all->rows[i]);
    return store_rows_put(all->store, &session_rows, all->rows, count, &put, err);
}

static bool write_sessions(
    struct sessions *all, const struct session *list, size_t count, struct err *err)
{
    bool done = true;
    for (size_t i = 0; done && i < count; i += ROWS_MAX)
        done = write_rows(all, list + i, count - i < ROWS_MAX ? count - i : ROWS_MAX, err);
    return done;
}

/* What records of one connection say becomes one session; they stand side by side. */
static void merge_same(struct sessions *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct session *last = kept ? &all->list[kept - 1] : NULL;
        if (last && last->ident == all->list[i].ident)
            session_merge(all->services, last, &all->list[i]);
        else
            all->list[kept++] = all->list[i];
    }
    all->count = kept;
}

bool sessions_flush(struct sessions *all, struct err *err)
{
    bool done = store_rows_sort(&sessions_by_key, all->list, all->count, 1, err);
    merge_same(all);
    for (size_t i = 0; done && i < all->count; i++)
        done = settle(all, &all->list[i], err);
    done = done && write_sessions(all, all->list, all->count, err) &&
           attempts_flush(all->attempts, err);
    all->any_stored = all->any_stored || all->count > 0;
    all->count = 0;
    return done;
}

/* ------------------------------------------------------------------ two sensors */

void sessions_hold(struct sessions *all, bool hold)
{
    all->hold = hold;
}

/* Puts a stored session in the place of what it was. */
static bool put_changed(
    struct sessions *all, const struct session *was, const struct session *now, struct err *err)
{
    struct attempt before, after;
    return attempts_derive(all->attempts, was, &before, err) &&
           attempts_derive(all->attempts, now, &after, err) && write_sessions(all, now, 1, err) &&
           (attempts_same(&before, &after) ||
               attempts_change(all->attempts, &before, &after, true, err));
}

/* What Suricata's sessions that a session of Zeek's speaks for say of how it ended. */
static bool ask_told(struct sessions *all, int64_t ident, struct session *zeek, struct err *err)
{
    struct session s;
    bool read = true;
    struct query *q = store_query(all->store, "what Suricata says",
        "SELECT " SESSION_COLUMNS " FROM session AS s WHERE twin = :ident AND twin <> 0");
    query_bind_i(q, ":ident", ident);
    session_forget_told(zeek);
    while (read && query_step(q)) {
        read = session_read(q, &s, err);
        if (read)
            session_tell(zeek, &s);
    }
    return query_done(q, read ? err : NULL) && read;
}

static bool same_told(const struct session *a, const struct session *b)
{
    return a->told_success == b->told_success && a->told_tries == b->told_tries &&
           a->told_exchanged == b->told_exchanged;
}

static bool hear(struct sessions *all, int64_t ident, struct err *err)
{
    struct session was, now;
    bool found;
    if (!stored_session(all, ident, &was, &found, err))
        return false;
    if (!found)
        return true;
    now = was;
    return ask_told(all, ident, &now, err) &&
           (same_told(&was, &now) || put_changed(all, &was, &now, err));
}

/* Without a word of Suricata's on how it ended, Zeek's session stands for both, and so does its record
 * of a refusal; where Zeek did not see a login at all, Suricata's stands. Tries that failed stand where
 * Zeek has none of its own. */
static bool gives_way(const struct session *s, const struct session *zeek, bool refused)
{
    if (!zeek)
        return refused && !session_is_explicit(s);
    return s->exchanged != EXCHANGED_TRY || session_is_explicit(zeek);
}

bool sessions_join(struct sessions *all, int64_t ident, int64_t t_us, int64_t zeek_ident,
    bool refused, struct err *err)
{
    struct session s, zeek;
    bool found, zeek_found = false;
    if (!stored_session(all, ident, &s, &found, err) ||
        (zeek_ident && !stored_session(all, zeek_ident, &zeek, &zeek_found, err)))
        return false;
    if (!found || t_us != session_t(&s))
        return true;
    struct session now = s;
    bool yields = zeek_ident && gives_way(&s, zeek_found ? &zeek : NULL, refused);
    now.twin = yields ? zeek_ident : 0;
    if (now.twin != s.twin && !put_changed(all, &s, &now, err))
        return false;
    bool left = s.twin != SESSION_TWIN_UNKNOWN && s.twin && s.twin != now.twin;
    bool tells = now.twin && zeek_found &&
                 (session_is_explicit(&s) || s.tries > 0 || session_has_told(&zeek));
    return (!left || hear(all, s.twin, err)) && (!tells || hear(all, now.twin, err));
}

bool sessions_note(struct sessions *all, const struct session *s, struct err *err)
{
    return attempts_note(all->attempts, s, err);
}

/* ------------------------------------------------------------------ gathering */

static bool gather(struct sessions *all, const struct session *s, struct err *err)
{
    if (all->count == SESSIONS_MAX && !sessions_flush(all, err))
        return false;
    all->list[all->count++] = *s;
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
        .twin = all->hold ? SESSION_TWIN_UNKNOWN : 0,
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
