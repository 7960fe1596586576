/* How sure an alert is, from 0 to 100. */
#pragma once

#include "correlate/alerts/description.h"

/* Percent, ours. Never more than CONFIDENCE_COLD_MAX without a history to compare with. */
#define CONFIDENCE_COLD_MAX    75
#define CONFIDENCE_LEARNED_MAX 95

/* After basis_tiers(). Adds a line of kind BASIS_CONFIDENCE for each thing that it is made of. */
int confidence_of(struct description *d);
