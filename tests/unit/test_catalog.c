#include "cli/cli.h"
#include "correlate/catalog.h"
#include "correlate/inventory.h"
#include "store/indicator.h"
#include "util/embed.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct catalog *load(const char *directory)
{
    struct err err = {0};
    const char *directories[] = {directory, NULL};
    struct catalog *c = catalog_load(directories, &err);
    cr_assert_not_null(c, "%s", err.text);
    return c;
}

static const struct alert_type *type(const struct catalog *c, const char *code)
{
    const struct alert_type *t = catalog_type(c, code);
    cr_assert_not_null(t, "%s", code);
    return t;
}

/* A folder for one test, removed with what the test wrote into it. */
struct folder {
    char path[256];
};

static void folder_init(struct folder *f)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(f->path, sizeof f->path, "%s/tocsin-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    cr_assert_not_null(mkdtemp(f->path));
}

static void folder_put(const struct folder *f, const char *name, struct str text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(text.p, 1, text.len, file), text.len);
    fclose(file);
}

static void folder_done(const struct folder *f, const char *const names[])
{
    for (; *names; names++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", f->path, *names);
        unlink(path);
    }
    rmdir(f->path);
}

static struct str builtin(const char *name)
{
    for (const struct embedded *e = embedded_catalog; e->name; e++)
        if (strcmp(e->name, name) == 0)
            return (struct str){e->text, e->len};
    cr_assert_fail("%s is not built in", name);
    return STR_NONE;
}

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

Test(catalog, holds_the_fifteen_types_with_what_the_document_says_of_them)
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

/* ------------------------------------------------------------------ what the texts say */

/* Every text of the catalogue, variants included. */
static void each_text(const struct catalog *c, void (*check)(const char *code, const char *text))
{
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        for (int lang = 0; lang < LANGS; lang++) {
            check(t->code, t->title[lang]);
            check(t->code, t->description[lang]);
            check(t->code, t->pool[lang]);
            check(t->code, t->respond[lang]);
            for (int v = 0; v < t->variant_count; v++) {
                check(t->code, t->variants[v].title[lang]);
                check(t->code, t->variants[v].description[lang]);
                check(t->code, t->variants[v].pool[lang]);
                check(t->code, t->variants[v].respond[lang]);
            }
        }
    }
}

static const struct command *command_of(struct str name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (str_eq(name, str_of((*c)->name)))
            return *c;
    return NULL;
}

static bool has_action(const struct command *c, struct str name)
{
    for (const struct action *a = c->actions; a->run; a++)
        if (a->name && str_eq(name, str_of(a->name)))
            return true;
    return false;
}

/* The value of an option that takes one of some words is among them. */
static bool has_option(const struct command *c, struct str name, struct str value)
{
    for (const struct option_spec *o = c->options; o && o->name; o++) {
        if (!str_eq(name, str_of(o->name)))
            continue;
        return value.len == 0 || !o->argument || !strchr(o->argument, '|') ||
               memmem(o->argument, strlen(o->argument), value.p, value.len);
    }
    return false;
}

/* "tocsin alerts list --address": all of it is there. */
static void check_call(const char *code, struct str call)
{
    struct str rest = call, name = str_cut(&rest, ' ');
    const struct command *c = command_of(name);
    cr_assert_not_null(c, "%s: tocsin %.*s", code, (int)call.len, call.p);
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (!str_starts(word, STR("--"))) {
            cr_assert(has_action(c, word), "%s: tocsin %.*s", code, (int)call.len, call.p);
            continue;
        }
        struct str option = {word.p + 2, word.len - 2};
        cr_assert(has_option(c, option, str_cut(&rest, ' ')), "%s: tocsin %.*s", code,
            (int)call.len, call.p);
    }
}

static int calls_found;

static void check_calls(const char *code, const char *text)
{
    for (const char *at = text; at && (at = strstr(at, "tocsin ")); at += strlen("tocsin ")) {
        const char *call = at + strlen("tocsin ");
        check_call(code, (struct str){call, strcspn(call, "\"\n\xe3")});
        calls_found++;
    }
}

Test(catalog, sends_the_reader_only_to_commands_that_are_there)
{
    struct catalog *c = load(NULL);
    each_text(c, check_calls);
    cr_assert_geq(calls_found, 2 * 2 * c->type_count - 2);
    catalog_free(c);
}

static void check_words(const char *code, const char *text)
{
    static const char *const unfounded[] = {"suppression", "抑止ルール", "normal", "通常の水準",
        "incident", "以前のインシデント", "tocsin explain", "unusual"};
    for (size_t i = 0; text && i < sizeof unfounded / sizeof *unfounded; i++)
        cr_assert_null(strstr(text, unfounded[i]), "%s says %s: %s", code, unfounded[i], text);
}

