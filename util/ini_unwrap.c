/* Wrapped text back into paragraphs. */
#include "util/ini.h"

/* Scripts written without spaces between words. Hangul is not among them. */
static bool is_cjk(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x2E80, 0x2FDF},   /* radicals */
        {0x3000, 0x312F},   /* punctuation, kana, bopomofo */
        {0x31A0, 0x4DBF},   /* strokes, enclosed and compatibility forms, ideographs A */
        {0x4E00, 0x9FFF},   /* unified ideographs */
        {0xF900, 0xFAFF},   /* compatibility ideographs */
        {0xFE30, 0xFE4F},   /* vertical forms */
        {0xFF00, 0xFFEF},   /* full and half width forms */
        {0x20000, 0x3FFFF}, /* ideographs B and later */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
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
        else if (out.len > 0 && !(is_cjk(last_char(buf_str(&out))) && is_cjk(first_char(line))))
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
