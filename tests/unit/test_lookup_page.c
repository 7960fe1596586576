/* Pages of names: what goes in comes out, and what is damaged is told. */
#include "store/lookup_page.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

TestSuite(lookup_page);

static struct lookup_page page;
static struct lookup_reader *reader;

static void open_page(void)
{
    cr_assert(lookup_page_init(&page));
    reader = lookup_reader_new();
    cr_assert(reader);
}

static void close_page(void)
{
    lookup_page_done(&page);
    lookup_reader_free(reader);
}

static struct name_seen seen(int64_t t_us, const char *uid, const char *name)
{
    return (struct name_seen){
        .t_us = t_us,
        .uid = str_of(uid),
        .name = str_of(name),
        .kind = NAME_TLS,
        .conn = {.orig_port = 40000, .resp_port = 443, .proto = PROTO_TCP},
    };
}

static void expect_name(const struct lookup *l, const char *name)
{
    char got[600];
    snprintf(got, sizeof got, "%.*s%.*s", (int)l->label.len, l->label.p, (int)l->domain.len,
        l->domain.p ? l->domain.p : "");
    cr_expect_str_eq(got, name, "%s for %s", got, name);
}

static struct lookup next(void)
{
    struct lookup l;
    bool damaged;
    cr_assert(lookup_reader_next(reader, &l, &damaged));
    cr_expect_not(damaged);
    return l;
}

static void expect_end(void)
{
    struct lookup l;
    bool damaged;
    cr_expect_not(lookup_reader_next(reader, &l, &damaged));
    cr_expect_not(damaged);
}

Test(lookup_page, gives_back_every_field, .init = open_page, .fini = close_page)
{
    struct ipaddr answers[2];
    cr_assert(ip_parse(STR("192.0.2.1"), &answers[0]) && ip_parse(STR("2001:db8::1"), &answers[1]));
    struct name_seen n = {
        .t_us = 1700000000123456,
        .uid = STR("CHhAvVGS1DHFjwGM9"),
        .name = STR("www.example.com"),
        .kind = NAME_DNS,
        .answered = 1,
        .nxdomain = 1,
        .conn = {.orig_port = 65535, .resp_port = 53, .proto = PROTO_UDP},
        .answers = answers,
        .answer_count = 2,
    };
    cr_assert(lookup_page_add(&page, &n, -2147483648, INT64_C(4294967301)));
    lookup_reader_start(reader, page.data);
    struct lookup l = next();
    cr_expect_eq(l.t_us, 1700000000123456);
    cr_expect_eq(l.orig, -2147483648);
    cr_expect_eq(l.resp, INT64_C(4294967301));
    cr_expect_eq(l.orig_port, 65535);
    cr_expect_eq(l.resp_port, 53);
    cr_expect_eq(l.proto, PROTO_UDP);
    cr_expect_eq(l.outcome, NAME_DNS + 4 + 8);
    cr_expect(str_eq(l.uid, n.uid));
    cr_expect_eq(l.uid_number, -1);
    cr_assert_eq(l.answer_count, 2);
    cr_expect(ip_eq(&l.answers[0], &answers[0]) && ip_eq(&l.answers[1], &answers[1]));
    expect_name(&l, "www.example.com");
    expect_end();
}

Test(lookup_page, keeps_order_and_times_that_go_back, .init = open_page, .fini = close_page)
{
    static const int64_t times[] = {5, -7, TIME_US_MAX, 0};
    for (int i = 0; i < 4; i++) {
        struct name_seen n = seen(times[i], "", "a.example");
        cr_assert(lookup_page_add(&page, &n, 1, 2));
    }
    cr_expect_eq(page.t_min_us, -7);
    cr_expect_eq(page.t_max_us, TIME_US_MAX);
    lookup_reader_start(reader, page.data);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(next().t_us, times[i]);
    expect_end();
}

Test(lookup_page, uids_of_suricata_are_numbers, .init = open_page, .fini = close_page)
{
    static const struct {
        const char *uid, *text;
        int64_t number;
    } cases[] = {{"1681619430980029", "", 1681619430980029}, {"0", "", 0}, {"", "", -1},
        {"007", "007", -1}, {"12345678901234567890", "12345678901234567890", -1}, {"C1", "C1", -1}};
    const size_t count = sizeof cases / sizeof *cases;
    for (size_t i = 0; i < count; i++) {
        struct name_seen n = seen(1, cases[i].uid, "a.example");
        cr_assert(lookup_page_add(&page, &n, 1, 2));
    }
    lookup_reader_start(reader, page.data);
    for (size_t i = 0; i < count; i++) {
        struct lookup l = next();
        cr_expect(str_eq(l.uid, str_of(cases[i].text)), "%s", cases[i].uid);
        cr_expect_eq(l.uid_number, cases[i].number, "%s", cases[i].uid);
    }
}

