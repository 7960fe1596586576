/* A day of the office: browsing, names, mail, visitors of the web servers, and what the whole
 * internet sends to every address that is there. */
#include "tests/scene/scene.h"

#include <stdio.h>

#define RESOLVER   "10.20.0.53"
#define RESOLVED   "192.0.2.53" /* the resolver, seen outside */
#define MAIL       "192.0.2.25"
#define WEB        "192.0.2.20"
#define WEEKEND_OF 7 /* on free days a seventh of the people's traffic */

/* The n-th of very many outside addresses. */
static const char *world(char text[ADDRESS_TEXT], int64_t n)
{
    snprintf(text, ADDRESS_TEXT, "172.%d.%d.%d", (int)(16 + n % 12), (int)(n / 12 % 250),
        (int)(1 + n * 7 % 253));
    return text;
}

/* Few sites have most of the visits. */
static const char *site(struct scene *s, char text[ADDRESS_TEXT])
{
    int64_t most = scene_pick(s, 4, 900);
    return world(text, scene_pick(s, 0, scene_pick(s, 3, most)));
}

static const char *numbered(
    struct scene *s, char text[ADDRESS_TEXT], const char *pattern, int low, int high)
{
    const char *star = pattern;
    while (*star && *star != '*')
        star++;
    snprintf(text, ADDRESS_TEXT, "%.*s%d%s", (int)(star - pattern), pattern,
        (int)scene_pick(s, low, high), *star ? star + 1 : "");
    return text;
}

/* Most at ten and at three, few at noon, none at night. */
static int64_t office_time(struct scene *s)
{
    int64_t around = scene_chance(s, 50) ? AT(10, 0) : AT(15, 0);
    return s->midnight_us + around + scene_pick(s, -150, 150) * MINUTE / 2 +
           scene_pick(s, -75, 75) * MINUTE + scene_pick(s, 0, MINUTE);
}

static int64_t any_time(struct scene *s)
{
    return s->midnight_us + scene_pick(s, 0, DAY - 1);
}

static int about(struct scene *s, int workday)
{
    int n = s->workday ? workday : workday / WEEKEND_OF;
    return (int)scene_pick(s, n * 9 / 10, n * 11 / 10);
}

static void browse(struct scene *s, enum shape_id shape, int count, int percent_dead)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = about(s, count); i > 0; i--) {
        bool dead = shape != QUIC && scene_chance(s, percent_dead);
        scene_connect(s, dead ? UNANSWERED : shape, office_time(s),
            numbered(s, client, "10.20.1.*", 20, 79), site(s, server), shape == HTTP ? 80 : 443);
    }
}

static void browse_v6(struct scene *s)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = about(s, 50); i > 0; i--)
        scene_connect(s, HTTPS, office_time(s), numbered(s, client, "2001:db8:20:1::*", 20, 59),
            numbered(s, server, "2001:db8:443:*::80", 1, 40), 0);
}

/* A page full of other people's pictures: sixty hosts in four minutes, some of them gone. */
static void crowded_page(struct scene *s)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    int64_t t_us = office_time(s);
    int dead = (int)scene_pick(s, 4, 22);
    if (!s->workday)
        return;
    numbered(s, client, "10.20.1.*", 20, 79);
    for (int i = 0; i < 60; i++)
        scene_connect(s, i < dead ? UNANSWERED : HTTPS, t_us + scene_pick(s, 0, 4 * MINUTE), client,
            world(server, s->day * 60 + i), 443);
}

