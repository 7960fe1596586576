/* Where the configuration is found, what its sections mean, and what is refused. */
#include "cli/config.h"
#include "tests/unit/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct folder folder;

static void setup(void)
{
    folder_open(&folder);
    setenv("HOME", folder.path, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_DATA_HOME");
    unsetenv("TOCSIN_CONFIG");
    unsetenv("TOCSIN_DB");
}

static void teardown(void)
{
    folder_close(&folder);
}

TestSuite(config, .init = setup, .fini = teardown);

/* The path of `name` below the test's folder; good until the fourth call after it. */
static const char *place(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder.path, name);
    return path;
}

static const char *put(const char *name, const char *text)
{
    const char *path = place(name);
    char parent[512];
    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = parent + strlen(folder.path) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(parent, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static struct config *load(const char *file, const char *db, const char *home)
{
    const struct config_request request = {file, db, home};
    struct err err = {0};
    struct config *config = config_load(&request, &err);
    cr_assert(config, "%s", err.text);
    return config;
}

/* The error of loading `text` as t.conf, without the folder before its name. */
static void refused(const char *text, const char *sentence)
{
    const struct config_request request = {put("t.conf", text), NULL, NULL};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err), "taken: %s", text);
    cr_assert_eq(err.code, ERR_CONFIG, "%s", err.text);
    const char *at = strstr(err.text, "t.conf");
    cr_assert(at, "no file is named: %s", err.text);
    cr_assert_str_eq(at, sentence);
}

Test(config, sections_become_values)
{
    struct config *c =
        load(put("t.conf", "[network]\nhome = 203.0.113.0/24\n"
                           "[database]\nfile = case.db\n"
                           "[sensor edge]\nkind = zeek\npath = /logs/a, b\n  c\n"
                           "[export siem]\nformat = csv\nfile = /spool/alerts.csv\n"),
            NULL, NULL);
    cr_assert_not(c->inventory->home_is_default);
    cr_assert_eq(c->sensor_count, 1);
    cr_assert_str_eq(c->sensors[0].kind, "zeek");
    cr_assert_eq(c->sensors[0].path_count, 3);
    cr_assert_str_eq(c->sensors[0].paths[0], "/logs/a");
    cr_assert_str_eq(c->sensors[0].paths[1], place("b"));
    cr_assert_str_eq(c->sensors[0].paths[2], place("c"));
    cr_assert_eq(c->export_count, 1);
    cr_assert_eq(c->exports[0].exporter, &export_csv);
    cr_assert_str_eq(c->exports[0].path, "/spool/alerts.csv");
    cr_assert_str_eq(c->db, place("case.db"));
    cr_assert_not(c->db_is_default);
    config_free(c);
}

Test(config, drop_ins_and_inventory_stand_beside_the_main_file)
{
    put("x/conf.d/20-export.conf", "[export b]\nformat = jsonl\nfile = b.jsonl\n");
    put("x/conf.d/10-export.conf", "[export a]\nformat = jsonl\nfile = a.jsonl\n");
    put("x/conf.d/ignored.txt", "this is no configuration");
    put("x/inventory.conf", "[resource web]\naddress = 10.0.0.9\n");
    struct config *c = load(put("x/tocsin.conf", "[network]\nhome = 10.0.0.0/8\n"), NULL, NULL);
    cr_assert_eq(c->export_count, 2);
    cr_assert_str_eq(c->exports[0].name, "a");
    cr_assert_str_eq(c->exports[1].path, place("x/conf.d/b.jsonl"));
    cr_assert_eq(c->inventory->resource_count, 1);
    config_free(c);
}

Test(config, unknown_keys_are_refused_with_file_and_line)
{
    const struct config_request request = {
        put("t.conf", "[network]\nhome = 10.0.0.0/8\nhoem = 10.0.0.0/8\n"), NULL, NULL};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err));
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert(strstr(err.text, "t.conf:3:"), "%s", err.text);
    cr_assert(strstr(err.text, "hoem"), "%s", err.text);
}

Test(config, unknown_sections_are_refused)
{
    const struct config_request request = {put("t.conf", "[sensors a]\npath = x\n"), NULL, NULL};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err));
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert(strstr(err.text, "t.conf:2:"), "%s", err.text);
}

