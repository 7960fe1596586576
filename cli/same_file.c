/* Files are compared by device and inode: a file has many names. */
#include "cli/same_file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

bool same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool stat_folder(const char *path, struct stat *st)
{
    char folder[PATH_MAX];
    size_t len = (size_t)(last_part(path) - path);
    if (len >= sizeof folder)
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)len, path);
    return stat(len > 0 ? folder : ".", st) == 0;
}

bool same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    bool has_a = stat(a, &of_a) == 0, has_b = stat(b, &of_b) == 0;
    if (has_a || has_b)
        return has_a && has_b && same_inode(&of_a, &of_b);
    return strcmp(last_part(a), last_part(b)) == 0 && stat_folder(a, &of_a) &&
           stat_folder(b, &of_b) && same_inode(&of_a, &of_b);
}
