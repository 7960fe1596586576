/* Domain names in the one form in which they are stored and compared. */
#include "util/domain.h"

#define LABEL_MAX 63

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_label(struct str label)
{
    if (label.len == 0 || label.len > LABEL_MAX)
        return false;
    for (size_t i = 0; i < label.len; i++) {
        char c = label.p[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

static struct str without_marks(struct str s)
{
    if (str_starts(s, STR("*.")))
        s = (struct str){s.p + 2, s.len - 2};
    else if (s.len > 0 && *s.p == '.')
        s = (struct str){s.p + 1, s.len - 1};
    if (s.len > 0 && s.p[s.len - 1] == '.')
        s.len--;
    return s;
}

bool domain_normalise(struct str s, char text[DOMAIN_TEXT_SIZE])
{
    s = without_marks(s);
    if (s.len == 0 || s.len >= DOMAIN_TEXT_SIZE)
        return false;
    struct str rest = s, label = s;
    int labels = 0;
    for (; rest.p; labels++) {
        label = str_cut(&rest, '.');
        if (!is_label(label))
            return false;
    }
    /* No top-level domain begins with a digit; what looks so is a wrong address. */
    if (labels < 2 || label.len < 2 || !is_letter(*label.p))
        return false;
    for (size_t i = 0; i < s.len; i++)
        text[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]);
    text[s.len] = '\0';
    return true;
}
