/* SQL for an alert, made from its key, its addresses and what its records are. */
#include "cli/explain_sql.h"

#include "util/ipaddr.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

/* The parts of a CorrelationKey: "type|direction|own|remote|service|part". */
struct key {
    struct str direction, own, remote, service, part;
};

struct question {
    struct buf *out;
    const struct alert *alert;
    struct key key;
    int64_t from_us, until_us;
};

static struct key key_of(const struct alert *alert)
{
    struct str rest = str_of(alert->key);
    struct key key;
    str_cut(&rest, '|');
    key.direction = str_cut(&rest, '|');
    key.own = str_cut(&rest, '|');
    key.remote = str_cut(&rest, '|');
    key.service = str_cut(&rest, '|');
    key.part = rest;
    return key;
}

/* Long connections begin before what they did, and a login follows its attempts. */
static void find_span(struct question *q)
{
    q->from_us = q->alert->start_us;
    q->until_us = q->alert->end_us;
    for (int i = 0; i < q->alert->evidence_count; i++) {
        int64_t t = q->alert->evidence[i].t_us;
        q->from_us = t < q->from_us ? t : q->from_us;
        q->until_us = t > q->until_us ? t : q->until_us;
    }
}

/* True when the records are of that kind: "signature …". */
static bool has_evidence(const struct question *q, const char *what)
{
    for (int i = 0; i < q->alert->evidence_count; i++)
        if (str_starts(str_of(q->alert->evidence[i].what), str_of(what)))
            return true;
    return false;
}

static const char *property(const struct question *q, const char *name)
{
    for (int i = 0; i < q->alert->property_count; i++)
        if (strcmp(q->alert->properties[i].name, name) == 0)
            return q->alert->properties[i].value;
    return NULL;
}

/* ------------------------------------------------------------------ text */

/* Names from logs and feeds can hold anything: what is not plain is written as bytes. */
static void add_literal(struct buf *out, struct str text)
{
    bool plain = true;
    for (size_t i = 0; i < text.len; i++)
        plain = plain && (isalnum((unsigned char)text.p[i]) || strchr("._:/@+-, ", text.p[i]));
    buf_puts(out, plain ? "'" : "CAST(x'");
    for (size_t i = 0; i < text.len && !plain; i++)
        buf_printf(out, "%02x", (unsigned char)text.p[i]);
    if (plain)
        buf_add(out, text);
    buf_puts(out, plain ? "'" : "' AS TEXT)");
}

static void add_is(struct question *q, const char *column, struct str value)
{
    buf_printf(q->out, " AND %s = ", column);
    add_literal(q->out, value);
}

static void add_span(struct question *q, const char *column)
{
    buf_printf(q->out, "%s BETWEEN %" PRId64 " AND %" PRId64, column, q->from_us, q->until_us);
}

/* The addresses on the other side; false when there are none, or more than the alert lists. */
static bool has_peers(const struct question *q)
{
    int peers = 0;
    for (int i = 0; i < q->alert->entity_count; i++)
        peers += strcmp(q->alert->entities[i].type, "ip") == 0;
    return peers > 1 && q->alert->entity_count < ALERT_ENTITIES_MAX;
}

static void add_peers(struct question *q, const char *column)
{
    const char *between = "";
    buf_printf(q->out, "%s IN (", column);
    for (int i = 0; i < q->alert->entity_count; i++) {
        const struct alert_entity *e = &q->alert->entities[i];
        if (strcmp(e->type, "ip") != 0 || str_eq(str_of(e->value), q->key.own))
            continue;
        buf_puts(q->out, between);
        add_literal(q->out, str_of(e->value));
        between = ", ";
    }
    buf_puts(q->out, ")");
}

/* ------------------------------------------------------------------ kinds of alerts */

static void ask_attempts(struct question *q)
{
    buf_puts(q->out,
        "SELECT a.t, a.outcome, a.guesses, a.uid, f.sensor, a.own, a.remote, a.port, f.orig_port, "
        "f.service, f.conn_state, f.duration_us, f.orig_bytes, f.resp_bytes FROM attempts a LEFT "
        "JOIN flows f ON f.flow = a.flow WHERE ");
    add_span(q, "a.t_us");
    add_is(q, "a.direction", q->key.direction);
    add_is(q, "a.service", q->key.service);
    add_is(q, "a.own", q->key.own);
    if (q->key.remote.len)
        add_is(q, "a.remote", q->key.remote);
    buf_puts(q->out, " AND (a.counted > 0 OR a.outcome IN ('success', 'session')) ORDER BY a.t_us");
}

#define FLOW_COLUMNS                                                                               \
    "SELECT t, sensor, uid, orig, orig_port, resp, resp_port, proto, service, conn_state, "        \
    "orig_bytes, resp_bytes FROM flows WHERE "

/* What failed: unanswered, or closed at once with next to nothing said. */
static void ask_scan(struct question *q)
{
    const char *ports = property(q, "Number of Ports");
    buf_puts(q->out, FLOW_COLUMNS);
    add_span(q, "t_us");
    add_is(q, "orig", q->key.own);
    if (ports && strcmp(ports, "1") == 0 && q->alert->evidence_count > 0 &&
        q->alert->evidence[0].proto != 1 && q->alert->evidence[0].proto != 58)
        buf_printf(q->out, " AND resp_port = %d", q->alert->evidence[0].destination_port);
    buf_puts(q->out, " AND (answer <> 'data' OR (duration_us < 3000000 AND min(orig_bytes, "
                     "resp_bytes) < 64)) ORDER BY t_us");
}

