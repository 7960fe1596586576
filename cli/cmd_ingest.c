/* `tocsin ingest`: logs into the database, nothing else. */
#include "cli/reading.h"

static const struct option_spec options[] = {
    {0, "max-rejects", "N", "exit 2 when more lines than this are rejected (default: no limit)",
        OPTION_COUNT, offsetof(struct options, max_rejects), NULL, NULL},
    {0},
};

static bool run(struct cli *cli, struct err *err)
{
    struct ingest_totals totals = {0};
    if (!cli_store(cli, STORE_WRITE, false, err) ||
        !reading_paths(cli, cli->words, cli->word_count, true, &totals, err))
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
        "never stored twice.",
    .example = "  tocsin ingest --db case7.db logs/ more/eve.json.gz\n"
               "  zcat conn.*.gz | tocsin ingest -\n",
    .options = options,
    .actions = {{NULL, "PATH…", "read logs", 1, -1, run}},
};
