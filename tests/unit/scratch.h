/* A database of its own for one test, gone at its end. */
#pragma once

#include "store/internal.h"
#include "tests/unit/folder.h"

#include <unistd.h>

struct scratch {
    struct store *s;
    struct folder dir;
    char path[300];
};

static inline void scratch_reopen(struct scratch *x, enum store_mode mode)
{
    struct err err = {0};
    store_close(x->s);
    x->s = store_open(x->path, mode, 0, &err);
    cr_assert_not_null(x->s, "%s", err.text);
}

static inline void scratch_open(struct scratch *x)
{
    folder_open(&x->dir);
    snprintf(x->path, sizeof x->path, "%s/tocsin.db", x->dir.path);
    x->s = NULL;
    scratch_reopen(x, STORE_WRITE);
}

static inline void scratch_run(struct scratch *x, const char *sql)
{
    struct err err = {0};
    store_watch_plans(false); /* a test may look at all of a table */
    cr_assert(store_script(x->s, "test", sql, &err), "%s", err.text);
    store_watch_plans(true);
}

static inline void scratch_close(struct scratch *x)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char path[320];
    store_close(x->s);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", x->path, ends[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(x->dir.path), 0, "%s: something is left in it", x->dir.path);
}
