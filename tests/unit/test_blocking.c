/* What is listed, what never is, in which order and for how long. */
#include "correlate/alerts/blocking.h"
#include "store/indicator.h"
#include "tests/unit/accused.h"
#include "tests/unit/feed_list.h"

#define HOUR TIME_US_HOUR
#define NOW  (100 * TIME_US_DAY)

static struct scratch db;
static struct catalog *catalog;
static struct inventory *inventory;

static void setup(void)
{
    struct err err = {0};
    struct ini ini;
    scratch_open(&db);
    catalog = catalog_load(NULL, &err);
    inventory = inventory_new(&err);
    cr_assert(catalog && inventory, "%s", err.text);
    cr_assert(ini_read_text(&ini, "inventory.conf",
                  STR("[resource office]\naddress = 198.51.100.9\n"), &err) &&
                  inventory_add(inventory, &ini, &err) &&
                  inventory_set_home(inventory, STR("10.0.0.0/8,192.0.2.0/24"), &err) &&
                  inventory_finish(inventory, &err),
        "%s", err.text);
    ini_done(&ini);
}

static void teardown(void)
{
    catalog_free(catalog);
    inventory_free(inventory);
    scratch_close(&db);
}

TestSuite(blocking, .init = setup, .fini = teardown);

static struct blocking make_list(struct blocking_request request)
{
    struct blocking list;
    struct err err = {0};
    request.catalog = catalog;
    request.inventory = inventory;
    request.now_us = NOW;
    request.ttl_us = request.ttl_us ? request.ttl_us : 24 * HOUR;
    request.max = request.max ? request.max : 100;
    cr_assert(blocking_make(db.s, &request, &list, &err), "%s", err.text);
    return list;
}

/* The last number of each address listed, then of each that is guarded. */
static void expect_list(struct blocking_request request, const char *want)
{
    struct buf text = {0};
    struct blocking list = make_list(request);
    for (size_t i = 0; i < list.count; i++)
        buf_printf(&text, "%d ", list.entries[i].ip.b[15]);
    for (size_t i = 0; i < list.guarded_count; i++)
        buf_printf(&text, "!%d:%d ", list.guarded[i].entry.ip.b[15], (int)list.guarded[i].guard);
    cr_expect_str_eq(text.text ? text.text : "", want);
    buf_done(&text);
    blocking_done(&list);
}

#define ALL                                                                                        \
    (struct blocking_request)                                                                      \
    {                                                                                              \
        0                                                                                          \
    }

static void guess(const char *id, const char *remote, int64_t last_us, enum severity severity)
{
    make_alert(&db, (struct made_alert){id, "SSH_Incoming_BF_OneToOne", "10.0.0.1", remote, "ssh",
                        0, last_us - HOUR, last_us, severity, .confidence = 50});
}

Test(blocking, reads_the_types_in_which_somebody_attacks_us)
{
    static const char *const accusing[] = {"Generic_Incoming_BF_OneToOne",
        "Network_CommunicationWithC2", "Network_TrafficFromUnrecommendedIP",
        "RDP_Incoming_BF_ManyToOne", "RDP_Incoming_BF_OneToOne", "SQL_Incoming_BF_OneToOne",
        "SSH_Incoming_BF_ManyToOne", "SSH_Incoming_BF_OneToOne"};
    size_t found = 0;
    enum accused_by by;
    for (int i = 0; i < catalog->type_count; i++) {
        if (!blocking_accuses(&catalog->types[i], &by))
            continue;
        cr_assert_lt(found, sizeof accusing / sizeof *accusing);
        cr_expect_str_eq(catalog->types[i].code, accusing[found++]);
    }
    cr_expect_eq(found, sizeof accusing / sizeof *accusing);
}

Test(blocking, puts_the_gravest_first_then_the_latest)
{
    guess("a", "203.0.113.1", NOW - 3 * HOUR, SEVERITY_MEDIUM);
    guess("b", "203.0.113.2", NOW - 2 * HOUR, SEVERITY_MEDIUM);
    guess("c", "203.0.113.3", NOW - 1 * HOUR, SEVERITY_INFORMATIONAL);
    guess("d", "203.0.113.4", NOW - 9 * HOUR, SEVERITY_HIGH);
    expect_list(ALL, "4 2 1 3 ");
    expect_list((struct blocking_request){.max = 2}, "4 2 ");
    struct blocking list = make_list((struct blocking_request){.max = 3});
    cr_expect_eq(list.over_max, 1);
    blocking_done(&list);
}

