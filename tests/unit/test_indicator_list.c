/* Lists of indicators: in order, each entry once, and little kept of each. */
#include "tests/unit/feed_list.h"
#include "util/order.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#define COUNT 20000

static struct indicator network(uint32_t ip, unsigned bits)
{
    struct ipaddr address = ip_from_v4(ip);
    return (struct indicator){.net = cidr_of(&address, bits), .category = INDICATOR_C2};
}

static struct indicator named(enum indicator_kind kind, const char *name)
{
    return (struct indicator){.kind = kind, .domain = str_of(name), .category = INDICATOR_C2};
}

static struct indicator noted(struct indicator i, const char *note)
{
    i.note = str_of(note);
    return i;
}

static void fill(struct feed *feed, const struct indicator *list, size_t count)
{
    *feed = (struct feed){0};
    for (size_t i = 0; i < count; i++)
        cr_assert(indicator_list_add(&feed->list, &list[i], NULL));
}

static void sort(struct feed *feed)
{
    cr_assert(indicator_list_sort(&feed->list, NULL));
}

/* "192.0.2.1 c2 1..2 (note)\n" for each. */
static void expect_list(const struct feed *feed, const char *want)
{
    struct buf text = {0};
    buf_puts(&text, "");
    for (size_t n = 0; n < feed->list.count; n++) {
        struct indicator i = entry_of(feed, n);
        char network[CIDR_TEXT_SIZE];
        buf_add(&text, entry_name(&feed->list, &feed->list.entries[n], network));
        buf_printf(&text, " %s %d..%d (%.*s)\n", indicator_category_names[i.category],
            (int)i.from_us, (int)i.until_us, (int)i.note.len, i.note.p);
    }
    cr_expect_str_eq(text.text, want, "want\n%s\ngot\n%s", want, text.text);
    buf_done(&text);
}

/* ------------------------------------------------------------------ adding */

Test(indicator_list, keeps_what_was_added)
{
    struct feed feed;
    char name[] = "example.com", note[] = "mine";
    struct indicator list[] = {network(0xC0000201, 32), named(INDICATOR_DOMAIN, name),
        named(INDICATOR_FINGERPRINT, "ja3:00"), network(0xC0000200, 24)};
    struct ipaddr v6;
    cr_assert(ip_parse(STR("2001:db8::"), &v6));
    for (int i = 0; i < 4; i++)
        list[i].note = str_of(note);
    list[2].net = cidr_of(&v6, 32); /* which a fingerprint has nothing to do with */
    fill(&feed, list, 4);
    name[0] = note[0] = '?';
    expect_list(&feed, "192.0.2.1 c2 0..0 (mine)\nexample.com c2 0..0 (mine)\n"
                       "ja3:00 c2 0..0 (mine)\n192.0.2.0/24 c2 0..0 (mine)\n");
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(entry_of(&feed, i).kind, list[i].kind);
    indicator_list_done(&feed.list);
}

Test(indicator_list, keeps_once_what_is_said_of_many)
{
    struct feed feed = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        struct indicator in = noted(network(0xC6330000 + i, 32), "the same");
        in.from_us = i >= 500;
        cr_assert(indicator_list_add(&feed.list, &in, NULL));
    }
    cr_expect_eq(feed.list.said_count, 2);
    cr_expect_eq(feed.list.said[0].note.p, feed.list.said[1].note.p, "one note for both");
    cr_expect_eq(feed.list.name_count, 0, "an IPv4 network's name is in its key");
    indicator_list_done(&feed.list);
}

/* ------------------------------------------------------------------ sorting */

Test(indicator_list, of_nothing_is_in_order)
{
    struct feed feed = {0};
    sort(&feed);
    cr_expect_eq(feed.list.count, 0);
    indicator_list_done(&feed.list);
}

Test(indicator_list, has_ipv4_networks_by_address)
{
    struct indicator list[] = {network(0xC0000201, 32), network(0x0A000000, 8),
        network(0xC0000200, 24), network(0xFFFFFF00, 24), network(0xC0000200, 32)};
    struct feed feed;
    fill(&feed, list, 5);
    sort(&feed);
    expect_list(&feed, "10.0.0.0/8 c2 0..0 ()\n192.0.2.0/24 c2 0..0 ()\n192.0.2.0 c2 0..0 ()\n"
                       "192.0.2.1 c2 0..0 ()\n255.255.255.0/24 c2 0..0 ()\n");
    indicator_list_done(&feed.list);
}

