/* Single values as logs write them. */
#include "ingest/fields.h"

#include <criterion/criterion.h>

static int64_t count_of(const char *text)
{
    int64_t count;

    return field_count(str_of(text), &count) ? count : -1;
}

static int64_t seconds_of(const char *text)
{
    int64_t us;

    return field_seconds(str_of(text), &us) ? us : INT64_MIN;
}

Test(fields, counts_are_whole_numbers)
{
    cr_expect_eq(count_of("0"), 0);
    cr_expect_eq(count_of("999999999999999999"), INT64_C(999999999999999999));
    cr_expect_eq(count_of("1316.0"), 1316);
    cr_expect_eq(count_of("1316."), 1316);
    cr_expect_eq(count_of("1316.5"), -1);
    cr_expect_eq(count_of("1000000000000000000"), -1, "too many digits");
    cr_expect_eq(count_of(""), -1);
    cr_expect_eq(count_of("-1"), -1);
    cr_expect_eq(count_of(" 1"), -1);
    cr_expect_eq(count_of("1e3"), -1);
}

Test(fields, ports_end_at_65535)
{
    uint16_t port = 1;

    cr_expect(field_port(STR("65535"), &port));
    cr_expect_eq(port, 65535);
    cr_expect_not(field_port(STR("65536"), &port));
    cr_expect_not(field_port(STR("93145"), &port));
    cr_expect_not(field_port(STR(""), &port));
    cr_expect_eq(port, 65535, "left alone");
}

Test(fields, seconds_are_exact_to_the_microsecond)
{
    cr_expect_eq(seconds_of("1541117139.881040"), INT64_C(1541117139881040));
    cr_expect_eq(seconds_of("0.000001"), 1);
    cr_expect_eq(seconds_of("15.2"), 15200000);
    cr_expect_eq(seconds_of("1332008617"), INT64_C(1332008617000000));
    cr_expect_eq(seconds_of("9.9e-05"), 99);
    cr_expect_eq(seconds_of("0.001528024673461914"), 1528);
    cr_expect_eq(seconds_of("-1.000000"), -1000000);
    cr_expect_eq(seconds_of("XXXXXXXXXX.XXXXXX"), INT64_MIN);
    cr_expect_eq(seconds_of("12345678901.000000"), INT64_C(12345678901000000));
    cr_expect_eq(seconds_of("1541117139:881040"), INT64_MIN);
    cr_expect_eq(seconds_of(""), INT64_MIN);
    cr_expect_eq(seconds_of("123456789012345678901.000000"), INT64_MIN, "no overflow");
    cr_expect_eq(seconds_of("."), INT64_MIN);
    cr_expect_eq(seconds_of(".123456"), INT64_MIN);
}

Test(fields, times_are_seconds_or_iso)
{
    int64_t t;

    cr_expect(field_time(STR("2024-04-19T08:23:07.5+0200"), &t));
    cr_expect_eq(t, INT64_C(1713507787500000));
    cr_expect(field_time(STR("1713507787.500000"), &t));
    cr_expect_eq(t, INT64_C(1713507787500000));
    cr_expect_not(field_time(STR("2024-04-19"), &t));
    cr_expect_not(field_time(STR("yesterday"), &t));
    cr_expect_not(field_time(STR(""), &t));
}

Test(fields, protocols_have_names_in_any_case_or_numbers)
{
    cr_expect_eq(field_proto(STR("tcp")), 6);
    cr_expect_eq(field_proto(STR("UDP")), 17);
    cr_expect_eq(field_proto(STR("IPv6-ICMP")), 58);
    cr_expect_eq(field_proto(STR("47")), 47);
    cr_expect_eq(field_proto(STR("256")), 0);
    cr_expect_eq(field_proto(STR("unknown_transport")), 0);
    cr_expect_eq(field_proto(STR("")), 0);
}

Test(fields, flags_are_two_hexadecimal_digits)
{
    uint8_t flags = 0;

    cr_expect(field_hex_byte(STR("1b"), &flags));
    cr_expect_eq(flags, 0x1b);
    cr_expect(field_hex_byte(STR("DF"), &flags));
    cr_expect_eq(flags, 0xdf);
    cr_expect_not(field_hex_byte(STR("1"), &flags));
    cr_expect_not(field_hex_byte(STR("1g"), &flags));
    cr_expect_not(field_hex_byte(STR(""), &flags));
}
