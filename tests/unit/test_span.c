/* Spans by key, against a line of moments that are in or out. */
#include "correlate/span.h"
#include "tests/unit/records.h"

#define LINE   200 /* moments of the line, from 0 on */
#define KEYS   2
#define ROUNDS 300

struct line {
    bool in[KEYS][LINE];
};

static void draw(struct line *line, const struct span *span)
{
    for (int64_t t = span->t0; t <= span->t1; t++)
        line->in[span->key.own][t] = true;
}

static struct span some_span(struct chance *c)
{
    int64_t t0 = chance_in(c, 0, LINE - 1);
    return (struct span){{.own = chance_in(c, 0, KEYS - 1)}, t0,
        chance_in(c, t0, t0 + 12 < LINE ? t0 + 12 : LINE - 1)};
}

/* The list is in order, apart by at least `gap`, and draws the line. */
static void expect_line(const struct span_list *list, const struct line *want, int64_t gap)
{
    struct line got = {0};
    for (size_t i = 0; i < list->count; i++) {
        draw(&got, &list->spans[i]);
        if (i == 0)
            continue;
        const struct span *a = &list->spans[i - 1], *b = &list->spans[i];
        int by = finding_key_cmp(&a->key, &b->key);
        cr_expect(by < 0 || (by == 0 && b->t0 - a->t1 >= gap));
    }
    cr_expect_eq(memcmp(&got, want, sizeof got), 0);
}

Test(span, join_leaves_the_same_moments_in_as_few_spans_as_can_be)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct chance c = {seed};
        struct span_list list = {0};
        struct line line = {0};
        struct err err = {0};
        for (int64_t n = chance_in(&c, 0, 30); n > 0; n--) {
            struct span span = some_span(&c);
            draw(&line, &span);
            cr_assert(span_add(&list, &span, &err));
        }
        span_join(&list, 2);
        expect_line(&list, &line, 2);
        span_done(&list);
    }
}

/* Spans less than the gap apart become one: what lies between is filled. */
Test(span, join_fills_gaps_shorter_than_asked)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct chance c = {seed};
        struct span_list list = {0};
        struct line line = {0};
        struct err err = {0};
        int64_t gap = chance_in(&c, 1, 20);
        for (int64_t n = chance_in(&c, 0, 12); n > 0; n--) {
            struct span span = some_span(&c);
            draw(&line, &span);
            cr_assert(span_add(&list, &span, &err));
        }
        span_join(&list, 2);
        span_join(&list, gap);
        for (int key = 0; key < KEYS; key++) {
            int64_t last = -1;
            for (int64_t t = 0; t < LINE; t++) {
                if (!line.in[key][t])
                    continue;
                for (int64_t n = last + 1; last >= 0 && t - last < gap && n < t; n++)
                    line.in[key][n] = true;
                last = t;
            }
        }
        expect_line(&list, &line, gap < 2 ? 2 : gap);
        span_done(&list);
    }
}

Test(span, inside_and_outside_make_up_the_whole)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct chance c = {seed};
        struct span_list in = {0}, out = {0};
        struct line line = {0};
        struct err err = {0};
        struct span span = some_span(&c);
        int64_t lo = chance_in(&c, 0, LINE - 1), hi = chance_in(&c, lo, LINE - 1);
        draw(&line, &span);
        cr_assert(span_add_inside(&in, &span, lo, hi, &err));
        cr_assert(span_add_outside(&out, &span, lo, hi, &err));
        for (size_t i = 0; i < in.count; i++)
            cr_expect(in.spans[i].t0 >= lo && in.spans[i].t1 <= hi);
        for (size_t i = 0; i < out.count; i++)
            cr_expect(out.spans[i].t1 < lo || out.spans[i].t0 > hi);
        for (size_t i = 0; i < out.count; i++)
            cr_assert(span_add(&in, &out.spans[i], &err));
        span_join(&in, 2);
        expect_line(&in, &line, 2);
        cr_expect_eq(in.count, 1);
        span_done(&in);
        span_done(&out);
    }
}

Test(span, keys_compare_by_each_of_their_parts)
{
    const struct finding_key key = {5, 5, 5, 5};
    for (int part = 0; part < 4; part++) {
        for (int64_t other = 4; other <= 6; other++) {
            struct finding_key k = key;
            int64_t *parts[] = {&k.own, &k.remote, &k.service, &k.part};
            *parts[part] = other;
            int by = finding_key_cmp(&key, &k);
            cr_expect(other == 4 ? by > 0 : other == 5 ? by == 0 : by < 0);
        }
    }
}

/* A key looked at as a whole is a span over all time. */
Test(span, all_time_swallows_the_rest)
{
    struct span_list list = {0};
    struct err err = {0};
    cr_assert(span_add(&list, &(struct span){{.own = 1}, 100, 200}, &err));
    cr_assert(span_add(&list, &(struct span){{.own = 1}, INT64_MIN, INT64_MAX}, &err));
    cr_assert(span_add(&list, &(struct span){{.own = 1}, TIME_US_MIN, TIME_US_MIN}, &err));
    span_join(&list, INT64_MAX);
    cr_assert_eq(list.count, 1);
    cr_expect_eq(list.spans[0].t0, INT64_MIN);
    cr_expect_eq(list.spans[0].t1, INT64_MAX);
    span_done(&list);
}

Test(span, far_ends_of_time_join_into_one_span_a_key)
{
    struct span_list list = {0};
    struct err err = {0};
    cr_assert(span_add(&list, &(struct span){{.own = 1}, TIME_US_MAX, TIME_US_MAX}, &err));
    cr_assert(span_add(&list, &(struct span){{.own = 1}, TIME_US_MIN, TIME_US_MIN}, &err));
    span_join(&list, INT64_MAX);
    cr_expect_eq(list.count, 1);
    span_done(&list);
}

Test(span, at_finds_the_one_that_holds_a_moment)
{
    struct span_list list = {0};
    struct err err = {0};
    const struct finding_key a = {.own = 1}, b = {.own = 2}, c = {.own = 3};
    cr_expect_null(span_at(&list, &a, 5), "of none there is none");
    cr_assert(span_add(&list, &(struct span){c, 1, 9}, &err));
    cr_assert(span_add(&list, &(struct span){a, 40, 50}, &err));
    cr_assert(span_add(&list, &(struct span){a, 10, 20}, &err));
    span_join(&list, 2);
    for (int64_t t = 0; t < 60; t++) {
        const struct span *at = span_at(&list, &a, t);
        int64_t begins = t >= 10 && t <= 20 ? 10 : t >= 40 && t <= 50 ? 40 : -1;
        cr_expect_eq(at ? at->t0 : -1, begins, "at %lld", (long long)t);
        cr_expect_null(span_at(&list, &b, t), "another's spans");
    }
    cr_expect_not_null(span_at(&list, &c, 9));
    span_done(&list);
}
