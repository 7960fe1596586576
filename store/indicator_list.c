/* Entries of a feed: added one by one, sorted, each once. */
#include "store/indicator_list.h"

#include "util/large.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ adding */

static int64_t key_of(const struct indicator *i)
{
    if (i->kind == INDICATOR_NETWORK)
        return indicator_key_net(&i->net.ip, i->net.bits);
    return i->kind == INDICATOR_DOMAIN ? indicator_key_domain(i->domain)
                                       : indicator_key_print(i->domain);
}

static bool keep_text(struct indicator_list *list, struct str *text)
{
    const char *copy = arena_strdup(&list->texts, *text);
    text->p = copy;
    return copy;
}

/* *at: its place. */
static bool add_name(struct indicator_list *list, const struct indicator *i, uint32_t *at)
{
    char network[CIDR_TEXT_SIZE];
    struct str name = i->domain;
    if (i->kind == INDICATOR_NETWORK)
        name = (struct str){network, cidr_format(&i->net, network)};
    if (!list_room(&list->names, list->name_count, &list->name_cap, sizeof *list->names, NULL) ||
        !keep_text(list, &name))
        return false;
    *at = (uint32_t)list->name_count;
    list->names[list->name_count++] = name;
    return true;
}

/* The last that was said; NULL: nothing yet. */
static const struct saying *last_said(const struct indicator_list *list)
{
    return list->said_count > 0 ? &list->said[list->said_count - 1] : NULL;
}

static bool says_the_same(const struct saying *said, const struct indicator *i)
{
    return said->kind == i->kind && said->category == i->category && said->from_us == i->from_us &&
           said->until_us == i->until_us && str_eq(said->note, i->note);
}

/* Feeds say the same of many entries one after the other, or with the same note. */
static bool note_saying(struct indicator_list *list, const struct indicator *i)
{
    const struct saying *last = last_said(list);
    if (last && says_the_same(last, i))
        return true;
    struct saying made = {i->from_us, i->until_us, i->note, (uint8_t)i->kind, (uint8_t)i->category};
    if (last && str_eq(last->note, i->note))
        made.note = last->note;
    else if (!keep_text(list, &made.note))
        return false;
    if (!list_room(&list->said, list->said_count, &list->said_cap, sizeof *list->said, NULL))
        return false;
    list->said[list->said_count++] = made;
    return true;
}

bool indicator_list_add(struct indicator_list *list, const struct indicator *i, struct err *err)
{
    struct radix_item entry = {.key = key_of(i)};
    if (!list_room(&list->entries, list->count, &list->cap, sizeof *list->entries, NULL) ||
        !note_saying(list, i) || (!indicator_key_is_v4(entry.key) && !add_name(list, i, &entry.at)))
        return err_nomem(err);
    entry.mark = (uint32_t)(list->said_count - 1);
    list->entries[list->count++] = entry;
    return true;
}

bool indicator_list_add_address(struct indicator_list *list, uint32_t v4, struct err *err)
{
    if (!list_room(&list->entries, list->count, &list->cap, sizeof *list->entries, err))
        return false;
    list->entries[list->count++] = (struct radix_item){
        .key = indicator_key_address(v4), .mark = (uint32_t)(list->said_count - 1)};
    return true;
}

void indicator_list_done(struct indicator_list *list)
{
    free(list->entries);
    free(list->names);
    free(list->said);
    arena_done(&list->texts);
    *list = (struct indicator_list){0};
}

/* ------------------------------------------------------------------ sorting */

struct str indicator_list_name(const struct indicator_list *list, const struct radix_item *entry)
{
    return indicator_key_is_v4(entry->key) ? STR_NONE : list->names[entry->at];
}

/* 0: they are one entry, whatever their notes. */
static int compare_meanings(
    const struct indicator_list *list, const struct radix_item *a, const struct radix_item *b)
{
    int by = order(a->key, b->key);
    if (by == 0 && !indicator_key_is_v4(a->key))
        by = str_cmp(list->names[a->at], list->names[b->at]);
    if (by != 0 || a->mark == b->mark)
        return by;
    const struct saying *said_a = &list->said[a->mark], *said_b = &list->said[b->mark];
    by = order(said_a->category, said_b->category);
    by = by ? by : order(said_a->from_us, said_b->from_us);
    return by ? by : order(said_a->until_us, said_b->until_us);
}

/* What was said earlier stands before. */
static int compare_for_sort(const void *a_, const void *b_, void *list)
{
    const struct radix_item *a = a_, *b = b_;
    int by = compare_meanings(list, a, b);
    return by ? by : order(a->mark, b->mark);
}

static bool in_order(const struct indicator_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        const struct radix_item *a = &list->entries[i - 1], *b = &list->entries[i];
        if (a->key >= b->key && compare_meanings(list, a, b) >= 0)
            return false;
    }
    return true;
}

static bool sort_by_key(struct indicator_list *list)
{
    struct radix_item *spare = malloc(list->count * sizeof *spare);
    if (!spare)
        return false;
    large_hint(spare, list->count * sizeof *spare);
    radix_sort(&list->entries, &spare, list->count);
    free(spare);
    list->cap = list->count;
    return true;
}

/* Of the entries of one key from `from` up to `to`, those that differ, behind *kept others. */
static void keep_once(struct indicator_list *list, size_t from, size_t to, size_t *kept)
{
    struct radix_item *entries = list->entries;
    size_t first = *kept;
    if (to - from > 1)
        qsort_r(&entries[from], to - from, sizeof *entries, compare_for_sort, list);
    for (size_t i = from; i < to; i++)
        if (*kept == first || compare_meanings(list, &entries[*kept - 1], &entries[i]) != 0)
            entries[(*kept)++] = entries[i];
}

bool indicator_list_sort(struct indicator_list *list, struct err *err)
{
    size_t kept = 0, next;
    if (in_order(list))
        return true;
    if (!sort_by_key(list))
        return err_nomem(err);
    for (size_t i = 0; i < list->count; i = next) {
        for (next = i + 1; next < list->count && list->entries[next].key == list->entries[i].key;)
            next++;
        keep_once(list, i, next, &kept);
    }
    list->count = kept;
    return true;
}

/* ------------------------------------------------------------------ ahead */

#define AHEAD 8 /* entries: first where a text is, then the text */

static const struct radix_item *entry_ahead(
    const struct indicator_list *list, size_t place, size_t ahead)
{
    return &list->entries[place + ahead < list->count ? place + ahead : list->count - 1];
}

void indicator_list_fetch_said(const struct indicator_list *list, size_t place)
{
    __builtin_prefetch(&list->said[entry_ahead(list, place, 2 * AHEAD)->mark]);
    __builtin_prefetch(list->said[entry_ahead(list, place, AHEAD)->mark].note.p);
}

void indicator_list_fetch_name(const struct indicator_list *list, size_t place)
{
    const struct radix_item *far = entry_ahead(list, place, 2 * AHEAD);
    const struct radix_item *near = entry_ahead(list, place, AHEAD);
    if (!indicator_key_is_v4(far->key))
        __builtin_prefetch(&list->names[far->at]);
    if (!indicator_key_is_v4(near->key))
        __builtin_prefetch(list->names[near->at].p);
}
