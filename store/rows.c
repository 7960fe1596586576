/* Arrays of C structs as eponymous virtual tables. */
#include "store/rows.h"

#include "store/internal.h"
#include "store/record.h"
#include "store/vtab.h"

#include <stdio.h>
#include <stdlib.h>

struct rows_cursor {
    sqlite3_vtab_cursor base;
    const char *row, *end;
    size_t size;                      /* of a row; this and the next are the shape's, */
    const struct row_column *columns; /* at hand, since they are asked for so often */
};

static int rows_connect(
    sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab, char **message)
{
    (void)argc, (void)argv, (void)message;
    const struct rows_table *table = arg;
    struct buf sql = {0};
    buf_puts(&sql, "CREATE TABLE x(");
    for (int i = 0; i < table->shape->column_count; i++)
        buf_printf(&sql, "%s%s", i ? ", " : "", table->shape->columns[i].name);
    buf_puts(&sql, ")");
    int rc = sql.failed ? SQLITE_NOMEM : vtab_connect(db, arg, sql.text, vtab);
    buf_done(&sql);
    return rc;
}

static const struct rows_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return vtab_of(cursor)->arg;
}

/* Always a full scan; the figure keeps the planner from turning joins round. */
static int rows_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const struct rows_table *table = ((const struct vtab *)vtab)->arg;
    info->estimatedCost = (double)table->count + 1;
    info->estimatedRows = (sqlite3_int64)table->count + 1;
    return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    (void)vtab;
    struct rows_cursor *c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *c = (struct rows_cursor){0};
    *cursor = &c->base;
    return SQLITE_OK;
}

static int rows_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int rows_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)index, (void)text, (void)argc, (void)argv;
    struct rows_cursor *c = (struct rows_cursor *)cursor;
    const struct rows_table *table = table_of(cursor);
    c->row = table->rows;
    c->end = c->row ? c->row + table->count * table->shape->size : NULL;
    c->size = table->shape->size;
    c->columns = table->shape->columns;
    return SQLITE_OK;
}

static int rows_next(sqlite3_vtab_cursor *cursor)
{
    struct rows_cursor *c = (struct rows_cursor *)cursor;
    c->row += c->size;
    return SQLITE_OK;
}

static int rows_eof(sqlite3_vtab_cursor *cursor)
{
    const struct rows_cursor *c = (const struct rows_cursor *)cursor;
    return c->row == c->end;
}

static int rows_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    const struct rows_cursor *c = (const struct rows_cursor *)cursor;
    const struct rows_table *table = table_of(cursor);
    *rowid = (c->row - (const char *)table->rows) / (ptrdiff_t)table->shape->size;
    return SQLITE_OK;
}

/* ------------------------------------------------------------------ one value */

static void give_text(sqlite3_context *ctx, struct str s)
{
    if (s.len == 0)
        sqlite3_result_null(ctx);
    else
        sqlite3_result_text(ctx, s.p, (int)s.len, SQLITE_STATIC);
}

static void give_blob(sqlite3_context *ctx, struct str s)
{
    sqlite3_result_blob(ctx, s.p, (int)s.len, SQLITE_STATIC);
}

static void give_uid(sqlite3_context *ctx, const struct row_uid *uid)
{
    int64_t number = uid->number;
    if (number > 0 || record_uid_number(uid->text, &number))
        sqlite3_result_int64(ctx, number);
    else
        give_text(ctx, uid->text);
}

static void give_or_null(sqlite3_context *ctx, int64_t value)
{
    if (value < 0)
        sqlite3_result_null(ctx);
    else
        sqlite3_result_int64(ctx, value);
}

