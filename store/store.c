/* Opening, locking and transactions of the one database file. */
#include "store/store.h"

#include "store/carry.h"
#include "store/internal.h"
#include "store/own_attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define READER_BUSY_MS 10000 /* a reader waits so long for a writer that must not be disturbed */
#define LOCK_POLL_MS   100

static enum err_code code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return ERR_INTERNAL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_LOCKED;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ERR_CREATE;
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return ERR_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_DATA;
    default:
        return ERR_INTERNAL;
    }
}

bool store_fail_on(sqlite3 *db, struct store *s, struct err *err, const char *doing)
{
    int rc = sqlite3_extended_errcode(db);
    if ((rc & 0xff) == SQLITE_NOTADB)
        return err_set(
            err, ERR_DATA, "%s is not an SQLite database: name another file with --db", s->path);
    if ((rc & 0xff) == SQLITE_FULL)
        return err_set(err, ERR_IO,
            "the disk that holds %s is full: free some space and run the same command again, "
            "it goes on where it stopped",
            s->path);
    if ((rc & 0xff) == SQLITE_READONLY)
        return err_set(err, ERR_CREATE,
            "%s may not be written: check the permissions of the file and of its folder", s->path);
    if ((rc & 0xff) == SQLITE_CORRUPT)
        return err_set(err, ERR_DATA,
            "%s is damaged: put a copy in its place, or move it away and read the logs again",
            s->path);
    if ((rc & 0xff) == SQLITE_IOERR)
        return err_set(err, ERR_IO, "%s cannot be read or written: %s (%s)", s->path,
            sqlite3_system_errno(db) ? strerror(sqlite3_system_errno(db)) : sqlite3_errmsg(db),
            doing);
    if ((rc & 0xff) == SQLITE_CANTOPEN && s->mode == STORE_READ)
        return err_set(err, ERR_CREATE,
            "%s cannot be read together with its changes in %s-wal: who may write in its folder "
            "runs `tocsin correlate` on it once",
            s->path, s->path);
    return err_set(err, code_of(rc), "%s: %s (%s)", s->path, sqlite3_errmsg(db), doing);
}

bool store_fail(struct store *s, struct err *err, const char *doing)
{
    return store_fail_on(s->db, s, err, doing);
}

/* ------------------------------------------------------------------ one writer at a time */

static bool take_lock(struct store *s, int64_t wait_us, struct err *err)
{
    const struct timespec pause = {.tv_nsec = LOCK_POLL_MS * 1000000L};
    while (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_set(err, ERR_IO, "%s cannot be locked: %s", s->path, strerror(errno));
        if (wait_us <= 0)
            return err_set(err, ERR_LOCKED,
                "another run is writing %s: try again later, or wait for it with --wait 60s",
                s->path);
        nanosleep(&pause, NULL);
        wait_us -= LOCK_POLL_MS * 1000;
    }
    return true;
}

/* Opens (creates) the file for the lock before SQLite does, so that the mode is 0600 from the
 * start. The descriptor is closed after SQLite has closed its own: POSIX drops a process's locks
 * on a file when any of its descriptors is closed. */
