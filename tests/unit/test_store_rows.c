/* Arrays of structs as tables: every type of column, and what the table holds when. */
#include "store/rows.h"
#include "tests/unit/records.h"

struct thing {
    int64_t i64, count;
    int32_t i32;
    uint32_t u32;
    uint16_t u16;
    uint8_t u8;
    int8_t i8, triad;
    struct str text, blob;
    struct row_uid uid;
};

#define AT(type, member)                                                                           \
    {                                                                                              \
#member, type, offsetof(struct thing, member)                                              \
    }

static const struct row_column columns[] = {AT(ROW_I64, i64), AT(ROW_I32, i32), AT(ROW_U32, u32),
    AT(ROW_U16, u16), AT(ROW_U8, u8), AT(ROW_I8, i8), AT(ROW_COUNT, count), AT(ROW_TRIAD, triad),
    AT(ROW_TEXT, text), AT(ROW_BLOB, blob), AT(ROW_UID, uid)};
static const struct row_shape shape = {"thing", sizeof(struct thing), columns, 11};

static struct store *s;

static void setup(void)
{
    struct err err = {0};
    s = memory_open();
    cr_assert(store_rows_define(s, &shape, &err), "%s", err.text);
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(store_rows, .init = setup, .fini = teardown);

static void expect_row(const struct thing *thing, const char *want)
{
    static const char sql[] =
        "SELECT i64 || ' ' || i32 || ' ' || u32 || ' ' || u16 || ' ' || u8 || ' ' || i8 || ' ' || "
        "ifnull(count, '-') || ' ' || ifnull(triad, '-') || ' ' || ifnull(text, '-') || ' ' || "
        "ifnull(uid, '-') || ' ' || typeof(uid) FROM thing";
    struct err err = {0};
    store_rows_point(s, &shape, thing, 1);
    struct query *q = store_query(s, "row", sql);
    cr_assert(query_step(q));
    struct str got = query_s(q, 0);
    cr_expect(str_eq(got, str_of(want)), "%.*s, not %s", (int)got.len, got.p, want);
    cr_expect_not(query_step(q));
    cr_expect(query_done(q, &err), "%s", err.text);
}

Test(store_rows, give_the_smallest_and_largest_of_every_type)
{
    expect_row(&(struct thing){INT64_MIN, -1, INT32_MIN, 0, 0, 0, INT8_MIN, -1, STR_NONE, STR_NONE,
                   {STR_NONE, 0}},
        "-9223372036854775808 -2147483648 0 0 0 -128 - - - - null");
    expect_row(&(struct thing){INT64_MAX, INT64_MAX, INT32_MAX, UINT32_MAX, UINT16_MAX, UINT8_MAX,
                   INT8_MAX, INT8_MAX, STR("t"), STR("b"), {STR("999999999999999999"), 0}},
        "9223372036854775807 2147483647 4294967295 65535 255 127 9223372036854775807 127 t "
        "999999999999999999 integer");
    expect_row(
        &(struct thing){.text = STR(""), .uid = {STR("00"), 0}}, "0 0 0 0 0 0 0 0 - 00 text");
}

Test(store_rows, give_bytes_as_they_are)
{
    const struct thing things[] = {{.blob = STR("a\0\xff")}, {.blob = STR("")}};
    store_rows_point(s, &shape, things, 2);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing WHERE typeof(blob) = 'blob' "
                              "AND blob = CASE rowid WHEN 0 THEN x'6100ff' ELSE x'' END"),
        2);
}

Test(store_rows, hold_what_they_point_at_and_nothing_otherwise)
{
    const struct thing things[] = {{.i64 = 5}, {.i64 = 7}, {.i64 = 9}};
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing"), 0);
    store_rows_point(s, &shape, things, 3);
    cr_expect_eq(number_of(s, "SELECT sum(i64 * (rowid + 1)) FROM thing"), 5 + 14 + 27);
    store_rows_point(s, &shape, things + 1, 1);
    cr_expect_eq(number_of(s, "SELECT sum(i64) FROM thing"), 7);
    store_rows_point(s, &shape, things, 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing"), 0);
    store_rows_point(s, &shape, NULL, 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing"), 0);
}

Test(store_rows, can_be_joined_with_themselves_and_with_tables)
{
    const struct thing things[] = {{.i64 = 1, .u8 = 2}, {.i64 = 2, .u8 = 3}, {.i64 = 3, .u8 = 1}};
    store_rows_point(s, &shape, things, 3);
    cr_expect_eq(
        number_of(s, "SELECT count(*) FROM thing AS a JOIN thing AS b ON a.u8 = b.i64"), 3);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing AS a JOIN thing AS b"), 9);
}

Test(store_rows, are_defined_once_for_each_store)
{
    struct err err = {0};
    struct store *other = memory_open();
    const struct thing thing = {.i64 = 1};
    store_rows_point(s, &shape, &thing, 1);
    cr_expect(store_rows_define(s, &shape, &err), "%s", err.text);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM thing"), 1, "still what it was");
    cr_expect(store_rows_define(other, &shape, &err), "%s", err.text);
    cr_expect_eq(number_of(other, "SELECT count(*) FROM thing"), 0);
    store_close(other);
}

/* What there is of each is told as "i64:count". */
static void put_things(const struct thing *things, size_t count, const char *want)
{
    static const struct rows_put put = {"INSERT OR IGNORE INTO kept SELECT i64, count FROM thing",
        "INSERT INTO kept SELECT i64, count FROM thing WHERE true "
        "ON CONFLICT DO UPDATE SET count = max(count, excluded.count)"};
    struct err err = {0};
    cr_expect(store_rows_put(s, &shape, things, count, &put, &err), "%s", err.text);
    expect_text(s,
        "SELECT group_concat(id || ':' || count, ' ') FROM (SELECT * FROM kept ORDER BY id)", want);
}

Test(store_rows, put_adds_what_is_new_and_merges_what_is_there)
{
    struct err err = {0};
    const struct thing things[] = {{.i64 = 3, .count = 30}, {.i64 = 1, .count = 10},
        {.i64 = 2, .count = 20}, {.i64 = 1, .count = 11}, {.i64 = 3, .count = 29}};
    cr_assert(store_script(s, "kept",
        "CREATE TEMP TABLE kept (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)", &err));
    put_things(things, 0, "NULL");
    put_things(things, 2, "1:10 3:30");
    put_things(things + 2, 1, "1:10 2:20 3:30");
    put_things(things + 3, 2, "1:11 2:20 3:30"); /* there already, as much and less */
    put_things(things, 5, "1:11 2:20 3:30");     /* some come twice in one list */
}

Test(store_rows, put_fails_as_its_statements_do)
{
    struct err err = {0};
    const struct thing thing = {.i64 = 1};
    const struct rows_put put = {"INSERT OR IGNORE INTO nowhere SELECT i64 FROM thing", ""};
    cr_expect_not(store_rows_put(s, &shape, &thing, 1, &put, &err));
    cr_expect(strstr(err.text, "nowhere"), "%s", err.text);
}

Test(store_rows, cannot_be_written)
{
    struct err err = {0};
    cr_expect_not(store_script(s, "test", "INSERT INTO thing (i64) VALUES (1)", &err));
    cr_expect_neq(err.code, ERR_NONE);
}
