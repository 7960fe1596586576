/* Which of an alert's others the feeds name. */
#include "correlate/indicators.h"
#include "correlate/tally.h"

#define NAMED_MAX 10 /* so many stand in the property */

/* All but the allow-lists. Whatever it is called: an address that anybody warns of. */
static const unsigned wanted = INDICATOR_BIT(INDICATOR_C2) | INDICATOR_BIT(INDICATOR_MALWARE) |
                               INDICATOR_BIT(INDICATOR_SINKHOLE) |
                               INDICATOR_BIT(INDICATOR_SCANNER) |
                               INDICATOR_BIT(INDICATOR_BLOCKLIST);

/* "203.0.113.9 (203.0.113.0/24: scanner, blocklist)" */
static const char *named_text(
    struct description *d, const struct ipaddr *ip, const struct indicator_match *match)
{
    char address[IP_TEXT_SIZE];
    const char *text;
    ip_format(ip, address);
    text = describe_text(d, "%s (%s:", address, match->subject);
    for (int i = 1; text && i < INDICATOR_CATEGORIES; i++)
        if (match->categories & INDICATOR_BIT(i))
            text = describe_text(d, "%s %s", text, indicator_category_names[i]);
    return text ? describe_text(d, "%s)", text) : NULL;
}

bool tally_listed(struct description *d, const struct tally_list *list, struct err *err)
{
    const char *named = "";
    size_t count = 0;
    if (!*d->indicators && !(*d->indicators = indicators_new(d->store, err)))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct end end = {.ip = list->items[i].ip, .home = list->items[i].inside};
        struct indicator_match match;
        if (!indicators_match_span(
                *d->indicators, &end, wanted, d->start_us, d->end_us, &match, err))
            return false;
        if (!match.found || ++count > NAMED_MAX)
            continue;
        const char *text = named_text(d, &end.ip, &match);
        named = named && text ? describe_text(d, "%s%s%s", named, *named ? ", " : "", text) : NULL;
    }
    d->listed = count > 0;
    if (count > NAMED_MAX && named)
        named = describe_text(d, "%s, +%zu more", named, count - NAMED_MAX);
    if (count > 0 && named)
        describe_property(d, "Listed Addresses", named);
    return true;
}