static bool open_for_writing(struct store *s, int64_t wait_us, struct err *err)
{
    struct stat st;
    if (strcmp(s->path, STORE_MEMORY) == 0)
        return true;
    if (stat(s->path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(err, ERR_CREATE, "%s is %s: name a database file with --db", s->path,
            S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
    s->lock_fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return err_set(err, ERR_CREATE, "%s cannot be %s: %s", s->path,
            errno == ENOENT || errno == ENOTDIR ? "created" : "opened for writing",
            strerror(errno));
    return take_lock(s, wait_us, err);
}

static bool check_readable(struct store *s, struct err *err)
{
    struct stat st;
    if (stat(s->path, &st) != 0)
        return err_set(err, ERR_NOINPUT,
            "there is no database %s: make one with `tocsin run LOGS`, or name it with --db",
            s->path);
    if (!S_ISREG(st.st_mode))
        return err_set(
            err, ERR_CREATE, "%s is not a regular file: name a database with --db", s->path);
    if (access(s->path, R_OK) != 0)
        return err_set(err, ERR_NOINPUT, "%s may not be read: %s", s->path, strerror(errno));
    return true;
}

/* ------------------------------------------------------------------ open and close */

static bool connect_file(struct store *s, enum store_mode mode, sqlite3 **db, struct err *err)
{
    if (store_connect(s->path, mode, db) != SQLITE_OK)
        return *db ? store_fail_on(*db, s, err, "open") : err_nomem(err);
    sqlite3_busy_timeout(*db, READER_BUSY_MS);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    return true;
}

bool store_connect_reader(struct store *s, struct err *err)
{
    if (s->reader)
        return true;
    return connect_file(s, STORE_READ, &s->reader, err) &&
           ((store_lookup_table(s->reader) && cells_define(s->reader, &s->reader_rows_into)) ||
               store_fail_on(s->reader, s, err, "table of names"));
}

/* Set before the first table exists: page size and auto_vacuum cannot be changed later. The log is
 * carried over into the database every 64 MiB: every time waits for the disk. What a run works on grows
 * with what is new: it goes to a file when it no longer fits into memory. */
static const char writer_pragmas[] = "PRAGMA page_size = 8192;"
                                     "PRAGMA auto_vacuum = INCREMENTAL;"
                                     "PRAGMA journal_mode = WAL;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA temp_store = FILE;"
                                     "PRAGMA cache_size = -" STORE_CACHE_KIB ";"
                                     "PRAGMA temp.cache_size = -" STORE_CACHE_KIB ";"
                                     "PRAGMA wal_autocheckpoint = 8192;";

static bool prepare_connection(struct store *s, struct err *err)
{
    if (!store_lookup_table(s->db) || !cells_define(s->db, &s->rows_into))
        return store_fail(s, err, "table of names");
    if (s->mode == STORE_READ)
        return store_script(s, "open", "PRAGMA query_only = 1", err);
    return store_script(s, "open", writer_pragmas, err) && store_window_functions(s, err);
}

struct store *store_open(const char *path, enum store_mode mode, int64_t wait_us, struct err *err)
{
    sqlite3_config(
        SQLITE_CONFIG_MEMSTATUS, 0); /* to count takes a lock; refused once it is in use */
    struct store *s = calloc(1, sizeof *s);
    if (!s || !(s->path = str_dup(str_of(path)))) {
        free(s);
        err_nomem(err);
        return NULL;
    }
    s->mode = mode;
    s->lock_fd = -1;
    bool ready = mode == STORE_WRITE ? open_for_writing(s, wait_us, err) : check_readable(s, err);
    if (ready && connect_file(s, mode, &s->db, err) && prepare_connection(s, err) &&
        store_migrate(s, err))
        return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->in_transaction)
        store_rollback(s);
    while (s->queries) {
        struct query *q = s->queries;
        s->queries = q->next;
        query_free(q);
    }
    sqlite3_close(s->reader);
    carry_end(s->carry);
    sqlite3_close(s->db);
    while (s->tables) {
        struct rows_table *table = s->tables;
        s->tables = table->next;
        free(table);
    }
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    store_names_done(s);
    lookup_page_done(&s->lookups);
    store_keep_attempts(s, false);
    free(s->rows);
    free(s->source_path);
    free(s->path);
    free(s);
}

const char *store_path(const struct store *s)
{
    return s->path;
}

/* ------------------------------------------------------------------ transactions and notes */

bool store_begin(struct store *s, struct err *err)
{
    if (!store_do(s, "begin", "BEGIN IMMEDIATE", err))
        return false;
    s->in_transaction = true;
    return true;
}

bool store_commit(struct store *s, struct err *err)
{
    if (!store_flush_lookups(s, err) || !store_do(s, "commit", "COMMIT", err)) {
        store_rollback(s);
        return false;
    }
    s->in_transaction = false;
    return true;
}

bool store_commit_part(struct store *s, struct err *err)
{
    if (!store_commit(s, err))
        return false;
    carry_end(s->carry);
    s->carry = carry_begin(s);
    return store_begin(s, err);
}

void store_rollback(struct store *s)
{
    for (struct query *q = s->queries; q; q = q->next)
        query_stop(q);
    if (!sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    s->in_transaction = false;
    store_names_forget(s); /* ids handed out in it are void */
    if (s->lookups.own)
        lookup_page_clear(&s->lookups);
}

bool store_state_get(
    struct store *s, const char *name, int64_t otherwise, int64_t *value, struct err *err)
{
    struct query *q = store_query(s, "state", "SELECT value FROM state WHERE name = :name");
    query_bind_s(q, ":name", str_of(name));
    int64_t found = query_step(q) ? query_i(q, 0) : otherwise;
    if (!query_done(q, err))
        return false;
    *value = found;
    return true;
}

bool store_state_set(struct store *s, const char *name, int64_t value, struct err *err)
{
    struct query *q = store_query(
        s, "state", "INSERT OR REPLACE INTO state (name, value) VALUES (:name, :value)");
    query_bind_s(q, ":name", str_of(name));
    query_bind_i(q, ":value", value);
    query_step(q);
    return query_done(q, err);
}

bool store_setting_get(struct store *s, const char *name, struct buf *text, struct err *err)
{
    struct query *q = store_query(s, "setting", "SELECT text FROM setting WHERE name = :name");
    query_bind_s(q, ":name", str_of(name));
    if (query_step(q))
        buf_add(text, query_s(q, 0));
    return query_done(q, err) && (!text->failed || err_nomem(err));
}

bool store_setting_set(struct store *s, const char *name, struct str text, struct err *err)
{
    struct query *q = store_query(
        s, "setting", "INSERT OR REPLACE INTO setting (name, text) VALUES (:name, :text)");
    query_bind_s(q, ":name", str_of(name));
    query_bind_s(q, ":text", text);
    query_step(q);
    return query_done(q, err);
}
