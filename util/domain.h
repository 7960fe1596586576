/* Domain names in the one form in which they are stored and compared. */
#pragma once

#include "util/str.h"

#include <stdbool.h>

#define DOMAIN_TEXT_SIZE 254 /* 253 bytes (RFC 1035) and a NUL */

/* Lower case (ASCII; an international name as "xn--…" only), without "*." or "." before it and "."
 * after it. False for what names no domain: a label alone ("localhost", "com"), an empty label or
 * one longer than 63 bytes, other signs than letters, digits, '-' and '_', an address. */
bool domain_normalise(struct str s, char text[DOMAIN_TEXT_SIZE]);
