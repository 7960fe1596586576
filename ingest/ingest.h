/* Files, directories and standard input into the store. */
#pragma once

#include "ingest/parser.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* What became of everything given to one call; the program prints it. */
struct ingest_totals {
    int64_t files;           /* logs of ours that were read (also when nothing was new) */
    int64_t files_unchanged; /* of these: read to the end before */
    int64_t files_foreign;   /* not logs of ours: named by the callback, left alone */
    int64_t lines, stored, rejected;
    int64_t ignored[IGNORES];
    int64_t rejects[REJECTS];
    int64_t bytes; /* inflated bytes read */
};

/* Told to the program as it happens; each may be NULL. Strings are valid during the call only.
 * Log strings are raw: the program escapes them. */
struct ingest_events {
    void *arg;
    void (*foreign)(void *arg, const char *path, const char *why);
    void (*failed)(void *arg, const char *path, const struct err *err); /* and the run goes on */
    void (*first_reject)(void *arg, const char *path, enum reject reason, int64_t line);
    void (*progress)(void *arg, const char *path, int64_t bytes_done, int64_t bytes_total);
};

/* Reads each path: a file, a directory (recursively, names in byte order, symbolic links to files
 * followed, hidden files and sockets passed over), a glob pattern, or "-". Plain or gzip by magic
 * (several members too). Resumes where each generation stopped; a last line without its newline is
 * left for the next run unless the source is "-" or the file is gzip.
 * A path that does not exist or cannot be opened: everything else is read first, then false with
 * ERR_NOINPUT. Any database failure stops at once. */
bool ingest_paths(struct store *s, char *const paths[], size_t count,
    const struct ingest_events *events, struct ingest_totals *totals, struct err *err);
/* The same by so many threads, this one included; 0: as many as there are processors. What is
 * stored does not depend on it. */
bool ingest_paths_by(struct store *s, char *const paths[], size_t count, unsigned threads,
    const struct ingest_events *events, struct ingest_totals *totals, struct err *err);
