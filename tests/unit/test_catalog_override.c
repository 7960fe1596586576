#include "correlate/catalog/catalog.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

/* The catalogue with `text` as configuration; NULL when it was refused (then *err tells). */
static struct catalog *with(const char *text, struct err *err)
{
    struct ini ini = {0};
    struct catalog *c = catalog_load(NULL, err);
    cr_assert_not_null(c, "%s", err->text);
    cr_assert(ini_read_text(&ini, "tocsin.conf", str_of(text), err), "%s", err->text);
    bool ok = catalog_override(c, &ini, err);
    cr_assert(!ok || ini_all_used(&ini, err), "%s", err->text);
    ini_done(&ini);
    if (ok)
        return c;
    catalog_free(c);
    return NULL;
}

static struct catalog *set(const char *text)
{
    struct err err = {0};
    struct catalog *c = with(text, &err);
    cr_assert_not_null(c, "%s", err.text);
    return c;
}

static void refuses(const char *text, const char *says)
{
    struct err err = {0};
    cr_assert_null(with(text, &err), "accepted; expected: %s", says);
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert_not_null(strstr(err.text, says), "\"%s\" lacks \"%s\"", err.text, says);
}

static const struct parameter *parameter(
    const struct catalog *c, const char *code, const char *tier, const char *name)
{
    return tier_parameter(alert_type_tier(catalog_type(c, code), tier), name);
}

#define SSH "[alert SSH_Incoming_BF_OneToOne]\n"

Test(catalog_override, takes_a_bare_name_for_the_fast_tier)
{
    struct catalog *c = set(SSH "min_attempts = 20\n");
    const struct parameter *fast = parameter(c, "SSH_Incoming_BF_OneToOne", "fast", "min_attempts");
    cr_assert_eq(fast->value, 20);
    cr_assert_str_eq(fast->text, "20 attempts");
    cr_assert(fast->overridden);
    const struct parameter *slow = parameter(c, "SSH_Incoming_BF_OneToOne", "slow", "min_attempts");
    cr_assert_eq(slow->value, 40);
    cr_assert_not(slow->overridden);
    catalog_free(c);
}

Test(catalog_override, takes_a_bare_name_for_the_first_tier_where_none_is_fast)
{
    struct catalog *c = set("[alert PortScanning]\nmin_targets = 250\n");
    cr_assert_eq(parameter(c, "PortScanning", "sweep", "min_targets")->value, 250);
    cr_assert_eq(parameter(c, "PortScanning", "slow", "min_targets")->value, 100);
    catalog_free(c);
}

Test(catalog_override, takes_a_tier_before_the_name)
{
    struct catalog *c = set(SSH "slow.window = 12 h\nweeks.min_days = 5\n");
    cr_assert_eq(
        parameter(c, "SSH_Incoming_BF_OneToOne", "slow", "window")->value, 12 * TIME_US_HOUR);
    cr_assert_eq(parameter(c, "SSH_Incoming_BF_OneToOne", "weeks", "min_days")->value, 5);
    catalog_free(c);
}

Test(catalog_override, reads_a_number_alone_in_the_unit_of_the_catalogue)
{
    struct catalog *c = set(SSH "window = 45\nslow.window = 90min\n");
    const struct parameter *fast = parameter(c, "SSH_Incoming_BF_OneToOne", "fast", "window");
    cr_assert_eq(fast->value, 45 * TIME_US_MINUTE);
    cr_assert_str_eq(fast->text, "45 min");
    cr_assert_str_eq(fast->unit, "min");
    cr_assert_eq(
        parameter(c, "SSH_Incoming_BF_OneToOne", "slow", "window")->value, 90 * TIME_US_MINUTE);
    catalog_free(c);
}

Test(catalog_override, switches_flags)
{
    struct catalog *c = set("[alert SSH_Outgoing_BF_OneToOne]\nslow.internal_failures_only = no\n");
    const struct parameter *p =
        parameter(c, "SSH_Outgoing_BF_OneToOne", "slow", "internal_failures_only");
    cr_assert_eq(p->value, 0);
    cr_assert_str_eq(p->text, "no");
    catalog_free(c);
    refuses("[alert SSH_Outgoing_BF_OneToOne]\nslow.internal_failures_only = 1\n", "yes or no");
    refuses(SSH "min_attempts = yes\n", "min_attempts is in attempts, not in yes or no");
}

