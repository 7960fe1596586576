/* Alerts are made, renewed, ended and brought back; what people said of them stays. */
#include "store/alert_write.h"
#include "tests/unit/records.h"

static struct store *s;
static const struct alert_property properties[] = {
    {"Attacker IP", "203.0.113.9"}, {"Attempts", "30"}};
static const struct alert_entity entities[] = {{"ip", "10.0.0.1"}, {"ip", "203.0.113.9"}};

static const struct alert_basis basis[] = {
    {BASIS_TIER, "fast", "min_attempts", "47", "30 attempts", "who says so"},
    {BASIS_CONFIDENCE, "", "base", "50", "", "of every alert"}};

static void setup(void)
{
    struct err err = {0};
    struct records records = {0};
    s = memory_open();
    for (int i = 0; i < 2; i++)
        record_flow(&records, SENSOR_ZEEK, i ? "Cflow2" : "Cflow1", 100, address("203.0.113.9"),
            address("10.0.0.1"), 22);
    record_login(&records, SENSOR_ZEEK, "Clogin", 100, address("203.0.113.9"), address("10.0.0.1"),
        22, "ssh", 0);
    record_signature(&records, "77", 100, address("203.0.113.9"), address("10.0.0.1"), 22, 2001219);
    records_put(s, &records, NULL, 0, records.count);
    records_done(&records);
    cr_assert(store_begin(s, &err), "%s", err.text);
}

static void teardown(void)
{
    store_close(s);
}

TestSuite(alert_write, .init = setup, .fini = teardown);

static const struct evidence_ref evidence[] = {{.flow = 1, .t_us = 100, .what = "attempt"},
    {.login = 1, .t_us = 100, .what = "failed login"},
    {.flow = 1, .signature = 1, .t_us = 100, .what = "signature"}};

static struct alert_draft draft(const char *uid, int64_t began_us)
{
    struct alert_draft d = {
        .type_id = 3,
        .own = 1,
        .remote = 2,
        .service = 4,
        .began_us = began_us,
        .uid = uid,
        .key = "key",
        .start_us = began_us,
        .end_us = began_us + 50,
        .severity = SEVERITY_MEDIUM,
        .confidence = 60,
        .entity = "web",
        .tactics = "Credential Access",
        .techniques = "T1110",
        .title = {"title", "題"},
        .description = {"what", "何"},
        .respond = {"do", "せよ"},
        .properties = properties,
        .property_count = 2,
        .entities = entities,
        .entity_count = 2,
        .evidence = evidence,
        .evidence_count = 3,
        .basis = basis,
        .basis_count = 2,
    };
    return d;
}

static void put(const struct alert_draft *d, int64_t now_us, enum alert_change want)
{
    struct err err = {0};
    enum alert_change change;
    cr_assert(store_alert_put(s, d, now_us, &change, &err), "%s", err.text);
    cr_expect_eq(change, want, "%d, not %d", (int)change, (int)want);
}

static void run_sql(const char *sql)
{
    struct err err = {0};
    store_watch_plans(false); /* a test may look at all of a table */
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
    store_watch_plans(true);
}

#define HISTORY                                                                                    \
    "SELECT group_concat(what || ' ' || revision || ' at ' || at, ', ') FROM (SELECT * FROM "      \
    "alert_change ORDER BY id)"

/* ------------------------------------------------------------------ put */

Test(alert_write, makes_an_alert_with_all_its_parts)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    expect_text(s,
        "SELECT uid || key || t0 || '-' || t1 || entity || severity || confidence || "
        "title_ja || status || generated || processed || revision FROM alert",
        "u1key1000-1050web260題0500050001");
    expect_text(s, "SELECT group_concat(name || '=' || value) FROM alert_property",
        "Attacker IP=203.0.113.9,Attempts=30");
    expect_text(s, "SELECT group_concat(value) FROM alert_entity", "10.0.0.1,203.0.113.9");
    expect_text(s, "SELECT group_concat(n || uid || ' ' || what) FROM alert_record",
        "0Cflow1 attempt,1Clogin failed login,277 signature 2001219 test signature");
    expect_text(s, HISTORY, "created 1 at 5000");
}

