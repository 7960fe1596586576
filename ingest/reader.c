/* Bytes of a file or stream, inflated when they are gzip, in pieces that end at line ends. */
#include "ingest/reader.h"

#include "ingest/inflate.h"
#include "ingest/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_BYTES        (256 * 1024)
#define OVERLONG_SHOWN   1024 /* of a line that is too long, kept to show it */
#define NANOS_PER_SECOND INT64_C(1000000000)

struct reader {
    int fd;
    bool owns_fd;
    struct reader_info info;
    char *buffer; /* READER_BUFFER_BYTES: inflated text from start to end */
    size_t start, end;
    int64_t offset;     /* inflated, of buffer[start] */
    bool at_end;        /* nothing more comes into the buffer */
    unsigned char *raw; /* RAW_BYTES: file bytes from raw_start to raw_end */
    size_t raw_start, raw_end;
    bool raw_ended;
    int64_t raw_bytes;
    struct inflate *inflate; /* made for the first gzip file, then kept */
    bool between;            /* two members of a gzip file */
    struct err broken;       /* why no more can be read; told after what could be */
};

struct reader *reader_new(void)
{
    struct reader *r = calloc(1, sizeof(*r));

    if (!r)
        return NULL;
    r->fd = -1;
    r->buffer = malloc(READER_BUFFER_BYTES);
    r->raw = malloc(RAW_BYTES);
    if (r->buffer && r->raw)
        return r;
    reader_free(r);
    return NULL;
}

void reader_close(struct reader *r)
{
    if (r->owns_fd)
        close(r->fd);
    r->owns_fd = false;
    r->fd = -1;
}

void reader_free(struct reader *r)
{
    if (!r)
        return;
    reader_close(r);
    inflate_free(r->inflate);
    free(r->buffer);
    free(r->raw);
    free(r);
}

bool piece_init(struct piece *piece)
{
    *piece = (struct piece){.buffer = malloc(READER_BUFFER_BYTES)};
    return piece->buffer != NULL;
}

void piece_done(struct piece *piece)
{
    free(piece->buffer);
    *piece = (struct piece){0};
}

const struct reader_info *reader_info(const struct reader *r)
{
    return &r->info;
}

