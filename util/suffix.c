/* Domain names in a hash table; a look-up asks once for each label of the name. */
#include "util/suffix.h"

#include "util/arena.h"

#include <stdlib.h>

struct entry {
    struct str name;
    uint32_t value;
};

struct suffix_set {
    struct arena names;
    struct entry *entries; /* sorted by name and value once frozen */
    uint32_t count, cap;
    uint32_t *slots; /* index + 1 of the first entry of a name; 0: free */
    uint64_t mask;
};

struct suffix_set *suffix_set_new(void)
{
    return calloc(1, sizeof(struct suffix_set));
}

void suffix_set_free(struct suffix_set *set)
{
    if (!set)
        return;
    arena_done(&set->names);
    free(set->entries);
    free(set->slots);
    free(set);
}

bool suffix_set_add(struct suffix_set *set, struct str name, uint32_t value)
{
    if (set->count == set->cap) {
        uint32_t cap = set->cap ? set->cap * 2 : 256;
        struct entry *grown = realloc(set->entries, cap * sizeof *grown);
        if (!grown)
            return false;
        set->entries = grown;
        set->cap = cap;
    }
    const char *kept = arena_strdup(&set->names, name);
    if (!kept)
        return false;
    set->entries[set->count++] = (struct entry){{kept, name.len}, value};
    return true;
}

static int by_name_and_value(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int by = str_cmp(x->name, y->name);
    return by ? by : (x->value > y->value) - (x->value < y->value);
}

/* The slot that holds the name, or the free one where it would stand. */
static uint32_t *slot_of(const struct suffix_set *set, struct str name)
{
    uint64_t at = str_hash(name, STR_HASH_START);
    while (set->slots[at & set->mask] &&
           !str_eq(set->entries[set->slots[at & set->mask] - 1].name, name))
        at++;
    return &set->slots[at & set->mask];
}

bool suffix_set_freeze(struct suffix_set *set)
{
    uint64_t slots = 2;
    while (slots < (uint64_t)set->count * 2)
        slots *= 2;
    set->slots = calloc(slots, sizeof *set->slots);
    if (!set->slots)
        return false;
    set->mask = slots - 1;
    if (set->count)
        qsort(set->entries, set->count, sizeof *set->entries, by_name_and_value);
    for (uint32_t i = 0; i < set->count; i++) {
        uint32_t *slot = slot_of(set, set->entries[i].name);
        if (!*slot)
            *slot = i + 1;
    }
    return true;
}

static bool visit_name(const struct suffix_set *set, struct str name,
    bool (*visit)(void *arg, struct str suffix, uint32_t value), void *arg)
{
    for (uint32_t i = *slot_of(set, name); i && i <= set->count; i++) {
        const struct entry *e = &set->entries[i - 1];
        if (!str_eq(e->name, name))
            break;
        if (!visit(arg, e->name, e->value))
            return false;
    }
    return true;
}

void suffix_set_find(const struct suffix_set *set, struct str name,
    bool (*visit)(void *arg, struct str suffix, uint32_t value), void *arg)
{
    while (set->count && name.p && name.len) {
        if (!visit_name(set, name, visit, arg))
            return;
        str_cut(&name, '.');
    }
}

uint32_t suffix_set_count(const struct suffix_set *set)
{
    return set->count;
}
