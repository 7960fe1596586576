/* Times and durations as text, by integers alone: no locale, no time zone, no double. */
#include "util/timefmt.h"

#include <stdio.h>

#define SECONDS_PER_DAY 86400
#define DAYS_TO_1970    719162 /* from 0001-01-01 */
#define DAYS_PER_400Y   146097
#define DAYS_PER_100Y   36524
#define DAYS_PER_4Y     1461
#define FRACTION_MAX    9
#define EXPONENT_MAX    1000000 /* beyond any time; keeps sums of exponents in range */
#define POWERS          20      /* 10^0 .. 10^19, what fits 64 bits */
#define MANTISSA_GROWS  ((UINT64_MAX - 9) / 10)

/* Days before each month, in common and in leap years. */
static const int days_before_month[2][13] = {
    {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
    {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366},
};

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since 1970-01-01 of a date in the years 1 to 9999; false for a date there never was. */
static bool days_of_date(int year, int month, int day, int64_t *days)
{
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    const int *before = days_before_month[is_leap(year)];
    if (day > before[month] - before[month - 1])
        return false;
    int y = year - 1;
    *days = y * 365 + y / 4 - y / 100 + y / 400 + before[month - 1] + day - 1 - DAYS_TO_1970;
    return true;
}

static void date_of_days(int64_t days, int *year, int *month, int *day)
{
    int left = (int)(days + DAYS_TO_1970);
    int y = 1 + 400 * (left / DAYS_PER_400Y);
    left %= DAYS_PER_400Y;
    /* The last day of a leap period would begin a fourth century or year that is not there. */
    int centuries = left / DAYS_PER_100Y < 4 ? left / DAYS_PER_100Y : 3;
    left -= centuries * DAYS_PER_100Y;
    y += 100 * centuries + 4 * (left / DAYS_PER_4Y);
    left %= DAYS_PER_4Y;
    int years = left / 365 < 4 ? left / 365 : 3;
    left -= years * 365;
    y += years;
    const int *before = days_before_month[is_leap(y)];
    int m = left / 31; /* never too big, at most one too small */
    if (left >= before[m + 1])
        m++;
    *year = y;
    *month = m + 1;
    *day = left - before[m] + 1;
}

static char *put_digits(char *p, int value, int width)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + width;
}

/* Writes "2024-04-19T08:23:07" and returns where to go on. *fraction_us is what is left. */
static char *put_seconds(char *p, int64_t t_us, int *fraction_us)
{
    t_us = t_us < TIME_US_MIN ? TIME_US_MIN : t_us > TIME_US_MAX ? TIME_US_MAX : t_us;
    int64_t days = time_day(t_us);
    int64_t in_day = t_us - days * TIME_US_DAY;
    int second = (int)(in_day / TIME_US_SECOND);
    *fraction_us = (int)(in_day % TIME_US_SECOND);

    const int clock[3] = {second / 3600, second / 60 % 60, second % 60};
    int year, month, day;
    date_of_days(days, &year, &month, &day);
    p = put_digits(p, year, 4);
    *p++ = '-';
    p = put_digits(p, month, 2);
    *p++ = '-';
    p = put_digits(p, day, 2);
    for (int i = 0; i < 3; i++) {
        *p++ = i == 0 ? 'T' : ':';
        p = put_digits(p, clock[i], 2);
    }
    return p;
}

void time_format(int64_t t_us, char text[TIME_TEXT_SIZE])
{
    int fraction_us;
    char *p = put_seconds(text, t_us, &fraction_us);
    *p++ = '.';
    p = put_digits(p, fraction_us, 6);
    *p++ = 'Z';
    *p = '\0';
}

