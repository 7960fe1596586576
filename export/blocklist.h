/* A list of addresses to block, in the form of the tool that blocks them; and the last such list read
 * again, to say what changes. */
#pragma once

#include "store/blocklist.h"
#include "util/str.h"

struct blocklist {
    const struct block_entry *entries;
    size_t count;
    int64_t now_us, ttl_us;
};

struct blocklist_format {
    const char *name, *summary;
    void (*write)(struct buf *out, const struct blocklist *list);
};

extern const struct blocklist_format blocklist_formats[]; /* a row without name ends them */
/* NULL: there is none of that name. */
const struct blocklist_format *blocklist_format_find(const char *name);

/* Suricata's reputation: the category's number, which the reader's categories file must explain. */
#define BLOCKLIST_IPREP_CATEGORY 59
#define BLOCKLIST_IPREP_LINE     "59,Tocsin,Addresses that Tocsin recommends to block"

/* "SSH_Incoming_BF_OneToOne ID, … and 3 more": codes and ids only, nothing out of a log. */
void blocklist_voices(struct buf *out, const struct block_entry *entry);

/* What differs between a list as it was written and one to be written. */
struct blocklist_change {
    bool *added;            /* per entry of the new list */
    struct ipaddr *removed; /* in order of address */
    size_t added_count, removed_count, kept_count;
};

/* last: the text of a list in any of the formats. False without memory. */
bool blocklist_compare(
    struct str last, const struct blocklist *list, struct blocklist_change *change);
void blocklist_change_done(struct blocklist_change *change);
