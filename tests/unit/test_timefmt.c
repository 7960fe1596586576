/* util/timefmt.c: calendar, ISO and epoch forms, durations; against the C library where it can. */
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define UNTOUCHED INT64_C(-42424242)

struct time_case {
    const char *text;
    int64_t t_us;
};

/* Parses a copy that ends where the text does, so that a sanitizer sees a reader go on. */
static bool parse_exact(bool (*parse)(struct str, int64_t *), const char *text, int64_t *t_us)
{
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    memcpy(copy, text, len);
    bool ok = parse((struct str){copy, len}, t_us);
    free(copy);
    return ok;
}

static void check_good(
    bool (*parse)(struct str, int64_t *), const struct time_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t t_us = UNTOUCHED;
        cr_assert(parse_exact(parse, cases[i].text, &t_us), "%s", cases[i].text);
        cr_assert_eq(t_us, cases[i].t_us, "%s: %lld", cases[i].text, (long long)t_us);
    }
}

static void check_bad(bool (*parse)(struct str, int64_t *), const char *const *texts, size_t count)
{
    int64_t t_us = UNTOUCHED;
    for (size_t i = 0; i < count; i++)
        cr_assert_not(parse_exact(parse, texts[i], &t_us), "%s", texts[i]);
    cr_assert_not(parse(STR_NONE, &t_us));
    cr_assert_eq(t_us, UNTOUCHED, "a refused text must not set the time");
}

#define CHECK_GOOD(parse, cases) check_good(parse, cases, sizeof cases / sizeof cases[0])
#define CHECK_BAD(parse, texts)  check_bad(parse, texts, sizeof texts / sizeof texts[0])

static void check_format(int64_t t_us, const char *fine, const char *coarse)
{
    char text[TIME_TEXT_SIZE];
    time_format(t_us, text);
    cr_assert_str_eq(text, fine);
    time_format_s(t_us, text);
    cr_assert_str_eq(text, coarse);
}

