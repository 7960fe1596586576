/* util/str.c: slices, numbers, UTF-8, the hash, and the buffer with its two escapes. */
#include "util/str.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static bool same(struct str s, const char *expected)
{
    return s.p && str_eq(s, str_of(expected));
}

Test(str, of_nothing_is_empty)
{
    cr_assert_eq(str_of(NULL).len, 0);
    cr_assert(str_eq(STR_NONE, STR("")));
    cr_assert_not(str_eq(STR("a"), STR("b")));
    cr_assert_not(str_eq(STR("a"), STR("ab")));
    cr_assert(str_eq(STR("a\0b"), STR("a\0b")));
    cr_assert_not(str_eq(STR("a\0b"), STR("a\0c")));
}

Test(str, eq_nocase_folds_ascii_only)
{
    cr_assert(str_eq_nocase(STR("TCP-Az"), STR("tcp-aZ")));
    cr_assert(str_eq_nocase(STR_NONE, STR("")));
    cr_assert_not(str_eq_nocase(STR("tcp"), STR("tcpx")));
    cr_assert_not(str_eq_nocase(STR("@"), STR("`")), "neighbours of the letters");
    cr_assert_not(str_eq_nocase(STR("["), STR("{")));
    cr_assert_not(str_eq_nocase(STR("\xC3\x89"), STR("\xC3\xA9")), "É is not é");
}

Test(str, starts_and_ends)
{
    cr_assert(str_starts(STR("conn.log"), STR("conn")));
    cr_assert(str_starts(STR("conn"), STR("conn")));
    cr_assert(str_starts(STR("conn"), STR("")));
    cr_assert(str_starts(STR_NONE, STR_NONE));
    cr_assert_not(str_starts(STR("con"), STR("conn")));
    cr_assert_not(str_starts(STR("xconn"), STR("conn")));
    cr_assert(str_ends(STR("conn.log"), STR(".log")));
    cr_assert(str_ends(STR(".log"), STR(".log")));
    cr_assert(str_ends(STR_NONE, STR_NONE));
    cr_assert(str_ends(STR_NONE, STR("")));
    cr_assert_not(str_ends(STR("log"), STR(".log")));
    cr_assert_not(str_ends(STR("conn.log1"), STR(".log")));
}

Test(str, cmp_orders_by_unsigned_bytes_then_length)
{
    static const struct str ascending[] = {
        {"", 0}, {"\0", 1}, {"A", 1}, {"a", 1}, {"a\0", 2}, {"aa", 2}, {"b", 1}, {"\xC3\xA9", 2}};
    const size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = str_cmp(ascending[i], ascending[j]);
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j), "%zu, %zu", i, j);
        }
    cr_assert_eq(str_cmp(STR_NONE, STR("")), 0);
}

Test(str, trim_takes_white_space_off_both_ends_only)
{
    cr_assert(same(str_trim(STR(" \t\r\n a b \r\n")), "a b"));
    cr_assert(same(str_trim(STR("ab")), "ab"));
    cr_assert_eq(str_trim(STR(" \t ")).len, 0);
    cr_assert_eq(str_trim(STR_NONE).len, 0);
    cr_assert(same(str_trim(STR("\va\f")), "\va\f"));
    cr_assert(same(str_trim(STR("\xC2\xA0x")), "\xC2\xA0x"), "a no-break space is text");
}

/* The pieces of `text` between bars, put in brackets. */
static void check_cut(struct str text, const char *expected)
{
    struct buf b = {0};
    for (struct str rest = text; rest.p;) {
        struct str piece = str_cut(&rest, '|');
        cr_assert_not_null(piece.p);
        buf_addc(&b, '[');
        buf_add(&b, piece);
        buf_addc(&b, ']');
    }
    cr_assert(str_eq(buf_str(&b), str_of(expected)), "%s: %s", text.p, b.text);
    buf_done(&b);
}

Test(str, cut_gives_every_piece_once)
{
    check_cut(STR("a|b|c"), "[a][b][c]");
    check_cut(STR("abc"), "[abc]");
    check_cut(STR(""), "[]");
    check_cut(STR("|"), "[][]");
    check_cut(STR("a|"), "[a][]");
    check_cut(STR("|a"), "[][a]");
    check_cut(STR("a||b"), "[a][][b]");
    check_cut(STR("|||"), "[][][][]");
    check_cut(STR_NONE, "");
}

