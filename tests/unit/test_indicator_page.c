/* Pages of a feed's entries, as they are read and searched. */
#include "store/indicator_page.h"
#include "tests/unit/scratch.h"

static struct page page_with(int64_t first, const char *addresses, const char *names)
{
    return (struct page){first, 9, str_of(addresses), str_of(names)};
}

/* As "name claim", commas between; of an address its number. */
static void expect_entries(const struct page *page, const char *want)
{
    struct page_reader r = {0};
    struct page_entry e;
    struct buf text = {0};
    bool damaged;
    page_reader_start(&r, page);
    while (page_reader_next(&r, &e, &damaged)) {
        if (e.name.p)
            buf_add(&text, e.name);
        else
            buf_printf(&text, "%lld", (long long)(e.key >> 8));
        cr_expect_eq(page_entry_key(&e) & 0xFF, e.name.p ? page_entry_key(&e) & 0xFF : 32);
        buf_printf(&text, " %d,", (int)e.claim);
    }
    cr_expect_not(damaged);
    cr_expect_str_eq(text.text ? text.text : "", want);
    page_reader_done(&r);
    buf_done(&text);
}

/* ------------------------------------------------------------------ reading */

Test(indicator_page, is_read_in_order_of_key)
{
    struct page page = page_with(INT64_C(0xC0000200) << 8 | 24, ",1,2,256,",
        "{\"192.0.2.0/24\":1,\"192.0.2.1\":3,\"192.0.2.1\":2,\"192.0.2.3\":4,"
        "\"192.0.3.0/24\":5}");
    expect_entries(&page, "192.0.2.0/24 1,3221225985 9,192.0.2.1 3,192.0.2.1 2,3221225986 9,"
                          "192.0.2.3 4,192.0.3.0/24 5,3221226240 9,");
}

Test(indicator_page, has_either_part_or_both)
{
    struct page page = page_with(INDICATOR_PAGE_FIRST, ",0,4294967295,", NULL);
    expect_entries(&page, "0 9,4294967295 9,");
    page = page_with(INDICATOR_PAGE_FIRST, NULL, "{\"a.example\":1}");
    expect_entries(&page, "a.example 1,");
    page = page_with(INDICATOR_PAGE_FIRST, NULL, NULL);
    expect_entries(&page, "");
}

static bool is_damaged(const char *addresses, const char *names)
{
    struct page page = page_with(256, addresses, names);
    struct page_reader r = {0};
    struct page_entry e;
    bool damaged;
    page_reader_start(&r, &page);
    while (page_reader_next(&r, &e, &damaged))
        continue;
    page_reader_done(&r);
    return damaged;
}

