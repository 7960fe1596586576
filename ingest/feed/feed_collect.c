/* What the formats found, kept, judged and counted. */
#include "ingest/feed/feed_format.h"
#include "util/domain.h"

#define V4_WIDEST 8 /* a network wider than this is a mistake, or would match nearly everything */
#define V6_WIDEST 16

const char *const feed_left_out_names[FEED_LEFT_OUT] = {"wider than /8 (IPv4) or /16 (IPv6)",
    "registry domains", "private", "loopback", "link-local", "multicast", "unspecified", "reserved",
    "that end before they begin"};

static struct ipaddr last_address(const struct cidr *net)
{
    struct ipaddr last = net->ip;
    unsigned bits = ip_is_v4(&net->ip) ? net->bits + 96u : net->bits;
    for (unsigned i = bits / 8; i < 16; i++)
        last.b[i] |= i == bits / 8 ? (uint8_t)(0xFF >> bits % 8) : 0xFF;
    return last;
}

/* Why a network is of no use as an indicator; FEED_LEFT_OUT when it is of use. A network that holds
 * ordinary addresses too is of use: the others never match. */
static enum feed_left_out judge(const struct cidr *net)
{
    static const enum feed_left_out kinds[] = {[IP_GLOBAL] = FEED_LEFT_OUT,
        [IP_PRIVATE] = FEED_PRIVATE,
        [IP_LOOPBACK] = FEED_LOOPBACK,
        [IP_LINK_LOCAL] = FEED_LINK_LOCAL,
        [IP_MULTICAST] = FEED_MULTICAST,
        [IP_UNSPECIFIED] = FEED_UNSPECIFIED,
        [IP_BROADCAST] = FEED_RESERVED};
    enum ip_class first_class = ip_classify(&net->ip);
    if (cidr_is_single(net))
        return kinds[first_class];
    struct ipaddr last = last_address(net);
    enum ip_class last_class = ip_classify(&last);
    if (first_class == last_class && first_class != IP_GLOBAL)
        return kinds[first_class];
    if (net->bits < (ip_is_v4(&net->ip) ? V4_WIDEST : V6_WIDEST))
        return FEED_TOO_WIDE;
    return first_class != IP_GLOBAL && last_class != IP_GLOBAL ? kinds[first_class] : FEED_LEFT_OUT;
}

/* Cut at a character; broken UTF-8 is made visible, in a buffer. */
static struct str clean_note(struct str note, struct buf *visible)
{
    if (note.len > FEED_MAX_NOTE) {
        note.len = FEED_MAX_NOTE;
        while (note.len > 0 && ((unsigned char)note.p[note.len] & 0xC0) == 0x80)
            note.len--;
    }
    if (str_is_utf8(note))
        return note;
    buf_add_visible(visible, note);
    return buf_str(visible);
}

