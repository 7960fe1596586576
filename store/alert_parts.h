/* What an alert consists of beside its own row: properties, entities, basis and evidence. */
#pragma once

#include "store/alert_write.h"

/* Which of its records a piece of evidence is shown by: the table, and *row of it. */
enum evidence_shown store_evidence_shown(const struct evidence_ref *e, int64_t *row);

/* Makes the parts of a stored alert those of the draft. row: of the alert. What stands already is not
 * written again: of an alert that goes on, that is most of it. */
bool store_alert_parts_put(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err);
bool store_alert_basis_put(
    struct store *s, const struct alert_draft *d, int64_t row, struct err *err);
