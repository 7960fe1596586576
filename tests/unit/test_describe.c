/* What an alert says of its episode, read as an analyst reads it. */
#include "store/sources.h"
#include "tests/unit/feed_list.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 7 * HOUR)

TestSuite(describe, .init = setup, .fini = teardown);

/* ------------------------------------------------------------------ the alert of a type, kept */

#define PROPERTIES 32

static struct seen {
    int alerts, confidence, properties, evidence, entities;
    char title[LANGS][400], description[LANGS][2000], respond[4000], entity[100];
    char names[PROPERTIES][64], values[PROPERTIES][600];
    char first_what[40], last_what[40];
    char last_entity[64];
    int64_t last_us;
} seen;

static bool see(void *arg, const struct alert *a)
{
    if (strcmp(a->type, arg) != 0)
        return true;
    seen.alerts++;
    seen.confidence = a->confidence;
    for (int lang = 0; lang < LANGS; lang++) {
        snprintf(seen.title[lang], sizeof seen.title[lang], "%s", a->title[lang]);
        snprintf(seen.description[lang], sizeof seen.description[lang], "%s", a->description[lang]);
    }
    snprintf(seen.respond, sizeof seen.respond, "%s", a->respond[LANG_EN]);
    snprintf(seen.entity, sizeof seen.entity, "%s", a->entity);
    seen.properties = a->property_count < PROPERTIES ? a->property_count : PROPERTIES;
    for (int i = 0; i < seen.properties; i++) {
        snprintf(seen.names[i], sizeof seen.names[i], "%s", a->properties[i].name);
        snprintf(seen.values[i], sizeof seen.values[i], "%s", a->properties[i].value);
    }
    seen.entities = a->entity_count;
    seen.evidence = a->evidence_count;
    if (a->evidence_count) {
        const struct alert_evidence *last = &a->evidence[a->evidence_count - 1];
        snprintf(seen.first_what, sizeof seen.first_what, "%s", a->evidence[0].what);
        snprintf(seen.last_what, sizeof seen.last_what, "%s", last->what);
        seen.last_us = last->t_us;
    }
    return true;
}

/* Correlates the records, and keeps the one alert of the type. */
static void raise(const char *type)
{
    struct err err = {0};
    struct alert_filter filter = {.evidence = true};
    seen = (struct seen){0};
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_assert(store_alert_each(s, &filter, see, (void *)(uintptr_t)type, &err), "%s", err.text);
    cr_assert_eq(seen.alerts, 1, "%d alerts of type %s", seen.alerts, type);
}

static const char *property(const char *name)
{
    for (int i = 0; i < seen.properties; i++)
        if (strcmp(seen.names[i], name) == 0)
            return seen.values[i];
    return "(none)";
}

static void says(const char *text, const char *piece)
{
    cr_expect_not_null(strstr(text, piece), "\"%s\" lacks \"%s\"", text, piece);
}

static void says_not(const char *text, const char *piece)
{
    cr_expect_null(strstr(text, piece), "\"%s\" has \"%s\"", text, piece);
}

static const char own[] = "10.0.0.10";

static void knock(int64_t t_us, struct ipaddr target, uint16_t port)
{
    record_refused(&all, SENSOR_ZEEK, NULL, t_us, address(own), target, port);
}

static void sweep(int count, uint16_t port)
{
    for (int i = 0; i < count; i++)
        knock(T0 + i * SECOND, address_after("192.0.2.1", i), port);
}

static void search(int count, const char *target)
{
    for (int i = 0; i < count; i++)
        knock(T0 + i * SECOND, address(target), (uint16_t)(21 + i));
}

/* ------------------------------------------------------------------ scans */

Test(describe, one_stray_packet_inside_makes_no_sweep_internal)
{
    sweep(60, 22);
    knock(T0 + 5 * SECOND, address("10.0.0.53"), 53);
    raise("PortScanning");
    cr_expect_str_eq(property("Scope"), "external");
    cr_expect_str_eq(property("Number of Targets"), "60");
    cr_expect_str_eq(property("Number of Ports"), "1");
    cr_expect_str_eq(property("Failed Connections"), "60");
    cr_expect_str_eq(property("Other Failed Connections"), "1");
    says_not(property("Targets [Failed Connections]"), "10.0.0.53");
}

