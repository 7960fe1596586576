/* Any bytes as a threat feed. */
#include "ingest/feed.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_result(const struct feed_result *result)
{
    const struct feed *feed = &result->feed;
    if (!feed->name || !feed->format || (result->rejected > 0) != (result->first_reject != NULL))
        abort();
    for (size_t i = 0; i < feed->count; i++) {
        const struct indicator *indicator = &feed->indicators[i];
        if (!str_is_utf8(indicator->note) || !cidr_contains(&indicator->net, &indicator->net.ip))
            abort();
        if (indicator->category < INDICATOR_C2 || indicator->category >= INDICATOR_CATEGORIES)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed_result result = {0};
    struct err err = {0};
    bool ok = feed_parse("feed.txt", (struct str){(const char *)data, size}, NULL, &result, &err);
    if (ok == (err.code != ERR_NONE))
        abort();
    if (ok)
        check_result(&result);
    feed_result_done(&result);
    return 0;
}
