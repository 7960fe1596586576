/* What a test of EVE events begins with: a reader, and the batch that its lines go into. */
#pragma once

#include "ingest/eve/eve.h"
#include "ingest/json.h"

#include <criterion/criterion.h>

static struct json *reader;
static struct batch batch;
static enum ignore ignored; /* of the last line */

static inline void set_up(void)
{
    reader = eve_json_new();
    cr_assert_not_null(reader);
}

static inline void tear_down(void)
{
    json_free(reader);
    batch_done(&batch);
}

static inline enum reject line(const char *text)
{
    return eve_line(reader, str_of(text), &batch, &ignored);
}