Test(describe, a_scan_of_both_says_how_many_are_whose)
{
    sweep(60, 22);
    knock(T0 + 5 * SECOND, address("10.0.0.53"), 22);
    raise("PortScanning");
    cr_expect_str_eq(property("Scope"), "mixed (60 outside, 1 inside)");
    cr_expect_str_eq(property("Number of Targets"), "61");
    cr_expect_str_eq(property("Other Failed Connections"), "(none)");
}

Test(describe, a_scan_of_the_own_network_is_internal)
{
    for (int i = 0; i < 30; i++)
        knock(T0 + i * SECOND, address_after("10.0.1.1", i), 22);
    raise("PortScanning");
    cr_expect_str_eq(property("Scope"), "internal");
}

Test(describe, a_port_with_a_tenth_of_the_commonest_ones_targets_belongs_to_the_sweep)
{
    sweep(60, 22);
    for (int i = 0; i < 6; i++)
        knock(T0 + i * SECOND, address_after("192.0.2.1", i), 2222);
    for (int i = 0; i < 5; i++)
        knock(T0 + i * SECOND, address_after("198.51.100.1", i), 8081);
    raise("PortScanning");
    cr_expect_str_eq(property("Number of Ports"), "2");
    cr_expect_str_eq(property("Number of Targets"), "60");
    cr_expect_str_eq(property("Failed Connections"), "66");
    cr_expect_str_eq(property("Other Failed Connections"), "5");
    cr_expect_eq(seen.evidence, 50);
}

Test(describe, evidence_of_a_sweep_is_of_the_sweep)
{
    sweep(30, 22);
    for (int i = 0; i < 60; i++)
        knock(T0 + 100 * SECOND + i, address("198.51.100.1"), 8081);
    knock(T0 + 200 * SECOND, address("192.0.2.77"), 22);
    raise("PortScanning");
    cr_expect_eq(seen.evidence, 31);
    cr_expect_eq(seen.last_us, T0 + 200 * SECOND);
    cr_expect_str_eq(property("Other Failed Connections"), "60");
}

Test(describe, a_search_of_one_target_guesses_no_passwords)
{
    search(20, "203.0.113.9");
    knock(T0 + SECOND, address("198.51.100.1"), 22);
    raise("PortScanning");
    for (int lang = 0; lang < LANGS; lang++) {
        says_not(seen.title[lang], "FTP");
        says_not(seen.description[lang], "FTP");
    }
    says(seen.title[LANG_EN], "outgoing TCP traffic");
    says(seen.description[LANG_EN], "many ports of one target");
    says_not(seen.description[LANG_EN], "guess");
    says_not(seen.description[LANG_EN], "to many targets");
    says_not(seen.description[LANG_JA], "ブルート フォース");
    cr_expect_str_eq(property("Number of Targets"), "1");
    cr_expect_str_eq(property("Number of Ports"), "20");
    cr_expect_str_eq(property("Other Failed Connections"), "1");
}

Test(describe, the_commonest_port_of_a_search_is_the_one_tried_most)
{
    search(20, "203.0.113.9");
    knock(T0 + SECOND, address("203.0.113.9"), 30);
    raise("PortScanning");
    cr_expect_str_eq(property("Most Common Port"), "30");
}

Test(describe, a_port_without_a_login_service_has_no_passwords)
{
    sweep(30, 8081);
    raise("PortScanning");
    says(seen.description[LANG_EN], "TCP/8081");
    says_not(seen.description[LANG_EN], "password");
    says_not(seen.description[LANG_JA], "ブルート フォース");
    cr_expect_str_eq(property("Attacked Protocol"), "TCP/8081");
}

Test(describe, a_sweep_of_a_login_port_names_the_service)
{
    sweep(30, 3389);
    raise("PortScanning");
    says(seen.description[LANG_EN], "guessing RDP passwords");
    says(seen.description[LANG_JA], "RDP のブルート フォース攻撃");
}

Test(describe, an_episode_of_sweep_and_search_tells_of_both)
{
    sweep(30, 22);
    search(20, "203.0.113.9");
    raise("PortScanning");
    cr_expect_str_eq(property("Tiers"), "sweep, vertical");
    cr_expect_str_eq(property("Number of Targets"), "31");
    cr_expect_str_eq(property("Most Common Port"), "22");
    says(seen.description[LANG_EN], "guessing SSH passwords");
}

/* ------------------------------------------------------------------ floods */

