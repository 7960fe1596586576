/* INI text as its writers expect it: sections, continuation, comments, limits, honest errors. */
#include "util/ini.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct ini parse(const char *text)
{
    struct ini ini = {0};
    struct err err = {0};
    cr_assert(ini_read_text(&ini, "test.conf", str_of(text), &err), "%s", err.text);
    return ini;
}

static void expect_value(const char *text, const char *key, const char *want)
{
    struct ini ini = parse(text);
    const char *value = ini_get(&ini, "a", "", key);
    cr_assert_not_null(value, "no %s in: %s", key, text);
    cr_expect_str_eq(value, want, "'%s' gives '%s'", text, value);
    ini_done(&ini);
}

static void expect_refused_text(struct str text, const char *want)
{
    struct ini ini = {0};
    struct err err = {0};
    cr_assert_not(ini_read_text(&ini, "test.conf", text, &err), "accepted: %s", text.p);
    cr_expect_eq(err.code, ERR_CONFIG);
    cr_expect_str_eq(err.text, want);
    cr_expect_null(ini.entries, "outputs are set only on success");
}

static void expect_refused(const char *text, const char *want)
{
    expect_refused_text(str_of(text), want);
}

Test(ini, reads_sections_keys_and_places)
{
    struct ini ini = parse("; a comment\n[network]\nhome = 192.0.2.0/24\n\n"
                           "[ resource  web 1 ]  ; the first\ntype: host\nnote=\n");
    cr_assert_eq(ini.count, 3);
    cr_expect_str_eq(ini.entries[0].kind, "network");
    cr_expect_str_eq(ini.entries[0].name, "");
    cr_expect_eq(ini.entries[0].line, 3);
    cr_expect_str_eq(ini.entries[1].kind, "resource");
    cr_expect_str_eq(ini.entries[1].name, "web 1");
    cr_expect_str_eq(ini.entries[1].value, "host");
    cr_expect_str_eq(ini.entries[2].value, "");
    cr_expect_eq(ini.entries[2].line, 7);
    ini_done(&ini);
}

Test(ini, lists_sections_without_keys)
{
    struct ini ini = parse("[a one]\n[b]\nk = v\n[a one]\n");
    cr_assert_eq(ini.section_count, 3);
    cr_expect_str_eq(ini.sections[0].name, "one");
    cr_expect_str_eq(ini.sections[1].kind, "b");
    cr_expect_eq(ini.sections[2].line, 4);
    cr_expect_eq(ini.count, 1);
    ini_done(&ini);
}

Test(ini, an_empty_text_has_no_entries)
{
    struct ini ini = parse("");
    cr_expect_eq(ini.count, 0);
    cr_expect(ini_all_used(&ini, NULL));
    ini_done(&ini);
    ini_done(&ini);
    ini_done(NULL);
}

Test(ini, joins_indented_lines)
{
    expect_value("[a]\nk = one\n  two\n\tthree = 3\nj = x\n", "k", "one\ntwo\nthree = 3");
    expect_value("[a]\nk =\n  one\n  two", "k", "one\ntwo");
    expect_value("[a]\r\nk = one\r\n two\r\n", "k", "one\ntwo");
    expect_value("[a]\nk = one\n  [b]\n", "k", "one\n[b]");
}

Test(ini, keeps_blank_lines_inside_a_value_only)
{
    expect_value(
        "[a]\nk = one\n\n  two\n \t\n\n  .\n  three\n\n\nj = x\n", "k", "one\n\ntwo\n\n\n.\nthree");
    expect_value("[a]\nk =\n\n  one\n\n[b]\n", "k", "one");
}

Test(ini, comments_stand_on_their_own_line_or_after_the_value)
{
    expect_value("[a]\nk = one ; two\n", "k", "one");
    expect_value("[a]\nk = one\t;two\n", "k", "one");
    expect_value("[a]\nk = ; nothing\n", "k", "");
    expect_value("[a]\nk =;nothing\n", "k", "");
    expect_value("[a]\nk = one\n  ; not this\n# nor this\n  # nor this\n  two\n", "k", "one\ntwo");
    expect_value("[a]\nk = ; see below\n  one\n", "k", "one");
}

Test(ini, keeps_semicolons_of_addresses_and_prose)
{
    expect_value("[a]\nk = http://192.0.2.1/;a=b;c\n", "k", "http://192.0.2.1/;a=b;c");
    expect_value("[a]\nk = one; two # three\n", "k", "one; two # three");
    expect_value("[a]\nk = one\n  two ; three ;four\n", "k", "one\ntwo ; three ;four");
}