Test(indicator_list, has_entries_of_one_name_by_category_and_dates)
{
    struct feed feed;
    struct indicator list[5];
    for (int i = 0; i < 5; i++)
        list[i] = named(INDICATOR_DOMAIN, "example.com");
    list[0].category = INDICATOR_SCANNER;
    list[1].from_us = 2;
    list[2].until_us = 9;
    list[3].from_us = -1;
    fill(&feed, list, 5);
    sort(&feed);
    expect_list(&feed, "example.com c2 -1..0 ()\nexample.com c2 0..0 ()\nexample.com c2 0..9 ()\n"
                       "example.com c2 2..0 ()\nexample.com scanner 0..0 ()\n");
    indicator_list_done(&feed.list);
}

Test(indicator_list, says_the_same_of_another_address)
{
    struct feed feed = {.name = "a", .format = "plain"};
    struct indicator first = noted(network(0xC0000209, 32), "noted");
    cr_assert(indicator_list_add(&feed.list, &first, NULL));
    for (uint32_t i = 0; i < 8; i++)
        cr_assert(indicator_list_add_address(&feed.list, 0xC0000208 - i, NULL));
    cr_expect_eq(feed.list.said_count, 1);
    sort(&feed);
    cr_assert_eq(feed.list.count, 9);
    for (uint32_t i = 0; i < 9; i++) {
        struct indicator in = entry_of(&feed, i);
        cr_expect(ip_v4(&in.net.ip) == 0xC0000201 + i && in.net.bits == 32);
        cr_expect(str_eq(in.note, STR("noted")) && in.category == first.category);
    }
    indicator_list_done(&feed.list);
}

Test(indicator_list, keeps_the_first_of_those_that_differ_in_the_note_alone)
{
    struct ipaddr v6;
    cr_assert(ip_parse(STR("2001:db8::1"), &v6));
    struct indicator wide = {.net = cidr_of(&v6, 128), .category = INDICATOR_C2};
    struct indicator list[] = {noted(wide, "z"), noted(network(0xC0000202, 32), "one"),
        noted(network(0xC0000201, 32), "z"), noted(network(0xC0000202, 32), "another"),
        noted(network(0xC0000202, 32), "one"), noted(network(0xC0000201, 32), "a"),
        noted(wide, "a")};
    struct feed feed;
    fill(&feed, list, 7);
    sort(&feed);
    cr_assert_eq(feed.list.count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct indicator in = entry_of(&feed, i);
        cr_expect(str_eq(in.note, in.net.ip.b[15] == 2 ? STR("one") : STR("z")));
    }
    indicator_list_done(&feed.list);
    fill(&feed, list + 3, 2);
    sort(&feed);
    expect_list(&feed, "192.0.2.2 c2 0..0 (another)\n");
    indicator_list_done(&feed.list);
}

Test(indicator_list, may_be_added_to_and_sorted_again)
{
    struct indicator first[] = {network(0xC0000203, 32), noted(network(0xC0000201, 32), "first")};
    struct indicator more[] = {noted(network(0xC0000201, 32), "again"), network(0xC0000202, 32)};
    struct feed feed;
    fill(&feed, first, 2);
    sort(&feed);
    for (int i = 0; i < 2; i++)
        cr_assert(indicator_list_add(&feed.list, &more[i], NULL));
    sort(&feed);
    sort(&feed);
    expect_list(&feed, "192.0.2.1 c2 0..0 (first)\n192.0.2.2 c2 0..0 ()\n192.0.2.3 c2 0..0 ()\n");
    indicator_list_done(&feed.list);
}

/* ------------------------------------------------------------------ all sorts, by chance */

static uint32_t chance = 1;

static uint32_t random_below(uint32_t below)
{
    chance = chance * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)chance * below >> 32);
}

static struct indicator any_indicator(void)
{
    static const char *const names[] = {"a.example", "b.example", "c.example", "ja3:00"};
    static const char *const notes[] = {"", "one", "two"};
    struct indicator i = network(0xC6330000 + random_below(3000), random_below(2) ? 32 : 24);
    struct ipaddr v6;
    cr_assert(ip_parse(STR("2001:db8::1"), &v6));
    v6.b[6] = (uint8_t)random_below(256);
    uint32_t name = random_below(20);
    if (name < 4)
        i = named(name == 3 ? INDICATOR_FINGERPRINT : INDICATOR_DOMAIN, names[name]);
    else if (name < 8)
        i.net = cidr_of(&v6, 1 + random_below(128));
    i.net = cidr_of(&i.net.ip, i.net.bits);
    i.category = INDICATOR_C2 + random_below(2);
    i.from_us = random_below(3);
    i.until_us = 10 + random_below(2);
    return noted(i, notes[random_below(3)]);
}

