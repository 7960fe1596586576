/* What people say of alerts: status and comment, and the history that shows who got where how. */
#include "store/alert_write.h"
#include "store/internal.h"

/* What stands there before. */
struct said {
    bool found;
    int64_t status;
    struct buf comment;
};

static bool read_said(struct store *s, const char *uid, struct said *before, struct err *err)
{
    struct query *q = store_query(s, "what is said of an alert",
        "SELECT status, comment FROM alert WHERE uid = :uid AND superseded IS NULL");
    query_bind_s(q, ":uid", str_of(uid));
    before->found = query_step(q);
    if (before->found) {
        before->status = query_i(q, 0);
        buf_add(&before->comment, query_s(q, 1));
        buf_puts(&before->comment, "");
    }
    return query_done(q, err) && (!before->comment.failed || err_nomem(err));
}

static void tell(struct buf *detail, const struct said *before, enum alert_status status,
    const char *comment, bool other_comment)
{
    bool other_status = before->status != (int64_t)status;
    if (other_status)
        buf_printf(
            detail, "%s to %s", alert_status_names[before->status], alert_status_names[status]);
    if (other_comment && *comment)
        buf_printf(detail, "%scomment: %s", other_status ? "; " : "", comment);
    else if (other_comment)
        buf_printf(detail, "%scomment removed", other_status ? "; " : "");
}

static bool write_said(struct store *s, const char *uid, enum alert_status status,
    const char *comment, int64_t *revision, struct err *err)
{
    struct query *q = store_query(s, "say of an alert",
        "UPDATE alert SET status = :status, comment = :comment, revision = revision + 1 "
        "WHERE uid = :uid RETURNING revision");
    query_bind_s(q, ":uid", str_of(uid));
    query_bind_i(q, ":status", status);
    query_bind_s(q, ":comment", str_of(comment));
    *revision = query_step(q) ? query_i(q, 0) : 0;
    query_step(q);
    return query_done(q, err);
}

/* Inside a transaction. */
static bool say(struct store *s, const struct alert_said *said, struct said *before, int64_t now_us,
    bool *changed, struct err *err)
{
    struct buf detail = {0};
    int64_t revision;
    if (!read_said(s, said->uid, before, err))
        return false;
    if (!before->found)
        return err_set(err, ERR_USAGE, "alert %s is gone: a run ended it", said->uid);
    const char *old = before->comment.text ? before->comment.text : "";
    enum alert_status status = said->has_status ? said->status : (enum alert_status)before->status;
    const char *comment = said->comment ? said->comment : old;
    bool other_comment = strcmp(comment, old) != 0;
    *changed = other_comment || before->status != (int64_t)status;
    if (!*changed)
        return true;
    tell(&detail, before, status, comment, other_comment);
    bool done = (!detail.failed || err_nomem(err)) &&
                write_said(s, said->uid, status, comment, &revision, err) &&
                store_alert_note(s, said->uid, now_us, revision, "status", detail.text, err);
    buf_done(&detail);
    return done;
}

bool store_alert_say(
    struct store *s, const struct alert_said *said, int64_t now_us, bool *changed, struct err *err)
{
    struct said before = {0};
    bool other = false;
    if (!store_begin(s, err))
        return false;
    bool done = say(s, said, &before, now_us, &other, err) && store_commit(s, err);
    if (!done)
        store_rollback(s);
    else
        *changed = other;
    buf_done(&before.comment);
    return done;
}

bool store_alert_history(struct store *s, const char *uid,
    void (*visit)(void *arg, const struct alert_event *event), void *arg, struct err *err)
{
    struct query *q = store_query(s, "history of an alert",
        "SELECT at, revision, what, detail FROM alert_change WHERE uid = :uid ORDER BY id");
    query_bind_s(q, ":uid", str_of(uid));
    while (query_step(q)) {
        const struct alert_event event = {
            query_i(q, 0), (int)query_i(q, 1), query_s(q, 2), query_s(q, 3)};
        visit(arg, &event);
    }
    return query_done(q, err);
}
