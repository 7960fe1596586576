/* Whose network it is: home prefixes, resources with their roles, load-balancer pools. */
#pragma once

#include "util/arena.h"
#include "util/err.h"
#include "util/ini.h"
#include "util/ipaddr.h"
#include "util/prefix.h"

#include <stdbool.h>
#include <stdint.h>

enum resource_type {
    RESOURCE_HOST,
    RESOURCE_LOAD_BALANCER,
    RESOURCE_APPLICATION_GATEWAY,
    RESOURCE_NAT_GATEWAY,
    RESOURCE_TYPES
};
extern const char *const resource_type_names[RESOURCE_TYPES]; /* "host", "load-balancer", … */

/* Bits. Each relaxes the rules that name it in the catalogue. */
enum resource_role {
    ROLE_SCANNER = 1,
    ROLE_JUMP_HOST = 2,
    ROLE_MONITOR = 4,
    ROLE_BACKUP = 8,
    ROLE_NAT = 16,
    ROLE_ADMIN_CLIENT = 32,
    ROLE_PUBLIC_SERVER = 64
};
/* The bit for "scanner", "jump-host", …; 0 for none of them. */
unsigned inventory_role(struct str name);
/* "scanner, monitor" for a set of bits; text needs 128 bytes. */
void inventory_roles_format(unsigned roles, char text[128]);

struct resource {
    const char *name;
    enum resource_type type;
    struct cidr *addresses;
    size_t address_count;
    struct resource **backends; /* pool members, in the order written; not of a host */
    size_t backend_count;
    const char **backend_names; /* as written; inventory_finish() finds them */
    int64_t group; /* of all pools and members that hang together; 0: neither pool nor member */
    unsigned roles;
    const char *reason; /* why it has its role; NULL */
    const char *file;   /* where it was declared, for messages */
    int line;
};

/* What an address is to us. */
struct standing {
    const struct resource *resource; /* the narrowest network with the address; NULL without one */
    bool home;
    bool peer;   /* a machine's address: ip_is_peer() */
    bool global; /* one of the Internet: IP_GLOBAL. At home or not. */
};

struct standings;

struct inventory {
    struct cidr *home;
    size_t home_count;
    bool home_is_default;       /* the private ranges, because nothing said otherwise */
    bool ignore_internal;       /* [network] internal = ignore */
    bool any_pool;              /* some resource has backends */
    struct resource *resources; /* in the order declared */
    size_t resource_count, resource_room;
    struct resource **by_name;       /* the resources in order of name */
    struct prefix_set *home_set;     /* these two are asked about IPv6 … */
    struct prefix_set *resource_set; /* (value: index into resources) */
    struct standings *standings;     /* … and this about IPv4 */
    struct arena arena;              /* strings, addresses and backends */
};

/* Starts with the defaults: home = RFC 1918 and fc00::/7. */
struct inventory *inventory_new(struct err *err);
void inventory_free(struct inventory *inv);

/* `--home`: replaces the ranges by a comma-separated list. An empty list is refused (ERR_USAGE). */
bool inventory_set_home(struct inventory *inv, struct str list, struct err *err);
/* Takes [network] and every [resource NAME] out of one parsed file (marks them used) and keeps
 * nothing of it. May be called for several files; a later `home` or `internal` replaces an earlier
 * one. */
bool inventory_add(struct inventory *inv, struct ini *ini, struct err *err);
/* Resolves backends, checks names and addresses (one name, one resource; one address, one resource;
 * the errors name both places), builds the look-up sets. Must be called once, last. */
bool inventory_finish(struct inventory *inv, struct err *err);

/* The same as --home, afterwards: other home networks, all else as it is. */
bool inventory_change_home(struct inventory *inv, struct str list, struct err *err);

/* The home networks as --home takes them: "192.0.2.0/24,2001:db8::/32". */
void inventory_home_format(const struct inventory *inv, struct buf *out);
struct standing inventory_standing(const struct inventory *inv, const struct ipaddr *ip);
bool inventory_is_home(const struct inventory *inv, const struct ipaddr *ip);
/* The resource with that address, the narrowest network first; NULL without one. A resource's
 * address need not be at home: an administrator's may be anywhere. */
const struct resource *inventory_find(const struct inventory *inv, const struct ipaddr *ip);
/* Whether the member stands behind the pool, directly or behind one of its members. */
bool inventory_is_member(const struct resource *pool, const struct resource *member);
/* The same as inventory_standing(), without what was worked out before. */
struct standing inventory_work_out(const struct inventory *inv, const struct ipaddr *ip);
/* For inventory_finish(): the groups of pools, once backends are found. */
void inventory_group_pools(struct inventory *inv);
/* A stable hash of everything here that detection depends on, in whatever order it was written. */
uint64_t inventory_fingerprint(const struct inventory *inv);
