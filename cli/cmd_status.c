/* `tocsin status`: what is stored, how far it reaches, what was rejected. */
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/rows.h"
#include "correlate/usual/usual.h"
#include "store/coverage.h"
#include "store/indicator.h"
#include "store/record.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const struct option_spec options[] = {
    {0, "rejects", NULL, "the rejected lines: the first of each kind in each file", OPTION_FLAG,
        offsetof(struct options, rejects), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {0},
};

/* --- rejected lines ------------------------------------------------------------------------ */

static void add_reject(void *arg, const struct reject_info *info)
{
    struct rows *rows = arg;
    char line[24], offset[24];
    snprintf(line, sizeof line, "%" PRId64, info->line);
    snprintf(offset, sizeof offset, "%" PRId64, info->offset);
    const struct rows_cell cells[] = {{str_of(info->path), 't', STYLE_NONE},
        {str_of(line), 'i', STYLE_NONE}, {str_of(offset), 'i', STYLE_NONE},
        {str_of(info->reason), 't', STYLE_NONE}, {info->text, 't', STYLE_NONE}};
    rows_add(rows, cells);
}

static bool print_rejects(
    struct cli *cli, struct output *out, enum output_format format, struct err *err)
{
    static const char *const names[] = {"FILE", "LINE", "OFFSET", "REASON", "TEXT"};
    struct rows *rows = rows_open(out, format, !cli->opt.no_header, 5, names);
    if (!rows)
        return err_nomem(err);
    bool ok = store_reject_each(cli->store, add_reject, rows, err);
    ok = rows_close(rows, ok ? err : NULL) && ok;
    if (ok && rows_count(rows) == 0)
        cli_note(cli, "no line was rejected");
    rows_free(rows);
    return ok;
}

/* --- figures ------------------------------------------------------------------------------- */

struct figure {
    const char *name;
    char text[48];
    char kind;
};

static void set_count(struct figure *f, const char *name, int64_t count, bool people)
{
    char text[32];
    if (people)
        progress_count(count, text);
    else
        snprintf(text, sizeof text, "%" PRId64, count);
    *f = (struct figure){.name = name, .kind = 'i'};
    snprintf(f->text, sizeof f->text, "%s", text);
}

static void set_time(struct figure *f, const char *name, int64_t t_us, bool there)
{
    *f = (struct figure){.name = name, .kind = there ? 't' : 'n'};
    if (there)
        time_format(t_us, f->text);
}

static int collect(const struct store_info *info, bool people, struct figure figures[16])
{
    int n = 0;
    set_count(&figures[n++], "schema_version", info->schema_version, people);
    set_count(&figures[n++], "file_bytes", info->file_bytes, people);
    set_count(&figures[n++], "sources", info->sources, people);
    set_count(&figures[n++], "flows", info->flows, people);
    set_count(&figures[n++], "logins", info->logins, people);
    set_count(&figures[n++], "signatures", info->signatures, people);
    set_count(&figures[n++], "lookups", info->lookups, people);
    set_count(&figures[n++], "attempts", info->attempts, people);
    set_count(&figures[n++], "probes", info->probes, people);
    set_count(&figures[n++], "contacts", info->contacts, people);
    set_count(&figures[n++], "alerts", info->alerts, people);
    set_time(&figures[n++], "first_flow", info->first_us, info->flows > 0);
    set_time(&figures[n++], "last_flow", info->last_us, info->flows > 0);
    return n;
}

/* --- sensors --------------------------------------------------------------------------------- */

#define FRAMES_MIN     20 /* fewer flows tell nothing */
#define DOUBLED        0.9
#define SKEW_TO_BE_BAD (2 * TIME_US_SECOND)

static const char *const sensor_names[] = {[SENSOR_ZEEK] = "Zeek", [SENSOR_SURICATA] = "Suricata"};

static int collect_sensors(const struct store_sensors *sensors, struct figure figures[4])
{
    static const char *const names[] = {
        [SENSOR_ZEEK] = "even_packets_zeek", [SENSOR_SURICATA] = "even_packets_suricata"};
    int n = 0;
    for (int i = SENSOR_ZEEK; i <= SENSOR_SURICATA; i++) {
        if (sensors->flows[i] < FRAMES_MIN)
            continue;
        figures[n] = (struct figure){.name = names[i], .kind = 'r'};
        snprintf(figures[n++].text, sizeof figures->text, "%.2f",
            (double)sensors->even[i] / (double)sensors->flows[i]);
    }
    if (sensors->skew_pairs == 0)
        return n;
    figures[n] = (struct figure){.name = "suricata_ahead_s", .kind = 'r'};
    snprintf(figures[n++].text, sizeof figures->text, "%.6f", (double)sensors->skew_us / 1e6);
    figures[n] = (struct figure){.name = "suricata_ahead_day", .kind = 't'};
    time_format(sensors->skew_day_us, figures[n].text);
    figures[n++].text[10] = '\0'; /* the date alone */
    return n;
}

static void warn_of_sensors(struct cli *cli, const struct store_sensors *sensors)
{
    for (int i = SENSOR_ZEEK; i <= SENSOR_SURICATA; i++)
        if (sensors->flows[i] >= FRAMES_MIN &&
            (double)sensors->even[i] >= DOUBLED * (double)sensors->flows[i])
            cli_note(cli,
                "%s seems to see each frame twice: %.0f %% of its newest connections have even "
                "numbers of packets both ways",
                sensor_names[i], 100.0 * (double)sensors->even[i] / (double)sensors->flows[i]);
    if (sensors->skew_us > SKEW_TO_BE_BAD || sensors->skew_us < -SKEW_TO_BE_BAD)
        cli_note(cli,
            "Suricata's clock is %.1f s %s Zeek's: it is taken off, but check both against NTP",
            fabs((double)sensors->skew_us) / 1e6, sensors->skew_us > 0 ? "ahead of" : "behind");
}

