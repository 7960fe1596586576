/* Text as slices that own nothing, and one growing buffer that does. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A run of bytes inside memory that somebody else owns; not NUL-terminated. */
struct str {
    const char *p;
    size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})

static inline struct str str_of(const char *text)
{
    return (struct str){text, text ? strlen(text) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* ASCII only: keywords, host names, units. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Order by bytes, shorter first when one begins the other; for sorting and binary search. */
int str_cmp(struct str a, struct str b);

/* Without white space (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/* Cuts *rest at the next `at`: returns what stands before it and leaves what follows. The last
 * piece leaves rest->p NULL; loop with `while (rest.p)`. An empty text gives one empty piece. */
struct str str_cut(struct str *rest, char at);

/* Decimal digits only, no sign, no space; false on overflow or anything else. */
bool str_u64(struct str s, uint64_t *value);
/* An optional '-' before str_u64's form. */
bool str_i64(struct str s, int64_t *value);

/* True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);

/* A malloc'ed NUL-terminated copy, NULL without memory; the caller frees it. */
char *str_dup(struct str s);

/* FNV-1a, 64 bit, continued from `seed` (start with STR_HASH_START). Stable across machines and
 * releases: idents in databases are made with it. */
#define STR_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t str_hash(struct str s, uint64_t seed);

/* A growing text. Zero-initialise; a failed allocation sets `failed` and later additions do
 * nothing, so callers check once at the end. text is NUL-terminated once anything was added. */
struct buf {
    char *text;
    size_t len, cap;
    bool failed;
};

void buf_add(struct buf *b, struct str s);
/* Makes room for so many bytes, and the NUL, behind text + len. False: failed. */
bool buf_room(struct buf *b, size_t more);
void buf_addc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->text, b->len};
}
/* Empties it, forgets a failure and keeps the memory. */
void buf_clear(struct buf *b);
void buf_done(struct buf *b);

/* Adds s with control characters (C0, DEL, C1), broken UTF-8 and bidirectional controls written
 * as \xNN, so that a string from a log cannot drive a terminal. */
void buf_add_visible(struct buf *b, struct str s);
/* Adds s as a JSON string with its quotes; broken UTF-8 becomes U+FFFD, and control characters
 * (DEL and C1 included), bidirectional controls, U+2028 and U+2029 are escaped. */
void buf_add_json(struct buf *b, struct str s);
