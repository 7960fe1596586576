/* Plain lists: an address, network or domain a line, with comments; URLs among them are passed
 * over. */
#include "ingest/feed/feed_format.h"
#include "util/domain.h"

#include <stdio.h>

static bool fits(struct str text)
{
    (void)text;
    return true; /* the last to be asked; whether it made sense is judged afterwards */
}

static bool is_comment(struct str s)
{
    return s.len > 0 && (*s.p == '#' || *s.p == ';' || str_starts(s, STR("//")));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool feed_parse_endpoint(struct str s, struct cidr *net, uint64_t *port)
{
    size_t colon = s.len;
    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (colon < 2 || !str_u64((struct str){s.p + colon, s.len - colon}, port) || *port > 65535)
        return false;
    struct str host = {s.p, colon - 1};
    bool bracketed = *host.p == '[' && host.p[host.len - 1] == ']';
    if (bracketed)
        host = (struct str){host.p + 1, host.len - 2};
    struct ipaddr ip;
    if (!ip_parse(host, &ip) || bracketed == !memchr(host.p, ':', host.len))
        return false;
    *net = (struct cidr){ip, ip_is_v4(&ip) ? 32 : 128};
    return true;
}

/* With a scheme, or a host and a path, or a path alone; "192.0.2.0/33" is none. */
static bool is_url(struct str s)
{
    if (s.len > 1 && *s.p == '/')
        return true;
    for (size_t i = 0; i + 2 < s.len; i++)
        if (memcmp(s.p + i, "://", 3) == 0)
            return i > 0;
    struct str path = s;
    struct str host = str_cut(&path, '/');
    uint64_t bits;
    struct ipaddr ip;
    if (host.len == 0 || !path.p)
        return false;
    struct str name = str_cut(&host, ':');
    char domain[DOMAIN_TEXT_SIZE];
    return domain_normalise(name, domain) || (ip_parse(name, &ip) && !str_u64(path, &bits));
}

/* MD5, SHA-1 or SHA-256 in hexadecimal. */
static bool is_hash(struct str s)
{
    if (s.len != 32 && s.len != 40 && s.len != 64)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.p[i]) && !((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'f'))
            return false;
    return true;
}

static const struct {
    const char *name;
    bool (*is)(struct str s);
} passed_over[] = {
    {"URL", is_url},
    {"file hash", is_hash},
};

static void add_endpoint(
    struct feed_reading *r, const struct cidr *net, uint64_t port, struct str note)
{
    struct indicator found = FEED_INDICATOR;
    char text[FEED_MAX_NOTE];
    int kept = note.len < FEED_MAX_NOTE / 2 ? (int)note.len : 0;
    int len = snprintf(text, sizeof text, "port %u%s%.*s", (unsigned)port, kept > 0 ? ", " : "",
        kept, kept > 0 ? note.p : "");
    found.net = *net;
    found.note = (struct str){text, (size_t)len};
    feed_add(r, &found);
}

static const char *reject_reason(struct str entry)
{
    struct str left = entry;
    struct cidr net;
    if (memchr(entry.p, ',', entry.len))
        return "several columns with commas between them";
    if (cidr_parse(str_trim(str_cut(&left, '-')), &net) && left.p)
        return "a range of addresses, where a network is needed";
    return "no address, network or domain name";
}

static void read_entry(struct feed_reading *r, struct str entry, struct str note)
{
    struct indicator found;
    struct cidr net;
    uint64_t port;
    if (feed_parse_target(entry, &found)) {
        found.note = note;
        feed_add(r, &found);
        return;
    }
    if (feed_parse_endpoint(entry, &net, &port)) {
        add_endpoint(r, &net, port, note);
        return;
    }
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++)
        if (passed_over[i].is(entry)) {
            feed_skip(r, str_of(passed_over[i].name));
            return;
        }
    feed_reject(r, reject_reason(entry));
}

/* A URL may hold '#' and ';', so a comment begins after a blank, or right after what is an address
 * without it. */
static size_t entry_length(struct str line)
{
    size_t blank = 0;
    while (blank < line.len && line.p[blank] != ' ' && line.p[blank] != '\t')
        blank++;
    struct cidr net;
    for (size_t i = 0; i < blank && i < CIDR_TEXT_SIZE; i++)
        if ((line.p[i] == '#' || line.p[i] == ';') && cidr_parse((struct str){line.p, i}, &net))
            return i;
    return blank;
}

static void read_line(struct feed_reading *r, struct str line)
{
    size_t len = entry_length(line);
    struct str entry = {line.p, len};
    struct str after = str_trim((struct str){line.p + len, line.len - len});
    if (after.len > 0 && !is_comment(after)) {
        struct indicator found;
        feed_reject(
            r, feed_parse_target(entry, &found) ? "text after the entry" : reject_reason(line));
        return;
    }
    while (after.len > 0 && memchr("#;/", *after.p, 3))
        after = (struct str){after.p + 1, after.len - 1};
    read_entry(r, entry, str_trim(after));
}

/* Lines that are an IPv4 address and nothing else: that is what long lists are made of. */
static void read_addresses(struct feed_reading *r, struct str *rest)
{
    uint32_t v4;
    size_t len;
    while (rest->p && !r->failed && (len = ip_read_v4(*rest, &v4)) > 0) {
        if (len == rest->len || rest->p[len] != '\n')
            return;
        *rest = (struct str){rest->p + len + 1, rest->len - len - 1};
        r->line++;
        feed_add_address(r, v4);
    }
}

void feed_plain_read(struct feed_reading *r, struct str text)
{
    struct str line;
    for (;;) {
        read_addresses(r, &text);
        if (!feed_next_line(r, &text, &line))
            return;
        if (line.len > 0 && !is_comment(line))
            read_line(r, line);
    }
}

const struct feed_format feed_plain = {"plain", fits, feed_plain_read};
