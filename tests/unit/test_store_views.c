/* The public views: every column documented, addresses and times as people write them. */
#include "ingest/parser.h"
#include "store/indicator.h"
#include "tests/unit/scratch.h"
#include "util/timefmt.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_views, .init = setup, .fini = teardown);

/* The first value of an answer, asked with no functions but SQLite's own. */
static void expect_value(const char *sql, const char *want)
{
    sqlite3 *bare;
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_open_v2(db.path, &bare, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_db_config(bare, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    cr_assert_eq(sqlite3_prepare_v2(bare, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql,
        sqlite3_errmsg(bare));
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW, "%s: %s", sql, sqlite3_errmsg(bare));
    const char *got = (const char *)sqlite3_column_text(stmt, 0);
    cr_expect_str_eq(
        got ? got : "NULL", want, "%s: want %s, got %s", sql, want, got ? got : "NULL");
    sqlite3_finalize(stmt);
    sqlite3_close(bare);
}

/* ------------------------------------------------------------------ documentation */

#define VIEWS_MAX 400

struct documented {
    char view[64], column[64], doc[256];
};

struct documentation {
    struct documented rows[VIEWS_MAX];
    int count;
};

static void take(void *arg, const char *view, const char *column, const char *doc)
{
    struct documentation *d = arg;
    cr_assert_lt(d->count, VIEWS_MAX);
    struct documented *row = &d->rows[d->count++];
    snprintf(row->view, sizeof row->view, "%s", view);
    snprintf(row->column, sizeof row->column, "%s", column);
    snprintf(row->doc, sizeof row->doc, "%s", doc);
}

static struct documentation *documentation(void)
{
    static struct documentation d;
    struct err err = {0};
    d.count = 0;
    cr_assert(store_view_each(db.s, take, &d, &err), "%s", err.text);
    return &d;
}

Test(store_views, are_these)
{
    struct buf names = {0};
    const struct documentation *d = documentation();
    for (int i = 0; i < d->count; i++)
        if (!d->rows[i].column[0])
            buf_printf(&names, "%s ", d->rows[i].view);
    cr_expect_str_eq(names.text,
        "alerts alert_history alert_reasons alert_evidence flows attempts signatures lookups "
        "indicators flagged_days sightings sources baselines runs ");
    buf_done(&names);
}

Test(store_views, are_made_anew_by_a_version_that_has_others)
{
    int before = documentation()->count;
    scratch_run(&db, "UPDATE state SET value = value + 1 WHERE name = 'views'; DROP VIEW runs;"
                     "CREATE VIEW of_a_person AS SELECT 1 AS one");
    scratch_reopen(&db, STORE_WRITE);
    cr_expect_eq(documentation()->count, before);
    scratch_run(&db, "DROP VIEW of_a_person"); /* which was left alone */
}

Test(store_views, say_what_they_and_their_columns_are)
{
    const struct documentation *d = documentation();
    for (int i = 0; i < d->count; i++)
        cr_expect_gt(strlen(d->rows[i].doc), 3, "%s.%s: '%s'", d->rows[i].view, d->rows[i].column,
            d->rows[i].doc);
}

Test(store_views, document_each_column_in_its_place)
{
    struct query *q = store_query(db.s, "columns",
        "SELECT v.name, c.name FROM sqlite_schema v JOIN pragma_table_info(v.name) c"
        " WHERE v.type = 'view' ORDER BY v.rowid, c.cid");
    const struct documentation *d = documentation();
    int n = 0;
    for (int i = 0; i < d->count; i++) {
        if (!d->rows[i].column[0])
            continue;
        cr_assert(query_step(q), "%s.%s is no column", d->rows[i].view, d->rows[i].column);
        cr_expect(str_eq(query_s(q, 0), str_of(d->rows[i].view)));
        cr_expect(str_eq(query_s(q, 1), str_of(d->rows[i].column)), "%s.%s", d->rows[i].view,
            d->rows[i].column);
        n++;
    }
    cr_expect_not(query_step(q), "a column is not documented");
    cr_expect(query_done(q, NULL));
    cr_expect_gt(n, 100);
}

Test(store_views, join_comments_over_several_lines)
{
    scratch_run(&db,
        "CREATE VIEW zz( -- one\n   -- two\n  a, -- first,\n  --   more\n  b_2 -- (second)\n"
        ") AS SELECT 1, 2; CREATE VIEW zy AS SELECT 1 AS b; CREATE VIEW zx(a) AS "
        "SELECT 1");
    const struct documentation *d = documentation();
    cr_assert_geq(d->count, 3);
    const struct documented *last = &d->rows[d->count - 3];
    cr_expect_str_eq(last[0].view, "zz");
    cr_expect_str_eq(last[0].doc, "one two");
    cr_expect_str_eq(last[1].column, "a");
    cr_expect_str_eq(last[1].doc, "first, more");
    cr_expect_str_eq(last[2].column, "b_2");
    cr_expect_str_eq(last[2].doc, "(second)");
}

Test(store_views, can_be_read_when_there_is_nothing)
{
    const struct documentation *d = documentation();
    for (int i = 0; i < d->count; i++) {
        char sql[160];
        if (d->rows[i].column[0] || strcmp(d->rows[i].view, "lookups") == 0) /* see there */
            continue;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT * FROM %s)", d->rows[i].view);
        expect_value(sql, "0");
    }
}

/* ------------------------------------------------------------------ flows */

static void make_flow(int64_t t_us, const char *orig, const char *resp, int outcome)
{
    struct err err = {0};
    struct ipaddr a, b;
    int64_t orig_id, resp_id;
    char *sql = NULL;
    cr_assert(ip_parse(str_of(orig), &a) && ip_parse(str_of(resp), &b));
    cr_assert(store_address_id(db.s, &a, &orig_id, &err), "%s", err.text);
    cr_assert(store_address_id(db.s, &b, &resp_id, &err), "%s", err.text);
    cr_assert(asprintf(&sql,
                  "INSERT INTO flow (t, orig, resp, resp_port, proto, service, outcome, orig_port,"
                  " uid) VALUES (%lld, %lld, %lld, 22, 6, 0, %d, 40000, 12345)",
                  (long long)t_us, (long long)orig_id, (long long)resp_id, outcome) > 0);
    scratch_run(&db, sql);
    free(sql);
}

Test(store_views, write_addresses_of_both_families_as_text)
{
    static const char *const addresses[] = {"0.0.0.0", "0.0.0.1", "10.0.0.255", "127.255.255.255",
        "128.0.0.0", "192.0.2.1", "203.0.113.254", "255.255.255.255", "2001:db8::1",
        "2001:db8:0:1::"};
    char sql[100];
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        make_flow(0, addresses[i], "192.0.2.77", 0);
        snprintf(sql, sizeof sql, "SELECT orig FROM flows WHERE flow = %zu", i + 1);
        expect_value(sql, addresses[i]);
    }
    expect_value("SELECT count(*) FROM flows WHERE resp = '192.0.2.77'", "10");
}

