/* Names out of a page. Nothing in it is believed: a database may be damaged. */
#include "store/lookup_page.h"
#include "util/varint.h"

#include <stdlib.h>

/* The connection of a record. */
struct ends {
    int64_t orig, resp, uid_number;
    struct str uid;
    uint16_t orig_port, resp_port;
    uint8_t proto;
};

struct lookup_reader {
    const uint8_t *bytes, *at, *end;
    struct lookup_values addresses, domains, prints;
    int64_t t_last_us; /* of the record before; this and the next */
    struct ends last;
    bool damaged;
};

static uint8_t take_byte(struct lookup_reader *r)
{
    if (r->at == r->end) {
        r->damaged = true;
        return 0;
    }
    return *r->at++;
}

static uint64_t take_number(struct lookup_reader *r)
{
    uint64_t value = 0;
    r->damaged |= !varint_take_u(&r->at, r->end, &value);
    return value;
}

static int64_t take_signed(struct lookup_reader *r)
{
    int64_t value = 0;
    r->damaged |= !varint_take_i(&r->at, r->end, &value);
    return value;
}

static struct str take_text(struct lookup_reader *r)
{
    size_t len = take_byte(r);
    if (len > (size_t)(r->end - r->at)) {
        r->damaged = true;
        return STR_NONE;
    }
    struct str s = {(const char *)r->at, len};
    r->at += len;
    return s;
}

static struct str take_reference(struct lookup_reader *r, struct lookup_values *values)
{
    uint64_t number = take_number(r);
    if (number == 0 && values->count < LOOKUP_PAGE_VALUES) {
        struct str s = take_text(r);
        if (r->damaged)
            return STR_NONE;
        values->at[values->count] = (uint32_t)((const uint8_t *)s.p - r->bytes);
        values->len[values->count++] = (uint8_t)s.len;
        return s;
    }
    if (number == 0 || number > (uint64_t)values->count) {
        r->damaged = true;
        return STR_NONE;
    }
    return (struct str){(const char *)r->bytes + values->at[number - 1], values->len[number - 1]};
}

static int64_t take_address(struct lookup_reader *r)
{
    struct str bytes = take_reference(r, &r->addresses);
    uint64_t folded = 0;
    if (bytes.len > sizeof folded)
        r->damaged = true;
    else
        for (size_t i = bytes.len; i-- > 0;)
            folded = folded << 8 | (uint8_t)bytes.p[i];
    return varint_unfold(folded);
}

static void take_answers(struct lookup_reader *r, struct lookup *l)
{
    unsigned count = take_byte(r);
    if (count > NAME_ANSWERS_MAX)
        r->damaged = true;
    for (l->answer_count = 0; !r->damaged && l->answer_count < count; l->answer_count++) {
        struct str s = take_text(r);
        if (s.len == 16)
            memcpy(l->answers[l->answer_count].b, s.p, 16);
        else if (s.len == 4)
            l->answers[l->answer_count] =
                ip_from_v4((uint32_t)(uint8_t)s.p[0] << 24 | (uint32_t)(uint8_t)s.p[1] << 16 |
                           (uint32_t)(uint8_t)s.p[2] << 8 | (uint8_t)s.p[3]);
        else
            r->damaged = true;
    }
}

static void take_prints(struct lookup_reader *r, struct lookup *l)
{
    unsigned count = take_byte(r);
    if (count > NAME_PRINTS_MAX)
        r->damaged = true;
    for (; !r->damaged && l->print_count < count; l->print_count++)
        l->prints[l->print_count] = take_reference(r, &r->prints);
}

static void take_ends(struct lookup_reader *r, unsigned what)
{
    struct ends *e = &r->last;
    e->orig = take_address(r);
    e->resp = take_address(r);
    e->orig_port = take_byte(r);
    e->orig_port |= (uint16_t)(take_byte(r) << 8);
    e->resp_port = (uint16_t)take_number(r);
    e->proto = what & LOOKUP_TCP ? PROTO_TCP : what & LOOKUP_UDP ? PROTO_UDP : take_byte(r);
    e->uid_number = what & LOOKUP_NUMBER ? (int64_t)take_number(r) : -1;
    e->uid = what & LOOKUP_NUMBER ? STR_NONE : take_text(r);
}

static void give_ends(const struct ends *e, struct lookup *l)
{
    l->orig = e->orig;
    l->resp = e->resp;
    l->orig_port = e->orig_port;
    l->resp_port = e->resp_port;
    l->proto = e->proto;
    l->uid_number = e->uid_number;
    l->uid = e->uid;
}

static void take_record(struct lookup_reader *r, struct lookup *l)
{
    bool first = r->at == r->bytes;
    unsigned what = take_byte(r);
    l->outcome = what & LOOKUP_OUTCOME;
    r->t_last_us = (int64_t)((uint64_t)r->t_last_us + (uint64_t)take_signed(r));
    l->t_us = r->t_last_us;
    if ((what & LOOKUP_SAME) != LOOKUP_SAME)
        take_ends(r, what);
    else if (first)
        r->damaged = true;
    give_ends(&r->last, l);
    l->label = take_text(r);
    l->domain = take_reference(r, &r->domains);
    l->answer_count = l->print_count = 0;
    if ((what & 3) == NAME_TLS && what & LOOKUP_PRINTS) {
        l->outcome = NAME_TLS;
        take_prints(r, l);
    }
    if (what & LOOKUP_ANSWERS)
        take_answers(r, l);
}

struct lookup_reader *lookup_reader_new(void)
{
    return calloc(1, sizeof(struct lookup_reader));
}

void lookup_reader_free(struct lookup_reader *r)
{
    free(r);
}

void lookup_reader_start(struct lookup_reader *r, struct str data)
{
    r->bytes = r->at = (const uint8_t *)data.p;
    r->end = data.len ? r->at + data.len : r->at;
    r->addresses.count = r->domains.count = r->prints.count = 0;
    r->t_last_us = 0;
    r->damaged = false;
}

bool lookup_reader_next(struct lookup_reader *r, struct lookup *l, bool *damaged)
{
    if (!r->damaged && r->at != r->end)
        take_record(r, l);
    else
        return *damaged = r->damaged, false;
    *damaged = r->damaged;
    return !r->damaged;
}

size_t lookup_print(struct str print, char text[LOOKUP_PRINT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned kind = print.len > 0 ? (uint8_t)*print.p - 0x80u : LOOKUP_PRINT_KINDS;
    if (kind >= LOOKUP_PRINT_KINDS) {
        memcpy(text, print.len > 0 ? print.p : "", print.len);
        return print.len;
    }
    size_t len = strlen(lookup_print_kinds[kind]);
    memcpy(text, lookup_print_kinds[kind], len);
    for (size_t i = 1; i < print.len; i++) {
        text[len++] = digits[(uint8_t)print.p[i] >> 4];
        text[len++] = digits[print.p[i] & 15];
    }
    return len;
}
