/* MISP warning lists: what is no threat although feeds name it, so each entry is allowed. */
#include "ingest/feed/feed_json.h"

/* The list's own words; it names its type behind its entries, so it is read twice. */
struct list {
    struct feed_reading *r;
    struct buf name;
    char type[16];
};

static bool fits(struct str text)
{
    return feed_json_kind(text) == FEED_JSON_WARNING_LIST;
}

static bool find_words(void *arg, struct str path, struct str value)
{
    struct list *l = arg;
    if (str_eq(path, STR("type")) && !*l->type && value.len < sizeof l->type)
        memcpy(l->type, value.p, value.len);
    if (str_eq(path, STR("name")) && l->name.len == 0)
        buf_add(&l->name, value);
    return true;
}

static bool take_entry(void *arg, struct str path, struct str value)
{
    struct list *l = arg;
    struct indicator found;
    if (!str_eq(path, STR("list[]")))
        return true;
    value = str_trim(value);
    if (!feed_parse_target(value, &found)) {
        feed_skip(l->r, STR("neither address nor domain"));
        return !l->r->failed;
    }
    found.category = INDICATOR_ALLOW;
    found.note = buf_str(&l->name);
    feed_add(l->r, &found);
    return !l->r->failed;
}

/* Parts of names and patterns would have to be searched for in every name. */
static bool check_type(struct list *l)
{
    static const char *const read[] = {"cidr", "string", "hostname"};
    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        if (strcmp(l->type, read[i]) == 0)
            return true;
    return err_set(l->r->err, ERR_DATA,
        "%s: %s; of MISP warning lists those of the types cidr, string and hostname are read",
        l->r->path,
        *l->type ? "a warning list of another type" : "JSON with a list, but without its type");
}

static void read_list(struct feed_reading *r, struct str text)
{
    struct list l = {.r = r};
    struct feed_json_reader reader = {.value = find_words, .arg = &l, .reading = r};
    r->failed = !feed_json_read(r->path, text, &reader, r->err) || !check_type(&l);
    reader.value = take_entry;
    if (!r->failed)
        r->failed |= !feed_json_read(r->path, text, &reader, r->err);
    buf_done(&l.name);
}

const struct feed_format feed_warning_list = {"misp-warninglist", fits, read_list};
