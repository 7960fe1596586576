/* Fingerprints as logs and feeds write them, in one form. */
#include "ingest/print_text.h"

#include <criterion/criterion.h>

#define MD5    "0123456789abcdef0123456789abcdef"
#define SHA1   "00112233445566778899aabbccddeeff00112233"
#define SHA256 SHA1 "445566778899aabbccddeeff"
#define JA4    "t13d1516h2_8daaf6152771_e5627efa2ab1"

static void expect(enum print_kind kind, const char *hash, const char *want)
{
    char text[PRINT_TEXT_SIZE] = "";
    bool is = print_text(kind, str_of(hash), text);
    cr_expect_eq(is, *want != '\0', "%s", hash);
    cr_expect_str_eq(text, want, "%s: %s", hash, text);
}

Test(print_text, writes_each_kind_with_its_prefix)
{
    expect(PRINT_JA3, MD5, "ja3:" MD5);
    expect(PRINT_JA3S, "0123456789ABCDEF0123456789ABCDEF", "ja3s:" MD5);
    expect(PRINT_JA4, JA4, "ja4:" JA4);
    expect(PRINT_CERTIFICATE, SHA1, "sha1:" SHA1);
    expect(PRINT_CERTIFICATE, SHA256, "sha256:" SHA256);
    expect(PRINT_CERTIFICATE, "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33",
        "sha1:" SHA1);
}

Test(print_text, refuses_what_is_none)
{
    expect(PRINT_JA3, "", "");
    expect(PRINT_JA3, "0123456789abcdef0123456789abcde", "");
    expect(PRINT_JA3, MD5 "0", "");
    expect(PRINT_JA3, "g123456789abcdef0123456789abcdef", "");
    expect(PRINT_JA3, "01:23456789abcdef0123456789abcde", "");
    expect(PRINT_CERTIFICATE, MD5, "");
    expect(PRINT_CERTIFICATE, ":" SHA1, "");
    expect(PRINT_CERTIFICATE, "0:0112233445566778899aabbccddeeff00112233", "");
    expect(PRINT_CERTIFICATE, SHA256 "00", "");
    expect(PRINT_JA4, "t13d1516h2-8daaf6152771-e5627efa2ab1", "");
    expect(PRINT_JA4, "t13d1516h_28daaf6152771_e5627efa2ab1", "");
    expect(PRINT_JA4, JA4 "0", "");
}

Test(print_text, reads_one_that_says_what_it_is)
{
    char text[PRINT_TEXT_SIZE];
    cr_assert(print_parse(STR("JA3:" MD5), text));
    cr_expect_str_eq(text, "ja3:" MD5);
    cr_assert(print_parse(STR("sha256:" SHA256), text));
    cr_expect_str_eq(text, "sha256:" SHA256);
    cr_expect_not(print_parse(STR(MD5), text));
    cr_expect_not(print_parse(STR("ja3:"), text));
    cr_expect_not(print_parse(STR("ja5:" MD5), text));
    cr_expect_not(print_parse(STR("sha256:" SHA1), text), "what the prefix says counts");
    cr_expect_not(print_parse(STR("2001:db8::1"), text));
    cr_expect_not(print_parse(STR(""), text));
}

Test(print_text, gathers_those_of_a_connection)
{
    struct arena arena = {0};
    struct name_seen n = {.prints = STR_NONE};
    struct prints prints = {.len = 0};
    cr_expect(prints_keep(&prints, &arena, &n));
    cr_expect_eq(n.prints.len, 0);
    prints_note(&prints, PRINT_JA3, STR(MD5));
    prints_note(&prints, PRINT_JA3S, STR("none"));
    prints_note(&prints, PRINT_JA4, STR(""));
    prints_note(&prints, PRINT_CERTIFICATE, STR(SHA1));
    cr_assert(prints_keep(&prints, &arena, &n));
    cr_expect(str_eq(n.prints, STR("ja3:" MD5 " sha1:" SHA1)));
    arena_done(&arena);
}