Test(str, cut_stays_inside_its_slice)
{
    struct str rest = {"ab|cd", 2};
    struct str piece = str_cut(&rest, '|');
    cr_assert(same(piece, "ab"));
    cr_assert_null(rest.p);
    cr_assert_eq(rest.len, 0);
    piece = str_cut(&rest, '|');
    cr_assert_null(piece.p, "nothing is left of nothing");
    cr_assert_eq(piece.len, 0);
    rest = STR("a\0b");
    cr_assert(same(str_cut(&rest, '\0'), "a"));
    cr_assert(same(rest, "b"));
}

Test(str, u64_reads_decimal_digits)
{
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {{"0", 0}, {"7", 7}, {"007", 7}, {"65535", 65535},
        {"9999999999999999999", UINT64_C(9999999999999999999)},
        {"10000000000000000000", UINT64_C(10000000000000000000)},
        {"18446744073709551615", UINT64_MAX},
        {"00000000000000000000000018446744073709551615", UINT64_MAX}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t value = 1;
        cr_assert(str_u64(str_of(good[i].text), &value), "%s", good[i].text);
        cr_assert_eq(value, good[i].value, "%s", good[i].text);
    }
}

Test(str, u64_refuses_everything_else_and_leaves_the_value)
{
    static const struct str bad[] = {{NULL, 0}, {"", 0}, {"-", 1}, {"-1", 2}, {"+1", 2}, {" 1", 2},
        {"1 ", 2}, {"1.0", 3}, {"0x1", 3}, {"1e3", 3}, {"1\0", 2}, {"/", 1}, {":", 1}, {"\xB1", 1},
        {"18446744073709551616", 20}, {"18446744073709551620", 20}, {"99999999999999999999", 20},
        {"184467440737095516150", 21}, {"100000000000000000000000", 24}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t value = 42;
        cr_assert_not(str_u64(bad[i], &value), "%zu", i);
        cr_assert_eq(value, 42, "%zu", i);
    }
}

Test(str, i64_reaches_both_ends_of_the_type)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0}, {"-0", 0}, {"-1", -1}, {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX}, {"-9223372036854775808", INT64_MIN}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t value = 1;
        cr_assert(str_i64(str_of(good[i].text), &value), "%s", good[i].text);
        cr_assert_eq(value, good[i].value, "%s", good[i].text);
    }
    static const char *const bad[] = {"", "-", "--1", "+1", "- 1", "1-", "9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "-18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t value = 42;
        cr_assert_not(str_i64(str_of(bad[i]), &value), "%s", bad[i]);
        cr_assert_eq(value, 42);
    }
    int64_t value;
    cr_assert_not(str_i64(STR_NONE, &value));
}

/* RFC 3629 by its definition: decode, then ask whether a shorter form would have done. */
static size_t reference_character(const unsigned char *p, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t want = p[0] < 0x80       ? 1
                  : p[0] >> 5 == 6  ? 2
                  : p[0] >> 4 == 14 ? 3
                  : p[0] >> 3 == 30 ? 4
                                    : 0;
    if (want == 0 || want > len)
        return 0;
    uint32_t c = want == 1 ? p[0] : p[0] & (0xFFu >> (want + 1));
    for (size_t i = 1; i < want; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        c = c * 64 + p[i] % 64;
    }
    return c >= least[want] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? want : 0;
}

static bool reference_is_utf8(const unsigned char *p, size_t len)
{
    for (size_t i = 0, step; i < len; i += step)
        if ((step = reference_character(p + i, len - i)) == 0)
            return false;
    return true;
}

Test(str, utf8_agrees_with_its_definition_at_every_edge)
{
    static const unsigned char edge[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
        0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8,
        0xFF};
    const size_t n = sizeof edge;
    for (size_t i = 0; i < n * n * n * n; i++) {
        const unsigned char text[4] = {
            edge[i % n], edge[i / n % n], edge[i / n / n % n], edge[i / n / n / n]};
        for (size_t len = 0; len <= 4; len++)
            if (str_is_utf8((struct str){(const char *)text, len}) != reference_is_utf8(text, len))
                cr_assert_fail("%02x %02x %02x %02x, %zu", text[0], text[1], text[2], text[3], len);
    }
}

