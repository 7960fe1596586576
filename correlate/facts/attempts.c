/* Attempts, gathered and written in order of their key. */
#include "correlate/facts/attempts.h"

#include "correlate/facts/legs.h"
#include "store/own_attempts.h"
#include "store/query.h"
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPTS_MAX 65536 /* gathered in memory before they are written */
#define CHANGES_MAX  (2 * ATTEMPTS_MAX)
#define TRIES_MAX    1000000 /* in one connection: sums fit 64 bits, whatever logs claim */

struct changed {
    int64_t service, own, remote, lo, hi;
    int64_t tries; /* of what was added */
    uint8_t direction;
    uint8_t withdrawn; /* 1: something is gone or may count less, else there is only more */
};

struct attempts {
    struct store *store;
    const struct services *services;
    struct ends_cache *ends;
    struct attempt *list;    /* ATTEMPTS_MAX */
    struct changed *changes; /* CHANGES_MAX: what is in `list` follows when it is written */
    size_t count, change_count;
};

/* Of them, these and `ident` are the table's key: sessions come in order of that, and rows that are equal
 * in these stay in order. */
#define KEY_COLUMNS 5

/* In the order of the table's: then SQLite takes the values as they come. */
static const struct row_column attempt_columns[] = {
    ROW_AT(ROW_U8, attempt, direction),
    ROW_AT(ROW_I64, attempt, service),
    ROW_AT(ROW_I64, attempt, own),
    ROW_AT(ROW_I64, attempt, remote),
    ROW_AT(ROW_I64, attempt, t),
    ROW_AT(ROW_I64, attempt, ident),
    ROW_AT(ROW_I64, attempt, weight),
    ROW_AT(ROW_U8, attempt, kind),
    ROW_AT(ROW_U8, attempt, internal),
    ROW_AT(ROW_I64, attempt, roles),
    ROW_AT(ROW_I64, attempt, peer),
    ROW_AT(ROW_I64, attempt, tries),
    ROW_AT(ROW_U16, attempt, port),
    ROW_AT(ROW_I64, attempt, pool),
    ROW_AT(ROW_U8, attempt, leg),
    ROW_AT(ROW_I64, attempt, scale),
};

#define PAIR_COLUMNS 4 /* of them, these make a pair */

static const struct row_column change_columns[] = {
    ROW_AT(ROW_U8, changed, direction),
    ROW_AT(ROW_I64, changed, service),
    ROW_AT(ROW_I64, changed, own),
    ROW_AT(ROW_I64, changed, remote),
    ROW_AT(ROW_I64, changed, lo),
    ROW_AT(ROW_I64, changed, hi),
    ROW_AT(ROW_U8, changed, withdrawn),
    ROW_AT(ROW_I64, changed, tries),
};

static const struct row_shape attempt_rows = ROW_SHAPE("new_attempt", attempt, attempt_columns);
static const struct row_shape change_rows = ROW_SHAPE("new_change", changed, change_columns);

struct attempts *attempts_new(
    struct store *s, const struct services *services, struct ends_cache *ends, struct err *err)
{
    struct attempts *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    *all = (struct attempts){
        .store = s,
        .services = services,
        .ends = ends,
        .list = malloc(ATTEMPTS_MAX * sizeof *all->list),
        .changes = malloc(CHANGES_MAX * sizeof *all->changes),
    };
    store_gather_attempts(s);
    if (((all->list && all->changes) || err_nomem(err)) &&
        store_rows_define(s, &attempt_rows, err) && store_rows_define(s, &change_rows, err))
        return all;
    attempts_free(all);
    return NULL;
}

void attempts_free(struct attempts *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->changes);
    free(all);
}

/* ------------------------------------------------------------------ from a session */

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
static bool place_attempt(struct attempts *all, struct attempt *a, struct err *err)
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

