/* What people said of what may be learned: nothing from an hour on (a baseline is frozen), or nothing
 * before it (it is reset). Kept in the database and part of what a run judges by, like the catalogue:
 * which records came before and which after is told by their own times, so the alerts are the same
 * whatever the order. */
#pragma once

#include "correlate/usual/history.h"
#include "store/store.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum learning_what { LEARNING_FREEZE, LEARNING_RESET, LEARNING_WHATS };

/* Whom it is said of. */
struct learning_scope {
    const struct ipaddr *own; /* NULL: all addresses */
    const char *service;      /* NULL: all login services, and volumes */
};

struct learning_rule;

/* Zero-initialise; all rules of a database. */
struct learning {
    struct learning_rule *list;
    size_t count;
};

/* Puts a rule in the place of that scope's earlier one. A reset also ends a freeze of the same scope
 * from before it: else nothing could be learned any more. In one transaction. */
bool learning_say(struct store *s, enum learning_what what, const struct learning_scope *scope,
    int64_t hour, struct err *err);
/* Takes a rule back; *found: there was one. */
bool learning_undo(struct store *s, enum learning_what what, const struct learning_scope *scope,
    bool *found, struct err *err);

bool learning_read(struct store *s, struct learning *l, struct err *err);
void learning_done(struct learning *l);
/* 0 without rules. */
bool learning_fingerprint(struct store *s, uint64_t *hash, struct err *err);
/* Whether any rule freezes: then what is learned late may matter to all that comes after. */
bool learning_freezes(const struct learning *l);

/* When a baseline of that address (id) and service ("": none) was frozen and reset, as hours;
 * INT64_MAX and INT64_MIN: never. */
struct learning_limits {
    int64_t frozen, reset;
};
struct learning_limits learning_limits(const struct learning *l, int64_t own, const char *service);
/* What a judgement at the hour `at` may look at: `length` hours that end at `until`, or earlier. */
struct history_range learning_range(
    const struct learning_limits *limits, int64_t at, int64_t until, int64_t length);
