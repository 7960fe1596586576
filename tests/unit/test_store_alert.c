/* Alerts come back as they were stored, in order, filtered, and one by the beginning of its id. */
#include "store/alert.h"
#include "tests/unit/scratch.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
    scratch_run(&db, "INSERT INTO name VALUES (1, 'SSH_B'), (2, 'DDOS_A');"
                     "INSERT INTO address6 VALUES (4294967296, x'20010db8000000000000000000000007',"
                     "                             '2001:db8::7');");
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store_alert, .init = setup, .fini = teardown);

struct made {
    int id;
    const char *uid;
    int type;
    long t0, t1;
    const char *key;
    int severity;
    const char *superseded; /* SQL */
};

static void make(struct made m)
{
    char *sql = NULL;
    cr_assert(
        asprintf(&sql,
            "INSERT INTO alert (id, uid, type, own, remote, service, part, began, t0, t1, key,"
            " severity, confidence, entity, tactics, techniques, title_en, title_ja,"
            " description_en, description_ja, respond_en, respond_ja, digest, generated,"
            " processed, superseded) VALUES (%d, '%s', %d, %d, 0, 0, 0, %ld, %ld, %ld, '%s',"
            " %d, 75, 'web', 'PreAttack', 'T1110', 'title', '題', 'what', '何', 'a\nb', 'c',"
            " 0, 900, %ld, %s)",
            m.id, m.uid, m.type, m.id, m.t0, m.t0, m.t1, m.key, m.severity, 1000 - m.t0,
            m.superseded) > 0);
    scratch_run(&db, sql);
    free(sql);
}

/* Five living alerts, whose ids tell their order, and two that are gone. */
static void make_some(void)
{
    make((struct made){7, "aaaa0001-0000-5000-8000-000000000000", 2, 100, 150, "k", 1, "NULL"});
    make((struct made){6, "aaaa0002-0000-5000-8000-000000000000", 1, 100, 200, "j", 2, "NULL"});
    make((struct made){5, "aaaa0003-0000-5000-8000-000000000000", 1, 100, 300, "k", 3, "NULL"});
    make((struct made){4, "bbbb0004-0000-5000-8000-000000000000", 1, 200, 200, "a", 2, "NULL"});
    make((struct made){3, "bbbb0005-0000-5000-8000-000000000000", 2, 300, 300, "a", 0, "NULL"});
    make((struct made){2, "aaaa0006-0000-5000-8000-000000000000", 1, 50, 60, "a", 3, "''"});
    make((struct made){1, "cccc0007-0000-5000-8000-000000000000", 1, 50, 60, "b", 3, "'aaaa0001'"});
}

/* The eighth digit of each id, in the order of the visit. */
struct listed {
    char ids[16];
    int count, stop_after;
};

static bool list(void *arg, const struct alert *alert)
{
    struct listed *l = arg;
    l->ids[l->count++] = alert->id[7];
    return l->count != l->stop_after;
}

static void expect_list(struct alert_filter filter, const char *want)
{
    struct listed l = {0};
    struct err err = {0};
    cr_assert(store_alert_each(db.s, &filter, list, &l, &err), "%s", err.text);
    cr_expect_str_eq(l.ids, want, "want %s, got %s", want, l.ids);
}

Test(store_alert, lists_the_living_by_start_type_and_key)
{
    make_some();
    expect_list((struct alert_filter){0}, "12345");
    expect_list((struct alert_filter){.newest_first = true}, "54123");
}

Test(store_alert, keeps_within_the_limit_in_either_order)
{
    make_some();
    expect_list((struct alert_filter){.limit = 2}, "12");
    expect_list((struct alert_filter){.limit = 2, .newest_first = true}, "54");
    expect_list((struct alert_filter){.limit = 9}, "12345");
}

