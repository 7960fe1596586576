/* Who is accused by an alert, and which addresses our machines know. */
#include "correlate/catalog/catalog.h"
#include "store/blocklist.h"
#include "tests/unit/accused.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_blocklist, .init = setup, .fini = teardown);

/* "alert address first-last" of each, in the order of the visit. */
static struct buf seen;
static int stop_after;

static bool see(void *arg, const struct accusation *a)
{
    (void)arg;
    char ip[IP_TEXT_SIZE];
    ip_format(&a->ip, ip);
    buf_printf(&seen, "%s%s %s %lld-%lld", seen.len ? "; " : "", a->alert, ip,
        (long long)a->first_us, (long long)a->last_us);
    return --stop_after != 0;
}

static void expect_accused(struct accusation_filter filter, const char *want)
{
    struct err err = {0};
    buf_clear(&seen);
    cr_assert(store_accusation_each(db.s, &filter, see, NULL, &err), "%s", err.text);
    cr_expect_str_eq(seen.text ? seen.text : "", want);
}

#define PAIR                                                                                       \
    (struct accusation_filter)                                                                     \
    {                                                                                              \
        .type = "P", .by = ACCUSED_BY_KEY                                                          \
    }

Test(store_blocklist, takes_the_other_side_of_a_pair_the_latest_alert_first)
{
    make_alert(
        &db, (struct made_alert){"a", "P", "10.0.0.1", "203.0.113.9", "ssh", 0, 10, .t1 = 20});
    make_alert(
        &db, (struct made_alert){"b", "P", "10.0.0.1", "2001:db8::9", "ssh", 0, 5, .t1 = 30});
    make_alert(
        &db, (struct made_alert){"c", "Q", "10.0.0.1", "203.0.113.8", "ssh", 0, 5, .t1 = 30});
    expect_accused(PAIR, "b 2001:db8::9 5-30; a 203.0.113.9 10-20");
    stop_after = 1;
    expect_accused(PAIR, "b 2001:db8::9 5-30");
}

Test(store_blocklist, leaves_out_what_is_gone_dismissed_unsure_or_over)
{
    struct made_alert a = {"a", "P", "10.0.0.1", "203.0.113.1", "ssh", 0, 10, 20, .confidence = 50};
    make_alert(&db, a);
    a = (struct made_alert){"b", "P", "10.0.0.1", "203.0.113.2", "ssh", 0, 10, 20, .gone = true};
    make_alert(&db, a);
    a = (struct made_alert){
        "c", "P", "10.0.0.1", "203.0.113.3", "ssh", 0, 10, 20, .status = STATUS_DISMISSED};
    make_alert(&db, a);
    a = (struct made_alert){
        "d", "P", "10.0.0.1", "203.0.113.4", "ssh", 0, 10, 21, .status = STATUS_RESOLVED};
    make_alert(&db, a);
    struct accusation_filter filter = PAIR;
    expect_accused(filter, "d 203.0.113.4 10-21; a 203.0.113.1 10-20");
    filter.after_us = 20;
    expect_accused(filter, "d 203.0.113.4 10-21");
    filter.after_us = 0;
    filter.min_confidence = 50;
    expect_accused(filter, "a 203.0.113.1 10-20");
    filter.min_confidence = 51;
    expect_accused(filter, "");
}

static void attempt(const char *service, const char *remote, int64_t t, int weight)
{
    make_attempt(
        &db, (struct made_attempt){DIRECTION_INCOMING, service, "10.0.0.1", remote, t, weight, 0});
}

Test(store_blocklist, takes_all_whose_attempts_count_in_many_to_one)
{
    make_alert(&db, (struct made_alert){"a", "M", "10.0.0.1", NULL, "ssh", 0, 10, .t1 = 20});
    attempt("ssh", "203.0.113.1", 10, 1);
    attempt("ssh", "203.0.113.1", 15, 1);
    attempt("ssh", "2001:db8::1", 20, 2);
    attempt("ssh", "203.0.113.2", 9, 1);  /* before it */
    attempt("ssh", "203.0.113.3", 21, 1); /* after it */
    attempt("ssh", "203.0.113.4", 15, 0); /* use, not guessing */
    attempt("rdp", "203.0.113.5", 15, 1);
    make_attempt(
        &db, (struct made_attempt){DIRECTION_OUTGOING, "ssh", "10.0.0.1", "203.0.113.6", 15, 1, 0});
    struct accusation_filter filter = {
        .type = "M", .by = ACCUSED_BY_ATTEMPTS, .direction = DIRECTION_INCOMING};
    expect_accused(filter, "a 203.0.113.1 10-15; a 2001:db8::1 20-20");
    filter.after_us = 15;
    expect_accused(filter, "a 2001:db8::1 20-20");
}

