/* Reads plain JSON in one pass, without copies. It accepts a part of what yajl accepts and nothing
 * else: strings without escapes and control characters, blanks as the only white space. */
#include "ingest/json_scan.h"

#include <endian.h>

#define DEPTH_MAX 64 /* bits of a word; the callbacks stop earlier */

struct scan {
    const char *at, *end;
    const yajl_callbacks *to;
    void *arg;
    uint64_t arrays; /* a bit for each level: 1 an array, 0 an object */
    unsigned depth;
};

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && *s->at == ' ')
        s->at++;
}

static bool take(struct scan *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

#define EACH_BYTE(b) ((b)*UINT64_C(0x0101010101010101))

/* A word whose lowest high bit marks the first quote, backslash or control character. */
static inline uint64_t special_bytes(uint64_t word)
{
    uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');

    return (((quote - EACH_BYTE(1)) & ~quote) | ((backslash - EACH_BYTE(1)) & ~backslash) |
               ((word - EACH_BYTE(0x20)) & ~word)) &
           EACH_BYTE(0x80);
}

/* After the opening quote; ends behind the closing one. */
static bool scan_string(struct scan *s, struct str *text)
{
    const char *at = s->at;
    uint64_t word, found = 0;

    while (s->end - at >= 8) {
        memcpy(&word, at, sizeof(word));
        found = special_bytes(le64toh(word));
        if (found)
            break;
        at += 8;
    }
    if (found)
        at += __builtin_ctzll(found) >> 3;
    else
        while (at < s->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
            at++;
    if (at == s->end || *at != '"')
        return false;
    *text = (struct str){s->at, (size_t)(at - s->at)};
    s->at = at + 1;
    return true;
}

static bool skip_digits(struct scan *s)
{
    const char *from = s->at;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > from;
}

static bool scan_number(struct scan *s, struct str *text)
{
    const char *from = s->at;

    take(s, '-');
    if (!take(s, '0') && !skip_digits(s))
        return false;
    if (take(s, '.') && !skip_digits(s))
        return false;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '-'))
            take(s, '+');
        if (!skip_digits(s))
            return false;
    }
    *text = (struct str){from, (size_t)(s->at - from)};
    return true;
}

static bool take_word(struct scan *s, struct str word)
{
    if ((size_t)(s->end - s->at) < word.len || memcmp(s->at, word.p, word.len) != 0)
        return false;
    s->at += word.len;
    return true;
}

static bool scan_scalar(struct scan *s)
{
    struct str text;

    if (take(s, '"'))
        return scan_string(s, &text) &&
               s->to->yajl_string(s->arg, (const unsigned char *)text.p, text.len);
    if (take_word(s, STR("true")))
        return s->to->yajl_boolean(s->arg, 1);
    if (take_word(s, STR("false")))
        return s->to->yajl_boolean(s->arg, 0);
    if (take_word(s, STR("null")))
        return s->to->yajl_null(s->arg);
    return scan_number(s, &text) && s->to->yajl_number(s->arg, text.p, text.len);
}

static bool in_array(const struct scan *s)
{
    return s->arrays >> (s->depth - 1) & 1;
}

static bool scan_key(struct scan *s)
{
    struct str name;

    if (!take(s, '"') || !scan_string(s, &name) ||
        !s->to->yajl_map_key(s->arg, (const unsigned char *)name.p, name.len))
        return false;
    skip_blanks(s);
    if (!take(s, ':'))
        return false;
    skip_blanks(s);
    return true;
}

/* Into an object or array; *empty: what stands next is its end. */
static bool open_nest(struct scan *s, bool array, bool *empty)
{
    if (s->depth == DEPTH_MAX ||
        !(array ? s->to->yajl_start_array(s->arg) : s->to->yajl_start_map(s->arg)))
        return false;
    s->arrays &= ~(UINT64_C(1) << s->depth);
    s->arrays |= (uint64_t)array << s->depth;
    s->depth++;
    skip_blanks(s);
    *empty = s->at < s->end && *s->at == (array ? ']' : '}');
    return true;
}

/* Behind a value: out of all that ends here, to the next value or to the end of the line. */
static bool go_on(struct scan *s)
{
    for (skip_blanks(s); s->depth > 0; skip_blanks(s)) {
        bool array = in_array(s);
        if (take(s, ',')) {
            skip_blanks(s);
            return true;
        }
        if (!take(s, array ? ']' : '}') ||
            !(array ? s->to->yajl_end_array(s->arg) : s->to->yajl_end_map(s->arg)))
            return false;
        s->depth--;
    }
    return true;
}

bool json_scan(struct str line, const yajl_callbacks *to, void *arg)
{
    struct scan s = {.at = line.p, .end = line.p + line.len, .to = to, .arg = arg};
    bool empty = false;

    skip_blanks(&s);
    if (!take(&s, '{') || !open_nest(&s, false, &empty) || (empty && !go_on(&s)))
        return false;
    while (s.depth > 0) {
        bool array;
        if (!in_array(&s) && !scan_key(&s))
            return false;
        array = take(&s, '[');
        if (array || take(&s, '{')) {
            if (!open_nest(&s, array, &empty))
                return false;
            if (!empty)
                continue;
        } else if (!scan_scalar(&s)) {
            return false;
        }
        if (!go_on(&s))
            return false;
    }
    return s.at == s.end;
}
