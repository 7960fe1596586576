/* services.conf: what a login attempt of each service looks like on the wire. */
#include "correlate/catalog/catalog_read.h"

#include <netinet/in.h>
#include <stdlib.h>

static const char *const KINDS[] = {"service *", NULL};

/* Figures of a service; without one there is no bound. */
static const struct bound {
    const char *key;
    size_t at; /* of the int64_t in struct login_service */
    enum dimension dimension;
    int64_t otherwise;
} BOUNDS[] = {
    {"banner", offsetof(struct login_service, banner_bytes), DIMENSION_SIZE, 0},
    {"payload_in_min", offsetof(struct login_service, payload_in_min), DIMENSION_SIZE, -1},
    {"payload_in_max", offsetof(struct login_service, payload_in_max), DIMENSION_SIZE, -1},
    {"payload_out_min", offsetof(struct login_service, payload_out_min), DIMENSION_SIZE, -1},
    {"payload_out_max", offsetof(struct login_service, payload_out_max), DIMENSION_SIZE, -1},
    {"packets_min", offsetof(struct login_service, packets_min), DIMENSION_COUNT, -1},
    {"packets_max", offsetof(struct login_service, packets_max), DIMENSION_COUNT, -1},
    {"duration_max", offsetof(struct login_service, duration_max_us), DIMENSION_TIME, -1},
};
#define BOUND_COUNT (sizeof(BOUNDS) / sizeof(*BOUNDS))

static void read_bound(struct catalog_reader *r, const struct catalog_section *section,
    const struct bound *bound, struct login_service *service)
{
    int64_t *value = (int64_t *)((char *)service + bound->at);
    const struct ini_entry *e = catalog_entry(r, section, bound->key);
    struct parameter figure;
    *value = bound->otherwise;
    if (!e || !catalog_read_parameter(r, e, &figure))
        return;
    if (!*figure.unit || unit_find(str_of(figure.unit))->dimension != bound->dimension) {
        catalog_fail(r, e, "%s is in %s", bound->key, dimension_units(bound->dimension));
        return;
    }
    *value = figure.value;
}

/* "22/tcp" or "5900-5909/tcp" into first, last, proto. */
static bool parse_ports(struct str s, uint64_t *first, uint64_t *last, uint8_t *proto)
{
    struct str numbers = str_trim(str_cut(&s, '/'));
    struct str word = s.p ? str_trim(s) : STR_NONE;
    *proto = str_eq(word, STR("tcp")) ? IPPROTO_TCP : IPPROTO_UDP;
    if (*proto == IPPROTO_UDP && !str_eq(word, STR("udp")))
        return false;
    struct str from = str_trim(str_cut(&numbers, '-'));
    if (!str_u64(from, first))
        return false;
    *last = *first;
    if (numbers.p && !str_u64(str_trim(numbers), last))
        return false;
    return *first >= 1 && *first <= *last && *last <= UINT16_MAX;
}

#define SERVICE_PORTS_MAX 64 /* of one service */

static struct service_port *read_ports(
    struct catalog_reader *r, const struct catalog_section *section, const char *key, int *count)
{
    const char **list = catalog_read_list(r, section, key);
    struct service_port ports[SERVICE_PORTS_MAX];
    int n = 0;
    for (; list && *list; list++) {
        uint64_t first, last;
        uint8_t proto;
        if (!parse_ports(str_of(*list), &first, &last, &proto)) {
            catalog_fail(r, catalog_entry(r, section, key),
                "%s: \"%.40s\" is no port such as 22/tcp or 5900-5909/tcp", key, *list);
            return NULL;
        }
        for (uint64_t port = first; port <= last; port++) {
            if (n == SERVICE_PORTS_MAX) {
                catalog_fail(r, catalog_entry(r, section, key), "%s: more than %d ports", key, n);
                return NULL;
            }
            ports[n++] = (struct service_port){(uint16_t)port, proto};
        }
    }
    struct service_port *copy = arena_alloc(r->arena, (size_t)(n ? n : 1) * sizeof(*copy));
    if (!copy) {
        catalog_fail_nomem(r);
        return NULL;
    }
    memcpy(copy, ports, (size_t)n * sizeof(*copy));
    *count = n;
    return copy;
}

