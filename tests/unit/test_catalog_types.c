/* The fifteen built-in types: what the source document says of them, and the figures that were decided. */
#include "correlate/network/inventory.h"
#include "store/indicator.h"
#include "tests/unit/catalogs.h"
#include "util/timefmt.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* The fifteen as the source document has them: names of placeholders in order of the alphabet. */
static const struct documented {
    const char *code;
    const char *tactic;
    enum severity severity;
    bool pool;
    const char *placeholders;
} DOCUMENTED[] = {
    {"DDOS", "Impact", SEVERITY_MEDIUM, true, "Compromised Host,Possible Victims"},
    {"Generic_Incoming_BF_OneToOne", "PreAttack", SEVERITY_INFORMATIONAL, true,
        "Attacker IP,Compromised Host,End Time,Service Name,Start Time,Victim IP,Victim Port"},
    {"Network_CommunicationWithC2", "Command and Control", SEVERITY_MEDIUM, true, "Victim IP"},
    {"Network_ResourceIpIndicatedAsMalicious", "Command and Control", SEVERITY_MEDIUM, false,
        "Machine IP"},
    {"Network_TrafficFromUnrecommendedIP", "Probing", SEVERITY_INFORMATIONAL, false, ""},
    {"PortScanning", "Discovery", SEVERITY_MEDIUM, true,
        "Attacked Protocol,Compromised Host,Most Common Port"},
    {"RDP_Incoming_BF_ManyToOne", "PreAttack", SEVERITY_MEDIUM, true,
        "Compromised Host,Number of Attacking IPs,Victim IP"},
    {"RDP_Incoming_BF_OneToOne", "PreAttack", SEVERITY_MEDIUM, true,
        "Attacker IP,Compromised Host,Number of Connections,Victim IP"},
    {"RDP_Outgoing_BF_OneToMany", "Discovery", SEVERITY_HIGH, true,
        "Attacker IP,Compromised Host,Number of Attacked IPs"},
    {"RDP_Outgoing_BF_OneToOne", "Lateral Movement", SEVERITY_HIGH, true,
        "Attacker IP,Compromised Host,Number of Connections,Victim IP"},
    {"SQL_Incoming_BF_OneToOne", "PreAttack", SEVERITY_MEDIUM, true,
        "Attacker IP,Compromised Host,End Time,Port Number,SQL Service Type,Start Time,Victim IP"},
    {"SSH_Incoming_BF_ManyToOne", "PreAttack", SEVERITY_MEDIUM, true,
        "Compromised Host,Number of Attacking IPs,Victim IP"},
    {"SSH_Incoming_BF_OneToOne", "PreAttack", SEVERITY_MEDIUM, true,
        "Attacker IP,Compromised Host,Number of Connections,Victim IP"},
    {"SSH_Outgoing_BF_OneToMany", "Discovery", SEVERITY_MEDIUM, true,
        "Attacker IP,Compromised Host,Number of Attacked IPs"},
    {"SSH_Outgoing_BF_OneToOne", "Lateral Movement", SEVERITY_MEDIUM, true,
        "Attacker IP,Compromised Host,Number of Connections,Victim IP"},
};
#define DOCUMENTED_COUNT ((int)(sizeof DOCUMENTED / sizeof *DOCUMENTED))

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void list_fillings(const struct alert_type *t, char *list, size_t size)
{
    const char *names[32];
    cr_assert_leq(t->filling_count, 32);
    for (int i = 0; i < t->filling_count; i++)
        names[i] = t->fillings[i].placeholder;
    qsort(names, (size_t)t->filling_count, sizeof *names, by_text);
    list[0] = '\0';
    for (int i = 0; i < t->filling_count; i++) {
        size_t at = strlen(list);
        snprintf(list + at, size - at, "%s%s", i ? "," : "", names[i]);
    }
}

Test(catalog_types, holds_the_fifteen_types_with_what_the_document_says_of_them)
{
    struct catalog *c = load(NULL);
    cr_assert_eq(c->type_count, DOCUMENTED_COUNT);
    for (int i = 0; i < DOCUMENTED_COUNT; i++) {
        const struct documented *d = &DOCUMENTED[i];
        const struct alert_type *t = &c->types[i];
        char list[400];
        list_fillings(t, list, sizeof list);
        cr_assert_str_eq(t->code, d->code);
        cr_assert_str_eq(t->tactic, d->tactic, "%s", d->code);
        cr_assert_eq(t->severity, d->severity, "%s", d->code);
        cr_assert_str_eq(list, d->placeholders, "%s", d->code);
        for (int lang = 0; lang < LANGS; lang++)
            cr_assert_eq(t->pool[lang] != NULL, d->pool, "%s", d->code);
    }
    catalog_free(c);
}

