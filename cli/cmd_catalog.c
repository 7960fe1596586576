/* `tocsin catalog`: what the alert types are, in words and in numbers. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/text.h"
#include "cli/words.h"
#include "correlate/correlate.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ENTRY_MAX_BYTES (1 << 20)
#define PAGE_WIDTH      100

static const struct option_spec options[] = {
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, "list"},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        "list"},
    {0},
};

/* --- list ---------------------------------------------------------------------------------- */

/* A terminal has room for the first three. */
#define LIST_COLUMNS_SHORT 3

static bool print_list(struct cli *cli, struct output *out, struct err *err)
{
    const char *names[] = {"TYPE", "SEVERITY", "TITLE", "TACTIC", "TECHNIQUES"};
    enum lang lang = (enum lang)cli->opt.lang;
    const struct catalog *catalog = cli->config->catalog;
    enum output_format format = output_format(out, &cli->opt, FORMAT_TSV);
    int columns = format == FORMAT_TABLE ? LIST_COLUMNS_SHORT : 5;
    enum lang words = format == FORMAT_TABLE ? lang : LANG_EN; /* programs read English */
    for (int i = 0; i < columns; i++)
        names[i] = word_in(words, names[i]);
    struct rows *rows = rows_open(out, format, !cli->opt.no_header, columns, names);
    if (!rows)
        return err_nomem(err);
    for (int i = 0; i < catalog->type_count; i++) {
        const struct alert_type *t = &catalog->types[i];
        const struct rows_cell cells[] = {{str_of(t->code), 't', STYLE_NONE},
            {str_of(word_in(words, severity_names[t->severity])), 't', STYLE_NONE},
            {str_of(export_text(t->title, lang)), 't', STYLE_NONE},
            {str_of(t->tactic), 't', STYLE_NONE}, {str_of(t->techniques), 't', STYLE_NONE}};
        rows_add(rows, cells);
    }
    bool ok = rows_close(rows, err);
    rows_free(rows);
    return ok;
}

static bool list(struct cli *cli, struct err *err)
{
    struct output out;
    if (!cli_config(cli, err) || !output_open(&out, NULL, cli->opt.color, err))
        return false;
    return output_finish(&out, print_list(cli, &out, err), err);
}

/* --- show ---------------------------------------------------------------------------------- */

static void add_row(struct buf *out, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    buf_printf(out, "  %-12s", label);
    text_wrap(out, str_of(value), 14, PAGE_WIDTH - 14);
    buf_addc(out, '\n');
}

static void add_words(struct buf *out, const char *label, const char **words)
{
    struct buf list = {0};
    for (; words && *words; words++)
        buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", *words);
    add_row(out, label, list.failed ? NULL : list.text);
    out->failed |= list.failed;
    buf_done(&list);
}

static void add_facts(struct buf *out, const struct alert_type *t, enum lang lang)
{
    char gap[32], roles[128];
    struct buf tactics = {0};
    words_in(lang, t->attack_tactics, &tactics);
    duration_format(t->gap_us, gap);
    inventory_roles_format(t->exempt_roles, roles);
    add_row(out, "Severity", word_in(lang, severity_names[t->severity]));
    add_row(out, "Tactic", word_in(lang, t->tactic));
    add_row(out, "ATT&CK", tactics.text);
    out->failed |= tactics.failed;
    buf_done(&tactics);
    add_row(out, "Techniques", t->techniques);
    add_row(out, "Family", t->family);
    add_row(out, "Direction", t->direction == DIRECTION_OUTGOING ? "outgoing" : "incoming");
    add_row(out, "Query", t->query);
    add_words(out, "Services", t->services);
    add_words(out, "Indicators", t->categories);
    add_row(out, "Not for", roles);
    add_row(out, "Yields to", t->yields_to);
    add_row(out, "Episode", t->gap_us > 0 ? gap : NULL);
}

