/* A ring of portions: one thread fills them from the statement, the other takes them in order. */
#include "store/ahead.h"

#include "store/internal.h"

#include <pthread.h>
#include <stdlib.h>

#define PORTIONS     32
#define PORTION_ROWS 256
#define PORTION_TEXT                                                                               \
    ((size_t)1 << 20) /* bytes, after which a portion is given out with fewer rows */

struct portion {
    struct cells cells;
    bool last;
};

struct ahead {
    struct query *query;
    struct portion portions[PORTIONS];
    size_t row; /* that the caller stands on, in the portion it has taken */
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
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    for (int i = 0; i < PORTIONS; i++)
        a->portions[i].cells.max_rows = PORTION_ROWS;
    return a;
}

void ahead_free(struct ahead *a)
{
    if (!a)
        return;
    ahead_stop(a);
    for (int i = 0; i < PORTIONS; i++)
        cells_done(&a->portions[i].cells);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* ------------------------------------------------------------------ filling */

static void fill(struct ahead *a, struct portion *b)
{
    struct query *q = a->query;
    struct cells *rows = &b->cells;
    b->last = false;
    cells_clear(rows);
    q->store->reader_rows_into = rows;
    while (!b->last && rows->rows < PORTION_ROWS && rows->texts.len < PORTION_TEXT) {
        size_t before = rows->rows;
        int rc = sqlite3_step(q->stmt);
        if (rc == SQLITE_ROW && rows->rows > before)
            continue;
        if (rc == SQLITE_ROW)
            err_set(&a->err, ERR_INTERNAL, "%s does not select row_of()", q->name);
        else if (rc != SQLITE_DONE)
            store_fail_on(sqlite3_db_handle(q->stmt), q->store, &a->err, q->name);
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
    if (!a->threaded || (a->held && (a->row + 1 < p->cells.rows || p->last)))
        return true;
    pthread_mutex_lock(&a->lock);
    bool ready = a->filled > a->taken + a->held;
    pthread_mutex_unlock(&a->lock);
    return ready;
}

bool ahead_step(struct ahead *a, struct err *err)
{
    struct portion *p = portion_at(a, a->taken);
    if (a->held && ++a->row < p->cells.rows)
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
    return p->cells.rows > 0;
}

const struct cells *ahead_rows(struct ahead *a, size_t *row)
{
    *row = a->row;
    return &portion_at(a, a->taken)->cells;
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