static void flood(const char *target, int64_t packets)
{
    for (int i = 0; i < 2; i++) {
        struct flow *f = record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i * MINUTE, address(own), address(target), 53);
        f->conn.proto = PROTO_UDP;
        f->duration_us = MINUTE;
        f->orig_pkts = packets;
        f->orig_ip_bytes = packets * 60;
        f->orig_bytes = packets * 32;
    }
}

Test(describe, flows_and_packets_of_a_flood_are_no_one_sum)
{
    flood("203.0.113.9", 200000);
    for (int i = 0; i < 7000; i++)
        record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i * 10000, address(own), address("203.0.113.8"), 80);
    raise("DDOS");
    cr_expect_str_eq(property("Targets [Flows and Packets]"), "(none)");
    cr_expect_str_eq(property("Targets [Packets]"), "203.0.113.9 [400000], 203.0.113.8 [7000]");
    cr_expect_str_eq(property("Targets [Flows]"), "203.0.113.9 [2], 203.0.113.8 [7000]");
    cr_expect_str_eq(property("Possible Victims"), "203.0.113.9, 203.0.113.8");
}

Test(describe, the_target_that_reaches_more_of_a_floor_comes_first)
{
    flood("203.0.113.9", 100000); /* 3.3 times the packets of a minute */
    for (int i = 0; i < 30000; i++)
        record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i * 3000, address(own), address("203.0.113.8"), 80);
    raise("DDOS"); /* ten times the flows */
    cr_expect_str_eq(property("Targets [Flows]"), "203.0.113.8 [30000], 203.0.113.9 [2]");
}

/* ------------------------------------------------------------------ logins */

static void guesses(int count)
{
    for (int i = 0; i < count; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + i * 10 * SECOND, address("203.0.113.60"),
            address(own), 22);
}

static void log_in(int64_t t_us)
{
    char uid[24];
    snprintf(uid, sizeof uid, "CL%lld", (long long)t_us);
    struct flow *f =
        record_session(&all, SENSOR_ZEEK, uid, t_us, address("203.0.113.60"), address(own), 22);
    uint16_t port = f->conn.orig_port;
    record_login(&all, SENSOR_ZEEK, uid, t_us, address("203.0.113.60"), address(own), 22, "ssh", 1)
        ->conn.orig_port = port;
}

static void big_session(int64_t t_us)
{
    record_session(&all, SENSOR_ZEEK, NULL, t_us, address("203.0.113.60"), address(own), 22);
}

Test(describe, the_login_after_the_attempts_is_the_last_evidence)
{
    guesses(80);
    log_in(T0 + HOUR);
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Login After Attempts"), "2022-01-08T08:00:00.000000Z");
    cr_expect_str_eq(property("Session After Attempts"), "(none)");
    cr_expect_eq(seen.evidence, 50);
    cr_expect_str_eq(seen.first_what, "attempt");
    cr_expect_str_eq(seen.last_what, "login");
    cr_expect_eq(seen.last_us, T0 + HOUR);
}

/* Of one moment those come first whose connections have the lowest names. */
Test(describe, attempts_of_one_moment_are_shown_in_one_order)
{
    static const char shown[] =
        "SELECT count(*) FROM (SELECT ident, row_number() OVER (ORDER BY n) AS i FROM alert_record "
        "WHERE alert = (SELECT id FROM alert WHERE type = "
        "(SELECT id FROM name WHERE text = 'SSH_Incoming_BF_ManyToOne'))) AS r "
        "JOIN (SELECT ident, row_number() OVER (ORDER BY t, ident) AS i FROM attempt) AS a "
        "ON a.ident = r.ident AND a.i = CASE WHEN r.i <= 25 THEN r.i ELSE r.i + 10 END";
    for (int i = 0; i < 60; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + (i < 20 ? 0 : MINUTE),
            address_after("203.0.113.1", i), address(own), 22);
    raise("SSH_Incoming_BF_ManyToOne");
    cr_expect_eq(number_of(s, "SELECT count(*) FROM attempt"), 60);
    cr_expect_eq(number_of(s, shown), 50);
}

