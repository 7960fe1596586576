/* Wrapped text back into paragraphs. */
#include "util/ini.h"

struct range {
    uint32_t from, to;
};

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

/* Scripts written without spaces between words. Hangul is not among them. */
static bool is_cjk(uint32_t c)
{
    static const struct range ranges[] = {
        {0x2E80, 0x2FDF},   /* radicals */
        {0x3000, 0x312F},   /* punctuation, kana, bopomofo */
        {0x31A0, 0x4DBF},   /* strokes, enclosed and compatibility forms, ideographs A */
        {0x4E00, 0x9FFF},   /* unified ideographs */
        {0xF900, 0xFAFF},   /* compatibility ideographs */
        {0xFE30, 0xFE4F},   /* vertical forms */
        {0xFF00, 0xFFEF},   /* full and half width forms */
        {0x20000, 0x3FFFF}, /* ideographs B and later */
    };
    return in_ranges(c, ranges, sizeof ranges / sizeof ranges[0]);
}

/* Marks as wide as a character that bring their own white space: no blank stands beside them. */
static bool is_cjk_mark(uint32_t c)
{
    static const struct range ranges[] = {
        {0x3000, 0x3003}, /* ideographic space, comma, full stop, ditto mark */
        {0x3008, 0x3011}, /* brackets */
        {0x3014, 0x301F}, /* more of them, wave dash, quotation marks */
        {0x30FB, 0x30FB}, /* middle dot */
        {0xFF01, 0xFF0F}, /* full width: exclamation mark to slash */
        {0xFF1A, 0xFF20}, /* colon to at sign */
        {0xFF3B, 0xFF40}, /* brackets to grave accent */
        {0xFF5B, 0xFF65}, /* braces, half width marks */
    };
    return in_ranges(c, ranges, sizeof ranges / sizeof ranges[0]);
}

/* The character that begins well-formed s; 0 for none. */
static uint32_t first_char(struct str s)
{
    if (s.len == 0)
        return 0;
    unsigned char lead = (unsigned char)s.p[0];
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    uint32_t c = len == 1 ? lead : lead & (0x7Fu >> len);
    for (size_t i = 1; i < len && i < s.len; i++)
        c = c << 6 | ((unsigned char)s.p[i] & 0x3F);
    return c;
}

static uint32_t last_char(struct str s)
{
    size_t at = s.len;
    while (at > 0 && ((unsigned char)s.p[--at] & 0xC0) == 0x80)
        continue;
    return first_char((struct str){s.p + at, s.len - at});
}

/* What a line break between the two stands for. */
static bool is_blank_between(uint32_t before, uint32_t after)
{
    return !(is_cjk(before) && is_cjk(after)) && !is_cjk_mark(before) && !is_cjk_mark(after);
}

char *ini_unwrap(const char *value)
{
    struct buf out = {0};
    struct str rest = str_of(value);
    bool paragraph = false;
    buf_puts(&out, "");
    while (rest.p) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (line.len == 0 || str_eq(line, STR("."))) {
            paragraph = out.len > 0;
            continue;
        }
        if (paragraph)
            buf_addc(&out, '\n');
        else if (out.len > 0 && is_blank_between(last_char(buf_str(&out)), first_char(line)))
            buf_addc(&out, ' ');
        buf_add(&out, line);
        paragraph = false;
    }
    if (out.failed) {
        buf_done(&out);
        return NULL;
    }
    return out.text;
}
