/* What `run` appends: each new or changed alert once, and nothing half. */
#include "cli/exporting.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <sys/stat.h>

static struct scratch db;
static char file[320];
static struct config_export to = {.name = "siem", .path = file};
static struct config config = {.exports = &to, .export_count = 1};
static struct cli cli;

static void setup(void)
{
    scratch_open(&db);
    scratch_run(&db, "INSERT INTO name VALUES (1, 'DDOS')");
    snprintf(file, sizeof file, "%s/out", db.dir.path);
    to.exporter = &export_jsonl;
    cli = (struct cli){.config = &config, .store = db.s, .opt = {.quiet = true}};
}

static void teardown(void)
{
    unlink(file);
    scratch_close(&db);
}

TestSuite(exporting, .init = setup, .fini = teardown);

/* Alert number `id`, and the note that it is new. */
static void raise_alert(int id)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
        "INSERT INTO alert (id, uid, type, own, remote, service, part, began, t0, t1, key,"
        " severity, confidence, entity, tactics, techniques, title_en, title_ja, description_en,"
        " description_ja, respond_en, respond_ja, digest, generated, processed)"
        " VALUES (%d, 'aaaa000%d', 1, %d, 0, 0, 0, %d, %d, %d, 'k', 2, 75, 'web', 'x', 'x', 't',"
        " 't', 'd', 'd', 'r', 'r', 0, 900, 900);"
        "INSERT INTO alert_change (uid, at, revision, what, detail)"
        " VALUES ('aaaa000%d', 900, 1, 'created', '')",
        id, id, id, id, id, id, id);
    scratch_run(&db, sql);
}

static void change_alert(int id)
{
    char sql[256];
    snprintf(sql, sizeof sql,
        "INSERT INTO alert_change (uid, at, revision, what, detail)"
        " VALUES ('aaaa000%d', 900, 2, 'updated', '')",
        id);
    scratch_run(&db, sql);
}

static enum exit_status export_all(void)
{
    struct err err = {0};
    cli.status = EXIT_OK;
    cr_assert(exporting_configured(&cli, &err), "%s", err.text);
    return cli.status;
}

/* The last digit of each id in the file, in order; '!' for a line without an id. */
static void holds(const char *want)
{
    char ids[32] = "", line[4096];
    size_t count = 0;
    FILE *f = fopen(file, "r");
    while (f && count + 1 < sizeof ids && fgets(line, sizeof line, f)) {
        const char *id = strstr(line, "aaaa000");
        ids[count++] = id ? id[7] : '!';
    }
    if (f)
        fclose(f);
    cr_assert_str_eq(ids, want);
}

Test(exporting, appends_what_is_new_or_changed_once)
{
    raise_alert(1);
    raise_alert(2);
    cr_assert_eq(export_all(), EXIT_OK);
    holds("12");
    cr_assert_eq(export_all(), EXIT_OK);
    holds("12");
    change_alert(1);
    raise_alert(3);
    cr_assert_eq(export_all(), EXIT_OK);
    holds("1213");
}

Test(exporting, makes_no_file_before_there_is_an_alert)
{
    struct stat st;
    cr_assert_eq(export_all(), EXIT_OK);
    cr_assert_neq(stat(file, &st), 0);
}

Test(exporting, goes_on_after_a_rotation)
{
    raise_alert(1);
    export_all();
    unlink(file);
    raise_alert(2);
    export_all();
    holds("2");
}

Test(exporting, a_torn_last_line_does_not_spoil_the_next)
{
    FILE *f = fopen(file, "w");
    fputs("{\"torn", f);
    fclose(f);
    raise_alert(1);
    export_all();
    holds("!1");
}

Test(exporting, csv_has_its_header_once)
{
    to.exporter = &export_csv;
    raise_alert(1);
    export_all();
    raise_alert(2);
    export_all();
    holds("!12");
}

Test(exporting, what_could_not_be_written_comes_with_the_next_run)
{
    raise_alert(1);
    cr_assert_eq(mkdir(file, 0700), 0);
    cr_assert_eq(export_all(), EXIT_CREATE);
    cr_assert_eq(rmdir(file), 0);
    cr_assert_eq(export_all(), EXIT_OK);
    holds("1");
}

Test(exporting, a_full_disk_is_told_and_the_mark_stays)
{
    raise_alert(1);
    to.path = "/dev/full";
    enum exit_status status = export_all();
    to.path = file;
    cr_assert_eq(status, EXIT_IO);
    export_all();
    holds("1");
}
