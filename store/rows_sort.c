/* Rows in the order of their first columns: a radix sort, stable, one column after the other from the
 * last of them on. */
#include "store/rows.h"
#include "util/order.h"
#include "util/radix.h"

#include <stdlib.h>
#include <string.h>

struct sorting {
    const struct row_shape *shape;
    char *rows;
    uint32_t count;
    struct radix_item *places, *spare; /* `count` each: the rows as they will stand */
};

static int64_t number_at(const struct row_column *column, const char *row)
{
    const void *at = row + column->offset;
    switch (column->type) {
    case ROW_U8:
        return *(const uint8_t *)at;
    case ROW_I8:
    case ROW_TRIAD:
        return *(const int8_t *)at;
    case ROW_U16:
        return *(const uint16_t *)at;
    case ROW_I32:
        return *(const int32_t *)at;
    case ROW_U32:
        return *(const uint32_t *)at;
    case ROW_I64:
    case ROW_COUNT:
    case ROW_NUMBER:
        return *(const int64_t *)at;
    case ROW_TEXT:
    case ROW_BLOB:
    case ROW_UID:
        break;
    }
    return 0;
}

static void sort_by_column(struct sorting *s, const struct row_column *column)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->places[i].key = number_at(column, s->rows + s->places[i].at * s->shape->size);
    radix_sort(&s->places, &s->spare, s->count);
}

static int compare(const struct row_shape *shape, int columns, const char *row, const char *other)
{
    int by = 0;
    for (int i = 0; i < columns && by == 0; i++)
        by = order(number_at(&shape->columns[i], row), number_at(&shape->columns[i], other));
    return by;
}

/* What was gathered from something in order often is so, too. */
static bool are_in_order(const struct row_shape *shape, const char *rows, size_t count, int columns)
{
    for (size_t i = 1; i < count; i++)
        if (compare(shape, columns, rows + (i - 1) * shape->size, rows + i * shape->size) > 0)
            return false;
    return true;
}

/* Round by round of rows that take each other's place. */
static void move_rows(struct sorting *s, char *held)
{
    size_t size = s->shape->size;
    for (uint32_t first = 0; first < s->count; first++) {
        uint32_t at = first, from;
        if (s->places[first].at == first)
            continue;
        memcpy(held, s->rows + first * size, size);
        while ((from = s->places[at].at) != first) {
            memcpy(s->rows + at * size, s->rows + from * size, size);
            s->places[at].at = at;
            at = from;
        }
        memcpy(s->rows + at * size, held, size);
        s->places[at].at = at;
    }
}

bool store_rows_sort(
    const struct row_shape *shape, void *rows, size_t count, int columns, struct err *err)
{
    struct sorting s = {shape, rows, (uint32_t)count, NULL, NULL};
    if (are_in_order(shape, rows, count, columns))
        return true;
    struct radix_item *all = malloc(2 * (count + 1) * sizeof *all);
    char *held = malloc(shape->size);
    if (all && held) {
        s.places = all;
        s.spare = all + count;
        for (uint32_t i = 0; i < s.count; i++)
            s.places[i].at = i;
        for (int i = columns - 1; i >= 0; i--)
            sort_by_column(&s, &shape->columns[i]);
        move_rows(&s, held);
    }
    bool done = all && held;
    free(all);
    free(held);
    return done || err_nomem(err);
}
