/* The last list read again. One reader does for all formats: what stands before a # and between
 * blanks, commas and braces, and is an address, is an entry. */
#include "export/blocklist.h"
#include "util/list.h"

#include <stdlib.h>

struct addresses {
    struct ipaddr *items;
    size_t count, cap;
};

static bool add_address(struct addresses *all, const struct ipaddr *ip)
{
    if (!list_room(&all->items, all->count, &all->cap, sizeof *all->items, NULL))
        return false;
    all->items[all->count++] = *ip;
    return true;
}

static int compare(const void *a, const void *b)
{
    return ip_cmp(a, b);
}

static void sort_unique(struct addresses *all)
{
    size_t kept = 0;
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, compare);
    for (size_t i = 0; i < all->count; i++)
        if (kept == 0 || !ip_eq(&all->items[i], &all->items[kept - 1]))
            all->items[kept++] = all->items[i];
    all->count = kept;
}

static bool read_line(struct addresses *all, struct str line)
{
    static const char between[] = " \t\r,{}=";
    struct ipaddr ip;
    for (size_t at = 0; at < line.len;) {
        size_t end = at;
        while (end < line.len && !strchr(between, line.p[end]))
            end++;
        if (ip_parse((struct str){line.p + at, end - at}, &ip) && !add_address(all, &ip))
            return false;
        at = end + 1;
    }
    return true;
}

static bool read_list(struct addresses *all, struct str text)
{
    while (text.p) {
        struct str line = str_cut(&text, '\n');
        if (!read_line(all, str_cut(&line, '#')))
            return false;
    }
    sort_unique(all);
    return true;
}

/* last, in order: for each entry whether it was there, and behind it what stays of `last`. */
static bool take_out(
    struct addresses *last, const struct blocklist *list, struct blocklist_change *change)
{
    bool *stays = calloc(last->count + 1, sizeof *stays);
    if (!stays)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct ipaddr *found = last->count ? bsearch(&list->entries[i].ip, last->items,
                                                       last->count, sizeof *last->items, compare)
                                                 : NULL;
        change->added[i] = !found;
        if (found)
            stays[found - last->items] = true;
        *(found ? &change->kept_count : &change->added_count) += 1;
    }
    for (size_t i = 0; i < last->count; i++)
        if (!stays[i])
            change->removed[change->removed_count++] = last->items[i];
    free(stays);
    return true;
}

bool blocklist_compare(
    struct str last, const struct blocklist *list, struct blocklist_change *change)
{
    struct addresses all = {0};
    *change = (struct blocklist_change){0};
    bool done = read_list(&all, last);
    if (done) {
        change->added = calloc(list->count + 1, sizeof *change->added);
        change->removed = calloc(all.count + 1, sizeof *change->removed);
        done = change->added && change->removed && take_out(&all, list, change);
    }
    free(all.items);
    if (!done)
        blocklist_change_done(change);
    return done;
}

void blocklist_change_done(struct blocklist_change *change)
{
    free(change->added);
    free(change->removed);
    *change = (struct blocklist_change){0};
}
