/* JSON objects and arrays, written piece by piece. */
#include "export/json_write.h"

void export_json_next(struct buf *out)
{
    char last = out->len > 0 ? out->text[out->len - 1] : '{';
    if (last != '{' && last != '[')
        buf_addc(out, ',');
}

void export_json_key(struct buf *out, const char *key)
{
    export_json_next(out);
    buf_add_json(out, str_of(key));
    buf_addc(out, ':');
}

void export_json_text(struct buf *out, const char *key, const char *value)
{
    export_json_key(out, key);
    buf_add_json(out, str_of(value ? value : ""));
}

void export_json_text_or_null(struct buf *out, const char *key, const char *value)
{
    export_json_key(out, key);
    if (value && *value)
        buf_add_json(out, str_of(value));
    else
        buf_puts(out, "null");
}