Test(blocking, keeps_an_address_until_its_time_is_over)
{
    guess("a", "203.0.113.1", NOW - 24 * HOUR, SEVERITY_MEDIUM);
    guess("b", "203.0.113.2", NOW - 24 * HOUR + 1, SEVERITY_MEDIUM);
    expect_list(ALL, "2 ");
    expect_list((struct blocking_request){.ttl_us = 24 * HOUR + 1}, "2 1 ");
    struct blocking list = make_list(ALL);
    cr_expect_eq(list.entries[0].until_us, NOW + 1);
    blocking_done(&list);
}

Test(blocking, does_not_keep_it_longer_for_evidence_from_the_future)
{
    guess("a", "203.0.113.1", NOW + 5 * HOUR, SEVERITY_MEDIUM);
    struct blocking list = make_list(ALL);
    cr_assert_eq(list.count, 1);
    cr_expect_eq(list.entries[0].until_us, NOW + 24 * HOUR);
    blocking_done(&list);
}

Test(blocking, joins_what_several_alerts_say_of_one_address)
{
    guess("a", "203.0.113.1", NOW - 5 * HOUR, SEVERITY_MEDIUM);
    make_alert(
        &db, (struct made_alert){"b", "Generic_Incoming_BF_OneToOne", "10.0.0.2", "203.0.113.1",
                 "ftp", 0, NOW - 9 * HOUR, NOW - HOUR, SEVERITY_INFORMATIONAL, .confidence = 90});
    struct blocking list = make_list(ALL);
    cr_assert_eq(list.count, 1);
    const struct block_entry *e = &list.entries[0];
    cr_expect_eq(e->severity, SEVERITY_MEDIUM);
    cr_expect_eq(e->confidence, 90);
    cr_expect_eq(e->first_us, NOW - 9 * HOUR);
    cr_expect_eq(e->until_us, NOW + 23 * HOUR);
    cr_assert_eq(e->voice_count, 2);
    cr_expect_str_eq(e->voices[0].alert, "a");
    cr_expect_str_eq(e->voices[1].type, "Generic_Incoming_BF_OneToOne");
    cr_expect_eq(e->voices_more, 0);
    blocking_done(&list);
}

Test(blocking, names_eight_alerts_and_counts_the_rest)
{
    char id[32], own[32];
    for (int i = 0; i < BLOCK_VOICES_MAX + 3; i++) {
        snprintf(id, sizeof id, "a%02d", i);
        snprintf(own, sizeof own, "10.0.0.%d", i + 1);
        make_alert(&db, (struct made_alert){id, "SSH_Incoming_BF_OneToOne", own, "203.0.113.1",
                            "ssh", 0, NOW - HOUR, NOW - i, SEVERITY_MEDIUM, .confidence = 50});
    }
    struct blocking list = make_list(ALL);
    cr_assert_eq(list.count, 1);
    cr_expect_eq(list.entries[0].voice_count, BLOCK_VOICES_MAX);
    cr_expect_eq(list.entries[0].voices_more, 3);
    cr_expect_str_eq(list.entries[0].voices[0].alert, "a00");
    blocking_done(&list);
}

Test(blocking, takes_the_types_asked_for)
{
    const struct alert_type *type = catalog_type(catalog, "Generic_Incoming_BF_OneToOne");
    guess("a", "203.0.113.1", NOW - HOUR, SEVERITY_MEDIUM);
    make_alert(
        &db, (struct made_alert){"b", "Generic_Incoming_BF_OneToOne", "10.0.0.2", "203.0.113.2",
                 "ftp", 0, NOW - HOUR, NOW - HOUR, SEVERITY_LOW, .confidence = 90});
    expect_list((struct blocking_request){.types = &type, .type_count = 1}, "2 ");
    expect_list((struct blocking_request){.min_confidence = 90}, "2 ");
}