Test(config, values_are_checked)
{
    refused(
        "[sensor a]\nkind = snort\npath = x\n", "t.conf:2: kind is zeek or suricata, not 'snort'");
    refused("[sensor a]\nkind = zeek\n", "t.conf:2: [sensor a] needs a path");
    refused("[sensor]\npath = x\n", "t.conf:2: the section needs a name: [sensor NAME]");
    refused("[sensor a]\nsampling = 100\npath = x\n",
        "t.conf:2: sampling is 1:N with N up to 1000000, not '100'");
    refused("[sensor a]\nsampling = 1:0\npath = x\n",
        "t.conf:2: sampling is 1:N with N up to 1000000, not '1:0'");
    refused("[export a]\nformat = xml\nfile = x\n",
        "t.conf:2: there is no export format 'xml'; use one of: jsonl, csv");
    refused("[export a]\nformat = jsonl\n", "t.conf:2: [export a] needs format and file");
    refused("[export a]\nformat = jsonl\nfile =\n",
        "t.conf:3: file is empty: name the file to append to");
    refused(
        "[database]\nfile =\n", "t.conf:2: file is empty: name the database, or leave the key out");
    refused("[export a]\nformat = jsonl\nfile = x\n[export b]\nformat = csv\nfile = ./x\n",
        "t.conf:5: [export b] writes to the file of [export a]: give each its own");
    refused("[retention]\nflows = 14d\n",
        "t.conf:2: Tocsin deletes nothing from its database: [retention] would have no effect, "
        "leave it out");
}

Test(config, a_sensor_in_two_files_is_refused)
{
    put("conf.d/a.conf", "[sensor s]\npath = y\n");
    const struct config_request request = {put("t.conf", "[sensor s]\npath = x\n"), NULL, NULL};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err));
    cr_assert(strstr(err.text, "a.conf:2:"), "%s", err.text);
    cr_assert(strstr(err.text, "t.conf:2 already"), "%s", err.text);
}

Test(config, a_named_file_must_be_there)
{
    const struct config_request request = {place("none.conf"), NULL, NULL};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err));
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert(strstr(err.text, "none.conf"), "%s", err.text);
}

Test(config, home_option_replaces_and_is_checked)
{
    const char *file = put("t.conf", "[network]\nhome = 203.0.113.0/24\n");
    struct config *c = load(file, NULL, "198.51.100.0/24");
    cr_assert_eq(c->inventory->home_count, 1);
    cr_assert_eq(ip_v4(&c->inventory->home[0].ip), 0xc6336400u);
    config_free(c);
    const struct config_request request = {file, NULL, "nonsense"};
    struct err err = {0};
    cr_assert_null(config_load(&request, &err));
    cr_assert_eq(err.code, ERR_USAGE);
    cr_assert(strstr(err.text, "--home"), "%s", err.text);
}

Test(config, the_database_is_the_most_particular_one_named)
{
    const char *file = put("t.conf", "[database]\nfile = /in/file.db\n");
    setenv("TOCSIN_DB", "/in/variable.db", 1);
    struct config *c = load(file, "/in/option.db", NULL);
    cr_assert_str_eq(c->db, "/in/option.db");
    config_free(c);
    c = load(file, NULL, NULL);
    cr_assert_str_eq(c->db, "/in/variable.db");
    config_free(c);
    unsetenv("TOCSIN_DB");
    c = load(file, NULL, NULL);
    cr_assert_str_eq(c->db, "/in/file.db");
    config_free(c);
}

Test(config, the_users_folder_is_searched)
{
    put(".config/tocsin/tocsin.conf", "[network]\nhome = 203.0.113.0/24\n");
    struct config *c = load(NULL, NULL, NULL);
    cr_assert_str_eq(c->file, place(".config/tocsin/tocsin.conf"));
    cr_assert_str_eq(c->db, place(".local/share/tocsin/tocsin.db"));
    cr_assert_not(c->inventory->home_is_default);
    config_free(c);
    setenv("TOCSIN_CONFIG", put("other.conf", "[network]\nhome = 10.0.0.0/8\n"), 1);
    c = load(NULL, NULL, NULL);
    cr_assert_str_eq(c->file, place("other.conf"));
    config_free(c);
}
