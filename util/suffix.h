/* A set of domain names, each with a value, asked which of them a name is, or lies below. Built
 * once, then only read. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

struct suffix_set;

/* NULL without memory. */
struct suffix_set *suffix_set_new(void);
void suffix_set_free(struct suffix_set *set);

/* The name as domain_normalise() writes it; copied. The same name may be added with many values.
 * False without memory. */
bool suffix_set_add(struct suffix_set *set, struct str name, uint32_t value);
/* Must be called once after the last addition and before the first look-up. */
bool suffix_set_freeze(struct suffix_set *set);

/* Calls visit for every (name, value) that `name` is or lies below: the longest first, values of one
 * name in ascending order. visit returns false to stop early. */
void suffix_set_find(const struct suffix_set *set, struct str name,
    bool (*visit)(void *arg, struct str suffix, uint32_t value), void *arg);
uint32_t suffix_set_count(const struct suffix_set *set);
