/* Keys of a list of indicators. */
#include "store/indicator_places.h"

#include <stdlib.h>

static int64_t key_of(const struct indicator *i)
{
    if (i->kind == INDICATOR_NETWORK)
        return indicator_key_net(&i->net.ip, i->net.bits);
    return i->kind == INDICATOR_DOMAIN ? indicator_key_domain(i->domain)
                                       : indicator_key_print(i->domain);
}

struct radix_item *indicator_places(const struct indicator *indicators, size_t count)
{
    struct radix_item *places = malloc((count + 1) * sizeof *places);
    for (size_t i = 0; places && i < count; i++)
        places[i] = (struct radix_item){.key = key_of(&indicators[i]), .at = (uint32_t)i};
    return places;
}

bool indicator_places_sort(struct radix_item **places, size_t count)
{
    struct radix_item *spare = malloc((count + 1) * sizeof *spare);
    if (!spare)
        return false;
    radix_sort(places, &spare, count);
    free(spare);
    return true;
}