bool attempts_derive(
    struct attempts *all, const struct session *s, struct attempt *a, struct err *err)
{
    const struct session whole = session_with_told(s);
    enum kind kind = s->twin ? KIND_NOTHING /* Zeek's session speaks for both */
                             : session_kind(&whole, services_by_id(all->services, s->service));
    int64_t tries = kind == KIND_FAILURE && whole.tries > 1 ? whole.tries : 1;
    tries = (tries < TRIES_MAX ? tries : TRIES_MAX) * s->scale;
    if (kind >= KIND_SUCCESS)
        tries = 0;
    *a = (struct attempt){
        .direction = s->direction,
        .service = s->service,
        .own = s->own,
        .remote = s->remote,
        .t = session_t(s),
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

bool attempts_same(const struct attempt *a, const struct attempt *b)
{
    return a->direction == b->direction && a->service == b->service && a->own == b->own &&
           a->remote == b->remote && a->t == b->t && a->tries == b->tries && a->kind == b->kind &&
           a->port == b->port && a->internal == b->internal && a->scale == b->scale;
}

/* ------------------------------------------------------------------ writing */

static bool same_pair(const struct changed *a, const struct changed *b)
{
    return a->direction == b->direction && a->service == b->service && a->own == b->own &&
           a->remote == b->remote;
}

/* Changes of one pair that come together are one, with the span of all of them. */
static void add_change(struct attempts *all, struct changed now)
{
    struct changed *last = all->change_count ? &all->changes[all->change_count - 1] : NULL;
    if (!last || !same_pair(last, &now)) {
        all->changes[all->change_count++] = now;
        return;
    }
    last->lo = now.lo < last->lo ? now.lo : last->lo;
    last->hi = now.hi > last->hi ? now.hi : last->hi;
    last->withdrawn |= now.withdrawn;
    last->tries += now.tries;
}

static void note_change(struct attempts *all, const struct attempt *a, bool withdrawn)
{
    add_change(all, (struct changed){.direction = a->direction,
                        .service = a->service,
                        .own = a->own,
                        .remote = a->remote,
                        .lo = a->t,
                        .hi = a->t,
                        .tries = withdrawn ? 0 : a->tries,
                        .withdrawn = withdrawn});
}

/* The pairs of what is about to be written, and those that were noted before. */
static bool gather_changes(struct attempts *all, struct err *err)
{
    for (size_t i = 0; i < all->count; i++)
        note_change(all, &all->list[i], false);
    if (!store_rows_sort(&change_rows, all->changes, all->change_count, PAIR_COLUMNS, err))
        return false;
    size_t count = all->change_count;
    all->change_count = 0;
    for (size_t i = 0; i < count; i++)
        add_change(all, all->changes[i]);
    return true;
}

/* An attempt in whose place another is put has been withdrawn before; should one of the same key be there
 * all the same, the new one counts. */
#define ATTEMPTS(roles, pool, leg, scale)                                                          \
    "INTO attempt SELECT direction, service, own, remote, t, ident, weight, kind, "                \
    "internal, " roles ", peer, tries, port, " pool ", " leg ", " scale " FROM new_attempt "
#define PUT_ATTEMPTS(attempts)                                                                     \
    {                                                                                              \
        "INSERT OR IGNORE " attempts,                                                              \
            "INSERT " attempts "WHERE true ON CONFLICT DO UPDATE SET weight = excluded.weight, "   \
            "kind = excluded.kind, internal = excluded.internal, roles = excluded.roles, "         \
            "peer = excluded.peer, tries = excluded.tries, port = excluded.port, "                 \
            "pool = excluded.pool, leg = excluded.leg, scale = excluded.scale"                     \
    }

static const struct rows_put put_attempts = PUT_ATTEMPTS(ATTEMPTS("roles", "pool", "leg", "scale"));
/* Values that need not be fetched for each row. */
static const struct rows_put put_plain_attempts = PUT_ATTEMPTS(ATTEMPTS("0", "0", "0", "1"));

/* Where the inventory knows neither end, and the sensor sees all: of most networks, all of them. */
static bool are_plain(const struct attempt *list, size_t count)
{
    bool plain = true;
    for (size_t i = 0; plain && i < count; i++)
        plain = !list[i].roles && !list[i].pool && !list[i].leg && list[i].scale == 1;
    return plain;
}

static struct own_key key_of(const struct attempt *a)
{
    return (struct own_key){a->direction, a->service, a->own};
}

static void tell_written(struct store *s, const struct attempt *a)
{
    const struct own_key key = key_of(a);
    const struct own_attempt written = {.t = a->t,
        .remote = a->remote,
        .peer = a->peer,
        .weight = a->weight,
        .scale = a->scale,
        .roles = (int32_t)a->roles,
        .port = a->port,
        .kind = a->kind,
        .internal = a->internal};
    store_attempt_written(s, &key, &written);
}

static bool write_attempts(
    struct attempts *all, const struct attempt *list, size_t count, struct err *err)
{
    const struct rows_put *put = are_plain(list, count) ? &put_plain_attempts : &put_attempts;
    if (!store_rows_put(all->store, &attempt_rows, list, count, put, err))
        return false;
    for (size_t i = 0; i < count; i++)
        tell_written(all->store, &list[i]);
    return true;
}

static bool write_changes(struct attempts *all, struct err *err)
{
    return store_rows_do(all->store, &change_rows, all->changes, all->change_count,
        "INSERT INTO changed_attempt (direction, service, own, remote, lo, hi, withdrawn, tries) "
        "SELECT * FROM new_change WHERE true ON CONFLICT DO UPDATE "
        "SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi), "
        "withdrawn = max(withdrawn, excluded.withdrawn), tries = tries + excluded.tries",
        err);
}

/* In the order of the tables' keys: neighbours share pages. */
bool attempts_flush(struct attempts *all, struct err *err)
{
    bool done = store_rows_sort(&attempt_rows, all->list, all->count, KEY_COLUMNS, err) &&
                gather_changes(all, err) && write_attempts(all, all->list, all->count, err) &&
                write_changes(all, err);
    all->count = all->change_count = 0;
    return done;
}

/* ------------------------------------------------------------------ changes */

static bool forget(struct attempts *all, const struct attempt *a, struct err *err)
{
    if (a->kind == KIND_NOTHING)
        return true;
    note_change(all, a, true);
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
    if (!query_done(q, err))
        return false;
    const struct own_key key = key_of(a);
    store_attempts_changed(all->store, &key, store_changes(all->store));
    return true;
}

static bool put(struct attempts *all, const struct attempt *a, bool at_once, struct err *err)
{
    if (a->kind == KIND_NOTHING)
        return true;
    if (at_once) {
        note_change(all, a, false);
        return write_attempts(all, a, 1, err);
    }
    all->list[all->count++] = *a;
    return true;
}

/* For an attempt, and what changes by it and by the one in whose place it is put. */
static bool have_room(struct attempts *all, struct err *err)
{
    bool full = all->count == ATTEMPTS_MAX || all->count + all->change_count + 2 > CHANGES_MAX;
    return !full || attempts_flush(all, err);
}

bool attempts_change(struct attempts *all, const struct attempt *before,
    const struct attempt *after, bool at_once, struct err *err)
{
    return have_room(all, err) && forget(all, before, err) && put(all, after, at_once, err);
}

bool attempts_note(struct attempts *all, const struct session *s, struct err *err)
{
    const struct attempt there = {.direction = s->direction,
        .service = s->service,
        .own = s->own,
        .remote = s->remote,
        .t = session_t(s)};
    if (!have_room(all, err))
        return false;
    note_change(all, &there, false);
    return true;
}
