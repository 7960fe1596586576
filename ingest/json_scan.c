/* Reads plain JSON in one pass, without copies. It accepts a part of what yajl accepts and nothing
 * else: strings without escapes and control characters, blanks as the only white space. */
#include "ingest/json_scan.h"

#include "ingest/parser.h" /* JSON_MAX_DEPTH */

#include <endian.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define GUESSES_KEPT (JSON_GUESSES * 3 / 4) /* beyond that all are forgotten */

struct scan {
    const char *at, *end;
    const struct json_keys *keys;
    struct json_guesses *guesses;
    struct json_line *values;
    struct json_guess *now; /* what was passed last: tells of the value that comes next */

    /* While something is read that is not known yet. */
    struct json_guess own;
    const struct json_key *key; /* the key that was met last */
    unsigned depth;
    bool array[JSON_MAX_DEPTH + 1];
    uint8_t object[JSON_MAX_DEPTH + 1]; /* number of the object or array at each level */
};

static inline void skip_blanks(struct scan *s)
{
    while (s->at < s->end && *s->at == ' ')
        s->at++;
}

static inline bool take(struct scan *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

/* ------------------------------------------------------------------ strings and numbers */

#define EACH_BYTE(b) ((b)*UINT64_C(0x0101010101010101))

/* A word whose lowest high bit marks the first quote, backslash or control character. */
static inline uint64_t special_bytes(uint64_t word)
{
    uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');

    return (((quote - EACH_BYTE(1)) & ~quote) | ((backslash - EACH_BYTE(1)) & ~backslash) |
               ((word - EACH_BYTE(0x20)) & ~word)) &
           EACH_BYTE(0x80);
}

static const char *find_special_by_word(const char *at, const char *end)
{
    uint64_t word, found;

    for (; end - at >= 8; at += 8) {
        memcpy(&word, at, sizeof(word));
        found = special_bytes(le64toh(word));
        if (found)
            return at + (__builtin_ctzll(found) >> 3);
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return at;
}

/* The first quote, backslash or control character; `end` when there is none. */
static inline const char *find_special(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                  control = _mm_set1_epi8(0x1f);

    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes);
        __m128i found = _mm_or_si128(
            low, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask)
            return at + __builtin_ctz(mask);
    }
#endif
    return find_special_by_word(at, end);
}

/* After the opening quote; ends behind the closing one. */
static inline bool scan_string(struct scan *s, struct str *text)
{
    const char *at = find_special(s->at, s->end);

    if (at == s->end || *at != '"')
        return false;
    *text = (struct str){s->at, (size_t)(at - s->at)};
    s->at = at + 1;
    return true;
}

static inline bool skip_digits(struct scan *s)
{
    const char *from = s->at;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > from;
}

static inline bool scan_number(struct scan *s, struct str *text)
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

/* ------------------------------------------------------------------ values */

static inline void keep(struct scan *s, struct str value)
{
    uint8_t field = s->now->field;

    if (field == JSON_FIELD_NONE)
        return;
    bool item = s->now->item && s->values->item_count < JSON_ITEMS_MAX;
    if (item || !json_has(s->values, field))
        json_keep(s->values, field, value, item);
}

static bool take_word(struct scan *s, struct str word)
{
    if ((size_t)(s->end - s->at) < word.len || memcmp(s->at, word.p, word.len) != 0)
        return false;
    s->at += word.len;
    return true;
}

static bool scan_word(struct scan *s)
{
    struct str word = take_word(s, STR("true"))    ? STR("true")
                      : take_word(s, STR("false")) ? STR("false")
                                                   : STR_NONE;
    uint8_t field = s->now->field;

    if (!word.p)
        return take_word(s, STR("null"));
    if (s->now->keyed && field != JSON_FIELD_NONE && !json_has(s->values, field))
        json_keep(s->values, field, word, false);
    return true;
}