Test(store_alert, takes_alerts_that_reach_into_a_half_open_span)
{
    make_some();
    expect_list((struct alert_filter){.has_since = true, .since_us = 200}, "2345");
    expect_list((struct alert_filter){.has_since = true, .since_us = 201}, "35");
    expect_list((struct alert_filter){.has_until = true, .until_us = 300}, "1234");
    expect_list((struct alert_filter){.has_until = true, .until_us = 301}, "12345");
    expect_list(
        (struct alert_filter){
            .has_since = true, .has_until = true, .since_us = 151, .until_us = 200},
        "23");
}

Test(store_alert, compares_the_time_of_the_change_when_asked)
{
    make_some(); /* processed = 1000 - start */
    expect_list(
        (struct alert_filter){.has_since = true, .since_us = 800, .changed_since = true}, "1234");
    expect_list(
        (struct alert_filter){.has_until = true, .until_us = 800, .changed_since = true}, "5");
}

Test(store_alert, filters_by_type_and_severity)
{
    make_some();
    expect_list((struct alert_filter){.type = "DDOS_A"}, "15");
    expect_list((struct alert_filter){.type = "ddos_a"}, "");
    expect_list((struct alert_filter){.min_severity = SEVERITY_MEDIUM}, "234");
    expect_list((struct alert_filter){.min_severity = SEVERITY_HIGH}, "3");
}

Test(store_alert, filters_by_any_form_of_an_entity_s_address)
{
    make_some();
    scratch_run(&db, "INSERT INTO alert_entity VALUES (7, 0, 'ip', '192.0.2.1'),"
                     " (6, 0, 'ip', '192.0.2.11'), (5, 0, 'ip', '192.0.2.2'),"
                     " (5, 1, 'ip', '192.0.2.1'), (4, 0, 'ip', '2001:db8::7')");
    expect_list((struct alert_filter){.address = "192.0.2.1"}, "13");
    expect_list((struct alert_filter){.address = "2001:DB8:0::0:7"}, "4");
    expect_list((struct alert_filter){.address = "192.0.2.9"}, "");
}

Test(store_alert, filters_by_the_number_of_the_change)
{
    int64_t number = -1;
    struct err err = {0};
    make_some();
    cr_assert(store_alert_change(db.s, &number, &err), "%s", err.text);
    cr_expect_eq(number, 0);
    scratch_run(&db, "INSERT INTO alert_change SELECT 10 - id, uid, 900, 1, 'created', ''"
                     " FROM alert");
    cr_assert(store_alert_change(db.s, &number, &err), "%s", err.text);
    cr_expect_eq(number, 9);
    expect_list((struct alert_filter){.after_change = 4}, "345");
    expect_list((struct alert_filter){.after_change = 9}, "");
}

Test(store_alert, stops_when_the_visitor_says_so_and_can_be_asked_again)
{
    make_some();
    struct listed l = {.stop_after = 2};
    struct err err = {0};
    cr_expect(store_alert_each(db.s, &(struct alert_filter){0}, list, &l, &err));
    cr_expect_str_eq(l.ids, "12");
    expect_list((struct alert_filter){0}, "12345");
}

/* ------------------------------------------------------------------ one whole alert */

static void expect_whole(const struct alert *a)
{
    cr_expect_eq(a->row, 7);
    cr_expect_str_eq(a->id, "aaaa0001-0000-5000-8000-000000000000");
    cr_expect_str_eq(a->key, "k");
    cr_expect_str_eq(a->type, "DDOS_A");
    cr_expect(a->start_us == 100 && a->end_us == 150);
    cr_expect(a->generated_us == 900 && a->processed_us == 900);
    cr_expect(a->severity == SEVERITY_LOW && a->confidence == 75 && a->status == STATUS_NEW);
    cr_expect_str_eq(a->comment, "");
    cr_expect_str_eq(a->entity, "web");
    cr_expect_str_eq(a->title[LANG_JA], "題");
    cr_expect_str_eq(a->description[LANG_EN], "what");
    cr_expect_str_eq(a->respond[LANG_EN], "a\nb");
    cr_expect_str_eq(a->respond[LANG_JA], "c");
    cr_expect_eq(a->revision, 1);
}

