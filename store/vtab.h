/* What the virtual tables of store/ have in common. They are eponymous: without xCreate a table is there
 * without CREATE VIRTUAL TABLE. */
#pragma once

#include <sqlite3.h>

struct vtab {
    sqlite3_vtab base;
    sqlite3 *db;
    void *arg; /* as given to sqlite3_create_module() */
};

/* For xConnect: declares the columns. *vtab is freed by vtab_disconnect(). Returns SQLite's code. */
int vtab_connect(sqlite3 *db, void *arg, const char *columns, sqlite3_vtab **vtab);
/* xDisconnect. */
int vtab_disconnect(sqlite3_vtab *vtab);

static inline const struct vtab *vtab_of(const sqlite3_vtab_cursor *cursor)
{
    return (const struct vtab *)cursor->pVtab;
}