Test(str, utf8_named_cases)
{
    cr_assert(str_is_utf8(STR_NONE));
    cr_assert(str_is_utf8(STR("plain ASCII text of more than one word, \0 included")));
    cr_assert(
        str_is_utf8(STR("h\xC3\xA9llo \xE2\x82\xAC \xF0\x9F\x94\x94 \xE6\x97\xA5\xE6\x9C\xAC")));
    cr_assert(str_is_utf8(STR("\xF4\x8F\xBF\xBF")), "U+10FFFF");
    cr_assert_not(str_is_utf8(STR("\xF4\x90\x80\x80")), "above U+10FFFF");
    cr_assert_not(str_is_utf8(STR("\xC0\xAF")), "overlong slash");
    cr_assert_not(str_is_utf8(STR("\xE0\x80\xAF")), "overlong slash");
    cr_assert_not(str_is_utf8(STR("\xF0\x80\x80\xAF")), "overlong slash");
    cr_assert_not(str_is_utf8(STR("\xC0\x80")), "overlong NUL");
    cr_assert_not(str_is_utf8(STR("\xED\xA0\x80")), "surrogate");
    cr_assert_not(str_is_utf8(STR("\xED\xBF\xBF")), "surrogate");
    cr_assert_not(str_is_utf8(STR("latin1 caf\xE9")));
    cr_assert_not(str_is_utf8(STR("eight by\xE2\x82")), "cut at the end");
    cr_assert_not(str_is_utf8(STR("12345678\x80")), "stray after a whole word");
}

Test(str, dup_copies_and_terminates)
{
    char *copy = str_dup((struct str){"a\0bcd", 3});
    cr_assert_eq(memcmp(copy, "a\0b\0", 4), 0);
    free(copy);
    copy = str_dup(STR_NONE);
    cr_assert_str_eq(copy, "");
    free(copy);
    cr_assert_null(str_dup((struct str){"x", SIZE_MAX}));
}

Test(str, hash_is_fnv_1a)
{
    cr_assert_eq(str_hash(STR_NONE, STR_HASH_START), UINT64_C(0xcbf29ce484222325));
    cr_assert_eq(str_hash(STR("a"), STR_HASH_START), UINT64_C(0xaf63dc4c8601ec8c));
    cr_assert_eq(str_hash(STR("foobar"), STR_HASH_START), UINT64_C(0x85944171f73967e8));
    cr_assert_eq(str_hash(STR("\0"), STR_HASH_START), UINT64_C(0xaf63bd4c8601b7df));
    cr_assert_eq(str_hash(STR("\xFF"), STR_HASH_START), UINT64_C(0xaf64724c8602eb6e));
    cr_assert_eq(str_hash(STR("bar"), str_hash(STR("foo"), STR_HASH_START)),
        str_hash(STR("foobar"), STR_HASH_START));
}

Test(str, buf_grows_over_every_size_and_stays_terminated)
{
    struct buf b = {0};
    for (size_t i = 0; i < 5000; i++) {
        buf_addc(&b, (char)('a' + i % 26));
        cr_assert_eq(b.len, i + 1);
        cr_assert_eq(b.text[i + 1], '\0');
    }
    for (size_t i = 0; i < 5000; i++)
        cr_assert_eq(b.text[i], (char)('a' + i % 26));
    buf_done(&b);
    cr_assert_null(b.text);
}

Test(str, buf_printf_fits_at_every_distance_from_the_end)
{
    for (int before = 0; before < 70; before++)
        for (int width = 0; width < 140; width += 3) {
            struct buf b = {0};
            buf_printf(&b, "%*s", before, "");
            buf_printf(&b, "%0*d|", width, 0);
            cr_assert_not(b.failed);
            cr_assert_eq(b.len, strlen(b.text));
            cr_assert_eq(b.len, (size_t)(before + (width ? width : 1) + 1));
            cr_assert_eq(b.text[b.len - 1], '|');
            buf_done(&b);
        }
}

