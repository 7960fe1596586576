/* Pieces of files: plain, gzip in members, cut, too long. */
#include "ingest/parser.h"
#include "ingest/reader.h"

#include <criterion/criterion.h>
#include <zlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct reader *reader;
static struct piece given; /* whose buffer changes hands */
static char path[256];
static struct err err;

static void set_up(void)
{
    const char *tmp = getenv("TMPDIR");
    int fd;

    snprintf(path, sizeof(path), "%s/tocsin-reader-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    reader = reader_new();
    cr_assert_not_null(reader);
    cr_assert(piece_init(&given));
}

static void tear_down(void)
{
    reader_free(reader);
    piece_done(&given);
    unlink(path);
}

TestSuite(reader, .init = set_up, .fini = tear_down);

static void add(const void *bytes, size_t len)
{
    FILE *f = fopen(path, "ab");

    cr_assert_not_null(f);
    cr_assert_eq(fwrite(bytes, 1, len, f), len);
    fclose(f);
}

static size_t deflate_to(const char *text, size_t len, unsigned char *out, size_t room)
{
    z_stream z = {0};

    cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)text;
    z.avail_in = (unsigned)len;
    z.next_out = out;
    z.avail_out = (unsigned)room;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static void add_gzip(const char *text)
{
    unsigned char out[4096];

    add(out, deflate_to(text, strlen(text), out, sizeof(out)));
}

static void open_it(void)
{
    cr_assert(reader_open(reader, path, &err), "%s", err.text);
}

static struct piece next(void)
{
    bool more;

    cr_assert(reader_next(reader, &given, &more, &err), "%s", err.text);
    cr_assert(more);
    return given;
}

static void expect_end(void)
{
    bool more;

    cr_assert(reader_next(reader, &given, &more, &err), "%s", err.text);
    cr_expect_not(more);
}

static void expect_text(struct piece piece, const char *want)
{
    cr_expect(str_eq(piece.text, str_of(want)), "'%.*s'", (int)piece.text.len, piece.text.p);
}

Test(reader, gives_whole_lines_and_then_the_rest)
{
    add("one\ntwo\nthr", 11);
    open_it();
    struct piece p = next();
    expect_text(p, "one\ntwo\n");
    cr_expect_eq(p.end, 8);
    cr_expect_not(p.unended);
    cr_expect_not(p.last);
    p = next();
    expect_text(p, "thr");
    cr_expect(p.unended);
    cr_expect(p.last);
    cr_expect_eq(p.offset, 8);
    expect_end();
}

Test(reader, a_missing_file_is_no_input)
{
    cr_expect_not(reader_open(reader, "/nowhere/at/all", &err));
    cr_expect_eq(err.code, ERR_NOINPUT);
}

Test(reader, an_empty_file_has_no_pieces)
{
    struct str head;

    open_it();
    cr_assert(reader_peek(reader, &head, &err));
    cr_expect_eq(head.len, 0);
    expect_end();
}

Test(reader, peeking_takes_nothing)
{
    struct str head;

    add("one\ntwo\n", 8);
    open_it();
    cr_assert(reader_peek(reader, &head, &err));
    cr_expect_eq(head.len, 8);
    expect_text(next(), "one\ntwo\n");
}

Test(reader, gzip_is_known_by_its_magic_in_several_members)
{
    add_gzip("one\ntw");
    add_gzip("o\n");
    add_gzip("");
    add_gzip("three\n");
    add("\0\0\0\0", 4);
    open_it();
    cr_expect(reader_info(reader)->gzip);
    struct piece p = next();
    expect_text(p, "one\ntwo\nthree\n");
    cr_expect_eq(p.end, 14);
    expect_end();
}

Test(reader, cut_gzip_gives_its_lines_and_then_an_error)
{
    unsigned char out[4096];
    char text[3000];
    bool more;

    srand(1);
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 50 == 49 ? '\n' : (char)('a' + rand() % 26);
    size_t len = deflate_to(text, sizeof(text), out, sizeof(out));
    add(out, len / 2);
    open_it();
    struct piece p = next();
    cr_expect_gt(p.text.len, 0);
    cr_expect_eq(p.text.p[p.text.len - 1], '\n');
    cr_expect_not(p.last);
    cr_expect_not(reader_next(reader, &given, &more, &err));
    cr_expect_eq(err.code, ERR_IO);
}

Test(reader, damaged_gzip_is_an_error)
{
    unsigned char out[4096];
    bool more;
    size_t len = deflate_to("one\ntwo\n", 8, out, sizeof(out));

    out[len - 6] ^= 0xFF;
    add(out, len);
    open_it();
    while (reader_next(reader, &given, &more, &err))
        cr_assert(more, "ended without an error");
    cr_expect_eq(err.code, ERR_IO);
}

Test(reader, skips_forward_in_plain_and_gzip)
{
    bool reached;

    add("one\ntwo\n", 8);
    open_it();
    cr_assert(reader_skip(reader, 4, &reached, &err));
    cr_expect(reached);
    expect_text(next(), "two\n");
    open_it();
    cr_assert(reader_skip(reader, 9, &reached, &err));
    cr_expect_not(reached);
    cr_assert_eq(truncate(path, 0), 0);
    add_gzip("one\ntwo\n");
    open_it();
    cr_assert(reader_skip(reader, 4, &reached, &err));
    cr_expect(reached);
    struct piece p = next();
    expect_text(p, "two\n");
    cr_expect_eq(p.offset, 4);
}

static char *filled(size_t len, char with)
{
    char *text = malloc(len);

    cr_assert_not_null(text);
    memset(text, with, len);
    return text;
}

Test(reader, pieces_end_at_line_ends_and_join_up)
{
    const size_t line = 1000, lines = 5000;
    char *text = filled(line, 'x');
    int64_t offset = 0;
    struct piece p;

    text[line - 1] = '\n';
    for (size_t i = 0; i < lines; i++)
        add(text, line);
    free(text);
    open_it();
    do {
        p = next();
        cr_assert_eq(p.offset, offset);
        cr_assert_eq(p.end, offset + (int64_t)p.text.len);
        cr_assert_eq(p.text.len % line, 0);
        cr_assert_eq(p.text.p[p.text.len - 1], '\n');
        offset = p.end;
    } while (offset < (int64_t)(line * lines));
    cr_expect_leq(p.text.len, READER_PIECE_BYTES);
}

Test(reader, passes_over_a_line_that_is_too_long)
{
    size_t len = 3 * LINE_MAX_BYTES;
    char *text = filled(len, 'x');
    struct piece p;

    add("one\n", 4);
    add(text, len);
    add("\ntwo\n", 5);
    free(text);
    open_it();
    expect_text(next(), "one\n");
    p = next();
    cr_expect(p.overlong);
    cr_expect_not(p.unended);
    cr_expect_eq(p.offset, 4);
    cr_expect_eq(p.end, 4 + (int64_t)len + 1);
    cr_expect_eq(p.text.p[0], 'x');
    p = next();
    expect_text(p, "two\n");
    cr_expect_eq(p.offset, 4 + (int64_t)len + 1);
}

Test(reader, the_longest_line_is_not_too_long)
{
    char *text = filled(LINE_MAX_BYTES, 'x');

    add("one\n", 4);
    add(text, LINE_MAX_BYTES);
    add("\n", 1);
    free(text);
    open_it();
    expect_text(next(), "one\n");
    struct piece p = next();
    cr_expect_not(p.overlong);
    cr_expect_eq(p.text.len, LINE_MAX_BYTES + 1);
}

Test(reader, a_piece_keeps_its_text_while_others_are_read)
{
    struct piece first, second;
    char *text = filled(3 * READER_PIECE_BYTES, 'x');
    bool more;

    for (size_t i = 0; i < 3 * (size_t)READER_PIECE_BYTES; i += 1024)
        text[i] = '\n';
    add(text, 3 * (size_t)READER_PIECE_BYTES);
    open_it();
    cr_assert(piece_init(&first) && piece_init(&second));
    cr_assert(reader_next(reader, &first, &more, &err) && more);
    cr_assert(reader_next(reader, &second, &more, &err) && more);
    cr_expect_eq(second.offset, first.end);
    cr_expect_eq(memcmp(first.text.p, text, first.text.len), 0);
    cr_expect_eq(memcmp(second.text.p, text + second.offset, second.text.len), 0);
    cr_expect_leq(first.raw_bytes, second.raw_bytes);
    free(text);
    piece_done(&first);
    piece_done(&second);
}

Test(reader, more_gzip_than_a_buffer_holds)
{
    const size_t len = 5 * (size_t)READER_PIECE_BYTES;
    char *text = filled(len, 'x');
    unsigned char *out = malloc(len);
    int64_t end = 0;
    struct piece p;

    cr_assert_not_null(out);
    srand(1);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 100 == 99 ? '\n' : (char)('a' + rand() % 26);
    add(out, deflate_to(text, len, out, len));
    open_it();
    do {
        p = next();
        cr_assert_eq(memcmp(p.text.p, text + end, p.text.len), 0);
        end = p.end;
    } while (!p.last);
    cr_expect_eq(end, (int64_t)len);
    free(text);
    free(out);
}
