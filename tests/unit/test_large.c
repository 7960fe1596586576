/* A hint changes nothing but where memory comes from. */
#include "util/large.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

Test(large, hint_leaves_a_block_as_it_is)
{
    static const size_t sizes[] = {
        0, 1, 100000, ((size_t)4 << 20) - 1, (size_t)4 << 20, ((size_t)9 << 20) + 12345};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i];
        unsigned char *block = malloc(size + 1);
        cr_assert(block);
        memset(block, 0x5A, size + 1);
        large_hint(block, size);
        block = realloc(block, 2 * size + 1);
        cr_assert(block);
        large_hint(block, 2 * size);
        memset(block + size + 1, 0xA5, size);
        for (size_t at = 0; at <= 2 * size; at++)
            cr_assert_eq(block[at], at <= size ? 0x5A : 0xA5, "%zu of %zu", at, size);
        free(block);
    }
}