Test(ini, placeholders_and_bars_stand_for_themselves)
{
    expect_value(
        "[a]\nk = %{Victim IP} | 50% = \"x\" : \\n\n", "k", "%{Victim IP} | 50% = \"x\" : \\n");
}

Test(ini, skips_a_byte_order_mark)
{
    expect_value("\xEF\xBB\xBF[a]\nk = v\n", "k", "v");
}

/* 64 KiB of Japanese on one line, and a line at each length around the library's first buffer. */
Test(ini, long_values_arrive_whole)
{
    struct buf text = {0}, want = {0};
    for (int i = 0; i < 65536 / 3; i++)
        buf_puts(&want, "\xE8\xAD\xA6");
    buf_printf(&text, "[a]\nk = %s\nj = 1\n", want.text);
    expect_value(text.text, "k", want.text);
    expect_value(text.text, "j", "1");
    for (int len = 4080; len < 4110; len++) {
        buf_clear(&text);
        buf_printf(&text, "[a]\nk=%0*d\nj = 2\n", len, 7);
        buf_clear(&want);
        buf_printf(&want, "%0*d", len, 7);
        expect_value(text.text, "k", want.text);
        expect_value(text.text, "j", "2");
    }
    buf_done(&text);
    buf_done(&want);
}

Test(ini, refuses_a_line_over_the_limit)
{
    struct buf text = {0};
    buf_printf(&text, "[a]\nk = %0*d\n", INI_LINE_MAX - 7, 1);
    struct ini ini = {0};
    struct err err = {0};
    cr_expect(ini_read_text(&ini, "test.conf", buf_str(&text), &err), "%s", err.text);
    cr_expect_eq(strlen(ini_get(&ini, "a", "", "k")), INI_LINE_MAX - 7);
    ini_done(&ini);
    buf_clear(&text);
    buf_printf(&text, "[a]\nk = %0*d\n", INI_LINE_MAX - 6, 1);
    expect_refused_text(buf_str(&text), "test.conf:2: the line is longer than 1 MiB");
    buf_done(&text);
}

Test(ini, long_names_are_kept_or_refused_never_cut)
{
    struct buf text = {0};
    buf_printf(&text, "[a %0*d]\n%0*d = x\n y\n", INI_SECTION_MAX - 2, 1, INI_KEY_MAX, 2);
    struct ini ini = parse(text.text);
    cr_expect_eq(strlen(ini.entries[0].name), INI_SECTION_MAX - 2);
    cr_expect_eq(strlen(ini.entries[0].key), INI_KEY_MAX);
    cr_expect_str_eq(ini.entries[0].value, "x\ny");
    ini_done(&ini);
    buf_clear(&text);
    buf_printf(&text, "\n[a %0*d]\n", INI_SECTION_MAX - 1, 1);
    expect_refused(text.text, "test.conf:2: the section heading is longer than 200 bytes");
    buf_clear(&text);
    buf_printf(&text, "[a]\n%0*d = x\n", INI_KEY_MAX + 1, 1);
    expect_refused(text.text, "test.conf:2: the key is longer than 200 bytes");
    buf_done(&text);
}

Test(ini, tells_long_names_with_one_beginning_apart)
{
    struct buf text = {0};
    buf_printf(&text, "[a %0*dx]\nk = 1\n[a %0*dy]\nk = 2\n", 60, 0, 60, 0);
    struct ini ini = parse(text.text);
    cr_expect_str_eq(ini_get(&ini, "a", ini.sections[0].name, "k"), "1");
    cr_expect_str_eq(ini_get(&ini, "a", ini.sections[1].name, "k"), "2");
    ini_done(&ini);
    buf_done(&text);
}

Test(ini, refuses_what_it_cannot_place)
{
    expect_refused("k = v\n", "test.conf:1: a key before the first [section]");
    expect_refused(
        "[a]\nword\n", "test.conf:2: neither 'key = value' nor a [section] nor a comment");
    expect_refused("[a]\nk = 1\nword ; = x\n",
        "test.conf:3: neither 'key = value' nor a [section] nor a comment");
    expect_refused("[a]\n= v\n", "test.conf:2: a value without a key");
    expect_refused("[a]\n  k = v\n", "test.conf:2: an indented line that continues no value");
    expect_refused("[a\nk = v\n", "test.conf:1: the section heading has no ']'");
    expect_refused("[a] k = v\n", "test.conf:1: text after the section heading");
    expect_refused("[ ]\n", "test.conf:1: the section heading is empty");
}

