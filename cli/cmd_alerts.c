/* `tocsin alerts`: the analyst's desk. */
#include "cli/alert_history.h"
#include "cli/alert_list.h"
#include "cli/alert_text.h"
#include "cli/cli.h"
#include "cli/explain.h"
#include "export/alert_json.h"
#include "util/ipaddr.h"
#include "util/list.h"
#include "util/order.h"

#include <stdio.h>
#include <stdlib.h>

#define ID_SIZE 40 /* of a UUID as text */

static const struct option_spec options[] = {
    {0, "since", "TIME", "alerts with evidence at or after it (2024-04-19, or 24h for a day ago)",
        OPTION_TEXT, offsetof(struct options, since), NULL, "list"},
    {0, "until", "TIME", "alerts that began before it", OPTION_TEXT,
        offsetof(struct options, until), NULL, "list"},
    {0, "type", "TYPE", "alerts of this type ('tocsin catalog list')", OPTION_TEXT,
        offsetof(struct options, type), NULL, "list"},
    {0, "severity", "SEVERITY", "of this severity or graver", OPTION_SEVERITY,
        offsetof(struct options, severity), NULL, "list"},
    {0, "address", "IP", "alerts that have this address, on whichever side", OPTION_TEXT,
        offsetof(struct options, address), NULL, "list"},
    {0, "limit", "N", "only the newest N", OPTION_COUNT, offsetof(struct options, limit), NULL,
        "list"},
    {0, "format", "table|json|jsonl|csv|tsv",
        "table on a terminal, else tsv; json and jsonl have the shape of the export", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "json", NULL, "one JSON object instead of a page", OPTION_FLAG,
        offsetof(struct options, json), NULL, "explain"},
    {0, "status", "STATUS", "new, in-progress, resolved or dismissed", OPTION_TEXT,
        offsetof(struct options, status), NULL, "set"},
    {0, "comment", "TEXT", "in place of the comment that is there; '' removes it", OPTION_TEXT,
        offsetof(struct options, comment), NULL, "set"},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        "list"},
    {'o', "output", "FILE", "write to FILE, which appears when it is whole", OPTION_TEXT,
        offsetof(struct options, output), NULL, NULL},
    {0},
};

/* --- list ---------------------------------------------------------------------------------- */

struct rows_wanted {
    int64_t *rows; /* sorted; NULL: all */
    size_t count, cap;
    struct alert_list list;
    bool failed;
};

static bool note_row(void *arg, const struct alert *alert)
{
    struct rows_wanted *w = arg;
    if (!list_room(&w->rows, w->count, &w->cap, sizeof *w->rows, NULL)) {
        w->failed = true;
        return false;
    }
    w->rows[w->count++] = alert->row;
    return true;
}

static bool show_row(void *arg, const struct alert *alert)
{
    struct rows_wanted *w = arg;
    if (w->rows && !bsearch(&alert->row, w->rows, w->count, sizeof *w->rows, order_i64))
        return true;
    return alert_list_add(&w->list, alert);
}

/* --limit N shows the newest N, and of them the newest last: which they are is asked first. */
static bool find_newest(
    struct cli *cli, const struct alert_filter *filter, struct rows_wanted *w, struct err *err)
{
    struct alert_filter newest = *filter;
    newest.newest_first = true;
    newest.evidence = false;
    newest.limit = cli->opt.limit > INT32_MAX ? INT32_MAX : (int)cli->opt.limit;
    if (!store_alert_each(cli->store, &newest, note_row, w, err))
        return false;
    if (w->failed)
        return err_nomem(err);
    if (w->rows)
        qsort(w->rows, w->count, sizeof *w->rows, order_i64);
    return true;
}

static bool list_filter(struct cli *cli, struct alert_filter *filter, struct err *err)
{
    const struct options *opt = &cli->opt;
    struct ipaddr ip;
    if (opt->address && !ip_parse(str_of(opt->address), &ip))
        return err_set(err, ERR_USAGE, "--address cannot be '%s'; give one IPv4 or IPv6 address",
            opt->address);
    filter->address = opt->address;
    if (opt->severity >= 0)
        filter->min_severity = (enum severity)opt->severity;
    filter->has_since = opt->since;
    filter->has_until = opt->until;
    if ((opt->since && !cli_time(cli, "--since", opt->since, &filter->since_us, err)) ||
        (opt->until && !cli_time(cli, "--until", opt->until, &filter->until_us, err)))
        return false;
    const struct alert_type *type = NULL;
    if (opt->type && (!cli_config(cli, err) || !cli_type(cli, opt->type, &type, err)))
        return false;
    filter->type = type ? type->code : NULL;
    return true;
}

