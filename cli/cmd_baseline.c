/* `tocsin baseline`: what is usual here. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "correlate/usual.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>

static const struct option_spec options[] = {
    {0, "host", "IP", "only this address of ours", OPTION_TEXT, offsetof(struct options, host),
        NULL, NULL},
    {0, "service", "NAME", "only this login service: ssh, rdp, …", OPTION_TEXT,
        offsetof(struct options, service), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {0},
};

static const char *const names[] = {"ADDRESS", "DIRECTION", "SERVICE", "METRIC", "STAGE",
    "CLEAN_HOURS", "EXCLUDED", "BUSY", "CENTRE", "SCALE", "SINCE", "LAST", "DAY_RECENT",
    "DAY_BEFORE", "DRIFT"};
#define COLUMNS ((int)(sizeof(names) / sizeof(*names)))

static void number(char text[32], int64_t value)
{
    snprintf(text, 32, "%" PRId64, value);
}

static bool add_row(void *arg, const struct usual *u)
{
    char ip[IP_TEXT_SIZE], since[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE];
    char clean[32], excluded[32], busy[32], centre[32], scale[32], recent[32], before[32];
    ip_format(&u->own, ip);
    time_format_s(u->from_us, since);
    time_format_s(u->last_us, last);
    number(clean, u->clean);
    number(excluded, u->excluded);
    number(busy, u->busy);
    number(recent, u->recent);
    number(before, u->before);
    snprintf(centre, sizeof centre, "%.2f", u->centre);
    snprintf(scale, sizeof scale, "%.2f", u->scale);
    const char *direction = u->direction == DIRECTION_INCOMING ? "incoming" : "outgoing";
    const struct rows_cell cells[] = {{str_of(ip), 't', STYLE_NONE},
        {str_of(direction), 't', STYLE_NONE}, {str_of(u->service), 't', STYLE_NONE},
        {str_of(usual_metric_names[u->metric]), 't', STYLE_NONE},
        {str_of(baseline_stage_names[u->stage]), 't', STYLE_NONE}, {str_of(clean), 'i', STYLE_NONE},
        {str_of(excluded), 'i', STYLE_NONE}, {str_of(busy), 'i', STYLE_NONE},
        {str_of(centre), 'r', STYLE_NONE}, {str_of(scale), 'r', STYLE_NONE},
        {str_of(since), 't', STYLE_NONE}, {str_of(last), 't', STYLE_NONE},
        {str_of(recent), 'i', STYLE_NONE}, {str_of(before), 'i', STYLE_NONE},
        {str_of(u->drifts ? "yes" : ""), 't', u->drifts ? STYLE_MEDIUM : STYLE_NONE}};
    return rows_add(arg, cells);
}

static bool print(
    struct cli *cli, struct output *out, const struct usual_filter *filter, struct err *err)
{
    struct rows *rows = rows_open(
        out, output_format(out, &cli->opt, FORMAT_TSV), !cli->opt.no_header, COLUMNS, names);
    if (!rows)
        return err_nomem(err);
    bool ok = usual_each(cli->store, cli->config->catalog, filter, add_row, rows, err);
    ok = rows_close(rows, ok ? err : NULL) && ok;
    if (ok && rows_count(rows) == 0)
        cli_note(cli, "nothing is learned: no login or attempt is stored%s",
            filter->own || filter->service ? " of that address and service" : "");
    rows_free(rows);
    return ok;
}

static bool show(struct cli *cli, struct err *err)
{
    struct output out;
    struct ipaddr own;
    struct usual_filter filter = {.service = cli->opt.service};
    if (cli->opt.host && !ip_parse(str_of(cli->opt.host), &own))
        return err_set(err, ERR_USAGE, "--host: '%s' is no address", cli->opt.host);
    filter.own = cli->opt.host ? &own : NULL;
    if (!cli_config(cli, err) || !cli_store(cli, STORE_READ, false, err) ||
        !output_open(&out, NULL, cli->opt.color, err))
        return false;
    return output_finish(&out, print(cli, &out, &filter, err), err);
}

const struct command command_baseline = {
    .name = "baseline",
    .summary = "what is usual here, by address and login service",
    .help =
        "Logins by the hour, as of the newest record: only they teach, attempts are shown beside them. "
        "CENTRE is the median of the busy hours, SCALE how far their logarithms spread. EXCLUDED hours lie "
        "in alerts. DRIFT: the median day of the last week is three times that of the days before, or "
        "more, so that what is learned may no longer be what was usual.",
    .example = "  tocsin baseline show\n"
               "  tocsin baseline show --host 203.0.113.10 --service ssh\n",
    .options = options,
    .actions = {{"show", "", "each address and service, with what was learned", 0, 0, show}},
};
