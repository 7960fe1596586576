/* %{Name} in the catalogue's texts: finding and filling. */
#include "correlate/catalog.h"

struct str catalog_placeholder(struct str *rest, struct str *before)
{
    const char *open = rest->len ? memmem(rest->p, rest->len, "%{", 2) : NULL;
    size_t left = open ? rest->len - (size_t)(open + 2 - rest->p) : 0;
    const char *close = open ? memchr(open + 2, '}', left) : NULL;
    if (!close) {
        *before = *rest;
        *rest = STR_NONE;
        return STR_NONE;
    }
    *before = (struct str){rest->p, (size_t)(open - rest->p)};
    *rest = (struct str){close + 1, (size_t)(rest->p + rest->len - (close + 1))};
    return (struct str){open + 2, (size_t)(close - (open + 2))};
}

char *catalog_fill(const char *text, const char *(*lookup)(void *arg, struct str name), void *arg)
{
    struct buf out = {0};
    struct str before;
    buf_puts(&out, "");
    for (struct str rest = str_of(text); rest.p;) {
        struct str name = catalog_placeholder(&rest, &before);
        buf_add(&out, before);
        const char *value = name.p ? lookup(arg, name) : NULL;
        if (value)
            buf_puts(&out, value);
        else if (name.p)
            buf_add(&out, (struct str){name.p - 2, name.len + 3});
    }
    if (out.failed) {
        buf_done(&out);
        return NULL;
    }
    return out.text;
}