Test(ini, refuses_a_key_given_twice)
{
    expect_refused("[a x]\nk = 1\n[b]\nk = 1\n[a x]\nj = 1\nk = 2\n",
        "test.conf:7: 'k' was given on line 2 already");
}

Test(ini, refuses_text_that_is_no_text)
{
    expect_refused("[a]\nk = \xE3\x81\n", "test.conf:2: not UTF-8 text");
    expect_refused("[a]\nk = \x1B[2J\n", "test.conf:2: a control character in the line");
    expect_refused("[a]\nk = \xC2\x9B\n", "test.conf:2: a control character in the line");
    expect_refused("[a]\nk = 1\rj = 2\n", "test.conf:2: a control character in the line");
    struct str nul = STR("[a]\nk = 1\0\n");
    expect_refused_text(nul, "test.conf:2: a control character in the line");
}

Test(ini, names_the_first_key_that_nobody_asked_for)
{
    struct ini ini = parse("[a]\nknown = 1\n[b name]\nknwon = 2\nlast = 3\n");
    struct err err = {0};
    cr_expect_not_null(ini_get(&ini, "a", "", "known"));
    cr_expect_null(ini_get(&ini, "a", "", "other"));
    cr_expect_null(ini_get(&ini, "b", "", "known"));
    cr_expect_not(ini_all_used(&ini, &err));
    cr_expect_eq(err.code, ERR_CONFIG);
    cr_expect_str_eq(err.text, "test.conf:4: 'knwon' means nothing in [b name]");
    cr_expect_not_null(ini_get(&ini, "b", "name", "knwon"));
    cr_expect_eq(ini_find(&ini, "b", "name", "last")->line, 5);
    cr_expect(ini_all_used(&ini, NULL));
    ini_done(&ini);
}

Test(ini, reads_files_and_says_when_there_is_none)
{
    char path[] = "/tmp/tocsin-test-ini-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, "[a]\nk = v", 9), 9);
    close(fd);
    struct ini ini = {0};
    struct err err = {0};
    cr_expect(ini_read(&ini, path, &err), "%s", err.text);
    cr_expect_str_eq(ini_get(&ini, "a", "", "k"), "v");
    cr_expect_str_eq(ini.file, path);
    ini_done(&ini);
    unlink(path);
    cr_expect_not(ini_read(&ini, path, &err));
    cr_expect_eq(err.code, ERR_NOINPUT);
    err = (struct err){0};
    cr_expect_not(ini_read(&ini, "/", &err));
    cr_expect_eq(err.code, ERR_IO);
}

static void expect_unwrapped(const char *value, const char *want)
{
    char *text = ini_unwrap(value);
    cr_expect_str_eq(text, want, "'%s' gives '%s'", value, text);
    free(text);
}

Test(ini, unwraps_lines_into_paragraphs)
{
    expect_unwrapped("", "");
    expect_unwrapped("one", "one");
    expect_unwrapped("one\ntwo", "one two");
    expect_unwrapped("one\n.\ntwo\nthree", "one\ntwo three");
    expect_unwrapped("one\n\ntwo", "one\ntwo");
    expect_unwrapped(".\none\n.\n\n.\ntwo\n.", "one\ntwo");
    expect_unwrapped("one .\ntwo", "one . two");
}

Test(ini, unwraps_japanese_without_spaces)
{
    expect_unwrapped("不審な\n活動", "不審な活動");
    expect_unwrapped("検出、\nしました。\nカナ", "検出、しました。カナ");
    expect_unwrapped("接続\nSSH\n攻撃", "接続 SSH 攻撃");
    expect_unwrapped("한국어\n텍스트", "한국어 텍스트");
    expect_unwrapped("𠮟\n責", "𠮟責");
}

/* A word in Latin letters keeps its blank beside a character, but none beside a mark. */
Test(ini, unwraps_no_blank_beside_japanese_marks)
{
    expect_unwrapped("に対して、\nSSH による", "に対して、SSH による");
    expect_unwrapped("ました。\nVPN", "ました。VPN");
    expect_unwrapped("種類は SSH\n、RDP", "種類は SSH、RDP");
    expect_unwrapped("入力は「\ntocsin\n」", "入力は「tocsin」");
    expect_unwrapped("FTP\n（平文）\nSMTP", "FTP（平文）SMTP");
    expect_unwrapped("FTP\n・\nTelnet", "FTP・Telnet");
    expect_unwrapped("時々\nSSH", "時々 SSH"); /* a character like others */
    expect_unwrapped("サーバー\nSSH", "サーバー SSH");
    expect_unwrapped("アドレス\n%{Victim IP} へ", "アドレス %{Victim IP} へ");
}
