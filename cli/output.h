/* Where a command's data goes: standard output, or a file that appears whole or not at all. */
#pragma once

#include "cli/options.h"
#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdio.h>

struct output {
    FILE *file;
    char *path, *temp; /* -o: the file, and what is written until output_close(); else NULL */
    bool terminal, color;
    int width;  /* of the terminal; 0 elsewhere */
    int failed; /* errno of the first failure; later writes do nothing */
};

#define OUTPUT_WIDTH_MIN 40

/* path NULL or "-": standard output. A regular file is written beside its place and renamed by
 * output_close(); anything else that exists (a pipe, /dev/null) is written directly. */
bool output_open(struct output *out, const char *path, int color_mode, struct err *err);
/* False when writing has failed, so that a loop can end early. A reader that went away is no
 * failure for output_close(). */
bool output_write(struct output *out, struct str text);
/* Everything on the disk under its name, or an error (ERR_IO, ERR_CREATE). */
bool output_close(struct output *out, struct err *err);
/* Leaves no trace of an unfinished file. After output_close() it does nothing. */
void output_abandon(struct output *out);
/* output_close() where all went well, else output_abandon(): returns whether all went well. */
bool output_finish(struct output *out, bool ok, struct err *err);

/* Whether text for people on this stream may be coloured: --color, then NO_COLOR and the terminal. */
bool output_colors(FILE *stream, int color_mode);
/* What `auto` comes to: a table on a terminal, else `piped`. */
enum output_format output_format(
    const struct output *out, const struct options *options, enum output_format piped);
