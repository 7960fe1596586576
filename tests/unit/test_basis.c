/* Of each tier that an episode reached, the strongest window, against its floors. */
#include "correlate/alerts/basis.h"
#include "tests/unit/world_store.h"

#include <stdlib.h>

#define T0 (19000 * DAY + 7 * HOUR)

TestSuite(basis, .init = setup, .fini = teardown);

/* Connections of one client to our SSH server that look like login attempts. */
static void add_attempts(int64_t t, int64_t step, int count)
{
    for (int i = 0; i < count; i++)
        record_flow(
            &all, SENSOR_ZEEK, NULL, t + i * step, address("203.0.113.9"), address("10.0.0.1"), 22);
}

static void judge(void)
{
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
}

/* ------------------------------------------------------------------ what is expected */

struct wanted_line {
    const char *type, *tier, *name, *value, *threshold, *note;
    int found;
};

static bool look_for(void *arg, const struct alert *a)
{
    struct wanted_line *w = arg;
    for (int i = 0; i < a->basis_count && strcmp(a->type, w->type) == 0; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (strcmp(b->tier, w->tier) != 0 || strcmp(b->name, w->name) != 0)
            continue;
        w->found++;
        cr_expect_str_eq(
            b->value, w->value, "%s %s: %s, not %s", w->tier, w->name, b->value, w->value);
        if (w->threshold)
            cr_expect_str_eq(b->threshold, w->threshold);
        if (w->note)
            cr_expect_str_eq(b->note, w->note);
    }
    return true;
}

/* count: how many alerts have such a line; threshold and note NULL: whatever they say. */
static void expect_line(int count, struct wanted_line w)
{
    struct err err = {0};
    const struct alert_filter filter = {.basis = true};
    cr_assert(store_alert_each(s, &filter, look_for, &w, &err), "%s", err.text);
    cr_expect_eq(w.found, count, "%s %s: found %d times", w.tier, w.name, w.found);
}
#define SSH "SSH_Incoming_BF_OneToOne"

/* ------------------------------------------------------------------ attempts */

Test(basis, shows_the_strongest_window_of_each_tier_and_no_other_tier)
{
    add_attempts(T0, MINUTE, 30);                 /* exactly the fast floor, in 29 min */
    add_attempts(T0 + 2 * HOUR, 30 * SECOND, 47); /* stronger, in 23 min */
    judge();
    expect_line(1, (struct wanted_line){SSH, "fast", "min_attempts", "47 attempts", "30 attempts",
                       "Zeek SSH::password_guesses_limit", 0});
    expect_line(1, (struct wanted_line){SSH, "fast", "window", "23 min", "30 min", NULL, 0});
    expect_line(1, (struct wanted_line){SSH, "fast", "margin", "×1.56", "",
                       "2022-01-08T09:00:00Z to 2022-01-08T09:23:00Z", 0});
    expect_line(1,
        (struct wanted_line){SSH, "slow", "min_attempts", "77 attempts", "40 attempts", NULL, 0});
    expect_line(0, (struct wanted_line){SSH, "weeks", "min_attempts", "", NULL, NULL, 0});
}

Test(basis, at_the_floor_the_margin_is_one)
{
    add_attempts(T0, MINUTE, 30);
    judge();
    expect_line(1, (struct wanted_line){SSH, "fast", "margin", "×1.00", "", NULL, 0});
}

/* Both windows have 30: the first one stands, whatever the order of the records. */
Test(basis, of_equally_strong_windows_the_first_is_shown)
{
    add_attempts(T0 + HOUR, MINUTE, 30);
    add_attempts(T0, MINUTE, 30);
    judge();
    expect_line(1, (struct wanted_line){SSH, "fast", "margin", "×1.00", "",
                       "2022-01-08T07:00:00Z to 2022-01-08T07:29:00Z", 0});
}

Test(basis, the_tightest_of_several_floors_is_the_margin)
{
    for (int n = 0; n < 12; n++)
        for (int i = 0; i < 10; i++)
            record_flow(&all, SENSOR_ZEEK, NULL, T0 + n * MINUTE + i * SECOND,
                address_after("203.0.113.9", n), address("10.0.0.1"), 22);
    judge();
    const char *type = "SSH_Incoming_BF_ManyToOne";
    expect_line(
        1, (struct wanted_line){type, "fast", "min_remotes", "12 sources", "10 sources", NULL, 0});
    expect_line(1,
        (struct wanted_line){type, "fast", "min_attempts", "120 attempts", "30 attempts", NULL, 0});
    expect_line(1, (struct wanted_line){type, "fast", "margin", "×1.20", "", NULL, 0});
}

