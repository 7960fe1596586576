/* Batches and how far a file was read: kept together, found again by the file's head. */
#include "tests/unit/records.h"

static struct store *s;

static void setup(void)
{
    s = memory_open();
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(put, .init = setup, .fini = teardown);

static struct source some_source(const char *path, uint32_t head_len)
{
    return (struct source){.path = path,
        .format = 1,
        .head_hash = UINT64_MAX - head_len,
        .head_len = head_len,
        .offset = 500,
        .header_offset = -1,
        .lines = 9,
        .stored = 4,
        .ignored = 3,
        .rejected = 2,
        .device = 1,
        .inode = 2,
        .size = 3,
        .mtime_ns = -4};
}

static void put(struct source *source, struct batch *batch)
{
    struct err err = {0};
    cr_assert(store_put(s, source, batch, NULL, 0, &err), "%s", err.text);
}

static bool found(uint32_t head_len, uint64_t head_hash, struct source *source)
{
    struct err err = {0};
    bool there;
    cr_assert(
        store_source_find(s, head_len, head_hash, INT64_MAX, source, &there, &err), "%s", err.text);
    return there;
}

/* ------------------------------------------------------------------ sources */

Test(put, finds_a_file_by_its_head_with_all_that_was_noted)
{
    struct batch none = {0};
    struct source in = some_source("a.log", 100), out;
    put(&in, &none);
    cr_expect_gt(in.id, 0);
    cr_assert(found(100, UINT64_MAX - 100, &out));
    cr_expect_eq(out.id, in.id);
    cr_expect_str_eq(out.path, "a.log");
    cr_expect_eq(out.head_hash, in.head_hash);
    cr_expect_eq(out.offset, 500);
    cr_expect_eq(out.header_offset, -1);
    cr_expect_eq(out.lines * 1000 + out.stored * 100 + out.ignored * 10 + out.rejected, 9432);
    cr_expect_eq(out.mtime_ns, -4);
    cr_expect_not(found(100, UINT64_MAX - 99, &out));
    cr_expect_not(found(99, UINT64_MAX - 100, &out));
}

Test(put, goes_on_where_it_stopped)
{
    struct batch none = {0};
    struct source source = some_source("a.log", 100), out;
    put(&source, &none);
    int64_t id = source.id;
    source.offset = 900;
    source.path = "a.log.1";
    put(&source, &none);
    cr_expect_eq(source.id, id);
    cr_assert(found(100, UINT64_MAX - 100, &out));
    cr_expect_eq(out.offset, 900);
    cr_expect_str_eq(out.path, "a.log.1");
    cr_expect_eq(number_of(s, "SELECT count(*) FROM source"), 1);
}

Test(put, knows_the_very_file_that_did_not_change)
{
    struct batch none = {0};
    struct source source = some_source("a.log", 100), out;
    struct err err = {0};
    bool same;
    put(&source, &none);
    for (int changed = -1; changed < 4; changed++) {
        int64_t f[4] = {1, 2, 3, -4};
        if (changed >= 0)
            f[changed]++;
        cr_assert(
            store_source_unchanged(s, f[0], f[1], f[2], f[3], &out, &same, &err), "%s", err.text);
        cr_expect_eq(same, changed < 0, "%d", changed);
        if (same)
            cr_expect_eq(out.id, source.id);
    }
}

Test(put, tells_which_lengths_of_heads_there_are)
{
    static const uint32_t lengths[] = {4096, 7, 4096, 12};
    struct batch none = {0};
    struct err err = {0};
    uint32_t *list;
    size_t count;
    cr_assert(store_source_head_lengths(s, &list, &count, &err), "%s", err.text);
    cr_expect_eq(count, 0);
    free(list);
    for (size_t i = 0; i < 4; i++) {
        struct source source = some_source("x", lengths[i]);
        put(&source, &none);
    }
    cr_assert(store_source_head_lengths(s, &list, &count, &err), "%s", err.text);
    cr_assert_eq(count, 3);
    cr_expect(list[0] == 7 && list[1] == 12 && list[2] == 4096);
    free(list);
}

/* ------------------------------------------------------------------ records */

static struct flow *add_flow(struct batch *b, int64_t t_us, const char *orig, const char *uid)
{
    struct flow *f = batch_add_flow(b);
    f->conn = (struct conn){address(orig), address("10.0.0.1"), 40000, 22, PROTO_TCP};
    f->t_us = t_us;
    f->uid = str_of(uid);
    f->service = STR("ssh");
    f->sensor = SENSOR_ZEEK;
    f->answer = ANSWER_DATA;
    f->state = STATE_SF;
    return f;
}

Test(put, keeps_unknown_counts_as_null_and_zero_as_zero)
{
    struct batch b = {0};
    struct source source = some_source("a.log", 100);
    struct flow *f = add_flow(&b, 5, "203.0.113.9", "C1");
    f->orig_bytes = 0;
    f->resp_bytes = 7;
    put(&source, &b);
    expect_text(s,
        "SELECT ifnull(orig_bytes, '-') || ifnull(resp_bytes, '-') || ifnull(orig_pkts, "
        "'-') || ifnull(duration, '-') || ifnull(missed_bytes, '-') FROM flow",
        "07---");
    batch_done(&b);
}

/* A number of up to 18 digits is kept as one; what would not come back the same is kept as text. */
Test(put, keeps_uids_so_that_they_come_back_as_they_were)
{
    static const char *const uids[][2] = {{"CHhAvVGS1DHFjwGM9", "text"}, {"0", "integer"},
        {"123456789012345678", "integer"}, {"1234567890123456789", "text"}, {"007", "text"},
        {"-5", "text"}, {"", "null"}, {"1e5", "text"}};
    struct batch b = {0};
    struct source source = some_source("a.log", 100);
    for (size_t i = 0; i < sizeof uids / sizeof *uids; i++)
        add_flow(&b, (int64_t)i, "203.0.113.9", uids[i][0]);
    put(&source, &b);
    for (size_t i = 0; i < sizeof uids / sizeof *uids; i++) {
        char sql[120], want[60];
        snprintf(sql, sizeof sql,
            "SELECT typeof(uid) || ' ' || ifnull(uid, '') FROM flow WHERE t = %zu", i);
        snprintf(want, sizeof want, "%s %s", uids[i][1], uids[i][0]);
        expect_text(s, sql, want);
    }
    batch_done(&b);
}

Test(put, notes_each_stretch_of_flows_with_its_source_sensor_and_span)
{
    struct source a = some_source("a.log", 100), c = some_source("c.log", 101);
    struct batch b = {0};
    add_flow(&b, 50, "203.0.113.9", "C1");
    add_flow(&b, -7, "203.0.113.9", "C2");
    put(&a, &b);
    batch_clear(&b);
    add_flow(&b, 3, "2001:db8::9", "C3")->sensor = SENSOR_SURICATA;
    put(&c, &b);
    batch_clear(&b);
    put(&c, &b); /* nothing new: no stretch */
    expect_text(s,
        "SELECT group_concat(first || '-' || last || ' ' || source || ' ' || sensor || ' ' "
        "|| t_min || ' ' || t_max, ', ') FROM stretch",
        "1-2 1 1 -7 50, 3-3 2 2 3 3");
    batch_done(&b);
}

static unsigned marks_by_port(void *arg, const struct flow *f)
{
    (void)arg;
    return f->conn.resp_port == 1   ? FLOW_DULL
           : f->conn.resp_port == 2 ? FLOW_IDLE
           : f->conn.resp_port == 3 ? FLOW_DULL | FLOW_IDLE
                                    : 0;
}

Test(put, parts_flows_by_their_use_and_keeps_their_order)
{
    static const uint16_t ports[] = {3, 22, 1, 2, 1, 22, 3};
    struct source a = some_source("a.log", 100);
    struct batch b = {0};
    for (int i = 0; i < 7; i++)
        add_flow(&b, i, "203.0.113.9", "C")->conn.resp_port = ports[i];
    store_mark_flows(s, marks_by_port, NULL);
    put(&a, &b);
    batch_clear(&b);
    add_flow(&b, 7, "203.0.113.9", "C")->conn.resp_port = 2;
    put(&a, &b);
    expect_text(s, "SELECT group_concat(resp_port || ':' || t, ' ') FROM flow",
        "22:1 22:5 1:2 1:4 3:0 2:3 3:6 2:7");
    expect_text(s,
        "SELECT group_concat(first || '-' || last || ' ' || use || ' ' || t_min || ' ' || t_max, "
        "', ') FROM stretch",
        "1-2 0 1 5, 3-4 1 2 4, 5-7 2 0 6, 8-8 2 7 7");
    batch_done(&b);
}

Test(put, cuts_texts_that_are_too_long)
{
    char text[5000];
    memset(text, 'x', sizeof text);
    struct source source = some_source("a.log", 100);
    struct batch b = {0};
    struct flow *f = add_flow(&b, 1, "203.0.113.9", "");
    f->uid = f->service = f->history = (struct str){text, sizeof text};
    put(&source, &b);
    expect_text(s,
        "SELECT length(uid) || ' ' || (SELECT length(history) FROM flows) || ' ' || (SELECT length(text) FROM "
        "name WHERE id = service) FROM flow",
        "64 64 256");
    batch_done(&b);
}

static const struct counts {
    int64_t ip_bytes, bytes, pkts;
} counts[] = {
    {-1, -1, -1},
    {-1, 10, 2},
    {0, 0, 0},
    {0, -1, -1},
    {60, -1, 1},
    {60, 0, 1},
    {2388, 1600, 15},
    {28, 0, 1},
    {100, 5000, 2}, /* a gap in the capture */
    {999999999999999999, 0, 0},
    {0, 999999999999999999, 999999999999999999},
    {999999999999999999, 999999999999999999, 999999999999999999},
};
#define COUNTS (int)(sizeof counts / sizeof *counts)

Test(put, keeps_ip_bytes_whatever_they_are_beside_the_other_counts)
{
    struct batch b = {0};
    struct source source = some_source("a.log", 100);
    for (int i = 0; i < COUNTS; i++) {
        struct flow *f = add_flow(&b, i, "203.0.113.9", "C1");
        const struct counts *orig = &counts[i], *resp = &counts[COUNTS - 1 - i];
        f->orig_ip_bytes = orig->ip_bytes;
        f->orig_bytes = orig->bytes;
        f->orig_pkts = orig->pkts;
        f->resp_ip_bytes = resp->ip_bytes;
        f->resp_bytes = resp->bytes;
        f->resp_pkts = resp->pkts;
    }
    put(&source, &b);
    for (int i = 0; i < COUNTS; i++) {
        char sql[120], want[60];
        snprintf(sql, sizeof sql,
            "SELECT ifnull(orig_ip_bytes, -1) || ' ' || ifnull(resp_ip_bytes, -1) FROM flows "
            "WHERE t_us = %d",
            i);
        snprintf(want, sizeof want, "%lld %lld", (long long)counts[i].ip_bytes,
            (long long)counts[COUNTS - 1 - i].ip_bytes);
        expect_text(s, sql, want);
    }
    batch_done(&b);
}

Test(put, keeps_each_history_once)
{
    struct batch b = {0};
    struct source source = some_source("a.log", 100);
    add_flow(&b, 1, "203.0.113.9", "C1")->history = STR("ShADadFf");
    add_flow(&b, 2, "203.0.113.9", "C2");
    add_flow(&b, 3, "203.0.113.9", "C3")->history = STR("ShADadFf");
    put(&source, &b);
    expect_text(
        s, "SELECT group_concat(ifnull(history, 'NULL')) FROM flows", "ShADadFf,NULL,ShADadFf");
    expect_text(s, "SELECT count(*) FROM name WHERE text = 'ShADadFf'", "1");
    batch_done(&b);
}

/* ------------------------------------------------------------------ together or not at all */

Test(put, joins_a_transaction_of_the_caller)
{
    struct source source = some_source("a.log", 100);
    struct batch b = {0};
    struct err err = {0};
    add_flow(&b, 1, "203.0.113.9", "C1");
    for (int kept = 0; kept < 2; kept++) {
        source.id = 0;
        cr_assert(store_begin(s, &err), "%s", err.text);
        put(&source, &b);
        put(&source, &b);
        expect_text(s, "SELECT count(*) FROM flow", "2");
        if (kept)
            cr_assert(store_commit(s, &err), "%s", err.text);
        else
            store_rollback(s);
        expect_text(s, "SELECT count(*) FROM flow", kept ? "2" : "0");
        expect_text(s, "SELECT count(*) FROM source", kept ? "1" : "0");
    }
    batch_done(&b);
}

Test(put, keeps_nothing_when_one_part_fails)
{
    struct err err = {0};
    struct batch b = {0};
    struct source source = some_source("a.log", 100), out;
    cr_assert(store_script(s, "test",
        "CREATE TRIGGER no BEFORE INSERT ON reject BEGIN SELECT raise(ABORT, 'no'); END", &err));
    add_flow(&b, 1, "2001:db8::9", "C1");
    struct reject_note note = {.reason = 1, .offset = 5, .line = 2, .text = STR("bad")};
    cr_expect_not(store_put(s, &source, &b, &note, 1, &err));
    cr_expect_neq(err.code, ERR_NONE);
    cr_expect_eq(source.id, 0, "not stored, so without an id");
    cr_expect_not(found(100, UINT64_MAX - 100, &out));
    cr_expect_eq(number_of(s, "SELECT (SELECT count(*) FROM flow) + (SELECT count(*) FROM stretch) "
                              "+ (SELECT count(*) FROM address6) + (SELECT count(*) FROM name)"),
        0);
    err = (struct err){0};
    cr_assert(store_script(s, "test", "DROP TRIGGER no", &err), "%s", err.text);
    cr_assert(store_put(s, &source, &b, &note, 1, &err), "%s", err.text);
    cr_expect_gt(source.id, 0);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM flow AS f JOIN address6 AS a ON a.id = f.orig "
                              "JOIN name AS n ON n.id = f.service WHERE a.text = '2001:db8::9'"),
        1);
    batch_done(&b);
}

Test(put, keeps_so_many_rejected_lines_for_each_reason)
{
    struct err err = {0};
    struct batch none = {0};
    struct source source = some_source("a.log", 100);
    struct reject_note notes[30];
    for (int i = 0; i < 30; i++)
        notes[i] = (struct reject_note){
            .reason = i < 25 ? 1 : 2, .offset = i * 10, .line = i + 1, .text = STR("a\0b")};
    cr_assert(store_put(s, &source, &none, notes, 30, &err), "%s", err.text);
    cr_assert(store_put(s, &source, &none, notes, 30, &err), "%s", err.text);
    expect_text(s, "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM reject GROUP BY reason)",
        "20,5");
    expect_text(s, "SELECT hex(text) FROM reject LIMIT 1", "610062");
}
