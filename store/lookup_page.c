/* Names into a page. */
#include "store/lookup_page.h"

#include "util/varint.h"

#include <stdlib.h>

#define UID_MAX     64                       /* longer ones are cut */
#define RECORD_MAX  1024                     /* bytes of the longest record, with room to spare */
#define PRINT_MAX   80                       /* bytes of a fingerprint; longer ones are cut */
#define VALUE_SLOTS (LOOKUP_PAGE_VALUES * 2) /* a power of two */

struct known {
    struct lookup_values values;
    uint16_t slots[VALUE_SLOTS]; /* number of a value plus 1; 0: free */
};

/* Addresses come with every record, from everywhere: one look must do. */
struct known_address {
    int64_t id;
    uint32_t number; /* its place plus 1; 0: free */
};

/* Of the record written last. */
struct last {
    int64_t orig, resp, uid_number; /* uid_number: -1 when it is none */
    uint16_t orig_port, resp_port;
    uint8_t proto, uid_len;
    char uid[UID_MAX];
};

struct lookup_page_own {
    struct known_address addresses[VALUE_SLOTS];
    uint32_t address_count;
    struct known domains, prints;
    struct last last;
    int64_t t_last_us;
    uint8_t *end; /* of what was written */
    uint8_t bytes[LOOKUP_PAGE_SIZE];
};

const char *const lookup_print_kinds[LOOKUP_PRINT_KINDS] = {"ja3:", "ja3s:", "sha1:", "sha256:"};

static void put_byte(struct lookup_page_own *own, unsigned value)
{
    *own->end++ = (uint8_t)value;
}

static void put_number(struct lookup_page_own *own, uint64_t value)
{
    own->end = varint_put_u(own->end, value);
}

static void put_text(struct lookup_page_own *own, struct str s)
{
    put_byte(own, (unsigned)s.len);
    if (s.len)
        memcpy(own->end, s.p, s.len);
    own->end += s.len;
}

static unsigned slot_of(struct str s)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = s.len, word;
    for (; s.len >= 8; s.p += 8, s.len -= 8) {
        memcpy(&word, s.p, 8);
        h = (h ^ word) * odd;
        h ^= h >> 32;
    }
    word = 0;
    for (size_t i = 0; i < s.len; i++)
        word = word << 8 | (uint8_t)s.p[i];
    return (unsigned)((h ^ word) * odd >> 40) % VALUE_SLOTS;
}

static void put_reference(struct lookup_page_own *own, struct known *known, struct str value)
{
    struct lookup_values *values = &known->values;
    unsigned slot = slot_of(value);
    for (; known->slots[slot]; slot = (slot + 1) % VALUE_SLOTS) {
        int i = known->slots[slot] - 1;
        if (values->len[i] == value.len &&
            memcmp(own->bytes + values->at[i], value.p, value.len) == 0) {
            put_number(own, (uint64_t)i + 1);
            return;
        }
    }
    put_byte(own, 0);
    put_text(own, value);
    values->at[values->count] = (uint32_t)(own->end - own->bytes - (ptrdiff_t)value.len);
    values->len[values->count] = (uint8_t)value.len;
    known->slots[slot] = (uint16_t)++values->count;
}

/* The id as a number, in as few bytes as it takes. */
static void put_id(struct lookup_page_own *own, int64_t id)
{
    char bytes[sizeof id];
    size_t len = 0;
    for (uint64_t rest = varint_fold(id); rest; rest >>= 8)
        bytes[len++] = (char)(rest & 255);
    put_text(own, (struct str){bytes, len});
}

static void put_address(struct lookup_page_own *own, int64_t id)
{
    unsigned slot = (unsigned)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 40) % VALUE_SLOTS;
    while (own->addresses[slot].number && own->addresses[slot].id != id)
        slot = (slot + 1) % VALUE_SLOTS;
    put_number(own, own->addresses[slot].number);
    if (own->addresses[slot].number)
        return;
    own->addresses[slot] = (struct known_address){id, ++own->address_count};
    put_id(own, id);
}

static void put_name(struct lookup_page_own *own, struct str name)
{
    if (name.len > NAME_SEEN_MAX)
        name.len = NAME_SEEN_MAX;
    const char *dot = name.len ? memchr(name.p, '.', name.len) : NULL;
    size_t label = dot ? (size_t)(dot - name.p) : name.len;
    put_text(own, (struct str){name.p, label});
    put_reference(
        own, &own->domains, dot ? (struct str){dot, name.len - label} : (struct str){"", 0});
}