Test(indicator_page, that_is_damaged_is_told_from_one_that_ends)
{
    static const char *const wrong[] = {"{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":}",
        "{\"a\":1,", "{\"a\":1,}", "[\"a\":1}", "{a:1}", "{\"a\":1\"b\":2}", "{\"a\\\":1}",
        "{\"a\\u00zz\":1}", "{\"a\\n\":1}"};
    static const char *const wrong_numbers[] = {"1", ",1", ",1,2", ",,", ",a,", ",-1,", ",1;2,",
        ",4294967295,", ",99999999999999999999,", "[1]"};
    cr_expect_not(is_damaged("", ""));
    cr_expect_not(is_damaged(",1,4294967294,", "{\"a\":1}"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect(is_damaged(",1,", wrong[i]), "%s", wrong[i]);
    for (size_t i = 0; i < sizeof wrong_numbers / sizeof *wrong_numbers; i++)
        cr_expect(is_damaged(wrong_numbers[i], "{\"a\":1}"), "%s", wrong_numbers[i]);
}

static const char *const odd[] = {"\"", "\\", "a\"b", "a\\b", "\x01", "a\nb\tc", "\":1,\"x",
    "\\u0022", "\xc3\xa9.example", "", "{\"a\":1}"};
#define ODD ((int)(sizeof odd / sizeof *odd))

/* {"odd":1,…}, each with its place as claim. */
static void add_odd(struct buf *names)
{
    for (int i = 0; i < ODD; i++) {
        buf_addc(names, i == 0 ? '{' : ',');
        page_add_needle(names, str_of(odd[i]));
        buf_printf(names, "%d", i + 1);
    }
    buf_addc(names, '}');
}

Test(indicator_page, gives_odd_names_back_as_they_were)
{
    struct page_reader r = {0};
    struct page_entry e;
    struct buf names = {0};
    bool damaged;
    add_odd(&names);
    struct page page = page_with(0, ",7,", names.text);
    page_reader_start(&r, &page);
    for (int i = 0, addresses = 0; i < ODD; i++) {
        cr_assert(page_reader_next(&r, &e, &damaged), "%d: %d", i, damaged);
        if (!e.name.p) {
            cr_expect_eq(++addresses, 1);
            i--;
            continue;
        }
        cr_expect(str_eq(e.name, str_of(odd[i])), "%s: %.*s", odd[i], (int)e.name.len, e.name.p);
        cr_expect_eq(e.claim, i + 1);
    }
    while (page_reader_next(&r, &e, &damaged))
        cr_expect_eq(e.key, 7 << 8 | 32);
    cr_expect_not(damaged);
    page_reader_done(&r);
    buf_done(&names);
}

Test(indicator_page, has_odd_names_found)
{
    struct buf names = {0};
    add_odd(&names);
    for (int i = 0; i < ODD; i++) {
        struct str rest = buf_str(&names);
        struct buf needle = {0};
        int64_t claim;
        page_add_needle(&needle, str_of(odd[i]));
        cr_assert(page_find(&rest, buf_str(&needle), &claim), "%s", odd[i]);
        cr_expect_eq(claim, i + 1, "%s", odd[i]);
        cr_expect_not(page_find(&rest, buf_str(&needle), &claim), "%s again", odd[i]);
        buf_done(&needle);
    }
    buf_done(&names);
}

Test(indicator_page, is_json_with_odd_names)
{
    struct scratch db;
    struct buf names = {0};
    scratch_open(&db);
    add_odd(&names);
    for (int i = 0; i < ODD; i++) {
        struct query *in_sql =
            store_query(db.s, "test", "SELECT key FROM json_each(:names) WHERE value = :claim");
        query_bind_s(in_sql, ":names", buf_str(&names));
        query_bind_i(in_sql, ":claim", i + 1);
        cr_assert(query_step(in_sql));
        cr_expect(str_eq(query_s(in_sql, 0), str_of(odd[i])), "%s in SQL", odd[i]);
        cr_expect(query_done(in_sql, NULL));
    }
    buf_done(&names);
    scratch_close(&db);
}

Test(indicator_page, writes_numbers_as_they_are_written)
{
    uint64_t powers = 1, n = 7;
    for (int i = 0; i < 3000; i++) {
        char text[PAGE_NUMBER_ROOM + 1] = "", want[32];
        powers = powers > UINT64_MAX / 10 ? 1 : powers * 10;
        n = n * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint64_t numbers[] = {
            (uint64_t)i, powers, powers - 1, n >> i % 64, UINT64_MAX - (uint64_t)i};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            *page_put_number(text, numbers[k]) = '\0';
            snprintf(want, sizeof want, "%llu", (unsigned long long)numbers[k]);
            cr_assert_str_eq(text, want);
        }
    }
}

/* ------------------------------------------------------------------ searching */

static bool has(const struct page *page, uint32_t address, unsigned bits)
{
    struct ipaddr ip = ip_from_v4(address);
    return page_has_address(page, indicator_key_net(&ip, bits));
}

Test(indicator_page, knows_its_addresses)
{
    struct page page = page_with(INT64_C(0xC0000200) << 8 | 24, ",0,12,256,", NULL);
    cr_expect(has(&page, 0xC0000200, 32));
    cr_expect(has(&page, 0xC000020C, 32));
    cr_expect(has(&page, 0xC0000300, 32));
    cr_expect_not(has(&page, 0xC0000201, 32));
    cr_expect_not(has(&page, 0xC0000202, 32));
    cr_expect_not(has(&page, 0xC0000219, 32), "25");
    cr_expect_not(has(&page, 0xC0000200, 24), "a network is no address");
    page = page_with(INDICATOR_PAGE_FIRST, ",0,3221225985,", NULL);
    cr_expect(has(&page, 0xC0000201, 32));
    cr_expect(has(&page, 0, 32));
    cr_expect_not(has(&page, 0, 0));
    page = page_with(INDICATOR_PAGE_FIRST, NULL, NULL);
    cr_expect_not(has(&page, 0, 32));
}

Test(indicator_page, finds_all_claims_of_a_whole_name)
{
    struct str rest =
        STR("{\"10.example\":1,\"0.example\":2,\"0.example\":34,\"0.example.com\":5}");
    struct buf needle = {0};
    int64_t first = 0, second = 0, third;
    page_add_needle(&needle, STR("0.example"));
    cr_expect(page_find(&rest, buf_str(&needle), &first));
    cr_expect(page_find(&rest, buf_str(&needle), &second));
    cr_expect_not(page_find(&rest, buf_str(&needle), &third));
    cr_expect(first == 2 && second == 34, "%d and %d", (int)first, (int)second);
    buf_done(&needle);
}
