/* The files that a path stands for. */
#pragma once

#include "util/err.h"

#include <stdbool.h>

#define WALK_DEPTH_MAX 64 /* folders inside folders */

/* visit returns false to stop at once, with *err set; named: somebody asked for this very path, which
 * was not only found. missing is told of a path that is not there or cannot be listed; the walk goes
 * on. What was found and is gone a moment later, as when logs are rotated, is passed over. */
struct walk {
    void *arg;
    bool (*visit)(void *arg, const char *path, bool named, struct err *err);
    void (*missing)(void *arg, const char *path, const struct err *why);
};

/* A file, a folder (recursively, names in byte order, links to files followed but not links to
 * folders, hidden names and everything that is no file passed over), a glob pattern, or "-". */
bool walk_path(const char *path, const struct walk *walk, struct err *err);
