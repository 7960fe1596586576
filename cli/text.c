/* Text measured and broken by terminal cells. */
#include "cli/text.h"

/* --- width of text ------------------------------------------------------------------------- */

struct range {
    uint32_t first, last;
};

/* East Asian Wide and Fullwidth (Unicode Standard Annex 11), joined where neighbours are close
 * enough that nothing narrow in between is in use. */
static const struct range wide[] = {
    {0x1100, 0x115f},
    {0x231a, 0x231b},
    {0x2329, 0x232a},
    {0x23e9, 0x23ec},
    {0x2e80, 0x303e},
    {0x3041, 0x33ff},
    {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x17000, 0x18cff},
    {0x1b000, 0x1b2ff},
    {0x1f004, 0x1f004},
    {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f18e},
    {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320},
    {0x1f32d, 0x1f64f},
    {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
};

/* Marks that stand on the character before them, and joiners. */
static const struct range zero[] = {
    {0x0300, 0x036f},
    {0x0483, 0x0489},
    {0x0591, 0x05bd},
    {0x064b, 0x065f},
    {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x200b, 0x200d},
    {0x20d0, 0x20ff},
    {0x3099, 0x309a},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
    {0xfeff, 0xfeff},
    {0xe0100, 0xe01ef},
};

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= ranges[low].first;
}

static bool is_wide(uint32_t c)
{
    return in_ranges(c, wide, sizeof wide / sizeof *wide);
}

static int cells_of(uint32_t c)
{
    if (c < 0x300)
        return 1;
    return in_ranges(c, zero, sizeof zero / sizeof *zero) ? 0 : is_wide(c) ? 2 : 1;
}

/* The character at text->p[*at], which moves behind it. A broken byte counts as a character. */
static uint32_t next_char(struct str text, size_t *at)
{
    unsigned char first = (unsigned char)text.p[(*at)++];
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t c = more == 0 ? first : first & (0x3fu >> more);
    while (more-- > 0 && *at < text.len && ((unsigned char)text.p[*at] & 0xc0) == 0x80)
        c = c << 6 | ((unsigned char)text.p[(*at)++] & 0x3f);
    return c;
}

int text_width(struct str text)
{
    int width = 0;
    for (size_t at = 0; at < text.len;)
        width += cells_of(next_char(text, &at));
    return width;
}

void text_clip(struct buf *out, struct str text, int width)
{
    if (text_width(text) <= width) {
        buf_add(out, text);
        return;
    }
    int used = 0;
    size_t at = 0;
    while (at < text.len) {
        size_t before = at;
        used += cells_of(next_char(text, &at));
        if (used > width - 1) {
            at = before;
            break;
        }
    }
    buf_add(out, (struct str){text.p, at});
    if (width > 0)
        buf_puts(out, "…");
}

/* --- wrapping ------------------------------------------------------------------------------ */

/* What must not begin a line of Japanese text: closing marks and brackets, small kana, marks that
 * repeat or lengthen what is before them. */
static const struct range not_first[] = {
    {'!', '!'},
    {')', ')'},
    {',', ','},
    {'.', '.'},
    {':', ';'},
    {'?', '?'},
    {']', ']'},
    {'}', '}'},
    {0x2019, 0x2019},
    {0x201d, 0x201d},
    {0x2026, 0x2026},
    {0x3001, 0x3003},
    {0x3005, 0x3005},
    {0x3009, 0x3009},
    {0x300b, 0x300b},
    {0x300d, 0x300d},
    {0x300f, 0x300f},
    {0x3011, 0x3011},
    {0x3015, 0x3015},
    {0x3017, 0x3017},
    {0x3019, 0x3019},
    {0x301b, 0x301c},
    {0x301e, 0x301f},
    {0x303b, 0x303b},
    {0x3041, 0x3041},
    {0x3043, 0x3043},
    {0x3045, 0x3045},
    {0x3047, 0x3047},
    {0x3049, 0x3049},
    {0x3063, 0x3063},
    {0x3083, 0x3083},
    {0x3085, 0x3085},
    {0x3087, 0x3087},
    {0x308e, 0x308e},
    {0x3095, 0x3096},
    {0x3099, 0x309e},
    {0x30a0, 0x30a1},
    {0x30a3, 0x30a3},
    {0x30a5, 0x30a5},
    {0x30a7, 0x30a7},
    {0x30a9, 0x30a9},
    {0x30c3, 0x30c3},
    {0x30e3, 0x30e3},
    {0x30e5, 0x30e5},
    {0x30e7, 0x30e7},
    {0x30ee, 0x30ee},
    {0x30f5, 0x30f6},
    {0x30fb, 0x30fe},
    {0x31f0, 0x31ff},
    {0xff01, 0xff01},
    {0xff09, 0xff09},
    {0xff0c, 0xff0c},
    {0xff0e, 0xff0e},
    {0xff1a, 0xff1b},
    {0xff1f, 0xff1f},
    {0xff3d, 0xff3d},
    {0xff5d, 0xff5e},
    {0xff60, 0xff61},
    {0xff63, 0xff65},
    {0xff67, 0xff70},
    {0xff9e, 0xff9f},
};

/* What must not end one: opening brackets and quotation marks. */
static const struct range not_last[] = {
    {'(', '('},
    {'[', '['},
    {'{', '{'},
    {0x2018, 0x2018},
    {0x201c, 0x201c},
    {0x3008, 0x3008},
    {0x300a, 0x300a},
    {0x300c, 0x300c},
    {0x300e, 0x300e},
    {0x3010, 0x3010},
    {0x3014, 0x3014},
    {0x3016, 0x3016},
    {0x3018, 0x3018},
    {0x301a, 0x301a},
    {0x301d, 0x301d},
    {0xff08, 0xff08},
    {0xff3b, 0xff3b},
    {0xff5b, 0xff5b},
    {0xff5f, 0xff5f},
    {0xff62, 0xff62},
};

/* May a line end between the two, without a space there? */
static bool breaks_between(uint32_t before, uint32_t after)
{
    return (is_wide(before) || is_wide(after)) &&
           !in_ranges(before, not_last, sizeof not_last / sizeof *not_last) &&
           !in_ranges(after, not_first, sizeof not_first / sizeof *not_first);
}

/* The end of the line that begins at `at`, and in *next where the one after it begins. */
static size_t line_end(struct str text, size_t at, int width, size_t *next)
{
    size_t end = 0, resume = 0, here = at;
    int used = 0;
    uint32_t last = 0;
    while (here < text.len) {
        size_t before = here;
        uint32_t c = next_char(text, &here);
        if (c == '\n') {
            *next = here;
            return before;
        }
        if (c == ' ') {
            end = before;
            resume = here;
        } else if (before > at && last != ' ' && breaks_between(last, c)) {
            end = before;
            resume = before;
        }
        last = c;
        used += cells_of(c);
        if (used > width && c != ' ')
            break;
    }
    if (used <= width || resume == 0) { /* it fits, or one word is wider than the line */
        while (resume == 0 && here < text.len && text.p[here] != ' ' && text.p[here] != '\n')
            here++;
        if (used <= width || here >= text.len) {
            *next = text.len;
            return text.len;
        }
        *next = here + 1;
        return here;
    }
    *next = resume;
    return end;
}

void text_wrap(struct buf *out, struct str text, int indent, int width)
{
    size_t at = 0, next;
    while (at < text.len) {
        size_t end = line_end(text, at, width, &next);
        if (at > 0)
            buf_printf(out, "\n%*s", end > at ? indent : 0, "");
        buf_add(out, (struct str){text.p + at, end - at});
        at = next;
    }
}
