/* What the attempts of an episode tell: how many, by whom, on which port, and whether one got in. */
#include "correlate/alerts/attempt_sums.h"
#include "correlate/alerts/describe.h"
#include "correlate/alerts/tally.h"
#include "store/own_attempts.h"
#include "store/query.h"

#include <string.h>

#define LIST_MAX      20 /* addresses in a property */
#define EVIDENCE_ENDS 25 /* so many records from the beginning and from the end */

/* :remote is bound for one-to-one only; the two spell the same question. */
#define OF_PAIR                                                                                    \
    "FROM attempt WHERE direction = :direction AND service = :service AND own = :own "             \
    "AND remote = :remote AND t BETWEEN :t0 AND :t1 AND roles & :exempt = 0 "
#define SUCCESS_OF_PAIR                                                                            \
    "FROM attempt INDEXED BY attempt_success WHERE kind >= 2 AND direction = :direction "          \
    "AND service = :service AND own = :own AND remote = :remote AND t BETWEEN :t0 AND :t1 "        \
    "AND roles & :exempt = 0 "
#define OF_OWN                                                                                     \
    "FROM attempt INDEXED BY attempt_by_own WHERE direction = :direction AND service = :service "  \
    "AND own = :own AND t BETWEEN :t0 AND :t1 AND roles & :exempt = 0 "

#define ROWS  "SELECT t, remote, port, scale, weight, kind, internal "
#define FIRST "SELECT ident, t, kind "

static const struct questions {
    const char *rows; /* NULL: all of one of ours */
    const char *first, *last;
    const char *login, *session; /* the first of its kind; NULL: not asked */
} pair_questions = {ROWS OF_PAIR "AND weight > 0",
    FIRST OF_PAIR "AND weight > 0 ORDER BY t, ident LIMIT 25",
    FIRST OF_PAIR "AND weight > 0 ORDER BY t DESC, ident DESC LIMIT 25",
    FIRST SUCCESS_OF_PAIR "AND kind = 2 ORDER BY t, ident LIMIT 1",
    FIRST SUCCESS_OF_PAIR "AND kind = 3 ORDER BY t, ident LIMIT 1"},
  own_questions = {NULL, FIRST OF_OWN "AND weight > 0 ORDER BY t",
      FIRST OF_OWN "AND weight > 0 ORDER BY t DESC", NULL, NULL};

static struct query *ask(struct description *d, const char *sql, int64_t t0, int64_t t1)
{
    struct query *q = store_query(d->store, "attempts of an episode", sql);
    query_bind_i(q, ":direction", d->episode->type->direction);
    query_bind_i(q, ":service", d->episode->key.service);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":exempt", d->episode->type->exempt_roles);
    query_bind_i_if(q, ":remote", d->episode->key.remote);
    query_bind_i(q, ":t0", t0);
    query_bind_i(q, ":t1", t1);
    return q;
}

static bool add_rows(struct query *q, struct attempt_sums *sums, struct err *err)
{
    bool done = true;
    while (done && query_step(q)) {
        const struct summed_attempt a = {.t_us = query_i(q, 0),
            .remote = query_i(q, 1),
            .port = query_i(q, 2),
            .scale = query_i(q, 3),
            .weight = query_i(q, 4),
            .failure = query_i(q, 5) == 1,
            .internal = query_i(q, 6) != 0};
        done = attempt_sums_add(sums, &a, err);
    }
    return query_done(q, err) && done;
}

/* Where the attempts of one of ours go. */
struct own_sums {
    struct attempt_sums *sums;
    int64_t exempt; /* roles of the client */
};

static bool add_own(void *arg, const struct own_attempt *a, struct err *err)
{
    const struct own_sums *to = arg;
    const struct summed_attempt summed = {.t_us = a->t,
        .remote = a->remote,
        .port = a->port,
        .scale = a->scale,
        .weight = a->weight,
        .failure = a->kind == 1,
        .internal = a->internal};
    return a->weight <= 0 || a->roles & to->exempt || attempt_sums_add(to->sums, &summed, err);
}