/* ------------------------------------------------------------------ probes */

static void knock(int64_t t, const char *target, int after, uint16_t port)
{
    static const char own[] = "10.0.0.10";
    record_refused(&all, SENSOR_ZEEK, NULL, t, address(own), address_after(target, after), port);
}

Test(basis, a_sweep_shows_targets_and_the_share_that_failed)
{
    for (int i = 0; i < 50; i++)
        knock(T0 + i * SECOND, "203.0.113.1", i, 445);
    judge();
    expect_line(1, (struct wanted_line){"PortScanning", "sweep", "min_targets", "50 targets",
                       "25 targets", NULL, 0});
    expect_line(1, (struct wanted_line){
                       "PortScanning", "sweep", "min_failed_share", "100 %", "50 %", NULL, 0});
    expect_line(1, (struct wanted_line){
                       "PortScanning", "sweep", "busy_port_targets", "", "10 targets", NULL, 0});
    expect_line(1, (struct wanted_line){"PortScanning", "sweep", "margin", "×2.00", "", NULL, 0});
    expect_line(
        0, (struct wanted_line){"PortScanning", "vertical", "min_ports", "", NULL, NULL, 0});
}

/* Where most fails, half of what is reached answers, and no tier is reached: the strongest window is
 * then another than the peak of what failed. */
Test(basis, a_window_that_only_looks_strong_is_not_shown)
{
    for (int i = 0; i < 40; i++) {
        knock(T0 + i * SECOND, "203.0.113.1", i, 80);
        record_session(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address("10.0.0.10"),
            address_after("198.51.100.1", i), 80);
        record_session(&all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address("10.0.0.10"),
            address_after("198.51.100.101", i), 80);
    }
    for (int i = 0; i < 30; i++)
        knock(T0 + 40 * MINUTE + i * SECOND, "192.0.2.1", i, 80);
    judge();
    expect_line(1, (struct wanted_line){"PortScanning", "sweep", "min_targets", "30 targets",
                       "25 targets", NULL, 0});
}

Test(basis, a_search_of_one_target_shows_its_ports)
{
    for (int i = 0; i < 45; i++)
        knock(T0 + i * SECOND, "203.0.113.1", 0, (uint16_t)(1000 + i));
    judge();
    expect_line(1, (struct wanted_line){
                       "PortScanning", "vertical", "min_ports", "45 ports", "15 ports", NULL, 0});
    expect_line(
        1, (struct wanted_line){"PortScanning", "vertical", "margin", "×3.00", "", NULL, 0});
}

/* ------------------------------------------------------------------ as text */

Test(basis, margins_are_cut_so_that_they_never_promise_more)
{
    char text[24];
    basis_margin_format(1000, text);
    cr_expect_str_eq(text, "×1.00");
    basis_margin_format(1999, text);
    cr_expect_str_eq(text, "×1.99");
    basis_margin_format(12345678, text);
    cr_expect_str_eq(text, "×12345.67");
}

/* ------------------------------------------------------------------ episodes of several slices */

#define CUT (T0 + 7 * DAY) /* the first slice ends before it */

/* Slow all the time, and fast for twenty minutes around the end of the first slice. */
static void add_long_attack(void)
{
    add_attempts(T0, 30 * MINUTE, 9 * 48);
    add_attempts(CUT - 10 * MINUTE, 30 * SECOND, 40);
}

#define SEEN(tier)                                                                                 \
    "SELECT group_concat(value, ', ') FROM (SELECT b.value FROM alert AS a JOIN alert_basis AS b " \
    "ON b.alert = a.id WHERE b.tier = '" tier "' AND b.name = 'min_attempts' ORDER BY a.began)"

/* Of the fast tier no window ends in the first slice; it tells of the first one that begins there. */
Test(basis, a_window_is_told_with_the_slice_in_which_it_ends)
{
    add_long_attack();
    judge();
    expect_text(s, SEEN("slow"), "68 attempts, 88 attempts");
    expect_text(s, SEEN("fast"), "30 attempts, 41 attempts");
}

