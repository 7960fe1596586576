/* Statements: prepared once, bound by name, first failure kept. */
#include "store/query.h"

#include "store/internal.h"

#include <stdlib.h>

/* What is handed out when there is no memory for a statement of its own. */
static struct query out_of_memory = {.name = "statement"};

static struct query *find(struct store *s, const char *sql)
{
    for (struct query *q = s->queries; q; q = q->next)
        if (q->sql == sql)
            return q;
    return NULL;
}

static void keep_failure(struct query *q)
{
    if (q->err.code == ERR_NONE)
        store_fail(q->store, &q->err, q->name);
}

struct query *store_query(struct store *s, const char *name, const char *sql)
{
    struct query *q = find(s, sql);
    if (q)
        return q;
    q = calloc(1, sizeof *q);
    if (!q) {
        out_of_memory.err = (struct err){0};
        err_nomem(&out_of_memory.err);
        return &out_of_memory;
    }
    *q = (struct query){.store = s, .name = name, .sql = sql, .next = s->queries};
    s->queries = q;
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL) != SQLITE_OK)
        keep_failure(q);
    else
        store_check_plan(q->stmt, name, &q->err);
    return q;
}

/* The parameter's index, 0 after keeping a failure. */
static int parameter_index(struct query *q, const char *parameter)
{
    if (!q->stmt || q->err.code)
        return 0;
    int i = sqlite3_bind_parameter_index(q->stmt, parameter);
    if (i == 0)
        err_set(&q->err, ERR_INTERNAL, "%s has no parameter %s", q->name, parameter);
    return i;
}

static void check(struct query *q, int rc)
{
    if (rc != SQLITE_OK)
        keep_failure(q);
}

void query_bind_i(struct query *q, const char *parameter, int64_t value)
{
    int i = parameter_index(q, parameter);
    if (i)
        check(q, sqlite3_bind_int64(q->stmt, i, value));
}

bool query_bind_i_if(struct query *q, const char *parameter, int64_t value)
{
    if (!q->stmt || q->err.code)
        return false;
    int i = sqlite3_bind_parameter_index(q->stmt, parameter);
    if (i)
        check(q, sqlite3_bind_int64(q->stmt, i, value));
    return i != 0;
}

void query_bind_zeros(struct query *q)
{
    int count = q->stmt ? sqlite3_bind_parameter_count(q->stmt) : 0;
    for (int i = 1; i <= count; i++)
        check(q, sqlite3_bind_int64(q->stmt, i, 0));
}

bool query_has_parameter(struct query *q, const char *parameter)
{
    return q->stmt && sqlite3_bind_parameter_index(q->stmt, parameter) != 0;
}

bool query_is_readonly(struct query *q)
{
    return q->stmt && sqlite3_stmt_readonly(q->stmt);
}

void query_bind_null(struct query *q, const char *parameter)
{
    int i = parameter_index(q, parameter);
    if (i)
        check(q, sqlite3_bind_null(q->stmt, i));
}

void query_bind_s(struct query *q, const char *parameter, struct str value)
{
    int i = parameter_index(q, parameter);
    if (i && value.p)
        check(q, sqlite3_bind_text64(q->stmt, i, value.p, value.len, SQLITE_STATIC, SQLITE_UTF8));
    else if (i)
        check(q, sqlite3_bind_null(q->stmt, i));
}

void query_bind_blob(struct query *q, const char *parameter, const void *bytes, size_t len)
{
    int i = parameter_index(q, parameter);
    if (i)
        check(q, sqlite3_bind_blob64(q->stmt, i, bytes ? bytes : "", len, SQLITE_STATIC));
}

bool query_step(struct query *q)
{
    if (!q->stmt || q->err.code)
        return false;
    int rc = sqlite3_step(q->stmt);
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        keep_failure(q);
    return false;
}

int64_t query_i(struct query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

bool query_null(struct query *q, int column)
{
    return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

struct str query_s(struct query *q, int column)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    if (!p && sqlite3_column_type(q->stmt, column) == SQLITE_NULL)
        return STR_NONE;
    return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(q->stmt, column)};
}

int query_column_if(struct query *q, const char *name)
{
    int count = q->stmt ? sqlite3_column_count(q->stmt) : 0;
    for (int i = 0; i < count; i++)
        if (strcmp(sqlite3_column_name(q->stmt, i), name) == 0)
            return i;
    return -1;
}

int query_column(struct query *q, const char *name)
{
    int column = query_column_if(q, name);
    if (column < 0)
        err_set(&q->err, ERR_INTERNAL, "%s has no column %s", q->name, name);
    return column;
}

bool query_done(struct query *q, struct err *err)
{
    struct err failure = q->err;
    if (q->stmt) {
        sqlite3_reset(q->stmt);
        sqlite3_clear_bindings(q->stmt);
        q->err = (struct err){0}; /* a statement that could not be prepared stays failed */
    }
    return failure.code == ERR_NONE || err_set(err, failure.code, "%s", failure.text);
}

bool store_do(struct store *s, const char *name, const char *sql, struct err *err)
{
    struct query *q = store_query(s, name, sql);
    query_step(q);
    return query_done(q, err);
}

/* *sql: goes on behind the statement. */
static bool run_next(struct store *s, const char *name, const char **sql, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool done = (sqlite3_prepare_v2(s->db, *sql, -1, &stmt, sql) == SQLITE_OK ||
                    store_fail(s, err, name)) &&
                store_check_plan(stmt, name, err);
    int rc = done && stmt ? SQLITE_ROW : SQLITE_DONE;
    while (rc == SQLITE_ROW)
        rc = sqlite3_step(stmt);
    done = done && (rc == SQLITE_DONE || store_fail(s, err, name));
    sqlite3_finalize(stmt);
    return done;
}

bool store_script(struct store *s, const char *name, const char *sql, struct err *err)
{
    while (*sql)
        if (!run_next(s, name, &sql, err))
            return false;
    return true;
}

int64_t store_changes(struct store *s)
{
    return sqlite3_changes64(s->db);
}

int64_t store_last_id(struct store *s)
{
    return sqlite3_last_insert_rowid(s->db);
}
