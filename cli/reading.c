/* Tells people what reading does: progress, files left alone, failures, totals. */
#include "cli/reading.h"

#include "cli/progress.h"
#include "correlate/facts/dull.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

struct reading {
    struct cli *cli;
    struct progress progress;
    bool name_foreign;
    int64_t foreign, failed;
};

static void on_foreign(void *arg, const char *path, const char *why)
{
    struct reading *r = arg;
    r->foreign++;
    if (!r->name_foreign || (r->foreign > READING_FOREIGN_SHOWN && !r->cli->opt.verbose))
        return;
    progress_clear(&r->progress);
    cli_note(r->cli, "%s: left alone: %s", path, why);
}

static void on_failed(void *arg, const char *path, const struct err *err)
{
    struct reading *r = arg;
    r->failed++;
    cli_status(r->cli, exit_of(err->code));
    progress_clear(&r->progress);
    cli_warn("%s: %s", path, err->text);
}

static void on_reject(void *arg, const char *path, enum reject reason, int64_t line)
{
    struct reading *r = arg;
    if (!r->cli->opt.verbose)
        return;
    progress_clear(&r->progress);
    cli_note(r->cli, "%s:%" PRId64 ": rejected: %s", path, line, reject_names[reason]);
}

static void on_progress(void *arg, const char *path, int64_t done, int64_t total)
{
    struct reading *r = arg;
    progress_update(&r->progress, path, done, total);
}

/* "; 'tocsin status --rejects' shows them" */
static void add_hint(const struct cli *cli, struct buf *out)
{
    if (cli->opt.dry_run) {
        buf_puts(out, cli->opt.verbose ? "" : "; -v names them");
        return;
    }
    buf_puts(out, "; '");
    cli_again(cli, false, out);
    buf_puts(out, " status --rejects' shows them");
}

static void check_rejects(struct cli *cli, const struct ingest_totals *totals)
{
    if (cli->opt.max_rejects < 0 || totals->rejected <= cli->opt.max_rejects)
        return;
    cli_status(cli, EXIT_REJECTS);
    struct buf hint = {0};
    add_hint(cli, &hint);
    cli_warn("%" PRId64 " line%s rejected, more than --max-rejects %" PRId64 "%s", totals->rejected,
        totals->rejected == 1 ? " was" : "s were", cli->opt.max_rejects,
        hint.failed ? "" : hint.text);
    buf_done(&hint);
}

static bool pattern_readable(const char *pattern)
{
    glob_t found = {0};
    bool any = false;
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc && !any; i++)
            any = access(found.gl_pathv[i], R_OK) == 0;
    globfree(&found);
    return any;
}

static bool any_readable(char *const paths[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(paths[i], "-") == 0 || access(paths[i], R_OK) == 0 || pattern_readable(paths[i]))
            return true;
    return false;
}

bool reading_store(struct cli *cli, char *const paths[], size_t count, bool home, struct err *err)
{
    if (!cli_config(cli, err))
        return false;
    if (access(cli->config->db, F_OK) != 0 && !any_readable(paths, count)) {
        cli->config->db = STORE_MEMORY;
        cli->config->db_is_default = false;
    }
    return cli_store(cli, STORE_WRITE, home, err);
}

bool reading_paths(struct cli *cli, char *const paths[], size_t count, bool name_foreign,
    struct ingest_totals *totals, struct err *err)
{
    struct reading r = {.cli = cli, .name_foreign = name_foreign};
    struct ingest_events events = {&r, on_foreign, on_failed, on_reject, on_progress};
    struct err failure = {0};
    struct dull *dull = dull_watch(cli->store, cli->config->catalog, cli->config->inventory, err);
    if (!dull)
        return false;
    progress_init(&r.progress, cli->stderr_terminal && !cli->opt.quiet);
    bool ok = ingest_paths(cli->store, paths, count, &events, totals, &failure);
    progress_clear(&r.progress);
    dull_free(dull);
    if (name_foreign && r.foreign > READING_FOREIGN_SHOWN && !cli->opt.verbose)
        cli_note(cli, "… and %" PRId64 " more, no logs of ours (-v names them all)",
            r.foreign - READING_FOREIGN_SHOWN);
    if (!ok && failure.code == ERR_NOINPUT) {
        if (r.failed == 0)
            cli_warn("%s", failure.text);
        cli_status(cli, EXIT_NOINPUT);
        ok = true;
    }
    if (!ok)
        return err_set(err, failure.code, "%s", failure.text);
    check_rejects(cli, totals);
    return true;
}

/* "a 12, b 3" of the counts that are not 0. */
static void add_counts(
    struct buf *out, const int64_t counts[], const char *const names[], int count)
{
    const char *between = " (";
    for (int i = 0; i < count; i++) {
        char text[32];
        if (counts[i] == 0)
            continue;
        progress_count(counts[i], text);
        buf_printf(out, "%s%s %s", between, names[i], text);
        between = ", ";
    }
    if (*between == ',')
        buf_addc(out, ')');
}

void reading_summary(const struct cli *cli, const struct ingest_totals *totals)
{
    char files[32], lines[32], size[32], stored[32], ignored[32], rejected[32];
    struct buf text = {0};
    int64_t ignored_lines = 0;
    for (int i = 0; i < IGNORES; i++)
        ignored_lines += totals->ignored[i];
    progress_count(totals->files, files);
    progress_count(totals->lines, lines);
    progress_size(totals->bytes, size);
    progress_count(totals->stored, stored);
    progress_count(ignored_lines, ignored);
    progress_count(totals->rejected, rejected);

    cli_note(cli, "read %s file%s (%" PRId64 " unchanged, %" PRId64 " left alone): %s line%s, %s",
        files, totals->files == 1 ? "" : "s", totals->files_unchanged, totals->files_foreign, lines,
        totals->lines == 1 ? "" : "s", size);
    buf_printf(&text, "%s %s, ignored %s",
        cli->opt.dry_run ? "nothing is stored; records" : "stored", stored, ignored);
    add_counts(&text, totals->ignored, ignore_names, IGNORES);
    buf_printf(&text, ", rejected %s", rejected);
    add_counts(&text, totals->rejects, reject_names, REJECTS);
    if (totals->rejected > 0)
        add_hint(cli, &text);
    if (!text.failed)
        cli_note(cli, "%s", text.text);
    buf_done(&text);
}
