/* A session as a row of table `session`. Columns of their own have only what plain SQL asks for: a row
 * of twenty columns takes three times as long to write. All else stands in the column `says`:
 *
 *     traits    what the session is, in bits (session_row.c)
 *     own, remote, service, port, flow_t, login_t, tries, scale - 1, told_tries
 *
 * as numbers of util/varint.h, where those that are 0 are left out at the end: of most there is a flow
 * alone. The same session always gives the same bytes. */
#pragma once

#include "correlate/facts/session.h"
#include "store/query.h"
#include "store/rows.h"
#include "util/varint.h"

#define SESSION_NUMBERS  9
#define SESSION_SAYS_MAX (3 + SESSION_NUMBERS * VARINT_MAX)

struct session_row {
    int64_t ident, twin, flow, login;
    struct str says; /* in `bytes` */
    uint8_t bytes[SESSION_SAYS_MAX];
};

extern const struct row_shape session_rows; /* new_session: in the order of the table's columns */

/* The row must stay where it is: it points into itself. */
void session_pack(const struct session *s, struct session_row *row);

#define SESSION_COLUMNS "s.ident, s.twin, s.flow, s.login, s.says" /* of `session AS s` */
/* From a query whose first columns are these; false where the row is damaged. */
bool session_read(struct query *q, struct session *s, struct err *err);
