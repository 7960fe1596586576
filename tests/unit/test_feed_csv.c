/* Comma-separated values: quotes, blanks, comments, line ends. */
#include "ingest/feed/feed_csv.h"

#include <criterion/criterion.h>

/* Rows as "line: <a><b>;", a comment with '#', a broken one as "!". */
static void expect_rows(struct str text, const char *want)
{
    struct feed_csv csv = {.rest = text};
    struct buf got = {0};
    buf_puts(&got, "");
    while (feed_csv_next(&csv)) {
        buf_printf(&got, "%d%s:", (int)csv.line, csv.comment ? "#" : csv.broken ? "!" : "");
        for (size_t i = 0; i < csv.count; i++)
            buf_printf(&got, "<%.*s>", (int)csv.cells[i].len, csv.cells[i].p);
        buf_addc(&got, ';');
    }
    cr_expect_str_eq(got.text, want, "want %s\ngot  %s", want, got.text);
    buf_done(&got);
    feed_csv_done(&csv);
}

Test(feed_csv, cuts_rows_into_cells)
{
    expect_rows(STR("a,b\r\n\n c , d ,\ne"), "1:<a><b>;3:<c><d><>;4:<e>;");
    expect_rows(STR(""), "");
    expect_rows(STR("\n \n"), "");
    expect_rows(STR(","), "1:<><>;");
}

Test(feed_csv, takes_quotes_off)
{
    expect_rows(STR("\"a\", \"b,c\" ,\"\"\n"), "1:<a><b,c><>;");
    expect_rows(STR("\"a \"\"b\"\"\",\"\"\"\",c\"d\n"), "1:<a \"b\"><\"><c\"d>;");
    expect_rows(STR("\"a\nb\",c\nd\n"), "1:<a\nb><c>;3:<d>;");
}

Test(feed_csv, goes_on_behind_a_row_whose_quotes_do_not_fit)
{
    expect_rows(STR("a\n\"b\" c,d\ne\n"), "1:<a>;2!:;3:<e>;");
    expect_rows(STR("a\n\"b,c\ne\n"), "1:<a>;2!:;3:<e>;");
    char text[FEED_CSV_MAX_QUOTED + 16];
    memset(text, 'x', sizeof text);
    text[0] = text[FEED_CSV_MAX_QUOTED + 1] = '"';
    text[FEED_CSV_MAX_QUOTED + 2] = '\n';
    struct feed_csv csv = {.rest = {text, sizeof text}};
    cr_expect(feed_csv_next(&csv) && csv.broken, "one byte longer than may be quoted");
    feed_csv_done(&csv);
    text[FEED_CSV_MAX_QUOTED] = '"';
    text[FEED_CSV_MAX_QUOTED + 1] = '\n';
    csv = (struct feed_csv){.rest = {text, sizeof text}};
    cr_expect(feed_csv_next(&csv) && !csv.broken && csv.cells[0].len == FEED_CSV_MAX_QUOTED - 1);
    feed_csv_done(&csv);
}

Test(feed_csv, marks_comments_and_reads_them_too)
{
    expect_rows(STR("# \"a\",b\n## don't \"\n#\nc\n"), "1#:<a><b>;2#:<don't \">;3#:<>;4:<c>;");
}

Test(feed_csv, keeps_so_many_columns)
{
    struct buf text = {0};
    for (int i = 0; i < FEED_CSV_MAX_COLUMNS + 5; i++)
        buf_puts(&text, "\"x\"\"y\",");
    struct feed_csv csv = {.rest = buf_str(&text)};
    cr_assert(feed_csv_next(&csv));
    cr_expect_eq(csv.count, FEED_CSV_MAX_COLUMNS);
    cr_expect(str_eq(csv.cells[FEED_CSV_MAX_COLUMNS - 1], STR("x\"y")));
    cr_expect_not(feed_csv_next(&csv));
    feed_csv_done(&csv);
    buf_done(&text);
}

Test(feed_csv, finds_columns_by_name)
{
    static const char *const names[] = {"type", "value", "other"};
    struct feed_csv csv = {.rest = STR("Value,x,TYPE,type\n1,2,3\n")};
    int at[3];
    cr_assert(feed_csv_next(&csv));
    cr_expect(feed_csv_find_columns(&csv, names, 3, at));
    cr_expect(at[0] == 2 && at[1] == 0 && at[2] == -1);
    cr_assert(feed_csv_next(&csv));
    cr_expect(str_eq(feed_csv_cell(&csv, at[0]), STR("3")));
    cr_expect_eq(feed_csv_cell(&csv, at[2]).len, 0);
    cr_expect_eq(feed_csv_cell(&csv, 3).len, 0);
    cr_expect_not(feed_csv_find_columns(&csv, names, 3, at));
    feed_csv_done(&csv);
}
