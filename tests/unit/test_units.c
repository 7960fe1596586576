#include "correlate/catalog/units.h"

#include <criterion/criterion.h>

static int64_t value(const char *text)
{
    struct quantity q = {-1, NULL};
    cr_assert_eq(quantity_parse(str_of(text), NULL, &q), QUANTITY_OK, "%s", text);
    return q.value;
}

static enum quantity_fault fault(const char *text, const struct unit *otherwise)
{
    struct quantity q = {-1, NULL};
    enum quantity_fault found = quantity_parse(str_of(text), otherwise, &q);
    cr_assert(found == QUANTITY_OK || !q.unit, "%s: set on failure", text);
    return found;
}

Test(units, converts_each_unit_to_its_base)
{
    cr_assert_eq(value("7 us"), 7);
    cr_assert_eq(value("7 ms"), 7000);
    cr_assert_eq(value("7 s"), 7000000);
    cr_assert_eq(value("30 min"), INT64_C(1800000000));
    cr_assert_eq(value("24 h"), INT64_C(86400000000));
    cr_assert_eq(value("7 d"), INT64_C(604800000000));
    cr_assert_eq(value("64 bytes"), 64);
    cr_assert_eq(value("3 kB"), 3000);
    cr_assert_eq(value("375 MB"), 375000000);
    cr_assert_eq(value("2 GB"), INT64_C(2000000000));
    cr_assert_eq(value("50 %"), 50);
    cr_assert_eq(value("30 attempts"), 30);
    cr_assert_eq(value("3.5 sd"), 3500);
    cr_assert_eq(value("100 ppm"), 100);
}

Test(units, takes_a_fraction_that_comes_to_whole_base_units)
{
    cr_assert_eq(value("1.5 h"), INT64_C(5400000000));
    cr_assert_eq(value("0.25 kB"), 250);
    cr_assert_eq(value("3.0 flows"), 3);
}

Test(units, takes_a_unit_without_a_space)
{
    cr_assert_eq(value("24h"), INT64_C(86400000000));
    cr_assert_eq(value(" 50% "), 50);
}

Test(units, takes_one_of_a_thing)
{
    struct quantity q;
    cr_assert_eq(quantity_parse(STR("1 flow"), NULL, &q), QUANTITY_OK);
    cr_assert_str_eq(q.unit->base, "flows");
    cr_assert_str_eq(q.unit->name, "flow");
}

Test(units, reads_flags)
{
    struct quantity q;
    cr_assert_eq(quantity_parse(STR("yes"), NULL, &q), QUANTITY_OK);
    cr_assert_eq(q.value, 1);
    cr_assert_eq(q.unit, &unit_flag);
    cr_assert_eq(value("no"), 0);
}

Test(units, needs_a_unit_unless_one_is_agreed)
{
    struct quantity q;
    cr_assert_eq(fault("30", NULL), QUANTITY_NO_UNIT);
    cr_assert_eq(quantity_parse(STR("30"), unit_find(STR("min")), &q), QUANTITY_OK);
    cr_assert_eq(q.value, INT64_C(1800000000));
    cr_assert_eq(fault("1", &unit_flag), QUANTITY_NO_NUMBER);
}

Test(units, tells_days_of_time_from_days_that_are_counted)
{
    cr_assert_eq(unit_find(STR("d"))->dimension, DIMENSION_TIME);
    cr_assert_eq(unit_find(STR("days"))->dimension, DIMENSION_COUNT);
    cr_assert_eq(unit_find(STR("min"))->dimension, DIMENSION_TIME);
    cr_assert_eq(unit_find(STR("minutes"))->dimension, DIMENSION_COUNT);
}

Test(units, refuses_what_is_no_quantity)
{
    cr_assert_eq(fault("", NULL), QUANTITY_NO_NUMBER);
    cr_assert_eq(fault("many", NULL), QUANTITY_NO_NUMBER);
    cr_assert_eq(fault("-5 min", NULL), QUANTITY_NO_NUMBER);
    cr_assert_eq(fault("1.5 flows", NULL), QUANTITY_NO_NUMBER);
    cr_assert_eq(fault("1. h", NULL), QUANTITY_NO_NUMBER);
    cr_assert_eq(fault("1.5.5 h", NULL), QUANTITY_BAD_UNIT);
    cr_assert_eq(fault("5 fortnights", NULL), QUANTITY_BAD_UNIT);
    cr_assert_eq(fault("5 mB", NULL), QUANTITY_BAD_UNIT);
}

Test(units, refuses_numbers_that_do_not_fit)
{
    cr_assert_eq(value("9223372036854775807 us"), INT64_MAX);
    cr_assert_eq(fault("9223372036854775808 us", NULL), QUANTITY_TOO_BIG);
    cr_assert_eq(value("106751991 d"), INT64_C(106751991) * 86400000000);
    cr_assert_eq(fault("106751992 d", NULL), QUANTITY_TOO_BIG);
}

Test(units, lists_the_units_of_a_dimension_that_all_exist)
{
    for (int d = 0; d < DIMENSION_FLAG; d++) {
        for (struct str rest = str_of(dimension_units((enum dimension)d)); rest.p;) {
            struct str name = str_cut(&rest, ' ');
            const struct unit *unit = unit_find(name);
            cr_assert_not_null(unit, "%.*s", (int)name.len, name.p);
            cr_assert_eq((int)unit->dimension, d);
        }
    }
}
