/* The periodic queries against the plainest way to say the same, on small random facts: attempts and
 * contacts. Probes: test_queries_probes.c. */
#include "tests/unit/query_facts.h"

/* ------------------------------------------------------------------ pair and fan */

static void put_attempt(struct store *s, const struct fact *f)
{
    run_sql(s,
        "INSERT INTO attempt (direction, service, own, remote, t, ident, peer, tries, weight, "
        "kind, port, internal) VALUES (1, 7, %lld, %lld, %lld, %lld, %lld, %d, %d, %d, 22, %d)",
        (long long)f->own, (long long)f->remote, (long long)f->t, (long long)f->ident,
        (long long)f->remote, f->weight, f->weight, f->kind, f->internal);
}

struct attempt_rule {
    int min_attempts, min_days, min_remotes;
    bool failures_only, internal_failures_only;
};

static bool attempt_counts(const struct fact *f, const struct attempt_rule *rule)
{
    return f->weight > 0 && (!rule->failures_only || f->kind == 1) &&
           (!rule->internal_failures_only || !f->internal || f->kind == 1);
}

/* remote 0: of all of them. */
static void want_attempts(struct world_of_facts *w, struct span_list *wanted, int64_t own,
    int64_t remote, const struct attempt_rule *rule)
{
    for (int i = 0; i < w->count; i++) {
        const struct fact *last = &w->list[i];
        if (last->own != own || (remote && last->remote != remote) || !attempt_counts(last, rule))
            continue;
        int64_t attempts = 0, since = last->t;
        struct set days = {.count = 0}, remotes = {.count = 0};
        for (int n = 0; n < w->count; n++) {
            const struct fact *f = &w->list[n];
            if (f->own != own || (remote && f->remote != remote) || !attempt_counts(f, rule) ||
                !in_window(w, f, last->t))
                continue;
            attempts += f->weight;
            since = f->t < since ? f->t : since;
            set_add(&days, floor_div(f->t, DAY));
            set_add(&remotes, f->remote);
        }
        if (attempts >= rule->min_attempts && days.count >= rule->min_days &&
            remotes.count >= rule->min_remotes)
            want(w, wanted, (struct finding_key){own, remote, 7, 0}, since, last->t);
    }
}

static struct world_of_facts attempts_new(uint64_t seed, struct attempt_rule *rule)
{
    struct chance c = {seed};
    struct world_of_facts w = facts_new(seed, chance_percent(&c, 50) ? 30 * MINUTE : 5 * DAY);
    for (int i = 0; i < w.count; i++) {
        w.list[i].kind = (int)chance_in(&w.chance, 0, 2);
        w.list[i].weight = w.list[i].kind == 2 ? 0 : (int)chance_in(&w.chance, 0, 3);
        w.list[i].internal = w.list[i].remote == 3;
    }
    *rule = (struct attempt_rule){
        .min_attempts = (int)chance_in(&c, 1, 20),
        .min_days = (int)chance_in(&c, 0, 3),
        .failures_only = chance_percent(&c, 20),
        .internal_failures_only = chance_percent(&c, 20),
    };
    put_all(&w, put_attempt);
    return w;
}

