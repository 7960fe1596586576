/* The catalogue as the program has it, built in or with a folder of a user's. */
#pragma once

#include "correlate/catalog/catalog.h"

#include <criterion/criterion.h>

static inline struct catalog *load(const char *directory)
{
    struct err err = {0};
    const char *directories[] = {directory, NULL};
    struct catalog *c = catalog_load(directories, &err);
    cr_assert_not_null(c, "%s", err.text);
    return c;
}

static inline const struct alert_type *type(const struct catalog *c, const char *code)
{
    const struct alert_type *t = catalog_type(c, code);
    cr_assert_not_null(t, "%s", code);
    return t;
}
