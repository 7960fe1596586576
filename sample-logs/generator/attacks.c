/* Attacks: guessing at logins, scans, floods, and contacts with known-bad addresses. */
#include "sample-logs/generator/scenario.h"

/* The i-th of the part's moments: evenly spread, each up to a third of a step late. The first and
 * the last stand exactly at the ends of the span. */
static int64_t moment(struct segment *s, const struct part *p, int i)
{
    int64_t span_us = p->until_us - p->from_us,
            step_us = span_us / (p->count > 1 ? p->count - 1 : 1);
    bool inner = i > 0 && i < p->count - 1;
    return MIDNIGHT + p->from_us + (p->count > 1 ? span_us * i / (p->count - 1) : 0) +
           (inner ? segment_pick(s, 0, step_us / 3) : 0);
}

void attack_logins(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        address_at(client, &p->clients, i);
        address_at(server, &p->servers, i);
        enum shape_id shape = p->shape == SSH_ATTEMPT && i % 4 == 3 ? SSH_HANGUP : p->shape;
        shape_login_failed(s, shape, moment(s, p, i), client, server);
    }
}

void attack_contacts(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        address_at(client, &p->clients, i);
        address_at(server, &p->servers, i);
        struct connection c = shape_connection(s, p->shape, moment(s, p, i), client, server);
        if (p->port)
            c.server_port = p->port;
        segment_connection(s, &c);
        if (p->signature)
            segment_alert(s, &c, p->signature);
    }
}

void attack_probes(struct segment *s, const struct part *p)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    for (int i = 0; i < p->count; i++) {
        address_at(client, &p->clients, i);
        address_at(server, &p->servers, i);
        enum shape_id shape = i % 3 == 2 ? UNANSWERED : REFUSED;
        struct connection c = shape_connection(s, shape, moment(s, p, i), client, server);
        c.server_port = p->port;
        segment_connection(s, &c);
    }
}

void attack_flood(struct segment *s, const struct part *p)
{
    for (int i = 0; i < p->count; i++) {
        struct connection c = shape_connection(
            s, UDP_PAYLOAD, moment(s, p, i), p->clients.pattern, p->servers.pattern);
        c.server_port = p->port;
        c.duration_us = 19 * SECOND + segment_pick(s, 0, SECOND);
        c.client_packets = 120000;
        c.client_bytes = c.client_packets * 512;
        c.server_packets = c.server_bytes = 0;
        c.state = "S0";
        c.history = "D";
        segment_connection(s, &c);
    }
}
