/* Zeek's own log form: reads the header, maps columns to fields by name, cuts rows. */
#include "ingest/zeek/zeek_tsv.h"

#include "ingest/fields.h"
#include "ingest/flow_shape.h"

#include <endian.h>

/* conn.log as every version begins it; the columns from conn_state on vary. */
#define CONN_COLUMNS_HEAD                                                                          \
    "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"  \
    "resp_bytes\tconn_state\tlocal_orig\t"
#define CONN_COLUMNS_TAIL                                                                          \
    "missed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes"
#define CONN_COLUMNS_LEAST 19
#define CONN_COLUMN_STATE  11
#define CONN_COLUMN_LOCAL  13 /* local_resp, or missed_bytes where a version has no local_resp */

static struct str mark_str(const struct zeek_mark *m)
{
    return (struct str){m->text, m->len};
}

/* Longer texts are cut: then nothing equals them. */
static void mark_set(struct zeek_mark *m, struct str s)
{
    m->len = (uint8_t)(s.len < ZEEK_MARK_MAX ? s.len : ZEEK_MARK_MAX);
    if (m->len > 0)
        memcpy(m->text, s.p, m->len);
}

void zeek_tsv_init(struct zeek_tsv *t)
{
    *t = (struct zeek_tsv){0};
    mark_set(&t->separator, STR("\t"));
    mark_set(&t->unset, STR("-"));
    mark_set(&t->empty, STR("(empty)"));
    t->set_separator = ',';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Writes s with \xNN and \\ resolved; returns the length, which is never more than s.len. */
static size_t unescape(struct str s, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\\' && i + 3 < s.len && s.p[i + 1] == 'x' && hex_digit(s.p[i + 2]) >= 0 &&
            hex_digit(s.p[i + 3]) >= 0) {
            to[n++] = (char)(hex_digit(s.p[i + 2]) * 16 + hex_digit(s.p[i + 3]));
            i += 3;
        } else if (s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] == '\\') {
            to[n++] = '\\';
            i++;
        } else {
            to[n++] = s.p[i];
        }
    }
    return n;
}

/* Cuts *rest at the next separator; the last piece leaves rest->p NULL. */
static struct str next_cell(struct str *rest, struct str separator)
{
    const char *at = separator.len == 1 ? memchr(rest->p, separator.p[0], rest->len)
                                        : memmem(rest->p, rest->len, separator.p, separator.len);
    struct str cell = *rest;

    if (!at) {
        *rest = STR_NONE;
        return cell;
    }
    cell.len = (size_t)(at - cell.p);
    rest->p = at + separator.len;
    rest->len -= cell.len + separator.len;
    return cell;
}

static bool is_label(struct str name)
{
    return str_eq(name, STR("label")) || str_eq(name, STR("detailedlabel")) ||
           str_eq(name, STR("detailed-label"));
}

/* How many names a header cell holds when label columns are glued to it by three spaces, and the
 * first of them in *name. */
static unsigned glued_names(struct str cell, struct str *name)
{
    static const char glue[] = "   ";
    unsigned count = 1;
    const char *at = memmem(cell.p, cell.len, glue, sizeof(glue) - 1);

    *name = cell;
    if (at)
        name->len = (size_t)(at - cell.p);
    while (at) {
        struct str rest = str_trim((struct str){at, (size_t)(cell.p + cell.len - at)});
        count += rest.len > 0;
        at = rest.len > 0 ? memmem(rest.p, rest.len, glue, sizeof(glue) - 1) : NULL;
    }
    return count;
}

/* The log that the rows belong to, by #path where there is one, else by the columns. */
static void choose_log(struct zeek_tsv *t)
{
    uint64_t has = 0;

    for (unsigned i = 0; i < t->columns; i++)
        has |= ZEEK_HAS(t->field[i]);
    t->log = t->has_path ? t->path_log : (uint8_t)zeek_log_of_fields(has);
    if (t->open_log)
        t->log = ZEEK_OTHER;
}

/* Where a name comes twice, the first column counts. */
static void set_columns(struct zeek_tsv *t, struct str names)
{
    uint64_t has = 0;
    struct str name;

    t->columns = t->required = t->most = 0;
    while (names.p && t->columns < ZEEK_MAX_COLUMNS) {
        struct str cell = next_cell(&names, mark_str(&t->separator));
        unsigned glued = glued_names(cell, &name);
        enum zeek_field field = zeek_field_of(name);
        if (t->columns == 0)
            mark_set(&t->first, name);
        if (has & ZEEK_HAS(field))
            field = ZF_NONE;
        has |= ZEEK_HAS(field);
        t->field[t->columns++] = (uint8_t)field;
        t->most = (uint16_t)(t->most + glued);
        if (!is_label(name))
            t->required = t->columns;
    }
    t->has_columns = true;
    choose_log(t);
}

