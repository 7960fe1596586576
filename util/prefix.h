/* A set of networks, each with a value, asked which of them hold an address. Built once, then
 * only read (by any number of threads). */
#pragma once

#include "util/ipaddr.h"

#include <stdbool.h>
#include <stdint.h>

struct prefix_set;

/* NULL without memory. */
struct prefix_set *prefix_set_new(void);
void prefix_set_free(struct prefix_set *set);

/* The same network may be added many times with different values; the same pair counts once. False
 * without memory, and after prefix_set_freeze(). */
bool prefix_set_add(struct prefix_set *set, const struct cidr *net, uint32_t value);
/* Must be called once after the last addition and before the first look-up. */
bool prefix_set_freeze(struct prefix_set *set);

/* True when any network holds ip. */
bool prefix_set_has(const struct prefix_set *set, const struct ipaddr *ip);
/* Calls visit for every (network, value) that holds ip, the narrowest network first and values
 * of one network in ascending order. visit returns false to stop early. */
void prefix_set_find(const struct prefix_set *set, const struct ipaddr *ip,
    bool (*visit)(void *arg, const struct cidr *net, uint32_t value), void *arg);
/* Different (network, value) pairs; 0 before prefix_set_freeze(). */
uint32_t prefix_set_count(const struct prefix_set *set);
