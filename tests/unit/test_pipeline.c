/* Many pieces at once: what comes out depends on the text alone, not on the number of threads. */
#include "ingest/ingest.h"
#include "ingest/reader.h"
#include "store/store.h"
#include "tests/unit/scratch.h"

#include <criterion/criterion.h>
#include <zlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER  "#separator \\x09\n#path\tconn\n"
#define FIELDS  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
#define SWAPPED "#fields\tts\tuid\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p\tproto\tconn_state\n"
#define NAMES   "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
#define TURNED  "ts\tuid\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p\tproto\tconn_state\n"
#define OTHER   "#path\tdns\n"

static char path[256];

static void set_up(void)
{
    const char *tmp = getenv("TMPDIR");
    int fd;

    snprintf(path, sizeof(path), "%s/tocsin-pipeline-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
}

static void tear_down(void)
{
    unlink(path);
}

TestSuite(pipeline, .init = set_up, .fini = tear_down);

static void add_rows(struct buf *text, int from, int until)
{
    for (int i = from; i < until; i++)
        buf_printf(text, "%d.%06d\tC%d\t192.0.2.%d\t%d\t198.51.100.7\t22\ttcp\tS0\n", 1000 + i, i,
            i, i % 250, 1024 + i % 60000);
}

static void add_objects(struct buf *text, int from, int until)
{
    for (int i = from; i < until; i++)
        buf_printf(text,
            "{\"ts\":%d.5,\"uid\":\"C\\u0041%d\",\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":%d,"
            "\"id.resp_h\":\"2001:db8::%x\",\"id.resp_p\":22,\"proto\":\"tcp\",\"conn_state\":"
            "\"SF\"}\n",
            i, i, i % 65536, i % 5000);
}

static void write_text(const struct buf *text)
{
    FILE *f = fopen(path, "wb");

    cr_assert(f && !text->failed);
    cr_assert_eq(fwrite(text->text, 1, text->len, f), text->len);
    fclose(f);
}

static void write_gzip(const struct buf *text)
{
    gzFile f = gzopen(path, "wb1");

    cr_assert_not_null(f);
    cr_assert_eq(gzwrite(f, text->text, (unsigned)text->len), (int)text->len);
    gzclose(f);
}

static void on_reject(void *arg, const char *name, enum reject reason, int64_t line)
{
    (void)name;
    buf_printf(arg, "told %d at %lld\n", (int)reason, (long long)line);
}

static void on_failed(void *arg, const char *name, const struct err *err)
{
    (void)name;
    buf_printf(arg, "failed %d\n", (int)err->code);
}

static void on_progress(void *arg, const char *name, int64_t done, int64_t total)
{
    (void)name;
    buf_printf(arg, "progress %lld of %lld\n", (long long)done, (long long)total);
}

static int on_row(void *arg, int columns, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < columns; i++)
        buf_printf(arg, "%s\t", values[i] ? values[i] : "NULL");
    buf_addc(arg, '\n');
    return 0;
}

/* Everything that reading leaves behind, but where pieces were cut. */
static const char *const left_behind[] = {
    "SELECT f.*, (SELECT sensor FROM stretch WHERE first <= f.id ORDER BY first DESC) FROM flow f",
    "SELECT * FROM address6",
    "SELECT source, reason, offset, line, hex(text) FROM reject",
    "SELECT * FROM source_count",
    "SELECT head_len, head_hash, offset, header_offset, lines, stored, ignored, rejected, size "
    "FROM source",
};

/* All that is told and stored by so many threads. */
static struct buf outcome(unsigned threads)
{
    struct scratch x;
    struct buf out = {0};
    const struct ingest_events events = {
        .arg = &out, .failed = on_failed, .first_reject = on_reject, .progress = on_progress};
    struct ingest_totals totals;
    struct err err = {0};
    char *paths[] = {path, path};

    scratch_open(&x);
    cr_assert(ingest_paths_by(x.s, paths, 2, threads, &events, &totals, &err), "%s", err.text);
    buf_printf(&out, "%lld %lld %lld %lld\n", (long long)totals.lines, (long long)totals.stored,
        (long long)totals.rejected, (long long)totals.bytes);
    for (size_t i = 0; i < sizeof(left_behind) / sizeof(left_behind[0]); i++)
        cr_assert_eq(sqlite3_exec(x.s->db, left_behind[i], on_row, &out, NULL), SQLITE_OK, "%s",
            sqlite3_errmsg(x.s->db));
    scratch_close(&x);
    cr_assert_not(out.failed);
    return out;
}

