/* What the page and the JSON of an explanation have in common. */
#include "cli/explain.h"

#include "cli/cli.h"
#include "cli/explain_sql.h"

/* Ours is the third part of the key: "type|direction|own|…". */
static struct str own_of(const struct alert *alert)
{
    struct str rest = str_of(alert->key);
    str_cut(&rest, '|');
    str_cut(&rest, '|');
    return str_cut(&rest, '|');
}

bool explain_end(const struct explanation *e, int n, struct explain_end *end)
{
    struct ipaddr ip;
    for (int i = 0; i < e->alert->entity_count; i++) {
        const struct alert_entity *entity = &e->alert->entities[i];
        if (strcmp(entity->type, "ip") != 0 || n-- > 0)
            continue;
        *end = (struct explain_end){
            .address = entity->value, .own = str_eq(str_of(entity->value), own_of(e->alert))};
        if (ip_parse(str_of(entity->value), &ip))
            end->resource = inventory_find(e->inventory, &ip);
        return true;
    }
    return false;
}

void explain_command(struct buf *out, const struct explanation *e)
{
    struct buf sql = {0};
    explain_sql(&sql, e->alert);
    buf_printf(out, "%s query ", e->program);
    cli_quote(out, sql.failed ? "" : sql.text);
    out->failed |= sql.failed;
    buf_done(&sql);
}
