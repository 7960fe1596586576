/* Feeds made of indicators, and indicators of feeds. */
#pragma once

#include "store/indicator_list.h"

/* *change may be NULL. */
__attribute__((unused)) static bool import_list(struct store *s, const char *name,
    const struct indicator *indicators, size_t count, int64_t now_us, struct feed_change *change,
    struct err *err)
{
    struct feed feed = {.name = name, .format = "plain"};
    struct feed_change ignored;
    bool done = true;
    for (size_t i = 0; done && i < count; i++)
        done = indicator_list_add(&feed.list, &indicators[i], err);
    done = done && store_feed_import(s, &feed, now_us, change ? change : &ignored, err);
    indicator_list_done(&feed.list);
    return done;
}

/* As text; network holds it where the key is all there is of it. */
__attribute__((unused)) static struct str entry_name(
    const struct indicator_list *list, const struct radix_item *entry, char network[CIDR_TEXT_SIZE])
{
    struct cidr net;
    if (!indicator_key_v4(entry->key, &net))
        return indicator_list_name(list, entry);
    return (struct str){network, cidr_format(&net, network)};
}

/* Strings are the feed's. */
__attribute__((unused)) static struct indicator entry_of(const struct feed *feed, size_t n)
{
    const struct radix_item *entry = &feed->list.entries[n];
    const struct saying *said = &feed->list.said[entry->mark];
    struct indicator i = {
        .kind = (enum indicator_kind)said->kind,
        .category = (enum indicator_category)said->category,
        .from_us = said->from_us,
        .until_us = said->until_us,
        .note = said->note,
    };
    char network[CIDR_TEXT_SIZE];
    struct str name = entry_name(&feed->list, entry, network);
    if (i.kind != INDICATOR_NETWORK)
        i.domain = name;
    else if (!cidr_parse(name, &i.net))
        i.kind = INDICATOR_KINDS; /* which none is */
    return i;
}
