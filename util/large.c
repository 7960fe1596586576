/* Large pages, where the system gives them to who asks. */
#include "util/large.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE ((size_t)4 << 20) /* from so many bytes on it pays */

void large_hint(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    if (size < LARGE)
        return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    /* Whole pages, so that the block stays one mapping, which realloc() moves without copying. */
    uintptr_t first = (uintptr_t)block / page * page;
    uintptr_t end = ((uintptr_t)block + size + page - 1) / page * page;
    madvise((void *)first, end - first, MADV_HUGEPAGE); /* a hint: it may fail */
#else
    (void)block, (void)size;
#endif
}
