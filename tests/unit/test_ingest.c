/* Files into a database: resuming, rotation, copies, damage. */
#include "ingest/ingest.h"
#include "store/store.h"
#include "tests/unit/scratch.h"

#include <criterion/criterion.h>
#include <zlib.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER                                                                                     \
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
#define FIELDS  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
#define SWAPPED "#fields\tts\tuid\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p\tproto\tconn_state\n"

static struct scratch scratch;
static struct folder folder;
static struct ingest_totals totals;
static struct buf told;

static void set_up(void)
{
    scratch_open(&scratch);
    folder_open(&folder);
}

static void in_dir(char path[512], const char *name)
{
    snprintf(path, 512, "%s/%s", folder.path, name);
}

static void tear_down(void)
{
    scratch_close(&scratch);
    buf_done(&told);
    folder_close(&folder);
}

TestSuite(ingest, .init = set_up, .fini = tear_down);

static void write_file(const char *name, const char *mode, const char *text)
{
    char path[512];
    FILE *f;

    in_dir(path, name);
    f = fopen(path, mode);
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    fclose(f);
}

static void write_gzip(const char *name, const char *text)
{
    char path[512];
    gzFile f;

    in_dir(path, name);
    f = gzopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(gzwrite(f, text, (unsigned)strlen(text)), (int)strlen(text));
    gzclose(f);
}

static void add_rows(struct buf *text, int from, int until)
{
    for (int i = from; i < until; i++)
        buf_printf(
            text, "%d.0\tC%d\t192.0.2.1\t%d\t198.51.100.7\t22\ttcp\tS0\n", 1000 + i, i, 1024 + i);
}

static void write_rows(const char *name, const char *mode, const char *before, int from, int until)
{
    struct buf text = {0};

    buf_puts(&text, before);
    add_rows(&text, from, until);
    write_file(name, mode, text.text);
    buf_done(&text);
}

static void on_foreign(void *arg, const char *path, const char *why)
{
    (void)arg;
    buf_printf(&told, "%s: %s\n", strrchr(path, '/') + 1, why);
}

static void on_failed(void *arg, const char *path, const struct err *err)
{
    (void)arg;
    buf_printf(&told, "%s! %d\n", strrchr(path, '/') + 1, (int)err->code);
}

static void on_reject(void *arg, const char *path, enum reject reason, int64_t line)
{
    (void)arg;
    (void)path;
    buf_printf(&told, "line %lld: %s\n", (long long)line, reject_names[reason]);
}

static bool ingest(const char *name, struct err *err)
{
    const struct ingest_events events = {
        .foreign = on_foreign, .failed = on_failed, .first_reject = on_reject};
    char path[512];
    char *paths[] = {path};

    in_dir(path, name);
    return ingest_paths(scratch.s, paths, 1, &events, &totals, err);
}

static void take(const char *name)
{
    struct err err = {0};

    cr_assert(ingest(name, &err), "%s", err.text);
}

static void expect_stored(int64_t stored, int64_t all)
{
    struct store_info info;
    struct err err = {0};

    cr_expect_eq(totals.stored, stored, "stored %lld", (long long)totals.stored);
    cr_assert(store_info(scratch.s, &info, &err), "%s", err.text);
    cr_expect_eq(info.flows, all, "%lld flows in all", (long long)info.flows);
}

static void expect_told(const char *want)
{
    cr_expect_str_eq(told.text ? told.text : "", want);
}

Test(ingest, goes_on_where_it_stopped)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 10);
    take("a.log");
    expect_stored(10, 10);
    cr_expect_eq(totals.files, 1);
    cr_expect_eq(totals.lines, 16);
    take("a.log");
    expect_stored(0, 10);
    cr_expect_eq(totals.files_unchanged, 1);
    write_rows("a.log", "a", "", 10, 15);
    take("a.log");
    expect_stored(5, 15);
    cr_expect_eq(totals.lines, 5);
}

Test(ingest, the_header_in_force_is_found_again)
{
    struct buf rows = {0};

    write_rows("a.log", "w", HEADER FIELDS, 0, 200);
    write_rows("a.log", "a", HEADER SWAPPED, 200, 210);
    take("a.log");
    expect_stored(210, 210);
    scratch_reopen(&scratch, STORE_WRITE);
    add_rows(&rows, 210, 211);
    write_file("a.log", "a", rows.text);
    buf_done(&rows);
    take("a.log");
    expect_stored(1, 211);
    scratch_run(&scratch,
        "CREATE TEMP TABLE last AS SELECT orig_port FROM flow ORDER BY id DESC LIMIT 1;"
        "CREATE TEMP TABLE one (v CHECK (v = 22));"
        "INSERT INTO one SELECT orig_port FROM last;");
}

