/* The pages of names as a table, `lookup`: one row for each name, in the order of reading.
 *
 * Pages that cannot hold what is asked for, by id or by time, are not opened. */
#include "store/internal.h"
#include "store/lookup_page.h"
#include "store/vtab.h"

#include <stdlib.h>

static const char declaration[] =
    "CREATE TABLE x(id INTEGER, t INTEGER, source INTEGER, sensor INTEGER, uid, orig INTEGER, "
    "resp INTEGER, orig_port INTEGER, resp_port INTEGER, proto INTEGER, outcome INTEGER, "
    "name TEXT, answers TEXT, prints TEXT)";
enum column {
    ID,
    T,
    SOURCE,
    SENSOR,
    UID,
    ORIG,
    RESP,
    ORIG_PORT,
    RESP_PORT,
    PROTO,
    OUTCOME,
    NAME,
    ANSWERS
};

static const char pages_sql[] =
    "SELECT id, source, sensor, data FROM main.lookup_page "
    "WHERE id BETWEEN ?1 AND ?2 AND t_max >= ?3 AND t_min <= ?4 ORDER BY id";
enum bound { ID_MIN, ID_MAX, T_MIN, T_MAX, BOUNDS };

#define FIELD_BITS 4 /* of idxNum for each bound: which argument it takes, 0 none */

struct lookup_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_stmt *pages;
    struct lookup_reader *reader;
    bool end;
    int64_t id; /* of the record at hand */
    int64_t source;
    int sensor;
    struct lookup record;
};

static int table_connect(
    sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab, char **message)
{
    (void)argc, (void)argv, (void)message;
    /* It reads pages and does nothing else: the views may use it. */
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    return vtab_connect(db, arg, declaration, vtab);
}

/* ------------------------------------------------------------------ which pages */

/* What a comparison bounds. SQLite compares again, so that a bound may be wider than it need be. */
static bool bounds_of(const struct sqlite3_index_constraint *c, bool *lower, bool *upper)
{
    int op = c->op;
    *lower = op == SQLITE_INDEX_CONSTRAINT_EQ || op == SQLITE_INDEX_CONSTRAINT_GT ||
             op == SQLITE_INDEX_CONSTRAINT_GE;
    *upper = op == SQLITE_INDEX_CONSTRAINT_EQ || op == SQLITE_INDEX_CONSTRAINT_LT ||
             op == SQLITE_INDEX_CONSTRAINT_LE;
    return c->usable && (c->iColumn == ID || c->iColumn == T || c->iColumn == -1) &&
           (*lower || *upper);
}

static bool take_bound(sqlite3_index_info *info, enum bound bound, int argument)
{
    if (info->idxNum >> (bound * FIELD_BITS) & 15)
        return false;
    info->idxNum |= argument << (bound * FIELD_BITS);
    return true;
}

static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    (void)vtab;
    int arguments = 0;
    bool one = false;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        bool lower, upper, taken = false;
        if (!bounds_of(c, &lower, &upper))
            continue;
        enum bound first = c->iColumn == T ? T_MIN : ID_MIN;
        if (lower)
            taken = take_bound(info, first, arguments + 1);
        if (upper)
            taken |= take_bound(info, first + 1, arguments + 1);
        if (taken)
            info->aConstraintUsage[i].argvIndex = ++arguments;
        one |= taken && lower && upper && first == ID_MIN;
    }
    info->estimatedRows = one ? 1 : 1000000 >> (4 * arguments);
    info->estimatedCost = one ? LOOKUP_PAGE_ROWS : 1e6 / (1 + 10 * arguments);
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= ID && !info->aOrderBy[0].desc;
    return SQLITE_OK;
}

/* Text and NULL compare in ways of their own: then every page is looked at. */
static int64_t bound_value(
    int index, enum bound bound, sqlite3_value **argv, int64_t divisor, int64_t otherwise)
{
    int argument = index >> (bound * FIELD_BITS) & 15;
    sqlite3_value *value = argument ? argv[argument - 1] : NULL;
    if (!value || sqlite3_value_type(value) != SQLITE_INTEGER)
        return otherwise;
    return sqlite3_value_int64(value) / divisor;
}

static int table_filter(
    sqlite3_vtab_cursor *cursor, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)text, (void)argc;
    struct lookup_cursor *c = (struct lookup_cursor *)cursor;
    sqlite3 *db = vtab_of(cursor)->db;
    int rc = SQLITE_OK;
    if (c->pages)
        rc = sqlite3_reset(c->pages);
    else
        rc = store_prepare_within(cursor->pVtab, db, pages_sql, &c->pages);
    if (rc != SQLITE_OK)
        return rc;
    int64_t ids = LOOKUP_PAGE_IDS;
    sqlite3_bind_int64(c->pages, 1, bound_value(index, ID_MIN, argv, ids, INT64_MIN));
    sqlite3_bind_int64(c->pages, 2, bound_value(index, ID_MAX, argv, ids, INT64_MAX));
    sqlite3_bind_int64(c->pages, 3, bound_value(index, T_MIN, argv, 1, INT64_MIN));
    sqlite3_bind_int64(c->pages, 4, bound_value(index, T_MAX, argv, 1, INT64_MAX));
    lookup_reader_start(c->reader, STR_NONE);
    c->end = false;
    return cursor->pVtab->pModule->xNext(cursor);
}

