/* Whether a type's queries can be asked what its tiers ask. */
#include "correlate/findings/judge.h"
#include "correlate/findings/strangers.h"
#include "correlate/findings/touched.h"
#include "store/query.h"

#include <stdio.h>

static bool check_tier(struct tier_run *r, struct err *err)
{
    struct err why = {0};
    if (!periodic_query_of(r->type, r->tier, &r->query, err) || !touched_clear(r->store, err) ||
        !tier_prepare(r, err))
        return false;
    struct query *q = store_query(r->store, r->query.name, r->query.sql);
    bool readonly = query_is_readonly(q);
    for (int n = 0; n < r->tier->parameter_count; n++) {
        const char *parameter = r->tier->parameters[n].name;
        char name[96];
        snprintf(name, sizeof name, ":%s", parameter);
        if (readonly && !query_has_parameter(q, name) && !strangers_know(parameter))
            return err_set(err, ERR_CONFIG, "%s: [tier %s]: the query %s has no parameter %s",
                r->type->file, r->tier->name, r->query.name, parameter);
    }
    if (!query_done(q, &why))
        return err_set(err, ERR_CONFIG, "%s: %s", r->type->file, why.text);
    return readonly || err_set(err, ERR_CONFIG, "%s: the query %s writes; it may only read",
                           r->type->file, r->query.name);
}

bool judge_check(struct store *s, const struct alert_type *type, struct err *err)
{
    for (int i = 0; i < type->tier_count; i++) {
        struct tier_run r = {.store = s, .type = type, .tier = &type->tiers[i]};
        if (!check_tier(&r, err))
            return false;
    }
    return true;
}
