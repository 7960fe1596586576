/* The question whose answer is the traffic of an alert. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

/* One SELECT over the public views, for `tocsin query`: printable ASCII, whatever came from a log. */
void explain_sql(struct buf *out, const struct alert *alert);