static void add_tier(struct buf *out, const struct alert_type *t, const struct tier *tier)
{
    static const char *const names[] = {"KEY", "VALUE", "WHY"};
    struct table *table = table_new();
    bool bare = tier == &t->tiers[0];
    char roles[128];
    if (!table) {
        out->failed = true;
        return;
    }
    if (tier == &t->guard)
        buf_puts(out, "\nGuard against wrong feeds\n");
    else if (tier == t->baseline)
        buf_puts(out, "\nWhat is usual here\n");
    else
        buf_printf(out, "\nThresholds, tier %s\n", tier->name);
    add_row(out, "Query", tier->query);
    add_words(out, "Services", tier->services);
    inventory_roles_format(tier->exempt_roles, roles);
    add_row(out, "Not for", roles);
    table_header(table, 3, names);
    for (int i = 0; i < tier->parameter_count; i++) {
        const struct parameter *p = &tier->parameters[i];
        char key[128];
        snprintf(key, sizeof key, "  %s%s%s", bare ? "" : tier->name, bare ? "" : ".", p->name);
        const struct table_cell cells[] = {{.text = str_of(key)}, {.text = str_of(p->text)},
            {.text = str_of(p->overridden ? "your configuration" : p->source)}};
        table_row(table, cells);
    }
    const struct table_look look = {0, false, false};
    if (!table_print(table, &look, out))
        out->failed = true;
    table_free(table);
}

static void add_baseline(struct buf *out, const struct alert_type *t)
{
    char roles[128];
    if (!t->baseline)
        return;
    add_tier(out, t, t->baseline);
    inventory_roles_format(t->raised_roles, roles);
    add_row(out, "Measured by", metric_names[t->metric]);
    add_words(out, "Once learned", t->learned_tiers);
    add_row(out, "Raised for", *roles ? roles : NULL);
}

static void add_fillings(struct buf *out, const struct alert_type *t)
{
    if (t->filling_count > 0)
        buf_puts(out, "\nValues of its alerts\n");
    for (int i = 0; i < t->filling_count; i++)
        buf_printf(out, "  %s = %s\n", t->fillings[i].placeholder, t->fillings[i].value);
}

static void add_signatures(struct buf *out, const struct alert_type *t)
{
    if (t->signature_count > 0)
        buf_puts(out, "\nSignatures that speak for it\n");
    for (int i = 0; i < t->signature_count; i++) {
        const struct signature_rule *r = &t->signatures[i];
        buf_printf(out, "  %s:", r->name);
        if (r->sid_from || r->sid_to)
            buf_printf(out, " sid %lld to %lld", (long long)r->sid_from, (long long)r->sid_to);
        if (r->pattern)
            buf_printf(out, " name /%s/", r->pattern);
        if (r->category)
            buf_printf(out, " category /%s/", r->category);
        buf_printf(out, " (%s)\n", r->source ? r->source : "");
    }
}

static void add_steps(struct buf *out, const char *steps)
{
    int number = 0;
    buf_puts(out, "\nWhat to do\n");
    for (struct str rest = str_of(steps); rest.p;) {
        struct str step = str_trim(str_cut(&rest, '\n'));
        if (step.len == 0)
            continue;
        buf_printf(out, "  %d. ", ++number);
        text_wrap(out, step, 5, PAGE_WIDTH - 5);
        buf_addc(out, '\n');
    }
}

/* What it says instead of an episode of some kind: titles and descriptions; steps are long. */
static void add_variants(struct buf *out, const struct alert_type *t, enum lang lang)
{
    for (int i = 0; i < t->variant_count; i++) {
        const struct text_variant *v = &t->variants[i];
        buf_printf(out, "\n\nWhen %s%s%s", v->word, v->title[lang] ? ": " : "",
            v->title[lang] ? v->title[lang] : "");
        if (v->description[lang]) {
            buf_puts(out, "\n  ");
            text_wrap(out, str_of(v->description[lang]), 2, PAGE_WIDTH - 2);
        }
    }
}

