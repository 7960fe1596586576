/* Names as clients give them, in the one form that is kept. */
#include "ingest/name_text.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool name_plain(struct str s, struct arena *text, struct str *name)
{
    char *copy;

    while (s.len > 0 && s.p[s.len - 1] == '.')
        s.len--;
    *name = STR_NONE;
    if (s.len == 0 || s.len > NAME_SEEN_MAX)
        return true;
    copy = arena_alloc(text, s.len);
    if (!copy)
        return false;
    for (size_t i = 0; i < s.len; i++)
        copy[i] = (char)(is_upper(s.p[i]) ? s.p[i] | 0x20 : s.p[i]);
    *name = (struct str){copy, s.len};
    return true;
}

bool name_host(struct str s, struct arena *text, struct str *name)
{
    const char *colon = s.len > 0 ? memchr(s.p, ':', s.len) : NULL;
    struct ipaddr ip;

    *name = STR_NONE;
    if (s.len == 0 || s.p[0] == '[' || ip_parse(s, &ip))
        return true;
    if (colon)
        s.len = (size_t)(colon - s.p);
    return ip_parse(s, &ip) || name_plain(s, text, name);
}

void answers_add(struct answers *a, struct str s)
{
    struct ipaddr ip;

    if (a->count == NAME_ANSWERS_MAX || !ip_parse(s, &ip))
        return;
    for (int i = 0; i < a->count; i++)
        if (ip_eq(&a->ip[i], &ip))
            return;
    a->ip[a->count++] = ip;
}

bool answers_keep(const struct answers *a, struct arena *text, struct name_seen *n)
{
    struct ipaddr *copy;

    if (a->count == 0)
        return true;
    copy = arena_alloc(text, a->count * sizeof(*copy));
    if (!copy)
        return false;
    memcpy(copy, a->ip, a->count * sizeof(*copy));
    n->answers = copy;
    n->answer_count = a->count;
    return true;
}
