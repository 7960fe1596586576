/* What a test of correlation begins with: the world as world_open() makes it, and no records yet. */
#pragma once

#include "tests/unit/records.h"

static struct world world;
static struct records all;

static inline void open_world(void)
{
    world_open(&world);
}

static inline void close_world(void)
{
    records_done(&all);
    world_close(&world);
}
