/* Where reading stopped, per file generation, kept in the same transaction as the rows. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct batch;

/* A file generation is named by the hash of the first head_len bytes of its inflated text,
 * head_len = min(SOURCE_HEAD_BYTES, length when first read). */
#define SOURCE_HEAD_BYTES 4096
#define SOURCE_TAIL_BYTES 4096

#define SOURCE_REASONS 32 /* at least as many as enum ignore and enum reject have */

struct source {
    int64_t id;         /* 0: not stored yet */
    uint64_t head_hash; /* str_hash() */
    uint32_t head_len;
    int format;         /* enum format */
    int64_t offset;     /* inflated bytes read, always at a line end */
    uint64_t tail_hash; /* of the last tail_len bytes before `offset`: what is gone on from */
    uint32_t tail_len;
    int64_t header_offset; /* where the Zeek header in force begins, -1 without one */
    int64_t lines, stored, ignored, rejected; /* since the source was first read */
    /* Of these, by enum ignore and enum reject, what came since the last store_put(), which adds
     * it to what is kept and begins again at 0. */
    int64_t ignored_as[SOURCE_REASONS], rejected_as[SOURCE_REASONS];
    int64_t device, inode, size, mtime_ns; /* short cut: unchanged means nothing new */
    const char *path;                      /* under which it was last read; copied by the store */
};

/* The distinct head lengths of all stored sources, ascending; *lengths is malloc'ed. */
bool store_source_head_lengths(struct store *s, uint32_t **lengths, size_t *count, struct err *err);
/* The newest generation of that head with an id below `below` (INT64_MAX: the newest of all): files
 * may begin alike and go on differently. *found false: no such generation. source->path is owned
 * by the store, valid until the next call with the same store. */
bool store_source_find(struct store *s, uint32_t head_len, uint64_t head_hash, int64_t below,
    struct source *source, bool *found, struct err *err);
/* By device, inode, size and mtime: true in *found when the very file was read to its end before;
 * *source as in store_source_find(). */
bool store_source_unchanged(struct store *s, int64_t device, int64_t inode, int64_t size,
    int64_t mtime_ns, struct source *source, bool *found, struct err *err);
/* That generation has another name now. */
bool store_source_rename(struct store *s, int64_t id, const char *path, struct err *err);

/* Adds the name under which a file with that device and inode was last read; nothing for none. */
bool store_source_path(
    struct store *s, int64_t device, int64_t inode, struct buf *path, struct err *err);

/* A rejected line, kept so that it can be shown. At most 20 are kept per source and reason; the
 * counts go on. text is cut at 512 bytes. */
struct reject_note {
    int reason;           /* enum reject */
    int64_t offset, line; /* of the line's first byte; line counts from 1 */
    struct str text;
};

/* The batch's rows, the source's new state (inserted when id is 0, which is then set) and the notes,
 * in a transaction of their own, or in the caller's, which then must be rolled back on failure. */
bool store_put(struct store *s, struct source *source, struct batch *batch,
    const struct reject_note *notes, size_t note_count, struct err *err);
