/* The verdict on a flow that is being put: may any fact come of it, or a visit? */
#include "correlate/facts/dull.h"

#include "correlate/facts/shape.h"
#include "correlate/facts/visits.h"
#include "store/query.h"
#include "store/record.h"

#include <stdlib.h>

#define REMEMBERED 64 /* names of services, by hash: sensors use few */

struct dull {
    struct store *store;
    const struct catalog *catalog;
    const struct inventory *inventory;
    uint8_t ports[2][65536 / 8]; /* TCP, UDP: ports of login services */
    struct {
        uint64_t hash; /* of the name; 0: free */
        bool login;
    } names[REMEMBERED];
};

static bool names_login(const struct catalog *catalog, struct str text)
{
    struct str rest = text;
    while (rest.p) {
        struct str name = str_trim(str_cut(&rest, ','));
        for (int i = 0; i < catalog->service_count; i++)
            for (const char **d = catalog->services[i].detected; d && *d; d++)
                if (str_eq_nocase(str_of(*d), name))
                    return true;
    }
    return false;
}

static bool detected_login(struct dull *d, struct str service)
{
    uint64_t hash = str_hash(service, STR_HASH_START) | 1;
    size_t at = hash / 2 % REMEMBERED;
    if (d->names[at].hash != hash) {
        d->names[at].hash = hash;
        d->names[at].login = names_login(d->catalog, service);
    }
    return d->names[at].login;
}

static bool login_port(const struct dull *d, uint8_t proto, uint16_t port)
{
    if (proto != PROTO_TCP && proto != PROTO_UDP)
        return false;
    return d->ports[proto == PROTO_UDP][port / 8] >> (port % 8) & 1;
}

static bool is_login(struct dull *d, const struct flow *f)
{
    return login_port(d, f->conn.proto, f->conn.resp_port) ||
           (f->service.len > 0 && detected_login(d, f->service));
}

/* A refusal is a fact of who was refused alone, and an answer a visit of whom comes from outside. */
static bool is_idle(
    const struct dull *d, const struct seen_flow *seen, const struct conn *conn, bool dull)
{
    bool incoming = inventory_is_home(d->inventory, &conn->resp) &&
                    !inventory_is_home(d->inventory, &conn->orig);
    return incoming ? !visits_counts(seen) : dull;
}

static unsigned marks(void *arg, const struct flow *f)
{
    struct dull *d = arg;
    if (f->answer != ANSWER_NONE && is_login(d, f))
        return 0;
    const struct seen_flow seen = {
        .duration_us = f->duration_us,
        .orig_bytes = f->orig_bytes,
        .resp_bytes = f->resp_bytes,
        .orig_pkts = f->orig_pkts,
        .resp_pkts = f->resp_pkts,
        .orig_port = f->conn.orig_port,
        .resp_port = f->conn.resp_port,
        .proto = f->conn.proto,
        .answer = f->answer,
        .flags = f->flags,
    };
    bool dull = f->answer != ANSWER_NONE && shape_probe(&seen) == 0;
    return (dull ? FLOW_DULL : 0) | (is_idle(d, &seen, &f->conn, dull) ? FLOW_IDLE : 0);
}

/* ------------------------------------------------------------------ whose marks they are */

#define MARKED_BY    "marked by" /* state: flows are marked by these services and home networks … */
#define MARKED_AFTER "marked after" /* … behind this row */

static int64_t fingerprint(const struct catalog *catalog, const struct inventory *inventory)
{
    struct buf home = {0};
    inventory_home_format(inventory, &home);
    uint64_t hash = str_hash(buf_str(&home), catalog_services_fingerprint(catalog));
    buf_done(&home);
    return (int64_t)hash;
}

static bool newest_flow(struct store *s, int64_t *row, struct err *err)
{
    struct query *q = store_query(s, "newest flow", "SELECT max(id) FROM flow");
    *row = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

static bool note_marks(struct store *s, int64_t by, struct err *err)
{
    int64_t before, row;
    if (!store_state_get(s, MARKED_BY, ~by, &before, err))
        return false;
    return before == by || (newest_flow(s, &row, err) && store_state_set(s, MARKED_BY, by, err) &&
                               store_state_set(s, MARKED_AFTER, row, err));
}

bool dull_marked_after(struct store *s, const struct catalog *catalog,
    const struct inventory *inventory, int64_t *row, struct err *err)
{
    int64_t by = fingerprint(catalog, inventory), marked_by, after;
    if (!store_state_get(s, MARKED_BY, ~by, &marked_by, err) ||
        !store_state_get(s, MARKED_AFTER, 0, &after, err))
        return false;
    *row = marked_by == by ? after : INT64_MAX;
    return true;
}

/* ------------------------------------------------------------------ watching */

struct dull *dull_watch(struct store *s, const struct catalog *catalog,
    const struct inventory *inventory, struct err *err)
{
    struct dull *d = calloc(1, sizeof *d);
    if (!d) {
        err_nomem(err);
        return NULL;
    }
    d->store = s;
    d->catalog = catalog;
    d->inventory = inventory;
    for (int i = 0; i < catalog->service_count; i++) {
        const struct login_service *service = &catalog->services[i];
        for (int n = 0; n < service->port_count; n++)
            d->ports[service->ports[n].proto == PROTO_UDP][service->ports[n].port / 8] |=
                (uint8_t)(1 << (service->ports[n].port % 8));
    }
    bool noted = store_begin(s, err);
    if (noted && !(noted = note_marks(s, fingerprint(catalog, inventory), err)))
        store_rollback(s);
    if (!noted || !store_commit(s, err)) {
        free(d);
        return NULL;
    }
    store_mark_flows(s, marks, d);
    return d;
}

void dull_free(struct dull *d)
{
    if (d)
        store_mark_flows(d->store, NULL, NULL);
    free(d);
}