static void add_lists(void)
{
    scratch_run(&db,
        "INSERT INTO alert_property VALUES (7, 1, 'second', ''), (7, 0, 'first', 'x'),"
        " (6, 0, 'other', 'y');"
        "INSERT INTO alert_entity VALUES (7, 0, 'ip', '192.0.2.1'), (7, 1, 'host', 'web');"
        "INSERT INTO alert_record (alert, n, t, sensor, uid, orig, resp, orig_port, resp_port, "
        "proto, service, what) VALUES"
        " (7, 0, -5, 1, 'CuId', 1073742337, 4294967296, 40000, 22, 6, 'ssh', 'attempt'),"
        " (7, 1, 7, 2, 1234567890123456789, 4294967296, 2147483647, 8, 0, 58, NULL, 'probe'),"
        " (7, 2, 8, 2, NULL, -2147483648, 0, 1, 2, 17, NULL, 'contact');"
        "INSERT INTO alert_basis VALUES (7, 0, 3, '', 'base', '50', '', ''),"
        " (7, 1, 0, 'fast', 'min_attempts', '47', '30 attempts', 'Zeek'),"
        " (6, 0, 0, 'other', '', '', '', ''), (7, 2, 0, 'fast', 'margin', '1.57', '', '')");
}

static void expect_evidence(const struct alert *a)
{
    cr_assert_eq(a->evidence_count, 3);
    const struct alert_evidence *e = a->evidence;
    cr_expect(e[0].t_us == -5 && e[0].source_port == 40000 && e[0].destination_port == 22);
    cr_expect_str_eq(e[0].sensor, "zeek");
    cr_expect_str_eq(e[0].uid, "CuId");
    cr_expect_str_eq(e[0].source, "192.0.2.1");
    cr_expect_str_eq(e[0].destination, "2001:db8::7");
    cr_expect_str_eq(e[0].service, "ssh");
    cr_expect_str_eq(e[1].sensor, "suricata");
    cr_expect_str_eq(e[1].uid, "1234567890123456789");
    cr_expect_str_eq(e[1].source, "2001:db8::7");
    cr_expect_str_eq(e[1].destination, "255.255.255.255");
    cr_expect(e[1].proto == 58 && e[1].service == NULL);
    cr_expect_str_eq(e[1].what, "probe");
    cr_expect_str_eq(e[2].source, "0.0.0.0");
    cr_expect_str_eq(e[2].destination, "128.0.0.0");
    cr_expect_null(e[2].uid);
}

static void check_whole(void *arg, const struct alert *a)
{
    ++*(int *)arg;
    expect_whole(a);
    cr_assert_eq(a->property_count, 2);
    cr_expect_str_eq(a->properties[0].name, "first");
    cr_expect_str_eq(a->properties[1].name, "second");
    cr_expect_str_eq(a->properties[1].value, "");
    cr_assert_eq(a->entity_count, 2);
    cr_expect_str_eq(a->entities[0].value, "192.0.2.1");
    cr_expect_str_eq(a->entities[1].type, "host");
    cr_assert_eq(a->basis_count, 3);
    cr_expect(a->basis[0].kind == BASIS_TIER && a->basis[2].kind == BASIS_CONFIDENCE);
    cr_expect_str_eq(a->basis[0].name, "min_attempts");
    cr_expect_str_eq(a->basis[0].threshold, "30 attempts");
    cr_expect_str_eq(a->basis[0].note, "Zeek");
    cr_expect_str_eq(a->basis[1].value, "1.57");
    cr_expect_str_eq(a->basis[2].tier, "");
    expect_evidence(a);
}

