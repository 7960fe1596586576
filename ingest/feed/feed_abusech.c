/* The CSV files of abuse.ch: Feodo Tracker, SSLBL, ThreatFox and URLhaus, by their column names. */
#include "ingest/feed/feed_csv.h"
#include "util/timefmt.h"

#include <stdio.h>

#define ROWS_TO_JUDGE 100 /* comments above the column names */

enum column { FROM, ADDRESS, PORT, VALUE, TYPE, THREAT, URL, STATUS, MALWARE, JA3, SHA1, COLUMNS };

static const struct {
    const char *name;
    enum column column;
} names[] = {
    {"first_seen_utc", FROM},
    {"firstseen", FROM},
    {"dateadded", FROM},
    {"listingdate", FROM},
    {"ja3_md5", JA3},
    {"sha1", SHA1},
    {"listingreason", MALWARE},
    {"dst_ip", ADDRESS},
    {"dstip", ADDRESS},
    {"dst_port", PORT},
    {"dstport", PORT},
    {"ioc_value", VALUE},
    {"ioc_type", TYPE},
    {"threat_type", THREAT},
    {"url", URL},
    {"url_status", STATUS},
    {"malware", MALWARE},
    {"malware_printable", MALWARE},
    {"threat", MALWARE},
};

#define HAS(column) (1u << (column))

struct table;

/* One of them. */
struct flavour {
    const char *name;
    unsigned needs;
    enum indicator_category category;
    void (*read_row)(struct feed_reading *r, const struct table *table);
};

/* A text whose column names were found; csv stands behind them. */
struct table {
    struct feed_csv csv;
    const struct flavour *flavour;
    int at[COLUMNS];
    size_t columns; /* that have names */
};

static struct str cell(const struct table *t, enum column column)
{
    return feed_csv_cell(&t->csv, t->at[column]);
}

/* ------------------------------------------------------------------ rows */

/* "Pikabot, port 443". An SSLBL file of 2015 gives the malware in a column without a name. */
static void write_note(const struct table *t, uint64_t port, struct buf *note)
{
    struct str malware =
        t->at[MALWARE] < 0 ? feed_csv_cell(&t->csv, (int)t->columns) : cell(t, MALWARE);
    buf_add(note, malware);
    if (port > 0)
        buf_printf(note, "%sport %u", note->len > 0 ? ", " : "", (unsigned)port);
}

static void add(struct feed_reading *r, const struct table *t, struct indicator *found,
    uint64_t port, enum indicator_category category)
{
    struct buf note = {0};
    struct str from = cell(t, FROM);
    if (from.len > 0 && !time_parse_iso(from, &found->from_us)) {
        feed_reject(r, "its date cannot be read");
        return;
    }
    write_note(t, port, &note);
    found->category = category;
    found->note = buf_str(&note);
    feed_add(r, found);
    buf_done(&note);
}

static void read_server(struct feed_reading *r, const struct table *t)
{
    struct indicator found = FEED_INDICATOR;
    uint64_t port;
    if (!str_u64(cell(t, PORT), &port) || port > 65535)
        port = 0;
    if (cidr_parse(cell(t, ADDRESS), &found.net))
        add(r, t, &found, port, t->flavour->category);
    else
        feed_reject(r, "no address");
}

static void read_print(struct feed_reading *r, const struct table *t)
{
    struct indicator found;
    char text[PRINT_TEXT_SIZE];
    bool ja3 = t->at[JA3] >= 0;
    if (feed_parse_print(
            ja3 ? PRINT_JA3 : PRINT_CERTIFICATE, cell(t, ja3 ? JA3 : SHA1), text, &found))
        add(r, t, &found, 0, t->flavour->category);
    else
        feed_reject(r, "no fingerprint");
}

/* "192.0.2.1:8080" of "http://192.0.2.1:8080/x". */
static struct str host_of(struct str url)
{
    for (size_t i = 0; i + 2 < url.len; i++)
        if (memcmp(url.p + i, "://", 3) == 0) {
            struct str host = {url.p + i + 3, url.len - i - 3};
            size_t len = 0;
            while (len < host.len && !memchr("/?#", host.p[len], 3))
                len++;
            return (struct str){host.p, len};
        }
    return STR("");
}

