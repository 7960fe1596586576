/* What the gate found, told with the alert. */
#pragma once

#include "correlate/alerts/description.h"
#include "correlate/findings/gate.h"

/* Adds the lines of kind BASIS_BASELINE, the property "Baseline" where one is learned, and what the
 * confidence goes by. Nothing for a type without a baseline. */
void gate_tell(struct description *d, const struct gate_basis *basis);
