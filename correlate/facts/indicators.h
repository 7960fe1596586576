/* What the feeds say of addresses and names at a moment. */
#pragma once

#include "correlate/network/ends.h"
#include "store/indicator.h"
#include "store/store.h"

#define INDICATOR_BIT(category) (1u << (category))

/* Of names of categories, NULL-ended; NULL: 0. */
unsigned indicator_bits(const char **names);

struct indicators;

/* NULL on failure. Costs about as much for a million indicators as for one: they stay in the store,
 * and are asked for when an address or name may be one. Holds on to the store. */
struct indicators *indicators_new(struct store *s, struct err *err);
void indicators_free(struct indicators *all);
bool indicators_any_network(const struct indicators *all);
bool indicators_any_domain(const struct indicators *all);
bool indicators_any_print(const struct indicators *all);

/* The narrowest network, or longest domain, of a wanted category that holds an address or name at
 * some time, unless an allow-list in force then holds it, however wide its entry. */
struct indicator_match {
    bool found;
    unsigned categories; /* bits: what the feeds call it */
    char subject[256]; /* the indicator as text: "203.0.113.9", "198.51.100.0/24", "bad.example" */
};

/* Fetches ahead the memory that indicators_may_name() will ask for an IPv4 address: first what is
 * remembered of it, then, some addresses later, the filter, which with a million entries is far away. */
void indicators_fetch(struct indicators *all, const struct end *end);
void indicators_fetch_filter(struct indicators *all, const struct end *end);
/* *may: some feed names the address, or a network that it lies in, at some time. */
bool indicators_may_name(struct indicators *all, const struct end *end, bool *may, struct err *err);
/* wanted: bits. Private, link-local, … addresses never match; addresses of ours only as visitors of
 * a sinkhole. */
bool indicators_match_address(struct indicators *all, const struct end *end, unsigned wanted,
    int64_t t_us, struct indicator_match *match, struct err *err);
/* The same at any time from t0 to t1. */
bool indicators_match_span(struct indicators *all, const struct end *end, unsigned wanted,
    int64_t t0, int64_t t1, struct indicator_match *match, struct err *err);
/* Notes in `listed` which entries name the address, whatever their category and dates. */
bool indicators_note(struct indicators *all, const struct end *end, struct err *err);
/* name: lower case, without a dot at its end. */
bool indicators_match_name(struct indicators *all, struct str name, unsigned wanted, int64_t t_us,
    struct indicator_match *match, struct err *err);
/* print: a fingerprint as ingest/print_text.h writes it. */
bool indicators_match_print(struct indicators *all, struct str print, unsigned wanted, int64_t t_us,
    struct indicator_match *match, struct err *err);
/* *yes: an allow-list in force then holds the address. */
bool indicators_allow(
    struct indicators *all, const struct ipaddr *ip, int64_t t_us, bool *yes, struct err *err);