/* ------------------------------------------------------------------ what was decided */

/* Our own machine is the attacker in the outgoing types and the victim in the incoming ones. */
Test(catalog_types, fills_addresses_by_their_part_in_each_type)
{
    static const struct {
        const char *code, *placeholder, *value;
    } parts[] = {
        {"SSH_Incoming_BF_OneToOne", "Victim IP", "own"},
        {"SSH_Incoming_BF_OneToOne", "Attacker IP", "remote"},
        {"SSH_Outgoing_BF_OneToOne", "Victim IP", "remote"},
        {"SSH_Outgoing_BF_OneToOne", "Attacker IP", "own"},
        {"RDP_Outgoing_BF_OneToOne", "Victim IP", "remote"},
        {"RDP_Outgoing_BF_OneToOne", "Attacker IP", "own"},
        {"RDP_Outgoing_BF_OneToMany", "Attacker IP", "own"},
        {"Network_CommunicationWithC2", "Victim IP", "own"},
        {"Network_ResourceIpIndicatedAsMalicious", "Machine IP", "own"},
        {"DDOS", "Possible Victims", "targets"},
    };
    struct catalog *c = load(NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct alert_type *t = type(c, parts[i].code);
        const char *value = NULL;
        for (int k = 0; k < t->filling_count; k++)
            if (strcmp(t->fillings[k].placeholder, parts[i].placeholder) == 0)
                value = t->fillings[k].value;
        cr_assert_not_null(value, "%s %s", t->code, parts[i].placeholder);
        cr_assert_str_eq(value, parts[i].value, "%s %s", t->code, parts[i].placeholder);
    }
    catalog_free(c);
}

static const struct figure {
    const char *code, *tier, *parameter;
    int64_t value;
} FIGURES[] = {
    {"SSH_Incoming_BF_OneToOne", "fast", "min_attempts", 30},
    {"SSH_Incoming_BF_OneToOne", "fast", "window", 30 * TIME_US_MINUTE},
    {"SSH_Incoming_BF_OneToOne", "slow", "min_attempts", 40},
    {"SSH_Incoming_BF_OneToOne", "slow", "window", TIME_US_DAY},
    {"SSH_Incoming_BF_OneToOne", "weeks", "min_attempts", 60},
    {"SSH_Incoming_BF_OneToOne", "weeks", "window", 7 * TIME_US_DAY},
    {"SSH_Incoming_BF_OneToOne", "weeks", "min_days", 3},
    {"RDP_Incoming_BF_OneToOne", "weeks", "min_days", 3},
    {"SSH_Outgoing_BF_OneToOne", "fast", "min_attempts", 30},
    {"SSH_Outgoing_BF_OneToOne", "fast", "internal_failures_only", -1},
    {"SSH_Outgoing_BF_OneToOne", "slow", "internal_failures_only", 1},
    {"RDP_Outgoing_BF_OneToOne", "slow", "internal_failures_only", 1},
    {"Generic_Incoming_BF_OneToOne", "fast", "min_attempts", 20},
    {"Generic_Incoming_BF_OneToOne", "fast", "window", 15 * TIME_US_MINUTE},
    {"Generic_Incoming_BF_OneToOne", "telnet", "min_attempts", 30},
    {"Generic_Incoming_BF_OneToOne", "telnet", "window", 30 * TIME_US_MINUTE},
    {"Generic_Incoming_BF_OneToOne", "failures", "min_attempts", 10},
    {"Generic_Incoming_BF_OneToOne", "failures", "window", 5 * TIME_US_MINUTE},
    {"Generic_Incoming_BF_OneToOne", "failures", "failures_only", 1},
    {"SQL_Incoming_BF_OneToOne", "fast", "min_attempts", 20},
    {"SQL_Incoming_BF_OneToOne", "failures", "failures_only", 1},
    {"SQL_Incoming_BF_OneToOne", "slow", "window", TIME_US_DAY},
    {"SSH_Incoming_BF_ManyToOne", "fast", "min_remotes", 10},
    {"SSH_Incoming_BF_ManyToOne", "fast", "min_attempts", 30},
    {"SSH_Incoming_BF_ManyToOne", "fast", "window", TIME_US_HOUR},
    {"RDP_Incoming_BF_ManyToOne", "slow", "min_remotes", 25},
    {"RDP_Incoming_BF_ManyToOne", "slow", "min_attempts", 60},
    {"RDP_Outgoing_BF_OneToMany", "fast", "min_remotes", 25},
    {"RDP_Outgoing_BF_OneToMany", "fast", "min_attempts", 25},
    {"SSH_Outgoing_BF_OneToMany", "dense", "min_remotes", 10},
    {"SSH_Outgoing_BF_OneToMany", "dense", "min_attempts", 100},
    {"SSH_Outgoing_BF_OneToMany", "slow", "min_remotes", 30},
    {"SSH_Outgoing_BF_OneToMany", "slow", "internal_failures_only", 1},
    {"PortScanning", "sweep", "min_targets", 25},
    {"PortScanning", "sweep", "window", 5 * TIME_US_MINUTE},
    {"PortScanning", "sweep", "min_failed_share", 50},
    {"PortScanning", "sweep", "busy_port_targets", 10},
    {"PortScanning", "sweep", "min_busy_port_share", 50},
    {"PortScanning", "vertical", "min_ports", 15},
    {"PortScanning", "vertical", "window", 5 * TIME_US_MINUTE},
    {"PortScanning", "slow", "min_targets", 100},
    {"PortScanning", "slow", "window", TIME_US_DAY},
    {"DDOS", "flows", "min_flows", 3000},
    {"DDOS", "flows", "window", 7 * TIME_US_MINUTE},
    {"DDOS", "flows", "min_minutes", 2},
    {"DDOS", "flows", "peak_factor", 3},
    {"DDOS", "volume", "min_packets", 60000},
    {"DDOS", "volume", "min_bytes", 375000000},
    {"DDOS", "volume", "window", 7 * TIME_US_MINUTE},
    {"DDOS", "volume", "min_minutes", 2},
    {"DDOS", "volume", "peak_factor", 3},
    {"Network_CommunicationWithC2", "contact", "min_contacts", 1},
    {"Network_CommunicationWithC2", "contact", "answered_only", 1},
    {"Network_CommunicationWithC2", "blocked", "min_contacts", 3},
    {"Network_CommunicationWithC2", "blocked", "answered_only", -1},
    {"Network_CommunicationWithC2", "contact", "by_resource", -1},
    {"Network_ResourceIpIndicatedAsMalicious", "contact", "answered_only", -1},
    {"Network_ResourceIpIndicatedAsMalicious", "contact", "by_resource", 1},
    {"Network_TrafficFromUnrecommendedIP", "day", "min_answered", 1},
    {"Network_TrafficFromUnrecommendedIP", "day", "min_flows", 10},
};

