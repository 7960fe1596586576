/* The lines of one piece made into records, with an account of what became of each. */
#pragma once

#include "ingest/parser.h"
#include "ingest/reader.h"
#include "store/record.h"
#include "store/sources.h"

#define NOTES_PER_REASON 20 /* rejected lines of one piece that are shown, for each reason */
#define NOTES_MAX        (NOTES_PER_REASON * REJECTS)
#define NOTE_TEXT_BYTES  512

/* Zero-initialise. Lines count from 1, the first of the piece. */
struct account {
    struct batch batch; /* slices point into the piece too */
    int64_t lines, rejected;
    int64_t ignored[IGNORES], rejects[REJECTS];
    enum reject told[REJECTS];  /* the reasons in the order in which they first came … */
    int64_t told_line[REJECTS]; /* … and the lines where they did */
    int told_count;
    struct reject_note notes[NOTES_MAX];
    size_t note_count;
    int64_t header_offset; /* of the last header that begins here, -1 without one */
    bool has_rows;         /* a line that is no header was seen */
};

/* With the parser as it is at the piece's beginning. */
void account_take(struct account *a, struct parser *parser, const struct piece *piece);
void account_done(struct account *a);