Test(store_views, write_times_as_the_program_does)
{
    static const int64_t times[] = {0, 1, 999999, 1000000, -1, -1000000, -1000001, -999999,
        INT64_C(1713515087123456), INT64_C(951782400000000), TIME_US_MIN, TIME_US_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char sql[100], want[TIME_TEXT_SIZE];
        make_flow(times[i], "192.0.2.1", "192.0.2.2", 0);
        time_format(times[i], want);
        snprintf(sql, sizeof sql, "SELECT t FROM flows WHERE flow = %zu", i + 1);
        expect_value(sql, want);
        snprintf(want, sizeof want, "%lld", (long long)times[i]);
        snprintf(sql, sizeof sql, "SELECT t_us FROM flows WHERE flow = %zu", i + 1);
        expect_value(sql, want);
    }
}

Test(store_views, name_every_state_as_the_parser_does)
{
    for (int state = 0; state < STATES; state++) {
        char sql[100];
        make_flow(0, "192.0.2.1", "192.0.2.2", ANSWER_EMPTY + 4 * state + 64 * FLOW_STATE_ONLY);
        snprintf(sql, sizeof sql, "SELECT conn_state FROM flows WHERE flow = %d", state + 1);
        expect_value(sql, state == STATE_UNKNOWN ? "NULL" : conn_state_names[state]);
    }
    expect_value("SELECT DISTINCT answer FROM flows", "empty");
    expect_value("SELECT DISTINCT flags FROM flows", "state-only");
}

