/* What kind of feed a JSON text is. */
#include "ingest/feed/feed_json.h"

/* Places that only one kind has. A path that ends in "." or "[]" stands for all that begin so. */
static const struct {
    const char *path;
    enum feed_json_kind kind;
} marks[] = {
    {"cidr", FEED_JSON_DROP},
    {"asn", FEED_JSON_DROP},
    {"objects[].", FEED_JSON_STIX},
    {"spec_version", FEED_JSON_STIX},
    {"list[]", FEED_JSON_WARNING_LIST},
    {"matching_attributes[]", FEED_JSON_WARNING_LIST},
    {"Attribute[].", FEED_JSON_MISP},
    {"Object[].", FEED_JSON_MISP},
    {"Event.", FEED_JSON_MISP},
    {"[].Event.", FEED_JSON_MISP},
    {"response.Event.", FEED_JSON_MISP},
    {"response.Attribute[].", FEED_JSON_MISP},
    {"response[].Event.", FEED_JSON_MISP},
};

static bool find_mark(void *arg, struct str path, struct str value)
{
    enum feed_json_kind *kind = arg;
    (void)value;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct str mark = str_of(marks[i].path);
        bool all = mark.p[mark.len - 1] == '.' || mark.p[mark.len - 1] == ']';
        if (all ? str_starts(path, mark) : str_eq(path, mark)) {
            *kind = marks[i].kind;
            return false;
        }
    }
    return true;
}

enum feed_json_kind feed_json_kind(struct str text)
{
    enum feed_json_kind kind = FEED_JSON_OTHER;
    struct err ignored = {0}; /* a text that is broken before its first mark is of no kind */
    struct feed_json_reader reader = {.value = find_mark, .arg = &kind};
    if (feed_json_begins(str_trim(text)))
        feed_json_read("", text, &reader, &ignored);
    return kind;
}

bool feed_json_begins(struct str text)
{
    if (text.len == 0 || (*text.p != '{' && *text.p != '['))
        return false;
    struct str next = str_trim((struct str){text.p + 1, text.len - 1});
    return *text.p == '{' || next.len == 0 || memchr("{[\"]", *next.p, 4);
}
