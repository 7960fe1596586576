/* Memory of many megabytes. */
#pragma once

#include <stddef.h>

/* Asks the system for large pages behind a block that malloc() or realloc() gave, as far as it has not been
 * written to: filling 100 MB costs a tenth of a second otherwise. A small block is left alone. */
void large_hint(void *block, size_t size);
