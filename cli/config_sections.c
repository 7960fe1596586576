/* The sections that belong to the program itself: [sensor], [export], [retention], [database]. */
#include "cli/config_sections.h"

#include "cli/same_file.h"
#include "util/list.h"

#include <stdio.h>
#include <stdlib.h>

#define SENSOR_PATHS_MAX 1000

const char *config_join(struct config_loading *l, const char *a, const char *b, const char *c)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
    char *text = arena_alloc(&l->text, size);
    if (text)
        snprintf(text, size, "%s%s%s", a, b, c);
    return text;
}

const char *config_folder_of(struct config_loading *l, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    return arena_strdup(&l->text, (struct str){path, len});
}

/* A path as written in a file: relative ones start at that file's folder. */
static const char *path_in(struct config_loading *l, const struct ini *ini, struct str written)
{
    const char *path = arena_strdup(&l->text, written);
    if (!path || path[0] == '/')
        return path;
    const char *folder = config_folder_of(l, ini->file);
    return folder && strcmp(folder, ".") != 0 ? config_join(l, folder, "/", path) : path;
}

static bool add_path(struct config_loading *l, const struct ini *ini, struct config_sensor *sensor,
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
static bool sensor_paths(struct config_loading *l, const struct ini *ini,
    struct config_sensor *sensor, const char *value, struct err *err)
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

static bool sensor_key(struct config_loading *l, const struct ini *ini, const struct ini_entry *e,
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

static bool export_key(struct config_loading *l, const struct ini *ini, const struct ini_entry *e,
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

/* Whether an entry goes on with a section that was begun in `file` before: a section stands in one file. */
static bool goes_on(
    const struct ini *ini, const struct ini_entry *e, const char *file, int line, struct err *err)
{
    return file == ini->file ||
           ini_error(ini, e, err, "[%s %s] stands in %s:%d already", e->kind, e->name, file, line);
}

/* The sensor of that section; new when this is its first key. */
static struct config_sensor *sensor_of(
    struct config_loading *l, const struct ini *ini, const struct ini_entry *e, struct err *err)
{
    struct config *c = &l->config;
    for (size_t i = 0; i < c->sensor_count; i++) {
        struct config_sensor *s = &c->sensors[i];
        if (strcmp(s->name, e->name) == 0)
            return goes_on(ini, e, s->file, s->line, err) ? s : NULL;
    }
    if (!list_room(&c->sensors, c->sensor_count, &l->sensor_cap, sizeof *c->sensors, err))
        return NULL;
    c->sensors[c->sensor_count] =
        (struct config_sensor){.name = e->name, .file = ini->file, .line = e->line, .one_of = 1};
    return &c->sensors[c->sensor_count++];
}

static struct config_export *export_of(
    struct config_loading *l, const struct ini *ini, const struct ini_entry *e, struct err *err)
{
    struct config *c = &l->config;
    for (size_t i = 0; i < c->export_count; i++) {
        struct config_export *x = &c->exports[i];
        if (strcmp(x->name, e->name) == 0)
            return goes_on(ini, e, x->file, x->line, err) ? x : NULL;
    }
    if (!list_room(&c->exports, c->export_count, &l->export_cap, sizeof *c->exports, err))
        return NULL;
    c->exports[c->export_count] =
        (struct config_export){.name = e->name, .file = ini->file, .line = e->line};
    return &c->exports[c->export_count++];
}

static bool take_sensor(
    struct config_loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    if (!is_one_of(e->key, "kind", "path") && strcmp(e->key, "sampling") != 0)
        return true;
    e->used = true;
    struct config_sensor *s = needs_name(ini, e, err) ? sensor_of(l, ini, e, err) : NULL;
    return s && sensor_key(l, ini, e, s, err);
}

static bool take_export(
    struct config_loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    if (!is_one_of(e->key, "format", "file"))
        return true;
    e->used = true;
    struct config_export *x = needs_name(ini, e, err) ? export_of(l, ini, e, err) : NULL;
    return x && export_key(l, ini, e, x, err);
}

/* Known, so that nobody who asks for it believes that it is done. */
static bool take_retention(
    struct config_loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
{
    (void)l;
    return ini_error(ini, e, err,
        "Tocsin deletes nothing from its database: [retention] would have no effect, leave it out");
}

static bool take_database(
    struct config_loading *l, const struct ini *ini, struct ini_entry *e, struct err *err)
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
    bool (*take)(
        struct config_loading *l, const struct ini *ini, struct ini_entry *e, struct err *err);
} sections[] = {
    {"sensor", take_sensor},
    {"export", take_export},
    {"retention", take_retention},
    {"database", take_database},
};

bool config_take_sections(struct config_loading *l, struct ini *ini, struct err *err)
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
            if (same_file(c->exports[k].path, x->path))
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

bool config_sections_finish(struct config *c, struct err *err)
{
    return check_complete(c, err) && list_sampling(c, err);
}
