/* Rows of capture_loss.log. */
#include "ingest/parser.h"
#include "tests/unit/zeek_rows.h"

#include <stdlib.h>

static void set_up_loss(void)
{
    row = (struct zeek_row){.set_separator = ','};
    row.field[ZF_TS] = STR("1521912680.600926");
    row.field[ZF_TS_DELTA] = STR("900.000201");
    row.field[ZF_GAPS] = STR("1239");
    row.field[ZF_ACKS] = STR("1371000");
}

TestSuite(zeek_loss, .init = set_up_loss, .fini = tear_down);

static enum reject read_it(void)
{
    return read_row(ZEEK_CAPTURE_LOSS);
}

Test(zeek_loss, a_row_speaks_of_the_time_before_it)
{
    cr_assert_eq(read_it(), REJECT_NONE);
    cr_assert_eq(batch.health_count, 1);
    const struct health *h = &batch.healths[0];
    cr_expect_eq(h->sensor, SENSOR_ZEEK);
    cr_expect_eq(h->t_us, INT64_C(1521912680600926));
    cr_expect_eq(h->since_us, INT64_C(1521911780600725));
    cr_expect_eq(h->whole, 1371000);
    cr_expect_eq(h->lost, 1239);
    cr_expect_eq(h->running, 0);
}

Test(zeek_loss, what_cannot_be_read_is_rejected)
{
    row.field[ZF_ACKS] = STR("many");
    cr_expect_eq(read_it(), REJECT_NUMBER);
    row.field[ZF_TS_DELTA] = STR("-3");
    cr_expect_eq(read_it(), REJECT_TIME);
    row.field[ZF_TS_DELTA] = STR_NONE;
    cr_expect_eq(read_it(), REJECT_TIME);
    cr_expect_eq(batch.health_count, 0);
}

Test(zeek_loss, the_log_is_known_by_its_path_or_by_its_columns)
{
    static const char *const heads[] = {
        "#separator \\x09\n#path\tcapture_loss\n#fields\tts\tts_delta\tpeer\tgaps\tacks\tpercent_lost\n"
        "1521912680.600926\t900.0\tzeek\t12\t13\t0.1\n",
        "{\"ts\":1521912680.6,\"ts_delta\":900.0,\"peer\":\"zeek\",\"gaps\":12,\"acks\":13,"
        "\"percent_lost\":0.1}\n"};
    for (size_t i = 0; i < 2; i++) {
        struct parser *p = parser_new();
        const char *why;
        struct str rest = str_of(heads[i]);
        cr_assert_not_null(p);
        cr_expect_neq(parser_detect(p, rest, "capture_loss.log", &why), FORMAT_UNKNOWN);
        size_t before = batch.health_count;
        while (rest.len)
            parser_line(p, str_cut(&rest, '\n'), &batch);
        cr_expect_eq(batch.health_count - before, 1, "form %zu", i);
        parser_free(p);
    }
}