#define BASIS                                                                                      \
    "SELECT group_concat(n || ':' || kind || tier || '|' || name || '=' || value || '/' || "       \
    "threshold || '/' || note, ', ') FROM (SELECT * FROM alert_basis ORDER BY n)"

Test(alert_write, keeps_what_the_alert_rests_on)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    expect_text(s, BASIS,
        "0:0fast|min_attempts=47/30 attempts/who says so, "
        "1:3|base=50//of every alert");
    d.end_us++;
    d.basis_count = 1;
    put(&d, 6000, ALERT_UPDATED);
    expect_text(s, BASIS, "0:0fast|min_attempts=47/30 attempts/who says so");
}

Test(alert_write, another_basis_alone_is_no_revision)
{
    static const struct alert_basis other[] = {
        {BASIS_TIER, "fast", "min_attempts", "48", "30 attempts", "who says so"}};
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    run_sql("UPDATE alert SET status = 2");
    d.basis = other;
    d.basis_count = 1;
    put(&d, 6000, ALERT_SAME);
    expect_text(s, BASIS, "0:0fast|min_attempts=48/30 attempts/who says so");
    expect_text(s, "SELECT processed || ' ' || revision || ' ' || status FROM alert", "5000 1 2");
    expect_text(s, HISTORY, "created 1 at 5000");
    int64_t changes = number_of(s, "SELECT total_changes()");
    put(&d, 7000, ALERT_SAME);
    cr_expect_eq(number_of(s, "SELECT total_changes()"), changes, "the same is not written again");
}

/* Every text of a line, and which kind it is. */
Test(alert_write, tells_a_change_of_any_part_of_a_basis)
{
    static const struct alert_basis others[] = {
        {BASIS_BASELINE, "fast", "min_attempts", "47", "30 attempts", "who says so"},
        {BASIS_TIER, "slow", "min_attempts", "47", "30 attempts", "who says so"},
        {BASIS_TIER, "fast", "min_remotes", "47", "30 attempts", "who says so"},
        {BASIS_TIER, "fast", "min_attempts", "46", "30 attempts", "who says so"},
        {BASIS_TIER, "fast", "min_attempts", "47", "29 attempts", "who says so"},
        {BASIS_TIER, "fast", "min_attempts", "47", "30 attempts", "who says it"},
        {BASIS_TIER, "fast", "min_attempts", "4730 attempts", "", "who says so"}};
    struct alert_draft d = draft("u1", 1000);
    d.basis_count = 1;
    put(&d, 1, ALERT_CREATED);
    int64_t before = number_of(s, "SELECT basis FROM alert");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        d.basis = &others[i];
        put(&d, 2, ALERT_SAME);
        cr_expect_neq(number_of(s, "SELECT basis FROM alert"), before, "line %zu", i);
    }
    d.basis = basis;
    put(&d, 2, ALERT_SAME);
    cr_expect_eq(number_of(s, "SELECT basis FROM alert"), before);
}

Test(alert_write, writes_nothing_for_the_same)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    put(&d, 6000, ALERT_SAME);
    expect_text(s, "SELECT processed || ' ' || revision FROM alert", "5000 1");
    expect_text(s, HISTORY, "created 1 at 5000");
}

Test(alert_write, renews_what_differs_and_leaves_no_old_parts)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    d.end_us = 2000;
    d.property_count = d.entity_count = d.evidence_count = 1;
    put(&d, 6000, ALERT_UPDATED);
    expect_text(s,
        "SELECT t1 || ' ' || generated || ' ' || processed || ' ' || revision FROM alert",
        "2000 5000 6000 2");
    expect_text(s,
        "SELECT (SELECT count(*) FROM alert_property) || (SELECT count(*) FROM "
        "alert_entity) || (SELECT count(*) FROM alert_record)",
        "111");
    expect_text(s, HISTORY, "created 1 at 5000, updated 2 at 6000");
}