/* Of any type but the commonest. */
static __attribute__((noinline)) void give_other(
    sqlite3_context *ctx, enum row_type type, const void *at)
{
    switch (type) {
    case ROW_I64:
        break;
    case ROW_I32:
        sqlite3_result_int64(ctx, *(const int32_t *)at);
        break;
    case ROW_U32:
        sqlite3_result_int64(ctx, *(const uint32_t *)at);
        break;
    case ROW_U16:
        sqlite3_result_int(ctx, *(const uint16_t *)at);
        break;
    case ROW_U8:
        sqlite3_result_int(ctx, *(const uint8_t *)at);
        break;
    case ROW_I8:
        sqlite3_result_int(ctx, *(const int8_t *)at);
        break;
    case ROW_COUNT:
        give_or_null(ctx, *(const int64_t *)at);
        break;
    case ROW_NUMBER:
        if (*(const int64_t *)at == ROW_NUMBER_NONE)
            sqlite3_result_null(ctx);
        else
            sqlite3_result_int64(ctx, *(const int64_t *)at);
        break;
    case ROW_TRIAD:
        give_or_null(ctx, *(const int8_t *)at);
        break;
    case ROW_TEXT:
        give_text(ctx, *(const struct str *)at);
        break;
    case ROW_BLOB:
        give_blob(ctx, *(const struct str *)at);
        break;
    case ROW_UID:
        give_uid(ctx, at);
        break;
    }
}

/* For every value of every row that is written. */
static int rows_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int i)
{
    const struct rows_cursor *c = (const struct rows_cursor *)cursor;
    const struct row_column *column = &c->columns[i];
    const void *at = c->row + column->offset;

    if (column->type == ROW_I64)
        sqlite3_result_int64(ctx, *(const int64_t *)at);
    else
        give_other(ctx, column->type, at);
    return SQLITE_OK;
}

static const sqlite3_module rows_module = {
    .xConnect = rows_connect,
    .xBestIndex = rows_best_index,
    .xDisconnect = vtab_disconnect,
    .xOpen = rows_open,
    .xClose = rows_close,
    .xFilter = rows_filter,
    .xNext = rows_next,
    .xEof = rows_eof,
    .xColumn = rows_column,
    .xRowid = rows_rowid,
};

/* ------------------------------------------------------------------ the door */

static struct rows_table *rows_find(struct store *s, const struct row_shape *shape)
{
    struct rows_table *table = s->tables;
    while (table && table->shape != shape)
        table = table->next;
    return table;
}

bool store_rows_define(struct store *s, const struct row_shape *shape, struct err *err)
{
    if (rows_find(s, shape))
        return true;
    struct rows_table *table = calloc(1, sizeof *table);
    if (!table)
        return err_nomem(err);
    *table = (struct rows_table){.shape = shape, .next = s->tables};
    s->tables = table;
    return sqlite3_create_module(s->db, shape->table, &rows_module, table) == SQLITE_OK ||
           store_fail(s, err, shape->table);
}

void store_rows_point(
    struct store *s, const struct row_shape *shape, const void *rows, size_t count)
{
    struct rows_table *table = rows_find(s, shape);
    if (table) {
        table->rows = count ? rows : NULL;
        table->count = count;
    }
}

bool store_rows_do(struct store *s, const struct row_shape *shape, const void *rows, size_t count,
    const char *sql, struct err *err)
{
    store_rows_point(s, shape, rows, count);
    bool done = count == 0 || store_do(s, shape->table, sql, err);
    store_rows_point(s, shape, NULL, 0);
    return done;
}

bool store_rows_put_some(
    struct store *s, const char *name, const struct rows_put *put, size_t expected, struct err *err)
{
    return expected == 0 ||
           (store_do(s, name, put->add, err) &&
               (store_changes(s) == (int64_t)expected || store_do(s, name, put->merge, err)));
}

bool store_rows_put(struct store *s, const struct row_shape *shape, const void *rows, size_t count,
    const struct rows_put *put, struct err *err)
{
    store_rows_point(s, shape, rows, count);
    bool done = store_rows_put_some(s, shape->table, put, count, err);
    store_rows_point(s, shape, NULL, 0);
    return done;
}
