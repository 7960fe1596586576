/* A feed from its file to a checked list of indicators; what the lines mean is the formats'. */
#include "ingest/feed/feed.h"

#include "ingest/feed/feed_json.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct feed_format *const formats[] = {&feed_drop_json, &feed_misp, &feed_stix,
    &feed_warning_list, &feed_zeek_intel, &feed_suricata_iprep, &feed_abusech, &feed_misp_csv,
    &feed_drop, &feed_dataset, &feed_columns, &feed_plain};

/* "/feeds/drop.txt.gz" -> "drop". */
static struct str base_name(const char *path)
{
    struct str name = str_of(path);
    const char *slash = strrchr(path, '/');
    if (strcmp(path, "-") == 0)
        return STR("stdin");
    if (slash)
        name = str_of(slash + 1);
    if (str_ends(name, STR(".gz")))
        name.len -= 3;
    for (size_t i = name.len; i > 1; i--)
        if (name.p[i - 1] == '.')
            return (struct str){name.p, i - 1};
    return name;
}

static bool choose_name(struct feed_reading *r)
{
    struct str name = r->options->name ? str_of(r->options->name) : base_name(r->path);
    if (name.len == 0 || name.len > FEED_MAX_NAME || !str_is_utf8(name))
        return err_set(
            r->err, ERR_USAGE, "a feed's name is 1 to %d bytes of text: use --name", FEED_MAX_NAME);
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7F)
            return err_set(r->err, ERR_USAGE, "a feed's name holds no control characters");
    r->result->feed.name = arena_strdup(&r->result->arena, name);
    return r->result->feed.name || err_nomem(r->err);
}

static bool check_options(const struct feed_options *options, struct err *err)
{
    if (options->from_us >= options->until_us)
        return err_set(err, ERR_USAGE, "a feed must begin to be valid before it ends");
    if (options->category < 0 || options->category >= INDICATOR_CATEGORIES)
        return err_set(err, ERR_USAGE, "no such category of indicators");
    return true;
}

/* What the text is when it is none of the formats at first sight; NULL when it may be one. */
static const char *foreign_look(struct str text)
{
    if (text.len == 0)
        return "is empty; to end a feed, use 'intel remove'";
    if (memchr(text.p, '\0', text.len))
        return "is not text";
    if (*text.p == '<')
        return "is HTML or XML, perhaps an error page in place of the feed";
    return NULL;
}

static int64_t count_known(const struct feed_result *result)
{
    int64_t known = (int64_t)result->feed.list.count;
    for (size_t i = 0; i < FEED_LEFT_OUT; i++)
        known += result->left_out[i];
    return known;
}

/* The first column of a line between commas that holds an address, in quotes or not; 0: none. */
static int address_column(struct str line)
{
    bool alone = !memchr(line.p, ',', line.len);
    for (int column = 1; line.p && !alone; column++) {
        struct str cell = str_trim(str_cut(&line, ','));
        if (cell.len >= 2 && *cell.p == '"' && cell.p[cell.len - 1] == '"')
            cell = (struct str){cell.p + 1, cell.len - 2};
        struct cidr net;
        uint64_t port;
        if (cidr_parse(cell, &net) || feed_parse_endpoint(cell, &net, &port))
            return column;
    }
    return 0;
}

#define LINES_TO_JUDGE 200

/* The same for a whole text. */
static int find_address_column(struct str text)
{
    for (int i = 0; i < LINES_TO_JUDGE && text.p; i++) {
        struct str line = str_cut(&text, '\n');
        int column = line.len > 0 && *line.p != '#' ? address_column(line) : 0;
        if (column > 0)
            return column;
    }
    return 0;
}

static bool has_fields_line(struct str text)
{
    struct str line = STR("\n#fields");
    return str_starts(text, STR("#fields")) || memmem(text.p, text.len, line.p, line.len);
}

/* One sentence on a text that is a plain list at most, and mostly unreadable as one. */
static bool refuse_unreadable(const struct feed_reading *r, struct str text)
{
    if (has_fields_line(text))
        return err_set(r->err, ERR_DATA,
            "%s: its #fields line is not that of Zeek intel, which names indicator and "
            "indicator_type with tabs between the columns",
            r->path);
    int column = find_address_column(text);
    if (column > 0)
        return err_set(r->err, ERR_DATA,
            "%s: comma-separated values of a kind that is not read; column %d holds addresses: "
            "give that column alone, one a line",
            r->path, column);
    return err_set(r->err, ERR_DATA,
        "%s: no list of addresses or domains, nor any other feed that is read (line %lld: %s)",
        r->path, (long long)r->result->first_reject_line, r->result->first_reject);
}

static bool refuse_unmatched(const struct feed_reading *r)
{
    struct buf kinds = {0};
    for (size_t i = 0; i < r->result->skipped_kinds; i++)
        buf_printf(&kinds, "%s%lld %s", i > 0 ? ", " : "", (long long)r->result->skipped[i].count,
            r->result->skipped[i].name);
    err_set(r->err, ERR_DATA, "%s: nothing in it is matched; it holds %s", r->path,
        kinds.failed ? "other things" : buf_str(&kinds).p);
    buf_done(&kinds);
    return false;
}

/* Says where the JSON is broken, if it is. */
static bool refuse_json(const struct feed_reading *r, struct str text)
{
    const struct feed_json_reader reader = {.value = NULL};
    return feed_json_read(r->path, text, &reader, r->err) &&
           err_set(r->err, ERR_DATA,
               "%s: JSON of a kind that is not read; MISP events and warning lists, STIX bundles "
               "and Spamhaus DROP are",
               r->path);
}

