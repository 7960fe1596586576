/* Guesses at logins and scans, fast and slow, just above what a tier asks for and just below. */
#include "tests/scene/attacks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE_TO_ONE "Number of Connections", COUNT_ATTEMPTS
#define MANY_TO    "Number of Attacking IPs", COUNT_OTHERS
#define TO_MANY    "Number of Attacked IPs", COUNT_OTHERS
#define OTHER_ONE  "Attempts", COUNT_ATTEMPTS

#define PAIR_TIERS                                                                                 \
    {                                                                                              \
        {"fast", 30, 0, 0, 30 * MINUTE}, {"slow", 40, 0, 0, DAY}, {"weeks", 60, 0, 3, 7 * DAY},    \
    }
#define OUT_PAIR_TIERS                                                                             \
    {                                                                                              \
        {"fast", 30, 0, 0, 30 * MINUTE}, {"slow", 40, 0, 0, DAY},                                  \
    }
#define OTHER_TIERS                                                                                \
    {                                                                                              \
        {"fast", 20, 0, 0, 15 * MINUTE}, {"slow", 40, 0, 0, DAY},                                  \
    }
#define MANY_TIERS                                                                                 \
    {                                                                                              \
        {"fast", 30, 10, 0, HOUR}, {"slow", 60, 25, 0, DAY},                                       \
    }
#define OUT_MANY_TIERS                                                                             \
    {                                                                                              \
        {"fast", 25, 25, 0, HOUR}, {"dense", 100, 10, 0, HOUR}, {"slow", 60, 30, 0, DAY},          \
    }

static const struct rule ssh_in = {"SSH_Incoming_BF_OneToOne", ONE_TO_ONE, PAIR_TIERS},
                         rdp_in = {"RDP_Incoming_BF_OneToOne", ONE_TO_ONE, PAIR_TIERS},
                         ssh_in_many = {"SSH_Incoming_BF_ManyToOne", MANY_TO, MANY_TIERS},
                         rdp_in_many = {"RDP_Incoming_BF_ManyToOne", MANY_TO, MANY_TIERS},
                         other_in = {"Generic_Incoming_BF_OneToOne", OTHER_ONE, OTHER_TIERS},
                         telnet_in = {"Generic_Incoming_BF_OneToOne", OTHER_ONE,
                             {{"telnet", 30, 0, 0, 30 * MINUTE}, {"slow", 40, 0, 0, DAY}}},
                         sql_in = {"SQL_Incoming_BF_OneToOne", OTHER_ONE, OTHER_TIERS},
                         refused_mysql = {"SQL_Incoming_BF_OneToOne", OTHER_ONE,
                             {{"failures", 10, 0, 0, 5 * MINUTE}}},
                         refused_ftp = {"Generic_Incoming_BF_OneToOne", OTHER_ONE,
                             {{"failures", 10, 0, 0, 5 * MINUTE}}},
                         ssh_out = {"SSH_Outgoing_BF_OneToOne", ONE_TO_ONE, OUT_PAIR_TIERS},
                         rdp_out = {"RDP_Outgoing_BF_OneToOne", ONE_TO_ONE, OUT_PAIR_TIERS},
                         ssh_out_many = {"SSH_Outgoing_BF_OneToMany", TO_MANY, OUT_MANY_TIERS},
                         rdp_out_many = {"RDP_Outgoing_BF_OneToMany", TO_MANY, OUT_MANY_TIERS},
                         scan_targets = {"PortScanning", "Number of Targets", COUNT_OTHERS,
                             {{"sweep", 25, 25, 0, 5 * MINUTE}, {"slow", 100, 100, 0, DAY}}},
                         scan_ports = {"PortScanning", "Number of Ports", COUNT_OTHERS,
                             {{"vertical", 15, 15, 0, 5 * MINUTE}}};

#define DEEDS_MOST 1024

enum direction { IN, OUT, INSIDE };

/* How one kind of attack goes. Numbers of the network are those of the row, so that no two attacks
 * share an address. */