static void ask_flood(struct question *q)
{
    buf_puts(q->out, FLOW_COLUMNS);
    add_span(q, "t_us");
    add_is(q, "orig", q->key.own);
    if (has_peers(q)) {
        buf_puts(q->out, " AND ");
        add_peers(q, "resp");
    }
    buf_puts(q->out, " ORDER BY t_us");
}

/* ------------------------------------------------------------------ contacts */

/* Parts of one answer with the same columns: flows, signatures, names. */
#define CONTACT_COLUMNS "SELECT t, sensor, uid, orig, orig_port, resp, resp_port, proto, "

static void begin_part(struct question *q, int *parts, const char *columns)
{
    buf_puts(q->out, (*parts)++ ? " UNION ALL " : "");
    buf_puts(q->out, columns);
    add_span(q, "t_us");
}

/* Both ends, whoever opened it. */
static void add_ends(struct question *q, bool peers)
{
    buf_puts(q->out, " AND ((orig = ");
    add_literal(q->out, q->key.own);
    if (peers) {
        buf_puts(q->out, " AND ");
        add_peers(q, "resp");
    }
    buf_puts(q->out, ") OR (resp = ");
    add_literal(q->out, q->key.own);
    if (peers) {
        buf_puts(q->out, " AND ");
        add_peers(q, "orig");
    }
    buf_puts(q->out, "))");
}

static void add_contact_flows(struct question *q, int *parts)
{
    begin_part(q, parts, CONTACT_COLUMNS "service AS what FROM flows WHERE ");
    add_ends(q, has_peers(q));
}

static void add_signatures(struct question *q, int *parts, struct str sid)
{
    uint64_t number;
    begin_part(q, parts, CONTACT_COLUMNS "sid || ' ' || name FROM signatures WHERE ");
    if (str_u64(sid, &number))
        buf_printf(q->out, " AND sid = %" PRIu64, number);
    add_ends(q, !sid.p && has_peers(q)); /* a resolver that a name was asked of is no peer */
}

static void add_name(struct question *q, struct str name, const char *between)
{
    buf_printf(q->out, "%sname = ", between);
    add_literal(q->out, name);
    buf_printf(q->out, " OR substr(name, -%zu) = '.' || ", name.len + 1);
    add_literal(q->out, name);
}

/* What the alert names, "a, b, +2 more", and names under it. */
static void add_names(struct question *q, int *parts)
{
    const char *between = "", *listed = property(q, "Indicator");
    struct str rest = str_of(listed ? listed : "");
    begin_part(q, parts,
        "SELECT t, sensor, uid, client, client_port, server, server_port, proto, kind || ' ' || name "
        "FROM lookups WHERE ");
    add_is(q, "client", q->key.own);
    buf_puts(q->out, " AND (");
    while (rest.p) {
        struct str name = str_trim(str_cut(&rest, ','));
        struct cidr net;
        if (name.len == 0 || cidr_parse(name, &net))
            continue;
        add_name(q, name, between);
        between = " OR ";
    }
    buf_puts(q->out, *between ? ")" : "1)");
}

static void ask_contacts(struct question *q)
{
    int parts = 0;
    struct str part = q->key.part, sid = STR_NONE;
    if (str_starts(part, STR("sid:")))
        sid = (struct str){part.p + 4, part.len - 4};
    if (!sid.p && (has_evidence(q, "contact") || has_peers(q)))
        add_contact_flows(q, &parts);
    if (sid.p || has_evidence(q, "signature"))
        add_signatures(q, &parts, sid);
    if (has_evidence(q, "looked up"))
        add_names(q, &parts);
    if (!parts)
        add_contact_flows(q, &parts);
    buf_puts(q->out, " ORDER BY 1");
}

/* "443/6 2026-03-02" */
static bool day_of(struct str part, uint64_t *port, uint64_t *proto)
{
    struct str ports = str_cut(&part, ' '), number = str_cut(&ports, '/');
    return part.p && ports.p && str_u64(number, port) && str_u64(ports, proto);
}

static void add_day(struct question *q, uint64_t port, uint64_t proto)
{
    static const struct {
        uint64_t proto;
        const char *name;
    } names[] = {{6, "tcp"}, {17, "udp"}, {1, "icmp"}, {58, "icmp6"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].proto == proto)
            add_is(q, "proto", str_of(names[i].name));
    if (proto == 6 || proto == 17)
        buf_printf(q->out, " AND resp_port = %" PRIu64, port);
    add_is(q, "resp", q->key.own);
    if (has_peers(q)) {
        buf_puts(q->out, " AND ");
        add_peers(q, "orig");
    }
}

static void ask_day(struct question *q, uint64_t port, uint64_t proto)
{
    int parts = 0;
    begin_part(q, &parts, CONTACT_COLUMNS "service AS what FROM flows WHERE ");
    add_day(q, port, proto);
    if (has_evidence(q, "signature")) {
        begin_part(q, &parts, CONTACT_COLUMNS "sid || ' ' || name FROM signatures WHERE ");
        add_day(q, port, proto);
    }
    buf_puts(q->out, " ORDER BY 1");
}

void explain_sql(struct buf *out, const struct alert *alert)
{
    uint64_t port, proto;
    struct question q = {.out = out, .alert = alert, .key = key_of(alert)};
    find_span(&q);
    if (q.key.service.len)
        ask_attempts(&q);
    else if (q.key.part.len && day_of(q.key.part, &port, &proto))
        ask_day(&q, port, proto);
    else if (q.key.part.len || property(&q, "Contacts"))
        ask_contacts(&q);
    else if (has_evidence(&q, "flood"))
        ask_flood(&q);
    else
        ask_scan(&q);
}
