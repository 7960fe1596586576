/* Tocsin: a map of the program.
 *
 *   bytes       ingest/   finds files, inflates them, goes on where reading stopped: ingest.c
 *   records               turns one line into one struct record: parser.c, zeek/, eve/
 *   batches     store/    keeps records, and progress with them, in one transaction: put.c, sources.c
 *   facts       correlate/ reads new records once more: whose they are (network/), what they say (facts/),
 *   findings              asks the SQL of queries/ where a threshold is reached (findings/, usual/),
 *   alerts                and joins findings into alerts with stable ids (alerts/): correlate.c
 *   text        export/   writes alerts; never queries: jsonl.c, csv.c
 *   people      cli/      this folder, the only one that prints or exits:
 *                 options.c    argv -> struct options, by the tables of commands.c and cmd_*.c
 *                 config.c     tocsin.conf, conf.d, inventory.conf, catalog.d -> struct config;
 *                              config_sections.c: [sensor], [export], [database]
 *                 cli.c        what commands share: clock, configuration, database, notes
 *                 guard.c      what no output may replace
 *                 home.c       the home networks, over several runs on one database
 *                 output.c rows.c table.c   where data goes and in which format
 *                 reading.c judging.c exporting.c   steps that several commands share
 *                 alert_list.c alert_text.c progress.c   how alerts and figures look; text.c page.c
 *                 exit.c       errors -> exit statuses
 *                 cmd_*.c      one file for each command
 *   helpers     util/     knows nothing of logs or alerts
 *   data        catalog/, store/schema/ and correlate/queries/ are compiled into the program
 *
 * One run: main() parses the line, finds the command in commands.c and calls its function; that
 * asks cli_store() for the database, does its work, and returns false with an error or true. */
#include "cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool print_text(struct buf *text, struct err *err)
{
    struct output out;
    bool ok = !text->failed || err_nomem(err);
    ok = ok && output_open(&out, NULL, COLOR_NEVER, err);
    if (ok) {
        output_write(&out, buf_str(text));
        ok = output_close(&out, err);
    }
    buf_done(text);
    return ok;
}

static bool run_line(const struct command_line *line, struct cli *cli, struct err *err)
{
    struct buf text = {0};
    if (line->options.version) {
        buf_puts(&text, "tocsin " TOCSIN_VERSION "\n");
        return print_text(&text, err);
    }
    if (line->options.help) {
        commands_help(line->command, &text);
        return print_text(&text, err);
    }
    return cli_init(cli, line, err) && line->action->run(cli, err);
}

/* A stream that the caller closed would be given to the next file that is opened, the database, and
 * messages be written into it. What stands there instead fails as a closed stream does; messages have
 * nowhere to go. */
static bool fill_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct cli cli = {0};
    struct err err = {0};
    if (!fill_streams())
        return EXIT_INTERNAL;
    if (getenv("TOCSIN_WATCH_PLANS"))
        store_watch_plans(true);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away shows as EPIPE: see output_close() */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow shows as EFBIG */
    bool ok = options_parse(commands, argc, argv, &line, &err) && run_line(&line, &cli, &err);
    if (!ok) {
        cli_warn("%s", err.text);
        cli_status(&cli, exit_of(err.code));
    }
    cli_done(&cli);
    return (int)cli.status;
}
