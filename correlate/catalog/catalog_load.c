/* The catalogue out of its files: those that are built in, and those in folders. */
#include "correlate/catalog/catalog.h"
#include "correlate/catalog/catalog_read.h"
#include "util/embed.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SERVICES_FILE "services.conf"
#define TYPES_MAX     1000 /* of all folders together */

static bool is_conf(const char *name)
{
    return name[0] != '.' && str_ends(str_of(name), STR(".conf"));
}

/* The code of a type out of its file's name; false when it makes no code. */
static bool file_code(const char *file, char code[64])
{
    const char *slash = strrchr(file, '/');
    struct str name = str_of(slash ? slash + 1 : file);
    size_t end = strlen(".conf");
    if (!str_ends(name, STR(".conf")) || name.len <= end || name.len - end >= 64)
        return false;
    memcpy(code, name.p, name.len - end);
    code[name.len - end] = '\0';
    return code[strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] ==
           0;
}

static struct alert_type *type_slot(struct catalog *c, const char *code)
{
    for (int i = 0; i < c->type_count; i++)
        if (strcmp(c->types[i].code, code) == 0)
            return &c->types[i];
    return c->type_count < TYPES_MAX ? &c->types[c->type_count++] : NULL;
}

/* ini is a file of types or services; dir as in catalog_read_type(). */
static bool add_ini(struct catalog *c, struct ini *ini, const char *dir, struct err *err)
{
    struct catalog_reader r = {.ini = ini, .arena = &c->arena, .err = err};
    struct alert_type type;
    char code[64];
    if (!file_code(ini->file, code)) {
        return err_set(err, ERR_CONFIG,
            "%s: the file must be named TYPE.conf, made of A-Z a-z 0-9 _", ini->file);
    }
    if (strcmp(code, "services") == 0)
        return catalog_read_services(&r, c);
    if (!catalog_read_type(&r, code, dir, &type))
        return false;
    struct alert_type *slot = type_slot(c, code);
    if (!slot)
        return err_set(err, ERR_CONFIG, "%s: more than %d types", ini->file, TYPES_MAX);
    *slot = type;
    return true;
}

static bool add_text(
    struct catalog *c, const char *file, const char *dir, struct str text, struct err *err)
{
    struct ini ini = {0};
    bool ok = ini_read_text(&ini, file, text, err) && add_ini(c, &ini, dir, err);
    ini_done(&ini);
    return ok;
}

static bool add_file(struct catalog *c, const char *path, const char *dir, struct err *err)
{
    struct ini ini = {0};
    bool ok = ini_read(&ini, path, err) && add_ini(c, &ini, dir, err);
    ini_done(&ini);
    return ok;
}

/* Messages name the file as it stands in the source tree. */
static bool add_embedded(struct catalog *c, const struct embedded *entry, struct err *err)
{
    char file[128];
    snprintf(file, sizeof(file), "catalog/%s", entry->name);
    return add_text(c, file, NULL, (struct str){entry->text, entry->len}, err);
}

static int is_conf_entry(const struct dirent *d)
{
    return is_conf(d->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_directory(struct catalog *c, const char *dir, struct err *err)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_conf_entry, by_bytes);
    bool ok = n >= 0 || err_set(err, ERR_CONFIG, "%s: %s", dir, strerror(errno));
    for (int i = 0; i < n; i++) {
        char path[4096];
        if (ok && snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name) >= (int)sizeof(path))
            ok = err_set(err, ERR_CONFIG, "%s: the path is too long", dir);
        ok = ok && add_file(c, path, dir, err);
        free(names[i]);
    }
    free(names);
    return ok;
}

bool catalog_check_services(const struct catalog *c, const struct alert_type *t, struct err *err)
{
    for (const char **s = t->services; s && *s; s++)
        if (!catalog_service(c, *s))
            return err_set(err, ERR_CONFIG, "%s: there is no service \"%.40s\"", t->file, *s);
    return true;
}

static int by_code(const void *a, const void *b)
{
    const struct alert_type *x = a, *y = b;
    return strcmp(x->code, y->code);
}

static bool finish(struct catalog *c, struct err *err)
{
    qsort(c->types, (size_t)c->type_count, sizeof(*c->types), by_code);
    if (!catalog_finish_services(c, err))
        return false;
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        if (!catalog_check_services(c, t, err))
            return false;
        if (t->yields_to && !catalog_type(c, t->yields_to)) {
            return err_set(err, ERR_CONFIG, "%s: yields_to: there is no type \"%.60s\"", t->file,
                t->yields_to);
        }
    }
    return true;
}

static struct catalog *catalog_new(struct err *err)
{
    struct catalog *c = calloc(1, sizeof(*c));
    if (c)
        c->types = arena_zalloc(&c->arena, TYPES_MAX * sizeof(*c->types));
    if (!c || !c->types) {
        catalog_free(c);
        err_nomem(err);
        return NULL;
    }
    return c;
}

struct catalog *catalog_load(const char *const directories[], struct err *err)
{
    struct catalog *c = catalog_new(err);
    bool ok = c != NULL;
    for (const struct embedded *entry = embedded_catalog; ok && entry->name; entry++)
        ok = add_embedded(c, entry, err);
    for (const char *const *dir = directories; ok && dir && *dir; dir++)
        ok = add_directory(c, *dir, err);
    if (ok && finish(c, err))
        return c;
    catalog_free(c);
    return NULL;
}

/* The folder of a file; false when the path is too long. */
static bool directory_of(const char *file, char dir[4096])
{
    const char *slash = strrchr(file, '/');
    int len = slash ? (int)(slash - file) : 1;
    return snprintf(dir, 4096, "%.*s", len, slash == file ? "/" : slash ? file : ".") < 4096;
}

/* The built-in services, and those that stand beside the file. */
static bool add_services_for(struct catalog *c, const char *dir, struct err *err)
{
    for (const struct embedded *entry = embedded_catalog; entry->name; entry++)
        if (strcmp(entry->name, SERVICES_FILE) == 0 && !add_embedded(c, entry, err))
            return false;
    char path[4096 + sizeof(SERVICES_FILE) + 1];
    snprintf(path, sizeof(path), "%s/" SERVICES_FILE, dir);
    FILE *file = fopen(path, "rb");
    if (!file)
        return true;
    fclose(file);
    return add_file(c, path, dir, err);
}

bool catalog_check_text(const char *file, struct str text, struct err *err)
{
    char dir[4096];
    if (!directory_of(file, dir))
        return err_set(err, ERR_CONFIG, "the path is too long");
    struct catalog *c = catalog_new(err);
    bool ok = c && add_services_for(c, dir, err) && add_text(c, file, dir, text, err) &&
              catalog_finish_services(c, err) &&
              (c->type_count == 0 || catalog_check_services(c, &c->types[0], err));
    catalog_free(c);
    return ok;
}