static bool add_attempts(struct description *d, const struct questions *ask_for, int64_t t0,
    int64_t t1, struct attempt_sums *sums, struct err *err)
{
    const struct episode *e = d->episode;
    const struct own_key key = {e->type->direction, e->key.service, e->key.own};
    struct own_sums own = {sums, e->type->exempt_roles};
    if (t0 > t1)
        return true;
    return ask_for->rows ? add_rows(ask(d, ask_for->rows, t0, t1), sums, err)
                         : store_own_attempts(d->store, &key, t0, t1, add_own, &own, err);
}

/* Those that are not in what is kept of the past. */
static bool sum_up(struct description *d, const struct questions *ask_for,
    struct attempt_sums *sums, struct err *err)
{
    struct past *p = d->past;
    int64_t t0 = d->episode->t0;
    if (p && p->until_us > t0)
        t0 = p->until_us;
    if (p && p->next_us > t0) {
        if (!add_attempts(d, ask_for, t0, p->next_us - 1, sums, err))
            return false;
        t0 = p->next_us;
        if (!past_note_sums(p, err))
            return false;
    }
    return add_attempts(d, ask_for, t0, d->episode->t1, sums, err);
}

static bool list_others(struct description *d, const struct attempt_sums *sums,
    struct tally_list *others, struct err *err)
{
    for (size_t i = 0; i < sums->count; i++) {
        const struct attempt_other *o = &sums->others[i];
        if (!tally_add(d, others,
                (struct tally){
                    .id = o->id, .count = o->connections, .more = o->guesses, .inside = o->inside},
                err))
            return false;
    }
    tally_first(others, ALERT_ENTITIES_MAX);
    return true;
}

/* Of several as common the lowest. */
static int64_t commonest_port(const struct counts *ports)
{
    int64_t best = 0, most = 0;
    for (size_t i = 0; i < ports->slots; i++)
        if (ports->counts[i] > most || (ports->counts[i] == most && ports->keys[i] < best)) {
            best = ports->keys[i];
            most = ports->counts[i];
        }
    return best;
}

/* ------------------------------------------------------------------ evidence */

static const char *const what_of_kind[] = {"attempt", "failed login", "login", "session"};

/* The records of a session, as the alert showed them before: of many that is quicker to find. */
static bool find_shown(const struct description *d, int64_t ident, struct evidence_ref *ref)
{
    for (int i = 0; i < d->kept_count; i++) {
        const struct kept_evidence *k = &d->kept[i];
        if (k->ident != ident || (k->shown != SHOWN_FLOW && k->shown != SHOWN_LOGIN))
            continue;
        *(k->shown == SHOWN_FLOW ? &ref->flow : &ref->login) = k->row;
        return true;
    }
    return false;
}

static bool find_session(
    struct description *d, int64_t ident, struct evidence_ref *ref, struct err *err)
{
    if (ref->t_us < d->unchanged_us && find_shown(d, ident, ref))
        return true;
    struct query *q = store_query(
        d->store, "session rows", "SELECT flow, login FROM session WHERE ident = :ident");
    query_bind_i(q, ":ident", ident);
    if (query_step(q)) {
        ref->flow = query_i(q, 0);
        ref->login = query_i(q, 1);
    }
    return query_done(q, err);
}

/* Reads up to EVIDENCE_ENDS idents before it looks anything up: one statement at a time. */
struct pick {
    int64_t ident, t, kind;
};

static bool is_after(const struct pick *a, const struct pick *b)
{
    return a->t != b->t ? a->t > b->t : a->ident > b->ident;
}

enum direction_of_time { FORWARDS, BACKWARDS };

/* Puts one among those in order, of which the last may fall out. */
static int insert_pick(struct pick picks[EVIDENCE_ENDS], int count, const struct pick *pick,
    enum direction_of_time way)
{
    int at = count;
    while (at > 0 &&
           (way == FORWARDS ? is_after(&picks[at - 1], pick) : is_after(pick, &picks[at - 1])))
        at--;
    if (at == EVIDENCE_ENDS)
        return count;
    int behind = (count < EVIDENCE_ENDS ? count : EVIDENCE_ENDS - 1) - at;
    memmove(&picks[at + 1], &picks[at], (size_t)behind * sizeof *picks);
    picks[at] = *pick;
    return count < EVIDENCE_ENDS ? count + 1 : count;
}