Test(str, buf_adding_nothing_gives_an_empty_text)
{
    struct buf b = {0};
    buf_puts(&b, "");
    cr_assert_str_eq(b.text, "");
    buf_add(&b, STR_NONE);
    buf_puts(&b, NULL);
    cr_assert_eq(b.len, 0);
    buf_done(&b);
    buf_add_visible(&b, STR_NONE);
    cr_assert_str_eq(b.text, "");
    buf_done(&b);
}

Test(str, buf_remembers_failure_until_cleared)
{
    struct buf b = {0};
    buf_puts(&b, "kept");
    buf_add(&b, (struct str){"x", SIZE_MAX - 8});
    cr_assert(b.failed);
    buf_puts(&b, "ignored");
    buf_printf(&b, "%d", 1);
    buf_add_json(&b, STR("ignored"));
    cr_assert_str_eq(b.text, "kept");
    buf_clear(&b);
    cr_assert_not(b.failed);
    cr_assert_str_eq(b.text, "");
    buf_puts(&b, "again");
    cr_assert_str_eq(b.text, "again");
    buf_done(&b);
}

Test(str, buf_clear_keeps_the_memory)
{
    struct buf b = {0};
    buf_clear(&b);
    cr_assert_null(b.text);
    buf_printf(&b, "%500d", 1);
    char *text = b.text;
    buf_clear(&b);
    cr_assert_eq(b.len, 0);
    cr_assert_eq(b.text, text);
    buf_printf(&b, "%500d", 2);
    cr_assert_eq(b.text, text);
    buf_done(&b);
    buf_done(NULL);
}

struct escape_case {
    struct str in;
    const char *out;
};

static void check_escape(
    void (*add)(struct buf *, struct str), const struct escape_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf b = {0};
        add(&b, cases[i].in);
        cr_assert_str_eq(b.text, cases[i].out);
        cr_assert_eq(b.len, strlen(cases[i].out));
        buf_done(&b);
    }
}

#define CASE(in, out)                                                                              \
    {                                                                                              \
        {in, sizeof(in) - 1}, out                                                                  \
    }

