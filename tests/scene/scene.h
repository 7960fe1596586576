/* Forty days of a small network as Zeek and Suricata see it side by side, with attacks at known
 * places, and what must be reported of them. */
#pragma once

#include "sample-logs/generator/shapes.h"

#define DAYS      40
#define FIRST_DAY (INT64_C(1772409600) * SECOND) /* 2026-03-02 00:00:00 UTC, a Monday */
#define AT(h, m)  ((h)*HOUR + (m)*MINUTE)

/* Which sensors see something. */
enum { ZEEK = 1, SURICATA = 2, BOTH = ZEEK | SURICATA };

/* One connection of an attack, planned before the days are played. */
struct event {
    int64_t t_us;
    enum event_kind {
        EVENT_REFUSED_LOGIN,
        EVENT_LOGIN,
        EVENT_CONNECTION,
        EVENT_FLOOD, /* a flow of `duration_us` with `packets` of `bytes` each and nothing back */
    } kind;
    enum shape_id shape;
    int client_port, port; /* 0: any; the shape's own */
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    int64_t duration_us, packets, bytes;
    const struct signature *signature;
    bool undetected; /* no sensor names the service */
    bool told;       /* a log tells that the try was refused: MySQL to Zeek, FTP to Suricata */
};

struct scene {
    struct segment zeek, suricata; /* all that chance decides comes from Zeek's numbers */
    struct log_file mysql;         /* Zeek's */
    bool nothing_is_missed;        /* else a sensor loses a connection now and then */
    int day;
    int64_t midnight_us; /* … of that day */
    bool workday;
    struct event *plan;
    size_t planned, plan_room;
    struct log_file truth;
};

/* ------------------------------------------------------------------ sensors.c */

void scene_init(struct scene *s, uint64_t seed);
void scene_done(struct scene *s);
int64_t scene_pick(struct scene *s, int64_t low, int64_t high);
/* True so many times of a hundred. */
bool scene_chance(struct scene *s, int percent);

/* Both sensors log the connection, Suricata in its own way: its clock is ahead, it counts frames,
 * takes some packets twice, and ends flows that pause. */
void scene_show(struct scene *s, const struct connection *c);
/* The same with what login logs say. */
void scene_show_login(struct scene *s, const struct connection *c, const struct login *login);
/* One try at a login that was refused, where a sensor has a log of such. */
void scene_show_refusal(struct scene *s, const struct connection *c);
void scene_show_alert(struct scene *s, const struct connection *c, const struct signature *alert);

/* A connection of that shape to that port (0: the shape's own), and into the logs. */
struct connection scene_connect(struct scene *s, enum shape_id shape, int64_t t_us,
    const char *client, const char *server, int port);
/* A database that lets its client in: MySQL, to which Zeek has a log. */
void scene_query(
    struct scene *s, enum shape_id shape, int64_t t_us, const char *client, const char *server);
void scene_login(struct scene *s, enum shape_id shape, int64_t t_us, const char *client,
    const char *server, bool worked);

/* Writes the rows that the sensors have written by then into files of that day. */
bool scene_flush(struct scene *s, const char *folder, int64_t until_us);

/* ------------------------------------------------------------------ the days */

/* One day of people at work, and of what the outside sends. */
void office_day(struct scene *s);
/* One day of what looks like an attack and is none: administrators, jobs, peers. */
void jobs_day(struct scene *s);

/* Plans every attack, and everything that misses being one by a little; writes the truth. */
void attacks_plan(struct scene *s);
/* The planned connections of the day. */
void attacks_day(struct scene *s);
struct event *plan_add(struct scene *s, int64_t t_us, enum event_kind kind, enum shape_id shape);

/* ------------------------------------------------------------------ truth.c */

/* One tier of an alert type: so many attempts, of so many others, on so many days, in a window. */
struct tier_rule {
    const char *name;
    int attempts, others, days;
    int64_t window_us;
};

/* What is known of an alert type: how its tiers are reached and which figure tells their size. */
struct rule {
    const char *type, *count_key;
    enum { COUNT_ATTEMPTS, COUNT_OTHERS } count;
    struct tier_rule tiers[4];
};

/* What one attacker did: when, and toward which of the others. */
struct deeds {
    const struct rule *rule;
    const char *name, *own, *remote; /* remote NULL: not part of the key */
    int sensors;
    int64_t tolerance_us;
    const int64_t *t_us;
    const int *other;
    int count;
};

/* Adds an alert for each episode that these deeds come to, and says how many. */
int truth_add(struct scene *s, const struct deeds *deeds);
/* Adds one alert as it is. */
struct truth_row {
    const char *name, *type, *own, *remote, *count_key, *tiers;
    int sensors;
    int64_t start_us, end_us, tolerance_us;
    int64_t least, most;
};
void truth_write(struct scene *s, const struct truth_row *row);
