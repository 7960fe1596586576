/* A folder of its own for one test, gone at its end with all that the test put into it. */
#pragma once

#include <criterion/criterion.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

struct folder {
    char path[256];
};

static inline void folder_open(struct folder *f)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(f->path, sizeof f->path, "%s/tocsin-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    cr_assert_not_null(mkdtemp(f->path), "%s", f->path);
}

static inline int folder_remove(
    const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static inline void folder_close(const struct folder *f)
{
    cr_expect_eq(nftw(f->path, folder_remove, 8, FTW_DEPTH | FTW_PHYS), 0, "%s", f->path);
}
