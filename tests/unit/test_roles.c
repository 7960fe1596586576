/* What each role of a resource lifts it from, and what it does not. */
#include "tests/unit/scenario.h"
#include "tests/unit/world_store.h"

#define T0  (19000 * DAY + 7 * HOUR)
#define OWN "10.0.0.10"
#define OUT "203.0.113.60"

TestSuite(roles, .init = setup, .fini = teardown);

/* The machine with that address has the role; NULL: none has. */
static void give(const char *role, const char *machine)
{
    char text[400];
    snprintf(text, sizeof text,
        "[network]\nhome = 10.0.0.0/8\n[resource known]\naddress = %s\n%s%s\n", machine,
        role ? "role = " : "", role ? role : "");
    inventory_free(world.inventory);
    world.inventory = world_inventory_of(text);
}

static int alerts_of(const char *type)
{
    char sql[300];
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM alert WHERE superseded IS NULL "
        "AND type = (SELECT id FROM name WHERE text = '%s')",
        type);
    return (int)number_of(s, sql);
}

/* ------------------------------------------------------------------ traffic that raises a type */

static void guess(const char *client, const char *server, uint16_t port, int times)
{
    for (int i = 0; i < times; i++)
        record_login(&all, SENSOR_ZEEK, NULL, T0 + i * 5 * SECOND, address(client), address(server),
            port,
            port == 22     ? "ssh"
            : port == 3389 ? "rdp"
            : port == 21   ? "ftp"
                           : "mysql",
            port == 3389 ? -1 : 0);
}

static void guess_ssh(const char *client)
{
    guess(client, OWN, 22, 40);
}

static void guess_rdp(const char *client)
{
    guess(client, OWN, 3389, 40);
}

static void guess_ftp(const char *client)
{
    guess(client, OWN, 21, 40);
}

static void guess_sql(const char *client)
{
    guess(client, OWN, 3306, 40);
}

static void guess_ssh_out(const char *client)
{
    guess(client, OUT, 22, 40);
}

static void guess_rdp_out(const char *client)
{
    guess(client, OUT, 3389, 40);
}

static void guess_many(const char *client, uint16_t port)
{
    for (int i = 0; i < 60; i++) {
        char server[32];
        snprintf(server, sizeof server, "198.51.100.%d", i % 30 + 1);
        guess(client, server, port, 2);
    }
}

static void guess_many_ssh(const char *client)
{
    guess_many(client, 22);
}

static void guess_many_rdp(const char *client)
{
    guess_many(client, 3389);
}

static void sweep(const char *client)
{
    for (int i = 0; i < 60; i++)
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address(client),
            address_after("198.51.100.1", i), 445);
}

static void send_volume(const char *client)
{
    struct flow *f = record_refused(&all, SENSOR_ZEEK, NULL, T0, address(client), address(OUT), 53);
    f->conn.proto = PROTO_UDP;
    f->duration_us = 2 * MINUTE;
    f->orig_pkts = 900000;
    f->orig_ip_bytes = 900000 * 60;
}

static void send_flows(const char *client)
{
    for (int i = 0; i < 12000; i++)
        record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * 5000, address(client), address(OUT), 80);
}

static void come_listed(const char *client)
{
    for (int i = 0; i < 10; i++)
        record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i * MINUTE, address(client), address(OWN), 8443);
}

#define NOT_FOR_MANY_LOGINS "scanner, monitor, admin-client"

