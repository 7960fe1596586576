/* The inflated bytes of one file or stream, in pieces that end at line ends. */
#pragma once

#include "ingest/parser.h"
#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

#define READER_HEAD_BYTES   (64 * 1024)   /* what format detection may look at */
#define READER_PIECE_BYTES  (1024 * 1024) /* a piece is about as long as this */
#define READER_BUFFER_BYTES (READER_PIECE_BYTES + LINE_MAX_BYTES + 4096)

struct reader;

struct reader_info {
    bool gzip;
    bool stream; /* no regular file: nothing can be added later, and it cannot be sought */
    /* Of the file when it was opened, not of what it inflates to. */
    int64_t device, inode, size, mtime_ns;
};

/* Owns its text, so that several can be at work at once. */
struct piece {
    char *buffer;      /* READER_BUFFER_BYTES; changes hands with the reader's */
    struct str text;   /* whole lines with their ends; valid until the piece is read into again */
    int64_t offset;    /* of its first byte; inflated */
    int64_t end;       /* of the byte after its last */
    int64_t raw_bytes; /* of the file itself that were read so far, for progress */
    bool overlong;     /* one line over LINE_MAX_BYTES; text is only how it begins */
    bool unended;      /* the source ends inside this piece's last line, which is all of it */
    bool last;         /* nothing follows, as far as is known yet */
};

bool piece_init(struct piece *piece); /* false without memory */
void piece_done(struct piece *piece);

/* NULL without memory. One reader serves one source after the other. */
struct reader *reader_new(void);
void reader_free(struct reader *r);

/* A path, or "-" for standard input. ERR_NOINPUT. */
bool reader_open(struct reader *r, const char *path, struct err *err);
void reader_close(struct reader *r);
const struct reader_info *reader_info(const struct reader *r);

/* The next bytes, up to READER_HEAD_BYTES, which stay to be read; valid until the next call. */
bool reader_peek(struct reader *r, struct str *head, struct err *err);
/* On to that offset. *reached false: the source is shorter. */
bool reader_skip(struct reader *r, int64_t offset, bool *reached, struct err *err);
/* Into a piece that piece_init() made. *more false: at the end. ERR_IO when reading fails, or when gzip
 * data is damaged or ends early: the whole lines before that were given out. */
bool reader_next(struct reader *r, struct piece *piece, bool *more, struct err *err);
