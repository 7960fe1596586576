/* Finds and reads the configuration; every key that nothing here knows is refused. */
#include "cli/config.h"

#include "cli/guard.h"
#include "util/arena.h"
#include "util/timefmt.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_FOLDER    "/etc/tocsin"
#define SYSTEM_DB        "/var/lib/tocsin/tocsin.db"
#define DEFAULT_DB       "tocsin.db"
#define MAIN_FILE        "tocsin.conf"
#define FILES_MAX        1000 /* drop-ins in conf.d */
#define SENSOR_PATHS_MAX 1000

/* The part that only this file sees; struct config comes first, so that one pointer is both. */
struct loading {
    struct config config;
    struct arena text;
    const char *folder; /* of the main file; NULL without any */
    struct ini *files;
    size_t file_count;
};

static const char *join(struct loading *l, const char *a, const char *b, const char *c)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
    char *text = arena_alloc(&l->text, size);
    if (text)
        snprintf(text, size, "%s%s%s", a, b, c);
    return text;
}

static bool exists(const char *path)
{
    return path && access(path, F_OK) == 0;
}

static const char *folder_of(struct loading *l, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    return arena_strdup(&l->text, (struct str){path, len});
}

/* --- which files --------------------------------------------------------------------------- */

/* True when the folder holds anything of ours. */
static bool use_folder(struct loading *l, const char *folder)
{
    static const char *const names[] = {MAIN_FILE, "conf.d", "inventory.conf", "catalog.d"};
    for (size_t i = 0; folder && i < sizeof names / sizeof *names; i++) {
        if (exists(join(l, folder, "/", names[i]))) {
            l->folder = folder;
            l->config.file = join(l, folder, "/", MAIN_FILE);
            return true;
        }
    }
    return false;
}

/* $VARIABLE/tocsin, else $HOME/otherwise/tocsin; NULL without either. */
static const char *xdg_folder(struct loading *l, const char *variable, const char *otherwise)
{
    const char *value = getenv(variable), *home = getenv("HOME");
    if (value && value[0] == '/')
        return join(l, value, "/", "tocsin");
    if (!home || home[0] != '/')
        return NULL;
    const char *base = join(l, home, "/", otherwise);
    return base ? join(l, base, "/", "tocsin") : NULL;
}

/* Where the database lies when no one says. */
static const char *find_folder(struct loading *l, const char *file)
{
    const char *named = file ? file : getenv("TOCSIN_CONFIG");
    if (named && *named) {
        l->config.file = named;
        l->folder = folder_of(l, named);
        return strcmp(named, SYSTEM_FOLDER "/" MAIN_FILE) == 0 ? SYSTEM_DB : NULL;
    }
    if (use_folder(l, xdg_folder(l, "XDG_CONFIG_HOME", ".config"))) {
        const char *data = xdg_folder(l, "XDG_DATA_HOME", ".local/share");
        return data ? join(l, data, "/", DEFAULT_DB) : NULL;
    }
    return use_folder(l, SYSTEM_FOLDER) ? SYSTEM_DB : NULL;
}

static bool read_file(struct loading *l, const char *path, struct err *err)
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

