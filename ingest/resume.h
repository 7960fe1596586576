/* A source that may have been read before: which it is, and on to where reading stopped. */
#pragma once

#include "ingest/generations.h"
#include "ingest/parser.h"
#include "ingest/reader.h"

/* What it is found with; all belong to the caller. The source is open in the reader, and the parser has
 * its format. */
struct resume {
    struct reader *reader;
    struct parser *parser;
    const struct generations *known;
};

/* The generation that this source is: one with its head, whose last lines stand here as well; else
 * one that it is a beginning of. The reader is at the beginning again. A stream cannot be read
 * twice: its head has to do. read_error: the source could not be read, which ends it alone; then
 * *found means nothing. False, with err: the database failed. */
bool resume_find(const struct resume *r, const char *path, struct str head, struct source *known,
    bool *found, struct err *read_error, struct err *err);
/* On to where reading stopped, with the header that was in force there. *reached false: the source
 * is shorter than what was read. */
bool resume_skip(
    const struct resume *r, const struct source *source, bool *reached, struct err *err);
/* True when the file that the generation was last read from is still there under its name: then a
 * copy of it must not take over the short cut. */
bool resume_is_still_there(const struct source *source);
