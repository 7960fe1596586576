/* `tocsin baseline`: what is usual here. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "correlate/usual/learning.h"
#include "correlate/usual/usual.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>

static const struct option_spec options[] = {
    {0, "host", "IP", "only this address of ours", OPTION_TEXT, offsetof(struct options, host),
        NULL, NULL},
    {0, "service", "NAME", "only this login service: ssh, rdp, …", OPTION_TEXT,
        offsetof(struct options, service), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv", "show: table on a terminal, else tsv; export: jsonl",
        OPTION_WORD, offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {'o', "output", "FILE", "write there", OPTION_TEXT, offsetof(struct options, output), NULL,
        "export"},
    {0, "until", "TIME", "what is from then on teaches nothing (default: now)", OPTION_TEXT,
        offsetof(struct options, until), NULL, "freeze"},
    {0, "since", "TIME", "what is from before then teaches nothing (default: now)", OPTION_TEXT,
        offsetof(struct options, since), NULL, "reset"},
    {0, "undo", NULL, "freeze, reset: take it back", OPTION_FLAG, offsetof(struct options, undo),
        NULL, NULL},
    {0},
};

static const char *const names[] = {"ADDRESS", "DIRECTION", "SERVICE", "METRIC", "STAGE",
    "CLEAN_HOURS", "EXCLUDED", "BUSY", "CENTRE", "SCALE", "SINCE", "LAST", "DAY_RECENT",
    "DAY_BEFORE", "DRIFT", "FROZEN", "RESET"};
#define COLUMNS ((int)(sizeof(names) / sizeof(*names)))

static void number(char text[32], int64_t value)
{
    snprintf(text, 32, "%" PRId64, value);
}

static bool add_row(void *arg, const struct usual *u)
{
    char ip[IP_TEXT_SIZE], since[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE] = "";
    char frozen[TIME_TEXT_SIZE] = "", reset[TIME_TEXT_SIZE] = "";
    char clean[32], excluded[32], busy[32], centre[32], scale[32], recent[32], before[32];
    ip_format(&u->own, ip);
    time_format_s(u->from_us, since);
    if (u->busy)
        time_format_s(u->last_us, last);
    if (u->frozen)
        time_format_s(u->frozen_us, frozen);
    if (u->reset)
        time_format_s(u->reset_us, reset);
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
        {str_of(u->drifts ? "yes" : ""), 't', u->drifts ? STYLE_MEDIUM : STYLE_NONE},
        {str_of(frozen), 't', STYLE_NONE}, {str_of(reset), 't', STYLE_NONE}};
    return rows_add(arg, cells);
}

static bool print(struct cli *cli, struct output *out, enum output_format otherwise,
    const struct usual_filter *filter, struct err *err)
{
    struct rows *rows = rows_open(
        out, output_format(out, &cli->opt, otherwise), !cli->opt.no_header, COLUMNS, names);
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

static bool host(const struct cli *cli, struct ipaddr *own, struct err *err)
{
    return !cli->opt.host || ip_parse(str_of(cli->opt.host), own) ||
           err_set(err, ERR_USAGE, "--host: '%s' is no address", cli->opt.host);
}

static bool write_rows(
    struct cli *cli, const char *path, enum output_format otherwise, struct err *err)
{
    struct output out;
    struct ipaddr own;
    if (!host(cli, &own, err) || !cli_config(cli, err) || !cli_store(cli, STORE_READ, false, err) ||
        !output_open(&out, path, cli->opt.color, err))
        return false;
    const struct usual_filter filter = {cli->opt.host ? &own : NULL, cli->opt.service};
    return output_finish(&out, print(cli, &out, otherwise, &filter, err), err);
}

static bool show(struct cli *cli, struct err *err)
{
    return write_rows(cli, NULL, FORMAT_TSV, err);
}

/* For other programs: no table, wherever it goes. */
static bool export(struct cli *cli, struct err *err)
{
    if (cli->opt.format == FORMAT_AUTO)
        cli->opt.format = FORMAT_JSONL;
    return write_rows(cli, cli->opt.output, FORMAT_JSONL, err);
}

/* ------------------------------------------------------------------ freeze and reset */