Test(store_views, spell_out_the_flags_of_a_flow)
{
    make_flow(0, "192.0.2.1", "192.0.2.2", ANSWER_DATA);
    make_flow(0, "192.0.2.1", "192.0.2.2", 64 * 31);
    make_flow(0, "192.0.2.1", "192.0.2.2", 64 * (FLOW_FLIPPED | FLOW_NO_BYTES) + 4 * STATE_OTH);
    expect_value("SELECT flags FROM flows WHERE flow = 1", "NULL");
    expect_value("SELECT flags FROM flows WHERE flow = 2",
        "opening-unseen,flipped,approximate-bytes,no-bytes,state-only");
    expect_value("SELECT flags FROM flows WHERE flow = 3", "flipped,no-bytes");
    expect_value("SELECT answer FROM flows WHERE flow = 1", "data");
    expect_value("SELECT answer FROM flows WHERE flow = 3", "none");
}

#define SOURCES                                                                                                                        \
    "INSERT INTO source (id, path, format, head_len, head_hash, offset, header_offset, "                                               \
    "lines, stored, ignored, rejected, device, inode, size, mtime_ns) VALUES (1, '/a', 1, 0, 0, 77, 0, 9, 8, 1, 0, 0, 0, 0, 5000000)," \
    " (2, '/b', 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"

Test(store_views, tell_which_log_a_flow_came_from)
{
    for (int i = 0; i < 5; i++)
        make_flow(i, "192.0.2.1", "192.0.2.2", 0);
    scratch_run(
        &db, SOURCES "INSERT INTO stretch VALUES (1, 2, 0, 1, 1, 0, 1), (3, 5, 0, 2, 2, 2, 4)");
    expect_value("SELECT group_concat(source || sensor) FROM flows",
        "/azeek,/azeek,/bsuricata,/bsuricata,/bsuricata");
    expect_value("SELECT count(*) FROM flows WHERE uid = '12345'", "5");
    expect_value("SELECT count(*) FROM flows WHERE uid = 12345", "5");
    expect_value("SELECT count(*) FROM flows WHERE proto = 'tcp' AND resp_port = 22", "5");
    expect_value("SELECT format || bytes_read || modified FROM sources",
        "zeek-tsv771970-01-01T00:00:00.005000Z");
}

/* ------------------------------------------------------------------ the others */

static void make_alerts(void)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (1, 'SSH_X'), (2, 'ssh');"
        "INSERT INTO alert VALUES"
        " (1, 'one', 1, 1073742337, 0, 2, 0, 5, 5, 9, 'k', 2, 85, 'web', 'PreAttack', 'T1110',"
        "  't', 'u', 'd', 'e', 'r', 's', 0, 0, 1, 'mine', 10, 11, 3, NULL),"
        " (2, 'two', 1, 1073742337, 1073742338, 0, 0, 6, 6, 9, 'k', 3, 100, 'web', '', '',"
        "  't', 'u', 'd', 'e', 'r', 's', 0, 0, 0, '', 10, 11, 1, 'one');"
        "INSERT INTO alert_property VALUES (1, 1, 'Victim IP', '192.0.2.1'), (1, 0, 'A\"', 'b\\\n\x1f\"');"
        "INSERT INTO alert_entity VALUES (1, 1, 'host', 'web'), (1, 0, 'ip', '192.0.2.1');"
        "INSERT INTO alert_record VALUES (1, 0, 7, 2, 99, 0, 1, 2, 3, 6, NULL, 'attempt', NULL, 1, 1, 0, 9);"
        "INSERT INTO alert_basis VALUES (1, 0, 0, 'fast', 'min_attempts', '47', '30 attempts', 'Zeek'),"
        " (1, 1, 3, '', 'base', '50', '', ''), (2, 0, 1, '', 'stage', 'cold', '', '');"
        "INSERT INTO alert_change VALUES (1, 'one', 10, 1, 'created', ''),"
        " (2, 'two', 10, 1, 'created', ''), (3, 'two', 11, 2, 'superseded', 'x'),"
        " (4, 'gone', 12, 1, 'withdrawn', '');");
}

