/* Any bytes as a file, and any text as gzip members that are then cut or damaged, through the reader of files.
 *
 * An input begins with six bytes that say what is made of the rest: see make_file(). The text that the reader
 * gives out is compared with the text that went in, and going on in the middle with reading from
 * the beginning. */
#include "ingest/reader.h"

#include <zlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECIPE_BYTES  6
#define TEXT_MAX      (3 << 20)
#define PADDING_BYTES 32

enum { AS_IT_IS = 1, CUT = 2, DAMAGED = 4, PADDED = 8 };

struct file {
    char *text; /* what it should inflate to */
    size_t text_len;
    bool whole;  /* neither cut nor damaged */
    bool prefix; /* what can be read is how the text begins */
    unsigned char *bytes;
    size_t len, cap;
};

/* ------------------------------------------------------------------ what is read */

static void repeat(struct file *f, const uint8_t *data, size_t size, size_t times)
{
    while (times > 1 && times * size > TEXT_MAX)
        times /= 2;
    f->text_len = times * size;
    f->text = malloc(f->text_len + 1);
    for (size_t i = 0; f->text && i < times; i++)
        memcpy(f->text + i * size, data, size);
}

static void add_member(struct file *f, const char *text, size_t len)
{
    z_stream z = {0};

    if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    z.next_in = (unsigned char *)(uintptr_t)text;
    z.avail_in = (unsigned)len;
    z.next_out = f->bytes + f->len;
    z.avail_out = (unsigned)(f->cap - f->len);
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    f->len = f->cap - z.avail_out;
    deflateEnd(&z);
}

static void compress_text(struct file *f, size_t members)
{
    size_t each = f->text_len / members;

    f->cap = f->text_len + f->text_len / 100 + 1024 * members + PADDING_BYTES;
    f->bytes = malloc(f->cap);
    for (size_t i = 0; f->bytes && i < members; i++)
        add_member(f, f->text + i * each, i + 1 < members ? each : f->text_len - i * each);
}

static bool is_gzip(const struct file *f)
{
    return f->bytes && f->len >= 3 && memcmp(f->bytes, "\x1f\x8b\x08", 3) == 0;
}

static void pad(struct file *f, unsigned char with)
{
    memset(f->bytes + f->len, with, PADDING_BYTES);
    f->len += PADDING_BYTES;
}

/* flags; members; how often the text is repeated; where it is cut or damaged, by two bytes. */
static void make_file(struct file *f, const uint8_t *data, size_t size)
{
    unsigned flags = data[0];
    size_t where;

    *f = (struct file){.whole = true};
    repeat(f, data + RECIPE_BYTES, size - RECIPE_BYTES,
        flags & AS_IT_IS ? 1 : 1 + (data[2] < 192 ? data[2] / 16u : data[2] * 64u));
    if (flags & AS_IT_IS) {
        f->len = f->text_len;
        f->bytes = malloc(f->len + 1);
        if (f->bytes && f->text)
            memcpy(f->bytes, f->text, f->len);
        f->whole = f->prefix = !is_gzip(f);
        return;
    }
    if (f->text)
        compress_text(f, 1u + data[1] % 16);
    if (!f->bytes)
        return;
    where = (data[4] * 256u + data[5]) * f->len / 65536;
    if (flags & DAMAGED && where < f->len)
        f->bytes[where] ^= data[3];
    else if (flags & CUT)
        f->len = where;
    else if (flags & PADDED)
        pad(f, data[3]);
    f->whole = !(flags & (DAMAGED | CUT));
    f->prefix = !(flags & DAMAGED) && is_gzip(f);
}

/* ------------------------------------------------------------------ how it is read */

/* Every piece follows the one before, ends at a line's end, and says so where it does not. */
static void check_piece(const struct piece *p, int64_t before)
{
    bool ended = p->text.len > 0 && p->text.p[p->text.len - 1] == '\n';

    if (p->offset != before || p->end < p->offset || p->text.p != p->buffer)
        abort();
    if (!p->overlong && ((int64_t)p->text.len != p->end - p->offset || ended == p->unended))
        abort();
    if (p->overlong && p->end - p->offset <= LINE_MAX_BYTES)
        abort();
}

static void compare(const struct file *f, const struct piece *p)
{
    if (p->end > (int64_t)f->text_len || memcmp(f->text + p->offset, p->text.p, p->text.len) != 0)
        abort();
}

/* How far reading came, whether that was the end, and the start of a line on the way. */
struct reach {
    int64_t end, line;
    bool ok;
};

static struct reach read_pieces(
    struct reader *r, struct piece *piece, const struct file *f, int64_t from)
{
    struct reach reach = {from, from, true};
    struct err err = {0};
    bool more;

    for (;;) {
        reach.ok = reader_next(r, piece, &more, &err);
        if (reach.ok == (err.code != ERR_NONE))
            abort();
        if (!reach.ok || !more)
            return reach;
        check_piece(piece, reach.end);
        if (f->prefix)
            compare(f, piece);
        const char *newline = memchr(piece->text.p, '\n', piece->text.len);
        reach.line =
            piece->offset + (newline && !piece->overlong ? newline + 1 - piece->text.p : 0);
        reach.end = piece->end;
    }
}

static void check_file(const char *path, const struct file *f)
{
    static struct reader *r;
    static struct piece piece;
    struct reach first, again;
    struct err err = {0};
    struct str head;
    bool reached;

    if (!r && (!(r = reader_new()) || !piece_init(&piece)))
        abort();
    if (!reader_open(r, path, &err) || reader_info(r)->gzip != is_gzip(f))
        abort();
    first = read_pieces(r, &piece, f, 0);
    if (f->whole && (!first.ok || first.end != (int64_t)f->text_len))
        abort();
    if (!reader_open(r, path, &err))
        abort();
    if (!reader_peek(r, &head, &err))
        return;
    if (!reader_skip(r, first.line, &reached, &err) || !reached)
        abort();
    again = read_pieces(r, &piece, f, first.line);
    /* How much comes out before damage is seen depends on how much was asked for. */
    if ((f->prefix && again.end != first.end) || again.ok != first.ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[64];
    struct file f;

    if (size < RECIPE_BYTES)
        return 0;
    if (fd < 0 && (fd = memfd_create("fuzz", 0)) < 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    make_file(&f, data, size);
    if (f.text && f.bytes && ftruncate(fd, 0) == 0 &&
        pwrite(fd, f.bytes, f.len, 0) == (ssize_t)f.len)
        check_file(path, &f);
    free(f.text);
    free(f.bytes);
    return 0;
}
