/* row_of(): values into memory. */
#include "store/cells.h"

#include <stdlib.h>

void cells_clear(struct cells *cells)
{
    cells->rows = 0;
    buf_clear(&cells->texts);
}

void cells_done(struct cells *cells)
{
    free(cells->items);
    buf_done(&cells->texts);
    *cells = (struct cells){0};
}

static struct cell cell_of(sqlite3_value *value, int type, struct buf *texts)
{
    if (type == SQLITE_FLOAT)
        return (struct cell){.kind = CELL_NUMBER, .value = sqlite3_value_int64(value)};
    if (type == SQLITE_NULL)
        return (struct cell){.kind = CELL_NULL};
    const void *p = sqlite3_value_blob(value);
    struct cell cell = {.kind = CELL_TEXT,
        .value = (int64_t)texts->len,
        .len = (uint32_t)sqlite3_value_bytes(value)};
    buf_add(texts, (struct str){p ? p : "", cell.len});
    return cell;
}

static bool has_room(struct cells *cells, int columns)
{
    if (cells->rows == cells->max_rows)
        return false;
    if (cells->columns != columns) { /* so far there are no rows */
        free(cells->items);
        cells->items = malloc(cells->max_rows * (size_t)columns * sizeof *cells->items);
        cells->columns = cells->items ? columns : 0;
    }
    return cells->items;
}

static void row_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct cells *cells = *(struct cells **)sqlite3_user_data(context);
    if (!cells || !has_room(cells, count)) {
        sqlite3_result_error_nomem(context);
        return;
    }
    struct cell *row = &cells->items[cells->rows++ * (size_t)count];
    for (int i = 0; i < count; i++) {
        int type = sqlite3_value_type(values[i]);
        if (type == SQLITE_INTEGER) { /* nearly all are */
            row[i].kind = CELL_NUMBER;
            row[i].value = sqlite3_value_int64(values[i]);
        } else {
            row[i] = cell_of(values[i], type, &cells->texts);
        }
    }
    if (cells->texts.failed)
        sqlite3_result_error_nomem(context);
}

bool cells_define(sqlite3 *db, struct cells **into)
{
    return sqlite3_create_function_v2(db, "row_of", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, into,
               row_of, NULL, NULL, NULL) == SQLITE_OK;
}
