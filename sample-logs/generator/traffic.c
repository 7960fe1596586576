/* Ordinary traffic: what a small network does all day, and what looks like an attack but is none. */
#include "sample-logs/generator/scenario.h"

#include <stdio.h>
#include <string.h>

void address_at(char text[ADDRESS_TEXT], const struct addresses *a, int i)
{
    const char *star = strchr(a->pattern, '*');
    int before = star ? (int)(star - a->pattern) : 0;
    if (star)
        snprintf(text, ADDRESS_TEXT, "%.*s%d%s", before, a->pattern,
            a->first + (a->count > 1 ? i % a->count : 0), star + 1);
    else
        snprintf(text, ADDRESS_TEXT, "%s", a->pattern);
}

static void any_address(struct segment *s, char text[ADDRESS_TEXT], const struct addresses *a)
{
    address_at(text, a, a->count > 1 ? (int)segment_pick(s, 0, a->count - 1) : 0);
}

static int64_t any_time(struct segment *s, const struct part *p)
{
    return MIDNIGHT + segment_pick(s, p->from_us, p->until_us - 1);
}

void traffic_any(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        any_address(s, client, &p->clients);
        any_address(s, server, &p->servers);
        struct connection c = shape_connection(s, p->shape, any_time(s, p), client, server);
        if (p->port)
            c.server_port = p->port;
        segment_connection(s, &c);
        if (p->signature)
            segment_alert(s, &c, p->signature);
    }
}

void traffic_logins(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        any_address(s, client, &p->clients);
        any_address(s, server, &p->servers);
        int64_t t_us = any_time(s, p);
        bool mistyped = i % 20 == 7;
        if (mistyped)
            shape_login_failed(s, SSH_ATTEMPT, t_us - 9 * SECOND, client, server);
        shape_login_worked(s, p->shape, t_us, client, server);
    }
}

void traffic_poll(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    int64_t step_us = (p->until_us - p->from_us) / p->count;
    for (int round = 0; round < p->count; round++)
        for (int i = 0; i < p->servers.count; i++) {
            address_at(client, &p->clients, i);
            address_at(server, &p->servers, i);
            int64_t t_us = MIDNIGHT + p->from_us + round * step_us + i * 3 * SECOND +
                           segment_pick(s, 0, 200000);
            struct connection c = shape_connection(s, p->shape, t_us, client, server);
            if (p->port)
                c.server_port = p->port;
            if (p->shape == NTP)
                c.client_port = 123;
            segment_connection(s, &c);
        }
}

void traffic_dns(struct segment *s, const struct part *p)
{
    static const char *const names[] = {"www.example.org", "mail.example.com", "static.example.net",
        "updates.example.com", "time.example.net", "api.example.org"};
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        any_address(s, client, &p->clients);
        any_address(s, server, &p->servers);
        enum shape_id shape = i % 30 == 11 ? DNS_UNANSWERED : DNS;
        struct connection c = shape_seen(s, shape, any_time(s, p), client, server);
        segment_dns(s, &c, names[segment_pick(s, 0, 5)]);
    }
}
