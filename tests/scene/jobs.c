/* A day of what looks like an attack and is none: administrators, jobs on a schedule, offices behind
 * one address, the authorised scanner, and somebody's peer-to-peer program. */
#include "tests/scene/scene.h"

#include <stdio.h>

#define BASTION "192.0.2.10"
#define GIT     "192.0.2.11"
#define DATA    "192.0.2.50"

static int64_t at(struct scene *s, int64_t from_us, int64_t until_us)
{
    return s->midnight_us + scene_pick(s, from_us, until_us - 1);
}

/* So many logins at any time of the span; of a hundred, so many follow a mistyped one. */
static void logins(struct scene *s, enum shape_id shape, const char *client, const char *server,
    int count, int percent_mistyped, int64_t from_us, int64_t until_us)
{
    bool rdp = shape == RDP_SESSION;
    for (int i = 0; i < count; i++) {
        int64_t t_us = at(s, from_us, until_us);
        if (scene_chance(s, percent_mistyped))
            scene_login(
                s, rdp ? RDP_ATTEMPT : SSH_ATTEMPT, t_us - 9 * SECOND, client, server, false);
        scene_login(s, shape, t_us, client, server, true);
    }
}

/* The administrators come in at the bastion; from there they go round all servers, one or two
 * logins each, in a quarter of an hour. */
static void administrators(struct scene *s)
{
    char server[ADDRESS_TEXT];
    if (!s->workday)
        return;
    logins(s, SSH_SESSION, "203.0.113.10", BASTION, 8, 10, AT(7, 30), AT(18, 0));
    logins(s, SSH_COMMAND, "203.0.113.10", BASTION, 8, 5, AT(7, 30), AT(18, 0));
    for (int round = 0; round < 2; round++) {
        int64_t t_us = at(s, AT(8 + 5 * round, 0), AT(12 + 5 * round, 0));
        for (int i = 1; i <= 30; i++) {
            snprintf(server, sizeof server, "10.20.3.%d", i);
            for (int64_t n = scene_pick(s, 1, 2); n > 0; n--, t_us += scene_pick(s, 5, 30) * SECOND)
                scene_login(s, SSH_COMMAND, t_us, BASTION, server, true);
        }
    }
}

/* Logs in to the same server every minute of the day. */
static void monitor(struct scene *s)
{
    for (int minute = 0; minute < 24 * 60; minute++)
        scene_login(s, SSH_COMMAND,
            s->midnight_us + minute * MINUTE + scene_pick(s, 0, 300) * (SECOND / 1000), "10.20.0.9",
            "192.0.2.12", true);
}

/* Files out; one acknowledgement for two packets, or, where the receiver's card joins them, for up to
 * fourteen. */
static void copy(struct scene *s, int64_t t_us, const char *client, const char *server)
{
    struct connection c = shape_connection(&s->zeek, SSH_BULK, t_us, client, server);
    struct login login = shape_admission();
    c.client_packets = c.client_bytes / 1448 + scene_pick(s, 20, 60);
    c.server_packets = c.client_packets / scene_pick(s, 2, 14) + c.server_bytes / 1448;
    scene_show_login(s, &c, &login);
}

static void backups(struct scene *s)
{
    char client[ADDRESS_TEXT];
    for (int i = 1; i <= 20; i++) {
        snprintf(client, sizeof client, "10.20.3.%d", i);
        copy(s, s->midnight_us + AT(1, 0) + i * 4 * MINUTE, client, "10.20.2.10");
    }
    for (int i = 0; i < 6; i++)
        copy(s, at(s, AT(2, 30), AT(4, 0)), "10.20.2.10", "203.0.113.200");
    for (int i = 0; i < 3; i++)
        scene_connect(s, HTTPS_UPLOAD, at(s, AT(3, 0), AT(4, 0)), "10.20.2.10", "203.0.113.201", 0);
}

/* Offices behind one address: ours at a customer's servers, two of partners at ours. */
static void offices(struct scene *s)
{
    static const char ours[] = "192.0.2.60", partner[] = "203.0.113.40", other[] = "203.0.113.41";
    if (!s->workday)
        return;
    logins(s, SSH_SESSION, ours, "203.0.113.60", 50, 6, AT(7, 30), AT(18, 0));
    logins(s, SSH_COMMAND, ours, "203.0.113.60", 34, 2, AT(7, 30), AT(18, 0));
    logins(s, RDP_SESSION, ours, "203.0.113.61", 25, 20, AT(7, 30), AT(16, 0));
    for (int i = 0; i < 60; i++)
        scene_query(s, scene_chance(s, 50) ? MYSQL_SHORT : MYSQL_SESSION,
            at(s, AT(7, 30), AT(18, 0)), ours, "203.0.113.62");
    logins(s, RDP_SESSION, partner, "192.0.2.30", 30, 25, AT(7, 30), AT(16, 0));
    logins(s, GIT_FETCH, partner, GIT, 60, 1, AT(7, 30), AT(18, 0));
    logins(s, SSH_COMMAND, partner, GIT, 60, 3, AT(7, 30), AT(18, 0));
    logins(s, RDP_SESSION, other, "192.0.2.30", 12, 20, AT(7, 30), AT(16, 0));
    logins(s, GIT_FETCH, other, GIT, 40, 1, AT(7, 30), AT(18, 0));
    logins(s, SSH_COMMAND, other, GIT, 26, 3, AT(7, 30), AT(18, 0));
}

