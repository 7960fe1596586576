/* `tocsin correlate`: brings the alerts up to date with what is stored. */
#include "cli/judging.h"

static const struct option_spec options[] = {
    {0, "fail-on", "SEVERITY", "exit 1 when an alert of this severity, or graver, is new",
        OPTION_SEVERITY, offsetof(struct options, fail_on), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv", "how the new alerts are listed", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {0},
};

static bool run(struct cli *cli, struct err *err)
{
    struct correlate_totals totals = {0};
    int64_t before;
    return cli_store(cli, STORE_WRITE, true, err) && judging_run(cli, &totals, &before, err) &&
           judging_report(cli, &totals, before, err);
}

const struct command command_correlate = {
    .name = "correlate",
    .summary = "bring the alerts up to date with what is stored",
    .help =
        "Looks at the records that came since the last time, and at older ones where the catalogue, the "
        "home networks, the inventory or a feed changed. Lists the alerts that are new or changed.",
    .example = "  tocsin correlate --db case7.db --home 203.0.113.0/24\n",
    .options = options,
    .actions = {{NULL, "", "judge the stored records", 0, 0, run}},
};
