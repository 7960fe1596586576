/* Which of Suricata's records Zeek tells of, too, put into effect. */
#pragma once

#include "correlate/facts/sessions.h"
#include "store/rows.h"
#include "store/store.h"

/* What became of one of Suricata's records. */
struct verdict {
    int64_t slot, tuple, t0, ident, own, duration, flow;
    int64_t before;                 /* what twin was; ROW_NUMBER_NONE: not yet looked for */
    int64_t twin, twin_t0, twin_t1; /* of Zeek's record; twin 0: none */
    uint8_t what, twin_what;
};

/* Makes the tables known that verdicts_apply() works with. */
bool verdicts_define(struct store *s, struct err *err);
/* Facts that no longer count go, those that do come, sessions hear of each other, and what changed is
 * noted in the temporary tables of changes. */
bool verdicts_apply(struct store *s, struct sessions *sessions, const struct verdict *list,
    size_t count, struct err *err);