Test(lookup_page, names_of_any_form_come_back, .init = open_page, .fini = close_page)
{
    char longest[NAME_SEEN_MAX + 1], dots[NAME_SEEN_MAX + 1];
    memset(longest, 'x', NAME_SEEN_MAX);
    memset(dots, '.', NAME_SEEN_MAX);
    longest[NAME_SEEN_MAX] = dots[NAME_SEEN_MAX] = '\0';
    const char *const names[] = {"localhost", "a.b.c.example.com", ".", ".example", "x..y",
        "b.c.example.com", longest, dots, "\xff\x01.\xfe", "a.b.c.example.com"};
    const size_t count = sizeof names / sizeof *names;
    for (size_t i = 0; i < count; i++) {
        struct name_seen n = seen((int64_t)i, "", names[i]);
        cr_assert(lookup_page_add(&page, &n, 1, 2));
    }
    lookup_reader_start(reader, page.data);
    for (size_t i = 0; i < count; i++) {
        struct lookup l = next();
        expect_name(&l, names[i]);
    }
    expect_end();
}

Test(lookup_page, what_repeats_takes_a_byte_or_two, .init = open_page, .fini = close_page)
{
    struct name_seen n = seen(1700000000000000, "1681619430980029", "h.example.com");
    cr_assert(lookup_page_add(&page, &n, -2000000000, -1000000000));
    size_t first = page.data.len;
    cr_assert(lookup_page_add(&page, &n, -2000000000, -1000000000));
    cr_expect_leq(page.data.len - first, 20);
    cr_expect_lt(page.data.len - first, first / 2);
}

static void expect_ends(const struct lookup *l, const struct name_seen *n, int64_t orig)
{
    cr_expect(l->orig == orig && l->resp == 2 && l->orig_port == n->conn.orig_port &&
              l->resp_port == n->conn.resp_port && l->proto == n->conn.proto);
    if (l->uid_number < 0)
        cr_expect(str_eq(l->uid, n->uid));
    else
        cr_expect_eq(l->uid_number, n->uid_number);
}

Test(lookup_page, the_same_connection_stands_once_in_a_row, .init = open_page, .fini = close_page)
{
    struct name_seen n[8];
    size_t lengths[9] = {0};
    for (int i = 0; i < 8; i++) {
        n[i] = seen(1, "1681619430980029", "a.example");
        n[i].uid_number = 1681619430980029;
    }
    n[2].conn.orig_port++;
    n[3].conn.resp_port++;
    n[4].conn.proto = PROTO_UDP;
    n[5].uid = STR("1681619430980028"), n[5].uid_number--;
    n[6].uid = n[7].uid = STR("C1"), n[6].uid_number = n[7].uid_number = 0;
    for (int i = 0; i < 8; i++) {
        cr_assert(lookup_page_add(&page, &n[i], i == 7, 2));
        lengths[i + 1] = page.data.len;
    }
    for (int i = 1; i < 8; i++)
        cr_expect_eq(lengths[i + 1] - lengths[i] < 10, i == 1, "record %d", i);
    lookup_reader_start(reader, page.data);
    for (int i = 0; i < 8; i++) {
        struct lookup l = next();
        expect_name(&l, "a.example");
        expect_ends(&l, &n[i], i == 7);
    }
    expect_end();
}

Test(lookup_page, the_first_has_none_before_it, .init = open_page, .fini = close_page)
{
    static const char bytes[] = {NAME_DNS + LOOKUP_SAME, 0, 1, 'a', 0, 0};
    struct lookup l;
    bool damaged;
    lookup_reader_start(reader, (struct str){bytes, sizeof bytes});
    cr_expect_not(lookup_reader_next(reader, &l, &damaged));
    cr_expect(damaged);
}

Test(
    lookup_page, is_full_at_its_rows_its_values_and_its_size, .init = open_page, .fini = close_page)
{
    char name[NAME_SEEN_MAX + 1];
    struct name_seen n = seen(1, "", "a.example");
    while (lookup_page_add(&page, &n, 1, 2))
        ;
    cr_expect_eq(page.rows, LOOKUP_PAGE_ROWS);

    lookup_page_clear(&page);
    cr_expect_eq(page.rows, 0);
    for (int64_t i = 0; lookup_page_add(&page, &n, 2 * i, 2 * i + 1); i++)
        ;
    cr_expect_eq(page.rows, LOOKUP_PAGE_VALUES / 2);

    lookup_page_clear(&page);
    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "%0*d.example", NAME_SEEN_MAX - 8, i);
        n = seen(1, "", name);
        if (!lookup_page_add(&page, &n, 1, 2))
            break;
    }
    cr_expect_gt(page.data.len, LOOKUP_PAGE_SIZE - 2000);
    cr_expect_leq(page.data.len, LOOKUP_PAGE_SIZE);
    lookup_reader_start(reader, page.data);
    for (int i = 0; i < page.rows; i++)
        next();
    expect_end();
}

