/* MISP attributes: which types name addresses or domains, and what they are. */
#include "ingest/feed/feed_misp.h"
#include "util/timefmt.h"

/* Before and behind the '|' of a value. */
enum part { PART_NONE, PART_TARGET, PART_PORT, PART_JA3, PART_CERTIFICATE };

static const struct {
    const char *type;
    enum part first, second;
    bool contacted; /* what malware talks to, not where attacks come from */
} types[] = {
    {"ip-dst", PART_TARGET, PART_NONE, true},
    {"ip-dst|port", PART_TARGET, PART_PORT, true},
    {"ip-src", PART_TARGET, PART_NONE, false},
    {"ip-src|port", PART_TARGET, PART_PORT, false},
    {"domain", PART_TARGET, PART_NONE, true},
    {"hostname", PART_TARGET, PART_NONE, true},
    {"hostname|port", PART_TARGET, PART_PORT, true},
    {"domain|ip", PART_TARGET, PART_TARGET, true},
    {"ja3-fingerprint-md5", PART_JA3, PART_NONE, true},
    {"x509-fingerprint-sha1", PART_CERTIFICATE, PART_NONE, true},
    {"x509-fingerprint-sha256", PART_CERTIFICATE, PART_NONE, true},
};

/* MISP describes both as what malware does; elsewhere the attribute does not say. */
static enum indicator_category category_of(const struct misp_attribute *a, bool contacted)
{
    bool malware = str_eq(a->category, STR("Network activity")) ||
                   str_eq(a->category, STR("Payload delivery"));
    return contacted && malware ? INDICATOR_MALWARE : 0;
}

static bool is_yes(struct str flag)
{
    return str_eq(flag, STR("true")) || str_eq(flag, STR("1"));
}

static void add(
    struct feed_reading *r, struct str target, enum part part, const struct indicator *like)
{
    struct indicator found;
    char text[PRINT_TEXT_SIZE];
    bool print = part == PART_JA3 || part == PART_CERTIFICATE;
    target = str_trim(target);
    if (print ? !feed_parse_print(
                    part == PART_JA3 ? PRINT_JA3 : PRINT_CERTIFICATE, target, text, &found)
              : !feed_parse_target(target, &found)) {
        feed_reject(r, print ? "no fingerprint" : "no address, network or domain name");
        return;
    }
    found.category = like->category;
    found.from_us = like->from_us;
    found.note = like->note;
    feed_add(r, &found);
}

/* "Name of the event: comment, port 443". */
static void write_note(
    struct buf *note, const struct misp_attribute *a, struct str event, struct str port)
{
    buf_add(note, event);
    if (a->comment.len > 0)
        buf_printf(note, "%s%.*s", note->len > 0 ? ": " : "",
            (int)(a->comment.len < FEED_MAX_NOTE ? a->comment.len : FEED_MAX_NOTE), a->comment.p);
    if (port.len > 0 && port.len < 6)
        buf_printf(note, "%sport %.*s", note->len > 0 ? ", " : "", (int)port.len, port.p);
}

void feed_misp_attribute(struct feed_reading *r, const struct misp_attribute *a, struct str event)
{
    size_t t = 0, count = sizeof types / sizeof *types;
    while (t < count && !str_eq(a->type, str_of(types[t].type)))
        t++;
    if (is_yes(a->deleted)) {
        feed_skip(r, STR("deleted"));
    } else if (!is_yes(a->to_ids)) {
        feed_skip(r, STR("not for detection"));
    } else if (t == count) {
        feed_skip(r, a->type);
    } else {
        struct indicator like = FEED_INDICATOR;
        struct str second = a->value, first = str_cut(&second, '|');
        struct buf note = {0};
        write_note(&note, a, event, types[t].second == PART_PORT ? second : STR_NONE);
        like.category = category_of(a, types[t].contacted);
        like.note = buf_str(&note);
        if (a->first_seen.len > 0)
            time_parse_iso(a->first_seen, &like.from_us);
        add(r, first, types[t].first, &like);
        if (types[t].second == PART_TARGET && second.p)
            add(r, second, PART_TARGET, &like);
        buf_done(&note);
    }
}