/* The first of those that come in order of time; of one moment they may come in any order. */
static int read_picks(struct description *d, const char *sql, enum direction_of_time way,
    int64_t t0, int64_t t1, struct pick picks[EVIDENCE_ENDS], struct err *err)
{
    int count = 0;
    struct query *q = ask(d, sql, t0, t1);
    while (query_step(q)) {
        const struct pick pick = {query_i(q, 0), query_i(q, 1), query_i(q, 2)};
        if (count == EVIDENCE_ENDS && pick.t != picks[count - 1].t)
            break;
        count = insert_pick(picks, count, &pick, way);
    }
    return query_done(q, err) ? count : -1;
}

static bool add_pick(struct description *d, const struct pick *pick, struct err *err)
{
    struct evidence_ref ref = {
        .t_us = pick->t, .what = what_of_kind[pick->kind], .ident = pick->ident};
    if (!find_session(d, pick->ident, &ref, err))
        return false;
    describe_evidence(d, &ref);
    return true;
}

/* Of the last attempts so many that `kept` records more find room. */
static bool add_evidence(
    struct description *d, const struct questions *ask_for, int kept, struct err *err)
{
    struct pick first[EVIDENCE_ENDS], last[EVIDENCE_ENDS];
    int64_t t0 = d->episode->t0, t1 = d->episode->t1;
    int firsts = read_picks(d, ask_for->first, FORWARDS, t0, t1, first, err);
    int lasts = read_picks(d, ask_for->last, BACKWARDS, t0, t1, last, err);
    bool done = firsts >= 0 && lasts >= 0;
    for (int i = 0; done && i < firsts; i++)
        done = add_pick(d, &first[i], err);
    int room = ALERT_EVIDENCE_MAX - firsts - kept;
    for (int i = (lasts < room ? lasts : room) - 1; done && i >= 0; i--)
        if (firsts == 0 || is_after(&last[i], &first[firsts - 1]))
            done = add_pick(d, &last[i], err);
    return done;
}

/* ------------------------------------------------------------------ the whole */

/* What came of the attempts; t INT64_MIN: nothing of the kind. */
struct outcome {
    struct pick login, session;
};

static bool find_first(struct description *d, const char *sql, struct pick *found, struct err *err)
{
    struct pick picks[EVIDENCE_ENDS];
    int64_t t1 = d->end_us + AFTERMATH_US;
    int count = sql ? read_picks(d, sql, FORWARDS, d->start_us, t1, picks, err) : 0;
    *found = count > 0 ? picks[0] : (struct pick){.t = INT64_MIN};
    return count >= 0;
}

static void tell_outcome(struct description *d, const char *name, const struct pick *pick)
{
    char text[TIME_TEXT_SIZE];
    if (pick->t == INT64_MIN)
        return;
    time_format(pick->t, text);
    describe_property(d, name, describe_text(d, "%s", text));
}

/* A login that the log states speaks for itself. A session that is only inferred from its size or
 * length is told as such, and moves no confidence. */
static bool add_outcome(
    struct description *d, const struct questions *ask_for, struct outcome *out, struct err *err)
{
    if (!find_first(d, ask_for->login, &out->login, err) ||
        !find_first(d, ask_for->session, &out->session, err))
        return false;
    d->success = out->login.t != INT64_MIN;
    tell_outcome(d, "Login After Attempts", &out->login);
    tell_outcome(d, "Session After Attempts", &out->session);
    return true;
}

/* The attempts, then what came of them: the login always stands last. */
static bool add_records(struct description *d, const struct questions *ask_for,
    const struct outcome *out, struct err *err)
{
    bool login = out->login.t != INT64_MIN, session = out->session.t != INT64_MIN;
    return add_evidence(d, ask_for, login + session, err) &&
           (!session || add_pick(d, &out->session, err)) &&
           (!login || add_pick(d, &out->login, err));
}

/* Signatures of the type that fired between the two ends, or, of many, at our end, from the first to the
 * last attempt: how often, and which one most of all. They stand beside the attempts and add none. */
