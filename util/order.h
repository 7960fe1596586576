/* The order of whole numbers, for sorting and searching. */
#pragma once

#include <stdint.h>

static inline int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* For qsort() and bsearch() over int64_t. */
static inline int order_i64(const void *a, const void *b)
{
    return order(*(const int64_t *)a, *(const int64_t *)b);
}
