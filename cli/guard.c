/* Outputs are compared with the files in use. */
#include "cli/guard.h"

#include "cli/same_file.h"
#include "store/sources.h"
#include "util/timefmt.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool refuse(const char *path, const char *what, struct err *err)
{
    return err_set(
        err, ERR_USAGE, "'%s' is %s, which no output may replace: name another file", path, what);
}

static bool guard_database(const struct cli *cli, const char *path, struct err *err)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char file[PATH_MAX];
        snprintf(file, sizeof file, "%s%s", cli->config->db, endings[i]);
        if (same_file(path, file))
            return refuse(path, *endings[i] ? "a part of the database" : "the database", err);
    }
    return true;
}

static bool guard_configuration(const struct cli *cli, const char *path, struct err *err)
{
    const char *file;
    const struct catalog *catalog = cli->config->catalog;
    for (size_t i = 0; (file = config_file(cli->config, i)); i++)
        if (same_file(path, file))
            return refuse(path, "a file of the configuration", err);
    for (int i = 0; i < catalog->type_count; i++)
        if (same_file(path, catalog->types[i].file))
            return refuse(path, "a file of the catalogue", err);
    return true;
}

static bool guard_inputs(const struct cli *cli, const char *path, struct err *err)
{
    const struct config *config = cli->config;
    for (size_t i = 0; i < cli->word_count; i++)
        if (same_file(path, cli->words[i]))
            return refuse(path, "an input", err);
    for (size_t i = 0; i < config->sensor_count; i++)
        for (size_t k = 0; k < config->sensors[i].path_count; k++)
            if (same_file(path, config->sensors[i].paths[k]))
                return refuse(path, "a log of a sensor", err);
    return true;
}

bool guard_files(const struct cli *cli, const char *path, struct err *err)
{
    return strcmp(path, "-") == 0 ||
           (guard_database(cli, path, err) && guard_configuration(cli, path, err) &&
               guard_inputs(cli, path, err));
}

/* A log is known again by the name it was read under, or by being as it was when it was read. */
bool guard_logs(const struct cli *cli, const char *path, struct err *err)
{
    struct stat out, log;
    struct source source;
    struct buf name = {0};
    bool same = false;
    if (strcmp(path, "-") == 0 || stat(path, &out) != 0 || !S_ISREG(out.st_mode))
        return true;
    int64_t mtime_ns = out.st_mtim.tv_sec * (TIME_US_SECOND * 1000) + out.st_mtim.tv_nsec;
    bool ok = store_source_unchanged(cli->store, (int64_t)out.st_dev, (int64_t)out.st_ino,
                  out.st_size, mtime_ns, &source, &same, err) &&
              store_source_path(cli->store, (int64_t)out.st_dev, (int64_t)out.st_ino, &name, err);
    if (ok && !same && name.len > 0)
        same = stat(name.text, &log) == 0 && same_inode(&out, &log);
    buf_done(&name);
    return ok && (!same || refuse(path, "a log that was read", err));
}

bool guard_exports(const struct cli *cli, struct err *err)
{
    for (size_t i = 0; i < cli->config->export_count; i++) {
        const struct config_export *to = &cli->config->exports[i];
        struct err why = {0};
        if (!guard_files(cli, to->path, &why))
            return err_set(
                err, ERR_CONFIG, "%s:%d: [export %s]: %s", to->file, to->line, to->name, why.text);
    }
    return true;
}
