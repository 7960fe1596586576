/* Figures and rejected lines for `status`. */
#include "store/internal.h"
#include "store/reason.h"
#include "store/record.h"
#include "util/arena.h"

/* The rows are really counted: some may have been pruned, so that ids tell nothing. */
static const char info_sql[] =
    "SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM flow),"
    " (SELECT count(*) FROM login), (SELECT count(*) FROM signature),"
    " (SELECT ifnull(sum(rows), 0) FROM lookup_page),"
    " (SELECT count(*) FROM attempt), (SELECT count(*) FROM probe),"
    " (SELECT count(*) FROM contact), (SELECT count(*) FROM alert WHERE superseded IS NULL),"
    " (SELECT count(*) FROM source), (SELECT min(t_min) FROM stretch),"
    " (SELECT max(t_max) FROM stretch),"
    " (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
    " /* for `status`, scans flow: to count, scans login: to count, scans signature: to count,"
    " scans lookup_page: to count, scans attempt: to count, scans probe: to count,"
    " scans contact: to count, scans alert: to count, scans source: to count, scans stretch: for times */";

bool store_info(struct store *s, struct store_info *info, struct err *err)
{
    struct store_info read = {0};
    struct query *q = store_query(s, "figures", info_sql);
    if (query_step(q))
        read = (struct store_info){
            .schema_version = (int)query_i(q, 0),
            .flows = query_i(q, 1),
            .logins = query_i(q, 2),
            .signatures = query_i(q, 3),
            .lookups = query_i(q, 4),
            .attempts = query_i(q, 5),
            .probes = query_i(q, 6),
            .contacts = query_i(q, 7),
            .alerts = query_i(q, 8),
            .sources = query_i(q, 9),
            .first_us = query_i(q, 10),
            .last_us = query_i(q, 11),
            .file_bytes = query_i(q, 12),
        };
    if (!query_done(q, err))
        return false;
    *info = read;
    return true;
}

static bool count_even(struct store *s, int sensor, struct store_sensors *out, struct err *err)
{
    struct query *q = store_query(s, "frames of a sensor",
        "SELECT count(*), sum(CASE WHEN orig_pkts % 2 = 0 AND resp_pkts % 2 = 0 THEN 1 ELSE 0 END)"
        " FROM (SELECT f.orig_pkts, f.resp_pkts FROM (SELECT first, last FROM stretch"
        " WHERE sensor = :sensor ORDER BY first DESC) AS z /* scans stretch: its last rows */ CROSS JOIN flow AS f"
        " ON f.id BETWEEN z.first AND z.last LIMIT :most)"
        " WHERE orig_pkts > 0 AND resp_pkts > 0");
    query_bind_i(q, ":sensor", sensor);
    query_bind_i(q, ":most", STORE_FRAMES_SAMPLE);
    if (query_step(q)) {
        out->flows[sensor] = query_i(q, 0);
        out->even[sensor] = query_i(q, 1);
    }
    return query_done(q, err);
}

bool store_sensors(struct store *s, struct store_sensors *sensors, struct err *err)
{
    struct store_sensors read = {0};
    struct query *q = store_query(s, "skew of the newest day",
        "SELECT median, day * 86400000000, pairs FROM skew WHERE pairs >= 20"
        " ORDER BY day DESC LIMIT 1");
    if (query_step(q)) {
        read.skew_us = query_i(q, 0);
        read.skew_day_us = query_i(q, 1);
        read.skew_pairs = query_i(q, 2);
    }
    if (!query_done(q, err) || !count_even(s, SENSOR_ZEEK, &read, err) ||
        !count_even(s, SENSOR_SURICATA, &read, err))
        return false;
    *sensors = read;
    return true;
}

static const char *reason_name(bool rejected, int64_t reason)
{
    int64_t count = rejected ? REJECTS : IGNORES;
    const char *const *names = rejected ? reject_names : ignore_names;

    return names[reason > 0 && reason < count ? reason : 0];
}

bool store_count_each(struct store *s,
    void (*visit)(void *arg, bool rejected, const char *reason, int64_t lines), void *arg,
    struct err *err)
{
    struct query *q = store_query(s, "lines by reason",
        "SELECT rejected, reason, sum(lines) FROM source_count"
        " GROUP BY rejected, reason ORDER BY rejected, reason"
        " /* scans source_count: a few rows a file */");
    while (query_step(q)) {
        bool rejected = query_i(q, 0) != 0;
        visit(arg, rejected, reason_name(rejected, query_i(q, 1)), query_i(q, 2));
    }
    return query_done(q, err);
}

bool store_reject_each(struct store *s, void (*visit)(void *arg, const struct reject_info *info),
    void *arg, struct err *err)
{
    struct arena arena = {0};
    bool memory = true;
    struct query *q = store_query(s, "rejected lines",
        "SELECT s.path, r.reason, r.line, r.offset, r.text FROM reject r"
        " JOIN source s ON s.id = r.source ORDER BY s.path, s.id, r.offset, r.reason"
        " /* scans reject: all are listed, scans source: the same */");
    while (memory && query_step(q)) {
        arena_reset(&arena);
        struct reject_info info = {
            .path = arena_strdup(&arena, query_s(q, 0)),
            .reason = reason_name(true, query_i(q, 1)),
            .line = query_i(q, 2),
            .offset = query_i(q, 3),
            .text = query_s(q, 4),
        };
        memory = info.path != NULL;
        if (memory)
            visit(arg, &info);
    }
    arena_done(&arena);
    return query_done(q, err) && (memory || err_nomem(err));
}
