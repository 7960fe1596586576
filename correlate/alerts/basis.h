/* Why a slice of an episode is an alert: of each tier that it reached, the strongest of the windows that end in
 * it, against their floors. */
#pragma once

#include "correlate/alerts/description.h"

/* The margin of a window: how often its tightest floor fits into what was seen, or, where one floor
 * is enough, the floor that it passes by most. In thousandths; 1000 is the floor itself. */
#define BASIS_FLOOR INT64_C(1000)

/* Adds the lines of kind BASIS_TIER and sets d->margin to the largest of the tiers. The query of the
 * type is asked again for this key, so the type must have been judged. */
bool basis_tiers(struct description *d, struct err *err);

/* "×1.57" */
void basis_margin_format(int64_t margin, char text[24]);