/* "co.uk": under a country's domain, a word that stands for a kind of customer. */
static bool is_registry(struct str domain)
{
    static const char *const words[] = {"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv",
        "info", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "sch"};
    struct str word = str_cut(&domain, '.');
    for (size_t i = 0; domain.len == 2 && i < sizeof words / sizeof *words; i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

static bool clean_print(struct feed_reading *r, struct str *print, char *text)
{
    if (print_parse(*print, text)) {
        *print = str_of(text);
        return true;
    }
    feed_reject(r, "no fingerprint");
    return false;
}

static bool clean_domain(struct feed_reading *r, struct str *domain, char *text)
{
    if (!domain_normalise(*domain, text)) {
        feed_reject(r, "no domain name");
        return false;
    }
    *domain = str_of(text);
    if (!is_registry(*domain))
        return true;
    r->result->left_out[FEED_REGISTRY]++;
    return false;
}

#define NAME_SIZE (DOMAIN_TEXT_SIZE > PRINT_TEXT_SIZE ? DOMAIN_TEXT_SIZE : PRINT_TEXT_SIZE)

/* text holds its name then. False when there is nothing to keep: that was counted. */
static bool clean_target(struct feed_reading *r, struct indicator *made, char text[NAME_SIZE])
{
    switch (made->kind) {
    case INDICATOR_DOMAIN:
        return clean_domain(r, &made->domain, text);
    case INDICATOR_FINGERPRINT:
        return clean_print(r, &made->domain, text);
    default:
        return true;
    }
}

/* What the operator says of the feed stands above what the feed says. */
static void apply_options(const struct feed_options *options, struct indicator *made)
{
    if (options->category)
        made->category = options->category;
    else if (!made->category)
        made->category = INDICATOR_BLOCKLIST;
    if (options->from_us != INDICATOR_ALWAYS_FROM)
        made->from_us = options->from_us;
    if (options->until_us != INDICATOR_ALWAYS_UNTIL)
        made->until_us = options->until_us;
}

static void keep(struct feed_reading *r, struct indicator *made)
{
    struct indicator_list *list = &r->result->feed.list;
    struct buf visible = {0};
    if (list->count == FEED_MAX_ENTRIES) {
        r->failed = true;
        err_set(
            r->err, ERR_DATA, "%s: more than %d entries, so no feed", r->path, FEED_MAX_ENTRIES);
        return;
    }
    made->note = clean_note(made->note, &visible);
    if (visible.failed)
        err_nomem(r->err);
    r->failed |= visible.failed || !indicator_list_add(list, made, r->err);
    buf_done(&visible);
}

void feed_add(struct feed_reading *r, const struct indicator *indicator)
{
    char text[NAME_SIZE];
    struct indicator made = *indicator;
    enum feed_left_out why = made.kind == INDICATOR_NETWORK ? judge(&made.net) : FEED_LEFT_OUT;
    r->result->unsaid |= !made.category && !r->options->category;
    apply_options(r->options, &made);
    if (why == FEED_LEFT_OUT && made.from_us >= made.until_us)
        why = FEED_OUT_OF_DATE;
    if (why != FEED_LEFT_OUT) {
        r->result->left_out[why]++;
        return;
    }
    if (clean_target(r, &made, text))
        keep(r, &made);
}

/* After one such the others are as it is, until something else is said. */
void feed_add_address(struct feed_reading *r, uint32_t v4)
{
    struct indicator_list *list = &r->result->feed.list;
    bool alike = list->said_count > 0 && list->said_count == r->bare;
    if (alike && list->count < FEED_MAX_ENTRIES && ip_classify_v4(v4) == IP_GLOBAL) {
        r->failed = !indicator_list_add_address(list, v4, r->err);
        return;
    }
    struct indicator found = FEED_INDICATOR;
    size_t before = list->count;
    found.net = (struct cidr){ip_from_v4(v4), 32};
    feed_add(r, &found);
    if (list->count > before)
        r->bare = list->said_count;
}

bool feed_parse_target(struct str s, struct indicator *target)
{
    char text[DOMAIN_TEXT_SIZE];
    struct indicator found = FEED_INDICATOR;
    if (!cidr_parse(s, &found.net)) {
        bool print = print_parse(s, text);
        found.kind = print ? INDICATOR_FINGERPRINT : INDICATOR_DOMAIN;
        found.domain = s;
        if (!print && !domain_normalise(s, text))
            return false;
    }
    *target = found;
    return true;
}

bool feed_parse_print(
    enum print_kind kind, struct str hash, char text[PRINT_TEXT_SIZE], struct indicator *target)
{
    if (!print_text(kind, hash, text))
        return false;
    *target = FEED_INDICATOR;
    target->kind = INDICATOR_FINGERPRINT;
    target->domain = str_of(text);
    return true;
}

/* A name that people will read: letters, digits and a few signs, short enough. */
static bool is_kind_name(struct str name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-| ";
    if (name.len == 0 || name.len >= sizeof((struct feed_kind *)0)->name)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!memchr(allowed, name.p[i], sizeof allowed - 1))
            return false;
    return true;
}

void feed_skip(struct feed_reading *r, struct str name)
{
    struct feed_result *result = r->result;
    if (!is_kind_name(name))
        name = STR("other");
    for (size_t i = 0; i < result->skipped_kinds; i++)
        if (str_eq(str_of(result->skipped[i].name), name)) {
            result->skipped[i].count++;
            return;
        }
    if (result->skipped_kinds == FEED_MAX_KINDS) {
        result->skipped[FEED_MAX_KINDS - 1].count++;
        return;
    }
    if (result->skipped_kinds == FEED_MAX_KINDS - 1)
        name = STR("other");
    struct feed_kind *kind = &result->skipped[result->skipped_kinds++];
    memcpy(kind->name, name.p, name.len);
    kind->count = 1;
}

void feed_reject(struct feed_reading *r, const char *reason)
{
    if (r->result->rejected++ > 0)
        return;
    r->result->first_reject_line = r->line;
    r->result->first_reject = reason;
}

bool feed_next_line(struct feed_reading *r, struct str *rest, struct str *line)
{
    if (!rest->p || r->failed)
        return false;
    *line = str_trim(str_cut(rest, '\n'));
    r->line++;
    return true;
}
