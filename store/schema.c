/* The schema: numbered migrations in order, then the views. A released file is never edited. */
#include "store/internal.h"
#include "util/embed.h"

#include <stdio.h>

#define APPLICATION_ID 0x546f6373 /* "Tocs", in the file's header: this database is ours */

static int64_t pragma(struct store *s, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* "001_first.sql" is migration 1; views.sql is none. */
static int migration_number(const struct embedded *file)
{
    int number = 0;
    return sscanf(file->name, "%3d_", &number) == 1 ? number : 0;
}

static int newest_version(void)
{
    int newest = 0;
    for (const struct embedded *f = embedded_schema; f->name; f++)
        if (migration_number(f) > newest)
            newest = migration_number(f);
    return newest;
}

/* ERR_DATA unless the file is empty or one of ours that this program knows. */
static bool check_ours(struct store *s, int64_t version, struct err *err)
{
    int64_t tables = pragma(s, "SELECT count(*) FROM sqlite_schema");
    if (tables < 0)
        return store_fail(s, err, "open");
    if (tables > 0 && pragma(s, "PRAGMA application_id") != APPLICATION_ID)
        return err_set(err, ERR_DATA,
            "%s is an SQLite database, but not one of Tocsin's: name another file with --db",
            s->path);
    if (version > newest_version())
        return err_set(err, ERR_DATA,
            "%s was written by a newer version of Tocsin (schema %lld, this program knows %d): "
            "use that version, or another file with --db",
            s->path, (long long)version, newest_version());
    if (s->mode == STORE_READ && version < newest_version())
        return err_set(err, ERR_DATA,
            "%s %s: run `tocsin run` or `tocsin correlate` on it once, which brings it up to date",
            s->path, tables ? "was written by an older version of Tocsin" : "is empty");
    return true;
}

static bool run_file(struct store *s, const struct embedded *file, struct err *err)
{
    return store_script(s, file->name, file->text, err);
}

static bool run_migrations(struct store *s, int64_t version, struct err *err)
{
    for (const struct embedded *f = embedded_schema; f->name; f++) {
        char stamp[64];
        int number = migration_number(f);
        if (number <= version)
            continue;
        snprintf(stamp, sizeof stamp, "PRAGMA user_version = %d", number);
        if (!run_file(s, f, err) || !store_script(s, "schema version", stamp, err))
            return false;
    }
    return true;
}

/* The views are made anew whenever their text is not the one that made them. */
static bool refresh_views(struct store *s, struct err *err)
{
    for (const struct embedded *f = embedded_schema; f->name; f++) {
        if (strcmp(f->name, "views.sql") != 0)
            continue;
        int64_t made_from, text = (int64_t)str_hash((struct str){f->text, f->len}, STR_HASH_START);
        if (!store_state_get(s, "views", 0, &made_from, err))
            return false;
        if (made_from != text && (!run_file(s, f, err) || !store_state_set(s, "views", text, err)))
            return false;
    }
    return true;
}

bool store_migrate(struct store *s, struct err *err)
{
    char stamp[64];
    int64_t version = pragma(s, "PRAGMA user_version");
    if (version < 0)
        return store_fail(s, err, "open");
    if (!check_ours(s, version, err))
        return false;
    if (s->mode == STORE_READ)
        return true;
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d", APPLICATION_ID);
    if (!store_begin(s, err))
        return false;
    if ((version < newest_version() &&
            !(store_script(s, "application id", stamp, err) && run_migrations(s, version, err))) ||
        !refresh_views(s, err)) {
        store_rollback(s);
        return false;
    }
    return store_commit(s, err);
}
