/* Why an alert was raised: as a page for people, or as JSON. */
#pragma once

#include "cli/page.h"
#include "correlate/network/inventory.h"

struct explanation {
    const struct alert *alert; /* with evidence and basis */
    const struct inventory *inventory;
    const char *program; /* how to call this program on the same database: "tocsin --db x.db" */
};

void explain_text(const struct page *page, const struct explanation *e);
/* One object on one line, without a newline: export/explain-json.md. */
void explain_json(struct buf *out, const struct explanation *e, enum lang lang);

/* One machine of the alert. The resource is NULL where the inventory does not know it. */
struct explain_end {
    const char *address;
    const struct resource *resource;
    bool own;
};
/* The n-th address of the alert; false when there are no more. Ours is the one of its key. */
bool explain_end(const struct explanation *e, int n, struct explain_end *end);
/* "tocsin --db x.db query "SELECT …"", as a shell takes it. */
void explain_command(struct buf *out, const struct explanation *e);
