/* Loading: what is built in, and what folders add or replace. */
#include "tests/unit/catalogs.h"
#include "tests/unit/folder.h"
#include "util/embed.h"
#include "util/timefmt.h"

#include <stdio.h>
#include <stdlib.h>

#define BUILT_IN 15 /* types */

static void folder_put(const struct folder *f, const char *name, struct str text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(text.p, 1, text.len, file), text.len);
    fclose(file);
}

static struct str builtin(const char *name)
{
    for (const struct embedded *e = embedded_catalog; e->name; e++)
        if (strcmp(e->name, name) == 0)
            return (struct str){e->text, e->len};
    cr_assert_fail("%s is not built in", name);
    return STR_NONE;
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

Test(catalog, takes_a_sixteenth_type_from_a_folder_with_its_query)
{
    struct folder f;
    folder_open(&f);
    folder_put(&f, "Long_Contact.conf", STR(SIXTEENTH));
    folder_put(&f, "long_contact.sql", STR("SELECT 1\n"));
    struct catalog *c = load(f.path);
    folder_close(&f);
    cr_assert_eq(c->type_count, BUILT_IN + 1);
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
    folder_open(&f);
    folder_put(&f, "Long_Contact.conf", STR(SIXTEENTH));
    load_fails(f.path, "Long_Contact.conf:14: no query \"long_contact\"");
    folder_close(&f);
}

Test(catalog, replaces_a_built_in_type_by_the_file_of_that_name)
{
    struct folder f;
    folder_open(&f);
    struct buf text = {0};
    buf_add(&text, builtin("DDOS.conf"));
    char *at = strstr(text.text, "3000 flows");
    cr_assert_not_null(at);
    *at = '4';
    folder_put(&f, "DDOS.conf", buf_str(&text));
    buf_done(&text);
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_close(&f);
    cr_assert_eq(theirs->type_count, BUILT_IN);
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
    folder_open(&f);
    folder_put(&f, "DDOS.conf", builtin("DDOS.conf"));
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_close(&f);
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
    folder_open(&f);
    folder_put(&f, "services.conf",
        STR("[service mongodb]\nlabel = MONGODB\ngroup = generic\ndetected = mongodb\n"
            "ports = 27017/tcp\n"
            "[service ssh]\nlabel = SSH\ngroup = ssh\ndetected = ssh\nports = 22/tcp\n"));
    struct catalog *ours = load(NULL), *theirs = load(f.path);
    folder_close(&f);
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
    folder_open(&f);
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\nports = 5900-5950/tcp\n"));
    load_fails(f.path, "services own and vnc both have port 5900/tcp");
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\ndetected = ssh\nports = 9/tcp\n"));
    load_fails(f.path, "services own and ssh are both detected as ssh");
    folder_put(&f, "services.conf",
        STR("[service own]\nlabel = OWN\ngroup = generic\nports = 3389/udp\n"));
    load_fails(f.path, "services own and rdp both have port 3389/udp");
    folder_close(&f);
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
    folder_open(&f);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        folder_put(&f, "services.conf", str_of(bad[i].text));
        load_fails(f.path, bad[i].says);
    }
    folder_close(&f);
}

Test(catalog, misses_a_folder_that_is_not_there)
{
    load_fails("/nonexistent/catalog.d", "/nonexistent/catalog.d: No such file");
}

Test(catalog, passes_over_files_that_are_no_entries)
{
    struct folder f;
    folder_open(&f);
    folder_put(&f, "notes.txt", STR("no entry"));
    folder_put(&f, ".hidden.conf", STR("no entry"));
    struct catalog *c = load(f.path);
    folder_close(&f);
    cr_assert_eq(c->type_count, BUILT_IN);
    catalog_free(c);
}
