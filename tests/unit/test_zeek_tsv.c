/* Zeek's column form: headers of all kinds, rows whole and broken. */
#include "ingest/zeek/zeek_tsv.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define NAMES                                                                                      \
    "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"  \
    "resp_bytes\tconn_state\thistory"
#define ROW "10.5\tCu1\t192.0.2.1\t1025\t198.51.100.7\t22\ttcp\tssh\t2.5\t700\t1800\tSF\tShADadFf"

static struct zeek_tsv tsv;
static struct batch batch;

static void set_up(void)
{
    zeek_tsv_init(&tsv);
    batch = (struct batch){0};
}

static void tear_down(void)
{
    batch_done(&batch);
}

TestSuite(zeek_tsv, .init = set_up, .fini = tear_down);

static bool header(const char *line)
{
    return zeek_tsv_header(&tsv, str_of(line));
}

static enum reject row(const char *line)
{
    enum ignore ignored;
    enum reject reason = zeek_tsv_row(&tsv, str_of(line), &batch, &ignored);

    cr_expect(reason != REJECT_NONE || ignored == IGNORE_NONE, "ignored: %s", line);
    return reason;
}

static void conn_header(void)
{
    header("#separator \\x09");
    header("#set_separator\t,");
    header("#empty_field\t(empty)");
    header("#unset_field\t-");
    header("#path\tconn");
    header("#fields\t" NAMES);
}

static void expect_str(struct str s, const char *want)
{
    cr_expect(str_eq(s, str_of(want)), "'%.*s', not '%s'", (int)s.len, s.p, want);
}

Test(zeek_tsv, maps_fields_by_name)
{
    conn_header();
    cr_assert_eq(row(ROW), REJECT_NONE);
    struct flow *f = batch.flows;
    cr_expect_eq(f->t_us, 10500000);
    cr_expect_eq(f->duration_us, 2500000);
    cr_expect_eq(f->conn.orig_port, 1025);
    cr_expect_eq(f->conn.resp_port, 22);
    cr_expect_eq(f->conn.proto, 6);
    cr_expect_eq(f->orig_bytes, 700);
    cr_expect_eq(f->resp_bytes, 1800);
    cr_expect_eq(f->orig_pkts, -1, "no such column");
    cr_expect_eq(f->state, STATE_SF);
    cr_expect_eq(f->answer, ANSWER_DATA);
    cr_expect_eq(f->sensor, SENSOR_ZEEK);
    expect_str(f->uid, "Cu1");
    expect_str(f->service, "ssh");
}

Test(zeek_tsv, columns_may_stand_in_any_order)
{
    header("#separator \\x09");
    header("#path\tconn");
    header(
        "#fields\t_node_name\tconn_state\tid_resp_p\tid_resp_h\tid_orig_p\tid_orig_h\tproto\tuid\tts");
    cr_assert_eq(row("w-1\tS0\t22\t198.51.100.7\t1025\t192.0.2.1\ttcp\tCu1\t1.0"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].conn.resp_port, 22);
    cr_expect_eq(batch.flows[0].t_us, 1000000);
    cr_expect_eq(batch.flows[0].state, STATE_S0);
}

Test(zeek_tsv, the_separator_is_declared)
{
    header("#separator ,");
    header("#set_separator,;");
    header("#path,conn");
    header("#fields,ts,uid,src,src_port,dst,dst_port,proto");
    cr_assert_eq(row("1.0,Cu1,192.0.2.1,1,198.51.100.7,2,udp"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].conn.resp_port, 2);
}

Test(zeek_tsv, the_separator_may_be_two_characters)
{
    header("#separator ||");
    header("#path||ssh");
    header("#fields||ts||uid||id.orig_h||id.orig_p||id.resp_h||id.resp_p||status||client");
    cr_assert_eq(
        row("1.0||Cu||192.0.2.1||1||198.51.100.7||22||failure||S\\x7c\\x7cH\\\\"), REJECT_NONE);
    cr_expect_eq(batch.logins[0].success, 0);
    expect_str(batch.logins[0].client, "S||H\\");
}

