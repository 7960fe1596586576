/* Sensors that see one of N connections or packets: what they wrote stands for N times as much. */
#pragma once

#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sources at or below a path, which may be a pattern, are sampled one of so many. The first rule that
 * fits a source speaks for it. */
struct sampling_rule {
    const char *path;
    int64_t one_of;
};

struct sampling {
    const struct sampling_rule *rules;
    size_t count;
};

#define SAMPLING_MAX 1000000 /* as one_of: more stands for a mistake */

/* Notes at each source what the rules say of it; without a change of the rules only at sources that
 * are new. *anew: one that was noted before is sampled otherwise now. Inside a transaction. */
bool sampling_note(struct store *s, const struct sampling *sampling, bool rules_changed, bool *anew,
    struct err *err);
uint64_t sampling_fingerprint(const struct sampling *sampling);

struct sampled;

/* The sources that are sampled, as noted. NULL on failure. */
struct sampled *sampled_new(struct store *s, struct err *err);
void sampled_free(struct sampled *sampled);
/* How much one record of the source stands for. */
int64_t sampled_scale(const struct sampled *sampled, int64_t source);
