/* The periodic queries: their text, and which facts they read. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "util/err.h"

/* Said by the query itself, in a line `-- facts: …` of its opening comment. A line `-- reached by: any`
 * says that one floor is enough; a line `-- only grows` that facts which are added take no window's
 * place: what reached the floors goes on to reach them. */
enum query_facts {
    QUERY_ATTEMPT_BY_REMOTE, /* attempts; the key is service, own and remote */
    QUERY_ATTEMPT_BY_OWN,    /* attempts; the key is service and own */
    QUERY_PROBE_BY_OWN,      /* failed probes; the key is own */
    QUERY_VOLUME_BY_OWN,     /* attack-shaped and one-way traffic; the key is own */
    QUERY_CONTACT_BY_OWN,    /* contacts; the key is own and the subject (part), 0: all of them */
    QUERY_WORM_BY_OWN, /* failed probes, names and peers (correlate/facts/worm.h); the key is own */
    QUERY_CONTACT_BY_DAY, /* contacts; the key is own, port, protocol and UTC day (part) */
};

static inline bool query_reads_attempts(enum query_facts facts)
{
    return facts == QUERY_ATTEMPT_BY_REMOTE || facts == QUERY_ATTEMPT_BY_OWN;
}

struct periodic_query {
    const char *name;
    const char *sql; /* lives as long as the catalogue */
    enum query_facts facts;
    bool only_grows;
    bool reached_by_any; /* one floor is enough to reach a tier; else it takes all of them */
};

/* The query that a type names: a file beside its entry, else a built-in one. */
bool periodic_query(const struct alert_type *type, struct periodic_query *query, struct err *err);
/* The same for one tier, which may name another than its type. */
bool periodic_query_of(const struct alert_type *type, const struct tier *tier,
    struct periodic_query *query, struct err *err);
/* A built-in text that is no periodic query: "use". */
const char *query_text(const char *name);
