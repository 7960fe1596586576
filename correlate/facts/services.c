/* Names and ports to login services. */
#include "correlate/facts/services.h"

#include "store/record.h"

#include <stdlib.h>

#define DETECTED_CACHE 4096 /* name ids below this are remembered */

enum verdict { UNASKED, FOREIGN, SILENT, KNOWN };

struct services {
    struct store *store;
    const struct catalog *catalog;
    int64_t *ids; /* of catalog->services */
    struct {
        uint8_t verdict;
        int16_t service;
    } detected[DETECTED_CACHE];
    int64_t last_login; /* the name id that login records bore last, 0: none did … */
    const struct login_service *last_service; /* … and what it means */
};

struct services *services_new(struct store *s, const struct catalog *catalog, struct err *err)
{
    struct services *services = calloc(1, sizeof *services);
    int64_t *ids = calloc((size_t)catalog->service_count + 1, sizeof *ids);
    bool ready = (services && ids) || err_nomem(err);
    for (int i = 0; ready && i < catalog->service_count; i++)
        ready = store_name_id(s, str_of(catalog->services[i].name), &ids[i], err);
    if (!ready) {
        free(ids);
        free(services);
        return NULL;
    }
    services->store = s;
    services->catalog = catalog;
    services->ids = ids;
    return services;
}

void services_free(struct services *services)
{
    if (services)
        free(services->ids);
    free(services);
}

static bool listed(const char *const *names, struct str name)
{
    for (; names && *names; names++)
        if (str_eq_nocase(str_of(*names), name))
            return true;
    return false;
}

/* What one comma-separated list of detected names means; the index in *service when KNOWN. */
static enum verdict judge(const struct catalog *catalog, const char *text, int *service)
{
    static const char *const wrappers[] = {"ssl", "tls", "quic", NULL};
    enum verdict verdict = SILENT;
    struct str rest = str_of(text);
    while (rest.p) {
        struct str name = str_trim(str_cut(&rest, ','));
        for (int i = 0; i < catalog->service_count; i++) {
            if (listed(catalog->services[i].detected, name)) {
                *service = i;
                return KNOWN;
            }
        }
        if (name.len && !listed(wrappers, name))
            verdict = FOREIGN;
    }
    return verdict;
}

static bool ask(
    struct services *v, int64_t name, enum verdict *verdict, int *service, struct err *err)
{
    bool small = name < DETECTED_CACHE;
    if (small && v->detected[name].verdict != UNASKED) {
        *verdict = (enum verdict)v->detected[name].verdict;
        *service = v->detected[name].service;
        return true;
    }
    const char *text;
    if (!store_name(v->store, name, &text, err))
        return false;
    *verdict = judge(v->catalog, text, service);
    if (small) {
        v->detected[name].verdict = (uint8_t)*verdict;
        v->detected[name].service = (int16_t)*service;
    }
    return true;
}

static bool has_port(const struct login_service *s, uint16_t port, uint8_t proto)
{
    for (int i = 0; i < s->port_count; i++)
        if (s->ports[i].port == port && s->ports[i].proto == proto)
            return true;
    return false;
}

static bool runs_over(const struct login_service *s, uint8_t proto)
{
    for (int i = 0; i < s->port_count; i++)
        if (s->ports[i].proto == proto)
            return true;
    return false;
}

static const struct login_service *by_port(const struct services *v, const struct seen_flow *f)
{
    for (int i = 0; i < v->catalog->service_count; i++)
        if (has_port(&v->catalog->services[i], f->resp_port, f->proto))
            return &v->catalog->services[i];
    return NULL;
}

/* A foreign name still leaves it to the port where the service is carried by it: WinRM by HTTP. */
static bool carried(
    struct services *v, const struct login_service *s, int64_t name, bool *yes, struct err *err)
{
    const char *text;
    if (!store_name(v->store, name, &text, err))
        return false;
    *yes = listed(s->carriers, str_of(text));
    return true;
}

bool services_of_flow(struct services *v, const struct seen_flow *f,
    const struct login_service **found, struct err *err)
{
    enum verdict verdict = SILENT;
    int service = 0;
    if (f->service && !ask(v, f->service, &verdict, &service, err))
        return false;
    if (verdict == KNOWN) {
        const struct login_service *s = &v->catalog->services[service];
        *found = runs_over(s, f->proto) ? s : NULL;
        return true;
    }
    bool ours = verdict == SILENT || f->answer == ANSWER_NONE;
    *found = by_port(v, f);
    if (*found && !ours && !carried(v, *found, f->service, &ours, err))
        return false;
    if (!ours)
        *found = NULL;
    return true;
}

static const struct login_service *named(const struct services *v, const char *name)
{
    for (int i = 0; i < v->catalog->service_count; i++)
        if (listed(v->catalog->services[i].detected, str_of(name)) ||
            strcmp(v->catalog->services[i].name, name) == 0)
            return &v->catalog->services[i];
    return NULL;
}

bool services_of_login(
    struct services *v, int64_t name, const struct login_service **found, struct err *err)
{
    const char *text;
    if (!name || name != v->last_login) {
        if (!store_name(v->store, name, &text, err))
            return false;
        v->last_login = name;
        v->last_service = named(v, text);
    }
    *found = v->last_service;
    return true;
}

int64_t services_id(const struct services *v, const struct login_service *service)
{
    return v->ids[service - v->catalog->services];
}

const struct login_service *services_by_id(const struct services *v, int64_t id)
{
    for (int i = 0; i < v->catalog->service_count; i++)
        if (v->ids[i] == id)
            return &v->catalog->services[i];
    return NULL;
}