/* A line of an indicator that holds all by which it is told apart. */
static char *line_of(const struct indicator *i)
{
    char net[CIDR_TEXT_SIZE];
    struct buf line = {0};
    cidr_format(&i->net, net);
    buf_add(&line, i->kind == INDICATOR_NETWORK ? str_of(net) : i->domain);
    buf_printf(&line, " %d %d %d", (int)i->category, (int)i->from_us, (int)i->until_us);
    return line.text;
}

static int compare_entries(const struct feed *feed, size_t a, size_t b)
{
    struct indicator x = entry_of(feed, a), y = entry_of(feed, b);
    char *line_x = line_of(&x), *line_y = line_of(&y);
    int by = order(feed->list.entries[a].key, feed->list.entries[b].key);
    by = by ? by : strcmp(line_x, line_y);
    free(line_x);
    free(line_y);
    return by;
}

struct added {
    char *line;
    struct indicator indicator;
    size_t at;
};

static int compare_added(const void *a_, const void *b_)
{
    const struct added *a = a_, *b = b_;
    int by = strcmp(a->line, b->line);
    return by ? by : order((int64_t)a->at, (int64_t)b->at);
}

/* Where the first of its kind stands among those that were added. */
static const struct added *find_added(
    const struct added *all, size_t count, const struct indicator *i)
{
    char *line = line_of(i);
    size_t from = 0;
    while (count > 0) {
        size_t half = count / 2;
        bool before = strcmp(all[from + half].line, line) < 0;
        from += before ? half + 1 : 0;
        count = before ? count - half - 1 : half;
    }
    bool found = strcmp(all[from].line, line) == 0;
    free(line);
    return found ? &all[from] : NULL;
}

static size_t count_different(const struct added *all, size_t count)
{
    size_t different = count > 0;
    for (size_t i = 1; i < count; i++)
        different += strcmp(all[i - 1].line, all[i].line) != 0;
    return different;
}

Test(indicator_list, is_sorted_and_has_each_once_whatever_was_added)
{
    struct added *all = calloc(COUNT + 1, sizeof *all);
    struct feed feed = {0};
    cr_assert(all);
    for (size_t i = 0; i < COUNT; i++) {
        all[i] = (struct added){.indicator = any_indicator(), .at = i};
        all[i].line = line_of(&all[i].indicator);
        cr_assert(indicator_list_add(&feed.list, &all[i].indicator, NULL));
    }
    all[COUNT].line = (char *)"";
    qsort(all, COUNT, sizeof *all, compare_added);
    sort(&feed);
    cr_assert_eq(feed.list.count, count_different(all, COUNT));
    cr_expect(feed.list.count < COUNT && feed.list.count > COUNT / 4);
    for (size_t i = 0; i < feed.list.count; i++) {
        struct indicator in = entry_of(&feed, i);
        const struct added *first = find_added(all, COUNT, &in);
        cr_assert(first);
        cr_assert(in.kind == first->indicator.kind && str_eq(in.note, first->indicator.note));
        cr_assert(i == 0 || compare_entries(&feed, i - 1, i) < 0);
    }
    for (size_t i = 0; i < COUNT; i++)
        free(all[i].line);
    free(all);
    indicator_list_done(&feed.list);
}

/* ------------------------------------------------------------------ keys */

Test(indicator_list, takes_no_other_key_for_that_of_an_ipv4_network)
{
    struct cidr net;
    struct ipaddr v6;
    cr_assert(ip_parse(STR("2001:db8::1"), &v6));
    for (unsigned bits = 0; bits <= 128; bits++)
        cr_expect_not(indicator_key_v4(indicator_key_net(&v6, bits), &net), "%u", bits);
    cr_expect_not(indicator_key_v4(indicator_key_domain(STR("example.com")), &net));
    cr_expect_not(indicator_key_v4(indicator_key_print(STR("ja3:00")), &net));
    for (unsigned bits = 0; bits <= 32; bits++) {
        struct indicator i = network(0xC6336401, bits);
        cr_assert(indicator_key_v4(indicator_key_net(&i.net.ip, bits), &net), "%u", bits);
        cr_expect(ip_eq(&net.ip, &i.net.ip) && net.bits == bits, "%u", bits);
    }
}