Test(queries, pair_finds_every_window_that_reaches_the_floor)
{
    size_t spans = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct attempt_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = attempts_new(seed, &rule);
        for (int64_t own = 1; own <= 2; own++) {
            for (int64_t remote = 1; remote <= 3; remote++) {
                touch(&w, 7, own, remote);
                want_attempts(&w, &wanted, own, remote, &rule);
            }
        }
        struct span_list found = ask_query(&w, "pair",
            (struct named_value[]){{":direction", 1}, {":min_attempts", rule.min_attempts},
                {":min_days", rule.min_days}, {":failures_only", rule.failures_only},
                {":internal_failures_only", rule.internal_failures_only}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

Test(queries, fan_finds_every_window_with_enough_attempts_and_others)
{
    size_t spans = 0;
    for (uint64_t seed = 1001; seed <= 1000 + ROUNDS; seed++) {
        struct attempt_rule rule;
        struct span_list wanted = {0};
        struct world_of_facts w = attempts_new(seed, &rule);
        rule.min_days = 0;
        rule.min_remotes = (int)chance_in(&w.chance, 1, 3);
        for (int64_t own = 1; own <= 2; own++) {
            touch(&w, 7, own, 0);
            want_attempts(&w, &wanted, own, 0, &rule);
        }
        struct span_list found = ask_query(&w, "fan",
            (struct named_value[]){{":direction", 1}, {":min_attempts", rule.min_attempts},
                {":min_remotes", rule.min_remotes}, {":failures_only", rule.failures_only},
                {":internal_failures_only", rule.internal_failures_only}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ contacts */

static void put_contact(struct store *s, const struct fact *f)
{
    run_sql(s,
        "INSERT OR IGNORE INTO contact (topic, own, subject, t, ident, remote, port, proto, flags) "
        "VALUES (5, %lld, %lld, %lld, %lld, %lld, %d, 6, %d)",
        (long long)f->own, (long long)f->subject, (long long)f->t, (long long)f->ident,
        (long long)f->remote, f->port, f->flags);
}

/* subjects: from 0 to so many; those of a day are of none. */
static struct world_of_facts contacts_new_facts(uint64_t seed, int64_t window, int subjects)
{
    struct world_of_facts w = facts_new(seed, window);
    for (int i = 0; i < w.count; i++) {
        struct fact *f = &w.list[i];
        f->ident = chance_in(&w.chance, 1, 60);
        f->subject = chance_in(&w.chance, 0, subjects);
        f->port = (int)chance_in(&w.chance, 1, 2);
        f->flags = (int)chance_in(&w.chance, 0, 7);
        for (int n = 0; n < i; n++) /* the table has one row for a name, subject and moment */
            if (w.list[n].own == f->own && w.list[n].subject == f->subject && w.list[n].t == f->t &&
                w.list[n].ident == f->ident)
                f->ident = 1000 + i;
    }
    put_all(&w, put_contact);
    touch(&w, 0, 1, 0);
    touch(&w, 0, 2, 0);
    return w;
}

Test(queries, contact_finds_every_window_with_enough_connections)
{
    size_t spans = 0;
    for (uint64_t seed = 4001; seed <= 4000 + ROUNDS; seed++) {
        struct span_list wanted = {0};
        struct world_of_facts w = contacts_new_facts(seed, HOUR, 2);
        int min = (int)chance_in(&w.chance, 1, 5), answered = (int)chance_in(&w.chance, 0, 1);
        bool whole = chance_in(&w.chance, 0, 1);
        for (int i = 0; i < w.count; i++) {
            const struct fact *last = &w.list[i];
            struct set idents = {.count = 0};
            int64_t since = last->t;
            for (int n = 0; n < w.count; n++) {
                const struct fact *f = &w.list[n];
                if (f->own != last->own || (!whole && f->subject != last->subject) ||
                    !in_window(&w, f, last->t) || (answered && !(f->flags & 1)))
                    continue;
                set_add(&idents, f->ident);
                since = f->t < since ? f->t : since;
            }
            if (idents.count >= min && (!answered || last->flags & 1))
                want(&w, &wanted, (struct finding_key){last->own, 0, 0, whole ? 0 : last->subject},
                    since, last->t);
        }
        struct span_list found = ask_query(&w, "contact",
            (struct named_value[]){{":topic", 5}, {":min_contacts", min},
                {":answered_only", answered}, {":by_resource", whole}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* The days of one port, and whether they are worth an alert. */
static bool day_counts(const struct world_of_facts *w, const struct fact *one, int min_answered,
    int min_flows, int64_t *t0, int64_t *t1)
{
    int answered = 0, most = 0;
    *t0 = *t1 = one->t;
    for (int64_t remote = 1; remote <= 3; remote++) {
        struct set idents = {.count = 0};
        for (int i = 0; i < w->count; i++) {
            const struct fact *f = &w->list[i];
            if (f->own != one->own || f->port != one->port || f->remote != remote ||
                floor_div(f->t, DAY) != floor_div(one->t, DAY))
                continue;
            answered += f->flags & 1;
            set_add(&idents, f->ident);
            *t0 = f->t < *t0 ? f->t : *t0;
            *t1 = f->t > *t1 ? f->t : *t1;
        }
        most = idents.count > most ? idents.count : most;
    }
    return answered >= min_answered || most >= min_flows;
}

Test(queries, unrecommended_judges_whole_days_by_port)
{
    size_t spans = 0;
    for (uint64_t seed = 5001; seed <= 5000 + ROUNDS; seed++) {
        struct span_list wanted = {0};
        struct world_of_facts w = contacts_new_facts(seed, DAY, 0);
        int answered = (int)chance_in(&w.chance, 1, 5), flows = (int)chance_in(&w.chance, 1, 5);
        for (int i = 0; i < w.count; i++) {
            const struct fact *f = &w.list[i];
            int64_t t0, t1, part = floor_div(f->t, DAY) * (1 << 24) + f->port * 256 + 6;
            if (day_counts(&w, f, answered, flows, &t0, &t1))
                want(&w, &wanted, (struct finding_key){f->own, 0, 0, part}, t0, t1);
        }
        struct span_list found = ask_query(&w, "unrecommended",
            (struct named_value[]){
                {":topic", 5}, {":min_answered", answered}, {":min_flows", flows}, {NULL, 0}});
        spans += expect_spans(&w, &found, &wanted, seed);
    }
    cr_expect_gt(spans, ROUNDS, "%zu", spans);
}

/* ------------------------------------------------------------------ opening comments */

static void expect_facts(const char *sql, bool known, enum query_facts facts)
{
    char name[] = "own";
    struct alert_type type = {.file = "x.conf", .query = name, .query_sql = sql};
    struct periodic_query query;
    struct err err = {0};
    cr_expect_eq(periodic_query(&type, &query, &err), known, "%s", sql);
    if (known)
        cr_expect_eq(query.facts, facts);
    else
        cr_expect_eq(err.code, ERR_CONFIG);
}

Test(queries, say_in_their_opening_comment_which_facts_they_read)
{
    expect_facts("-- facts: attempt by own\nSELECT 1", true, QUERY_ATTEMPT_BY_OWN);
    expect_facts("-- own: what it is\n-- facts:  contact by own and day \nSELECT", true,
        QUERY_CONTACT_BY_DAY);
    expect_facts("SELECT 1\n-- facts: attempt by own\n", false, 0);
    expect_facts("-- facts: attempt\nSELECT 1", false, 0);
    expect_facts("", false, 0);
}

Test(queries, are_built_in_or_stand_beside_the_entry)
{
    struct alert_type type = {.file = "x.conf", .query = "pair"};
    struct periodic_query query;
    struct err err = {0};
    cr_assert(periodic_query(&type, &query, &err), "%s", err.text);
    cr_expect_eq(query.facts, QUERY_ATTEMPT_BY_REMOTE);
    cr_expect_eq(query.sql, query_text("pair"));
    type.query_sql = "-- facts: probe by own\nSELECT 1";
    cr_assert(periodic_query(&type, &query, &err), "%s", err.text);
    cr_expect_eq(query.facts, QUERY_PROBE_BY_OWN);
    cr_expect_eq(query.sql, type.query_sql);
    cr_expect_null(query_text("nothing"));
    type = (struct alert_type){.file = "x.conf", .query = "nothing"};
    cr_expect_not(periodic_query(&type, &query, &err));
    cr_expect_eq(err.code, ERR_CONFIG);
}
