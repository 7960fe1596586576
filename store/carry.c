/* A checkpoint by a connection of its own: it disturbs neither readers nor the writer, who goes on. */
#include "store/carry.h"

#include "store/internal.h"

#include <pthread.h>
#include <stdlib.h>

struct carry {
    sqlite3 *db;
    pthread_t thread;
};

/* The connection has to read once, to know that there is a log. */
static void *carry_over(void *arg)
{
    struct carry *c = arg;
    if (sqlite3_exec(c->db, "PRAGMA synchronous = NORMAL; PRAGMA schema_version", NULL, NULL,
            NULL) == SQLITE_OK)
        sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return NULL;
}

struct carry *carry_begin(struct store *s)
{
    if (strcmp(s->path, STORE_MEMORY) == 0)
        return NULL;
    struct carry *c = calloc(1, sizeof *c);
    if (c && store_connect(s->path, STORE_WRITE, &c->db) == SQLITE_OK &&
        pthread_create(&c->thread, NULL, carry_over, c) == 0)
        return c;
    if (c)
        sqlite3_close(c->db);
    free(c);
    return NULL;
}

void carry_end(struct carry *c)
{
    if (!c)
        return;
    pthread_join(c->thread, NULL);
    sqlite3_close(c->db);
    free(c);
}
