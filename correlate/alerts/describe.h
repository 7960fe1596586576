/* From an episode of findings to the values of its alert: roles, counts, lists, evidence. */
#pragma once

#include "correlate/alerts/description.h"

/* Fills everything from the facts of the episode. False also when memory ends; a description without
 * evidence (count 0) is no alert. */
bool describe(struct description *d, struct err *err);

/* For the parts, one per kind of facts. */
bool describe_attempts(struct description *d, struct err *err);
bool describe_probes(struct description *d, struct err *err);
bool describe_volume(struct description *d, struct err *err);
bool describe_contacts(struct description *d, struct err *err);
bool describe_worm(struct description *d, struct err *err);
bool describe_day(struct description *d, struct err *err);
/* What a machine does, beside an alert that somebody else speaks of: all but the records. */
bool describe_worm_beside(
    struct description *d, const struct tier *tier, int64_t *targets, struct err *err);
/* Beside contacts: what speaks of them. Needs start_us and end_us. */
bool describe_subjects(struct description *d, struct err *err);
/* Beside any of them: the members behind a load balancer or gateway. */
bool describe_pool(struct description *d, struct err *err);
