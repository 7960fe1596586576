/* Batches and the names of connections. */
#include "store/record.h"

#include <criterion/criterion.h>

static struct conn ends(const char *orig, uint16_t orig_port, const char *resp, uint16_t resp_port)
{
    struct conn c = {.orig_port = orig_port, .resp_port = resp_port, .proto = 6};

    cr_assert(ip_parse(str_of(orig), &c.orig));
    cr_assert(ip_parse(str_of(resp), &c.resp));
    return c;
}

Test(record, every_state_has_a_name)
{
    for (int i = 0; i < STATES; i++)
        cr_expect_not_null(conn_state_names[i], "state %d", i);
    cr_expect_str_eq(conn_state_names[STATE_RSTOS0], "RSTOS0");
}

Test(record, a_suricata_flow_has_one_name_from_both_sides)
{
    struct conn there = ends("192.0.2.1", 1025, "198.51.100.7", 22);
    struct conn back = ends("198.51.100.7", 22, "192.0.2.1", 1025);
    struct conn other = ends("192.0.2.1", 1026, "198.51.100.7", 22);

    cr_expect_eq(record_ident_eve(77, &there, 1), record_ident_eve(77, &back, 2));
    cr_expect_neq(record_ident_eve(77, &there, 1), record_ident_eve(78, &there, 1));
    cr_expect_neq(record_ident_eve(77, &there, 1), record_ident_eve(77, &other, 1));
}

Test(record, without_a_flow_id_the_time_names_the_flow)
{
    struct conn c = ends("192.0.2.1", 1025, "198.51.100.7", 22);

    cr_expect_neq(record_ident_eve(0, &c, 1), record_ident_eve(0, &c, 2));
    cr_expect_eq(record_ident_eve(0, &c, 5), record_ident_eve(0, &c, 5));
}

Test(record, icmp_types_do_not_change_the_name)
{
    struct conn echo = ends("192.0.2.1", 8, "198.51.100.7", 0);
    struct conn reply = ends("198.51.100.7", 0, "192.0.2.1", 0);

    echo.proto = reply.proto = 1;
    cr_expect_eq(record_ident_eve(9, &echo, 1), record_ident_eve(9, &reply, 1));
}

Test(record, a_uid_is_a_number_where_the_number_reads_the_same)
{
    int64_t number = 7;
    const char *const texts[] = {
        "", "CHhAvVGS1DHFjwGM9", "00", "01", "-0", "-5", "+5", " 5", "5 ", "1000000000000000000"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_not(record_uid_number(str_of(texts[i]), &number), "\"%s\"", texts[i]);
    cr_expect_eq(number, 7);
    cr_expect(record_uid_number(STR("0"), &number) && number == 0);
    cr_expect(record_uid_number(STR("999999999999999999"), &number));
    cr_expect_eq(number, INT64_C(999999999999999999));
}

Test(record, new_records_know_nothing)
{
    struct batch b = {0};
    struct flow *f = batch_add_flow(&b);
    struct login *l = batch_add_login(&b);

    cr_expect_eq(f->orig_bytes, -1);
    cr_expect_eq(f->resp_pkts, -1);
    cr_expect_eq(f->duration_us, -1);
    cr_expect_eq(f->missed_bytes, -1);
    cr_expect_eq(l->attempts, -1);
    cr_expect_eq(l->success, -1);
    batch_done(&b);
}

Test(record, a_batch_grows_and_keeps_its_memory_when_cleared)
{
    struct batch b = {0};

    for (uint32_t i = 0; i < 1000; i++) {
        batch_add_flow(&b)->t_us = i;
        batch_add_signature(&b)->sid = i;
    }
    cr_expect_eq(batch_count(&b), 2000);
    cr_expect_eq(b.flows[999].t_us, 999);
    cr_expect_eq(b.signatures[0].sid, 0);
    size_t cap = b.flow_cap;
    batch_clear(&b);
    cr_expect_eq(batch_count(&b), 0);
    cr_expect_eq(b.flow_cap, cap);
    batch_done(&b);
    cr_expect_null(b.flows);
}