void time_format_s(int64_t t_us, char text[TIME_TEXT_SIZE])
{
    int fraction_us;
    char *p = put_seconds(text, t_us, &fraction_us);
    *p++ = 'Z';
    *p = '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Two digits as a number; 100 for anything else, which no field of a time allows. */
static int two_digits(const char *p)
{
    unsigned tens = (unsigned)(unsigned char)p[0] - '0', ones = (unsigned)(unsigned char)p[1] - '0';
    return tens <= 9 && ones <= 9 ? (int)(tens * 10 + ones) : 100;
}

#define DATE_LEN  10 /* "2024-04-19" */
#define CLOCK_LEN 8  /* "08:23:07" */

static bool parse_date(const char *p, int64_t *days)
{
    int century = two_digits(p), year = two_digits(p + 2);
    if (century > 99 || year > 99 || p[4] != '-' || p[7] != '-')
        return false;
    return days_of_date(century * 100 + year, two_digits(p + 5), two_digits(p + 8), days);
}

/* A leap second (":60") is the first second of the next minute, as in POSIX time. */
static bool parse_clock(const char *p, int *seconds)
{
    int hour = two_digits(p), minute = two_digits(p + 3), second = two_digits(p + 6);
    if (hour > 23 || minute > 59 || second > 60 || p[2] != ':' || p[5] != ':')
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

/* ".123456", as sensors write it. */
static bool six_digits(const char *at, const char *end, int *fraction_us)
{
    if (end - at < 7 || at[0] != '.' || (end - at > 7 && is_digit(at[7])))
        return false;
    int first = two_digits(at + 1), second = two_digits(at + 3), third = two_digits(at + 5);
    *fraction_us = first * 10000 + second * 100 + third;
    return first < 100 && second < 100 && third < 100;
}

/* ".123456789" at *p, which moves behind it; nothing there is zero. */
static bool parse_fraction(const char **p, const char *end, int *fraction_us)
{
    int value = 0, digits = 0;
    const char *at = *p;
    if (six_digits(at, end, fraction_us)) {
        *p = at + 7;
        return true;
    }
    if (at < end && *at == '.') {
        for (at++; at < end && is_digit(*at); at++, digits++)
            if (digits < 6)
                value = value * 10 + (*at - '0');
        if (digits == 0 || digits > FRACTION_MAX)
            return false;
    }
    for (; digits < 6; digits++)
        value *= 10;
    *fraction_us = value;
    *p = at;
    return true;
}

/* What follows the seconds, up to the end: 'Z', +hh:mm, +hhmm, +hh or nothing. */
static bool parse_offset(const char *p, const char *end, int *offset_s)
{
    ptrdiff_t len = end - p;
    *offset_s = 0;
    if (len == 0 || (len == 1 && (*p == 'Z' || *p == 'z')))
        return true;
    if (*p != '+' && *p != '-')
        return false;
    bool colon = len == 6 && p[3] == ':';
    if (len != 3 && len != 5 && !colon)
        return false;
    int hours = two_digits(p + 1);
    int minutes = len == 3 ? 0 : two_digits(p + 3 + colon);
    if (hours > 23 || minutes > 59)
        return false;
    *offset_s = (hours * 60 + minutes) * (*p == '-' ? -60 : 60);
    return true;
}

static bool in_range(int64_t t_us)
{
    return t_us >= TIME_US_MIN && t_us <= TIME_US_MAX;
}

bool time_parse_iso(struct str s, int64_t *t_us)
{
    if (s.len < DATE_LEN + 1 + CLOCK_LEN)
        return false;
    char between = s.p[DATE_LEN];
    if (between != 'T' && between != ' ' && between != 't')
        return false;
    const char *p = s.p + DATE_LEN + 1 + CLOCK_LEN;
    const char *end = s.p + s.len;
    int64_t days;
    int seconds, fraction_us, offset_s;
    if (!parse_date(s.p, &days) || !parse_clock(s.p + DATE_LEN + 1, &seconds) ||
        !parse_fraction(&p, end, &fraction_us) || !parse_offset(p, end, &offset_s))
        return false;
    int64_t t = (days * SECONDS_PER_DAY + seconds - offset_s) * TIME_US_SECOND + fraction_us;
    if (!in_range(t))
        return false;
    *t_us = t;
    return true;
}

/* mantissa * 10^exponent, cut to a whole number; false when it cannot be a time. */
static bool scale(uint64_t mantissa, int64_t exponent, uint64_t *value)
{
    static const uint64_t power[POWERS] = {UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000),
        UINT64_C(10000), UINT64_C(100000), UINT64_C(1000000), UINT64_C(10000000),
        UINT64_C(100000000), UINT64_C(1000000000), UINT64_C(10000000000), UINT64_C(100000000000),
        UINT64_C(1000000000000), UINT64_C(10000000000000), UINT64_C(100000000000000),
        UINT64_C(1000000000000000), UINT64_C(10000000000000000), UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000), UINT64_C(10000000000000000000)};
    if (mantissa == 0 || exponent <= -POWERS) {
        *value = 0;
    } else if (exponent < 0) {
        *value = mantissa / power[-exponent];
    } else {
        if (exponent >= POWERS || mantissa > (uint64_t)INT64_MAX / power[exponent])
            return false;
        *value = mantissa * power[exponent];
    }
    return *value <= (uint64_t)INT64_MAX;
}

/* "e9", "E-3" up to the end. */
static bool parse_exponent(const char *p, const char *end, int64_t *exponent)
{
    bool minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t n = 0;
    for (; p < end && is_digit(*p); p++)
        if (n < EXPONENT_MAX)
            n = n * 10 + (*p - '0');
    *exponent = minus ? -n : n;
    return p == end;
}

/* Appends digits to *mantissa while they fit: the 19 or more that do reach below a microsecond in
 * any time there is. What does not fit is counted in *dropped. Returns what follows the digits. */