/* Every part of a draft, changed one at a time, makes it another. */
Test(alert_write, tells_a_change_of_any_part)
{
    static const struct alert_property other_property[] = {
        {"Attacker IP", "203.0.113.9"}, {"Attempts", "31"}};
    static const struct alert_entity other_entity[] = {{"ip", "10.0.0.1"}, {"host", "203.0.113.9"}};
    static const struct evidence_ref other_flow[] = {{.flow = 2, .t_us = 100, .what = "attempt"},
        {.login = 1, .t_us = 100, .what = "failed login"},
        {.flow = 1, .signature = 1, .t_us = 100, .what = "signature"}};
    struct alert_draft d = draft("u1", 1000);
    put(&d, 1, ALERT_CREATED);
#define CHANGED(change)                                                                            \
    do {                                                                                           \
        d = draft("u1", 1000);                                                                     \
        change;                                                                                    \
        put(&d, 2, ALERT_UPDATED);                                                                 \
        d = draft("u1", 1000);                                                                     \
        put(&d, 3, ALERT_UPDATED);                                                                 \
    } while (0)
    CHANGED(d.start_us--);
    CHANGED(d.end_us++);
    CHANGED(d.severity = SEVERITY_HIGH);
    CHANGED(d.confidence++);
    CHANGED(d.entity = "other");
    CHANGED(d.tactics = "Discovery");
    CHANGED(d.techniques = "T1046");
    CHANGED(d.title[LANG_JA] = "別");
    CHANGED(d.description[LANG_EN] = "else");
    CHANGED(d.respond[LANG_EN] = "else");
    CHANGED(d.properties = other_property);
    CHANGED(d.entities = other_entity);
    CHANGED(d.evidence = other_flow);
    CHANGED(d.evidence_count--);
}

/* A login record beside a flow that is shown already changes nothing that is shown. */
Test(alert_write, takes_only_the_record_that_is_shown_for_evidence)
{
    struct evidence_ref more[3];
    struct alert_draft d = draft("u1", 1000);
    put(&d, 1, ALERT_CREATED);
    memcpy(more, evidence, sizeof more);
    more[0].login = 1;
    more[2].flow = 2;
    d.evidence = more;
    put(&d, 2, ALERT_SAME);
}

Test(alert_write, numbers_evidence_without_gaps_whatever_was_shown_before)
{
    static const char numbers[] =
        "SELECT group_concat(n) FROM (SELECT n FROM alert_evidence ORDER BY n)";
    struct alert_draft d = draft("u1", 1000);
    put(&d, 1, ALERT_CREATED);
    expect_text(s, numbers, "0,1,2");
    d.evidence = &evidence[1];
    d.evidence_count = 2;
    put(&d, 2, ALERT_UPDATED);
    expect_text(s, numbers, "0,1");
}

Test(alert_write, sets_a_resolved_alert_back_to_new_and_leaves_a_dismissed_one)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 1, ALERT_CREATED);
    run_sql("UPDATE alert SET status = 2, comment = 'seen'");
    put(&d, 2, ALERT_SAME);
    expect_text(s, "SELECT status FROM alert", "2");
    d.end_us++;
    put(&d, 3, ALERT_UPDATED);
    expect_text(s, "SELECT status || comment FROM alert", "0seen");
    expect_text(s, HISTORY, "created 1 at 1, reopened 2 at 3");
    run_sql("UPDATE alert SET status = 3");
    d.end_us++;
    put(&d, 4, ALERT_UPDATED);
    expect_text(s, "SELECT status FROM alert", "3");
}

Test(alert_write, keeps_no_more_evidence_and_entities_than_the_limit)
{
    struct evidence_ref many[ALERT_EVIDENCE_MAX + 5];
    struct alert_entity several[ALERT_ENTITIES_MAX + 5];
    struct alert_draft d = draft("u1", 1000);
    for (int i = 0; i < ALERT_EVIDENCE_MAX + 5; i++)
        many[i] = evidence[0];
    for (int i = 0; i < ALERT_ENTITIES_MAX + 5; i++)
        several[i] = entities[0];
    d.evidence = many;
    d.evidence_count = ALERT_EVIDENCE_MAX + 5;
    d.entities = several;
    d.entity_count = ALERT_ENTITIES_MAX + 5;
    put(&d, 1, ALERT_CREATED);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert_record"), ALERT_EVIDENCE_MAX);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert_entity"), ALERT_ENTITIES_MAX);
}

