/* One error from where it happened up to the program. */
#include "util/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text cut by its buffer must not end inside a UTF-8 character. */
static void drop_partial_character(char *text)
{
    size_t len = strlen(text);
    size_t lead = len;
    while (lead > 0 && len - lead < 3 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    if (want > len - (lead - 1))
        text[lead - 1] = '\0';
}

static void format_text(char *text, size_t size, const char *format, va_list args)
{
    int len = vsnprintf(text, size, format, args);
    if (len < 0)
        text[0] = '\0';
    else if ((size_t)len >= size)
        drop_partial_character(text);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (!err || err->code != ERR_NONE)
        return false;
    va_list args;
    va_start(args, format);
    format_text(err->text, sizeof err->text, format, args);
    va_end(args);
    err->code = code;
    return false;
}

bool err_prefix(struct err *err, const char *format, ...)
{
    if (!err || err->code == ERR_NONE)
        return false;
    char prefix[sizeof err->text];
    va_list args;
    va_start(args, format);
    format_text(prefix, sizeof prefix, format, args);
    va_end(args);

    char whole[2 * sizeof err->text + 2];
    snprintf(whole, sizeof whole, "%s: %s", prefix, err->text);
    size_t len = strlen(whole);
    bool cut = len >= sizeof err->text;
    if (cut)
        len = sizeof err->text - 1;
    memcpy(err->text, whole, len);
    err->text[len] = '\0';
    if (cut)
        drop_partial_character(err->text);
    return false;
}

bool err_nomem(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory");
}
