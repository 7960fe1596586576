/* The history of an alert: what detection did in a row is one line, what people said is each its own. */
#include "cli/alert_history.h"

#include "cli/words.h"
#include "util/timefmt.h"

#include <stdio.h>

/* A row of updates, not yet written. */
struct history {
    const struct page *page;
    int updates;
    int64_t last_update_us;
};

static void add(const struct page *page, int64_t t_us, const char *what, const char *detail)
{
    char time[TIME_TEXT_SIZE];
    struct buf text = {0};
    time_format_s(t_us, time);
    buf_printf(&text, "%s%s%s", word_in(page->lang, what), *detail ? ": " : "", detail);
    page_row(page, time, 20, text.failed ? what : text.text);
    buf_done(&text);
}

static void flush(struct history *h)
{
    char times[40];
    snprintf(times, sizeof times, "×%d", h->updates);
    if (h->updates > 0)
        add(h->page, h->last_update_us, "updated", h->updates > 1 ? times : "");
    h->updates = 0;
}

static void take(void *arg, const struct alert_event *event)
{
    struct history *h = arg;
    char what[32];
    if (str_eq(event->what, STR("updated"))) {
        h->updates++;
        h->last_update_us = event->at_us;
        return;
    }
    flush(h);
    struct buf detail = {0};
    buf_puts(&detail, "");
    buf_add(&detail, event->detail);
    snprintf(what, sizeof what, "%.*s", (int)event->what.len, event->what.p);
    add(h->page, event->at_us, what, detail.text ? detail.text : "");
    buf_done(&detail);
}

bool alert_history_text(const struct page *page, struct store *s, const char *uid, struct err *err)
{
    struct history h = {.page = page};
    page_heading(page, word_in(page->lang, "History"));
    bool done = store_alert_history(s, uid, take, &h, err);
    flush(&h);
    return done;
}