static void add_figure(struct rows *rows, const char *name, struct str value, char kind)
{
    const struct rows_cell cells[] = {{str_of(name), 't', STYLE_NONE}, {value, kind, STYLE_NONE}};
    rows_add(rows, cells);
}

struct counted {
    struct rows *rows;
    bool people;
};

static void add_lines(void *arg, bool rejected, const char *reason, int64_t lines)
{
    const struct counted *counted = arg;
    struct figure f;
    char name[96];
    set_count(&f, "", lines, counted->people);
    snprintf(name, sizeof name, "%s: %s", rejected ? "rejected" : "ignored", reason);
    add_figure(counted->rows, name, str_of(f.text), f.kind);
}

static void add_disbelief(void *arg, const struct disbelief *d)
{
    const struct counted *counted = arg;
    struct buf name = {0}, reach = {0};
    buf_printf(&name, "not believed: %s", d->what);
    buf_printf(&reach, "%" PRId64 " of %" PRId64 " machines deal with it (%s)", d->owns,
        d->machines, d->type);
    if (!name.failed && !reach.failed)
        add_figure(counted->rows, name.text, buf_str(&reach), 't');
    buf_done(&name);
    buf_done(&reach);
}

static bool add_coverage(void *arg, const struct coverage *coverage)
{
    const struct counted *counted = arg;
    struct buf text = {0};
    char name[64];
    snprintf(name, sizeof name, "coverage: %s", coverage->sensor);
    coverage_format(coverage, &text);
    bool ok = !text.failed;
    add_figure(counted->rows, name, buf_str(&text), 't');
    buf_done(&text);
    return ok;
}

/* Of the last day of what is stored, from the first connection to the last. */
static bool print_coverage(
    struct cli *cli, const struct store_info *info, struct counted *counted, struct err *err)
{
    int64_t last;
    bool any;
    if (!store_coverage_last(cli->store, &last, &any, err))
        return false;
    int64_t from = last - 23 * TIME_US_HOUR, to = last + TIME_US_HOUR - 1;
    if (info->flows) {
        from = info->first_us > from ? info->first_us : from;
        to = info->last_us >= from && info->last_us < to ? info->last_us : to;
    }
    return !any || store_coverage_each(cli->store, from, to, add_coverage, counted, err);
}

static bool print_figures(
    struct cli *cli, struct output *out, enum output_format format, struct err *err)
{
    static const char *const names[] = {"WHAT", "VALUE"};
    struct store_info info;
    struct store_sensors sensors;
    struct figure figures[20];
    if (!store_info(cli->store, &info, err) || !store_sensors(cli->store, &sensors, err))
        return false;
    struct rows *rows = rows_open(out, format, !cli->opt.no_header, 2, names);
    if (!rows)
        return err_nomem(err);
    int count = collect(&info, format == FORMAT_TABLE, figures);
    count += collect_sensors(&sensors, figures + count);
    warn_of_sensors(cli, &sensors);
    add_figure(rows, "database", str_of(store_path(cli->store)), 't');
    for (int i = 0; i < count; i++)
        add_figure(rows, figures[i].name, str_of(figures[i].text), figures[i].kind);
    struct counted counted = {rows, format == FORMAT_TABLE};
    bool ok = print_coverage(cli, &info, &counted, err) &&
              store_disbelief_each(cli->store, add_disbelief, &counted, err) &&
              store_count_each(cli->store, add_lines, &counted, err);
    ok = rows_close(rows, ok ? err : NULL) && ok;
    rows_free(rows);
    return ok;
}

/* --- what drifts ---------------------------------------------------------------------------- */

static bool count_drifting(void *arg, const struct usual *u)
{
    *(int64_t *)arg += u->drifts;
    return true;
}

/* An attacker in no hurry may teach what is usual, little by little. */
static bool note_drift(struct cli *cli, struct err *err)
{
    const struct usual_filter all = {0};
    int64_t drifting = 0;
    if (!cli_config(cli, err) ||
        !usual_each(cli->store, cli->config->catalog, &all, count_drifting, &drifting, err))
        return false;
    if (drifting > 0)
        cli_note(cli,
            "%" PRId64 " figure%s of what is usual here drift; "
            "'tocsin baseline show' marks %s",
            drifting, drifting == 1 ? "s" : "", drifting == 1 ? "it" : "them");
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    struct output out;
    if (!cli_store(cli, STORE_READ, false, err) || !output_open(&out, NULL, cli->opt.color, err))
        return false;
    enum output_format format = output_format(&out, &cli->opt, FORMAT_TSV);
    bool ok = cli->opt.rejects ? print_rejects(cli, &out, format, err)
                               : print_figures(cli, &out, format, err);
    ok = ok && (cli->opt.rejects || note_drift(cli, err));
    return output_finish(&out, ok, err);
}

const struct command command_status = {
    .name = "status",
    .summary = "what is stored, how far it reaches, what was rejected",
    .help = NULL,
    .example = "  tocsin status\n"
               "  tocsin status --rejects\n",
    .options = options,
    .actions = {{NULL, "", "figures", 0, 0, run}},
};
