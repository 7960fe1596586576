/* `tocsin export`: alerts for other programs. */
#include "cli/blocklisting.h"
#include "cli/exporting.h"

#include <stdio.h>

#define BLOCKLIST "blocklist"

/* The first is the default. */
static const char *const format_words[] = {"jsonl", "csv", BLOCKLIST, NULL};
static const char *const as_words[] = {
    "plain", "zeek-intel", "suricata-iprep", "suricata-dataset", "nft", NULL};

static const struct option_spec options[] = {
    {0, "format", "jsonl|csv|blocklist",
        "jsonl: one JSON object a line (default); csv: with a header; blocklist: addresses to block",
        OPTION_WORD, offsetof(struct options, format), format_words, NULL},
    {0, "since", "TIME|last",
        "only alerts that are new or changed since then; last: since the last export with "
        "--since last in this format",
        OPTION_TEXT, offsetof(struct options, since), NULL, NULL},
    {'o', "output", "FILE", "write to FILE, which appears when it is whole", OPTION_TEXT,
        offsetof(struct options, output), NULL, NULL},
    {0, "no-spreadsheet-safe", NULL, "csv: no apostrophe before cells that look like a formula",
        OPTION_FLAG, offsetof(struct options, no_spreadsheet_safe), NULL, NULL},
    {0, "as", "plain|zeek-intel|suricata-iprep|suricata-dataset|nft",
        "blocklist: the form its reader wants (default: plain)", OPTION_WORD,
        offsetof(struct options, list_as), as_words, NULL},
    {0, "ttl", "DURATION", "blocklist: how long an address stays after its last evidence (24h)",
        OPTION_DURATION, offsetof(struct options, ttl_us), NULL, NULL},
    {0, "max", "N", "blocklist: at most so many addresses, the gravest and latest (10000)",
        OPTION_COUNT, offsetof(struct options, max), NULL, NULL},
    {0, "min-confidence", "PERCENT", "blocklist: only alerts that are so sure", OPTION_COUNT,
        offsetof(struct options, min_confidence), NULL, NULL},
    {0, "types", "TYPE[,TYPE…]", "blocklist: only alerts of these types", OPTION_TEXT,
        offsetof(struct options, types), NULL, NULL},
    {0, "dry-run", NULL,
        "blocklist: write nothing, print what would change in FILE and name what is never listed",
        OPTION_FLAG, offsetof(struct options, dry_run), NULL, NULL},
    {0},
};

struct job {
    const struct exporter *exporter;
    struct alert_filter filter;
    bool from_mark; /* --since last */
    char mark[32];
    int64_t mark_before, mark_after;
};

static bool choose_exporter(const struct cli *cli, struct job *job, struct err *err)
{
    const char *name = format_words[cli->opt.format];
    job->exporter = export_find(name);
    snprintf(job->mark, sizeof job->mark, "last %s", name);
    return job->exporter || err_set(err, ERR_INTERNAL, "no exporter is called %s", name);
}

static bool choose_alerts(struct cli *cli, struct job *job, struct err *err)
{
    const char *since = cli->opt.since;
    job->from_mark = since && strcmp(since, "last") == 0;
    if (!since || job->from_mark)
        return true;
    job->filter.has_since = job->filter.changed_since = true;
    return cli_time(cli, "--since", since, &job->filter.since_us, err);
}

static bool read_mark(struct cli *cli, struct job *job, struct err *err)
{
    return !job->from_mark || (store_alert_change(cli->store, &job->mark_after, err) &&
                                  exporting_mark(cli, job->mark, &job->mark_before, err));
}

static bool write_out(struct cli *cli, struct job *job, struct err *err)
{
    struct output out;
    int64_t count;
    job->filter.after_change = job->mark_before;
    if (!output_open(&out, cli->opt.output, cli->opt.color, err))
        return false;
    bool ok = exporting_stream(cli, job->exporter, &job->filter, &out, &count, err);
    bool cut_short = out.failed != 0;
    if (!output_finish(&out, ok, err))
        return false;
    if (cut_short)
        job->from_mark = false; /* the reader went away: the rest is still to come */
    else if (cli->opt.verbose)
        cli_note(cli, "%lld alert%s exported", (long long)count, count == 1 ? "" : "s");
    return true;
}

/* The option given that only a block list takes; NULL. */
static const char *blocklist_option(const struct options *opt)
{
    const struct {
        const char *name;
        bool given;
    } all[] = {{"as", opt->list_as >= 0}, {"ttl", opt->ttl_us >= 0}, {"max", opt->max >= 0},
        {"min-confidence", opt->min_confidence >= 0}, {"types", opt->types},
        {"dry-run", opt->dry_run}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].given)
            return all[i].name;
    return NULL;
}

static bool run_blocklist(struct cli *cli, struct err *err)
{
    const char *as = as_words[cli->opt.list_as < 0 ? 0 : cli->opt.list_as];
    const struct blocklist_format *format = blocklist_format_find(as);
    if (!format)
        return err_set(err, ERR_INTERNAL, "no block list is called %s", as);
    if (cli->opt.since)
        return err_set(err, ERR_USAGE,
            "--since does not go with --format " BLOCKLIST
            ": a block list is always whole; --ttl says how far back it reaches");
    return blocklisting_run(cli, format, err);
}

static bool run(struct cli *cli, struct err *err)
{
    struct job job = {0};
    const char *misplaced = blocklist_option(&cli->opt);
    if (strcmp(format_words[cli->opt.format], BLOCKLIST) == 0)
        return run_blocklist(cli, err);
    if (misplaced)
        return err_set(err, ERR_USAGE, "--%s goes with --format " BLOCKLIST, misplaced);
    if (!choose_exporter(cli, &job, err) || !choose_alerts(cli, &job, err) ||
        !cli_store(cli, job.from_mark ? STORE_WRITE : STORE_READ, false, err) ||
        !read_mark(cli, &job, err) || !write_out(cli, &job, err))
        return false;
    return !job.from_mark || job.mark_after == job.mark_before ||
           exporting_set_mark(cli, job.mark, job.mark_after, err);
}

const struct command command_export = {
    .name = "export",
    .summary = "write the alerts for other programs",
    .help =
        "The fields are those of Microsoft's SecurityAlert table. --since last remembers, for each format, how "
        "far the last such export got, and does so after the output is written: an alert is never left "
        "out, and after a crash it may come twice.\n\n"
        "A block list names single addresses: who attacked in the alerts about incoming brute force, the "
        "sources of Network_TrafficFromUnrecommendedIP, and the servers contacted in "
        "Network_CommunicationWithC2. Alerts that somebody dismissed do not count. Never listed are "
        "the home networks, the resources of the inventory, private and other special addresses, "
        "what a feed of the category allow names, and who logged in with success on two days or "
        "more. FILE is replaced as a whole, and standard error says what changed in it.",
    .example = "  tocsin export --format jsonl --since last >> alerts.jsonl\n"
               "  tocsin export --format csv --since 7d -o week.csv\n"
               "  tocsin export --format blocklist --as nft -o blocked.nft && nft -f blocked.nft\n",
    .options = options,
    .actions = {{NULL, "", "write alerts", 0, 0, run}},
};
