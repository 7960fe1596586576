/* Pages of a feed's entries: read, searched, cut and written. */
#include "store/indicator_page.h"

#include "store/indicator.h"
#include "store/internal.h"
#include "util/list.h"

#include <stdlib.h>

/* Bytes: a page is cut there when pages are made one after the other; one that grows over the limit is
 * cut in two. Whoever looks for a name in plain SQL looks at all of a page, and who imports a
 * million writes every row: with half of it an import takes a tenth longer. */
#define PAGE_FILL  2000
#define PAGE_LIMIT 2800

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

static char *put_name(char *p, struct str name, bool plain)
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

/* ------------------------------------------------------------------ reading */

void page_reader_start(struct page_reader *r, struct str names)
{
    r->p = names.p;
    r->end = names.p + names.len;
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

bool page_reader_next(struct page_reader *r, struct page_entry *e, bool *damaged)
{
    *damaged = false;
    if (r->p < r->end && *r->p == '}')
        r->p++;
    if (r->p == r->end)
        return false;
    *damaged = r->end - r->p < 2 || (*r->p != '{' && *r->p != ',') || r->p[1] != '"';
    if (*damaged)
        return false;
    r->p += 2;
    *damaged = !read_name(r, &e->name) || r->p == r->end || *r->p++ != ':' ||
               !read_number(&r->p, r->end, &e->claim);
    return !*damaged;
}

bool page_damaged(struct err *err)
{
    return err_set(err, ERR_DATA, "a page of indicators is damaged");
}

static bool visit_names(struct page_reader *r, struct str names,
    void (*visit)(void *arg, const struct page_entry *e), void *arg, struct err *err)
{
    struct page_entry e;
    bool damaged;
    page_reader_start(r, names);
    while (page_reader_next(r, &e, &damaged))
        visit(arg, &e);
    return !damaged || page_damaged(err);
}

bool page_each(struct store *s, int64_t feed, void (*visit)(void *arg, const struct page_entry *e),
    void *arg, struct err *err)
{
    struct page_reader reader = {0};
    bool good = true;
    struct query *q =
        store_query(s, "pages of a feed", "SELECT names FROM indicator_page WHERE feed = :feed");
    query_bind_i(q, ":feed", feed);
    while (good && query_step(q))
        good = visit_names(&reader, query_s(q, 0), visit, arg, err);
    page_reader_done(&reader);
    return query_done(q, good ? err : NULL) && good;
}

void page_add_needle(struct buf *needle, struct str name)
{
    char *text = malloc(name.len * ESCAPE_LENGTH + 3);
    if (text)
        buf_add(needle, (struct str){text, (size_t)(put_name(text, name, false) - text)});
    needle->failed |= !text;
    free(text);
}

bool page_find(struct str *rest, struct str needle, int64_t *claim)
{
    const char *end = rest->p + rest->len, *p = rest->p;
    while ((p = memmem(p, (size_t)(end - p), needle.p, needle.len))) {
        bool whole = p > rest->p && (p[-1] == '{' || p[-1] == ',');
        p += needle.len;
        if (!whole || !read_number(&p, end, claim))
            continue;
        *rest = (struct str){p, (size_t)(end - p)};
        return true;
    }
    return false;
}

/* ------------------------------------------------------------------ writing */

void page_writer_start(struct page_writer *w, int64_t row, int64_t first)
{
    w->row = row;
    w->first = first;
    w->len = w->start_count = 0;
    w->cut = false;
}

void page_writer_done(struct page_writer *w)
{
    free(w->text);
    free(w->starts);
}

static bool write_over(struct page_writer *w, size_t len, struct err *err)
{
    struct query *q = store_query(
        w->s, "page of indicators", "UPDATE indicator_page SET names = :names WHERE id = :id");
    query_bind_s(q, ":names", (struct str){w->text, len});
    query_bind_i(q, ":id", w->row);
    query_step(q);
    w->row = 0;
    return query_done(q, err);
}

static bool write_new(struct page_writer *w, size_t len, struct err *err)
{
    struct query *q = store_query(w->s, "new page of indicators",
        "INSERT INTO indicator_page (feed, first, names) VALUES (:feed, :first, :names)");
    query_bind_i(q, ":feed", w->feed);
    query_bind_i(q, ":first", w->first);
    query_bind_s(q, ":names", (struct str){w->text, len});
    query_step(q);
    return query_done(q, err);
}

/* Writes the entries before a start, or all of them: start is start_count. */
static bool write_page(struct page_writer *w, size_t start, struct err *err)
{
    bool all = start == w->start_count;
    size_t len = all ? w->len : w->starts[start].at;
    w->text[len] = '}';
    if (w->row ? !write_over(w, len + 1, err) : !write_new(w, len + 1, err))
        return false;
    if (all)
        return true;
    w->first = w->starts[start].key;
    memmove(w->text, w->text + len, w->len - len);
    *w->text = '{';
    w->len -= len;
    w->start_count -= start;
    memmove(w->starts, w->starts + start, w->start_count * sizeof *w->starts);
    for (size_t i = 0; i < w->start_count; i++)
        w->starts[i].at -= len;
    w->cut = true;
    return true;
}

/* The first start so far behind, from the second on; start_count: there is none. */
static size_t find_start(const struct page_writer *w, size_t at)
{
    size_t start = 1;
    while (start < w->start_count && w->starts[start].at < at)
        start++;
    return start < w->start_count ? start : w->start_count;
}

static bool has_room(struct page_writer *w, size_t more, struct err *err)
{
    if (w->cap - w->len >= more)
        return true;
    size_t cap = 2 * (w->cap + more);
    char *grown = realloc(w->text, cap);
    if (!grown)
        return err_nomem(err);
    w->text = grown;
    w->cap = cap;
    return true;
}

static bool note_start(struct page_writer *w, int64_t key, struct err *err)
{
    if (w->start_count > 0 && w->starts[w->start_count - 1].key == key)
        return true;
    if (!list_room(&w->starts, w->start_count, &w->start_cap, sizeof *w->starts, err))
        return false;
    w->starts[w->start_count++] = (struct page_start){key, w->len};
    return true;
}

static char *put_number(char *p, int64_t n)
{
    char digits[20], *first = digits + sizeof digits;
    do
        *--first = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    size_t len = (size_t)(digits + sizeof digits - first);
    memcpy(p, first, len);
    return p + len;
}

bool page_writer_add(
    struct page_writer *w, int64_t key, struct str name, int64_t claim, struct err *err)
{
    if (w->len > 2 * PAGE_FILL) {
        size_t start = find_start(w, PAGE_FILL);
        if (start < w->start_count && !write_page(w, start, err))
            return false;
    }
    if (!has_room(w, name.len * ESCAPE_LENGTH + 32, err) || !note_start(w, key, err))
        return false;
    char *p = w->text + w->len;
    *p++ = w->len > 0 ? ',' : '{';
    p = put_number(put_name(p, name, indicator_key_is_v4(key)), claim);
    w->len = (size_t)(p - w->text);
    return true;
}

bool page_writer_end(struct page_writer *w, struct str stored, struct err *err)
{
    bool same = !w->cut && stored.len == w->len + 1 && memcmp(stored.p, w->text, w->len) == 0;
    if (w->len == 0 || same)
        return true;
    size_t half = w->len > PAGE_LIMIT ? find_start(w, w->len / 2) : w->start_count;
    return (half == w->start_count || write_page(w, half, err)) &&
           write_page(w, w->start_count, err);
}
