/* Rows in each of the formats. */
#include "cli/rows.h"

#include <criterion/criterion.h>

#include <stdlib.h>

/* What two rows of every kind come to in `format`; the caller frees it. */
static char *print(enum output_format format, bool header, int count)
{
    static const char *const names[] = {"text", "n", "r", "none"};
    const struct rows_cell cells[] = {{STR("=a\tb\n\"c\""), 't', STYLE_NONE},
        {STR("-7"), 'i', STYLE_NONE}, {STR("1.5"), 'r', STYLE_NONE}, {STR_NONE, 'n', STYLE_NONE}};
    char *text = NULL;
    size_t size;
    struct err err = {0};
    struct output out = {.file = open_memstream(&text, &size)};
    struct rows *rows = rows_open(&out, format, header, 4, names);
    for (int i = 0; i < count; i++)
        cr_assert(rows_add(rows, cells));
    cr_assert_eq(rows_count(rows), (size_t)count);
    cr_assert(rows_close(rows, &err));
    rows_free(rows);
    fclose(out.file);
    return text;
}

static void prints(enum output_format format, bool header, int count, const char *want)
{
    char *text = print(format, header, count);
    cr_assert_str_eq(text, want);
    free(text);
}

#define OBJECT "{\"text\":\"=a\\tb\\n\\\"c\\\"\",\"n\":-7,\"r\":1.5,\"none\":null}"

Test(rows, json_keeps_numbers_and_null)
{
    prints(FORMAT_JSONL, true, 2, OBJECT "\n" OBJECT "\n");
    prints(FORMAT_JSON, true, 2, "[\n" OBJECT ",\n" OBJECT "\n]\n");
}

Test(rows, csv_guards_text_but_not_numbers)
{
    prints(FORMAT_CSV, true, 1, "text,n,r,none\r\n\"'=a\tb\n\"\"c\"\"\",-7,1.5,\r\n");
    prints(FORMAT_CSV, false, 1, "\"'=a\tb\n\"\"c\"\"\",-7,1.5,\r\n");
}

Test(rows, tsv_has_one_line_a_row_whatever_a_log_says)
{
    prints(FORMAT_TSV, true, 1, "text\tn\tr\tnone\n=a\\x09b\\x0a\"c\"\t-7\t1.5\t\n");
}

Test(rows, table_lines_up_numbers_on_the_right)
{
    prints(FORMAT_TABLE, true, 1, "text             n    r  none\n=a\\x09b\\x0a\"c\"  -7  1.5\n");
}

Test(rows, none_at_all_is_still_well_formed)
{
    prints(FORMAT_JSON, true, 0, "[]\n");
    prints(FORMAT_JSONL, true, 0, "");
    prints(FORMAT_TSV, true, 0, "text\tn\tr\tnone\n");
    prints(FORMAT_TABLE, true, 0, "");
}

Test(rows, what_json_cannot_write_as_a_number_is_text)
{
    static const char *const names[] = {"r"};
    const struct rows_cell cell = {STR("Inf"), 'r', STYLE_NONE};
    char *text = NULL;
    size_t size;
    struct output out = {.file = open_memstream(&text, &size)};
    struct rows *rows = rows_open(&out, FORMAT_JSONL, true, 1, names);
    rows_add(rows, &cell);
    cr_assert(rows_close(rows, NULL));
    rows_free(rows);
    fclose(out.file);
    cr_assert_str_eq(text, "{\"r\":\"Inf\"}\n");
    free(text);
}