Test(describe, an_inferred_session_is_told_as_such_and_moves_no_confidence)
{
    guesses(31);
    raise("SSH_Incoming_BF_OneToOne");
    int before = seen.confidence;
    cr_expect_str_eq(seen.last_what, "attempt");
    all.count = 0;
    big_session(T0 + HOUR);
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Login After Attempts"), "(none)");
    cr_expect_str_eq(property("Session After Attempts"), "2022-01-08T08:00:00.000000Z");
    cr_expect_str_eq(seen.last_what, "session");
    cr_expect_eq(seen.confidence, before);
    all.count = 0;
    log_in(T0 + 2 * HOUR);
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Login After Attempts"), "2022-01-08T09:00:00.000000Z");
    cr_expect_str_eq(seen.last_what, "login");
    cr_expect_gt(seen.confidence, before);
}

Test(describe, a_machine_without_a_name_is_named_once)
{
    guesses(31);
    raise("SSH_Incoming_BF_OneToOne");
    says(seen.description[LANG_EN], "the SSH service of 10.0.0.10 that have");
    says(seen.description[LANG_JA], "リソース 10.0.0.10 の SSH サービス");
    cr_expect_str_eq(property("Compromised Host"), "10.0.0.10");
    cr_expect_str_eq(property("Victim IP"), "10.0.0.10");
}

Test(describe, a_machine_with_a_name_is_told_with_its_address)
{
    struct err err = {0};
    struct ini ini;
    inventory_free(world.inventory);
    world.inventory = inventory_new(&err);
    cr_assert(ini_read_text(&ini, "test", STR("[resource web]\naddress = 10.0.0.10\n"), &err), "%s",
        err.text);
    cr_assert(inventory_set_home(world.inventory, STR("10.0.0.0/8"), &err), "%s", err.text);
    cr_assert(inventory_add(world.inventory, &ini, &err), "%s", err.text);
    cr_assert(inventory_finish(world.inventory, &err), "%s", err.text);
    ini_done(&ini);
    guesses(31);
    raise("SSH_Incoming_BF_OneToOne");
    says(seen.description[LANG_EN], "the SSH service of web (10.0.0.10) that have");
    says(seen.description[LANG_JA], "リソース web (10.0.0.10) の SSH サービス");
}

Test(describe, times_are_exact_in_properties_and_short_in_prose)
{
    for (int i = 0; i < 30; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + 123456 + i * SECOND, address("203.0.113.60"),
            address(own), 3306)
            ->service = STR("mysql");
    raise("SQL_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Start Time"), "2022-01-08T07:00:00.123456Z");
    says(seen.description[LANG_EN], "between 2022-01-08T07:00:00Z and 2022-01-08T07:00:29Z.");
    says(seen.description[LANG_JA], "2022-01-08T07:00:00Z から 2022-01-08T07:00:29Z");
}

/* ------------------------------------------------------------------ contacts */

static void import(
    const char *net, enum indicator_category category, const char *feed_name, const char *note)
{
    struct indicator indicator = {.category = category,
        .from_us = INDICATOR_ALWAYS_FROM,
        .until_us = INDICATOR_ALWAYS_UNTIL,
        .note = str_of(note)};
    struct err err = {0};
    cr_assert(cidr_parse(str_of(net), &indicator.net));
    cr_assert(import_list(s, feed_name, &indicator, 1, RECORDS_NOW_US, NULL, &err), "%s", err.text);
}

Test(describe, a_blocked_contact_was_no_contact)
{
    import("203.0.113.200", INDICATOR_C2, "test", "");
    for (int i = 0; i < 5; i++)
        knock(T0 + i * SECOND, address("203.0.113.200"), 443);
    raise("Network_CommunicationWithC2");
    cr_expect_str_eq(property("ContactBlocked"), "true");
    says(seen.title[LANG_EN], "Attempted");
    says(seen.title[LANG_JA], "試行");
    says(seen.description[LANG_EN], "tried to reach");
    says_not(seen.description[LANG_EN], "in contact");
    says_not(seen.description[LANG_EN], "sending data");
    says_not(seen.description[LANG_JA], "送信している");
}

Test(describe, an_answered_contact_was_one)
{
    import("203.0.113.200", INDICATOR_C2, "test", "");
    record_flow(&all, SENSOR_ZEEK, NULL, T0, address(own), address("203.0.113.200"), 443);
    raise("Network_CommunicationWithC2");
    cr_expect_str_eq(property("ContactBlocked"), "false");
    says(seen.description[LANG_EN], "was in contact");
    cr_expect_str_eq(property("Payload Bytes Of Originators"), "1500");
    cr_expect_str_eq(property("Payload Bytes Of Responders"), "2000");
}

