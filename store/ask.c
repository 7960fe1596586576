/* People's SQL: one reading statement, on a connection of its own that cannot do anything else. */
#include "store/internal.h"
#include "util/arena.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

#define BUSY_MS        10000      /* a writer that must not be disturbed is waited for so long */
#define VALUE_MAX      (64 << 20) /* bytes of one value: guards against zeroblob() and the like */
#define SQL_MAX        (1 << 20)
#define PROGRESS_STEPS 20000 /* instructions between two looks at the clock, about a millisecond */

struct ask {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    const char *path;
    int64_t deadline_us; /* on the monotonic clock; 0: none */
    bool late;
    char denied[160]; /* what the authorizer refused, "" nothing */
    struct arena arena;
};

/* ------------------------------------------------------------------ what is allowed */

/* Pragmas that only read. The others of SQLite read without an argument and write with one. */
static const char *const reading_pragmas[] = {"collation_list", "compile_options", "database_list",
    "foreign_key_check", "foreign_key_list", "function_list", "index_info", "index_list",
    "index_xinfo", "integrity_check", "module_list", "pragma_list", "quick_check", "table_info",
    "table_list", "table_xinfo", NULL};
static const char *const bare_pragmas[] = {"application_id", "auto_vacuum", "encoding",
    "freelist_count", "journal_mode", "page_count", "page_size", "query_only", "schema_version",
    "user_version", NULL};
static const char *const forbidden_functions[] = {
    "edit", "fts3_tokenizer", "load_extension", "readfile", "writefile", NULL};

static bool is_among(const char *name, const char *const list[])
{
    while (*list && strcasecmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

static int deny(struct ask *a, const char *what, const char *name)
{
    if (!a->denied[0])
        snprintf(a->denied, sizeof a->denied, "%s%s%s", what, name ? " " : "", name ? name : "");
    return SQLITE_DENY;
}

static int authorize(void *arg, int action, const char *first, const char *second,
    const char *database, const char *view)
{
    (void)database, (void)view;
    struct ask *a = arg;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && is_among(second, forbidden_functions) ? deny(a, "the function", second)
                                                               : SQLITE_OK;
    case SQLITE_PRAGMA:
        return first && (is_among(first, reading_pragmas) ||
                            (!second && is_among(first, bare_pragmas)))
                   ? SQLITE_OK
                   : deny(a, second ? "setting the pragma" : "the pragma", first);
    case SQLITE_INSERT:
        return deny(a, "writing to", first);
    case SQLITE_UPDATE:
        return deny(a, "changing", first);
    case SQLITE_DELETE:
        return deny(a, "deleting from", first);
    case SQLITE_ATTACH:
        return deny(a, "attaching another file", NULL);
    default:
        return deny(a, "a statement that does not read", NULL);
    }
}

/* ------------------------------------------------------------------ failures */

static bool give_reason(struct ask *a, int rc, struct err *err)
{
    const char *message = a->db ? sqlite3_errmsg(a->db) : sqlite3_errstr(rc);
    if (a->late)
        return err_set(err, ERR_DATA,
            "SQL: stopped, because it took longer than it may: ask for less (WHERE t_us >= …), "
            "or allow more time");
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return err_nomem(err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_LOCKED, "another run is writing %s: try again later", a->path);
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_NOINPUT,
            "%s cannot be read: %s: check the permissions of the file and its folder", a->path,
            message);
    case SQLITE_IOERR:
    case SQLITE_FULL:
        return err_set(err, ERR_IO, "%s: %s", a->path, message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_DATA, "%s: %s", a->path, message);
    case SQLITE_TOOBIG:
        return err_set(err, ERR_DATA, "SQL: a value is bigger than 64 MiB: make less of it");
    default:
        break;
    }
    if (a->denied[0])
        return err_set(err, ERR_DATA,
            "SQL: %s is refused: only reading is possible here (SELECT, WITH, VALUES, EXPLAIN)",
            a->denied);
    bool unknown = strncmp(message, "no such ", 8) == 0;
    return err_set(err, ERR_DATA, "SQL: %s%s", message,
        unknown ? " (see `tocsin query --views` for what there is)" : "");
}

/* ------------------------------------------------------------------ the connection */

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Returns non-zero to stop the statement. */
static int look_at_clock(void *arg)
{
    struct ask *a = arg;
    a->late = a->late || monotonic_us() >= a->deadline_us;
    return a->late;
}