struct attack {
    const char *name;
    const struct rule *rule;
    enum direction direction;
    enum shape_id shape;
    int port;         /* 0: the shape's own */
    int count, extra; /* connections: so many, and up to so many more */
    int others;       /* they go round so many others: sources, targets, or (with `ports`) ports */
    int64_t span_us;  /* first to last, or a little less */
    int alerts;       /* that must come of it */
    int bursts;       /* more than 1: the connections come in so many heaps, … */
    int64_t pause_us; /* … that begin so long after one another */
    bool ports;       /* others are ports of one target */
    bool same_port;   /* the client's port is always the same */
    bool enters;      /* the last try is followed by a login that works */
    bool undetected;  /* no sensor names the service */
    bool side;        /* RDP: a channel over UDP goes with each connection */
    bool v6, one_net; /* over IPv6; from one network, a /64 */
    bool told;        /* a log tells that the try was refused: MySQL to Zeek, FTP to Suricata */
    int sensors;      /* who can tell; 0: both */
};

static const struct attack attacks[] = {
    /* one source at one server */
    {"ssh in fast", &ssh_in, IN, SSH_ATTEMPT, 0, 30, 9, 1, 25 * MINUTE, .alerts = 1},
    {"ssh in fast, same port", &ssh_in, IN, SSH_ATTEMPT, 0, 31, 4, 1, 28 * MINUTE, .alerts = 1,
        .same_port = true},
    {"ssh in fast, enters", &ssh_in, IN, SSH_ATTEMPT, 0, 60, 200, 1, 20 * MINUTE, .alerts = 1,
        .enters = true},
    {"ssh in fast, reset", &ssh_in, IN, SSH_HANGUP, 0, 30, 0, 1, 29 * MINUTE, .alerts = 1},
    {"ssh in fast, port 902", &ssh_in, IN, SSH_ATTEMPT, 902, 47, 0, 1, 10 * SECOND, .alerts = 1},
    {"ssh in slow", &ssh_in, IN, SSH_ATTEMPT, 0, 40, 8, 1, 23 * HOUR, .alerts = 1},
    {"ssh in slow, same port", &ssh_in, IN, SSH_ATTEMPT, 0, 42, 0, 1, 22 * HOUR, .alerts = 1,
        .same_port = true},
    {"ssh in weeks", &ssh_in, IN, SSH_ATTEMPT, 0, 60, 6, 1, 6 * DAY + 20 * HOUR, .alerts = 1},
    {"ssh in weeks, by night", &ssh_in, IN, SSH_ATTEMPT, 0, 80, 0, 1, 5 * HOUR, .alerts = 1,
        .bursts = 4, .pause_us = DAY},
    {"ssh in for ten days", &ssh_in, IN, SSH_ATTEMPT, 0, 900, 90, 1, 10 * DAY, .alerts = 2},
    {"ssh in twice", &ssh_in, IN, SSH_ATTEMPT, 0, 80, 0, 1, 20 * MINUTE, .alerts = 2, .bursts = 2,
        .pause_us = 30 * HOUR},
    {"ssh in fast, port 2222", &ssh_in, IN, SSH_ATTEMPT, 2222, 30, 5, 1, 27 * MINUTE, .alerts = 1},
    {"ssh in fast, undetected", &ssh_in, IN, SSH_ATTEMPT, 0, 31, 5, 1, 27 * MINUTE, .alerts = 1,
        .undetected = true},
    {"ssh in fast, v6", &ssh_in, IN, SSH_ATTEMPT, 0, 30, 5, 1, 28 * MINUTE, .alerts = 1,
        .v6 = true},
    {"rdp in fast, side channel", &rdp_in, IN, RDP_ATTEMPT, 0, 30, 5, 1, 28 * MINUTE, .alerts = 1,
        .side = true},
    {"rdp in fast", &rdp_in, IN, RDP_ATTEMPT, 0, 30, 15, 1, 26 * MINUTE, .alerts = 1},
    {"rdp in slow", &rdp_in, IN, RDP_ATTEMPT, 0, 41, 8, 1, 22 * HOUR, .alerts = 1},
    {"rdp in weeks", &rdp_in, IN, RDP_ATTEMPT, 0, 60, 8, 1, 6 * DAY, .alerts = 1},
    {"ftp in fast", &other_in, IN, FTP_ATTEMPT, 0, 20, 5, 1, 13 * MINUTE, .alerts = 1},
    {"ftp in slow", &other_in, IN, FTP_ATTEMPT, 0, 40, 5, 1, 21 * HOUR, .alerts = 1},
    {"telnet in fast", &telnet_in, IN, TELNET_ATTEMPT, 0, 30, 5, 1, 28 * MINUTE, .alerts = 1},
    {"telnet in slow", &telnet_in, IN, TELNET_ATTEMPT, 0, 40, 5, 1, 23 * HOUR, .alerts = 1},
    {"vnc in fast", &other_in, IN, VNC_ATTEMPT, 0, 21, 40, 1, 12 * MINUTE, .alerts = 1},
    {"ftp in, refused", &refused_ftp, IN, FTP_ATTEMPT, 0, 10, 4, 1, 4 * MINUTE, .alerts = 1,
        .told = true, .sensors = SURICATA},
    {"ftp in fast, refused", &other_in, IN, FTP_ATTEMPT, 0, 21, 0, 1, 14 * MINUTE, .alerts = 1,
        .told = true},
    {"mysql in fast", &sql_in, IN, MYSQL_ATTEMPT, 0, 20, 2, 1, 14 * MINUTE, .alerts = 1,
        .told = true},
    {"mysql in fast, encrypted", &sql_in, IN, MYSQL_ATTEMPT, 0, 20, 10, 1, 13 * MINUTE,
        .alerts = 1},
    {"mysql in, refused", &refused_mysql, IN, MYSQL_ATTEMPT, 0, 10, 4, 1, 4 * MINUTE, .alerts = 1,
        .told = true, .sensors = ZEEK},
    {"mysql in slow", &sql_in, IN, MYSQL_ATTEMPT, 0, 40, 10, 1, 23 * HOUR, .alerts = 1,
        .told = true},
    {"mysql in, 9 refused", &refused_mysql, IN, MYSQL_ATTEMPT, 0, 9, 0, 1, 4 * MINUTE, .alerts = 0,
        .told = true},
    {"mssql in fast", &sql_in, IN, MSSQL_ATTEMPT, 0, 20, 10, 1, 14 * MINUTE, .alerts = 1},
    {"mssql in slow", &sql_in, IN, MSSQL_ATTEMPT, 0, 43, 10, 1, 22 * HOUR, .alerts = 1},
    {"postgresql in fast", &sql_in, IN, POSTGRESQL_ATTEMPT, 0, 22, 4, 1, 14 * MINUTE, .alerts = 1},
    /* … that falls short */
    {"ssh in, 29", &ssh_in, IN, SSH_ATTEMPT, 0, 29, 0, 1, 25 * MINUTE, .alerts = 0},
    {"ssh in, 39 a day", &ssh_in, IN, SSH_ATTEMPT, 0, 39, 0, 1, 23 * HOUR, .alerts = 0},
    {"ssh in, 57 by night", &ssh_in, IN, SSH_ATTEMPT, 0, 57, 0, 1, 5 * HOUR, .alerts = 0,
        .bursts = 3, .pause_us = DAY},
    {"ssh in, banners", &ssh_in, IN, SSH_BANNER, 0, 400, 0, 1, 25 * MINUTE, .alerts = 0},
    {"ssh in, refused", &ssh_in, IN, REFUSED, 22, 400, 0, 1, 25 * MINUTE, .alerts = 0},
    {"http on port 22", &ssh_in, IN, HTTP, 22, 300, 0, 1, 25 * MINUTE, .alerts = 0},
    {"mail in", &other_in, IN, SMTP, 0, 300, 0, 1, 25 * MINUTE, .alerts = 0},
    {"ssh in fast, port 2222, undetected", &ssh_in, IN, SSH_ATTEMPT, 2222, 31, 5, 1, 25 * MINUTE,
        .alerts = 1, .undetected = true},
    {"rdp in, 29, side channel", &rdp_in, IN, RDP_ATTEMPT, 0, 29, 0, 1, 20 * MINUTE, .alerts = 0,
        .side = true},
    {"rdp in, 29", &rdp_in, IN, RDP_ATTEMPT, 0, 29, 0, 1, 20 * MINUTE, .alerts = 0},
    {"rdp in, 39 a day", &rdp_in, IN, RDP_ATTEMPT, 0, 39, 0, 1, 22 * HOUR, .alerts = 0},
    {"ftp in, 19", &other_in, IN, FTP_ATTEMPT, 0, 19, 0, 1, 12 * MINUTE, .alerts = 0},
    {"mysql in, 19", &sql_in, IN, MYSQL_ATTEMPT, 0, 19, 0, 1, 12 * MINUTE, .alerts = 0},
    {"mssql in, 39 a day", &sql_in, IN, MSSQL_ATTEMPT, 0, 39, 0, 1, 23 * HOUR, .alerts = 0},
    /* many sources at one server */
    {"ssh in many fast", &ssh_in_many, IN, SSH_ATTEMPT, 0, 30, 20, 11, 55 * MINUTE, .alerts = 1},
    {"ssh in many slow", &ssh_in_many, IN, SSH_ATTEMPT, 0, 60, 12, 26, 23 * HOUR, .alerts = 1},
    {"ssh in many for days", &ssh_in_many, IN, SSH_ATTEMPT, 0, 260, 20, 40, 3 * DAY, .alerts = 1},
    {"rdp in many fast", &rdp_in_many, IN, RDP_ATTEMPT, 0, 30, 20, 10, 50 * MINUTE, .alerts = 1},
    {"rdp in many slow", &rdp_in_many, IN, RDP_ATTEMPT, 0, 60, 10, 25, 22 * HOUR, .alerts = 1},
    {"ssh in many fast, v6", &ssh_in_many, IN, SSH_ATTEMPT, 0, 30, 5, 10, 55 * MINUTE, .alerts = 1,
        .v6 = true},
    {"ssh in from one /64", &ssh_in_many, IN, SSH_ATTEMPT, 0, 60, 0, 40, 55 * MINUTE, .alerts = 0,
        .v6 = true, .one_net = true},
    {"ssh in from 9", &ssh_in_many, IN, SSH_ATTEMPT, 0, 90, 0, 9, 55 * MINUTE, .alerts = 0},
    {"ssh in from 24 a day", &ssh_in_many, IN, SSH_ATTEMPT, 0, 100, 0, 24, 23 * HOUR, .alerts = 0},
    {"rdp in from 10, 29", &rdp_in_many, IN, RDP_ATTEMPT, 0, 29, 0, 10, 55 * MINUTE, .alerts = 0},
    /* from inside */
    {"ssh out fast", &ssh_out, OUT, SSH_ATTEMPT, 0, 30, 8, 1, 25 * MINUTE, .alerts = 1},
    {"ssh out slow", &ssh_out, OUT, SSH_ATTEMPT, 0, 40, 8, 1, 23 * HOUR, .alerts = 1},
    {"rdp out fast", &rdp_out, OUT, RDP_ATTEMPT, 0, 30, 8, 1, 25 * MINUTE, .alerts = 1},
    {"rdp out slow", &rdp_out, OUT, RDP_ATTEMPT, 0, 40, 8, 1, 23 * HOUR, .alerts = 1},
    {"ssh inside fast", &ssh_out, INSIDE, SSH_ATTEMPT, 0, 31, 5, 1, 25 * MINUTE, .alerts = 1},
    {"rdp inside fast", &rdp_out, INSIDE, RDP_ATTEMPT, 0, 30, 5, 1, 25 * MINUTE, .alerts = 1},
    {"ssh out, 29", &ssh_out, OUT, SSH_ATTEMPT, 0, 29, 0, 1, 25 * MINUTE, .alerts = 0},
    {"rdp out, 39 a day", &rdp_out, OUT, RDP_ATTEMPT, 0, 39, 0, 1, 23 * HOUR, .alerts = 0},
    {"ssh out many fast", &ssh_out_many, OUT, SSH_ATTEMPT, 0, 25, 5, 25, 50 * MINUTE, .alerts = 1},
    {"ssh out many dense", &ssh_out_many, OUT, SSH_ATTEMPT, 0, 100, 9, 10, 55 * MINUTE,
        .alerts = 1},
    {"ssh out many slow", &ssh_out_many, OUT, SSH_ATTEMPT, 0, 60, 9, 30, 22 * HOUR, .alerts = 1},
    {"rdp out many fast", &rdp_out_many, OUT, RDP_ATTEMPT, 0, 26, 25, 26, 50 * MINUTE, .alerts = 1},
    {"rdp out many dense", &rdp_out_many, OUT, RDP_ATTEMPT, 0, 101, 9, 11, 55 * MINUTE,
        .alerts = 1},
    {"rdp out many slow", &rdp_out_many, OUT, RDP_ATTEMPT, 0, 62, 9, 31, 23 * HOUR, .alerts = 1},
    {"ssh out at 9", &ssh_out_many, OUT, SSH_ATTEMPT, 0, 99, 0, 9, 55 * MINUTE, .alerts = 0},
    {"sweep", &scan_targets, OUT, UNANSWERED, 445, 25, 10, 35, 4 * MINUTE, .alerts = 1},
    {"sweep, refused", &scan_targets, OUT, REFUSED, 3389, 26, 10, 36, 4 * MINUTE, .alerts = 1},
    {"sweep of pings", &scan_targets, OUT, ECHO_UNANSWERED, 0, 27, 30, 57, 3 * MINUTE, .alerts = 1},
    {"sweep inside", &scan_targets, INSIDE, UNANSWERED, 445, 30, 10, 40, 4 * MINUTE, .alerts = 1},
    {"slow scan", &scan_targets, OUT, UNANSWERED, 23, 100, 20, 120, 23 * HOUR, .alerts = 1},
    {"slow scan for days", &scan_targets, OUT, REFUSED, 445, 340, 20, 360, 3 * DAY, .alerts = 1},
    {"ports", &scan_ports, OUT, REFUSED, 1000, 15, 20, 35, 4 * MINUTE, .alerts = 1, .ports = true},
    {"sweep of 24", &scan_targets, OUT, UNANSWERED, 445, 24, 0, 24, 4 * MINUTE, .alerts = 0},
    {"sweep of 24, thrice", &scan_targets, OUT, UNANSWERED, 445, 72, 0, 24, 4 * MINUTE,
        .alerts = 0},
    {"slow scan of 99", &scan_targets, OUT, REFUSED, 23, 99, 0, 99, 23 * HOUR, .alerts = 0},
    {"14 ports", &scan_ports, OUT, REFUSED, 1000, 14, 0, 14, 4 * MINUTE, .alerts = 0,
        .ports = true},
    {"one port 700 times", &scan_targets, OUT, REFUSED, 5888, 700, 0, 1, 3 * HOUR, .alerts = 0},
};

