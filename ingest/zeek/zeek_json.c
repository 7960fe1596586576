/* Zeek rows as JSON, brought into the shape that the columns have too. */
#include "ingest/zeek/zeek_json.h"

#include "ingest/fields.h"
#include "ingest/json.h"
#include "ingest/zeek/zeek_row.h"

#define NAMES_MAX 96

_Static_assert(ZEEK_FIELDS <= JSON_FIELDS_MAX, "a bit per field");

struct json *zeek_json_new(void)
{
    /* Sets come as arrays. */
    static const struct json_path lists[] = {{"answers[]", ZF_ANSWERS}, {"sources[]", ZF_SOURCES},
        {"cert_chain_fps[]", ZF_CERTIFICATES}};
    const size_t list_count = sizeof(lists) / sizeof(lists[0]);
    struct json_path paths[NAMES_MAX];

    if (zeek_name_count + list_count > NAMES_MAX)
        return NULL;
    for (size_t i = 0; i < zeek_name_count; i++)
        paths[i] = (struct json_path){zeek_names[i].name, zeek_names[i].field};
    memcpy(paths + zeek_name_count, lists, sizeof(lists));
    return json_new(paths, zeek_name_count + list_count);
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

/* The elements of one field, moved to the front. */
static size_t items_of(struct json_line *l, enum zeek_field field)
{
    size_t count = 0;

    for (size_t i = 0; i < l->item_count; i++)
        if (l->item_field[i] == field)
            l->items[count++] = l->items[i];
    return count;
}

enum reject zeek_json_line(
    struct json *json, struct str line, struct batch *batch, enum ignore *ignored)
{
    struct json_line values;
    struct zeek_row row = {0};
    enum reject reason;
    enum zeek_log log;

    *ignored = IGNORE_NONE;
    reason = json_parse(json, line, &batch->text, &values);
    if (reason != REJECT_NONE)
        return reason;
    log = log_of(&values);
    if (log == ZEEK_OTHER) {
        *ignored = IGNORE_OTHER_LOG;
        return REJECT_NONE;
    }
    for (uint64_t left = values.seen; left; left &= left - 1) {
        int field = __builtin_ctzll(left);
        row.field[field] = set_or_none(values.value[field]);
    }
    row.answer_count = items_of(&values, ZF_ANSWERS);
    row.answers = values.items;
    row.set_separator = ',';
    return zeek_row_record(log, &row, batch, ignored);
}
