/* Floods, and contacts with addresses that a feed or a signature names. */
#include "tests/scene/attacks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ floods */

/* So much a minute toward one target, for so long. The floor is 3,000 unanswered flows, 60,000
 * packets or 375 MB in two minutes that do not overlap, or three times that in one. */
static const struct flood {
    const char *name;
    int flows;       /* SYNs a minute; or, 0: */
    int64_t packets; /* … datagrams a minute, */
    int64_t bytes;   /* … each with so much payload */
    int64_t span_us; /* all of it, */
    int64_t flow_us; /* … in flows of so much */
    bool alert;
} floods[] = {
    {"flood of SYNs", 3100, 0, 0, 150 * SECOND, 0, true},
    {"flood of SYNs, one minute", 10000, 0, 0, 60 * SECOND, 0, true},
    {"flood of packets", 0, 66000, 400, 240 * SECOND, 20 * SECOND, true},
    {"flood of bytes", 0, 48000, 8900, 200 * SECOND, 20 * SECOND, true},
    {"flood of packets, one minute", 0, 200000, 60, 60 * SECOND, 20 * SECOND, true},
    {"flood of packets, one flow", 0, 61000, 1200, 540 * SECOND, 540 * SECOND, true},
    {"2,900 SYNs a minute", 2900, 0, 0, 150 * SECOND, 0, false},
    {"7,000 SYNs in one minute", 7000, 0, 0, 60 * SECOND, 0, false},
    {"55,000 packets a minute", 0, 55000, 800, 300 * SECOND, 20 * SECOND, false},
};

static struct event *flood_event(
    struct scene *s, int64_t t_us, enum event_kind kind, enum shape_id shape, int row)
{
    struct event *e = plan_add(s, t_us, kind, shape);
    snprintf(e->client, sizeof e->client, "10.20.9.%d", 10 + row);
    snprintf(e->server, sizeof e->server, "203.0.113.%d", 210 + row);
    return e;
}

static void plan_flood(struct scene *s, const struct flood *f, int row)
{
    char own[ADDRESS_TEXT];
    int64_t begin_us = FIRST_DAY + scene_pick(s, HOUR, (DAYS - 1) * DAY), end_us = begin_us;
    int count = f->flows ? (int)(f->flows * f->span_us / MINUTE) : (int)(f->span_us / f->flow_us);
    for (int i = 0; i < count; i++) {
        int64_t t_us = begin_us + f->span_us * i / count;
        struct event *e = flood_event(s, t_us, f->flows ? EVENT_CONNECTION : EVENT_FLOOD,
            f->flows ? UNANSWERED : UDP_PAYLOAD, row);
        e->port = f->flows ? 80 : 27015;
        e->client_port = f->flows ? 1024 + i % 60000 : 0;
        e->duration_us = f->flow_us - 1000;
        e->packets = f->packets * f->flow_us / MINUTE;
        e->bytes = f->bytes;
        end_us = t_us + (f->flows ? 0 : e->duration_us);
    }
    snprintf(own, sizeof own, "10.20.9.%d", 10 + row);
    /* Minutes begin with buckets of 10 s: at both ends one may be too empty to belong. */
    if (f->alert)
        truth_write(s, &(struct truth_row){.name = f->name,
                           .type = "DDOS",
                           .own = own,
                           .count_key = "Attack-Shaped Flows",
                           .tiers = f->flows ? "flows" : "volume",
                           .sensors = BOTH,
                           .start_us = begin_us,
                           .end_us = end_us,
                           .tolerance_us = 18 * SECOND,
                           .least = count - f->flows / 3,
                           .most = count});
}

void plan_floods(struct scene *s)
{
    for (int i = 0; i < (int)(sizeof floods / sizeof *floods); i++)
        plan_flood(s, &floods[i], i);
}

/* ------------------------------------------------------------------ contacts */

static const struct signature conficker = {2008802, 6,
    "ET MALWARE Possible Downadup/Conficker-A Worm Activity", "A Network Trojan was detected", 1};
static const struct signature command_server = {2404300, 7012,
    "ET CNC Feodo Tracker Reported CnC Server group 1",
    "Malware Command and Control Activity Detected", 1};
static const struct signature cins = {2403301, 98410,
    "ET CINS Active Threat Intelligence Poor Reputation IP group 2", "Misc Attack", 2};
