/* Text measured and broken by terminal cells. */
#include "cli/text.h"

#include <criterion/criterion.h>

#include <stdio.h>

static int width(const char *text)
{
    return text_width(str_of(text));
}

static void clips(const char *text, int cells, const char *want)
{
    struct buf out = {0};
    text_clip(&out, str_of(text), cells);
    cr_assert_str_eq(out.text, want);
    buf_done(&out);
}

static void wraps(const char *text, int indent, int cells, const char *want)
{
    struct buf out = {0};
    text_wrap(&out, str_of(text), indent, cells);
    cr_assert_str_eq(out.text, want);
    buf_done(&out);
}

Test(text, width_counts_cells_not_bytes)
{
    cr_assert_eq(width(""), 0);
    cr_assert_eq(width("abc"), 3);
    cr_assert_eq(width("é…"), 2);
    cr_assert_eq(width("証拠"), 4);
    cr_assert_eq(width("ｱ"), 1);         /* halfwidth katakana */
    cr_assert_eq(width("Ａ"), 2);        /* fullwidth letter */
    cr_assert_eq(width("e\xcc\x81"), 1); /* e and a combining accent */
    cr_assert_eq(width("が"), 2);
    cr_assert_eq(width("か\xe3\x82\x99"), 2); /* the same in two code points */
    cr_assert_eq(width("😀"), 2);
    cr_assert_eq(width("한"), 2);
}

Test(text, clip_keeps_what_fits_and_marks_the_cut)
{
    clips("abcdef", 6, "abcdef");
    clips("abcdef", 5, "abcd…");
    clips("証拠証拠", 8, "証拠証拠");
    clips("証拠証拠", 7, "証拠証…");
    clips("証拠証拠", 6, "証拠…"); /* a wide character does not fit in one cell */
    clips("abc", 1, "…");
}

Test(text, wrap_breaks_at_spaces)
{
    wraps("one two three", 0, 7, "one two\nthree");
    wraps("one two three", 2, 8, "one two\n  three");
    wraps("one", 0, 3, "one");
    wraps("unbreakable x", 0, 4, "unbreakable\nx");
    wraps("a b", 0, 1, "a\nb");
    wraps("two\nlines", 0, 20, "two\nlines");
    wraps("new\n\nparagraph", 2, 20, "new\n\n  paragraph");
}

Test(text, wrap_breaks_between_japanese_characters)
{
    wraps("証拠証拠", 0, 4, "証拠\n証拠");
    wraps("証拠。証", 0, 4, "証\n拠。\n証"); /* no line begins with a full stop */
    wraps("SSH の証拠", 0, 6, "SSH の\n証拠");
}

Test(text, wrap_begins_no_line_with_what_japanese_does_not_begin_one_with)
{
    static const char *const never[] = {"、", "。", "，", "．", "・", "：", "；", "？", "！", "」",
        "』", "）", "】", "〉", "》", "〕", "］", "｝", "々", "ー", "ぁ", "ぃ", "ぅ", "ぇ", "ぉ",
        "っ", "ゃ", "ゅ", "ょ", "ァ", "ィ", "ゥ", "ェ", "ォ", "ッ", "ャ", "ュ", "ョ", "ヵ", "ヶ",
        ")", "ゝ", "ヽ", "〜"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        char text[40], want[40];
        snprintf(text, sizeof text, "証拠試%s験", never[i]);
        snprintf(want, sizeof want, "証拠\n試%s験", never[i]);
        wraps(text, 0, 6, want);
    }
}

Test(text, wrap_ends_no_line_with_an_opening_bracket)
{
    static const char *const never[] = {"「", "『", "（", "【", "〈", "("};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        char text[40], want[40];
        snprintf(text, sizeof text, "証拠%sSSH", never[i]);
        snprintf(want, sizeof want, "証拠\n%sSSH", never[i]);
        wraps(text, 0, 6, want);
    }
}

/* A table of two columns, the second a number, printed at `cells`. */
