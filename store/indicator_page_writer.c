/* Pages of a feed's entries: measured, cut and written. */
#include "store/indicator_page_writer.h"

#include "store/internal.h"
#include "util/list.h"

#include <stdlib.h>

/* Bytes of both parts: a page is cut there when pages are made one after the other; one that grows over
 * the limit is cut in two. Whoever looks for a name in plain SQL looks at all of a page, and who imports a
 * million writes every row: with half of it an import takes a tenth longer. Four of them fill a page of
 * the database. */
#define PAGE_FILL  2000
#define PAGE_LIMIT 2800

#define ADDRESS_ROOM 11 /* a comma and a number of 32 bits */
#define CLAIM_ROOM   PAGE_NUMBER_ROOM
#define STRAY_SIZE   20 /* about, of an address in `names` */
#define STRAY_ROOM   (IP_TEXT_SIZE + 4 + CLAIM_ROOM)

void page_writer_start(struct page_writer *w, int64_t row, int64_t first)
{
    w->row = row;
    w->first = first;
    w->changed = false;
    w->count = w->size = 0;
    w->claim = 0;
    buf_clear(&w->texts);
}

void page_writer_done(struct page_writer *w)
{
    free(w->items);
    buf_done(&w->texts);
    buf_done(&w->addresses);
    buf_done(&w->names);
}

/* ------------------------------------------------------------------ which part */

static bool starts_key(const struct page_writer *w, size_t i)
{
    return i == 0 || w->items[i - 1].key != w->items[i].key;
}

/* What is read in order of key, the addresses first, is read in the order of adding. */
static bool may_be_listed(const struct page_writer *w, size_t i)
{
    return w->items[i].len == 0 && starts_key(w, i);
}

static bool is_listed(const struct page_writer *w, size_t i)
{
    return w->items[i].claim == w->claim && may_be_listed(w, i);
}

/* The claim that most addresses have, if more than half of them have it; else one that some have. */
static int64_t choose_claim(const struct page_writer *w)
{
    int64_t chosen = 0;
    size_t votes = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (!may_be_listed(w, i))
            continue;
        if (votes == 0)
            chosen = w->items[i].claim;
        if (w->items[i].claim == chosen)
            votes++;
        else
            votes--;
    }
    return chosen;
}

/* ------------------------------------------------------------------ sizes */