static const struct signature package_manager = {2013504, 6,
    "ET INFO GNU/Linux APT User-Agent Outbound likely related to package management",
    "Not Suspicious Traffic", 3};

static const struct rule to_command = {"Network_CommunicationWithC2", "Contacts", COUNT_ATTEMPTS,
                             {{"contact", 1, 0, 0, HOUR}, {"blocked", 3, 0, 0, HOUR}}},
                         to_command_blocked = {"Network_CommunicationWithC2", "Contacts",
                             COUNT_ATTEMPTS, {{"blocked", 3, 0, 0, HOUR}}},
                         to_sinkhole = {"Network_ResourceIpIndicatedAsMalicious", "Contacts",
                             COUNT_ATTEMPTS, {{"contact", 1, 0, 0, HOUR}}},
                         /* a day is an alert of its own: these contacts stay within one */
    from_flagged = {"Network_TrafficFromUnrecommendedIP", "Connections", COUNT_ATTEMPTS,
        {{"day", 10, 0, 0, DAY}}},
                         from_stranger = {"Network_TrafficFromUnrecommendedIP", "Connections",
                             COUNT_ATTEMPTS, {{"unlearned", 1, 0, 0, DAY}}},
                         from_flagged_answered = {"Network_TrafficFromUnrecommendedIP",
                             "Connections", COUNT_ATTEMPTS, {{"day", 1, 0, 0, DAY}}};

/* Contacts of one of ours with one outside, at an even pace. */
static const struct contact {
    const char *name;
    const struct rule *rule;
    const char *client, *server;
    enum shape_id shape;
    int port, count;
    int64_t step_us;
    int alerts, sensors;
    const struct signature *signature;
    int from_day;
} contacts[] = {
    {"command and control, once", &to_command, "10.20.6.10", "198.51.100.66", HTTPS, 0, 1, 0, 1,
        BOTH, NULL, 0},
    {"beacon", &to_command, "10.20.6.11", "198.51.100.66", BEACON, 0, 700, 5 * MINUTE, 1, BOTH,
        NULL, 0},
    {"beacon for nine days", &to_command, "10.20.6.12", "198.51.100.67", BEACON, 8443, 260,
        50 * MINUTE, 2, BOTH, NULL, 0},
    {"beacon every two hours", &to_command, "10.20.6.13", "198.51.100.68", BEACON, 0, 5, 2 * HOUR,
        5, BOTH, NULL, 0},
    {"command and control, blocked", &to_command_blocked, "10.20.6.14", "198.51.100.69", UNANSWERED,
        443, 5, 15 * MINUTE, 1, BOTH, NULL, 0},
    {"command and control, blocked rarely", &to_command_blocked, "10.20.6.15", "198.51.100.69",
        UNANSWERED, 443, 12, 31 * MINUTE, 0, BOTH, NULL, 0},
    {"malware", &to_command, "2001:db8:20:6::16", "2001:db8:bad::66", HTTP, 8080, 2, MINUTE, 1,
        BOTH, NULL, 0},
    {"command and control by signature", &to_command, "10.20.6.17", "203.0.113.140", HTTPS, 0, 4,
        10 * MINUTE, 1, SURICATA, &command_server, 0},
    {"sinkhole", &to_sinkhole, "10.20.6.18", "198.51.100.250", HTTP, 0, 6, 9 * MINUTE, 1, BOTH,
        NULL, 0},
    {"sinkhole, refused", &to_sinkhole, "10.20.6.19", "198.51.100.251", REFUSED, 80, 2, 9 * MINUTE,
        1, BOTH, NULL, 0},
    {"conficker by signature", &to_sinkhole, "10.20.6.20", "203.0.113.141", HTTP, 0, 1, 0, 1,
        SURICATA, &conficker, 0},
    {"listed, ten tries", &from_flagged, "203.0.113.17", "192.0.2.92", REFUSED, 8443, 10,
        20 * MINUTE, 1, BOTH, NULL, 0},
    {"listed, answered", &from_flagged_answered, "203.0.113.18", "192.0.2.93", HTTPS, 0, 1, 0, 1,
        BOTH, NULL, 0},
    {"listed, nine tries", &from_flagged, "203.0.113.19", "192.0.2.94", REFUSED, 8443, 9,
        20 * MINUTE, 0, BOTH, NULL, 0},
    {"flagged by signature", &from_flagged, "203.0.113.142", "192.0.2.95", REFUSED, 8080, 11,
        20 * MINUTE, 1, SURICATA, &cins, 0},
    {"harmless signature", &to_command, "10.20.6.21", "203.0.113.143", HTTP, 0, 9, 9 * MINUTE, 0, 0,
        &package_manager, 0},
    /* the database has its regular visitors by then */
    {"stranger", &from_stranger, "198.51.100.90", "192.0.2.50", MYSQL_SHORT, 0, 2, 20 * MINUTE, 1,
        BOTH, NULL, 33},
};

