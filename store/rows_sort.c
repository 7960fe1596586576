/* Rows in the order of their first columns: a radix sort, stable, one column after the other from the
 * last of them on. */
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     (1 << DIGIT_BITS)

struct place {
    uint64_t value; /* of the column at hand, in an order that unsigned numbers have */
    uint32_t row;
};

struct sorting {
    const struct row_shape *shape;
    char *rows;
    uint32_t count;
    struct place *places, *spare; /* `count` each: the rows as they will stand */
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
    case ROW_UID:
        break;
    }
    return 0;
}

static void sort_by_digit(struct sorting *s, int shift)
{
    uint32_t starts[DIGITS] = {0}, before = 0;
    for (uint32_t i = 0; i < s->count; i++)
        starts[s->places[i].value >> shift & (DIGITS - 1)]++;
    for (int digit = 0; digit < DIGITS; digit++) {
        uint32_t often = starts[digit];
        starts[digit] = before;
        before += often;
    }
    for (uint32_t i = 0; i < s->count; i++)
        s->spare[starts[s->places[i].value >> shift & (DIGITS - 1)]++] = s->places[i];
    struct place *sorted = s->spare;
    s->spare = s->places;
    s->places = sorted;
}

/* Digits that all rows have in common need no pass; a column that is in order already needs none. */
static void sort_by_column(struct sorting *s, const struct row_column *column)
{
    uint64_t differ = 0, last = 0;
    bool ordered = true;
    for (uint32_t i = 0; i < s->count; i++) {
        struct place *place = &s->places[i];
        const char *row = s->rows + place->row * s->shape->size;
        place->value = (uint64_t)number_at(column, row) ^ (UINT64_C(1) << 63);
        differ |= place->value ^ s->places[0].value;
        ordered = ordered && place->value >= last;
        last = place->value;
    }
    for (int shift = 0; !ordered && shift < 64; shift += DIGIT_BITS)
        if (differ >> shift & (DIGITS - 1))
            sort_by_digit(s, shift);
}

/* Round by round of rows that take each other's place. */
static void move_rows(struct sorting *s, char *held)
{
    size_t size = s->shape->size;
    for (uint32_t first = 0; first < s->count; first++) {
        uint32_t at = first, from;
        if (s->places[first].row == first)
            continue;
        memcpy(held, s->rows + first * size, size);
        while ((from = s->places[at].row) != first) {
            memcpy(s->rows + at * size, s->rows + from * size, size);
            s->places[at].row = at;
            at = from;
        }
        memcpy(s->rows + at * size, held, size);
        s->places[at].row = at;
    }
}

bool store_rows_sort(
    const struct row_shape *shape, void *rows, size_t count, int columns, struct err *err)
{
    struct sorting s = {shape, rows, (uint32_t)count, NULL, NULL};
    struct place *all = malloc(2 * (count + 1) * sizeof *all);
    char *held = malloc(shape->size);
    if (all && held) {
        s.places = all;
        s.spare = all + count;
        for (uint32_t i = 0; i < s.count; i++)
            s.places[i].row = i;
        for (int i = columns - 1; i >= 0; i--)
            sort_by_column(&s, &shape->columns[i]);
        move_rows(&s, held);
    }
    bool done = all && held;
    free(all);
    free(held);
    return done || err_nomem(err);
}
