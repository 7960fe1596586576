/* What every command shares: the command line, the clock, configuration and database on demand,
 * and the two ways to speak to people on standard error. */
#pragma once

#include "cli/config.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/output.h"
#include "store/store.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct cli {
    struct options opt;
    const struct command *command;
    const struct action *action;
    char **words; /* the arguments */
    size_t word_count;
    int64_t now_us;
    bool stdout_terminal, stderr_terminal;
    enum exit_status status; /* the gravest reason so far that is no error of its own */
    struct config *config;   /* after cli_config() */
    struct store *store;     /* after cli_store() */
};

/* Fills cli from the parsed line; --now is read here. */
bool cli_init(struct cli *cli, const struct command_line *line, struct err *err);
void cli_done(struct cli *cli);

/* Reads the configuration once. */
bool cli_config(struct cli *cli, struct err *err);
/* For commands that write and need what is stored: opening would make a database where there is none. */
bool cli_database_exists(struct cli *cli, struct err *err);
/* Opens the database (and reads the configuration). -o is refused where it names a file in use.
 * Where nothing names the home networks or the database, a note says what was taken; home: whether
 * the command looks at the networks at all. */
bool cli_store(struct cli *cli, enum store_mode mode, bool home, struct err *err);

/* "tocsin -c FILE --db FILE": how to call this program again on the same database, with --home too
 * where the command looks at the networks. */
void cli_again(const struct cli *cli, bool home, struct buf *out);

/* A word as a shell takes it. */
void cli_quote(struct buf *out, const char *word);

/* An option's time: absolute or a duration before now. */
bool cli_time(
    const struct cli *cli, const char *option, const char *text, int64_t *t_us, struct err *err);

/* Lines for people, on standard error, made visible. A note is left out with -q. */
void cli_note(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Remembers a reason for the exit status. */
void cli_status(struct cli *cli, enum exit_status status);

/* The catalogue's type of that name in any letter case; ERR_USAGE with the nearest. */
bool cli_type(
    const struct cli *cli, const char *code, const struct alert_type **type, struct err *err);

/* The commands there are, NULL-ended, in the order of the program's help. */
extern const struct command *const commands[];
/* --help: of the program, or of one command. */
void commands_help(const struct command *command, struct buf *out);

extern const struct command command_run, command_ingest, command_correlate, command_alerts,
    command_export, command_query, command_catalog, command_intel, command_inventory,
    command_baseline, command_status;
