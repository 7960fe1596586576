/* Between the feed reader and its formats: what a format's reader may say of a line. */
#pragma once

#include "ingest/feed/feed.h"
#include "ingest/print_text.h"

/* One feed while it is read. Each function below counts one data line; a failure for want of
 * memory or over a limit is kept in err and ends the reading. */
struct feed_reading {
    const char *path; /* for messages */
    const struct feed_options *options;
    struct feed_result *result;
    int64_t line; /* being read, from 1 */
    size_t bare;  /* sayings there were when an address was added of which the feed says nothing */
    bool failed;
    struct err *err;
};

/* What a format starts from: no category or dates of its own. */
#define FEED_INDICATOR                                                                             \
    ((struct indicator){.from_us = INDICATOR_ALWAYS_FROM, .until_us = INDICATOR_ALWAYS_UNTIL})

/* The feed's own category and dates; 0 and INDICATOR_ALWAYS_* where it has none. A domain may come
 * as the feed writes it; it is copied. */
void feed_add(struct feed_reading *r, const struct indicator *indicator);
/* An address of which the feed says nothing. */
void feed_add_address(struct feed_reading *r, uint32_t v4);
/* An address, a network, a domain or a fingerprint with its prefix ("ja3:…"), into FEED_INDICATOR;
 * false when it is none of them. */
bool feed_parse_target(struct str s, struct indicator *target);
/* A fingerprint of that kind; text holds it. */
bool feed_parse_print(
    enum print_kind kind, struct str hash, char text[PRINT_TEXT_SIZE], struct indicator *target);
/* An entry of a kind that is not matched, such as "file hash". */
void feed_skip(struct feed_reading *r, struct str kind);
/* An entry that cannot be read; reason is static text. */
void feed_reject(struct feed_reading *r, const char *reason);

/* Cuts the next line off *rest, trimmed; false at the end and after a failure. */
bool feed_next_line(struct feed_reading *r, struct str *rest, struct str *line);

/* "192.0.2.1:443" or "[2001:db8::1]:443"; a network is never written so. */
bool feed_parse_endpoint(struct str s, struct cidr *net, uint64_t *port);
/* Reads a plain list, for formats that are one with a mark. */
void feed_plain_read(struct feed_reading *r, struct str text);

/* Formats are asked in a fixed order whether the text is theirs; the first that says so reads it.
 * The text begins with no byte order mark and is not blank. */
struct feed_format {
    const char *name; /* stored with the feed, unless read() puts a closer one */
    bool (*fits)(struct str text);
    void (*read)(struct feed_reading *r, struct str text);
};
extern const struct feed_format feed_drop_json, feed_misp, feed_stix, feed_warning_list,
    feed_zeek_intel, feed_suricata_iprep, feed_abusech, feed_misp_csv, feed_drop, feed_dataset,
    feed_columns, feed_plain;
