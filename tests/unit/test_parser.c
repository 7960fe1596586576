/* Formats told from content, and what each line comes to. */
#include "ingest/parser.h"

#include <criterion/criterion.h>

static struct parser *parser;
static struct batch batch;

static void set_up(void)
{
    parser = parser_new();
    cr_assert_not_null(parser);
}

static void tear_down(void)
{
    parser_free(parser);
    batch_done(&batch);
}

TestSuite(parser, .init = set_up, .fini = tear_down);

static enum format detect(const char *text, const char *path)
{
    const char *why = NULL;
    enum format format = parser_detect(parser, str_of(text), path, &why);

    cr_expect_eq(format == FORMAT_UNKNOWN, why != NULL, "%s", text);
    return format;
}

static enum parse line(const char *text)
{
    return parser_line(parser, str_of(text), &batch);
}

#define ENDS                                                                                       \
    "\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":1,\"id.resp_h\":\"198.51.100.7\",\"id.resp_p\":2"
#define FIELDS "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state"
#define NAMES  "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state"
#define ROW    "1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF"
#define EVE    "{\"timestamp\":\"2024-04-19T09:00:00+0000\",\"event_type\":\"smb\"}"

Test(parser, every_format_has_a_name)
{
    for (int i = 0; i < FORMATS; i++)
        cr_expect_not_null(format_names[i]);
}

Test(parser, formats_are_told_from_content)
{
    cr_expect_eq(detect("#separator \\x09\n#fields\tx\n", "x"), FORMAT_ZEEK_TSV);
    cr_expect_eq(detect("\t#separator \\x09\n", "x"), FORMAT_ZEEK_TSV);
    cr_expect_eq(detect("### remark\n#separator \\x09\n", "x"), FORMAT_ZEEK_TSV);
    cr_expect_eq(detect("\xEF\xBB\xBF#separator \\x09\r\n", "x"), FORMAT_ZEEK_TSV);
    cr_expect_eq(detect(NAMES "\n" ROW "\n", "x"), FORMAT_ZEEK_TSV);
    cr_expect_eq(detect("{\"ts\":1.5,\"uid\":\"Cu\"}\n", "eve.json"), FORMAT_ZEEK_JSON);
    cr_expect_eq(detect("\n\n" EVE "\n", "conn.log"), FORMAT_EVE);
    cr_expect_eq(detect("garbage\n{\"a\":\n" EVE "\n", "x"), FORMAT_EVE);
}

static void expect_foreign_bytes(struct str bytes, const char *want)
{
    const char *why = NULL;

    cr_expect_eq(parser_detect(parser, bytes, "conn.log", &why), FORMAT_UNKNOWN, "%s", want);
    cr_expect_str_eq(why, want);
}

static void expect_foreign(const char *text, const char *want)
{
    expect_foreign_bytes(str_of(text), want);
}

Test(parser, what_is_no_log_of_ours_is_named)
{
    expect_foreign("Lorem ipsum dolor\nsit amet\n", "no log of Zeek or Suricata");
    expect_foreign("[\n  {\"ts\": 1}\n]\n", "a JSON array, not one object a line");
    expect_foreign("{\n  \"event_type\": 1\n}\n", "JSON over several lines, not one object a line");
    expect_foreign("{\"name\":\"x\"}\n", "JSON that is neither Zeek's nor Suricata's");
    expect_foreign("04/19/2024-08:00:00.1  [**] [1:1:1] x [**]\n",
        "Suricata's fast.log: eve.json is read instead");
    expect_foreign("\xD4\xC3\xB2\xA1\x02", "a packet capture: run Zeek or Suricata on it first");
    expect_foreign("\xFF\xFE#\x01", "UTF-16 text: write it as UTF-8");
    expect_foreign(
        "\x28\xB5\x2F\xFD\x04", "compressed by zstd: only gzip is read; zstdcat FILE | tocsin … -");
    expect_foreign("\n \n", "empty");
    expect_foreign_bytes(STR("\0\0\0\n"), "binary data");
    expect_foreign("1.0|192.0.2.1|1|198.51.100.7|22|success\n", "no log of Zeek or Suricata");
}

Test(parser, rows_after_garbage_are_not_believed)
{
    cr_expect_eq(detect("garbage\n" NAMES "\n" ROW "\n", "x"), FORMAT_UNKNOWN);
}