/* As it stands when a kill came between two commits, or when somebody was still writing. */
Test(ingest, a_header_that_was_read_by_halves_is_one)
{
    write_rows("a.log", "w", HEADER SWAPPED, 0, 1);
    write_file("a.log", "a", HEADER FIELDS);
    take("a.log");
    expect_stored(1, 1);
    write_rows("a.log", "a", "#unset_field\tnone\n#types\ttime\n", 1, 3);
    take("a.log");
    expect_stored(2, 3);
    write_rows("a.log", "a", "", 3, 4);
    take("a.log");
    expect_stored(1, 4);
    cr_expect_eq(totals.rejected, 0);
}

Test(ingest, a_last_line_without_its_end_waits)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 3);
    write_file("a.log", "a", "1003.0\tC3\t192.0.2.1\t10");
    take("a.log");
    expect_stored(3, 3);
    cr_expect_eq(totals.rejected, 0);
    take("a.log");
    expect_stored(0, 3);
    write_file("a.log", "a", "27\t198.51.100.7\t22\ttcp\tS0\n");
    take("a.log");
    expect_stored(1, 4);
    cr_expect_eq(totals.rejected, 0);
}

#define OBJECT(t, uid)                                                                             \
    "{\"ts\":" t ",\"uid\":\"" uid                                                                 \
    "\",\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":1,\"id.resp_h\":\"192.0.2.2\",\"id.resp_p\":2,\"proto\":\"udp\",\"conn_state\":\"S0\"}"

Test(ingest, a_whole_object_needs_no_line_end)
{
    write_file("a.log", "w", OBJECT("1.0", "Ca") "\n" OBJECT("2.0", "Cb"));
    take("a.log");
    expect_stored(2, 2);
    write_file("a.log", "a", "\n" OBJECT("3.0", "Cc") "\n{\"ts\":4.0,\"x\":{}");
    take("a.log");
    expect_stored(1, 3);
    cr_expect_eq(totals.rejected, 0, "the cut object waits");
}

Test(ingest, a_last_column_may_be_cut_so_a_row_waits)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 3);
    write_file("a.log", "a", "1003.0\tC3\t192.0.2.1\t1027\t198.51.100.7\t22\ttcp\tS");
    take("a.log");
    expect_stored(3, 3);
    write_file("a.log", "a", "F\n");
    take("a.log");
    expect_stored(1, 4);
}

Test(ingest, a_rotated_and_compressed_file_goes_on)
{
    struct buf text = {0};

    write_rows("a.log", "w", HEADER FIELDS, 0, 300);
    take("a.log");
    expect_stored(300, 300);
    buf_puts(&text, HEADER FIELDS);
    add_rows(&text, 0, 310);
    write_gzip("a.log.gz", text.text);
    buf_done(&text);
    take("a.log.gz");
    expect_stored(10, 310);
    cr_expect_eq(totals.lines, 10);
}

static void touch_file(const char *name)
{
    static const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    char path[512];

    in_dir(path, name);
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void expect_mtime(int64_t seconds)
{
    struct query *q =
        store_query(scratch.s, "time", "SELECT mtime_ns / 1000000000 FROM source WHERE id = 1");
    struct err err = {0};

    cr_assert(query_step(q));
    cr_expect_eq(query_i(q, 0), seconds);
    cr_assert(query_done(q, &err));
}

/* Else it would be opened and looked at in every run from then on. */
Test(ingest, a_file_with_a_new_time_and_nothing_new_is_remembered)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 3);
    take("a.log");
    touch_file("a.log");
    take("a.log");
    expect_stored(0, 3);
    cr_expect_eq(totals.files_unchanged, 1);
    expect_mtime(1000000000);
}

static void rename_file(const char *from, const char *to)
{
    char old[512], new[512];

    in_dir(old, from);
    in_dir(new, to);
    cr_assert_eq(rename(old, new), 0);
}

static void expect_path(const char *name)
{
    char path[512];
    struct query *q = store_query(scratch.s, "path", "SELECT path FROM source WHERE id = 1");
    struct err err = {0};

    in_dir(path, name);
    cr_assert(query_step(q));
    cr_expect(str_eq(query_s(q, 0), str_of(path)), "%.*s", (int)query_s(q, 0).len, query_s(q, 0).p);
    cr_expect_not(query_step(q), "one source");
    cr_assert(query_done(q, &err));
}

Test(ingest, a_file_that_was_only_renamed_has_its_new_name)
{
    char old[512], new[512];

    write_rows("a.log", "w", HEADER FIELDS, 0, 3);
    take("a.log");
    rename_file("a.log", "b.log");
    take("b.log");
    expect_stored(0, 3);
    cr_expect_eq(totals.files_unchanged, 1);
    expect_path("b.log");
    in_dir(old, "b.log");
    in_dir(new, "a.log");
    cr_assert_eq(link(old, new), 0);
    take("a.log");
    expect_path("b.log");
}

Test(ingest, a_copy_is_not_imported_again)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 10);
    write_rows("b.log", "w", HEADER FIELDS, 0, 10);
    take("");
    expect_stored(10, 10);
    cr_expect_eq(totals.files, 2);
    cr_expect_eq(totals.files_unchanged, 1);
}

Test(ingest, a_shorter_copy_gives_nothing)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 300);
    take("a.log");
    write_rows("b.log", "w", HEADER FIELDS, 0, 200);
    take("b.log");
    expect_stored(0, 300);
}