static bool is_separator_line(struct str line)
{
    return str_starts(line, STR("#separator")) && line.len > 11;
}

static void set_separator(struct zeek_tsv *t, struct str line)
{
    char text[ZEEK_MARK_MAX];
    struct str value = {line.p + 11, line.len - 11};
    struct str decoded = {text, 0};

    value = str_trim(value).len > 0 ? str_trim(value) : value;
    if (value.len > sizeof(text))
        return;
    decoded.len = unescape(value, text);
    if (decoded.len > 0 && decoded.len <= ZEEK_SEPARATOR_MAX)
        mark_set(&t->separator, decoded);
}

/* A new #separator, or another header line after rows, begins a header: what the one before said
 * no longer holds. */
static bool begin_header(struct zeek_tsv *t, bool separator)
{
    bool began = separator || !t->in_header;
    bool open_log = t->open_log;
    struct zeek_mark kept = t->separator;

    if (began) {
        zeek_tsv_init(t);
        t->open_log = open_log;
        if (!separator)
            t->separator = kept;
    }
    t->in_header = true;
    return began;
}

bool zeek_tsv_header(struct zeek_tsv *t, struct str line)
{
    struct str rest, key;
    bool began;

    if (is_separator_line(line)) {
        began = begin_header(t, true);
        set_separator(t, line);
        return began;
    }
    rest = line;
    key = next_cell(&rest, mark_str(&t->separator));
    if (str_eq(key, STR("#fields")) && rest.p) {
        began = begin_header(t, false);
        set_columns(t, rest);
    } else if (str_eq(key, STR("#path")) && rest.p) {
        began = begin_header(t, false);
        t->has_path = true;
        t->path_log = (uint8_t)zeek_log_of_path(rest);
        choose_log(t);
    } else if (str_eq(key, STR("#unset_field")) && rest.p) {
        began = begin_header(t, false);
        mark_set(&t->unset, rest);
    } else if (str_eq(key, STR("#empty_field")) && rest.p) {
        began = begin_header(t, false);
        mark_set(&t->empty, rest);
    } else if (str_eq(key, STR("#set_separator"))) {
        began = begin_header(t, false);
        /* a separator that is a comma leaves nothing between the two of "#set_separator,," */
        t->set_separator = rest.len > 0 ? rest.p[0] : ',';
    } else {
        began = false;
    }
    return began;
}

static uint64_t named_fields(struct str line)
{
    uint64_t has = 0;

    while (line.p)
        has |= ZEEK_HAS(zeek_field_of(next_cell(&line, STR("\t"))));
    return has;
}

bool zeek_tsv_is_names(struct str line)
{
    uint64_t has = named_fields(line);

    return has & ZEEK_HAS(ZF_TS) && zeek_log_of_fields(has) != ZEEK_OTHER;
}

void zeek_tsv_names(struct zeek_tsv *t, struct str line)
{
    begin_header(t, true);
    set_columns(t, line);
    t->hashless = true;
}

bool zeek_tsv_repeats(const struct zeek_tsv *t, struct str line)
{
    return t->hashless && line.len > t->first.len &&
           memcmp(line.p, t->first.text, t->first.len) == 0 && line.p[t->first.len] == '\t' &&
           zeek_tsv_is_names(line);
}

static bool is_state(struct str s)
{
    for (int i = STATE_UNKNOWN + 1; i < STATES; i++)
        if (str_eq(s, str_of(conn_state_names[i])))
            return true;
    return str_eq(s, STR("-"));
}

/* ts uid ip port ip port proto … conn_state, as every version orders them. */
static bool is_conn_row(const struct str *cell, unsigned count)
{
    struct ipaddr ip;
    int64_t t_us;
    uint16_t port;

    return count >= CONN_COLUMNS_LEAST && field_time(cell[0], &t_us) && cell[1].len > 0 &&
           ip_parse(cell[2], &ip) && field_port(cell[3], &port) && ip_parse(cell[4], &ip) &&
           field_port(cell[5], &port) &&
           (field_proto(cell[6]) != PROTO_NONE || str_eq(cell[6], STR("unknown_transport"))) &&
           is_state(cell[CONN_COLUMN_STATE]);
}

bool zeek_tsv_guess(struct zeek_tsv *t, struct str line)
{
    struct str cell[CONN_COLUMN_LOCAL + CONN_COLUMNS_LEAST];
    const unsigned most = sizeof(cell) / sizeof(cell[0]);
    unsigned count = 0;
    int64_t missed;

    while (line.p && count < most)
        cell[count++] = next_cell(&line, STR("\t"));
    if (line.p || !is_conn_row(cell, count))
        return false;
    zeek_tsv_init(t);
    if (field_count(cell[CONN_COLUMN_LOCAL], &missed))
        set_columns(t, STR(CONN_COLUMNS_HEAD CONN_COLUMNS_TAIL));
    else
        set_columns(t, STR(CONN_COLUMNS_HEAD "local_resp\t" CONN_COLUMNS_TAIL));
    t->most = ZEEK_MAX_COLUMNS; /* tunnel_parents and what packages add */
    return count >= t->columns;
}

