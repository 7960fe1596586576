/* Fingerprints of TLS clients, servers and certificates, in the one form that is kept. */
#include "ingest/print_text.h"

#define MD5_DIGITS    32
#define SHA1_DIGITS   40
#define SHA256_DIGITS 64
#define JA4_LENGTH    36 /* "t13d1516h2_8daaf6152771_e5627efa2ab1" */

static const struct {
    const char *prefix;
    enum print_kind kind;
    size_t length; /* of what stands behind it */
} forms[] = {
    {"ja3:", PRINT_JA3, MD5_DIGITS},
    {"ja3s:", PRINT_JA3S, MD5_DIGITS},
    {"ja4:", PRINT_JA4, JA4_LENGTH},
    {"sha1:", PRINT_CERTIFICATE, SHA1_DIGITS},
    {"sha256:", PRINT_CERTIFICATE, SHA256_DIGITS},
};
#define FORMS (sizeof forms / sizeof *forms)

/* A hexadecimal digit in lower case; 0 for what is none. */
static const char hex_digits[256] = {['0'] = '0',
    ['1'] = '1',
    ['2'] = '2',
    ['3'] = '3',
    ['4'] = '4',
    ['5'] = '5',
    ['6'] = '6',
    ['7'] = '7',
    ['8'] = '8',
    ['9'] = '9',
    ['a'] = 'a',
    ['b'] = 'b',
    ['c'] = 'c',
    ['d'] = 'd',
    ['e'] = 'e',
    ['f'] = 'f',
    ['A'] = 'a',
    ['B'] = 'b',
    ['C'] = 'c',
    ['D'] = 'd',
    ['E'] = 'e',
    ['F'] = 'f'};

/* The digits; their number, or 0 for what does not belong there. Colons may stand between bytes. */
static size_t copy_hex(struct str hash, bool colons, char *to, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < hash.len; i++) {
        char c = hex_digits[(unsigned char)hash.p[i]];
        if (!c && colons && hash.p[i] == ':' && len % 2 == 0 && i > 0)
            continue;
        if (!c || len == room)
            return 0;
        to[len++] = c;
    }
    return len;
}

/* Three parts with underscores between them, of 10, 12 and 12 letters and digits. */
static size_t copy_ja4(struct str hash, char *to)
{
    if (hash.len != JA4_LENGTH)
        return 0;
    for (size_t i = 0; i < hash.len; i++) {
        char c = hash.p[i];
        bool fits =
            i == 10 || i == 23 ? c == '_' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (!fits)
            return 0;
        to[i] = c;
    }
    return hash.len;
}

bool print_text(enum print_kind kind, struct str hash, char text[PRINT_TEXT_SIZE])
{
    char digits[SHA256_DIGITS];
    size_t len = kind == PRINT_JA4
                     ? copy_ja4(hash, digits)
                     : copy_hex(hash, kind == PRINT_CERTIFICATE, digits, sizeof digits);
    for (size_t i = 0; len > 0 && i < FORMS; i++) {
        if (forms[i].kind != kind || forms[i].length != len)
            continue;
        size_t before = strlen(forms[i].prefix);
        memcpy(text, forms[i].prefix, before);
        memcpy(text + before, digits, len);
        text[before + len] = '\0';
        return true;
    }
    return false;
}

bool print_parse(struct str s, char text[PRINT_TEXT_SIZE])
{
    char found[PRINT_TEXT_SIZE];
    for (size_t i = 0; i < FORMS; i++) {
        struct str prefix = str_of(forms[i].prefix);
        if (s.len <= prefix.len || !str_eq_nocase((struct str){s.p, prefix.len}, prefix))
            continue;
        struct str hash = {s.p + prefix.len, s.len - prefix.len};
        if (!print_text(forms[i].kind, hash, found) || !str_starts(str_of(found), prefix))
            return false;
        memcpy(text, found, sizeof found);
        return true;
    }
    return false;
}

void prints_note(struct prints *p, enum print_kind kind, struct str hash)
{
    char text[PRINT_TEXT_SIZE];
    if (hash.len == 0 || !print_text(kind, hash, text))
        return;
    size_t len = strlen(text);
    if (p->len + 1 + len > sizeof p->text)
        return;
    if (p->len > 0)
        p->text[p->len++] = ' ';
    memcpy(p->text + p->len, text, len);
    p->len += len;
}

bool prints_keep(const struct prints *p, struct arena *text, struct name_seen *n)
{
    if (p->len == 0)
        return true;
    char *copy = arena_alloc(text, p->len);
    if (!copy)
        return false;
    memcpy(copy, p->text, p->len);
    n->prints = (struct str){copy, p->len};
    return true;
}
