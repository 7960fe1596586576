/* Query plans, watched in tests and debug builds: nobody reads all of a table that grows with the
 * history without saying so.
 *
 * SQLite's plan of a statement has a line "SCAN x" for a table that is read from end to end, and
 * "SEARCH x USING AUTOMATIC … INDEX" for one that is read to make an index first. x is the table's
 * alias, where it has one: which table that is, the statement's own words say. */
#include "store/internal.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#ifdef TOCSIN_DEBUG
static bool watching = true;
#else
static bool watching = false;
#endif

void store_watch_plans(bool on)
{
    watching = on;
}

/* ------------------------------------------------------------------ tables that grow */

/* Tables that do not: notes, feeds, machines of ours. The others grow with time. */
static const char *const few[] = {"state", "setting", "learning", "feed", "indicator_filter",
    "suspect", "talker", "widespread", "skew", NULL};

static bool is_few(struct str table)
{
    for (const char *const *name = few; *name; name++)
        if (str_eq(table, str_of(*name)))
            return true;
    return false;
}

/* A virtual table of names stands for its pages; temporary tables hold what is being worked on. */
static bool grows(sqlite3 *db, struct str table)
{
    sqlite3_stmt *stmt = NULL;
    if (str_eq(table, STR("lookup")))
        return true;
    if (is_few(table))
        return false;
    sqlite3_prepare_v2(
        db, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", -1, &stmt, NULL);
    sqlite3_bind_text(stmt, 1, table.p, (int)table.len, SQLITE_STATIC);
    bool found = sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return found;
}

/* ------------------------------------------------------------------ the words of a statement */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *after(const char *p, const char *end)
{
    const char *at = strstr(p, end);
    return at ? at + strlen(end) : p + strlen(p);
}

/* Past blanks, comments and texts in quotes. */
static const char *skip(const char *p)
{
    for (;;) {
        if (isspace((unsigned char)*p))
            p++;
        else if (strncmp(p, "--", 2) == 0)
            p = after(p, "\n");
        else if (strncmp(p, "/*", 2) == 0)
            p = after(p, "*/");
        else if (*p == '\'')
            p = after(p + 1, "'");
        else
            return p;
    }
}

/* A name, a keyword or one other character; empty at the end. */
static struct str next_word(const char **p)
{
    const char *start = skip(*p), *end = start;
    while (in_word(*end))
        end++;
    if (end == start && *end)
        end++;
    *p = end;
    return (struct str){start, (size_t)(end - start)};
}

/* The next table of the statement that goes by that name in it: "flow", "flow AS f", "flow f". */
static struct str next_table(const char **p, struct str name)
{
    for (struct str word = next_word(p); word.len; word = next_word(p)) {
        const char *q = *p;
        struct str second = next_word(&q);
        if (second.len == 2 && strncasecmp(second.p, "as", 2) == 0)
            second = next_word(&q);
        if (str_eq(word, name) || str_eq(second, name))
            return word;
    }
    return STR_NONE;
}

/* The statement says that it reads all of the table, and why: "scans flow: …" in a comment. */
static bool is_meant(const char *sql, struct str table)
{
    char mark[80];
    snprintf(mark, sizeof mark, "scans %.*s: ", (int)table.len, table.p);
    const char *said = strstr(sql, mark);
    return said && strncmp(skip(said + strlen(mark)), "*/", 2) != 0;
}

/* ------------------------------------------------------------------ plans */

/* What a line of the plan reads from end to end; STR_NONE for other lines. Of names of lookups, a
 * span of time or of rows may have been asked for: then the number of the way is not 0. */
static struct str scanned(const char *line)
{
    bool scan = strncmp(line, "SCAN ", 5) == 0;
    bool made = strncmp(line, "SEARCH ", 7) == 0 && strstr(line, " USING AUTOMATIC ");
    if ((!scan && !made) || (strstr(line, "VIRTUAL TABLE INDEX") && !strstr(line, "INDEX 0:")))
        return STR_NONE;
    const char *p = after(line, " ");
    return next_word(&p);
}

static bool check_line(sqlite3_stmt *stmt, const char *name, const char *line, struct err *err)
{
    const char *sql = sqlite3_sql(stmt), *p = sql;
    struct str seen = scanned(line);
    if (!seen.len)
        return true;
    for (struct str table = next_table(&p, seen); table.len; table = next_table(&p, seen))
        if (grows(sqlite3_db_handle(stmt), table) && !is_meant(sql, table))
            return err_set(err, ERR_INTERNAL,
                "%s: reads all of the table %.*s (%s); where that is meant, the SQL says why: "
                "/* scans %.*s: … */",
                name, (int)table.len, table.p, line, (int)table.len, table.p);
    return true;
}

bool store_check_plan(sqlite3_stmt *stmt, const char *name, struct err *err)
{
    bool good = true;
    sqlite3_stmt *plan = NULL;
    if (!watching || !stmt)
        return true;
    char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
    if (text && sqlite3_prepare_v2(sqlite3_db_handle(stmt), text, -1, &plan, NULL) == SQLITE_OK)
        while (good && sqlite3_step(plan) == SQLITE_ROW)
            good = check_line(stmt, name, (const char *)sqlite3_column_text(plan, 3), err);
    sqlite3_finalize(plan);
    sqlite3_free(text);
    return good;
}

int store_prepare_within(sqlite3_vtab *vtab, sqlite3 *db, const char *sql, sqlite3_stmt **stmt)
{
    struct err err;
    int rc = sqlite3_prepare_v2(db, sql, -1, stmt, NULL);
    if (rc != SQLITE_OK || store_check_plan(*stmt, "table-valued function", &err))
        return rc;
    sqlite3_free(vtab->zErrMsg);
    vtab->zErrMsg = sqlite3_mprintf("%s", err.text);
    return SQLITE_ERROR;
}