Test(describe, a_contact_without_a_flow_record_has_no_payload)
{
    struct signature *g =
        record_signature(&all, "601", T0, address(own), address("203.0.113.200"), 443, 2404300);
    g->answer = ANSWER_DATA;
    raise("Network_CommunicationWithC2");
    cr_expect_str_eq(property("Payload Bytes Of Originators"), "(none)");
    cr_expect_str_eq(property("Payload Bytes Of Responders"), "(none)");
}

#define SINKHOLE "Network_ResourceIpIndicatedAsMalicious"

static void talk_to_sinkhole(void)
{
    record_flow(&all, SENSOR_ZEEK, NULL, T0, address(own), address("198.51.100.80"), 80);
}

Test(describe, a_sinkhole_alone_names_no_family)
{
    import("198.51.100.80", INDICATOR_SINKHOLE, "sinkholes", "seized in 2020");
    talk_to_sinkhole();
    raise(SINKHOLE);
    for (int lang = 0; lang < LANGS; lang++)
        says_not(seen.description[lang], "Conficker");
    says_not(seen.respond, "MS08-067");
}

Test(describe, the_feeds_note_names_the_family)
{
    import("198.51.100.80", INDICATOR_SINKHOLE, "sinkholes", "sinkhole of CONFICKER.C");
    talk_to_sinkhole();
    raise(SINKHOLE);
    for (int lang = 0; lang < LANGS; lang++)
        says(seen.description[lang], "Conficker");
    says(seen.respond, "MS08-067");
}

Test(describe, the_feeds_name_names_the_family)
{
    import("198.51.100.80", INDICATOR_SINKHOLE, "conficker-report", "");
    talk_to_sinkhole();
    raise(SINKHOLE);
    says(seen.description[LANG_EN], "Conficker");
}

Test(describe, a_signature_of_the_family_names_it)
{
    record_signature(&all, "601", T0, address(own), address("198.51.100.80"), 80, 2008802);
    raise(SINKHOLE);
    says(seen.description[LANG_EN], "Conficker");
}

static void talk_to_sinkholes(void)
{
    import("198.51.100.80", INDICATOR_SINKHOLE, "sinkholes", "");
    import("198.51.100.64/27", INDICATOR_SINKHOLE, "more", "");
    talk_to_sinkhole();
    record_flow(
        &all, SENSOR_ZEEK, NULL, T0 + 50 * MINUTE, address(own), address("198.51.100.81"), 80);
    record_signature(
        &all, "601", T0 + 90 * MINUTE, address(own), address("203.0.113.80"), 80, 2008802);
}

Test(describe, all_that_names_a_resource_is_one_alert)
{
    talk_to_sinkholes();
    raise(SINKHOLE);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alerts"), 1);
    cr_expect_str_eq(property("Indicator"), "198.51.100.64/27, 198.51.100.80");
    cr_expect_str_eq(property("Feeds"), "more (sinkhole), sinkholes (sinkhole)");
    cr_expect_str_eq(property("Signature"), "2008802 test signature");
    cr_expect_str_eq(property("Contacts"), "3");
    cr_expect_str_eq(
        property("Peers [Contacts]"), "198.51.100.80 [1], 198.51.100.81 [1], 203.0.113.80 [1]");
    says(seen.description[LANG_EN], "Conficker");
}

Test(describe, a_resource_is_indicated_anew_an_hour_later)
{
    talk_to_sinkholes();
    record_flow(&all, SENSOR_ZEEK, NULL, T0 + 150 * MINUTE, address(own), address("198.51.100.80"),
        80); /* an hour after the signature */
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alerts"), 2);
}

Test(describe, traffic_of_a_day_tells_its_connections)
{
    import("203.0.113.200", INDICATOR_BLOCKLIST, "test", "");
    for (int i = 0; i < 11; i++)
        record_refused(
            &all, SENSOR_ZEEK, NULL, T0 + i * SECOND, address("203.0.113.200"), address(own), 443);
    raise("Network_TrafficFromUnrecommendedIP");
    cr_expect_str_eq(property("Connections"), "11");
    cr_expect_str_eq(property("Answered Contacts"), "0");
}

/* ------------------------------------------------------------------ signatures beside attempts */

static void fire(int64_t t_us, const char *client, uint32_t sid)
{
    record_signature(&all, NULL, t_us, address(client), address(own), 22, sid);
}