Test(parser, nul_bytes_before_a_line_are_passed_over)
{
    static const char text[] = "\0\0\0{\"ts\":1," ENDS ",\"proto\":\"udp\",\"conn_state\":\"S0\"}";
    const char *why;

    cr_expect_eq(
        parser_detect(parser, (struct str){text, sizeof(text) - 1}, "x", &why), FORMAT_ZEEK_JSON);
    cr_expect_eq(parser_line(parser, (struct str){text, sizeof(text) - 1}, &batch), PARSE_RECORD);
}

Test(parser, lines_come_to_records_headers_or_rejects)
{
    detect("#separator \\x09\n", "conn.log");
    cr_expect_eq(line("\xEF\xBB\xBF#separator \\x09"), PARSE_IGNORED);
    cr_expect(parser_header_began(parser));
    cr_expect_eq(line("#path\tconn"), PARSE_IGNORED);
    cr_expect_not(parser_header_began(parser));
    cr_expect_eq(line(FIELDS "\r"), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_HEADER);
    cr_expect_eq(line(ROW "\r"), PARSE_RECORD);
    cr_expect_eq(line("\xEF\xBB\xBF" FIELDS), PARSE_IGNORED, "a file behind another");
    cr_expect_eq(line("\xEF\xBB\xBF" ROW), PARSE_RECORD);
    cr_expect_eq(line(""), PARSE_IGNORED);
    cr_expect_eq(line("  \t "), PARSE_IGNORED);
    cr_expect_eq(line("17"), PARSE_REJECTED);
    cr_expect_eq(parser_reject(parser), REJECT_COLUMNS);
    cr_expect_eq(line("#close\t2024"), PARSE_IGNORED);
    cr_expect_eq(parser_reject(parser), REJECT_NONE);
    cr_expect_eq(batch.flow_count, 2);
}

Test(parser, a_row_before_any_columns_is_rejected)
{
    detect("#separator \\x09\n", "conn.log");
    cr_expect_eq(line("#separator \\x09"), PARSE_IGNORED);
    cr_expect_eq(line(ROW), PARSE_REJECTED);
    cr_expect_eq(parser_reject(parser), REJECT_NO_HEADER);
}

Test(parser, a_bare_header_may_come_again)
{
    detect(NAMES "\n", "conn.log");
    cr_expect_eq(line(NAMES), PARSE_IGNORED);
    cr_expect(parser_header_began(parser));
    cr_expect_eq(line(ROW), PARSE_RECORD);
    cr_expect_eq(line(NAMES), PARSE_IGNORED);
    cr_expect_eq(line(ROW), PARSE_RECORD);
    cr_expect_eq(batch.flow_count, 2);
}

Test(parser, other_logs_and_events_are_counted_apart)
{
    detect("#separator \\x09\n", "files.log");
    line("#separator \\x09");
    line("#path\tfiles");
    line("#fields\tts\tuid\tname");
    cr_expect_eq(line("1.0\tCu\twww.example.com"), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_OTHER_LOG);
    detect(EVE "\n", "eve.json");
    cr_expect_eq(line(EVE), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_OTHER_EVENT);
}

Test(parser, connections_that_still_go_on_are_known_by_the_name)
{
    const char *row =
        "{\"_path\":\"conn\",\"ts\":1," ENDS ",\"proto\":\"udp\",\"conn_state\":\"SF\"}";

    detect(row, "/var/log/open_conn.log");
    cr_expect_eq(line(row), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_OPEN_CONN);
    detect(row, "/var/open_conn/conn.log");
    cr_expect_eq(line(row), PARSE_RECORD);
    detect(NAMES "\n" ROW "\n", "open_conn.2024.log");
    line(NAMES);
    cr_expect_eq(line(ROW), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_OPEN_CONN);
}

Test(parser, a_line_has_a_longest_length)
{
    static char long_line[LINE_MAX_BYTES + 1];

    detect(EVE "\n", "x");
    memset(long_line, ' ', sizeof(long_line));
    cr_expect_eq(
        parser_line(parser, (struct str){long_line, LINE_MAX_BYTES}, &batch), PARSE_IGNORED);
    cr_expect_eq(
        parser_line(parser, (struct str){long_line, LINE_MAX_BYTES + 1}, &batch), PARSE_REJECTED);
    cr_expect_eq(parser_reject(parser), REJECT_TOO_LONG);
}

Test(parser, reset_forgets_the_header)
{
    detect(NAMES "\n", "x");
    line(NAMES);
    parser_reset(parser);
    cr_expect_eq(parser_format(parser), FORMAT_UNKNOWN);
    cr_expect_eq(line(ROW), PARSE_REJECTED);
}

