/* What the makers of records from Zeek rows share: one file for each kind of record. */
#pragma once

#include "ingest/zeek/zeek_row.h"

#include <stdbool.h>

/* Time and ends of the row's connection. default_proto: what the log runs over, PROTO_NONE where the
 * row says it. */
enum reject zeek_read_conn(
    const struct zeek_row *row, uint8_t default_proto, struct conn *conn, int64_t *t_us);
/* 1, 0, or -1 when unset. */
int8_t zeek_truth(struct str s);

enum reject zeek_add_login(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored);
enum reject zeek_add_name(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored);
enum reject zeek_add_notice(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored);
/* A row of capture_loss.log. */
enum reject zeek_add_loss(const struct zeek_row *row, struct batch *batch);