static int count_prints(struct str prints)
{
    int count = 0;
    for (; prints.len > 0 && prints.p && count < NAME_PRINTS_MAX; str_cut(&prints, ' '))
        count++;
    return count;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Less than half as long where it is of a known kind, and hexadecimal. */
static struct str pack_print(struct str print, char packed[PRINT_MAX])
{
    int kind = 0;
    size_t len = 0;
    if (print.len > PRINT_MAX)
        print.len = PRINT_MAX;
    while (kind < LOOKUP_PRINT_KINDS && !str_starts(print, str_of(lookup_print_kinds[kind])))
        kind++;
    size_t i = kind < LOOKUP_PRINT_KINDS ? strlen(lookup_print_kinds[kind]) : print.len;
    if (i == print.len || (print.len - i) % 2)
        return print;
    for (packed[len++] = (char)(0x80 | kind); i < print.len; i += 2) {
        int high = digit_of(print.p[i]), low = digit_of(print.p[i + 1]);
        if (high < 0 || low < 0)
            return print;
        packed[len++] = (char)(high << 4 | low);
    }
    return (struct str){packed, len};
}

static void put_prints(struct lookup_page_own *own, struct str prints)
{
    int count = count_prints(prints);
    put_byte(own, (unsigned)count);
    for (int i = 0; i < count; i++) {
        char packed[PRINT_MAX];
        put_reference(own, &own->prints, pack_print(str_cut(&prints, ' '), packed));
    }
}

static void put_answers(struct lookup_page_own *own, const struct name_seen *n)
{
    int count = n->answer_count < NAME_ANSWERS_MAX ? n->answer_count : NAME_ANSWERS_MAX;
    put_byte(own, (unsigned)count);
    for (int i = 0; i < count; i++) {
        size_t len = ip_is_v4(&n->answers[i]) ? 4 : 16;
        put_text(own, (struct str){(const char *)n->answers[i].b + 16 - len, len});
    }
}

static struct last ends_of(const struct name_seen *n, int64_t orig, int64_t resp)
{
    struct last c = {.orig = orig,
        .resp = resp,
        .orig_port = n->conn.orig_port,
        .resp_port = n->conn.resp_port,
        .proto = n->conn.proto,
        .uid_number = n->uid_number};
    if (c.uid_number > 0 || record_uid_number(n->uid, &c.uid_number))
        return c;
    c.uid_number = -1;
    c.uid_len = (uint8_t)(n->uid.len < UID_MAX ? n->uid.len : UID_MAX);
    if (c.uid_len)
        memcpy(c.uid, n->uid.p, c.uid_len);
    return c;
}

static bool is_same(const struct last *a, const struct last *b)
{
    return a->uid_number == b->uid_number && a->orig == b->orig && a->resp == b->resp &&
           a->orig_port == b->orig_port && a->resp_port == b->resp_port && a->proto == b->proto &&
           a->uid_len == b->uid_len && memcmp(a->uid, b->uid, a->uid_len) == 0;
}

static void put_ends(struct lookup_page_own *own, const struct last *c)
{
    put_address(own, c->orig);
    put_address(own, c->resp);
    put_byte(own, c->orig_port & 255);
    put_byte(own, c->orig_port >> 8);
    put_number(own, c->resp_port);
    if (c->proto != PROTO_TCP && c->proto != PROTO_UDP)
        put_byte(own, c->proto);
    if (c->uid_number >= 0)
        put_number(own, (uint64_t)c->uid_number);
    else
        put_text(own, (struct str){c->uid, c->uid_len});
}

static void put_record(struct lookup_page_own *own, const struct name_seen *n, int64_t orig,
    int64_t resp, int64_t since_us)
{
    struct last ends = ends_of(n, orig, resp);
    bool same = own->end != own->bytes && is_same(&ends, &own->last);
    unsigned proto = same                      ? LOOKUP_SAME
                     : ends.proto == PROTO_TCP ? LOOKUP_TCP
                     : ends.proto == PROTO_UDP ? LOOKUP_UDP
                                               : 0;
    bool prints = n->kind == NAME_TLS && n->prints.len > 0;
    unsigned outcome = n->kind == NAME_TLS ? n->kind | (prints ? LOOKUP_PRINTS : 0u)
                                           : n->kind + 4u * n->answered + 8u * n->nxdomain;
    put_byte(own, outcome | proto | (n->answer_count ? LOOKUP_ANSWERS : 0) |
                      (ends.uid_number >= 0 ? LOOKUP_NUMBER : 0));
    own->end = varint_put_i(own->end, since_us);
    if (!same) {
        put_ends(own, &ends);
        own->last = ends;
    }
    put_name(own, n->name);
    if (prints)
        put_prints(own, n->prints);
    if (n->answer_count)
        put_answers(own, n);
}

static bool may_not_fit(const struct lookup_page *page)
{
    const struct lookup_page_own *own = page->own;
    return page->rows == LOOKUP_PAGE_ROWS || own->address_count + 2 > LOOKUP_PAGE_VALUES ||
           own->domains.values.count + 1 > LOOKUP_PAGE_VALUES ||
           own->prints.values.count + NAME_PRINTS_MAX > LOOKUP_PAGE_VALUES ||
           own->end - own->bytes > LOOKUP_PAGE_SIZE - RECORD_MAX;
}

bool lookup_page_add(
    struct lookup_page *page, const struct name_seen *n, int64_t orig, int64_t resp)
{
    struct lookup_page_own *own = page->own;
    if (may_not_fit(page))
        return false;
    put_record(own, n, orig, resp, n->t_us - own->t_last_us);
    own->t_last_us = n->t_us;
    page->data = (struct str){(const char *)own->bytes, (size_t)(own->end - own->bytes)};
    page->t_min_us = page->rows == 0 || n->t_us < page->t_min_us ? n->t_us : page->t_min_us;
    page->t_max_us = page->rows == 0 || n->t_us > page->t_max_us ? n->t_us : page->t_max_us;
    page->rows++;
    return true;
}

static void known_clear(struct known *known)
{
    known->values.count = 0;
    memset(known->slots, 0, sizeof known->slots);
}

void lookup_page_clear(struct lookup_page *page)
{
    struct lookup_page_own *own = page->own;
    memset(own->addresses, 0, sizeof own->addresses);
    own->address_count = 0;
    known_clear(&own->domains);
    known_clear(&own->prints);
    own->t_last_us = 0;
    own->end = own->bytes;
    *page = (struct lookup_page){.own = own};
}

bool lookup_page_init(struct lookup_page *page)
{
    *page = (struct lookup_page){.own = malloc(sizeof *page->own)};
    if (page->own)
        lookup_page_clear(page);
    return page->own != NULL;
}

void lookup_page_done(struct lookup_page *page)
{
    free(page->own);
    *page = (struct lookup_page){0};
}