/* ------------------------------------------------------------------ what files really hold */

static void expect_rejected(const char *text, enum reject want)
{
    cr_expect_eq(line(text), PARSE_REJECTED, "%s", text);
    cr_expect_eq(parser_reject(parser), want, "%s: %s", text, reject_names[parser_reject(parser)]);
}

#define EVE_ENDS "\"src_ip\":\"192.0.2.1\",\"src_port\":1,\"dest_ip\":\"192.0.2.2\",\"dest_port\":2"
#define EVE_FLOW                                                                                   \
    "{\"event_type\":\"flow\"," EVE_ENDS ",\"proto\":\"UDP\",\"flow\":{\"start\":"                 \
    "\"2024-04-19T09:00:00+0000\"}}"

Test(parser, broken_events_do_not_stop_the_good_ones)
{
    static const char nuls[] = "\0\0\0\0" EVE_FLOW;

    detect(EVE_FLOW "\n", "eve.json");
    expect_rejected("{\"timestamp\":\"\"2024-04-19\",\"event_type\":\"flow\"}", REJECT_NOT_JSON);
    expect_rejected("{\"timestamp\":2024-04-19T09:00:00,\"event_type\":\"flow\"}", REJECT_NOT_JSON);
    expect_rejected("{\"event_type\":\"flow\"," EVE_ENDS ",\"flow\":{\"pkts", REJECT_NOT_JSON);
    expect_rejected("\"dest_port\":2,\"proto\":\"UDP\"}", REJECT_NOT_JSON);
    expect_rejected("garbage", REJECT_NOT_JSON);
    expect_rejected(
        "{\"event_type\":\"flow\"," EVE_ENDS ",\"flow\":{\"pkts_toserver\":NaN}}", REJECT_NOT_JSON);
    expect_rejected("{\"event_type\":\"flow\"," EVE_ENDS ",\"flow\":{\"pkts_toserver\":Infinity}}",
        REJECT_NOT_JSON);
    expect_rejected(
        "{\"event_type\":\"flow\"," EVE_ENDS ",\"proto\":\"UDP\",\"flow\":{}}", REJECT_TIME);
    expect_rejected("{\"event_type\":\"flow\",\"src_ip\":\"\",\"dest_ip\":\"\"}", REJECT_ADDRESS);
    cr_expect_eq(parser_line(parser, (struct str){nuls, sizeof(nuls) - 1}, &batch), PARSE_RECORD);
    cr_expect_eq(line(EVE_FLOW "\r"), PARSE_RECORD);
    cr_expect_eq(line(" " EVE_FLOW " "), PARSE_RECORD);
    cr_expect_eq(batch_count(&batch), 3);
}

Test(parser, arrays_with_commas_after_their_events_are_no_lines)
{
    expect_foreign("[\n" EVE_FLOW ",\n" EVE_FLOW ",\n]\n", "a JSON array, not one object a line");
    detect(EVE_FLOW "\n", "eve.json");
    expect_rejected(EVE_FLOW ",", REJECT_NOT_JSON);
    expect_rejected("[" EVE_FLOW "]", REJECT_NOT_JSON);
    expect_rejected("]", REJECT_NOT_JSON);
}

Test(parser, events_may_nest_deep_but_not_without_end)
{
    char text[4096] = "{\"event_type\":\"flow\",\"x\":";
    size_t len = strlen(text);

    detect(EVE_FLOW "\n", "eve.json");
    memset(text + len, '[', 2000);
    text[len + 2000] = '\0';
    expect_rejected(text, REJECT_TOO_DEEP);
    cr_expect_eq(line(EVE_FLOW), PARSE_RECORD);
}

Test(parser, rows_with_masked_times_are_rejected_one_by_one)
{
    detect("### remark\n#separator \\x09\n", "conn.log");
    line("### remark");
    line("#separator \\x09");
    line("#path\tconn");
    line(FIELDS);
    expect_rejected("XXXXXXXXXX.XXXXXX\tCu\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF", REJECT_TIME);
    expect_rejected("NaN\tCu\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF", REJECT_TIME);
    expect_rejected("inf\tCu\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF", REJECT_TIME);
    expect_rejected("17", REJECT_COLUMNS);
    expect_rejected("1.0\tCu\t192.0.2.1\t1\t198.51", REJECT_COLUMNS);
    expect_rejected("1.0\tCu\t192.0.2.1\t93145\t198.51.100.7\t2\tudp\tSF", REJECT_PORT);
    cr_expect_eq(line(ROW), PARSE_RECORD);
    cr_expect_eq(batch_count(&batch), 1);
}

