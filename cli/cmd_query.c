/* `tocsin query`: read-only SQL over flows and alert history. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "util/timefmt.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_spec options[] = {
    {0, "view", "NAME", "all of one view", OPTION_TEXT, offsetof(struct options, view), NULL, NULL},
    {0, "views", NULL, "the views there are, with their columns", OPTION_FLAG,
        offsetof(struct options, views), NULL, NULL},
    {0, "limit", "N", "stop after N rows", OPTION_COUNT, offsetof(struct options, limit), NULL,
        NULL},
    {0, "timeout", "DURATION", "give up after so long", OPTION_DURATION,
        offsetof(struct options, timeout_us), NULL, NULL},
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, NULL},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        NULL},
    {'o', "output", "FILE", "write to FILE, which appears when it is whole", OPTION_TEXT,
        offsetof(struct options, output), NULL, NULL},
    {0},
};

struct answer {
    struct output *out;
    enum output_format format;
    bool header, failed;
    struct rows *rows;
    struct rows_cell *cells;
};

static bool take_columns(void *arg, int count, const char *const names[])
{
    struct answer *a = arg;
    a->cells = calloc((size_t)count + 1, sizeof *a->cells);
    a->rows = rows_open(a->out, a->format, a->header, count, names);
    a->failed = !a->cells || !a->rows;
    return !a->failed;
}

static bool take_row(void *arg, int count, const struct str values[], const char kinds[])
{
    struct answer *a = arg;
    for (int i = 0; i < count; i++)
        a->cells[i] = (struct rows_cell){values[i], kinds[i], STYLE_NONE};
    return rows_add(a->rows, a->cells);
}

static bool ask(struct cli *cli, const char *sql, struct output *out, struct err *err)
{
    struct answer a = {.out = out,
        .format = output_format(out, &cli->opt, FORMAT_TSV),
        .header = !cli->opt.no_header};
    const struct store_limits limits = {
        cli->opt.limit > 0 ? cli->opt.limit : 0, cli->opt.timeout_us};
    const struct store_result result = {&a, take_columns, take_row};
    bool ok = store_ask(cli->store, sql, &limits, &result, err);
    if (ok && a.failed)
        ok = err_nomem(err);
    if (a.rows)
        ok = rows_close(a.rows, ok ? err : NULL) && ok;
    rows_free(a.rows);
    free(a.cells);
    return ok;
}

/* --- views --------------------------------------------------------------------------------- */

struct view_list {
    struct rows *rows;
};

static void add_view(void *arg, const char *view, const char *column, const char *doc)
{
    struct view_list *l = arg;
    const struct rows_cell cells[] = {{str_of(view), 't', STYLE_NONE},
        {str_of(column), 't', STYLE_NONE}, {str_of(doc), 't', STYLE_NONE}};
    rows_add(l->rows, cells);
}

static bool list_views(struct cli *cli, struct output *out, struct err *err)
{
    static const char *const names[] = {"view", "column", "what it holds"};
    struct view_list l = {
        rows_open(out, output_format(out, &cli->opt, FORMAT_TSV), !cli->opt.no_header, 3, names)};
    if (!l.rows)
        return err_nomem(err);
    bool ok = store_view_each(cli->store, add_view, &l, err);
    ok = rows_close(l.rows, ok ? err : NULL) && ok;
    rows_free(l.rows);
    return ok;
}

#define VIEW_NAME_MAX 64

struct view_search {
    const char *name;
    char found[VIEW_NAME_MAX], nearest[VIEW_NAME_MAX];
    int distance;
};

static void offer_view(void *arg, const char *view, const char *column, const char *doc)
{
    struct view_search *search = arg;
    struct nearest near = {.word = search->name};
    (void)doc;
    if (*column)
        return;
    nearest_offer(&near, view);
    if (str_eq_nocase(str_of(view), str_of(search->name)))
        snprintf(search->found, VIEW_NAME_MAX, "%s", view);
    if (nearest_word(&near) && (!search->nearest[0] || near.distance < search->distance)) {
        snprintf(search->nearest, VIEW_NAME_MAX, "%s", view);
        search->distance = near.distance;
    }
}

/* Only a name that is there goes into the SQL. */
static bool ask_view(struct cli *cli, const char *name, struct output *out, struct err *err)
{
    struct view_search search = {.name = name};
    char sql[VIEW_NAME_MAX + 32];
    if (!store_view_each(cli->store, offer_view, &search, err))
        return false;
    if (search.found[0]) {
        snprintf(sql, sizeof sql, "SELECT * FROM %s", search.found);
        return ask(cli, sql, out, err);
    }
    if (search.nearest[0])
        return err_set(
            err, ERR_USAGE, "there is no view '%s'; did you mean '%s'?", name, search.nearest);
    return err_set(
        err, ERR_USAGE, "there is no view '%s'; 'tocsin query --views' names them", name);
}

static bool run(struct cli *cli, struct err *err)
{
    const struct options *opt = &cli->opt;
    struct output out;
    int asked = (int)cli->word_count + (opt->view ? 1 : 0) + (opt->views ? 1 : 0);
    if (asked != 1)
        return err_set(
            err, ERR_USAGE, "give one of: an SQL statement in quotes, --view NAME, --views");
    if (!cli_store(cli, STORE_READ, false, err) || !output_open(&out, opt->output, opt->color, err))
        return false;
    bool ok = opt->views  ? list_views(cli, &out, err)
              : opt->view ? ask_view(cli, opt->view, &out, err)
                          : ask(cli, cli->words[0], &out, err);
    return output_finish(&out, ok, err);
}

const struct command command_query = {
    .name = "query",
    .summary = "ask the database in SQL; nothing can be changed",
    .help =
        "The views are made to be asked and stay as they are from version to version; the tables may change. "
        "Besides SQLite's functions there are regexp(pattern, text), cidr_match(network, address) and "
        "community_id(orig, orig_port, resp, resp_port, proto[, seed]).",
    .example = "  tocsin query \"SELECT type, count(*) FROM alerts GROUP BY type\"\n"
               "  tocsin query --views\n"
               "  tocsin query --view flows --limit 10 --format jsonl\n",
    .options = options,
    .actions = {{NULL, "['SQL']", "ask", 0, 1, run}},
};
