#include "correlate/facts/twins.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define SECOND TIME_US_SECOND
#define LEN(a) (sizeof(a) / sizeof *(a))

static void match(struct sighting *zeek, size_t zeek_count, struct sighting *suricata,
    size_t suricata_count, int64_t skew_us)
{
    struct err err = {0};
    cr_assert(twins_match(zeek, zeek_count, suricata, suricata_count, skew_us, &err));
}

static size_t twin_at(int64_t z0, int64_t z1, int64_t s0, int64_t s1)
{
    struct sighting z = {.t0 = z0, .t1 = z1}, s = {.t0 = s0, .t1 = s1};
    match(&z, 1, &s, 1, 0);
    return s.twin;
}

Test(twins, the_same_moment_is_the_same_connection)
{
    cr_expect_eq(twin_at(0, 0, 0, 0), 0);
    cr_expect_eq(twin_at(0, SECOND, 0, SECOND), 0);
}

Test(twins, two_seconds_apart_is_still_the_same_and_a_microsecond_more_is_not)
{
    cr_expect_eq(twin_at(0, 0, 2 * SECOND, 2 * SECOND), 0);
    cr_expect_eq(twin_at(0, 0, 2 * SECOND + 1, 2 * SECOND + 1), TWIN_NONE);
    cr_expect_eq(twin_at(0, SECOND, 3 * SECOND, 4 * SECOND), 0, "after the end of Zeek's");
    cr_expect_eq(twin_at(0, SECOND, 3 * SECOND + 1, 4 * SECOND), TWIN_NONE);
    cr_expect_eq(twin_at(9 * SECOND, 9 * SECOND, 0, 7 * SECOND), 0, "before the start of Zeek's");
    cr_expect_eq(twin_at(9 * SECOND, 9 * SECOND, 0, 7 * SECOND - 1), TWIN_NONE);
}

Test(twins, nobody_has_a_twin_where_the_other_sensor_saw_nothing)
{
    struct sighting s[] = {{.t0 = 0, .twin = 7}};
    match(NULL, 0, s, 1, 0);
    cr_expect_eq(s[0].twin, TWIN_NONE);
    match(s, 1, NULL, 0, 0);
}

Test(twins, the_skew_is_taken_off_and_put_back)
{
    struct sighting z[] = {{.t0 = 100 * SECOND, .t1 = 101 * SECOND}};
    struct sighting s[] = {{.t0 = 200 * SECOND, .t1 = 201 * SECOND}};
    match(z, 1, s, 1, 0);
    cr_expect_eq(s[0].twin, TWIN_NONE);
    match(z, 1, s, 1, 100 * SECOND);
    cr_expect_eq(s[0].twin, 0);
    cr_expect_eq(s[0].t0, 200 * SECOND);
    cr_expect_eq(s[0].t1, 201 * SECOND);
    match(z, 1, s, 1, 103 * SECOND);
    cr_expect_eq(s[0].twin, 0, "it ends two seconds before the other begins");
    match(z, 1, s, 1, 103 * SECOND + 1);
    cr_expect_eq(s[0].twin, TWIN_NONE);
}

/* Zeek kept one record over a silence at which Suricata began a new one. */
Test(twins, pieces_inside_one_record_are_all_its_twins)
{
    struct sighting z[] = {{.t0 = 0, .t1 = 300 * SECOND}};
    struct sighting s[] = {{.t0 = 0, .t1 = 10 * SECOND}, {.t0 = 80 * SECOND, .t1 = 90 * SECOND},
        {.t0 = 302 * SECOND, .t1 = 302 * SECOND}, {.t0 = 302 * SECOND + 1, .t1 = 303 * SECOND}};
    match(z, 1, s, LEN(s), 0);
    cr_expect_eq(s[0].twin, 0);
    cr_expect_eq(s[1].twin, 0);
    cr_expect_eq(s[2].twin, 0);
    cr_expect_eq(s[3].twin, TWIN_NONE, "it began after the end, and the tolerance");
}

Test(twins, ports_that_are_used_again_are_matched_one_to_one)
{
    struct sighting z[] = {{.t0 = 0, .t1 = 0}, {.t0 = SECOND, .t1 = SECOND}};
    struct sighting s[] = {{.t0 = 1000, .t1 = 1000}, {.t0 = SECOND + 1000, .t1 = SECOND + 1000},
        {.t0 = 2 * SECOND, .t1 = 2 * SECOND}};
    match(z, 2, s, 3, 0);
    cr_expect_eq(s[0].twin, 0);
    cr_expect_eq(s[1].twin, 1);
    cr_expect_eq(s[2].twin, TWIN_NONE, "near enough, but both are taken: Zeek missed this one");
}

Test(twins, of_several_the_one_that_begins_nearest_is_taken)
{
    struct sighting z[] = {{.t0 = 10 * SECOND, .t1 = 10 * SECOND}};
    struct sighting s[] = {{.t0 = 9 * SECOND, .t1 = 9 * SECOND},
        {.t0 = 10 * SECOND + 500000, .t1 = 11 * SECOND}, {.t0 = 11 * SECOND, .t1 = 11 * SECOND}};
    match(z, 1, s, 3, 0);
    cr_expect_eq(s[0].twin, TWIN_NONE);
    cr_expect_eq(s[1].twin, 0);
    cr_expect_eq(s[2].twin, TWIN_NONE);
}