/* A feed is what is mostly entries: other texts may hold an address somewhere too. */
static bool check_sense(const struct feed_reading *r, struct str text)
{
    const struct feed_result *result = r->result;
    bool plain = strcmp(result->feed.format, feed_plain.name) == 0;
    int64_t known = count_known(result), skipped = 0;
    for (size_t i = 0; i < result->skipped_kinds; i++)
        skipped += result->skipped[i].count;
    bool unreadable = result->rejected > known + skipped;
    bool header_only = known + skipped + result->rejected == 0;
    if (plain && (unreadable || (header_only && has_fields_line(text))))
        return refuse_unreadable(r, text);
    if (unreadable)
        return err_set(r->err, ERR_DATA, "%s: most entries cannot be read as %s (line %lld: %s)",
            r->path, result->feed.format, (long long)result->first_reject_line,
            result->first_reject);
    return known > 0 || skipped == 0 || refuse_unmatched(r);
}

static bool read_format(struct feed_reading *r, struct str text)
{
    size_t i = 0;
    while (!formats[i]->fits(text))
        i++;
    if (formats[i] == &feed_plain && feed_json_begins(str_trim(text)))
        return refuse_json(r, text);
    r->result->feed.format = formats[i]->name;
    formats[i]->read(r, text);
    return !r->failed && check_sense(r, text);
}

static struct str without_bom(struct str text)
{
    struct str bom = STR("\xEF\xBB\xBF");
    return str_starts(text, bom) ? (struct str){text.p + bom.len, text.len - bom.len} : text;
}

/* All but the order of the entries. */
static bool parse(const char *path, struct str text, const struct feed_options *options,
    struct feed_result *made, struct err *err)
{
    const struct feed_options defaults = FEED_OPTIONS;
    struct feed_reading r = {
        .path = path, .options = options ? options : &defaults, .result = made, .err = err};
    text = without_bom(text);
    const char *look = foreign_look(str_trim(text));
    if (!check_options(r.options, err) || !choose_name(&r))
        return false;
    if (look)
        return err_set(err, ERR_DATA, "%s: %s", path, look);
    return read_format(&r, text);
}

/* Of entries that say the same the first stays. */
static bool drop_duplicates(struct feed_result *made, struct err *err)
{
    size_t count = made->feed.list.count;
    bool done = indicator_list_sort(&made->feed.list, err);
    made->duplicates = (int64_t)(count - made->feed.list.count);
    return done;
}

static bool give(struct feed_result *made, bool good, struct feed_result *result)
{
    if (good)
        *result = *made;
    else
        feed_result_done(made);
    return good;
}

bool feed_parse(const char *path, struct str text, const struct feed_options *options,
    struct feed_result *result, struct err *err)
{
    struct feed_result made = {0};
    bool good = parse(path, text, options, &made, err) && drop_duplicates(&made, err);
    return give(&made, good, result);
}

/* *size: of what is a file, else 0. */
static gzFile open_feed(const char *path, size_t *size)
{
    struct stat st;
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    gzFile file = fd >= 0 ? gzdopen(fd, "rb") : NULL;
    *size = file && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
    if (!file && fd >= 0)
        close(fd);
    return file;
}

#define PIECE ((size_t)64 << 10) /* bytes */

/* Inflates what is gzip and copies what is not; of so many bytes, that one at once. */
static int read_pieces(gzFile file, struct buf *text, size_t size)
{
    int len = 1;
    size = size < FEED_MAX_BYTES ? size : FEED_MAX_BYTES;
    while (len > 0 && text->len <= FEED_MAX_BYTES) {
        if (!buf_room(text, text->len < size ? size - text->len + PIECE : PIECE))
            return 0;
        len = gzread(file, text->text + text->len, (unsigned)(text->cap - text->len - 1));
        text->len += len > 0 ? (size_t)len : 0;
        text->text[text->len] = '\0';
    }
    return len;
}

static bool read_all(gzFile file, size_t size, const char *path, struct buf *text, struct err *err)
{
    int len = read_pieces(file, text, size), status = Z_OK;
    if (text->len > FEED_MAX_BYTES)
        return err_set(err, ERR_DATA, "%s: larger than 256 MiB, so no feed", path);
    const char *why = gzerror(file, &status);
    if (status == Z_ERRNO)
        return err_set(err, ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (status == Z_BUF_ERROR)
        return err_set(err, ERR_DATA, "%s: the gzip file is cut short; fetch it again", path);
    if (len < 0 || status < 0)
        return err_set(err, ERR_DATA, "%s: the gzip file is damaged: %s", path, why);
    return text->failed ? err_nomem(err) : true;
}

bool feed_read(const char *path, const struct feed_options *options, struct feed_result *result,
    struct err *err)
{
    struct feed_result made = {0};
    struct buf text = {0};
    size_t size;
    errno = 0;
    gzFile file = open_feed(path, &size);
    if (!file)
        return err_set(
            err, ERR_NOINPUT, "%s: cannot be opened: %s", path, strerror(errno ? errno : ENOMEM));
    bool good =
        read_all(file, size, path, &text, err) && parse(path, buf_str(&text), options, &made, err);
    gzclose(file);
    buf_done(&text); /* before it takes as much to sort */
    return give(&made, good && drop_duplicates(&made, err), result);
}

void feed_result_done(struct feed_result *result)
{
    if (!result)
        return;
    indicator_list_done(&result->feed.list);
    arena_done(&result->arena);
    *result = (struct feed_result){0};
}