static bool read_flag(
    struct catalog_reader *r, const struct catalog_section *section, const char *key)
{
    const char *word = catalog_read_line(r, section, key);
    bool yes = word && strcmp(word, "yes") == 0;
    if (word && !yes && strcmp(word, "no") != 0)
        catalog_fail(r, catalog_entry(r, section, key), "%s is yes or no", key);
    return yes;
}

static bool read_service(struct catalog_reader *r, const char *name, struct login_service *service)
{
    struct catalog_section section = {"service", name};
    struct login_service s = {.name = name};
    s.label = catalog_need_line(r, &section, "label");
    s.group = catalog_need_line(r, &section, "group");
    s.detected = catalog_read_list(r, &section, "detected");
    s.carriers = catalog_read_list(r, &section, "carriers");
    s.ports = read_ports(r, &section, "ports", &s.port_count);
    s.probe_ports = read_ports(r, &section, "probe_ports", &s.probe_port_count);
    s.explicit_only = read_flag(r, &section, "explicit_only");
    for (size_t i = 0; i < BOUND_COUNT; i++)
        read_bound(r, &section, &BOUNDS[i], &s);
    if (!s.detected && s.port_count == 0)
        catalog_fail_section(r, &section, "[service %s] needs detected or ports", name);
    *service = s;
    return !r->failed;
}

static struct login_service *service_slot(struct catalog *c, const char *name)
{
    for (int i = 0; i < c->service_count; i++)
        if (strcmp(c->services[i].name, name) == 0)
            return &c->services[i];
    return &c->services[c->service_count++];
}

bool catalog_read_services(struct catalog_reader *r, struct catalog *c)
{
    if (!catalog_check_sections(r, KINDS))
        return false;
    const char **names = catalog_read_sections(r, "service");
    int n = 0;
    while (names && names[n])
        n++;
    size_t all = (size_t)(c->service_count + n + 1);
    struct login_service *services = arena_zalloc(r->arena, all * sizeof(*services));
    if (!services)
        return catalog_fail_nomem(r);
    if (c->service_count > 0)
        memcpy(services, c->services, (size_t)c->service_count * sizeof(*services));
    c->services = services;
    for (int i = 0; i < n; i++) {
        struct login_service service;
        if (!read_service(r, names[i], &service))
            return false;
        *service_slot(c, names[i]) = service;
    }
    return !r->failed && ini_all_used(r->ini, r->err);
}

static bool same_port(const struct service_port *a, const struct service_port *b)
{
    return a->port == b->port && a->proto == b->proto;
}

/* Among those that only name scans, too. */
static bool has_port(const struct login_service *s, const struct service_port *port)
{
    for (int i = 0; i < s->port_count + s->probe_port_count; i++) {
        const struct service_port *p =
            i < s->port_count ? &s->ports[i] : &s->probe_ports[i - s->port_count];
        if (same_port(p, port))
            return true;
    }
    return false;
}

static bool check_pair(
    const struct login_service *a, const struct login_service *b, struct err *err)
{
    for (const char **name = a->detected; name && *name; name++) {
        if (catalog_list_has(b->detected, *name)) {
            return err_set(err, ERR_CONFIG, "services %s and %s are both detected as %s", a->name,
                b->name, *name);
        }
    }
    for (int i = 0; i < a->port_count + a->probe_port_count; i++) {
        const struct service_port *p =
            i < a->port_count ? &a->ports[i] : &a->probe_ports[i - a->port_count];
        if (has_port(b, p)) {
            return err_set(err, ERR_CONFIG, "services %s and %s both have port %d/%s", a->name,
                b->name, p->port, p->proto == IPPROTO_TCP ? "tcp" : "udp");
        }
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct login_service *x = a, *y = b;
    return strcmp(x->name, y->name);
}

bool catalog_finish_services(struct catalog *c, struct err *err)
{
    if (c->service_count == 0)
        return err_set(err, ERR_CONFIG, "services.conf: no [service NAME]");
    qsort(c->services, (size_t)c->service_count, sizeof(*c->services), by_name);
    for (int i = 0; i < c->service_count; i++) {
        for (int j = i + 1; j < c->service_count; j++)
            if (!check_pair(&c->services[i], &c->services[j], err))
                return false;
    }
    return true;
}