Test(zeek_tsv, unset_marks_leave_a_field_empty)
{
    header("#separator \\x09");
    header("#unset_field\tNA");
    header("#path\tconn");
    header("#fields\t" NAMES);
    cr_assert_eq(row("1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\tNA\tNA\tNA\t(empty)\tS0\tNA"),
        REJECT_NONE);
    cr_expect_eq(batch.flows[0].service.len, 0);
    cr_expect_eq(batch.flows[0].duration_us, -1);
    cr_expect_eq(batch.flows[0].orig_bytes, -1);
    cr_expect_eq(batch.flows[0].resp_bytes, -1);
}

Test(zeek_tsv, rows_are_rejected_with_their_reason)
{
    static const struct {
        const char *line;
        enum reject reason;
    } cases[] = {
        {"17", REJECT_COLUMNS},
        {"1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0", REJECT_COLUMNS},
        {ROW "\tx\ty", REJECT_COLUMNS},
        {"noon\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_TIME},
        {"-\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_TIME},
        {"1.0\tCu\t192.0.2\t1\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_ADDRESS},
        {"1.0\tCu\t192.0.2.1\t1\t-\t2\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_ADDRESS},
        {"1.0\tCu\t192.0.2.1\t93145\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_PORT},
        {"1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t-\ttcp\t-\t-\t-\t-\tS0\tS", REJECT_PORT},
        {"1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\tx\t-\t-\tS0\tS", REJECT_NUMBER},
        {"1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\t-\t-5\t-\tS0\tS", REJECT_NUMBER},
    };

    conn_header();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_eq(row(cases[i].line), cases[i].reason, "case %zu: %s", i, cases[i].line);
    cr_expect_eq(batch_count(&batch), 0);
    cr_expect_eq(row(ROW), REJECT_NONE, "and the next one is read");
}

Test(zeek_tsv, nul_bytes_reject_a_row)
{
    enum ignore ignored;
    static const char line[] = "1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t-\t-\t-\t-\tS0\tS\0";

    conn_header();
    cr_expect_eq(
        zeek_tsv_row(&tsv, (struct str){line, sizeof(line) - 1}, &batch, &ignored), REJECT_BINARY);
}

Test(zeek_tsv, one_empty_column_at_the_end_is_fine)
{
    conn_header();
    cr_expect_eq(row(ROW "\t"), REJECT_NONE);
}

Test(zeek_tsv, label_columns_are_passed_over)
{
    header("#separator \\x09");
    header("#path\tconn");
    header("#fields\t" NAMES "\ttunnel_parents   label   detailed-label");
    cr_expect_eq(row(ROW "\t-   Benign   -"), REJECT_NONE);
    cr_expect_eq(row(ROW "\t-\tBenign\t-"), REJECT_NONE);
    cr_expect_eq(row(ROW), REJECT_COLUMNS);
    header("#separator \\x09");
    header("#path\tconn");
    header("#fields\t" NAMES "\tlabel\tdetailedlabel");
    cr_expect_eq(row(ROW), REJECT_NONE);
    cr_expect_eq(row(ROW "\tMalicious\tC2"), REJECT_NONE);
}

Test(zeek_tsv, the_path_names_the_log)
{
    header("#separator \\x09");
    header("#path\tfiles");
    header("#fields\t" NAMES);
    cr_expect_eq(tsv.log, ZEEK_OTHER);
    header("#separator \\x09");
    header("#fields\t" NAMES);
    cr_expect_eq(tsv.log, ZEEK_CONN, "by its columns");
    header("#separator \\x09");
    header("#path\topen_conn");
    header("#fields\t" NAMES);
    cr_expect_eq(tsv.log, ZEEK_OTHER);
}

Test(zeek_tsv, a_header_begins_at_its_first_line)
{
    cr_expect(header("#separator \\x09"));
    cr_expect_not(header("#set_separator\t,"));
    cr_expect_not(header("#path\tconn"));
    cr_expect_not(header("#fields\t" NAMES));
    cr_expect_eq(row(ROW), REJECT_NONE);
    cr_expect_not(header("#close\t2024-04-19-01-00-00"));
    cr_expect_not(header("# a remark"));
    cr_expect(header("#separator \\x09"));
    cr_expect_not(tsv.has_columns, "what the old header said is gone");
}

Test(zeek_tsv, a_header_may_change_within_a_file)
{
    conn_header();
    cr_expect_eq(row(ROW), REJECT_NONE);
    cr_expect(header("#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state"));
    cr_expect_eq(row("2.0\t192.0.2.1\t1\t198.51.100.7\t2\tudp\tS0"), REJECT_NONE);
    cr_expect_eq(batch.flows[1].conn.proto, 17);
    cr_expect_eq(batch.flows[1].uid.len, 0);
}

Test(zeek_tsv, bare_column_names_are_a_header)
{
    cr_expect(zeek_tsv_is_names(STR(NAMES)));
    cr_expect_not(zeek_tsv_is_names(STR(ROW)));
    cr_expect_not(zeek_tsv_is_names(STR("ts\tlevel\tmessage")));
    cr_expect_not(zeek_tsv_is_names(STR("")));
    zeek_tsv_names(&tsv, STR(NAMES));
    cr_expect(zeek_tsv_repeats(&tsv, STR(NAMES)));
    cr_expect_not(zeek_tsv_repeats(&tsv, STR(ROW)));
    cr_assert_eq(row("1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t2\ttcp\t\t\t\t\tOTH\tC"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].orig_bytes, -1, "empty is unset");
}

#define TOP "1.0\tCu\t192.0.2.1\t1025\t198.51.100.7\t22\ttcp\tssh\t2.5\t700\t1800\tSF\tT\t"

Test(zeek_tsv, rows_without_any_header_are_known_by_their_shape)
{
    cr_assert(zeek_tsv_guess(&tsv, STR(TOP "F\t0\tShADadFf\t12\t1400\t10\t2400\t(empty)")));
    cr_assert_eq(row(TOP "F\t0\tShADadFf\t12\t1400\t10\t2400\t(empty)"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].orig_pkts, 12);
    cr_assert(zeek_tsv_guess(&tsv, STR(TOP "0\tShADadFf\t12\t1400\t10\t2400\t(empty)")));
    cr_assert_eq(row(TOP "0\tShADadFf\t12\t1400\t10\t2400\t(empty)"), REJECT_NONE);
    cr_expect_eq(batch.flows[1].orig_pkts, 12, "a version without local_resp");
    cr_expect_eq(batch.flows[1].resp_ip_bytes, 2400);
    cr_assert_eq(row(TOP "0\tShADadFf\t12\t1400"), REJECT_COLUMNS);
}

Test(zeek_tsv, other_rows_without_header_are_not_guessed)
{
    cr_expect_not(zeek_tsv_guess(&tsv, STR("1.0\tCu\t192.0.2.1\t1\t198.51.100.7\t22\ttcp")));
    cr_expect_not(
        zeek_tsv_guess(&tsv, STR("a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\to\tp\tq\tr\ts")));
    cr_expect_not(zeek_tsv_guess(&tsv, STR("")));
}

Test(zeek_tsv, fields_are_cut_the_same_at_every_length)
{
    char line[64] = "";

    header("#separator \\x09");
    header("#path\tssh");
    header("#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tclient");
    for (size_t n = 0; n < 20; n++) {
        snprintf(line, sizeof(line), "1.0\t192.0.2.1\t1\t198.51.100.7\t22\t%.*s", (int)n,
            "abcdefghijklmnopqrstuvwxyz");
        cr_assert_eq(row(line), REJECT_NONE, "%s", line);
        cr_expect_eq(batch.logins[n].client.len, n);
    }
}

Test(zeek_tsv, more_columns_than_fit_are_refused_not_overrun)
{
    struct buf line = {0};

    buf_puts(&line, "#fields");
    for (int i = 0; i < ZEEK_MAX_COLUMNS + 50; i++)
        buf_printf(&line, "\tc%d", i);
    header("#separator \\x09");
    header(line.text);
    cr_expect_eq(tsv.columns, ZEEK_MAX_COLUMNS);
    buf_clear(&line);
    for (int i = 0; i < ZEEK_MAX_COLUMNS + 50; i++)
        buf_puts(&line, "1\t");
    cr_expect_neq(row(line.text), REJECT_NONE);
    buf_done(&line);
}

/* ------------------------------------------------------------------ what files really hold */

Test(zeek_tsv, columns_that_clusters_and_extensions_add_are_passed_over)
{
    header("#separator \\x09");
    header("#path\tconn");
    header(
        "#fields\t_node_name\t_write_ts\t_stream\t" NAMES "\torig_l2_addr\tspec_service\tip_proto");
    cr_expect_eq(row("worker-1\t99.0\tconn\t" ROW "\t00:11:22:33:44:55\t-\t6"), REJECT_NONE);
    cr_expect_eq(batch.flows[0].t_us, 10500000);
    cr_expect_eq(batch.flows[0].conn.proto, 6);
}

Test(zeek_tsv, a_service_may_be_a_list)
{
    conn_header();
    cr_expect_eq(row("10.5\tCu1\t192.0.2.1\t1\t192.0.2.2\t2\ttcp\tgssapi,smb,krb\t-\t-\t-\tSF\t-"),
        REJECT_NONE);
    cr_expect(str_eq(batch.flows[0].service, STR("gssapi,smb,krb")));
}

#define NOTICE "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tnote\tmsg\tsub\tsrc"

Test(zeek_tsv, escapes_in_kept_text_are_resolved)
{
    header("#separator \\x09");
    header("#path\tnotice");
    header(NOTICE);
    cr_expect_eq(
        row("1.0\t-\t-\t-\t-\t-\tN::X\tO=Example\\\\, Inc. \\xc3\\xa9 temp\xC3\xA9rature\t-\t192.0.2.1"),
        REJECT_NONE);
    cr_expect(
        str_eq(batch.signatures[0].message, STR("O=Example\\, Inc. \xC3\xA9 temp\xC3\xA9rature")));
}

Test(zeek_tsv, notices_that_glue_their_columns_are_rejected)
{
    header("#separator \\x09");
    header("#path\tnotice");
    header(NOTICE);
    cr_expect_eq(row("1.0\t-\t-\t-\t-\t-\t- N::X\tmsg 192.0.2.1"), REJECT_COLUMNS);
}

Test(zeek_tsv, sets_are_separated_as_declared)
{
    header("#separator ,");
    header("#set_separator,,");
    header("#path,dns");
    header("#fields,ts,uid,id.orig_h,id.orig_p,id.resp_h,id.resp_p,proto,query,answers");
    cr_expect_eq(row("1.0,Cu,192.0.2.1,1,192.0.2.2,53,udp,a.example,192.0.2.7"), REJECT_NONE);
    cr_expect_eq(batch.names[0].answer_count, 1);
    header("#separator \\x09");
    header("#set_separator\t;");
    header("#path\tdns");
    header("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers");
    cr_expect_eq(row("1.0\tCu\t192.0.2.1\t1\t192.0.2.2\t53\tudp\ta.example\t192.0.2.7;192.0.2.8"),
        REJECT_NONE);
    cr_expect_eq(batch.names[1].answer_count, 2);
    header("#separator \\x09");
    header("#path\tdns");
    header("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers");
    cr_expect_eq(row("1.0\tCu\t192.0.2.1\t1\t192.0.2.2\t53\tudp\ta.example\t192.0.2.7,192.0.2.8"),
        REJECT_NONE);
    cr_expect_eq(batch.names[2].answer_count, 2, "the usual one again");
}
