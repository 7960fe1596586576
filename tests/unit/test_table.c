/* Tables measured in terminal cells. */
#include "cli/table.h"
#include "cli/text.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static char *print(int cells, bool header, const char *const rows[][2], int count)
{
    static const char *const names[] = {"NAME", "N"};
    const struct table_look look = {cells, false, header};
    struct buf out = {0};
    struct table *t = table_new();
    table_header(t, 2, names);
    for (int i = 0; i < count; i++) {
        const struct table_cell line[] = {
            {.text = str_of(rows[i][0])}, {.text = str_of(rows[i][1]), .right = true}};
        table_row(t, line);
    }
    cr_assert(table_print(t, &look, &out));
    table_free(t);
    return out.text;
}

Test(table, columns_line_up_also_with_wide_text)
{
    const char *const rows[][2] = {{"証拠", "7"}, {"ab", "1234"}};
    char *text = print(0, true, rows, 2);
    cr_assert_str_eq(text, "NAME     N\n証拠     7\nab    1234\n");
    free(text);
}

Test(table, no_line_is_wider_than_the_terminal)
{
    const char *const rows[][2] = {{"a name that goes on and on, far beyond the edge", "12"},
        {"証拠証拠証拠証拠証拠証拠証拠証拠", "3"}};
    char *text = print(24, true, rows, 2);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        int cells = text_width(str_of(line));
        cr_assert_leq(cells, 24, "'%s' is %d cells wide", line, cells);
    }
    free(text);
}

Test(table, strings_cannot_drive_the_terminal)
{
    const char *const rows[][2] = {{"\033[2Jx\ny", "1"}};
    char *text = print(0, false, rows, 1);
    cr_assert_str_eq(text, "\\x1b[2Jx\\x0ay  1\n");
    free(text);
}

Test(table, a_long_table_keeps_its_widths_from_stretch_to_stretch)
{
    static const char *const names[] = {"A"};
    const struct table_look look = {0, false, true};
    struct buf out = {0};
    struct table *t = table_new();
    table_header(t, 1, names);
    table_row(t, &(const struct table_cell){.text = STR("12")});
    cr_assert(table_print(t, &look, &out));
    table_row(t, &(const struct table_cell){.text = STR("12345")});
    cr_assert(table_print(t, &look, &out));
    cr_assert_str_eq(out.text, "A\n12\n1…\n");
    table_free(t);
    buf_done(&out);
}