struct event *plan_add(struct scene *s, int64_t t_us, enum event_kind kind, enum shape_id shape)
{
    if (s->planned == s->plan_room) {
        s->plan_room = s->plan_room ? s->plan_room * 2 : 1024;
        s->plan = realloc(s->plan, s->plan_room * sizeof *s->plan);
        if (!s->plan)
            exit(70);
    }
    struct event *e = &s->plan[s->planned++];
    *e = (struct event){.t_us = t_us, .kind = kind, .shape = shape};
    return e;
}

/* The i-th moment: an even pace, each up to a third of a step late, first and last exactly. */
static int64_t moment(struct scene *s, const struct attack *a, int count, int i)
{
    int bursts = a->bursts > 1 ? a->bursts : 1, each = count / bursts, at = i % each;
    int64_t step_us = a->span_us / (each > 1 ? each - 1 : 1);
    bool inner = at > 0 && at < each - 1;
    return i / each * a->pause_us + step_us * at + (inner ? scene_pick(s, 0, step_us / 3) : 0);
}

static bool is_login(enum shape_id shape)
{
    return shape != REFUSED && shape != UNANSWERED && shape != ECHO_UNANSWERED;
}

/* What comes to nothing is no try at a login, and nothing else is a probe. */
static bool counts(const struct attack *a)
{
    if (a->rule == &scan_targets || a->rule == &scan_ports)
        return !is_login(a->shape);
    return is_login(a->shape) && a->shape != SSH_BANNER && a->shape != HTTP && a->shape != SMTP;
}

