/* The JSON of `alerts explain`. It is written down in export/explain-json.md: change both together. */
#include "cli/explain.h"
#include "cli/explain_sql.h"
#include "export/alert_json.h"
#include "export/json_write.h"

#include <stdio.h>

static void add_machines(struct buf *out, const struct explanation *e, const char *key, bool own)
{
    struct explain_end end;
    export_json_key(out, key);
    buf_addc(out, '[');
    for (int n = 0; explain_end(e, n, &end); n++) {
        char roles[128] = "";
        if (end.own != own)
            continue;
        if (end.resource)
            inventory_roles_format(end.resource->roles, roles);
        export_json_next(out);
        buf_addc(out, '{');
        export_json_text(out, "Address", end.address);
        export_json_text_or_null(out, "Resource", end.resource ? end.resource->name : NULL);
        export_json_text_or_null(
            out, "Type", end.resource ? resource_type_names[end.resource->type] : NULL);
        export_json_text_or_null(out, "Roles", roles);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_basis(struct buf *out, const struct alert *a, const char *key, enum basis_kind kind)
{
    export_json_key(out, key);
    buf_addc(out, '[');
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (b->kind != kind)
            continue;
        export_json_next(out);
        buf_addc(out, '{');
        if (kind == BASIS_TIER)
            export_json_text(out, "Tier", b->tier);
        export_json_text(out, "Name", b->name);
        export_json_text_or_null(out, "Value", b->value);
        export_json_text_or_null(out, "Threshold", b->threshold);
        export_json_text_or_null(out, "Note", b->note);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_sql(struct buf *out, const struct explanation *e)
{
    struct buf sql = {0};
    explain_sql(&sql, e->alert);
    export_json_text(out, "Sql", sql.failed ? "" : sql.text);
    out->failed |= sql.failed;
    buf_done(&sql);
}

void explain_json(struct buf *out, const struct explanation *e, enum lang lang)
{
    buf_addc(out, '{');
    export_json_key(out, "Alert");
    export_json_alert(out, e->alert, lang);
    add_machines(out, e, "Own", true);
    add_machines(out, e, "OtherSide", false);
    add_basis(out, e->alert, "Confidence", BASIS_CONFIDENCE);
    add_basis(out, e->alert, "Tiers", BASIS_TIER);
    add_basis(out, e->alert, "Baseline", BASIS_BASELINE);
    add_basis(out, e->alert, "Coverage", BASIS_COVERAGE);
    add_basis(out, e->alert, "Pattern", BASIS_PATTERN);
    add_sql(out, e);
    buf_addc(out, '}');
}