/* A name that nothing here has would freeze nothing, unnoticed. */
static bool check_service(const struct cli *cli, struct err *err)
{
    const char *service = cli->opt.service;
    for (int i = 0; service && i < cli->config->catalog->type_count; i++)
        for (const char **name = cli->config->catalog->types[i].services; name && *name; name++)
            if (strcmp(*name, service) == 0)
                return true;
    return !service || err_set(err, ERR_USAGE, "--service: no alert type is about '%s'", service);
}

static void tell(const struct cli *cli, enum learning_what what, int64_t hour)
{
    struct buf again = {0};
    char text[TIME_TEXT_SIZE];
    const char *own = cli->opt.host ? cli->opt.host : "all addresses";
    const char *service = cli->opt.service ? cli->opt.service : "every service";
    time_format_s(hour * TIME_US_HOUR, text);
    if (cli->opt.undo)
        cli_note(cli, "%s, %s: what they do teaches again", own, service);
    else
        cli_note(cli, "%s, %s: nothing is learned from %s%s%s", own, service,
            what == LEARNING_RESET ? "before " : "", text, what == LEARNING_FREEZE ? " on" : "");
    cli_again(cli, true, &again);
    if (!again.failed)
        cli_note(cli, "next: '%s correlate' judges what is stored by it", again.text);
    buf_done(&again);
}

static bool say(
    struct cli *cli, enum learning_what what, const char *option, const char *when, struct err *err)
{
    struct ipaddr own;
    int64_t t_us = cli->now_us;
    bool found;
    if (!host(cli, &own, err) || (when && !cli_time(cli, option, when, &t_us, err)) ||
        !cli_config(cli, err) || !check_service(cli, err) || !cli_database_exists(cli, err) ||
        !cli_store(cli, STORE_WRITE, false, err))
        return false;
    const struct learning_scope scope = {cli->opt.host ? &own : NULL, cli->opt.service};
    int64_t hour = time_hour(t_us);
    if (!cli->opt.undo && !learning_say(cli->store, what, &scope, hour, err))
        return false;
    if (cli->opt.undo && !learning_undo(cli->store, what, &scope, &found, err))
        return false;
    if (cli->opt.undo && !found)
        return err_set(err, ERR_DATA, "there is nothing to take back for this address and service");
    tell(cli, what, hour);
    return true;
}

static bool freeze(struct cli *cli, struct err *err)
{
    return say(cli, LEARNING_FREEZE, "--until", cli->opt.until, err);
}

static bool reset(struct cli *cli, struct err *err)
{
    return say(cli, LEARNING_RESET, "--since", cli->opt.since, err);
}

const struct command command_baseline = {
    .name = "baseline",
    .summary = "what is usual here, by address and login service",
    .help =
        "Logins by the hour, as of the newest record: only they teach, attempts are shown beside them. "
        "CENTRE is the median of the busy hours, SCALE how far their logarithms spread. EXCLUDED hours lie "
        "in alerts. DRIFT: the median day of the last week is three times that of the days before, or "
        "more, so that what is learned may no longer be what was usual.\n\n"
        "A frozen baseline stays as it was: what logs tell of the time after that moment teaches nothing. A "
        "reset one begins anew at a moment: alerts of the days before it stay, later days are judged by what "
        "came after it, at first by the floors alone. Both are for the hour that the moment lies in, for "
        "--host and --service or, without them, for all (volumes of traffic too); nothing is deleted, and "
        "--undo takes them back.",
    .example = "  tocsin baseline show\n"
               "  tocsin baseline show --host 203.0.113.10 --service ssh\n"
               "  tocsin baseline freeze --host 203.0.113.10 --until 2026-03-01\n"
               "  tocsin baseline reset --host 203.0.113.10 --service ssh\n"
               "  tocsin baseline export -o baselines.jsonl\n",
    .options = options,
    .actions = {{"show", "", "each address and service, with what was learned", 0, 0, show},
        {"freeze", "", "learn no more from a moment on", 0, 0, freeze},
        {"reset", "", "begin to learn anew at a moment", 0, 0, reset},
        {"export", "", "the figures of show for other programs, as JSON lines", 0, 0, export}},
};
