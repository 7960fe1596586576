/* Zeek rows as JSON, brought into the shape that the columns have too. */
#include "ingest/zeek_json.h"

#include "ingest/fields.h"
#include "ingest/json.h"
#include "ingest/zeek_row.h"

#define NAMES_MAX 64

_Static_assert(ZEEK_FIELDS <= JSON_FIELDS_MAX, "a bit per field");

struct json *zeek_json_new(void)
{
    struct json_path paths[NAMES_MAX];

    if (zeek_name_count > NAMES_MAX)
        return NULL;
    for (size_t i = 0; i < zeek_name_count; i++)
        paths[i] = (struct json_path){zeek_names[i].name, zeek_names[i].field};
    return json_new(paths, zeek_name_count);
}

bool zeek_json_is_row(struct json *json, struct str line, struct arena *text)
{
    struct json_line values;

    return json_parse(json, line, text, &values) == REJECT_NONE && json_has(&values, ZF_TS);
}

static enum zeek_log log_of(const struct json_line *l)
{
    if (json_has(l, ZF_PATH))
        return zeek_log_of_path(l->value[ZF_PATH]);
    return zeek_log_of_fields(l->seen);
}

/* The marks that TSV has for unset come along where a shipper only renames columns. */
static struct str set_or_none(struct str s)
{
    return str_eq(s, STR("-")) || str_eq(s, STR("(empty)")) ? STR_NONE : s;
}

enum reject zeek_json_line(struct json *json, struct str line, struct batch *batch, bool *ignored)
{
    struct json_line values;
    struct zeek_row row = {0};
    enum reject reason;
    enum zeek_log log;

    *ignored = false;
    reason = json_parse(json, line, &batch->text, &values);
    if (reason != REJECT_NONE)
        return reason;
    log = log_of(&values);
    *ignored = log == ZEEK_OTHER;
    if (*ignored)
        return REJECT_NONE;
    for (uint64_t left = values.seen; left; left &= left - 1) {
        int field = __builtin_ctzll(left);
        row.field[field] = set_or_none(values.value[field]);
    }
    return zeek_row_record(log, &row, batch);
}
