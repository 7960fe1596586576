/* Pages of a feed's entries: read and searched. */
#include "store/indicator_page.h"

#include "store/internal.h"

#include <endian.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ names as JSON */

#define ESCAPE_LENGTH 6 /* "\u0022": what cannot stand in a JSON string, always written so */

static const char hex[] = "0123456789abcdef";

static bool is_odd(char c)
{
    return c == '"' || c == '\\' || (unsigned char)c < ' ';
}

static size_t plain_length(struct str name)
{
    size_t len = 0;
    while (len < name.len && !is_odd(name.p[len]))
        len++;
    return len;
}

static char *put_escaped(char *p, struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (!is_odd(name.p[i])) {
            *p++ = name.p[i];
            continue;
        }
        memcpy(p, "\\u00", 4);
        p[4] = hex[c >> 4];
        p[5] = hex[c & 15];
        p += ESCAPE_LENGTH;
    }
    return p;
}

char *page_put_name(char *p, struct str name, bool plain)
{
    *p++ = '"';
    if (plain || plain_length(name) == name.len) {
        memcpy(p, name.p, name.len);
        p += name.len;
    } else {
        p = put_escaped(p, name);
    }
    *p++ = '"';
    *p++ = ':';
    return p;
}

/* 0..15; more for what is none. */
static unsigned hex_digit(char c)
{
    const char *found = memchr(hex, c, 16);
    return found ? (unsigned)(found - hex) : 16;
}

/* False for an escape that is none of ours. */
static bool add_plain(struct buf *to, struct str name)
{
    while (name.len > 0) {
        const char *escape = memchr(name.p, '\\', name.len);
        size_t len = escape ? (size_t)(escape - name.p) : name.len;
        buf_add(to, (struct str){name.p, len});
        name = (struct str){name.p + len, name.len - len};
        if (!escape)
            break;
        if (name.len < ESCAPE_LENGTH || memcmp(name.p, "\\u00", 4) != 0)
            return false;
        unsigned high = hex_digit(name.p[4]), low = hex_digit(name.p[5]);
        if (high > 15 || low > 15)
            return false;
        buf_addc(to, (char)(high << 4 | low));
        name = (struct str){name.p + ESCAPE_LENGTH, name.len - ESCAPE_LENGTH};
    }
    return !to->failed;
}

#define EIGHT_DIGITS UINT64_C(100000000)

/* The digits of a number of at most eight, a byte each, the first one lowest; zeros before it. Halved three
 * times, each time in all pieces at once. */