Test(store_blocklist, takes_peers_that_an_indicator_names_by_address_only)
{
    struct made_alert a = {"a", "C", "10.0.0.1", NULL, NULL, 0, 10, .t1 = 20};
    static const char *const subjects[] = {"203.0.113.16/30", "sid:7", "c2.example"};
    for (int i = 0; i < 3; i++) {
        a.id = (const char *[]){"a", "b", "c"}[i];
        a.part = name_of(&db, subjects[i]);
        make_alert(&db, a);
        make_contact(
            &db, (struct made_contact){"C", "10.0.0.1", subjects[i], "203.0.113.18", 12, 443, 6});
    }
    make_contact(
        &db, (struct made_contact){"C", "10.0.0.1", subjects[0], "203.0.113.17", 19, 443, 6});
    /* An address of ours on the list: then its peers are no indicators. */
    make_contact(
        &db, (struct made_contact){"C", "10.0.0.1", subjects[0], "198.51.100.1", 15, 443, 6});
    make_contact(
        &db, (struct made_contact){"C", "10.0.0.1", subjects[0], "203.0.113.19", 21, 443, 6});
    expect_accused((struct accusation_filter){.type = "C", .by = ACCUSED_BY_SUBJECT},
        "a 203.0.113.17 19-19; a 203.0.113.18 12-12");
}

Test(store_blocklist, takes_sources_of_one_port_protocol_and_day)
{
    make_alert(&db, (struct made_alert){"a", "U", "10.0.0.1", NULL, NULL,
                        -3 * 16777216LL + 50000 * 256 + 6, 10, .t1 = 20});
    make_contact(&db, (struct made_contact){"U", "10.0.0.1", NULL, "203.0.113.1", 10, 50000, 6});
    make_contact(&db, (struct made_contact){"U", "10.0.0.1", NULL, "203.0.113.2", 10, 50000, 17});
    make_contact(&db, (struct made_contact){"U", "10.0.0.1", NULL, "203.0.113.3", 10, 50001, 6});
    make_contact(&db, (struct made_contact){"U", "10.0.0.2", NULL, "203.0.113.4", 10, 50000, 6});
    expect_accused(
        (struct accusation_filter){.type = "U", .by = ACCUSED_BY_DAY}, "a 203.0.113.1 10-10");
}

static bool see_familiar(void *arg, const struct familiar *f)
{
    (void)arg;
    char ip[IP_TEXT_SIZE];
    ip_format(&f->ip, ip);
    buf_printf(&seen, "%s%s %lld %lld", seen.len ? "; " : "", ip, (long long)f->days,
        (long long)f->first_us);
    return true;
}

Test(store_blocklist, counts_days_with_logins_both_ways)
{
    static const struct made_attempt logins[] = {
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.1", -1, 0, 2},
        {DIRECTION_OUTGOING, "rdp", "10.0.0.2", "203.0.113.1", 0, 0, 2},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.2", 0, 0, 2},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.2", TIME_US_DAY - 1, 0, 2},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.3", 0, 0, 2},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.3", TIME_US_DAY, 1, 0},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.4", 0, 0, 2},
        {DIRECTION_INCOMING, "ssh", "10.0.0.1", "203.0.113.4", TIME_US_DAY, 0, 2},
    };
    struct err err = {0};
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
        make_attempt(&db, logins[i]);
    buf_clear(&seen);
    cr_assert(store_familiar_each(db.s, 2, TIME_US_DAY + 1, see_familiar, NULL, &err));
    cr_expect_str_eq(seen.text, "203.0.113.1 2 -1; 203.0.113.4 2 0");
    buf_clear(&seen);
    cr_assert(store_familiar_each(db.s, 2, TIME_US_DAY, see_familiar, NULL, &err));
    cr_expect_str_eq(seen.text, "203.0.113.1 2 -1");
}
