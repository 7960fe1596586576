/* Arrays that grow. */
#include "util/list.h"

#include "util/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ITEMS 64

/* The pointer is copied byte by byte: it is of another type than the array's own. */
bool list_grow(void *items, size_t *cap, size_t size, struct err *err)
{
    void *list;
    size_t more = *cap ? *cap * 2 : FIRST_ITEMS;
    if (*cap > SIZE_MAX / 2 / size)
        return err_nomem(err);
    memcpy(&list, items, sizeof list);
    list = realloc(list, more * size);
    if (!list)
        return err_nomem(err);
    large_hint(list, more * size);
    memcpy(items, &list, sizeof list);
    *cap = more;
    return true;
}