Test(catalog, promises_nothing_that_was_not_computed)
{
    struct catalog *c = load(NULL);
    each_text(c, check_words);
    catalog_free(c);
}

static void check_blanks(const char *code, const char *text)
{
    static const char *const stray[] = {"、 ", "。 ", " 、", " 。", "「 ", " 」", "  "};
    for (size_t i = 0; text && i < sizeof stray / sizeof *stray; i++)
        cr_assert_null(strstr(text, stray[i]), "%s has a stray blank: %s", code, text);
}

Test(catalog, has_no_stray_blanks)
{
    struct catalog *c = load(NULL);
    each_text(c, check_blanks);
    catalog_free(c);
}

static int count_lines(const char *text)
{
    int n = 1;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

Test(catalog, gives_five_steps_of_response_in_both_languages)
{
    struct catalog *c = load(NULL);
    for (int i = 0; i < c->type_count; i++)
        for (int lang = 0; lang < LANGS; lang++)
            cr_assert_eq(count_lines(c->types[i].respond[lang]), 5, "%s", c->types[i].code);
    catalog_free(c);
}

Test(catalog, joins_wrapped_japanese_without_a_space)
{
    struct catalog *c = load(NULL);
    const char *text = type(c, "SSH_Incoming_BF_OneToOne")->description[LANG_JA];
    cr_assert_not_null(strstr(text, "ありました。これほど"), "%s", text);
    cr_assert_null(strchr(text, '\n'));
    catalog_free(c);
}

/* Our own machine is the attacker in the outgoing types and the victim in the incoming ones. */
Test(catalog, fills_addresses_by_their_part_in_each_type)
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

Test(catalog, has_the_thresholds_that_were_decided)
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

Test(catalog, judges_telnet_by_its_own_fast_tier)
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

Test(catalog, lets_each_service_raise_types_of_one_group)
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

Test(catalog, makes_one_to_one_yield_to_one_to_many)
{
    struct catalog *c = load(NULL);
    cr_assert_str_eq(type(c, "SSH_Outgoing_BF_OneToOne")->yields_to, "SSH_Outgoing_BF_OneToMany");
    cr_assert_str_eq(type(c, "SSH_Outgoing_BF_OneToOne")->yields_unless, "fast");
    cr_assert_str_eq(type(c, "RDP_Outgoing_BF_OneToOne")->yields_to, "RDP_Outgoing_BF_OneToMany");
    cr_assert_null(type(c, "SSH_Incoming_BF_OneToOne")->yields_to);
    catalog_free(c);
}

Test(catalog, reads_categories_roles_signatures_and_family)
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

Test(catalog, keeps_unit_source_and_wording_of_a_figure)
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

Test(catalog, knows_the_shape_of_a_login_attempt)
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

Test(catalog, counts_remote_desktop_over_tcp_only)
{
    struct catalog *c = load(NULL);
    const struct login_service *rdp = catalog_service(c, "rdp");
    cr_assert(has_port(rdp->ports, rdp->port_count, 3389, IPPROTO_TCP));
    cr_assert_not(has_port(rdp->ports, rdp->port_count, 3389, IPPROTO_UDP));
    cr_assert(has_port(rdp->probe_ports, rdp->probe_port_count, 3389, IPPROTO_UDP));
    catalog_free(c);
}

Test(catalog, counts_only_stated_failures_where_clients_log_in_often)
{
    static const char *const only[] = {"smtp", "pop3", "imap", "ldap", "sip", NULL};
    struct catalog *c = load(NULL);
    for (int i = 0; i < c->service_count; i++)
        cr_assert_eq(c->services[i].explicit_only, lists(only, c->services[i].name), "%s",
            c->services[i].name);
    catalog_free(c);
}

Test(catalog, finds_nothing_under_a_name_that_is_not_there)
{
    struct catalog *c = load(NULL);
    const struct tier *fast = alert_type_tier(type(c, "SSH_Incoming_BF_OneToOne"), "fast");
    cr_assert_null(catalog_type(c, "SSH_Incoming"));
    cr_assert_null(catalog_service(c, "gopher"));
    cr_assert_null(alert_type_tier(type(c, "DDOS"), "fast"));
    cr_assert_null(tier_parameter(fast, "min_days"));
    cr_assert_eq(tier_value(fast, "min_days", 7), 7);
    catalog_free(c);
}

#define SIXTEENTH                                                                                             \
    "[alert]\ntitle.en = Long contact\ntitle.ja = 長時間の通信\n"                                       \
    "description.en = %{Who} talked long.\ndescription.ja = %{Who} の通信が長時間続きました。\n" \
    "respond.en = Look.\nrespond.ja = 確認します。\nseverity = low\ntactic = Exfiltration\n"            \
    "attack_tactics = Exfiltration\ntechniques = T1041\ngap = 1 h | ours\n"                                   \
    "[query]\nname = long_contact\ndirection = outgoing\n"                                                    \
    "[values]\nWho = own.name\n[tier day]\nmin_hours = 8 h | ours\n"

static const char *const SIXTEENTH_FILES[] = {"Long_Contact.conf", "long_contact.sql", NULL};

Test(catalog, takes_a_sixteenth_type_from_a_folder_with_its_query)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "Long_Contact.conf", STR(SIXTEENTH));
    folder_put(&f, "long_contact.sql", STR("SELECT 1\n"));
    struct catalog *c = load(f.path);
    folder_done(&f, SIXTEENTH_FILES);
    cr_assert_eq(c->type_count, DOCUMENTED_COUNT + 1);
    const struct alert_type *t = type(c, "Long_Contact");
    cr_assert_str_eq(t->query, "long_contact");
    cr_assert_str_eq(t->query_sql, "SELECT 1\n");
    cr_assert_null(type(c, "DDOS")->query_sql);
    cr_assert_eq(tier_value(&t->tiers[0], "min_hours", -1), 8 * TIME_US_HOUR);
    cr_assert_null(t->services);
    cr_assert_null(t->pool[LANG_EN]);
    cr_assert_eq(t, &c->types[2], "types stand in order of their code");
    catalog_free(c);
}

