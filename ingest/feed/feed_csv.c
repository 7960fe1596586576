/* Comma-separated values as feeds have them, one row after the other. */
#include "ingest/feed/feed_csv.h"

/* The text between quotes, and what follows them. Doubled quotes are made single, in a copy. */
static bool take_quoted(struct feed_csv *csv, struct str *rest, struct str *cell)
{
    struct str left = {rest->p + 1, rest->len - 1};
    size_t start = csv->unquoted.len;
    for (bool copied = false;; copied = true) {
        size_t room = left.len < FEED_CSV_MAX_QUOTED ? left.len : FEED_CSV_MAX_QUOTED;
        const char *end = room > 0 ? memchr(left.p, '"', room) : NULL;
        if (!end)
            return false;
        struct str piece = {left.p, (size_t)(end - left.p)};
        left = (struct str){end + 1, left.len - piece.len - 1};
        bool doubled = left.len > 0 && *left.p == '"';
        if (!copied && !doubled) {
            *cell = piece;
            break;
        }
        buf_add(&csv->unquoted, piece);
        if (!doubled) {
            /* Without its place for now: the buffer may still move. */
            *cell = (struct str){NULL, csv->unquoted.len - start};
            break;
        }
        buf_addc(&csv->unquoted, '"');
        left = (struct str){left.p + 1, left.len - 1};
        if (csv->unquoted.len - start > FEED_CSV_MAX_QUOTED)
            return false;
    }
    *rest = left;
    return !csv->unquoted.failed;
}

static struct str skip_blanks(struct str s)
{
    while (s.len > 0 && (*s.p == ' ' || *s.p == '\t'))
        s = (struct str){s.p + 1, s.len - 1};
    return s;
}

static size_t find_end(struct str s, bool line_only)
{
    size_t i = 0;
    while (i < s.len && s.p[i] != '\n' && (line_only || s.p[i] != ','))
        i++;
    return i;
}

/* Cuts one cell off; what is left begins with ',' or a line end. False for quotes that do not fit. */
static bool take_cell(struct feed_csv *csv, struct str *rest, struct str *cell)
{
    *rest = skip_blanks(*rest);
    if (rest->len > 0 && *rest->p == '"') {
        if (!take_quoted(csv, rest, cell))
            return false;
        size_t end = find_end(*rest, false);
        bool blank = str_trim((struct str){rest->p, end}).len == 0;
        *rest = (struct str){rest->p + end, rest->len - end};
        return blank;
    }
    size_t end = find_end(*rest, false);
    *cell = str_trim((struct str){rest->p, end});
    if (!cell->p)
        *cell = STR("");
    *rest = (struct str){rest->p + end, rest->len - end};
    return true;
}

static void place_unquoted(struct feed_csv *csv)
{
    size_t at = 0;
    for (size_t i = 0; i < csv->count; i++) {
        struct str *cell = &csv->cells[i];
        if (cell->p)
            continue;
        struct str text = {csv->unquoted.len > 0 ? csv->unquoted.text + at : "", cell->len};
        at += cell->len;
        *cell = str_trim(text);
    }
}

static void keep_cell(struct feed_csv *csv, struct str cell)
{
    if (csv->count < FEED_CSV_MAX_COLUMNS)
        csv->cells[csv->count++] = cell.p ? str_trim(cell) : cell;
    else if (!cell.p)
        csv->unquoted.len -= cell.len;
}

/* Reads up to the line end, which it leaves. */
static void read_cells(struct feed_csv *csv, struct str *rest)
{
    struct str cell;
    csv->count = 0;
    buf_clear(&csv->unquoted);
    while (!(csv->broken = !take_cell(csv, rest, &cell))) {
        keep_cell(csv, cell);
        if (rest->len == 0 || *rest->p == '\n')
            break;
        *rest = (struct str){rest->p + 1, rest->len - 1};
    }
    if (csv->broken)
        csv->count = 0;
    place_unquoted(csv);
}

static int64_t count_lines(const char *from, const char *to)
{
    int64_t lines = 0;
    while (from < to && (from = memchr(from, '\n', (size_t)(to - from)))) {
        lines++;
        from++;
    }
    return lines;
}

/* Behind the line end at its start, if there is one. */
static struct str behind_line(struct str s)
{
    size_t end = find_end(s, true);
    end += end < s.len;
    return (struct str){s.p + end, s.len - end};
}

bool feed_csv_next(struct feed_csv *csv)
{
    csv->next_line += csv->next_line == 0;
    while (csv->rest.len > 0) {
        const char *start = csv->rest.p;
        struct str row = str_trim((struct str){start, find_end(csv->rest, true)}), rest = csv->rest;
        csv->line = csv->next_line;
        csv->comment = row.len > 0 && *row.p == '#';
        if (row.len > 0 && csv->comment) {
            while (row.len > 0 && (*row.p == '#' || *row.p == ' ' || *row.p == '\t'))
                row = (struct str){row.p + 1, row.len - 1};
            read_cells(csv, &row);
            rest = behind_line(csv->rest);
        } else if (row.len > 0) {
            read_cells(csv, &rest);
            rest = behind_line(csv->broken ? csv->rest : rest);
        } else {
            rest = behind_line(csv->rest);
        }
        csv->next_line += count_lines(start, rest.p);
        csv->rest = rest;
        if (row.len > 0 || csv->comment)
            return true;
    }
    return false;
}

void feed_csv_done(struct feed_csv *csv)
{
    buf_done(&csv->unquoted);
}

bool feed_csv_find_columns(
    const struct feed_csv *csv, const char *const *names, size_t count, int *columns)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        columns[i] = -1;
    for (size_t cell = 0; cell < csv->count; cell++)
        for (size_t i = 0; i < count; i++)
            if (columns[i] < 0 && str_eq_nocase(csv->cells[cell], str_of(names[i]))) {
                columns[i] = (int)cell;
                found = true;
            }
    return found;
}

struct str feed_csv_cell(const struct feed_csv *csv, int column)
{
    return column >= 0 && (size_t)column < csv->count ? csv->cells[column] : STR("");
}