/* ------------------------------------------------------------------ rows */

static int table_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    (void)vtab;
    struct lookup_cursor *c = sqlite3_malloc(sizeof *c);
    struct lookup_reader *reader = c ? lookup_reader_new() : NULL;
    if (!reader) {
        sqlite3_free(c);
        return SQLITE_NOMEM;
    }
    *c = (struct lookup_cursor){.reader = reader};
    *cursor = &c->base;
    return SQLITE_OK;
}

static int table_close(sqlite3_vtab_cursor *cursor)
{
    struct lookup_cursor *c = (struct lookup_cursor *)cursor;
    sqlite3_finalize(c->pages);
    lookup_reader_free(c->reader);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int next_page(struct lookup_cursor *c)
{
    int rc = sqlite3_step(c->pages);
    if (rc == SQLITE_DONE)
        c->end = true;
    if (rc != SQLITE_ROW)
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
    c->id = sqlite3_column_int64(c->pages, 0) * LOOKUP_PAGE_IDS - 1;
    c->source = sqlite3_column_int64(c->pages, 1);
    c->sensor = sqlite3_column_int(c->pages, 2);
    const char *data = sqlite3_column_blob(c->pages, 3);
    lookup_reader_start(
        c->reader, (struct str){data, data ? (size_t)sqlite3_column_bytes(c->pages, 3) : 0});
    return SQLITE_OK;
}

static int table_next(sqlite3_vtab_cursor *cursor)
{
    struct lookup_cursor *c = (struct lookup_cursor *)cursor;
    bool damaged;
    while (!c->end && !lookup_reader_next(c->reader, &c->record, &damaged)) {
        int rc = damaged ? SQLITE_CORRUPT_VTAB : next_page(c);
        if (rc != SQLITE_OK)
            return rc;
    }
    c->id++;
    return SQLITE_OK;
}

static int table_eof(sqlite3_vtab_cursor *cursor)
{
    return ((const struct lookup_cursor *)cursor)->end;
}

static int table_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = ((const struct lookup_cursor *)cursor)->id;
    return SQLITE_OK;
}

static void give_uid(sqlite3_context *ctx, const struct lookup *l)
{
    if (l->uid_number >= 0)
        sqlite3_result_int64(ctx, l->uid_number);
    else if (l->uid.len)
        sqlite3_result_text(ctx, l->uid.p, (int)l->uid.len, SQLITE_TRANSIENT);
}

static void give_name(sqlite3_context *ctx, const struct lookup *l)
{
    char name[2 * UINT8_MAX];
    memcpy(name, l->label.p, l->label.len);
    if (l->domain.len)
        memcpy(name + l->label.len, l->domain.p, l->domain.len);
    sqlite3_result_text(ctx, name, (int)(l->label.len + l->domain.len), SQLITE_TRANSIENT);
}

/* "192.0.2.1,2001:db8::1" */
static void give_answers(sqlite3_context *ctx, const struct lookup *l)
{
    char text[NAME_ANSWERS_MAX * (IP_TEXT_SIZE + 1)];
    size_t len = 0;
    for (int i = 0; i < l->answer_count; i++) {
        if (i > 0)
            text[len++] = ',';
        ip_format(&l->answers[i], text + len);
        len += strlen(text + len);
    }
    if (len)
        sqlite3_result_text(ctx, text, (int)len, SQLITE_TRANSIENT);
}

/* "ja3:… sha1:…" */
static void give_prints(sqlite3_context *ctx, const struct lookup *l)
{
    char text[NAME_PRINTS_MAX * (LOOKUP_PRINT_SIZE + 1)];
    size_t len = 0;
    for (int i = 0; i < l->print_count; i++) {
        if (i > 0)
            text[len++] = ' ';
        len += lookup_print(l->prints[i], text + len);
    }
    if (len)
        sqlite3_result_text(ctx, text, (int)len, SQLITE_TRANSIENT);
}

static int table_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int i)
{
    const struct lookup_cursor *c = (const struct lookup_cursor *)cursor;
    const struct lookup *l = &c->record;
    const int64_t numbers[NAME] = {
        [ID] = c->id,
        [T] = l->t_us,
        [SOURCE] = c->source,
        [SENSOR] = c->sensor,
        [ORIG] = l->orig,
        [RESP] = l->resp,
        [ORIG_PORT] = l->orig_port,
        [RESP_PORT] = l->resp_port,
        [PROTO] = l->proto,
        [OUTCOME] = l->outcome,
    };
    if (i == UID)
        give_uid(ctx, l);
    else if (i < NAME)
        sqlite3_result_int64(ctx, numbers[i]);
    else if (i == NAME)
        give_name(ctx, l);
    else if (i == ANSWERS)
        give_answers(ctx, l);
    else
        give_prints(ctx, l);
    return SQLITE_OK;
}

static const sqlite3_module lookup_module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = vtab_disconnect,
    .xOpen = table_open,
    .xClose = table_close,
    .xFilter = table_filter,
    .xNext = table_next,
    .xEof = table_eof,
    .xColumn = table_column,
    .xRowid = table_rowid,
};

bool store_lookup_table(sqlite3 *db)
{
    return sqlite3_create_module(db, "lookup", &lookup_module, NULL) == SQLITE_OK;
}
