/* Rows of a statement SELECT row_of(…) that another thread reads ahead, in portions, while the caller
 * works with those before them. The statement stands on a connection of its own. Everything but
 * ahead_new() and ahead_stop() is for store/query.c, behind the functions of store/query.h. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct ahead;
struct cells;
struct query;

/* NULL without memory. The query's statement is the reader's from the first step to ahead_stop(). */
struct ahead *ahead_new(struct query *q);
/* NULL is accepted. */
void ahead_free(struct ahead *a);

/* As query_step(): false at the end, or with the failure in err. The first step starts the thread;
 * where there is none to be had, the caller's own reads. */
bool ahead_step(struct ahead *a, struct err *err);
/* Whether ahead_step() need not wait. The first time, it starts the thread. */
bool ahead_ready(struct ahead *a);
/* The rows among which it stands on *row; until the next step. */
const struct cells *ahead_rows(struct ahead *a, size_t *row);

/* Ends reading, wherever it is; what was read and not asked for is gone. */
void ahead_stop(struct ahead *a);