/* Returns what is common to all. */
static struct buf same_by_any_number(void)
{
    struct buf alone = outcome(1);

    for (unsigned threads = 2; threads <= 4; threads += 2) {
        struct buf many = outcome(threads);
        cr_expect_eq(many.len, alone.len);
        cr_expect(str_eq(buf_str(&many), buf_str(&alone)), "%u threads", threads);
        buf_done(&many);
    }
    return alone;
}

static void expect_among(struct buf *all, const char *line)
{
    cr_expect(memmem(all->text, all->len, line, strlen(line)), "%s", line);
    buf_done(all);
}

Test(pipeline, headers_that_change_between_and_inside_pieces)
{
    struct buf text = {0}, all;

    buf_puts(&text, HEADER FIELDS);
    for (int i = 0; i < 40; i++) {
        add_rows(&text, i * 2000, i * 2000 + 2000);
        buf_puts(&text, i % 2 ? HEADER FIELDS : HEADER SWAPPED);
        if (i % 7 == 3)
            buf_puts(&text, OTHER);
    }
    add_rows(&text, 80000, 80001);
    cr_assert_gt(text.len, 4 * READER_PIECE_BYTES);
    write_text(&text);
    buf_done(&text);
    all = same_by_any_number();
    expect_among(&all, "\n80130 68001 0 ");
}

Test(pipeline, bare_names_that_come_again)
{
    struct buf text = {0}, all;

    for (int i = 0; i < 30; i++) {
        buf_puts(&text, i % 3 ? NAMES : TURNED);
        add_rows(&text, i * 2000, i * 2000 + 2000);
    }
    write_text(&text);
    buf_done(&text);
    all = same_by_any_number();
    expect_among(&all, "60030 60000 0 ");
}

Test(pipeline, rejected_lines_in_every_piece)
{
    struct buf text = {0}, all;

    buf_puts(&text, HEADER FIELDS);
    for (int i = 0; i < 60; i++) {
        add_rows(&text, i * 1000, i * 1000 + 1000);
        buf_printf(&text, i < 50 ? "17\n" : "x\tC\t192.0.2.1\t1\t192.0.2.2\t2\ttcp\tS0\n");
    }
    write_text(&text);
    buf_done(&text);
    all = same_by_any_number();
    cr_expect(memmem(all.text, all.len, "told 2 at 1004\n", 15));
    expect_among(&all, "told 4 at 51054\n");
}

Test(pipeline, lines_that_are_too_long_and_one_that_has_no_end)
{
    struct buf text = {0}, all;
    char *filler = malloc(3 * LINE_MAX_BYTES + 1);

    memset(filler, 'x', 3 * LINE_MAX_BYTES);
    filler[3 * LINE_MAX_BYTES] = '\0';
    buf_puts(&text, HEADER FIELDS);
    for (int i = 0; i < 5; i++) {
        add_rows(&text, i * 9000, i * 9000 + 9000);
        buf_puts(&text, filler);
        buf_addc(&text, '\n');
    }
    buf_puts(&text, "1.0\tC");
    write_text(&text);
    buf_done(&text);
    free(filler);
    all = same_by_any_number();
    expect_among(&all, "45008 45000 5 ");
}

Test(pipeline, objects_with_escapes_and_many_addresses)
{
    struct buf text = {0}, all;

    buf_puts(&text, "\xEF\xBB\xBF\n");
    add_objects(&text, 0, 30000);
    buf_puts(&text, "{\"ts\":");
    write_text(&text);
    buf_done(&text);
    all = same_by_any_number();
    expect_among(&all, "30001 30000 0 ");
}

Test(pipeline, gzip_and_gzip_that_is_cut)
{
    struct buf text = {0}, all;

    buf_puts(&text, HEADER FIELDS);
    add_rows(&text, 0, 60000);
    write_gzip(&text);
    buf_done(&text);
    all = same_by_any_number();
    expect_among(&all, "60003 60000 0 ");
    cr_assert_eq(truncate(path, 500000), 0);
    all = same_by_any_number();
    expect_among(&all, "failed ");
}
