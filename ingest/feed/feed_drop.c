/* Spamhaus DROP: a list with "; SBL…" behind its networks, or one JSON object a line. */
#include "ingest/feed/feed_json.h"

#define LINES_TO_JUDGE 20

static bool is_mark(struct str line)
{
    struct cidr net;
    if (str_starts(line, STR("; Spamhaus")))
        return true;
    struct str network = str_trim(str_cut(&line, ';'));
    return line.p && str_starts(str_trim(line), STR("SBL")) && cidr_parse(network, &net);
}

static bool fits_text(struct str text)
{
    for (int i = 0; i < LINES_TO_JUDGE && text.p; i++)
        if (is_mark(str_trim(str_cut(&text, '\n'))))
            return true;
    return false;
}

const struct feed_format feed_drop = {"spamhaus-drop", fits_text, feed_plain_read};

static bool fits_json(struct str text)
{
    return feed_json_kind(text) == FEED_JSON_DROP;
}

enum field { CIDR, SBLID, ASN, TYPE };
static const char *const fields[] = {"cidr", "sblid", "asn", "type", NULL};

static bool is_record(struct str path)
{
    return path.len == 0;
}

static void take(void *arg, const struct str *values)
{
    struct feed_reading *r = arg;
    struct indicator found = FEED_INDICATOR;
    if (values[CIDR].p && cidr_parse(values[CIDR], &found.net)) {
        found.category = INDICATOR_BLOCKLIST;
        found.note = values[SBLID];
        feed_add(r, &found);
    } else if (values[ASN].p) {
        feed_skip(r, STR("AS number"));
    } else if (!str_eq(values[TYPE], STR("metadata"))) {
        feed_reject(r, "no network under \"cidr\"");
    }
}

static void read_json(struct feed_reading *r, struct str text)
{
    struct feed_json_reader reader = {
        .is_record = is_record, .fields = fields, .take = take, .arg = r, .reading = r};
    r->failed |= !feed_json_read(r->path, text, &reader, r->err);
}

const struct feed_format feed_drop_json = {"spamhaus-drop-json", fits_json, read_json};
