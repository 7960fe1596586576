/* One alert as a page for people. */
#pragma once

#include "store/alert.h"
#include "util/str.h"

#include <stdbool.h>

/* width: of the terminal, 0: unknown. Strings from logs are made visible. */
void alert_text(struct buf *out, const struct alert *alert, enum lang lang, int width, bool color);
