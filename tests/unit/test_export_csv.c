/* CSV: quoting, formulas, and the row of one alert. */
#include "export/csv_cell.h"
#include "export/export.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static void cell(const char *text, bool safe, const char *want)
{
    struct buf out = {0};
    buf_addc(&out, '|');
    export_csv_cell(&out, str_of(text), safe);
    cr_assert_str_eq(out.text + 1, want);
    buf_done(&out);
}

Test(export_csv, quotes_only_what_needs_it)
{
    cell("", true, "");
    cell("plain text", true, "plain text");
    cell("a,b", true, "\"a,b\"");
    cell("say \"hi\"", true, "\"say \"\"hi\"\"\"");
    cell("two\nlines", true, "\"two\nlines\"");
    cell("cr\r\nlf", true, "\"cr\r\nlf\"");
    cell(" blank ", true, "\" blank \"");
    cell("\"", true, "\"\"\"\"");
}

Test(export_csv, keeps_spreadsheets_from_running_it)
{
    cell("=1+1", true, "'=1+1");
    cell("+49", true, "'+49");
    cell("-1", true, "'-1");
    cell("@SUM(A1)", true, "'@SUM(A1)");
    cell("\tx", true, "\"'\tx\"");
    cell("\rx", true, "\"'\rx\"");
    cell("=HYPERLINK(\"x\",\"y\")", true, "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    cell("＝1", true, "'＝1");
    cell("a=b", true, "a=b");
}

Test(export_csv, leaves_formulas_alone_when_told_to)
{
    cell("=1+1", false, "=1+1");
    cell("-1", false, "-1");
}

Test(export_csv, shows_other_control_characters)
{
    cell("a\033[2Jb", true, "a\\x1b[2Jb");
    cell("\xff", true, "\\xff");
}

/* Reads one record of RFC 4180 the strict way; returns the number of cells. */
static int read_record(const char *text, char cells[32][512], const char **rest)
{
    int count = 0;
    for (;;) {
        char *to = cells[count++];
        bool quoted = *text == '"';
        text += quoted;
        while (*text && (quoted || (*text != ',' && *text != '\r'))) {
            if (quoted && *text == '"') {
                if (text[1] != '"')
                    break;
                text++;
            }
            *to++ = *text++;
        }
        *to = '\0';
        text += quoted;
        if (*text != ',')
            break;
        text++;
    }
    cr_assert(strncmp(text, "\r\n", 2) == 0, "a record ends in CRLF, not in '%.10s'", text);
    *rest = text + 2;
    return count;
}

Test(export_csv, a_row_has_the_columns_of_the_header_and_survives_any_name)
{
    static const char *const names[] = {
        "=cmd|'/C calc'!A0", "a,b", "\"quoted\"", "line\r\nbreak", "', ;"};
    static char header[32][512], row[32][512];
    const struct export_options options = {.lang = LANG_EN, .spreadsheet_safe = true};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct alert_entity entities[] = {{"ip", "192.0.2.10"}, {"host", names[i]}};
        const struct alert_property property = {"Compromised Host", names[i]};
        const struct alert alert = {.id = "id",
            .type = "DDOS",
            .entity = names[i],
            .title = {"T", "T"},
            .respond = {"one\ntwo", "x"},
            .confidence = 85,
            .properties = &property,
            .property_count = 1,
            .entities = entities,
            .entity_count = 2};
        const char *rest;
        struct buf out = {0};
        export_csv.begin(&out, &options);
        export_csv.alert(&out, &alert, &options);
        int columns = read_record(out.text, header, &rest);
        cr_assert_eq(columns, 22);
        cr_assert_eq(read_record(rest, row, &rest), columns);
        cr_assert_str_eq(rest, "");
        cr_assert_str_eq(header[4], "SystemAlertId");
        cr_assert_str_eq(header[11], "ConfidenceScore");
        cr_assert_str_eq(row[11], "0.85");
        cr_assert_str_eq(header[12], "CompromisedEntity");
        cr_assert_str_eq(row[12] + (names[i][0] == '='), names[i]);
        cr_assert_str_eq(header[19], "RemediationSteps");
        cr_assert_str_eq(row[19], "one; two");
        cr_assert_str_eq(header[20], "Entities");
        cr_assert_eq(strncmp(row[20], "ip 192.0.2.10; host ", 20), 0);
        cr_assert_str_eq(row[20] + 20, names[i]);
        cr_assert_str_eq(header[21], "ExtendedProperties");
        cr_assert_eq(strncmp(row[21], "{\"Compromised Host\":\"", 21), 0);
        buf_done(&out);
    }
}