static void plan_contact(struct scene *s, const struct contact *k)
{
    bool incoming = strstr(k->rule->type, "TrafficFrom");
    int64_t span_us = (k->count - 1) * k->step_us, t_us[1024];
    int64_t days = (DAYS - 2) - span_us / DAY - 1;
    /* not around midnight, where one day's contacts would become another's */
    int64_t begin_us =
        FIRST_DAY + scene_pick(s, k->from_day, days) * DAY + scene_pick(s, AT(1, 0), AT(20, 0));
    for (int i = 0; i < k->count; i++) {
        struct event *e = plan_add(s, begin_us + i * k->step_us + scene_pick(s, 0, SECOND / 2),
            EVENT_CONNECTION, k->shape);
        snprintf(e->client, sizeof e->client, "%s", k->client);
        snprintf(e->server, sizeof e->server, "%s", k->server);
        e->port = k->port;
        e->signature = k->signature;
        t_us[i] = e->t_us;
    }
    /* a signature fires somewhere within its flow */
    int64_t tolerance_us = (k->signature ? 40 : 8) * SECOND;
    static const int nobody[1024];
    int alerts = truth_add(s, &(struct deeds){k->rule, k->name, incoming ? k->server : k->client,
                                  incoming ? k->client : k->server, k->sensors, tolerance_us, t_us,
                                  nobody, k->sensors ? k->count : 0});
    if (alerts != k->alerts) {
        fprintf(stderr, "%s: comes to %d alerts, not %d\n", k->name, alerts, k->alerts);
        exit(70);
    }
}

/* ------------------------------------------------------------------ a worm */

/* One of ours knocks at port 445 of 30 addresses in four minutes, and talks to peers in nine: with 50
 * of them that is how Conficker behaves. Either way it is a sweep. */
static void plan_worm(struct scene *s, const char *own, int row, int peers)
{
    enum { TARGETS = 30 };
    int64_t begin_us =
        FIRST_DAY + scene_pick(s, 1, DAYS - 3) * DAY + scene_pick(s, HOUR, 20 * HOUR);
    int64_t last_us = begin_us;
    for (int i = 0; i < TARGETS; i++) {
        last_us = begin_us + 4 * MINUTE * i / (TARGETS - 1);
        struct event *e = plan_add(s, last_us, EVENT_CONNECTION, UNANSWERED);
        snprintf(e->client, sizeof e->client, "%s", own);
        snprintf(e->server, sizeof e->server, "172.29.%d.%d", row, 1 + i);
        e->port = 445;
    }
    for (int i = 0; i < peers; i++) {
        struct event *e =
            plan_add(s, begin_us + MINUTE + 9 * MINUTE * i / peers, EVENT_CONNECTION, TORRENT_DHT);
        snprintf(e->client, sizeof e->client, "%s", own);
        snprintf(e->server, sizeof e->server, "198.51.100.%d", 150 + i);
        e->client_port = 41000;
        e->port = 20000 + i * 311;
    }
    struct truth_row row_of = {.name = "worm",
        .type = "PortScanning",
        .own = own,
        .count_key = "Number of Targets",
        .tiers = "sweep",
        .sensors = BOTH,
        .start_us = begin_us,
        .end_us = last_us,
        .tolerance_us = 8 * SECOND,
        .least = TARGETS,
        .most = TARGETS};
    truth_write(s, &row_of);
    row_of.type = "Network_ResourceIpIndicatedAsMalicious";
    row_of.tiers = "any";
    if (peers >= 50)
        truth_write(s, &row_of);
}

void plan_contacts(struct scene *s)
{
    plan_worm(s, "10.20.6.30", 200, 52);
    plan_worm(s, "10.20.6.31", 201, 48);
    for (size_t i = 0; i < sizeof contacts / sizeof *contacts; i++)
        plan_contact(s, &contacts[i]);
}