static bool add_signatures(struct description *d, struct err *err)
{
    bool pair = d->episode->query->facts == QUERY_ATTEMPT_BY_REMOTE;
    struct query *q = store_query(d->store, "signatures of an episode",
        "SELECT g.sid, n.text, COUNT(*) FROM contact AS c CROSS JOIN signature AS g "
        "ON g.id = c.signature LEFT JOIN name AS n ON n.id = g.name "
        "WHERE c.topic = :topic AND c.own = :own AND c.t BETWEEN :t0 AND :t1 "
        "AND c.flags & 4 <> 0 AND (:pair = 0 OR c.remote = :remote) "
        "GROUP BY g.sid, n.text ORDER BY COUNT(*) DESC, g.sid, n.text LIMIT 1");
    query_bind_i(q, ":topic", d->episode->type_id);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":remote", d->episode->key.remote);
    query_bind_i(q, ":pair", pair);
    query_bind_i(q, ":t0", d->start_us);
    query_bind_i(q, ":t1", d->end_us);
    d->signature = query_step(q);
    if (d->signature) {
        struct str name = query_s(q, 1);
        describe_property(d, "Signature",
            describe_text(d, "%lld %.*s [%lld]", (long long)query_i(q, 0), (int)name.len,
                name.p ? name.p : "", (long long)query_i(q, 2)));
    }
    return query_done(q, err);
}

static void smallest_floor(struct description *d, const char *parameter)
{
    const struct alert_type *type = d->episode->type;
    for (int i = 0; i < type->tier_count; i++) {
        int64_t floor = tier_value(&type->tiers[i], parameter, 0);
        if (d->episode->tiers >> i & 1 && floor > 0 && (d->floor == 0 || floor < d->floor))
            d->floor = floor;
    }
}

static void fill_values(struct description *d, const struct attempt_sums *sums,
    const struct tally_list *others, bool pair)
{
    const char *label = NULL, *name;
    struct err ignored = {0};
    if (store_name(d->store, d->episode->key.service, &name, &ignored)) {
        const struct login_service *service = catalog_service(d->catalog, name);
        label = service ? service->label : name;
    }
    d->values[VALUE_SERVICE] = label;
    d->values[VALUE_PORT] = describe_text(d, "%lld", (long long)commonest_port(&sums->ports));
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)sums->connections);
    d->values[VALUE_GUESSES] = describe_text(d, "%lld", (long long)sums->guesses);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", others->count);
    d->values[VALUE_TARGETS] = tally_text(d, others, 10, TALLY_PLAIN);
    if (pair && others->count)
        d->values[VALUE_REMOTE] = tally_text(d, others, 1, TALLY_PLAIN);
}

static void fill_properties(struct description *d, const struct attempt_sums *sums,
    const struct tally_list *others, bool pair)
{
    describe_number(d, "Attempts", sums->connections);
    if (sums->guesses != sums->connections)
        describe_number(d, "Guesses", sums->guesses);
    if (sums->failures)
        describe_number(d, "Explicit Failures", sums->failures);
    if (!pair) {
        describe_property(d, "Addresses [Attempts]", tally_text(d, others, LIST_MAX, TALLY_COUNT));
        describe_property(d, "Networks [Addresses]", tally_networks(d, others, LIST_MAX));
    }
    tally_tell(d, others);
}

/* sums: of the attempts before those that are still to be read. */
static bool tell(struct description *d, const struct questions *ask_for, struct attempt_sums *sums,
    struct tally_list *others, struct err *err)
{
    struct outcome outcome;
    bool pair = ask_for == &pair_questions;
    if (!sum_up(d, ask_for, sums, err) || !list_others(d, sums, others, err))
        return false;
    if (sums->connections == 0)
        return true;
    d->start_us = sums->first_us;
    d->end_us = sums->last_us;
    d->scale = sums->scale;
    fill_values(d, sums, others, pair);
    fill_properties(d, sums, others, pair);
    smallest_floor(d, "min_attempts");
    d->count = sums->guesses;
    d->failed_share = (int)(sums->failures * 100 / sums->connections);
    return add_signatures(d, err) && tally_listed(d, others, err) &&
           add_outcome(d, ask_for, &outcome, err) && add_records(d, ask_for, &outcome, err);
}

bool describe_attempts(struct description *d, struct err *err)
{
    bool pair = d->episode->query->facts == QUERY_ATTEMPT_BY_REMOTE;
    struct attempt_sums own;
    struct tally_list others = {0};
    attempt_sums_init(&own);
    bool done = tell(
        d, pair ? &pair_questions : &own_questions, d->past ? &d->past->sums : &own, &others, err);
    tally_done(&others);
    attempt_sums_done(&own);
    return done;
}