/* Zeek gives a silent connection up sooner: two of its records, one of Suricata's. */
Test(twins, one_record_over_two_of_zeeks_has_the_nearer_for_twin)
{
    struct sighting z[] = {{.t0 = 0, .t1 = 10 * SECOND}, {.t0 = 400 * SECOND, .t1 = 410 * SECOND}};
    struct sighting s[] = {{.t0 = 1, .t1 = 410 * SECOND}};
    match(z, 2, s, 1, 0);
    cr_expect_eq(s[0].twin, 0);
}

Test(twins, a_long_record_that_began_before_many_short_ones_is_still_found)
{
    struct sighting z[64] = {{.t0 = 0, .t1 = 1000 * SECOND}};
    for (size_t i = 1; i < LEN(z); i++)
        z[i] = (struct sighting){.t0 = (int64_t)i * SECOND, .t1 = (int64_t)i * SECOND};
    struct sighting s[] = {{.t0 = 900 * SECOND, .t1 = 901 * SECOND}};
    match(z, LEN(z), s, 1, 0);
    cr_expect_eq(s[0].twin, 0);
}

Test(twins, a_record_too_short_to_be_split_has_no_pieces_after_its_end)
{
    struct sighting z[] = {{.t0 = 0, .t1 = 10 * SECOND - 1}};
    struct sighting s[] = {{.t0 = 0, .t1 = SECOND}, {.t0 = 10 * SECOND - 1, .t1 = 10 * SECOND},
        {.t0 = 10 * SECOND, .t1 = 11 * SECOND}};
    match(z, 1, s, 3, 0);
    cr_expect_eq(s[1].twin, 0);
    cr_expect_eq(s[2].twin, TWIN_NONE);
    z[0].t1 = 10 * SECOND;
    s[2].t0 = s[2].t1 = 12 * SECOND;
    match(z, 1, s, 3, 0);
    cr_expect_eq(s[2].twin, 0);
}

/* Against the definition, taken at its word: of all pairs the nearest, again and again. */
static bool meets(const struct sighting *a, const struct sighting *b)
{
    return a->t0 - b->t1 <= TWIN_TOLERANCE_US && b->t0 - a->t1 <= TWIN_TOLERANCE_US;
}

static int64_t distance(const struct sighting *a, const struct sighting *b)
{
    return llabs(a->t0 - b->t0);
}

/* Earlier pairs first where two are equally near. */
static bool is_better(int64_t d, size_t i, size_t n, int64_t best, size_t bi, size_t bn)
{
    return d < best || (d == best && (i < bi || (i == bi && n < bn)));
}

static size_t plain_count(const struct sighting *z, size_t zc, const struct sighting *s, size_t sc)
{
    bool z_taken[16] = {0}, s_taken[16] = {0};
    size_t twins = 0;
    for (;;) {
        int64_t best = INT64_MAX;
        size_t bi = 0, bn = 0;
        for (size_t i = 0; i < zc; i++)
            for (size_t n = 0; n < sc; n++)
                if (!z_taken[i] && !s_taken[n] && meets(&z[i], &s[n]) &&
                    is_better(distance(&z[i], &s[n]), i, n, best, bi, bn)) {
                    best = distance(&z[i], &s[n]);
                    bi = i;
                    bn = n;
                }
        if (best == INT64_MAX)
            break;
        z_taken[bi] = s_taken[bn] = true;
        twins++;
    }
    for (size_t n = 0; n < sc; n++)
        for (size_t i = 0; i < zc && !s_taken[n]; i++) {
            int64_t after = z[i].t1 - z[i].t0 >= TWIN_SPLIT_US ? TWIN_TOLERANCE_US : 0;
            if (z[i].t0 <= s[n].t0 && s[n].t0 <= z[i].t1 + after) {
                s_taken[n] = true;
                twins++;
            }
        }
    return twins;
}

static uint64_t rolls = 88172645463325252u;

static int64_t roll(int64_t below)
{
    rolls ^= rolls << 13, rolls ^= rolls >> 7, rolls ^= rolls << 17;
    return (int64_t)(rolls % (uint64_t)below);
}

static int by_start(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    return x->t0 != y->t0 ? (x->t0 > y->t0) - (x->t0 < y->t0)
                          : (x->ident > y->ident) - (x->ident < y->ident);
}

static void fill(struct sighting *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        list[i].t0 = roll(100000000); /* no two pairs equally far apart */
        list[i].t1 = list[i].t0 + (roll(3) ? roll(3) * SECOND / 2 : roll(40) * SECOND);
        list[i].ident = (int64_t)i;
    }
    qsort(list, count, sizeof *list, by_start);
}

Test(twins, matching_is_as_defined_whatever_the_records)
{
    size_t twins = 0;
    for (int round = 0; round < 3000; round++) {
        struct sighting z[12], s[12];
        size_t zc = (size_t)roll(LEN(z)) + 1, sc = (size_t)roll(LEN(s)) + 1;
        fill(z, zc);
        fill(s, sc);
        match(z, zc, s, sc, 0);
        size_t found = 0;
        for (size_t n = 0; n < sc; n++)
            found += s[n].twin != TWIN_NONE;
        cr_expect_eq(found, plain_count(z, zc, s, sc), "round %d", round);
        twins += found;
    }
    cr_expect_gt(twins, 3000);
}