/* Text that is kept may hold escapes; figures and addresses never do. */
static const uint8_t text_fields[] = {ZF_UID, ZF_SERVICE, ZF_HISTORY, ZF_CLIENT, ZF_STATUS,
    ZF_COOKIE, ZF_CLIENT_BUILD, ZF_USER, ZF_ARG, ZF_QUERY, ZF_SERVER_NAME, ZF_HOST, ZF_NOTE, ZF_MSG,
    ZF_SUB, ZF_INDICATOR, ZF_SOURCES};

static bool unescape_row(struct zeek_row *row, struct batch *batch)
{
    for (size_t i = 0; i < sizeof(text_fields); i++) {
        struct str *s = &row->field[text_fields[i]];
        char *copy;
        if (s->len == 0 || !memchr(s->p, '\\', s->len))
            continue;
        copy = arena_alloc(&batch->text, s->len);
        if (!copy)
            return false;
        s->len = unescape(*s, copy);
        s->p = copy;
    }
    return true;
}

static bool is_mark(const struct zeek_mark *m, const char *p, size_t len)
{
    return len == m->len && len > 0 && p[0] == m->text[0] && memcmp(p, m->text, len) == 0;
}

static inline void take_cell(
    const struct zeek_tsv *t, struct zeek_row *row, unsigned column, const char *p, size_t len)
{
    uint8_t field = column < t->columns ? t->field[column] : ZF_NONE;

    if (field != ZF_NONE && !is_mark(&t->unset, p, len) && !is_mark(&t->empty, p, len))
        row->field[field] = (struct str){p, len};
}

/* Cuts the line into the fields of the header; returns the number of columns. */
static unsigned cut_row(const struct zeek_tsv *t, struct str line, struct zeek_row *row)
{
    struct str separator = mark_str(&t->separator);
    unsigned count = 0;

    while (line.p && count <= ZEEK_MAX_COLUMNS) {
        struct str cell = next_cell(&line, separator);
        take_cell(t, row, count++, cell.p, cell.len);
    }
    return count;
}

/* A word with the high bit of every byte set that equals the byte repeated in `pattern`. */
static inline uint64_t equal_bytes(uint64_t word, uint64_t pattern)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t x = word ^ pattern;

    return ~(((x & low) + low) | x | low);
}

/* The same for a separator of one byte, eight bytes at a time: fields are too short for memchr. */
static unsigned cut_row_fast(const struct zeek_tsv *t, struct str line, struct zeek_row *row)
{
    const unsigned char byte = (unsigned char)t->separator.text[0];
    const uint64_t pattern = byte * UINT64_C(0x0101010101010101);
    const char *cell = line.p, *end = line.p + line.len, *at = line.p;
    unsigned count = 0;

    for (; end - at >= 8 && count < ZEEK_MAX_COLUMNS; at += 8) {
        uint64_t word, found;
        memcpy(&word, at, sizeof(word));
        for (found = equal_bytes(le64toh(word), pattern); found; found &= found - 1) {
            const char *stop = at + (__builtin_ctzll(found) >> 3);
            take_cell(t, row, count++, cell, (size_t)(stop - cell));
            cell = stop + 1;
        }
    }
    for (; at < end && count < ZEEK_MAX_COLUMNS; at++)
        if ((unsigned char)*at == byte) {
            take_cell(t, row, count++, cell, (size_t)(at - cell));
            cell = at + 1;
        }
    take_cell(t, row, count++, cell, (size_t)(end - cell));
    return count;
}

enum reject zeek_tsv_row(
    struct zeek_tsv *t, struct str line, struct batch *batch, enum ignore *ignored)
{
    struct zeek_row row = {0};
    unsigned count;

    t->in_header = false;
    row.set_separator = t->set_separator;
    if (memchr(line.p, '\0', line.len))
        return REJECT_BINARY;
    count = t->separator.len == 1 ? cut_row_fast(t, line, &row) : cut_row(t, line, &row);
    /* One column more than the header names may be an empty one after a separator at the end. */
    if (count < t->required || count > t->most + 1u)
        return REJECT_COLUMNS;
    if (memchr(line.p, '\\', line.len) && !unescape_row(&row, batch))
        return REJECT_NO_MEMORY;
    return zeek_row_record(t->log, &row, batch, ignored);
}