static bool print_list(
    struct cli *cli, struct alert_filter *filter, struct output *out, struct err *err)
{
    struct rows_wanted w = {0};
    enum output_format format = output_format(out, &cli->opt, FORMAT_TSV);
    filter->evidence = format == FORMAT_JSON || format == FORMAT_JSONL;
    bool ok = cli->opt.limit <= 0 || find_newest(cli, filter, &w, err);
    bool any = cli->opt.limit < 0 || w.count > 0;
    if (ok &&
        alert_list_open(&w.list, out, format, !cli->opt.no_header, (enum lang)cli->opt.lang, err)) {
        ok = !any || store_alert_each(cli->store, filter, show_row, &w, err);
        ok = alert_list_close(&w.list, ok ? err : NULL) && ok;
    } else {
        ok = false;
    }
    if (ok && w.list.count == 0 && out->terminal)
        cli_note(cli, "no alerts");
    free(w.rows);
    return ok;
}

static bool list(struct cli *cli, struct err *err)
{
    struct output out;
    struct alert_filter filter = {0};
    if (!list_filter(cli, &filter, err) || !cli_store(cli, STORE_READ, false, err) ||
        !output_open(&out, cli->opt.output, cli->opt.color, err))
        return false;
    return output_finish(&out, print_list(cli, &filter, &out, err), err);
}

/* --- show ---------------------------------------------------------------------------------- */

struct desk {
    const struct cli *cli;
    struct output *out;
    struct buf text;
    const char *program; /* for explanations */
    struct err *err;     /* the first failure while the alert was written */
};

static bool is_page(const struct cli *cli)
{
    return cli->opt.format == FORMAT_AUTO || cli->opt.format == FORMAT_TABLE;
}

static void add_page(void *arg, const struct alert *alert)
{
    struct desk *d = arg;
    enum lang lang = (enum lang)d->cli->opt.lang;
    if (is_page(d->cli)) {
        const struct page page = page_new(&d->text, lang, d->out->width, d->out->color);
        alert_text(&d->text, alert, lang, d->out->width, d->out->color);
        alert_history_text(&page, d->cli->store, alert->id, d->err);
        return;
    }
    buf_puts(&d->text, d->cli->opt.format == FORMAT_JSON ? "[\n" : "");
    export_json_alert(&d->text, alert, lang);
    buf_puts(&d->text, d->cli->opt.format == FORMAT_JSON ? "\n]\n" : "\n");
}

static void add_explanation(void *arg, const struct alert *alert)
{
    struct desk *d = arg;
    enum lang lang = (enum lang)d->cli->opt.lang;
    const struct explanation e = {alert, d->cli->config->inventory, d->program};
    if (is_page(d->cli)) {
        const struct page page = page_new(&d->text, lang, d->out->width, d->out->color);
        explain_text(&page, &e);
        return;
    }
    explain_json(&d->text, &e, lang);
    buf_addc(&d->text, '\n');
}

static bool find_alert(struct cli *cli, const char *id,
    void (*visit)(void *arg, const struct alert *alert), void *arg, struct err *err)
{
    int found;
    if (strlen(id) < 4)
        return err_set(
            err, ERR_USAGE, "'%s' is too short for an id; give its first 4 characters or more", id);
    if (!store_alert_get(cli->store, id, &found, visit, arg, err))
        return false;
    if (found == 0)
        return err_set(err, ERR_USAGE,
            "no alert has an id that begins with '%s'; see 'tocsin alerts list'", id);
    if (found > 1)
        return err_set(err, ERR_USAGE,
            "more than one alert has an id that begins with '%s'; give more of it", id);
    return true;
}

