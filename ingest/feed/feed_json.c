/* A feed in JSON, streamed: yajl's events into values with their place, and into records. */
#include "ingest/feed/feed_json.h"

#include <yajl/yajl_parse.h>

#define PATH_SIZE (FEED_JSON_MAX_DEPTH * (FEED_JSON_MAX_KEY + 4))

/* One text while it is read. */
struct stream {
    const struct feed_json_reader *reader;
    yajl_handle yajl;
    struct str text;
    size_t counted; /* bytes whose lines are in line */
    int64_t line;
    char path[PATH_SIZE]; /* of the value that comes next */
    size_t len;
    size_t began[FEED_JSON_MAX_DEPTH]; /* how long the path is at each open object or array */
    int depth;
    int record;         /* depth of the record's object; 0 outside one */
    size_t record_path; /* its length */
    struct buf fields[FEED_JSON_MAX_FIELDS];
    size_t size;
    const char *wrong; /* why the reading ended, when it is not for the syntax */
    bool stopped, memory_failed;
};

static struct str path_of(const struct stream *s)
{
    return (struct str){s->path, s->len};
}

/* The line of the place that is read. */
static void count_lines(struct stream *s)
{
    struct feed_reading *r = s->reader->reading;
    size_t at = yajl_get_bytes_consumed(s->yajl);
    if (!r)
        return;
    while (s->counted < at) {
        const char *next = memchr(s->text.p + s->counted, '\n', at - s->counted);
        s->counted = next ? (size_t)(next - s->text.p) + 1 : at;
        s->line += next != NULL;
    }
    r->line = s->line;
}

static int go_on(const struct stream *s)
{
    const struct feed_reading *r = s->reader->reading;
    return !s->wrong && !s->stopped && !s->memory_failed && !(r && r->failed);
}

/* ------------------------------------------------------------------ records */

static int field_of(const struct stream *s)
{
    struct str inside = {s->path + s->record_path, s->len - s->record_path};
    if (inside.len > 0 && *inside.p == '.')
        inside = (struct str){inside.p + 1, inside.len - 1};
    for (int i = 0; s->reader->fields[i]; i++)
        if (str_eq(inside, str_of(s->reader->fields[i])))
            return i;
    return -1;
}

static void keep_field(struct stream *s, struct str value)
{
    int i = field_of(s);
    if (i < 0 || (s->fields[i].len > 0 && !strstr(s->reader->fields[i], "[]")))
        return;
    s->size += value.len + 1;
    if (s->size > FEED_JSON_MAX_RECORD) {
        s->wrong = "an entry in it is larger than 1 MiB";
        return;
    }
    if (s->fields[i].len > 0)
        buf_addc(&s->fields[i], '\n');
    buf_add(&s->fields[i], value);
    s->memory_failed |= s->fields[i].failed;
}

static void begin_record(struct stream *s)
{
    s->record = s->depth;
    s->record_path = s->len;
    s->size = 0;
    for (int i = 0; i < FEED_JSON_MAX_FIELDS; i++)
        buf_clear(&s->fields[i]);
}

static void end_record(struct stream *s)
{
    struct str values[FEED_JSON_MAX_FIELDS];
    for (int i = 0; i < FEED_JSON_MAX_FIELDS; i++)
        values[i] = s->fields[i].len > 0 ? buf_str(&s->fields[i]) : STR_NONE;
    s->record = 0;
    count_lines(s);
    s->reader->take(s->reader->arg, values);
}

/* ------------------------------------------------------------------ yajl's events */

static int on_value(struct stream *s, struct str value)
{
    if (s->record)
        keep_field(s, value);
    else if (s->reader->value && !s->reader->value(s->reader->arg, path_of(s), value))
        s->stopped = true;
    return go_on(s);
}

static int on_null(void *arg)
{
    return go_on(arg);
}

static int on_boolean(void *arg, int value)
{
    return on_value(arg, value ? STR("true") : STR("false"));
}

