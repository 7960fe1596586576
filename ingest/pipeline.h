/* Pieces of one source, read and parsed ahead by several threads, given out in their order.
 *
 * The caller's thread writes to the database and helps with parsing while it waits; the other
 * threads start when a source turns out to be longer than one piece. What comes out is the same for
 * any number of threads. */
#pragma once

#include "ingest/account.h"
#include "ingest/parser.h"
#include "ingest/reader.h"
#include "util/err.h"

#include <stdbool.h>

#define PIPELINE_PIECES      12 /* in flight: 2 MiB each, and the records made of them */
#define PIPELINE_THREADS_MAX 8

struct pipeline;

/* threads: the caller's included; 0: as many as there are processors. NULL without memory. */
struct pipeline *pipeline_new(unsigned threads);
void pipeline_free(struct pipeline *p);

/* From where the reader stands, with the parser as it is there. Both are the pipeline's own until
 * pipeline_stop(). */
void pipeline_start(struct pipeline *p, struct reader *reader, struct parser *parser);
/* The next piece and its account, valid until the next call. *more false: the end, or the last line
 * must wait for its end. False: the source could not be read on. */
bool pipeline_next(struct pipeline *p, const struct piece **piece, struct account **account,
    bool *more, struct err *err);
/* Lets go of the source, wherever it is. A read that is under way is waited for. */
void pipeline_stop(struct pipeline *p);
