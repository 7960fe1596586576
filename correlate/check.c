/* Checks of a catalogue that need the database's tables: an empty one in memory serves. */
#include "correlate/catalog/signatures.h"
#include "correlate/correlate.h"
#include "correlate/findings/judge.h"

bool correlate_check(const struct catalog *catalog, struct err *err)
{
    struct store *s = store_open(STORE_MEMORY, STORE_WRITE, 0, err);
    struct signature_rules *rules = s ? signature_rules_new(catalog, err) : NULL;
    bool done = rules != NULL;
    for (int i = 0; done && i < catalog->type_count; i++)
        done = judge_check(s, &catalog->types[i], err);
    signature_rules_free(rules);
    store_close(s);
    return done;
}
