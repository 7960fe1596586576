/* Random traffic of a few machines, clustered around what detection is about: thresholds, windows,
 * gaps, borders of days and weeks, times before 1970. The same seed gives the same records. */
#pragma once

#include "tests/unit/feed_list.h"
#include "tests/unit/records.h"

#define SCENARIO_OWN    "10.0.0.10"
#define SCENARIO_REMOTE "203.0.113.60"

struct scenario {
    struct chance chance;
    struct records records;
    int64_t start_us; /* what its bursts gather around */
};

/* ------------------------------------------------------------------ who and when */

static inline struct ipaddr some_own(struct scenario *x)
{
    if (chance_percent(&x->chance, 10))
        return address("2001:db8:1::10");
    return address_after(SCENARIO_OWN, (int)chance_in(&x->chance, 0, 1));
}

static inline struct ipaddr some_remote(struct scenario *x)
{
    if (chance_percent(&x->chance, 10))
        return address_after("2001:db8:2::1", (int)chance_in(&x->chance, 0, 1));
    return address_after(SCENARIO_REMOTE, (int)chance_in(&x->chance, 0, 1));
}

static inline enum sensor some_sensor(struct scenario *x)
{
    return chance_percent(&x->chance, 70) ? SENSOR_ZEEK : SENSOR_SURICATA;
}

