/* Draws how far reading has got: bytes, share, rate, time left. */
#include "cli/progress.h"

#include "cli/text.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_US (TIME_US_SECOND / 10)

static int64_t monotonic_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * TIME_US_SECOND + ts.tv_nsec / 1000;
}

void progress_size(int64_t bytes, char text[32])
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = (double)bytes / 1000;
    size_t unit = 0;
    if (bytes < 1000) {
        snprintf(text, 32, "%" PRId64 " B", bytes);
        return;
    }
    while (value >= 999.5 && unit < 3) {
        value /= 1000;
        unit++;
    }
    snprintf(text, 32, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void progress_count(int64_t count, char text[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
}

void progress_init(struct progress *p, bool shown)
{
    *p = (struct progress){.shown = shown, .began_us = monotonic_us()};
    p->last_us = p->began_us;
}

static int stderr_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void add_figures(struct buf *line, const struct progress *p, int64_t total)
{
    char size[32], whole[32], rate[32], left[32];
    double seconds = (double)(p->last_us - p->began_us) / (double)TIME_US_SECOND;
    int64_t per_second = (int64_t)((double)(p->before + p->done) / seconds);
    progress_size(p->done, size);
    progress_size(total, whole);
    progress_size(per_second, rate);
    if (total <= 0 || p->done > total) {
        buf_printf(line, "%s  %s/s", size, rate);
        return;
    }
    int share = (int)((double)p->done * 100 / (double)total);
    buf_printf(line, "%3d %%  %s of %s  %s/s", share, size, whole, rate);
    if (per_second > 0) {
        duration_format((total - p->done) / per_second * TIME_US_SECOND, left);
        buf_printf(line, "  %s left", left);
    }
}

/* The next file begins where the one before ended, for the rate. */
static void follow_file(struct progress *p, const char *path, int64_t done)
{
    uint64_t file = str_hash(str_of(path), STR_HASH_START);
    if (file != p->file)
        p->before += p->done;
    p->file = file;
    p->done = done;
}

void progress_update(struct progress *p, const char *path, int64_t done, int64_t total)
{
    if (!p->shown)
        return;
    follow_file(p, path, done);
    int64_t now = monotonic_us();
    if (now - p->last_us < REDRAW_US)
        return;
    p->last_us = now;
    struct buf line = {0}, clipped = {0};
    add_figures(&line, p, total);
    buf_puts(&line, "  ");
    buf_add_visible(&line, str_of(path));
    text_clip(&clipped, buf_str(&line), stderr_width() - 1);
    if (!clipped.failed && !line.failed)
        fprintf(stderr, "\r%s\033[K", clipped.text);
    p->drawn = true;
    buf_done(&line);
    buf_done(&clipped);
}

void progress_clear(struct progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}
