/* The one database file: opening, locking, transactions. Nothing outside store/ knows SQLite. */
#pragma once

#include "util/err.h"
#include "util/ipaddr.h"
#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum store_mode {
    STORE_READ,  /* must exist; nothing is ever written; queries of people go through here */
    STORE_WRITE, /* created (mode 0600) when missing, migrated when older, locked against others */
};

/* wait_us: how long to wait for another writer (0: ERR_LOCKED at once).
 * ERR_DATA: not a database of ours, damaged, or written by a newer version. ERR_NOINPUT: missing
 * (STORE_READ). ERR_CREATE: cannot be created, or is a directory. ERR_LOCKED: another run writes. */
#define STORE_MEMORY ":memory:" /* as path: an empty database in memory, for checks and tests */
struct store *store_open(const char *path, enum store_mode mode, int64_t wait_us, struct err *err);
void store_close(struct store *s);
/* As given to store_open(); owned by the store. */
const char *store_path(const struct store *s);

/* Tests and debug builds: from now on a statement that reads all of a table that grows with the
 * history fails, unless it says why. People's SQL (store/ask.h) is not looked at. */
void store_watch_plans(bool on);

/* Asked for each flow that is put from now on: FLOW_DULL, FLOW_IDLE, both or 0. NULL: none is
 * marked. */
struct flow;
void store_mark_flows(
    struct store *s, unsigned (*marks)(void *arg, const struct flow *flow), void *arg);

/* From now on store_put() takes records and keeps none: to see what logs hold. */
void store_keep_nothing(struct store *s);

/* Everything between them is kept together or not at all. They do not nest. */
bool store_begin(struct store *s, struct err *err);
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
/* The same as store_commit() and store_begin(): what was done so far is kept, whatever becomes of the
 * rest. Beside the rest, another thread carries it over from the log into the database file. */
bool store_commit_part(struct store *s, struct err *err);

/* A small note under a name: fingerprints, how far the facts have got. Missing reads as
 * `otherwise`. */
bool store_state_get(
    struct store *s, const char *name, int64_t otherwise, int64_t *value, struct err *err);
bool store_state_set(struct store *s, const char *name, int64_t value, struct err *err);

/* The same for text: what a person said that later runs go by. A missing one leaves `text` as it
 * is. Inside a transaction of the caller's, or one by itself. */
bool store_setting_get(struct store *s, const char *name, struct buf *text, struct err *err);
bool store_setting_set(struct store *s, const char *name, struct str text, struct err *err);

/* An IPv4 address is its own id: the number less 2^31, so that SQLite keeps it in 4 bytes, order is
 * kept and a network is a BETWEEN. IPv6 ids begin at 2^32 and are handed out once per address. */
bool store_address_id(struct store *s, const struct ipaddr *ip, int64_t *id, struct err *err);
bool store_address(struct store *s, int64_t id, struct ipaddr *ip, struct err *err);
static inline bool store_id_is_v4(int64_t id)
{
    return id < (INT64_C(1) << 31);
}
static inline uint32_t store_id_v4(int64_t id)
{
    return (uint32_t)(id + (INT64_C(1) << 31));
}

/* A text's id, given when it is met for the first time: names of services, signatures, alert types.
 * 0 is the empty text. */
bool store_name_id(struct store *s, struct str name, int64_t *id, struct err *err);
/* Owned by the store, valid until store_close(). "" for 0. */
bool store_name(struct store *s, int64_t id, const char **name, struct err *err);

/* Figures for `status`: rows of the main tables, the time that the records span, the file's size. */
struct store_info {
    int schema_version;
    int64_t flows, logins, signatures, lookups, attempts, probes, contacts, alerts, sources;
    int64_t first_us, last_us; /* of the flows; both 0 without any */
    int64_t file_bytes;
};
bool store_info(struct store *s, struct store_info *info, struct err *err);

/* What the sensors' records tell of the sensors, for `status`. */
#define STORE_FRAMES_SAMPLE 10000 /* newest flows that are looked at */
struct store_sensors {
    /* By enum sensor: of so many flows with packets both ways, among the newest, those with even
     * numbers of them in both directions: a quarter, or nearly all where each frame is seen twice. */
    int64_t flows[3], even[3];
    /* How far Suricata's clock was ahead of Zeek's on the newest day with enough connections that both
     * saw; skew_pairs 0: there is none. */
    int64_t skew_us, skew_day_us, skew_pairs;
};
bool store_sensors(struct store *s, struct store_sensors *sensors, struct err *err);

/* Lines that were ignored or rejected, of all sources together, by reason: ignored ones first. */
bool store_count_each(struct store *s,
    void (*visit)(void *arg, bool rejected, const char *reason, int64_t lines), void *arg,
    struct err *err);

/* Rejected lines for `status --rejects`, in order of source and place. */
struct reject_info {
    const char *path, *reason;
    int64_t line, offset;
    struct str text;
};
bool store_reject_each(struct store *s, void (*visit)(void *arg, const struct reject_info *info),
    void *arg, struct err *err);

/* People's SQL: one statement, read-only, refused by the engine and its authorizer otherwise
 * (ERR_DATA with the reason). Values come as text; NULL for SQL NULL. Rows beyond limits->rows are
 * not asked for, which is no error; to run out of time is one (ERR_DATA). columns and row return
 * false to stop; what they are given is valid during the call. */
struct store_result {
    void *arg;
    bool (*columns)(void *arg, int count, const char *const names[]);
    /* kinds[i]: 'i' integer, 'r' real, 't' text, 'b' blob (as hex), 'n' null */
    bool (*row)(void *arg, int count, const struct str values[], const char kinds[]);
};
struct store_limits {
    int64_t rows, time_us; /* rows given out; time from the first step on. 0: no limit */
};
bool store_ask(struct store *s, const char *sql, const struct store_limits *limits,
    const struct store_result *result, struct err *err);

/* The public views with their documentation, as their CREATE VIEW text says it: one call per
 * column, column "" first for the view itself. */
bool store_view_each(struct store *s,
    void (*visit)(void *arg, const char *view, const char *column, const char *doc), void *arg,
    struct err *err);
