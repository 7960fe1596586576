/* What the files of store/ share and nobody else sees. */
#pragma once

#include "store/cells.h"
#include "store/lookup_page.h"
#include "store/query.h"
#include "store/store.h"
#include "util/arena.h"

#include <sqlite3.h>

/* Distinct texts and IPv6 addresses kept in memory while interning; beyond that the database is
 * asked, so that a flood of random ones costs time but no memory. */
#define NAME_CACHE_MAX    65536
#define ADDRESS_CACHE_MAX 65536

/* Of the database, in a writer's memory. */
#define STORE_CACHE_KIB "65536"

struct ahead;
struct attempt_cache;
struct carry;

struct query {
    sqlite3_stmt *stmt;
    struct store *store;
    const char *name;
    const char *sql;       /* its address is the key … */
    bool ahead;            /* … together with this: rows are read ahead … */
    struct ahead *reading; /* … by this; NULL for others */
    struct cells own;      /* not read ahead: the row that it stands on; without room for others */
    const struct cells *rows; /* `own`, or a portion of those read ahead, with … */
    const struct cell *row;   /* … the row that it stands on; NULL: SQLite is asked for columns */
    char number[24];          /* that was asked for as text */
    struct err err;           /* the first failure since store_query() */
    struct query *next;
};

struct rows_table {
    const struct row_shape *shape;
    const void *rows;
    size_t count;
    struct rows_table *next;
};

struct name_entry {
    char *text; /* owned; NULL: free slot */
    uint32_t len;
    int64_t id;
};

struct address_entry {
    struct ipaddr ip;
    int64_t id; /* 0: free slot */
};

struct store {
    sqlite3 *db;
    sqlite3 *reader; /* a second connection, for what is read ahead; NULL until it is needed */
    struct cells *rows_into, *reader_rows_into; /* of the two: what row_of() fills */
    char *path;
    enum store_mode mode;
    int lock_fd; /* -1: none held */
    bool in_transaction;
    struct carry *carry; /* store/carry.h; NULL: none is on its way */
    struct query *queries;
    struct rows_table *tables;
    struct name_entry *names; /* open addressing, NAME_CACHE_MAX * 2 slots */
    size_t name_count;
    struct address_entry *addresses;
    size_t address_count;
    const char **name_texts; /* handed out by store_name(), by id */
    size_t name_text_cap;
    struct arena texts; /* of name_texts: they outlive a rollback */
    unsigned (*marks)(void *arg, const struct flow *flow); /* NULL: no flow is marked */
    void *marks_arg;
    bool keeps_nothing;         /* store_put() writes no row */
    struct lookup_page lookups; /* being filled, since the last commit … */
    int64_t lookups_source;     /* … with names of this source and sensor */
    int lookups_sensor;
    void *rows; /* of the batch that is being put */
    size_t row_size;
    char *source_path;              /* handed out by store_source_find() */
    struct attempt_cache *attempts; /* store/own_attempts.h; NULL: none are kept */
};

/* sqlite3_open_v2() for that mode; where nothing can be written beside a finished database, it is
 * read all the same. */
int store_connect(const char *path, enum store_mode mode, sqlite3 **db);
/* err_set() with SQLite's own words, and the right code for a full disk, a lock, a damaged file. */
bool store_fail(struct store *s, struct err *err, const char *doing);
/* The same of a connection that is not the store's first. */
bool store_fail_on(sqlite3 *db, struct store *s, struct err *err, const char *doing);
/* Opens s->reader, where it is not open yet. */
bool store_connect_reader(struct store *s, struct err *err);
/* Ends a statement's rows, wherever it stands. */
void query_stop(struct query *q);
void query_free(struct query *q);
/* Where plans are watched: false for a statement that prepares, but reads all of a table that grows. */
bool store_check_plan(sqlite3_stmt *stmt, const char *name, struct err *err);
/* Prepares what a virtual table itself asks, watched likewise. */
int store_prepare_within(sqlite3_vtab *vtab, sqlite3 *db, const char *sql, sqlite3_stmt **stmt);
/* Brings the schema to this program's version, in one transaction. */
bool store_migrate(struct store *s, struct err *err);
/* What store/own_attempts.c reads through; on writing connections. */
bool store_attempt_function(struct store *s);
/* Tables fan_window and pair_window for the correlation queries; on writing connections. */
bool store_fan_window(struct store *s);
/* Window functions for the correlation queries; on writing connections. */
bool store_window_functions(struct store *s, struct err *err);
/* The names of the batches since the last commit that are not in the table yet. */
bool store_flush_lookups(struct store *s, struct err *err);
/* The pages of names as table `lookup`; on every connection. */
bool store_lookup_table(sqlite3 *db);
/* regexp(), cidr_match() and community_id() for people's SQL. */
bool store_people_functions(sqlite3 *db, struct err *err);
/* A line in the history of an alert. */
bool store_alert_note(struct store *s, const char *uid, int64_t at_us, int64_t revision,
    const char *what, const char *detail, struct err *err);
/* Forgets every id; texts that were handed out stay. */
void store_names_forget(struct store *s);
void store_names_done(struct store *s);

/* In the transaction that changes indicators: what the fingerprint grows by. */
bool store_indicator_fingerprint_add(struct store *s, uint64_t change, struct err *err);