/* By the number of bits, with one look at where the digits change among them. */
static size_t digits_of(uint32_t n)
{
    static const uint32_t from[] = {
        0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    size_t digits = (size_t)(32 - __builtin_clz(n | 1)) * 1233 >> 12;
    return digits + (n >= from[digits]);
}

static size_t size_of(const struct page_writer *w, size_t i)
{
    const struct page_item *item = &w->items[i];
    if (item->len > 0)
        return item->len;
    if (!is_listed(w, i))
        return STRAY_SIZE;
    return 1 + digits_of((uint32_t)((item->key >> 8) - page_base(w->first)));
}

static void measure(struct page_writer *w)
{
    w->size = 0;
    for (size_t i = 0; i < w->count; i++) {
        w->items[i].at = w->size;
        w->size += size_of(w, i);
    }
}

/* The first item of a key so far behind, from the second key on; count: there is none. */
static size_t find_cut(const struct page_writer *w, size_t at)
{
    size_t i = 1;
    while (i < w->count && (w->items[i].at < at || !starts_key(w, i)))
        i++;
    return i < w->count ? i : w->count;
}

/* ------------------------------------------------------------------ as text */

static bool has_room(struct buf *b, size_t more, struct err *err)
{
    if (b->cap - b->len >= more)
        return true;
    size_t cap = 2 * (b->cap + more);
    char *grown = realloc(b->text, cap);
    if (!grown)
        return err_nomem(err);
    b->text = grown;
    b->cap = cap;
    return true;
}

/* A name with its claim, a comma before it. */
static char *put_entry(char *p, struct str name, int64_t key, int64_t claim)
{
    struct cidr net;
    char network[CIDR_TEXT_SIZE];
    bool v4 = indicator_key_v4(key, &net);
    if (v4)
        name = (struct str){network, cidr_format(&net, network)};
    *p++ = ',';
    return page_put_number(page_put_name(p, name, v4), (uint64_t)claim);
}

/* Up to the next address. */
static char *put_texts(const struct page_writer *w, size_t *i, size_t count, char *p)
{
    size_t start = w->items[*i].text, len = 0;
    for (; *i < count && w->items[*i].len > 0; (*i)++)
        len += w->items[*i].len;
    memcpy(p, w->texts.text + start, len);
    return p + len;
}

/* Writes out the first items. */
static bool make_texts(struct page_writer *w, size_t count, struct err *err)
{
    int64_t base = page_base(w->first);
    w->addresses.len = w->names.len = 0;
    if (!has_room(&w->addresses, count * ADDRESS_ROOM + PAGE_NUMBER_ROOM, err) ||
        !has_room(&w->names, count * STRAY_ROOM + w->texts.len + 1, err))
        return false;
    char *address = w->addresses.text, *name = w->names.text;
    for (size_t i = 0; i < count;) {
        const struct page_item *item = &w->items[i];
        if (item->len > 0) {
            name = put_texts(w, &i, count, name);
        } else if (is_listed(w, i++)) {
            *address++ = ',';
            address = page_put_number(address, (uint64_t)((item->key >> 8) - base));
        } else {
            name = put_entry(name, STR_NONE, item->key, item->claim);
        }
    }
    if (address > w->addresses.text)
        *address++ = ',';
    if (name > w->names.text) {
        *w->names.text = '{';
        *name++ = '}';
    }
    w->addresses.len = (size_t)(address - w->addresses.text);
    w->names.len = (size_t)(name - w->names.text);
    return true;
}

/* ------------------------------------------------------------------ writing */

static struct str part(const struct buf *b)
{
    return b->len > 0 ? buf_str(b) : STR_NONE;
}

static bool write_row(struct page_writer *w, struct err *err)
{
    static const char over[] = "UPDATE indicator_page SET claim = :claim, addresses = :addresses,"
                               " names = :names WHERE id = :id";
    static const char new[] = "INSERT INTO indicator_page (feed, first, claim, addresses, names)"
                              " VALUES (:feed, :first, :claim, :addresses, :names)";
    struct query *q = store_query(w->s, "page of indicators", w->row ? over : new);
    if (w->row) {
        query_bind_i(q, ":id", w->row);
    } else {
        query_bind_i(q, ":feed", w->feed);
        query_bind_i(q, ":first", w->first);
    }
    if (w->addresses.len > 0)
        query_bind_i(q, ":claim", w->claim);
    else
        query_bind_null(q, ":claim");
    query_bind_s(q, ":addresses", part(&w->addresses));
    query_bind_s(q, ":names", part(&w->names));
    query_step(q);
    w->row = 0;
    return query_done(q, err);
}

/* Those before an item are written already. */
static void drop_items(struct page_writer *w, size_t count)
{
    size_t left = w->count - count, text = w->items[count].text;
    w->first = w->items[count].key;
    memmove(w->items, w->items + count, left * sizeof *w->items);
    memmove(w->texts.text, w->texts.text + text, w->texts.len - text);
    for (size_t i = 0; i < left; i++)
        w->items[i].text -= text;
    w->texts.len -= text;
    w->count = left;
}

/* Writes the items before one, or all of them: count. */
static bool write_page(struct page_writer *w, size_t count, struct err *err)
{
    if (!make_texts(w, count, err) || !write_row(w, err))
        return false;
    w->changed = true;
    if (count < w->count) {
        drop_items(w, count);
        measure(w);
    }
    return true;
}

/* What is known now tells the claim, which was guessed before, and the sizes. */
static void settle(struct page_writer *w)
{
    int64_t claim = choose_claim(w);
    if (claim == w->claim)
        return;
    w->claim = claim;
    measure(w);
}

static bool cut(struct page_writer *w, struct err *err)
{
    settle(w);
    size_t end = w->size > 2 * PAGE_FILL ? find_cut(w, PAGE_FILL) : w->count;
    return end == w->count || write_page(w, end, err);
}

bool page_writer_add(
    struct page_writer *w, int64_t key, struct str name, int64_t claim, struct err *err)
{
    bool next_key = w->count > 0 && w->items[w->count - 1].key != key;
    if (next_key && w->size > 2 * PAGE_FILL && !cut(w, err))
        return false;
    if (!list_room(&w->items, w->count, &w->cap, sizeof *w->items, err) ||
        !has_room(&w->texts, PAGE_NAME_ROOM(name.len) + CIDR_TEXT_SIZE + CLAIM_ROOM, err))
        return false;
    struct page_item *item = &w->items[w->count];
    *item = (struct page_item){.key = key, .claim = claim, .text = w->texts.len, .at = w->size};
    if (((unsigned)key & 0xFF) != PAGE_ADDRESS_FORM) {
        char *p = w->texts.text + w->texts.len;
        item->len = (size_t)(put_entry(p, name, key, claim) - p);
        w->texts.len += item->len;
    } else if (!w->claim) {
        w->claim = claim;
    }
    w->size += size_of(w, w->count++);
    return true;
}

bool page_writer_add_page(struct page_writer *w, const struct radix_item *addresses, size_t count,
    int64_t claim, size_t *taken, struct err *err)
{
    size_t i = 0;
    *taken = 0;
    if (w->count > 0 || w->row)
        return true;
    w->addresses.len = w->names.len = 0;
    if (!has_room(&w->addresses, PAGE_FILL + ADDRESS_ROOM + PAGE_NUMBER_ROOM, err))
        return false;
    char *p = w->addresses.text;
    int64_t base = page_base(w->first);
    for (; i < count && p < w->addresses.text + PAGE_FILL; i++) {
        *p++ = ',';
        p = page_put_number(p, (uint64_t)((addresses[i].key >> 8) - base));
    }
    if (i == count)
        return true;
    *p++ = ',';
    w->addresses.len = (size_t)(p - w->addresses.text);
    w->claim = claim;
    if (!write_row(w, err))
        return false;
    w->first = addresses[i].key;
    *taken = i;
    return true;
}

bool page_writer_end(struct page_writer *w, struct err *err)
{
    if (w->count == 0 || !w->changed)
        return true;
    settle(w);
    size_t half = w->size > PAGE_LIMIT ? find_cut(w, w->size / 2) : w->count;
    if (half < w->count) {
        if (!write_page(w, half, err))
            return false;
        settle(w);
    }
    return write_page(w, w->count, err);
}
