/* Sessions as rows: what is packed comes back, at the edges of every member. */
#include "correlate/facts/session_row.h"
#include "tests/unit/records.h"

static struct store *s;

static void setup(void)
{
    struct err err = {0};
    s = memory_open();
    cr_assert(store_rows_define(s, &session_rows, &err), "%s", err.text);
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(session_row, .init = setup, .fini = teardown);

static const struct session plain = {.ident = 1,
    .direction = 1,
    .service = 7,
    .own = -5,
    .remote = 9,
    .port = 22,
    .shape = 3,
    .flow = 4,
    .flow_t = 1767225601489027,
    .scale = 1,
    .success = -1,
    .told_success = -1};

static void put(const struct session *session)
{
    struct session_row row;
    struct err err = {0};
    session_pack(session, &row);
    cr_assert(store_rows_do(s, &session_rows, &row, 1,
                  "INSERT OR REPLACE INTO session SELECT * FROM new_session", &err),
        "%s", err.text);
}

static bool get(int64_t ident, struct session *session, struct err *err)
{
    struct query *q = store_query(
        s, "session", "SELECT " SESSION_COLUMNS " FROM session AS s WHERE ident = :ident");
    query_bind_i(q, ":ident", ident);
    cr_assert(query_step(q));
    bool read = session_read(q, session, err);
    return query_done(q, err) && read;
}

#define SAME(member)                                                                               \
    cr_expect_eq(got.member, want->member, #member " %lld became %lld", (long long)want->member,   \
        (long long)got.member)

static void expect_back(const struct session *want)
{
    struct session got;
    struct err err = {0};
    put(want);
    cr_assert(get(want->ident, &got, &err), "%s", err.text);
    SAME(ident);
    SAME(service);
    SAME(own);
    SAME(remote);
    SAME(flow);
    SAME(flow_t);
    SAME(login);
    SAME(login_t);
    SAME(tries);
    SAME(scale);
    SAME(twin);
    SAME(told_tries);
    SAME(direction);
    SAME(internal);
    SAME(shape);
    SAME(exchanged);
    SAME(told_exchanged);
    SAME(port);
    SAME(success);
    SAME(told_success);
}

Test(session_row, of_a_flow_alone_is_short)
{
    struct session_row row;
    session_pack(&plain, &row);
    cr_expect_leq(row.says.len, 16, "%zu bytes", row.says.len);
    expect_back(&plain);
}

Test(session_row, keeps_the_largest_and_the_smallest)
{
    const struct session largest = {.ident = INT64_MAX,
                             .service = INT64_MAX,
                             .own = INT64_MAX,
                             .remote = INT64_MAX,
                             .flow = INT64_MAX,
                             .flow_t = INT64_MAX,
                             .login = INT64_MAX,
                             .login_t = INT64_MAX,
                             .tries = INT64_MAX,
                             .scale = INT64_MAX,
                             .twin = INT64_MAX,
                             .told_tries = INT64_MAX,
                             .direction = DIRECTION_OUTGOING,
                             .internal = 1,
                             .shape = SHAPE_SESSION,
                             .exchanged = EXCHANGED_TRY,
                             .told_exchanged = EXCHANGED_TRY,
                             .port = UINT16_MAX,
                             .success = 1,
                             .told_success = 1},
                         smallest = {.ident = INT64_MIN,
                             .own = INT64_MIN,
                             .remote = INT64_MIN,
                             .flow_t = INT64_MIN,
                             .login_t = INT64_MIN,
                             .twin = INT64_MIN + 1,
                             .scale = 1,
                             .direction = DIRECTION_INCOMING,
                             .success = -1,
                             .told_success = -1};
    struct session_row row;
    session_pack(&largest, &row);
    cr_expect_leq(row.says.len, SESSION_SAYS_MAX);
    expect_back(&largest);
    expect_back(&smallest);
}

Test(session_row, keeps_each_member_whatever_the_others_are)
{
    struct session x = plain;
    for (int success = -1; success <= 1; success++)
        for (int told = -1; told <= 1; told++)
            for (int exchanged = EXCHANGED_NO; exchanged <= EXCHANGED_TRY; exchanged++) {
                x.success = (int8_t)success;
                x.told_success = (int8_t)told;
                x.exchanged = (uint8_t)exchanged;
                x.told_exchanged = (uint8_t)(EXCHANGED_TRY - exchanged);
                x.internal = exchanged & 1;
                x.shape = (uint8_t)(exchanged + success + 1) % (SHAPE_SESSION + 1);
                expect_back(&x);
            }
}

Test(session_row, keeps_what_stands_behind_what_is_left_out)
{
    struct session x = plain;
    x.told_tries = 3;
    expect_back(&x);
    x = plain;
    x.scale = 0;
    expect_back(&x);
    x = plain;
    x.flow = x.flow_t = 0;
    x.login = 8;
    x.login_t = -1;
    expect_back(&x);
}

Test(session_row, tells_a_twin_that_was_not_looked_for_from_none)
{
    struct session x = plain;
    x.twin = SESSION_TWIN_UNKNOWN;
    expect_back(&x);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM session WHERE twin IS NULL"), 1);
    x.twin = 0;
    expect_back(&x);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM session WHERE twin = 0"), 1);
}

Test(session_row, that_is_damaged_is_told)
{
    static const char *const damage[] = {"UPDATE session SET says = x'' WHERE ident = 1",
        "UPDATE session SET says = x'0180' WHERE ident = 1",
        "UPDATE session SET says = zeroblob(60) WHERE ident = 1"};
    put(&plain);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        struct session got = plain;
        struct err err = {0};
        cr_assert(store_script(s, "test", damage[i], &err), "%s", err.text);
        cr_expect_not(get(1, &got, &err), "%s", damage[i]);
        cr_expect_eq(err.code, ERR_DATA);
    }
}