static void add_page(struct buf *out, const struct alert_type *t, enum lang lang)
{
    buf_printf(out, "%s\n%s\n\n", t->code, export_text(t->title, lang));
    text_wrap(out, str_of(export_text(t->description, lang)), 0, PAGE_WIDTH);
    if (t->pool[lang]) {
        buf_puts(out, "\n\n");
        text_wrap(out, str_of(t->pool[lang]), 0, PAGE_WIDTH);
    }
    add_variants(out, t, lang);
    buf_puts(out, "\n\n");
    add_facts(out, t, lang);
    for (int i = 0; i < t->tier_count; i++)
        add_tier(out, t, &t->tiers[i]);
    if (t->guard.parameter_count > 0)
        add_tier(out, t, &t->guard);
    add_baseline(out, t);
    buf_printf(out, "  Change one in the configuration: [alert %s], then key = value.\n", t->code);
    add_fillings(out, t);
    add_signatures(out, t);
    add_steps(out, export_text(t->respond, lang));
}

static bool show(struct cli *cli, struct err *err)
{
    struct output out;
    struct buf text = {0};
    const struct alert_type *type;
    if (!cli_config(cli, err) || !cli_type(cli, cli->words[0], &type, err) ||
        !output_open(&out, NULL, cli->opt.color, err))
        return false;
    add_page(&text, type, (enum lang)cli->opt.lang);
    bool ok = !text.failed || err_nomem(err);
    if (ok)
        output_write(&out, buf_str(&text));
    ok = output_close(&out, err) && ok;
    buf_done(&text);
    return ok;
}

/* --- check --------------------------------------------------------------------------------- */

static bool read_entry(const char *path, char **text, size_t *len, struct err *err)
{
    bool ok = false;
    FILE *file = fopen(path, "re");
    char *bytes = malloc(ENTRY_MAX_BYTES + 1);
    if (!file) {
        err_set(err, ERR_NOINPUT, "cannot open '%s': %s", path, strerror(errno));
        goto done;
    }
    if (!bytes) {
        err_nomem(err);
        goto done;
    }
    size_t got = fread(bytes, 1, ENTRY_MAX_BYTES + 1, file);
    if (ferror(file))
        err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
    else if (got > ENTRY_MAX_BYTES)
        err_set(err, ERR_CONFIG, "'%s' is larger than %d bytes: no catalogue entry", path,
            ENTRY_MAX_BYTES);
    else
        ok = true;
    if (ok) {
        *text = bytes;
        *len = got;
        bytes = NULL;
    }
done:
    if (file)
        fclose(file);
    free(bytes);
    return ok;
}

static bool check_file(const char *path, struct err *err)
{
    char *text;
    size_t len;
    if (!read_entry(path, &text, &len, err))
        return false;
    bool ok = catalog_check_text(path, (struct str){text, len}, err);
    free(text);
    return ok;
}

/* Every file is checked, so that one run shows all that is wrong. */
static bool check_files(struct cli *cli)
{
    for (size_t i = 0; i < cli->word_count; i++) {
        struct err failure = {0};
        if (check_file(cli->words[i], &failure)) {
            cli_note(cli, "%s: in order", cli->words[i]);
            continue;
        }
        cli_warn("%s", failure.text);
        cli_status(cli, exit_of(failure.code));
    }
    return true;
}

static bool check(struct cli *cli, struct err *err)
{
    if (cli->word_count > 0)
        return check_files(cli);
    if (!cli_config(cli, err) || !correlate_check(cli->config->catalog, err))
        return false;
    cli_note(cli, "%d alert types and %d login services: in order",
        cli->config->catalog->type_count, cli->config->catalog->service_count);
    return true;
}

const struct command command_catalog = {
    .name = "catalog",
    .summary = "the alert types: texts, severities, thresholds with their reasons",
    .help =
        "A type is one file. Own types go into catalog.d beside the configuration; a file there with the "
        "code of a built-in type replaces it. Thresholds alone are changed in the configuration.",
    .example = "  tocsin catalog show SSH_Incoming_BF_OneToOne\n"
               "  tocsin catalog check my-types/VPN_BF.conf\n",
    .options = options,
    .actions = {{"list", "", "the types", 0, 0, list},
        {"show", "TYPE", "one type with its thresholds, their units and sources", 1, 1, show},
        {"check", "[FILE…]", "whether the files (default: all that is in force) keep the rules", 0,
            -1, check}},
};
