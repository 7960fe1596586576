/* `tocsin ingest`: logs into the database, nothing else. */
#include "cli/reading.h"

static const struct option_spec options[] = {
    {0, "dry-run", NULL, "read and report, store nothing; no database is opened", OPTION_FLAG,
        offsetof(struct options, dry_run), NULL, NULL},
    {0, "max-rejects", "N", "exit 2 when more lines than this are rejected (default: no limit)",
        OPTION_COUNT, offsetof(struct options, max_rejects), NULL, NULL},
    {0},
};

/* Every file is read from its beginning, since nothing tells what was read before. */
static bool open_none(struct cli *cli, struct err *err)
{
    if (!cli_config(cli, err))
        return false;
    cli->store = store_open(STORE_MEMORY, STORE_WRITE, 0, err);
    if (cli->store)
        store_keep_nothing(cli->store);
    return cli->store;
}

static bool run(struct cli *cli, struct err *err)
{
    struct ingest_totals totals = {0};
    bool open = cli->opt.dry_run ? open_none(cli, err)
                                 : reading_store(cli, cli->words, cli->word_count, false, err);
    if (!open || !reading_paths(cli, cli->words, cli->word_count, true, &totals, err))
        return false;
    reading_summary(cli, &totals);
    return true;
}

const struct command command_ingest = {
    .name = "ingest",
    .summary = "read logs into the database",
    .help =
        "PATH is a file, a folder (read with all below it), a pattern or - for standard input. Files are "
        "plain or gzip, of Zeek (TSV, JSON) or Suricata (EVE); what they are is seen from their "
        "content. Each file is taken up where reading stopped the last time, so the same lines are "
        "never stored twice. With --dry-run every file is read from its beginning, and copies of "
        "one file count as often as they are there.",
    .example = "  tocsin ingest --db case7.db logs/ more/eve.json.gz\n"
               "  tocsin ingest --dry-run -v logs/\n"
               "  zcat conn.*.gz | tocsin ingest -\n",
    .options = options,
    .actions = {{NULL, "PATH…", "read logs", 1, -1, run}},
};