Test(lookup_page, a_page_cut_anywhere_is_damaged, .init = open_page, .fini = close_page)
{
    struct ipaddr answer;
    cr_assert(ip_parse(STR("192.0.2.1"), &answer));
    struct name_seen n = seen(1700000000000000, "C1", "a.example.com");
    n.answers = &answer;
    n.answer_count = 1;
    cr_assert(lookup_page_add(&page, &n, 77, 99));
    for (size_t len = 1; len < page.data.len; len++) {
        struct lookup l;
        bool damaged;
        char *exact = malloc(len); /* so that a byte too far is seen */
        memcpy(exact, page.data.p, len);
        lookup_reader_start(reader, (struct str){exact, len});
        cr_expect_not(lookup_reader_next(reader, &l, &damaged));
        cr_expect(damaged, "cut at %zu", len);
        free(exact);
    }
}

Test(lookup_page, any_bytes_are_read_to_an_end, .init = open_page, .fini = close_page)
{
    uint64_t random = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[200];
        struct lookup l;
        bool damaged;
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            bytes[i] = (char)(random >> 60 ? random >> 33 & 31 : random >> 33);
        }
        int rows = 0;
        lookup_reader_start(reader, (struct str){bytes, sizeof bytes});
        while (lookup_reader_next(reader, &l, &damaged)) {
            cr_assert_leq(l.label.len + l.domain.len, 2 * UINT8_MAX);
            cr_assert_lt(rows++, 200);
        }
    }
}

/* ------------------------------------------------------------------ fingerprints */

static void expect_prints(const struct lookup *l, const char *want)
{
    char got[NAME_PRINTS_MAX * (LOOKUP_PRINT_SIZE + 1)];
    size_t len = 0;
    for (int i = 0; i < l->print_count; i++) {
        if (i > 0)
            got[len++] = ' ';
        len += lookup_print(l->prints[i], got + len);
    }
    got[len] = '\0';
    cr_expect_str_eq(got, want, "%s for %s", got, want);
    cr_expect_eq(l->outcome, NAME_TLS, "what tells of them is no outcome");
}

Test(
    lookup_page, keeps_fingerprints_beside_a_name_or_without, .init = open_page, .fini = close_page)
{
    struct name_seen both = seen(1, "", "www.example"), none = seen(2, "", "www.example"),
                     alone = seen(3, "", "");
    both.prints = STR("ja3:1 sha1:2");
    alone.prints = STR("sha1:2");
    cr_assert(lookup_page_add(&page, &both, 1, 2));
    cr_assert(lookup_page_add(&page, &none, 1, 2));
    size_t before = page.data.len;
    cr_assert(lookup_page_add(&page, &alone, 1, 2));
    cr_expect_leq(page.data.len - before, 15, "a fingerprint that came before is a number");
    lookup_reader_start(reader, page.data);
    struct lookup l = next();
    expect_name(&l, "www.example");
    expect_prints(&l, "ja3:1 sha1:2");
    l = next();
    expect_prints(&l, "");
    l = next();
    expect_name(&l, "");
    expect_prints(&l, "sha1:2");
    expect_end();
}

Test(lookup_page, keeps_four_fingerprints_at_most, .init = open_page, .fini = close_page)
{
    struct name_seen n = seen(1, "", "www.example");
    n.prints = STR("a:1 b:2 c:3 d:4 e:5");
    cr_assert(lookup_page_add(&page, &n, 1, 2));
    lookup_reader_start(reader, page.data);
    struct lookup l = next();
    expect_prints(&l, "a:1 b:2 c:3 d:4");
    expect_end();
}

Test(lookup_page, is_full_before_fingerprints_are_too_many, .init = open_page, .fini = close_page)
{
    int rows = 0;
    char prints[200];
    struct name_seen n = seen(1, "", "");
    do {
        snprintf(prints, sizeof prints, "ja3:%d ja3s:%d ja4:%d sha1:%d", rows, rows, rows, rows);
        n.prints = str_of(prints);
    } while (lookup_page_add(&page, &n, 1, 2) && ++rows < 5000);
    cr_expect(rows > 1500 && rows <= LOOKUP_PAGE_VALUES / NAME_PRINTS_MAX, "%d rows", rows);
    lookup_reader_start(reader, page.data);
    for (int i = 0; i < rows; i++) {
        struct lookup l = next();
        snprintf(prints, sizeof prints, "ja3:%d ja3s:%d ja4:%d sha1:%d", i, i, i, i);
        expect_prints(&l, prints);
    }
    expect_end();
}

Test(lookup_page, keeps_the_digits_of_fingerprints_as_bytes, .init = open_page, .fini = close_page)
{
    struct name_seen n = seen(1, "", "");
    n.prints = STR("sha1:00112233445566778899aabbccddeeff00112233 ja4:t13d_8d ja3:0 x:AB");
    cr_assert(lookup_page_add(&page, &n, 1, 2));
    cr_expect_lt(page.data.len, 85);
    lookup_reader_start(reader, page.data);
    struct lookup l = next();
    expect_prints(&l, "sha1:00112233445566778899aabbccddeeff00112233 ja4:t13d_8d ja3:0 x:AB");
    expect_end();
}