/* Loading must fail with a message that holds `says`. */
static void load_fails(const char *directory, const char *says)
{
    struct err err = {0};
    const char *directories[] = {directory, NULL};
    cr_assert_null(catalog_load(directories, &err));
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert_not_null(strstr(err.text, says), "\"%s\" lacks \"%s\"", err.text, says);
}

Test(catalog, misses_a_query_file_that_is_not_beside_the_entry)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "Long_Contact.conf", STR(SIXTEENTH));
    load_fails(f.path, "Long_Contact.conf:14: no query \"long_contact\"");
    folder_done(&f, SIXTEENTH_FILES);
}

Test(catalog, replaces_a_built_in_type_by_the_file_of_that_name)
{
    struct folder f;
    folder_init(&f);
    struct buf text = {0};
    buf_add(&text, builtin("DDOS.conf"));
    char *at = strstr(text.text, "3000 flows");
    cr_assert_not_null(at);
    *at = '4';
    folder_put(&f, "DDOS.conf", buf_str(&text));
    buf_done(&text);
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_done(&f, (const char *const[]){"DDOS.conf", NULL});
    cr_assert_eq(theirs->type_count, DOCUMENTED_COUNT);
    cr_assert_eq(tier_value(&type(theirs, "DDOS")->tiers[0], "min_flows", -1), 4000);
    cr_assert_neq(
        alert_type_fingerprint(type(ours, "DDOS")), alert_type_fingerprint(type(theirs, "DDOS")));
    catalog_free(ours);
    catalog_free(theirs);
}

Test(catalog, fingerprints_the_words_for_kinds_of_episodes)
{
    struct catalog *c = load(NULL);
    struct alert_type changed = *type(c, "DDOS");
    struct text_variant variant = {.word = "blocked", .title = {"One", "一"}};
    uint64_t before = alert_type_fingerprint(&changed);
    changed.variants = &variant;
    changed.variant_count = 1;
    uint64_t with = alert_type_fingerprint(&changed);
    variant.title[LANG_JA] = "二";
    cr_assert_neq(with, before);
    cr_assert_neq(alert_type_fingerprint(&changed), with);
    catalog_free(c);
}

Test(catalog, fingerprints_the_content_and_not_the_place)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "DDOS.conf", builtin("DDOS.conf"));
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_done(&f, (const char *const[]){"DDOS.conf", NULL});
    cr_assert_eq(
        alert_type_fingerprint(type(ours, "DDOS")), alert_type_fingerprint(type(theirs, "DDOS")));
    cr_assert_eq(catalog_services_fingerprint(ours), catalog_services_fingerprint(theirs));
    for (int i = 1; i < ours->type_count; i++)
        cr_assert_neq(
            alert_type_fingerprint(&ours->types[0]), alert_type_fingerprint(&ours->types[i]));
    catalog_free(ours);
    catalog_free(theirs);
}

Test(catalog, adds_and_replaces_services_from_a_folder)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "services.conf",
        STR("[service mongodb]\nlabel = MONGODB\ngroup = generic\ndetected = mongodb\n"
            "ports = 27017/tcp\n"
            "[service ssh]\nlabel = SSH\ngroup = ssh\ndetected = ssh\nports = 22/tcp\n"));
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_done(&f, (const char *const[]){"services.conf", NULL});
    cr_assert_eq(theirs->service_count, ours->service_count + 1);
    cr_assert_eq(catalog_service(theirs, "mongodb")->ports[0].port, 27017);
    cr_assert_eq(catalog_service(theirs, "ssh")->port_count, 1);
    cr_assert_eq(catalog_service(theirs, "ssh")->payload_in_max, -1);
    cr_assert_neq(catalog_services_fingerprint(ours), catalog_services_fingerprint(theirs));
    catalog_free(ours);
    catalog_free(theirs);
}

