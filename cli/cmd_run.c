/* `tocsin run`: ingest, correlate and export in one: the one line for cron and for a first look. */
#include "cli/exporting.h"
#include "cli/guard.h"
#include "cli/judging.h"
#include "cli/reading.h"

#include <stdlib.h>

static const struct option_spec options[] = {
    {0, "fail-on", "SEVERITY", "exit 1 when an alert of this severity, or graver, is new",
        OPTION_SEVERITY, offsetof(struct options, fail_on), NULL, NULL},
    {0, "max-rejects", "N", "exit 2 when more lines than this are rejected (default: no limit)",
        OPTION_COUNT, offsetof(struct options, max_rejects), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv",
        "how new alerts are listed (default: a table on a terminal, else tsv)", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {0},
};

/* What to read: the arguments, else the paths of all sensors one after the other. */
struct paths {
    char **list;
    size_t count;
    bool own; /* list is malloc'ed; the strings never are */
};

static bool sensor_paths(const struct config *config, struct paths *paths, struct err *err)
{
    size_t total = 0;
    for (size_t i = 0; i < config->sensor_count; i++)
        total += config->sensors[i].path_count;
    if (total == 0)
        return err_set(err, ERR_USAGE,
            "nothing to read: name files or folders, or a [sensor NAME] with path = … in the "
            "configuration");
    *paths = (struct paths){malloc(total * sizeof *paths->list), 0, true};
    if (!paths->list)
        return err_nomem(err);
    for (size_t i = 0; i < config->sensor_count; i++) {
        for (size_t k = 0; k < config->sensors[i].path_count; k++)
            paths->list[paths->count++] = config->sensors[i].paths[k];
    }
    return true;
}

static bool choose_paths(const struct cli *cli, struct paths *paths, struct err *err)
{
    *paths = (struct paths){cli->words, cli->word_count, false};
    return paths->count > 0 || sensor_paths(cli->config, paths, err);
}

/* In cron, files beside the logs of a sensor are no news: they are named only to who looks. */
static bool read_logs(
    struct cli *cli, const struct paths *paths, struct ingest_totals *totals, struct err *err)
{
    bool watched = !paths->own || cli->stderr_terminal || cli->opt.verbose;
    return reading_store(cli, paths->list, paths->count, true, err) &&
           reading_paths(cli, paths->list, paths->count, watched, totals, err);
}

/* In cron new alerts are listed, which cron mails, and nothing else is said. */
static bool tell(struct cli *cli, const struct correlate_totals *judged, int64_t before, bool talk,
    struct err *err)
{
    if (talk)
        return judging_report(cli, judged, before, err);
    return cli->opt.quiet || judged->alerts_new == 0 || judging_list(cli, before, err);
}

static bool run(struct cli *cli, struct err *err)
{
    struct paths paths = {0};
    struct ingest_totals read = {0};
    struct correlate_totals judged = {0};
    int64_t before;
    bool talk = cli->stdout_terminal || cli->opt.verbose;
    bool ok = cli_config(cli, err) && choose_paths(cli, &paths, err) && guard_exports(cli, err) &&
              read_logs(cli, &paths, &read, err);
    if (ok && talk)
        reading_summary(cli, &read);
    ok = ok && judging_run(cli, &judged, &before, err) && exporting_configured(cli, err) &&
         tell(cli, &judged, before, talk, err);
    if (paths.own)
        free(paths.list);
    return ok;
}

const struct command command_run = {
    .name = "run",
    .summary =
        "read logs, judge them, export what is new: one command for a first look and for cron",
    .help =
        "Reads the paths (without any, those of [sensor NAME] in the configuration) as 'ingest' does, brings "
        "the alerts up to date as 'correlate' does, and appends each new or changed alert to the files of "
        "[export NAME]. Then it lists what is new. In cron it is silent unless there are new alerts (not with "
        "-q) or something is wrong. A path that fails does not stop the rest; the exit status is then 66.",
    .example = "  tocsin run --home 203.0.113.0/24 logs/\n"
               "  */5 * * * * tocsin run -c /etc/tocsin/tocsin.conf\n",
    .options = options,
    .actions = {{NULL, "[PATH…]", "ingest, correlate, export", 0, -1, run}},
};