static inline bool scan_value(struct scan *s)
{
    struct str text;

    if (s->now->quoted) {
        if (!scan_string(s, &text))
            return false;
    } else if (s->at < s->end && *s->at >= 'a') {
        return scan_word(s);
    } else if (!scan_number(s, &text)) {
        return false;
    }
    keep(s, text);
    return true;
}

/* ------------------------------------------------------------------ what stands between them */

/* Into an object or array; *empty: what stands next is its end. */
static bool open_nest(struct scan *s, bool array, bool *empty)
{
    uint8_t inside = s->depth == 0 ? JSON_OBJECT_ROOT
                     : array       ? json_keys_array(s->key)
                                   : json_keys_object(s->keys, s->key, s->object[s->depth]);

    if (s->depth == JSON_MAX_DEPTH)
        return false;
    s->object[++s->depth] = inside;
    s->array[s->depth] = array;
    skip_blanks(s);
    *empty = s->at < s->end && *s->at == (array ? ']' : '}');
    return true;
}

/* Behind a value: out of all that ends here, to the next value or to the end of the line. */
static bool go_on(struct scan *s)
{
    for (skip_blanks(s); s->depth > 0; skip_blanks(s)) {
        if (take(s, ',')) {
            skip_blanks(s);
            return true;
        }
        if (!take(s, s->array[s->depth] ? ']' : '}'))
            return false;
        s->depth--;
    }
    return true;
}

/* The key of the value that comes next; in an array there is none. */
static bool read_key(struct scan *s)
{
    uint8_t object = s->object[s->depth];
    struct str name;

    s->key = NULL;
    if (s->array[s->depth])
        return true;
    if (!take(s, '"') || !scan_string(s, &name))
        return false;
    if (object != JSON_OBJECT_NONE)
        s->key = json_keys_find(s->keys, object, name);
    skip_blanks(s);
    if (!take(s, ':'))
        return false;
    skip_blanks(s);
    return true;
}