/* Everything of one attack begins at a moment that leaves it time before the last day ends. */
static int64_t beginning(struct scene *s, const struct attack *a)
{
    int64_t whole_us = a->span_us + (a->bursts > 1 ? (a->bursts - 1) * a->pause_us : 0);
    return FIRST_DAY + scene_pick(s, HOUR, (DAYS - 1) * DAY - whole_us);
}

/* The address of the row's own machine, and of the n-th of its others. */
static void own_address(char text[ADDRESS_TEXT], const struct attack *a, int row)
{
    if (a->v6)
        snprintf(text, ADDRESS_TEXT, "2001:db8:20:9::%d", 100 + row);
    else
        snprintf(
            text, ADDRESS_TEXT, "%s.%d", a->direction == IN ? "192.0.2" : "10.20.8", 100 + row);
}

static void other_address(char text[ADDRESS_TEXT], const struct attack *a, int row, int n)
{
    n = a->ports ? 0 : n;
    if (a->v6)
        snprintf(text, ADDRESS_TEXT, "2001:db8:b%d:%d::%d", row, a->one_net ? 1 : n + 1, n + 1);
    else if (a->direction == INSIDE)
        snprintf(text, ADDRESS_TEXT, "10.20.10.%d", 1 + n);
    else
        snprintf(text, ADDRESS_TEXT, "172.30.%d.%d", row + n / 250 * 100, 1 + n % 250);
}