Test(parser, times_may_be_small_and_go_backwards)
{
    detect(NAMES "\n" ROW "\n", "conn.log");
    line(NAMES);
    cr_expect_eq(line("1713513600.25\tCa\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF"), PARSE_RECORD);
    cr_expect_eq(line("15.2\tCb\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF"), PARSE_RECORD);
    cr_expect_eq(line("1332008617\tCc\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tSF"), PARSE_RECORD);
    cr_expect_eq(batch.flows[1].t_us, 15200000);
    cr_expect_eq(batch.flows[2].t_us, INT64_C(1332008617000000));
}

Test(parser, streams_may_be_mixed_in_one_file)
{
    static const char *const rows[] = {"{\"_path\":\"conn\",\"ts\":1," ENDS
                                       ",\"proto\":\"udp\",\"conn_state\":\"SF\"}",
        "{\"_path\":\"dns\",\"ts\":1," ENDS ",\"proto\":\"udp\",\"query\":\"a.example\"}",
        "{\"_path\":\"ssh\",\"ts\":1," ENDS ",\"auth_success\":false}",
        "{\"_path\":\"notice\",\"ts\":1," ENDS ",\"note\":\"N::X\",\"msg\":\"m\"}"};

    detect(rows[0], "combined_zeek.log");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(line(rows[i]), PARSE_RECORD, "%s", rows[i]);
    cr_expect_eq(batch.flow_count, 1);
    cr_expect_eq(batch.name_count, 1);
    cr_expect_eq(batch.login_count, 1);
    cr_expect_eq(batch.signature_count, 1);
    cr_expect_eq(line("{\"_path\":\"x509\",\"ts\":1}"), PARSE_IGNORED);
    cr_expect_eq(parser_ignore(parser), IGNORE_OTHER_LOG);
}

/* Skimming some lines and reading the next must come to the same as reading all of them. */
static void expect_skim(const char *lines, const char *next)
{
    struct parser *reading = parser_new(), *skimming = parser_new(), *copy = parser_new();
    struct str rest = str_of(lines);
    const char *why;

    cr_assert(reading && skimming && copy);
    parser_detect(reading, str_of(lines), "x", &why);
    parser_detect(skimming, str_of(lines), "x", &why);
    while (rest.len > 0)
        parser_line(reading, str_cut(&rest, '\n'), &batch);
    parser_skim(skimming, str_of(lines));
    parser_copy(copy, skimming);
    cr_expect_eq(parser_line(copy, str_of(next), &batch),
        parser_line(reading, str_of(next), &batch), "%s", lines);
    cr_expect_eq(parser_reject(copy), parser_reject(reading), "%s", lines);
    cr_expect_eq(parser_ignore(copy), parser_ignore(reading), "%s", lines);
    cr_expect_eq(parser_header_began(copy), parser_header_began(reading), "%s", lines);
    parser_free(reading);
    parser_free(skimming);
    parser_free(copy);
}

Test(parser, skimming_leaves_it_as_reading_does)
{
    static const char *const texts[] = {
        FIELDS "\n" ROW "\n",
        FIELDS "\n" ROW "\n\n" ROW "\n",
        ROW "\n",
        NAMES "\n" ROW "\n",
        NAMES "\n" ROW "\n" FIELDS "\n",
        FIELDS "\n" ROW "\n#path\tdns\n",
        FIELDS "\n" ROW "\n\t #close\n",
        "\xEF\xBB\xBF" FIELDS "\r\n\r\n",
        "#path\tconn\n",
        "#path\tconn\n" FIELDS "\n#separator |\n#fields|ts|uid\n",
        ROW "#\n" ROW "\n",
        "{\"ts\":1.5,\"uid\":\"Cu\"}\n",
        EVE "\n",
    };
    static const char *const nexts[] = {ROW, NAMES, FIELDS, "#separator \\x09", "#types\ttime", "",
        "{\"ts\":1.5,\"uid\":\"Cu\"," ENDS "}", "\xEF\xBB\xBF" ROW};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (size_t n = 0; n < sizeof(nexts) / sizeof(nexts[0]); n++)
            expect_skim(texts[i], nexts[n]);
}
