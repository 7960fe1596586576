/* Units of the catalogue's figures: times, sizes, shares, and words for what is counted. */
#pragma once

#include "util/str.h"

#include <stdbool.h>
#include <stdint.h>

enum dimension {
    DIMENSION_TIME,
    DIMENSION_SIZE,
    DIMENSION_SHARE,
    DIMENSION_COUNT,
    DIMENSION_DEVIATION, /* standard deviations, kept in thousandths */
    DIMENSION_CHANCE,    /* parts per million */
    DIMENSION_FLAG
};
#define DIMENSIONS (DIMENSION_FLAG + 1)

struct unit {
    const char *name; /* "min" */
    const char *base; /* what it converts to; units with the same base are interchangeable */
    int64_t scale;    /* how many of the base */
    enum dimension dimension;
};

/* The one unit of a flag: written `yes` or `no`, without a word for it. */
extern const struct unit unit_flag;

/* NULL when s names none. */
const struct unit *unit_find(struct str s);
/* "us ms s min h d" and the like, for messages: every unit's usual name. */
const char *dimension_units(enum dimension dimension);

struct quantity {
    int64_t value; /* in the unit's base */
    const struct unit *unit;
};

enum quantity_fault {
    QUANTITY_OK,
    QUANTITY_NO_NUMBER,
    QUANTITY_NO_UNIT,
    QUANTITY_BAD_UNIT,
    QUANTITY_TOO_BIG
};

/* "30 min", "5GB", "50 %", "3.5 sd", "yes", "no". A number alone is in the unit `otherwise` (NULL:
 * refused). A fraction must come to whole base units. Sets *q on QUANTITY_OK. */
enum quantity_fault quantity_parse(struct str s, const struct unit *otherwise, struct quantity *q);
/* What to say about a fault. */
extern const char *const quantity_fault_text[];
