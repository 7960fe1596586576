/* Units of the catalogue's figures: one table, and numbers read by it. */
#include "correlate/catalog/units.h"

#include "util/timefmt.h"

#include <stddef.h>

const struct unit unit_flag = {"", "flag", 1, DIMENSION_FLAG};

/* Count words come in pairs, so that both "1 flow" and "3 flows" read well. */
static const struct unit units[] = {
    {"us", "us", 1, DIMENSION_TIME},
    {"ms", "us", 1000, DIMENSION_TIME},
    {"s", "us", TIME_US_SECOND, DIMENSION_TIME},
    {"min", "us", TIME_US_MINUTE, DIMENSION_TIME},
    {"h", "us", TIME_US_HOUR, DIMENSION_TIME},
    {"d", "us", TIME_US_DAY, DIMENSION_TIME},
    {"bytes", "bytes", 1, DIMENSION_SIZE},
    {"byte", "bytes", 1, DIMENSION_SIZE},
    {"kB", "bytes", 1000, DIMENSION_SIZE},
    {"MB", "bytes", 1000 * 1000, DIMENSION_SIZE},
    {"GB", "bytes", 1000 * 1000 * 1000, DIMENSION_SIZE},
    {"%", "%", 1, DIMENSION_SHARE},
    {"attempts", "attempts", 1, DIMENSION_COUNT},
    {"attempt", "attempts", 1, DIMENSION_COUNT},
    {"sources", "sources", 1, DIMENSION_COUNT},
    {"source", "sources", 1, DIMENSION_COUNT},
    {"targets", "targets", 1, DIMENSION_COUNT},
    {"target", "targets", 1, DIMENSION_COUNT},
    {"ports", "ports", 1, DIMENSION_COUNT},
    {"port", "ports", 1, DIMENSION_COUNT},
    {"flows", "flows", 1, DIMENSION_COUNT},
    {"flow", "flows", 1, DIMENSION_COUNT},
    {"packets", "packets", 1, DIMENSION_COUNT},
    {"packet", "packets", 1, DIMENSION_COUNT},
    {"contacts", "contacts", 1, DIMENSION_COUNT},
    {"contact", "contacts", 1, DIMENSION_COUNT},
    {"names", "names", 1, DIMENSION_COUNT},
    {"name", "names", 1, DIMENSION_COUNT},
    {"peers", "peers", 1, DIMENSION_COUNT},
    {"peer", "peers", 1, DIMENSION_COUNT},
    {"days", "days", 1, DIMENSION_COUNT},
    {"day", "days", 1, DIMENSION_COUNT},
    {"minutes", "minutes", 1, DIMENSION_COUNT},
    {"minute", "minutes", 1, DIMENSION_COUNT},
    {"times", "times", 1, DIMENSION_COUNT},
    {"machines", "machines", 1, DIMENSION_COUNT},
    {"machine", "machines", 1, DIMENSION_COUNT},
    {"logins", "logins", 1, DIMENSION_COUNT},
    {"login", "logins", 1, DIMENSION_COUNT},
    {"sd", "sd", 1000, DIMENSION_DEVIATION},
    {"ppm", "ppm", 1, DIMENSION_CHANCE},
};

static const char *const unit_lists[DIMENSIONS] = {
    [DIMENSION_TIME] = "us ms s min h d",
    [DIMENSION_SIZE] = "bytes kB MB GB",
    [DIMENSION_SHARE] = "%",
    [DIMENSION_COUNT] = "attempts sources targets ports flows packets contacts names peers days "
                        "minutes times machines logins",
    [DIMENSION_DEVIATION] = "sd",
    [DIMENSION_CHANCE] = "ppm",
    [DIMENSION_FLAG] = "yes or no, without a unit",
};

const char *const quantity_fault_text[] = {
    [QUANTITY_OK] = "",
    [QUANTITY_NO_NUMBER] = "is no whole number with a unit, nor yes or no",
    [QUANTITY_NO_UNIT] = "has no unit",
    [QUANTITY_BAD_UNIT] = "has an unknown unit",
    [QUANTITY_TOO_BIG] = "is too big",
};

const char *dimension_units(enum dimension dimension)
{
    return unit_lists[dimension];
}

const struct unit *unit_find(struct str s)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (str_eq(s, str_of(units[i].name)))
            return &units[i];
    return NULL;
}

/* digits: "30", "3.5". */
static enum quantity_fault read_number(
    struct str digits, const struct unit *unit, struct quantity *q)
{
    int64_t number, value, part = 0, scale = unit->scale;
    struct str whole = str_cut(&digits, '.');
    if (digits.p && digits.len == 0)
        return QUANTITY_NO_NUMBER;
    if (!str_i64(whole, &number) || __builtin_mul_overflow(number, scale, &value))
        return QUANTITY_TOO_BIG;
    for (size_t i = 0; digits.p && i < digits.len; i++) {
        if (scale % 10 != 0 && digits.p[i] != '0')
            return QUANTITY_NO_NUMBER;
        scale /= 10;
        part += (digits.p[i] - '0') * scale;
    }
    if (__builtin_add_overflow(value, part, &value))
        return QUANTITY_TOO_BIG;
    *q = (struct quantity){value, unit};
    return QUANTITY_OK;
}

enum quantity_fault quantity_parse(struct str s, const struct unit *otherwise, struct quantity *q)
{
    s = str_trim(s);
    bool yes = str_eq(s, STR("yes"));
    if (yes || str_eq(s, STR("no"))) {
        *q = (struct quantity){yes, &unit_flag};
        return QUANTITY_OK;
    }
    size_t digits = 0;
    while (digits < s.len && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    if (digits > 0 && digits < s.len && s.p[digits] == '.')
        for (digits++; digits < s.len && s.p[digits] >= '0' && s.p[digits] <= '9';)
            digits++;
    if (digits == 0)
        return QUANTITY_NO_NUMBER;
    const struct unit *unit = otherwise;
    struct str word = str_trim((struct str){s.p + digits, s.len - digits});
    if (word.len > 0) {
        unit = unit_find(word);
        if (!unit)
            return QUANTITY_BAD_UNIT;
    }
    if (unit == &unit_flag)
        return QUANTITY_NO_NUMBER;
    return unit ? read_number((struct str){s.p, digits}, unit, q) : QUANTITY_NO_UNIT;
}
