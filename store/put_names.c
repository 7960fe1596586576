/* The names that a batch saw, into their table. Random names are many and never come again, so they
 * stand in the row as they are. */
#include "store/internal.h"
#include "store/record.h"
#include "store/rows.h"
#include "store/sources.h"
#include "util/arena.h"

#include <stdlib.h>

#define UID_MAX      64
#define ANSWERS_SIZE (NAME_ANSWERS_MAX * (IP_TEXT_SIZE + 1))

bool store_put_names(
    struct store *s, const struct source *source, const struct batch *b, struct err *err);

struct lookup_row {
    int64_t t, source, orig, resp;
    struct str uid, name, answers;
    uint16_t orig_port, resp_port;
    uint8_t proto, sensor, outcome;
};

static const struct row_column columns[] = {
    ROW_AT(ROW_I64, lookup_row, t),
    ROW_AT(ROW_I64, lookup_row, source),
    ROW_AT(ROW_U8, lookup_row, sensor),
    ROW_AT(ROW_UID, lookup_row, uid),
    ROW_AT(ROW_I64, lookup_row, orig),
    ROW_AT(ROW_I64, lookup_row, resp),
    ROW_AT(ROW_U16, lookup_row, orig_port),
    ROW_AT(ROW_U16, lookup_row, resp_port),
    ROW_AT(ROW_U8, lookup_row, proto),
    ROW_AT(ROW_U8, lookup_row, outcome),
    ROW_AT(ROW_TEXT, lookup_row, name),
    ROW_AT(ROW_TEXT, lookup_row, answers),
};

static const struct row_shape shape = ROW_SHAPE("new_lookup", lookup_row, columns);

/* "192.0.2.1,2001:db8::1"; false without memory. */
static bool answers_text(const struct name_seen *n, struct arena *arena, struct str *text)
{
    char list[ANSWERS_SIZE];
    size_t len = 0;
    for (int i = 0; i < n->answer_count && i < NAME_ANSWERS_MAX; i++) {
        if (i > 0)
            list[len++] = ',';
        ip_format(&n->answers[i], list + len);
        len += strlen(list + len);
    }
    text->p = len ? arena_strdup(arena, (struct str){list, len}) : NULL;
    text->len = text->p ? len : 0;
    return text->len == len;
}

static bool lookup_row(struct store *s, const struct name_seen *n, int64_t source,
    struct arena *arena, struct lookup_row *row, struct err *err)
{
    *row = (struct lookup_row){
        .t = n->t_us,
        .source = source,
        .sensor = n->sensor,
        .uid = {n->uid.p, n->uid.len < UID_MAX ? n->uid.len : UID_MAX},
        .orig_port = n->conn.orig_port,
        .resp_port = n->conn.resp_port,
        .proto = n->conn.proto,
        .outcome = (uint8_t)(n->kind + 4 * n->answered + 8 * n->nxdomain),
        .name = {n->name.p, n->name.len < NAME_SEEN_MAX ? n->name.len : NAME_SEEN_MAX},
    };
    return (answers_text(n, arena, &row->answers) || err_nomem(err)) &&
           store_address_id(s, &n->conn.orig, &row->orig, err) &&
           store_address_id(s, &n->conn.resp, &row->resp, err);
}

bool store_put_names(
    struct store *s, const struct source *source, const struct batch *b, struct err *err)
{
    struct arena arena = {0};
    if (b->name_count == 0)
        return true;
    struct lookup_row *rows = malloc(b->name_count * sizeof *rows);
    bool done = (rows || err_nomem(err)) && store_rows_define(s, &shape, err);
    for (size_t i = 0; done && i < b->name_count; i++)
        done = lookup_row(s, &b->names[i], source->id, &arena, &rows[i], err);
    if (done) {
        store_rows_point(s, &shape, rows, b->name_count);
        done = store_do(s, shape.table, "INSERT INTO lookup SELECT NULL, * FROM new_lookup", err);
        store_rows_point(s, &shape, NULL, 0);
    }
    free(rows);
    arena_done(&arena);
    return done;
}