static const struct {
    const char *type;
    void (*traffic)(const char *client);
    const char *client;
    const char *lifted; /* the roles that lift the client from it */
} rules[] = {
    {"SSH_Incoming_BF_OneToOne", guess_ssh, OUT, NOT_FOR_MANY_LOGINS ", nat"},
    {"RDP_Incoming_BF_OneToOne", guess_rdp, OUT, NOT_FOR_MANY_LOGINS ", nat"},
    {"Generic_Incoming_BF_OneToOne", guess_ftp, OUT, NOT_FOR_MANY_LOGINS},
    {"SQL_Incoming_BF_OneToOne", guess_sql, OUT, NOT_FOR_MANY_LOGINS},
    {"SSH_Outgoing_BF_OneToOne", guess_ssh_out, OWN, "scanner, monitor, backup"},
    {"RDP_Outgoing_BF_OneToOne", guess_rdp_out, OWN, "scanner, monitor"},
    {"SSH_Outgoing_BF_OneToMany", guess_many_ssh, OWN, NOT_FOR_MANY_LOGINS ", jump-host"},
    {"RDP_Outgoing_BF_OneToMany", guess_many_rdp, OWN, NOT_FOR_MANY_LOGINS ", jump-host"},
    {"PortScanning", sweep, OWN, "scanner, monitor"},
    {"DDOS", send_volume, OWN, "backup"},
    {"DDOS", send_flows, OWN, ""},
    {"Network_TrafficFromUnrecommendedIP", come_listed, "192.0.2.250", "scanner, monitor"},
};

static const char *const names[] = {
    "scanner", "jump-host", "monitor", "backup", "nat", "admin-client", "public-server"};

static bool lists(const char *list, const char *name)
{
    struct str rest = str_of(list);
    while (rest.p)
        if (str_eq(str_trim(str_cut(&rest, ',')), str_of(name)))
            return true;
    return false;
}

Test(roles, each_lifts_from_what_is_its_job_and_from_nothing_else, .timeout = 120)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        all.count = 0;
        store_close(s);
        s = memory_open();
        scenario_import(s);
        rules[i].traffic(rules[i].client);
        records_put(s, &all, NULL, 0, all.count);
        give(NULL, rules[i].client);
        correlate(s, &world);
        cr_expect_eq(alerts_of(rules[i].type), 1, "%s: not raised at all", rules[i].type);
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            give(names[n], rules[i].client);
            correlate(s, &world);
            cr_expect_eq(alerts_of(rules[i].type), !lists(rules[i].lifted, names[n]),
                "%s beside the role %s", rules[i].type, names[n]);
        }
    }
}

Test(roles, a_client_with_a_role_is_none_of_many)
{
    for (int i = 0; i < 60; i++) {
        char client[32];
        snprintf(client, sizeof client, "198.51.100.%d", i % 10 + 1);
        guess(client, OWN, 22, 1);
    }
    records_put(s, &all, NULL, 0, all.count);
    give(NULL, "198.51.100.1");
    correlate(s, &world);
    cr_expect_eq(alerts_of("SSH_Incoming_BF_ManyToOne"), 1);
    give("monitor", "198.51.100.1");
    correlate(s, &world);
    cr_expect_eq(alerts_of("SSH_Incoming_BF_ManyToOne"), 0, "nine others are too few");
}

/* ------------------------------------------------------------------ traffic between ours */

Test(roles, traffic_between_ours_counts_unless_it_is_to_be_ignored)
{
    guess("10.0.0.11", OWN, 22, 40);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(alerts_of("SSH_Outgoing_BF_OneToOne"), 1);
    cr_expect_eq(alerts_of("SSH_Incoming_BF_OneToOne"), 0);
    inventory_free(world.inventory);
    world.inventory = world_inventory_of("[network]\nhome = 10.0.0.0/8\ninternal = ignore\n");
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL"), 0);
}

/* ------------------------------------------------------------------ senders nobody knows */

static int says_spoofed(void)
{
    return (int)number_of(s,
        "SELECT count(*) FROM alert AS a JOIN alert_property AS p ON p.alert = a.id "
        "WHERE a.superseded IS NULL AND p.name = 'Spoofed?'");
}

Test(roles, a_flood_of_a_sender_that_the_inventory_does_not_know_may_be_forged)
{
    send_volume(OWN);
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(says_spoofed(), 0, "there is no inventory");
    give(NULL, "10.0.0.99");
    correlate(s, &world);
    cr_expect_eq(says_spoofed(), 1);
    give(NULL, OWN);
    correlate(s, &world);
    cr_expect_eq(says_spoofed(), 0);
}
