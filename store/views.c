/* The documentation of the public views, read from where it stands: the text that made them. */
#include "store/internal.h"

#include <ctype.h>
#include <stdlib.h>

/* Column names are short; a longer one is not ours. */
#define COLUMN_NAME_MAX 64

struct view_reader {
    struct str rest;
    const char *view;
    char column[COLUMN_NAME_MAX]; /* whose documentation is being read; "" the view's */
    struct buf doc;
    void (*visit)(void *arg, const char *view, const char *column, const char *doc);
    void *arg;
};

static void advance(struct view_reader *r, size_t count)
{
    r->rest.p += count;
    r->rest.len -= count;
}

/* Comments in a row make one sentence. */
static void read_comment(struct view_reader *r)
{
    struct str line = str_trim(str_cut(&r->rest, '\n'));
    if (r->doc.len > 0)
        buf_addc(&r->doc, ' ');
    buf_add(&r->doc, str_trim((struct str){line.p + 2, line.len - 2}));
}

static void read_name(struct view_reader *r)
{
    size_t len = 0;
    while (len < r->rest.len && (isalnum((unsigned char)r->rest.p[len]) || r->rest.p[len] == '_'))
        len++;
    size_t kept = len < COLUMN_NAME_MAX ? len : COLUMN_NAME_MAX - 1;
    memcpy(r->column, r->rest.p, kept);
    r->column[kept] = '\0';
    advance(r, len);
}

static void tell(struct view_reader *r)
{
    if (!r->doc.failed)
        r->visit(r->arg, r->view, r->column, r->doc.text ? r->doc.text : "");
    buf_clear(&r->doc);
}

/* Reads `( -- of the view / name, -- of the column / … )`. False without memory. */
static bool read_columns(struct view_reader *r)
{
    str_cut(&r->rest, '(');
    while (r->rest.len > 0 && *r->rest.p != ')') {
        if (str_starts(r->rest, STR("--"))) {
            read_comment(r);
        } else if (isalpha((unsigned char)*r->rest.p)) {
            tell(r);
            read_name(r);
        } else {
            advance(r, 1);
        }
    }
    tell(r);
    return !r->doc.failed;
}

/* A view that somebody added, without a documented list of columns, is not one of the public ones. */
static bool is_documented(struct str sql)
{
    struct str rest = sql;
    struct str head = str_cut(&rest, '(');
    return head.len < sql.len && str_starts(str_trim(rest), STR("--")) &&
           !memchr(head.p, '\n', head.len);
}

bool store_view_each(struct store *s,
    void (*visit)(void *arg, const char *view, const char *column, const char *doc), void *arg,
    struct err *err)
{
    struct view_reader r = {.visit = visit, .arg = arg};
    bool memory = true;
    struct query *q = store_query(
        s, "views", "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid");
    while (memory && query_step(q)) {
        char *view = str_dup(query_s(q, 0));
        r.view = view;
        r.rest = query_s(q, 1);
        r.column[0] = '\0';
        if (view && is_documented(r.rest))
            memory = read_columns(&r);
        memory = memory && view;
        free(view);
    }
    bool done = query_done(q, err);
    buf_done(&r.doc);
    return done && (memory || err_nomem(err));
}
