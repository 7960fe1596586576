/* What the makers of the catalogue's fixtures share. */
#pragma once

#include "sample-logs/generator/shapes.h"

#include <stdio.h>

#define MIDNIGHT (INT64_C(1772409600) * SECOND) /* 2026-03-02 00:00:00 UTC, a Monday */
#define TEN      (MIDNIGHT + 10 * HOUR)         /* an hour edge, and one of a 10-second bucket */
#define ODD      (TEN + 754567891)              /* nothing's edge: 10:12:34.567891 */

/* Attempts, evenly over a span, dealt out to peers in turn. */
struct series {
    enum shape_id shape;
    bool outgoing;
    int attempts, peers;
    int first_peer;            /* the last number of the first peer's address */
    int port;                  /* 0: the shape's own */
    int ports;                 /* so many consecutive ones in turn */
    int64_t start_us, span_us; /* from the first attempt to the last */
};

/* Everything goes below `path`; any failure to write is reported by fixtures_end(). */
void fixtures_begin(const char *path);
bool fixtures_end(void);

/* Starts a type's folder and its note.md. */
void begin_type(const char *type, const char *about);
/* A file of one line: a feed, the home network. */
void write_line(const char *name, const char *line);
/* Writes one log of the segment, says in the note what is in it, and ends the segment. */
__attribute__((format(printf, 4, 5))) void emit(
    struct segment *s, struct log_file *log, const char *name, const char *holds, ...);

void play(struct segment *s, const struct series *p);
void emit_series(
    enum sensor_kind kind, const struct series *p, const char *name, const char *holds);

/* The makers, one a file. */
void logins(void);
/* Of the type that was begun: called by logins(). */
void failures_ftp(void);
void failures_sql(void);
void learned_burst(void);
void learned_pair(bool ssh);
void learned_fan(bool ssh);
void scans(void);
void floods(void);
void contacts(void);
