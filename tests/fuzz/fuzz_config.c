/* Any bytes as tocsin.conf: sections, inventory and overrides through the readers that the program uses. */
#include "cli/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was accepted is complete. */
static void check_config(const struct config *c)
{
    for (size_t i = 0; i < c->sensor_count; i++)
        if (!*c->sensors[i].name || c->sensors[i].path_count == 0)
            abort();
    for (size_t i = 0; i < c->export_count; i++)
        if (!*c->exports[i].name || !c->exports[i].path || !c->exports[i].exporter)
            abort();
    if (!c->db || !*c->db || c->catalog->type_count == 0 || c->inventory->home_count == 0)
        abort();
}

/* Each resource is found by its own address, or by a narrower network's. */
static void check_inventory(const struct inventory *inv)
{
    char roles[128];

    for (size_t i = 0; i < inv->home_count; i++)
        if (!inventory_is_home(inv, &inv->home[i].ip))
            abort();
    for (size_t i = 0; i < inv->resource_count; i++) {
        const struct resource *r = &inv->resources[i];
        inventory_roles_format(r->roles, roles);
        for (size_t k = 0; k < r->address_count; k++)
            if (!inventory_find(inv, &r->addresses[k].ip))
                abort();
        for (size_t k = 0; k < r->backend_count; k++)
            if (r->type == RESOURCE_HOST || !r->backends[k] || r->backends[k] == r)
                abort();
    }
}

static uint64_t fingerprint(const struct config *c)
{
    uint64_t sum = inventory_fingerprint(c->inventory);

    for (int i = 0; i < c->catalog->type_count; i++)
        sum = sum * 31 + alert_type_fingerprint(&c->catalog->types[i]);
    return sum;
}

static void check_file(const char *path)
{
    const struct config_request request = {.file = path};
    struct err err = {0}, err_again = {0};
    struct config *c = config_load(&request, &err), *again = NULL;

    if (!c) {
        if (err.code == ERR_NONE || !*err.text)
            abort();
        return;
    }
    check_config(c);
    check_inventory(c->inventory);
    again = config_load(&request, &err_again);
    if (!again || fingerprint(again) != fingerprint(c))
        abort();
    config_free(again);
    config_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[64];

    if (fd < 0 && (fd = memfd_create("fuzz", 0)) < 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size)
        check_file(path);
    return 0;
}
