/* One feed's entries as they are read and stored: sixteen bytes for an IPv4 network, and what is said of
 * many alike kept once. */
#pragma once

#include "store/indicator.h"
#include "util/arena.h"
#include "util/radix.h"

/* What a feed says of entries. */
struct saying {
    int64_t from_us, until_us;
    struct str note;
    uint8_t kind, category;
};

/* Of an entry `at` is the place of its name, unless its key is an IPv4 network's, which tells it; `mark` is
 * the place of what is said of it. Fewer than 2^32. */
struct indicator_list {
    struct radix_item *entries;
    size_t count, cap;
    struct str *names;
    size_t name_count, name_cap;
    struct saying *said; /* in the order of adding, a new one where it differs from the last */
    size_t said_count, said_cap;
    struct arena texts; /* names and notes */
};

/* One feed's whole content, as one import gave it. */
struct feed {
    const char *name;
    const char *format; /* "plain", "zeek-intel", "stix", … */
    struct indicator_list list;
};

/* Zero-initialise. Strings are copied. */
bool indicator_list_add(
    struct indicator_list *list, const struct indicator *indicator, struct err *err);
/* Another address, of which the same is said as of what was added last. */
bool indicator_list_add_address(struct indicator_list *list, uint32_t v4, struct err *err);
/* By key, name, category and dates, and each once: of those that differ in the note alone the first that was
 * added stays. Costs one look at each where they are in order already. */
bool indicator_list_sort(struct indicator_list *list, struct err *err);
void indicator_list_done(struct indicator_list *list);

/* For a walk in order, at each place: what is said of entries to come, and their names, lie anywhere in
 * memory, and are at hand by then. */
void indicator_list_fetch_said(const struct indicator_list *list, size_t place);
void indicator_list_fetch_name(const struct indicator_list *list, size_t place);
/* The network, domain or fingerprint as text; STR_NONE: an IPv4 network, which its key tells. */
struct str indicator_list_name(const struct indicator_list *list, const struct radix_item *entry);
