/* The files that a path stands for: folders, patterns, standard input. */
#include "ingest/walk.h"

#include "util/list.h"
#include "util/str.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct names {
    char **name;
    size_t count, cap;
};

static bool add_name(struct names *n, const char *name)
{
    if (!list_room(&n->name, n->count, &n->cap, sizeof *n->name, NULL))
        return false;
    n->name[n->count] = strdup(name);
    return n->name[n->count] && ++n->count;
}

static void drop_names(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->name[i]);
    free(n->name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void tell_missing(const struct walk *walk, const char *path, const char *what, int error)
{
    struct err why = {0};

    err_set(&why, ERR_NOINPUT, "%s: %s", what, strerror(error));
    walk->missing(walk->arg, path, &why);
}

/* The visible names of a folder in byte order. False without memory, or with *error set. */
static bool list_folder(const char *path, struct names *n, int *error)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    bool ok = true;

    *error = dir ? 0 : errno;
    if (!dir)
        return false;
    while (ok && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            ok = add_name(n, entry->d_name);
    closedir(dir);
    if (n->count > 0)
        qsort(n->name, n->count, sizeof(*n->name), compare_names);
    return ok;
}

static bool walk_folder(const char *path, int depth, const struct walk *walk, struct err *err);

static bool walk_entry(const char *path, int depth, const struct walk *walk, struct err *err)
{
    struct stat link, file;

    if (lstat(path, &link) != 0) {
        if (errno != ENOENT)
            tell_missing(walk, path, "cannot be examined", errno);
        return true;
    }
    if (stat(path, &file) != 0) {
        tell_missing(walk, path, "cannot be examined", errno);
        return true;
    }
    if (S_ISREG(file.st_mode))
        return walk->visit(walk->arg, path, false, err);
    if (S_ISDIR(link.st_mode))
        return walk_folder(path, depth + 1, walk, err);
    return true;
}

static bool walk_folder(const char *path, int depth, const struct walk *walk, struct err *err)
{
    struct names n = {0};
    struct buf entry = {0};
    int error = 0;
    bool ok = true;

    if (depth > WALK_DEPTH_MAX) {
        tell_missing(walk, path, "cannot be listed", ELOOP);
        return true;
    }
    if (!list_folder(path, &n, &error)) {
        ok = error ? true : err_nomem(err);
        if (error && !(error == ENOENT && depth > 0))
            tell_missing(walk, path, "cannot be listed", error);
        goto done;
    }
    for (size_t i = 0; i < n.count && ok; i++) {
        buf_clear(&entry);
        buf_puts(&entry, path);
        if (path[strlen(path) - 1] != '/')
            buf_addc(&entry, '/');
        buf_puts(&entry, n.name[i]);
        ok = entry.failed ? err_nomem(err) : walk_entry(entry.text, depth, walk, err);
    }
done:
    buf_done(&entry);
    drop_names(&n);
    return ok;
}

/* A path as it was given, or that a pattern stands for: links to folders are followed. A pipe or a
 * device is read only where it was named: a pattern may take one along that never ends. */
static bool walk_given(const char *path, bool named, const struct walk *walk, struct err *err)
{
    struct stat st;

    if (!named && lstat(path, &st) != 0 && errno == ENOENT)
        return true;
    if (stat(path, &st) != 0) {
        tell_missing(walk, path, "cannot be examined", errno);
        return true;
    }
    if (S_ISDIR(st.st_mode))
        return walk_folder(path, 0, walk, err);
    return !(named || S_ISREG(st.st_mode)) || walk->visit(walk->arg, path, named, err);
}

static bool walk_pattern(const char *pattern, const struct walk *walk, struct err *err)
{
    glob_t found = {0};
    int status = glob(pattern, GLOB_NOSORT, NULL, &found);
    bool ok = true;

    if (status == GLOB_NOSPACE)
        return err_nomem(err);
    if (status != 0) {
        tell_missing(walk, pattern, "nothing matches", ENOENT);
        goto done;
    }
    qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), compare_names);
    for (size_t i = 0; i < found.gl_pathc && ok; i++)
        ok = walk_given(found.gl_pathv[i], false, walk, err);
done:
    globfree(&found);
    return ok;
}

bool walk_path(const char *path, const struct walk *walk, struct err *err)
{
    struct stat st;

    if (strcmp(path, "-") == 0)
        return walk->visit(walk->arg, path, true, err);
    if (stat(path, &st) != 0 && errno == ENOENT && strpbrk(path, "*?["))
        return walk_pattern(path, walk, err);
    return walk_given(path, true, walk, err);
}