/* RDP's UDP channel beside a connection: the same ends, of other ports. */
static void plan_side_channel(struct scene *s, size_t beside)
{
    struct event *e = plan_add(s, s->plan[beside].t_us + SECOND / 5, EVENT_CONNECTION, UDP_PAYLOAD);
    memcpy(e->client, s->plan[beside].client, sizeof e->client);
    memcpy(e->server, s->plan[beside].server, sizeof e->server);
    e->port = 3389;
}

/* Returns how many connections there are; t_us and others have room for DEEDS_MOST. */
static int plan_connections(
    struct scene *s, const struct attack *a, int row, int64_t *t_us, int *others)
{
    int count = a->count + (int)scene_pick(s, 0, a->extra);
    int same_port = a->same_port ? (int)scene_pick(s, 40000, 60000) : 0;
    int64_t begin_us = beginning(s, a);
    for (int i = 0; i < count; i++) {
        enum event_kind kind = is_login(a->shape) ? EVENT_REFUSED_LOGIN : EVENT_CONNECTION;
        struct event *e = plan_add(s, begin_us + moment(s, a, count, i), kind, a->shape);
        int n = i % a->others;
        t_us[i] = e->t_us;
        others[i] = a->one_net ? 0 : n;
        own_address(a->direction == IN ? e->server : e->client, a, row);
        other_address(a->direction == IN ? e->client : e->server, a, row, n);
        e->client_port = same_port;
        e->port = a->port + (a->ports ? n : 0);
        e->undetected = a->undetected;
        e->told = a->told;
        if (a->side)
            plan_side_channel(s, s->planned - 1);
    }
    return count;
}