static uint64_t split_digits(uint64_t n)
{
    n = n / 10000 | n % 10000 << 32;
    uint64_t high = (n * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    n = high | (n - 100 * high) << 16;
    high = (n * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    return high | (n - 10 * high) << 8;
}

static char *put_digits(char *p, uint64_t digits, unsigned zeros)
{
    uint64_t text = htole64((digits | UINT64_C(0x3030303030303030)) >> 8 * zeros);
    memcpy(p, &text, sizeof text);
    return p + sizeof text - zeros;
}

char *page_put_number(char *p, uint64_t n)
{
    if (n >= EIGHT_DIGITS)
        return put_digits(page_put_number(p, n / EIGHT_DIGITS), split_digits(n % EIGHT_DIGITS), 0);
    uint64_t digits = split_digits(n);
    return put_digits(p, digits, (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8);
}

/* ------------------------------------------------------------------ reading */

struct page page_of(struct query *q, int column)
{
    return (struct page){
        .first = query_i(q, column),
        .claim = query_i(q, column + 1),
        .addresses = query_s(q, column + 2),
        .names = query_s(q, column + 3),
    };
}

int64_t page_entry_key(const struct page_entry *e)
{
    return e->name.p && e->key == 0 ? indicator_key_text(e->name) : e->key;
}

void page_reader_start(struct page_reader *r, const struct page *page)
{
    r->base = page_base(page->first);
    r->claim = page->claim;
    r->number = page->addresses.p;
    r->numbers_end = page->addresses.p + page->addresses.len;
    r->p = page->names.p;
    r->end = page->names.p + page->names.len;
    r->has_name = r->has_address = false;
}

void page_reader_done(struct page_reader *r)
{
    buf_done(&r->plain);
}

static bool read_number(const char **p, const char *end, int64_t *number)
{
    const char *start = *p;
    int64_t n = 0;
    for (; *p < end && **p >= '0' && **p <= '9' && n < INT64_MAX / 16; (*p)++)
        n = n * 10 + (**p - '0');
    *number = n;
    return *p > start;
}

static bool read_name(struct page_reader *r, struct str *name)
{
    const char *start = r->p;
    while (r->p < r->end && *r->p != '"' && *r->p != '\\')
        r->p++;
    bool odd = r->p < r->end && *r->p == '\\';
    if (odd)
        r->p = memchr(r->p, '"', (size_t)(r->end - r->p));
    if (!r->p || r->p == r->end)
        return false;
    *name = (struct str){start, (size_t)(r->p++ - start)};
    if (!odd)
        return true;
    buf_clear(&r->plain);
    if (!add_plain(&r->plain, *name))
        return false;
    *name = buf_str(&r->plain);
    return true;
}

/* The next one of `names`, if there is one. */
static bool read_named(struct page_reader *r, struct page_entry *e, bool *damaged)
{
    if (r->p < r->end && *r->p == '}')
        r->p++;
    if (r->p == r->end)
        return false;
    *damaged = r->end - r->p < 2 || (*r->p != '{' && *r->p != ',') || r->p[1] != '"';
    if (*damaged)
        return false;
    r->p += 2;
    e->key = 0;
    *damaged = !read_name(r, &e->name) || r->p == r->end || *r->p++ != ':' ||
               !read_number(&r->p, r->end, &e->claim);
    return !*damaged;
}

static void look_for_name(struct page_reader *r, bool *damaged)
{
    if (r->has_name)
        return;
    r->has_name = read_named(r, &r->ahead, damaged);
    if (r->has_name)
        r->ahead.key = page_entry_key(&r->ahead);
}

/* False: damaged. A comma stands behind the last one, too. */
static bool look_for_address(struct page_reader *r)
{
    int64_t n;
    if (r->has_address || r->number == r->numbers_end)
        return true;
    if (*r->number++ != ',')
        return false;
    if (r->number == r->numbers_end)
        return true;
    if (!read_number(&r->number, r->numbers_end, &n) || r->number == r->numbers_end ||
        n > UINT32_MAX - r->base)
        return false;
    r->address_key = (r->base + n) << 8 | PAGE_ADDRESS_FORM;
    r->has_address = true;
    return true;
}

bool page_reader_next(struct page_reader *r, struct page_entry *e, bool *damaged)
{
    *damaged = !look_for_address(r);
    if (!*damaged && r->has_address)
        look_for_name(r, damaged);
    if (*damaged)
        return false;
    if (!r->has_address && !r->has_name)
        return read_named(r, e, damaged);
    if (r->has_address && (!r->has_name || r->address_key <= r->ahead.key)) {
        *e = (struct page_entry){STR_NONE, r->address_key, r->claim};
        r->has_address = false;
    } else {
        *e = r->ahead;
        r->has_name = false;
    }
    return true;
}

bool page_damaged(struct err *err)
{
    return err_set(err, ERR_DATA, "a page of indicators is damaged");
}

static bool visit_entries(struct page_reader *r, const struct page *page,
    void (*visit)(void *arg, const struct page_entry *e), void *arg, struct err *err)
{
    struct page_entry e;
    bool damaged;
    page_reader_start(r, page);
    while (page_reader_next(r, &e, &damaged))
        visit(arg, &e);
    return !damaged || page_damaged(err);
}

bool page_each(struct store *s, int64_t feed, void (*visit)(void *arg, const struct page_entry *e),
    void *arg, struct err *err)
{
    struct page_reader reader = {0};
    bool good = true;
    struct query *q = store_query(
        s, "pages of a feed", "SELECT " PAGE_COLUMNS " FROM indicator_page WHERE feed = :feed");
    query_bind_i(q, ":feed", feed);
    while (good && query_step(q)) {
        struct page page = page_of(q, 0);
        good = visit_entries(&reader, &page, visit, arg, err);
    }
    page_reader_done(&reader);
    return query_done(q, good ? err : NULL) && good;
}

/* ------------------------------------------------------------------ searching */

bool page_has_address(const struct page *page, int64_t key)
{
    char needle[24] = ",";
    int64_t n = (key >> 8) - page_base(page->first);
    if ((key & 0xFF) != PAGE_ADDRESS_FORM || n < 0 || page->addresses.len == 0)
        return false;
    char *end = page_put_number(needle + 1, (uint64_t)n);
    *end++ = ',';
    return memmem(page->addresses.p, page->addresses.len, needle, (size_t)(end - needle));
}

void page_add_needle(struct buf *needle, struct str name)
{
    char *text = malloc(PAGE_NAME_ROOM(name.len));
    if (text)
        buf_add(needle, (struct str){text, (size_t)(page_put_name(text, name, false) - text)});
    needle->failed |= !text;
    free(text);
}

bool page_find(struct str *rest, struct str needle, int64_t *claim)
{
    const char *end = rest->p + rest->len, *p = rest->p;
    while (p < end && (p = memmem(p, (size_t)(end - p), needle.p, needle.len))) {
        bool whole = p > rest->p && (p[-1] == '{' || p[-1] == ',');
        p += needle.len;
        if (!whole || !read_number(&p, end, claim))
            continue;
        *rest = (struct str){p, (size_t)(end - p)};
        return true;
    }
    return false;
}
