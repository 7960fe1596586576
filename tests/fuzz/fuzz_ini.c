/* Any bytes as a file of settings. */
#include "util/ini.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was accepted is whole, is text, and is found again. */
static void check_entry(struct ini *ini, const struct ini_entry *e)
{
    if (*e->key == '\0' || !str_is_utf8(str_of(e->value)))
        abort();
    if (ini_find(ini, e->kind, e->name, e->key) != e)
        abort();
    char *text = ini_unwrap(e->value);
    if (text && !str_is_utf8(str_of(text)))
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ini ini = {0};
    struct err err = {0};
    bool ok = ini_read_text(&ini, "fuzz.conf", (struct str){(const char *)data, size}, &err);
    if (ok == (err.code != ERR_NONE))
        abort();
    for (int i = 0; i < ini.count; i++)
        check_entry(&ini, &ini.entries[i]);
    if (ok && !ini_all_used(&ini, NULL))
        abort();
    ini_done(&ini);
    return 0;
}