/* ------------------------------------------------------------------ guards */

Test(blocking, never_lists_what_is_ours_or_special)
{
    guess("a", "192.0.2.1", NOW - HOUR, SEVERITY_MEDIUM);
    guess("b", "198.51.100.9", NOW - HOUR, SEVERITY_MEDIUM);
    guess("c", "172.16.0.3", NOW - HOUR, SEVERITY_MEDIUM);
    guess("d", "127.0.0.4", NOW - HOUR, SEVERITY_MEDIUM);
    guess("e", "169.254.0.5", NOW - HOUR, SEVERITY_MEDIUM);
    guess("f", "224.0.0.6", NOW - HOUR, SEVERITY_MEDIUM);
    guess("g", "fe80::7", NOW - HOUR, SEVERITY_MEDIUM);
    guess("h", "203.0.113.8", NOW - HOUR, SEVERITY_MEDIUM);
    expect_list(ALL, "8 !4:1 !5:1 !3:1 !1:0 !9:0 !6:1 !7:1 ");
    struct blocking list = make_list(ALL);
    cr_expect_eq(list.guard_counts[BLOCK_OWN], 2);
    cr_expect_eq(list.guard_counts[BLOCK_SPECIAL], 5);
    blocking_done(&list);
}

static void import(
    const char *network, enum indicator_category category, int64_t from_us, int64_t until_us)
{
    struct err err = {0};
    struct indicator i = {.category = category, .from_us = from_us, .until_us = until_us};
    cr_assert(cidr_parse(str_of(network), &i.net));
    cr_assert(
        import_list(db.s, network, &i, 1, NOW - 50 * TIME_US_DAY, NULL, &err), "%s", err.text);
}

Test(blocking, never_lists_what_an_allow_list_names_as_long_as_it_holds)
{
    static const char *const remotes[] = {
        "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"};
    for (int i = 0; i < 5; i++)
        guess(remotes[i], remotes[i], NOW - HOUR, SEVERITY_MEDIUM);
    import("203.0.113.1", INDICATOR_ALLOW, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL);
    import("203.0.113.2", INDICATOR_ALLOW, INDICATOR_ALWAYS_FROM, NOW);
    import("203.0.113.3", INDICATOR_ALLOW, NOW + 1, INDICATOR_ALWAYS_UNTIL);
    import("203.0.113.4", INDICATOR_SCANNER, INDICATOR_ALWAYS_FROM, INDICATOR_ALWAYS_UNTIL);
    import("203.0.113.5/32", INDICATOR_ALLOW, NOW, NOW + 1);
    expect_list(ALL, "2 3 4 !1:2 !5:2 ");
}

static void login(const char *remote, int64_t t)
{
    make_attempt(
        &db, (struct made_attempt){DIRECTION_INCOMING, "ssh", "10.0.0.1", remote, t, 0, 2});
}

Test(blocking, never_lists_who_logs_in_on_two_days)
{
    guess("a", "203.0.113.1", NOW - HOUR, SEVERITY_MEDIUM);
    guess("b", "2001:db8::2", NOW - HOUR, SEVERITY_MEDIUM);
    guess("c", "203.0.113.3", NOW - HOUR, SEVERITY_MEDIUM);
    login("203.0.113.1", NOW - 3 * HOUR);
    login("203.0.113.1", NOW - HOUR);
    login("2001:db8::2", NOW - 30 * HOUR);
    login("2001:db8::2", NOW - HOUR);
    login("203.0.113.3", NOW - HOUR);
    login("203.0.113.3", NOW); /* has not happened yet */
    login("203.0.113.99", NOW - 30 * HOUR);
    login("203.0.113.99", NOW - HOUR);
    expect_list(ALL, "1 3 !2:3 ");
    struct blocking list = make_list(ALL);
    cr_expect_eq(list.guarded[0].days, 2);
    cr_expect_eq(list.guarded[0].first_login_us, NOW - 30 * HOUR);
    blocking_done(&list);
}

Test(blocking, gives_an_empty_list_of_nothing)
{
    expect_list(ALL, "");
}
