/* Which of an alert's others the feeds name. */
#include "correlate/alerts/tally.h"
#include "correlate/facts/indicators.h"

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

static bool match(
    struct description *d, const struct tally *t, struct indicator_match *match, struct err *err)
{
    const struct end end = {
        .ip = t->ip, .home = t->inside, .global = ip_classify(&t->ip) == IP_GLOBAL};
    return indicators_match_span(*d->indicators, &end, wanted, d->start_us, d->end_us, match, err);
}

static bool find_named(
    struct description *d, const struct tally_list *list, struct tally_list *named, struct err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        struct indicator_match m;
        if (!match(d, &list->items[i], &m, err) ||
            (m.found && !tally_add(d, named, list->items[i], err)))
            return false;
    }
    tally_first(named, NAMED_MAX);
    return true;
}

static bool tell_named(struct description *d, const struct tally_list *named, struct err *err)
{
    const char *text = "";
    for (size_t i = 0; i < named->count && i < NAMED_MAX; i++) {
        struct indicator_match m;
        if (!match(d, &named->items[i], &m, err))
            return false;
        const char *one = named_text(d, &named->items[i].ip, &m);
        text = text && one ? describe_text(d, "%s%s%s", text, *text ? ", " : "", one) : NULL;
    }
    if (named->count > NAMED_MAX && text)
        text = describe_text(d, "%s, +%zu more", text, named->count - NAMED_MAX);
    describe_property(d, "Listed Addresses", text);
    return true;
}

bool tally_listed(struct description *d, const struct tally_list *list, struct err *err)
{
    struct tally_list named = {0};
    if (!*d->indicators && !(*d->indicators = indicators_new(d->store, err)))
        return false;
    bool done = find_named(d, list, &named, err) && tell_named(d, &named, err);
    d->listed = named.count > 0;
    tally_done(&named);
    return done;
}
