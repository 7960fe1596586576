/* What a feed's text comes to, as one text to compare. */
#pragma once

#include "ingest/feed/feed.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

__attribute__((unused)) static void feed_text_time(struct buf *text, int64_t t_us)
{
    char time[TIME_TEXT_SIZE];
    time_format_s(t_us, time);
    buf_puts(text, time);
}

/* "192.0.2.1 c2 from 2026-01-02T03:04:05Z until … (note)\n" for each. */
__attribute__((unused)) static void feed_text_list(struct buf *text, const struct feed *feed)
{
    for (size_t n = 0; n < feed->count; n++) {
        const struct indicator *i = &feed->indicators[n];
        char net[CIDR_TEXT_SIZE];
        cidr_format(&i->net, net);
        buf_add(text, i->kind == INDICATOR_DOMAIN ? i->domain : str_of(net));
        buf_printf(text, " %s", indicator_category_names[i->category]);
        if (i->from_us != INDICATOR_ALWAYS_FROM) {
            buf_puts(text, " from ");
            feed_text_time(text, i->from_us);
        }
        if (i->until_us != INDICATOR_ALWAYS_UNTIL) {
            buf_puts(text, " until ");
            feed_text_time(text, i->until_us);
        }
        if (i->note.len > 0)
            buf_printf(text, " (%.*s)", (int)i->note.len, i->note.p);
        buf_addc(text, '\n');
    }
}

/* The list, and below it what else was counted: "skipped 2 url\n", "left out 1 private\n",
 * "rejected 1 at line 3: why\n", "repeated 1\n". */
__attribute__((unused)) static void expect_feed(
    struct str given, const char *format, const char *want)
{
    struct feed_result r = {0};
    struct err err = {0};
    struct buf text = {0};
    cr_assert(feed_parse("x.txt", given, NULL, &r, &err), "%s", err.text);
    cr_expect_str_eq(r.feed.format, format, "format %s", r.feed.format);
    buf_puts(&text, "");
    feed_text_list(&text, &r.feed);
    if (r.duplicates > 0)
        buf_printf(&text, "repeated %d\n", (int)r.duplicates);
    for (int i = 0; i < FEED_LEFT_OUT; i++)
        if (r.left_out[i] > 0)
            buf_printf(&text, "left out %d %s\n", (int)r.left_out[i], feed_left_out_names[i]);
    for (size_t i = 0; i < r.skipped_kinds; i++)
        buf_printf(&text, "skipped %d %s\n", (int)r.skipped[i].count, r.skipped[i].name);
    if (r.rejected > 0)
        buf_printf(&text, "rejected %d at line %d: %s\n", (int)r.rejected, (int)r.first_reject_line,
            r.first_reject);
    cr_expect_str_eq(text.text, want, "want\n%s\ngot\n%s", want, text.text);
    buf_done(&text);
    feed_result_done(&r);
}

__attribute__((unused)) static void expect_no_feed(struct str given, const char *want)
{
    struct feed_result r = {0};
    struct err err = {0};
    cr_assert_not(
        feed_parse("x", given, NULL, &r, &err), "accepted: %.*s", (int)given.len, given.p);
    cr_expect_eq(err.code, ERR_DATA);
    cr_expect_str_eq(err.text, want, "want %s\ngot %s", want, err.text);
    cr_expect_null(r.feed.indicators, "outputs are set only on success");
}