/* ------------------------------------------------------------------ the living, and their end */

static size_t living_after(int64_t after_us, struct living_alert **list)
{
    struct err err = {0};
    size_t count;
    cr_assert(store_alert_living(s, 3, 1, 2, 4, 0, after_us, list, &count, &err), "%s", err.text);
    return count;
}

static size_t living(struct living_alert **list)
{
    return living_after(INT64_MIN, list);
}

static void end_first(const char *successor, int64_t now_us)
{
    struct err err = {0};
    struct living_alert *list;
    cr_assert_geq(living(&list), 1);
    cr_assert(store_alert_end(s, &list[0], successor, now_us, &err), "%s", err.text);
    free(list);
}

Test(alert_write, lists_the_living_of_one_key_in_order_of_their_beginning)
{
    struct living_alert *list;
    struct alert_draft late = draft("late", 9000), early = draft("early", -9000);
    struct alert_draft other = draft("other", 1000);
    other.part = 7;
    put(&late, 1, ALERT_CREATED);
    put(&early, 1, ALERT_CREATED);
    put(&other, 1, ALERT_CREATED);
    cr_assert_eq(living(&list), 2);
    cr_expect_str_eq(list[0].uid, "early");
    cr_expect_eq(list[0].began_us, -9000);
    cr_expect_str_eq(list[1].uid, "late");
    cr_expect_eq(list[1].end_us, 9050);
    free(list);
    cr_assert_eq(living_after(-9000, &list), 1, "only those that began later");
    cr_expect_str_eq(list[0].uid, "late");
    free(list);
    end_first(NULL, 2);
    cr_assert_eq(living(&list), 1);
    cr_expect_str_eq(list[0].uid, "late");
    free(list);
}

Test(alert_write, says_why_an_alert_ended)
{
    struct alert_draft a = draft("a", 1000), b = draft("b", 2000);
    put(&a, 1, ALERT_CREATED);
    put(&b, 1, ALERT_CREATED);
    end_first("b", 2);
    end_first(NULL, 3);
    expect_text(s, "SELECT group_concat(uid || '>' || superseded) FROM alert", "a>b,b>");
    expect_text(s,
        "SELECT group_concat(what || ' ' || detail) FROM alert_change WHERE revision = 2",
        "superseded b,withdrawn the evidence no longer reaches the threshold");
}

Test(alert_write, hands_over_what_a_person_said)
{
    struct alert_draft a = draft("a", 1000), b = draft("b", 2000);
    put(&a, 1, ALERT_CREATED);
    run_sql("UPDATE alert SET status = 1, comment = 'mine' WHERE uid = 'a'");
    put(&b, 1, ALERT_CREATED);
    end_first("b", 2);
    expect_text(s, "SELECT status || comment FROM alert WHERE uid = 'b'", "1mine");
}

Test(alert_write, keeps_the_successor_s_own_words)
{
    struct alert_draft a = draft("a", 1000), b = draft("b", 2000);
    put(&a, 1, ALERT_CREATED);
    put(&b, 1, ALERT_CREATED);
    run_sql("UPDATE alert SET status = 1, comment = 'of ' || uid");
    end_first("b", 2);
    expect_text(s, "SELECT comment FROM alert WHERE uid = 'b'", "of b");
}

Test(alert_write, brings_an_ended_alert_back_under_its_id)
{
    struct alert_draft d = draft("u1", 1000);
    put(&d, 1, ALERT_CREATED);
    end_first(NULL, 2);
    put(&d, 3, ALERT_UPDATED);
    expect_text(s, "SELECT count(*) || ifnull(superseded, '-') || generated FROM alert", "1-1");
    expect_text(s, HISTORY, "created 1 at 1, withdrawn 2 at 2, reopened 3 at 3");
    expect_text(s, "SELECT count(*) FROM alert_property", "2");
}

/* ------------------------------------------------------------------ what people say */