static void plan_attack(struct scene *s, const struct attack *a, int row)
{
    char own[ADDRESS_TEXT], other[ADDRESS_TEXT];
    int64_t t_us[DEEDS_MOST];
    int others[DEEDS_MOST], count = plan_connections(s, a, row, t_us, others);
    own_address(own, a, row);
    other_address(other, a, row, 0);
    if (a->enters) {
        struct event *e = plan_add(s, t_us[count - 1] + 20 * SECOND, EVENT_LOGIN, SSH_SESSION);
        snprintf(e->client, sizeof e->client, "%s", other);
        snprintf(e->server, sizeof e->server, "%s", own);
    }
    bool pair = strstr(a->rule->type, "OneToOne");
    int alerts = truth_add(s,
        &(struct deeds){a->rule, a->name, own, pair ? other : NULL, a->sensors ? a->sensors : BOTH,
            (a->told ? 12 : 8) * SECOND, t_us, others, counts(a) ? count : 0});
    if (alerts != a->alerts) {
        fprintf(stderr, "%s: comes to %d alerts, not %d\n", a->name, alerts, a->alerts);
        exit(70);
    }
}

/* One source that tries to become ordinary: 4 guesses on the first day, and each day a fifth more. It
 * must be reported still on the last day; since when and in how many alerts is not said. */