/* A named host may serve honest pages beside the bad one, so only hosts without a name count. */
static void read_url(
    struct feed_reading *r, const struct table *t, struct str url, enum indicator_category category)
{
    struct indicator found = FEED_INDICATOR;
    struct str host = host_of(url);
    struct ipaddr ip;
    uint64_t port = 0;
    if (host.len > 2 && *host.p == '[' && host.p[host.len - 1] == ']')
        host = (struct str){host.p + 1, host.len - 2};
    if (feed_parse_endpoint(host, &found.net, &port)) {
        add(r, t, &found, port, category);
    } else if (ip_parse(host, &ip)) {
        found.net = (struct cidr){ip, ip_is_v4(&ip) ? 32 : 128};
        add(r, t, &found, 0, category);
    } else if (host.len > 0) {
        feed_skip(r, STR("URL on a named host"));
    } else {
        feed_reject(r, "no URL");
    }
}

static void read_urlhaus(struct feed_reading *r, const struct table *t)
{
    read_url(r, t, cell(t, URL), t->flavour->category);
}

static void read_threatfox(struct feed_reading *r, const struct table *t)
{
    struct indicator found = FEED_INDICATOR;
    struct str type = cell(t, TYPE), value = cell(t, VALUE);
    enum indicator_category category =
        str_eq(cell(t, THREAT), STR("botnet_cc")) ? INDICATOR_C2 : t->flavour->category;
    uint64_t port;
    if (str_eq(type, STR("ip:port"))) {
        if (feed_parse_endpoint(value, &found.net, &port))
            add(r, t, &found, port, category);
        else
            feed_reject(r, "no address with a port");
    } else if (str_eq(type, STR("domain"))) {
        if (feed_parse_target(value, &found) && found.kind == INDICATOR_DOMAIN)
            add(r, t, &found, 0, category);
        else
            feed_reject(r, "no domain name");
    } else if (str_eq(type, STR("url"))) {
        read_url(r, t, value, category);
    } else {
        feed_skip(r, type);
    }
}

/* ------------------------------------------------------------------ the table */

static const struct flavour flavours[] = {
    {"feodo-tracker", HAS(ADDRESS) | HAS(PORT) | HAS(MALWARE), INDICATOR_C2, read_server},
    {"sslbl", HAS(ADDRESS) | HAS(PORT), INDICATOR_C2, read_server},
    {"sslbl-ja3", HAS(JA3) | HAS(FROM) | HAS(MALWARE), INDICATOR_MALWARE, read_print},
    {"sslbl-certificates", HAS(SHA1) | HAS(FROM) | HAS(MALWARE), INDICATOR_C2, read_print},
    {"threatfox", HAS(VALUE) | HAS(TYPE) | HAS(THREAT), INDICATOR_MALWARE, read_threatfox},
    {"urlhaus", HAS(FROM) | HAS(URL) | HAS(STATUS), INDICATOR_MALWARE, read_urlhaus},
};

/* Whether the row just read has the column names of a flavour. */
static bool read_names(struct table *t)
{
    unsigned has = 0;
    for (int i = 0; i < COLUMNS; i++)
        t->at[i] = -1;
    for (size_t i = 0; i < t->csv.count; i++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (str_eq_nocase(t->csv.cells[i], str_of(names[n].name)) &&
                t->at[names[n].column] < 0) {
                t->at[names[n].column] = (int)i;
                has |= HAS(names[n].column);
            }
    t->columns = t->csv.count;
    for (size_t i = 0; i < sizeof flavours / sizeof *flavours; i++)
        if ((has & flavours[i].needs) == flavours[i].needs) {
            t->flavour = &flavours[i];
            return true;
        }
    return false;
}

/* The names stand in the last comment or in the first row. The caller frees table->csv. */
static bool find_table(struct str text, struct table *t)
{
    *t = (struct table){.csv.rest = text};
    for (int i = 0; i < ROWS_TO_JUDGE && feed_csv_next(&t->csv); i++) {
        if (read_names(t))
            return true;
        if (!t->csv.comment)
            break;
    }
    return false;
}

static bool fits(struct str text)
{
    struct table t;
    bool found = find_table(text, &t);
    feed_csv_done(&t.csv);
    return found;
}

static void read_table(struct feed_reading *r, struct str text)
{
    struct table t;
    if (find_table(text, &t)) {
        r->result->feed.format = t.flavour->name;
        while (!r->failed && feed_csv_next(&t.csv)) {
            r->line = t.csv.line;
            if (t.csv.comment)
                continue;
            if (t.csv.broken)
                feed_reject(r, "its quotes do not fit");
            else
                t.flavour->read_row(r, &t);
        }
    }
    feed_csv_done(&t.csv);
}

const struct feed_format feed_abusech = {"abuse.ch", fits, read_table};
