/* %{Name} in the catalogue's texts: finding and filling. */
#include "correlate/catalog/catalog.h"

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

/* " (%{Address})" directly behind a placeholder with that same value. */
static bool says_again(const char *last, struct str before, const char *value, struct str rest)
{
    return last && value && strcmp(last, value) == 0 && str_eq(before, STR(" (")) && rest.len > 0 &&
           rest.p[0] == ')';
}

char *catalog_fill(const char *text, const char *(*lookup)(void *arg, struct str name), void *arg)
{
    struct buf out = {0};
    struct str before;
    const char *last = NULL;
    buf_puts(&out, "");
    for (struct str rest = str_of(text); rest.p;) {
        struct str name = catalog_placeholder(&rest, &before);
        const char *value = name.p ? lookup(arg, name) : NULL;
        if (says_again(last, before, value, rest)) {
            str_cut(&rest, ')');
            continue;
        }
        buf_add(&out, before);
        last = value;
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
