/* Addresses behind alerts, out of the facts that the alerts were made of. */
#include "store/blocklist.h"

#include "store/query.h"
#include "store/store.h"
#include "util/timefmt.h"

#include <stdio.h>

#define UID_SIZE 40

/* a.t0 and a.t1 are the first and the last fact of the alert. Dismissed is what a person says of
 * an alert that is none. */
#define LIVING                                                                                     \
    "a.type = (SELECT id FROM name WHERE text = :type) AND a.superseded IS NULL "                  \
    "AND a.status <> :dismissed AND a.confidence >= :confidence AND a.t1 > :after "
#define LATEST_FIRST "ORDER BY a.t1 DESC, a.uid"
/* Columns: alert, severity, confidence, address, its first and last evidence, subject. */
#define ACCUSED(address, first, last, subject)                                                     \
    "SELECT a.uid, a.severity, a.confidence, " address ", " first ", " last ", " subject " "
#define OF_CONTACTS                                                                                \
    "FROM alert AS a CROSS JOIN contact AS c ON c.topic = a.type AND c.own = a.own "               \
    "AND c.t BETWEEN a.t0 AND a.t1 AND c.remote <> a.own "
#define BY_CONTACT "GROUP BY a.id, c.remote HAVING MAX(c.t) > :after " LATEST_FIRST

static const char *const accused_sql[] = {
    [ACCUSED_BY_KEY] = ACCUSED("a.remote", "a.t0", "a.t1", "NULL") //
    "FROM alert AS a WHERE " LIVING LATEST_FIRST,
    [ACCUSED_BY_ATTEMPTS] = ACCUSED("f.remote", "MIN(f.t)", "MAX(f.t)", "NULL") //
    "FROM alert AS a CROSS JOIN attempt AS f INDEXED BY attempt_by_own "
    "ON f.direction = :direction AND f.service = a.service AND f.own = a.own "
    "AND f.t BETWEEN a.t0 AND a.t1 AND f.weight > 0 WHERE " LIVING
    "GROUP BY a.id, f.remote HAVING MAX(f.t) > :after " LATEST_FIRST ", f.remote",
    [ACCUSED_BY_SUBJECT] = ACCUSED("c.remote", "MIN(c.t)", "MAX(c.t)", "n.text") //
    OF_CONTACTS "AND c.subject = a.part JOIN name AS n ON n.id = a.part WHERE " LIVING BY_CONTACT
                ", c.remote",
    /* part: day * 2^24 + port * 256 + protocol */
    [ACCUSED_BY_DAY] = ACCUSED("c.remote", "MIN(c.t)", "MAX(c.t)", "NULL") //
    OF_CONTACTS "AND c.subject = 0 AND c.port = (a.part >> 8 & 65535) AND c.proto = (a.part & 255) "
                "WHERE " LIVING BY_CONTACT ", c.remote",
};

/* An indicator speaks for the addresses in it. Behind a signature or a domain may stand anybody: a
 * resolver, a host that thousands share. */
static bool subject_names(struct str subject, const struct ipaddr *ip)
{
    struct cidr net;
    return cidr_parse(subject, &net) && cidr_contains(&net, ip);
}

static bool take_accusation(struct store *s, struct query *q, bool by_subject,
    bool (*visit)(void *arg, const struct accusation *accusation), void *arg, bool *go_on,
    struct err *err)
{
    char uid[UID_SIZE];
    struct str text = query_s(q, 0);
    snprintf(uid, sizeof uid, "%.*s", (int)text.len, text.p ? text.p : "");
    struct accusation a = {
        .alert = uid,
        .severity = (enum severity)query_i(q, 1),
        .confidence = (int)query_i(q, 2),
        .first_us = query_i(q, 4),
        .last_us = query_i(q, 5),
    };
    if (!store_address(s, query_i(q, 3), &a.ip, err))
        return false;
    if (!by_subject || subject_names(query_s(q, 6), &a.ip))
        *go_on = visit(arg, &a);
    return true;
}

bool store_accusation_each(struct store *s, const struct accusation_filter *filter,
    bool (*visit)(void *arg, const struct accusation *accusation), void *arg, struct err *err)
{
    bool go_on = true, done = true;
    struct query *q = store_query(s, "accused addresses", accused_sql[filter->by]);
    query_bind_s(q, ":type", str_of(filter->type));
    query_bind_i(q, ":dismissed", STATUS_DISMISSED);
    query_bind_i(q, ":confidence", filter->min_confidence);
    query_bind_i(q, ":after", filter->after_us);
    query_bind_i_if(q, ":direction", filter->direction);
    while (done && go_on && query_step(q))
        done = take_accusation(s, q, filter->by == ACCUSED_BY_SUBJECT, visit, arg, &go_on, err);
    return query_done(q, err) && done;
}

bool store_familiar_each(struct store *s, int64_t min_days, int64_t until_us,
    bool (*visit)(void *arg, const struct familiar *familiar), void *arg, struct err *err)
{
    bool go_on = true, done = true;
    /* The remainder of a time before 1970 is negative: days are counted from below. */
    struct query *q = store_query(s, "familiar addresses",
        "SELECT remote, COUNT(DISTINCT (t - (t % :day + :day) % :day) / :day) AS days, MIN(t) "
        "FROM attempt INDEXED BY attempt_success WHERE kind >= 2 AND kind = 2 AND t < :until "
        "GROUP BY remote HAVING days >= :days ORDER BY remote "
        "/* scans attempt: the index has logins alone */");
    query_bind_i(q, ":day", TIME_US_DAY);
    query_bind_i(q, ":until", until_us);
    query_bind_i(q, ":days", min_days);
    while (done && go_on && query_step(q)) {
        struct familiar f = {.days = query_i(q, 1), .first_us = query_i(q, 2)};
        done = store_address(s, query_i(q, 0), &f.ip, err);
        go_on = done && visit(arg, &f);
    }
    return query_done(q, err) && done;
}
