/* The quick way through a line of JSON: most lines hold neither escapes nor anything unusual. */
#pragma once

#include "util/str.h"

#include <yajl/yajl_parse.h>

#include <stdbool.h>

/* Gives the callbacks that yajl would give for a line that is one object and plain. False: it is
 * not, or not surely, or a callback said stop; callbacks may have been called by then, and yajl must
 * decide from the beginning. */
bool json_scan(struct str line, const yajl_callbacks *to, void *arg);
