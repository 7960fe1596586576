/* How sure an alert is, from 0 to 100. */
#pragma once

#include "correlate/describe.h"

/* Never more than CONFIDENCE_COLD_MAX without a history to compare with. */
#define CONFIDENCE_COLD_MAX 75

int confidence_of(const struct description *d);
