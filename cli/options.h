/* The command line: one table-driven parser for the global options and those of each command. */
#pragma once

#include "util/err.h"
#include "util/nearest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What --format may say; which of them a command takes stands in its option table. */
enum output_format { FORMAT_AUTO, FORMAT_TABLE, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_TSV };
extern const char *const output_format_words[]; /* "auto", "table", …; NULL-ended */

/* Every option of every command, zero or as options_defaults() sets it. Texts are slices of argv:
 * a time is read by cli_time() once --now is known. */
struct options {
    /* global */
    const char *config, *db, *home, *now;
    bool quiet, verbose, help, version;
    int color, lang;
    int64_t wait_us;
    /* run, ingest, correlate */
    int fail_on;         /* enum severity; -1: not given */
    int64_t max_rejects; /* -1: no limit */
    /* lists and exports */
    int format; /* enum output_format */
    bool no_header, no_spreadsheet_safe, json;
    const char *output, *since, *until, *type, *address;
    const char *status, *comment; /* alerts set */
    int severity;                 /* enum severity; -1: not given */
    int64_t limit;                /* -1: not given */
    /* export --format blocklist */
    int list_as; /* index into its words; -1: not given */
    const char *types;
    int64_t ttl_us, max, min_confidence; /* -1: not given */
    bool dry_run;
    /* query */
    const char *view;
    bool views;
    int64_t timeout_us;
    /* intel import */
    const char *name, *category, *valid_from;
    int64_t valid_for_us; /* 0: not given */
    /* baseline */
    const char *host, *service;
    bool undo;
    /* status */
    bool rejects;
};

enum option_kind {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char * */
    OPTION_COUNT,    /* int64_t, not negative */
    OPTION_DURATION, /* int64_t microseconds, not negative */
    OPTION_SEVERITY, /* int, enum severity */
    OPTION_WORD,     /* int, index into words */
};

/* One row of an option table; a row without a name ends it. */
struct option_spec {
    char letter;          /* 0: has no short form */
    const char *name;     /* "config" for --config */
    const char *argument; /* "FILE"; NULL for a flag */
    const char *help;     /* one line */
    enum option_kind kind;
    size_t at;                /* offsetof(struct options, …) */
    const char *const *words; /* OPTION_WORD: what may stand there, NULL-ended */
    const char *only;         /* the one action that takes it ("import"); NULL: all of them */
};
extern const struct option_spec global_options[];

struct cli;

/* One thing a command does: `alerts list`. name is NULL where the command has only one. */
struct action {
    const char *name;
    const char *arguments; /* "[PATH…]" for the usage line; "" */
    const char *summary;
    int words_min, words_max; /* how many arguments; words_max -1: any number */
    bool (*run)(struct cli *cli, struct err *err);
};

#define ACTIONS_MAX 6

/* One command: one file cli/cmd_*.c and one row in commands.c. Its first action is what the
 * command does when no action is named. */
struct command {
    const char *name, *summary;
    const char *help;    /* what a reader must know beyond the summary */
    const char *example; /* one or more lines */
    const struct option_spec *options;
    struct action actions[ACTIONS_MAX]; /* a row without run ends them */
};

struct command_line {
    struct options options;
    const struct command *command; /* NULL: none was given */
    const struct action *action;   /* set when command is */
    char **words;                  /* the arguments; point into argv */
    size_t word_count;
};

/* Takes `--x=y`, `--x y`, `-x y`, `-xy`, flags in one word (`-qv`), `--` and `-`; options stand
 * before or after the command. argv is rearranged. An error (ERR_USAGE) names the nearest known
 * word. --help and --version end the checks, so that they work on an unfinished line. */
bool options_parse(const struct command *const commands[], int argc, char **argv,
    struct command_line *line, struct err *err);

void options_defaults(struct options *options);