Test(store_views, show_living_alerts_only)
{
    make_alerts();
    expect_value("SELECT group_concat(alert_id) FROM alerts", "one");
    expect_value("SELECT type || severity || severity_rank || confidence || status FROM alerts",
        "SSH_XMedium20.85InProgress");
    expect_value("SELECT own || service || evidence_count FROM alerts", "192.0.2.1ssh1");
    expect_value("SELECT remote FROM alerts", "NULL");
    expect_value("SELECT start_time FROM alerts", "1970-01-01T00:00:00.000005Z");
    expect_value("SELECT properties FROM alerts",
        "{\"A\\\"\":\"b\\\\\\u000a\\u001f\\\"\",\"Victim IP\":\"192.0.2.1\"}");
    expect_value("SELECT json_extract(properties, '$.\"Victim IP\"') FROM alerts", "192.0.2.1");
    expect_value("SELECT atom FROM alerts, json_each(properties) LIMIT 1", "b\\\n\x1f\"");
    expect_value("SELECT json_valid(properties) + json_valid(entities) FROM alerts", "2");
    expect_value("SELECT entities FROM alerts", "[\"192.0.2.1\",\"web\"]");
}

Test(store_views, show_why_living_alerts_were_raised)
{
    make_alerts();
    expect_value(
        "SELECT group_concat(alert_id || n || kind || ifnull(tier, '-') || name || value ||"
        " ifnull(threshold, '-') || ifnull(note, '-')) FROM"
        " (SELECT * FROM alert_reasons ORDER BY n)",
        "one0tierfastmin_attempts4730 attemptsZeek,one1confidence-base50--");
}

Test(store_views, show_the_history_of_alerts_that_are_gone_too)
{
    make_alerts();
    expect_value(
        "SELECT group_concat(alert_id || living) FROM (SELECT * FROM alert_history ORDER BY change)",
        "one1,two0,two0,gone0");
    expect_value("SELECT superseded_by FROM alert_history WHERE what = 'superseded'", "one");
    expect_value("SELECT type FROM alert_history WHERE alert_id = 'gone'", "NULL");
    expect_value("SELECT alert_id || sensor || uid || orig || resp || proto FROM alert_evidence",
        "onesuricata99128.0.0.0128.0.0.1tcp");
}

Test(store_views, show_attempts_with_their_flow)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (2, 'ssh');"
        "INSERT INTO session (ident, flow, login, says) VALUES (5, 77, 0, x'');"
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, kind,"
        " port, internal) VALUES (1, 2, 0, 1, 9, 5, 1, 3, 2, 1, 22, 0)");
    scratch_run(&db,
        "INSERT INTO session (ident, flow, login, says) VALUES (6, 0, 0, x'');"
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, kind,"
        " port, internal) VALUES (2, 2, 0, 1, 9, 6, 1, 0, 0, 2, 22, 1)");
    expect_value(
        "SELECT flow FROM attempts WHERE direction = 'outgoing' AND outcome = 'success'", "NULL");
    expect_value("SELECT direction || service || own || remote || port || outcome || guesses ||"
                 " counted || flow FROM attempts WHERE internal = 0",
        "incomingssh128.0.0.0128.0.0.122failure3277");
}

Test(store_views, show_attempts_by_the_name_of_their_flow_or_login)
{
    scratch_run(&db,
        "INSERT INTO login (id, t, source, sensor, uid, orig, resp, orig_port, resp_port, proto, service,"
        " key_exchange, one_try) VALUES (3, 9, 1, 1, 'Clogin', 0, 1, 4000, 22, 6, 0, 1, 0);"
        "INSERT INTO flow (id, outcome, t, orig, resp, resp_port, proto, service, orig_port, uid)"
        " VALUES (4, 0, 9, 0, 1, 22, 6, 0, 4000, 77);"
        "INSERT INTO session (ident, flow, login, says) VALUES (5, 4, 3, x''), (6, 0, 3, x''), (7, 0, 0, x'');"
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, kind,"
        " port, internal) VALUES (1, 0, 0, 1, 1, 5, 1, 1, 1, 0, 22, 0),"
        " (1, 0, 0, 1, 2, 6, 1, 1, 1, 0, 22, 0), (1, 0, 0, 1, 3, 7, 1, 1, 1, 0, 22, 0)");
    expect_value(
        "SELECT group_concat(ifnull(uid, '-')) FROM (SELECT * FROM attempts ORDER BY t_us)",
        "77,Clogin,-");
}

