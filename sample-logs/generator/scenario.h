/* The day that the sample logs tell: parts, each a row of one table, and what makes them. */
#pragma once

#include "sample-logs/generator/shapes.h"

#define MIDNIGHT (INT64_C(1772409600) * SECOND) /* 2026-03-02 00:00:00 UTC */
#define AT(h, m) ((h)*HOUR + (m)*MINUTE)

enum place { EDGE, BRANCH, HOSTING, PLACES };

/* Addresses that differ in one part: "198.51.100.*" from `first`, `count` of them. */
struct addresses {
    const char *pattern;
    int first, count;
};

struct part {
    enum place place;
    void (*make)(struct segment *s, const struct part *p);
    struct addresses clients, servers;
    enum shape_id shape;
    int port; /* 0: the shape's own */
    int count;
    int64_t from_us, until_us;         /* since midnight */
    const struct signature *signature; /* Suricata fires it on each connection */
    const char *type;                  /* the alert that this part must give; NULL: none */
    const char *entity;                /* … for whom: the resource's name, else its address */
};

extern const struct part parts[];
extern const size_t part_count;

void address_at(char text[ADDRESS_TEXT], const struct addresses *a, int i);

/* Ordinary: at any moment of the span, between any two of the addresses. */
void traffic_any(struct segment *s, const struct part *p);
/* Somebody (or something with a key) logs in, now and then after a typing mistake. */
void traffic_logins(struct segment *s, const struct part *p);
/* The same question to each server in turn, at even intervals: monitors, health probes, clocks. */
void traffic_poll(struct segment *s, const struct part *p);
/* Name lookups; one in thirty stays without an answer. */
void traffic_dns(struct segment *s, const struct part *p);

/* Even pace with a little irregularity, clients and servers in turn. */
void attack_logins(struct segment *s, const struct part *p);
void attack_contacts(struct segment *s, const struct part *p);
/* The same, now refused, now without any answer. */
void attack_probes(struct segment *s, const struct part *p);
/* Flows of 20 s with 120 000 datagrams each and nothing back. */
void attack_flood(struct segment *s, const struct part *p);
