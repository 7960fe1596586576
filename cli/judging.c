/* Runs the correlation and reports what it found. */
#include "cli/judging.h"

#include "cli/alert_list.h"
#include "cli/beliefs.h"
#include "cli/home.h"
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>

static void check_fail_on(struct cli *cli, const struct correlate_totals *totals)
{
    if (cli->opt.fail_on < 0)
        return;
    for (int i = cli->opt.fail_on; i < SEVERITIES; i++) {
        if (totals->new_by_severity[i] > 0)
            cli_status(cli, EXIT_ALERTS);
    }
}

/* An attacker in no hurry may teach what is usual, little by little: told once, when it begins. */
static void tell_drift(const struct cli *cli, const struct drift_news *news)
{
    const struct usual *u = &news->first;
    char own[IP_TEXT_SIZE], others[64] = "";
    if (news->count == 0)
        return;
    ip_format(&u->own, own);
    if (news->count > 1)
        snprintf(others, sizeof others, "; %" PRId64 " more figures do", news->count - 1);
    cli_note(cli,
        "what is usual drifts: %s %s %s, %" PRId64
        " %s on the median day of the last week, %" PRId64
        " before%s: 'tocsin baseline show' marks it, 'tocsin baseline freeze' keeps what was "
        "learned",
        own, u->direction == DIRECTION_INCOMING ? "incoming" : "outgoing", u->service, u->recent,
        usual_metric_names[u->metric], u->before, others);
}

bool judging_run(struct cli *cli, struct correlate_totals *totals, int64_t *before, struct err *err)
{
    const struct correlate_input input = {.catalog = cli->config->catalog,
        .inventory = cli->config->inventory,
        .sampling = &cli->config->sampling,
        .now_us = cli->now_us};
    int64_t change;
    if (!store_alert_change(cli->store, &change, err) ||
        !correlate_run(cli->store, &input, totals, err))
        return false;
    if (!home_judged(cli, totals, err) || (totals->beliefs_changed > 0 && !beliefs_tell(cli, err)))
        return false;
    tell_drift(cli, &totals->drifts);
    *before = change;
    check_fail_on(cli, totals);
    return true;
}

struct listing {
    struct alert_list list;
    char first_id[64];
};

static bool show_alert(void *arg, const struct alert *alert)
{
    struct listing *l = arg;
    if (!l->first_id[0])
        snprintf(l->first_id, sizeof l->first_id, "%.8s", alert->id);
    return alert_list_add(&l->list, alert);
}

static bool list_changed(struct cli *cli, int64_t before, struct listing *l, struct err *err)
{
    struct output out;
    const struct alert_filter filter = {.after_change = before};
    if (!output_open(&out, NULL, cli->opt.color, err))
        return false;
    enum output_format format = output_format(&out, &cli->opt, FORMAT_TSV);
    bool ok =
        alert_list_open(&l->list, &out, format, !cli->opt.no_header, (enum lang)cli->opt.lang, err);
    if (ok) {
        /* after_change 0 lists all: right, since then there were no alerts before. */
        ok = store_alert_each(cli->store, &filter, show_alert, l, err);
        ok = alert_list_close(&l->list, ok ? err : NULL) && ok;
    }
    return output_finish(&out, ok, err);
}

static void add_severities(struct buf *out, const struct correlate_totals *totals)
{
    const char *between = " (";
    for (int i = SEVERITIES - 1; i >= 0; i--) {
        if (totals->new_by_severity[i] == 0)
            continue;
        buf_printf(out, "%s%" PRId64 " %s", between, totals->new_by_severity[i], severity_names[i]);
        between = ", ";
    }
    if (*between == ',')
        buf_addc(out, ')');
}

static void summary(const struct cli *cli, const struct correlate_totals *totals)
{
    char records[32];
    struct buf text = {0};
    progress_count(totals->records, records);
    buf_printf(
        &text, "%" PRId64 " new alert%s", totals->alerts_new, totals->alerts_new == 1 ? "" : "s");
    add_severities(&text, totals);
    buf_printf(&text, ", %" PRId64 " changed, %" PRId64 " in all, from %s new record%s",
        totals->alerts_changed, totals->alerts_living, records, totals->records == 1 ? "" : "s");
    if (totals->alerts_superseded + totals->alerts_withdrawn > 0)
        buf_printf(&text, "; %" PRId64 " joined with others, %" PRId64 " no longer hold",
            totals->alerts_superseded, totals->alerts_withdrawn);
    if (!text.failed)
        cli_note(cli, "%s", text.text);
    buf_done(&text);
}

/* Most records that touch no home address: the commonest mistake with the first logs. */
static void hint_home(const struct cli *cli, const struct correlate_totals *totals)
{
    if (totals->records > 0 && totals->transit * 2 > totals->records)
        cli_note(cli,
            "%" PRId64 " of %" PRId64
            " records touch no home address: name your networks with --home CIDR[,CIDR…]",
            totals->transit, totals->records);
}

static void hint_next(const struct cli *cli, const char *id)
{
    struct buf again = {0};
    cli_again(cli, false, &again);
    if (!again.failed)
        cli_note(cli, "next: '%s alerts show %s', '%s alerts', '%s export --format jsonl'",
            again.text, id, again.text, again.text);
    buf_done(&again);
}

bool judging_list(struct cli *cli, int64_t before, struct err *err)
{
    struct listing l = {0};
    return list_changed(cli, before, &l, err);
}

bool judging_report(
    struct cli *cli, const struct correlate_totals *totals, int64_t before, struct err *err)
{
    struct listing l = {0};
    if (totals->alerts_new + totals->alerts_changed > 0 && !list_changed(cli, before, &l, err))
        return false;
    summary(cli, totals);
    hint_home(cli, totals);
    if (l.first_id[0])
        hint_next(cli, l.first_id);
    return true;
}