static ssize_t read_some(struct reader *r, void *to, size_t room)
{
    ssize_t got;

    do
        got = read(r->fd, to, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        err_set(&r->broken, ERR_IO, "cannot read: %s", strerror(errno));
    if (got > 0)
        r->raw_bytes += got;
    return got;
}

/* More file bytes behind those that are there. */
static void fill_raw(struct reader *r)
{
    ssize_t got;

    if (r->raw_start == r->raw_end)
        r->raw_start = r->raw_end = 0;
    if (r->raw_end == RAW_BYTES || r->raw_ended)
        return;
    got = read_some(r, r->raw + r->raw_end, RAW_BYTES - r->raw_end);
    if (got > 0)
        r->raw_end += (size_t)got;
    else
        r->raw_ended = true;
}

static bool is_gzip(const unsigned char *p, size_t len)
{
    return len >= 3 && p[0] == 0x1F && p[1] == 0x8B && p[2] == 8;
}

static bool stat_source(struct reader *r, struct err *err)
{
    struct stat st;

    if (fstat(r->fd, &st) != 0)
        return err_set(err, ERR_NOINPUT, "cannot be examined: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_NOINPUT, "is a directory");
    r->info.stream = !S_ISREG(st.st_mode);
    r->info.device = (int64_t)st.st_dev;
    r->info.inode = (int64_t)st.st_ino;
    r->info.size = (int64_t)st.st_size;
    r->info.mtime_ns = (int64_t)st.st_mtim.tv_sec * NANOS_PER_SECOND + st.st_mtim.tv_nsec;
    return true;
}

/* Reads the magic and, for plain text, hands the bytes read so far over to the buffer. */
static bool begin(struct reader *r, struct err *err)
{
    while (r->raw_end < 3 && !r->raw_ended)
        fill_raw(r);
    r->info.gzip = is_gzip(r->raw, r->raw_end);
    if (r->info.gzip) {
        if (!r->inflate && !(r->inflate = inflate_new()))
            return err_nomem(err);
        inflate_reset(r->inflate);
        return true;
    }
    memcpy(r->buffer, r->raw, r->raw_end);
    r->end = r->raw_end;
    r->at_end = r->raw_ended;
    return true;
}

bool reader_open(struct reader *r, const char *path, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;

    reader_close(r);
    r->info = (struct reader_info){0};
    r->start = r->end = r->raw_start = r->raw_end = 0;
    r->offset = r->raw_bytes = 0;
    r->at_end = r->raw_ended = r->between = false;
    r->broken = (struct err){0};
    r->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (r->fd < 0)
        return err_set(err, ERR_NOINPUT, "cannot be opened: %s", strerror(errno));
    r->owns_fd = !standard;
    if (stat_source(r, err) && begin(r, err))
        return true;
    reader_close(r);
    return false;
}

/* Up to one piece first; beyond it only for a line that did not end there. */
static size_t room(const struct reader *r)
{
    return (r->end < READER_PIECE_BYTES ? READER_PIECE_BYTES : READER_BUFFER_BYTES) - r->end;
}

static void fill_plain(struct reader *r)
{
    ssize_t got = read_some(r, r->buffer + r->end, room(r));

    if (got > 0)
        r->end += (size_t)got;
    else
        r->at_end = true;
}

/* At the end of a member: another may follow; anything else there is padding. */
static void next_member(struct reader *r)
{
    while (r->raw_end - r->raw_start < 3 && !r->raw_ended && r->raw_end < RAW_BYTES)
        fill_raw(r);
    if (!is_gzip(r->raw + r->raw_start, r->raw_end - r->raw_start)) {
        r->at_end = true;
        return;
    }
    inflate_reset(r->inflate);
    r->between = false;
}

static void fill_gzip(struct reader *r)
{
    const unsigned char *in;
    char *out = r->buffer + r->end;
    size_t in_len, left = room(r);
    enum inflated result;
    bool moved;

    if (r->raw_start == r->raw_end)
        fill_raw(r);
    if (r->between) {
        next_member(r);
        return;
    }
    in = r->raw + r->raw_start;
    in_len = r->raw_end - r->raw_start;
    result = inflate_step(r->inflate, &in, &in_len, &out, &left);
    moved = in_len < r->raw_end - r->raw_start || out > r->buffer + r->end;
    r->raw_start = r->raw_end - in_len;
    r->end = (size_t)(out - r->buffer);
    r->between = result == INFLATED_MEMBER;
    if (r->between || (result == INFLATED_SOME && moved))
        return;
    r->at_end = true;
    if (result == INFLATED_SOME)
        err_set(&r->broken, ERR_IO, "gzip data ends early");
    else
        err_set(&r->broken, ERR_IO, "gzip data is damaged");
}

/* More text behind what is there; needs room. Errors are kept in r->broken. */
static void fill(struct reader *r)
{
    if (r->info.gzip)
        fill_gzip(r);
    else
        fill_plain(r);
}

/* Moves what is left to the front, so that there is room behind it. */
static void make_room(struct reader *r)
{
    if (r->start == 0)
        return;
    memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
}

static void consume(struct reader *r, size_t len)
{
    r->start += len;
    r->offset += (int64_t)len;
}

static bool tell_broken(struct reader *r, struct err *err)
{
    if (r->broken.code == ERR_NONE)
        return true;
    return err_set(err, r->broken.code, "%s", r->broken.text);
}

bool reader_peek(struct reader *r, struct str *head, struct err *err)
{
    make_room(r);
    while (r->end < READER_HEAD_BYTES && !r->at_end)
        fill(r);
    if (r->end == 0 && !tell_broken(r, err))
        return false;
    *head = (struct str){r->buffer, r->end < READER_HEAD_BYTES ? r->end : READER_HEAD_BYTES};
    return true;
}

/* A plain file is sought instead of read. */
static bool seek_plain(struct reader *r, int64_t offset, bool *reached, struct err *err)
{
    if (offset > r->info.size) {
        *reached = false;
        return true;
    }
    if (lseek(r->fd, (off_t)offset, SEEK_SET) < 0)
        return err_set(err, ERR_IO, "cannot seek: %s", strerror(errno));
    r->start = r->end = 0;
    r->offset = r->raw_bytes = offset;
    r->at_end = false;
    *reached = true;
    return true;
}

bool reader_skip(struct reader *r, int64_t offset, bool *reached, struct err *err)
{
    bool buffered = offset - r->offset <= (int64_t)(r->end - r->start);

    if (!buffered && !r->info.gzip && !r->info.stream)
        return seek_plain(r, offset, reached, err);
    for (;;) {
        int64_t left = offset - r->offset;
        int64_t here = (int64_t)(r->end - r->start);
        consume(r, (size_t)(left < here ? left : here));
        if (r->offset == offset || r->at_end)
            break;
        make_room(r);
        fill(r);
    }
    *reached = r->offset == offset;
    return true;
}

/* Passes over the rest of a line that does not fit; its beginning stays at the front. */
static void pass_overlong(struct reader *r, struct piece *piece)
{
    const char *newline = NULL;

    piece->text = (struct str){r->buffer, OVERLONG_SHOWN};
    piece->overlong = true;
    consume(r, r->end - r->start);
    while (!newline && !r->at_end) {
        r->start = r->end = OVERLONG_SHOWN;
        fill(r);
        newline = memchr(r->buffer + r->start, '\n', r->end - r->start);
        consume(r, newline ? (size_t)(newline + 1 - (r->buffer + r->start)) : r->end - r->start);
    }
    piece->unended = !newline;
}

/* The text goes away with the buffer; what follows it moves into the piece's old one. */
static void hand_over(struct reader *r, struct piece *piece)
{
    char *text = r->buffer;

    r->end -= r->start;
    memcpy(piece->buffer, text + r->start, r->end);
    r->start = 0;
    r->buffer = piece->buffer;
    piece->buffer = text;
    piece->end = r->offset;
    piece->raw_bytes = r->raw_bytes;
}

static const char *last_newline(const struct reader *r, size_t from)
{
    return memrchr(r->buffer + from, '\n', r->end - from);
}

bool reader_next(struct reader *r, struct piece *piece, bool *more, struct err *err)
{
    const char *newline = NULL;
    size_t searched;

    make_room(r);
    *piece = (struct piece){.buffer = piece->buffer, .offset = r->offset};
    while (r->end < READER_PIECE_BYTES && !r->at_end)
        fill(r);
    newline = last_newline(r, 0);
    while (!newline && !r->at_end && r->end <= LINE_MAX_BYTES) {
        searched = r->end;
        fill(r);
        newline = last_newline(r, searched);
    }
    if (r->end == 0 || (!newline && r->at_end && r->broken.code != ERR_NONE)) {
        *more = false;
        return tell_broken(r, err);
    }
    if (!newline && !r->at_end) {
        pass_overlong(r, piece);
    } else {
        size_t len = newline ? (size_t)(newline + 1 - r->buffer) : r->end;
        piece->text = (struct str){r->buffer, len};
        piece->unended = !newline;
        consume(r, len);
    }
    piece->last = r->at_end && r->start == r->end && r->broken.code == ERR_NONE;
    hand_over(r, piece);
    *more = true;
    return true;
}
