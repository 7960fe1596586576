/* What a feed's text comes to, as one text to compare. */
#pragma once

#include "ingest/feed/feed.h"
#include "tests/unit/feed_list.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static int feed_text_order(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Its lines in order: a feed's entries are in that of their keys, which tells people nothing. */
static struct buf feed_text_sorted(struct str text)
{
    struct str lines[1100];
    struct buf sorted = {0};
    size_t count = 0;
    buf_puts(&sorted, "");
    while (text.len > 0) {
        cr_assert_lt(count, sizeof lines / sizeof *lines);
        lines[count++] = str_cut(&text, '\n');
    }
    qsort(lines, count, sizeof *lines, feed_text_order);
    for (size_t i = 0; i < count; i++) {
        buf_add(&sorted, lines[i]);
        buf_addc(&sorted, '\n');
    }
    return sorted;
}

/* The same lines, in whatever order. */
__attribute__((unused)) static void expect_lines(struct str given, const char *wanted)
{
    struct buf got = feed_text_sorted(given), want = feed_text_sorted(str_of(wanted));
    cr_expect_str_eq(got.text, want.text, "want\n%s\ngot\n%s", want.text, got.text);
    buf_done(&got);
    buf_done(&want);
}

__attribute__((unused)) static void feed_text_time(struct buf *text, int64_t t_us)
{
    char time[TIME_TEXT_SIZE];
    time_format_s(t_us, time);
    buf_puts(text, time);
}

/* "192.0.2.1 c2 from 2026-01-02T03:04:05Z until … (note)\n" for each. */
__attribute__((unused)) static void feed_text_list(struct buf *text, const struct feed *feed)
{
    const struct indicator_list *list = &feed->list;
    for (size_t n = 0; n < list->count; n++) {
        const struct radix_item *entry = &list->entries[n];
        const struct saying *said = &list->said[entry->mark];
        char network[CIDR_TEXT_SIZE];
        buf_add(text, entry_name(list, entry, network));
        buf_printf(text, " %s", indicator_category_names[said->category]);
        if (said->from_us != INDICATOR_ALWAYS_FROM) {
            buf_puts(text, " from ");
            feed_text_time(text, said->from_us);
        }
        if (said->until_us != INDICATOR_ALWAYS_UNTIL) {
            buf_puts(text, " until ");
            feed_text_time(text, said->until_us);
        }
        if (said->note.len > 0)
            buf_printf(text, " (%.*s)", (int)said->note.len, said->note.p);
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
    expect_lines(buf_str(&text), want);
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
    cr_expect_null(r.feed.list.entries, "outputs are set only on success");
}