Test(str, visible_leaves_text_and_disarms_the_rest)
{
    static const struct escape_case cases[] = {
        CASE("", ""),
        CASE("plain \"text\" \\ ~", "plain \"text\" \\ ~"),
        CASE("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x94\x94", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x94\x94"),
        CASE("a\0b", "a\\x00"
                     "b"),
        CASE("\t\n\r\x1F ", "\\x09\\x0a\\x0d\\x1f "),
        CASE("\x1B[2J", "\\x1b[2J"),
        CASE("~\x7F", "~\\x7f"),
        CASE("\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xC2\xA0"),
        CASE("\x9B"
             "31m",
            "\\x9b31m"),
        CASE("caf\xE9!", "caf\\xe9!"),
        CASE("\xC0\xAF", "\\xc0\\xaf"),
        CASE("\xED\xA0\x80", "\\xed\\xa0\\x80"),
        CASE("\xE2\x82", "\\xe2\\x82"),
        CASE("\xF0\x9F\x94"
             "A",
            "\\xf0\\x9f\\x94"
            "A"),
        CASE("\xFF\xFE", "\\xff\\xfe"),
        CASE("a\xE2\x80\xAE"
             "b",
            "a\\xe2\\x80\\xae"
            "b"),
        CASE("\xE2\x80\xA8", "\xE2\x80\xA8"),
    };
    check_escape(buf_add_visible, cases, sizeof cases / sizeof cases[0]);
}

/* Where an escape begins a backslash stands, for each way to write a string. */
static void expect_escape(
    void (*add)(struct buf *, struct str), const char *text, size_t at, bool escaped, uint32_t c)
{
    struct buf b = {0};
    add(&b, str_of(text));
    cr_assert_eq(b.text[at] == '\\', escaped, "U+%04X", (unsigned)c);
    buf_done(&b);
}

Test(str, each_bidirectional_control_is_disarmed_and_not_its_neighbours)
{
    static const uint16_t control[] = {0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D,
        0x202E, 0x2066, 0x2067, 0x2068, 0x2069};
    size_t next = 0;
    for (uint32_t c = 0x600; c < 0x2100; c++) {
        char text[4] = {(char)(0xC0 | c >> 6), (char)(0x80 | (c & 63))};
        if (c >= 0x800) {
            text[0] = (char)(0xE0 | c >> 12);
            text[1] = (char)(0x80 | (c >> 6 & 63));
            text[2] = (char)(0x80 | (c & 63));
        }
        bool bidi = next < sizeof control / sizeof control[0] && control[next] == c;
        next += bidi;
        expect_escape(buf_add_visible, text, 0, bidi, c);
        expect_escape(buf_add_json, text, 1, bidi || c == 0x2028 || c == 0x2029, c);
    }
    cr_assert_eq(next, sizeof control / sizeof control[0]);
}

Test(str, json_escapes_by_the_grammar)
{
    static const struct escape_case cases[] = {
        CASE("", "\"\""),
        CASE("plain / text", "\"plain / text\""),
        CASE("say \"hi\" \\o/", "\"say \\\"hi\\\" \\\\o/\""),
        CASE("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""),
        CASE("a\0b", "\"a\\u0000b\""),
        CASE("\x01\x0B\x1B\x1F ", "\"\\u0001\\u000b\\u001b\\u001f \""),
        CASE("\x7F", "\"\\u007f\""),
        CASE("\xC2\x80\xC2\x9F\xC2\xA0", "\"\\u0080\\u009f\xC2\xA0\""),
        CASE("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9", "\"\xE2\x80\xA7\\u2028\\u2029\""),
        CASE("a\xE2\x80\xAE"
             "b\xE2\x81\xA6",
            "\"a\\u202eb\\u2066\""),
        CASE("\xE2\x82\xAC \xF0\x9F\x94\x94", "\"\xE2\x82\xAC \xF0\x9F\x94\x94\""),
        CASE("\xEF\xBF\xBD", "\"\xEF\xBF\xBD\""),
    };
    check_escape(buf_add_json, cases, sizeof cases / sizeof cases[0]);
}

#define BAD "\xEF\xBF\xBD"

/* As Unicode recommends: one replacement for each maximal subpart of a broken sequence. */
Test(str, json_replaces_broken_bytes)
{
    static const struct escape_case cases[] = {
        CASE("caf\xE9!", "\"caf" BAD "!\""),
        CASE("\xE2\x82", "\"" BAD "\""),
        CASE("\xE2\x82\"", "\"" BAD "\\\"\""),
        CASE("\xF0\x9F\x94\n", "\"" BAD "\\n\""),
        CASE("\x80\xBF", "\"" BAD BAD "\""),
        CASE("\xC0\xAF", "\"" BAD BAD "\""),
        CASE("\xED\xA0\x80", "\"" BAD BAD BAD "\""),
        CASE("\xF4\x90\x80\x80", "\"" BAD BAD BAD BAD "\""),
        CASE("\xC3\xC3\xA9", "\"" BAD "\xC3\xA9\""),
    };
    check_escape(buf_add_json, cases, sizeof cases / sizeof cases[0]);
}

Test(str, json_is_always_well_formed_utf8_without_controls)
{
    uint32_t random = 1;
    for (int round = 0; round < 20000; round++) {
        char noise[12];
        for (size_t i = 0; i < sizeof noise; i++) {
            random = random * 1664525 + 1013904223;
            noise[i] = (char)(random >> 24);
        }
        struct buf json = {0}, visible = {0};
        buf_add_json(&json, (struct str){noise, sizeof noise});
        buf_add_visible(&visible, (struct str){noise, sizeof noise});
        cr_assert(str_is_utf8(buf_str(&json)));
        cr_assert(str_is_utf8(buf_str(&visible)));
        for (size_t i = 0; i < json.len; i++)
            cr_assert_geq((unsigned char)json.text[i], 0x20);
        for (size_t i = 0; i < visible.len; i++)
            cr_assert_geq((unsigned char)visible.text[i], 0x20);
        buf_done(&json);
        buf_done(&visible);
    }
}
