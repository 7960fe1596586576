/* Alerts and the facts behind them, put straight into a scratch database. */
#pragma once

#include "store/alert.h"
#include "tests/unit/scratch.h"
#include "util/ipaddr.h"
#include "util/timefmt.h"

/* The id of an IPv4 address; of an IPv6 one after having it interned. */
static inline int64_t id_of(struct scratch *x, const char *text)
{
    struct err err = {0};
    struct ipaddr ip;
    int64_t id = 0;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    cr_assert(store_address_id(x->s, &ip, &id, &err), "%s", err.text);
    return id;
}

static inline int64_t name_of(struct scratch *x, const char *text)
{
    struct err err = {0};
    int64_t id = 0;
    cr_assert(store_name_id(x->s, str_of(text), &id, &err), "%s", err.text);
    return id;
}

static inline void scratch_printf(struct scratch *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void scratch_printf(struct scratch *x, const char *format, ...)
{
    char *sql = NULL;
    va_list args;
    va_start(args, format);
    cr_assert(vasprintf(&sql, format, args) > 0);
    va_end(args);
    scratch_run(x, sql);
    free(sql);
}

struct made_alert {
    const char *id, *type, *own;
    const char *remote;  /* NULL: not part of the key */
    const char *service; /* NULL likewise */
    int64_t part, t0, t1;
    enum severity severity;
    int confidence;
    enum alert_status status;
    bool gone; /* superseded */
};

static inline void make_alert(struct scratch *x, struct made_alert a)
{
    scratch_printf(x,
        "INSERT INTO alert (uid, type, own, remote, service, part, began, t0, t1, key, severity,"
        " confidence, entity, tactics, techniques, title_en, title_ja, description_en,"
        " description_ja, respond_en, respond_ja, digest, generated, processed, status, superseded)"
        " VALUES ('%s', %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld, 'k', %d, %d, 'web', 'x', 'x',"
        " 't', 't', 'd', 'd', 'r', 'r', 0, 0, 0, %d, %s)",
        a.id, (long long)name_of(x, a.type), (long long)id_of(x, a.own),
        (long long)(a.remote ? id_of(x, a.remote) : 0),
        (long long)(a.service ? name_of(x, a.service) : 0), (long long)a.part, (long long)a.t0,
        (long long)a.t0, (long long)a.t1, (int)a.severity, a.confidence, (int)a.status,
        a.gone ? "''" : "NULL");
}

struct made_attempt {
    int direction;
    const char *service, *own, *remote;
    int64_t t;
    int weight, kind;
};

static inline void make_attempt(struct scratch *x, struct made_attempt a)
{
    static int ident;
    scratch_printf(x,
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, kind,"
        " port, internal) VALUES (%d, %lld, %lld, %lld, %lld, %d, 0, 1, %d, %d, 22, 0)",
        a.direction, (long long)name_of(x, a.service), (long long)id_of(x, a.own),
        (long long)id_of(x, a.remote), (long long)a.t, ++ident, a.weight, a.kind);
}

struct made_contact {
    const char *type, *own;
    const char *subject; /* NULL: none, as in facts of a port and day */
    const char *remote;
    int64_t t;
    int port, proto;
};

static inline void make_contact(struct scratch *x, struct made_contact c)
{
    static int ident;
    scratch_printf(x,
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags)"
        " VALUES (%lld, %lld, %lld, %lld, %d, %lld, %d, %d, 1)",
        (long long)name_of(x, c.type), (long long)id_of(x, c.own),
        (long long)(c.subject ? name_of(x, c.subject) : 0), (long long)c.t, ++ident,
        (long long)id_of(x, c.remote), c.port, c.proto);
}
