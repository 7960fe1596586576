/* Threat feeds in their native formats into indicators. Knows formats and files, no SQL. */
#pragma once

#include "store/indicator_list.h"
#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A feed beyond one of the first two is refused (ERR_DATA), never read in part. */
#define FEED_MAX_BYTES   ((size_t)256 << 20) /* inflated */
#define FEED_MAX_ENTRIES 4000000             /* accepted ones, repetitions included */
#define FEED_MAX_NAME    100                 /* bytes of a feed's name */
#define FEED_MAX_NOTE    200                 /* bytes of a note; a longer one is cut */
#define FEED_MAX_KINDS   12                  /* kinds of skipped entries counted apart */

struct feed_options {
    const char *name;                 /* NULL: the file's base name without its extensions */
    enum indicator_category category; /* 0: the format decides, else INDICATOR_BLOCKLIST */
    int64_t from_us, until_us;        /* instead of the feed's dates; INDICATOR_ALWAYS_*: those */
};
#define FEED_OPTIONS                                                                               \
    ((struct feed_options){.from_us = INDICATOR_ALWAYS_FROM, .until_us = INDICATOR_ALWAYS_UNTIL})

/* Entries that are well written but would never match, or match far too much. */
enum feed_left_out {
    FEED_TOO_WIDE, /* wider than /8 (IPv4) or /16 (IPv6) */
    FEED_REGISTRY, /* a domain under which names are sold, such as co.uk */
    FEED_PRIVATE,
    FEED_LOOPBACK,
    FEED_LINK_LOCAL,
    FEED_MULTICAST,
    FEED_UNSPECIFIED,
    FEED_RESERVED,    /* 240.0.0.0/4, broadcast */
    FEED_OUT_OF_DATE, /* valid until a time that is not after the one they are valid from */
    FEED_LEFT_OUT
};
extern const char *const feed_left_out_names[FEED_LEFT_OUT]; /* for people: "private", … */

struct feed_kind {
    char name[32]; /* as the feed calls it, "Intel::EMAIL", or for people, "file hash" */
    int64_t count;
};

/* Everything that one feed's text came to. Each entry is in one of the counts. */
struct feed_result {
    struct feed feed;   /* its list is sorted, each entry once */
    int64_t duplicates; /* further entries that say the same of the same network */
    int64_t left_out[FEED_LEFT_OUT];
    struct feed_kind skipped[FEED_MAX_KINDS]; /* what is not matched; the last may be "other" */
    size_t skipped_kinds;
    bool unsaid;      /* neither feed nor options say what some are: taken for blocklist */
    int64_t rejected; /* entries that could not be read */
    int64_t first_reject_line;
    const char *first_reject; /* why, in a few words (static); NULL without any */
    struct arena arena;       /* the name */
};

/* Recognises the format by content and reads all of it. ERR_DATA, with one sentence on what it
 * looks like, when none of the formats fits; ERR_USAGE for a name or dates that cannot be. path is
 * for messages and the name. *result owns everything and keeps nothing of text. options may be
 * NULL. */
bool feed_parse(const char *path, struct str text, const struct feed_options *options,
    struct feed_result *result, struct err *err);
/* The same for a file, plain or gzip (by magic), or "-" for standard input. A gzip file that is cut
 * short is ERR_DATA: half a feed would end the other half. */
bool feed_read(const char *path, const struct feed_options *options, struct feed_result *result,
    struct err *err);
void feed_result_done(struct feed_result *result);
