/* Home networks and resources out of configuration files and options, one by one. */
#include "correlate/network/inventory.h"
#include "correlate/network/standings.h"
#include "util/list.h"

#include <stdlib.h>

const char *const resource_type_names[RESOURCE_TYPES] = {
    "host", "load-balancer", "application-gateway", "nat-gateway"};

static const struct {
    const char *name;
    enum resource_role role;
} roles[] = {
    {"scanner", ROLE_SCANNER},
    {"jump-host", ROLE_JUMP_HOST},
    {"monitor", ROLE_MONITOR},
    {"backup", ROLE_BACKUP},
    {"nat", ROLE_NAT},
    {"admin-client", ROLE_ADMIN_CLIENT},
    {"public-server", ROLE_PUBLIC_SERVER},
};

#define ROLES       (sizeof roles / sizeof roles[0])
#define ROLES_KNOWN "scanner, jump-host, monitor, backup, nat, admin-client, public-server"
#define TYPES_KNOWN "host, load-balancer, application-gateway, nat-gateway"

unsigned inventory_role(struct str name)
{
    for (size_t i = 0; i < ROLES; i++)
        if (str_eq(name, str_of(roles[i].name)))
            return roles[i].role;
    return 0;
}

void inventory_roles_format(unsigned set, char text[128])
{
    size_t len = 0;
    for (size_t i = 0; i < ROLES; i++) {
        if (!(set & roles[i].role))
            continue;
        struct str name = str_of(roles[i].name);
        if (len > 0) {
            text[len++] = ',';
            text[len++] = ' ';
        }
        memcpy(text + len, name.p, name.len);
        len += name.len;
    }
    text[len] = '\0';
}

/* The next item of a list that commas or line breaks part; false at its end. */
static bool next_item(struct str *rest, struct str *item)
{
    while (rest->p) {
        size_t len = 0;
        while (len < rest->len && rest->p[len] != ',' && rest->p[len] != '\n')
            len++;
        *item = str_trim((struct str){rest->p, len});
        *rest = len < rest->len ? (struct str){rest->p + len + 1, rest->len - len - 1} : STR_NONE;
        if (item->len > 0)
            return true;
    }
    return false;
}

static size_t count_items(struct str list)
{
    struct str item;
    size_t count = 0;
    while (next_item(&list, &item))
        count++;
    return count;
}

/* A list of addresses and networks into the arena. On failure *bad is what could not be read, or
 * NULL for want of memory. */
static bool parse_networks(
    struct arena *arena, struct str list, struct cidr **networks, size_t *count, struct str *bad)
{
    *bad = STR_NONE;
    struct cidr *made = arena_alloc(arena, count_items(list) * sizeof *made);
    if (!made)
        return false;
    struct str item;
    size_t n = 0;
    while (next_item(&list, &item))
        if (!cidr_parse(item, &made[n++])) {
            *bad = item;
            return false;
        }
    *networks = made;
    *count = n;
    return true;
}

#define NO_NETWORK "'%.*s' is no address or network (such as 192.0.2.10 or 192.0.2.0/24)"

static bool use_home(struct inventory *inv, struct str list, struct str *bad)
{
    if (!parse_networks(&inv->arena, list, &inv->home, &inv->home_count, bad))
        return false;
    inv->home_is_default = false;
    return true;
}

#define ALL_ADDRESSES "home networks cannot be every address there is: name your own"

static bool is_everything(const struct inventory *inv)
{
    for (size_t i = 0; i < inv->home_count; i++)
        if (inv->home[i].bits == 0)
            return true;
    return false;
}

struct inventory *inventory_new(struct err *err)
{
    struct inventory *inv = calloc(1, sizeof *inv);
    struct str bad;
    if (!inv || !use_home(inv, STR("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"), &bad)) {
        inventory_free(inv);
        err_nomem(err);
        return NULL;
    }
    inv->home_is_default = true;
    return inv;
}

void inventory_free(struct inventory *inv)
{
    if (!inv)
        return;
    prefix_set_free(inv->home_set);
    prefix_set_free(inv->resource_set);
    standings_free(inv->standings);
    free(inv->resources);
    free(inv->by_name);
    arena_done(&inv->arena);
    free(inv);
}

bool inventory_set_home(struct inventory *inv, struct str list, struct err *err)
{
    struct str bad;
    if (count_items(list) == 0)
        return err_set(err, ERR_USAGE, "--home needs at least one network");
    if (use_home(inv, list, &bad))
        return !is_everything(inv) || err_set(err, ERR_USAGE, "--home: " ALL_ADDRESSES);
    if (!bad.p)
        return err_nomem(err);
    return err_set(err, ERR_USAGE, "--home: " NO_NETWORK, (int)bad.len, bad.p);
}

static bool add_network(struct inventory *inv, struct ini *ini, struct err *err)
{
    const struct ini_entry *home = ini_find(ini, "network", "", "home");
    const struct ini_entry *internal = ini_find(ini, "network", "", "internal");
    struct str bad;
    if (home && count_items(str_of(home->value)) == 0)
        return ini_error(ini, home, err, "home is empty: name a network, or leave the key out");
    if (home && !use_home(inv, str_of(home->value), &bad))
        return bad.p ? ini_error(ini, home, err, NO_NETWORK, (int)bad.len, bad.p) : err_nomem(err);
    if (home && is_everything(inv))
        return ini_error(ini, home, err, ALL_ADDRESSES);
    if (!internal)
        return true;
    inv->ignore_internal = strcmp(internal->value, "ignore") == 0;
    if (!inv->ignore_internal && strcmp(internal->value, "report") != 0)
        return ini_error(ini, internal, err, "internal is 'report' or 'ignore'");
    return true;
}

