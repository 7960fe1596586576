/* Whose network it is: configuration in, answers by address out. */
#include "correlate/network/inventory.h"

#include <criterion/criterion.h>

static bool add(struct inventory *inv, const char *file, const char *text, struct err *err)
{
    struct ini ini = {0};
    struct err ini_err = {0};
    cr_assert(ini_read_text(&ini, file, str_of(text), &ini_err), "%s", ini_err.text);
    bool ok = inventory_add(inv, &ini, err) && ini_all_used(&ini, err);
    ini_done(&ini);
    return ok;
}

/* NULL text: the defaults. */
static struct inventory *inventory_from(const char *text)
{
    struct err err = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert_not_null(inv);
    if (text)
        cr_assert(add(inv, "test.conf", text, &err), "%s", err.text);
    cr_assert(inventory_finish(inv, &err), "%s", err.text);
    return inv;
}

static bool is_home(const struct inventory *inv, const char *text)
{
    struct ipaddr ip;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    return inventory_is_home(inv, &ip);
}

static const char *name_at(const struct inventory *inv, const char *text)
{
    struct ipaddr ip;
    cr_assert(ip_parse(str_of(text), &ip), "%s", text);
    const struct resource *found = inventory_find(inv, &ip);
    return found ? found->name : "-";
}

static void expect_refused(const char *text, const char *want)
{
    struct err err = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert_not(
        add(inv, "test.conf", text, &err) && inventory_finish(inv, &err), "accepted: %s", text);
    cr_expect_eq(err.code, ERR_CONFIG);
    cr_expect_str_eq(err.text, want, "%s", err.text);
    inventory_free(inv);
}

Test(inventory, home_is_the_private_ranges_unless_told)
{
    struct inventory *inv = inventory_from(NULL);
    cr_expect(inv->home_is_default);
    cr_expect_not(inv->ignore_internal);
    cr_expect(is_home(inv, "10.1.2.3"));
    cr_expect(is_home(inv, "172.31.255.255"));
    cr_expect_not(is_home(inv, "172.32.0.0"));
    cr_expect(is_home(inv, "192.168.0.1"));
    cr_expect(is_home(inv, "fd00::1"));
    cr_expect_not(is_home(inv, "203.0.113.1"));
    cr_expect_not(is_home(inv, "2001:db8::1"));
    inventory_free(inv);
}

Test(inventory, home_can_change_after_all_is_read)
{
    struct inventory *inv =
        inventory_from("[network]\nhome = 10.0.0.0/8\n[resource a]\naddress = 10.0.0.1\n");
    struct err err = {0};
    struct ipaddr a;
    struct buf text = {0};
    uint64_t before = inventory_fingerprint(inv);
    cr_assert(inventory_change_home(inv, STR(" 2001:DB8::/32\n198.51.100.7, 192.0.2.9/24"), &err));
    cr_expect(is_home(inv, "192.0.2.1"));
    cr_expect_not(is_home(inv, "10.0.0.1"));
    cr_expect_neq(inventory_fingerprint(inv), before);
    cr_assert(ip_parse(STR("10.0.0.1"), &a));
    cr_expect(inventory_find(inv, &a), "resources stay");
    inventory_home_format(inv, &text);
    cr_expect_str_eq(text.text, "2001:db8::/32,198.51.100.7,192.0.2.0/24");
    cr_assert(inventory_change_home(inv, buf_str(&text), &err), "what is written can be read");
    cr_expect(is_home(inv, "192.0.2.1"));
    buf_done(&text);
    inventory_free(inv);
}

Test(inventory, home_replaces_the_private_ranges)
{
    struct inventory *inv =
        inventory_from("[network]\nhome = 203.0.113.0/24,\n  2001:db8::/32\ninternal = ignore\n");
    cr_expect_not(inv->home_is_default);
    cr_expect(inv->ignore_internal);
    cr_assert_eq(inv->home_count, 2);
    cr_expect(is_home(inv, "203.0.113.255"));
    cr_expect(is_home(inv, "2001:db8::1"));
    cr_expect_not(is_home(inv, "10.1.2.3"));
    inventory_free(inv);
}

Test(inventory, the_option_replaces_what_files_say)
{
    struct err err = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert(add(inv, "a.conf", "[network]\nhome = 203.0.113.0/24\n", &err));
    cr_expect(inventory_set_home(inv, STR("198.51.100.0/24, 192.0.2.7"), &err), "%s", err.text);
    cr_assert(inventory_finish(inv, &err));
    cr_expect(is_home(inv, "198.51.100.1"));
    cr_expect(is_home(inv, "192.0.2.7"));
    cr_expect_not(is_home(inv, "203.0.113.1"));
    inventory_free(inv);
}

