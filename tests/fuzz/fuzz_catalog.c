/* Any bytes as an entry of the catalogue and as its file of services: read, and held against every rule. */
#include "correlate/catalog/catalog.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *file, struct str text)
{
    struct err err = {0};

    if (catalog_check_text(file, text, &err) != (err.code == ERR_NONE) ||
        (err.code != ERR_NONE && !*err.text))
        abort();
}

static const char *lookup(void *arg, struct str name)
{
    (void)arg;
    return name.len % 2 ? "198.51.100.7" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    char *words = str_dup(text);

    check_text("nowhere/Fuzz_Type.conf", text);
    check_text("nowhere/services.conf", text);
    if (words)
        free(catalog_fill(words, lookup, NULL));
    free(words);
    return 0;
}