/* By the clock: a mirror of repositories every ten minutes, files once an hour, and a database that
 * applications come back to all the time. */
static void schedule(struct scene *s)
{
    char client[ADDRESS_TEXT];
    for (int i = 0; i < 144; i++)
        scene_login(s, GIT_FETCH, s->midnight_us + i * 10 * MINUTE + scene_pick(s, 0, 3 * SECOND),
            "10.20.3.40", "203.0.113.70", true);
    for (int i = 0; i < 24; i++)
        copy(s, s->midnight_us + i * HOUR + AT(0, 17) + scene_pick(s, 0, 2 * SECOND), "10.20.3.41",
            "203.0.113.71");
    for (int i = 0; i < 36; i++)
        scene_query(s, MYSQL_SHORT, s->midnight_us + i * 40 * MINUTE + scene_pick(s, 0, SECOND),
            "203.0.113.80", DATA);
    for (int i = 0; i < 30; i++)
        scene_query(s, MYSQL_SESSION, at(s, 0, DAY), "203.0.113.80", DATA);
    for (int i = 0; i < 120; i++) {
        snprintf(client, sizeof client, "10.20.3.%d", (int)scene_pick(s, 31, 33));
        scene_query(s, MYSQL_SHORT, at(s, 0, DAY), client, DATA);
    }
}

/* On Sunday nights: three ports of two hundred addresses, and a hundred ports of four. */
static void scanner(struct scene *s)
{
    static const int swept[] = {22, 445, 3389};
    char target[ADDRESS_TEXT];
    if (s->day % 7 != 6)
        return;
    for (int i = 0; i < 600; i++) {
        snprintf(target, sizeof target, "10.20.1.%d", 20 + i % 200);
        scene_connect(s, i % 3 ? REFUSED : UNANSWERED, s->midnight_us + AT(4, 0) + i * SECOND,
            "10.20.0.8", target, swept[i / 200]);
    }
    for (int i = 0; i < 400; i++) {
        snprintf(
            target, sizeof target, "203.0.113.%d", 70 + i / 100); /* at the hoster's, by contract */
        scene_connect(s, REFUSED, s->midnight_us + AT(4, 30) + i * SECOND / 2, "10.20.0.8", target,
            1 + i % 100 * 7);
    }
}

/* Peers come and go: half of them are gone, and the customary port has a quarter of all. */
static void peer_to_peer(struct scene *s)
{
    char peer[ADDRESS_TEXT];
    int64_t burst_us = at(s, AT(19, 0), AT(22, 0));
    for (int i = 0; i < 260; i++) {
        int64_t t_us =
            i < 200 ? burst_us + scene_pick(s, 0, 5 * MINUTE) : at(s, AT(19, 0), AT(23, 0));
        int port = scene_chance(s, 28) ? 6881 : (int)scene_pick(s, 10000, 65000);
        bool gone = scene_chance(s, 55), udp = scene_chance(s, 50);
        snprintf(peer, sizeof peer, "172.28.%d.%d", (int)scene_pick(s, 0, 250),
            (int)scene_pick(s, 1, 250));
        struct connection c = shape_connection(&s->zeek,
            udp    ? TORRENT_DHT
            : gone ? UNANSWERED
                   : TORRENT,
            t_us, "10.20.7.50", peer);
        c.server_port = port;
        if (udp) {
            c.client_port = 51413;
            if (gone)
                c.state = "S0", c.history = "D", c.server_bytes = c.server_packets = 0;
        }
        scene_show(s, &c);
    }
}

/* A crawler looks four hundred sites up again, a third of them gone; path checks meet many routers
 * that do not answer; and somebody outside goes through all the ports of the web server. */
static void probing(struct scene *s)
{
    char target[ADDRESS_TEXT];
    int64_t crawl_us = at(s, AT(5, 0), AT(6, 0)), scan_us = at(s, 0, AT(23, 0));
    for (int i = 0; i < 120; i++) {
        snprintf(target, sizeof target, "172.29.%d.%d", 240 + i / 200, 1 + i % 200);
        scene_connect(s, i % 3 == 1 ? UNANSWERED : HTTPS, crawl_us + i * 3 * SECOND, "10.20.3.45",
            target, 443);
    }
    for (int i = 0; i < 60; i++) {
        snprintf(target, sizeof target, "172.29.250.%d", 1 + i);
        struct connection c = shape_connection(
            &s->zeek, DNS_UNANSWERED, crawl_us + i * 4 * SECOND, "10.20.3.46", target);
        c.service = NULL;
        c.server_port = 33434 + i;
        scene_show(s, &c);
    }
    for (int i = 0; i < (s->day % 10 == 3 ? 500 : 0); i++)
        scene_connect(s, REFUSED, scan_us + i * SECOND / 4, "172.27.9.9", "192.0.2.20", 1 + i * 3);
}

void jobs_day(struct scene *s)
{
    probing(s);
    administrators(s);
    monitor(s);
    backups(s);
    offices(s);
    schedule(s);
    scanner(s);
    peer_to_peer(s);
}
