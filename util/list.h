/* Arrays that grow by one item at a time. */
#pragma once

#include "util/err.h"

#include <stddef.h>

/* More room in the array that *items points to; see list_room(). */
bool list_grow(void *items, size_t *cap, size_t size, struct err *err);

/* Room for one item more than `count`, of `size` bytes each. items is the address of the pointer to
 * the first one, which may move; *cap is how many have room, both 0 at first; free() gives the array
 * back. False without memory: then everything is as it was, and err, which may be NULL, says so. */
static inline bool list_room(void *items, size_t count, size_t *cap, size_t size, struct err *err)
{
    return count < *cap || list_grow(items, cap, size, err);
}