/* Signatures fire while an alert is there, or before it is. */
static int confidence_with(const char *client, uint32_t sid)
{
    guesses(31);
    fire(T0 + SECOND, client, sid);
    raise("SSH_Incoming_BF_OneToOne");
    return seen.confidence;
}

Test(describe, a_signature_between_the_two_bears_witness)
{
    confidence_with("203.0.113.60", 2001219);
    cr_expect_str_eq(property("Signature"), "2001219 test signature [1]");
    cr_expect_str_eq(property("Attempts"), "31");
}

Test(describe, a_signature_that_comes_later_bears_witness_too)
{
    int before = confidence_with("203.0.113.60", 1);
    cr_expect_str_eq(property("Signature"), "(none)");
    all.count = 0;
    fire(T0 + 2 * SECOND, "203.0.113.60", 2006546);
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Signature"), "2006546 test signature [1]");
    cr_expect_eq(seen.confidence, before + 10, "%d after %d", seen.confidence, before);
}

Test(describe, a_signature_of_another_pair_bears_no_witness)
{
    confidence_with("203.0.113.61", 2001219);
    cr_expect_str_eq(property("Signature"), "(none)");
}

/* ------------------------------------------------------------------ what feeds say of a guesser */

#define GUESSER "203.0.113.60"

/* How much surer it is, whether the feed was there before or comes after. */
static int surer_by(const char *net, enum indicator_category category, bool before)
{
    guesses(31);
    if (before)
        import(net, category, "listed", "");
    raise("SSH_Incoming_BF_OneToOne");
    int with = seen.confidence;
    if (before)
        return with;
    import(net, category, "listed", "");
    raise("SSH_Incoming_BF_OneToOne");
    return seen.confidence - with;
}

Test(describe, a_feed_that_names_the_guesser_bears_witness)
{
    cr_expect_eq(surer_by("203.0.113.0/24", INDICATOR_SCANNER, false), 10);
    cr_expect_str_eq(property("Listed Addresses"), GUESSER " (203.0.113.0/24: scanner)");
    int confidence = seen.confidence;
    teardown();
    setup();
    all = (struct records){0};
    cr_expect_eq(surer_by("203.0.113.0/24", INDICATOR_SCANNER, true), confidence);
}

Test(describe, a_feed_that_names_others_bears_no_witness)
{
    cr_expect_eq(surer_by("203.0.113.61", INDICATOR_C2, false), 0);
    cr_expect_str_eq(property("Listed Addresses"), "(none)");
}

Test(describe, an_allow_list_bears_no_witness)
{
    import(GUESSER, INDICATOR_BLOCKLIST, "bad", "");
    cr_expect_eq(surer_by(GUESSER, INDICATOR_ALLOW, false), -10);
}

Test(describe, what_an_indicator_was_in_force_for_counts_whatever_came_before_and_after)
{
    struct indicator indicator = {.category = INDICATOR_MALWARE,
        .from_us = T0 + 300 * SECOND,
        .until_us = T0 + 301 * SECOND,
        .note = STR("")};
    struct err err = {0};
    cr_assert(cidr_parse(STR(GUESSER), &indicator.net));
    cr_assert(import_list(s, "short", &indicator, 1, RECORDS_NOW_US, NULL, &err), "%s", err.text);
    guesses(30); /* until 290 s */
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Listed Addresses"), "(none)");
    int before = seen.confidence;
    all.count = 0;
    for (int i = 0; i < 5; i++)
        record_flow(
            &all, SENSOR_ZEEK, NULL, T0 + (300 + i) * SECOND, address(GUESSER), address(own), 22);
    raise("SSH_Incoming_BF_OneToOne");
    cr_expect_str_eq(property("Listed Addresses"), GUESSER " (" GUESSER ": malware)");
    cr_expect_eq(seen.confidence, before + 10);
}

Test(describe, one_of_many_that_is_named_bears_witness)
{
    import("198.51.100.3", INDICATOR_BLOCKLIST, "listed", "");
    for (int i = 0; i < 60; i++)
        record_flow(&all, SENSOR_ZEEK, NULL, T0 + i * 10 * SECOND,
            address_after("198.51.100.1", i % 12), address(own), 22);
    raise("SSH_Incoming_BF_ManyToOne");
    cr_expect_str_eq(property("Listed Addresses"), "198.51.100.3 (198.51.100.3: blocklist)");
}
