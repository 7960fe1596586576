/* The figures and rejected lines that `status` shows. */
#include "ingest/parser.h"
#include "tests/unit/scratch.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_info, .init = setup, .fini = teardown);

static struct store_info info(void)
{
    struct store_info got = {0};
    struct err err = {0};
    cr_assert(store_info(db.s, &got, &err), "%s", err.text);
    return got;
}

Test(store_info, is_zero_in_a_new_database)
{
    struct store_info got = info();
    cr_expect_geq(got.schema_version, 1);
    cr_expect(got.flows == 0 && got.alerts == 0 && got.sources == 0);
    cr_expect(got.first_us == 0 && got.last_us == 0);
    cr_expect_gt(got.file_bytes, 0);
}

Test(store_info, counts_rows_and_the_span_of_flows)
{
    scratch_run(&db,
        "INSERT INTO flow (t, orig, resp, resp_port, proto, service, outcome, orig_port)"
        " VALUES (-5, 0, 1, 2, 6, 0, 0, 3), (90, 0, 1, 2, 6, 0, 0, 3), (7, 0, 1, 2, 6, 0, 0, 3);"
        "INSERT INTO stretch VALUES (1, 2, 0, 1, 1, -5, 90), (3, 3, 2, 1, 1, 7, 7);"
        "INSERT INTO login VALUES (1, 1, 1, 1, NULL, 0, 1, 2, 22, 6, 0, NULL, NULL, 0, 0, '', '');"
        "DELETE FROM flow WHERE id = 2");
    struct store_info got = info();
    cr_expect_eq(got.flows, 2, "rows that were deleted do not count");
    cr_expect_eq(got.logins, 1);
    cr_expect(got.first_us == -5 && got.last_us == 90);
}

Test(store_info, counts_living_alerts_only)
{
    const char *sql =
        "INSERT INTO name VALUES (1, 'X');"
        "INSERT INTO alert WITH n(i, gone) AS (VALUES (1, NULL), (2, ''), (3, 'u1'), (4, NULL))"
        " SELECT i, 'u' || i, 1, i, 0, 0, 0, 0, 0, 0, '', 0, 0, '', '', '', '', '', '', '', '', '',"
        " 0, 0, 0, '', 0, 0, 1, gone FROM n";
    scratch_run(&db, sql);
    cr_expect_eq(info().alerts, 2);
}

static void list(void *arg, const struct reject_info *reject)
{
    struct buf *text = arg;
    buf_printf(text, "%s:%lld@%lld %s ", reject->path, (long long)reject->line,
        (long long)reject->offset, reject->reason);
    buf_add(text, reject->text);
    buf_addc(text, ';');
}

Test(store_info, lists_rejected_lines_by_source_and_place)
{
    struct buf text = {0}, want = {0};
    struct err err = {0};
    scratch_run(&db,
        "INSERT INTO source (id, path, format, head_len, head_hash, offset, header_offset, "
        "lines, stored, ignored, rejected, device, inode, size, mtime_ns) VALUES (1, '/b', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),"
        " (2, '/a', 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
        "INSERT INTO reject VALUES (1, 4, 10, 2, 'x'), (2, 4, 900, 9, x'00ff'), (2, 7, 50, 3, 'y'),"
        " (2, 99, 60, 4, '')");
    cr_assert(store_reject_each(db.s, list, &text, &err), "%s", err.text);
    buf_printf(&want, "/a:3@50 %s y;/a:4@60 %s ;/a:9@900 %s ", reject_names[REJECT_NUMBER],
        reject_names[REJECT_NONE], reject_names[REJECT_TIME]);
    buf_add(&want, (struct str){"\0\xff", 2});
    buf_printf(&want, ";/b:2@10 %s x;", reject_names[REJECT_TIME]);
    cr_expect(str_eq(buf_str(&text), buf_str(&want)), "got %s", text.text);
    buf_done(&text);
    buf_done(&want);
}
