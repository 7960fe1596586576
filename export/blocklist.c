/* The formats of block lists, each as the documentation of its reader has it. */
#include "export/blocklist.h"

#include "util/timefmt.h"

#include <inttypes.h>

#define IPREP_SCORE_MAX 127 /* 0 means that nothing is known */

static void add_address(struct buf *out, const struct ipaddr *ip)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    buf_puts(out, text);
}

void blocklist_voices(struct buf *out, const struct block_entry *entry)
{
    for (int i = 0; i < entry->voice_count; i++)
        buf_printf(
            out, "%s%s %s", i > 0 ? ", " : "", entry->voices[i].type, entry->voices[i].alert);
    if (entry->voices_more > 0)
        buf_printf(out, " and %d more", entry->voices_more);
}

/* "# …" lines, for the formats that have comments. */
static void add_header(struct buf *out, const struct blocklist *list)
{
    char now[TIME_TEXT_SIZE], ttl[32];
    time_format_s(list->now_us, now);
    duration_format(list->ttl_us, ttl);
    buf_printf(out,
        "# Tocsin: addresses to block, made %s, %zu of them, the gravest first.\n"
        "# Each stands here for %s from its last evidence; the alerts named speak for it.\n",
        now, list->count, ttl);
}

static void add_reason(struct buf *out, const struct block_entry *entry)
{
    char until[TIME_TEXT_SIZE];
    time_format_s(entry->until_us, until);
    buf_printf(out, "# until %s: ", until);
    blocklist_voices(out, entry);
    buf_addc(out, '\n');
}

static void write_plain(struct buf *out, const struct blocklist *list)
{
    add_header(out, list);
    for (size_t i = 0; i < list->count; i++) {
        add_reason(out, &list->entries[i]);
        add_address(out, &list->entries[i].ip);
        buf_addc(out, '\n');
    }
}

/* A match means that an address to block has a connection all the same: worth a notice. */
static void write_zeek_intel(struct buf *out, const struct blocklist *list)
{
    buf_puts(out, "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice\n");
    for (size_t i = 0; i < list->count; i++) {
        add_address(out, &list->entries[i].ip);
        buf_puts(out, "\tIntel::ADDR\tTocsin\t");
        blocklist_voices(out, &list->entries[i]);
        buf_puts(out, "\tT\n");
    }
}

static void write_suricata_iprep(struct buf *out, const struct blocklist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        int score = 1 + list->entries[i].confidence * (IPREP_SCORE_MAX - 1) / 100;
        add_address(out, &list->entries[i].ip);
        buf_printf(out, ",%d,%d\n", BLOCKLIST_IPREP_CATEGORY, score);
    }
}

static void write_suricata_dataset(struct buf *out, const struct blocklist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add_address(out, &list->entries[i].ip);
        buf_addc(out, '\n');
    }
}

/* ------------------------------------------------------------------ nftables */

/* "1d2h3m4s", rounded up to seconds: a timeout of nothing would mean for ever. */
static void add_timeout(struct buf *out, int64_t left_us)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    int64_t left = left_us > 0 ? (left_us - 1) / TIME_US_SECOND + 1 : 1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (left >= units[i].seconds)
            buf_printf(out, "%" PRId64 "%c", left / units[i].seconds, units[i].unit);
        left %= units[i].seconds;
    }
}

static void add_elements(struct buf *out, const struct blocklist *list, bool v4)
{
    bool any = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct block_entry *entry = &list->entries[i];
        if (ip_is_v4(&entry->ip) != v4)
            continue;
        buf_puts(out, any ? "" : "\t\telements = {\n");
        any = true;
        buf_puts(out, "\t\t\t");
        add_address(out, &entry->ip);
        buf_puts(out, " timeout ");
        add_timeout(out, entry->until_us - list->now_us);
        buf_puts(out, ", # ");
        blocklist_voices(out, entry);
        buf_addc(out, '\n');
    }
    buf_puts(out, any ? "\t\t}\n" : "");
}

static void add_sets(struct buf *out, const struct blocklist *list)
{
    static const char *const sets[] = {"blocked6 {\n\t\ttype ipv6_addr", //
        "blocked4 {\n\t\ttype ipv4_addr"};
    buf_puts(out, "table inet tocsin {\n");
    for (int v4 = 1; v4 >= 0; v4--) {
        buf_printf(out, "\tset %s\n\t\tflags timeout\n", sets[v4]);
        if (list)
            add_elements(out, list, v4);
        buf_puts(out, "\t}\n");
    }
    buf_puts(out, "}\n");
}

/* A set that is declared again keeps what it holds, so it is emptied; to be emptied it must be there,
 * so it is declared first. nft does all of a file at once, or nothing. */
static void write_nft(struct buf *out, const struct blocklist *list)
{
    add_header(out, list);
    add_sets(out, NULL);
    buf_puts(out, "flush set inet tocsin blocked4\nflush set inet tocsin blocked6\n");
    add_sets(out, list);
}

const struct blocklist_format blocklist_formats[] = {
    {"plain", "one address a line; lines with # say why", write_plain},
    {"zeek-intel", "Zeek's intelligence framework", write_zeek_intel},
    {"suricata-iprep", "Suricata's IP reputation", write_suricata_iprep},
    {"suricata-dataset", "a Suricata dataset of type ip", write_suricata_dataset},
    {"nft", "nftables: sets blocked4 and blocked6 of table inet tocsin", write_nft},
    {0},
};

const struct blocklist_format *blocklist_format_find(const char *name)
{
    for (const struct blocklist_format *f = blocklist_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