static const char *take_digits(const char *p, const char *end, uint64_t *mantissa, int64_t *dropped)
{
    for (; p < end && is_digit(*p); p++) {
        if (*mantissa <= MANTISSA_GROWS)
            *mantissa = *mantissa * 10 + (uint64_t)(*p - '0');
        else
            (*dropped)++;
    }
    return p;
}

bool time_parse_epoch(struct str s, int64_t *t_us)
{
    if (s.len == 0)
        return false;
    const char *p = s.p;
    const char *end = s.p + s.len;
    bool minus = *p == '-';
    if (minus || *p == '+')
        p++;

    uint64_t mantissa = 0, value;
    int64_t dropped_whole = 0, dropped = 0, places = 0, exponent = 0;
    const char *whole = p;
    p = take_digits(p, end, &mantissa, &dropped_whole);
    if (p == whole)
        return false;
    if (p < end && *p == '.') {
        const char *fraction = ++p;
        p = take_digits(p, end, &mantissa, &dropped);
        places = p - fraction - dropped;
        if (p == fraction)
            return false;
    }
    if (p < end && ((*p != 'e' && *p != 'E') || !parse_exponent(p + 1, end, &exponent)))
        return false;
    if (!scale(mantissa, dropped_whole - places + exponent + 6, &value))
        return false;
    int64_t t = minus ? -(int64_t)value : (int64_t)value;
    if (!in_range(t))
        return false;
    *t_us = t;
    return true;
}

bool time_parse(struct str s, int64_t now_us, int64_t *t_us)
{
    int64_t days, before_us;
    if (time_parse_iso(s, t_us) || time_parse_epoch(s, t_us))
        return true;
    if (s.len == DATE_LEN && parse_date(s.p, &days)) {
        *t_us = days * TIME_US_DAY;
        return true;
    }
    if (!in_range(now_us) || !duration_parse(s, &before_us) || before_us > now_us - TIME_US_MIN)
        return false;
    *t_us = now_us - before_us;
    return true;
}

static const struct unit {
    const char *name;
    int64_t us;
} units[] = {
    {"us", 1},
    {"ms", 1000},
    {"s", TIME_US_SECOND},
    {"sec", TIME_US_SECOND},
    {"m", TIME_US_MINUTE},
    {"min", TIME_US_MINUTE},
    {"h", TIME_US_HOUR},
    {"hour", TIME_US_HOUR},
    {"hours", TIME_US_HOUR},
    {"d", TIME_US_DAY},
    {"day", TIME_US_DAY},
    {"days", TIME_US_DAY},
    {"w", 7 * TIME_US_DAY},
};

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Cuts the longest run of one kind of characters off the front of *s. */
static struct str take_word(struct str *s, bool (*is_kind)(char))
{
    struct str word = {s->p, 0};
    while (word.len < s->len && is_kind(s->p[word.len]))
        word.len++;
    *s = (struct str){s->p + word.len, s->len - word.len};
    return word;
}

/* One "30 min" off the front of *s, in microseconds. */
static bool take_duration(struct str *s, int64_t *us)
{
    int64_t count;
    if (!str_i64(take_word(s, is_digit), &count))
        return false;
    *s = str_trim(*s);
    struct str name = take_word(s, is_letter);
    *s = str_trim(*s);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_eq(name, str_of(units[i].name)))
            return !__builtin_mul_overflow(count, units[i].us, us);
    return false;
}

bool duration_parse(struct str s, int64_t *us)
{
    int64_t sum = 0, part;
    s = str_trim(s);
    if (s.len == 0)
        return false;
    while (s.len > 0)
        if (!take_duration(&s, &part) || __builtin_add_overflow(sum, part, &sum))
            return false;
    *us = sum;
    return true;
}

void duration_format(int64_t us, char text[32])
{
    static const struct unit shown[] = {{"d", TIME_US_DAY}, {"h", TIME_US_HOUR},
        {"min", TIME_US_MINUTE}, {"s", TIME_US_SECOND}, {"ms", 1000}, {"us", 1}};
    const size_t last = sizeof shown / sizeof shown[0] - 1;
    const char *sign = us < 0 ? "-" : "";
    uint64_t left = us < 0 ? -(uint64_t)us : (uint64_t)us;
    if (left == 0) {
        snprintf(text, 32, "0 s");
        return;
    }
    size_t i = 0;
    while (left < (uint64_t)shown[i].us)
        i++;
    /* Days count up to 106751991, every other unit below a thousand. */
    unsigned first = (unsigned)(left / (uint64_t)shown[i].us);
    left %= (uint64_t)shown[i].us;
    unsigned second = i < last ? (unsigned)(left / (uint64_t)shown[i + 1].us) : 0;
    int len = snprintf(text, 32, "%s%u %s", sign, first, shown[i].name);
    if (second > 0)
        snprintf(text + len, 32 - (size_t)len, " %u %s", second, shown[i + 1].name);
}
