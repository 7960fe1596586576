/* A connection to the file, also where nothing may be written beside it. */
#include "store/internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* "" for the working directory. */
static struct str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return (struct str){path, slash ? (size_t)(slash - path) + 1 : 0};
}

static bool folder_is_writable(const char *path)
{
    struct str part = folder_of(path);
    char *folder = part.len ? str_dup(part) : NULL;
    bool writable = faccessat(AT_FDCWD, folder ? folder : ".", W_OK | X_OK, AT_EACCESS) == 0;
    free(folder);
    return writable;
}

/* What does not fit into memory goes beside the database: there a run may write, and a disk that is full
 * is the one that the message names. For all stores of the program, so the first one says. */
static void place_temporary_files(const char *path)
{
    struct str folder = folder_of(path);
    if (!sqlite3_temp_directory && sqlite3_initialize() == SQLITE_OK)
        sqlite3_temp_directory =
            sqlite3_mprintf("%.*s", folder.len ? (int)folder.len : 1, folder.len ? folder.p : ".");
}

/* Changes that are not in the database file yet. */
static bool has_wal(const char *path)
{
    struct stat st;
    struct buf wal = {0};
    buf_printf(&wal, "%s-wal", path);
    bool there = wal.failed || (stat(wal.text, &st) == 0 && st.st_size > 0);
    buf_done(&wal);
    return there;
}

/* "file:…?immutable=1" */
static void add_immutable_uri(struct buf *uri, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "/._-~";
    buf_puts(uri, "file:");
    if (str_starts(str_of(path), STR("//")))
        buf_puts(uri, "//"); /* else what follows would be read as the name of a host */
    for (; *path; path++) {
        if (strchr(plain, *path))
            buf_addc(uri, *path);
        else
            buf_printf(uri, "%%%02X", (unsigned char)*path);
    }
    buf_puts(uri, "?immutable=1");
}

/* Even to read, SQLite makes files beside a database in WAL mode. Without changes in a -wal the
 * database is all in one file, which is then read as one that does not change. */
int store_connect(const char *path, enum store_mode mode, sqlite3 **db)
{
    struct buf uri = {0};
    if (mode == STORE_WRITE) {
        place_temporary_files(path);
        return sqlite3_open_v2(
            path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    }
    if (folder_is_writable(path) || has_wal(path))
        return sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    add_immutable_uri(&uri, path);
    int rc = uri.failed ? SQLITE_NOMEM
                        : sqlite3_open_v2(uri.text, db,
                              SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    buf_done(&uri);
    return rc;
}
