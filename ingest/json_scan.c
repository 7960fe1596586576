/* Reads plain JSON in one pass, without copies. It accepts a part of what yajl accepts and nothing
 * else: strings without escapes and control characters, blanks as the only white space. */
#include "ingest/json_scan.h"

#include "ingest/parser.h" /* JSON_MAX_DEPTH */

#include <endian.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define GUESS_PROBES 8

struct scan {
    const char *at, *end;
    const struct json_keys *keys;
    struct json_guesses *guesses;
    struct json_line *values;
    const struct json_key *key; /* whose value comes next */
    unsigned guess;             /* the key met last */
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

/* ------------------------------------------------------------------ keys */

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

static inline bool matches(const struct scan *s, const struct json_guess *g)
{
    return g->len && g->object == s->object[s->depth] && stands_at(s, g->text, g->len);
}

/* The key that came after the last one in a line before. */
static inline bool guess_key(struct scan *s)
{
    const struct json_guess *list = s->guesses->list, *last = &list[s->guess];

    for (int i = 0; i < JSON_GUESS_NEXT; i++) {
        const struct json_guess *g = &list[last->next[i]];
        if (matches(s, g)) {
            s->guess = last->next[i];
            s->key = g->key;
            s->at += g->len;
            return true;
        }
    }
    return false;
}

/* Where the key is kept, or may be: its own place, a free one, or in a full neighbourhood another's. */
static uint8_t place_of(const struct scan *s, struct str text)
{
    uint8_t object = s->object[s->depth];
    unsigned first = (unsigned)(str_hash(text, object) % JSON_GUESSES), place = first;

    for (int i = 0; i < GUESS_PROBES; i++, place = (place + 1) % JSON_GUESSES) {
        const struct json_guess *g = &s->guesses->list[place];
        if (place != 0 &&
            (g->len == 0 || (g->object == object && str_eq((struct str){g->text, g->len}, text))))
            return (uint8_t)place;
    }
    return (uint8_t)(first ? first : 1);
}

/* Keeps the key that stands from `from` on; its colon must follow at once. */
static void learn_key(struct scan *s, const char *from)
{
    struct str text = {from, (size_t)(s->at - from)};
    struct json_guess *last = &s->guesses->list[s->guess], *g;

    s->guess = 0;
    if (text.len > JSON_GUESS_TEXT || memchr(from, ' ', text.len))
        return;
    s->guess = place_of(s, text);
    g = &s->guesses->list[s->guess];
    g->key = s->key;
    g->object = s->object[s->depth];
    g->len = (uint8_t)text.len;
    memcpy(g->text, from, text.len);
    memmove(last->next + 1, last->next, sizeof(last->next) - 1);
    last->next[0] = (uint8_t)s->guess;
}

static bool find_key(struct scan *s)
{
    const char *from = s->at;
    uint8_t object = s->object[s->depth];
    struct str name;

    if (!take(s, '"') || !scan_string(s, &name))
        return false;
    s->key = object == JSON_OBJECT_NONE ? NULL : json_keys_find(s->keys, object, name);
    skip_blanks(s);
    if (!take(s, ':'))
        return false;
    learn_key(s, from);
    return true;
}

/* ------------------------------------------------------------------ values */

static inline void keep(struct scan *s, struct str value)
{
    uint8_t field = json_keys_field(s->keys, s->key, s->object[s->depth]);

    if (field == JSON_FIELD_NONE)
        return;
    bool item = json_keys_item(s->key, s->values);
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

    if (!word.p)
        return take_word(s, STR("null"));
    if (s->key && s->key->field != JSON_FIELD_NONE && !json_has(s->values, s->key->field))
        json_keep(s->values, s->key->field, word, false);
    return true;
}

static inline bool scan_scalar(struct scan *s)
{
    struct str text;
    char first;

    if (s->at == s->end)
        return false;
    first = *s->at;
    if (first == '"') {
        s->at++;
        if (!scan_string(s, &text))
            return false;
    } else if (first == 't' || first == 'f' || first == 'n') {
        return scan_word(s);
    } else if (!scan_number(s, &text)) {
        return false;
    }
    keep(s, text);
    return true;
}

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
    s->key = NULL;
    skip_blanks(s);
    *empty = s->at < s->end && *s->at == (array ? ']' : '}');
    return true;
}

/* Behind a value: out of all that ends here, to the next value or to the end of the line. */
static inline bool go_on(struct scan *s)
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

static inline bool scan_value(struct scan *s)
{
    bool array = take(s, '['), empty;

    if (!array && !take(s, '{'))
        return scan_scalar(s) && go_on(s);
    return open_nest(s, array, &empty) && (!empty || go_on(s));
}

bool json_scan(const struct json_keys *keys, struct json_guesses *guesses, struct str line,
    struct json_line *values)
{
    struct scan s = {.at = line.p, .end = line.p + line.len};
    bool empty = false;

    s.keys = keys;
    s.guesses = guesses;
    s.values = values;
    values->seen = 0;
    values->item_count = 0;
    skip_blanks(&s);
    if (!take(&s, '{') || !open_nest(&s, false, &empty) || (empty && !go_on(&s)))
        return false;
    while (s.depth > 0) {
        s.key = NULL;
        if (!s.array[s.depth] && !guess_key(&s) && !find_key(&s))
            return false;
        skip_blanks(&s);
        if (!scan_value(&s))
            return false;
    }
    return s.at == s.end;
}
