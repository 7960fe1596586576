/* The JSON of `alerts explain`. It is written down in export/explain-json.md: change both together. */
#include "cli/explain.h"
#include "cli/explain_sql.h"
#include "export/alert_json.h"

#include <stdio.h>

static void add_key(struct buf *out, const char *key)
{
    char last = out->len > 0 ? out->text[out->len - 1] : '{';
    if (last != '{')
        buf_addc(out, ',');
    buf_add_json(out, str_of(key));
    buf_addc(out, ':');
}

static void add_text(struct buf *out, const char *key, const char *value)
{
    add_key(out, key);
    buf_add_json(out, str_of(value));
}

static void add_text_or_null(struct buf *out, const char *key, const char *value)
{
    add_key(out, key);
    if (value && *value)
        buf_add_json(out, str_of(value));
    else
        buf_puts(out, "null");
}

/* "[" or "," before the next element. */
static void begin_element(struct buf *out)
{
    char last = out->len > 0 ? out->text[out->len - 1] : '[';
    buf_puts(out, last == '[' ? "{" : ",{");
}

static void add_machines(struct buf *out, const struct explanation *e, const char *key, bool own)
{
    struct explain_end end;
    add_key(out, key);
    buf_addc(out, '[');
    for (int n = 0; explain_end(e, n, &end); n++) {
        char roles[128] = "";
        if (end.own != own)
            continue;
        if (end.resource)
            inventory_roles_format(end.resource->roles, roles);
        begin_element(out);
        add_text(out, "Address", end.address);
        add_text_or_null(out, "Resource", end.resource ? end.resource->name : NULL);
        add_text_or_null(
            out, "Type", end.resource ? resource_type_names[end.resource->type] : NULL);
        add_text_or_null(out, "Roles", roles);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_basis(struct buf *out, const struct alert *a, const char *key, enum basis_kind kind)
{
    add_key(out, key);
    buf_addc(out, '[');
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (b->kind != kind)
            continue;
        begin_element(out);
        if (kind == BASIS_TIER)
            add_text(out, "Tier", b->tier);
        add_text(out, "Name", b->name);
        add_text_or_null(out, "Value", b->value);
        add_text_or_null(out, "Threshold", b->threshold);
        add_text_or_null(out, "Note", b->note);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_sql(struct buf *out, const struct explanation *e)
{
    struct buf sql = {0};
    explain_sql(&sql, e->alert);
    add_text(out, "Sql", sql.failed ? "" : sql.text);
    out->failed |= sql.failed;
    buf_done(&sql);
}

void explain_json(struct buf *out, const struct explanation *e, enum lang lang)
{
    buf_addc(out, '{');
    add_key(out, "Alert");
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