Test(catalog_override, sets_severity_and_gap)
{
    struct catalog *c = set(SSH "severity = High\ngap = 2 h\n");
    cr_assert_eq(catalog_type(c, "SSH_Incoming_BF_OneToOne")->severity, SEVERITY_HIGH);
    cr_assert_eq(catalog_type(c, "SSH_Incoming_BF_OneToOne")->gap_us, 2 * TIME_US_HOUR);
    cr_assert_eq(catalog_type(c, "RDP_Incoming_BF_OneToOne")->severity, SEVERITY_MEDIUM);
    catalog_free(c);
    c = set(SSH "gap = 0\n");
    cr_assert_eq(catalog_type(c, "SSH_Incoming_BF_OneToOne")->gap_us, 0);
    catalog_free(c);
}

Test(catalog_override, changes_the_fingerprint_of_that_type_alone)
{
    static const char *const changes[] = {SSH "min_attempts = 29\n", SSH "slow.window = 23 h\n",
        SSH "severity = low\n", SSH "gap = 30 min\n"};
    struct catalog *before = set("");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct catalog *after = set(changes[i]);
        for (int k = 0; k < before->type_count; k++) {
            bool same = alert_type_fingerprint(&before->types[k]) ==
                        alert_type_fingerprint(&after->types[k]);
            bool touched = strcmp(before->types[k].code, "SSH_Incoming_BF_OneToOne") == 0;
            cr_assert_neq(same, touched, "%s: %s", changes[i], before->types[k].code);
        }
        catalog_free(after);
    }
    catalog_free(before);
}

Test(catalog_override, keeps_the_fingerprint_when_the_value_is_the_same)
{
    struct catalog *before = set(""), *after = set(SSH "window = 1800 s\n");
    cr_assert_eq(alert_type_fingerprint(catalog_type(before, "SSH_Incoming_BF_OneToOne")),
        alert_type_fingerprint(catalog_type(after, "SSH_Incoming_BF_OneToOne")));
    catalog_free(before);
    catalog_free(after);
}

Test(catalog_override, leaves_other_sections_alone)
{
    struct err err = {0};
    struct ini ini = {0};
    struct catalog *c = catalog_load(NULL, &err);
    cr_assert(ini_read_text(&ini, "tocsin.conf", STR("[network]\nhome = 10.0.0.0/8\n"), &err));
    cr_assert(catalog_override(c, &ini, &err), "%s", err.text);
    cr_assert_not(ini.entries[0].used);
    ini_done(&ini);
    catalog_free(c);
}

Test(catalog_override, says_what_there_is_for_a_name_that_is_not_there)
{
    refuses("[alert SSH_Incoming]\nmin_attempts = 1\n",
        "tocsin.conf:2: no alert type \"SSH_Incoming\"; did you mean \"SSH_Incoming_BF_");
    refuses("[alert SSH_Incoming_BF_OneToOen]\nmin_attempts = 1\n",
        "did you mean \"SSH_Incoming_BF_OneToOne\"?");
    refuses("[alert Weather]\ngap = 1 h\n",
        "tocsin.conf:2: no alert type \"Weather\"; 'tocsin catalog list' names them");
    refuses(SSH "hourly.window = 1 h\n",
        "tocsin.conf:2: no tier \"hourly\"; there are: fast, slow, weeks");
    refuses(SSH "attempts = 3\n",
        "no parameter \"attempts\"; there are: min_attempts, window, severity, gap");
    refuses(SSH "slow.min_days = 3\n",
        "no parameter \"slow.min_days\"; there are: slow.min_attempts, slow.window");
    refuses(SSH "enabled = no\n", "no parameter \"enabled\"");
    refuses("[alert]\nmin_attempts = 1\n", "no alert type \"\"");
}

Test(catalog_override, refuses_values_that_make_no_sense)
{
    refuses(SSH "min_attempts = 0\n", "min_attempts: must be at least 1");
    refuses(SSH "min_attempts = -3\n", "is no whole number");
    refuses(SSH "min_attempts = 20 sources\n", "min_attempts is in attempts, not in sources");
    refuses(SSH "min_attempts = 20 min\n", "min_attempts is in attempts, not in min");
    refuses(SSH "min_attempts = 20 | because\n", "has an unknown unit");
    refuses(SSH "window = 3 days\n", "window is in us ms s min h d, not in days");
    refuses(SSH "window =\n", "is no whole number");
    refuses(SSH "severity = grave\n", "severity is informational, low, medium or high");
    refuses(SSH "window = 401 d\n", "window: \"401 d\" is over 400 d");
    refuses(SSH "slow.window = 9999999d\n", "slow.window: \"9999999d\" is over 400 d");
    refuses(SSH "gap = 401 d\n", "gap: \"401 d\" is over 400 d");
    catalog_free(set(SSH "window = 400 d\ngap = 9600 h\n"));
    refuses(SSH "gap = 3 days\n", "gap is in us ms s min h d, not in days");
    refuses("[alert PortScanning]\nmin_failed_share = 101\n", "more than 100 %");
}