static void sort_by_time(size_t *order)
{
    for (size_t i = 0; i < all.count; i++) {
        size_t at = i;
        for (; at > 0 && all.list[order[at - 1]].flow.t_us > all.list[i].flow.t_us; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* What was logged up to some moment, and was not put before. */
static struct correlate_totals judge_until(const size_t *order, size_t *put, int64_t t)
{
    size_t first = *put;
    while (*put < all.count && all.list[order[*put]].flow.t_us < t)
        ++*put;
    records_put(s, &all, order, first, *put - first);
    return correlate(s, &world);
}

/* What is told when all was there from the beginning; the store is then a new one. */
static char *told_at_once(void)
{
    judge();
    char *text = alerts_text(s);
    store_close(s);
    s = memory_open();
    return text;
}

/* The same after judging at each of these moments, the last of them behind all that was logged. */
static struct correlate_totals expect_as_told(
    const char *at_once, const int64_t *moments, int count)
{
    struct correlate_totals last = {0};
    size_t put = 0, *order = calloc(all.count, sizeof *order);
    cr_assert_not_null(order);
    sort_by_time(order);
    for (int i = 0; i < count; i++)
        last = judge_until(order, &put, moments[i]);
    cr_assert_eq(put, all.count);
    char *bit_by_bit = alerts_text(s);
    cr_expect_str_eq(bit_by_bit, at_once);
    free(bit_by_bit);
    free(order);
    return last;
}

Test(basis, what_comes_after_a_slice_leaves_its_alert_alone)
{
    static const int64_t moments[] = {
        CUT - 5 * MINUTE, CUT + 2 * MINUTE, CUT + 6 * MINUTE, CUT + 36 * HOUR, CUT + 9 * DAY};
    add_long_attack();
    char *at_once = told_at_once();
    struct correlate_totals last = expect_as_told(at_once, moments, 5);
    cr_expect_eq(last.alerts_changed, 1, "%lld changed", (long long)last.alerts_changed);
    free(at_once);
}

/* Slow for a day; when the weeks are reached, more than a day behind the first slice, they reach back to
 * that day: so it goes on until the slice's end. */
Test(basis, a_window_that_is_reached_late_changes_the_slice_in_which_it_begins)
{
    static const int64_t moments[] = {T0 + 2 * DAY, CUT + DAY, CUT + 2 * DAY};
    add_attempts(T0, 36 * MINUTE, 42);
    add_attempts(T0 + 4 * DAY, HOUR / 2, 17);
    add_attempts(CUT + DAY + 30 * MINUTE, SECOND, 45);
    char *at_once = told_at_once();
    expect_as_told(at_once, moments, 3);
    expect_text(s, SEEN("weeks"), "60 attempts, 63 attempts");
    free(at_once);
}

#define SPAN(tier)                                                                                 \
    "SELECT group_concat(note, ', ') FROM (SELECT b.note FROM alert AS a JOIN alert_basis AS b "   \
    "ON b.alert = a.id WHERE b.tier = '" tier "' AND b.name = 'margin' ORDER BY a.began)"

/* Of the weeks no window ends in the first slice. What comes late, more than a day behind it, makes one that
 * begins with the same attempt as the one that was told, and ends earlier. */
Test(basis, what_comes_late_changes_the_slice_that_tells_of_it)
{
    int64_t begin = T0 + 17 * HOUR, cut = begin + 7 * DAY; /* both at midnight */
    add_attempts(begin, 36 * MINUTE, 80);
    add_attempts(cut + 20 * HOUR, SECOND, 1);
    add_attempts(cut + 47 * HOUR + 20 * MINUTE, SECOND, 60);
    size_t in_time = all.count;
    add_attempts(cut + 47 * HOUR, SECOND, 70);
    char *at_once = told_at_once();
    records_put(s, &all, NULL, 0, in_time);
    correlate(s, &world);
    expect_text(s, SPAN("weeks"),
        "2022-01-10T23:24:00Z to 2022-01-17T23:20:57Z, "
        "2022-01-10T23:24:00Z to 2022-01-17T23:20:59Z");
    records_put(s, &all, NULL, in_time, all.count - in_time);
    correlate(s, &world);
    char *bit_by_bit = alerts_text(s);
    cr_expect_str_eq(bit_by_bit, at_once);
    expect_text(s, SPAN("weeks"),
        "2022-01-10T23:24:00Z to 2022-01-17T23:00:57Z, "
        "2022-01-10T23:24:00Z to 2022-01-17T23:20:59Z");
    free(bit_by_bit);
    free(at_once);
}