/* To the next plain value or to the end of the line: through all that opens and ends before it. */
static bool read_between(struct scan *s)
{
    bool empty = false, array;

    if (s->depth > 0) {
        if (!go_on(s))
            return false;
    } else {
        skip_blanks(s);
        if (!take(s, '{') || !open_nest(s, false, &empty) || (empty && !go_on(s)))
            return false;
    }
    while (s->depth > 0) {
        if (!read_key(s))
            return false;
        array = take(s, '[');
        if (!array && !take(s, '{'))
            break;
        if (!open_nest(s, array, &empty) || (empty && !go_on(s)))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ guesses */

/* Whether the line goes on with that text. */
static inline bool stands_at(const struct scan *s, const char text[JSON_GUESS_TEXT], size_t len)
{
#ifdef __SSE2__
    if (s->end - s->at >= JSON_GUESS_TEXT) {
        const __m128i *line = (const __m128i *)(const void *)s->at;
        const __m128i *want = (const __m128i *)(const void *)text;
        unsigned low = (unsigned)_mm_movemask_epi8(
            _mm_cmpeq_epi8(_mm_loadu_si128(line), _mm_loadu_si128(want)));
        unsigned high = (unsigned)_mm_movemask_epi8(
            _mm_cmpeq_epi8(_mm_loadu_si128(line + 1), _mm_loadu_si128(want + 1)));
        return (size_t)__builtin_ctzll(~(high << 16 | (uint64_t)low)) >= len;
    }
#endif
    return (size_t)(s->end - s->at) >= len && memcmp(s->at, text, len) == 0;
}

/* A text may go on: then it was not all that stands before the value. */
static inline bool ends_there(const struct scan *s, const struct json_guess *g)
{
    const char *at = s->at + g->len;

    if (g->quoted)
        return true;
    if (g->depth == 0)
        return at == s->end;
    return at < s->end && ((unsigned)*at - '0' <= 9 || (unsigned)*at - 'a' <= 25 || *at == '-');
}

/* What came next in a line before. */
static inline bool guess(struct scan *s)
{
    struct json_guess *list = s->guesses->list;

    for (int i = 0; i < JSON_GUESS_NEXT && s->now->next[i]; i++) {
        struct json_guess *g = &list[s->now->next[i]];
        if (stands_at(s, g->text, g->len) && ends_there(s, g)) {
            s->at += g->len;
            s->now = g;
            return true;
        }
    }
    return false;
}

/* Where a known text left us. */
static void step_in(struct scan *s, const struct json_guess *g)
{
    s->depth = g->depth;
    for (unsigned i = 1; i <= g->depth; i++) {
        s->object[i] = g->object[i - 1];
        s->array[i] = g->arrays >> i & 1;
    }
}

/* What was read, from `from` on, and where it left us. False: too long or too deep to be kept. */
static bool describe(struct scan *s, const char *from)
{
    struct json_guess *g = &s->own;
    size_t len = (size_t)(s->at - from);

    *g = (struct json_guess){.depth = (uint8_t)s->depth, .field = JSON_FIELD_NONE};
    if (s->depth > 0) {
        g->quoted = s->at[-1] == '"';
        g->keyed = s->key != NULL;
        g->item = s->key ? s->key->listed : true;
        g->field = json_keys_field(s->keys, s->key, s->object[s->depth]);
    }
    if (len > JSON_GUESS_TEXT || s->depth > JSON_GUESS_DEPTH)
        return false;
    g->len = (uint8_t)len;
    memcpy(g->text, from, len);
    for (unsigned i = 1; i <= s->depth; i++) {
        g->object[i - 1] = s->object[i];
        g->arrays |= (uint8_t)(s->array[i] << i);
    }
    return true;
}

static bool is_same(const struct json_guess *a, const struct json_guess *b)
{
    return a->len == b->len && a->depth == b->depth && a->arrays == b->arrays &&
           memcmp(a->text, b->text, a->len) == 0 && memcmp(a->object, b->object, a->depth) == 0;
}

/* Its place in the list, which is never quite full. */
static uint16_t find_or_add(struct json_guesses *guesses, const struct json_guess *own)
{
    uint64_t at = str_hash((struct str){own->text, own->len}, own->depth);

    for (;; at++) {
        struct json_guess *g = &guesses->list[at % JSON_GUESSES];
        if (at % JSON_GUESSES == 0)
            continue;
        if (g->len == 0) {
            *g = *own;
            guesses->count++;
        }
        if (is_same(g, own))
            return (uint16_t)(at % JSON_GUESSES);
    }
}

/* Reads what is not known yet, and keeps it behind what was passed before it. */
static bool learn(struct scan *s)
{
    struct json_guess *before = s->now == &s->own ? NULL : s->now;
    const char *from = s->at;

    if (before)
        step_in(s, before);
    if (!read_between(s))
        return false;
    if (s->depth > 0 && s->at < s->end && *s->at == '"')
        s->at++;
    s->now = &s->own;
    if (!describe(s, from) || s->guesses->count == GUESSES_KEPT)
        return true;
    uint16_t place = find_or_add(s->guesses, &s->own);
    s->now = &s->guesses->list[place];
    if (before) {
        memmove(before->next + 1, before->next, sizeof(before->next) - sizeof(*before->next));
        before->next[0] = place;
    }
    return true;
}

bool json_scan(const struct json_keys *keys, struct json_guesses *guesses, struct str line,
    struct json_line *values)
{
    struct scan s;

    if (guesses->count == GUESSES_KEPT)
        memset(guesses, 0, sizeof(*guesses));
    s.at = line.p;
    s.end = line.p + line.len;
    s.keys = keys;
    s.guesses = guesses;
    s.values = values;
    s.now = &guesses->list[0];
    values->seen = 0;
    values->item_count = 0;
    do {
        if (!guess(&s) && !learn(&s))
            return false;
        if (s.now->depth == 0)
            return s.at == s.end;
    } while (scan_value(&s));
    return false;
}