Test(catalog_types, has_the_thresholds_that_were_decided)
{
    struct catalog *c = load(NULL);
    for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES; i++) {
        const struct figure *f = &FIGURES[i];
        const struct tier *tier = alert_type_tier(type(c, f->code), f->tier);
        cr_assert_not_null(tier, "%s %s", f->code, f->tier);
        cr_assert_eq(tier_value(tier, f->parameter, -1), f->value, "%s %s.%s", f->code, f->tier,
            f->parameter);
    }
    catalog_free(c);
}

static bool lists(const char *const list[], const char *word)
{
    for (; list && *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

Test(catalog_types, judges_telnet_by_its_own_fast_tier)
{
    struct catalog *c = load(NULL);
    const struct alert_type *t = type(c, "Generic_Incoming_BF_OneToOne");
    cr_assert(lists(t->services, "telnet"));
    cr_assert_not(lists(alert_type_tier(t, "fast")->services, "telnet"));
    cr_assert(lists(alert_type_tier(t, "telnet")->services, "telnet"));
    cr_assert_not(lists(alert_type_tier(t, "telnet")->services, "ftp"));
    cr_assert_null(alert_type_tier(t, "slow")->services);
    for (const char **s = t->services; *s; s++)
        cr_assert(strcmp(*s, "telnet") == 0 || lists(alert_type_tier(t, "fast")->services, *s),
            "%s has no fast tier", *s);
    catalog_free(c);
}

Test(catalog_types, lets_each_service_raise_types_of_one_group)
{
    struct catalog *c = load(NULL);
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        for (const char **s = t->services; s && *s; s++)
            cr_assert_str_eq(catalog_service(c, *s)->group,
                catalog_service(c, t->services[0])->group, "%s: %s", t->code, *s);
    }
    cr_assert_str_eq(catalog_service(c, "mssql")->group, "sql");
    cr_assert_str_eq(catalog_service(c, "ftp")->group, "generic");
    catalog_free(c);
}

Test(catalog_types, makes_one_to_one_yield_to_one_to_many)
{
    struct catalog *c = load(NULL);
    cr_assert_str_eq(type(c, "SSH_Outgoing_BF_OneToOne")->yields_to, "SSH_Outgoing_BF_OneToMany");
    cr_assert_str_eq(type(c, "SSH_Outgoing_BF_OneToOne")->yields_unless, "fast");
    cr_assert_str_eq(type(c, "RDP_Outgoing_BF_OneToOne")->yields_to, "RDP_Outgoing_BF_OneToMany");
    cr_assert_null(type(c, "SSH_Incoming_BF_OneToOne")->yields_to);
    catalog_free(c);
}

Test(catalog_types, reads_categories_roles_signatures_and_family)
{
    struct catalog *c = load(NULL);
    const struct alert_type *c2 = type(c, "Network_CommunicationWithC2");
    const struct alert_type *worm = type(c, "Network_ResourceIpIndicatedAsMalicious");
    cr_assert(lists(c2->categories, "c2") && lists(c2->categories, "malware"));
    cr_assert_not(lists(c2->categories, "sinkhole"));
    cr_assert(lists(worm->categories, "sinkhole"));
    cr_assert_str_eq(worm->family, "Conficker");
    cr_assert_null(c2->family);
    cr_assert_eq(worm->signature_count, 2);
    cr_assert_eq(worm->signatures[0].sid_from, 2008802);
    cr_assert_eq(worm->signatures[0].sid_to, 2008803);
    cr_assert_null(worm->signatures[0].pattern);
    cr_assert_str_eq(worm->signatures[1].pattern, "(?i)conficker|downadup|kido");
    cr_assert_eq(worm->signatures[1].sid_from, 0);
    cr_assert_eq(type(c, "PortScanning")->exempt_roles, (unsigned)(ROLE_SCANNER | ROLE_MONITOR));
    cr_assert_eq(type(c, "PortScanning")->gap_us, TIME_US_HOUR);
    catalog_free(c);
}

Test(catalog_types, keeps_unit_source_and_wording_of_a_figure)
{
    struct catalog *c = load(NULL);
    const struct parameter *p =
        tier_parameter(alert_type_tier(type(c, "SSH_Incoming_BF_OneToOne"), "fast"), "window");
    cr_assert_str_eq(p->unit, "min");
    cr_assert_str_eq(p->text, "30 min");
    cr_assert_str_eq(p->source, "Zeek SSH::guessing_timeout");
    cr_assert_not(p->overridden);
    catalog_free(c);
}

static bool has_port(const struct service_port *ports, int count, int port, int proto)
{
    for (int i = 0; i < count; i++)
        if (ports[i].port == port && ports[i].proto == proto)
            return true;
    return false;
}

Test(catalog_types, knows_the_shape_of_a_login_attempt)
{
    struct catalog *c = load(NULL);
    const struct login_service *ssh = catalog_service(c, "ssh");
    cr_assert_str_eq(ssh->label, "SSH");
    cr_assert_eq(ssh->banner_bytes, 64);
    cr_assert_eq(ssh->payload_in_min, 700);
    cr_assert_eq(ssh->payload_in_max, 5000);
    cr_assert_eq(ssh->payload_out_min, 700);
    cr_assert_eq(ssh->payload_out_max, 11000);
    cr_assert_eq(ssh->packets_min, 8);
    cr_assert_eq(ssh->packets_max, 51);
    cr_assert_eq(ssh->duration_max_us, 180 * TIME_US_SECOND);
    cr_assert(has_port(ssh->ports, ssh->port_count, 2222, IPPROTO_TCP));
    cr_assert_not(has_port(ssh->ports, ssh->port_count, 22, IPPROTO_UDP));
    const struct login_service *ftp = catalog_service(c, "ftp");
    cr_assert_eq(ftp->banner_bytes, 0);
    cr_assert_eq(ftp->payload_in_min, -1);
    cr_assert_eq(ftp->payload_out_max, -1);
    cr_assert_not(lists(ftp->detected, "ftp-data"));
    const struct login_service *vnc = catalog_service(c, "vnc");
    cr_assert_eq(vnc->port_count, 10);
    cr_assert(has_port(vnc->ports, vnc->port_count, 5909, IPPROTO_TCP));
    catalog_free(c);
}

Test(catalog_types, counts_remote_desktop_over_tcp_only)
{
    struct catalog *c = load(NULL);
    const struct login_service *rdp = catalog_service(c, "rdp");
    cr_assert(has_port(rdp->ports, rdp->port_count, 3389, IPPROTO_TCP));
    cr_assert_not(has_port(rdp->ports, rdp->port_count, 3389, IPPROTO_UDP));
    cr_assert(has_port(rdp->probe_ports, rdp->probe_port_count, 3389, IPPROTO_UDP));
    catalog_free(c);
}

Test(catalog_types, counts_only_stated_failures_where_clients_log_in_often)
{
    static const char *const only[] = {"smtp", "pop3", "imap", "ldap", "sip", NULL};
    struct catalog *c = load(NULL);
    for (int i = 0; i < c->service_count; i++)
        cr_assert_eq(c->services[i].explicit_only, lists(only, c->services[i].name), "%s",
            c->services[i].name);
    catalog_free(c);
}