Test(inventory, the_option_needs_networks)
{
    static const char *const lists[] = {"", " , ", "example.org", "192.0.2.0/33"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct err err = {0};
        struct inventory *inv = inventory_new(&err);
        cr_expect_not(inventory_set_home(inv, str_of(lists[i]), &err), "'%s'", lists[i]);
        cr_expect_eq(err.code, ERR_USAGE);
        inventory_free(inv);
    }
}

Test(inventory, finds_the_resource_of_an_address)
{
    struct inventory *inv = inventory_from("[resource dmz]\n"
                                           "type = nat-gateway\n"
                                           "address = 203.0.113.0/28\n"
                                           "[resource web]\n"
                                           "address = 203.0.113.10, 2001:db8::10\n"
                                           "role = public-server, monitor ; both\n"
                                           "reason = the shop;\n  behind the wall\n");
    cr_expect_str_eq(name_at(inv, "203.0.113.10"), "web");
    cr_expect_str_eq(name_at(inv, "2001:db8::10"), "web");
    cr_expect_str_eq(name_at(inv, "203.0.113.11"), "dmz");
    cr_expect_str_eq(name_at(inv, "203.0.113.16"), "-");
    const struct resource *web = &inv->resources[1];
    cr_expect_eq(web->type, RESOURCE_HOST);
    cr_expect_eq(web->roles, (unsigned)ROLE_PUBLIC_SERVER | ROLE_MONITOR);
    cr_expect_str_eq(web->reason, "the shop; behind the wall");
    cr_expect_eq(web->line, 4);
    cr_expect_null(inv->resources[0].reason);
    cr_expect_eq(inv->resources[0].type, RESOURCE_NAT_GATEWAY);
    inventory_free(inv);
}

Test(inventory, pools_know_their_backends_across_files)
{
    struct err err = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert(add(inv, "a.conf",
        "[resource gw]\ntype = application-gateway\naddress = 203.0.113.1\nbackend = web2, lb\n"
        "[resource lb]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = web1\n",
        &err));
    cr_assert(add(inv, "b.conf",
        "[resource web1]\naddress = 10.0.1.1\n[resource web2]\naddress = 10.0.1.2\n", &err));
    cr_assert(inventory_finish(inv, &err), "%s", err.text);
    const struct resource *gw = &inv->resources[0];
    cr_assert_eq(gw->backend_count, 2);
    cr_expect_str_eq(gw->backends[0]->name, "web2");
    cr_expect_str_eq(gw->backends[1]->name, "lb");
    cr_expect_str_eq(gw->backends[1]->backends[0]->file, "b.conf");
    inventory_free(inv);
}

Test(inventory, refuses_what_makes_no_sense)
{
    expect_refused(
        "[network]\nhome =\n", "test.conf:2: home is empty: name a network, or leave the key out");
    expect_refused("[network]\nhome = 10.0.0.0/8 # ours\n",
        "test.conf:2: '10.0.0.0/8 # ours' is no address or network (such as 192.0.2.10 or "
        "192.0.2.0/24)");
    expect_refused(
        "[network]\ninternal = maybe\n", "test.conf:2: internal is 'report' or 'ignore'");
    expect_refused(
        "[network]\nhomes = 10.0.0.0/8\n", "test.conf:2: 'homes' means nothing in [network]");
    expect_refused("[resource web]\n", "test.conf:1: resource 'web' has no address");
    expect_refused("[resource]\naddress = 10.0.0.1\n",
        "test.conf:1: a resource needs a name: [resource NAME]");
    expect_refused("[resource a,b]\naddress = 10.0.0.1\n",
        "test.conf:1: resource 'a,b' has a comma in its name, which parts names");
    expect_refused("[resource web]\naddress = 10.0.0.1\ntype = router\n",
        "test.conf:3: type is one of host, load-balancer, application-gateway, nat-gateway");
    expect_refused("[network]\nhome = 10.0.0.0/8, 0.0.0.0/0\n",
        "test.conf:2: home networks cannot be every address there is: name your own");
    expect_refused("[network]\nhome = ::/0\n",
        "test.conf:2: home networks cannot be every address there is: name your own");
    expect_refused("[resource web]\naddress = 10.0.0.1\nrole =\n",
        "test.conf:3: role is empty: name one, or leave the key out");
    expect_refused("[resource web]\naddress = 10.0.0.1\nrole = ,\n",
        "test.conf:3: role is empty: name one, or leave the key out");
    expect_refused("[resource web]\naddress = 10.0.0.1\nrole = monitor, king\n",
        "test.conf:3: 'king' is no role; there are scanner, jump-host, monitor, backup, nat, "
        "admin-client, public-server");
    expect_refused("[resource web]\naddress = 10.0.0.1\nbackend = web\n",
        "test.conf:1: resource 'web' has backends, so its type cannot be host");
    expect_refused("[resource lb]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = web\n",
        "test.conf:1: backend 'web' of resource 'lb' is not declared: add [resource web]");
}

