/* Finds and reads the configuration; every key that nothing here knows is refused. */
#include "cli/config_sections.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_FOLDER "/etc/tocsin"
#define SYSTEM_DB     "/var/lib/tocsin/tocsin.db"
#define DEFAULT_DB    "tocsin.db"
#define MAIN_FILE     "tocsin.conf"
#define FILES_MAX     1000 /* drop-ins in conf.d */

static bool exists(const char *path)
{
    return path && access(path, F_OK) == 0;
}

/* --- which files --------------------------------------------------------------------------- */

/* True when the folder holds anything of ours. */
static bool use_folder(struct config_loading *l, const char *folder)
{
    static const char *const names[] = {MAIN_FILE, "conf.d", "inventory.conf", "catalog.d"};
    for (size_t i = 0; folder && i < sizeof names / sizeof *names; i++) {
        if (exists(config_join(l, folder, "/", names[i]))) {
            l->folder = folder;
            l->config.file = config_join(l, folder, "/", MAIN_FILE);
            return true;
        }
    }
    return false;
}

/* $VARIABLE/tocsin, else $HOME/otherwise/tocsin; NULL without either. */
static const char *xdg_folder(struct config_loading *l, const char *variable, const char *otherwise)
{
    const char *value = getenv(variable), *home = getenv("HOME");
    if (value && value[0] == '/')
        return config_join(l, value, "/", "tocsin");
    if (!home || home[0] != '/')
        return NULL;
    const char *base = config_join(l, home, "/", otherwise);
    return base ? config_join(l, base, "/", "tocsin") : NULL;
}

/* Where the database lies when no one says. */
static const char *find_folder(struct config_loading *l, const char *file)
{
    const char *named = file ? file : getenv("TOCSIN_CONFIG");
    if (named && *named) {
        l->config.file = named;
        l->folder = config_folder_of(l, named);
        return strcmp(named, SYSTEM_FOLDER "/" MAIN_FILE) == 0 ? SYSTEM_DB : NULL;
    }
    if (use_folder(l, xdg_folder(l, "XDG_CONFIG_HOME", ".config"))) {
        const char *data = xdg_folder(l, "XDG_DATA_HOME", ".local/share");
        return data ? config_join(l, data, "/", DEFAULT_DB) : NULL;
    }
    return use_folder(l, SYSTEM_FOLDER) ? SYSTEM_DB : NULL;
}

static bool read_file(struct config_loading *l, const char *path, struct err *err)
{
    struct ini *files = realloc(l->files, (l->file_count + 1) * sizeof *files);
    if (!files)
        return err_nomem(err);
    l->files = files;
    if (!ini_read(&files[l->file_count], path, err)) {
        if (err && err->code != ERR_INTERNAL)
            err->code = ERR_CONFIG;
        return false;
    }
    l->file_count++;
    return true;
}

static int is_drop_in(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".conf"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_drop_ins(struct config_loading *l, struct err *err)
{
    const char *folder = config_join(l, l->folder, "/", "conf.d");
    struct dirent **entries = NULL;
    if (!exists(folder))
        return true;
    int count = scandir(folder, &entries, is_drop_in, by_bytes);
    bool ok = count >= 0 || err_set(err, ERR_CONFIG, "cannot read the folder '%s'", folder);
    if (count > FILES_MAX)
        ok = err_set(err, ERR_CONFIG, "%s holds more than %d files", folder, FILES_MAX);
    for (int i = 0; i < count; i++) {
        if (ok) {
            const char *path = config_join(l, folder, "/", entries[i]->d_name);
            ok = path ? read_file(l, path, err) : err_nomem(err);
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* A file named by -c or TOCSIN_CONFIG must be there; one that was looked for need not. */
static bool read_files(struct config_loading *l, bool named, struct err *err)
{
    if (!l->folder)
        return true;
    const char *inventory = config_join(l, l->folder, "/", "inventory.conf");
    if (!inventory)
        return err_nomem(err);
    if ((named || exists(l->config.file)) && !read_file(l, l->config.file, err))
        return false;
    return read_drop_ins(l, err) && (!exists(inventory) || read_file(l, inventory, err));
}

/* --- loading ------------------------------------------------------------------------------- */

static bool load_inventory(struct config_loading *l, const char *home, struct err *err)
{
    struct inventory *inv = l->config.inventory = inventory_new(err);
    if (!inv)
        return false;
    for (size_t i = 0; i < l->file_count; i++) {
        if (!inventory_add(inv, &l->files[i], err))
            return false;
    }
    if (home && !inventory_set_home(inv, str_of(home), err))
        return false;
    return inventory_finish(inv, err);
}

static bool load_catalog(struct config_loading *l, struct err *err)
{
    const char *folder = l->folder ? config_join(l, l->folder, "/", "catalog.d") : NULL;
    const char *const folders[] = {exists(folder) ? folder : NULL, NULL};
    struct catalog *catalog = l->config.catalog = catalog_load(folders, err);
    if (!catalog)
        return false;
    for (size_t i = 0; i < l->file_count; i++) {
        if (!catalog_override(catalog, &l->files[i], err))
            return false;
    }
    return true;
}

static void choose_db(struct config_loading *l, const char *option, const char *place)
{
    const char *variable = getenv("TOCSIN_DB");
    if (option)
        l->config.db = option;
    else if (variable && *variable)
        l->config.db = variable;
    else if (!l->config.db && place)
        l->config.db = place;
    l->config.db_is_default = !l->config.db;
    if (!l->config.db)
        l->config.db = DEFAULT_DB;
}

static bool load(struct config_loading *l, const struct config_request *request, struct err *err)
{
    const char *variable = getenv("TOCSIN_CONFIG");
    const char *place = find_folder(l, request->file);
    if (!read_files(l, request->file || (variable && *variable), err))
        return false;
    for (size_t i = 0; i < l->file_count; i++) {
        if (!config_take_sections(l, &l->files[i], err))
            return false;
    }
    if (!config_sections_finish(&l->config, err) || !load_inventory(l, request->home, err) ||
        !load_catalog(l, err))
        return false;
    for (size_t i = 0; i < l->file_count; i++) {
        if (!ini_all_used(&l->files[i], err))
            return false;
    }
    choose_db(l, request->db, place);
    if (l->file_count == 0 && !l->folder)
        l->config.file = NULL;
    return true;
}

struct config *config_load(const struct config_request *request, struct err *err)
{
    struct config_loading *l = calloc(1, sizeof *l);
    if (!l) {
        err_nomem(err);
        return NULL;
    }
    if (load(l, request, err))
        return &l->config;
    config_free(&l->config);
    return NULL;
}

const char *config_file(const struct config *config, size_t i)
{
    const struct config_loading *l = (const struct config_loading *)config;
    return i < l->file_count ? l->files[i].file : NULL;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    struct config_loading *l = (struct config_loading *)config;
    catalog_free(config->catalog);
    inventory_free(config->inventory);
    for (size_t i = 0; i < config->sensor_count; i++)
        free(config->sensors[i].paths);
    free(config->sensors);
    free((void *)config->sampling.rules);
    free(config->exports);
    for (size_t i = 0; i < l->file_count; i++)
        ini_done(&l->files[i]);
    free(l->files);
    arena_done(&l->text);
    free(l);
}
