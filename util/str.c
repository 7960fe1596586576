/* Slices of text, UTF-8, and the growing buffer. */
#include "util/str.h"

#include "util/large.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + ('a' - 'A')) : u;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq((struct str){s.p, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    if (suffix.len == 0)
        return true;
    return s.len >= suffix.len &&
           str_eq((struct str){s.p + (s.len - suffix.len), suffix.len}, suffix);
}

int str_cmp(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.p, b.p, len) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_space(s.p[s.len - 1]))
        s.len--;
    while (s.len > 0 && is_space(*s.p)) {
        s.p++;
        s.len--;
    }
    return s;
}

struct str str_cut(struct str *rest, char at)
{
    struct str piece = *rest;
    const char *found = piece.len > 0 ? memchr(piece.p, at, piece.len) : NULL;
    if (!found) {
        *rest = STR_NONE;
        return piece;
    }
    piece.len = (size_t)(found - piece.p);
    *rest = (struct str){found + 1, rest->len - piece.len - 1};
    return piece;
}

#define SAFE_DIGITS 19 /* so many always fit 64 bits */

bool str_u64(struct str s, uint64_t *value)
{
    if (s.len == 0)
        return false;
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
        if (digit > 9)
            return false;
        if (i >= SAFE_DIGITS && n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *value = n;
    return true;
}

bool str_i64(struct str s, int64_t *value)
{
    uint64_t n;
    if (s.len == 0)
        return false;
    bool minus = *s.p == '-';
    if (!str_u64((struct str){s.p + minus, s.len - minus}, &n) || n > (uint64_t)INT64_MAX + minus)
        return false;
    /* -(n - 1) - 1 reaches INT64_MIN without leaving the type. */
    *value = minus && n > 0 ? -(int64_t)(n - 1) - 1 : (int64_t)n;
    return true;
}

/* What the first byte of a character promises: its length, and the bounds of the second byte that
 * keep out overlong forms, surrogates and everything above U+10FFFF. */
static const struct utf8_lead {
    unsigned char from, to, len, second_min, second_max;
} utf8_leads[] = {
    {0x00, 0x7F, 1, 0, 0},
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct utf8_lead *utf8_lead_of(unsigned char c)
{
    for (size_t i = 0; i < sizeof utf8_leads / sizeof utf8_leads[0]; i++)
        if (c >= utf8_leads[i].from && c <= utf8_leads[i].to)
            return &utf8_leads[i];
    return NULL;
}

/* Reads the character that begins a non-empty s. False where it is broken; *len then counts the
 * bytes that belong together as one mistake (the maximal subpart of Unicode chapter 3). */
static bool utf8_take(struct str s, size_t *len, uint32_t *character)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const struct utf8_lead *lead = utf8_lead_of(p[0]);
    *len = 1;
    if (!lead)
        return false;
    uint32_t c = lead->len == 1 ? p[0] : p[0] & (0x7Fu >> lead->len);
    for (; *len < lead->len; (*len)++) {
        unsigned char min = *len == 1 ? lead->second_min : 0x80;
        unsigned char max = *len == 1 ? lead->second_max : 0xBF;
        if (*len == s.len || p[*len] < min || p[*len] > max)
            return false;
        c = c << 6 | (p[*len] & 0x3F);
    }
    *character = c;
    return true;
}

/* The length of the ASCII text that begins s. */
static size_t ascii_len(struct str s)
{
    size_t i = 0;
    uint64_t word;
    for (; s.len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < s.len && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

static struct str skip(struct str s, size_t len)
{
    return (struct str){s.p + len, s.len - len};
}

bool str_is_utf8(struct str s)
{
    while (s.len > 0) {
        s = skip(s, ascii_len(s));
        size_t len = 0;
        uint32_t character;
        if (s.len > 0 && !utf8_take(s, &len, &character))
            return false;
        s = skip(s, len);
    }
    return true;
}

char *str_dup(struct str s)
{
    char *copy = s.len < SIZE_MAX ? malloc(s.len + 1) : NULL;
    if (!copy)
        return NULL;
    if (s.len > 0)
        memcpy(copy, s.p, s.len);
    copy[s.len] = '\0';
    return copy;
}

uint64_t str_hash(struct str s, uint64_t seed)
{
    uint64_t hash = seed;
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#define BUF_CAP_MIN 64

/* Makes room for `more` bytes and the NUL. */
bool buf_room(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more < b->cap - b->len)
        return true;
    size_t cap = b->cap ? b->cap : BUF_CAP_MIN;
    while (cap <= SIZE_MAX / 4 && cap - b->len <= more)
        cap *= 2;
    char *text = cap - b->len > more ? realloc(b->text, cap) : NULL;
    if (!text) {
        b->failed = true;
        return false;
    }
    large_hint(text, cap);
    b->text = text;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, struct str s)
{
    if (!buf_room(b, s.len))
        return;
    if (s.len > 0)
        memcpy(b->text + b->len, s.p, s.len);
    b->len += s.len;
    b->text[b->len] = '\0';
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, (struct str){&c, 1});
}

void buf_puts(struct buf *b, const char *text)
{
    buf_add(b, str_of(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    if (buf_room(b, 0)) {
        size_t room = b->cap - b->len;
        int len = vsnprintf(b->text + b->len, room, format, args);
        if (len < 0)
            b->failed = true;
        else if ((size_t)len >= room && buf_room(b, (size_t)len))
            vsnprintf(b->text + b->len, (size_t)len + 1, format, again);
        if (b->failed)
            b->text[b->len] = '\0';
        else
            b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->text)
        b->text[0] = '\0';
}

void buf_done(struct buf *b)
{
    if (!b)
        return;
    free(b->text);
    *b = (struct buf){0};
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* Characters that reorder the text around them (Unicode annex 9). */
static bool is_bidi_control(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void add_hex_bytes(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_add(b, (struct str){(char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4});
    }
}

static bool visible_keeps(uint32_t c)
{
    return !is_control(c) && !is_bidi_control(c);
}

static bool json_keeps(uint32_t c)
{
    return visible_keeps(c) && c != '"' && c != '\\' && c != 0x2028 && c != 0x2029;
}

/* The length of the well-formed text that begins s and that `keeps` lets stand as it is. */
static size_t plain_len(struct str s, bool (*keeps)(uint32_t))
{
    size_t i = 0;
    while (i < s.len) {
        size_t len;
        uint32_t c = (unsigned char)s.p[i];
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') { /* kept by all; most of any text */
            i++;
            continue;
        }
        if (!utf8_take(skip(s, i), &len, &c) || !keeps(c))
            break;
        i += len;
    }
    return i;
}

void buf_add_visible(struct buf *b, struct str s)
{
    buf_add(b, STR(""));
    while (s.len > 0) {
        size_t plain = plain_len(s, visible_keeps);
        buf_add(b, (struct str){s.p, plain});
        s = skip(s, plain);
        size_t len = 0;
        uint32_t c;
        if (s.len > 0)
            utf8_take(s, &len, &c);
        add_hex_bytes(b, (struct str){s.p, len});
        s = skip(s, len);
    }
}

static void add_json_escape(struct buf *b, uint32_t c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c > 0 && c < 0x80 ? strchr(from, (int)c) : NULL;
    if (found) {
        buf_addc(b, '\\');
        buf_addc(b, to[found - from]);
    } else {
        buf_printf(b, "\\u%04x", (unsigned)c);
    }
}

void buf_add_json(struct buf *b, struct str s)
{
    buf_addc(b, '"');
    while (s.len > 0) {
        size_t plain = plain_len(s, json_keeps);
        buf_add(b, (struct str){s.p, plain});
        s = skip(s, plain);
        if (s.len == 0)
            break;
        size_t len;
        uint32_t c;
        if (utf8_take(s, &len, &c))
            add_json_escape(b, c);
        else
            buf_puts(b, "\xEF\xBF\xBD");
        s = skip(s, len);
    }
    buf_addc(b, '"');
}