Test(inventory, refuses_pools_in_a_circle)
{
    expect_refused("[resource a]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = b\n"
                   "[resource b]\ntype = load-balancer\naddress = 10.0.0.2\nbackend = a\n",
        "test.conf:5: resource 'b' is its own backend, or in a pool nested more than 8 deep");
}

Test(inventory, many_pools_that_share_members_are_checked_quickly)
{
    struct buf text = {0};
    for (int level = 0; level < 8; level++)
        for (int i = 0; i < 30; i++) {
            buf_printf(&text, "[resource l%d-%d]\ntype = %s\naddress = 10.%d.0.%d\n", level, i,
                level < 7 ? "load-balancer" : "host", level, i);
            for (int j = 0; level < 7 && j < 30; j++)
                buf_printf(&text, "%sl%d-%d", j ? ", " : "backend = ", level + 1, j);
            buf_puts(&text, "\n");
        }
    struct inventory *inv = inventory_from(text.text);
    cr_expect_eq(inv->resource_count, 240);
    inventory_free(inv);
    buf_done(&text);
}

Test(inventory, one_name_and_one_address_belong_to_one_resource)
{
    expect_refused("[resource web]\naddress = 10.0.0.1\n[resource web]\nrole = nat\n",
        "test.conf:3: resource 'web' was declared at test.conf:1 already");
    expect_refused("[resource b]\naddress = 10.0.0.1\n[resource a]\naddress = 10.0.0.2,10.0.0.1\n",
        "test.conf:3: 10.0.0.1 of resource 'a' belongs to 'b' (test.conf:1) already");

    struct err err = {0};
    struct inventory *inv = inventory_new(&err);
    cr_assert(add(inv, "a.conf", "\n[resource web]\naddress = 10.0.0.1\n", &err));
    cr_assert(add(inv, "b.conf", "[resource web]\naddress = 10.0.0.2\n", &err));
    cr_expect_not(inventory_finish(inv, &err));
    cr_expect_str_eq(err.text, "b.conf:1: resource 'web' was declared at a.conf:2 already");
    inventory_free(inv);
}

Test(inventory, names_of_roles_go_both_ways)
{
    char text[128];
    cr_expect_eq(inventory_role(STR("jump-host")), (unsigned)ROLE_JUMP_HOST);
    cr_expect_eq(inventory_role(STR("Scanner")), 0);
    cr_expect_eq(inventory_role(STR("")), 0);
    inventory_roles_format(0, text);
    cr_expect_str_eq(text, "");
    inventory_roles_format(ROLE_MONITOR | ROLE_SCANNER, text);
    cr_expect_str_eq(text, "scanner, monitor");
    inventory_roles_format(~0u, text);
    cr_expect_str_eq(text, "scanner, jump-host, monitor, backup, nat, admin-client, public-server");
}

static uint64_t fingerprint(const char *text)
{
    struct inventory *inv = inventory_from(text);
    uint64_t print = inventory_fingerprint(inv);
    inventory_free(inv);
    return print;
}

#define POOL "[resource lb]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = a, b\n"
#define A    "[resource a]\naddress = 10.0.0.2\n"
#define B    "[resource b]\naddress = 10.0.0.3, 10.0.0.4\n"

Test(inventory, the_fingerprint_does_not_care_for_order_or_comments)
{
    cr_expect_eq(fingerprint(POOL A B),
        fingerprint("# other\n[resource b]\nreason = x\naddress = 10.0.0.4,10.0.0.3\n" A
                    "[resource lb]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = b, a\n"));
    cr_expect_eq(fingerprint("[network]\nhome = 10.0.0.0/8, 192.0.2.0/24\n"),
        fingerprint("[network]\nhome = 192.0.2.9/24, 10.0.0.0/8\ninternal = report\n"));
}

Test(inventory, the_fingerprint_sees_every_change_that_matters)
{
    const char *const texts[] = {
        POOL A B,
        "[network]\ninternal = ignore\n" POOL A B,
        "[network]\nhome = 10.0.0.0/8\n" POOL A B,
        "[network]\nhome = 10.0.0.0/9\n" POOL A B,
        POOL A "role = monitor\n" B,
        POOL A "role = nat\n" B,
        POOL "[resource a]\naddress = 10.0.0.5\n" B,
        POOL "[resource a]\naddress = 10.0.0.3\n[resource b]\naddress = 10.0.0.2, 10.0.0.4\n",
        "[resource lb]\ntype = nat-gateway\naddress = 10.0.0.1\nbackend = a, b\n" A B,
        "[resource lb]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = a\n" A B,
        "[resource lx]\ntype = load-balancer\naddress = 10.0.0.1\nbackend = a, b\n" A B,
    };
    size_t count = sizeof texts / sizeof texts[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(fingerprint(texts[i]), fingerprint(texts[j]), "%zu and %zu", i, j);
}