static bool say(const char *uid, int status, const char *comment, struct err *err)
{
    bool changed = false;
    const struct alert_said said = {
        uid, status >= 0, (enum alert_status)(status < 0 ? 0 : status), comment};
    cr_assert(store_alert_say(s, &said, 9000, &changed, err), "%s", err->text);
    return changed;
}

static void to_history(void *arg, const struct alert_event *event)
{
    struct buf *b = arg;
    buf_printf(b, "%lld %.*s %d [%.*s]; ", (long long)event->at_us, (int)event->what.len,
        event->what.p, event->revision, (int)event->detail.len, event->detail.p);
}

static void expect_history(const char *uid, const char *want)
{
    struct buf b = {0};
    struct err err = {0};
    buf_puts(&b, "");
    cr_assert(store_alert_history(s, uid, to_history, &b, &err), "%s", err.text);
    cr_expect_str_eq(b.text ? b.text : "", want, "%s", b.text);
    buf_done(&b);
}

Test(alert_write, what_people_say_is_kept_with_its_history)
{
    struct err err = {0};
    struct alert_draft d = draft("u1", 1000);
    put(&d, 5000, ALERT_CREATED);
    cr_assert(store_commit(s, &err));
    cr_expect(say("u1", STATUS_IN_PROGRESS, "who's that?", &err));
    cr_expect_not(say("u1", STATUS_IN_PROGRESS, "who's that?", &err), "nothing new");
    cr_expect_not(say("u1", -1, NULL, &err), "nothing at all");
    cr_expect(say("u1", STATUS_RESOLVED, NULL, &err));
    expect_text(s, "SELECT status || comment || processed || ' ' || revision FROM alert",
        "2who's that?5000 3");
    cr_expect(say("u1", -1, "", &err));
    expect_history("u1",
        "5000 created 1 []; 9000 status 2 [New to InProgress; comment: who's that?]; "
        "9000 status 3 [InProgress to Resolved]; 9000 status 4 [comment removed]; ");
    expect_history("nobody", "");
}

Test(alert_write, more_evidence_opens_what_was_resolved_and_not_what_was_dismissed)
{
    struct err err = {0};
    struct alert_draft a = draft("a", 1000), b = draft("b", 2000);
    put(&a, 1, ALERT_CREATED);
    put(&b, 1, ALERT_CREATED);
    cr_assert(store_commit(s, &err));
    say("a", STATUS_RESOLVED, "ours", &err);
    say("b", STATUS_DISMISSED, NULL, &err);
    cr_assert(store_begin(s, &err));
    a.end_us++;
    b.end_us++;
    put(&a, 2, ALERT_UPDATED);
    put(&b, 2, ALERT_UPDATED);
    expect_text(s, "SELECT group_concat(uid || status || comment) FROM alert", "a0ours,b3");
    expect_history(
        "a", "1 created 1 []; 9000 status 2 [New to Resolved; comment: ours]; 2 reopened 3 []; ");
}

Test(alert_write, of_an_alert_that_is_gone_nothing_can_be_said)
{
    struct err err = {0};
    bool changed;
    struct alert_draft a = draft("a", 1000);
    const struct alert_said said = {"a", true, STATUS_RESOLVED, NULL};
    put(&a, 1, ALERT_CREATED);
    end_first(NULL, 2);
    cr_assert(store_commit(s, &err));
    cr_expect_not(store_alert_say(s, &said, 3, &changed, &err));
    cr_expect_eq(err.code, ERR_USAGE);
}

Test(alert_write, a_status_has_a_name)
{
    enum alert_status status = STATUS_NEW;
    cr_expect(alert_status_parse(STR("in-progress"), &status) && status == STATUS_IN_PROGRESS);
    cr_expect(alert_status_parse(STR("InProgress"), &status) && status == STATUS_IN_PROGRESS);
    cr_expect(alert_status_parse(STR("DISMISSED"), &status) && status == STATUS_DISMISSED);
    cr_expect_not(alert_status_parse(STR("closed"), &status));
    cr_expect_not(alert_status_parse(STR(""), &status));
    cr_expect_not(alert_status_parse(STR("newnewnewnewnewnewnew"), &status));
}
