/* `tocsin inventory`: what is ours, as the configuration says. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "util/ipaddr.h"

#include <stdio.h>

static const struct option_spec options[] = {
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {0},
};

static void add_networks(struct buf *out, const struct cidr *nets, size_t count)
{
    char text[CIDR_TEXT_SIZE];
    for (size_t i = 0; i < count; i++) {
        cidr_format(&nets[i], text);
        buf_printf(out, "%s%s", i > 0 ? ", " : "", text);
    }
}

static void add_backends(struct buf *out, const struct resource *r)
{
    for (size_t i = 0; i < r->backend_count; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", r->backends[i]->name);
}

static void add_resource(struct rows *rows, const struct resource *r)
{
    struct buf addresses = {0}, backends = {0};
    char roles[128];
    add_networks(&addresses, r->addresses, r->address_count);
    add_backends(&backends, r);
    inventory_roles_format(r->roles, roles);
    const struct rows_cell cells[] = {{str_of(r->name), 't', STYLE_NONE},
        {str_of(resource_type_names[r->type]), 't', STYLE_NONE},
        {buf_str(&addresses), 't', STYLE_NONE}, {str_of(roles), 't', STYLE_NONE},
        {buf_str(&backends), 't', STYLE_NONE}, {str_of(r->reason), 't', STYLE_NONE}};
    rows_add(rows, cells);
    buf_done(&addresses);
    buf_done(&backends);
}

static void note_home(const struct cli *cli)
{
    const struct inventory *inv = cli->config->inventory;
    struct buf text = {0};
    add_networks(&text, inv->home, inv->home_count);
    if (!text.failed)
        cli_note(cli, "home networks%s: %s", inv->home_is_default ? " (by default)" : "",
            text.text ? text.text : "none");
    buf_done(&text);
    if (cli->config->file)
        cli_note(cli, "configuration: %s", cli->config->file);
}

static bool print_resources(
    struct cli *cli, struct output *out, const struct resource *only, struct err *err)
{
    static const char *const names[] = {
        "RESOURCE", "TYPE", "ADDRESSES", "ROLES", "BACKENDS", "REASON"};
    const struct inventory *inv = cli->config->inventory;
    struct rows *rows =
        rows_open(out, output_format(out, &cli->opt, FORMAT_TSV), !cli->opt.no_header, 6, names);
    if (!rows)
        return err_nomem(err);
    for (size_t i = 0; i < inv->resource_count; i++) {
        if (!only || only == &inv->resources[i])
            add_resource(rows, &inv->resources[i]);
    }
    bool ok = rows_close(rows, err);
    rows_free(rows);
    return ok;
}

static bool check(struct cli *cli, struct err *err)
{
    struct output out;
    if (!cli_config(cli, err) || !output_open(&out, NULL, cli->opt.color, err))
        return false;
    note_home(cli);
    bool any = cli->config->inventory->resource_count > 0;
    if (!any)
        cli_note(cli,
            "no resources; [resource NAME] in the configuration or in inventory.conf names them");
    return output_finish(&out, !any || print_resources(cli, &out, NULL, err), err);
}

/* --- show ---------------------------------------------------------------------------------- */

static const char *const class_names[] = {
    [IP_GLOBAL] = "global",
    [IP_PRIVATE] = "private",
    [IP_LOOPBACK] = "loopback",
    [IP_LINK_LOCAL] = "link-local",
    [IP_MULTICAST] = "multicast",
    [IP_UNSPECIFIED] = "unspecified",
    [IP_BROADCAST] = "broadcast or reserved",
};

/* Names of the pools that the resource is a member of. */
static void add_pools(struct buf *out, const struct inventory *inv, const struct resource *member)
{
    for (size_t i = 0; member && i < inv->resource_count; i++) {
        const struct resource *r = &inv->resources[i];
        for (size_t k = 0; k < r->backend_count; k++) {
            if (r->backends[k] == member)
                buf_printf(out, "%s%s", out->len > 0 ? ", " : "", r->name);
        }
    }
}

static bool print_address(
    struct cli *cli, const struct ipaddr *ip, struct output *out, struct err *err)
{
    static const char *const names[] = {
        "address", "home", "class", "resource", "type", "roles", "reason", "backends", "pools"};
    const struct inventory *inv = cli->config->inventory;
    const struct resource *r = inventory_find(inv, ip);
    struct buf backends = {0}, pools = {0};
    char text[IP_TEXT_SIZE], roles[128] = "";
    ip_format(ip, text);
    if (r) {
        inventory_roles_format(r->roles, roles);
        add_backends(&backends, r);
        add_pools(&pools, inv, r);
    }
    const struct rows_cell cells[] = {{str_of(text), 't', STYLE_NONE},
        {str_of(inventory_is_home(inv, ip) ? "yes" : "no"), 't', STYLE_NONE},
        {str_of(class_names[ip_classify(ip)]), 't', STYLE_NONE},
        {str_of(r ? r->name : ""), 't', STYLE_NONE},
        {str_of(r ? resource_type_names[r->type] : ""), 't', STYLE_NONE},
        {str_of(roles), 't', STYLE_NONE}, {str_of(r ? r->reason : ""), 't', STYLE_NONE},
        {buf_str(&backends), 't', STYLE_NONE}, {buf_str(&pools), 't', STYLE_NONE}};
    struct rows *rows =
        rows_open(out, output_format(out, &cli->opt, FORMAT_TSV), !cli->opt.no_header, 9, names);
    bool ok = rows || err_nomem(err);
    if (ok) {
        rows_add(rows, cells);
        ok = rows_close(rows, err);
    }
    rows_free(rows);
    buf_done(&backends);
    buf_done(&pools);
    return ok;
}

static bool show(struct cli *cli, struct err *err)
{
    struct output out;
    struct ipaddr ip;
    if (!ip_parse(str_of(cli->words[0]), &ip))
        return err_set(
            err, ERR_USAGE, "'%s' is no address; give one IPv4 or IPv6 address", cli->words[0]);
    if (!cli_config(cli, err) || !output_open(&out, NULL, cli->opt.color, err))
        return false;
    return output_finish(&out, print_address(cli, &ip, &out, err), err);
}

const struct command command_inventory = {
    .name = "inventory",
    .summary = "home networks and resources, as the configuration says",
    .help =
        "The home networks decide what is incoming and what is outgoing. Resources give addresses a name, a "
        "type and a role, and load balancers their members.",
    .example = "  tocsin inventory check -c /etc/tocsin/tocsin.conf\n"
               "  tocsin inventory show 203.0.113.10\n",
    .options = options,
    .actions = {{"check", "", "read all of it, say what is wrong, list the resources", 0, 0, check},
        {"show", "IP", "what is known of one address", 1, 1, show}},
};
