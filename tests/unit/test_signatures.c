/* Which alert types a signature speaks for, by rules made here. */
#include "correlate/catalog/signatures.h"

#include <criterion/criterion.h>

static struct signature_rule by_sid = {.name = "sid", .sid_from = 100, .sid_to = 199};
static struct signature_rule by_name[] = {
    {.name = "cnc", .pattern = "^ET (CNC|MALWARE\\b.*\\bCnC)\\b"},
    {.name = "all", .sid_from = 500, .sid_to = 500, .pattern = "é$", .category = "^Trojan"},
};
static struct alert_type types[] = {
    {.code = "A", .file = "A.conf", .signatures = &by_sid, .signature_count = 1},
    {.code = "B", .file = "B.conf"},
    {.code = "C", .file = "C.conf", .signatures = by_name, .signature_count = 2},
};
static const struct catalog catalog = {.types = types, .type_count = 3};

/* The types that speak, as letters. */
static void expect_speakers(int64_t sid, struct str name, struct str category, const char *want)
{
    struct err err = {0};
    struct signature_rules *rules = signature_rules_new(&catalog, &err);
    char got[4] = "";
    cr_assert_not_null(rules, "%s", err.text);
    for (int i = 0; i < catalog.type_count; i++)
        if (signature_speaks(rules, i, sid, name, category))
            strcat(got, types[i].code);
    cr_expect_str_eq(
        got, want, "%lld %.*s: %s, not %s", (long long)sid, (int)name.len, name.p, got, want);
    signature_rules_free(rules);
}

Test(signatures, sids_belong_to_a_range_with_both_ends)
{
    expect_speakers(99, STR("x"), STR("y"), "");
    expect_speakers(100, STR("x"), STR("y"), "A");
    expect_speakers(199, STR("x"), STR("y"), "A");
    expect_speakers(200, STR("x"), STR("y"), "");
}

Test(signatures, names_match_by_pattern)
{
    expect_speakers(1, STR("ET CNC Feodo"), STR(""), "C");
    expect_speakers(1, STR("ET MALWARE Some CnC Beacon"), STR(""), "C");
    expect_speakers(1, STR("an ET CNC"), STR(""), "");
    expect_speakers(150, STR("ET CNC"), STR(""), "AC");
}

Test(signatures, a_rule_speaks_when_all_of_it_fits)
{
    expect_speakers(500, STR("caf\xc3\xa9"), STR("Trojan found"), "C");
    expect_speakers(501, STR("caf\xc3\xa9"), STR("Trojan found"), "");
    expect_speakers(500, STR("cafe"), STR("Trojan found"), "");
    expect_speakers(500, STR("caf\xc3\xa9"), STR("A Trojan"), "");
}

Test(signatures, texts_may_be_anything)
{
    expect_speakers(1, STR_NONE, STR_NONE, "");
    expect_speakers(1, STR("\xff\xfe\0ET CNC"), STR("\xc3"), "");
    expect_speakers(1, STR("ET CNC \xff\xfe"), STR("\xff"), "C");
}

Test(signatures, what_takes_too_long_to_match_does_not)
{
    struct signature_rule slow = {.name = "slow", .pattern = "^(a+)+$"};
    struct alert_type type = {
        .code = "D", .file = "D.conf", .signatures = &slow, .signature_count = 1};
    const struct catalog one = {.types = &type, .type_count = 1};
    struct err err = {0};
    char text[200];
    struct signature_rules *rules = signature_rules_new(&one, &err);
    cr_assert_not_null(rules, "%s", err.text);
    memset(text, 'a', sizeof text);
    cr_expect(signature_speaks(rules, 0, 1, (struct str){text, 20}, STR("")));
    text[sizeof text - 1] = 'b';
    cr_expect_not(signature_speaks(rules, 0, 1, (struct str){text, sizeof text}, STR("")));
    signature_rules_free(rules);
}

Test(signatures, a_pattern_that_is_none_is_named_with_its_place)
{
    struct signature_rule bad = {.name = "bad", .category = "a(b"};
    struct alert_type type = {
        .code = "D", .file = "D.conf", .signatures = &bad, .signature_count = 1};
    const struct catalog one = {.types = &type, .type_count = 1};
    struct err err = {0};
    cr_expect_null(signature_rules_new(&one, &err));
    cr_expect_eq(err.code, ERR_CONFIG);
    cr_expect_not_null(strstr(err.text, "D.conf: [signature bad]: pattern a(b"), "%s", err.text);
    signature_rules_free(NULL);
}