Test(timefmt, formats_around_the_epoch_and_at_the_ends)
{
    check_format(0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00Z");
    check_format(1, "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00Z");
    check_format(-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z");
    check_format(-TIME_US_DAY, "1969-12-31T00:00:00.000000Z", "1969-12-31T00:00:00Z");
    check_format(INT64_C(1541117139881040), "2018-11-02T00:05:39.881040Z", "2018-11-02T00:05:39Z");
    check_format(INT64_C(951782399999999), "2000-02-28T23:59:59.999999Z", "2000-02-28T23:59:59Z");
    check_format(INT64_C(951782400000000), "2000-02-29T00:00:00.000000Z", "2000-02-29T00:00:00Z");
    check_format(TIME_US_MIN, "0001-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z");
    check_format(TIME_US_MAX, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z");
}

Test(timefmt, clamps_what_rfc_3339_cannot_write)
{
    check_format(TIME_US_MIN - 1, "0001-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z");
    check_format(INT64_MIN, "0001-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z");
    check_format(TIME_US_MAX + 1, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z");
    check_format(INT64_MAX, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z");
}

Test(timefmt, agrees_with_the_c_library_on_every_day_of_10000_years)
{
    for (int64_t t_us = TIME_US_MIN, day = 0; t_us < TIME_US_MAX; t_us += TIME_US_DAY, day++) {
        int64_t at_us = t_us + day * 7919 % 86400 * TIME_US_SECOND + day % 1000000;
        time_t seconds = (time_t)((at_us - TIME_US_MIN) / TIME_US_SECOND - 62135596800);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        char expected[80], text[TIME_TEXT_SIZE];
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
            tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
            (int)(day % 1000000));
        time_format(at_us, text);
        int64_t back_us;
        if (strcmp(text, expected) != 0 || !time_parse_iso(str_of(text), &back_us) ||
            back_us != at_us)
            cr_assert_fail("%lld: %s, not %s", (long long)at_us, text, expected);
    }
}

#define T2024 INT64_C(1713514987123456) /* 2024-04-19T08:23:07.123456Z */

Test(timefmt, iso_knows_every_offset_form)
{
    static const struct time_case cases[] = {
        {"2024-04-19T08:23:07.123456Z", T2024},
        {"2024-04-19T08:23:07.123456", T2024},
        {"2024-04-19 08:23:07.123456", T2024},
        {"2024-04-19t08:23:07.123456z", T2024},
        {"2024-04-19T08:23:07.123456+00:00", T2024},
        {"2024-04-19T08:23:07.123456-00:00", T2024},
        {"2024-04-19T08:23:07.123456+0000", T2024},
        {"2024-04-19T08:23:07.123456+00", T2024},
        {"2024-04-19T13:53:07.123456+0530", T2024},
        {"2024-04-19T13:53:07.123456+05:30", T2024},
        {"2024-04-19T03:23:07.123456-0500", T2024},
        {"2024-04-19T03:23:07.123456-05:00", T2024},
        {"2024-04-19T03:23:07.123456-05", T2024},
        {"2024-04-19T04:53:07.123456-0330", T2024},
        {"2024-04-20T08:22:07.123456+23:59", T2024},
        {"2024-04-18T22:53:07.123456-0930", T2024},
    };
    CHECK_GOOD(time_parse_iso, cases);
}

Test(timefmt, iso_cuts_the_fraction_after_six_digits)
{
    static const struct time_case cases[] = {
        {"1970-01-01T00:00:00", 0},
        {"1970-01-01T00:00:00.5", 500000},
        {"1970-01-01T00:00:00.000001", 1},
        {"1970-01-01T00:00:00.0000009", 0},
        {"1970-01-01T00:00:00.999999999", 999999},
        {"1970-01-01T00:00:00.123456789Z", 123456},
        {"1970-01-01T00:00:00.12+0000", 120000},
        {"1969-12-31T23:59:59.999999", -1},
        {"1969-12-31T23:59:59.25", -750000},
        {"1969-12-31T23:59:59.9999999", -1},
    };
    CHECK_GOOD(time_parse_iso, cases);
}

Test(timefmt, iso_knows_leap_days_leap_seconds_and_the_ends)
{
    static const struct time_case cases[] = {
        {"2000-02-29T00:00:00Z", INT64_C(951782400000000)},
        {"2024-02-29T23:59:59Z", INT64_C(1709251199000000)},
        {"1900-03-01T00:00:00Z", INT64_C(-2203891200000000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000)},
        {"2016-12-31T23:59:60.5Z", INT64_C(1483228800500000)},
        {"0001-01-01T00:00:00Z", TIME_US_MIN},
        {"9999-12-31T23:59:59.999999Z", TIME_US_MAX},
        {"9999-12-31T23:59:59.999999999+00:01", TIME_US_MAX - TIME_US_MINUTE},
        {"1999-11-23T10:00:00.000000+0100", INT64_C(943347600000000)},
    };
    CHECK_GOOD(time_parse_iso, cases);
}

Test(timefmt, iso_refuses_what_is_no_time)
{
    static const char *const texts[] = {"", "2024", "2024-04-19", "2024-04-19T", "2024-04-19T08:23",
        "2024-04-19T08:23:0", "2024-04-19T08:23:7", "2024-4-19T08:23:07Z", "24-04-19T08:23:07Z",
        "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2024-04-31T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z", "0000-01-01T00:00:00Z",
        "2024-04-19T24:00:00Z", "2024-04-19T08:60:00Z", "2024-04-19T08:23:61Z",
        "2024-04-19X08:23:07Z", "2024-04-19T08.23.07Z", "2024/04/19T08:23:07Z",
        "2024-04-19T08:23:07.Z", "2024-04-19T08:23:07.", "2024-04-19T08:23:07,5Z",
        "2024-04-19T08:23:07.1234567890Z", "2024-04-19T08:23:07.12a", "2024-04-19T08:23:07ZZ",
        "2024-04-19T08:23:07 Z", "2024-04-19T08:23:07+", "2024-04-19T08:23:07+5",
        "2024-04-19T08:23:07+053", "2024-04-19T08:23:07+05:3", "2024-04-19T08:23:07+05:300",
        "2024-04-19T08:23:07+05-30", "2024-04-19T08:23:07+2400", "2024-04-19T08:23:07+0060",
        "2024-04-19T08:23:07+0a00", "2024-04-19T08:23:07*0000", " 2024-04-19T08:23:07Z",
        "2024-04-19T08:23:07Z ", "-024-04-19T08:23:07Z", "20x4-04-19T08:23:07Z",
        "2x24-04-19T08:23:07Z", "2024x04-19T08:23:07Z", "2024-04x19T08:23:07Z",
        "2024-04-19T08x23:07Z", "2024-04-19T08:23x07Z", "+024-04-19T08:23:07Z",
        "2024-04-19T-8:23:07Z", "2024-04-19T08:23:07.-5Z", "12024-04-19T08:23:07Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"};
    CHECK_BAD(time_parse_iso, texts);
    int64_t t_us;
    cr_assert_not(time_parse_iso(STR("2024-04-19T08:23:07Z\0"), &t_us), "a NUL byte is no end");
}

/* What a reader past the end would take for more of the time. */
Test(timefmt, iso_and_epoch_read_no_further_than_the_slice)
{
    int64_t t_us;
    cr_assert(time_parse_iso((struct str){"1970-01-01T00:00:01.5+0100", 19}, &t_us));
    cr_assert_eq(t_us, TIME_US_SECOND);
    cr_assert(time_parse_epoch((struct str){"123.456e5", 2}, &t_us));
    cr_assert_eq(t_us, 12 * TIME_US_SECOND);
    cr_assert(time_parse_epoch((struct str){"123.456e5", 5}, &t_us));
    cr_assert_eq(t_us, 123400000);
    cr_assert(time_parse_epoch((struct str){"1e15", 3}, &t_us));
    cr_assert_eq(t_us, 10 * TIME_US_SECOND);
    cr_assert(duration_parse((struct str){"15 min", 4}, &t_us));
    cr_assert_eq(t_us, 15 * TIME_US_MINUTE);
    cr_assert_not(duration_parse((struct str){"15 min", 3}, &t_us));
}

Test(timefmt, epoch_is_exact_to_the_microsecond)
{
    static const struct time_case cases[] = {
        {"1541117139.881040", INT64_C(1541117139881040)},
        {"1541117139.88104", INT64_C(1541117139881040)},
        {"1541117139", INT64_C(1541117139000000)},
        {"1332008617", INT64_C(1332008617000000)},
        {"15.2", 15200000},
        {"0", 0},
        {"-0", 0},
        {"0.000001", 1},
        {"0.0000019", 1},
        {"-0.000001", -1},
        {"-0.0000019", -1},
        {"-0.5", -500000},
        {"+1.5", 1500000},
        {"-62135596800", TIME_US_MIN},
        {"-62135596800.000000", TIME_US_MIN},
        {"253402300799.999999", TIME_US_MAX},
        {"253402300799.9999999999999999999999999999", TIME_US_MAX},
        {"0000000000000000000000000000001.25", 1250000},
        {"1700000000.123456000000000000000000000000", INT64_C(1700000000123456)},
        {"0.000000000000000000000000000000000000000001", 0},
    };
    CHECK_GOOD(time_parse_epoch, cases);
}

Test(timefmt, epoch_reads_exponents)
{
    static const struct time_case cases[] = {
        {"1.5e9", INT64_C(1500000000000000)},
        {"1.5E+9", INT64_C(1500000000000000)},
        {"1.541117139881040e9", INT64_C(1541117139881040)},
        {"1.541117139881040e+09", INT64_C(1541117139881040)},
        {"1541117139881.040e-3", INT64_C(1541117139881040)},
        {"1541117139881040e-6", INT64_C(1541117139881040)},
        {"15411171398810409999e-10", INT64_C(1541117139881040)},
        {"154111713988104099990000e-14", INT64_C(1541117139881040)},
        {"-1e0", -TIME_US_SECOND},
        {"5e-6", 5},
        {"9e-7", 0},
        {"1e-300", 0},
        {"1e-99999999999999999999", 0},
        {"0e99999999999999999999", 0},
        {"0.0000000000000000000000000000001e40", INT64_C(1000000000000000)},
        {"2.53402300799999999e11", TIME_US_MAX},
    };
    CHECK_GOOD(time_parse_epoch, cases);
}

Test(timefmt, epoch_refuses_what_is_no_number_or_no_time)
{
    static const char *const texts[] = {"", "-", "+", ".", "-.5", ".5", "5.", "1..2", "1.2.3",
        "--1", "+-1", "1-", " 1", "1 ", "1e", "1e+", "1e-", "1e5.5", "1e5e5", "e5", "1.e5", "0x10",
        "nan", "inf", "1,5", "12a", "1.5a", "-62135596800.000001", "253402300800",
        "253402300800.000000", "9223372036854775807", "9223372036854.775808",
        "18446744073709551616", "99999999999999999999999999", "1e12", "1e13", "1e14", "1e19",
        "1e20", "1e300", "1e99999999999999999999", "-1e99999999999999999999",
        "1844674407370955161.6e1"};
    CHECK_BAD(time_parse_epoch, texts);
    int64_t t_us;
    cr_assert_not(time_parse_epoch(STR("1541117139\0"), &t_us), "a NUL byte is no end");
}

/* Every time has one value, however the point is moved. */
Test(timefmt, epoch_is_exact_for_any_time_and_exponent)
{
    uint64_t random = 88172645463325252;
    for (int round = 0; round < 50000; round++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int64_t t_us = (int64_t)(random % (uint64_t)TIME_US_MAX);
        if (round % 3 == 0 && t_us < -TIME_US_MIN)
            t_us = -t_us;
        long long whole = t_us / TIME_US_SECOND, rest = t_us % TIME_US_SECOND;
        if (rest < 0)
            rest = -rest;
        char plain[64], shifted[64];
        snprintf(
            plain, sizeof plain, "%s%lld.%06lld", t_us < 0 && whole == 0 ? "-" : "", whole, rest);
        snprintf(shifted, sizeof shifted, "%llde-6", (long long)t_us);
        int64_t a_us = UNTOUCHED, b_us = UNTOUCHED;
        cr_assert(time_parse_epoch(str_of(plain), &a_us), "%s", plain);
        cr_assert(time_parse_epoch(str_of(shifted), &b_us), "%s", shifted);
        cr_assert_eq(a_us, t_us, "%s", plain);
        cr_assert_eq(b_us, t_us, "%s", shifted);
    }
}

static bool parse_at_2024(struct str s, int64_t *t_us)
{
    return time_parse(s, T2024, t_us);
}

Test(timefmt, option_is_a_time_a_date_or_a_duration_ago)
{
    static const struct time_case cases[] = {
        {"2024-04-19T08:23:07.123456Z", T2024},
        {"1713514987.123456", T2024},
        {"2024-04-19", INT64_C(1713484800000000)},
        {"1969-12-31", -TIME_US_DAY},
        {"0001-01-01", TIME_US_MIN},
        {"24h", T2024 - TIME_US_DAY},
        {"1 d", T2024 - TIME_US_DAY},
        {"1h30m", T2024 - 90 * TIME_US_MINUTE},
        {"0s", T2024},
    };
    CHECK_GOOD(parse_at_2024, cases);
    static const char *const texts[] = {"", "now", "2024-04", "2024-04-19T08:23", "2024-02-30",
        "-24h", "24h ago", "2024-04-19 ", "800000d", "9223372036854775807us"};
    CHECK_BAD(parse_at_2024, texts);
    int64_t t_us;
    cr_assert(parse_at_2024(STR("24"), &t_us), "a bare number is seconds since the epoch");
    cr_assert_eq(t_us, 24 * TIME_US_SECOND);
}

Test(timefmt, option_refuses_a_time_before_all_times)
{
    int64_t t_us;
    cr_assert(time_parse(STR("1s"), TIME_US_MIN + TIME_US_SECOND, &t_us));
    cr_assert_eq(t_us, TIME_US_MIN);
    cr_assert_not(time_parse(STR("1s"), TIME_US_MIN + TIME_US_SECOND - 1, &t_us));
    cr_assert_not(time_parse(STR("1s"), INT64_MIN, &t_us));
    cr_assert_not(time_parse(STR("9223372036854775807us"), TIME_US_MAX, &t_us));
}

Test(timefmt, duration_knows_its_units)
{
    static const struct time_case cases[] = {
        {"7us", 7},
        {"7ms", 7000},
        {"90s", 90 * TIME_US_SECOND},
        {"2 sec", 2 * TIME_US_SECOND},
        {"30m", 30 * TIME_US_MINUTE},
        {"30 min", 30 * TIME_US_MINUTE},
        {"24h", TIME_US_DAY},
        {"1 hour", TIME_US_HOUR},
        {"24 hours", TIME_US_DAY},
        {"7 d", 7 * TIME_US_DAY},
        {"1day", TIME_US_DAY},
        {"7  days", 7 * TIME_US_DAY},
        {"2w", 14 * TIME_US_DAY},
        {"0s", 0},
        {"1h30m", 90 * TIME_US_MINUTE},
        {"1 h 30 min", 90 * TIME_US_MINUTE},
        {" 1h\t30m ", 90 * TIME_US_MINUTE},
        {"1w1d1h1m1s1ms1us",
            8 * TIME_US_DAY + TIME_US_HOUR + TIME_US_MINUTE + TIME_US_SECOND + 1001},
        {"9223372036854775807us", INT64_MAX},
        {"9223372036854775806us 1us", INT64_MAX},
    };
    CHECK_GOOD(duration_parse, cases);
}

Test(timefmt, duration_refuses_what_it_cannot_hold_or_read)
{
    static const char *const texts[] = {"", " ", "5", "s", "h5", "5x", "5 H", "5 Min", "5mins",
        "1.5h", "-5s", "+5s", "5 s 3", "5s,3ms", "1h 30", "1 0s", "9223372036854775808us",
        "9223372036854775807us1us", "9223372036854775807ms", "15250285w", "99999999999999999999s"};
    CHECK_BAD(duration_parse, texts);
}

static void check_duration(int64_t us, const char *expected)
{
    char text[32];
    duration_format(us, text);
    cr_assert_str_eq(text, expected);
}

Test(timefmt, duration_shows_at_most_two_units)
{
    check_duration(0, "0 s");
    check_duration(1, "1 us");
    check_duration(999, "999 us");
    check_duration(1000, "1 ms");
    check_duration(1001, "1 ms 1 us");
    check_duration(999999, "999 ms 999 us");
    check_duration(TIME_US_SECOND, "1 s");
    check_duration(1500000, "1 s 500 ms");
    check_duration(200 * TIME_US_SECOND, "3 min 20 s");
    check_duration(TIME_US_MINUTE - 1, "59 s 999 ms");
    check_duration(TIME_US_MINUTE, "1 min");
    check_duration(TIME_US_HOUR + 59 * TIME_US_SECOND, "1 h");
    check_duration(52 * TIME_US_HOUR, "2 d 4 h");
    check_duration(2 * TIME_US_DAY + 59 * TIME_US_MINUTE, "2 d");
    check_duration(30 * TIME_US_DAY, "30 d");
    check_duration(-200 * TIME_US_SECOND, "-3 min 20 s");
    check_duration(INT64_MAX, "106751991 d 4 h");
    check_duration(INT64_MIN, "-106751991 d 4 h");
}

Test(timefmt, duration_shown_reads_back)
{
    static const int64_t exact_us[] = {0, 1, 1001, 1500000, 61 * TIME_US_SECOND,
        200 * TIME_US_SECOND, 90 * TIME_US_MINUTE, 52 * TIME_US_HOUR, 400 * TIME_US_DAY};
    for (size_t i = 0; i < sizeof exact_us / sizeof exact_us[0]; i++) {
        char text[32];
        int64_t us = UNTOUCHED;
        duration_format(exact_us[i], text);
        cr_assert(duration_parse(str_of(text), &us), "%s", text);
        cr_assert_eq(us, exact_us[i], "%s", text);
    }
}

Test(timefmt, later_goes_no_further_than_all_time)
{
    cr_expect_eq(time_later(100, 20), 120);
    cr_expect_eq(time_later(100, -120), -20);
    cr_expect_eq(time_later(INT64_MAX - 1, 1), INT64_MAX);
    cr_expect_eq(time_later(INT64_MAX, TIME_US_DAY), INT64_MAX);
    cr_expect_eq(time_later(INT64_MIN, -TIME_US_DAY), INT64_MIN);
    cr_expect_eq(time_later(INT64_MIN, TIME_US_DAY), INT64_MIN + TIME_US_DAY);
}

Test(timefmt, units_are_counted_down_before_1970)
{
    cr_expect_eq(time_units(0, 10), 0);
    cr_expect_eq(time_units(9, 10), 0);
    cr_expect_eq(time_units(10, 10), 1);
    cr_expect_eq(time_units(-1, 10), -1);
    cr_expect_eq(time_units(-10, 10), -1);
    cr_expect_eq(time_units(-11, 10), -2);
    cr_expect_eq(time_hour(TIME_US_DAY - 1), 23);
    cr_expect_eq(time_day(-1), -1);
    cr_expect_eq(time_day(INT64_MIN), INT64_MIN / TIME_US_DAY - 1);
}
