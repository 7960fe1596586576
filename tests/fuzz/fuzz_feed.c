/* Any bytes as a threat feed. */
#include "ingest/feed/feed.h"
#include "ingest/print_text.h"
#include "tests/unit/feed_list.h"
#include "util/domain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_sound(struct indicator i)
{
    char domain[DOMAIN_TEXT_SIZE], print[PRINT_TEXT_SIZE];
    if (!str_is_utf8(i.note) || i.note.len > 4 * FEED_MAX_NOTE || i.from_us >= i.until_us)
        return false;
    if (i.category < INDICATOR_C2 || i.category >= INDICATOR_CATEGORIES)
        return false;
    if (i.kind == INDICATOR_DOMAIN)
        return domain_normalise(i.domain, domain) && str_eq(i.domain, str_of(domain));
    if (i.kind == INDICATOR_FINGERPRINT)
        return print_parse(i.domain, print) && str_eq(i.domain, str_of(print));
    return i.kind == INDICATOR_NETWORK && cidr_contains(&i.net, &i.net.ip);
}

static void check_result(const struct feed_result *result)
{
    const struct feed *feed = &result->feed;
    if (!feed->name || !feed->format || (result->rejected > 0) != (result->first_reject != NULL))
        abort();
    for (size_t i = 0; i < feed->list.count; i++)
        if (!is_sound(entry_of(feed, i)))
            abort();
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