Test(store_alert, gives_all_that_belongs_to_an_alert)
{
    int found = -1, visits = 0;
    struct err err = {0};
    make_some();
    add_lists();
    cr_assert(
        store_alert_get(db.s, "aaaa0001", &found, check_whole, &visits, &err), "%s", err.text);
    cr_expect(found == 1 && visits == 1);
}

static bool check_lists(void *arg, const struct alert *a)
{
    int *evidence = arg;
    *evidence += a->evidence_count;
    cr_expect_eq(a->basis_count, 0);
    int properties = a->id[7] == '1' ? 2 : a->id[7] == '2' ? 1 : 0;
    cr_expect_eq(a->property_count, properties, "%s has %d", a->id, a->property_count);
    cr_expect_eq(a->entity_count, a->id[7] == '1' ? 2 : 0);
    return true;
}

Test(store_alert, gives_each_alert_its_own_lists_and_evidence_only_when_asked)
{
    int evidence = 0;
    struct err err = {0};
    make_some();
    add_lists();
    cr_expect(store_alert_each(db.s, &(struct alert_filter){0}, check_lists, &evidence, &err));
    cr_expect_eq(evidence, 0);
    cr_expect(store_alert_each(
        db.s, &(struct alert_filter){.evidence = true}, check_lists, &evidence, &err));
    cr_expect_eq(evidence, 3);
}

static void check_hundred(void *arg, const struct alert *a)
{
    *(int *)arg = a->property_count;
    for (int i = 0; i < a->property_count; i++)
        cr_expect_eq(atoi(a->properties[i].value), i);
}

Test(store_alert, gives_any_number_of_properties)
{
    int found = 0, count = 0;
    struct err err = {0};
    make_some();
    scratch_run(&db, "INSERT INTO alert_property WITH n(i) AS (SELECT 0 UNION ALL"
                     " SELECT i + 1 FROM n WHERE i < 99) SELECT 7, i, 'n' || i, i FROM n");
    cr_expect(store_alert_get(db.s, "aaaa0001", &found, check_hundred, &count, &err));
    cr_expect_eq(count, 100);
}

/* ------------------------------------------------------------------ by id */

static void count_visit(void *arg, const struct alert *a)
{
    (void)a;
    ++*(int *)arg;
}

static void expect_found(const char *prefix, int want)
{
    int found = -1, visits = 0;
    struct err err = {0};
    cr_assert(store_alert_get(db.s, prefix, &found, count_visit, &visits, &err), "%s", err.text);
    cr_expect_eq(found, want, "%s: want %d, found %d", prefix, want, found);
    cr_expect_eq(visits, want == 1);
}

Test(store_alert, finds_the_one_whose_id_begins_so)
{
    make_some();
    expect_found("bbbb0004", 1);
    expect_found("BBBB0004-0000-5000-8000-000000000000", 1);
    expect_found("bbbb0004-0000-5000-8000-0000000000000", 0);
    expect_found("aaaa", 2);
    expect_found("aaaa000", 2);
    expect_found("dddd", 0);
}

Test(store_alert, finds_no_alert_that_is_gone)
{
    make_some();
    expect_found("cccc", 0);
    expect_found("aaaa0006", 0);
}

Test(store_alert, finds_nothing_by_too_short_or_foreign_a_prefix)
{
    make_some();
    expect_found("", 0);
    expect_found("bbb", 0);
    expect_found("bbbb_004", 0);
    expect_found("%%%%%%%%", 0);
}

Test(store_alert, reads_severities_in_any_case)
{
    enum severity severity = SEVERITY_HIGH;
    cr_expect(severity_parse(STR("informational"), &severity));
    cr_expect_eq(severity, SEVERITY_INFORMATIONAL);
    cr_expect(severity_parse(STR("MEDIUM"), &severity));
    cr_expect_eq(severity, SEVERITY_MEDIUM);
    cr_expect_not(severity_parse(STR("medium "), &severity));
    cr_expect_not(severity_parse(STR("critical"), &severity));
    cr_expect_not(severity_parse(STR(""), &severity));
}
