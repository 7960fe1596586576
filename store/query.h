/* Statements: prepared once per store, bound by name, the first failure kept until query_done().
 *
 *     struct query *q = store_query(s, "flows of a span", sql);
 *     query_bind_i(q, ":lo", lo);
 *     while (query_step(q))
 *         use(query_i(q, 0));
 *     return query_done(q, err);
 *
 * Where plans are watched (store_watch_plans()), a statement that reads all of a table that grows
 * fails like one that does not prepare, unless it holds a comment "scans TABLE: why". */
#pragma once

#include "store/store.h"
#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct query;

/* A statement of this store, prepared when first asked for and kept by the address of `sql`, which
 * must stay valid as long as the store. name stands in error messages. Never NULL: a failure to
 * prepare is reported by query_done(). One statement cannot be stepped through twice at once. */
struct query *store_query(struct store *s, const char *name, const char *sql);

/* The same for a statement SELECT row_of(a, b, …), whose values are columns from 0 on as if they had been
 * selected: for many rows, since each value is had for a fraction of what a column costs. */
struct query *store_query_rows(struct store *s, const char *name, const char *sql);

/* The same again, read ahead by a thread with a connection of its own, for many rows that others wrote: it
 * sees what was committed before the first step, and none of what the transaction under way changes.
 * NULL for a database in memory, which has one connection. */
struct query *store_query_ahead(struct store *s, const char *name, const char *sql);
/* Whether query_step() need not wait for the thread; the first time, it starts. */
bool query_ready(struct query *q);

void query_bind_i(struct query *q, const char *parameter, int64_t value);
void query_bind_null(struct query *q, const char *parameter);
/* The text is not copied: it must live until query_done(). p NULL binds NULL. */
void query_bind_s(struct query *q, const char *parameter, struct str value);
void query_bind_blob(struct query *q, const char *parameter, const void *bytes, size_t len);
/* False when the statement has no such parameter; binds nothing then. */
bool query_bind_i_if(struct query *q, const char *parameter, int64_t value);
/* Binds 0 to every parameter: what is not bound afterwards means "none". */
void query_bind_zeros(struct query *q);
bool query_has_parameter(struct query *q, const char *parameter);
/* True when the statement writes nothing; meaningless after a failure to prepare. */
bool query_is_readonly(struct query *q);

/* True: there is a row. False: the end, or a failure. */
bool query_step(struct query *q);

/* Columns of the row; slices are valid until the next step. NULL reads as 0 or STR_NONE. */
int64_t query_i(struct query *q, int column);
bool query_null(struct query *q, int column);
struct str query_s(struct query *q, int column);
/* The column of that name; a failure is kept when there is none. */
int query_column(struct query *q, const char *name);
/* -1 when there is none. */
int query_column_if(struct query *q, const char *name);

/* Makes the statement ready for its next use. False with the first failure since store_query(). */
bool query_done(struct query *q, struct err *err);
/* store_query, one step, query_done, for statements without rows and parameters. */
bool store_do(struct store *s, const char *name, const char *sql, struct err *err);
/* The same for text of several statements. */
bool store_script(struct store *s, const char *name, const char *sql, struct err *err);
/* Rows changed by the last statement; the id of the row inserted last. */
int64_t store_changes(struct store *s);
int64_t store_last_id(struct store *s);