Test(store_views, show_signatures_by_name)
{
    scratch_run(&db, SOURCES "INSERT INTO name VALUES (1, 'ET X'), (2, 'Misc'), (3, 'allowed');"
                             "INSERT INTO signature VALUES (1, 9, 2, 55, 0, 1, 2, 53, 17, 1, 2400,"
                             " 4, 1, 2, 3, 0, 1, 2, 2, NULL)");
    expect_value("SELECT name || category || action || source || uid || proto || answer FROM"
                 " signatures WHERE severity IS NULL AND message IS NULL AND sensor = 'suricata'",
        "ET XMiscallowed/b55udpdata");
}

Test(store_views, show_notices_of_one_address)
{
    scratch_run(&db, SOURCES "INSERT INTO name VALUES (1, 'Scan::Port_Scan'), (2, 'Zeek notice');"
                             "INSERT INTO signature VALUES (1, 9, 1, NULL, 0, -2147483648, 0, 0, 0,"
                             " 0, 0, 0, 1, 2, 0, 0, 1, 0, 1, 'much of it')");
    expect_value("SELECT name || category || sensor || message FROM signatures"
                 " WHERE resp IS NULL AND orig = '128.0.0.0' AND sid = 0",
        "Scan::Port_ScanZeek noticezeekmuch of it");
}

static void expect_reasons(const char *column, int rejected, const char *const names[], int count)
{
    for (int i = 1; i < count; i++) {
        char sql[200], want[64];
        snprintf(sql, sizeof sql,
            "DELETE FROM source_count;"
            "INSERT INTO source_count VALUES (1, %d, %d, 7)",
            rejected, i);
        scratch_run(&db, sql);
        snprintf(sql, sizeof sql, "SELECT %s FROM sources WHERE source = 1", column);
        snprintf(want, sizeof want, "%s 7", names[i]);
        expect_value(sql, want);
    }
}

Test(store_views, name_every_reason_for_ignoring_and_rejecting)
{
    scratch_run(&db, SOURCES);
    expect_reasons("ignored_as", 0, ignore_names, IGNORES);
    expect_reasons("rejected_as", 1, reject_names, REJECTS);
    scratch_run(&db, "INSERT INTO source_count VALUES (1, 1, 2, 5)");
    expect_value("SELECT rejected_as FROM sources WHERE source = 1",
        "the wrong number of columns 5, out of memory 7");
}

Test(store_views, sum_up_flagged_sources_by_resource_and_day)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (901, 'Network_TrafficFromUnrecommendedIP'), (902, 'unlearned');"
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) VALUES"
        " (901, 5, 0, 86400000000, 1, 100, 22, 6, 3), (901, 5, 0, 86400000001, 2, 100, 22, 6, 2),"
        " (901, 5, 0, 86400000002, 3, 100, 23, 6, 2), (901, 5, 0, 86400000003, 4, 101, 80, 6, 2),"
        " (901, 5, 0, 86400000004, 4, 101, 80, 6, 2),"   /* a signature of the same connection */
        " (901, 5, 902, 86400000005, 5, 102, 22, 6, 3)," /* no feed names it */
        " (901, 5, 0, 86399999999, 6, 103, 22, 6, 2);"
        "INSERT INTO alert (uid, type, own, remote, service, part, began, t0, t1, key, severity,"
        " confidence, entity, tactics, techniques, title_en, title_ja, description_en,"
        " description_ja, respond_en, respond_ja, digest, generated, processed) VALUES"
        " ('u', 901, 5, 0, 0, 16777216 + 22 * 256 + 6, 0, 0, 0, 'k', 0, 0, 'e', '', '', '', '', '',"
        " '', '', '', 0, 0, 0)");
    expect_value("SELECT day || ' ' || own || ' ' || sources || ' ' || ports || ' ' || connections "
                 "|| ' ' || answered || ' ' || alerts || ' ' || quiet_sources || ' ' || "
                 "quiet_connections || ' ' || busiest FROM flagged_days WHERE day = '1970-01-02'",
        "1970-01-02 128.0.0.5 2 3 4 1 1 1 2 128.0.0.100 [3]");
    expect_value(
        "SELECT sources || ' ' || alerts FROM flagged_days WHERE day = '1970-01-01'", "1 0");
}

/* Ids of IPv6 addresses are in the order in which they were first met. */
Test(store_views, name_the_busiest_source_whatever_was_read_first)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (901, 'Network_TrafficFromUnrecommendedIP');"
        "INSERT INTO address6 VALUES (4294967396, x'20010db8000000000000000000000002', '2001:db8::2'),"
        " (4294967397, x'20010db8000000000000000000000001', '2001:db8::1');"
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) VALUES"
        " (901, 5, 0, 1, 1, 4294967396, 22, 6, 3), (901, 5, 0, 2, 2, 4294967397, 22, 6, 3)");
    expect_value("SELECT busiest FROM flagged_days", "2001:db8::1 [1]");
}