static void look_up(struct scene *s)
{
    static const char *const names[] = {"www.example.org", "mail.example.com", "static.example.net",
        "updates.example.com", "time.example.net", "api.example.org"};
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = about(s, 240); i > 0; i--) {
        enum shape_id shape = scene_chance(s, 3) ? DNS_UNANSWERED : DNS;
        struct connection c = shape_connection(
            &s->zeek, shape, office_time(s), numbered(s, client, "10.20.1.*", 20, 79), RESOLVER);
        scene_show(s, &c);
        segment_dns(&s->suricata, &c, names[scene_pick(s, 0, 5)]);
    }
    for (int i = about(s, 240); i > 0; i--)
        scene_connect(s, scene_chance(s, 6) ? DNS_UNANSWERED : DNS, any_time(s), RESOLVED,
            world(server, scene_pick(s, 0, 300)), 0);
    for (int hour = 0; hour < 24; hour++) {
        struct connection c = shape_connection(&s->zeek, NTP,
            s->midnight_us + hour * HOUR + scene_pick(s, 0, SECOND), RESOLVED, "172.27.1.1");
        c.client_port = 123;
        scene_show(s, &c);
    }
}

static void mail(struct scene *s)
{
    char other[ADDRESS_TEXT];
    for (int i = about(s, 60); i > 0; i--)
        scene_connect(s, SMTP, any_time(s), world(other, scene_pick(s, 1000, 1040)), MAIL, 0);
    for (int i = about(s, 40); i > 0; i--)
        scene_connect(s, scene_chance(s, 4) ? UNANSWERED : SMTP, office_time(s), MAIL,
            world(other, scene_pick(s, 1000, 1080)), 25);
    for (int i = about(s, 70); i > 0; i--)
        scene_connect(s, IMAPS, any_time(s), world(other, scene_pick(s, 1100, 1112)), MAIL, 0);
    /* a newsletter: one server brings all its mails in ten minutes */
    int64_t t_us = office_time(s);
    for (int i = 0; i < (s->day % 7 == 1 ? 60 : 0); i++)
        scene_connect(s, SMTP, t_us + i * 10 * SECOND, world(other, 1000), MAIL, 0);
}

static void visitors(struct scene *s)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = (int)scene_pick(s, 200, 300); i > 0; i--)
        scene_connect(s, scene_chance(s, 85) ? HTTPS : HTTP, any_time(s),
            world(client, scene_pick(s, 2000, 5000)), numbered(s, server, "192.0.2.*", 20, 21), 0);
}

/* Hundreds of sources knock at closed doors, some read a banner, and a handful a day guess a few
 * times at the web server: fewer, each and together, than any tier asks for. */
static void radiation(struct scene *s)
{
    static const int ports[] = {22, 22, 23, 23, 23, 80, 81, 443, 445, 445, 1433, 2222, 3306, 3389,
        3389, 5060, 5432, 5900, 6379, 8080, 8443, 8728, 9200, 27017};
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = (int)scene_pick(s, 230, 290); i > 0; i--) {
        int64_t port = scene_chance(s, 75) ? ports[scene_pick(s, 0, 23)] : scene_pick(s, 1, 49151);
        numbered(s, server, "192.0.2.*", 1, 90);
        scene_connect(s, scene_chance(s, 55) ? REFUSED : UNANSWERED, any_time(s),
            world(client, scene_pick(s, 6000, 6320)), server, (int)port);
    }
    for (int i = (int)scene_pick(s, 10, 20); i > 0; i--)
        scene_connect(s, SSH_BANNER, any_time(s), world(client, scene_pick(s, 6000, 6320)), WEB, 0);
    int64_t first = scene_pick(s, 6000, 6060);
    for (int hour = 0; hour < 24; hour++)
        for (int i = (int)scene_pick(s, 0, 3); i > 0; i--)
            scene_login(s, SSH_ATTEMPT, s->midnight_us + hour * HOUR + scene_pick(s, 0, HOUR - 1),
                world(client, first + scene_pick(s, 0, 7)), WEB, false);
}

void office_day(struct scene *s)
{
    browse(s, HTTPS, 620, 2);
    browse(s, HTTP, 60, 4);
    browse(s, QUIC, 110, 0);
    browse_v6(s);
    crowded_page(s);
    look_up(s);
    mail(s);
    visitors(s);
    radiation(s);
}