static inline int64_t pick(struct scenario *x, const int64_t *list, size_t count)
{
    return list[chance_in(&x->chance, 0, (int64_t)count - 1)];
}
#define PICK(x, ...)                                                                               \
    pick(x, (const int64_t[]){__VA_ARGS__},                                                        \
        sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

/* Where a burst begins. */
static inline int64_t some_time(struct scenario *x)
{
    static const int64_t steps[] = {0, 0, 0, 5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, DAY - HOUR,
        DAY, DAY + HOUR, 2 * DAY, 3 * DAY, 7 * DAY - HOUR, 7 * DAY, 8 * DAY, 14 * DAY};
    int64_t t = x->start_us + pick(x, steps, sizeof steps / sizeof *steps);
    return t + PICK(x, 0, -1, 1, -SECOND, 10 * SECOND) +
           (chance_percent(&x->chance, 50) ? chance_in(&x->chance, 0, HOUR) : 0);
}

/* How far apart its records are, so that some fill a window exactly and some just do not. */
static inline int64_t some_step(struct scenario *x, int64_t count)
{
    int64_t window = PICK(
        x, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR, DAY, DAY, 3 * DAY, 9 * DAY);
    int64_t step = window / (count > 1 ? count - 1 : 1);
    return step + PICK(x, 0, 0, -1, 1, -SECOND, -step, -step / 2);
}

static inline int64_t some_count(struct scenario *x)
{
    return PICK(x, 1, 4, 10, 19, 20, 21, 25, 29, 30, 30, 31, 31, 39, 40, 40, 41, 60, 61) +
           chance_in(&x->chance, 0, 1);
}

static const struct scenario_door {
    uint16_t port;
    const char *service;
} scenario_doors[] = {{22, "ssh"}, {22, "ssh"}, {22, "ssh"}, {22, ""}, {3389, "rdp"}, {3389, ""},
    {1433, ""}, {3306, "mysql"}, {21, "ftp"}, {23, ""}, {2222, ""}, {902, "ssh"}, {22, "http"}};

static inline struct scenario_door some_door(struct scenario *x)
{
    return scenario_doors[chance_in(
        &x->chance, 0, (int64_t)(sizeof scenario_doors / sizeof *scenario_doors) - 1)];
}

/* ------------------------------------------------------------------ bursts */

/* One connection to a login service: flow, login record or both. */
static inline void one_login(struct scenario *x, int64_t t, struct ipaddr client,
    struct ipaddr server, struct scenario_door door, int session_percent)
{
    enum sensor sensor = some_sensor(x);
    bool knows = door.service[0] == 's' || door.service[0] == 'r';
    int how = knows ? (int)chance_in(&x->chance, 0, 9) : 9;
    char uid[24];
    snprintf(
        uid, sizeof uid, "%s%lld", sensor == SENSOR_ZEEK ? "L" : "70", (long long)x->records.uids);
    uint16_t from = (uint16_t)(40000 + x->records.uids % 20000);
    if (how > 0) {
        bool session = chance_percent(&x->chance, session_percent);
        struct flow *f =
            session ? record_session(&x->records, sensor, uid, t, client, server, door.port)
                    : record_flow(&x->records, sensor, uid, t, client, server, door.port);
        f->service = str_of(door.service);
        f->conn.orig_port = from;
        if (!session && chance_percent(&x->chance, 5))
            f->orig_bytes = f->resp_bytes = 40;
    }
    if (door.port == 21 && chance_percent(&x->chance, 60)) { /* each try a record of its own */
        for (int64_t n = chance_in(&x->chance, 1, 4); n > 0; n--) {
            int success = session_percent && n == 1 ? 1 : 0;
            struct login *l = record_login(&x->records, sensor, uid, t + n * SECOND, client, server,
                door.port, "ftp", success);
            l->conn.orig_port = from;
            l->one_try = 1;
        }
    }
    if (how < 5) {
        int success = (int)PICK(x, -1, -1, -1, 0, 0, session_percent ? 1 : 0);
        struct login *l = record_login(&x->records, sensor, uid,
            t + PICK(x, 0, 0, 1, SECOND, MINUTE), client, server, door.port, door.service, success);
        l->conn.orig_port = from;
        l->attempts = (int32_t)PICK(x, -1, -1, 0, 1, 3);
        l->key_exchange = chance_percent(&x->chance, 80);
    }
}

static inline void burst_pair(struct scenario *x)
{
    int64_t count = some_count(x), step = some_step(x, count), t = some_time(x);
    struct ipaddr own = some_own(x), other = some_remote(x);
    int direction = (int)chance_in(&x->chance, 0, 5);
    if (direction == 5)
        other = address_after(SCENARIO_OWN, 2); /* inside */
    bool incoming = direction < 3;
    struct scenario_door door = some_door(x);
    int sessions = (int)PICK(x, 0, 0, 0, 3, 30, 60);
    for (int64_t i = 0; i < count; i++, t += step)
        one_login(x, t, incoming ? other : own, incoming ? own : other, door, sessions);
}

static inline void burst_fan(struct scenario *x)
{
    int64_t count = PICK(x, 29, 30, 31, 60, 61, 100), step = some_step(x, count), t = some_time(x);
    int64_t peers = PICK(x, 9, 10, 11, 24, 25, 26, 30);
    struct ipaddr own = some_own(x);
    bool incoming = chance_percent(&x->chance, 60), v6 = chance_percent(&x->chance, 20);
    struct scenario_door door = scenario_doors[chance_in(&x->chance, 0, 5)];
    for (int64_t i = 0; i < count; i++, t += step) {
        struct ipaddr peer =
            address_after(v6 ? "2001:db8:3::1" : "198.51.100.100", (int)(i % peers));
        if (v6 && chance_percent(&x->chance, 50))
            peer.b[7] = (uint8_t)(i % peers); /* a network of its own */
        one_login(x, t, incoming ? peer : own, incoming ? own : peer, door, 0);
    }
}

static inline void burst_scan(struct scenario *x)
{
    bool sweep = chance_percent(&x->chance, 60);
    int64_t count = sweep ? PICK(x, 24, 25, 26, 50, 100, 101) : PICK(x, 14, 15, 16, 20);
    int64_t t = some_time(x), step = PICK(x, 0, SECOND, 3 * SECOND, 12 * SECOND, 20 * SECOND,
                                  5 * MINUTE / (count - 1), 5 * MINUTE / (count - 1) - 1, MINUTE);
    struct ipaddr own = some_own(x);
    uint16_t port = (uint16_t)PICK(x, 445, 80, 22, 3389);
    int answered = (int)PICK(x, 0, 0, 20, 45, 50, 55, 90);
    uint8_t proto = chance_percent(&x->chance, 15) ? PROTO_UDP : PROTO_TCP;
    for (int64_t i = 0; i < count; i++, t += step) {
        struct ipaddr to = sweep ? address_after("192.0.2.1", (int)i) : some_remote(x);
        uint16_t door = sweep ? port : (uint16_t)(8000 + i);
        bool open = chance_percent(&x->chance, answered);
        struct flow *f = open ? record_session(&x->records, some_sensor(x), NULL, t, own, to, door)
                              : record_refused(&x->records, some_sensor(x), NULL, t, own, to, door);
        f->conn.proto = proto;
        if (chance_percent(&x->chance, 2))
            f->flags |= FLOW_OPENING_UNSEEN;
    }
}

static inline void burst_flood(struct scenario *x)
{
    int64_t count = chance_in(&x->chance, 1, 12), t = some_time(x);
    struct ipaddr own = some_own(x), to = some_remote(x);
    for (int64_t i = 0; i < count; i++) {
        struct flow *f = record_refused(&x->records, some_sensor(x), NULL, t, own, to, 53);
        f->conn.proto = PROTO_UDP;
        f->duration_us = PICK(
            x, 0, SECOND, MINUTE, 3 * MINUTE, 10 * MINUTE, 10 * MINUTE + 1, 25 * MINUTE, 3 * HOUR);
        int64_t minutes = f->duration_us / MINUTE + 1;
        f->orig_pkts = PICK(x, 1000, 59999, 60000, 60001, 180000) * minutes;
        f->orig_ip_bytes = f->orig_pkts * PICK(x, 60, 1400, 6250);
        f->orig_bytes = f->orig_ip_bytes - f->orig_pkts * 28;
        t += PICK(x, 0, SECOND, MINUTE, 5 * MINUTE, 6 * MINUTE, 7 * MINUTE, 7 * MINUTE + SECOND);
    }
}

/* Traffic with what the feed below names. */
static inline void burst_contact(struct scenario *x)
{
    static const char *const named[] = {"203.0.113.200", "198.51.100.70", "198.51.100.80",
        "192.0.2.250", "203.0.113.60", "2001:db8:9::9"};
    int64_t count = chance_in(&x->chance, 1, 6), t = some_time(x);
    struct ipaddr own = some_own(x), other = address(named[chance_in(&x->chance, 0, 5)]);
    bool incoming = chance_percent(&x->chance, 50), answered = chance_percent(&x->chance, 50);
    uint16_t port = (uint16_t)PICK(x, 443, 8443, 22);
    for (int64_t i = 0; i < count; i++) {
        struct ipaddr client = incoming ? other : own, server = incoming ? own : other;
        if (answered)
            record_flow(&x->records, some_sensor(x), NULL, t, client, server, port);
        else
            record_refused(&x->records, some_sensor(x), NULL, t, client, server, port);
        t += PICK(x, 0, SECOND, 30 * MINUTE, HOUR - 1, HOUR, HOUR + 1, 6 * HOUR);
    }
}

static inline void burst_signature(struct scenario *x)
{
    int64_t count = chance_in(&x->chance, 1, 6), t = some_time(x);
    struct ipaddr own = some_own(x), other = chance_percent(&x->chance, 30)
                                                 ? address("203.0.113.200")
                                                 : some_remote(x);
    uint32_t sid = (uint32_t)PICK(
        x, 2404300, 2400005, 2402000, 2500000, 2001, 2001219, 2001219, 2003068, 2001972);
    bool incoming = chance_percent(&x->chance, 50);
    for (int64_t i = 0; i < count; i++) {
        char uid[24];
        snprintf(uid, sizeof uid, "60%lld", (long long)x->records.uids);
        struct ipaddr client = incoming ? other : own, server = incoming ? own : other;
        uint16_t from = (uint16_t)(40000 + x->records.uids % 20000);
        bool known = chance_percent(&x->chance, 70);
        for (int n = (int)chance_in(&x->chance, 1, 2); n > 0; n--) { /* some hit twice at once */
            struct signature *g =
                record_signature(&x->records, uid, t, client, server, 443, sid + (uint32_t)n - 1);
            g->conn.orig_port = from;
            g->client_known = known;
            g->answer = (uint8_t)PICK(x, ANSWER_NONE, ANSWER_EMPTY, ANSWER_DATA);
        }
        if (chance_percent(&x->chance, 50)) {
            struct flow *f = record_flow(&x->records, SENSOR_SURICATA, uid, t, client, server, 443);
            f->conn.orig_port = from;
        }
        t += PICK(x, 0, SECOND, 30 * MINUTE, HOUR, 6 * HOUR);
    }
}

/* A port of ours with regular visitors, and strangers about the time from which there are any. */
static inline void burst_visits(struct scenario *x)
{
    int64_t days = PICK(x, 29, 30, 31, 33, 45), t = some_time(x);
    struct ipaddr own = some_own(x), regular = some_remote(x);
    uint16_t port = (uint16_t)PICK(x, 8443, 8443, 22);
    for (int64_t day = 0; day < days; day++) {
        int64_t when = t + day * DAY;
        if (!chance_percent(&x->chance, 3))
            record_flow(&x->records, some_sensor(x), NULL, when, regular, own, port);
        if (day < days - 4 || !chance_percent(&x->chance, 60))
            continue;
        struct ipaddr other =
            chance_percent(&x->chance, 30) ? address("2001:db8:7::1") : address("198.51.100.9");
        for (int64_t n = chance_in(&x->chance, 1, 3); n > 0; n--)
            record_flow(&x->records, some_sensor(x), NULL, when + n * MINUTE, other, own, port);
    }
}

/* Through a balancer or gateway, where the inventory has one at these addresses; the way behind it is
 * logged as well, mostly. */
#define SCENARIO_BALANCER "10.0.0.20" /* its members are the next two */
#define SCENARIO_GATEWAY  "10.0.0.30" /* SCENARIO_OWN and the one after it are behind it */

static inline void burst_pool(struct scenario *x)
{
    int64_t count = some_count(x), step = some_step(x, count), t = some_time(x);
    struct scenario_door door = some_door(x);
    bool out = chance_percent(&x->chance, 40), scan = chance_percent(&x->chance, 30);
    bool as_client = chance_percent(&x->chance, 50);
    for (int64_t i = 0; i < count; i++, t += step) {
        struct ipaddr other = some_remote(x), pool = address(SCENARIO_BALANCER);
        struct ipaddr member = address_after(SCENARIO_BALANCER, (int)chance_in(&x->chance, 1, 2));
        int64_t later = PICK(x, 0, 1, SECOND, 2 * SECOND, 2 * SECOND + 1, -SECOND);
        bool front = chance_percent(&x->chance, 90), back = chance_percent(&x->chance, 80);
        if (out) {
            pool = address(SCENARIO_GATEWAY);
            member = some_own(x);
        }
        struct ipaddr target = scan ? address_after("192.0.2.1", (int)i) : other;
        if (out && scan && front)
            record_refused(&x->records, some_sensor(x), NULL, t, pool, target, 445);
        if (out && scan && back)
            record_refused(&x->records, some_sensor(x), NULL, t + later, member, target, 445);
        if (out && scan)
            continue;
        if (front)
            one_login(x, t, out ? pool : other, out ? other : pool, door, 0);
        if (back)
            one_login(x, t + later,
                out         ? member
                : as_client ? other
                            : pool,
                out ? other : member, door, 0);
    }
}

/* Days in which the sensors watch and some pairs log in by the hour: what baselines are learned from. */
static inline void warm_up(struct scenario *x)
{
    int64_t hours = PICK(x, 24, 48, 49, 72, 10 * 24), after = PICK(x, 0, 48, 16 * 24);
    int64_t begin = x->start_us - hours * HOUR - PICK(x, 0, DAY, 2 * DAY);
    for (int64_t t = begin; t < begin + (hours + after) * HOUR; t += HOUR)
        if (!chance_percent(&x->chance, 3))
            record_refused(&x->records, SENSOR_ZEEK, NULL, t, address("192.0.2.200"),
                address("198.51.100.200"), 80);
    for (int64_t pairs = chance_in(&x->chance, 0, 4); pairs > 0; pairs--) {
        struct ipaddr own = some_own(x), other = some_remote(x);
        bool incoming = chance_percent(&x->chance, 50);
        struct scenario_door door = some_door(x);
        int64_t step = PICK(x, HOUR / 2, HOUR, 5 * HOUR, DAY);
        for (int64_t t = begin; t < begin + hours * HOUR; t += step)
            one_login(x, t, incoming ? other : own, incoming ? own : other, door, 100);
    }
}

/* The same connection again, in some other log, perhaps with other figures. */
static inline void repeat_some(struct scenario *x, int percent)
{
    size_t count = x->records.count;
    for (size_t i = 0; i < count; i++) {
        if (!chance_percent(&x->chance, percent))
            continue;
        struct record copy = x->records.list[i];
        struct record *again = record_new(&x->records, copy.kind, record_sensor(&copy), copy.uid);
        *again = copy;
        if (copy.kind != MADE_FLOW || chance_percent(&x->chance, 40))
            continue;
        again->flow.duration_us += PICK(x, 0, SECOND, 20 * MINUTE);
        again->flow.orig_bytes += PICK(x, 0, 1, 5000);
        again->flow.orig_pkts += PICK(x, 0, 1, 50000);
        again->flow.t_us += PICK(x, 0, 0, 1, -SECOND);
        again->flow.answer = (uint8_t)PICK(x, ANSWER_NONE, copy.flow.answer, copy.flow.answer);
    }
}

static inline struct scenario scenario_new(uint64_t seed)
{
    static void (*const bursts[])(struct scenario *) = {burst_pair, burst_pair, burst_pair,
        burst_pair, burst_fan, burst_fan, burst_scan, burst_scan, burst_flood, burst_contact,
        burst_contact, burst_signature, burst_visits, burst_pool, burst_pool};
    struct scenario x = {.chance = {seed}};
    x.start_us = PICK(&x, 19000 * DAY, 19000 * DAY, 19000 * DAY - HOUR, 0, -HOUR, -DAY, -7 * DAY);
    for (int n = (int)chance_in(&x.chance, 6, 14); n > 0; n--)
        bursts[chance_in(&x.chance, 0, (int64_t)(sizeof bursts / sizeof *bursts) - 1)](&x);
    repeat_some(&x, (int)PICK(&x, 0, 3, 15));
    if (chance_percent(&x.chance, 40))
        warm_up(&x);
    return x;
}

/* All by Zeek; what only Suricata can tell goes. */
static inline void scenario_by_zeek(struct records *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct record *r = &all->list[i];
        if (r->kind == MADE_SIGNATURE)
            continue;
        r->flow.sensor = r->login.sensor = SENSOR_ZEEK;
        memmove(r->uid + 1, r->uid, sizeof r->uid - 1);
        r->uid[0] = 'Z';
        r->uid[sizeof r->uid - 1] = '\0';
        all->list[kept++] = *r;
    }
    all->count = kept;
}