/* What is read of one resource, key by key. */
struct resource_reading {
    struct inventory *inv;
    struct ini *ini;
    struct resource *resource;
    struct err *err;
};

static bool read_type(struct resource_reading *r, const struct ini_entry *e)
{
    for (int type = 0; type < RESOURCE_TYPES; type++)
        if (strcmp(e->value, resource_type_names[type]) == 0) {
            r->resource->type = (enum resource_type)type;
            return true;
        }
    return ini_error(r->ini, e, r->err, "type is one of %s", TYPES_KNOWN);
}

static bool read_addresses(struct resource_reading *r, const struct ini_entry *e)
{
    struct resource *resource = r->resource;
    struct str bad;
    if (parse_networks(
            &r->inv->arena, str_of(e->value), &resource->addresses, &resource->address_count, &bad))
        return true;
    return bad.p ? ini_error(r->ini, e, r->err, NO_NETWORK, (int)bad.len, bad.p)
                 : err_nomem(r->err);
}

static bool read_roles(struct resource_reading *r, const struct ini_entry *e)
{
    struct str rest = str_of(e->value), item;
    if (count_items(rest) == 0)
        return ini_error(r->ini, e, r->err, "role is empty: name one, or leave the key out");
    while (next_item(&rest, &item)) {
        unsigned role = inventory_role(item);
        if (role == 0)
            return ini_error(r->ini, e, r->err, "'%.*s' is no role; there are %s", (int)item.len,
                item.p, ROLES_KNOWN);
        r->resource->roles |= role;
    }
    return true;
}

static bool read_backends(struct resource_reading *r, const struct ini_entry *e)
{
    struct resource *resource = r->resource;
    struct str rest = str_of(e->value), item;
    const char **names = arena_alloc(&r->inv->arena, count_items(rest) * sizeof *names);
    if (!names)
        return err_nomem(r->err);
    while (next_item(&rest, &item)) {
        names[resource->backend_count] = arena_strdup(&r->inv->arena, item);
        if (!names[resource->backend_count++])
            return err_nomem(r->err);
    }
    resource->backend_names = names;
    return true;
}

static bool read_reason(struct resource_reading *r, const struct ini_entry *e)
{
    char *reason = ini_unwrap(e->value);
    r->resource->reason = reason ? arena_strdup(&r->inv->arena, str_of(reason)) : NULL;
    free(reason);
    return r->resource->reason || err_nomem(r->err);
}

static const struct {
    const char *key;
    bool (*read)(struct resource_reading *r, const struct ini_entry *e);
} resource_keys[] = {
    {"type", read_type},
    {"address", read_addresses},
    {"backend", read_backends},
    {"role", read_roles},
    {"reason", read_reason},
};

static bool read_resource(struct resource_reading *r, const struct ini_section *section)
{
    struct resource *resource = r->resource;
    resource->name = arena_strdup(&r->inv->arena, str_of(section->name));
    resource->file = arena_strdup(&r->inv->arena, str_of(r->ini->file));
    resource->line = section->line;
    if (!resource->name || !resource->file)
        return err_nomem(r->err);
    for (size_t i = 0; i < sizeof resource_keys / sizeof resource_keys[0]; i++) {
        const struct ini_entry *e =
            ini_find(r->ini, "resource", section->name, resource_keys[i].key);
        if (e && !resource_keys[i].read(r, e))
            return false;
    }
    return true;
}

static bool resource_error(const struct resource *resource, struct err *err, const char *what)
{
    return err_set(err, ERR_CONFIG, "%s:%d: resource '%s' %s", resource->file, resource->line,
        resource->name, what);
}

static bool check_resource(const struct resource *resource, struct err *err)
{
    if (*resource->name == '\0')
        return err_set(err, ERR_CONFIG, "%s:%d: a resource needs a name: [resource NAME]",
            resource->file, resource->line);
    if (strchr(resource->name, ','))
        return resource_error(resource, err, "has a comma in its name, which parts names");
    if (resource->address_count == 0)
        return resource_error(resource, err, "has no address");
    if (resource->type == RESOURCE_HOST && resource->backend_count > 0)
        return resource_error(resource, err, "has backends, so its type cannot be host");
    return true;
}

static bool add_resource(
    struct inventory *inv, struct ini *ini, const struct ini_section *section, struct err *err)
{
    if (!list_room(
            &inv->resources, inv->resource_count, &inv->resource_room, sizeof *inv->resources, err))
        return false;
    struct resource *resource = &inv->resources[inv->resource_count];
    *resource = (struct resource){0};
    struct resource_reading r = {.inv = inv, .ini = ini, .resource = resource, .err = err};
    if (!read_resource(&r, section) || !check_resource(resource, err))
        return false;
    inv->resource_count++;
    return true;
}

bool inventory_add(struct inventory *inv, struct ini *ini, struct err *err)
{
    if (!add_network(inv, ini, err))
        return false;
    for (int i = 0; i < ini->section_count; i++)
        if (strcmp(ini->sections[i].kind, "resource") == 0 &&
            !add_resource(inv, ini, &ini->sections[i], err))
            return false;
    return true;
}
