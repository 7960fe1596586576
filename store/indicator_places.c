/* Keys of a list of indicators. */
#include "store/indicator_places.h"

#include "util/large.h"

#include <stdlib.h>

static int64_t key_of(const struct indicator *i)
{
    if (i->kind == INDICATOR_NETWORK)
        return indicator_key_net(&i->net.ip, i->net.bits);
    return i->kind == INDICATOR_DOMAIN ? indicator_key_domain(i->domain)
                                       : indicator_key_print(i->domain);
}

static bool says_the_same(const struct indicator *a, const struct indicator *b)
{
    return a->kind == b->kind && a->category == b->category && a->from_us == b->from_us &&
           a->until_us == b->until_us && str_eq(a->note, b->note);
}

/* Feeds say the same of many entries one after the other. */
static void fill(struct radix_item *places, const struct indicator *list, size_t count)
{
    uint32_t said = 0;
    for (size_t i = 0; i < count; i++) {
        if (!says_the_same(&list[i], &list[said]))
            said = (uint32_t)i;
        places[i] = (struct radix_item){key_of(&list[i]), (uint32_t)i, said};
    }
}

struct radix_item *indicator_places(const struct indicator *indicators, size_t count)
{
    struct radix_item *places = malloc((count + 1) * sizeof *places);
    struct radix_item *spare = malloc((count + 1) * sizeof *spare);
    if (places && spare) {
        large_hint(places, count * sizeof *places);
        large_hint(spare, count * sizeof *spare);
        fill(places, indicators, count);
        radix_sort(&places, &spare, count);
    } else {
        free(places);
        places = NULL;
    }
    free(spare);
    return places;
}
