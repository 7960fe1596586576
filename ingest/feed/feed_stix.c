/* STIX 2.1 (and 2.0): the indicator objects of a bundle or of a TAXII answer. */
#include "ingest/feed/feed_json.h"
#include "ingest/feed/feed_pattern.h"
#include "util/timefmt.h"

struct bundle {
    struct feed_reading *r;
    struct indicator like; /* of the indicator object that is read */
    int64_t indicators;
};

static bool fits(struct str text)
{
    return feed_json_kind(text) == FEED_JSON_STIX;
}

static bool is_record(struct str path)
{
    return str_eq(path, STR("objects[]"));
}

enum field { TYPE, PATTERN, LANGUAGE, FROM, UNTIL, REVOKED, NAME, KINDS, LABELS, PHASES };
static const char *const fields[] = {"type", "pattern", "pattern_type", "valid_from", "valid_until",
    "revoked", "name", "indicator_types[]", "labels[]", "kill_chain_phases[].phase_name", NULL};

/* The vocabulary of STIX; of several words the first here decides. */
static const struct {
    const char *word;
    enum indicator_category category;
} kinds[] = {
    {"command-and-control", INDICATOR_C2},
    {"malicious-activity", INDICATOR_MALWARE},
    {"benign", INDICATOR_ALLOW},
};

static bool has_word(struct str words, const char *word)
{
    while (words.p)
        if (str_eq(str_cut(&words, '\n'), str_of(word)))
            return true;
    return false;
}

static enum indicator_category category_of(const struct str *values)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (has_word(values[KINDS], kinds[i].word) || has_word(values[LABELS], kinds[i].word) ||
            has_word(values[PHASES], kinds[i].word))
            return kinds[i].category;
    return 0;
}

static bool read_time(struct str text, int64_t *t_us)
{
    return text.len == 0 || time_parse_iso(text, t_us);
}

static void add_target(void *arg, const struct indicator *target)
{
    struct bundle *b = arg;
    struct indicator found = b->like;
    found.kind = target->kind;
    found.net = target->net;
    found.domain = target->domain;
    feed_add(b->r, &found);
}

static void take(void *arg, const struct str *values)
{
    struct bundle *b = arg;
    if (!str_eq(values[TYPE], STR("indicator")))
        return;
    b->indicators++;
    b->like = FEED_INDICATOR;
    b->like.category = category_of(values);
    b->like.note = values[NAME];
    if (str_eq(values[REVOKED], STR("true")))
        feed_skip(b->r, STR("revoked"));
    else if (values[LANGUAGE].len > 0 && !str_eq(values[LANGUAGE], STR("stix")))
        feed_skip(b->r, values[LANGUAGE]);
    else if (!read_time(values[FROM], &b->like.from_us) ||
             !read_time(values[UNTIL], &b->like.until_us))
        feed_reject(b->r, "its dates cannot be read");
    else
        feed_pattern_read(b->r, values[PATTERN], add_target, b);
}

static void read_bundle(struct feed_reading *r, struct str text)
{
    struct bundle b = {.r = r};
    struct feed_json_reader reader = {
        .is_record = is_record, .fields = fields, .take = take, .arg = &b, .reading = r};
    r->failed |= !feed_json_read(r->path, text, &reader, r->err);
    if (!r->failed && b.indicators == 0)
        r->failed = !err_set(r->err, ERR_DATA,
            "%s: STIX without indicator objects; what was only observed is not said to be bad",
            r->path);
}

const struct feed_format feed_stix = {"stix", fits, read_bundle};
