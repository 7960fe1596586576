/* Statements: prepared once, bound by name, first failure kept. */
#include "store/query.h"

#include "store/ahead.h"
#include "store/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What is handed out when there is no memory for a statement of its own. */
static struct query out_of_memory = {.name = "statement"};

static struct query *find(struct store *s, const char *sql, bool ahead)
{
    for (struct query *q = s->queries; q; q = q->next)
        if (q->sql == sql && q->ahead == ahead)
            return q;
    return NULL;
}

static void keep_failure_on(struct query *q, sqlite3 *db)
{
    if (q->err.code == ERR_NONE)
        store_fail_on(db, q->store, &q->err, q->name);
}

static void keep_failure(struct query *q)
{
    keep_failure_on(q, q->stmt ? sqlite3_db_handle(q->stmt) : q->store->db);
}

static void prepare(struct query *q, sqlite3 *db)
{
    int rc = sqlite3_prepare_v3(db, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
    if (rc != SQLITE_OK)
        keep_failure_on(q, db);
    else
        store_check_plan(q->stmt, q->name, &q->err);
}

/* The statement of that text as it is kept, or a new one, not prepared yet. */
static struct query *kept_or_new(struct store *s, const char *name, const char *sql, bool ahead)
{
    struct query *q = find(s, sql, ahead);
    if (q)
        return q;
    q = calloc(1, sizeof *q);
    if (!q) {
        out_of_memory.err = (struct err){0};
        err_nomem(&out_of_memory.err);
        return &out_of_memory;
    }
    *q = (struct query){.store = s, .name = name, .sql = sql, .ahead = ahead, .next = s->queries};
    s->queries = q;
    return q;
}

struct query *store_query(struct store *s, const char *name, const char *sql)
{
    struct query *q = kept_or_new(s, name, sql, false);
    if (!q->stmt && !q->err.code)
        prepare(q, s->db);
    return q;
}

struct query *store_query_rows(struct store *s, const char *name, const char *sql)
{
    struct query *q = store_query(s, name, sql);
    if (q != &out_of_memory)
        q->own.max_rows = 1;
    return q;
}

struct query *store_query_ahead(struct store *s, const char *name, const char *sql)
{
    if (strcmp(s->path, STORE_MEMORY) == 0)
        return NULL;
    struct query *q = kept_or_new(s, name, sql, true);
    if (!q->stmt && !q->err.code && store_connect_reader(s, &q->err)) {
        prepare(q, s->reader);
        if (!q->err.code && !(q->reading = ahead_new(q)))
            err_nomem(&q->err);
    }
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

/* The row that was handed over. */
static bool stand_on(struct query *q)
{
    size_t row = 0;
    q->rows = q->reading ? ahead_rows(q->reading, &row) : &q->own;
    if (q->rows->rows == 0)
        return err_set(&q->err, ERR_INTERNAL, "%s does not select row_of()", q->name);
    q->row = cells_row(q->rows, row);
    return true;
}

bool query_step(struct query *q)
{
    if (!q->stmt || q->err.code)
        return false;
    if (q->reading)
        return ahead_step(q->reading, &q->err) && stand_on(q);
    if (q->own.max_rows) {
        cells_clear(&q->own);
        q->store->rows_into = &q->own;
    }
    int rc = sqlite3_step(q->stmt);
    if (rc == SQLITE_ROW)
        return !q->own.max_rows || stand_on(q);
    if (rc != SQLITE_DONE)
        keep_failure(q);
    return false;
}

bool query_ready(struct query *q)
{
    return !q->reading || q->err.code || ahead_ready(q->reading);
}

int64_t query_i(struct query *q, int column)
{
    if (!q->row)
        return sqlite3_column_int64(q->stmt, column);
    return q->row[column].kind == CELL_NUMBER ? q->row[column].value : 0;
}

bool query_null(struct query *q, int column)
{
    return q->row ? q->row[column].kind == CELL_NULL
                  : sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

static struct str cell_s(struct query *q, const struct cell *cell)
{
    if (cell->kind == CELL_TEXT)
        return (struct str){q->rows->texts.text + cell->value, cell->len};
    if (cell->kind == CELL_NULL)
        return STR_NONE;
    int len = snprintf(q->number, sizeof q->number, "%" PRId64, cell->value);
    return (struct str){q->number, (size_t)len};
}

struct str query_s(struct query *q, int column)
{
    if (q->row)
        return cell_s(q, &q->row[column]);
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

void query_stop(struct query *q)
{
    q->row = NULL;
    if (q->reading)
        ahead_stop(q->reading);
    if (q->stmt)
        sqlite3_reset(q->stmt);
}

void query_free(struct query *q)
{
    ahead_free(q->reading);
    cells_done(&q->own);
    sqlite3_finalize(q->stmt);
    free(q);
}

bool query_done(struct query *q, struct err *err)
{
    struct err failure = q->err;
    query_stop(q);
    if (q->stmt) {
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