/* Ids of subjects are in the order in which they were first met. */
Test(store_views, name_the_protocols_of_a_sighting_whatever_was_read_first)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (901, 'Network_TrafficFromUnrecommendedIP'), (903, '128.0.0.0/8'),"
        " (904, '128.0.0.100');"
        "INSERT INTO feed VALUES (1, 'one', 'plain', 7);"
        "INSERT INTO claim VALUES (1, 1, 0, 5, NULL, NULL, NULL, '', 1);"
        "INSERT INTO indicator_page VALUES (1, 1, 70, NULL, NULL, '{\"128.0.0.100\":1}');"
        "INSERT INTO listed VALUES (100, 77, '128.0.0.100');"
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) VALUES"
        " (901, 5, 903, 1, 1, 100, 0, 1, 0), (901, 5, 903, 2, 2, 100, 53, 17, 0),"
        " (901, 5, 904, 3, 3, 100, 53, 6, 0), (901, 5, 904, 4, 4, 100, 0, 47, 0)");
    expect_value("SELECT protocols FROM sightings", "tcp,udp,icmp,47");
}

Test(store_views, show_sightings_by_role_and_feed)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (901, 'Network_TrafficFromUnrecommendedIP'), (902, 'unlearned'),"
        " (903, '128.0.0.100');"
        "INSERT INTO feed VALUES (1, 'one', 'plain', 7), (2, 'two', 'plain', 7);"
        "INSERT INTO claim VALUES (1, 1, 0, 5, NULL, NULL, NULL, '', 1),"
        " (2, 1, 0, 5, 20, NULL, NULL, '', 1), (2, 2, 0, 6, NULL, NULL, NULL, '', 1);"
        "INSERT INTO indicator_page VALUES (1, 1, 0, 1, ',1,2147483748,', NULL),"
        " (2, 2, 0, NULL, NULL, '{\"128.0.0.1\":2}'),"
        " (3, 2, 549755813896, 1, ',1000,10,', '{\"128.0.0.0/8\":1,\"128.0.0.0/8\":2}');"
        "INSERT INTO listed VALUES (100, 549755839520, '128.0.0.100'), (100, 549755813896, '128.0.0.0/8');"
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags, leg, conn) "
        "VALUES (901, 5, 0, 19, 1, 100, 22, 6, 3, 0, NULL), (901, 5, 0, 20, 2, 100, 22, 6, 2, 0, NULL),"
        " (901, 5, 0, 21, 3, 100, 23, 6, 2, 0, 2),"      /* the other sensor's record of it */
        " (901, 5, 902, 22, 4, 100, 24, 6, 3, 0, NULL)," /* a stranger: says no feed */
        " (901, 5, 0, 23, 5, 100, 25, 6, 2, 1, NULL),"   /* counts for its balancer */
        " (901, 5, 903, 24, 6, 100, 443, 6, 1, 0, NULL)");
#define SIGHTING                                                                                   \
    "SELECT networks || ' ' || category || ' ' || connections || ' ' || answered || ' ' || ports " \
    "|| ' ' || first_us || ' ' || last_us FROM sightings WHERE remote = '128.0.0.100' AND "
    expect_value(SIGHTING "role = 'source' AND feed = 'one'", "128.0.0.100 blocklist 2 1 2 19 21");
    expect_value(SIGHTING "role = 'source' AND feed = 'two'", "128.0.0.0/8 blocklist 1 0 2 20 21");
    expect_value(
        SIGHTING "role = 'destination' AND feed = 'one'", "128.0.0.100 blocklist 1 1 1 24 24");
    expect_value("SELECT count(*) FROM sightings", "4");
}

