/* The progress bar on a terminal's standard error, and figures as people read them. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;                /* whether to draw at all */
    bool drawn;                /* something stands on the line */
    int64_t began_us, last_us; /* monotonic */
    uint64_t file;             /* hash of the path last told of */
    int64_t before, done;      /* bytes of the files before it, and of it */
};

/* shown: false makes every other call do nothing. */
void progress_init(struct progress *p, bool shown);
/* done of total bytes of one file after the other; total 0: unknown. Draws at most ten times a
 * second: share and time left of the file, rate over all of them. path is raw. */
void progress_update(struct progress *p, const char *path, int64_t done, int64_t total);
/* Takes the bar off the line, before anything else is printed. */
void progress_clear(struct progress *p);

/* "1.2 GB" (decimal units). */
void progress_size(int64_t bytes, char text[32]);
/* "1,234,567". */
void progress_count(int64_t count, char text[32]);