static bool connect_reader(struct ask *a, struct err *err)
{
    int rc = store_connect(a->path, STORE_READ, &a->db);
    if (rc != SQLITE_OK)
        return give_reason(a, rc, err);
    sqlite3_extended_result_codes(a->db, 1);
    sqlite3_busy_timeout(a->db, BUSY_MS);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_limit(a->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_limit(a->db, SQLITE_LIMIT_SQL_LENGTH, SQL_MAX);
    sqlite3_limit(a->db, SQLITE_LIMIT_ATTACHED, 0);
    rc = sqlite3_exec(a->db, "PRAGMA query_only = 1", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return give_reason(a, rc, err);
    if (!store_lookup_table(a->db))
        return err_nomem(err);
    return store_people_functions(a->db, err);
}

/* Connecting a table-valued function looks to the authorizer like an update of the schema. The useful
 * ones are therefore connected before it is set; from then on the connection has them. */
static void connect_table(struct ask *a, const char *prefix, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT 1 FROM %s%s", prefix, name);
    sqlite3_prepare_v2(a->db, sql, -1, &stmt, NULL); /* one that this SQLite lacks stays unknown */
    sqlite3_finalize(stmt);
}

static void connect_tables(struct ask *a)
{
    connect_table(a, "", "lookup");
    connect_table(a, "", "json_each");
    connect_table(a, "", "json_tree");
    connect_table(a, "", "dbstat");
    for (const char *const *name = reading_pragmas; *name; name++)
        connect_table(a, "pragma_", *name);
    for (const char *const *name = bare_pragmas; *name; name++)
        connect_table(a, "pragma_", *name);
}

static void limit_time(struct ask *a, int64_t time_us)
{
    if (time_us <= 0)
        return;
    a->deadline_us = monotonic_us() + time_us;
    sqlite3_progress_handler(a->db, PROGRESS_STEPS, look_at_clock, a);
}

/* ------------------------------------------------------------------ the statement */

/* The engine itself judges what follows the statement: nothing but blanks, comments and ';'. */
static bool ends_there(struct ask *a, const char *tail, struct err *err)
{
    while (*tail) {
        sqlite3_stmt *second = NULL;
        const char *next = tail;
        int rc = sqlite3_prepare_v2(a->db, tail, -1, &second, &next);
        bool empty = rc == SQLITE_OK && !second;
        sqlite3_finalize(second);
        if (!empty || next == tail)
            return err_set(err, ERR_DATA, "SQL: one statement at a time: a second one follows");
        tail = next;
    }
    return true;
}

static bool prepare(struct ask *a, const char *sql, struct err *err)
{
    const char *tail = sql;
    while (*tail && !a->stmt) { /* leading comments and ';' prepare to nothing */
        const char *from = tail;
        int rc = sqlite3_prepare_v2(a->db, from, -1, &a->stmt, &tail);
        if (rc != SQLITE_OK)
            return give_reason(a, rc, err);
        if (tail == from)
            break;
    }
    if (!a->stmt)
        return err_set(err, ERR_DATA,
            "SQL: there is no statement: write one, like "
            "`SELECT * FROM alerts`");
    if (!ends_there(a, tail, err))
        return false;
    if (sqlite3_bind_parameter_count(a->stmt) > 0)
        return err_set(err, ERR_DATA,
            "SQL: parameters (%s) have no value here: write the value itself",
            sqlite3_bind_parameter_name(a->stmt, 1) ? sqlite3_bind_parameter_name(a->stmt, 1)
                                                    : "?");
    if (!sqlite3_stmt_readonly(a->stmt))
        return err_set(err, ERR_DATA,
            "SQL: this statement is refused: only reading is possible here (SELECT, WITH, VALUES, EXPLAIN)");
    return true;
}

static struct str hex_of(struct ask *a, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(&a->arena, 2 * count + 1);
    if (!text)
        return STR_NONE;
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (struct str){text, 2 * count};
}

/* False without memory. */
static bool value_of(struct ask *a, int column, struct str *value, char *kind)
{
    int type = sqlite3_column_type(a->stmt, column);
    *kind = (char[]){[SQLITE_INTEGER] = 'i',
        [SQLITE_FLOAT] = 'r',
        [SQLITE_TEXT] = 't',
        [SQLITE_BLOB] = 'b',
        [SQLITE_NULL] = 'n'}[type];
    *value = STR_NONE;
    if (type == SQLITE_NULL)
        return true;
    const void *p = type == SQLITE_BLOB ? sqlite3_column_blob(a->stmt, column)
                                        : (const void *)sqlite3_column_text(a->stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(a->stmt, column);
    *value = type == SQLITE_BLOB ? hex_of(a, p, len) : (struct str){p, len};
    return value->p != NULL;
}

static bool give_row(struct ask *a, int count, const struct store_result *result, bool *go_on)
{
    arena_reset(&a->arena);
    struct str *values = arena_alloc(&a->arena, (size_t)count * sizeof *values);
    char *kinds = arena_alloc(&a->arena, (size_t)count);
    if (!values || !kinds)
        return false;
    for (int i = 0; i < count; i++)
        if (!value_of(a, i, &values[i], &kinds[i]))
            return false;
    *go_on = result->row(result->arg, count, values, kinds);
    return true;
}

static bool give_columns(struct ask *a, int count, const struct store_result *result, bool *go_on)
{
    const char **names = arena_alloc(&a->arena, (size_t)count * sizeof *names);
    if (!names)
        return false;
    for (int i = 0; i < count; i++)
        if (!(names[i] = sqlite3_column_name(a->stmt, i)))
            return false;
    *go_on = result->columns(result->arg, count, names);
    return true;
}

static bool give_rows(
    struct ask *a, int64_t max_rows, const struct store_result *result, struct err *err)
{
    int rc = SQLITE_ROW, count = sqlite3_column_count(a->stmt);
    bool go_on;
    if (!give_columns(a, count, result, &go_on))
        return err_nomem(err);
    for (int64_t n = 0; go_on && (max_rows <= 0 || n < max_rows); n++) {
        if ((rc = sqlite3_step(a->stmt)) != SQLITE_ROW)
            break;
        if (!give_row(a, count, result, &go_on))
            return err_nomem(err);
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE || give_reason(a, rc, err);
}

bool store_ask(struct store *s, const char *sql, const struct store_limits *limits,
    const struct store_result *result, struct err *err)
{
    struct ask a = {.path = s->path};
    bool done = false;
    if (!connect_reader(&a, err))
        goto done;
    connect_tables(&a);
    sqlite3_set_authorizer(a.db, authorize, &a);
    limit_time(&a, limits->time_us);
    done = prepare(&a, sql, err) && give_rows(&a, limits->rows, result, err);
done:
    sqlite3_finalize(a.stmt);
    sqlite3_close(a.db);
    arena_done(&a.arena);
    return done;
}
