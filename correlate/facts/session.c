/* Merging what records say of one connection, and the kind of attempt that follows. */
#include "correlate/facts/session.h"

#include "correlate/facts/shape.h"
#include "util/order.h"

int64_t session_t(const struct session *s)
{
    return s->flow ? s->flow_t : s->login_t;
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

void session_merge(
    const struct services *services, struct session *into, const struct session *from)
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

/* ------------------------------------------------------------------ kinds */

bool session_is_explicit(const struct session *s)
{
    return s->success >= 0 || s->exchanged >= EXCHANGED_TRIES;
}

bool session_has_told(const struct session *s)
{
    return s->told_success >= 0 || s->told_tries > 0 || s->told_exchanged > 0;
}

void session_forget_told(struct session *zeek)
{
    zeek->told_success = -1;
    zeek->told_tries = 0;
    zeek->told_exchanged = EXCHANGED_NO;
}

void session_tell(struct session *zeek, const struct session *s)
{
    if (s->exchanged == EXCHANGED_TRY)
        return;
    KEEP_LARGER(zeek->told_success, s->success);
    KEEP_LARGER(zeek->told_tries, s->tries);
    if (s->exchanged == EXCHANGED_TRIES)
        zeek->told_exchanged = EXCHANGED_TRIES;
}

struct session session_with_told(const struct session *s)
{
    struct session whole = *s;
    if (!session_is_explicit(s)) {
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

enum kind session_kind(const struct session *s, const struct login_service *service)
{
    enum kind kind = s->login || session_is_explicit(s) ? kind_of_login(s)
                     : s->shape == SHAPE_ATTEMPT        ? KIND_ATTEMPT
                     : s->shape == SHAPE_SESSION        ? KIND_SESSION
                                                        : KIND_NOTHING;
    bool silent = service && service->explicit_only && kind == KIND_ATTEMPT;
    return silent ? KIND_NOTHING : kind;
}
