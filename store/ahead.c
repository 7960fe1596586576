/* A ring of portions: one thread fills them from the statement, the other takes them in order. */
#include "store/ahead.h"

#include "store/internal.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define PORTIONS     32
#define PORTION_ROWS 256
#define PORTION_TEXT                                                                               \
    ((size_t)1 << 20) /* bytes, after which a portion is given out with fewer rows */

/* A column of a row; of texts the place in the portion's, and the length. */
struct cell {
    int64_t value;
    uint32_t len;
    enum { CELL_NULL, CELL_NUMBER, CELL_TEXT } kind;
};

struct portion {
    struct cell *cells; /* PORTION_ROWS times the columns */
    struct buf texts;
    size_t rows;
    bool last;
};

struct ahead {
    struct query *query;
    int columns;
    struct portion portions[PORTIONS];
    size_t row;      /* that the caller stands on, in the portion it has taken */
    char number[24]; /* that was asked for as text */
    bool started, threaded;
    bool held; /* a portion is taken */
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows; not over what a portion holds */
    pthread_cond_t changed;
    uint64_t filled, taken; /* portions so far: taken <= filled <= taken + PORTIONS */
    bool quit;
    struct err err; /* set before the last portion is given out */
};

struct ahead *ahead_new(struct query *q)
{
    struct ahead *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->query = q;
    a->columns = q->stmt ? sqlite3_column_count(q->stmt) : 0;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    for (int i = 0; i < PORTIONS; i++) {
        a->portions[i].cells =
            malloc(PORTION_ROWS * (size_t)(a->columns + 1) * sizeof *a->portions[i].cells);
        if (!a->portions[i].cells) {
            ahead_free(a);
            return NULL;
        }
    }
    return a;
}

void ahead_free(struct ahead *a)
{
    if (!a)
        return;
    ahead_stop(a);
    for (int i = 0; i < PORTIONS; i++) {
        free(a->portions[i].cells);
        buf_done(&a->portions[i].texts);
    }
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* ------------------------------------------------------------------ filling */

static struct cell cell_of(sqlite3_stmt *stmt, int column, struct buf *texts)
{
    struct cell cell = {.kind = CELL_NUMBER};
    sqlite3_value *value = sqlite3_column_value(stmt, column); /* once: this is what costs */
    int type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        cell.value = sqlite3_value_int64(value);
    } else if (type == SQLITE_NULL) {
        cell.kind = CELL_NULL;
    } else {
        const void *p = sqlite3_value_blob(value);
        cell.kind = CELL_TEXT;
        cell.value = (int64_t)texts->len;
        cell.len = (uint32_t)sqlite3_value_bytes(value);
        buf_add(texts, (struct str){p ? p : "", cell.len});
    }
    return cell;
}

static void add_row(const struct ahead *a, struct portion *b)
{
    struct cell *cells = &b->cells[b->rows++ * (size_t)a->columns];
    for (int i = 0; i < a->columns; i++)
        cells[i] = cell_of(a->query->stmt, i, &b->texts);
}

static void fill(struct ahead *a, struct portion *b)
{
    b->rows = 0;
    b->last = false;
    buf_clear(&b->texts);
    while (!b->last && b->rows < PORTION_ROWS && b->texts.len < PORTION_TEXT) {
        int rc = sqlite3_step(a->query->stmt);
        if (rc == SQLITE_ROW) {
            add_row(a, b);
            continue;
        }
        if (rc != SQLITE_DONE)
            store_fail_on(
                sqlite3_db_handle(a->query->stmt), a->query->store, &a->err, a->query->name);
        b->last = true;
    }
    if (b->texts.failed) {
        err_nomem(&a->err);
        b->rows = 0;
        b->last = true;
    }
}

static struct portion *portion_at(struct ahead *a, uint64_t n)
{
    return &a->portions[n % PORTIONS];
}

static void *read_ahead(void *arg)
{
    struct ahead *a = arg;
    bool more = true;
    pthread_mutex_lock(&a->lock);
    while (more && !a->quit) {
        if (a->filled == a->taken + PORTIONS) {
            pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        struct portion *b = portion_at(a, a->filled);
        pthread_mutex_unlock(&a->lock);
        fill(a, b);
        pthread_mutex_lock(&a->lock);
        more = !b->last;
        a->filled++;
        pthread_cond_broadcast(&a->changed);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

/* ------------------------------------------------------------------ taking */

static void start(struct ahead *a)
{
    if (a->started)
        return;
    a->err = (struct err){0};
    a->quit = a->held = false;
    a->filled = a->taken = 0;
    a->started = true;
    a->threaded = pthread_create(&a->thread, NULL, read_ahead, a) == 0;
}

/* The portion to take rows from, once it is filled. */
static struct portion *await(struct ahead *a)
{
    if (!a->threaded && a->filled == a->taken) {
        fill(a, portion_at(a, a->taken));
        a->filled++;
    }
    pthread_mutex_lock(&a->lock);
    while (a->filled == a->taken)
        pthread_cond_wait(&a->changed, &a->lock);
    pthread_mutex_unlock(&a->lock);
    return portion_at(a, a->taken);
}

static void give_back(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    a->taken++;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

bool ahead_ready(struct ahead *a)
{
    const struct portion *p = portion_at(a, a->taken);
    start(a);
    if (!a->threaded || (a->held && (a->row + 1 < p->rows || p->last)))
        return true;
    pthread_mutex_lock(&a->lock);
    bool ready = a->filled > a->taken + a->held;
    pthread_mutex_unlock(&a->lock);
    return ready;
}

bool ahead_step(struct ahead *a, struct err *err)
{
    struct portion *p = portion_at(a, a->taken);
    if (a->held && ++a->row < p->rows)
        return true;
    if (a->held && p->last)
        return false;
    if (a->held)
        give_back(a);
    start(a);
    p = await(a);
    a->held = true;
    a->row = 0;
    if (p->last && a->err.code)
        err_set(err, a->err.code, "%s", a->err.text);
    return p->rows > 0;
}

static const struct cell *cell_at(const struct ahead *a, int column)
{
    return &a->portions[a->taken % PORTIONS].cells[a->row * (size_t)a->columns + (size_t)column];
}

int64_t ahead_i(const struct ahead *a, int column)
{
    const struct cell *cell = cell_at(a, column);
    return cell->kind == CELL_NUMBER ? cell->value : 0;
}

bool ahead_null(const struct ahead *a, int column)
{
    return cell_at(a, column)->kind == CELL_NULL;
}

struct str ahead_s(struct ahead *a, int column)
{
    const struct cell *cell = cell_at(a, column);
    if (cell->kind == CELL_TEXT)
        return (struct str){portion_at(a, a->taken)->texts.text + cell->value, cell->len};
    if (cell->kind == CELL_NULL)
        return STR_NONE;
    int len = snprintf(a->number, sizeof a->number, "%" PRId64, cell->value);
    return (struct str){a->number, (size_t)len};
}

void ahead_stop(struct ahead *a)
{
    if (a->threaded) {
        pthread_mutex_lock(&a->lock);
        a->quit = true;
        pthread_cond_broadcast(&a->changed);
        pthread_mutex_unlock(&a->lock);
        pthread_join(a->thread, NULL);
    }
    a->threaded = a->started = a->held = false;
}
