/* Numbers sorted by their bits: a million in a hundredth of a second. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct radix_item {
    int64_t key;
    uint32_t at;   /* what the key is of: the owner's */
    uint32_t mark; /* likewise */
};

/* By key, the lowest first; of equal ones none passes another. *items and *spare have room for `count`
 * each, and may have changed places afterwards: the sorted ones are *items. */
void radix_sort(struct radix_item **items, struct radix_item **spare, size_t count);
