/* What the virtual tables of store/ have in common. */
#include "store/vtab.h"

#include <stddef.h>

int vtab_connect(sqlite3 *db, void *arg, const char *columns, sqlite3_vtab **vtab)
{
    int rc = sqlite3_declare_vtab(db, columns);
    struct vtab *v = rc == SQLITE_OK ? sqlite3_malloc(sizeof *v) : NULL;
    if (!v)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *v = (struct vtab){.db = db, .arg = arg};
    *vtab = &v->base;
    return SQLITE_OK;
}

int vtab_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}
