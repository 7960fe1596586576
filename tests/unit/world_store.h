/* What most tests of correlation begin with: a world, and one database in memory, still empty. */
#pragma once

#include "tests/unit/world.h"

static struct store *s;

static inline void setup(void)
{
    open_world();
    s = memory_open();
}

static inline void teardown(void)
{
    store_close(s);
    close_world();
}
