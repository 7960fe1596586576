/* The verdict on a flow that is being put: may any fact come of it, and on which way? */
#include "correlate/dull.h"

#include "correlate/shape.h"
#include "store/record.h"

#include <stdlib.h>

#define REMEMBERED 64 /* names of services, by hash: sensors use few */

struct dull {
    struct store *store;
    const struct catalog *catalog;
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

/* A refusal is a fact of who was refused alone. */
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
    return FLOW_OUTWARD | (dull ? FLOW_DULL : 0);
}

/* Flows marked by other services than these must be looked at again. */
static bool note_services(struct store *s, const struct catalog *catalog, struct err *err)
{
    int64_t now = (int64_t)catalog_services_fingerprint(catalog), before;
    if (!store_state_get(s, "marked by services", now, &before, err))
        return false;
    return (before == now || store_state_set(s, "input services", 0, err)) &&
           store_state_set(s, "marked by services", now, err);
}

struct dull *dull_watch(struct store *s, const struct catalog *catalog, struct err *err)
{
    struct dull *d = calloc(1, sizeof *d);
    if (!d) {
        err_nomem(err);
        return NULL;
    }
    d->store = s;
    d->catalog = catalog;
    for (int i = 0; i < catalog->service_count; i++) {
        const struct login_service *service = &catalog->services[i];
        for (int n = 0; n < service->port_count; n++)
            d->ports[service->ports[n].proto == PROTO_UDP][service->ports[n].port / 8] |=
                (uint8_t)(1 << (service->ports[n].port % 8));
    }
    bool noted = store_begin(s, err);
    if (noted && !(noted = note_services(s, catalog, err)))
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