static bool read_drop_ins(struct loading *l, struct err *err)
{
    const char *folder = join(l, l->folder, "/", "conf.d");
    struct dirent **entries = NULL;
    if (!exists(folder))
        return true;
    int count = scandir(folder, &entries, is_drop_in, by_bytes);
    bool ok = count >= 0 || err_set(err, ERR_CONFIG, "cannot read the folder '%s'", folder);
    if (count > FILES_MAX)
        ok = err_set(err, ERR_CONFIG, "%s holds more than %d files", folder, FILES_MAX);
    for (int i = 0; i < count; i++) {
        if (ok) {
            const char *path = join(l, folder, "/", entries[i]->d_name);
            ok = path ? read_file(l, path, err) : err_nomem(err);
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* A file named by -c or TOCSIN_CONFIG must be there; one that was looked for need not. */
static bool read_files(struct loading *l, bool named, struct err *err)
{
    if (!l->folder)
        return true;
    const char *inventory = join(l, l->folder, "/", "inventory.conf");
    if (!inventory)
        return err_nomem(err);
    if ((named || exists(l->config.file)) && !read_file(l, l->config.file, err))
        return false;
    return read_drop_ins(l, err) && (!exists(inventory) || read_file(l, inventory, err));
}

/* --- sections ------------------------------------------------------------------------------ */

/* A path as written in a file: relative ones start at that file's folder. */
static const char *path_in(struct loading *l, const struct ini *ini, struct str written)
{
    const char *path = arena_strdup(&l->text, written);
    if (!path || path[0] == '/')
        return path;
    const char *folder = folder_of(l, ini->file);
    return folder && strcmp(folder, ".") != 0 ? join(l, folder, "/", path) : path;
}

static bool add_path(struct loading *l, const struct ini *ini, struct config_sensor *sensor,
    struct str written, struct err *err)
{
    if (sensor->path_count >= SENSOR_PATHS_MAX)
        return err_set(err, ERR_CONFIG, "[sensor %s] has over %d paths; name folders instead",
            sensor->name, SENSOR_PATHS_MAX);
    char **paths = realloc(sensor->paths, (sensor->path_count + 1) * sizeof *paths);
    const char *path = path_in(l, ini, written);
    if (paths)
        sensor->paths = paths;
    if (!paths || !path)
        return err_nomem(err);
    paths[sensor->path_count++] = (char *)path;
    return true;
}

/* "a, b" or one a line. */
static bool sensor_paths(struct loading *l, const struct ini *ini, struct config_sensor *sensor,
    const char *value, struct err *err)
{
    for (struct str lines = str_of(value); lines.p;) {
        for (struct str line = str_cut(&lines, '\n'); line.p;) {
            struct str path = str_trim(str_cut(&line, ','));
            if (path.len > 0 && !add_path(l, ini, sensor, path, err))
                return false;
        }
    }
    return true;
}

/* "1:100": one of a hundred connections or packets is seen. */
static bool sensor_sampling(
    const struct ini *ini, const struct ini_entry *e, struct config_sensor *sensor, struct err *err)
{
    struct str of = str_of(e->value), one = str_trim(str_cut(&of, ':'));
    if (str_eq(one, STR("1")) && of.p && str_i64(str_trim(of), &sensor->one_of) &&
        sensor->one_of >= 1 && sensor->one_of <= SAMPLING_MAX)
        return true;
    return ini_error(
        ini, e, err, "sampling is 1:N with N up to %d, not '%s'", SAMPLING_MAX, e->value);
}

static bool sensor_key(struct loading *l, const struct ini *ini, const struct ini_entry *e,
    struct config_sensor *sensor, struct err *err)
{
    if (strcmp(e->key, "path") == 0)
        return sensor_paths(l, ini, sensor, e->value, err);
    if (strcmp(e->key, "sampling") == 0)
        return sensor_sampling(ini, e, sensor, err);
    if (strcmp(e->value, "zeek") != 0 && strcmp(e->value, "suricata") != 0)
        return ini_error(ini, e, err, "kind is zeek or suricata, not '%s'", e->value);
    sensor->kind = e->value;
    return true;
}

static bool export_key(struct loading *l, const struct ini *ini, const struct ini_entry *e,
    struct config_export *to, struct err *err)
{
    if (strcmp(e->key, "file") == 0) {
        if (!*e->value)
            return ini_error(ini, e, err, "file is empty: name the file to append to");
        to->path = path_in(l, ini, str_of(e->value));
        return to->path || err_nomem(err);
    }
    to->exporter = export_find(e->value);
    if (to->exporter)
        return true;
    struct buf known = {0};
    for (const struct exporter *const *x = exporters; *x; x++)
        buf_printf(&known, "%s%s", known.len ? ", " : "", (*x)->name);
    ini_error(ini, e, err, "there is no export format '%s'; use one of: %s", e->value,
        known.failed ? "?" : known.text);
    buf_done(&known);
    return false;
}

static bool is_one_of(const char *key, const char *a, const char *b)
{
    return strcmp(key, a) == 0 || strcmp(key, b) == 0;
}

static bool needs_name(const struct ini *ini, const struct ini_entry *e, struct err *err)
{
    return *e->name || ini_error(ini, e, err, "the section needs a name: [%s NAME]", e->kind);
}

/* The sensor of that section; new when this is its first key. */
static struct config_sensor *sensor_of(
    struct loading *l, const struct ini *ini, const struct ini_entry *e, struct err *err)
{
    struct config *c = &l->config;
    for (size_t i = 0; i < c->sensor_count; i++) {
        struct config_sensor *s = &c->sensors[i];
        if (strcmp(s->name, e->name) != 0)
            continue;
        if (s->file == ini->file)
            return s;
        ini_error(ini, e, err, "[sensor %s] stands in %s:%d already", e->name, s->file, s->line);
        return NULL;
    }
    struct config_sensor *grown = realloc(c->sensors, (c->sensor_count + 1) * sizeof *grown);
    if (!grown) {
        err_nomem(err);
        return NULL;
    }
    c->sensors = grown;
    grown[c->sensor_count] =
        (struct config_sensor){.name = e->name, .file = ini->file, .line = e->line, .one_of = 1};
    return &grown[c->sensor_count++];
}

static struct config_export *export_of(
    struct loading *l, const struct ini *ini, const struct ini_entry *e, struct err *err)
{
    struct config *c = &l->config;
    for (size_t i = 0; i < c->export_count; i++) {
        struct config_export *x = &c->exports[i];
        if (strcmp(x->name, e->name) != 0)
            continue;
        if (x->file == ini->file)
            return x;
        ini_error(ini, e, err, "[export %s] stands in %s:%d already", e->name, x->file, x->line);
        return NULL;
    }
    struct config_export *grown = realloc(c->exports, (c->export_count + 1) * sizeof *grown);
    if (!grown) {
        err_nomem(err);
        return NULL;
    }
    c->exports = grown;
    grown[c->export_count] =
        (struct config_export){.name = e->name, .file = ini->file, .line = e->line};
    return &grown[c->export_count++];
}

static bool take_sensor(
    struct loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    if (!is_one_of(e->key, "kind", "path") && strcmp(e->key, "sampling") != 0)
        return true;
    e->used = true;
    struct config_sensor *s = needs_name(ini, e, err) ? sensor_of(l, ini, e, err) : NULL;
    return s && sensor_key(l, ini, e, s, err);
}

static bool take_export(
    struct loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    if (!is_one_of(e->key, "format", "file"))
        return true;
    e->used = true;
    struct config_export *x = needs_name(ini, e, err) ? export_of(l, ini, e, err) : NULL;
    return x && export_key(l, ini, e, x, err);
}

/* Known, so that nobody who asks for it believes that it is done. */
static bool take_retention(
    struct loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    (void)l;
    return ini_error(ini, e, err,
        "Tocsin deletes nothing from its database: [retention] would have no effect, leave it out");
}

static bool take_database(
    struct loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    if (*e->name || strcmp(e->key, "file") != 0)
        return true;
    e->used = true;
    if (!*e->value)
        return ini_error(ini, e, err, "file is empty: name the database, or leave the key out");
    l->config.db = path_in(l, ini, str_of(e->value));
    return l->config.db || err_nomem(err);
}

/* Sections that belong here; a key that is not marked used is reported as unknown at the end. */
static const struct {
    const char *kind;
    bool (*take)(struct loading *l, const struct ini *ini, struct ini_entry *e, struct err *err);
} sections[] = {
    {"sensor", take_sensor},
    {"export", take_export},
    {"retention", take_retention},
    {"database", take_database},
};

static bool take_sections(struct loading *l, struct ini *ini, struct err *err)
{
    for (int i = 0; i < ini->count; i++) {
        struct ini_entry *e = &ini->entries[i];
        for (size_t k = 0; k < sizeof sections / sizeof *sections; k++) {
            if (strcmp(sections[k].kind, e->kind) == 0 && !sections[k].take(l, ini, e, err))
                return false;
        }
    }
    return true;
}

static bool check_complete(const struct config *c, struct err *err)
{
    for (size_t i = 0; i < c->sensor_count; i++) {
        const struct config_sensor *s = &c->sensors[i];
        if (s->path_count == 0)
            return err_set(
                err, ERR_CONFIG, "%s:%d: [sensor %s] needs a path", s->file, s->line, s->name);
    }
    for (size_t i = 0; i < c->export_count; i++) {
        const struct config_export *x = &c->exports[i];
        if (!x->exporter || !x->path)
            return err_set(err, ERR_CONFIG, "%s:%d: [export %s] needs format and file", x->file,
                x->line, x->name);
        for (size_t k = 0; k < i; k++)
            if (guard_same_file(c->exports[k].path, x->path))
                return err_set(err, ERR_CONFIG,
                    "%s:%d: [export %s] writes to the file of [export %s]: give each its own",
                    x->file, x->line, x->name, c->exports[k].name);
    }
    return true;
}

static bool list_sampling(struct config *c, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < c->sensor_count; i++)
        count += c->sensors[i].path_count;
    struct sampling_rule *rules = calloc(count + 1, sizeof *rules);
    if (!rules)
        return err_nomem(err);
    count = 0;
    for (size_t i = 0; i < c->sensor_count; i++)
        for (size_t n = 0; n < c->sensors[i].path_count; n++)
            rules[count++] = (struct sampling_rule){c->sensors[i].paths[n], c->sensors[i].one_of};
    c->sampling = (struct sampling){rules, count};
    return true;
}

/* --- loading ------------------------------------------------------------------------------- */

static bool load_inventory(struct loading *l, const char *home, struct err *err)
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

static bool load_catalog(struct loading *l, struct err *err)
{
    const char *folder = l->folder ? join(l, l->folder, "/", "catalog.d") : NULL;
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

static void choose_db(struct loading *l, const char *option, const char *place)
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

static bool load(struct loading *l, const struct config_request *request, struct err *err)
{
    const char *variable = getenv("TOCSIN_CONFIG");
    const char *place = find_folder(l, request->file);
    if (!read_files(l, request->file || (variable && *variable), err))
        return false;
    for (size_t i = 0; i < l->file_count; i++) {
        if (!take_sections(l, &l->files[i], err))
            return false;
    }
    if (!check_complete(&l->config, err) || !list_sampling(&l->config, err) ||
        !load_inventory(l, request->home, err) || !load_catalog(l, err))
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
    struct loading *l = calloc(1, sizeof *l);
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
    const struct loading *l = (const struct loading *)config;
    return i < l->file_count ? l->files[i].file : NULL;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    struct loading *l = (struct loading *)config;
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