Test(ingest, a_file_cut_off_and_written_anew_is_another)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 10);
    take("a.log");
    write_rows("a.log", "w", HEADER FIELDS, 50, 52);
    take("a.log");
    expect_stored(2, 12);
}

Test(ingest, a_header_alone_has_no_identity)
{
    write_file("a.log", "w", HEADER FIELDS);
    write_rows("b.log", "w", HEADER FIELDS, 5, 8);
    take("a.log");
    expect_stored(0, 0);
    take("b.log");
    expect_stored(3, 3);
    write_rows("a.log", "a", "", 0, 2);
    take("a.log");
    expect_stored(2, 5);
}

Test(ingest, what_is_no_log_is_named_and_left_alone)
{
    write_file("notes.txt", "w", "Dear diary\n");
    write_file("b.log", "w", "");
    write_rows("a.log", "w", HEADER FIELDS, 0, 1);
    take("");
    expect_stored(1, 1);
    cr_expect_eq(totals.files_foreign, 1);
    expect_told("notes.txt: no log of Zeek or Suricata\n");
}

Test(ingest, a_missing_path_is_told_after_the_rest_was_read)
{
    char there[512], gone[512];
    char *paths[] = {gone, there};
    struct err err = {0};

    write_rows("a.log", "w", HEADER FIELDS, 0, 2);
    in_dir(there, "a.log");
    in_dir(gone, "gone.log");
    cr_expect_not(ingest_paths(scratch.s, paths, 2, NULL, &totals, &err));
    cr_expect_eq(err.code, ERR_NOINPUT);
    expect_stored(2, 2);
}

Test(ingest, rejected_lines_are_counted_told_once_and_kept)
{
    struct buf text = {0};

    buf_puts(&text, HEADER FIELDS);
    add_rows(&text, 0, 1);
    for (int i = 0; i < 1000; i++)
        buf_puts(&text, "17\n");
    buf_puts(&text, "x\tC\t192.0.2.1\t1\t192.0.2.2\t2\ttcp\tS0\n");
    write_file("a.log", "w", text.text);
    buf_done(&text);
    take("a.log");
    expect_stored(1, 1);
    cr_expect_eq(totals.rejected, 1001);
    cr_expect_eq(totals.rejects[REJECT_COLUMNS], 1000);
    cr_expect_eq(totals.rejects[REJECT_TIME], 1);
    expect_told("line 8: the wrong number of columns\nline 1008: no readable time\n");
    scratch_run(&scratch, "CREATE TEMP TABLE kept (n CHECK (n = 21));"
                          "INSERT INTO kept SELECT count(*) FROM reject;");
}

Test(ingest, other_events_give_the_file_an_identity_too)
{
    write_file(
        "eve.json", "w", "{\"timestamp\":\"2024-04-19T09:00:00+0000\",\"event_type\":\"stats\"}\n");
    take("eve.json");
    cr_expect_eq(totals.ignored[IGNORE_STATS], 1);
    take("eve.json");
    cr_expect_eq(totals.files_unchanged, 1);
    cr_expect_eq(totals.lines, 0);
}

Test(ingest, damaged_gzip_is_told_and_the_run_goes_on)
{
    char path[512];
    struct buf text = {0};

    buf_puts(&text, HEADER FIELDS);
    add_rows(&text, 0, 500);
    write_gzip("a.log.gz", text.text);
    buf_done(&text);
    in_dir(path, "a.log.gz");
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(truncate(path, st.st_size / 2), 0);
    write_rows("b.log", "w", HEADER FIELDS, 900, 902);
    take("");
    expect_told("a.log.gz! 6\n");
    cr_expect_gt(totals.stored, 2, "the lines before the damage were kept");
    int64_t first = totals.stored;
    write_gzip("a.log.gz", "");
    struct buf again = {0};
    buf_puts(&again, HEADER FIELDS);
    add_rows(&again, 0, 500);
    write_gzip("a.log.gz", again.text);
    buf_done(&again);
    take("a.log.gz");
    expect_stored(502 - first, 502);
}

Test(ingest, a_long_line_is_passed_over_once)
{
    size_t len = 10 * LINE_MAX_BYTES;
    char *filler = malloc(len + 1);

    memset(filler, 'x', len);
    filler[len] = '\0';
    write_rows("a.log", "w", HEADER FIELDS, 0, 2);
    write_file("a.log", "a", filler);
    free(filler);
    write_rows("a.log", "a", "\n", 2, 4);
    take("a.log");
    expect_stored(4, 4);
    cr_expect_eq(totals.rejects[REJECT_TOO_LONG], 1);
    cr_expect_eq(totals.lines, 6 + 5);
}

Test(ingest, many_pieces_give_every_line_once)
{
    write_rows("a.log", "w", HEADER FIELDS, 0, 50000);
    take("a.log");
    expect_stored(50000, 50000);
    cr_expect_gt(totals.bytes, 2 * 1024 * 1024);
}