static void plan_patient(struct scene *s, int row)
{
    enum { RISING_DAYS = 30 };
    char own[ADDRESS_TEXT], other[ADDRESS_TEXT];
    double each = 4;
    snprintf(own, sizeof own, "192.0.2.%d", 100 + row);
    snprintf(other, sizeof other, "172.30.%d.1", row);
    for (int day = 0; day < RISING_DAYS; day++, each *= 1.2)
        for (int i = 0; i < (int)each; i++) {
            int64_t t_us = FIRST_DAY + (day + 5) * DAY + scene_pick(s, 0, DAY - 1);
            struct event *e = plan_add(s, t_us, EVENT_REFUSED_LOGIN, SSH_ATTEMPT);
            snprintf(e->client, sizeof e->client, "%s", other);
            snprintf(e->server, sizeof e->server, "%s", own);
        }
    truth_write(s, &(struct truth_row){.name = "ssh in, a fifth more each day",
                       .type = ssh_in.type,
                       .own = own,
                       .remote = other,
                       .count_key = ssh_in.count_key,
                       .tiers = "any",
                       .sensors = BOTH,
                       .start_us = FIRST_DAY + (5 + RISING_DAYS - 1) * DAY,
                       .end_us = FIRST_DAY + (5 + RISING_DAYS) * DAY,
                       .tolerance_us = 8 * SECOND,
                       .least = 40,
                       .most = 6000});
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->t_us < y->t_us ? -1 : x->t_us > y->t_us;
}

void attacks_plan(struct scene *s)
{
    int rows = (int)(sizeof attacks / sizeof *attacks);
    for (int i = 0; i < rows; i++)
        plan_attack(s, &attacks[i], i);
    plan_patient(s, rows);
    plan_floods(s);
    plan_contacts(s);
    qsort(s->plan, s->planned, sizeof *s->plan, by_time);
}

static void play(struct scene *s, const struct event *e)
{
    struct connection c = shape_connection(&s->zeek, e->shape, e->t_us, e->client, e->server);
    c.client_port = e->shape == ECHO_UNANSWERED ? 8
                    : e->client_port            ? e->client_port
                                                : c.client_port;
    c.server_port = e->port ? e->port : c.server_port;
    if (e->undetected)
        c.service = NULL;
    if (e->kind == EVENT_REFUSED_LOGIN || e->kind == EVENT_LOGIN) {
        struct login login =
            e->kind == EVENT_LOGIN ? shape_admission() : shape_refusal(&s->zeek, e->shape);
        scene_show_login(s, &c, &login);
        if (e->told)
            scene_show_refusal(s, &c);
        return;
    }
    if (e->kind == EVENT_FLOOD) {
        c.duration_us = e->duration_us;
        c.client_packets = e->packets;
        c.client_bytes = e->packets * e->bytes;
        c.server_packets = c.server_bytes = 0;
        c.state = "S0";
        c.history = "D";
    }
    scene_show(s, &c);
    if (e->signature)
        scene_show_alert(s, &c, e->signature);
}

void attacks_day(struct scene *s)
{
    s->nothing_is_missed = true;
    for (size_t i = 0; i < s->planned; i++)
        if (s->plan[i].t_us >= s->midnight_us && s->plan[i].t_us < s->midnight_us + DAY)
            play(s, &s->plan[i]);
    s->nothing_is_missed = false;
}
