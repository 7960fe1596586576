/* Times and durations as text. Inside the program a time is int64_t microseconds since
 * 1970-01-01T00:00:00Z (negative before it), a duration int64_t microseconds. */
#pragma once

#include "util/str.h"

#define TIME_US_SECOND INT64_C(1000000)
#define TIME_US_MINUTE (60 * TIME_US_SECOND)
#define TIME_US_HOUR   (60 * TIME_US_MINUTE)
#define TIME_US_DAY    (24 * TIME_US_HOUR)
/* Years 0001 to 9999: what RFC 3339 can write. */
#define TIME_US_MIN INT64_C(-62135596800000000)
#define TIME_US_MAX INT64_C(253402300799999999)

/* So many whole units lie between 1970 and t, rounded down before 1970, too: the hour, day or stretch
 * that holds t. */
static inline int64_t time_units(int64_t t, int64_t unit)
{
    return t / unit - (t % unit < 0);
}
static inline int64_t time_hour(int64_t t_us)
{
    return time_units(t_us, TIME_US_HOUR);
}
static inline int64_t time_day(int64_t t_us)
{
    return time_units(t_us, TIME_US_DAY);
}

/* So much later, or earlier with by_us < 0; no further than the first and last moment that a number can hold,
 * which stand for all time. */
static inline int64_t time_later(int64_t t_us, int64_t by_us)
{
    int64_t sum;
    return __builtin_add_overflow(t_us, by_us, &sum) ? by_us < 0 ? INT64_MIN : INT64_MAX : sum;
}

#define TIME_TEXT_SIZE 28 /* "2024-04-19T08:23:07.123456Z" and a NUL */

/* Writes RFC 3339 UTC with six digits and 'Z'. Out of range times are clamped. */
void time_format(int64_t t_us, char text[TIME_TEXT_SIZE]);
/* The same without the fraction, for people: "2024-04-19T08:23:07Z". */
void time_format_s(int64_t t_us, char text[TIME_TEXT_SIZE]);

/* ISO 8601 / RFC 3339 as Zeek and Suricata write it: 'T' or a space, up to 9 fractional digits
 * (beyond six they are cut), offset 'Z', +hh:mm, +hhmm, +hh or none (then UTC). */
bool time_parse_iso(struct str s, int64_t *t_us);
/* Seconds since the epoch in decimal, with or without a fraction or sign: "1541117139.881040".
 * Exact: never through a double. An exponent ("1.5e9") is accepted. */
bool time_parse_epoch(struct str s, int64_t *t_us);
/* Either of the two, a date alone ("2024-04-19"), or a duration before now ("24h"), for options. */
bool time_parse(struct str s, int64_t now_us, int64_t *t_us);

/* "30 min", "24h", "7 d", "90s", "1h30m": units us, ms, s, sec, m, min, h, hour(s), d, day(s), w. */
bool duration_parse(struct str s, int64_t *us);
/* Short, for people: "3 min 20 s", "2 d 4 h"; at most two units. Needs 32 bytes. */
void duration_format(int64_t us, char text[32]);