static inline void scenario_done(struct scenario *x)
{
    records_done(&x->records);
}

/* ------------------------------------------------------------------ the feed */

static inline void scenario_import(struct store *s)
{
    static const struct {
        const char *net;
        enum indicator_category category;
        int64_t from_us, until_us;
    } entries[] = {
        {"203.0.113.200", INDICATOR_C2, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL},
        {"198.51.100.64/28", INDICATOR_MALWARE, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL},
        {"198.51.100.80", INDICATOR_SINKHOLE, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL},
        {"192.0.2.250", INDICATOR_SCANNER, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL},
        {"203.0.113.60", INDICATOR_BLOCKLIST, DAY, 19003 * DAY},
        {"203.0.113.0/24", INDICATOR_C2, -DAY, 0},
        {"2001:db8:9::/64", INDICATOR_C2, INDICATOR_ALWAYS_FROM, 19001 * DAY},
        {"2001:db8:1::10", INDICATOR_SINKHOLE, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL},
    };
    struct indicator indicators[sizeof entries / sizeof *entries];
    size_t count = sizeof entries / sizeof *entries;
    for (size_t i = 0; i < count; i++) {
        indicators[i] = (struct indicator){.category = entries[i].category,
            .from_us = entries[i].from_us,
            .until_us = entries[i].until_us,
            .note = STR("")};
        cr_assert(cidr_parse(str_of(entries[i].net), &indicators[i].net));
    }
    struct err err = {0};
    cr_assert(
        import_list(s, "test", indicators, count, RECORDS_NOW_US, NULL, &err), "%s", err.text);
}