static int on_number(void *arg, const char *p, size_t len)
{
    return on_value(arg, (struct str){p, len});
}

static int on_string(void *arg, const unsigned char *p, size_t len)
{
    return on_value(arg, (struct str){(const char *)p, len});
}

/* The key replaces the one before it in the same object. */
static int on_key(void *arg, const unsigned char *p, size_t len)
{
    struct stream *s = arg;
    struct str key = {(const char *)p, len};
    if (key.len > FEED_JSON_MAX_KEY)
        key = STR("?");
    s->len = s->began[s->depth - 1];
    if (s->len > 0)
        s->path[s->len++] = '.';
    memcpy(s->path + s->len, key.p, key.len);
    s->len += key.len;
    return go_on(s);
}

static bool enter(struct stream *s, bool array)
{
    if (s->depth == FEED_JSON_MAX_DEPTH) {
        s->wrong = "it is nested too deep";
        return false;
    }
    if (array) {
        memcpy(s->path + s->len, "[]", 2);
        s->len += 2;
    }
    s->began[s->depth++] = s->len;
    return true;
}

static int on_start_map(void *arg)
{
    struct stream *s = arg;
    if (!enter(s, false))
        return 0;
    if (!s->record && s->reader->is_record && s->reader->is_record(path_of(s)))
        begin_record(s);
    return 1;
}

static int on_end_map(void *arg)
{
    struct stream *s = arg;
    s->len = s->began[s->depth - 1];
    if (s->record == s->depth)
        end_record(s);
    s->depth--;
    return go_on(s);
}

static int on_start_array(void *arg)
{
    return enter(arg, true);
}

static int on_end_array(void *arg)
{
    struct stream *s = arg;
    s->len = s->began[--s->depth] - 2;
    return go_on(s);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

/* ------------------------------------------------------------------ doors */

static int64_t line_at(struct str text, size_t at)
{
    int64_t line = 1;
    for (size_t i = 0; i < at && i < text.len; i++)
        line += text.p[i] == '\n';
    return line;
}

/* Why the reading ended before the text did. False when it was told to: that is no error. */
static bool fail(struct stream *s, const char *path, size_t consumed, struct err *err)
{
    const struct feed_reading *r = s->reader->reading;
    long long line = line_at(s->text, consumed);
    if (s->memory_failed)
        err_nomem(err);
    else if (s->wrong)
        err_set(err, ERR_DATA, "%s: %s (line %lld)", path, s->wrong, line);
    else if (s->stopped)
        return false;
    else if (!r || !r->failed) /* else it has set err */
        err_set(err, ERR_DATA, "%s: it is no well-formed JSON from line %lld on", path, line);
    return true;
}

static bool parse(struct stream *s, const char *path, struct err *err)
{
    bool ok = yajl_parse(s->yajl, (const unsigned char *)s->text.p, s->text.len) == yajl_status_ok;
    size_t consumed = yajl_get_bytes_consumed(s->yajl);
    if (!ok || !go_on(s))
        return !fail(s, path, consumed, err);
    if (yajl_complete_parse(s->yajl) != yajl_status_ok)
        return s->stopped ||
               err_set(err, ERR_DATA, "%s: its JSON ends too early; fetch it again", path);
    return true;
}

bool feed_json_read(
    const char *path, struct str text, const struct feed_json_reader *reader, struct err *err)
{
    struct stream s = {.reader = reader, .text = text, .line = 1};
    s.yajl = yajl_alloc(&callbacks, NULL, &s);
    /* Bytes that are no UTF-8 are made visible where they are kept. */
    bool ok = s.yajl && yajl_config(s.yajl, yajl_dont_validate_strings, 1) &&
              yajl_config(s.yajl, yajl_allow_multiple_values, 1);
    if (!ok)
        err_nomem(err);
    else
        ok = parse(&s, path, err);
    for (int i = 0; i < FEED_JSON_MAX_FIELDS; i++)
        buf_done(&s.fields[i]);
    if (s.yajl)
        yajl_free(s.yajl);
    return ok;
}
