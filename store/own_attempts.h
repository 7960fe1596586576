/* Attempts to log in to one service at one address of ours, or from it, in order of time. Several
 * questions of one run look at the same ones: what was read is kept while nothing changes it. */
#pragma once

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* As in table `attempt`. */
struct own_attempt {
    int64_t t, remote, peer, weight, scale;
    int32_t roles;
    uint16_t port;
    uint8_t kind, internal;
};

struct own_key {
    int64_t direction, service, own;
};

/* Before attempts are stored that may be the first ones: those that are written are gathered, so that they
 * need not be read again. Until store_keep_attempts() whoever writes, changes or deletes some says so. */
void store_gather_attempts(struct store *s);
void store_attempt_written(
    struct store *s, const struct own_key *key, const struct own_attempt *attempt);
/* Some of the key are not as they were written; gone: so many are there no longer. */
void store_attempts_changed(struct store *s, const struct own_key *key, int64_t gone);

/* From now on attempts that are read are kept, or no longer. While they are, nobody changes table
 * `attempt`. */
void store_keep_attempts(struct store *s, bool yes);

/* Those from lo to hi, both included; of one moment in no order that means anything. visit returns false
 * to end with the failure in err. */
bool store_own_attempts(struct store *s, const struct own_key *key, int64_t lo, int64_t hi,
    bool (*visit)(void *arg, const struct own_attempt *a, struct err *err), void *arg,
    struct err *err);

/* The same as a list, lent until store_give_back_attempts(). *list is NULL, and nothing is lent, where they
 * are not kept, are too many, or could be read only by moving a list that is lent. */
bool store_lend_attempts(struct store *s, const struct own_key *key, int64_t lo, int64_t hi,
    const struct own_attempt **list, size_t *count, struct err *err);
void store_give_back_attempts(struct store *s);
