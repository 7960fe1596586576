/* The table of commands, and the help that is made from it. A new command is one file and one row. */
#include "cli/cli.h"
#include "cli/text.h"

#define HELP_COLUMN 30 /* where the explanations begin */
#define HELP_WIDTH  96

const struct command *const commands[] = {&command_run, &command_ingest, &command_correlate,
    &command_alerts, &command_export, &command_query, &command_catalog, &command_intel,
    &command_inventory, &command_baseline, &command_status, NULL};

static void add_row(struct buf *out, const char *left, const char *right)
{
    int width = text_width(str_of(left));
    buf_printf(out, "  %s", left);
    if (width > HELP_COLUMN - 4)
        buf_printf(out, "\n%*s", HELP_COLUMN, "");
    else
        buf_printf(out, "%*s", HELP_COLUMN - 2 - width, "");
    text_wrap(out, str_of(right), HELP_COLUMN, HELP_WIDTH - HELP_COLUMN);
    buf_addc(out, '\n');
}

static void add_options(struct buf *out, const struct option_spec *table)
{
    for (const struct option_spec *o = table; o && o->name; o++) {
        struct buf left = {0};
        if (o->letter)
            buf_printf(&left, "-%c, ", o->letter);
        buf_printf(&left, "--%s", o->name);
        if (o->argument)
            buf_printf(&left, " %s", o->argument);
        add_row(out, left.failed ? o->name : left.text, o->help);
        buf_done(&left);
    }
}

static void program_help(struct buf *out)
{
    buf_puts(out,
        "Tocsin reads the logs of Zeek and Suricata into one SQLite file and raises alerts.\n\n"
        "usage: tocsin COMMAND [OPTION…] [ARGUMENT…]\n\ncommands\n");
    for (const struct command *const *c = commands; *c; c++)
        add_row(out, (*c)->name, (*c)->summary);
    buf_puts(out, "\noptions of every command, before or after it\n");
    add_options(out, global_options);
    buf_puts(out, "\nexample: what happened in these logs?\n"
                  "  tocsin run --home 203.0.113.0/24 logs/\n\n"
                  "'tocsin COMMAND --help' tells more, with an example.\n");
}

static void usage_lines(const struct command *command, struct buf *out)
{
    const char *head = "usage: ";
    for (const struct action *a = command->actions; a->run; a++) {
        buf_printf(out, "%stocsin %s%s%s%s%s [OPTION…]\n", head, command->name, a->name ? " " : "",
            a->name ? a->name : "", *a->arguments ? " " : "", a->arguments);
        head = "       ";
    }
}

void commands_help(const struct command *command, struct buf *out)
{
    if (!command) {
        program_help(out);
        return;
    }
    buf_printf(out, "tocsin %s: %s\n\n", command->name, command->summary);
    usage_lines(command, out);
    if (command->actions[0].name) {
        buf_addc(out, '\n');
        for (const struct action *a = command->actions; a->run; a++)
            add_row(out, a->name, a->summary);
    }
    if (command->help) {
        buf_addc(out, '\n');
        text_wrap(out, str_of(command->help), 0, HELP_WIDTH);
        buf_addc(out, '\n');
    }
    if (command->options && command->options[0].name) {
        buf_puts(out, "\noptions\n");
        add_options(out, command->options);
    }
    buf_puts(out, "\noptions of every command\n");
    add_options(out, global_options);
    buf_printf(out, "\nexample\n%s", command->example);
}
