/* Records made by hand, put into a database in any order, and correlated with the built-in
 * catalogue; the living alerts as one text. */
#pragma once

#include "correlate/correlate.h"
#include "correlate/facts/shape.h"
#include "correlate/network/inventory.h"
#include "store/indicator.h"
#include "store/internal.h"
#include "store/record.h"
#include "store/sources.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#define RECORDS_NOW_US INT64_C(4000000000000000) /* after all that tests make */
#define SECOND         TIME_US_SECOND
#define MINUTE         TIME_US_MINUTE
#define HOUR           TIME_US_HOUR
#define DAY            TIME_US_DAY

/* ------------------------------------------------------------------ chance that repeats */

struct chance {
    uint64_t state;
};

static inline uint64_t chance_next(struct chance *c)
{
    c->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = c->state;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* From lo to hi, both included. */
static inline int64_t chance_in(struct chance *c, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(chance_next(c) % (uint64_t)(hi - lo + 1));
}

static inline bool chance_percent(struct chance *c, int percent)
{
    return chance_in(c, 1, 100) <= percent;
}

/* ------------------------------------------------------------------ records */

enum record_kind { MADE_FLOW, MADE_LOGIN, MADE_SIGNATURE };

struct record {
    enum record_kind kind;
    struct flow flow;
    struct login login;
    struct signature signature;
    char uid[24];
};

/* Zero-initialise. */
struct records {
    struct record *list;
    size_t count, cap;
    int64_t uids; /* names handed out */
};

static inline struct ipaddr address(const char *text)
{
    struct ipaddr ip;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    return ip;
}

/* The n-th address after a first one. */
static inline struct ipaddr address_after(const char *first, int n)
{
    struct ipaddr ip = address(first);
    int last = ip.b[15] + n;
    ip.b[15] = (uint8_t)last;
    ip.b[14] = (uint8_t)(ip.b[14] + (last >> 8));
    return ip;
}

/* Valid until the next record; a uid of its own unless `uid` names one (Zeek: "C…", else digits). */
static inline struct record *record_new(
    struct records *all, enum record_kind kind, enum sensor sensor, const char *uid)
{
    if (all->count == all->cap) {
        all->cap = all->cap ? all->cap * 2 : 256;
        all->list = realloc(all->list, all->cap * sizeof *all->list);
        cr_assert_not_null(all->list);
    }
    struct record *r = &all->list[all->count++];
    *r = (struct record){.kind = kind};
    all->uids++;
    if (uid)
        snprintf(r->uid, sizeof r->uid, "%s", uid);
    else
        snprintf(r->uid, sizeof r->uid, "%s%lld", sensor == SENSOR_ZEEK ? "C" : "90",
            (long long)all->uids);
    return r;
}

static inline void records_done(struct records *all)
{
    free(all->list);
    *all = (struct records){0};
}

/* An answered TCP connection with the payload, packets and duration of one SSH login attempt. */
static inline struct flow *record_flow(struct records *all, enum sensor sensor, const char *uid,
    int64_t t_us, struct ipaddr client, struct ipaddr server, uint16_t port)
{
    struct flow *f = &record_new(all, MADE_FLOW, sensor, uid)->flow;
    *f = (struct flow){
        .conn = {client, server, (uint16_t)(40000 + all->uids % 20000), port, PROTO_TCP},
        .t_us = t_us,
        .duration_us = SECOND,
        .orig_bytes = 1500,
        .resp_bytes = 2000,
        .orig_ip_bytes = 2100,
        .resp_ip_bytes = 2600,
        .orig_pkts = 12,
        .resp_pkts = 11,
        .missed_bytes = 0,
        .state = STATE_SF,
        .answer = ANSWER_DATA,
        .sensor = (uint8_t)sensor,
    };
    return f;
}

/* A connection that nobody answered. */
static inline struct flow *record_refused(struct records *all, enum sensor sensor, const char *uid,
    int64_t t_us, struct ipaddr client, struct ipaddr server, uint16_t port)
{
    struct flow *f = record_flow(all, sensor, uid, t_us, client, server, port);
    f->answer = ANSWER_NONE;
    f->state = STATE_S0;
    f->duration_us = 0;
    f->orig_bytes = f->resp_bytes = 0;
    f->orig_pkts = 1;
    f->orig_ip_bytes = 60;
    f->resp_pkts = f->resp_ip_bytes = 0;
    return f;
}

/* A connection bigger than any attempt: somebody is in. */
static inline struct flow *record_session(struct records *all, enum sensor sensor, const char *uid,
    int64_t t_us, struct ipaddr client, struct ipaddr server, uint16_t port)
{
    struct flow *f = record_flow(all, sensor, uid, t_us, client, server, port);
    f->orig_bytes = 900000;
    f->resp_bytes = 900000;
    f->orig_pkts = f->resp_pkts = 900;
    f->duration_us = 10 * MINUTE;
    return f;
}

static inline struct login *record_login(struct records *all, enum sensor sensor, const char *uid,
    int64_t t_us, struct ipaddr client, struct ipaddr server, uint16_t port, const char *service,
    int success)
{
    struct login *l = &record_new(all, MADE_LOGIN, sensor, uid)->login;
    *l = (struct login){
        .conn = {client, server, (uint16_t)(40000 + all->uids % 20000), port, PROTO_TCP},
        .t_us = t_us,
        .service = str_of(service),
        .attempts = -1,
        .success = (int8_t)success,
        .key_exchange = 1,
        .sensor = (uint8_t)sensor,
    };
    return l;
}

static inline struct signature *record_signature(struct records *all, const char *uid, int64_t t_us,
    struct ipaddr client, struct ipaddr server, uint16_t port, uint32_t sid)
{
    struct signature *g = &record_new(all, MADE_SIGNATURE, SENSOR_SURICATA, uid)->signature;
    *g = (struct signature){
        .conn = {client, server, (uint16_t)(40000 + all->uids % 20000), port, PROTO_TCP},
        .t_us = t_us,
        .name = STR("test signature"),
        .category = STR("test class"),
        .action = STR("allowed"),
        .gid = 1,
        .sid = sid,
        .rev = 1,
        .severity = 2,
        .client_known = 1,
        .answer = ANSWER_DATA,
        .sensor = SENSOR_SURICATA,
    };
    return g;
}

static inline int64_t record_time(const struct record *r)
{
    return r->kind == MADE_FLOW    ? r->flow.t_us
           : r->kind == MADE_LOGIN ? r->login.t_us
                                   : r->signature.t_us;
}

static inline enum sensor record_sensor(const struct record *r)
{
    return r->kind == MADE_FLOW    ? (enum sensor)r->flow.sensor
           : r->kind == MADE_LOGIN ? (enum sensor)r->login.sensor
                                   : SENSOR_SURICATA;
}

/* ------------------------------------------------------------------ into a database */

static inline void record_to_batch(struct batch *b, const struct record *r)
{
    struct str uid = str_of(r->uid);
    if (r->kind == MADE_FLOW) {
        struct flow *f = batch_add_flow(b);
        *f = r->flow;
        f->uid = uid;
    } else if (r->kind == MADE_LOGIN) {
        struct login *l = batch_add_login(b);
        *l = r->login;
        l->uid = uid;
    } else {
        struct signature *g = batch_add_signature(b);
        *g = r->signature;
        g->uid = uid;
    }
}

/* list[order[0]] to list[order[count - 1]]; order NULL: as they stand. One batch has one sensor. */
static inline void records_put(
    struct store *s, const struct records *all, const size_t *order, size_t first, size_t count)
{
    struct batch batch = {0};
    struct source source = {.path = "test.log", .format = 1, .header_offset = -1};
    struct err err = {0};
    for (size_t i = first; i < first + count; i++) {
        const struct record *r = &all->list[order ? order[i] : i];
        const struct record *next =
            i + 1 < first + count ? &all->list[order ? order[i + 1] : i + 1] : NULL;
        record_to_batch(&batch, r);
        if (next && record_sensor(next) == record_sensor(r))
            continue;
        cr_assert(store_put(s, &source, &batch, NULL, 0, &err), "%s", err.text);
        batch_clear(&batch);
    }
    batch_done(&batch);
}

/* ------------------------------------------------------------------ correlating */

struct world {
    struct catalog *catalog;
    struct inventory *inventory;
    const struct sampling *sampling; /* NULL: nothing is sampled */
};

static inline struct inventory *world_inventory(const char *home)
{
    struct err err = {0};
    struct inventory *inventory = inventory_new(&err);
    cr_assert_not_null(inventory, "%s", err.text);
    cr_assert(inventory_set_home(inventory, str_of(home), &err), "%s", err.text);
    cr_assert(inventory_finish(inventory, &err), "%s", err.text);
    return inventory;
}

/* As a configuration file says. */
static inline struct inventory *world_inventory_of(const char *text)
{
    struct err err = {0};
    struct ini ini;
    struct inventory *inventory = inventory_new(&err);
    cr_assert_not_null(inventory, "%s", err.text);
    cr_assert(ini_read_text(&ini, "test.conf", str_of(text), &err), "%s", err.text);
    cr_assert(inventory_add(inventory, &ini, &err), "%s", err.text);
    cr_assert(inventory_finish(inventory, &err), "%s", err.text);
    ini_done(&ini);
    return inventory;
}

/* The built-in catalogue; home is 10.0.0.0/8 and 2001:db8:1::/48. */
static inline void world_open(struct world *w)
{
    struct err err = {0};
    w->catalog = catalog_load(NULL, &err);
    cr_assert_not_null(w->catalog, "%s", err.text);
    w->inventory = world_inventory("10.0.0.0/8, 2001:db8:1::/48");
}

static inline void world_close(struct world *w)
{
    catalog_free(w->catalog);
    inventory_free(w->inventory);
}

static inline struct store *memory_open(void)
{
    struct err err = {0};
    struct store *s = store_open(STORE_MEMORY, STORE_WRITE, 0, &err);
    cr_assert_not_null(s, "%s", err.text);
    return s;
}

static inline struct correlate_totals correlate_at(
    struct store *s, const struct world *w, int64_t now_us)
{
    struct correlate_input input = {.catalog = w->catalog,
        .inventory = w->inventory,
        .now_us = now_us,
        .sampling = w->sampling};
    struct correlate_totals totals = {0};
    struct err err = {0};
    cr_assert(correlate_run(s, &input, &totals, &err), "%s", err.text);
    return totals;
}

static inline struct correlate_totals correlate(struct store *s, const struct world *w)
{
    return correlate_at(s, w, RECORDS_NOW_US);
}

/* ------------------------------------------------------------------ alerts as text */

static inline bool alert_to_text(void *arg, const struct alert *a)
{
    struct buf *b = arg;
    char t0[TIME_TEXT_SIZE], t1[TIME_TEXT_SIZE];
    time_format(a->start_us, t0);
    time_format(a->end_us, t1);
    buf_printf(b, "%s %s %s %s severity=%d confidence=%d status=%d\n", a->key, t0, t1, a->id,
        (int)a->severity, a->confidence, (int)a->status);
    buf_printf(b, "  type=%s entity=%s tactics=%s techniques=%s comment=%s\n", a->type, a->entity,
        a->tactics, a->techniques, a->comment);
    for (int lang = 0; lang < LANGS; lang++)
        buf_printf(b, "  %s\n  %s\n  %s\n", a->title[lang], a->description[lang], a->respond[lang]);
    for (int i = 0; i < a->property_count; i++)
        buf_printf(b, "  %s: %s\n", a->properties[i].name, a->properties[i].value);
    for (int i = 0; i < a->entity_count; i++)
        buf_printf(b, "  %s %s\n", a->entities[i].type, a->entities[i].value);
    for (int i = 0; i < a->evidence_count; i++) {
        const struct alert_evidence *e = &a->evidence[i];
        buf_printf(b, "  %lld %s %s %s:%d %s:%d %d %s %s\n", (long long)e->t_us, e->sensor,
            e->uid ? e->uid : "-", e->source, e->source_port, e->destination, e->destination_port,
            e->proto, e->service ? e->service : "-", e->what);
    }
    for (int i = 0; i < a->basis_count; i++)
        buf_printf(b, "  because %s %s %s: %s of %s (%s)\n", basis_kind_names[a->basis[i].kind],
            a->basis[i].tier, a->basis[i].name, a->basis[i].value, a->basis[i].threshold,
            a->basis[i].note);
    return true;
}

/* All that is told of the living alerts; the caller frees it. */
static inline char *alerts_text(struct store *s)
{
    struct buf b = {0};
    struct err err = {0};
    buf_puts(&b, "");
    buf_addc(&b, '\n');
    struct alert_filter filter = {.evidence = true, .basis = true};
    cr_assert(store_alert_each(s, &filter, alert_to_text, &b, &err), "%s", err.text);
    cr_assert_not(b.failed);
    return b.text;
}

static inline struct str line_at(const char *text, size_t at)
{
    size_t from = at;
    while (from > 0 && text[from - 1] != '\n')
        from--;
    return (struct str){text + from, strcspn(text + from, "\n")};
}

static inline struct str alert_at(const char *text, size_t at)
{
    struct str line = line_at(text, at);
    while (line.p > text + 1 && !memmem(line.p, line.len, " severity=", 10))
        line = line_at(text, (size_t)(line.p - text) - 1);
    return line;
}

/* Two alerts_text(): shows the first line that differs, and what tells the run. */
static inline void expect_same(const char *got, const char *want, uint64_t seed, int way)
{
    size_t at = 0;
    while (got[at] && got[at] == want[at])
        at++;
    struct str g = line_at(got, at), w = line_at(want, at), a = alert_at(want, at);
    cr_expect(got[at] == want[at], "seed %llu, way %d:\n got %.*s\nwant %.*s\nof %.*s",
        (unsigned long long)seed, way, (int)g.len, g.p, (int)w.len, w.p, (int)a.len, a.p);
}

/* ------------------------------------------------------------------ out of the database */

/* One figure. */
static inline int64_t number_of(struct store *s, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = INT64_MIN;
    cr_assert_eq(sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql,
        sqlite3_errmsg(s->db));
    if (sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* One text, "NULL" where there is none. */
static inline void expect_text(struct store *s, const char *sql, const char *want)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql,
        sqlite3_errmsg(s->db));
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW, "%s", sql);
    const char *got = (const char *)sqlite3_column_text(stmt, 0);
    cr_expect_str_eq(got ? got : "NULL", want, "%s: %s, not %s", sql, got ? got : "NULL", want);
    sqlite3_finalize(stmt);
}