Test(catalog, refuses_services_that_cannot_be_told_apart)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\nports = 5900-5950/tcp\n"));
    load_fails(f.path, "services own and vnc both have port 5900/tcp");
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\ndetected = ssh\nports = 9/tcp\n"));
    load_fails(f.path, "services own and ssh are both detected as ssh");
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\nports = 3389/udp\n"));
    load_fails(f.path, "services own and rdp both have port 3389/udp");
    folder_done(&f, (const char *const[]){"services.conf", NULL});
}

Test(catalog, names_file_and_line_of_a_bad_service)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"[service own]\nlabel = OWN\ngroup = x\nports = 0/tcp\n",
            "services.conf:4: ports: \"0/tcp\""},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 65536/tcp\n", "\"65536/tcp\" is no port"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9-8/tcp\n", "\"9-8/tcp\" is no port"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9\n", "\"9\" is no port"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 1-65/tcp\n", "more than 64 ports"},
        {"[service own]\nlabel = OWN\ngroup = x\n",
            "services.conf:1: [service own] needs detected"},
        {"[service own]\ngroup = x\nports = 9/tcp\n", "[service own] lacks label"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9/tcp\nbanner = 9 s | ours\n",
            "services.conf:5: banner is in bytes"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9/tcp\nbanner = 9 bytes\n", "no source"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9/tcp\nexplicit_only = maybe\n",
            "explicit_only is yes or no"},
        {"[service own]\nlabel = OWN\ngroup = x\nports = 9/tcp\ncolour = red\n", "colour"},
        {"[service]\nlabel = OWN\n", "section [service] needs a name"},
        {"[tier own]\nlabel = OWN\n", "unknown section [tier]"},
    };
    struct folder f;
    folder_init(&f);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        folder_put(&f, "services.conf", str_of(bad[i].text));
        load_fails(f.path, bad[i].says);
    }
    folder_done(&f, (const char *const[]){"services.conf", NULL});
}

Test(catalog, misses_a_folder_that_is_not_there)
{
    load_fails("/nonexistent/catalog.d", "/nonexistent/catalog.d: No such file");
}

Test(catalog, passes_over_files_that_are_no_entries)
{
    struct folder f;
    folder_init(&f);
    folder_put(&f, "notes.txt", STR("no entry"));
    folder_put(&f, ".hidden.conf", STR("no entry"));
    struct catalog *c = load(f.path);
    folder_done(&f, (const char *const[]){"notes.txt", ".hidden.conf", NULL});
    cr_assert_eq(c->type_count, DOCUMENTED_COUNT);
    catalog_free(c);
}

static const char *fill_from_list(void *arg, struct str name)
{
    const char *const *pairs = arg;
    for (; *pairs; pairs += 2)
        if (str_eq(name, str_of(pairs[0])))
            return pairs[1];
    return NULL;
}

static void fills(const char *text, const char *expected)
{
    const char *pairs[] = {"Attacker IP", "192.0.2.1", "空", "", "A", "%{A}", NULL};
    char *filled = catalog_fill(text, fill_from_list, pairs);
    cr_assert_str_eq(filled, expected);
    free(filled);
}

Test(catalog, fills_placeholders)
{
    fills("", "");
    fills("plain", "plain");
    fills("%{Attacker IP}", "192.0.2.1");
    fills("from %{Attacker IP}, %{Attacker IP}.", "from 192.0.2.1, 192.0.2.1.");
    fills("送信元 %{Attacker IP}%{空}。", "送信元 192.0.2.1。");
}

Test(catalog, says_a_machine_without_a_name_once)
{
    fills("%{Attacker IP} (%{Attacker IP}) tried", "192.0.2.1 tried");
    fills("%{Attacker IP} (%{Attacker IP})", "192.0.2.1");
    fills("%{A} (%{Attacker IP})", "%{A} (192.0.2.1)");
    fills("(%{Attacker IP})", "(192.0.2.1)");
    fills("%{Attacker IP}: (%{Attacker IP})", "192.0.2.1: (192.0.2.1)");
    fills("%{Attacker IP} (%{Attacker IP}, us)", "192.0.2.1 (192.0.2.1, us)");
}

Test(catalog, leaves_what_it_cannot_fill)
{
    fills("%{Nobody} %{Attacker IP}", "%{Nobody} 192.0.2.1");
    fills("%{Attacker IP", "%{Attacker IP");
    fills("100 % of %} and %", "100 % of %} and %");
    fills("%{}", "%{}");
}

Test(catalog, does_not_fill_what_was_filled_in)
{
    fills("%{A}", "%{A}");
}