/* 192.0.2.7, the network 192.0.2.0/24, and what looks like it. */
Test(store_views, find_a_listed_address_in_both_parts_of_a_page)
{
    scratch_run(&db,
        "INSERT INTO name VALUES (901, 'Network_TrafficFromUnrecommendedIP');"
        "INSERT INTO feed VALUES (1, 'both', 'plain', 7), (2, 'number', 'plain', 7),"
        " (3, 'name', 'plain', 7), (4, 'others', 'plain', 7), (5, 'net', 'plain', 7);"
        "INSERT INTO claim SELECT f.id, c.value, 0, c.value, NULL, NULL, NULL, '', 1"
        " FROM feed f, json_each('[1, 2, 5]') c;"
        "INSERT INTO indicator_page VALUES"
        " (1, 1, 824633851928, 2, ',0,7,', '{\"192.0.2.7\":1,\"192.0.2.7\":5}'),"
        " (2, 2, -9223372036854775808, 2, ',3221225991,', NULL),"
        " (3, 3, 824633851928, 2, ',0,17,70,77,', '{\"192.0.2.7\":5}'),"
        " (4, 4, 824633851928, 2, ',0,17,70,77,', '{\"192.0.2.70\":5,\"192.0.2.8\":1}'),"
        " (5, 5, 824633851928, 2, ',1,', '{\"192.0.2.0/24\":5}');"
        "INSERT INTO listed VALUES (1073742343, 824633853728, '192.0.2.7'),"
        " (1073742343, 824633851928, '192.0.2.0/24');"
        "INSERT INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) VALUES"
        " (901, 5, 0, 1, 1, 1073742343, 22, 6, 3)");
    expect_value("SELECT group_concat(feed || ' ' || networks || ' ' || category, ',')"
                 " FROM (SELECT * FROM sightings WHERE remote = '192.0.2.7' ORDER BY feed)",
        "both 192.0.2.7 c2,name 192.0.2.7 blocklist,net 192.0.2.0/24 blocklist,number 192.0.2.7 "
        "malware");
}

Test(store_views, name_every_category_of_indicators)
{
    for (int i = 1; i < INDICATOR_CATEGORIES; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
            "INSERT INTO claim VALUES (1, %d, 0, %d, NULL, 5, NULL, '', 1);"
            "INSERT INTO indicator_page VALUES (%d, 1, %d, NULL, NULL, '{\"192.0.2.%d\":%d}')",
            i, i, i, i, i, i);
        scratch_run(&db, sql);
    }
    scratch_run(&db, "INSERT INTO feed VALUES (1, 'f', 'plain', 7)");
    for (int i = 1; i < INDICATOR_CATEGORIES; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
            "SELECT category FROM indicators WHERE network = '192.0.2.%d' AND feed = 'f'", i);
        expect_value(sql, indicator_category_names[i]);
    }
    expect_value("SELECT DISTINCT valid_until FROM indicators WHERE valid_from IS NULL",
        "1970-01-01T00:00:00.000005Z");
}

Test(store_views, name_indicators_of_both_parts_of_a_page)
{
    scratch_run(&db,
        "INSERT INTO feed VALUES (1, 'f', 'plain', 7);"
        "INSERT INTO claim VALUES (1, 1, 0, 1, NULL, NULL, NULL, 'one', 1),"
        " (1, 2, 0, 5, NULL, NULL, NULL, 'two', 1);"
        "INSERT INTO indicator_page VALUES (1, 1, -9223372036854775808, 2, ',0,4294967295,', NULL),"
        " (2, 1, 824633851928, 1, ',7,65536,', '{\"192.0.2.0/24\":2,\"192.0.2.7\":2}'),"
        " (3, 1, 1099511627776, NULL, NULL, '{\"a.example\":1}')");
    expect_value(
        "SELECT group_concat(network || ' ' || note, ',') FROM"
        " (SELECT * FROM indicators ORDER BY network, note) /* scans indicator_page: a test */",
        "0.0.0.0 two,192.0.2.0/24 two,192.0.2.7 one,192.0.2.7 two,192.1.2.0 one,255.255.255.255 two,"
        "a.example one");
}

Test(store_views, name_every_format_of_sources)
{
    for (int i = 0; i < FORMATS; i++) {
        char sql[400];
        snprintf(sql, sizeof sql,
            "INSERT INTO source (id, path, format, head_len, head_hash, offset, header_offset, "
            "lines, stored, ignored, rejected, device, inode, size, mtime_ns) VALUES (%d, '/a', %d, %d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
            i + 1, i, i);
        scratch_run(&db, sql);
        snprintf(sql, sizeof sql, "SELECT format FROM sources WHERE source = %d", i + 1);
        expect_value(sql, format_names[i]);
    }
}
