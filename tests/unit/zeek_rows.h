/* What a test of Zeek rows begins with: a row of one connection, and the batch that its record goes into. */
#pragma once

#include "ingest/zeek/zeek_record.h"

#include <criterion/criterion.h>

static struct zeek_row row;
static struct batch batch;
static enum ignore ignored; /* of the last row */

static inline void set_up(void)
{
    row = (struct zeek_row){.set_separator = ','};
    row.field[ZF_TS] = STR("100.5");
    row.field[ZF_UID] = STR("Cu1");
    row.field[ZF_ORIG_H] = STR("192.0.2.1");
    row.field[ZF_ORIG_P] = STR("1025");
    row.field[ZF_RESP_H] = STR("198.51.100.7");
    row.field[ZF_RESP_P] = STR("21");
}

static inline void tear_down(void)
{
    batch_done(&batch);
}

static inline enum reject read_row(enum zeek_log log)
{
    return zeek_row_record(log, &row, &batch, &ignored);
}