/* Writes what visit makes of the one alert that is asked for. */
static bool write_one(struct cli *cli, void (*visit)(void *arg, const struct alert *alert),
    const char *program, struct err *err)
{
    struct output out;
    int format = cli->opt.format;
    if (format == FORMAT_CSV || format == FORMAT_TSV)
        return err_set(err, ERR_USAGE,
            "'alerts %s' writes text, json or jsonl; for %s use 'alerts list'", cli->action->name,
            output_format_words[format]);
    if (!cli_store(cli, STORE_READ, false, err) ||
        !output_open(&out, cli->opt.output, cli->opt.color, err))
        return false;
    struct desk d = {.cli = cli, .out = &out, .program = program, .err = err};
    bool ok = find_alert(cli, cli->words[0], visit, &d, err) && err->code == ERR_NONE;
    if (ok && d.text.failed)
        ok = err_nomem(err);
    if (ok)
        output_write(&out, buf_str(&d.text));
    ok = output_finish(&out, ok, err);
    buf_done(&d.text);
    return ok;
}

static bool show(struct cli *cli, struct err *err)
{
    return write_one(cli, add_page, NULL, err);
}

static bool explain(struct cli *cli, struct err *err)
{
    struct buf program = {0};
    if (cli->opt.json)
        cli->opt.format = FORMAT_JSONL;
    cli_again(cli, false, &program);
    bool ok =
        (!program.failed || err_nomem(err)) && write_one(cli, add_explanation, program.text, err);
    buf_done(&program);
    return ok;
}

/* --- set ----------------------------------------------------------------------------------- */

static void take_id(void *arg, const struct alert *alert)
{
    snprintf(arg, ID_SIZE, "%s", alert->id);
}

static bool read_said(struct cli *cli, struct alert_said *said, struct err *err)
{
    const struct options *opt = &cli->opt;
    if (!opt->status && !opt->comment)
        return err_set(err, ERR_USAGE, "say what to set: --status, --comment, or both");
    said->has_status = opt->status;
    if (opt->status && !alert_status_parse(str_of(opt->status), &said->status))
        return err_set(err, ERR_USAGE,
            "--status cannot be '%s'; give new, in-progress, resolved or dismissed", opt->status);
    if (opt->comment && !str_is_utf8(str_of(opt->comment)))
        return err_set(err, ERR_USAGE, "--comment is not UTF-8");
    if (opt->comment && strlen(opt->comment) > ALERT_COMMENT_MAX)
        return err_set(
            err, ERR_USAGE, "--comment is too long: %d bytes at most", ALERT_COMMENT_MAX);
    said->comment = opt->comment;
    return true;
}

static bool set(struct cli *cli, struct err *err)
{
    char id[ID_SIZE] = "";
    bool changed = false;
    struct alert_said said = {.uid = id};
    if (!read_said(cli, &said, err) || !cli_database_exists(cli, err) ||
        !cli_store(cli, STORE_WRITE, false, err) ||
        !find_alert(cli, cli->words[0], take_id, id, err) ||
        !store_alert_say(cli->store, &said, cli->now_us, &changed, err))
        return false;
    cli_note(cli, "alert %.8s: %s", id, changed ? "set" : "nothing changed");
    return true;
}

const struct command command_alerts = {
    .name = "alerts",
    .summary = "list the alerts, or show one with all that is known of it",
    .help =
        "In a list the newest stand last. An id may be shortened to its first characters. Times are UTC. "
        "What people set is theirs: detection only opens a resolved alert again, when there is more of it.",
    .example = "  tocsin alerts --since 24h --severity medium\n"
               "  tocsin alerts show 3f2a91c0\n"
               "  tocsin alerts explain 3f2a91c0\n"
               "  tocsin alerts set 3f2a91c0 --status resolved --comment 'our scanner'\n"
               "  tocsin alerts list --format jsonl | jq -r .CompromisedEntity\n",
    .options = options,
    .actions = {{"list", "", "alerts, oldest first", 0, 0, list},
        {"show", "ID", "one alert: text, values, addresses, what to do, evidence", 1, 1, show},
        {"explain", "ID", "why: what, who, how sure, compared to what, and the traffic itself", 1,
            1, explain},
        {"set", "ID", "say what became of one: --status, --comment", 1, 1, set}},
};
